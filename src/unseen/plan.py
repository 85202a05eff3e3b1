"""The plan of an evaluation: one object, read alike by the command line, a TOML file and the Python API."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from unseen.errors import PlanError
from unseen.space import Value

EMBEDDED = "unseen/smollm2"
WAYS = ("edition", "fixed", "screen", "hunt", "gain")  # how a plan may ask, by the field that says so; none of them: adaptively


class Budget(BaseModel):
    """What may be spent per model; whichever limit is met first ends the run. None means no limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tasks: int | None = Field(default=None, gt=0, description="questions")
    tokens: int | None = Field(default=None, gt=0, description="input and output tokens together")
    cost: float | None = Field(default=None, gt=0, description="US dollars")
    minutes: float | None = Field(default=None, gt=0, description="wall time from the first question on")

    @classmethod
    def parse(cls, text: str) -> Budget:
        """From ``tasks=200,minutes=4``. Raises :class:`PlanError` naming the part that is wrong."""
        parts: dict[str, str] = {}
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            name, separator, value = part.partition("=")
            if not separator or name not in cls.model_fields:
                raise PlanError(f"--budget '{part}': write {', '.join(f'{n}=…' for n in cls.model_fields)}, separated by commas")
            parts[name] = value
        try:
            return cls.model_validate(parts)
        except ValidationError as error:
            first = error.errors()[0]
            raise PlanError(f"--budget {first['loc'][0]}={first['input']}: {first['msg'].lower()}") from None


class ScreenPlan(BaseModel):
    """Screen: which variables of a family matter. What is asked and how sure it must be, for each family by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answers: int = Field(default=640, ge=32, description="most answers of the screening, per family")
    confirm: int = Field(default=320, ge=0, description="answers on fresh tasks when something was found; 0 leaves confirmation out")
    fdr: float = Field(default=0.1, gt=0, lt=0.5, description="false discovery rate among the variables")
    margin: float = Field(default=0.1, gt=0, lt=1, description="of equivalence, in points: 0.1 is ten points of pass rate")
    load: float = Field(default=0.25, ge=0, le=1, description="declared difficulty around which difficulty variables are set")


class KnownRegion(BaseModel):
    """A region in which some model failed before, to be asked again first: the values at which each of its variables stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: str
    where: dict[str, tuple[Value, ...]] = Field(min_length=1, description="variable to the values inside")
    gap: float = Field(gt=0, le=1, description="how much higher the failure rate inside was when it was confirmed")


class HuntPlan(BaseModel):
    """Hunt: in which regions of a family's space a model fails, each confirmed on fresh tasks and shrunk to its smallest case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answers: int = Field(default=2000, gt=0, description="questions per family, in all")
    alpha: float = Field(default=0.05, gt=0, lt=1, description="bound on the expected share of false claims")
    least_gap: float = Field(default=0.1, ge=0, lt=1, description="how much higher the failure rate inside must be to be worth a claim")
    confirm: int = Field(default=40, ge=1, description="fresh tasks that test each rule from inside; twice as many come from elsewhere")
    shrink: int = Field(default=140, ge=0, description="most questions spent on shrinking one finding; 0: do not shrink")
    most: int = Field(default=6, ge=1, description="most rules put to the test per family")
    near: float = Field(
        default=0.0, ge=0, lt=1, description="chance that a drawn setting leaves a variable at its default; 0 draws settings uniformly"
    )
    known: tuple[KnownRegion, ...] = Field(
        default=(), description="regions to ask first; the search then looks outside of those that still fail"
    )

    @model_validator(mode="after")
    def _enough_answers(self) -> HuntPlan:
        if self.answers < (least := self.reserve + self.each + 64):
            raise ValueError(f"answers = {self.answers} per family: too few to search and confirm; give at least {least}")
        return self

    @property
    def each(self) -> int:
        """Answers kept back for each candidate."""
        return self.confirm + self.shrink

    @property
    def reserve(self) -> int:
        """Answers kept back for tasks from elsewhere."""
        return 2 * self.confirm


class RateAim(BaseModel):
    """Adaptive questions aimed at each family's pass rate over its reference mix; a family stops by an interval that holds at any moment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    within: float = Field(default=0.1, gt=0, lt=0.5, description="stop when the pass rate is known to this much on either side")
    decide: float | None = Field(default=None, gt=0, lt=1, description="stop when the pass rate is known to lie above or below this")
    level: float = Field(default=0.95, ge=0.5, lt=1, description="of the interval")


class GainPlan(BaseModel):
    """Gain: a static test's tasks, each with fresh siblings and a task of a new template, to see what a gain on the test is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    static: str = Field(
        min_length=1, description="the static test: a file of `unseen mint`, or an edition's .edition.json (its public arm)"
    )
    sets: int | None = Field(default=None, gt=0, description="this many of its tasks, drawn at random; None takes all")
    siblings: int = Field(default=1, ge=1, description="fresh siblings of each static task")
    new: tuple[str, ...] = Field(
        default=(), description="families to take new templates from; empty takes new structures and stories of the test's own families"
    )


class Plan(BaseModel):
    """Everything that decides what an evaluation asks. Saved, fully resolved, beside the results."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    models: tuple[str, ...] = Field(default=(EMBEDDED,), description="model strings, asked one after the other")
    families: tuple[str, ...] = Field(default=(), description="empty means every family")
    seed: int | None = Field(default=None, description="None draws one; the resolved plan holds it")
    fixed: int | None = Field(default=None, gt=0, description="this many tasks per family, spread evenly over difficulty; None adapts")
    siblings: int = Field(default=1, ge=1, description="tasks at each setting of a fixed run, for pass@k and consistency")
    budget: Budget = Field(default=Budget(), description="limits per model")
    explore: float = Field(default=0.3, ge=0.1, le=1, description="share of adaptive questions drawn from the reference mix")
    twins: float = Field(default=0.2, ge=0, le=0.5, description="share of questions that are surface or counterfactual twins")
    planted: float = Field(default=0.05, ge=0, le=0.5, description="share of questions whose key is wrong on purpose")
    target_se: float = Field(default=0.35, gt=0, description="stop a family when its ability is known to this many logits")
    measure_rate: RateAim | None = Field(default=None, description="aim adaptive questions at pass rates instead of abilities")
    screen: ScreenPlan | None = Field(default=None, description="find out which variables matter, instead of how much is passed")
    hunt: HuntPlan | None = Field(default=None, description="find the regions where a model fails, instead of how much is passed")
    gain: GainPlan | None = Field(default=None, description="ask a static test in sets, to take a gain on it apart")
    settings: dict[str, Value | tuple[Value, Value]] = Field(
        default_factory=dict, description="variables held at a value, or between two, in every family that has them"
    )
    edition: str | None = Field(default=None, description="ask the tasks of this edition (path of its .edition.json)")
    edition_arm: Literal["public", "secret", "train"] = Field(default="public", description="which arm; secret ones need the key file")
    max_tokens: int | None = Field(default=None, gt=0, description="cap on a reply; None lets the model's own default stand")
    temperature: float = Field(default=0.0, ge=0, le=2, description="of sampling; 0 for the likeliest reply")
    connections: int | None = Field(default=None, gt=0, description="questions in flight at once; None lets the provider decide")
    cross_check: float = Field(default=1.0, ge=0, le=1, description="share of tasks solved again by the second solver before asking")
    error_audit: str | None = Field(default=None, description="file of audited tasks, from which the generation error rate e is estimated")

    @model_validator(mode="after")
    def _asks_in_one_way(self) -> Plan:
        if len(chosen := self._ways()) > 1:
            raise ValueError(f"{' and '.join(chosen)} exclude each other; a plan asks in one way")
        return self

    @model_validator(mode="after")
    def _shares_fit(self) -> Plan:
        if self.explore + self.twins + self.planted > 1:
            raise ValueError(f"explore + twins + planted = {self.explore + self.twins + self.planted:g}, more than the whole")
        if self.siblings > 1 and not self.fixed:
            raise ValueError("siblings are asked in fixed runs alone; say how many tasks with --fixed")
        if len(set(self.models)) != len(self.models):
            raise ValueError("a model is named twice")
        return self

    @property
    def way(self) -> str:
        """How the plan asks: ``edition``, ``fixed``, ``screen``, ``hunt``, ``gain``, or, where it names none of these, ``adaptive``."""
        return next(iter(self._ways()), "adaptive")

    def _ways(self) -> list[str]:
        return [name for name in WAYS if getattr(self, name) is not None]

    @classmethod
    def load(cls, path: Path) -> Plan:
        """From a TOML file. Raises :class:`PlanError` that names the file and the field."""
        try:
            return cls.of(tomllib.loads(path.read_text(encoding="utf-8")), where=str(path))
        except OSError as error:
            raise PlanError(f"cannot read plan {path}: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PlanError(f"{path} is not TOML: {error}") from None

    @classmethod
    def of(cls, fields: dict[str, Any], where: str = "plan") -> Plan:
        """From plain values. Raises :class:`PlanError` that names the field, the value and what was expected."""
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"])) or "the plan"
            shown = "" if not first["loc"] or isinstance(first["input"], dict) else f" = {first['input']!r}"
            named = where if name == where else f"{where}: {name}"
            raise PlanError(f"{named}{shown}: {first['msg'].removeprefix('Value error, ')}") from None

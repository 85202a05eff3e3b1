"""Sections: the parts of a report beside its summaries, one for each question that was asked.

How to add one. Write one file, ``_<what>_section.py``, with one builder, and name that builder in ``_builders.py``::

    def gains(runs: Sequence[StoredRun], level: float) -> Iterator[Section]:
        for run in runs:
            if run.plan.way == "fixed":
                yield Section(
                    kind="gain",                                  # what it is; the same for every section of its sort
                    name=f"gain-{slug(run.record.id)}",           # unique: the anchor on the page, and how its charts' files begin
                    title="How much of the gain is genuine?",     # a question
                    answer="A third: 4 points (1 to 7) of 12.",   # one sentence; stands beside the folded section, and in the terminal
                    figures=(Figure("shares", chart, "What the marks and bars are."),),
                    tables=(Table("Caption", ("column", "points"), (("row", "4 (1 to 7)"),), numeric=("points",)),),
                    text=("How it was found, in a paragraph.",),
                    reproduce=command(run.plan),                  # the command that asks the same again
                    data={"shares": [...]},                       # every number, as plain JSON
                )

Nothing else is needed: page, terminal, PNG, Vega-Lite and JSON treat all sections alike. A builder sees every run of the report with its plan and
all of its outcomes, and yields nothing where it has nothing to say; whatever cannot be shown is an ``answer`` that says why. Where a
section needs more than stored runs (a price, another report), make it yourself and add it: ``replace(report, sections=(*report.sections, mine))``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from unseen.measuring import plain
from unseen.outcome import Outcome
from unseen.plan import Plan
from unseen.storing import RunRecord

if TYPE_CHECKING:
    import altair as alt


@dataclass(frozen=True)
class Figure:
    """A chart with a name, unique in its section, and a caption that says what its marks and intervals are. The chart's title is a question."""

    name: str
    chart: alt.LayerChart
    caption: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells as they are shown; the columns in ``numeric`` are aligned to the right."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exhibit:
    """Text shown word for word, e.g. a prompt; ``beside`` stands next to it for comparison."""

    title: str
    text: str
    beside_title: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Section:
    """One question and what was found. ``notes`` are warnings for the first screen, ``reproduce`` is the command that asks the same again,
    ``data`` holds every number as plain JSON; of a ``brief`` one the terminal shows the answer alone."""

    kind: str
    name: str
    title: str
    answer: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    text: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reproduce: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    brief: bool = False

    def to_json(self) -> dict[str, Any]:
        """The section as plain JSON; figures by their names, under which ``unseen report --charts`` writes them."""
        figures = [f"{self.name}-{figure.name}" for figure in self.figures]
        return {**plain(replace(self, figures=())), "figures": figures}


@dataclass(frozen=True)
class StoredRun:
    """One run as a builder sees it: its record, its plan, and every outcome in the order they finished."""

    record: RunRecord
    plan: Plan
    outcomes: tuple[Outcome, ...]

    @classmethod
    def of(cls, record: RunRecord, outcomes: Sequence[Outcome]) -> StoredRun:
        return cls(record, Plan.of(dict(record.plan), where=f"plan of run {record.id}"), tuple(outcomes))

    @cached_property
    def by_examinee(self) -> Mapping[str, tuple[Outcome, ...]]:
        """The outcomes of each examinee, in the order in which they were asked first."""
        names = dict.fromkeys(outcome.examinee for outcome in self.outcomes)
        return {name: tuple(outcome for outcome in self.outcomes if outcome.examinee == name) for name in names}

    @property
    def representative(self) -> bool:
        """Whether pass rates may be read off its outcomes: a screen's design, a hunt's targets and a gain's sets stand for no mix of tasks."""
        return self.plan.way not in ("screen", "hunt", "gain")


def slug(name: str) -> str:
    """A name fit for a file and an anchor."""
    return "".join(c if c.isalnum() else "-" for c in name.lower())


def command(plan: Plan) -> str:
    """The command that asks the same again, with the seed: only what differs from the defaults is written out."""
    fields = plan.model_dump(exclude_none=True, exclude_defaults=True)
    probe = fields.get(plan.way) if plan.way in ("screen", "hunt") else None
    if plan.way in ("screen", "hunt"):
        first, *further = plan.models
        words = ["unseen", plan.way, _quoted(first), *plan.families, *(f"--model {_quoted(model)}" for model in further)]
    elif plan.gain:
        words = ["unseen gain", *(_quoted(model) for model in plan.models), f"--static {_quoted(plan.gain.static)}"]
        words += [f"--sets {plan.gain.sets}"] if plan.gain.sets else []
        words += [f"--siblings {plan.gain.siblings}", *(f"--new {name}" for name in plan.gain.new)]
    else:
        words = ["unseen eval", *(f"--model {_quoted(model)}" for model in plan.models), *(f"--family {name}" for name in plan.families)]
    words += [f"--{name.replace('_', '-')} {value}" for name, value in (probe or {}).items()]
    words += [f"--fixed {plan.fixed}"] if plan.fixed else []
    words += [f"--siblings {plan.siblings}"] if plan.siblings > 1 else []
    words += [f"--set {_quoted(_setting(name, value))}" for name, value in plan.settings.items()]
    limits = ",".join(f"{name}={value:g}" for name, value in plan.budget.model_dump(exclude_none=True).items())
    words += [f"--budget {limits}"] if limits else []
    words += [f"--{name.replace('_', '-')} {fields[name]}" for name in ("max_tokens", "connections") if name in fields]
    return " ".join([*words, f"--seed {plan.seed}"])


def _setting(name: str, value: Any) -> str:
    return f"{name}={value[0]}..{value[1]}" if isinstance(value, tuple) else f"{name}={value}"


def _quoted(word: str) -> str:
    import shlex

    return shlex.quote(word)

"""Before anything is asked: how many questions a wanted certainty takes and what they cost; or what a budget will buy."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from unseen.errors import PlanError
from unseen.evaluation._precedent import Amount, Precedent
from unseen.evaluation._pricing import PerQuestion, Sample
from unseen.families import all_families, family
from unseen.measuring import (
    Expectation,
    detectable_difference,
    draws_for_difference,
    draws_for_half_width,
    plain,
    power,
    sampled_half_width,
    simulated_half_widths,
)
from unseen.plan import EMBEDDED, Budget, Plan
from unseen.storing import Store

USUAL_BANDS = (0.96, 0.83, 0.5, 0.17, 0.04)  # a curve as steep as most: 8 logits from the easiest to the hardest, half passed in the middle
_VARIANTS = 40  # plausible truths by which the range of what is needed is told


@dataclass(frozen=True)
class Goal:
    """What is wanted: exactly one of the first three.

    ``half_width`` of the overall pass rate's interval (.05: five points either way); a ``difference`` of two models' pass rates to be found
    with chance ``power``, on the same tasks (``paired``) or on different ones; or whatever a ``budget`` per model buys. ``adaptive``: only the
    plan's share of exploration feeds the overall rate.
    """

    half_width: float | None = None
    difference: float | None = None
    budget: Budget | None = None
    power: float = 0.8
    paired: bool = True
    adaptive: bool = False
    level: float = 0.95

    def __post_init__(self) -> None:
        if sum(wanted is not None for wanted in (self.half_width, self.difference, self.budget)) != 1:
            raise PlanError("say what is wanted by one of --width, --difference and --budget")
        if self.budget == Budget():
            raise PlanError("--budget names no limit; write tasks=…, tokens=…, cost=… or minutes=…")
        for name, value in (("--width", self.half_width), ("--difference", self.difference)):
            if value is not None and not 0 < value < 0.5:
                raise PlanError(f"{name} {value:g}: write a share between 0 and 0.5; 0.05 is five points")
        if not 0.5 <= self.level < 1:
            raise PlanError(f"--level {self.level:g}: write a level from 0.5 up to, but not including, 1")
        if not 0.05 < self.power < 1:
            raise PlanError(f"--power {self.power:g}: write a chance above 0.05 and below 1")
        if self.adaptive and self.paired and self.difference is not None:
            raise PlanError("an adaptive run asks each model tasks of its own, which cannot be paired: add --unpaired")


@dataclass(frozen=True)
class FamilyForecast:
    """One family's part of what one model is asked. ``half_width`` is that of the family's own rate; tokens are of the first model."""

    family: str
    domain: str
    questions: int
    draws: int
    rate: float
    half_width: float
    input_tokens: Amount
    output_tokens: Amount


@dataclass(frozen=True)
class ModelForecast:
    """What asking one model takes. ``cost`` (dollars) is None where the price is unknown, ``minutes`` where no run tells the speed."""

    model: str
    questions: Amount
    input_tokens: Amount
    output_tokens: Amount
    cost: Amount | None
    minutes: Amount | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Forecast:
    """A run that was not asked yet.

    ``per_family`` is the number of questions per family and model, ``draws`` how many of them feed the overall rate. ``half_width`` is that of
    the overall rate, with its 10th and 90th percentile over runs; ``sampled_half_width`` that for domains like these (NaN where nothing tells
    their spread). ``difference`` is found with chance ``power``. ``design_effect`` is the variance of the overall rate over that of as many
    independent answers as there are questions, the factors of which ``effects`` names.
    """

    level: float
    per_family: int
    draws: int
    questions: Amount
    half_width: Amount
    sampled_half_width: float
    difference: float | None
    power: float | None
    paired: bool
    design_effect: float
    effects: dict[str, float]
    families: tuple[FamilyForecast, ...]
    models: tuple[ModelForecast, ...]
    assumptions: tuple[str, ...]
    command: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(plain(self))


def forecast(
    plan: Plan,
    goal: Goal,
    *,
    like: str | None = None,
    rate: float = 0.5,
    reply_tokens: int | None = None,
    store: Store | None = None,
) -> Forecast:
    """How many questions a goal takes, and what they cost; or what a budget buys.

    Args:
        plan: models, families, held variables, shares of twins, planted tasks and exploration. Its ``fixed`` and ``budget`` are not looked at.
        like: a stored run (``RUN`` or ``RUN:EXAMINEE``) whose pass rates, replies and speed are taken as what to expect.
        rate: the pass rate assumed of families that run did not ask: the same at every load, which takes the most tasks.
        reply_tokens: tokens per reply, where they are known.

    Raises :class:`UnseenError` when the goal is out of reach, or a run, family or limit is not there.
    """
    if not 0 < rate < 1:
        raise PlanError(f"--rate {rate:g}: write a pass rate between 0 and 1")
    if plan.way not in ("fixed", "adaptive"):
        raise PlanError(f"only fixed and adaptive runs can be planned ahead; this plan names {plan.way}")
    chosen = [family(name) for name in plan.families or tuple(all_families())]
    precedent = Precedent.read(like, plan.models, store) if like else Precedent()
    expected = [_together(precedent.expectation(kind.name, kind.domain, rate), plan.siblings) for kind in chosen]
    sample = Sample.mint(chosen, plan)
    prices = {model: PerQuestion.of(model, sample, precedent, plan, reply_tokens) for model in plan.models}
    ahead = _Ahead(plan, goal, precedent, expected, prices)
    counts = ahead.affordable() if goal.budget is not None else ahead.needed()
    return ahead.forecast(counts, _assumptions(expected, precedent, rate, goal))


@dataclass(frozen=True)
class _Ahead:
    """What is known before asking."""

    plan: Plan
    goal: Goal
    precedent: Precedent
    expected: Sequence[Expectation]
    prices: dict[str, PerQuestion]

    @property
    def compared(self) -> float:
        """The share of questions that a comparison of two models uses."""
        return 1 - self.plan.twins - self.plan.planted

    @property
    def explored(self) -> float:
        """The share that feeds the overall rate."""
        return self.plan.explore if self.goal.adaptive else self.compared

    def needed(self) -> Amount:
        """Questions per family: at what is expected, and the range over what else may be true."""
        value = self._questions(self.expected)
        if math.isinf(value):
            raise PlanError("that takes more than 200,000 tasks per family: ask for a wider interval or a larger difference")
        others = self.precedent.variants(self.expected, _VARIANTS)
        others = others or [[replace(one, rates=USUAL_BANDS) for one in self.expected]]
        low, high = np.quantile([self._questions(one) for one in others], (0.1, 0.9), method="nearest")
        return Amount(min(float(low), value), value, max(float(high), value))

    def _questions(self, expected: Sequence[Expectation]) -> float:
        goal = self.goal
        if goal.half_width is not None:
            draws, share = draws_for_half_width(expected, goal.half_width, level=goal.level), self.explored
        else:
            assert goal.difference is not None
            draws = draws_for_difference(expected, goal.difference, wanted=goal.power, paired=goal.paired, level=goal.level)
            share = self.compared
        return math.inf if draws is None else math.ceil(draws / share - 1e-9)

    def affordable(self) -> Amount:
        """Questions per family that every limit leaves room for, with the model for which it leaves least."""
        assert self.goal.budget is not None
        rooms = [price.per_family_within(self.goal.budget) for price in self.prices.values()]
        found = Amount(*(min(getattr(room, end) for room in rooms) for end in Amount._fields))
        if math.isinf(found.value):
            raise PlanError(
                "the budget limits only what nothing tells the price of: name --like RUN, state prices, or limit tasks or tokens"
            )
        if found.value * self.explored < 1:
            raise PlanError(f"the budget does not reach for an answer in each of {len(self.expected)} families: allow more, or ask fewer")
        return Amount(*(float(math.floor(end)) for end in found))

    def forecast(self, counts: Amount, assumptions: tuple[str, ...]) -> Forecast:
        goal, per_family, expected = self.goal, int(counts.value), self.expected
        draws, shared = max(int(per_family * self.explored + 1e-9), 1), max(int(per_family * self.compared + 1e-9), 1)
        halves = simulated_half_widths(expected, draws, level=goal.level)
        difference = goal.difference or detectable_difference(
            expected, shared, wanted=goal.power, paired=goal.paired and not goal.adaptive, level=goal.level
        )
        paired = goal.paired and not goal.adaptive
        effects = self._effects(draws, per_family)
        return Forecast(
            level=goal.level,
            per_family=per_family,
            draws=draws,
            questions=counts.times(len(expected)),
            half_width=Amount(halves.low, halves.mean, halves.high),
            sampled_half_width=sampled_half_width(expected, draws, level=goal.level) if self.precedent.name else math.nan,
            difference=difference,
            power=None if difference is None else power(expected, difference, shared, paired=paired, level=goal.level),
            paired=paired,
            design_effect=math.prod(effects.values()),
            effects=effects,
            families=tuple(self._family(one, per_family, draws) for one in expected),
            models=tuple(_model(model, price, counts, len(expected)) for model, price in self.prices.items()),
            assumptions=(*assumptions, *self._uncounted()),
            command=_command(self.plan, goal, per_family, len(expected)),
        )

    def _uncounted(self) -> list[str]:
        if self.goal.budget is None:
            return []
        limits = {limit: model for model, price in self.prices.items() for limit in price.unpriced(self.goal.budget)}
        return [
            f"the limit on {limit} was left out of account: nothing tells the price of {model} in it" for limit, model in limits.items()
        ]

    def _effects(self, draws: int, per_family: int) -> dict[str, float]:
        """What multiplies the variance, against as many independent answers to tasks drawn from one pool of families at these weights."""
        level, expected = self.goal.level, self.expected
        weights = np.array([1 / len({o.domain for o in expected}) / sum(o.domain == one.domain for o in expected) for one in expected])
        alone = [replace(one, siblings=1, alike=0.0) for one in expected]
        flat = [replace(one, rates=(one.rate,) * len(one.rates)) for one in alone]
        pooled = float(weights @ [one.rate for one in expected])
        at = max(draws, 200)  # where the smoothing of few answers does not show
        within = float(weights**2 @ [one.rate * (1 - one.rate) for one in expected]) * len(expected)
        equal = float(weights**2 @ np.ones(len(expected))) * len(expected)

        def squared(of: Sequence[Expectation]) -> float:
            return simulated_half_widths(of, at, level=level).mean ** 2

        return {
            "questions that do not feed the rate": per_family / draws,
            "unequal weights": equal,
            "families apart": within / equal / (pooled * (1 - pooled)),
            "bands of difficulty": squared(alone) / squared(flat),
            "siblings": squared(expected) / squared(alone) if any(one.siblings > 1 for one in expected) else 1.0,
        }

    def _family(self, one: Expectation, per_family: int, draws: int) -> FamilyForecast:
        price = next(iter(self.prices.values()))
        half = simulated_half_widths([one], draws, level=self.goal.level).mean
        tokens = (price.input_tokens[one.family].times(per_family), price.output_tokens[one.family].times(per_family))
        return FamilyForecast(one.family, one.domain, per_family, draws, one.rate, half, *tokens)


def _together(one: Expectation, siblings: int) -> Expectation:
    """As many siblings as the plan asks, as alike as they were, or half way between independent and identical where nobody knows."""
    return replace(one, siblings=siblings, alike=one.alike if one.siblings > 1 else 0.5) if siblings > 1 else one


def _model(model: str, price: PerQuestion, counts: Amount, families: int) -> ModelForecast:
    return ModelForecast(model, counts.times(families), *price.total(counts), price.notes)


def _assumptions(expected: Sequence[Expectation], precedent: Precedent, rate: float, goal: Goal) -> tuple[str, ...]:
    unknown = [one.family for one in expected if not precedent.knows(one.family)]
    said = [f"pass rates by difficulty as of {precedent.name}"] if len(unknown) < len(expected) else []
    if unknown:
        which = "every family" if len(unknown) == len(expected) else ", ".join(unknown)
        said.append(f"{which} assumed to pass {rate:.0%} at every difficulty, which takes the most tasks; a usual curve takes fewer")
    if any(one.siblings > 1 and not precedent.knows(one.family) for one in expected):
        said.append("answers of siblings assumed to correlate by 0.5")
    if goal.difference is not None and any(one.discordance is None for one in expected):
        said.append("two models assumed to err independently on tasks whose difficulty varies by 0.8 logits within a band")
    if goal.adaptive:
        said.append("an adaptive run stops a family once its ability is known to target_se, maybe before these numbers")
    return tuple(said)


def _command(plan: Plan, goal: Goal, per_family: int, families: int) -> str:
    """The command that asks what was forecast."""
    words = ["unseen", "eval"]
    for model in plan.models if plan.models != (EMBEDDED,) else ():
        words += ["--model", shlex.quote(model)]
    for name in plan.families:
        words += ["--family", name]
    for name, value in plan.settings.items():
        words += ["--set", shlex.quote(f"{name}={value[0]}..{value[1]}" if isinstance(value, tuple) else f"{name}={value}")]
    words += ["--budget", f"tasks={per_family * families}"] if goal.adaptive else ["--fixed", str(per_family)]
    return " ".join(words)

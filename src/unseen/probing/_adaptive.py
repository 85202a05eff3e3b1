"""The adaptive source: asks each family where it would learn most, keeps a stated share of plain exploration, and stops when it knows enough.

Exploration draws come from the reference mix whatever was answered; adaptive draws follow a density over the same mix that is known when the
question is put (:mod:`unseen.probing._allocation`), so every answer carries the weight that undoes its choice. The density is
spread out as far as belief is, so that a batch is useful before the first of its answers has come.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from unseen.choices import Namespace, derive_seed
from unseen.errors import PlanError
from unseen.families.base import Family
from unseen.families.registry import all_families
from unseen.families.registry import family as family_named
from unseen.measuring import CURVE_PARAMETERS, anytime_estimate, assisted_mean
from unseen.minting import Deduplicator, Gates
from unseen.outcome import Arm, Assignment, Outcome
from unseen.plan import Plan, RateAim
from unseen.probing._ability import Ability, AbilityPrior, AbilityState
from unseen.probing._allocation import PLACES, Allocation, relative_costs
from unseen.probing._supply import Asked, Supply
from unseen.space import Role

LEAST_EXPLORED = 4  # exploration answers a family needs before it may stop
LEAST_ASKED = 16  # answers it needs before it may stop: early precision is often luck
LEAST_BEYOND = 32  # answers before a family is given up as beyond the model's range, or beneath it
MOST_ASKED = 400  # answers after which a family stops, known or not
ANCHORS = 16  # anchors kept waiting for a twin


class Stop(StrEnum):
    """Why a family is asked no more."""

    PRECISE = "known to the target"
    DECIDED = "pass rate known to lie on one side of the mark"
    ABOVE = "ability above the declared range"
    BELOW = "ability below the declared range"
    EXHAUSTED = "no new tasks at the settings asked for"
    CAP = f"{MOST_ASKED} answers"


@dataclass
class _Lane:
    """One family: what is believed, what was asked, what is out."""

    supply: Supply
    ability: Ability
    shares: dict[Arm, float]
    target: float  # standard error of ability, in logits
    rate: RateAim | None  # what is wanted of the pass rate instead
    asked: dict[Arm, int] = field(default_factory=lambda: dict.fromkeys(Arm, 0))
    explored: int = 0
    out: dict[str, float] = field(default_factory=dict)  # task id -> expected information of its answer
    answers: list[Outcome] = field(default_factory=list)  # of exploration and adaptation
    anchors: deque[Asked] = field(default_factory=lambda: deque(maxlen=ANCHORS))
    twins_tried: int = 0
    stopped: Stop | None = None
    _allocation: Allocation | None = None  # kept until the next answer

    @property
    def total(self) -> int:
        return sum(self.asked.values())

    def next(self) -> Assignment | None:
        """The next question, by the arm that lags its share most; None when the family has nothing new."""
        lag = {arm: share * (self.total + 1) - self.asked[arm] for arm, share in self.shares.items()}
        for arm in sorted(lag, key=lambda arm: -lag[arm]):
            assignment = self._draw(arm)
            if assignment is not None:
                self._hand_out(assignment)
                return assignment
        self.stopped = self.stopped or Stop.EXHAUSTED
        return None

    def learn(self, outcome: Outcome) -> None:
        self.out.pop(outcome.task_id, None)
        if outcome.counts and outcome.arm in (Arm.EXPLORE, Arm.ADAPT):
            self.ability.learn(outcome.load, outcome.correct)
            self.answers.append(outcome)
            self.explored += outcome.arm is Arm.EXPLORE
            self._allocation = None
            self.stopped = self.stopped or self._verdict()

    def saturated(self) -> bool:
        """Whether the answers still out should suffice: then the next question waits for them."""
        if not self.out or self.rate is not None:
            return False
        expected = (self.ability.sd**-2 + sum(self.out.values())) ** -0.5
        enough = self.ability.n + len(self.out) >= LEAST_ASKED and self.asked[Arm.EXPLORE] >= LEAST_EXPLORED
        return enough and bool(expected < 0.95 * self.target)

    @property
    def allocation(self) -> Allocation:
        """Where adaptive draws fall, given the answers so far: by information per cost about what is wanted."""
        if self._allocation is None:
            explore, adapt = self.shares[Arm.EXPLORE], self.shares.get(Arm.ADAPT, 0.0)
            costs = relative_costs([o.load for o in self.answers], [_cost(o) for o in self.answers])
            mix = np.bincount(np.rint(self.supply.candidates * (PLACES.size - 1)).astype(int), minlength=PLACES.size)
            utility = self.ability.noise(costs) if self.rate else self.ability.aims(mix / mix.sum(), costs)
            self._allocation = Allocation.of(self.supply.candidates, utility, explore / (explore + adapt))
        return self._allocation

    def _draw(self, arm: Arm) -> Assignment | None:
        if arm is Arm.EXPLORE:
            return self.supply.explore(self.allocation)
        if arm is Arm.ADAPT:
            return self.supply.adapt(self.allocation)
        if arm is Arm.PLANTED:
            return self.supply.planted()
        while self.anchors:
            self.twins_tried += 1
            roles = (Role.SURFACE, Role.PREMISE) if self.twins_tried % 2 else (Role.PREMISE, Role.SURFACE)
            if (twin := self.supply.twin(self.anchors.pop(), roles)) is not None:
                return twin
        return None

    def _hand_out(self, assignment: Assignment) -> None:
        self.asked[assignment.arm] += 1
        informs = assignment.arm in (Arm.EXPLORE, Arm.ADAPT)
        load = self.supply.family.space.load(assignment.task.setting)
        self.out[assignment.task.id] = self.ability.information(load) if informs else 0.0
        if informs:
            self.anchors.append(Asked(assignment.task, assignment.group))

    def _verdict(self) -> Stop | None:
        if self.ability.n >= MOST_ASKED:
            return Stop.CAP
        if self.explored < LEAST_EXPLORED or self.ability.n < LEAST_ASKED:
            return None
        if self.rate is not None:
            return self._rate_verdict(self.rate)
        if self.ability.sd <= self.target:
            return Stop.PRECISE
        below, above = self.ability.beyond(*self.supply.loads)
        if max(below, above) > 0.975 and self.ability.n >= LEAST_BEYOND:
            return Stop.ABOVE if above > below else Stop.BELOW
        return None

    def _rate_verdict(self, wanted: RateAim) -> Stop | None:
        used = [o for o in self.answers if o.weight is not None]
        chance = self.ability.chance([o.load for o in used])
        over_mix = float(self.ability.chance(self.supply.candidates).mean())
        found = assisted_mean(
            over_mix, chance, [o.correct for o in used], [o.weight or 0.0 for o in used], [o.group for o in used], fitted=CURVE_PARAMETERS
        )
        interval = anytime_estimate(found, wanted.level, "", "")
        if wanted.decide is not None and not interval.low <= wanted.decide <= interval.high:
            return Stop.DECIDED
        return Stop.PRECISE if interval.high - interval.low <= 2 * wanted.within else None


def _cost(outcome: Outcome) -> float:
    """What a question cost: dollars where its price is known, else tokens."""
    return outcome.cost if outcome.cost is not None else float(outcome.input_tokens + outcome.output_tokens)


class AdaptiveSource:
    """A :class:`unseen.outcome.Source` that reads outcomes and decides what to ask one examinee next.

    Families take turns. Within each, the plan's shares hold at every moment: ``explore`` from the reference mix, ``twins``,
    ``planted``, and the rest chosen for information per cost: about ability, or, with ``measure_rate``, about the pass rate over the reference
    mix. A family stops at ``target_se`` logits or when its ability lies beyond the declared range (with ``measure_rate``: when the anytime
    interval of its pass rate is narrow enough, or decides), and when nothing new is left; everything stops at the budget of tasks, tokens or cost (minutes are the runner's to keep).

    ``told`` are outcomes of an earlier session (they may also come through :meth:`tell`): they are learned from, counted
    against the budget, and neither their tasks nor their seeds are used again. Each outcome is learned from once, however often told.

    ``priors`` are what is believed of each family's pass curve beforehand, by name (see :func:`unseen.probing.calibrate`).

    Raises:
        PlanError: the plan has no seed, or names no family.
    """

    def __init__(
        self,
        plan: Plan,
        families: Sequence[Family[Any]] | None = None,
        *,
        told: Iterable[Outcome] = (),
        priors: Mapping[str, AbilityPrior] | None = None,
        namespace: Namespace = Namespace.PUBLIC,
        edition_key: bytes | None = None,
    ) -> None:
        if plan.seed is None:
            raise PlanError("the plan has no seed; a resolved plan holds one")
        chosen = list(families) if families is not None else [family_named(n) for n in plan.families] or list(all_families().values())
        if not chosen:
            raise PlanError("no family to ask; `unseen families` lists them all")
        key = derive_seed("adaptive", edition_key or b"", plan.seed)
        gates, seen = Gates(plan.cross_check), Deduplicator()
        adapt = max(1 - plan.explore - plan.twins - plan.planted, 0.0)
        wanted = {Arm.EXPLORE: plan.explore, Arm.ADAPT: adapt, Arm.TWIN: plan.twins, Arm.PLANTED: plan.planted}
        shares = {arm: share for arm, share in wanted.items() if share > 0}
        self._plan = plan
        self._lanes = {
            f.name: _Lane(
                Supply(f, key, plan.settings, gates, seen, namespace),
                Ability(f.guess_rate, (priors or {}).get(f.name)),
                shares,
                plan.target_se,
                plan.measure_rate,
            )
            for f in chosen
        }
        self._told: set[str] = set()
        self._given: set[str] = set()
        self._count = self._tokens = 0
        self._cost = 0.0
        for outcome in told:
            self.tell(outcome)

    def take(self, count: int) -> list[Assignment]:
        """Up to ``count`` further questions. None while :attr:`done` is False means: wait for answers that are out."""
        taken: list[Assignment] = []
        while len(taken) < count and not self._spent:
            lane = min(self._ready(), key=lambda lane: lane.total, default=None)
            if lane is None:
                break
            if (assignment := lane.next()) is not None:
                taken.append(assignment)
                self._given.add(assignment.task.id)
                self._count += 1
        return taken

    def tell(self, outcome: Outcome) -> None:
        """Learn from one outcome, in any order; a second telling changes nothing."""
        if outcome.task_id in self._told:
            return
        self._told.add(outcome.task_id)
        self._tokens += outcome.input_tokens + outcome.output_tokens
        self._cost += outcome.cost or 0.0
        lane = self._lanes.get(outcome.family)
        if outcome.task_id not in self._given:
            self._count += 1
            if lane is not None:
                lane.asked[outcome.arm] += 1
                lane.supply.absorb(outcome)
        if lane is not None and outcome.version == lane.supply.family.version:
            lane.learn(outcome)

    @property
    def done(self) -> bool:
        """Whether nothing will ever be asked again."""
        return self._spent or all(lane.stopped for lane in self._lanes.values())

    @property
    def cross_checked(self) -> int:
        """How many of the tasks given out the second solver agreed on."""
        return sum(lane.supply.cross_checked for lane in self._lanes.values())

    def state(self, *, level: float = 0.95) -> dict[str, AbilityState]:
        """What is believed of the examinee, by family."""
        return {name: lane.ability.state(level=level, stopped=lane.stopped or "") for name, lane in self._lanes.items()}

    @property
    def _spent(self) -> bool:
        budget = self._plan.budget
        spent = ((budget.tasks, self._count), (budget.tokens, self._tokens), (budget.cost, self._cost))
        return any(limit is not None and used >= limit for limit, used in spent)

    def _ready(self) -> list[_Lane]:
        return [lane for lane in self._lanes.values() if lane.stopped is None and not lane.saturated()]

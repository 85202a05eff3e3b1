"""Screening: which variables of a family matter to an examinee, found with few answers, confirmed on fresh tasks.

Every task of a cluster is made from the same random choices, so that the settings of a folded design are compared on twins:
what makes one draw harder than another cancels. One looks at the answers at a quarter, half and three quarters of the plan, and
stops as soon as every variable is shown to matter or shown not to; survivors are then asked again, on fresh seeds and at a finer
resolution.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from unseen.choices import Choices, Namespace, derive_seed, task_seed
from unseen.errors import PlanError
from unseen.families.base import Family
from unseen.families.registry import family as family_named
from unseen.measuring import SCREENING_LOOKS
from unseen.minting import Fixed, Gates, admit
from unseen.outcome import Arm, Assignment, Outcome
from unseen.plan import Plan, ScreenPlan
from unseen.probing._screen_design import folded_block, order_for
from unseen.probing._screen_factors import Factors
from unseen.probing._screen_report import Analyst, Answered, ScreenReport
from unseen.task import Task

CLUSTER = 4  # twins made from the same choices: two rows of the design and their mirror images
_TRIES = 64  # seeds tried for a cluster before the family counts as exhausted


@dataclass
class _Lane:
    """One family: its design, what is out, what was answered."""

    family: Family[Any]
    plan: ScreenPlan
    held: Fixed
    key: bytes
    gates: Gates
    look: int = 0
    confirming: bool = False
    exhausted: bool = False  # nothing new is left to ask
    early: bool = False  # stopped before the last look, for all was settled
    done: bool = False
    issued: int = 0  # clusters of the phase at hand
    tried: int = 0  # seeds of the phase at hand
    queue: deque[Assignment] = field(default_factory=deque)
    out: set[str] = field(default_factory=set)
    answers: list[Answered] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    fine: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        plan = self.plan
        self.factors = Factors.of(self.family, self.held, plan.load)
        self.cuts = tuple(max(round(plan.answers * share / CLUSTER), 1) for share in SCREENING_LOOKS)
        self.analyst = Analyst(self.factors, self.cuts, plan.fdr, plan.margin)
        self.prefix = f"{self.family.name}/{self.key.hex()[:8]}/"
        self.fine = [False] * len(self.factors.factors)

    @property
    def goal(self) -> int:
        """The cluster at which the phase at hand waits for its answers."""
        return -(-self.plan.confirm // CLUSTER) if self.confirming else self.cuts[self.look]

    @property
    def waits_for_nothing(self) -> bool:
        """Whether every answer that the phase or look at hand needs has come."""
        return not (self.done or self.out or self.queue) and (self.exhausted or self.issued >= self.goal)

    def next(self) -> Assignment | None:
        """The next question; None while the answers to earlier ones must come first, or when all is asked."""
        while not self.done:
            while not self.queue and self.issued < self.goal and not self.exhausted:
                self._mint()
            while self.queue:
                assignment = self.queue.popleft()
                if assignment.task.id not in self.told:
                    self.out.add(assignment.task.id)
                    return assignment
            if self.issued < self.goal and not self.exhausted:
                continue
            if self.out:
                return None
            self.advance()
        return None

    def tell(self, outcome: Outcome) -> None:
        """Take in one outcome, once; those of another screen, and failures to answer, are passed over."""
        parts = outcome.group.removeprefix(self.prefix).split("/")
        if outcome.task_id in self.told or len(parts) != 2 or not outcome.group.startswith(self.prefix):
            return
        self.told.add(outcome.task_id)
        self.out.discard(outcome.task_id)
        if outcome.counts and outcome.version == self.family.version:
            confirming = parts[0] == "confirm"
            self.answers.append(Answered(confirming, int(parts[1]), self.family.space.validate(outcome.setting), outcome.correct))

    def report(self, examinee: str) -> ScreenReport:
        ordered = sorted(self.answers, key=lambda answer: (answer.confirming, answer.cluster, repr(answer.setting)))
        return self.analyst.report(examinee, self.family.name, ordered, complete=not self.early)

    def advance(self) -> None:
        """All answers of a phase or look are in: go on, confirm, or end."""
        if self.confirming or self.exhausted:
            self.done = True
            return
        last = self.look == len(self.cuts) - 1
        here = [answer for answer in self.answers if not answer.confirming and answer.cluster < self.goal]
        decision = self.analyst.decision(here, complete=last)
        if not last and not (decision and decision.settled):
            self.look += 1
            return
        self.early = not last
        if decision is None or not decision.matters.any() or not self.plan.confirm:
            self.done = True
            return
        self.confirming, self.issued, self.tried, self.fine = True, 0, 0, [bool(found) for found in decision.matters]

    def _mint(self) -> None:
        """The twins of one cluster: consecutive rows of the design, all from the choices of one seed."""
        phase = "confirm" if self.confirming else "screen"
        count = len(self.factors.factors)
        shape = np.random.default_rng(int.from_bytes(derive_seed(self.key, "block", phase, 0)[:8], "big"))
        shifts = [int(shift) for shift in shape.integers(0, 720, count)]
        rows = 2 * order_for(count)
        block, place = divmod(self.issued * CLUSTER, rows)
        random = np.random.default_rng(int.from_bytes(derive_seed(self.key, "block", phase, block)[:8], "big"))
        signs = folded_block(count, random)[place : place + CLUSTER]
        settings = list(dict.fromkeys(self.factors.setting(row.tolist(), block, shifts, self.fine) for row in signs))
        for tried in range(self.tried, self.tried + _TRIES):
            seed = task_seed(self.family.name, self.family.version, Namespace.PUBLIC, derive_seed(self.key, phase), tried)
            tasks = [self.family.make(setting, Choices(seed)) for setting in settings]
            if not self.seen.intersection(task.id for task in tasks) and all(self._admitted(task) for task in tasks):
                break
        else:
            self.exhausted = True
            return
        self.tried = tried + 1
        self.seen.update(task.id for task in tasks)
        self.queue.extend(Assignment(task, Arm.ADAPT, f"{self.prefix}{phase}/{self.issued}") for task in tasks)
        self.issued += 1

    def _admitted(self, task: Task) -> bool:
        return task.id in self.told or admit(self.family, task, self.tried, self.gates).fits


class ScreenSource:
    """A :class:`unseen.outcome.Source` that screens families for one examinee; families take turns.

    It asks in batches as large as the design allows: only at a look does it wait for the answers that are out. Outcomes of an
    earlier session may be told first; their tasks are not asked again. ``held`` holds variables at a value or in a range.

    Raises:
        PlanError: no family is named, or one has no variable left to screen.
    """

    def __init__(
        self,
        families: Sequence[Family[Any]],
        seed: int,
        plan: ScreenPlan | None = None,
        held: Fixed | None = None,
        *,
        cross_check: float = 1.0,
    ) -> None:
        if not families:
            raise PlanError("no family to screen; `unseen families` lists them all")
        plan, keys = plan or ScreenPlan(), [derive_seed("screen", seed, family.name) for family in families]
        gates = Gates(cross_check)
        self._lanes = [_Lane(family, plan, held or {}, key, gates) for family, key in zip(families, keys, strict=True)]
        self.total = (plan.answers + plan.confirm) * len(families)

    @classmethod
    def of(cls, plan: Plan) -> ScreenSource:
        """The source of a plan that screens."""
        families = [family_named(name) for name in plan.families]
        return cls(families, plan.seed or 0, plan.screen, plan.settings, cross_check=plan.cross_check)

    def take(self, count: int) -> list[Assignment]:
        """Up to ``count`` further questions. None while :attr:`done` is False means: wait for answers that are out."""
        taken: list[Assignment] = []
        ready = deque(self._lanes)
        while ready and len(taken) < count:
            lane = ready.popleft()
            if (assignment := lane.next()) is not None:
                taken.append(assignment)
                ready.append(lane)
        return taken

    def tell(self, outcome: Outcome) -> None:
        """Learn from one outcome, in any order; a second telling changes nothing."""
        for lane in self._lanes:
            if lane.family.name == outcome.family:
                lane.tell(outcome)
                if lane.waits_for_nothing:
                    lane.advance()

    @property
    def done(self) -> bool:
        """Whether nothing will ever be asked again."""
        return all(lane.done for lane in self._lanes)

    def reports(self, examinee: str) -> list[ScreenReport]:
        """What was found so far, one report for each family; final once :attr:`done`."""
        return [lane.report(examinee) for lane in self._lanes]

"""Screening: which variables of a family matter to an examinee, found with few answers, confirmed on fresh tasks.

Every task of a cluster is made from the same random choices, so that the settings of a folded design are compared on twins:
what makes one draw harder than another cancels. One looks at the answers at a quarter, half and three quarters of the plan, and
stops as soon as every variable is shown to matter or shown not to; survivors are then asked again, on fresh seeds and at a finer
resolution.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from unseen.choices import Choices, Namespace, derive_seed, task_seed
from unseen.errors import ExamineeError
from unseen.families.base import Family
from unseen.families.registry import family as family_named
from unseen.measuring import SCREENING_LOOKS
from unseen.minting import Gates, admit
from unseen.outcome import Arm, Assignment, Outcome, Source
from unseen.plan import Budget, Plan
from unseen.probing._screen_design import folded_block, order_for
from unseen.probing._screen_factors import Factors
from unseen.probing._screen_report import Analyst, Answered, ScreenReport
from unseen.space import Value
from unseen.task import Task

CLUSTER = 4  # twins made from the same choices: two rows of the design and their mirror images
_TRIES = 64  # seeds tried for a cluster before the family counts as exhausted


class ScreenPlan(BaseModel):
    """What a screening asks and how sure it must be; for each family by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answers: int = Field(default=640, ge=32, description="most answers of the screening")
    confirm: int = Field(default=320, ge=0, description="answers on fresh tasks when something was found; 0 leaves confirmation out")
    fdr: float = Field(default=0.1, gt=0, lt=0.5, description="false discovery rate among the variables")
    margin: float = Field(default=0.1, gt=0, lt=1, description="of equivalence, in points: 0.1 is ten points of pass rate")
    load: float = Field(default=0.25, ge=0, le=1, description="declared difficulty around which difficulty variables are set")
    seed: int = Field(default=0, description="same seed, same tasks")
    settings: dict[str, Value | tuple[Value, Value]] = Field(default_factory=dict, description="variables held, or kept within a range")


@dataclass
class _Lane:
    """One family: its design, what is out, what was answered."""

    family: Family[Any]
    plan: ScreenPlan
    key: bytes
    namespace: Namespace
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
        self.factors = Factors.of(self.family, plan.settings, plan.load)
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
            seed = task_seed(self.family.name, self.family.version, self.namespace, derive_seed(self.key, phase), tried)
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
        return admit(self.family, task, 0, Gates()).fits


class ScreenSource:
    """A :class:`unseen.outcome.Source` that screens families for one examinee; families take turns.

    It asks in batches as large as the design allows: only at a look does it wait for the answers that are out. Outcomes of an
    earlier session may be told first; their tasks are not asked again.

    Raises:
        PlanError: a family has no variable left to screen.
    """

    def __init__(self, plan: ScreenPlan, families: Sequence[Family[Any]], *, namespace: Namespace = Namespace.PUBLIC) -> None:
        keys = [derive_seed("screen", plan.seed, family.name) for family in families]
        self._lanes = [_Lane(family, plan, key, namespace) for family, key in zip(families, keys, strict=True)]

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


def screen(
    model: str,
    families: Sequence[str],
    plan: ScreenPlan | None = None,
    *,
    budget: Budget | None = None,
    record: Callable[[Outcome], object] = lambda _: None,
    already: Iterable[Outcome] = (),
    **running: Any,
) -> list[ScreenReport]:
    """Screen families for any model string, real or simulated; one report for each family.

    ``record`` is called with each outcome, e.g. to store it; ``already`` are outcomes of an earlier session of the same plan.
    Other arguments (``progress``, ``log_dir``, ``say``, ...) are those of :func:`unseen.running.evaluate`. A budget that runs out, or a
    Ctrl-C, ends the screen early; what was answered by then is analysed as one last look.

    Raises:
        UnseenError: nothing was asked, or nothing was answered.
    """
    from unseen.running import evaluate

    source = ScreenSource(plan or ScreenPlan(), [family_named(name) for name in families])
    asking = Plan(models=(model,), families=tuple(families), budget=budget or Budget(), seed=0)
    factory: Callable[[str], Source] = lambda _: source  # noqa: E731
    done = evaluate(asking, source_factory=factory, record=record, already=already, **running)
    reports = source.reports(model)
    if not any(report.screened for report in reports):
        raise ExamineeError(f"{model} gave no answer: {'; '.join(run.detail or run.ending.value for run in done.runs)}")
    return reports

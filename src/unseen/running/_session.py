"""One examinee's sitting: hands out assignments within the budget, makes each outcome durable, tells the source, reports progress.

Both ways of asking, the plain loop for simulated examinees and Inspect for real models, drive the same :class:`Session`.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from unseen.outcome import Assignment, Outcome, Response, Source
from unseen.running._grading import finish
from unseen.running._pace import Pace
from unseen.running._spending import Ledger
from unseen.verdict import Kind

_EXPECT_EVERY_SECONDS = 5.0


class Ending(StrEnum):
    """Why a model's run ended."""

    DONE = "done"  # the source has nothing left to ask
    BUDGET = "budget"  # a limit was met; ``detail`` names it
    INTERRUPTED = "interrupted"  # Ctrl-C
    UNREACHABLE = "unreachable"  # the model stopped answering altogether


@dataclass(frozen=True)
class Progress:
    """Where a run stands. ``expected`` is the number of tasks it will end with and ``eta`` the seconds left, None while unknown."""

    model: str
    finished: int
    in_flight: int
    expected: int | None
    eta: float | None
    elapsed: float
    rate: float | None
    tokens: int
    cost: float | None
    kinds: Mapping[Kind, int]


@dataclass(frozen=True)
class ModelRun:
    """What became of one model: why it ended, how much was asked in this sitting, and where Inspect's log lies."""

    model: str
    ending: Ending
    detail: str
    finished: int
    kinds: Mapping[Kind, int]
    tokens: int
    cost: float | None
    seconds: float
    log: Path | None = None


Record = Callable[[Outcome], object]
Report = Callable[[Progress], object]


@dataclass
class Session:
    """One examinee's sitting over a source of assignments.

    ``record`` must have made the outcome durable when it returns; only then is the source told. An exception from it ends the run.
    ``patience`` infrastructure failures in a row, with no answer between them, mean that the model is unreachable.
    """

    examinee: str
    source: Source
    record: Record
    ledger: Ledger
    report: Report | None = None
    patience: int = 8
    ending: Ending | None = None
    detail: str = ""
    kinds: Counter[Kind] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.pace = Pace(self.started)
        self.stop: Callable[[], object] = lambda: None  # drops the questions in flight
        self.failure: Exception | None = None
        self.responses: dict[str, Response] = {}
        self.asked: dict[str, Assignment] = {}
        self._held: deque[Assignment] = deque()
        self._names: Counter[str] = Counter()
        self._kept_back: deque[tuple[str, Outcome]] = deque()
        self._tokens = 0
        self._cost: float | None = 0.0
        self._expect_at = self.started + _EXPECT_EVERY_SECONDS

    def resume(self, already: Iterable[Outcome]) -> None:
        """Tell the source, and count against the budget, what an earlier part of the run found out about this examinee."""
        for outcome in already:
            if outcome.examinee == self.examinee:
                self.ledger.count(outcome)
                self.source.tell(outcome)

    def take(self, count: int) -> list[tuple[str, Assignment]]:
        """Up to ``count`` assignments that the budget admits, each under a name that is unique in this sitting.

        None at all means that nothing may be asked now; with questions in flight that may change when they return.
        """
        taken: list[tuple[str, Assignment]] = []
        while self.ending is None and self.failure is None and len(taken) < count:
            if not self._held and not self._draw(count - len(taken)):
                break
            assignment = self._held[0]
            if limit := self.ledger.blocked_by(assignment.task, time.monotonic()):
                if not self.asked:
                    self.end(Ending.BUDGET, f"the budget's {limit} ran out")
                break
            self._held.popleft()
            taken.append((self._admit(assignment), assignment))
        return taken

    def _draw(self, count: int) -> bool:
        """Take from the source; one that waits for outcomes with nothing in flight gets those kept back."""
        self._held.extend(self.source.take(count))
        if not self._held and not self.asked and self._kept_back:
            self._release()
            self._held.extend(self.source.take(count))
        return bool(self._held)

    def _admit(self, assignment: Assignment) -> str:
        base = assignment.task.id
        self._names[base] += 1
        name = base if self._names[base] == 1 else f"{base}#{self._names[base]}"
        self.asked[name] = assignment
        self.ledger.admit(name, assignment.task)
        return name

    def end(self, ending: Ending, detail: str = "") -> None:
        """Ask nothing more. The first reason given stands."""
        if self.ending is None:
            self.ending, self.detail = ending, detail

    def abandon(self, ending: Ending, detail: str = "") -> None:
        """Ask nothing more, and drop the questions in flight: they count as never asked."""
        self.end(ending, detail)
        self.stop()

    def fail(self, error: Exception) -> None:
        """Something that is not the model's doing went wrong (a full disk, a broken source): stop at once and keep the first error."""
        self.failure = self.failure or error
        self.stop()

    def forget(self, name: str) -> None:
        """A question that will never be graded, if it still was open."""
        if self.asked.pop(name, None) is not None:
            self.ledger.withdraw(name)

    def finish(self, name: str, response: Response) -> Outcome:
        """Grade a response, make the outcome durable, then tell the source and report.

        Infrastructure failures are kept back until an answer shows that the model is there after all. When none does, the
        questions count as never asked, so that a resumed run asks them again.
        """
        outcome = finish(self.asked.pop(name), self.examinee, response)
        self._kept_back.append((name, outcome))
        if outcome.kind is not Kind.INFRASTRUCTURE:
            self._release()
        elif len(self._kept_back) >= self.patience:
            self.abandon(Ending.UNREACHABLE, f"{self.patience} questions in a row got no answer; the last said: {outcome.reason}")
        return outcome

    def close(self) -> None:
        """What was kept back is released after a run that came to its own end."""
        if self.failure is None and self.ending in (None, Ending.BUDGET):
            self._release()

    def _release(self) -> None:
        while self._kept_back:
            name, outcome = self._kept_back[0]
            self.record(outcome)
            self._kept_back.popleft()
            self.ledger.settle(name, outcome)
            self.source.tell(outcome)
            self._count(outcome)

    def _count(self, outcome: Outcome) -> None:
        now = time.monotonic()
        self.kinds[outcome.kind] += 1
        self._tokens += outcome.input_tokens + outcome.output_tokens
        if outcome.kind is not Kind.INFRASTRUCTURE:
            self._cost = None if outcome.cost is None or self._cost is None else self._cost + outcome.cost
        self.pace.done(now)
        if now >= self._expect_at:
            self._expect_at = now + _EXPECT_EVERY_SECONDS
            self._tell_expectation(now)
        if self.report is not None:
            self.report(self.progress(now))

    def _tell_expectation(self, now: float) -> None:
        """A source that plans ahead (it has ``expect``) learns how many further tasks time and budget leave."""
        expect = getattr(self.source, "expect", None)
        left = self.tasks_left(now)
        if expect is not None and left is not None:
            expect(left)

    def tasks_left(self, now: float) -> int | None:
        """How many further tasks fit, from the budget and the speed measured so far; None while nothing says."""
        bounds = [self.ledger.tasks_left()]
        if self.ledger.budget.minutes is not None:
            bounds.append(self.pace.fits(now, max(0.0, self.ledger.deadline - now)))
        known = [bound for bound in bounds if bound is not None]
        return min(known) if known else None

    def progress(self, now: float) -> Progress:
        """Where the sitting stands."""
        left = self.tasks_left(now)
        total = getattr(self.source, "total", None)  # a source that is settled beforehand knows how much there is
        if isinstance(total, int):
            planned = max(0, total - self.ledger.tasks)
            left = planned if left is None else min(left, planned)
        finished = sum(self.kinds.values())
        return Progress(
            model=self.examinee,
            finished=finished,
            in_flight=len(self.asked),
            expected=None if left is None else finished + left,
            eta=None if left is None else self.pace.eta(now, left),
            elapsed=now - self.started,
            rate=self.pace.rate(now),
            tokens=self._tokens,
            cost=self._cost,
            kinds=dict(self.kinds),
        )

    def result(self, log: Path | None = None) -> ModelRun:
        """The sitting's summary."""
        return ModelRun(
            model=self.examinee,
            ending=self.ending or Ending.DONE,
            detail=self.detail,
            finished=sum(self.kinds.values()),
            kinds=dict(self.kinds),
            tokens=self._tokens,
            cost=self._cost,
            seconds=time.monotonic() - self.started,
            log=log,
        )

"""What holds for every examinee, however it is asked: durability first, budgets kept, failures kept apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from tests.running.sitting import KEYS, SUMS, source
from unseen.errors import StoreError
from unseen.minting import FixedSource
from unseen.outcome import Outcome, Response
from unseen.plan import Budget
from unseen.running import Ending, Progress, interview
from unseen.task import Task
from unseen.verdict import Kind


@dataclass
class Scripted:
    """Answers each task by a rule; ``asked`` holds every task it was given."""

    rule: Callable[[Task], Response]
    name: str = "scripted"
    asked: list[str] = field(default_factory=list)

    def respond(self, tasks: Sequence[Task]) -> list[Response]:
        self.asked += [task.id for task in tasks]
        return [self.rule(task) for task in tasks]


def knows(task: Task) -> Response:
    return Response(f"Answer: {KEYS[task.prompt]}", input_tokens=20, output_tokens=10, cost=0.5)


def down(_: Task) -> Response:
    return Response("", error="no route to host")


class Watched(FixedSource):
    """A fixed source that notes what it is told."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        super().__init__(source(tasks)._coming)
        self.told: list[Outcome] = []

    def tell(self, outcome: Outcome) -> None:
        self.told.append(outcome)
        super().tell(outcome)


def test_an_outcome_is_durable_before_the_source_or_anyone_else_hears_of_it() -> None:
    events: list[str] = []
    watched = Watched(SUMS[:3])
    interview(
        watched,
        Scripted(knows),
        lambda outcome: events.append(f"recorded {outcome.task_id} after {len(watched.told)}"),
        report=lambda progress: events.append(f"reported {progress.finished}"),
    )
    ids = [task.id for task in SUMS[:3]]
    assert events == [event for i, name in enumerate(ids) for event in (f"recorded {name} after {i}", f"reported {i + 1}")]


def test_what_recording_raises_stops_the_asking_and_is_not_told() -> None:
    def full(outcome: Outcome) -> None:
        raise StoreError("no space left on the disk")

    watched, examinee = Watched(SUMS), Scripted(knows)
    with pytest.raises(StoreError, match="no space left"):
        interview(watched, examinee, full, batch=4)
    assert watched.told == []
    assert len(examinee.asked) == 4


@pytest.mark.parametrize(
    ("budget", "finished"),
    [(Budget(tasks=7), 7), (Budget(tokens=610), 20), (Budget(cost=2.4), 4), (Budget(tasks=30, tokens=610), 20), (Budget(), 40)],
    ids=["tasks", "tokens", "cost", "the tighter of two", "none"],
)
def test_a_budget_ends_the_interview_before_it_is_passed(budget: Budget, finished: int) -> None:
    run = interview(source(SUMS), Scripted(knows), lambda _: None, budget, batch=1)
    assert run.ending is (Ending.DONE if budget == Budget() else Ending.BUDGET)
    assert run.finished <= finished
    assert run.finished >= 0.6 * finished  # room is kept for the longest prompt and reply that may come
    assert run.tokens <= (budget.tokens or 10**9)


def test_a_failure_that_passes_is_asked_again_and_leaves_no_trace() -> None:
    failed: set[str] = set()

    def flaky(task: Task) -> Response:
        if task.id in failed:
            return knows(task)
        failed.add(task.id)
        return down(task)

    outcomes: list[Outcome] = []
    run = interview(source(SUMS[:5]), Scripted(flaky), outcomes.append)
    assert run.kinds == {Kind.CORRECT: 5}


def test_a_failure_that_stays_is_reported_and_never_counts() -> None:
    outcomes: list[Outcome] = []
    interview(source(SUMS[:5]), Scripted(lambda task: down(task) if task is SUMS[2] else knows(task)), outcomes.append)
    assert [o.kind for o in outcomes] == [Kind.CORRECT] * 2 + [Kind.INFRASTRUCTURE] + [Kind.CORRECT] * 2
    assert outcomes[2].reason == "no route to host"
    assert not outcomes[2].counts


def test_an_examinee_that_never_answers_is_unreachable_and_its_questions_count_as_never_asked() -> None:
    outcomes: list[Outcome] = []
    run = interview(source(SUMS), Scripted(down), outcomes.append, batch=4)
    assert (run.ending, outcomes) == (Ending.UNREACHABLE, [])
    assert "no route to host" in run.detail


def test_failures_at_the_very_end_are_reported_all_the_same() -> None:
    outcomes: list[Outcome] = []
    run = interview(source(SUMS[:5]), Scripted(lambda task: down(task) if task in SUMS[3:5] else knows(task)), outcomes.append)
    assert run.kinds == {Kind.CORRECT: 3, Kind.INFRASTRUCTURE: 2}


def test_a_resumed_interview_repeats_nothing_and_counts_what_was_spent() -> None:
    first: list[Outcome] = []
    interview(source(SUMS), Scripted(knows), first.append, Budget(tasks=6))
    examinee, rest = Scripted(knows), list[Outcome]()
    foreign = replace(first[0], examinee="someone else", task_id=SUMS[20].id)
    run = interview(source(SUMS), examinee, rest.append, Budget(tasks=10), already=[*first, foreign])
    assert run.finished == 4
    assert not {o.task_id for o in first} & set(examinee.asked)


def test_ctrl_c_ends_the_interview_with_what_was_finished() -> None:
    def interrupted(task: Task) -> Response:
        if task is SUMS[8]:
            raise KeyboardInterrupt
        return knows(task)

    outcomes: list[Outcome] = []
    run = interview(source(SUMS), Scripted(interrupted), outcomes.append, batch=4)
    assert (run.ending, len(outcomes)) == (Ending.INTERRUPTED, 8)


def test_a_source_that_plans_ahead_hears_how_much_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unseen.running._session._EXPECT_EVERY_SECONDS", 0.0)

    class Planning(Watched):
        expected: list[int] = []

        def expect(self, left: int) -> None:
            self.expected.append(left)

    planning = Planning(SUMS)
    interview(planning, Scripted(knows), lambda _: None, Budget(tasks=5))
    assert planning.expected == [4, 3, 2, 1, 0]


def test_progress_knows_the_end_of_a_settled_source() -> None:
    seen: list[Progress] = []
    interview(source(SUMS), Scripted(knows), lambda _: None, report=seen.append)
    assert [p.expected for p in seen] == [40] * 40
    assert seen[-1].cost == 20.0

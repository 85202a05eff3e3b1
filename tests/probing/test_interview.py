"""The plain interview loop."""

from collections.abc import Sequence

from tests.probing.counting import Counting, Steady
from unseen.outcome import Outcome, Response
from unseen.plan import Budget, Plan
from unseen.probing import AdaptiveSource, interview
from unseen.task import Task
from unseen.verdict import Kind

FAMILY = Counting()
FAMILIES = {FAMILY.name: FAMILY}


class Faulty(Steady):
    def respond(self, tasks: Sequence[Task]) -> list[Response]:
        return [Response("Answer: 1", error="connection reset") if i % 2 else self._one(task) for i, task in enumerate(tasks)]


def source() -> AdaptiveSource:
    return AdaptiveSource(Plan(seed=3), [FAMILY])


def test_it_ends_at_its_budget_and_hands_over_each_outcome_before_asking_on() -> None:
    seen: list[Outcome] = []
    outcomes = interview(source(), Steady(FAMILY, 0.5), budget=Budget(tasks=21), on_outcome=seen.append, families=FAMILIES, batch=8)
    assert outcomes == seen
    assert len(outcomes) == 21
    assert {o.examinee for o in outcomes} == {"steady 0.5 8.0 0"}


def test_an_error_is_an_infrastructure_failure_whatever_the_text() -> None:
    outcomes = interview(source(), Faulty(FAMILY, 2.0), budget=Budget(tasks=16), families=FAMILIES, batch=16)
    assert [o.kind for o in outcomes[1::2]] == [Kind.INFRASTRUCTURE] * 8
    assert outcomes[1].reason == "connection reset"


def test_it_stops_by_itself_when_the_source_is_done() -> None:
    probe = source()
    interview(probe, Steady(FAMILY, 0.5), families=FAMILIES)
    assert probe.done


def test_equal_interviews_give_equal_outcomes() -> None:
    one, other = (interview(source(), Steady(FAMILY, 0.5), budget=Budget(tasks=16), families=FAMILIES) for _ in range(2))
    assert one == other

"""A screen or a hunt cut short after any number of answers goes on to the very same end; what is stored gives back what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tests.probing.counting import Counting, Sibling, Steady
from tests.probing.hunting_ground import Breaks, Sums, planted_regions
from unseen.errors import PlanError
from unseen.examinees import simulated
from unseen.outcome import Examinee, Outcome, Source
from unseen.plan import Budget, HuntPlan, Plan, ScreenPlan
from unseen.probing import HuntSource, ScreenSource, interview, replay_hunt, replay_screen
from unseen.probing._interview import graded

SUMS, TOYS = Sums(), (Counting(), Sibling())
FAMILIES = {family.name: family for family in (SUMS, *TOYS)}
HUNTER = Breaks(planted_regions(np.random.default_rng(3), 1), inside=1.0)
SCREENED = Steady(TOYS[0], 0.3)


def hunting() -> HuntSource:
    return HuntSource([SUMS], 9, HuntPlan(answers=500))


def screening() -> ScreenSource:
    return ScreenSource(TOYS, 5, ScreenPlan(answers=96, confirm=48))


def found(source: Source) -> object:
    return source.results() if isinstance(source, HuntSource) else source.reports("")  # type: ignore[attr-defined]


@cache
def uninterrupted(make: Callable[[], Source], examinee: Examinee) -> tuple[object, tuple[Outcome, ...]]:
    source = make()
    outcomes = interview(source, examinee, families=FAMILIES)
    assert source.done
    return found(source), tuple(outcomes)


@pytest.mark.parametrize(("make", "examinee"), [(hunting, HUNTER), (screening, SCREENED)], ids=["hunt", "screen"])
@pytest.mark.parametrize("batch", [1, 7, 32])
def test_cut_short_anywhere_and_resumed_it_ends_alike_and_asks_nothing_twice(
    make: Callable[[], Source], examinee: Examinee, batch: int
) -> None:
    whole, outcomes = uninterrupted(make, examinee)
    for cut in (*range(1, len(outcomes), len(outcomes) // 5 + batch), len(outcomes)):
        source = make()
        for outcome in outcomes[:cut]:
            source.tell(outcome)
        rest = interview(source, examinee, families=FAMILIES, batch=batch)
        assert {o.task_id for o in rest}.isdisjoint(o.task_id for o in outcomes[:cut])
        assert {o.task_id for o in rest} == {o.task_id for o in outcomes[cut:]}
        assert found(source) == whole


def test_a_hunt_killed_again_and_again_ends_like_one_that_was_left_alone() -> None:
    """Of the questions in flight, any may be answered when it dies: each sitting loses the first third."""
    whole, outcomes = uninterrupted(hunting, HUNTER)
    kept: list[Outcome] = []
    while True:
        source = hunting()
        for outcome in kept:
            source.tell(outcome)
        if source.done:
            break
        taken = source.take(11)
        answered = taken[len(taken) // 3 :]
        replies = HUNTER.respond([assignment.task for assignment in answered])
        kept += [graded(one, HUNTER.name, reply, SUMS) for one, reply in zip(answered, replies, strict=True)]
    assert found(source) == whole
    assert sorted(o.task_id for o in kept) == sorted(o.task_id for o in outcomes)


PLAN = Plan(families=("arithmetic/chain",), seed=1, settings={"steps": (1, 4)})


def test_what_is_stored_of_a_real_family_gives_back_what_was_found() -> None:
    examinee = simulated("simulated/prior-reciter?ability=9")
    hunt = PLAN.model_copy(update={"hunt": HuntPlan(answers=400)})
    source = HuntSource.of(hunt)
    outcomes = interview(source, examinee)
    assert replay_hunt(hunt, outcomes) == source.results()
    assert [finding.rule.words for finding in source.results()[0].findings] == ["base = eight"]
    screen = PLAN.model_copy(update={"screen": ScreenPlan(answers=128, confirm=64)})
    screened = ScreenSource.of(screen)
    outcomes = interview(screened, examinee)
    assert replay_screen(screen, outcomes) == tuple(screened.reports(examinee.name))


def test_answers_of_another_version_are_refused_and_not_mixed_in() -> None:
    plan = PLAN.model_copy(update={"hunt": HuntPlan(answers=400)})
    source = HuntSource.of(plan)
    examinee = simulated("simulated/prior-reciter?ability=9")
    outcomes = interview(source, examinee, budget=Budget(tasks=20))
    with pytest.raises(PlanError, match="version 99"):
        replay_hunt(plan, [replace(outcomes[0], version=99)])
    strange = [replace(outcome, task_id=f"{at:032x}") for at, outcome in enumerate(outcomes)]
    with pytest.raises(PlanError, match="do not belong to this hunt"):
        replay_hunt(plan, strange)
    again = HuntSource.of(plan)
    again.tell(strange[0])
    with pytest.raises(PlanError, match="start a new one"):
        again.take(1)


def test_a_hunt_of_another_seed_in_the_same_run_is_passed_over() -> None:
    _, outcomes = uninterrupted(hunting, HUNTER)
    other = HuntSource([SUMS], 10, HuntPlan(answers=500))
    for outcome in outcomes:
        other.tell(outcome)
    assert other.strays == 0 and other.take(1)

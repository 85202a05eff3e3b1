"""Duels over stored runs: two models with overlapping blind spots and one archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from unseen.errors import PlanError
from unseen.evaluation import duel, evaluate
from unseen.plan import Budget, HuntPlan, Plan
from unseen.probing import RegionArchive, Standing
from unseen.storing import Status, Store

ONE = "simulated/blind-spot?ability=9&rate=1&where=base=eight"
OTHER = "simulated/blind-spot?ability=9&rate=1&where=story=shop|kitchen|voyage"
PLAN = Plan(
    models=(ONE,), families=("arithmetic/chain",), seed=3, settings={"steps": (1, 4)}, hunt=HuntPlan(answers=300, shrink=0, most=2, confirm=24)
)  # fmt: skip


def test_the_archive_carries_regions_from_one_model_to_the_next(tmp_path: Path) -> None:
    path, store = tmp_path / "archive.json", Store(tmp_path)
    (first,) = duel(PLAN, path, store=store, folder=tmp_path)
    assert [region.rule for region in first.archive.regions] == ["base = eight"]
    second, third = duel(PLAN.model_copy(update={"models": (OTHER, ONE)}), path, store=store, folder=tmp_path)
    assert [(r.rule.words, r.state) for r in second.hunted[0].known] == [("base = eight", Standing.SOLVED)]
    assert second.hunted[0].findings and third.hunted[0].known[0].state is Standing.FAILS
    held = RegionArchive.load(path)
    assert [(entry.round, entry.model) for entry in held.rounds] == [(1, ONE), (2, OTHER), (3, ONE)]
    assert [entry.run for entry in held.rounds] == [one.record.id for one in (first, second, third)]
    assert held.regions[0].standing(OTHER) is Standing.SOLVED and held.regions[0].standing(ONE) is Standing.FAILS


def test_a_round_is_asked_again_alike_from_its_stored_plan(tmp_path: Path) -> None:
    store = Store(tmp_path)
    (first,) = duel(PLAN, tmp_path / "archive.json", store=store, folder=tmp_path)
    (second,) = duel(PLAN, tmp_path / "archive.json", store=store, folder=tmp_path)
    again = evaluate(Plan.of(dict(second.record.plan)), store=store, folder=tmp_path)
    asked = [outcome.task_id for outcome in store.outcomes(second.record.id)]
    assert asked == [outcome.task_id for outcome in store.outcomes(again.id)]
    assert asked != [outcome.task_id for outcome in store.outcomes(first.record.id)]


def test_a_plan_that_does_not_hunt_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="hunts"):
        duel(Plan(seed=1), tmp_path / "archive.json")


def test_a_round_that_a_budget_ended_claims_nothing(tmp_path: Path) -> None:
    cut = PLAN.model_copy(update={"budget": Budget(tasks=40)})
    (one,) = duel(cut, tmp_path / "archive.json", store=Store(tmp_path), folder=tmp_path)
    assert one.record.status is Status.FINISHED and not one.archive.regions and not one.hunted[0].finished

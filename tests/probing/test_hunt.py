"""Hunting: planted regions are found, claims are confirmed on fresh tasks, the same seed asks the same questions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from tests.probing.hunting_ground import Breaks, Sums, planted_regions, shared
from unseen.outcome import Outcome, Response
from unseen.plan import HuntPlan
from unseen.probing import Grid, Hunted, HuntSource, Hypotheses, e_benjamini_hochberg, e_value, interview
from unseen.task import Task
from unseen.verdict import Kind

FAMILY = Sums()
GRID = Grid(Sums.space)


def hunted(examinee: Breaks, seed: int, options: HuntPlan | None = None, batch: int = 32) -> tuple[Hunted, list[Outcome]]:
    source = HuntSource([FAMILY], seed, options)
    outcomes = interview(source, examinee, families={FAMILY.name: FAMILY}, batch=batch)
    assert source.done
    (found,) = source.results()
    return found, outcomes


def test_planted_regions_are_found_and_nothing_else_is_claimed() -> None:
    """Three hunts with two regions each; at a recall of .95, fewer than 4 of 6 comes up twice in a thousand such tests."""
    recalled = 0
    for seed in range(1, 4):
        regions = planted_regions(np.random.default_rng(seed), 2)
        found, outcomes = hunted(Breaks(regions, seed=seed), seed, HuntPlan(answers=1000))
        assert found.finished and found.answers == len(outcomes) <= 1000
        for region in regions:
            recalled += any(shared(GRID, f.rule, region) >= 0.5 * max(f.rule.volume, region.volume) for f in found.findings)
        assert all(sum(shared(GRID, f.rule, region) for region in regions) >= 0.4 * f.rule.volume for f in found.findings)
    assert recalled >= 4


def test_an_examinee_that_fails_alike_everywhere_is_accused_of_nothing() -> None:
    options = HuntPlan(answers=600)
    assert [len(hunted(Breaks([], outside=0.3, seed=seed), seed, options)[0].findings) for seed in range(2)] == [0, 0]


def test_the_same_seed_asks_the_same_questions_whatever_the_batches() -> None:
    regions = planted_regions(np.random.default_rng(3), 1)
    options = HuntPlan(answers=500)
    one, other = (hunted(Breaks(regions), 9, options, batch)[1] for batch in (32, 5))
    assert [o.task_id for o in one] == [o.task_id for o in other]
    assert [o.task_id for o in one] != [o.task_id for o in hunted(Breaks(regions), 10, options)[1]]


def test_what_is_reported_of_a_rule_rests_on_tasks_that_the_search_never_asked() -> None:
    regions = planted_regions(np.random.default_rng(1), 1)
    found, outcomes = hunted(Breaks(regions, inside=1.0, outside=0.0), 4, HuntPlan(answers=700, shrink=0, most=1))
    (finding,) = found.findings
    assert len({o.prompt for o in outcomes}) == len(outcomes)
    asked = 40 + 5 * math.ceil(8 / (1 - finding.rule.volume))  # five rounds: eight inside, and enough that eight lie outside
    assert found.proposed == 1
    tested = outcomes[-asked:]
    inside = [o for at in range(5) for o in tested[at * asked // 5 :][:8]]
    assert all(finding.rule.holds(o.setting) for o in inside) and len(inside) == finding.inside.asked
    assert sum(o.correct for o in inside) == finding.inside.passes


class Unreachable(Breaks):
    def respond(self, tasks: Sequence[Task]) -> list[Response]:
        return [Response("", error="connection reset") for _ in tasks]


def test_infrastructure_failures_are_not_the_examinees() -> None:
    found, outcomes = hunted(Unreachable([]), 2, HuntPlan(answers=400))
    assert not found.findings and {o.kind for o in outcomes} == {Kind.INFRASTRUCTURE}


def test_a_hunt_cut_short_claims_nothing() -> None:
    source = HuntSource([FAMILY], 1)
    source.take(8)
    (found,) = source.results()
    assert not found.finished and not found.findings


def test_held_variables_stay_where_they_are_held() -> None:
    source = HuntSource([FAMILY], 1, held={"base": "eight", "steps": (3, 5)})
    assert {(t.task.setting.base, t.task.setting.steps in (3, 4, 5)) for t in source.take(16)} == {("eight", True)}


def test_a_space_that_is_soon_explained_is_confirmed_rather_than_searched_on() -> None:
    held = {name: value for name, value in FAMILY.space.default.items() if name != "base"}
    source = HuntSource([FAMILY], 1, held=held)
    examinee = Breaks([GRID.rule(GRID.condition(7, 1, 1))], inside=1.0, outside=0.0)
    interview(source, examinee, families={FAMILY.name: FAMILY})
    (found,) = source.results()
    assert found.finished and [finding.rule.words for finding in found.findings] == ["base = eight"]


def test_too_few_answers_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="give at least"):
        HuntPlan(answers=100)


def test_the_surrogate_recovers_a_rule_from_answers() -> None:
    rng = np.random.default_rng(0)
    rule = GRID.rule(GRID.condition(0, 6, 11), GRID.condition(7, 1, 1))
    rows = GRID.draw(rng, 400)
    failed = rng.random(400) < np.where(GRID.inside(rule, rows), 0.9, 0.1)
    beliefs = Hypotheses(GRID)
    assert beliefs.evidence == pytest.approx(0)  # before any answer, even odds
    beliefs.learn(rows[:123], failed[:123])
    beliefs.learn(rows[123:], failed[123:])
    found, chance = beliefs.verdict(rng)
    assert shared(GRID, found, rule) > 0.8 * max(rule.volume, found.volume) and chance > 0.99
    assert beliefs.evidence > 20
    inside, outside = beliefs.chance(np.vstack([GRID.draw_inside(rng, rule, 50), GRID.draw(rng, 50)])).reshape(2, 50).mean(axis=1)
    assert inside > 0.8 and outside < 0.4  # a quarter of all settings lie inside
    assert rule.words == "steps ≥ 7 and base = eight"


def test_conditions_on_falling_variables_are_told_by_their_values() -> None:
    patience = GRID.names.index("patience")
    assert GRID.condition(patience, 7, 9).words == "patience ≤ 3"
    assert GRID.condition(patience, 0, 2).words == "patience ≥ 8"


def test_the_e_value_averages_at_most_one_where_the_gap_is_no_larger() -> None:
    """At the edge of the hypothesis its mean is exactly 1; 20,000 draws have a Monte Carlo error of about .02."""
    rng = np.random.default_rng(0)
    values = [e_value(rng.random(12) < 0.5, rng.random(12) < 0.4, 0.1) for _ in range(20_000)]
    assert abs(np.mean(values) - 1) < 4 * np.std(values) / np.sqrt(len(values))


def test_e_bh_rejects_the_k_largest() -> None:
    assert e_benjamini_hochberg([100.0, 1.0, 60.0], 0.05) == [True, False, True]
    assert e_benjamini_hochberg([19.0], 0.05) == [False]
    assert e_benjamini_hochberg([], 0.05) == []

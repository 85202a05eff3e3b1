"""The surrogate of the hunt: what it asks, and that it stays affordable in wide spaces."""

from __future__ import annotations

import numpy as np

from tests.probing.hunting_ground import Sums, shared
from unseen.probing import Grid, Hypotheses
from unseen.space import Integer, Space

GRID = Grid(Sums.space)
RULE = GRID.rule(GRID.condition(0, 9, 11), GRID.condition(8, 1, 1), GRID.condition(9, 1, 1))


def test_questions_chosen_recover_a_rule_with_fewer_answers_than_uniform_ones() -> None:
    """A region of an eightieth of the space, no noise; 36 answers after the first failure, four repeats."""

    def found(seed: int, *, choosing: bool) -> bool:
        rng, beliefs = np.random.default_rng(seed), Hypotheses(GRID)
        beliefs.learn(GRID.draw_inside(rng, RULE, 1), np.array([True]))
        for _ in range(6):
            suspects = beliefs.draw_suspects(rng, 60)
            moved = np.where(rng.random(suspects.shape) < 0.3, GRID.draw(rng, 60), suspects)
            rows = np.vstack([GRID.draw(rng, 40), moved])
            asked = rows[beliefs.choose(rng, rows, 6)[0]] if choosing else rows[:6]
            beliefs.learn(asked, GRID.inside(RULE, asked))
        rule, _ = beliefs.verdict(rng)
        return shared(GRID, rule, RULE) >= 0.5 * max(rule.volume, RULE.volume)

    chosen, drawn = (sum(found(seed, choosing=choosing) for seed in range(4)) for choosing in (True, False))
    assert chosen >= 3 and drawn <= 1


def test_a_batch_holds_no_row_twice_and_promises_no_more_than_there_is_to_know() -> None:
    rng, beliefs = np.random.default_rng(0), Hypotheses(GRID)
    beliefs.learn(GRID.draw(rng, 30), rng.random(30) < 0.3)
    chosen, told = beliefs.choose(rng, GRID.draw(rng, 50), 5)
    assert len(set(chosen)) == 5 and 0 <= told <= 5 * np.log(2)
    assert len(beliefs.choose(rng, GRID.draw(rng, 3), 5)[0]) == 3


def test_thresholds_are_thinned_where_the_rules_would_be_too_many() -> None:
    wide = Grid(Space(**{f"v{at}": Integer(1, 30) for at in range(14)}))
    beliefs = Hypotheses(wide)
    beliefs.learn(np.zeros((4, 14), dtype=int), np.array([True, False, True, True]))
    assert np.isfinite(beliefs.evidence)
    assert beliefs.best.volume <= 1


def test_volumes_of_rules_agree_with_the_grid() -> None:
    rng, near = np.random.default_rng(1), Grid(Sums.space, near=0.5)
    beliefs = Hypotheses(near)
    rows = near.draw(rng, 300)
    rule = near.rule_where({"base": ("eight",)})
    assert rule is not None
    beliefs.learn(rows, near.inside(rule, rows))
    found, chance = beliefs.verdict(rng)
    assert found == rule and chance > 0.9 and found.volume == 0.25

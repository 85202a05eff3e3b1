"""The designs of screening are balanced, clear of aliases, and make twins."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.probing.counting import Counting
from unseen.errors import PlanError
from unseen.probing._screen_design import folded_block, order_for
from unseen.probing._screen_factors import Factors
from unseen.space import Role


@pytest.mark.parametrize("variables", [1, 2, 5, 8, 11, 12, 15, 17, 23, 33])
def test_a_block_estimates_every_effect_clear_of_the_others_and_of_every_interaction(variables: int) -> None:
    block = folded_block(variables, np.random.default_rng(variables)).astype(int)
    assert block.shape == (2 * order_for(variables), variables)
    assert (block.sum(axis=0) == 0).all()
    assert (block.T @ block == len(block) * np.eye(variables)).all()
    for a, b in itertools.combinations(range(min(variables, 8)), 2):
        assert not (block.T @ (block[:, a] * block[:, b])).any()


@pytest.mark.parametrize(("variables", "order"), [(1, 4), (8, 8), (9, 12), (13, 16), (17, 20), (21, 24), (25, 32)])
def test_blocks_are_as_small_as_hadamard_matrices_allow(variables: int, order: int) -> None:
    assert order_for(variables) == order


def test_interactions_confounded_in_one_block_come_apart_over_several() -> None:
    random = np.random.default_rng(0)
    rows = np.vstack([folded_block(15, random) for _ in range(20)]).astype(float)
    products = np.array([rows[:, a] * rows[:, b] for a, b in itertools.combinations(range(15), 2)])
    alike = np.abs(np.corrcoef(products) - np.eye(len(products)))
    assert alike.max() < 0.75 and alike.mean() < 0.15


def test_every_level_of_a_category_meets_its_reference_in_turn() -> None:
    factors = Factors.of(Counting(), {}, 0.5)
    story = next(factor for factor in factors.factors if factor.name == "story")
    assert story.pairs(fine=False) == [("bare", "shop"), ("bare", "boat")]
    seen = {factors.setting([1] * 4, block, [0] * 4, [False] * 4)["story"] for block in range(2)}
    assert seen == {"shop", "boat"}


def test_difficulty_is_set_around_the_load_and_its_middle_joins_at_the_finer_resolution() -> None:
    size = Factors.of(Counting(), {}, 0.25).factors[0]
    assert size.role is Role.DIFFICULTY and size.values == (0, 10) and size.middle == 5
    assert (0, 5) in size.pairs(fine=True) and size.pairs(fine=False) == [(0, 10)]
    assert size.column(10, [{"size": 0}, {"size": 5}, {"size": 10}]).tolist() == [-0.5, 0.0, 0.5]


def test_held_variables_stay_out_and_ranges_are_kept() -> None:
    factors = Factors.of(Counting(), {"size": (4, 8), "rule": "odd"}, 0.5)
    assert [factor.name for factor in factors.factors] == ["size", "depth", "story"]
    assert all(4 <= value <= 8 for value in factors.factors[0].values)  # type: ignore[operator]
    assert factors.setting([1, 1, 1], 0, [0, 0, 0], [False] * 3)["rule"] == "odd"


def test_a_screen_of_nothing_is_refused() -> None:
    with pytest.raises(PlanError, match="no variable is left to screen"):
        Factors.of(Counting(), {"size": 1, "depth": 1, "rule": "odd", "story": "shop"}, 0.5)

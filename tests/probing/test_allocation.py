"""Known densities and the weights that undo them."""

import numpy as np
import pytest

from unseen.probing import draw_from_pool
from unseen.probing._allocation import PLACES, Allocation, relative_costs

LOADS = np.sort(np.random.default_rng(3).random(512))


def test_weights_undo_the_choice() -> None:
    """Weighted adaptive and exploration draws average any function of load as the mix does. 20,000 draws: Monte Carlo error .006."""
    rng = np.random.default_rng(1)
    allocation = Allocation.of(LOADS, np.exp(-20 * (PLACES - 0.7) ** 2), 0.3)
    explored = rng.random(20_000) < 0.3
    units = rng.random(20_000)
    loads = np.array([rng.choice(LOADS) if e else LOADS[allocation.pick(u)] for e, u in zip(explored, units, strict=True)])
    weights = np.array([allocation.weight(load) for load in loads])
    assert loads.mean() > 0.6
    for of in (np.ones_like, np.asarray, lambda x: x < 0.2):
        assert np.mean(weights * of(loads)) == pytest.approx(np.mean(of(LOADS)), abs=0.02)
    assert weights.max() <= 1 / 0.3


def test_evenly_spread_units_give_draws_spread_over_the_density() -> None:
    allocation = Allocation.of(LOADS, PLACES, 0.5)
    drawn = [LOADS[allocation.pick((i + 0.5) / 64)] for i in range(64)]
    assert np.mean(drawn) == pytest.approx(2 / 3, abs=0.02)  # the mean of a density that rises from zero
    assert len(set(drawn)) == 64


def test_a_utility_of_nothing_falls_back_on_the_mix() -> None:
    allocation = Allocation.of(LOADS, np.zeros_like(PLACES), 0.2)
    assert allocation.weight(0.3) == pytest.approx(1.0)


def test_costs_that_rise_with_load_are_seen() -> None:
    loads = np.linspace(0, 1, 40)
    costs = relative_costs(loads.tolist(), (100 * np.exp(2 * loads)).tolist())
    assert np.all(np.diff(costs) > 0)
    assert costs[-1] / costs[0] == pytest.approx(np.exp(2), rel=0.3)
    assert np.all(relative_costs([0.1, 0.9], [1.0, 9.0]) == 1)
    assert np.all(relative_costs(loads.tolist(), [0.0] * 40) == 1)


def test_a_pool_is_drawn_from_with_the_probabilities_stated() -> None:
    """4,000 draws of 12 of 60: the share of draws that hold each task, Monte Carlo error .008 at most."""
    rng = np.random.default_rng(2)
    predicted, left = rng.random(60), rng.random(60) < 0.9
    count, stated = np.zeros(60), np.zeros(60)
    for _ in range(4000):
        draw = draw_from_pool(predicted, left, 12, rng, explore=0.3, strata=np.arange(60) % 5)
        assert len(set(draw.tasks.tolist())) == 12
        count[draw.tasks] += 1
        stated[draw.tasks] = draw.inclusion
    assert not np.any(count[~left])
    assert count[left] / 4000 == pytest.approx(stated[left], abs=0.035)
    assert stated[left].sum() == pytest.approx(12)


def test_a_draw_from_a_pool_is_balanced_over_domains() -> None:
    rng = np.random.default_rng(4)
    domains = np.arange(200) % 4
    counts = [
        np.bincount(domains[draw_from_pool(np.full(200, 0.5), np.ones(200), 20, rng, explore=0.1, strata=domains).tasks]) for _ in range(50)
    ]
    assert np.std(counts) < 0.8  # 1.94 were they drawn without regard to domain


def test_what_is_uncertain_is_drawn_more_and_what_is_dear_less() -> None:
    rng = np.random.default_rng(6)
    predicted = np.repeat([0.5, 0.98], 50)
    draw = draw_from_pool(predicted, np.ones(100), 40, rng, explore=0.1)
    assert np.sum(draw.tasks < 50) > 25
    dear = draw_from_pool(np.full(100, 0.5), np.ones(100), 40, rng, explore=0.1, costs=np.repeat([9.0, 1.0], 50))
    assert np.sum(dear.tasks < 50) < 15


def test_asking_for_more_than_a_pool_holds_gives_all_of_it() -> None:
    draw = draw_from_pool(np.full(5, 0.5), np.ones(5), 9, np.random.default_rng(0), explore=0.2)
    assert sorted(draw.tasks.tolist()) == [0, 1, 2, 3, 4]
    assert np.all(draw.inclusion == 1)

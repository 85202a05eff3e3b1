"""A fixed pool, asked adaptively: the rate over the pool stays right, even where the panel misleads."""

from __future__ import annotations

import math

import numpy as np
import pytest

from unseen.measuring import Basis, PoolItems, pool_rate, pool_weights
from unseen.probing import PoolProbe

TASKS, DOMAINS = 400, np.arange(400) % 8
RNG = np.random.default_rng(11)
DIFFICULTY = RNG.normal(0, 1, TASKS) + 0.5 * RNG.normal(0, 1, 8)[DOMAINS]


def answers(ability: float, rng: np.random.Generator, difficulty: np.ndarray = DIFFICULTY) -> np.ndarray:
    return np.asarray(rng.random(TASKS) < 1 / (1 + np.exp(-(ability - difficulty))))


ITEMS = PoolItems.from_panel([answers(ability, RNG) for ability in np.linspace(-1.5, 1.5, 14)], DOMAINS.astype(str))


def asked(passed: np.ndarray, count: int, seed: int, items: PoolItems = ITEMS) -> PoolProbe:
    probe = PoolProbe(items, seed=seed, domains=DOMAINS)
    while (left := count - probe.asked) > 0:
        probe.tell(passed[probe.take(left)])
    return probe


def test_difficulties_are_those_of_the_panel() -> None:
    assert np.corrcoef(ITEMS.difficulty, DIFFICULTY)[0, 1] > 0.8
    assert np.mean(np.abs(ITEMS.difficulty - DIFFICULTY) < 1.96 * ITEMS.spread) > 0.9


def test_predictions_follow_the_answers() -> None:
    passed = answers(2.5, np.random.default_rng(1))
    before, after = ITEMS.predict(), ITEMS.predict(np.arange(100), passed[:100])
    assert abs(after.mean() - passed.mean()) < 0.06 < abs(before.mean() - passed.mean())


@pytest.mark.parametrize("misled", [False, True])
def test_the_rate_over_the_pool_is_right_whatever_the_panel_says(misled: bool) -> None:
    """80 examinees, 60 answers each: Monte Carlo error .006 of the bias, .024 of the coverage. Misled: hard tasks are easy and easy ones hard."""
    errors, modelled, covered = [], [], []
    for seed in range(80):
        rng = np.random.default_rng([2, seed])
        passed = answers(rng.normal(1, 0.5), rng, -DIFFICULTY if misled else DIFFICULTY)
        probe = asked(passed, 60, seed)
        rate, model = probe.rate(), probe.modelled_rate()
        assert (rate.basis, model.basis) == (Basis.DESIGN, Basis.MODEL)
        modelled.append(model.value - passed.mean())
        errors.append(rate.value - passed.mean())
        covered.append(rate.low <= passed.mean() <= rate.high)
    assert abs(np.mean(errors)) < 3 * 0.006
    assert misled or np.mean(np.abs(modelled)) < 1.1 * np.mean(np.abs(errors))
    assert np.mean(covered) >= 0.95 - 3 * 0.024


def test_anytime_intervals_are_wider() -> None:
    probe = asked(answers(0.5, np.random.default_rng(3)), 80, 3)
    fixed, anytime = probe.rate(), probe.rate(anytime=True)
    assert anytime.low < fixed.low < fixed.value < fixed.high < anytime.high


def test_a_pool_asked_to_the_end_is_known() -> None:
    passed = answers(0.0, np.random.default_rng(4))
    probe = asked(passed, TASKS, 4)
    assert probe.rate().value == pytest.approx(passed.mean())
    assert probe.rate().high - probe.rate().low < 0.01


def test_even_probabilities_give_even_weights() -> None:
    sizes = [10, 30, 5]
    left = [100, 90, 60]
    inclusion = np.repeat([size / rest for size, rest in zip(sizes, left, strict=True)], sizes)
    assert pool_weights(inclusion, sizes, 100) == pytest.approx(np.ones(45))


def test_two_examinees_are_asked_the_same_where_they_are_compared() -> None:
    one, other = PoolProbe(ITEMS, seed=5, domains=DOMAINS), PoolProbe(ITEMS, seed=6, domains=DOMAINS)
    first, second = (answers(ability, np.random.default_rng(7)) for ability in (0.2, 0.8))
    for _ in range(4):
        tasks = one.take(beside=[other])
        one.tell(first[tasks])
        other.tell(second[tasks])
    assert one.asked == other.asked == 40
    assert one.rate().value < other.rate().value


def test_nothing_asked_is_nothing_known() -> None:
    rate = pool_rate(ITEMS.predict(), [], [], [], [])
    assert math.isnan(rate.value) and (rate.low, rate.high) == (0, 1)
    probe = PoolProbe(ITEMS, seed=1)
    probe.take()
    with pytest.raises(ValueError, match="0 answers to 10 tasks"):
        probe.tell([])

"""The 50% horizon and the difficulty curve."""

import math

import numpy as np
import pytest

from unseen.measuring import EFFORT, LOAD, Censored, difficulty_curve, horizon, log_steps

LADDER = np.linspace(0, 1, 24)


def answers(rng: np.random.Generator, x: np.ndarray, at: float, slope: float = 8.0, guess: float = 0.0) -> np.ndarray:
    half = (0.5 - guess) / (1 - guess)
    return rng.random(x.size) < guess + (1 - guess) / (1 + np.exp(-slope * (at - x) - math.log(half / (1 - half))))


def test_all_right_gives_a_lower_bound_within_what_was_asked() -> None:
    found = horizon(LADDER, np.ones(24, bool), LOAD)
    assert found.censored is Censored.ABOVE
    assert found.value == found.upper == math.inf
    assert 0.7 < found.lower <= 1


def test_all_wrong_gives_an_upper_bound_within_what_was_asked() -> None:
    steps = horizon(log_steps(2.0 ** np.arange(8)), np.zeros(8, bool), EFFORT)
    assert steps.censored is Censored.BELOW
    value, lower, upper = steps.steps
    assert value == lower == 0
    assert 1 <= upper < 128


def test_a_clean_break_is_found_where_it_is() -> None:
    steps = np.repeat(2.0 ** np.arange(8), 6)
    found = horizon(log_steps(steps), steps <= 8, EFFORT)
    value, lower, upper = found.steps
    assert found.censored is Censored.NO
    assert 8 < value < 16
    assert 4 < lower < value < upper < 32


def test_limits_beyond_what_was_asked_are_not_extrapolated() -> None:
    narrow = np.linspace(0.45, 0.55, 60)
    found = horizon(narrow, np.arange(60) % 2 == 0, LOAD)
    assert (found.lower, found.upper) == (-math.inf, math.inf)
    assert (found.low_asked, found.high_asked) == (0.45, 0.55)


def test_a_floor_of_guesses_does_not_pass_for_ability() -> None:
    rng = np.random.default_rng(0)
    x = np.tile(LADDER, 30)
    passed = answers(rng, x, at=0.4, guess=0.25)
    assert horizon(x, passed, LOAD, guess_rate=0.25).value == pytest.approx(0.4, abs=0.06)


@pytest.mark.parametrize(("x", "guess"), [([], 0.0), ([0.1, 0.9], 0.5)])
def test_a_horizon_that_means_nothing_is_undefined(x: list[float], guess: float) -> None:
    found = horizon(x, [True, False][: len(x)], LOAD, guess_rate=guess)
    assert found.censored is Censored.UNDEFINED
    assert math.isnan(found.value)
    assert (found.lower, found.upper) == (-math.inf, math.inf)


@pytest.mark.parametrize("at", [0.15, 0.5, 1.1])
def test_the_interval_covers_the_planted_horizon(at: float) -> None:
    """150 runs at n = 24, slopes 5 to 12: Monte Carlo error .018 at .95."""
    rng, hits = np.random.default_rng(11), 0
    for _ in range(150):
        found = horizon(LADDER, answers(rng, LADDER, at, slope=rng.uniform(5, 12)), LOAD)
        hits += found.lower <= at <= found.upper
    assert hits / 150 >= 0.95 - 3 * 0.018


def test_clusters_widen_the_interval() -> None:
    rng = np.random.default_rng(4)
    x, groups = np.repeat(LADDER, 6), np.repeat(np.arange(24), 6)
    passed = np.repeat(answers(rng, LADDER, 0.5, slope=5), 6)  # six copies of every answer
    alone, known = horizon(x, passed, LOAD), horizon(x, passed, LOAD, groups=groups.tolist())
    assert known.upper - known.lower > 1.5 * (alone.upper - alone.lower)


def test_the_curve_falls_and_its_interval_holds_it() -> None:
    rng = np.random.default_rng(2)
    curve = difficulty_curve(LADDER, answers(rng, LADDER, 0.5), LOAD)
    rates = [point.p for point in curve.points]
    assert rates == sorted(rates, reverse=True)
    assert all(0 <= point.low <= point.p <= point.high <= 1 for point in curve.points)
    assert [point.x for point in curve.points] == pytest.approx(np.linspace(0, 1, 41))


def test_bins_hold_every_answer_once() -> None:
    passed = LADDER < 0.6
    curve = difficulty_curve(LADDER, passed, LOAD)
    assert sum(b.n for b in curve.bins) == 24
    assert sum(b.k for b in curve.bins) == passed.sum()
    assert all(b.low <= b.k / b.n <= b.high and b.x_low <= b.x <= b.x_high for b in curve.bins)


def test_one_difficulty_alone_still_gives_a_curve() -> None:
    curve = difficulty_curve([0.5] * 6, [True, False] * 3, LOAD)
    assert len(curve.points) == 1
    assert curve.points[0].p == pytest.approx(0.5, abs=0.1)
    assert difficulty_curve([], [], LOAD).points == ()

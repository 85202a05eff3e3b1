"""The emergence slope against planted steepness."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import expit

from unseen.measuring import EFFORT, CurveFit, compute_emergence, emergence


def answers(rng: np.random.Generator, slope: float, count: int = 120) -> tuple[np.ndarray, np.ndarray]:
    x = np.round(rng.uniform(0, 8, count), 1)
    return x, rng.random(count) < expit(slope * (4 - x))


def test_planted_steepness_is_covered() -> None:
    rng, repeats, covered = np.random.default_rng(1), 40, 0
    for _ in range(repeats):
        found = emergence(CurveFit.to(*answers(rng, 1.2), EFFORT))
        covered += found.low <= 0.3 <= found.high
    assert covered / repeats > 0.95 - 3 * math.sqrt(0.05 * 0.95 / repeats)


def test_a_cliff_is_told_from_a_gentle_loss_and_its_width_is_in_units() -> None:
    rng = np.random.default_rng(2)
    cliff, gentle = (emergence(CurveFit.to(*answers(rng, slope, 400), EFFORT)) for slope in (4.0, 0.6))
    assert cliff.low > gentle.high
    assert cliff.width_high < gentle.width_low
    assert gentle.width_low < 2 * math.log(9) / 0.6 < gentle.width_high


def test_with_compute_capability_rises() -> None:
    rng = np.random.default_rng(3)
    compute = np.repeat([1e20, 1e21, 1e22, 1e23, 1e24], 80)
    passed = rng.random(compute.size) < expit(2 * (np.log10(compute) - 22))
    found = compute_emergence(compute, passed)
    assert found.low < 0.5 < found.high


def test_one_difficulty_says_nothing_about_steepness() -> None:
    found = emergence(CurveFit.to(np.ones(50), np.ones(50, bool), EFFORT))
    assert math.isnan(found.value)
    assert (found.low, found.high) == (0.0, math.inf)

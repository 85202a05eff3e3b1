"""What is sampling and what is the engine's own error; and what it would take to overturn a conclusion."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom

from unseen.measuring import (
    Audit,
    Calibrated,
    CurvePoint,
    DifficultyCurve,
    Estimate,
    calibrated_rate,
    calibration_grid,
    clopper_pearson_interval,
    difference_breakdown,
    error_account,
    horizon_breakdown,
    horizon_shift,
    rate_breakdown,
)


def calibrated(k: int, n: int, audit: Audit, passed: int, planted: int, level: float = 0.95) -> Calibrated:
    observed = Estimate(k / n, 0.0, 1.0, level, n, float(n), "pass rate", "as given")
    return calibrated_rate(observed, audit, passed, planted, level=level)


def test_with_e_and_q_known_only_sampling_is_left() -> None:
    audit = Audit(0, 10**7)
    account = error_account(calibrated(60, 100, audit, 0, 10**7))
    low, high = clopper_pearson_interval(60, 100)
    assert account.sampling == pytest.approx(float(high - low) / 2, abs=0.002)
    assert account.total == pytest.approx(account.sampling, abs=0.002)
    assert account.system < 0.001
    assert account.system_share < 0.03


def test_with_a_million_answers_only_the_engine_is_left() -> None:
    audit = Audit(10, 200)
    account = error_account(calibrated(600_000, 10**6, audit, 10, 100))
    assert account.sampling < 0.002
    assert account.total == pytest.approx(account.system, abs=0.002)
    assert account.system_share > 0.98
    assert account.wrong_keys > account.false_passes  # an e of .05 ± .03 moves p more than a q of .1 ± .06 does at that e


def test_the_parts_are_those_of_the_delta_method_where_counts_are_large() -> None:
    """p = (obs - e q)/(1 - e): derivatives times binomial errors, and the squares add up."""
    n, checked, planted = 40_000, 20_000, 5_000
    obs, e, q = 0.6, 0.1, 0.3
    audit = Audit(int(e * checked), checked)
    account = error_account(calibrated(int(obs * n), n, audit, int(q * planted), planted))
    z = 1.959964
    by_obs = z * math.sqrt(obs * (1 - obs) / n) / (1 - e)
    by_e = z * math.sqrt(e * (1 - e) / checked) * (obs - q) / (1 - e) ** 2
    by_q = z * math.sqrt(q * (1 - q) / planted) * e / (1 - e)
    assert (account.sampling, account.wrong_keys, account.false_passes) == pytest.approx((by_obs, by_e, by_q), rel=0.06)
    assert account.total == pytest.approx(math.sqrt(by_obs**2 + by_e**2 + by_q**2), rel=0.05)
    assert account.system_share == pytest.approx((by_e**2 + by_q**2) / (by_obs**2 + by_e**2 + by_q**2), abs=0.06)


def test_what_was_not_checked_is_all_unknown() -> None:
    account = error_account(calibrated(60, 100, Audit(0, 0), 0, 0))
    assert account.total == pytest.approx(0.5)
    assert math.isnan(account.e) and math.isnan(account.q)


def test_the_grid_is_the_formula() -> None:
    grid = {(point.e, point.q): point for point in calibration_grid(60, 100)}
    assert grid[0.1, 0.5].value == pytest.approx((0.6 - 0.05) / 0.9)
    assert grid[0.1, 0.0].value > grid[0.0, 0.0].value > grid[0.1, 1.0].value
    low, high = (float(limit) for limit in clopper_pearson_interval(60, 100))
    assert (grid[0.05, 1.0].low, grid[0.05, 1.0].high) == pytest.approx(((low - 0.05) / 0.95, (high - 0.05) / 0.95))


@pytest.mark.parametrize("e", [0.02, 0.08])
@pytest.mark.parametrize("q", [0.0, 0.7, 1.0])
@pytest.mark.parametrize("above", [True, False])
def test_a_conclusion_said_to_survive_an_e_is_seldom_false_at_that_e(e: float, q: float, above: bool) -> None:
    """Exact, over every count: the truth stands at the threshold and e and q are as stated, so the claim is false; at most .025."""
    n, threshold, planted = 120, 0.5, 1000
    rate = threshold * (1 - e) + e * q
    wrongly = 0.0
    for k in range(n + 1):
        found = rate_breakdown(calibrated(k, n, Audit(0, 500), round(q * planted), planted), threshold)
        claimed = found.holds and found.claim.endswith(f"{'above' if above else 'below'} 50%")
        if claimed and (found.e_at_q is None or found.e_at_q > e):
            wrongly += float(binom.pmf(k, n, rate))
    assert wrongly <= 0.025


def test_the_breakdown_point_is_where_the_corrected_limit_meets_the_threshold() -> None:
    found = rate_breakdown(calibrated(80, 100, Audit(0, 300), 900, 1000), 0.6)
    low = float(clopper_pearson_interval(80, 100).low)
    assert found.e_at_q is not None and found.e_worst is not None and found.q_at_e is None
    assert (low - found.e_at_q * 0.9) / (1 - found.e_at_q) == pytest.approx(0.6)
    assert (low - found.e_worst) / (1 - found.e_worst) == pytest.approx(0.6)
    audit = rate_breakdown(calibrated(70, 100, Audit(0, 10), 1, 10), 0.6)  # e may be as high as .3
    assert audit.q_at_e is not None
    assert (float(clopper_pearson_interval(70, 100).low) - 0.3 * audit.q_at_e) / 0.7 == pytest.approx(0.6)


def test_wrong_keys_that_are_never_passed_cannot_undo_a_high_rate_nor_passed_ones_a_low_one() -> None:
    assert rate_breakdown(calibrated(80, 100, Audit(0, 300), 0, 50), 0.6).e_at_q is None
    assert rate_breakdown(calibrated(20, 100, Audit(0, 300), 50, 50), 0.6).e_at_q is None


def test_a_conclusion_that_does_not_stand_needs_nothing_to_fall() -> None:
    found = rate_breakdown(calibrated(55, 100, Audit(0, 300), 0, 50), 0.5)
    assert (found.holds, found.e_at_q, found.e_worst) == (False, 0.0, 0.0)
    assert not difference_breakdown("A is better than B", -0.01, 0.5, 0.1, 0.01).holds


def test_an_advantage_falls_only_to_wrong_keys_that_the_better_model_passes_more_often() -> None:
    found = difference_breakdown("A is better than B", 0.03, 0.5, 0.2, 0.01)
    assert found.e_at_q == pytest.approx(0.1)
    assert found.e_worst == pytest.approx(0.03)
    assert found.q_at_e is None  # at e = .01 not even passing all of them would do
    assert difference_breakdown("A is better than B", 0.03, 0.2, 0.5, 0.01).e_at_q is None


def test_an_advantage_of_wrong_keys_alone_is_seldom_said_to_survive_them() -> None:
    """600 simulations of equal models of which one passes wrong keys: the claim that A is better whatever e <= .05 is made in at most .025."""
    rng = np.random.default_rng(2)
    n, e, wrongly = 200, 0.05, 0
    for _ in range(600):
        wrong = rng.random(n) < e
        a, b = (np.where(wrong, passes, rng.random(n) < 0.6) for passes in (True, False))
        d = a.astype(float) - b
        low = d.mean() - 1.96 * d.std(ddof=1) / math.sqrt(n)
        found = difference_breakdown("A is better", float(low), 1.0, 0.0, e)
        wrongly += found.holds and (found.e_at_q or 1.0) > e
    assert wrongly / 600 <= 0.025 + 2 * math.sqrt(0.025 * 0.975 / 600)


def curve() -> DifficultyCurve:
    x = np.linspace(0, 1, 101)
    p = 1 / (1 + np.exp(8 * (x - 0.5)))
    points = tuple(CurvePoint(float(a), float(b), float(b) - 0.1, float(b) + 0.1) for a, b in zip(x, p, strict=True))
    return DifficultyCurve(points, (), 0.95, 100, "declared load")


def test_a_horizon_moves_up_when_keys_were_wrong_and_not_passed_and_down_when_they_were() -> None:
    assert horizon_shift(curve(), 0.0, 0.0) == pytest.approx(0.5, abs=0.001)
    needed = 0.5 * 0.9  # the observed rate that is a half once a tenth of the keys, never passed, are set right
    assert horizon_shift(curve(), 0.1, 0.0) == pytest.approx(0.5 + math.log((1 - needed) / needed) / 8, abs=0.001)
    assert horizon_shift(curve(), 0.1, 1.0) < 0.5


def test_a_horizon_conclusion_breaks_where_the_corrected_curve_does() -> None:
    at = calibrated(50, 100, Audit(0, 300), 100, 100)
    found = horizon_breakdown(curve(), 0.3, at, shown="a load of 0.3")
    low = 1 / (1 + math.exp(-1.6)) - 0.1
    assert found.claim == "half of the tasks at a load of 0.3 are passed"
    assert found.e_at_q == pytest.approx((low - 0.5) / 0.5, abs=0.01)
    assert not horizon_breakdown(curve(), 0.6, at).holds

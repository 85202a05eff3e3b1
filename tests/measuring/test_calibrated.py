"""The calibrated pass rate."""

import itertools
import math

import numpy as np
import pytest
from scipy.stats import binom

from unseen.measuring import Audit, calibrated_interval, calibrated_rate, clopper_pearson_interval, clustered_rate


def observed(k: int, n: int):
    return clustered_rate([True] * k + [False] * (n - k), list(range(n)))


def test_the_point_is_the_formula() -> None:
    found = calibrated_rate(observed(60, 100), Audit(10, 100), 2, 10)
    assert found.rate.value == pytest.approx((0.6 - 0.1 * 0.2) / 0.9)
    assert found.error.value == 0.1
    assert found.false_pass.value == 0.2


@pytest.mark.parametrize("e", [0.0, 0.15])
@pytest.mark.parametrize("q", [0.0, 0.5, 1.0])
def test_it_covers_in_every_cell(e: float, q: float) -> None:
    """n = 15, 15 audited, 3 planted: every triple of counts enumerated (to 1e-3 of the mass), so without Monte Carlo error."""
    known: dict[tuple[int, int, int], tuple[float, float]] = {}
    for p in (0.01, 0.4, 0.97):
        likely = [
            [(k, m) for k, m in enumerate(binom.pmf(np.arange(s + 1), s, r)) if m > 2e-4]
            for s, r in ((15, (1 - e) * p + e * q), (15, e), (3, q))
        ]
        total = hit = 0.0
        for (k, a), (w, b), (t, c) in itertools.product(*likely):
            if (k, w, t) not in known:
                known[k, w, t] = calibrated_interval(k, 15, w, 15, t, 3)
            low, high = known[k, w, t]
            total += a * b * c
            hit += a * b * c * (low - 1e-9 <= p <= high + 1e-9)
        assert hit / total >= 0.95


def test_the_same_counts_always_give_the_same_interval() -> None:
    assert calibrated_interval(30, 50, 1, 40, 2, 8) == calibrated_interval(30, 50, 1, 40, 2, 8)


def test_a_large_clean_audit_leaves_the_plain_interval() -> None:
    low, high = calibrated_interval(30, 50, 0, 10**6, 5, 10)
    exact = clopper_pearson_interval(30, 50)
    assert low == pytest.approx(float(exact.low), abs=0.003)
    assert high == pytest.approx(float(exact.high), abs=0.003)


def test_less_audit_and_fewer_plants_mean_less_is_known() -> None:
    def width(audited: int, planted: int) -> float:
        low, high = calibrated_interval(30, 50, 0, audited, 0, planted)
        return high - low

    assert width(500, 10) < width(50, 10) < width(10, 10) < width(10, 0)


def test_what_was_never_measured_is_unknown() -> None:
    assert calibrated_interval(30, 50, 0, 0, 0, 10) == (0.0, 1.0)
    assert calibrated_interval(0, 0, 0, 50, 0, 10) == (0.0, 1.0)
    assert calibrated_interval(30, 50, 5, 5, 0, 10)[1] == 1.0
    assert math.isnan(calibrated_rate(observed(0, 0), Audit(0, 50), 0, 10).rate.value)


def test_without_a_wrong_key_e_is_bounded_by_the_rule_of_three() -> None:
    e = Audit(0, 60, "cross-check").rate()
    assert (e.value, e.high) == (0.0, 0.05)
    assert "rule of three" in e.method


def test_an_impossible_audit_is_refused() -> None:
    with pytest.raises(ValueError, match="5 wrong of 4"):
        Audit(5, 4)

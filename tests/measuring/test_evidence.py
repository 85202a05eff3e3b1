"""Evidence that may be looked at as often as one likes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from unseen.measuring import betting_evidence, normal_evidence


def streams(count: int, length: int, win: float, lose: float) -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return list(rng.choice([-1, 0, 1], size=(count, length), p=[lose, 1 - win - lose, win]))


def test_equal_models_are_rarely_told_apart_however_often_one_looks() -> None:
    """300 streams, a look after each of 300 answers: at most .05, Monte Carlo error .013. A t-test at every look fails on one in three."""
    equal = streams(300, 300, 0.15, 0.15)
    assert np.mean([betting_evidence(d).anytime_p <= 0.05 for d in equal]) <= 0.05 + 2 * 0.013
    n = np.arange(1, 301)
    naive = [np.any(np.abs(np.cumsum(d) / n / np.sqrt(np.maximum(np.cumsum(d**2) / n, 1e-9) / n))[29:] > 1.96) for d in equal]
    assert np.mean(naive) > 0.2


def test_the_confidence_sequence_covers_at_every_moment() -> None:
    """The interval is a running intersection, so that covering at the end is covering throughout. 200 streams, Monte Carlo error .015."""
    found = [betting_evidence(d) for d in streams(200, 300, 0.25, 0.1)]
    assert np.mean([e.low <= 0.15 <= e.high for e in found]) >= 0.95 - 2 * 0.015


def test_a_real_difference_is_found() -> None:
    assert np.mean([betting_evidence(d).largest >= 20 for d in streams(50, 400, 0.3, 0.1)]) > 0.9


def test_evidence_is_symmetric() -> None:
    d = streams(1, 200, 0.3, 0.1)[0]
    one, other = betting_evidence(d), betting_evidence(-d)
    assert one.e_value == pytest.approx(other.e_value)
    assert one.low == pytest.approx(-other.high)


def test_no_answers_are_no_evidence() -> None:
    nothing = betting_evidence([])
    assert (nothing.e_value, nothing.low, nothing.high, nothing.anytime_p) == (1.0, -1.0, 1.0, 1.0)
    unknown = normal_evidence(0.1, math.inf, 1, scale=0.1)
    assert (unknown.e_value, unknown.low, unknown.high) == (1.0, -math.inf, math.inf)


def test_differences_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[-1, 1\]"):
        betting_evidence([0, 2])


def test_the_normal_mixture_holds_under_peeking() -> None:
    """A running mean of 400 normals, looked at from the 20th on; 1,000 streams, Monte Carlo error .007."""
    rng = np.random.default_rng(11)
    n = np.arange(1, 401)
    means, ses = np.cumsum(rng.normal(0, 1, (1000, 400)), axis=1) / n, 1 / np.sqrt(n)
    alarms = [
        any(normal_evidence(m, s, 1, scale=0.1).e_value >= 20 for m, s in zip(mean[19::20], ses[19::20], strict=True)) for mean in means
    ]
    assert np.mean(alarms) <= 0.05


def test_the_normal_interval_ends_where_its_e_value_crosses() -> None:
    found = normal_evidence(0.1, 0.04, 10, scale=0.1)
    assert normal_evidence(0.1 - found.low, 0.04, 10, scale=0.1).e_value == pytest.approx(20)

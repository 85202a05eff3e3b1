"""Rates: intervals that suit small samples, clusters that are not taken for independent answers, means that name their estimand."""

import math

import numpy as np
import pytest
from scipy.stats import binom

from tests.measuring.outcomes import outcome
from unseen.measuring import (
    clopper_pearson_interval,
    clustered_mean,
    clustered_rate,
    effective_size,
    family_rate,
    mean_rate,
    midp_interval,
    sampled_mean_rate,
    strata,
    wilson_interval,
)
from unseen.outcome import Arm
from unseen.verdict import Kind

COUNTS = [(0, 5), (1, 5), (5, 5), (3, 10), (40, 100)]


@pytest.mark.parametrize(("k", "n"), COUNTS)
def test_midp_limits_leave_half_of_the_tail_with_the_observed_count(k: int, n: int) -> None:
    low, high = midp_interval(k, n)
    if k:
        assert binom.sf(k, n, low) + binom.pmf(k, n, low) / 2 == pytest.approx(0.025, abs=1e-6)
    if k < n:
        assert binom.cdf(k - 1, n, high) + binom.pmf(k, n, high) / 2 == pytest.approx(0.025, abs=1e-6)


@pytest.mark.parametrize(("k", "n"), COUNTS)
def test_clopper_pearson_holds_midp_and_reaches_the_ends(k: int, n: int) -> None:
    exact, midp = clopper_pearson_interval(k, n), midp_interval(k, n)
    assert exact.low <= midp.low <= k / n <= midp.high <= exact.high
    assert (exact.low == 0) == (midp.low == 0) == (k == 0)
    assert (exact.high == 1) == (midp.high == 1) == (k == n)


@pytest.mark.parametrize("n", [5, 10, 20, 60])
def test_midp_covers_nearly_everywhere_where_wilson_falls_short(n: int) -> None:
    """Enumerated exactly over 999 rates, so without Monte Carlo error."""
    at, counts = np.linspace(0.001, 0.999, 999)[:, None], np.arange(n + 1)
    mass = binom.pmf(counts, n, at)
    worst, mean = {}, {}
    for method in (midp_interval, wilson_interval):
        low, high = method(counts, n)
        coverage = (mass * ((low <= at) & (at <= high))).sum(axis=1)
        worst[method], mean[method] = coverage.min(), coverage.mean()
    assert worst[midp_interval] >= 0.92
    assert worst[wilson_interval] < 0.89
    assert mean[midp_interval] >= 0.95


def test_without_answers_a_rate_may_be_anything() -> None:
    rate = clustered_rate([], [])
    assert math.isnan(rate.value)
    assert (rate.low, rate.high, rate.n) == (0.0, 1.0, 0)


def test_ten_templates_are_not_five_hundred_answers() -> None:
    """Type-I error at 10 x 50, true difference zero: 400 runs, Monte Carlo error .011 at .05."""
    rng, groups = np.random.default_rng(3), np.repeat(np.arange(10), 50)
    clustered = naive = 0
    for _ in range(400):
        favour = rng.normal(0, 0.2, 10)[groups]
        difference = (rng.random(500) < 0.5 + favour / 2) * 1.0 - (rng.random(500) < 0.5 - favour / 2)
        clustered += clustered_mean(difference, groups.tolist()).p_value < 0.05
        naive += abs(difference.mean()) > 1.96 * difference.std() / math.sqrt(500)
    assert clustered / 400 <= 0.05 + 3 * 0.011
    assert naive / 400 > 0.2


def test_two_clusters_give_the_standard_error_of_their_two_means() -> None:
    found = clustered_mean([1, 1, 0, 0], ["a", "a", "b", "b"])
    assert found.se == pytest.approx(math.sqrt(((1 - 0.5) ** 2 + (0 - 0.5) ** 2) / 1 / 2))
    assert found.p_value == pytest.approx(0.5)  # t of 1 on one degree of freedom


def test_clusters_shrink_the_effective_size_and_singletons_do_not() -> None:
    passed = np.array([True] * 20 + [False] * 20)
    assert effective_size(passed, list(range(40))) == 40
    assert effective_size(passed, [i // 10 for i in range(40)]) < 4.5  # four clusters, each all alike
    assert effective_size(np.ones(40, bool), [i // 10 for i in range(40)]) == 4  # no spread to learn the design effect from
    assert clustered_mean(passed, ["one"] * 40).high == math.inf


def test_only_exploration_answers_that_count_enter_a_family_rate() -> None:
    counted = [outcome(True), outcome(False), outcome(kind=Kind.UNPARSED), outcome(True)]
    others = [
        outcome(kind=Kind.INFRASTRUCTURE),
        outcome(kind=Kind.INVALID_TASK),
        *(outcome(arm=arm) for arm in (Arm.ADAPT, Arm.TWIN, Arm.PLANTED)),
    ]
    rate = family_rate(counted + others)
    assert (rate.value, rate.n) == (0.5, 4)
    assert family_rate(others).n == 0


def test_a_family_rate_gains_from_strata_when_difficulty_explains_the_answers() -> None:
    sharp = family_rate([outcome(i < 20, load=i / 40) for i in range(40)])
    blunt = family_rate([outcome(i % 2 == 0, load=i / 40) for i in range(40)])
    assert sharp.value == blunt.value == 0.5
    assert sharp.effective_n > 2 * blunt.effective_n
    assert sharp.high - sharp.low < 0.75 * (blunt.high - blunt.low)


def test_family_rates_cover_and_are_unbiased_on_spread_out_draws() -> None:
    """600 runs at n = 16: Monte Carlo error .009 of the coverage, .004 of the bias."""
    rng, hits, values = np.random.default_rng(5), 0, []
    truth = float(np.mean(1 / (1 + np.exp(-8 * (0.4 - np.linspace(0, 1, 10_001))))))
    for _ in range(600):
        loads = (np.arange(16) + rng.random(16)) / 16
        rate = family_rate([outcome(rng.random() < 1 / (1 + math.exp(-8 * (0.4 - x))), load=x) for x in loads])
        hits += rate.low <= truth <= rate.high
        values.append(rate.value)
    assert hits / 600 >= 0.94
    assert abs(np.mean(values) - truth) < 0.012


def test_a_mean_weighs_its_parts_equally_whatever_their_size() -> None:
    many, few = (
        clustered_rate([True] * 90 + [False] * 10, list(range(100))),
        clustered_rate([True, False, False, False, False], list(range(5))),
    )
    mean = mean_rate([many, few], estimand="both")
    assert mean.value == pytest.approx((0.9 + 0.2) / 2)
    assert mean.low < mean.value < mean.high
    assert many.high - many.low < mean.high - mean.low < few.high - few.low


def test_a_mean_with_an_unknown_part_is_unknown() -> None:
    mean = mean_rate([clustered_rate([True], [0]), clustered_rate([], [])], estimand="both")
    assert math.isnan(mean.value)
    assert (mean.low, mean.high) == (0, 1)


def test_families_as_a_sample_are_less_certain_than_these_families() -> None:
    parts = [clustered_rate([True] * k + [False] * (50 - k), list(range(50))) for k in (5, 20, 35, 48)]
    fixed, sampled = mean_rate(parts, estimand="these"), sampled_mean_rate(parts, estimand="like these")
    assert fixed.value == sampled.value
    assert sampled.high - sampled.low > 2 * (fixed.high - fixed.low)
    assert sampled_mean_rate(parts[:1], estimand="one").high == 1


def test_strata_split_the_load_and_keep_the_hardest_in_the_last() -> None:
    bands = strata([outcome(True, load=0.0), outcome(False, load=1.0), outcome(True, load=0.5)])
    assert [band.rate.n for band in bands] == [1, 0, 1, 0, 1]
    assert (bands[-1].rate.value, bands[-1].high) == (0, 1)

"""Means whose observations come in clusters (siblings, twins), with standard errors that know it.

The variance is CR1: V = G/(G-1) Σ_g (Σ_i∈g w_i (y_i - ȳ))², and the reference distribution t with G - 1 degrees of freedom
(Cameron & Miller 2015). Ten templates with fifty siblings each are nearer to ten observations than to five hundred.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from unseen.measuring._binomial import midp_interval
from unseen.measuring._estimate import Estimate


@dataclass(frozen=True)
class ClusteredMean:
    """A mean with its cluster-robust standard error; ``low``..``high`` uses t(G - 1) and is infinite for one cluster."""

    value: float
    se: float
    low: float
    high: float
    level: float
    n: int
    clusters: int
    p_value: float  # two-sided, against a mean of zero


def clustered_mean(values: ArrayLike, groups: Sequence[Hashable], *, level: float = 0.95) -> ClusteredMean:
    """The mean of ``values`` (n,) in clusters named by ``groups`` (n,). Estimand: the mean over clusters like these."""
    y = np.asarray(values, float)
    codes, count = codes_of(groups)
    mean = float(y.mean()) if y.size else math.nan
    if count < 2:
        return ClusteredMean(mean, math.inf, -math.inf, math.inf, level, y.size, count, 1.0)
    sums = np.bincount(codes, y - mean, minlength=count) / y.size
    se = math.sqrt(count / (count - 1) * float(np.sum(sums**2)))
    half = float(stdtrit(count - 1, (1 + level) / 2)) * se
    p_value = 2 * float(stdtr(count - 1, -abs(mean) / se)) if se > 0 else float(mean == 0)
    return ClusteredMean(mean, se, mean - half, mean + half, level, y.size, count, p_value)


def effective_size(passed: NDArray[np.bool_], groups: Sequence[Hashable]) -> float:
    """The size of a simple random sample as informative as this clustered one (Korn & Graubard 1998).

    n / deff x (t(n-1) / t(G-1))², never above n; when every answer is alike the design effect cannot be seen and
    each cluster counts once. Without clusters it is n.
    """
    n = passed.size
    _, count = codes_of(groups)
    if count == n or n == 0:
        return float(n)
    rate = float(passed.mean())
    if rate in (0.0, 1.0):
        return float(count)
    if count == 1:
        return 1.0
    effect = max(clustered_mean(passed, groups).se ** 2 * n / (rate * (1 - rate)), 1.0)
    shrink = (float(stdtrit(n - 1, 0.975)) / float(stdtrit(count - 1, 0.975))) ** 2
    return max(n / effect * shrink, 1.0)


def clustered_rate(
    passed: ArrayLike, groups: Sequence[Hashable], *, level: float = 0.95, estimand: str = "pass rate over groups like these"
) -> Estimate:
    """The pass rate of clustered answers, with the mid-p interval at the effective sample size."""
    y = np.asarray(passed, bool)
    if not y.size:
        return Estimate(math.nan, 0.0, 1.0, level, 0, 0.0, estimand, "no outcomes")
    size = effective_size(y, groups)
    rate = float(y.mean())
    interval = midp_interval(rate * size, size, level)
    method = "mid-p" if size == y.size else "mid-p at the CR1, t(G-1) effective size"
    return Estimate(rate, float(interval.low), float(interval.high), level, y.size, size, estimand, method)


def codes_of(groups: Sequence[Hashable]) -> tuple[NDArray[np.intp], int]:
    """Groups as numbers, in order of first appearance."""
    seen: dict[Hashable, int] = {}
    codes = np.array([seen.setdefault(group, len(seen)) for group in groups], dtype=np.intp)
    return codes, len(seen)

"""Pass rates over the reference mix: design-based, from the exploration arm alone.

The reference mix of a family draws a target load uniformly on [0, 1] and a setting near it. Exploration draws are
self-weighting and spread evenly over load, so the plain mean is unbiased whatever the adaptive arm asks; the variance
is taken within strata of load. A domain weighs its families equally, the overall rate weighs the domains equally.

Strata and families enter one formula: with weights w_h, V = Σ w_h² p̃_h (1 - p̃_h) / m_h, where
p̃_h = (k_h + ½)/(n_h + 1) keeps a stratum of identical answers from claiming certainty and m_h = n_h² / (n_h + 1)
makes V unbiased at a rate of ½; then the mid-p interval at the effective size
p̃ (1 - p̃) / V of the whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from unseen.measuring._binomial import Floats, midp_interval
from unseen.measuring._clustered import clustered_rate
from unseen.measuring._estimate import Basis, Estimate
from unseen.outcome import Arm, Outcome

MOST_STRATA = 5
STRATUM_SIZE = 4  # fewer draws per stratum than this and the smoothing would eat the gain


@dataclass(frozen=True)
class Stratum:
    """A band of declared load, with the pass rate of the exploration draws whose load falls in it."""

    low: float
    high: float
    rate: Estimate


def explored(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes design-based numbers may use."""
    return [outcome for outcome in outcomes if outcome.arm is Arm.EXPLORE and outcome.counts]


def family_rate(outcomes: Sequence[Outcome], *, level: float = 0.95) -> Estimate:
    """The pass rate of one family over its reference mix, from its exploration outcomes."""
    used = sorted(explored(outcomes), key=lambda o: (o.load, o.task_id))
    passed = np.array([o.correct for o in used], bool)
    groups = [o.group for o in used]
    estimand = "pass rate over the family's reference mix (target load uniform on [0, 1])"
    if not used or len(set(groups)) < len(groups):
        return clustered_rate(passed, groups, level=level, estimand=estimand)
    bands = np.array_split(passed, min(max(len(used) // STRATUM_SIZE, 1), MOST_STRATA))
    size = float(len(used))
    if len(bands) > 1:
        counts = [len(s) for s in bands]
        rates = [smooth(float(s.mean()), len(s)) for s in bands]
        size = float(combined_size([n / len(used) for n in counts], rates, [n * n / (n + 1) for n in counts]))
    return _at_size(
        float(passed.mean()),
        size,
        len(used),
        level,
        estimand,
        f"mean of exploration draws; mid-p, variance within {len(bands)} strata of load",
    )


def mean_rate(parts: Sequence[Estimate], *, level: float = 0.95, estimand: str) -> Estimate:
    """The equal-weight mean of independent rates, these and no others. Empty parts make the mean unknown."""
    if not parts or any(part.n == 0 for part in parts):
        return Estimate(math.nan, 0.0, 1.0, level, sum(p.n for p in parts), 0.0, estimand, "a part without outcomes")
    weights = [1 / len(parts)] * len(parts)
    size = float(combined_size(weights, [smooth(part.value, part.effective_n) for part in parts], [part.effective_n for part in parts]))
    value = math.fsum(part.value for part in parts) / len(parts)
    return _at_size(
        value,
        size,
        sum(part.n for part in parts),
        level,
        estimand,
        f"equal-weight mean of {len(parts)}; mid-p at the combined effective size",
    )


def sampled_mean_rate(parts: Sequence[Estimate], *, level: float = 0.95, estimand: str) -> Estimate:
    """The same mean, with the parts taken as a random sample of others like them: t(G-1) on their spread."""
    values = np.array([part.value for part in parts if part.n], float)
    total = sum(part.n for part in parts)
    if values.size < 2 or values.size < len(parts):
        return Estimate(
            float(values.mean()) if values.size == len(parts) and parts else math.nan,
            0.0,
            1.0,
            level,
            total,
            0.0,
            estimand,
            "fewer than two parts",
        )
    half = float(stdtrit(values.size - 1, (1 + level) / 2)) * float(values.std(ddof=1)) / math.sqrt(values.size)
    mean = float(values.mean())
    return Estimate(
        mean,
        max(mean - half, 0.0),
        min(mean + half, 1.0),
        level,
        total,
        float(values.size),
        estimand,
        f"t({values.size - 1}) on the spread between parts",
    )


def strata(outcomes: Sequence[Outcome], *, count: int = MOST_STRATA, level: float = 0.95) -> tuple[Stratum, ...]:
    """Pass rates in ``count`` equal bands of declared load, from the exploration outcomes."""
    used = explored(outcomes)
    bands = []
    for index in range(count):
        inside = [o for o in used if min(int(o.load * count), count - 1) == index]
        low, high = index / count, (index + 1) / count
        estimand = f"pass rate over the reference mix at loads {low:g} to {high:g}"
        bands.append(
            Stratum(low, high, clustered_rate([o.correct for o in inside], [o.group for o in inside], level=level, estimand=estimand))
        )
    return tuple(bands)


def smooth(rate: ArrayLike, size: ArrayLike) -> Floats:
    """A rate with one pseudo-answer, half of it right."""
    n = np.asarray(size, float)
    smoothed: Floats = (np.asarray(rate, float) * n + 0.5) / (n + 1)
    return smoothed


def combined_size(weights: ArrayLike, rates: ArrayLike, sizes: ArrayLike) -> Floats:
    """The effective size of the weighted mean of rates; parts along the last axis."""
    w, p, n = (np.asarray(x, float) for x in (weights, rates, sizes))
    centre = (w * p).sum(-1)
    size: Floats = centre * (1 - centre) / (w**2 * p * (1 - p) / n).sum(-1)
    return size


def _at_size(value: float, size: float, n: int, level: float, estimand: str, method: str) -> Estimate:
    interval = midp_interval(value * size, size, level)
    return Estimate(value, float(interval.low), float(interval.high), level, n, size, estimand, method, Basis.DESIGN)

"""Intervals for one binomial rate, for any real-valued effective sample size.

All three are confidence distributions of Beta form. With k passes in n, Clopper-Pearson reads its lower limit from
Beta(k, n - k + 1) and its upper limit from Beta(k + 1, n - k); the mid-p interval reads both from their equal mixture
(Lancaster 1961; Agresti & Gottard 2007). ``design/measuring.md`` holds the coverage table by which mid-p was chosen.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv, ndtri

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """The two limits, as floats or as arrays of one shape."""

    low: Floats
    high: Floats


def midp_interval(passes: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """The mid-p interval: covers ``level`` on average and nearly so at every rate. ``n`` = 0 gives [0, 1]."""
    k, size = np.broadcast_arrays(np.asarray(passes, float), np.asarray(n, float))
    low = np.where(k <= 0, 0.0, _midp_quantile(k, size, (1 - level) / 2))
    high = np.where(k >= size, 1.0, _midp_quantile(k, size, (1 + level) / 2))
    return Interval(low, high)


def clopper_pearson_interval(passes: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """The exact interval: covers at least ``level`` at every rate, at the price of width."""
    tail = (1 - level) / 2
    return Interval(lower_confidence(passes, n, tail), upper_confidence(passes, n, 1 - tail))


def wilson_interval(passes: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """The score interval of Wilson (1927); kept as a baseline."""
    k, size = np.asarray(passes, float), np.asarray(n, float)
    z = float(ndtri((1 + level) / 2))
    rate, scale = k / size, 1 + z * z / size
    half = z * np.sqrt(rate * (1 - rate) / size + z * z / (4 * size * size)) / scale
    centre = (rate + z * z / (2 * size)) / scale
    return Interval(np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1))


def lower_confidence(passes: ArrayLike, n: ArrayLike, u: ArrayLike) -> Floats:
    """Quantile ``u`` of Beta(k, n - k + 1), the lower confidence distribution; 0 when k = 0."""
    k, size = np.asarray(passes, float), np.asarray(n, float)
    k, rest, at = np.broadcast_arrays(k, size - k, np.asarray(u, float))
    return np.where(k <= 0, 0.0, betaincinv(np.maximum(k, 1e-12), rest + 1, at))


def upper_confidence(passes: ArrayLike, n: ArrayLike, u: ArrayLike) -> Floats:
    """Quantile ``u`` of Beta(k + 1, n - k), the upper confidence distribution; 1 when k = n."""
    k, size = np.asarray(passes, float), np.asarray(n, float)
    k, rest, at = np.broadcast_arrays(k, size - k, np.asarray(u, float))
    return np.where(rest <= 0, 1.0, betaincinv(k + 1, np.maximum(rest, 1e-12), at))


def _midp_quantile(k: Floats, n: Floats, u: float) -> Floats:
    """Quantile of ½ Beta(k, n-k+1) + ½ Beta(k+1, n-k), by bisection (48 halvings: 4e-15)."""
    inner, rest = np.maximum(k, 1e-12), np.maximum(n - k, 1e-12)
    low, high = np.zeros_like(k), np.ones_like(k)
    for _ in range(48):
        middle = (low + high) / 2
        below = betainc(inner, n - k + 1, middle) + betainc(k + 1, rest, middle) < 2 * u
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2

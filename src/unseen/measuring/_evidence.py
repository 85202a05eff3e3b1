"""Evidence one may look at as often as one likes: e-values and confidence sequences.

An e-value is what a fair bet against the hypothesis has multiplied its stake by; under the hypothesis it exceeds 1/α with probability at most α,
however often one looks and whenever one stops (Ville 1939). Bets on bounded differences are those of Waudby-Smith & Ramdas
(2024); for estimates with a standard error, the normal-mixture (Robbins 1970), which holds asymptotically.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unseen.measuring._binomial import Floats

_GRID = 401
_STAKE = 0.5  # the largest share of the capital that is ever at risk: one bad draw cannot ruin it


@dataclass(frozen=True)
class Evidence:
    """Against "no difference", so far: the e-value now, the largest it ever was, and a confidence sequence's present interval.

    ``anytime_p`` = min(1, 1/largest) is a p-value at whatever moment one stops. ``asymptotic`` tells a normal mixture from an exact bet.
    """

    e_value: float
    largest: float
    low: float
    high: float
    level: float
    observations: int
    asymptotic: bool

    @property
    def anytime_p(self) -> float:
        """Valid at any stopping time."""
        return min(1.0, 1 / self.largest) if self.largest > 0 else 1.0


def betting_evidence(differences: Sequence[float], *, level: float = 0.95) -> Evidence:
    """Bets on a stream of differences in [−1, 1], in the order in which they came.

    Estimand: their common conditional mean. Assumes that the order does not depend on the answers. The interval is the running intersection.
    """
    x = (np.asarray(differences, float) + 1) / 2
    if x.size and (x.min() < 0 or x.max() > 1):
        raise ValueError("differences must lie in [-1, 1]")
    means = np.linspace(0, 1, _GRID)
    inside, largest, capital = np.ones(_GRID, bool), 1.0, np.ones(_GRID)
    logs = np.zeros((2, _GRID))
    for value, bet in zip(x, _bets(x, 1 - level), strict=True):
        stakes = np.minimum(bet, _STAKE / np.maximum([means, 1 - means], 1e-12))
        logs += np.log1p(stakes * (value - means) * np.array([[1.0], [-1.0]]))
        capital = np.exp(np.minimum(logs, 700)).mean(0)
        largest = max(largest, float(capital[_GRID // 2]))
        inside &= capital < 1 / (1 - level)
    kept = np.flatnonzero(inside)
    step = 2 / (_GRID - 1)  # a mean between two points of the grid is not excluded by either
    low, high = (2 * means[kept[0]] - 1 - step, 2 * means[kept[-1]] - 1 + step) if kept.size else (math.nan, math.nan)
    return Evidence(float(capital[_GRID // 2]), largest, max(low, -1.0), min(high, 1.0), level, x.size, False)


def normal_evidence(value: float, se: float, n: int, *, scale: float, level: float = 0.95) -> Evidence:
    """The normal mixture's e-value against 0 and its confidence sequence, for an estimate that is normal about the truth.

    ``scale`` is the sd of the differences bet on, fixed before seeing answers; it sets where the sequence is tightest, not whether it holds.
    """
    if not (math.isfinite(se) and se > 0):
        return Evidence(1.0, 1.0, -math.inf, math.inf, level, n, True)
    spread = se**2 + scale**2
    e_value = se / math.sqrt(spread) * math.exp(min(value**2 / 2 * (1 / se**2 - 1 / spread), 700))
    half = se / scale * math.sqrt(spread * 2 * math.log(math.sqrt(spread) / se / (1 - level)))
    return Evidence(e_value, max(e_value, 1.0), value - half, value + half, level, n, True)


def _bets(x: Floats, alpha: float) -> Floats:
    """The predictable plug-in stakes: each knows only what came before it."""
    t = np.arange(1, x.size + 1)
    centre = (0.5 + np.cumsum(x)) / (t + 1)
    variance = (0.25 + np.cumsum((x - centre) ** 2)) / (t + 1)
    before = np.concatenate([[0.25], variance[:-1]])[: x.size]
    return np.asarray(np.sqrt(2 * math.log(2 / alpha) / (before * t * np.log(t + 1))))

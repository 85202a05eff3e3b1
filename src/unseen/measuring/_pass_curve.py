"""The pass curve: how the probability of passing falls with difficulty, on a grid that holds its whole likelihood.

P(x) = g + (1 - g - λ) logistic(b (t - x) + c), with the guess floor g fixed at the family's guess rate, a lapse λ ≥ 0, a slope
b > 0 (so the curve can only fall) and c such that P(t) = ½: t is the 50% horizon itself. Slope and lapse carry
weakly-informative penalties (log-normal and exponential); t carries none, so data without both rights and wrongs push
it to the end of the grid, and the likelihood says how far it is excluded: a one-sided bound, honestly come by.

Where g ≥ ½ the curve never crosses one half; t is then the middle between floor and ceiling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, stdtrit

Floats = NDArray[np.float64]

LAPSES = np.array([0.0, 0.01, 0.02, 0.035, 0.055, 0.08, 0.11, 0.15, 0.2, 0.26])
LAPSE_MEAN = 0.2
NEVER_CROSSES = 0.45  # a floor above this leaves too little room under one half for a horizon to mean anything


@dataclass(frozen=True)
class Scale:
    """A difficulty coordinate: its name, the usual slope in logits per unit, and how far off that may well be (log sd)."""

    name: str
    slope: float
    slope_spread: float
    resolution: float  # spacing of the horizon grid, in units

    def slopes(self) -> Floats:
        return self.slope * np.exp(self.slope_spread * np.linspace(-1.75, 1.75, 11))


LOAD = Scale("declared load", slope=8.0, slope_spread=1.0, resolution=0.015)
EFFORT = Scale("log2 elementary steps", slope=1.5, slope_spread=1.0, resolution=0.08)


@dataclass(frozen=True)
class CurveGrid:
    """Every curve considered: horizons (H,) x slopes (B,) x pairs of lapse and floor (L,), with the log penalty of each (H, B, L).

    ``guess_rate`` bounds what guessing earns; the ``floors`` are what it may earn this examinee.
    """

    horizons: Floats
    slopes: Floats
    lapses: Floats
    floors: Floats
    guess_rate: float
    log_penalty: Floats

    @classmethod
    def over(cls, scale: Scale, low: float, high: float, guess_rate: float = 0.0, *, known_floor: bool = True) -> CurveGrid:
        """The grid for difficulties between ``low`` and ``high``: fine there, stretching far beyond both ends.

        With ``known_floor`` the curves level off at the guess rate; otherwise there, at half of it, or at nothing.
        """
        pad = 3.0 / scale.slope
        fine = np.arange(low - pad, high + pad + scale.resolution, scale.resolution)
        tail = pad * np.array([0.3, 0.8, 1.5, 2.5, 4.0, 8.0])
        horizons = np.concatenate([fine[0] - tail[::-1], fine, fine[-1] + tail])
        slopes = scale.slopes()
        lapses = LAPSES[: int(np.searchsorted(LAPSES, 0.95 - max(guess_rate, 0.5)))]  # room must be left between floor and ceiling
        floors = np.array([guess_rate] if known_floor or not guess_rate else [0.0, guess_rate / 2, guess_rate])
        lapses, floors = np.tile(lapses, floors.size), np.repeat(floors, lapses.size)
        on_slope = -0.5 * (np.log(slopes / scale.slope) / scale.slope_spread) ** 2
        on_lapse = -lapses / LAPSE_MEAN
        penalty = np.broadcast_to(on_slope[:, None] + on_lapse[None, :], (horizons.size, slopes.size, lapses.size))
        return cls(horizons, slopes, lapses, floors, guess_rate, penalty)

    def probability(self, x: ArrayLike) -> Floats:
        """P(pass) at difficulties x (N,) under every curve: (N, H, B, L)."""
        at = np.asarray(x, float).reshape(-1, 1, 1, 1)
        ceiling = 1 - self.floors - self.lapses
        middle = 0.5 if self.guess_rate < NEVER_CROSSES else self.guess_rate + (1 - self.guess_rate) / 2
        share = np.clip((middle - self.floors) / ceiling, 1e-6, 1 - 1e-6)
        shift = np.log(share / (1 - share))
        logits = self.slopes[:, None] * (self.horizons[:, None, None] - at) + shift
        p: Floats = self.floors + ceiling * expit(logits)
        return p

    def log_likelihood(self, x: ArrayLike, passes: ArrayLike, failures: ArrayLike) -> Floats:
        """The log likelihood (H, B, L) of (possibly fractional) passes and failures (N,) at difficulties x (N,)."""
        at, k, m = (np.asarray(v, float).ravel() for v in (x, passes, failures))
        total = np.zeros(self.log_penalty.shape)
        for start in range(0, at.size, 64):  # bounds the memory: 64 x 20,000 curves is 10 MB
            part = slice(start, start + 64)
            p = np.clip(self.probability(at[part]), 1e-12, 1 - 1e-12)
            total += np.tensordot(k[part], np.log(p), axes=1) + np.tensordot(m[part], np.log1p(-p), axes=1)
        return total


def tally(x: ArrayLike, passed: ArrayLike, *, digits: int = 3) -> tuple[Floats, Floats, Floats]:
    """Distinct difficulties (rounded, ascending), passes at each, failures at each."""
    places, where = np.unique(np.round(np.asarray(x, float), digits), return_inverse=True)
    y = np.asarray(passed, float)
    k, m = (np.bincount(where, weights, minlength=places.size).astype(float) for weights in (y, 1 - y))
    return places, k, m


def log_steps(effort: ArrayLike) -> Floats:
    """Elementary steps as doublings; less than one step counts as one."""
    steps: Floats = np.log2(np.maximum(np.asarray(effort, float), 1.0))
    return steps


def cut(level: float, n: int) -> float:
    """How far the log likelihood may fall below its maximum inside a ``level`` interval for one parameter.

    Half the squared t quantile with n - 2 degrees of freedom: half of chi-square(1) for many answers, wider for few.
    """
    return float(stdtrit(max(n - 2, 2), (1 + level) / 2)) ** 2 / 2

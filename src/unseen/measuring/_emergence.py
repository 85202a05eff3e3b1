"""Emergence: how abruptly capability rises, from a fitted pass curve.

The *emergence slope* is how fast the pass rate changes per unit of the coordinate where it crosses one half (the horizon; where guessing alone
passes nearly half, the middle between floor and ceiling). A steep one is a cliff, a flat one a gentle loss. The *width* is the distance
over which the curve covers the middle four fifths of its rise. On compute rather than difficulty, the coordinate runs the other way: the
curve is fitted to minus log10 compute.

Its interval is by profile likelihood over the slope, so it can do no more than the answers and the curve's weak
penalty on slopes allow: a limit at the end of the slopes considered is reported as open, 0 or infinite.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline

from unseen.measuring._binomial import Floats
from unseen.measuring._estimate import Basis
from unseen.measuring._horizon import CurveFit
from unseen.measuring._pass_curve import NEVER_CROSSES, Scale, cut

COMPUTE = Scale("log10 compute", slope=2.0, slope_spread=1.0, resolution=0.05)
_TEN_TO_NINETY = 2 * math.log(9)
_FINE = 351


@dataclass(frozen=True)
class Emergence:
    """``value`` is the steepest change that matters: pass rate per unit at the half-way point, positive. ``width`` in units, 10% to 90% of the rise.

    Limits are 0 or infinite where the answers set none; ``value`` is NaN where nothing was asked.
    """

    value: float
    low: float
    high: float
    width: float
    width_low: float
    width_high: float
    level: float
    n: int
    scale: str
    estimand: str = "change of the pass rate per unit where it crosses one half"
    basis: Basis = Basis.MODEL


def emergence(fit: CurveFit, *, level: float = 0.95) -> Emergence:
    """The emergence slope of a fitted curve, with its profile-likelihood interval."""
    n = fit.x.size
    if not n or np.ptp(fit.x) == 0:
        return Emergence(math.nan, 0.0, math.inf, math.nan, 0.0, math.inf, level, n, fit.scale.name)
    logs, steepness, profile = _slope_profile(fit)
    best, inside = int(profile.argmax()), np.flatnonzero(profile >= profile.max() - cut(level, n))
    low, high = int(inside[0]), int(inside[-1])
    widths = _TEN_TO_NINETY / np.exp(logs)
    flat, steep = low == 0, high == logs.size - 1
    return Emergence(
        value=float(steepness[best]),
        low=0.0 if flat else float(steepness[low]),
        high=math.inf if steep else float(steepness[high]),
        width=float(widths[best]),
        width_low=0.0 if steep else float(widths[high]),
        width_high=math.inf if flat else float(widths[low]),
        level=level,
        n=n,
        scale=fit.scale.name,
    )


def compute_emergence(
    compute: ArrayLike, passed: ArrayLike, *, guess_rate: float = 0.0, groups: Sequence[Hashable] | None = None, level: float = 0.95
) -> Emergence:
    """How abruptly capability rises with compute: of answers ``passed`` (n,) by models of ``compute`` (n,). In pass rate per tenfold compute."""
    x = -np.log10(np.asarray(compute, float))
    return emergence(CurveFit.to(x, passed, COMPUTE, guess_rate=guess_rate, groups=groups), level=level)


def _slope_profile(fit: CurveFit) -> tuple[Floats, Floats, Floats]:
    """Log slopes (F,), |dP/dx| half-way (F,) and the profile log likelihood (F,), smoothly between the slopes of the grid."""
    grid = fit.grid
    ceiling = 1 - grid.floors - grid.lapses
    middle = 0.5 if grid.guess_rate < NEVER_CROSSES else grid.guess_rate + (1 - grid.guess_rate) / 2
    share = np.clip((middle - grid.floors) / ceiling, 1e-6, 1 - 1e-6)
    by_shape = fit.log_likelihood.max(axis=0)  # (slopes, lapses and floors)
    shape = by_shape.argmax(axis=1)
    at = np.log(grid.slopes)
    logs = np.linspace(at[0], at[-1], _FINE)
    per_slope = np.log((ceiling * share * (1 - share))[shape])
    steepness = np.exp(logs + np.interp(logs, at, per_slope))
    return logs, steepness, CubicSpline(at, by_shape.max(axis=1))(logs)

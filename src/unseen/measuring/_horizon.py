"""The 50% horizon and the difficulty curve of one family: model-based, by penalised profile likelihood.

Both use exploration and adaptive outcomes together: under adaptive choice the likelihood does not depend on how
the next difficulty was chosen. A limit that would lie beyond the difficulties asked is reported as infinite, never extrapolated.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unseen.measuring._binomial import midp_interval
from unseen.measuring._clustered import effective_size
from unseen.measuring._estimate import Basis
from unseen.measuring._pass_curve import NEVER_CROSSES, CurveGrid, Floats, Scale, cut, tally

METHOD = "logistic with fixed guess floor, penalised slope and lapse; profile likelihood"


class Censored(StrEnum):
    """Why a horizon is not a plain number."""

    NO = "no"
    ABOVE = "above"  # beyond the hardest asked: only the lower limit means anything
    BELOW = "below"  # beneath the easiest asked: only the upper limit means anything
    UNDEFINED = "undefined"  # nothing asked, or guessing alone passes (nearly) half


@dataclass(frozen=True)
class Horizon:
    """The difficulty at which the pass rate crosses one half.

    ``value``, ``lower`` and ``upper`` are on the scale's own axis (for the effort scale: log2 of steps; see :attr:`steps`);
    limits may be infinite. ``low_asked`` and ``high_asked`` span the difficulties asked.
    """

    value: float
    lower: float
    upper: float
    censored: Censored
    level: float
    n: int
    low_asked: float
    high_asked: float
    scale: str
    estimand: str = "difficulty at which the pass rate over the family's reference mix crosses one half"
    method: str = METHOD
    basis: Basis = Basis.MODEL

    @property
    def steps(self) -> tuple[float, float, float]:
        """(value, lower, upper) in elementary steps, for a horizon on the effort scale."""
        value, lower, upper = (
            math.inf if v == math.inf else 0.0 if v == -math.inf else 2.0**v for v in (self.value, self.lower, self.upper)
        )
        return value, lower, upper


@dataclass(frozen=True)
class CurvePoint:
    """The fitted pass rate at one difficulty, with its pointwise interval."""

    x: float
    p: float
    low: float
    high: float


@dataclass(frozen=True)
class CurveBin:
    """Raw outcomes with difficulties in [x_low, x_high]: n asked, k passed, the rate's mid-p interval, the mean difficulty x."""

    x: float
    x_low: float
    x_high: float
    n: int
    k: int
    low: float
    high: float


@dataclass(frozen=True)
class DifficultyCurve:
    """What the chart draws: the smooth curve, and the raw bins it should agree with."""

    points: tuple[CurvePoint, ...]
    bins: tuple[CurveBin, ...]
    level: float
    n: int
    scale: str
    method: str = METHOD
    basis: Basis = Basis.MODEL


@dataclass(frozen=True)
class CurveFit:
    """The likelihood of every curve on the grid, ready to be asked about horizon and pass rates."""

    grid: CurveGrid
    log_likelihood: Floats  # (H, B, L), penalty included
    scale: Scale
    x: Floats
    passed: NDArray[np.bool_]

    @classmethod
    def to(
        cls, x: ArrayLike, passed: ArrayLike, scale: Scale, *, guess_rate: float = 0.0, groups: Sequence[Hashable] | None = None
    ) -> CurveFit:
        """Fit answers ``passed`` (n,) at difficulties ``x`` (n,); ``groups`` (n,) names clusters, whose likelihood is tempered."""
        at, y = np.asarray(x, float), np.asarray(passed, bool)
        low, high = (float(at.min()), float(at.max())) if at.size else (0.0, 1.0)
        grid = CurveGrid.over(scale, low, high, guess_rate, known_floor=False)
        weight = min(effective_size(y, groups) / y.size, 1.0) if groups is not None and y.size else 1.0
        places, k, m = tally(at, y)
        return cls(grid, weight * grid.log_likelihood(places, k, m) + grid.log_penalty, scale, at, y)

    def horizon(self, *, level: float = 0.95) -> Horizon:
        """The horizon with its profile-likelihood interval."""
        n = self.x.size
        low, high = (float(self.x.min()), float(self.x.max())) if n else (math.nan, math.nan)
        if not n or self.grid.guess_rate >= NEVER_CROSSES:
            return Horizon(math.nan, -math.inf, math.inf, Censored.UNDEFINED, level, n, low, high, self.scale.name)
        profile = self.log_likelihood.max(axis=(1, 2))
        value, lower, upper = _profile_interval(self.grid.horizons, profile, cut(level, n))
        censored = Censored.ABOVE if value > high else Censored.BELOW if value < low else Censored.NO
        value = {Censored.ABOVE: math.inf, Censored.BELOW: -math.inf}.get(censored, value)
        lower = -math.inf if lower < low else min(lower, high)
        upper = math.inf if upper > high else max(upper, low)
        return Horizon(value, lower, upper, censored, level, n, low, high, self.scale.name)

    def curve(self, *, points: int = 41, bins: int = 8, level: float = 0.95) -> DifficultyCurve:
        """The curve over the difficulties asked, and up to ``bins`` bins of equal count."""
        if not self.x.size:
            return DifficultyCurve((), (), level, 0, self.scale.name)
        places = np.linspace(self.x.min(), self.x.max(), points if np.ptp(self.x) > 0 else 1)
        inside = self.log_likelihood >= self.log_likelihood.max() - cut(level, self.x.size)
        best = np.unravel_index(int(self.log_likelihood.argmax()), self.log_likelihood.shape)
        drawn = []
        for place in places:
            p = self.grid.probability(place)[0]
            drawn.append(CurvePoint(float(place), float(p[best]), float(p[inside].min()), float(p[inside].max())))
        return DifficultyCurve(tuple(drawn), self._bins(bins, level), level, self.x.size, self.scale.name)

    def _bins(self, count: int, level: float) -> tuple[CurveBin, ...]:
        order = np.argsort(self.x, kind="stable")
        edges = np.array_split(order, min(count, max(order.size // 4, 1)))
        made = []
        for part in edges:
            x, n, k = self.x[part], part.size, int(self.passed[part].sum())
            interval = midp_interval(k, n, level)
            made.append(CurveBin(float(x.mean()), float(x.min()), float(x.max()), n, k, float(interval.low), float(interval.high)))
        return tuple(made)


def horizon(
    x: ArrayLike, passed: ArrayLike, scale: Scale, *, guess_rate: float = 0.0, groups: Sequence[Hashable] | None = None, level: float = 0.95
) -> Horizon:
    """The 50% horizon of answers ``passed`` (n,) at difficulties ``x`` (n,)."""
    return CurveFit.to(x, passed, scale, guess_rate=guess_rate, groups=groups).horizon(level=level)


def difficulty_curve(
    x: ArrayLike, passed: ArrayLike, scale: Scale, *, guess_rate: float = 0.0, groups: Sequence[Hashable] | None = None, level: float = 0.95
) -> DifficultyCurve:
    """The smooth pass curve with pointwise intervals, and the raw bins."""
    return CurveFit.to(x, passed, scale, guess_rate=guess_rate, groups=groups).curve(level=level)


def _profile_interval(at: Floats, profile: Floats, drop: float) -> tuple[float, float, float]:
    """The maximum and where the profile has fallen by ``drop`` on either side; infinite where it never does."""
    best = int(profile.argmax())
    floor = profile[best] - drop
    below, above = np.flatnonzero(profile[:best] < floor), np.flatnonzero(profile[best + 1 :] < floor)
    lower = _crossing(at, profile, floor, int(below[-1]), int(below[-1]) + 1) if below.size else -math.inf
    upper = _crossing(at, profile, floor, best + 1 + int(above[0]), best + int(above[0])) if above.size else math.inf
    return float(at[best]), lower, upper


def _crossing(at: Floats, profile: Floats, floor: float, outside: int, inside: int) -> float:
    share = (floor - profile[outside]) / (profile[inside] - profile[outside])
    return float(at[outside] + share * (at[inside] - at[outside]))

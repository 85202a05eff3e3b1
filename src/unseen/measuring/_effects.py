"""Effects as estimates: the t interval of one number, the interval of a ratio, and Holm's adjustment of several p-values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtr, stdtrit

from unseen.measuring._item_response import Effect


@dataclass(frozen=True)
class Ratio:
    """A ratio with Fieller's interval. Where the denominator is not shown to differ from zero, no ratio is defined: all three are NaN."""

    value: float
    low: float
    high: float
    level: float

    @property
    def defined(self) -> bool:
        """Whether the denominator differs from zero at this level."""
        return not math.isnan(self.value)


def t_effect(name: str, value: float, variance: float, freedom: float, level: float) -> Effect:
    """A number with its t interval; the whole line where there are no degrees of freedom."""
    if freedom < 1 or not math.isfinite(variance):
        return Effect(name, value, math.inf, -math.inf, math.inf, 1.0)
    se = math.sqrt(max(variance, 0.0))
    half = float(stdtrit(freedom, (1 + level) / 2)) * se
    p_value = 2 * float(stdtr(freedom, -abs(value) / se)) if se > 0 else float(value == 0)
    return Effect(name, value, se, value - half, value + half, p_value)


def fieller(part: float, whole: float, variances: tuple[float, float], covariance: float, freedom: float, level: float) -> Ratio:
    """The ratio part/whole and the set of ratios r for which part − r·whole is not told from zero (Fieller 1954).

    ``variances`` are those of part and whole. The set is an interval exactly where the whole differs from zero at this level.
    """
    undefined = Ratio(math.nan, math.nan, math.nan, level)
    if freedom < 1:
        return undefined
    cut = float(stdtrit(freedom, (1 + level) / 2)) ** 2
    a, b, c = whole**2 - cut * variances[1], part * whole - cut * covariance, part**2 - cut * variances[0]
    if not a > 0:
        return undefined
    root = math.sqrt(max(b * b - a * c, 0.0))
    return Ratio(part / whole, (b - root) / a, (b + root) / a, level)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's adjusted p-values (1979), in the order given."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, worst = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = worst
    return tuple(adjusted)

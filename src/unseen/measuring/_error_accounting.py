"""Error accounting: how much of a headline's uncertainty is sampling and how much is the engine's, and what it would take to overturn a conclusion.

The calibrated rate p = (obs − e q)/(1 − e) is uncertain because few tasks were asked (*sampling*) and because e, the share of wrong keys, and q, how
often this examinee passes one, are known from few checks (*system*). Widths with some of the three known tell them apart. *Breakdown points* turn the
question round: how large would e have to be, or q at a given e, before a conclusion no longer stands? They hold sampling at its confidence limit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from unseen.measuring._binomial import clopper_pearson_interval, lower_confidence, upper_confidence
from unseen.measuring._calibrated import Calibrated, calibrated_interval, meld, midp_draws, uniforms
from unseen.measuring._horizon import DifficultyCurve

GRID_E = (0.0, 0.01, 0.02, 0.05, 0.1)
GRID_Q = (0.0, 0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Breakdown:
    """What overturns one conclusion.

    ``holds`` tells whether it stands when every key is right. ``e_at_q`` is the smallest share of wrong keys that undoes it at the q measured, ``e_worst``
    at the worst q; ``q_at_e`` the q that undoes it at the upper limit of the e measured. None: nothing does. 0 where the conclusion does not stand anyway.
    """

    claim: str
    holds: bool
    e_at_q: float | None
    e_worst: float | None
    q_at_e: float | None


@dataclass(frozen=True)
class GridPoint:
    """The calibrated rate, and its interval for sampling alone, were e and q these."""

    e: float
    q: float
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ErrorAccount:
    """One headline's uncertainty, in half-widths of intervals at its level.

    ``total`` has everything unknown that is; ``sampling`` takes e and q as known at their estimates, ``system`` the observed rate;
    ``wrong_keys`` leaves only e unknown, ``false_passes`` only q. Half-widths do not add up; ``system_share`` is the share of the squared total
    that is gone when e and q are known. ``e`` is NaN when no key was checked.
    """

    level: float
    e: float
    e_high: float
    q: float
    total: float
    sampling: float
    system: float
    wrong_keys: float
    false_passes: float
    grid: tuple[GridPoint, ...]

    @property
    def system_share(self) -> float:
        """From 0, where only sampling is uncertain, to 1."""
        return max(1 - (self.sampling / self.total) ** 2, 0.0) if self.total > 0 else 0.0


def error_account(calibrated: Calibrated) -> ErrorAccount:
    """Split the uncertainty of a calibrated rate. Where no key was checked or no task planted, e (q) is unknown and taken as 0 (½) when held."""
    observed, level, error, lucky_passes = calibrated.observed, calibrated.rate.level, calibrated.error, calibrated.false_pass
    n, checked, planted = observed.effective_n, error.n, lucky_passes.n
    passes = observed.value * n if n else 0.0
    e, q = (error.value if checked else 0.0), (lucky_passes.value if planted else 0.5)
    counts = (passes, n, e * checked, checked, q * planted, planted)

    def half(*, obs: bool, keys: bool, lucky: bool) -> float:
        low, high = _interval(counts, (observed.value, e, q), (obs, keys, lucky), level)
        return (high - low) / 2

    low, high = calibrated_interval(*counts, level)
    return ErrorAccount(
        level=level,
        e=error.value,
        e_high=error.high,
        q=lucky_passes.value,
        total=(high - low) / 2,
        sampling=half(obs=True, keys=False, lucky=False),
        system=half(obs=False, keys=True, lucky=True) if n else 0.5,
        wrong_keys=half(obs=False, keys=True, lucky=False) if n else 0.5,
        false_passes=half(obs=False, keys=False, lucky=True) if n else 0.5,
        grid=calibration_grid(passes, n, level=level),
    )


def calibration_grid(
    passes: float, n: float, *, level: float = 0.95, errors: Sequence[float] = GRID_E, lucky: Sequence[float] = GRID_Q
) -> tuple[GridPoint, ...]:
    """The calibrated rate of ``passes`` in ``n`` were e and q each of these; e = 0 appears once, for then q does not matter."""
    low, high = (float(limit) for limit in clopper_pearson_interval(passes, n, level))
    value = passes / n if n else math.nan
    pairs = [(e, q) for e in errors for q in (lucky if e else lucky[:1])]
    return tuple(GridPoint(e, q, *(_corrected(rate, e, q) for rate in (value, low, high))) for e, q in pairs)


def rate_breakdown(calibrated: Calibrated, threshold: float) -> Breakdown:
    """How wrong keys would have to be before "the pass rate is above (below) ``threshold``" no longer stands, whichever is observed.

    The claim stands at its one-sided level (1 + level)/2 while the corrected confidence limit is beyond the threshold.
    """
    observed, level = calibrated.observed, calibrated.rate.level
    n = observed.effective_n
    low, high = (float(limit) for limit in clopper_pearson_interval(observed.value * n if n else 0.0, n, level))
    above = not n or observed.value >= threshold
    claim = f"the pass rate is {'above' if above else 'below'} {100 * threshold:g}%"
    # below a threshold is above 1 − threshold for failures: a wrong key that is not passed fails
    limit, against, q = (low, threshold, _q(calibrated)) if above else (1 - high, 1 - threshold, 1 - _q(calibrated))
    return _breakdown(claim, limit, against, q, calibrated.error.high, flipped=not above, known=calibrated.false_pass.n > 0)


def horizon_breakdown(curve: DifficultyCurve, at: float, calibrated: Calibrated, *, shown: str = "") -> Breakdown:
    """The same for "the 50% horizon lies beyond ``at``", on the curve's own axis: the curve's lower limit there against one half."""
    points = curve.points
    low = float(np.interp(at, [p.x for p in points], [p.low for p in points])) if points else 0.0
    claim = f"half of the tasks at {shown or f'{at:g}'} are passed"
    return _breakdown(claim, low, 0.5, _q(calibrated), calibrated.error.high, flipped=False, known=calibrated.false_pass.n > 0)


def difference_breakdown(claim: str, low: float, q_first: float, q_second: float, e_high: float, *, known: bool = True) -> Breakdown:
    """The same for "the first is better", of a difference of observed rates on the same tasks whose lower limit is ``low``.

    The true difference is (obs₁ − obs₂ − e (q₁ − q₂))/(1 − e): it changes sign only if the first passes wrong keys more often than the second. At worst
    the first passes all of them and the second none. ``q_at_e`` is then the excess of the first's q over the second's.
    """
    if low <= 0:
        return Breakdown(claim, False, 0.0, 0.0, 0.0)
    excess = q_first - q_second
    at_q = _share(low / excess) if known and excess > 0 else None
    return Breakdown(claim, True, at_q if known else _share(low), _share(low), _share(low / e_high) if e_high > 0 else None)


def horizon_shift(curve: DifficultyCurve, e: float, q: float) -> float:
    """Where the fitted curve, corrected for e and q, crosses one half: on the curve's own axis; infinite where it does not within what was asked."""
    needed = 0.5 * (1 - e) + e * q  # the observed rate at which the corrected one is a half
    points = curve.points
    if not points or points[0].p < needed:
        return -math.inf
    for before, after in pairwise(points):
        if after.p < needed <= before.p:
            share = (before.p - needed) / (before.p - after.p)
            return before.x + share * (after.x - before.x)
    return math.inf


def _breakdown(claim: str, limit: float, threshold: float, q: float, e_high: float, *, flipped: bool, known: bool) -> Breakdown:
    """Where limit − e q = threshold (1 − e), for a claim that the rate exceeds the threshold."""
    if limit <= threshold:
        return Breakdown(claim, False, 0.0, 0.0, 0.0)
    worst = _share((limit - threshold) / (1 - threshold)) if threshold < 1 else None
    at_q = (_share((limit - threshold) / (q - threshold)) if q > threshold else None) if known else worst
    needed = (limit - threshold * (1 - e_high)) / e_high if e_high > 0 else math.inf
    q_at_e = None if needed > 1 else (1 - needed if flipped else needed)
    return Breakdown(claim, True, at_q, worst, q_at_e)


def _share(e: float) -> float | None:
    return e if e < 1 else None


def _q(calibrated: Calibrated) -> float:
    return calibrated.false_pass.value if calibrated.false_pass.n else 0.5


def _corrected(rate: float, e: float, q: float) -> float:
    return min(max((rate - e * q) / (1 - e), 0.0), 1.0)


def _interval(
    counts: tuple[float, ...], known: tuple[float, float, float], free: tuple[bool, bool, bool], level: float
) -> tuple[float, float]:
    """The melded interval with only the ``free`` ones of (obs, e, q) uncertain."""
    passes, n, wrong, checked, planted_passes, planted = counts
    draws = uniforms()
    size = draws.shape[0]
    low = lower_confidence(passes, n, draws[:, 0]) if free[0] else np.full(size, known[0])
    high = upper_confidence(passes, n, draws[:, 0]) if free[0] else np.full(size, known[0])
    e = midp_draws(wrong, checked, draws[:, 1], draws[:, 3]) if free[1] else np.full(size, known[1])
    unknown = free[2] and not planted
    q = None if unknown else midp_draws(planted_passes, planted, draws[:, 2], draws[:, 4]) if free[2] else np.full(size, known[2])
    return meld(low, high, e, q, level)

"""Pass rates over the reference mix from every answer, adaptively chosen ones too: a model's prediction for the mix, put right by weighted residuals.

    R = mean of m(x) over the mix + (1/n) Σ wᵢ (yᵢ − m(xᵢ))

The weight wᵢ is the mix's density over the density the i-th setting was drawn with, known because the engine drew it. Whatever curve m is used, the
second term removes its error on average (the difference estimator of survey sampling: Cassel, Särndal & Wretman 1976; under adaptive choice: Kallus
& van der Laan's augmented weighting, and LURE for pools, Farquhar, Gal & Rainforth 2021). A good curve makes it precise; no curve makes it wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from unseen.measuring._binomial import Floats, midp_interval
from unseen.measuring._clustered import codes_of
from unseen.measuring._estimate import Basis, Estimate
from unseen.measuring._evidence import normal_evidence
from unseen.measuring._horizon import CurveFit
from unseen.measuring._pass_curve import LOAD, CurveGrid, tally
from unseen.outcome import Arm, Outcome

ESTIMAND = "pass rate over the family's reference mix (target load uniform on [0, 1])"
CURVE_PARAMETERS = 3  # 50% load, slope and lapse
LEAST_LOOKED = 16  # answers before an anytime interval says anything: it holds asymptotically
_SCALE = 0.1  # sd of the normal mixture, in points of pass rate: the interval is tightest once it is about a third of that wide
_NEGLIGIBLE = 12.0  # log units below the likeliest curve at which 50% loads are left out

Mix = Callable[[Outcome], float]  # how much denser another mix is at an outcome's setting than the reference mix


@dataclass(frozen=True)
class AssistedMean:
    """A model-assisted mean with its standard error; ``se`` is infinite for fewer than two groups."""

    value: float
    se: float
    n: int

    @property
    def effective_n(self) -> float:
        """The size of a simple random sample that would know as much."""
        rate = (min(max(self.value, 0.0), 1.0) * self.n + 0.5) / (self.n + 1) if self.n else 0.5
        return rate * (1 - rate) / self.se**2 if math.isfinite(self.se) else 0.0


def assisted_mean(
    over_mix: float,
    predicted: ArrayLike,
    passed: ArrayLike,
    weights: ArrayLike,
    groups: Sequence[Hashable] | None = None,
    *,
    fitted: int = 0,
) -> AssistedMean:
    """The difference estimator from answers ``passed`` (n,) that were ``predicted`` (n,) and drawn with ``weights`` (n,).

    Estimand: the mean whose model prediction is ``over_mix``. One pseudo-residual of ½ enters the variance, which keeps a run of
    answers that all came as predicted from claiming certainty. ``groups`` (n,) names clusters; ``fitted`` is how many parameters of the
    predictions were learned from these same answers, whose residuals are the smaller for it.
    """
    w, residual = np.asarray(weights, float), np.asarray(passed, float) - np.asarray(predicted, float)
    n = residual.size
    if not n:
        return AssistedMean(math.nan, math.inf, 0)
    codes, count = codes_of(groups) if groups is not None else (np.arange(n), n)
    value = over_mix + float(np.mean(w * residual))
    if count < 2:
        return AssistedMean(value, math.inf, n)
    sums = np.bincount(codes, w * residual, minlength=count)
    largest = float(np.bincount(codes, w, minlength=count).mean())
    variance = count / max(count - 1 - fitted, 1) * (float(sums @ sums) + (0.5 * largest) ** 2) / n**2
    return AssistedMean(value, math.sqrt(variance), n)


def weighted(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes whose draw is known: exploration and adaptation. Exploration without a stated weight was drawn from the mix itself."""
    return [o for o in outcomes if o.counts and (o.arm is Arm.EXPLORE or (o.arm is Arm.ADAPT and o.weight is not None))]


def assisted_rate(
    outcomes: Sequence[Outcome],
    mix_loads: ArrayLike = (),
    *,
    mix: Mix | None = None,
    level: float = 0.95,
    anytime: bool = False,
) -> Estimate:
    """The pass rate of one family over its reference mix, from all its weighted outcomes.

    Args:
        mix_loads: declared loads of a large draw of the reference mix, over which the curve's predictions are averaged; without it, and
            under another ``mix``, the weighted mean alone is reported.
        mix: another mix to speak of, as its density relative to the reference mix at an outcome's setting.
        anytime: widen the interval so that it holds at whatever moment one looks, and stops (asymptotic confidence sequence:
            Waudby-Smith et al. 2024). It says nothing before :data:`LEAST_LOOKED` answers.
    """
    return _assisted(outcomes, mix_loads, mix, level, anytime, None)


def _assisted(
    outcomes: Sequence[Outcome], mix_loads: ArrayLike, mix: Mix | None, level: float, anytime: bool, curve: Posterior | None
) -> Estimate:
    used = weighted(outcomes)
    weights = np.array([(1.0 if o.weight is None else o.weight) * (mix(o) if mix else 1.0) for o in used])
    estimand = ESTIMAND if mix is None else "pass rate over the mix given"
    if not used or weights.sum() <= 0:
        return Estimate(math.nan, 0.0, 1.0, level, len(used), 0.0, estimand, "no weighted outcome")
    passed, groups, loads = np.array([o.correct for o in used]), [o.group for o in used], np.asarray(mix_loads, float)
    if loads.size and mix is None:
        curve = curve or Posterior.of(used)
        found = assisted_mean(
            float(curve.mean(loads).mean()), curve.mean([o.load for o in used]), passed, weights, groups, fitted=CURVE_PARAMETERS
        )
        method = "curve over the mix, corrected by weighted residuals"
    else:
        weights = weights * len(used) / weights.sum()
        rate = float(np.mean(weights * passed))
        found = assisted_mean(rate, np.full(len(used), rate), passed, weights, groups)
        method = "weighted mean"
    return anytime_estimate(found, level, estimand, method) if anytime else fixed_estimate(found, level, estimand, method)


def fixed_estimate(found: AssistedMean, level: float, estimand: str, method: str) -> Estimate:
    """With the interval for a sample whose size was settled beforehand: mid-p at the effective size."""
    value, size = min(max(found.value, 0.0), 1.0), found.effective_n
    low, high = midp_interval(value * size, size, level)
    return Estimate(value, float(low), float(high), level, found.n, size, estimand, f"{method}; mid-p at the effective size", Basis.DESIGN)


def anytime_estimate(found: AssistedMean, level: float, estimand: str, method: str) -> Estimate:
    """With the interval that may be looked at after every answer."""
    low, high = 0.0, 1.0
    if found.n >= LEAST_LOOKED and math.isfinite(found.se):
        sequence = normal_evidence(found.value, found.se, found.n, scale=_SCALE, level=level)
        low, high = max(sequence.low, 0.0), min(sequence.high, 1.0)
    value = min(max(found.value, 0.0), 1.0)
    method = f"{method}; normal-mixture confidence sequence (asymptotic)"
    return Estimate(value, low, high, level, found.n, found.effective_n, estimand, method, Basis.DESIGN)


def mean_anytime(mean: Estimate) -> Estimate:
    """The equal-weight mean of assisted rates (see :func:`unseen.measuring.mean_rate`) with the interval that may be looked at after every answer."""
    if not mean.effective_n:
        return mean
    rate = (mean.value * mean.effective_n + 0.5) / (mean.effective_n + 1)
    found = AssistedMean(mean.value, math.sqrt(rate * (1 - rate) / mean.effective_n), mean.n)
    return anytime_estimate(found, mean.level, mean.estimand, "equal-weight mean")


@dataclass(frozen=True)
class MixRates:
    """The pass rate over one family's reference mix, three ways: see :func:`mix_rates`."""

    assisted: Estimate
    anytime: Estimate
    modelled: Estimate


def mix_rates(outcomes: Sequence[Outcome], mix_loads: ArrayLike = (), *, level: float = 0.95) -> MixRates:
    """:func:`assisted_rate`, the same with its anytime interval, and :func:`modelled_rate`, from one fit."""
    used = weighted(outcomes)
    curve = Posterior.of(used) if np.size(mix_loads) and used else None
    fixed, anytime = (_assisted(outcomes, mix_loads, None, level, anytime, curve) for anytime in (False, True))
    return MixRates(fixed, anytime, _modelled(outcomes, mix_loads, level, curve if len(used) == len(_informative(outcomes)) else None))


def modelled_rate(outcomes: Sequence[Outcome], mix_loads: ArrayLike, *, level: float = 0.95) -> Estimate:
    """The pass rate over the reference mix under the pass curve alone: exploration and adaptive outcomes, posterior mean and credible interval."""
    return _modelled(outcomes, mix_loads, level, None)


def _informative(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [o for o in outcomes if o.counts and o.arm in (Arm.EXPLORE, Arm.ADAPT)]


def _modelled(outcomes: Sequence[Outcome], mix_loads: ArrayLike, level: float, curve: Posterior | None) -> Estimate:
    used, loads = _informative(outcomes), np.asarray(mix_loads, float)
    if not used or not loads.size:
        return Estimate(math.nan, 0.0, 1.0, level, len(used), 0.0, ESTIMAND, "no outcomes", Basis.MODEL)
    rates, masses = (curve or Posterior.of(used)).rates(loads)
    order = np.argsort(rates)
    below = np.cumsum(masses[order]) - masses[order] / 2
    low, high = np.interp([(1 - level) / 2, (1 + level) / 2], below, rates[order])
    value = float(rates @ masses)
    variance = float((rates - value) ** 2 @ masses)
    size = value * (1 - value) / variance if variance > 0 else float(len(used))
    return Estimate(
        value, float(low), float(high), level, len(used), size, ESTIMAND, "logistic pass curve; posterior on a grid", Basis.MODEL
    )


@dataclass(frozen=True)
class Posterior:
    """The pass curves that answers leave believable, and how much each is believed."""

    grid: CurveGrid
    masses: Floats  # (H, B, L), sums to one

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Posterior:
        """From one family's outcomes, under a flat prior on the 50% load."""
        floor = max(o.guess_rate for o in outcomes)
        fit = CurveFit.to(
            [o.load for o in outcomes], [o.correct for o in outcomes], LOAD, guess_rate=floor, groups=[o.group for o in outcomes]
        )
        log = fit.log_likelihood + np.log(np.gradient(fit.grid.horizons))[:, None, None]
        believed = log.max(axis=(1, 2)) > log.max() - _NEGLIGIBLE
        masses = np.exp(log[believed] - log.max())
        return cls(replace(fit.grid, horizons=fit.grid.horizons[believed]), masses / masses.sum())

    def mean(self, loads: ArrayLike) -> Floats:
        """The pass probability believed at each load (n,)."""
        at = np.asarray(loads, float)
        places = np.linspace(min(at.min(), 0.0), max(at.max(), 1.0), 65)
        return np.asarray(np.interp(at, places, self._probability(places) @ self.masses.ravel()))

    def rates(self, loads: ArrayLike) -> tuple[Floats, Floats]:
        """Every believable curve's mean pass probability over loads (n,), and its mass: both (curves,)."""
        places, counts, _ = tally(loads, np.ones(np.size(loads)), digits=2)
        return np.asarray(counts @ self._probability(places) / counts.sum()), self.masses.ravel()

    def _probability(self, places: Floats) -> Floats:
        return self.grid.probability(places).reshape(places.size, -1)

"""What is known of an examinee's ability in one family: a posterior on a grid, and where to ask next.

The model is the pass curve of measuring on declared load (guess floor fixed, slope and lapse unknown). Ability is its 50% load,
in logits: θ = 8 (t - ½), so that the declared range spans 8 logits at a usual slope.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unseen.measuring import LOAD, CurveGrid

Floats = NDArray[np.float64]

LOGITS = LOAD.slope  # logits per unit of load at a usual slope
SCALE = replace(LOAD, slope_spread=0.6)  # firmer than for reporting: a lucky start must not pass for a steep curve and stop the asking
PRIOR_SPREAD = 0.6  # sd of the 50% load before anything was asked: wide against the declared range of 1


@dataclass(frozen=True)
class AbilityState:
    """The posterior in numbers: mean and sd in logits, the 50% load with its credible interval, and the answers behind it."""

    mean: float
    sd: float
    load_at_half: float
    load_low: float
    load_high: float
    level: float
    n: int
    stopped: str = ""  # why no more is asked, empty while asking goes on


class Ability:
    """The posterior over 50% load, slope and lapse. Starts at the prior; :meth:`learn` is exact and order-free."""

    def __init__(self, guess_rate: float = 0.0) -> None:
        self._grid = CurveGrid.over(SCALE, 0.0, 1.0, guess_rate)
        prior = -0.5 * ((self._grid.horizons - 0.5) / PRIOR_SPREAD) ** 2 + np.log(np.gradient(self._grid.horizons))
        self._log = prior[:, None, None] + self._grid.log_penalty
        self._posterior = _normal(self._log)
        self.n = 0

    def learn(self, load: float, passed: bool) -> None:
        """Take in one answer."""
        self._log = self._log + self._grid.log_likelihood(load, float(passed), float(not passed))
        self._posterior = _normal(self._log)
        self.n += 1

    @property
    def mean(self) -> float:
        """Posterior mean, in logits."""
        return float(self._marginal @ self._logits)

    @property
    def sd(self) -> float:
        """Posterior standard deviation, in logits: the standard error of ability."""
        return math.sqrt(max(float(self._marginal @ self._logits**2) - self.mean**2, 0.0))

    def beyond(self, low: float, high: float) -> tuple[float, float]:
        """The probabilities that the 50% load lies below ``low`` and above ``high``."""
        at = self._grid.horizons
        return float(self._marginal[at < low].sum()), float(self._marginal[at > high].sum())

    def quantile(self, share: float) -> float:
        """A quantile of the 50% load."""
        return float(np.interp(share, np.cumsum(self._marginal) - self._marginal / 2, self._grid.horizons))

    def state(self, *, level: float = 0.95, stopped: str = "") -> AbilityState:
        """The posterior in numbers."""
        low, high = self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)
        return AbilityState(self.mean, self.sd, self.quantile(0.5), low, high, level, self.n, stopped)

    def best_load(self, share: float, candidates: Sequence[float]) -> float:
        """The candidate that would tell most about ability were the 50% load at quantile ``share`` of what is believed.

        Expected Fisher information over the slopes and lapses believed there. Asking at spread-out quantiles makes a
        batch useful while its answers are still out: wide apart when little is known, close together when much is.
        """
        at = int(np.abs(self._grid.horizons - self.quantile(share)).argmin())
        weights = self._posterior[at] / max(float(self._posterior[at].sum()), 1e-300)
        there = replace(self._grid, horizons=self._grid.horizons[at : at + 1])
        information = np.tensordot(_information(there, candidates)[:, 0], weights, axes=2)
        return float(candidates[int(information.argmax())])

    def information(self, load: float) -> float:
        """The expected Fisher information of one question, per squared logit."""
        return float(np.sum(_information(self._grid, [load])[0] * self._posterior))

    @property
    def _marginal(self) -> Floats:
        marginal: Floats = self._posterior.sum(axis=(1, 2))
        return marginal

    @property
    def _logits(self) -> Floats:
        return LOGITS * (self._grid.horizons - 0.5)


def _normal(log: Floats) -> Floats:
    weights: Floats = np.exp(log - log.max())
    total = float(weights.sum())
    normal: Floats = weights / total
    return normal


def _information(grid: CurveGrid, loads: Sequence[float]) -> Floats:
    """(N, H, B, L): slope² of the pass probability in ability, over its variance."""
    p = grid.probability(loads)
    above = p - grid.floors
    ceiling = 1 - grid.floors - grid.lapses
    slope = grid.slopes[:, None] / LOGITS * above * (1 - above / ceiling)
    information: Floats = slope**2 / np.clip(p * (1 - p), 1e-9, None)
    return information

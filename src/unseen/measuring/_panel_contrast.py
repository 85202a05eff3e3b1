"""How the pass rates of a panel scatter on one family, and how far they may truly lie apart: shared tasks paired, siblings clustered."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri, chndtrinc, fdtrc, ndtri

from unseen.measuring._binomial import Floats
from unseen.outcome import Outcome


@dataclass(frozen=True)
class PanelContrast:
    """Pass rates of a panel, and how they scatter about their mean: squared deviations, the covariance of the deviations."""

    rates: Floats
    squares: float
    covariance: Floats  # of the deviations from the panel's mean
    cautious: Floats  # the same, every noise as if its rate were nearer to one half by what one model may stand apart: luck hides noise
    answers: float
    clusters: int

    @classmethod
    def of(cls, panel: Mapping[str, Sequence[Outcome]], margin: float) -> PanelContrast:
        """Groups are the clusters, over all examinees: what a task does to several of them at once cancels in their differences."""
        size = len(panel)
        sizes = np.array([len(answers) for answers in panel.values()], float)
        if size == 0 or sizes.min(initial=math.inf) == 0:
            unknown = np.full((size, size), math.nan)
            return cls(np.full(size, math.nan), math.nan, unknown, unknown, 0.0, 0)
        rates = np.array([np.mean([o.correct for o in answers]) for answers in panel.values()])
        rows: dict[str, int] = {}
        for answers in panel.values():
            for o in answers:
                rows.setdefault(o.group, len(rows))
        pulls = np.zeros((len(rows), size))
        for at, answers in enumerate(panel.values()):
            for o in answers:
                pulls[rows[o.group], at] += (o.correct - rates[at]) / sizes[at]
        covariance = len(rows) / max(len(rows) - 1, 1) * pulls.T @ pulls
        smoothed = (rates * sizes + 1) / (sizes + 2)  # answers all alike do not make a rate certain
        nearer = 0.5 - np.sign(0.5 - rates) * np.maximum(np.abs(0.5 - rates) - margin * math.sqrt(size / 2), 0)
        noises = [_with_floor(covariance, rate * (1 - rate) / sizes) for rate in (smoothed, nearer)]
        return cls(rates, float(np.sum((rates - rates.mean()) ** 2)), noises[0], noises[1], float(sizes.mean()), len(rows))

    @property
    def models(self) -> int:
        return self.rates.size

    @property
    def noise(self) -> float:
        """The variance of one task's contrast between models: what ``spread``² stands against."""
        return self.answers * float(np.trace(self.covariance)) / (self.models - 1) if self.models > 1 else math.nan

    @property
    def spread(self) -> float:
        """The between-model sd by moments, 0 where the noise explains all."""
        if self.models < 2:
            return math.nan
        return math.sqrt(max(self.squares - float(np.trace(self.covariance)), 0.0) / (self.models - 1))

    def upper(self, alpha: float, squares: float | None = None) -> float:
        """The upper 1 − alpha limit of the sd of the true rates: the wider of two.

        One is the noncentral chi-square's with matched moments (Satterthwaite), deviations smaller than noise alone usually makes them
        counting as usual ones: luck is no proof of likeness. The other adds the noise of the direction that has most of it, as where one
        model stands apart from many that are alike.
        """
        if self.models < 2 or not self.answers:
            return math.nan
        found = self.squares if squares is None else squares
        _, scale, freedom = _moments(self.cautious)
        pooled = scale * max(float(chndtrinc(max(found / scale, float(chdtri(freedom, 0.5))), freedom, alpha)), 0.0)
        single = (math.sqrt(found) + float(ndtri(1 - alpha)) * math.sqrt(float(np.linalg.eigvalsh(self.cautious)[-1]))) ** 2
        return math.sqrt(max(pooled, single) / (self.models - 1))

    def p_value(self) -> float:
        """That all rates are equal."""
        total, _, freedom = _moments(self.covariance)
        return float(fdtrc(freedom, freedom * max(self.clusters - 1, 1), self.squares / total))


def _with_floor(covariance: Floats, floor: Floats) -> Floats:
    """The covariance of deviations from the mean, no rate's own variance being below its floor."""
    size = floor.size
    raised = covariance + np.diag(np.maximum(floor - covariance.diagonal(), 0))
    centring = np.eye(size) - 1 / size
    return np.asarray(centring @ raised @ centring)


def _moments(covariance: Floats) -> tuple[float, float, float]:
    """Of a sum of squares with this covariance: its mean, and scale and degrees of freedom of the chi-square nearest to it."""
    total, squared = float(np.trace(covariance)), float(np.sum(covariance**2))
    return total, squared / total, total**2 / squared

"""Straight lines in the logarithm: the slope per tenfold, which the compute table and the state space share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unseen.measuring._binomial import Floats


def log10(values: ArrayLike) -> Floats:
    """Powers of ten. Raises ``ValueError`` for fewer than two, for one that is not positive, and where all are equal."""
    found = np.asarray(values, float)
    if found.size < 2 or not bool(np.all(found > 0) and np.all(np.isfinite(found))) or np.ptp(found) == 0:
        raise ValueError("a slope needs two models or more, of positive and different size")
    x: Floats = np.log10(found)
    return x


@dataclass(frozen=True)
class Line:
    """Ordinary least squares on x (M,): the slope is ``weights`` @ values."""

    x: Floats
    weights: Floats

    @classmethod
    def through(cls, x: Floats) -> Line:
        centred = x - x.mean()
        return cls(x, centred / float(centred @ centred))

    def residuals(self, values: Floats) -> Floats:
        """Of values (..., M) about their lines."""
        centred = self.x - self.x.mean()
        slopes = values @ self.weights
        left: Floats = values - values.mean(axis=-1, keepdims=True) - slopes[..., None] * centred
        return left

    def scatter(self, values: Floats) -> float:
        """The variance of the slope as the scatter of values (M,) about the line shows it; infinite for two."""
        spare = self.x.size - 2
        left = self.residuals(values)
        return float(left @ left) / spare * float(self.weights @ self.weights) if spare else math.inf

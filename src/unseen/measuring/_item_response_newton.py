"""Newton's method for item response models: penalised likelihood with bounds, and the variance of family effects beside it.

Few nodes lead to the neighbourhood of the maximum, all of them finish. At each step the quadratic at hand is solved together with the family
variance (MacKay's fixed point, on the families' Schur complement), which then converges as fast as everything else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import lsq_linear

from unseen.measuring._binomial import Floats
from unseen.measuring._item_response_marginal import COARSE, NODES, Curvature

_STEPS, _NEAR, _THERE = 60, 0.15, 1e-3  # logits: a step that short needs no other after it, Newton's being quadratic
_FAMILY_STEPS, _FAMILY_TOLERANCE = 20, 1e-4


class Likelihood(Protocol):
    """A log likelihood with exact derivatives."""

    def curvature(self, at: Floats, nodes: int = NODES) -> Curvature:
        """Value, gradient and information at a point."""
        ...


@dataclass(frozen=True)
class Penalty:
    """Normal priors: means and precisions (P,), and the precision matrix of further ones (P, P).

    ``families`` are the places whose variance is itself unknown: scaled inverse chi-square with ``weight`` degrees of freedom about ``variance``.
    """

    centre: Floats
    precision: Floats
    joint: Floats
    families: slice
    variance: float
    weight: float

    def matrix(self, variance: float) -> Floats:
        """The whole precision when the families' variance is this."""
        precision = self.precision.copy()
        precision[self.families] = 1 / variance
        whole: Floats = self.joint + np.diag(precision)
        return whole


@dataclass(frozen=True)
class Maximum:
    """Where the penalised likelihood peaks, the inverse information there, the families' variance, the log likelihood."""

    at: Floats
    covariance: Floats
    variance: float
    value: float
    converged: bool


def maximise(likelihood: Likelihood, penalty: Penalty, start: Floats, lowest: Floats) -> Maximum:
    """From ``start`` to the maximum over points nowhere below ``lowest``."""
    at, variance, converged = start, penalty.variance, False
    for nodes in (COARSE, NODES):
        found, converged = likelihood.curvature(at, nodes), False
        for _ in range(_STEPS):
            variance = _family_variance(found, at, penalty, variance)
            prior = penalty.matrix(variance)
            step = _step(_positive(found.information + prior), found.gradient - prior @ (at - penalty.centre), lowest - at)
            converged = bool(np.max(np.abs(step)) < (_NEAR if nodes == COARSE else _THERE))
            if converged:
                at = at + step
                break
            at, found = _search(likelihood, nodes, at, step, penalty.centre, prior, found)
    covariance = np.asarray(np.linalg.inv(_positive(found.information + penalty.matrix(variance))), float)
    return Maximum(at, covariance, variance, found.value, converged)


def _family_variance(found: Curvature, at: Floats, penalty: Penalty, variance: float) -> float:
    """The fixed point of the families' variance, given the quadratic at hand; at most four times or a quarter of what it was."""
    inside = np.zeros(at.size, bool)
    inside[penalty.families] = True
    prior = penalty.matrix(variance)
    information = _positive(found.information + prior) - prior
    target = found.gradient + information @ at
    rest = information[~inside][:, ~inside] + prior[~inside][:, ~inside]
    across = np.linalg.solve(rest, np.column_stack([information[~inside][:, inside], (target + prior @ penalty.centre)[~inside]]))
    schur = information[inside][:, inside] - information[inside][:, ~inside] @ across[:, :-1]
    pull = target[inside] - information[inside][:, ~inside] @ across[:, -1]
    count, low, high = int(inside.sum()), variance / 4, variance * 4
    for _ in range(_FAMILY_STEPS):
        spread = np.linalg.inv(schur + np.eye(count) / variance)
        known = float(np.trace(spread))
        if known <= 0:
            break
        u, effective = spread @ pull, max(count - known / variance, 0.0)
        before = variance
        variance = (float(u @ u) + penalty.weight * penalty.variance) / (effective + penalty.weight)
        variance = min(max(variance, low), high)
        if abs(math.log(variance / before)) < _FAMILY_TOLERANCE:
            break
    return variance


def _step(information: Floats, gradient: Floats, room: Floats) -> Floats:
    """Newton's step; with bounds, the best step of the same quadratic that respects them."""
    if np.all(np.isinf(room)):
        return np.clip(np.linalg.solve(information, gradient), -2, 2)
    root = np.linalg.cholesky(information).T
    target = np.linalg.solve(root.T, gradient)
    return np.asarray(np.clip(lsq_linear(root, target, (np.minimum(room, 0.0), np.inf), tol=1e-12).x, -2, 2))


def _search(
    likelihood: Likelihood, nodes: int, at: Floats, step: Floats, centre: Floats, prior: Floats, found: Curvature
) -> tuple[Floats, Curvature]:
    """Halve the step until the penalised likelihood rises."""

    def penalty(point: Floats) -> float:
        return float((point - centre) @ prior @ (point - centre)) / 2

    for scale in (1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125):
        moved = at + scale * step
        there = likelihood.curvature(moved, nodes)
        settled = np.max(np.abs(step)) < 0.01  # Newton's own ground: rounding would decide
        if settled or there.value - penalty(moved) >= found.value - penalty(at):
            break
    return moved, there


def _positive(information: Floats) -> Floats:
    """The matrix itself where it is positive definite; else with its small eigenvalues lifted (far from the maximum)."""
    symmetric = (information + information.T) / 2
    try:
        np.linalg.cholesky(symmetric)
        return symmetric
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(symmetric)
        return np.asarray((vectors * np.maximum(np.abs(values), 1e-2)) @ vectors.T)

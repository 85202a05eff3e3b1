"""The marginal likelihood with a discrimination per family and a slip: P = g + (1 − g − s) logistic(α[family] · (θ − x'η − u − σz)).

The slip s is one for all: the share of failures that no ability prevents. Parameters are (θ, γ, log σ), then log α per family and logit s
where they are wanted; residuals are integrated as in the plain model, and the information is again Louis's. It needs
tasks × nodes × parameters numbers in memory, which is why the plain model has code of its own.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from unseen.measuring._binomial import Floats
from unseen.measuring._item_response_marginal import NODES, Answers, Curvature, nodes_of

_MODE_STEPS = 12


class _Point(NamedTuple):
    """The parameters at hand: predictor without residual (answers,), residual sd, discrimination by task, slip."""

    fixed: Floats
    sigma: float
    steep: Floats
    slip: float


class _Slopes(NamedTuple):
    """Of each answer's log probability: its value, derivatives in the predictor η, and in the slip's logit ς."""

    chance: Floats
    first: Floats
    second: Floats
    slip: Floats
    slip_second: Floats
    mixed: Floats


class ExtendedMarginal:
    """Answers and the families of their tasks (tasks,); what beyond the plain model is wanted."""

    def __init__(self, answers: Answers, family: NDArray[np.intp], families: int, *, discrimination: bool, slip: bool) -> None:
        self._of = answers
        self._family, self._families = family, families
        self._discrimination, self._slip = discrimination, slip
        self._mode = np.zeros(answers.tasks)
        n = answers.task.size
        rows = np.arange(n)
        self._sums: Any = sparse.csr_array((np.ones(n), (answers.task, rows)), shape=(answers.tasks, n))
        of_ability = sparse.csr_array((np.ones(n), (rows, answers.ability)), shape=(n, answers.abilities))
        self._linear: Any = sparse.csr_array(sparse.hstack([of_ability, -sparse.csr_array(answers.design)[answers.task]]))
        self._of_family = np.eye(families)[family]

    def curvature(self, at: Floats, nodes: int = NODES) -> Curvature:
        """Value, gradient and information."""
        of, point = self._of, self._point(at)
        spread = self._seek(point)
        root, log_weight = nodes_of(nodes)
        z = self._mode[:, None] + spread[:, None] * root
        sz = point.sigma * z
        eta = point.steep[of.task][:, None] * (point.fixed[:, None] - sz[of.task])
        slopes = self._slopes(eta, point.slip)
        logs = self._sums @ np.log(slopes.chance) - z**2 / 2 + log_weight
        peak = logs.max(1, keepdims=True)
        weight = np.exp(logs - peak)
        mass = weight.sum(1, keepdims=True)
        weight /= mass
        scores = self._scores(point, slopes, eta, sz)
        means = np.einsum("iq,iqp->ip", weight, scores)
        scores *= np.sqrt(weight)[:, :, None]
        flat = scores.reshape(-1, scores.shape[2])
        hidden = flat.T @ flat - means.T @ means
        information = -self._second(point, slopes, eta, sz[of.task], weight[of.task]) - hidden
        return Curvature(float((peak + np.log(mass)).sum() + np.log(spread).sum()), means.sum(0), information)

    def _point(self, at: Floats) -> _Point:
        of, end = self._of, self._of.abilities + self._of.design.shape[1]
        steep = np.exp(at[end + 1 : end + 1 + self._families]) if self._discrimination else np.ones(self._families)
        slip = float(expit(at[-1])) if self._slip else 0.0
        fixed = at[of.ability] - (of.design @ at[of.abilities : end])[of.task]
        return _Point(fixed, math.exp(at[end]), steep[self._family], slip)

    def _slopes(self, eta: Floats, slip: float) -> _Slopes:
        shape = (-1, *[1] * (eta.ndim - 1))
        guess, sign = self._of.guess.reshape(shape), np.where(self._of.correct, 1.0, -1.0).reshape(shape)
        room, share = 1 - guess - slip, expit(eta)
        bend = share * (1 - share)
        p = guess + room * share
        chance = np.maximum(np.where(sign > 0, p, 1 - p), 1e-300)
        first = sign * room * bend / chance
        by_slip = slip * (1 - slip)
        lost = -sign * share * by_slip / chance
        return _Slopes(
            chance,
            first,
            sign * room * bend * (1 - 2 * share) / chance - first**2,
            lost,
            lost * (1 - 2 * slip) - lost**2,
            -sign * bend * by_slip / chance - first * lost,
        )

    def _seek(self, point: _Point) -> Floats:
        """Move the modes to where each residual's posterior peaks; returns its spread there."""
        of, z, pull = self._of, self._mode, point.steep * point.sigma
        for _ in range(_MODE_STEPS):
            slopes = self._slopes(point.steep[of.task] * (point.fixed - point.sigma * z[of.task]), point.slip)
            bend = 1 - pull**2 * np.minimum(self._sums @ slopes.second, 0)
            step = (-pull * (self._sums @ slopes.first) - z) / bend
            z = z + np.clip(step, -1, 1)
            if np.max(np.abs(step), initial=0) < 1e-4:
                break
        self._mode = z
        return np.asarray(1 / np.sqrt(bend))

    def _scores(self, point: _Point, slopes: _Slopes, eta: Floats, sz: Floats) -> Floats:
        """The gradient of each task's complete-data log likelihood at each node: (tasks, nodes, parameters)."""
        of, nodes = self._of, eta.shape[1]
        first = point.steep[of.task][:, None] * slopes.first
        rows = (of.task[:, None] * nodes + np.arange(nodes)).ravel()
        by_ability = sparse.csr_array((first.ravel(), (rows, np.repeat(of.ability, nodes))), shape=(of.tasks * nodes, of.abilities))
        total = self._sums @ first
        parts = [
            by_ability.toarray().reshape(of.tasks, nodes, of.abilities),
            -total[:, :, None] * of.design[:, None, :],
            -(total * sz)[:, :, None],
        ]
        if self._discrimination:
            parts.append((self._sums @ (slopes.first * eta))[:, :, None] * self._of_family[:, None, :])
        if self._slip:
            parts.append((self._sums @ slopes.slip)[:, :, None])
        return np.concatenate(parts, axis=2)

    def _second(self, point: _Point, slopes: _Slopes, eta: Floats, sz: Floats, weight: Floats) -> Floats:
        """The expected second derivative of the complete-data log likelihood: (parameters, parameters)."""
        steep, linear, families = point.steep[self._of.task], self._linear, self._of_family[self._of.task]

        def mean(values: Floats) -> Floats:
            return np.asarray(np.einsum("nq,nq->n", weight, values))

        first, second = slopes.first, slopes.second
        straight = linear.T @ linear.multiply((steep**2 * mean(second))[:, None])
        columns = [-linear.T @ (steep**2 * mean(second * sz))]
        corner: list[list[Floats]] = [[np.array([[(steep**2 * mean(second * sz**2) - steep * mean(first * sz)).sum()]])]]
        if self._discrimination:
            columns.append(linear.T @ ((steep * mean(second * eta + first))[:, None] * families))
            down = -(steep * mean(sz * (second * eta + first))) @ families
            corner = [[corner[0][0], down[None, :]], [down[:, None], np.diag(mean(second * eta**2 + first * eta) @ families)]]
        if self._slip:
            columns.append(linear.T @ (steep * mean(slopes.mixed)))
            last = [np.array([-(steep * mean(slopes.mixed * sz)).sum()])]
            last += [mean(slopes.mixed * eta) @ families] if self._discrimination else []
            corner = [[*row, part[:, None]] for row, part in zip(corner, last, strict=True)]
            corner.append([*(part[None, :] for part in last), np.array([[mean(slopes.slip_second).sum()]])])
        right = np.column_stack([np.asarray(column) for column in columns])
        return np.block([[straight.toarray(), right], [right.T, np.block(corner)]])

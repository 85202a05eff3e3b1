"""The marginal likelihood of item responses: every task's residual integrated out, with exact first and second derivatives.

Given abilities θ, task effects γ and a residual sd σ, the linear predictor of one answer to task i is θ − cᵢ'γ − σzᵢ with zᵢ
standard normal, and P(correct) = g + (1 − g) logistic(predictor). Each zᵢ is integrated by adaptive Gauss–Hermite quadrature
about its own mode (Pinheiro & Bates 1995), and the information is the complete-data one minus what the residuals hide (Louis 1982).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from unseen.measuring._binomial import Floats

NODES = 7  # at σ up to 1.5 no task's integral is off by more than 4e-4 on the log scale
COARSE = 3  # for the way to where NODES finish
_MODE_STEPS = 6
_DENSE = 1_000_000  # tasks × abilities up to which full matrices are quicker than sparse ones


@lru_cache
def nodes_of(count: int) -> tuple[Floats, Floats]:
    """Gauss–Hermite nodes about a standard normal's mode, and the logs of their weights times exp(node²/2)/√(2π)."""
    root, weight = np.polynomial.hermite_e.hermegauss(count)
    return root, np.log(weight) + root**2 / 2 - math.log(2 * math.pi) / 2


@dataclass(frozen=True)
class Answers:
    """N answers in long form: which ability and which task met, whether the answer was right, the guess floor; one row of ``design`` per task."""

    ability: NDArray[np.intp]
    task: NDArray[np.intp]
    correct: NDArray[np.bool_]
    guess: Floats
    design: Floats  # (tasks, effects): what adds to difficulty
    abilities: int

    @property
    def tasks(self) -> int:
        return int(self.design.shape[0])


@dataclass(frozen=True)
class Curvature:
    """The log marginal likelihood at a point, its gradient and its negative second derivative over (θ, γ, log σ)."""

    value: float
    gradient: Floats
    information: Floats


class Quadrature(NamedTuple):
    """Deviations σz at the nodes (tasks, nodes), log integrals (tasks,), posterior weights of the nodes (tasks, nodes), and per answer and node
    the slope and minus the curvature of the log probability in the predictor (answers, nodes)."""

    sz: Floats
    values: Floats
    weight: Floats
    r: Floats
    c: Floats


class Marginal:
    """The log marginal likelihood of some answers. Remembers the residuals' modes between calls, which only saves time."""

    def __init__(self, answers: Answers) -> None:
        self._of = answers
        self._mode = np.zeros(answers.tasks)
        self._sign = np.where(answers.correct, 1.0, -1.0)
        self._floor = np.where(answers.correct, answers.guess, 0.0)
        self._guessing = bool(np.any(answers.guess > 0))
        self._sums = sparse.csr_array(
            (np.ones(answers.task.size), (answers.task, np.arange(answers.task.size))), shape=(answers.tasks, answers.task.size)
        )
        cells = answers.tasks * answers.abilities
        self._cell = answers.task * answers.abilities + answers.ability  # of a full (tasks, abilities) matrix
        self._dense = cells < _DENSE
        self._once = self._dense and bool(np.all(np.bincount(self._cell, minlength=1) <= 1))

    def value(self, at: Floats, nodes: int = NODES) -> float:
        """The log marginal likelihood at (θ, γ, log σ)."""
        return float(self._quadrature(*self._predictor(at), nodes).values.sum())

    def curvature(self, at: Floats, nodes: int = NODES) -> Curvature:
        """Value, gradient and information at (θ, γ, log σ)."""
        of = self._of
        sz, values, weight, r, c = self._quadrature(*self._predictor(at), nodes)
        w = weight[of.task]
        wr = w * r
        total, bend = self._sums @ r, self._sums @ c  # (tasks, nodes)
        pull = total * sz
        mean_r, mean_total, mean_pull = wr.sum(1), _dot(weight, total), _dot(weight, pull)
        gradient = np.concatenate([self._by_ability(mean_r), -of.design.T @ mean_total, [-mean_pull.sum()]])

        wc = np.multiply(w, c, out=w)
        mean_c = wc.sum(1)
        hidden_total = _dot(wr, total[of.task]) - mean_r * mean_total[of.task]  # Cov(r of the answer, total of its task)
        hidden_pull = _dot(wr, pull[of.task]) - mean_r * mean_pull[of.task]
        seen = np.diag(self._by_ability(mean_c)) - self._hidden_between_abilities(r, weight, mean_r)
        across = -(self._crossed(mean_c - hidden_total) @ of.design)
        ability_sigma = -self._by_ability(_dot(wc, sz[of.task]) - hidden_pull)
        effects = of.design.T @ ((_dot(weight, bend - total**2) + mean_total**2)[:, None] * of.design)
        effects_sigma = of.design.T @ (_dot(weight, bend * sz - total * pull) + mean_total * mean_pull)
        sigma_sigma = (_dot(weight, bend * sz**2 + pull - pull**2) + mean_pull**2).sum()
        top = np.hstack([seen, across, ability_sigma[:, None]])
        middle = np.hstack([across.T, effects, effects_sigma[:, None]])
        bottom = np.concatenate([ability_sigma, effects_sigma, [sigma_sigma]])
        return Curvature(float(values.sum()), gradient, np.vstack([top, middle, bottom]))

    def _predictor(self, at: Floats) -> tuple[Floats, float]:
        of = self._of
        difficulty = of.design @ at[of.abilities : -1]
        return at[of.ability] - difficulty[of.task], math.exp(at[-1])

    def _quadrature(self, fixed: Floats, sigma: float, nodes: int) -> Quadrature:
        spread = self._seek(fixed, sigma)
        root, log_weight = nodes_of(nodes)
        z = self._mode[:, None] + spread[:, None] * root
        sz = sigma * z
        chance, r, c = self._answered(fixed[:, None] - sz[self._of.task])
        logs = self._sums @ np.log(chance, out=chance) - z**2 / 2 + log_weight
        peak = logs.max(1, keepdims=True)
        weight = np.exp(logs - peak)
        mass = weight.sum(1, keepdims=True)
        return Quadrature(sz, (peak + np.log(mass))[:, 0] + np.log(spread), weight / mass, r, c)

    def _seek(self, fixed: Floats, sigma: float) -> Floats:
        """Move the modes to where each residual's posterior peaks; returns its spread there."""
        z = self._mode
        for _ in range(_MODE_STEPS):
            _, r, c = self._answered(fixed - sigma * z[self._of.task])
            bend = 1 + sigma**2 * np.maximum(self._sums @ c, 0)
            step = (-sigma * (self._sums @ r) - z) / bend
            z = z + np.clip(step, -2, 2)
            if np.max(np.abs(step), initial=0) < 1e-3:
                break
        self._mode = z
        return np.asarray(1 / np.sqrt(bend))

    def _answered(self, predictor: Floats) -> tuple[Floats, Floats, Floats]:
        """For each answer: the probability of what was answered, d log P / d predictor, and minus the second derivative."""
        shape = (-1, *[1] * (predictor.ndim - 1))
        sign = self._sign.reshape(shape)
        towards = expit(np.multiply(predictor, sign, out=predictor), out=predictor)  # the logistic towards what was answered
        if not self._guessing:
            rest = 1 - towards
            c: Floats = towards * rest
            return np.maximum(towards, 1e-300, out=towards), np.multiply(rest, sign, out=rest), c
        chance = np.maximum(self._floor.reshape(shape) + (1 - self._of.guess).reshape(shape) * towards, 1e-300)
        bend = towards * (1 - towards)
        share = (1 - self._of.guess).reshape(shape) * bend / chance  # 1 − towards where there is no floor
        return chance, sign * share, np.where(self._of.correct.reshape(shape), share * (share - 1 + 2 * towards), bend)

    def _by_ability(self, values: Floats) -> Floats:
        return np.bincount(self._of.ability, values, minlength=self._of.abilities).astype(float)

    def _crossed(self, values: Floats) -> Any:
        """Values of answers as an (abilities, tasks) matrix."""
        of = self._of
        if self._dense:
            return np.bincount(self._cell, values, minlength=of.tasks * of.abilities).reshape(of.tasks, of.abilities).T
        return sparse.csr_array((values, (of.ability, of.task)), shape=(of.abilities, of.tasks))

    def _hidden_between_abilities(self, r: Floats, weight: Floats, mean_r: Floats) -> Floats:
        """Σᵢ Cov(scores of abilities) over the residuals' posteriors: (abilities, abilities)."""
        of, nodes = self._of, r.shape[1]
        scaled, means = r * np.sqrt(weight)[of.task], self._crossed(mean_r)
        if self._once:
            cells = np.zeros((of.tasks * of.abilities, nodes))
            cells[self._cell] = scaled
            by_ability = cells.reshape(of.tasks, of.abilities, nodes).transpose(1, 0, 2).reshape(of.abilities, -1)
            return np.asarray(by_ability @ by_ability.T - means @ means.T)
        rows = (of.task[:, None] * nodes + np.arange(nodes)).ravel()
        columns = np.repeat(of.ability, nodes)
        scores: Any = sparse.csr_array((scaled.ravel(), (rows, columns)), shape=(of.tasks * nodes, of.abilities))
        if self._dense:
            scores = scores.toarray()
        products = scores.T @ scores - means @ means.T
        return np.asarray(products.toarray() if sparse.issparse(products) else products)


def _dot(a: Floats, b: Floats) -> Floats:
    """Row by row."""
    return np.asarray(np.einsum("nq,nq->n", a, b))

"""The marginal likelihood of item responses: every task's residual integrated out, with exact first and second derivatives.

Given abilities θ, task effects γ and a residual sd σ, the linear predictor of one answer to task i is θ − cᵢ'γ − σzᵢ with zᵢ
standard normal, and P(correct) = g + (1 − g) logistic(predictor). Each zᵢ is integrated by adaptive Gauss–Hermite quadrature
about its own mode (Pinheiro & Bates 1995), and the information is the complete-data one minus what the residuals hide (Louis 1982).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from unseen.measuring._binomial import Floats

NODES = 9
_MODE_STEPS = 6
_DENSE = 1_000_000  # tasks × abilities up to which full matrices are quicker than sparse ones
_ROOT: Floats
_ROOT, _WEIGHT = np.polynomial.hermite_e.hermegauss(NODES)
_LOG_WEIGHT: Floats = np.log(_WEIGHT) + _ROOT**2 / 2 - math.log(2 * math.pi) / 2


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


class Marginal:
    """The log marginal likelihood of some answers. Remembers the residuals' modes between calls, which only saves time."""

    def __init__(self, answers: Answers) -> None:
        self._of = answers
        self._mode = np.zeros(answers.tasks)
        self._sign = np.where(answers.correct, 1.0, -1.0)
        self._floor = np.where(answers.correct, answers.guess, 0.0)
        self._sums = sparse.csr_array(
            (np.ones(answers.task.size), (answers.task, np.arange(answers.task.size))), shape=(answers.tasks, answers.task.size)
        )

    def value(self, at: Floats) -> float:
        """The log marginal likelihood at (θ, γ, log σ)."""
        fixed, sigma = self._predictor(at)
        return float(self._quadrature(fixed, sigma)[1].sum())

    def curvature(self, at: Floats) -> Curvature:
        """Value, gradient and information at (θ, γ, log σ)."""
        of, (fixed, sigma) = self._of, self._predictor(at)
        z, values, weight, chances = self._quadrature(fixed, sigma)
        r, c = self._slopes(*chances)
        w, sz = weight[of.task], sigma * z
        total, bend = self._sums @ r, self._sums @ c  # (tasks, nodes)
        pull = total * sz
        mean_r, mean_total, mean_pull = (w * r).sum(1), (weight * total).sum(1), (weight * pull).sum(1)
        gradient = np.concatenate([self._by_ability(mean_r), -of.design.T @ mean_total, [-mean_pull.sum()]])

        def hidden(other: Floats, mean: Floats) -> Floats:  # Cov(r_n, other_task) for each answer
            found: Floats = (w * r * other[of.task]).sum(1) - mean_r * mean[of.task]
            return found

        mean_c = (w * c).sum(1)
        seen = np.diag(self._by_ability(mean_c)) - self._hidden_between_abilities(r, w, mean_r)
        across = -(self._crossed(mean_c - hidden(total, mean_total)) @ of.design)
        ability_sigma = -self._by_ability((w * c * sz[of.task]).sum(1) - hidden(pull, mean_pull))
        effects = of.design.T @ (((weight * bend).sum(1) - (weight * total**2).sum(1) + mean_total**2)[:, None] * of.design)
        effects_sigma = of.design.T @ ((weight * bend * sz).sum(1) - (weight * total * pull).sum(1) + mean_total * mean_pull)
        sigma_sigma = ((weight * (bend * sz**2 + pull)).sum(1) - (weight * pull**2).sum(1) + mean_pull**2).sum()
        top = np.hstack([seen, across, ability_sigma[:, None]])
        middle = np.hstack([across.T, effects, effects_sigma[:, None]])
        bottom = np.concatenate([ability_sigma, effects_sigma, [sigma_sigma]])
        return Curvature(float(values.sum()), gradient, np.vstack([top, middle, bottom]))

    def _predictor(self, at: Floats) -> tuple[Floats, float]:
        of = self._of
        difficulty = of.design @ at[of.abilities : -1]
        return at[of.ability] - difficulty[of.task], math.exp(at[-1])

    def _quadrature(self, fixed: Floats, sigma: float) -> tuple[Floats, Floats, Floats, tuple[Floats, Floats]]:
        """Nodes (tasks, nodes), log integrals (tasks,), posterior weights of the nodes (tasks, nodes), the answers' chances at the nodes."""
        spread = self._seek(fixed, sigma)
        z = self._mode[:, None] + spread[:, None] * _ROOT
        chances = self._chances(fixed[:, None] - (sigma * z)[self._of.task])
        logs = self._sums @ np.log(chances[1]) - z**2 / 2 + _LOG_WEIGHT
        peak = logs.max(1, keepdims=True)
        weight = np.exp(logs - peak)
        mass = weight.sum(1, keepdims=True)
        return z, (peak + np.log(mass))[:, 0] + np.log(spread), weight / mass, chances

    def _seek(self, fixed: Floats, sigma: float) -> Floats:
        """Move the modes to where each residual's posterior peaks; returns its spread there."""
        z = self._mode
        for _ in range(_MODE_STEPS):
            r, c = self._slopes(*self._chances(fixed - sigma * z[self._of.task]))
            bend = 1 + sigma**2 * np.maximum(self._sums @ c, 0)
            step = (-sigma * (self._sums @ r) - z) / bend
            z = z + np.clip(step, -2, 2)
            if np.max(np.abs(step), initial=0) < 1e-3:
                break
        self._mode = z
        return np.asarray(1 / np.sqrt(bend))

    def _chances(self, predictor: Floats) -> tuple[Floats, Floats]:
        """For each answer, the logistic of the predictor towards what was answered, and the probability of what was answered."""
        shape = (-1, *[1] * (predictor.ndim - 1))
        towards = expit(predictor * self._sign.reshape(shape))
        chance: Floats = self._floor.reshape(shape) + (1 - self._of.guess).reshape(shape) * towards
        return towards, np.maximum(chance, 1e-300)

    def _slopes(self, towards: Floats, chance: Floats) -> tuple[Floats, Floats]:
        """d log P / d predictor and minus the second derivative, for each answer."""
        shape = (-1, *[1] * (towards.ndim - 1))
        bend = towards * (1 - towards)
        share = (1 - self._of.guess).reshape(shape) * bend / chance  # 1 − towards where there is no floor
        return self._sign.reshape(shape) * share, np.where(self._of.correct.reshape(shape), share * (share - 1 + 2 * towards), bend)

    def _by_ability(self, values: Floats) -> Floats:
        return np.bincount(self._of.ability, values, minlength=self._of.abilities).astype(float)

    def _crossed(self, values: Floats) -> Any:
        of = self._of
        return sparse.csr_array((values, (of.ability, of.task)), shape=(of.abilities, of.tasks))

    def _hidden_between_abilities(self, r: Floats, w: Floats, mean_r: Floats) -> Floats:
        """Σᵢ Cov(scores of abilities) over the residuals' posteriors: (abilities, abilities)."""
        of = self._of
        rows = (of.task[:, None] * NODES + np.arange(NODES)).ravel()
        columns = np.repeat(of.ability, NODES)
        scores: Any = sparse.csr_array(((r * np.sqrt(w)).ravel(), (rows, columns)), shape=(of.tasks * NODES, of.abilities))
        means = self._crossed(mean_r)
        if of.tasks * of.abilities < _DENSE:
            scores, means = scores.toarray(), means.toarray()
        products = scores.T @ scores - means @ means.T
        return np.asarray(products.toarray() if sparse.issparse(products) else products)

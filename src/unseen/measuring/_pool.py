"""A fixed pool of tasks that others have answered: what a new examinee would pass, and its pass rate over the pool from a few answers.

Difficulties come from the item response model fitted to the others, each task's residual by its posterior. A new examinee then has an ability and
a slope on the log odds the others imply (a weak one differs less between easy and hard). The rate over the pool is again prediction plus weighted
residuals, with the weights of sampling without replacement under changing probabilities (LURE: Farquhar, Gal & Rainforth 2021), generalised to
draws of several tasks at a time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from unseen.measuring._assisted import AssistedMean, anytime_estimate, assisted_mean, fixed_estimate
from unseen.measuring._binomial import Floats, midp_interval
from unseen.measuring._estimate import Basis, Estimate
from unseen.measuring._item_response import ItemResponses, fit_item_responses

_SLOPE_SD = 0.3  # of a new examinee's slope about 1
_LEAST_ABILITY_SD = 1.5  # a new examinee may be unlike the panel
_FITTED = 2  # ability and slope
_NODES, _NEWTON = 31, 30
ESTIMAND = "share of the pool's tasks that would be passed"


@dataclass(frozen=True)
class PoolItems:
    """The tasks of a pool on the panel's scale: ``difficulty`` (N,) with its posterior ``spread`` (N,), and the panel's abilities."""

    difficulty: Floats
    spread: Floats
    ability: float
    ability_sd: float

    @classmethod
    def from_panel(cls, passed: ArrayLike, domains: Sequence[str] | NDArray[np.str_] | None = None) -> PoolItems:
        """From a response matrix (examinees, tasks): 1 passed, 0 failed, NaN not asked; ``domains`` (tasks,) names groups of alike tasks.

        Raises :class:`ValueError` for a matrix without answers.
        """
        answers = np.asarray(passed, float)
        who, what = np.nonzero(~np.isnan(answers))
        names, family = np.unique(np.asarray(domains if domains is not None else ["all"] * answers.shape[1]), return_inverse=True)
        members = tuple((str(i), "all") for i in range(answers.shape[0]))
        x = np.zeros((answers.shape[1], 0))
        guess = np.zeros(who.size)
        fit = fit_item_responses(ItemResponses(who, what, answers[who, what] == 1, guess, x, family, members, (), tuple(map(str, names))))
        asked = np.unique(who)
        abilities = fit.estimate[: len(members)]
        common = fit.estimate[len(members) : -1][family]
        residual, spread = _residuals(answers, abilities, common, fit.residual_sd)
        return cls(common + residual, spread, float(abilities[asked].mean()), max(float(abilities[asked].std()), _LEAST_ABILITY_SD))

    def predict(self, tasks: ArrayLike = (), passed: ArrayLike = (), *, averaged: bool = False) -> Floats:
        """The pass probability (N,) of a new examinee at every task, after its answers ``passed`` (n,) at ``tasks`` (n,).

        At the likeliest ability and slope; with ``averaged``, over what is still unknown of both, which keeps early predictions moderate.
        """
        at, covariance = self._examinee(tasks, passed)
        design = self._design
        doubt = np.einsum("ij,jk,ik->i", design, covariance, design) if averaged else 0.0
        return np.asarray(expit(design @ at / np.sqrt(1 + np.pi * doubt / 8)))

    def imputed_rate(self, tasks: ArrayLike, passed: ArrayLike, *, level: float = 0.95) -> Estimate:
        """The share of the pool a new examinee passes: what it answered, and predictions for the rest (p-IRT: Polo et al. 2024).

        Model-based: right if the panel's difficulties are the examinee's too, with an interval that takes them to be.
        """
        asked, y = np.asarray(tasks, int), np.asarray(passed, float)
        at, covariance = self._examinee(asked, y)
        rest = np.setdiff1d(np.arange(self.difficulty.size), asked)
        p = expit(self._design[rest] @ at)
        gradient = (p * (1 - p)) @ self._design[rest] / self.difficulty.size
        variance = float(gradient @ covariance @ gradient) + float(np.sum(p * (1 - p))) / self.difficulty.size**2
        value = (float(y.sum()) + float(p.sum())) / self.difficulty.size
        size = value * (1 - value) / max(variance, 1e-12)
        low, high = midp_interval(value * size, size, level)
        method = "answers, and item response predictions for the rest"
        return Estimate(value, float(low), float(high), level, asked.size, size, ESTIMAND, method, Basis.MODEL)

    @property
    def _design(self) -> Floats:
        """What ability and slope add to the log odds of each task: (N, 2); a logistic averaged over the difficulty's posterior is flatter."""
        shrink = 1 / np.sqrt(1 + np.pi * self.spread**2 / 8)
        return np.column_stack([shrink, -shrink * self.difficulty])

    def _examinee(self, tasks: ArrayLike, passed: ArrayLike) -> tuple[Floats, Floats]:
        """The likeliest ability and slope (2,) given answers, and their covariance (2, 2)."""
        y, prior = np.asarray(passed, float), np.array([self.ability, 1.0])
        precision = np.diag(np.array([self.ability_sd, _SLOPE_SD]) ** -2.0)
        design, information, at = self._design[np.asarray(tasks, int)], precision, prior
        for _ in range(_NEWTON if y.size else 0):
            p = expit(design @ at)
            information = (design.T * (p * (1 - p))) @ design + precision
            step = np.clip(np.linalg.solve(information, design.T @ (y - p) - precision @ (at - prior)), -1.5, 1.5)
            at = at + step
            if np.max(np.abs(step)) < 1e-6:
                break
        return at, np.asarray(np.linalg.inv(information))


def _residuals(answers: Floats, abilities: Floats, common: Floats, sd: float) -> tuple[Floats, Floats]:
    """Each task's residual given its answers: posterior mean and sd, both (tasks,)."""
    z, w = hermegauss(_NODES)
    logs = np.tile(np.log(w / w.sum()), (answers.shape[1], 1))
    for ability, row in zip(abilities, answers, strict=True):
        p = expit(ability - common[:, None] - sd * z)
        logs += np.where(row[:, None] == 1, np.log(p), np.where(row[:, None] == 0, np.log1p(-p), 0.0))
    masses = np.exp(logs - logs.max(axis=1, keepdims=True))
    masses /= masses.sum(axis=1, keepdims=True)
    mean = masses @ z
    return sd * mean, sd * np.sqrt(np.maximum(masses @ z**2 - mean**2, 0.0))


def pool_weights(inclusion: ArrayLike, sizes: Sequence[int], pool: int) -> Floats:
    """The weight (n,) of each answer for a mean over ``pool`` tasks, drawn without replacement in batches of ``sizes``.

    ``inclusion`` (n,) is each task's probability of being in its batch, given the batches before. An answer stands for what was left of the pool at
    its own draw, and for itself alone in every later one; the batches are combined so that even probabilities give even weights, of 1.
    """
    chance, counts = np.asarray(inclusion, float), np.asarray(sizes)
    n = int(counts.sum())
    left = pool - np.concatenate([[0], np.cumsum(counts)[:-1]])
    shares, later = np.zeros(counts.size), np.zeros(counts.size)
    total = 0.0
    for batch in range(counts.size - 1, -1, -1):
        later[batch] = total
        shares[batch] = (pool / n - total) * counts[batch] / left[batch]
        total += shares[batch]
    of = np.repeat(np.arange(counts.size), counts)
    weights: Floats = (shares[of] / chance + later[of]) * n / pool
    return weights


def pool_rate(
    predicted: ArrayLike,
    tasks: ArrayLike,
    passed: ArrayLike,
    inclusion: ArrayLike,
    sizes: Sequence[int],
    *,
    level: float = 0.95,
    anytime: bool = False,
) -> Estimate:
    """The share of a fixed pool that an examinee passes, from answers to some of it.

    Args:
        predicted: (N,) pass probabilities, by whatever model.
        tasks: (n,) which were asked, batch after batch; ``passed`` (n,) and ``inclusion`` (n,) alike; see :func:`pool_weights`.
        sizes: of the batches.
        anytime: an interval that holds at whatever moment one looks.
    """
    p, at, y = np.asarray(predicted, float), np.asarray(tasks, int), np.asarray(passed, float)
    if not at.size:
        return Estimate(math.nan, 0.0, 1.0, level, 0, 0.0, ESTIMAND, "no outcomes")
    found = assisted_mean(float(p.mean()), p[at], y, pool_weights(inclusion, sizes, p.size), fitted=_FITTED)
    rest = math.sqrt(1 - at.size / p.size)  # what was asked is known
    found = AssistedMean(found.value, max(found.se * rest, 1e-9), found.n)
    method = "item response prediction, corrected by weighted residuals"
    return (anytime_estimate if anytime else fixed_estimate)(found, level, ESTIMAND, method)

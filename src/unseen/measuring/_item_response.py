"""The explanatory item response model: what makes tasks hard, and how able each examinee is, on one scale.

    logit P(correct) = θ[examinee, domain] − (x'η + u[family] + ε[task]),   P = g + (1 − g) logistic(·)

ε ~ N(0, σ²) is what the variables do not explain about a single task, u ~ N(0, σ_u²) what they do not explain about a family. Neither is
ever dropped: without ε (the LLTM) standard errors of η are several times too small (De Boeck & Wilson 2004). σ comes from the marginal
likelihood jointly with everything else, σ_u from its Laplace approximation (MacKay's fixed point). All is Newton's method on a few
hundred numbers, however many tasks there are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr, ndtri

from unseen.measuring._binomial import Floats
from unseen.measuring._estimate import plain
from unseen.measuring._item_response_marginal import Answers, Marginal
from unseen.measuring._item_response_newton import Penalty, maximise


@dataclass(frozen=True)
class Priors:
    """Weak priors, in logits: they matter where the answers say nothing, such as σ when no task was answered twice.

    ``ability_sd`` and ``effect_sd`` are of normals about 0; the logarithm of the residual sd is normal about that of ``residual``; the
    family variance is scaled inverse chi-square with ``family_weight`` degrees of freedom about ``family``².
    """

    ability_sd: float = 5.0
    effect_sd: float = 5.0
    residual: float = 0.8
    residual_log_sd: float = 0.5
    family: float = 0.7
    family_weight: float = 1.0

    @classmethod
    def fixed_families(cls) -> Priors:
        """Family effects that are not shrunk: for abilities of examinees who were asked some families much more often than others.

        Shrunk effects stay too close together, and what they miss is credited to whoever was asked the easier families.
        """
        return cls(family=5.0, family_weight=1e6)


@dataclass(frozen=True)
class ItemResponses:
    """Answers ready to be fitted: N answers, I tasks, K effects.

    ``ability`` (N,) and ``task`` (N,) index ``abilities`` and the rows of ``x`` (I, K); ``family`` (I,) indexes ``families``. ``increasing``
    names the effects that may only make tasks harder.
    """

    ability: NDArray[np.intp]
    task: NDArray[np.intp]
    correct: NDArray[np.bool_]
    guess: Floats
    x: Floats
    family: NDArray[np.intp]
    abilities: tuple[tuple[str, str], ...]  # (examinee, domain)
    effects: tuple[str, ...]
    families: tuple[str, ...]
    increasing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Effect:
    """One number of the model in logits, with its standard error and Wald interval; positive effects make tasks harder."""

    name: str
    value: float
    se: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True)
class ItemResponseFit:
    """A fitted model. ``estimate`` and ``covariance`` run over abilities, effects, families, log residual sd, in this order."""

    responses: ItemResponses
    estimate: Floats
    covariance: Floats
    residual_sd: float
    family_sd: float
    log_likelihood: float
    level: float
    converged: bool

    @property
    def abilities(self) -> tuple[Effect, ...]:
        """θ of every examinee in every domain, named ``examinee / domain``."""
        return tuple(self._effect(i, " / ".join(name)) for i, name in enumerate(self.responses.abilities))

    @property
    def effects(self) -> tuple[Effect, ...]:
        """η: what each variable does to difficulty."""
        start = len(self.responses.abilities)
        return tuple(self._effect(start + i, name) for i, name in enumerate(self.responses.effects))

    @property
    def families(self) -> tuple[Effect, ...]:
        """u: what is hard about each family beyond its variables (shrunk towards 0)."""
        start = len(self.responses.abilities) + len(self.responses.effects)
        return tuple(self._effect(start + i, name) for i, name in enumerate(self.responses.families))

    def contrast(self, weights: Floats, name: str = "") -> Effect:
        """A linear combination of the estimate, with every covariance counted: differences of abilities carry the linking error."""
        return _wald(name, float(weights @ self.estimate), math.sqrt(max(float(weights @ self.covariance @ weights), 0.0)), self.level)

    def difference(self, first: tuple[str, str], second: tuple[str, str]) -> Effect:
        """θ of the first (examinee, domain) minus θ of the second. Raises :class:`ValueError` for one that was not fitted."""
        weights = np.zeros(self.estimate.size)
        weights[self.responses.abilities.index(first)] += 1
        weights[self.responses.abilities.index(second)] -= 1
        return self.contrast(weights, f"{' / '.join(first)} − {' / '.join(second)}")

    def pass_rate(self, ability: int, tasks: NDArray[np.intp], guess: float) -> tuple[float, Floats]:
        """The expected pass rate of one ability on fresh siblings of these tasks, and its gradient over the estimate."""
        of, (z, w) = self.responses, hermegauss(21)
        start = len(of.abilities)
        design = np.hstack([of.x, np.eye(len(of.families))[of.family]])[tasks]
        s = expit(self.estimate[ability] - (design @ self.estimate[start:-1])[:, None] - self.residual_sd * z)
        w, slope = w / w.sum(), (1 - guess) * s * (1 - s)
        gradient = np.zeros(self.estimate.size)
        gradient[ability] = float((slope @ w).mean())
        gradient[start:-1] = -(slope @ w) @ design / len(tasks)
        gradient[-1] = -float((slope @ (w * z)).mean()) * self.residual_sd
        return guess + (1 - guess) * float((s @ w).mean()), gradient

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: abilities, effects, families and the two standard deviations."""
        parts = {"abilities": self.abilities, "effects": self.effects, "families": self.families}
        numbers = {name: getattr(self, name) for name in ("residual_sd", "family_sd", "log_likelihood", "level", "converged")}
        return dict(plain({**parts, **numbers}))

    def _effect(self, index: int, name: str) -> Effect:
        return _wald(name, float(self.estimate[index]), math.sqrt(max(self.covariance[index, index], 0.0)), self.level)


def fit_item_responses(responses: ItemResponses, *, priors: Priors | None = None, level: float = 0.95) -> ItemResponseFit:
    """Fit the model by marginal likelihood.

    Standard errors come from the observed information; those of effects held at 0 by ``increasing`` ignore that bound, which makes them
    too wide rather than too narrow. Raises :class:`ValueError` when there is no answer.
    """
    of, priors = responses, priors or Priors()
    if not of.task.size:
        raise ValueError("no answers to fit")
    a, k, f = len(of.abilities), len(of.effects), len(of.families)
    design = np.hstack([of.x, np.eye(f)[of.family]])
    centre = np.zeros(a + k + f + 1)
    centre[-1] = math.log(priors.residual)
    precision = np.repeat([priors.ability_sd, priors.effect_sd, priors.family, priors.residual_log_sd], [a, k, f, 1]) ** -2.0
    lowest = np.full(centre.size, -np.inf)
    lowest[[a + i for i, name in enumerate(of.effects) if name in of.increasing]] = 0
    penalty = Penalty(centre, precision, np.zeros((centre.size,) * 2), slice(a + k, a + k + f), priors.family**2, priors.family_weight)
    start = np.maximum(_first_guess(of, design, centre, precision), lowest)
    found = maximise(Marginal(Answers(of.ability, of.task, of.correct, of.guess, design, a)), penalty, start, lowest)
    return ItemResponseFit(
        of, found.at, found.covariance, math.exp(found.at[-1]), math.sqrt(found.variance), found.value, level, found.converged
    )


def _first_guess(of: ItemResponses, design: Floats, centre: Floats, precision: Floats) -> Floats:
    """Where Newton's method begins: log odds of passing above the guess floor, and the ridge regression of the tasks' on the design."""
    a, at = len(of.abilities), centre.copy()
    at[:a] = _log_odds(of.ability, of, a)
    asked = np.bincount(of.task, minlength=len(design))
    against = np.bincount(of.task, at[of.ability], minlength=len(design)) / np.maximum(asked, 1)
    hard = (against - _log_odds(of.task, of, len(design))) * asked
    at[a:-1] = np.linalg.solve(design.T @ (asked[:, None] * design) + np.diag(precision[a:-1]), design.T @ hard)
    return at


def _log_odds(code: NDArray[np.intp], of: ItemResponses, count: int) -> Floats:
    right, asked, floor = (np.bincount(code, w, minlength=count) for w in (of.correct, None, of.guess))
    rate = (right + 0.5 - floor) / (asked + 1 - floor)
    return np.asarray(logit(np.clip(rate, 0.03, 0.97)))


def _wald(name: str, value: float, se: float, level: float) -> Effect:
    half = float(ndtri((1 + level) / 2)) * se
    p_value = 2 * float(ndtr(-abs(value) / se)) if se > 0 else float(value == 0)
    return Effect(name, value, se, value - half, value + half, p_value)


def abilities_of(names: Sequence[tuple[str, str]]) -> tuple[tuple[tuple[str, str], ...], NDArray[np.intp]]:
    """The distinct (examinee, domain) in order of first appearance, and which one each answer has."""
    seen: dict[tuple[str, str], int] = {}
    codes = np.array([seen.setdefault(name, len(seen)) for name in names], dtype=np.intp)
    return tuple(seen), codes

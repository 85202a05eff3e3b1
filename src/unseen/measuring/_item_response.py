"""The explanatory item response model: what makes tasks hard, and how able each examinee is, on one scale.

    logit P(correct) = θ[examinee, domain] − (x'η + u[family] + ε[task]),   P = g + (1 − g) logistic(·)

ε ~ N(0, σ²) is what the variables do not explain about a single task, u ~ N(0, σ_u²) what they do not explain about a family. Neither is
ever dropped: without ε (the LLTM) standard errors of η are several times too small (De Boeck & Wilson 2004). σ comes from the marginal
likelihood jointly with everything else, σ_u from its Laplace approximation (MacKay's fixed point). All is Newton's method on a few
hundred numbers, however many tasks there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr, ndtri

from unseen.measuring._binomial import Floats
from unseen.measuring._estimate import plain
from unseen.measuring._item_response_extended import ExtendedMarginal
from unseen.measuring._item_response_marginal import Answers, Marginal
from unseen.measuring._item_response_newton import Likelihood, Penalty, maximise

_TIE = 1e4


@dataclass(frozen=True)
class Priors:
    """Weak priors, in logits: they matter where the answers say nothing, such as σ when no task was answered twice.

    ``ability_sd`` and ``effect_sd`` are of normals about 0; the logarithm of the residual sd is normal about that of ``residual``; the
    family variance is scaled inverse chi-square with ``family_weight`` degrees of freedom about ``family``². Where they are asked for, log
    discriminations are normal about 0 and the slip's log odds normal about those of ``slip``.
    """

    ability_sd: float = 5.0
    effect_sd: float = 5.0
    residual: float = 0.8
    residual_log_sd: float = 0.5
    family: float = 0.7
    family_weight: float = 1.0
    discrimination_log_sd: float = 0.5
    slip: float = 0.05
    slip_logit_sd: float = 1.5

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
    """A fitted model.

    ``estimate`` and ``covariance`` run over abilities, effects, families, log residual sd, and where asked for the log discriminations of the
    families and the log odds of the slip, in this order.
    """

    responses: ItemResponses
    estimate: Floats
    covariance: Floats
    residual_sd: float
    family_sd: float
    log_likelihood: float
    level: float
    converged: bool
    discriminating: bool = False
    slipping: bool = False

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

    @property
    def discriminations(self) -> tuple[Effect, ...]:
        """α of each family, of geometric mean 1; the p-value is that of α = 1. Empty unless asked for."""
        if not self.discriminating:
            return ()
        start = self._sigma + 1
        logs = [self._effect(start + i, name) for i, name in enumerate(self.responses.families)]
        return tuple(_mapped(effect, math.exp, math.exp(effect.value)) for effect in logs)

    @property
    def slip(self) -> Effect | None:
        """The share of failures that no ability prevents; None unless asked for."""
        if not self.slipping:
            return None
        found = self._effect(self.estimate.size - 1, "slip")
        s = float(expit(found.value))
        return _mapped(found, lambda x: float(expit(x)), s * (1 - s))

    @property
    def _sigma(self) -> int:
        of = self.responses
        return len(of.abilities) + len(of.effects) + len(of.families)

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
        of, (z, w), end = self.responses, hermegauss(21), self._sigma
        start, w = len(of.abilities), w / w.sum()
        by_family = np.eye(len(of.families))[of.family[tasks]]
        design = np.hstack([of.x[tasks], by_family])
        steep = by_family @ np.exp(self.estimate[end + 1 : end + 1 + len(of.families)]) if self.discriminating else np.ones(len(tasks))
        slip = float(expit(self.estimate[-1])) if self.slipping else 0.0
        apart = self.estimate[ability] - (design @ self.estimate[start:end])[:, None] - self.residual_sd * z
        s = expit(steep[:, None] * apart)
        slope = (1 - guess - slip) * s * (1 - s)
        pull = steep * (slope @ w)
        gradient = np.zeros(self.estimate.size)
        gradient[ability] = float(pull.mean())
        gradient[start:end] = -pull @ design / len(tasks)
        gradient[end] = -float((steep * (slope @ (w * z))).mean()) * self.residual_sd
        if self.discriminating:
            gradient[end + 1 : end + 1 + len(of.families)] = (steep * ((slope * apart) @ w)) @ by_family / len(tasks)
        if self.slipping:
            gradient[-1] = -slip * (1 - slip) * float((s @ w).mean())
        return guess + (1 - guess - slip) * float((s @ w).mean()), gradient

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: abilities, effects, families, discriminations, slip and the two standard deviations."""
        parts: dict[str, Any] = {"abilities": self.abilities, "effects": self.effects, "families": self.families}
        parts |= {"discriminations": self.discriminations} if self.discriminating else {}
        parts |= {"slip": self.slip} if self.slipping else {}
        numbers = {name: getattr(self, name) for name in ("residual_sd", "family_sd", "log_likelihood", "level", "converged")}
        return dict(plain({**parts, **numbers}))

    def _effect(self, index: int, name: str) -> Effect:
        return _wald(name, float(self.estimate[index]), math.sqrt(max(self.covariance[index, index], 0.0)), self.level)


def fit_item_responses(
    responses: ItemResponses, *, priors: Priors | None = None, level: float = 0.95, discrimination: bool = False, slip: bool = False
) -> ItemResponseFit:
    """Fit the model by marginal likelihood.

    Standard errors come from the observed information; those of effects held at 0 by ``increasing`` ignore that bound, which makes them
    too wide rather than too narrow. Raises :class:`ValueError` when there is no answer.

    Args:
        discrimination: fit a slope for each family as well, of geometric mean 1: how sharply it tells abilities apart.
        slip: fit an upper asymptote 1 − s, one for all, as well.
    """
    of, priors = responses, priors or Priors()
    if not of.task.size:
        raise ValueError("no answers to fit")
    a, k, f = len(of.abilities), len(of.effects), len(of.families)
    slopes, slips = f * discrimination, int(slip)
    design = np.hstack([of.x, np.eye(f)[of.family]])
    counts = [a, k, f, 1, slopes, slips]
    centre = np.repeat([0, 0, 0, math.log(priors.residual), 0, float(logit(priors.slip))], counts)
    sds = [priors.ability_sd, priors.effect_sd, priors.family, priors.residual_log_sd, priors.discrimination_log_sd, priors.slip_logit_sd]
    precision = np.repeat(sds, counts) ** -2.0
    lowest = np.full(centre.size, -np.inf)
    lowest[[a + i for i, name in enumerate(of.effects) if name in of.increasing]] = 0
    joint = np.zeros((centre.size,) * 2)
    joint[a + k + f + 1 : a + k + f + 1 + slopes, a + k + f + 1 : a + k + f + 1 + slopes] = _TIE  # holds the mean log discrimination at 0
    penalty = Penalty(centre, precision, joint, slice(a + k, a + k + f), priors.family**2, priors.family_weight)
    answers = Answers(of.ability, of.task, of.correct, of.guess, design, a)
    likelihood: Likelihood = (
        ExtendedMarginal(answers, of.family, f, discrimination=discrimination, slip=slip) if slopes + slips else Marginal(answers)
    )
    start = centre.copy()
    start[: a + k + f] = _first_guess(of, design, precision[a : a + k + f])
    found = maximise(likelihood, penalty, np.maximum(start, lowest), lowest)
    sigma, spread = math.exp(found.at[a + k + f]), math.sqrt(found.variance)
    return ItemResponseFit(
        of, found.at, found.covariance, sigma, spread, found.value, level, found.converged, bool(discrimination), bool(slip)
    )


def _first_guess(of: ItemResponses, design: Floats, precision: Floats) -> Floats:
    """Where Newton's method begins: log odds of passing above the guess floor, and the ridge regression of the tasks' on the design."""
    able = _log_odds(of.ability, of, len(of.abilities))
    asked = np.bincount(of.task, minlength=len(design))
    against = np.bincount(of.task, able[of.ability], minlength=len(design)) / np.maximum(asked, 1)
    hard = (against - _log_odds(of.task, of, len(design))) * asked
    return np.concatenate([able, np.linalg.solve(design.T @ (asked[:, None] * design) + np.diag(precision), design.T @ hard)])


def _log_odds(code: NDArray[np.intp], of: ItemResponses, count: int) -> Floats:
    right, asked, floor = (np.bincount(code, w, minlength=count) for w in (of.correct, None, of.guess))
    rate = (right + 0.5 - floor) / (asked + 1 - floor)
    return np.asarray(logit(np.clip(rate, 0.03, 0.97)))


def _wald(name: str, value: float, se: float, level: float) -> Effect:
    half = float(ndtri((1 + level) / 2)) * se
    p_value = 2 * float(ndtr(-abs(value) / se)) if se > 0 else float(value == 0)
    return Effect(name, value, se, value - half, value + half, p_value)


def _mapped(effect: Effect, scale: Callable[[float], float], slope: float) -> Effect:
    """An effect on another scale: the ends of its interval mapped, its standard error by the slope there."""
    return Effect(effect.name, scale(effect.value), slope * effect.se, scale(effect.low), scale(effect.high), effect.p_value)


def abilities_of(names: Sequence[tuple[str, str]]) -> tuple[tuple[tuple[str, str], ...], NDArray[np.intp]]:
    """The distinct (examinee, domain) in order of first appearance, and which one each answer has."""
    seen: dict[tuple[str, str], int] = {}
    codes = np.array([seen.setdefault(name, len(seen)) for name in names], dtype=np.intp)
    return tuple(seen), codes

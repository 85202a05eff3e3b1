"""How capability changes with distance from what is familiar: the generalisation gradient, and where a specialist falls below its base.

Distances are those of :func:`novelty`. Gradients come from a logistic regression of both models' answers on distance and realised effort
(so that a farther task is not merely
a longer one), answers clustered by template with a jackknife-type (CR3) covariance and t at the number of clusters minus three.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, stdtrit

from unseen.measuring._binomial import Floats
from unseen.measuring._clustered import clustered_rate
from unseen.measuring._distance import Places, Weights
from unseen.measuring._effects import t_effect
from unseen.measuring._estimate import Basis, Estimate, plain
from unseen.measuring._gain import FEWEST_TEMPLATES
from unseen.measuring._gain_sets import template_of
from unseen.measuring._item_response import Effect
from unseen.measuring._screening import ClusteredLogit, clustered_logit
from unseen.outcome import Familiarity, Outcome
from unseen.space import Setting, Space

_GRID = 401


class Crossing(StrEnum):
    """What the confidence set of the crossover says about the distances asked."""

    WITHIN = "within"  # the second model falls below the first between ``low`` and ``high``
    OPEN = "open"  # the set runs into an end of the distances asked: only one limit means anything, or none
    NEVER = "never"  # the second model is shown to be above the first at every distance asked
    THROUGHOUT = "throughout"  # it is shown to be below at every distance asked


@dataclass(frozen=True)
class Crossover:
    """The distance at which the second model's fitted pass rate falls below the first's, with its confidence set within [0, ``asked``].

    The set holds every distance at which the two are not told apart. ``low`` is −inf where it includes 0, ``high`` is inf where it
    includes the farthest distance asked; ``parts`` is 2 where the set is what lies outside (low, high). ``value`` is NaN where the fitted
    lines do not cross downwards within the distances asked. An empty set has NaN limits.
    """

    value: float
    low: float
    high: float
    verdict: Crossing
    parts: int
    asked: float
    level: float


@dataclass(frozen=True)
class NoveltyBin:
    """Both models' pass rates on the tasks at distances in [low, high]."""

    low: float
    high: float
    mean: float
    first: Estimate
    second: Estimate


@dataclass(frozen=True)
class NoveltyPoint:
    """Both models' fitted pass rates at one distance, averaged over the efforts asked, with pointwise intervals: (rate, low, high)."""

    distance: float
    first: tuple[float, float, float]
    second: tuple[float, float, float]


@dataclass(frozen=True)
class NoveltyGradient:
    """Pass rate against distance from the familiar. Gradients are in logits per unit of distance; ``gain`` is second minus first."""

    names: tuple[str, str]
    level: float
    first: Effect
    second: Effect
    gain: Effect
    gain_at_zero: Effect
    crossover: Crossover
    bins: tuple[NoveltyBin, ...]
    curve: tuple[NoveltyPoint, ...]
    tasks: int
    clusters: int
    elsewhere: int  # tasks of families that are not familiar at all: at no distance, and left out
    method: str = "logistic in distance and log2 effort; CR3 by template, t(clusters − 3)"
    basis: Basis = Basis.MODEL

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(plain(self))


def novelty_gradient(
    first: Sequence[Outcome],
    second: Sequence[Outcome],
    spaces: Mapping[str, Space],
    *,
    names: tuple[str, str] = ("first", "second"),
    weights: Weights | None = None,
    level: float = 0.95,
) -> NoveltyGradient:
    """The gradient over the fresh and new tasks of a gain run; the static tasks say what is familiar, and are left out themselves.

    Raises:
        ValueError: fewer than ten tasks were answered by both, or all of them stand at one distance.
    """
    familiar: dict[str, dict[Setting, None]] = {}
    for o in (*first, *second):
        if o.role == Familiarity.STATIC:
            familiar.setdefault(o.family, {})[Setting(o.setting)] = None
    places = {family: Places.of(list(settings), spaces[family], weights or {}) for family, settings in familiar.items()}
    answered = {o.task_id: o.correct for o in second if o.counts}
    unseen = {o.task_id: o for o in first if o.role in (Familiarity.FRESH, Familiarity.NEW) and o.counts and o.task_id in answered}
    used = [o for o in unseen.values() if o.family in places]
    distance = np.array([places[o.family].distance(o.setting) for o in used])
    templates: list[Hashable] = [template_of(o.family, o.setting, spaces[o.family]) for o in used]
    if len(set(templates)) < FEWEST_TEMPLATES:
        templates = [(o.family, *o.setting.values()) for o in used]
    passed = np.array([[o.correct, answered[o.task_id]] for o in used], bool).reshape(-1, 2)
    effort = np.log2(np.maximum([o.effort for o in used], 1.0)) if used else np.zeros(0)
    return fit_gradient(distance, passed, templates, effort=effort, names=names, level=level, elsewhere=len(unseen) - len(used))


def fit_gradient(
    distance: ArrayLike,
    passed: ArrayLike,
    clusters: Sequence[Hashable],
    *,
    effort: ArrayLike | None = None,
    names: tuple[str, str] = ("first", "second"),
    level: float = 0.95,
    elsewhere: int = 0,
) -> NoveltyGradient:
    """The gradient of answers ``passed`` (n, 2) of two models at distances (n,); ``effort`` (n,) is a covariate. Raises ``ValueError``."""
    d, y = np.asarray(distance, float), np.asarray(passed, bool)
    if d.size < 10 or np.ptp(d) == 0:
        raise ValueError("a gradient needs ten tasks that both answered, at more than one distance")
    e = np.zeros(d.size) if effort is None else np.asarray(effort, float) - float(np.mean(np.asarray(effort, float)))
    codes = _codes(clusters)
    model = np.repeat([-0.5, 0.5], d.size)
    d2, e2 = np.tile(d, 2), np.tile(e, 2)
    columns = [model, d2, model * d2, *([e2, model * e2] if np.ptp(e) > 0 else [])]
    fit = clustered_logit(np.column_stack(columns), np.concatenate([y[:, 0], y[:, 1]]), np.tile(codes, 2))
    covariance = robust_covariance(fit)
    freedom = float(int(codes.max()) + 1 - 3)
    at = {name: np.eye(fit.coefficients.size)[i + 1] for i, name in enumerate(("model", "distance", "gain"))}
    slopes = {"first": at["distance"] - at["gain"] / 2, "second": at["distance"] + at["gain"] / 2, "gain": at["gain"]}
    effects = {
        name: t_effect(name, float(w @ fit.coefficients), float(w @ covariance @ w), freedom, level)
        for name, w in {**slopes, "gain at zero": at["model"]}.items()
    }
    inside = np.ix_([1, 3], [1, 3])
    crossover = _crossover(fit.coefficients[[1, 3]], covariance[inside], float(d.max()), freedom, level)
    return NoveltyGradient(
        names,
        level,
        effects["first"],
        effects["second"],
        effects["gain"],
        effects["gain at zero"],
        crossover,
        _bins(d, y, codes, level),
        _curve(fit, covariance, np.column_stack(columns).mean(axis=0), e, float(d.max()), freedom, level),
        d.size,
        int(codes.max()) + 1,
        elsewhere,
    )


def robust_covariance(fit: ClusteredLogit) -> Floats:
    """The cluster-robust covariance of a logistic fit, each cluster's residuals freed of its own pull on the fit (CR3, near to the jackknife).

    Unlike the fit's own covariance it also allows for effects that differ from cluster to cluster.
    """
    full = np.column_stack([np.ones(fit.x.shape[0]), fit.x])
    weights = np.maximum(fit.chance * (1 - fit.chance), 1e-9)
    bread = np.linalg.pinv((full.T * weights) @ full, hermitian=True)
    order = np.argsort(fit.codes, kind="stable")
    bounds = np.searchsorted(fit.codes[order], np.arange(fit.clusters + 1))
    meat = np.zeros_like(bread)
    for start, end in itertools.pairwise(bounds):
        rows = order[start:end]
        x, w = full[rows], weights[rows]
        pull = (x * w[:, None]).T @ x
        # (I − X_g B X_g' W_g)⁻¹ r_g, through the small matrix I − pull·B (Woodbury).
        score = x.T @ fit.residuals[rows]
        freed = np.linalg.lstsq(np.eye(len(bread)) - pull @ bread, score, rcond=None)[0]
        meat += np.outer(freed, freed)
    scale = (fit.clusters - 1) / fit.clusters
    covariance: Floats = scale * bread @ meat @ bread
    return covariance


def _crossover(line: Floats, covariance: Floats, asked: float, freedom: float, level: float) -> Crossover:
    at = np.linspace(0.0, asked, _GRID)
    fitted = line[0] + line[1] * at
    variance = covariance[0, 0] + 2 * covariance[0, 1] * at + covariance[1, 1] * at**2
    cut = float(stdtrit(freedom, (1 + level) / 2)) if freedom >= 1 else math.inf
    kept = np.abs(fitted) <= cut * np.sqrt(np.maximum(variance, 0.0)) if math.isfinite(cut) else np.ones(_GRID, bool)
    root = -line[0] / line[1] if line[1] < 0 else math.nan
    value = float(root) if 0 <= root <= asked else math.nan
    if not kept.any():
        # The line is told from zero everywhere; a line that crosses zero between two points of the grid has an interval too short to see.
        if fitted[0] > 0 > fitted[-1] or fitted[0] < 0 < fitted[-1]:
            return Crossover(value, float(root), float(root), Crossing.WITHIN, 1, asked, level)
        return Crossover(math.nan, math.nan, math.nan, Crossing.NEVER if fitted[0] > 0 else Crossing.THROUGHOUT, 0, asked, level)
    parts = int(np.sum(np.diff(np.concatenate([[False], kept]).astype(int)) == 1))
    if parts > 1:
        gap = np.flatnonzero(~kept)
        return Crossover(value, float(at[gap[0] - 1]), float(at[gap[-1] + 1]), Crossing.OPEN, parts, asked, level)
    low, high = (-math.inf if kept[0] else float(at[kept][0])), (math.inf if kept[-1] else float(at[kept][-1]))
    verdict = Crossing.WITHIN if math.isfinite(low) and math.isfinite(high) and line[1] < 0 else Crossing.OPEN
    return Crossover(value, low, high, verdict, 1, asked, level)


def _curve(
    fit: ClusteredLogit, covariance: Floats, means: Floats, efforts: Floats, asked: float, freedom: float, level: float
) -> tuple[NoveltyPoint, ...]:
    """Fitted rates averaged over the efforts asked, their intervals by the delta method on the logit scale."""
    cut = float(stdtrit(max(freedom, 1.0), (1 + level) / 2))
    points = []
    for distance in np.linspace(0, asked, 21):
        ends = []
        for model in (-0.5, 0.5):
            rows = np.column_stack([np.tile([model, distance, model * distance], (efforts.size, 1)), efforts, model * efforts])
            rows = np.column_stack([np.ones(efforts.size), rows[:, : means.size] - means])
            each = expit(rows @ fit.coefficients)
            rate = min(max(float(each.mean()), 1e-9), 1 - 1e-9)
            pull = (each * (1 - each)) @ rows / efforts.size / (rate * (1 - rate))
            middle, half = math.log(rate / (1 - rate)), cut * math.sqrt(max(float(pull @ covariance @ pull), 0.0))
            ends.append((rate, float(expit(middle - half)), float(expit(middle + half))))
        points.append(NoveltyPoint(float(distance), ends[0], ends[1]))
    return tuple(points)


def _bins(distance: Floats, passed: NDArray[np.bool_], codes: NDArray[np.intp], level: float) -> tuple[NoveltyBin, ...]:
    """The familiar settings themselves, and up to four bins of equal count beyond them."""
    far = np.flatnonzero(distance > 0)
    far = far[np.argsort(distance[far], kind="stable")]
    groups = [np.flatnonzero(distance == 0), *np.array_split(far, max(min(4, far.size // 10), 1))]
    return tuple(
        NoveltyBin(
            float(distance[rows].min()),
            float(distance[rows].max()),
            float(distance[rows].mean()),
            *(clustered_rate(passed[rows, model], codes[rows].tolist(), level=level) for model in (0, 1)),
        )
        for rows in groups
        if rows.size
    )


def _codes(labels: Sequence[Hashable]) -> NDArray[np.intp]:
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels], dtype=np.intp)

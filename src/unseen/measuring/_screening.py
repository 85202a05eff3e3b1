"""Which columns of a two-level design matter: a clustered logistic fit, residual contrasts for pairs, decisions under error control.

The answers come in clusters (twins made from the same random choices), so the task's own residual is common to a cluster. Effects are
population-averaged log odds, and their covariance is cluster-robust: whatever twins share cancels in a balanced contrast and is never
mistaken for independent evidence. The fit is Firth's (Jeffreys prior), which stays finite under separation and is unbiased to
first order in small samples (Firth 1993; Heinze & Schemper 2002).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, fdtrc, stdtr, stdtrit

Floats = NDArray[np.float64]

_ROUNDS = 50
_STEP = 2.0  # longest Newton step, in logits


@dataclass(frozen=True)
class ClusteredLogit:
    """A fitted logistic model. ``coefficients`` (p + 1,) start with the intercept; ``x`` (n, p) is the centred design.

    ``covariance`` (p + 1, p + 1) takes answers of one cluster to correlate alike, by ``alike``, estimated from the residuals
    (the pooled sandwich of Pan 2001: far less noisy than one that trusts each cluster's own residuals). ``df`` = n - p - 1.
    """

    coefficients: Floats
    covariance: Floats
    alike: float
    df: float
    x: Floats
    chance: Floats  # (n,), fitted
    residuals: Floats  # (n,), answer minus fitted chance
    codes: NDArray[np.intp]  # (n,), the cluster of each answer

    @property
    def clusters(self) -> int:
        """How many clusters the answers came in."""
        return int(self.codes.max()) + 1

    def effect(self, column: int) -> tuple[float, float]:
        """The log odds ratio of one column (per unit), and its standard error."""
        return float(self.coefficients[column + 1]), math.sqrt(max(float(self.covariance[column + 1, column + 1]), 0.0))

    def points(self, column: int) -> tuple[float, float]:
        """The change in pass rate per unit of a column, averaged over the answers asked, and its standard error (delta method)."""
        slope = float(np.mean(self.chance * (1 - self.chance)))
        value, se = self.effect(column)
        return value * slope, se * slope

    def p_value(self, columns: Sequence[int]) -> float:
        """Two-sided p-value that none of these columns matters: t for one, Hotelling's F for several."""
        at = np.asarray(columns) + 1
        count, df = len(at), self.df
        inside = self.covariance[np.ix_(at, at)]
        distance = float(self.coefficients[at] @ np.linalg.pinv(inside, hermitian=True) @ self.coefficients[at])
        spare = df - count + 1
        if not math.isfinite(distance) or spare <= 0:
            return 1.0
        return float(fdtrc(count, spare, distance * spare / (df * count)))


def clustered_logit(x: ArrayLike, passed: ArrayLike, codes: NDArray[np.intp]) -> ClusteredLogit:
    """Fit pass or fail (n,) on columns (n, p), answers clustered by ``codes`` (n,) = 0..G-1."""
    columns, y = np.asarray(x, float), np.asarray(passed, float)
    columns = columns - columns.mean(axis=0)
    full = np.column_stack([np.ones(len(y)), columns])
    beta = np.zeros(full.shape[1])
    chance, bread = expit(full @ beta), np.eye(full.shape[1])
    for _ in range(_ROUNDS):
        weights = chance * (1 - chance)
        bread = np.linalg.pinv((full.T * weights) @ full, hermitian=True)
        leverage = weights * np.einsum("ij,jk,ik->i", full, bread, full)
        step = bread @ (full.T @ (y - chance + leverage * (0.5 - chance)))
        longest = float(np.abs(step).max())
        beta = beta + step * min(1.0, _STEP / max(longest, 1e-12))
        chance = expit(full @ beta)
        if longest < 1e-6:
            break
    scaled = full * np.sqrt(chance * (1 - chance))[:, None]
    alike = _likeness(scaled, bread, (y - chance) / np.sqrt(np.maximum(chance * (1 - chance), 1e-12)), codes)
    covariance = bread @ _meat(scaled, alike, codes) @ bread
    return ClusteredLogit(beta, covariance, alike, float(max(len(y) - full.shape[1], 1)), columns, chance, y - chance, codes)


@dataclass(frozen=True)
class Contrast:
    """The interaction of two columns: the log odds of their product (per unit each), its standard error, and its p-value."""

    first: int
    second: int
    value: float
    se: float
    p_value: float


def residual_contrasts(fit: ClusteredLogit, pairs: Sequence[tuple[int, int]]) -> list[Contrast]:
    """One-step estimates of two-column interactions from what the main effects leave over.

    Each product is first cleared of the main effects (weighted projection), so that what is tested is not what the main
    effects explain; the standard error allows for clusters as the fit does.
    """
    if not pairs:
        return []
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    products = fit.x[:, first] * fit.x[:, second]
    weights = fit.chance * (1 - fit.chance)
    full = np.column_stack([np.ones(len(weights)), fit.x])
    products = products - full @ (np.linalg.pinv((full.T * weights) @ full, hermitian=True) @ ((full.T * weights) @ products))
    information = weights @ products**2
    scores = products.T @ fit.residuals
    scaled = products * np.sqrt(weights)[:, None]
    variances = (1 - fit.alike) * information + fit.alike * np.sum(_sums(scaled, fit.codes) ** 2, axis=0)
    seen = information > 1e-9
    information = np.where(seen, information, 1.0)
    values = scores / information
    errors = np.sqrt(np.maximum(variances, 0.0)) / information
    tails = 2 * stdtr(fit.df, -np.abs(values) / np.where(errors > 0, errors, np.inf))
    return [
        Contrast(int(a), int(b), float(value), float(se) if ok else math.inf, float(p) if ok else 1.0)
        for a, b, value, se, p, ok in zip(first, second, values, errors, tails, seen & (errors > 0), strict=True)
    ]


def adaptive_step_up(p_values: ArrayLike, level: float) -> NDArray[np.bool_]:
    """Which hypotheses to reject at this false discovery rate: step-up with the share of nulls estimated (Storey, Taylor & Siegmund 2004).

    The share of nulls is (1 + how many p-values exceed one half) / half their number. Controls the rate for independent
    p-values, as those of orthogonal contrasts nearly are.
    """
    p = np.asarray(p_values, float)
    nulls = min((1 + int((p > 0.5).sum())) / (0.5 * max(p.size, 1)), 1.0)
    rejected: NDArray[np.bool_] = step_up(p, level / nulls) & (p <= 0.5)
    return rejected


def equivalence_p(value: float, se: float, margin: float, df: float) -> float:
    """The p-value of |effect| >= margin: two one-sided t tests (Schuirmann 1987). Small means shown to lie within the margin."""
    if not se > 0:
        return 1.0
    return float(max(stdtr(df, (value - margin) / se), stdtr(df, -(value + margin) / se)))


def t_interval(value: float, se: float, df: float, level: float = 0.95) -> tuple[float, float]:
    """The two-sided interval of an estimate with t(df) error."""
    half = float(stdtrit(df, (1 + level) / 2)) * se
    return value - half, value + half


def step_up(p: Floats, level: float) -> NDArray[np.bool_]:
    """Which hypotheses to reject at this false discovery rate (Benjamini & Hochberg 1995)."""
    order = np.argsort(p, kind="stable")
    passing = np.flatnonzero(p[order] <= level * np.arange(1, p.size + 1) / max(p.size, 1))
    rejected = np.zeros(p.size, bool)
    if passing.size:
        rejected[order[: passing[-1] + 1]] = True
    return rejected


def _likeness(scaled: Floats, bread: Floats, pearson: Floats, codes: NDArray[np.intp]) -> float:
    """The common correlation of two answers of a cluster, less what fitting the columns puts into residuals by itself."""
    sizes = np.bincount(codes)
    pairs = float(np.sum(sizes * (sizes - 1)))
    if pairs == 0:
        return 0.0
    leverage = np.einsum("ij,jk,ik->i", scaled, bread, scaled)
    sums = _sums(scaled, codes)
    fitted = float(np.einsum("ij,jk,ik->", sums, bread, sums) - leverage.sum())
    observed = float(np.sum(np.bincount(codes, pearson) ** 2) - np.sum(pearson**2))
    return min(max((observed + fitted) / pairs, -0.9 / (int(sizes.max()) - 1)), 0.95)


def _meat(scaled: Floats, alike: float, codes: NDArray[np.intp]) -> Floats:
    sums = _sums(scaled, codes)
    meat: Floats = (1 - alike) * scaled.T @ scaled + alike * sums.T @ sums
    return meat


def _sums(rows: Floats, codes: NDArray[np.intp]) -> Floats:
    """Rows (n, k) summed by cluster, (G, k)."""
    total = np.zeros((int(codes.max()) + 1, rows.shape[1]))
    np.add.at(total, codes, rows)
    return total

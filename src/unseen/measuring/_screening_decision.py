"""What a screening may conclude after several looks at its data: which variables matter, through which pairs, which are shown not to.

Looks are paid for in advance (alpha spending): the k-th look may use the share w_k of every error rate, the shares sum to one, and a
p-value over looks is min_k p_k / w_k. By Bonferroni that is valid whatever the dependence between looks and whenever one stops at one
of them. The shares are small early (as O'Brien & Fleming's boundary is), so that the last look keeps nearly all of the power.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unseen.measuring._screening import (
    ClusteredLogit,
    Contrast,
    Floats,
    adaptive_step_up,
    clustered_logit,
    equivalence_p,
    residual_contrasts,
    step_up,
)

SCREENING_LOOKS = (0.25, 0.5, 0.75, 1.0)  # of the planned answers
SPENDING = (0.002, 0.008, 0.02, 0.97)  # of every error rate
PAIR_SHARE = 0.05  # of the false discovery rate goes to interactions
HEREDITY = 4.0  # an interaction with a variable that matters by itself weighs this many times one between two others


@dataclass(frozen=True)
class ScreeningLook:
    """The answers so far: columns (n, p) coded -1/2 .. +1/2, pass or fail (n,), cluster (n,) = 0..G-1."""

    x: Floats
    passed: NDArray[np.bool_]
    codes: NDArray[np.intp]


@dataclass(frozen=True)
class ScreeningDecision:
    """What the looks allow to be said.

    ``p_values`` (variables,) are those of the average effect; ``matters`` (variables,) rejects at the false discovery rate,
    through the average effect or through an interaction; ``equivalent`` (variables,) is where every column's effect in points is
    shown to lie within the margin; ``interactions`` are the pairs of columns rejected; ``fit`` is that of the last look.
    """

    fit: ClusteredLogit
    p_values: Floats
    matters: NDArray[np.bool_]
    equivalent: NDArray[np.bool_]
    interactions: tuple[Contrast, ...]

    @property
    def settled(self) -> bool:
        """Whether every variable is shown to matter, or shown not to."""
        return bool(np.all(self.matters | self.equivalent))


def decide_screening(
    looks: Sequence[ScreeningLook], owner: Sequence[int], *, fdr: float, margin: float, alpha: float = 0.05, complete: bool = True
) -> ScreeningDecision:
    """Conclude from one look or several, each holding the answers of those before it.

    Args:
        owner: the variable (0..V-1) that each column belongs to.
        fdr: the false discovery rate among variables. margin: of equivalence, in points (0.1 = ten points of pass rate).
        alpha: of each equivalence test, and the largest p-value with which an average effect may count, however many others do.
        complete: whether no further look will come, so that the last one may use all that is unspent.

    An average effect is tested at ``(1 - PAIR_SHARE) fdr``; interactions, all pairs of columns of different variables, at the
    rest, by a weighted step-up that favours pairs of which one variable matters by itself (Genovese, Roeder & Wasserman 2006):
    a variable that acts through an interaction alone can be found.
    """
    owners = np.asarray(owner)
    count = int(owners.max()) + 1
    columns = [[int(at) for at in np.flatnonzero(owners == variable)] for variable in range(count)]
    pairs = [(a, b) for a, b in itertools.combinations(range(len(owners)), 2) if owners[a] != owners[b]]
    single, paired, within = np.ones(count), np.ones(len(pairs)), np.ones(count)
    for look, share in zip(looks, _shares(len(looks), complete), strict=True):
        fit = clustered_logit(look.x, look.passed, look.codes)
        contrasts = residual_contrasts(fit, pairs)
        single = np.minimum(single, [fit.p_value(at) / share for at in columns])
        paired = np.minimum(paired, [contrast.p_value / share for contrast in contrasts])
        within = np.minimum(within, [max(equivalence_p(*fit.points(at), margin, fit.df) for at in own) / share for own in columns])
    alone = adaptive_step_up(single, (1 - PAIR_SHARE) * fdr) & (single <= alpha)
    weights = np.array([HEREDITY if alone[owners[a]] or alone[owners[b]] else 1.0 for a, b in pairs])
    found = step_up(paired * weights.mean() / weights, PAIR_SHARE * fdr) if pairs else np.zeros(0, bool)
    matters = alone.copy()
    for (a, b), rejected in zip(pairs, found, strict=True):
        matters[[owners[a], owners[b]]] |= rejected
    interactions = tuple(contrast for contrast, rejected in zip(contrasts, found, strict=True) if rejected)
    return ScreeningDecision(fit, single, matters, (within <= alpha) & ~matters, interactions)


def _shares(looks: int, complete: bool) -> list[float]:
    shares = list(SPENDING[:looks])
    if complete:
        shares[-1] = 1.0 - sum(shares[:-1])
    return shares

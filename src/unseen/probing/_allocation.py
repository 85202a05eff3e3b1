"""Where adaptive draws fall: a known density over settings of the reference mix, and the weight that undoes it.

The variance of an estimate falls fastest where a question tells most per cost. For ability that is where Fisher information is
greatest; for a pass rate from weighted answers it is where answers vary most, in proportion to their standard deviation (Neyman 1934). Either gives a
density over settings drawn from the reference mix. Adaptive draws follow it, exploration draws follow the mix itself, and together they follow

    explore + (1 − explore) × density,

so that an answer stands for the inverse of that many draws of the mix, 1 / explore at most, however it came to be asked (the
deterministic mixture of Owen & Zhou 2000). For a fixed pool of tasks the same is done by inclusion probabilities: :class:`Pool`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

PLACES: Floats = np.linspace(0.0, 1.0, 65)  # loads at which a density is tabulated
_COST_PRIOR = 4.0  # answers' worth of belief that cost does not depend on load
_FEW_COSTS = 8


@dataclass(frozen=True)
class Allocation:
    """A density of adaptive draws over declared load, relative to the reference mix, mixed with ``explore`` of the mix itself.

    ``candidates`` (n,) are the loads, ascending, of settings drawn from the mix; ``density`` (n,) has mean one over them.
    """

    candidates: Floats
    density: Floats
    explore: float

    @classmethod
    def of(cls, candidates: Floats, utility: ArrayLike, explore: float) -> Allocation:
        """From a utility (65,) at :data:`PLACES`, of any unit."""
        density = np.interp(candidates, PLACES, np.asarray(utility, float))
        total = float(density.mean())
        return cls(candidates, density / total if total > 0 else np.ones_like(density), explore)

    def pick(self, unit: float) -> int:
        """The candidate at this place of the density's distribution: evenly spread units give draws spread over the density."""
        below = np.cumsum(self.density)
        return min(int(np.searchsorted(below, unit * below[-1], side="right")), self.density.size - 1)

    def weight(self, load: float) -> float:
        """How many draws of the reference mix one answer at this load stands for."""
        density = float(np.interp(load, self.candidates, self.density))
        return 1 / (self.explore + (1 - self.explore) * density)


def relative_costs(loads: Sequence[float], costs: Sequence[float]) -> Floats:
    """What a question costs at each of :data:`PLACES`, relative to the middle, from the loads and costs of questions asked.

    The logarithm of cost is linear in load, shrunk towards no slope at all; all alike before a few questions were asked.
    """
    at, paid = np.asarray(loads, float), np.asarray(costs, float)
    if at.size < _FEW_COSTS or paid.min() <= 0:
        return np.ones_like(PLACES)
    logs, centred = np.log(paid), at - at.mean()
    slope = float(centred @ (logs - logs.mean())) / (float(centred @ centred) + _COST_PRIOR * float(np.var(PLACES)))
    relative: Floats = np.exp(slope * (PLACES - 0.5))
    return relative


@dataclass(frozen=True)
class PoolDraw:
    """Tasks drawn together from what is left of a pool: their indices (b,) and each one's probability of being among them (b,)."""

    tasks: NDArray[np.intp]
    inclusion: Floats


def draw_from_pool(
    predicted: ArrayLike,
    left: ArrayLike,
    count: int,
    rng: np.random.Generator,
    *,
    explore: float,
    variances: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    costs: ArrayLike | None = None,
) -> PoolDraw:
    """Draw ``count`` tasks for a pass rate over a fixed pool, without replacement and with known probabilities.

    Args:
        predicted: (N,) the pass probability believed for each task of the pool.
        left: (N,) which have not been drawn yet.
        explore: share of the probability that is spread evenly, whatever is believed.
        variances: (N,) of the answers; by default those of single answers passed as predicted.
        strata: (N,) domain of each task. Draws are balanced over predicted difficulty, and over domains within it.
        costs: (N,) of asking each task; all alike by default.
    """
    p = np.asarray(predicted, float)
    remaining = np.flatnonzero(np.asarray(left, bool))
    noise = p * (1 - p) if variances is None else np.asarray(variances, float)
    p, domain = p[remaining], (np.asarray(strata)[remaining] if strata is not None else np.zeros(remaining.size))
    spread = np.sqrt(np.maximum(noise[remaining], 1e-6) / (np.asarray(costs, float)[remaining] if costs is not None else 1.0))
    inclusion = _inclusion(explore / remaining.size + (1 - explore) * spread / spread.sum(), min(count, remaining.size))
    order = _balanced(p, domain)
    edges = np.cumsum(inclusion[order])
    picked = order[np.minimum(np.searchsorted(edges, np.arange(round(edges[-1])) + rng.random(), side="right"), order.size - 1)]
    return PoolDraw(remaining[picked], inclusion[picked])


def _inclusion(shares: Floats, count: int) -> Floats:
    """Probabilities of being among ``count`` drawn, in proportion to shares, none above one."""
    certain = np.zeros(shares.size, bool)
    while True:
        room = count - int(certain.sum())
        chance = np.where(certain, 1.0, room * shares / max(float(shares[~certain].sum()), 1e-300))
        if not np.any(over := (chance > 1) & ~certain):
            return np.minimum(chance, 1.0)
        certain |= over


def _balanced(predicted: Floats, domain: Floats, bands: int = 6) -> NDArray[np.intp]:
    """An order in which neighbours are alike: bands of predicted pass rate, to and fro over the domains within."""
    band = np.argsort(np.argsort(predicted, kind="stable"), kind="stable") * bands // predicted.size
    codes = np.unique(domain, return_inverse=True)[1].astype(float)
    return np.lexsort((predicted, np.where(band % 2 == 0, codes, -codes), band))

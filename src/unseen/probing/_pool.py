"""Adaptive questions from a fixed pool that a panel has answered: which tasks to ask next, and the pass rate over the pool so far.

For static benchmarks, where nothing fresh can be minted: :class:`AdaptiveSource` is for families.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unseen.choices import derive_seed
from unseen.measuring import Estimate, PoolItems, pool_rate
from unseen.probing._allocation import Floats, draw_from_pool

BATCH = 10


class PoolProbe:
    """Asks one examinee tasks of a pool in batches, the more likely the less certain their answer, in balance over difficulty and domains.

    Every task keeps a chance: ``explore`` is the share of probability spread evenly. The first batch is drawn evenly, for nothing is known yet.
    Two examinees are compared best on the same draws: see ``beside`` in :meth:`take`.
    """

    def __init__(
        self,
        items: PoolItems,
        *,
        seed: int,
        domains: ArrayLike | None = None,
        costs: ArrayLike | None = None,
        explore: float = 0.3,
        batch: int = BATCH,
    ) -> None:
        self._items, self._domains, self._costs = items, domains, costs
        self._explore, self._batch = explore, batch
        self._rng = np.random.default_rng(list(derive_seed("pool", seed)[:16]))
        self._left = np.ones(items.difficulty.size, bool)
        self._tasks: list[int] = []
        self._passed: list[bool] = []
        self._inclusion: list[float] = []
        self._sizes: list[int] = []

    @property
    def asked(self) -> int:
        """How many tasks were taken."""
        return len(self._tasks)

    @property
    def tasks(self) -> tuple[int, ...]:
        """Which tasks were taken, in order."""
        return tuple(self._tasks)

    @property
    def predicted(self) -> Floats:
        """The pass probability believed for every task (N,)."""
        return self._items.predict(self._tasks[: len(self._passed)], self._passed)

    def take(self, most: int | None = None, *, beside: Sequence[PoolProbe] = ()) -> NDArray[np.intp]:
        """The next batch: indices into the pool, at most ``most``. With ``beside``, for all these examinees at once: the probes take the same
        draw, where their answers together vary most.
        """
        probes = [self, *beside]
        predicted = np.array([probe._items.predict(probe._tasks, probe._passed, averaged=True) for probe in probes])
        draw = draw_from_pool(
            predicted.mean(axis=0),
            self._left,
            self._batch if most is None else min(self._batch, most),
            self._rng,
            explore=self._explore if self._tasks else 1.0,
            variances=(predicted * (1 - predicted)).sum(axis=0),
            strata=self._domains,
            costs=self._costs,
        )
        for probe in probes:
            probe._left[draw.tasks] = False
            probe._tasks += draw.tasks.tolist()
            probe._inclusion += draw.inclusion.tolist()
            probe._sizes.append(draw.tasks.size)
        return draw.tasks

    def tell(self, passed: ArrayLike) -> None:
        """The answers to the batch taken last, in its order."""
        self._passed += np.asarray(passed, bool).tolist()
        if len(self._passed) != len(self._tasks):
            raise ValueError(f"{len(self._passed)} answers to {len(self._tasks)} tasks")

    def rate(self, *, level: float = 0.95, anytime: bool = False) -> Estimate:
        """The share of the pool that the examinee passes: predictions corrected by weighted residuals, right whatever the panel says."""
        return pool_rate(self.predicted, self._tasks, self._passed, self._inclusion, self._sizes, level=level, anytime=anytime)

    def modelled_rate(self, *, level: float = 0.95) -> Estimate:
        """The same by the predictions alone: a little narrower where few were asked, and wrong where the panel misleads."""
        return self._items.imputed_rate(self._tasks, self._passed, level=level)

"""The second planner: breadth-first layers over arrays, sharing nothing with the first.

A state is one row of ``below``: for each block the index of what it stands on, with ``n`` for the ground. All states at
the same distance from the start are expanded together. The search has no estimate to get wrong: the number of layers
that hold no goal state *is* the lower bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unseen.errors import CertificateError
from unseen.families.planning_blocks._search import EMPTY, Goal, Physics, Step

Rows = NDArray[np.uint8]  # states × blocks
Codes = NDArray[np.int64]  # states, each packed into one number


def layered_plan(start: Sequence[Sequence[str]], goal: Goal, physics: Physics, places: int) -> list[Step]:
    """The alphabetically first of the shortest plans. Raises :class:`CertificateError` when the goal cannot be reached."""
    blocks = sorted(block for stack in start for block in stack)
    index = {name: i for i, name in enumerate([*blocks, EMPTY])}
    row = np.empty((1, len(blocks)), dtype=np.uint8)
    for stack in start:
        for under, block in zip((EMPTY, *stack), stack, strict=False):
            row[0, index[block]] = index[under]
    lift = {Physics.USUAL: "top", Physics.BELOW: "bottom"}.get(physics, "tower")
    search = Layers(len(blocks), places, lift, turned=physics is Physics.TURNED)
    layers = search.distance(row, {index[block]: index[under] for block, under in goal})
    if not layers:
        raise CertificateError("the second planner exhausted every arrangement without meeting the goal")
    names = [*blocks, EMPTY]
    return [(names[block], names[target]) for block, target in search.first_plan(row, layers)]


@dataclass(frozen=True)
class Layers:
    """``count`` blocks on ``places`` places (0: no limit); ``lift`` says what comes along and ``turned`` how it lands."""

    count: int
    places: int
    lift: str  # "top", "tower" or "bottom"
    turned: bool = False

    def distance(self, start: Rows, goal: dict[int, int]) -> list[Codes]:
        """The layers from the start to the first one with a goal state, that last one cut down to its goal states."""
        weights = (self.count + 1) ** np.arange(self.count, dtype=np.int64)
        seen = np.zeros((self.count + 1) ** self.count, dtype=bool)
        layers: list[Codes] = []
        rows = start
        while len(rows):
            codes = rows @ weights
            seen[codes] = True
            reached = np.all([rows[:, block] == under for block, under in goal.items()], axis=0)
            if reached.any():
                return [*layers, codes[reached]]
            layers.append(codes)
            rows = self._next_layer(rows, weights, seen)
        return []

    def first_plan(self, start: Rows, layers: list[Codes]) -> list[tuple[int, int]]:
        """Among the shortest plans, the first in the order of (block, target)."""
        weights = (self.count + 1) ** np.arange(self.count, dtype=np.int64)
        leading = [layers[-1]]  # states on some shortest plan, the last layer first
        for codes in reversed(layers[:-1]):
            rows = self._unpack(codes)
            good = np.zeros(len(rows), dtype=bool)
            for _, index, after in self.steps(rows):
                good[index[np.isin(after @ weights, leading[-1])]] = True
            leading.append(codes[good])
        plan, here = [], start
        for wanted in leading[-2::-1]:
            step, here = next((step, after) for step, _, after in self.steps(here) if len(after) and after[0] @ weights in wanted)
            plan.append(step)
        return plan

    def steps(self, rows: Rows) -> Iterator[tuple[tuple[int, int], NDArray[np.int64], Rows]]:
        """For every (block, target) in order: which rows allow it, and what they become."""
        ground = self.count
        every = np.arange(len(rows))
        above = self._above(rows, every)
        top = self._top(above, every)
        stacks = (rows == ground).sum(axis=1)
        for block in range(self.count):
            liftable = {"top": above[:, block] == ground, "bottom": rows[:, block] == ground, "tower": np.ones(len(rows), dtype=bool)}[
                self.lift
            ]
            for target in range(self.count + 1):
                if target == ground:
                    alone, lowest = above[:, block] == ground, rows[:, block] == ground
                    splits = ~alone if self.lift == "bottom" else ~lowest
                    legal = liftable & splits & ((stacks < self.places) if self.places else True)
                    if self.turned:
                        legal |= lowest & ~alone
                else:
                    legal = liftable & (above[:, target] == ground) & (top[:, block] != target) & (rows[:, block] != target)
                index = np.flatnonzero(legal)
                yield (block, target), index, self._after(rows[index], above[index], top[index], block, target)

    def _after(self, rows: Rows, above: Rows, top: Rows, block: int, target: int) -> Rows:
        after = rows.copy()
        if self.lift == "bottom":
            dropping = np.flatnonzero(above[:, block] != self.count)
            after[dropping, above[dropping, block]] = self.count
        if not self.turned:
            after[:, block] = target
            return after
        every = np.arange(len(rows))
        lower = np.full(len(rows), block, dtype=np.uint8)
        for _ in range(self.count - 1):  # walk up the tower: each block ends up on the one that stood on it
            upper = above[every, lower]
            inside = np.flatnonzero(upper != self.count)
            after[inside, lower[inside]] = upper[inside]
            lower[inside] = upper[inside]
        after[every, top[:, block]] = target
        return after

    def _next_layer(self, rows: Rows, weights: Codes, seen: NDArray[np.bool_]) -> Rows:
        fresh = []
        for _, _, after in self.steps(rows):
            codes = after @ weights
            fresh.append(codes[~seen[codes]])
        return self._unpack(np.unique(np.concatenate(fresh)))

    def _unpack(self, codes: Codes) -> Rows:
        rows = np.empty((len(codes), self.count), dtype=np.uint8)
        for block in range(self.count):
            codes, rows[:, block] = np.divmod(codes, self.count + 1)
        return rows

    def _above(self, rows: Rows, every: NDArray[np.int64]) -> Rows:
        above = np.full((len(rows), self.count + 1), self.count, dtype=np.uint8)
        for block in range(self.count):
            above[every, rows[:, block]] = block
        above[:, self.count] = self.count
        return above

    def _top(self, above: Rows, every: NDArray[np.int64]) -> Rows:
        top = np.tile(np.arange(self.count, dtype=np.uint8), (len(above), 1))
        for _ in range(self.count - 1):
            upper = above[every[:, None], top]
            top = np.where(upper != self.count, upper, top)
        return top

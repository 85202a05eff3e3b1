"""The archive of the hunt: what was asked and how it ended, kept by cell of the space, as the stock of new questions.

A quality-diversity archive in the manner of MAP-Elites (Mouret & Clune 2015) for settings of mixed types and noisy outcomes:
a cell is a coarse level per variable, its elite the task that failed there. New questions come from the
elites by mutation and crossover, of settings and of recorded choices alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from unseen.probing._rules import Bools, Grid, Levels, Rule
from unseen.task import Task

Cell = tuple[int, ...]
_COARSE = 3  # levels of an ordered variable fall into so many cells


@dataclass
class Archive:
    """Every answer as a row of levels and whether it failed, and one failing task per cell (the elite).

    Rules already found explain their answers away: ``open`` masks the answers outside of them all.
    """

    grid: Grid
    rows: list[Levels] = field(default_factory=list)
    failed: list[bool] = field(default_factory=list)
    failing: list[Task] = field(default_factory=list)
    elites: dict[Cell, Task] = field(default_factory=dict)
    found: list[Rule] = field(default_factory=list)

    def add(self, task: Task, row: Levels, failed: bool) -> None:
        """Note an answer; a failing task becomes its cell's elite where it takes less effort than the one before."""
        self.rows.append(row)
        self.failed.append(failed)
        if failed:
            self.failing.append(task)
        cell = self.cell(row)
        if failed and (cell not in self.elites or task.effort < self.elites[cell].effort):
            self.elites[cell] = task

    def cell(self, row: Levels) -> Cell:
        """The coarse place of a row: a third of each ordered domain, each level of a category."""
        sizes = self.grid.sizes
        return tuple(
            int(at * _COARSE // size) if ordered and size > _COARSE else int(at)
            for at, size, ordered in zip(row, sizes, self.grid.ordered, strict=True)
        )

    def explained(self, rows: Levels) -> Bools:
        """Which rows lie inside a rule already found."""
        held = np.zeros(len(rows), dtype=bool)
        for rule in self.found:
            held |= self.grid.inside(rule, rows)
        return held

    def open(self) -> tuple[Levels, Bools]:
        """The answers that no rule found so far explains."""
        if not self.rows:
            return np.empty((0, len(self.grid.names)), dtype=int), np.empty(0, dtype=bool)
        rows = np.array(self.rows)
        kept = ~self.explained(rows)
        return rows[kept], np.array(self.failed)[kept]

    def offspring(self, rng: np.random.Generator, parent: Task) -> tuple[Levels, Task]:
        """A setting bred from an elite (two levels moved, or a crossover with another elite), and the elite whose choices it takes."""
        row = self.grid.row(parent.setting)
        others = [elite for elite in self.elites.values() if elite is not parent]
        if others and rng.random() < 0.5:
            mate = others[int(rng.integers(len(others)))]
            taken = rng.random(row.size) < 0.5
            return np.where(taken, self.grid.row(mate.setting), row), mate if rng.random() < 0.5 else parent
        return mutated(self.grid, rng, row, 2), parent


def mutated(grid: Grid, rng: np.random.Generator, row: Levels, count: int) -> Levels:
    """The row with ``count`` variables moved: half of the moves to a near level, the others anywhere."""
    moved = row.copy()
    free = np.flatnonzero(grid.sizes > 1)
    for at in rng.permutation(free)[:count]:
        size = int(grid.sizes[at])
        if grid.ordered[at] and rng.random() < 0.5:
            moved[at] = int(np.clip(row[at] + rng.integers(1, 3) * rng.choice((-1, 1)), 0, size - 1))
        else:
            moved[at] = int(rng.integers(size))
    return moved

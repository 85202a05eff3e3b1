"""A cheap family with a wide space, and an examinee that fails in planted regions of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unseen.answers import IntegerAnswer
from unseen.choices import Choices, derive_seed
from unseen.families.base import Family
from unseen.outcome import Response
from unseen.probing import Condition, Grid, Rule
from unseen.space import Category, Integer, Ordinal, Setting, Space
from unseen.task import Problem, Prompt, Task


class Sum(Problem):
    numbers: tuple[int, ...]


class Sums(Family[Sum]):
    """Add three numbers; the variables change nothing but the words."""

    name, version, domain = "toy/sums", 1, "toys"
    Problem = Sum
    space = Space(
        steps=Integer(1, 12),
        digits=Integer(1, 6),
        depth=Integer(0, 8),
        idle=Integer(0, 5),
        patience=Integer(1, 10, falling=True),
        operators=Ordinal("add", "take", "multiply", "divide"),
        brackets=Category("none", "pairs", "nested", role="structure"),
        base=Category("ten", "eight", role="premise"),
        order=Category("usual", "left", "sums", "reverse", role="premise"),
        story=Category("bare", "shop", "boat", "kitchen", "ledger", role="surface"),
    )
    answer = IntegerAnswer()

    def draw(self, at: Setting, choose: Choices) -> Sum:
        return Sum(numbers=tuple(choose.integer(f"number/{i}", 0, 10**6) for i in range(3)))

    def key(self, problem: Sum) -> int:
        return sum(problem.numbers)

    def solve(self, problem: Sum) -> int:
        first, second, third = problem.numbers
        return third + second + first

    def render(self, problem: Sum, at: Setting, choose: Choices) -> Prompt:
        return Prompt("Add.", f"{' '.join(map(str, at.values()))}: {problem.numbers}")

    def effort(self, problem: Sum) -> float:
        return float(sum(len(str(number)) for number in problem.numbers))


def planted_regions(rng: np.random.Generator, count: int) -> list[Rule]:
    """Random regions of one to three conditions that hold 0.5 to 5% of the space, away from the default and from each other."""
    grid, regions = Grid(Sums.space), list[Rule]()
    while len(regions) < count:
        size = int(rng.integers(1, 4))
        chosen = rng.choice(len(grid.names), size=size, replace=False)
        rule = grid.rule(*(_condition(grid, rng, int(at)) for at in sorted(chosen)))
        overlap = any(shared(grid, rule, other) > 0 for other in regions)
        if 0.005 <= rule.volume <= 0.05 and not rule.holds(grid.space.default) and not overlap:
            regions.append(rule)
    return regions


def shared(grid: Grid, one: Rule, other: Rule) -> float:
    """The share of the space that lies in both rules."""
    volume = 1.0
    for name, levels in zip(grid.names, grid.levels, strict=True):
        kept = [value for value in levels if all(value in c.values for c in (*one.conditions, *other.conditions) if c.variable == name)]
        volume *= len(kept) / len(levels)
    return volume


def _condition(grid: Grid, rng: np.random.Generator, at: int) -> Condition:
    size = int(grid.sizes[at])
    if not grid.ordered[at]:
        level = int(rng.integers(size))
        return grid.condition(at, level, level)
    cut = int(rng.integers(1, size))
    return grid.condition(at, cut, size - 1) if rng.random() < 0.5 else grid.condition(at, 0, cut - 1)


class Breaks:
    """Fails with one rate inside the planted regions and another outside; each task is settled by its id."""

    def __init__(self, regions: Sequence[Rule], *, inside: float = 0.85, outside: float = 0.1, seed: int = 0) -> None:
        self.name = f"breaks {seed}"
        self.regions, self.inside, self.outside, self.seed = regions, inside, outside, seed

    def chance_of_failure(self, task: Task) -> float:
        return self.inside if any(region.holds(task.setting) for region in self.regions) else self.outside

    def respond(self, tasks: Sequence[Task]) -> list[Response]:
        return [self._one(task) for task in tasks]

    def fails(self, task: Task) -> bool:
        return int.from_bytes(derive_seed("breaks", self.seed, task.id)[:7], "big") / 2**56 < self.chance_of_failure(task)

    def _one(self, task: Task) -> Response:
        return Response(f"Answer: {task.key + (7 if self.fails(task) else 0)}")

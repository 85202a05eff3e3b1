"""A cheap family whose difficulty is its declared load, and an examinee whose true pass curve is known."""

from __future__ import annotations

import math
from collections.abc import Sequence

from unseen.answers import IntegerAnswer
from unseen.choices import Choices, derive_seed
from unseen.families.base import Family
from unseen.outcome import Response
from unseen.space import Category, Integer, Setting, Space
from unseen.task import Problem, Prompt, Task


class Count(Problem):
    number: int
    rule: str


class Counting(Family[Count]):
    """Add one (or, under the odd rule, two) to a number."""

    name, version, domain = "toy/counting", 1, "toys"
    Problem = Count
    space = Space(
        size=Integer(0, 20),
        depth=Integer(0, 12),
        rule=Category("plain", "odd", role="premise"),
        story=Category("bare", "shop", "boat", role="surface"),
    )
    answer = IntegerAnswer()

    def draw(self, at: Setting, choose: Choices) -> Count:
        return Count(number=choose.integer("number", 0, 10**12), rule=at.rule)

    def key(self, problem: Count) -> int:
        return problem.number + (2 if problem.rule == "odd" else 1)

    def solve(self, problem: Count) -> int:
        return problem.number + {"plain": 1, "odd": 2}[problem.rule]

    def render(self, problem: Count, at: Setting, choose: Choices) -> Prompt:
        return Prompt("Count.", f"{at.story}: what follows {problem.number} under the {problem.rule} rule?")

    def effort(self, problem: Count) -> float:
        return 1.0


class Sibling(Counting):
    """The same under another name."""

    name, domain = "toy/sibling", "games"


class Steady:
    """Passes with probability ``floor + (1 - floor - slip) logistic(slope (threshold - load))``; each task is settled by its id."""

    def __init__(
        self, family: Family[Count], threshold: float, slope: float = 8.0, *, slip: float = 0.0, floor: float = 0.0, seed: int = 0
    ) -> None:
        self.name = f"steady {threshold} {slope} {seed}"
        self.family, self.threshold, self.slope, self.slip, self.floor, self.seed = family, threshold, slope, slip, floor, seed

    def chance(self, task: Task) -> float:
        load = self.family.space.load(task.setting)
        return self.floor + (1 - self.floor - self.slip) / (1 + math.exp(-self.slope * (self.threshold - load)))

    def respond(self, tasks: Sequence[Task]) -> list[Response]:
        return [self._one(task) for task in tasks]

    def _one(self, task: Task) -> Response:
        unit = int.from_bytes(derive_seed("steady", self.seed, task.id)[:7], "big") / 2**56
        return Response(f"Answer: {task.key if unit < self.chance(task) else task.key + 7}", input_tokens=10, output_tokens=2)

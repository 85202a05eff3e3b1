"""The tasks an assay looks at: the reference mix, its siblings, and everything needed to grade replies to them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from unseen.answers import Answer
from unseen.choices import Choices, Namespace, derive_seed, task_seed
from unseen.examinees import Knowledge
from unseen.families.base import Family
from unseen.space import Setting, Space, Value, Variable
from unseen.task import Task

Seeding = Callable[[Family[Any], int, int], bytes]
_FINE = 2**30


def keyed_seed(family: Family[Any], seed: int, index: int) -> bytes:
    """The seed of one draw: a keyed hash, as in minting."""
    return task_seed(family.name, family.version, Namespace.PUBLIC, derive_seed("assay", seed), index)


def reference_setting(space: Space, seed: bytes) -> Setting:
    """A setting of the reference mix: a load uniform on [0, 1], the difficulty variables near it, all others uniform."""
    choose = Choices(derive_seed("setting", seed))
    return space.sample_near(choose.within("at"), choose.integer("load", 0, _FINE) / _FINE)


def draw_task(family: Family[Any], seed: bytes) -> Task:
    """The task of one seed."""
    return family.make(reference_setting(family.space, seed), Choices(seed))


@dataclass
class Draws:
    """A family's draws under one seed. ``failures`` holds the draws that raised, in words."""

    family: Family[Any]
    seed: int
    seeding: Seeding = keyed_seed
    tasks: list[Task] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    cpu_seconds: float = 0.0

    def draw(self, count: int, step: Callable[[int], None] = lambda index: None) -> None:
        """Draw ``count`` tasks."""
        start = time.process_time()
        for index in range(count):
            seed = self.seeding(self.family, self.seed, index)
            try:
                self.tasks.append(draw_task(self.family, seed))
            except Exception as error:  # whatever a broken family raises belongs into the report
                setting = reference_setting(self.family.space, seed)
                self.failures.append(f"{type(error).__name__}: {str(error)[:120]} at {dict(setting)}")
            step(index)
        self.cpu_seconds += time.process_time() - start

    @cached_property
    def knowledge(self) -> Knowledge:
        return Knowledge({self.family.name: self.family})

    def answer(self, task: Task) -> Answer:
        """The answer type of a task."""
        return self.family.answer_for(self.family.problem_of(task))

    def options(self, task: Task) -> Sequence[str]:
        """The labels that an answer to this task may name."""
        return self.family.options(self.family.problem_of(task))

    def right(self, task: Task) -> str:
        """The key as replies spell it."""
        return self.answer(task).spell(task.key)

    def passes(self, task: Task, reply: str) -> bool:
        """Whether a reply is graded correct."""
        return self.family.check(task, reply).correct

    def sibling(self, task: Task, number: int) -> Task:
        """Another draw at the task's setting."""
        return self.family.make(task.setting, Choices(derive_seed("sibling", self.seed, task.id, number)))

    def entropy(self, label: str, task: Task) -> bytes:
        return derive_seed("assay", label, self.seed, task.id)


def ladder(variable: Variable, most: int) -> list[Value]:
    """At most ``most`` values spread over a variable's domain, in its order, both ends included."""
    if variable.size <= most:
        return list(variable.values())
    spread = [variable.at(min(step / (most - 1), 1 - 1e-9)) for step in range(most)]
    return list(dict.fromkeys(spread))

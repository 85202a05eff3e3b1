"""The bench of a hunt: makes every task it asks, each from its own seed, none twice, and counts what is left to ask."""

from __future__ import annotations

from collections.abc import Container, Generator, Mapping
from typing import Any, TypeVar

import numpy as np

from unseen.choices import Choices, Namespace, Recorded, derive_seed, task_seed
from unseen.families.base import Family
from unseen.minting import Gates, admit
from unseen.probing._rules import Grid, Levels
from unseen.space import Setting, Value
from unseen.task import Task

T = TypeVar("T")
Asking = Generator[list[Task], list[bool | None], T]  # yields tasks, is sent whether each failed (None: no answer), returns its finding

_TRIES = 12  # draws at one setting before it counts as used up


class Bench:
    """Fresh tasks of one family at settings of a grid. ``left`` is how many questions may still be asked.

    ``answered`` are ids of tasks that passed the gates in an earlier session: they need not pass them again.
    """

    def __init__(
        self, family: Family[Any], grid: Grid, key: bytes, answers: int, gates: Gates | None = None, answered: Container[str] = ()
    ) -> None:
        self.family, self.grid, self.left = family, grid, answers
        self.rng = np.random.default_rng(int.from_bytes(derive_seed(key, "rng", family.name)[:8], "big"))
        self._key, self._gates, self._drawn, self._answered = key, gates or Gates(1.0), 0, answered
        self._worded: set[str] = set()

    def fresh(self, row: Levels, recorded: Mapping[str, Recorded] | None = None) -> Task | None:
        """A task never asked before at a setting; with ``recorded`` as many of those choices as fit. None when none is left."""
        setting = self.grid.setting(row)
        for _ in range(_TRIES):
            if (task := self.made(setting, recorded or {})) is not None:
                return task
            recorded = None
        return None

    def made(self, setting: Setting | Mapping[str, Value], recorded: Mapping[str, Recorded]) -> Task | None:
        """The task of these choices, the missing ones drawn; None when it was asked before or does not fit."""
        self._drawn += 1
        seed = task_seed(self.family.name, self.family.version, Namespace.PUBLIC, self._key, self._drawn)
        return self.new(self.family.make(setting, Choices(seed, recorded)))

    def new(self, task: Task) -> Task | None:
        """The task, if it was not asked before and passes the gates."""
        wording = " ".join(task.prompt.casefold().split())
        if wording in self._worded:
            return None
        if task.id not in self._answered and not admit(self.family, task, self._drawn, self._gates).fits:
            return None
        self._worded.add(wording)
        return task

    def several(self, rows: Levels) -> list[Task]:
        """A fresh task at each row, where there is one, as far as the budget goes."""
        made = (self.fresh(row) for row in rows[: max(self.left, 0)])
        return [task for task in made if task is not None]

    def rows(self, tasks: list[Task]) -> Levels:
        """The settings of tasks, one a row."""
        return np.array([self.grid.row(task.setting) for task in tasks], dtype=int).reshape(len(tasks), len(self.grid.names))

    def ask(self, tasks: list[Task]) -> Asking[list[tuple[Task, bool]]]:
        """Ask and count; what got no answer is left out."""
        if not tasks:
            return []
        self.left -= len(tasks)
        failed = yield tasks
        return [(task, bool(missed)) for task, missed in zip(tasks, failed, strict=True) if missed is not None]

"""Shrinking: the smallest setting and the smallest task that still fail, with the nearest task that passes beside them.

Smaller means nearer to the defaults of the variables and, at one setting, less effort and then a shorter prompt. Whether a
setting *still fails* is a question about its siblings, answered by a sequential probability ratio test (Wald 1945) on fresh
ones; whether a task still fails, by asking it: a run keeps one outcome per task, so that nothing is asked twice.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from unseen.choices import Recorded
from unseen.probing._hunt_bench import Asking, Bench
from unseen.probing._rules import Levels, Rule
from unseen.space import Setting
from unseen.task import Task

_ROUND = 3  # siblings asked at once
_SURE = 4.0  # log odds at which the sequential test decides: errors of about 2% at the tested rates, far less beyond
_LONGEST = 24  # siblings after which it decides by which rate is nearer
_TASK_STEPS = 24  # smaller tasks tried


@dataclass(frozen=True)
class Shrunk:
    """The end of a shrink.

    ``setting`` is the smallest setting that still fails; ``minimal`` says whether every single step nearer to the defaults was
    seen to pass. ``task`` is the smallest task found there that failed, ``twin`` the nearest task that passed:
    the same choices with one variable moved (``changed``), or a sibling there. Either may be None where none turned up.
    """

    setting: Setting
    minimal: bool
    task: Task | None
    twin: Task | None
    changed: str


class Shrinker:
    """Shrinks from one failing setting. ``failing`` and ``passing`` are the failure rates that the sequential test tells apart."""

    def __init__(self, bench: Bench, failing: float, passing: float, most: int) -> None:
        self.bench = bench
        self._floor = bench.left - most
        up, down = min(max(failing, 0.02), 0.98), min(max(passing, 0.02), 0.98)
        self._steps = (math.log((1 - up) / (1 - down)), math.log(up / down))  # of a pass, of a failure
        self._verdicts: dict[bytes, bool | None] = {}
        self._failed: dict[bytes, list[Task]] = {}
        self._passed: dict[bytes, list[Task]] = {}

    def run(self, anchor: Task, rule: Rule) -> Asking[Shrunk]:
        """Shrink the anchor's setting, first by what the rule does not mention, then the rest; then the task."""
        grid = self.bench.grid
        row = grid.row(anchor.setting)
        mentioned = np.isin(grid.names, [condition.variable for condition in rule.conditions])
        bare = np.where(mentioned, row, grid.default)
        row = bare if (yield from self._fails(bare)) else row
        changed = True
        while changed:
            before = row
            for at in np.flatnonzero(row != grid.default):
                row = yield from self._nearest(row, int(at))
            changed = not np.array_equal(before, row)
        minimal = all(self._verdicts.get(smaller.tobytes()) is False for _, smaller in _smaller(self.bench, row))
        task = yield from self._smallest_task(row)
        twin, name = (yield from self._passing_twin(row, task)) if task is not None else (None, "")
        return Shrunk(grid.setting(row), minimal, task, twin, name)

    def _nearest(self, row: Levels, at: int) -> Asking[Levels]:
        """The row with one variable as near to its default as still fails: bisection, then single steps to be sure."""
        grid = self.bench.grid
        default = int(grid.default[at])
        if (yield from self._fails(smaller := _with(row, at, default))):
            return smaller
        if not grid.ordered[at]:
            return row
        passes, fails = default, int(row[at])
        while abs(fails - passes) > 1:
            middle = (fails + passes) // 2
            if (yield from self._fails(_with(row, at, middle))):
                fails = middle
            else:
                passes = middle
        return _with(row, at, fails)

    def _fails(self, row: Levels) -> Asking[bool]:
        """Whether fresh siblings at a setting fail at the higher of the two rates. Undecided counts as passing."""
        key = row.tobytes()
        if key in self._verdicts:
            return bool(self._verdicts[key])
        odds, asked = 0.0, 0
        while abs(odds) < _SURE and asked < _LONGEST and self._room():
            answers = yield from self.bench.ask(self.bench.several(np.tile(row, (_ROUND, 1))))
            if not answers:
                break
            for task, failed in answers:
                odds += self._steps[failed]
                (self._failed if failed else self._passed).setdefault(key, []).append(task)
            asked += len(answers)
        self._verdicts[key] = odds > 0 if asked and (abs(odds) >= _SURE or asked >= _LONGEST) else None
        return bool(self._verdicts[key])

    def _smallest_task(self, row: Levels) -> Asking[Task | None]:
        """Delta debugging on the recorded choices: lower them, in ever smaller parts, while the task shrinks and fails."""
        known = sorted(self._failed.get(row.tobytes(), []), key=_size)
        if not known:
            return None
        task, tried, parts = known[0], 0, 1
        while tried < _TASK_STEPS and self._room() and parts <= 2 * len(task.choices):
            for lowered in _lowered(task.choices, parts):
                smaller = self.bench.made(task.setting, lowered)
                if smaller is None or _size(smaller) >= _size(task):
                    continue
                tried += 1
                answers = yield from self.bench.ask([smaller])
                if answers and answers[0][1]:
                    task = smaller
                    break
                if tried >= _TASK_STEPS or not self._room():
                    break
            else:
                parts *= 2
        return task

    def _passing_twin(self, row: Levels, task: Task) -> Asking[tuple[Task | None, str]]:
        """The task with one variable moved a step back, if that passes; else a sibling at such a setting that passed."""
        grid = self.bench.grid
        steps = list(_smaller(self.bench, row))
        for at, smaller in steps:
            value = grid.levels[at][int(smaller[at])]
            twin = self.bench.new(self.bench.family.twin(task, **{grid.names[at]: value})) if self._room() else None
            if twin is not None:
                answers = yield from self.bench.ask([twin])
                if answers and not answers[0][1]:
                    return twin, grid.names[at]
        for at, smaller in steps:
            if passed := self._passed.get(smaller.tobytes()):
                return passed[0], grid.names[at]
        return None, ""

    def _room(self) -> bool:
        return self.bench.left > max(self._floor, 0) + _ROUND


def _smaller(bench: Bench, row: Levels) -> Iterator[tuple[int, Levels]]:
    """Every setting one step nearer to the defaults, with the variable that moved."""
    grid = bench.grid
    for at in np.flatnonzero(row != grid.default):
        step = int(np.sign(grid.default[at] - row[at])) if grid.ordered[at] else int(grid.default[at] - row[at])
        yield int(at), _with(row, int(at), int(row[at]) + step)


def _with(row: Levels, at: int, level: int) -> Levels:
    moved = row.copy()
    moved[at] = level
    return moved


def _lowered(choices: Mapping[str, Recorded], parts: int) -> Iterator[dict[str, Recorded]]:
    """The choices with one of ``parts`` runs of labels lowered: to zero, then to half."""
    labels = [label for label, value in choices.items() if isinstance(value, int) and value > 0]
    for run in np.array_split(np.arange(len(labels)), min(parts, max(len(labels), 1))):
        for divisor in (0, 2):
            lowered = dict(choices)
            for at in run:
                value = lowered[labels[at]]
                assert isinstance(value, int)
                lowered[labels[at]] = value // divisor if divisor else 0
            yield lowered


def _size(task: Task) -> tuple[float, int]:
    return task.effort, len(task.prompt)

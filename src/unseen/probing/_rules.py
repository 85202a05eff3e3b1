"""Subgroup rules: conjunctions of one to three conditions and their spelling in plain words, and the grid of settings they divide."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unseen.minting import Fixed, Settings
from unseen.space import Category, Integer, Real, Setting, Space, Value

Levels = NDArray[np.int64]  # one level index per variable, or one row of them per setting
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

MOST_CONDITIONS = 3
_REAL_LEVELS = 9  # a real variable is hunted on so many evenly spaced values


@dataclass(frozen=True)
class Condition:
    """A variable stands at one of these values. ``words`` says so plainly: ``steps ≥ 3``."""

    variable: str
    values: tuple[Value, ...]
    words: str


@dataclass(frozen=True)
class Rule:
    """All conditions hold. ``volume`` is the share of the settings drawn (within what is held) where they do."""

    conditions: tuple[Condition, ...]
    volume: float

    @property
    def words(self) -> str:
        """The rule in plain words."""
        return " and ".join(condition.words for condition in self.conditions)

    def holds(self, setting: Mapping[str, Value]) -> bool:
        """Whether a setting lies inside."""
        return all(setting[condition.variable] in condition.values for condition in self.conditions)

    def within(self, other: Rule) -> bool:
        """Whether every setting inside this rule lies inside the other."""
        own = {condition.variable: set(condition.values) for condition in self.conditions}
        return all(own.get(condition.variable, {None}) <= set(condition.values) for condition in other.conditions)


class Grid:
    """The settings of a space as rows of level indices, within what is held. Real variables are cut to evenly spaced values.

    Settings are drawn uniformly; with ``near``, each variable stands at its default with this chance, and is drawn uniformly otherwise.
    """

    def __init__(self, space: Space, held: Fixed | None = None, near: float = 0.0) -> None:
        design = Settings.of(space, "uniform", held or {}, b"")
        narrowed, fixed = design.space, design.held
        self.space = narrowed
        self.names = tuple(narrowed.variables)
        self.levels: tuple[tuple[Value, ...], ...] = tuple(
            (fixed[name],) if name in fixed else _levels(narrowed, name) for name in self.names
        )
        self.sizes = np.array([len(levels) for levels in self.levels])
        self.ordered = tuple(not isinstance(variable, Category) for variable in narrowed.variables.values())
        self.default = np.array([self._default(at) for at in range(len(self.names))])
        self.near = near
        self.weights = tuple(
            (1 - near) / size + near * (np.arange(size) == default) for size, default in zip(self.sizes, self.default, strict=True)
        )

    def setting(self, row: Levels) -> Setting:
        """The setting of a row."""
        return Setting({name: levels[int(at)] for name, levels, at in zip(self.names, self.levels, row, strict=True)})

    def row(self, setting: Mapping[str, Value]) -> Levels:
        """The row of a setting. Raises :class:`ValueError` for one that is off the grid."""
        return np.array([levels.index(setting[name]) for name, levels in zip(self.names, self.levels, strict=True)])

    def draw(self, rng: np.random.Generator, count: int) -> Levels:
        """Settings, one a row."""
        rows = rng.integers(0, self.sizes, size=(count, len(self.names)))
        return np.where(rng.random(rows.shape) < self.near, self.default, rows) if self.near else rows

    def draw_inside(self, rng: np.random.Generator, rule: Rule, count: int) -> Levels:
        """Settings inside a rule, one a row."""
        rows = self.draw(rng, count)
        for condition in rule.conditions:
            at = self.names.index(condition.variable)
            inside = [self.levels[at].index(value) for value in condition.values]
            rows[:, at] = rng.choice(inside, size=count, p=self.weights[at][inside] / self.weights[at][inside].sum())
        return rows

    def condition(self, at: int, low: int, high: int, *, negated: bool = False) -> Condition:
        """The condition that variable ``at`` stands between two levels, or (``negated``) anywhere else."""
        name, levels = self.names[at], self.levels[at]
        inside = levels[low : high + 1]
        if negated:
            return Condition(name, levels[:low] + levels[high + 1 :], f"{name} ≠ {levels[low]}")
        if low == high:
            return Condition(name, inside, f"{name} = {levels[low]}")
        variable = self.space.variables[name]
        falling = isinstance(variable, Integer) and variable.falling
        if high == len(levels) - 1:
            return Condition(name, inside, f"{name} {'≤' if falling else '≥'} {levels[low]}")
        return Condition(name, inside, f"{name} {'≥' if falling else '≤'} {levels[high]}")

    def rule(self, *conditions: Condition) -> Rule:
        """The rule of these conditions, with its volume."""
        share = 1.0
        for condition in conditions:
            at = self.names.index(condition.variable)
            share *= float(self.weights[at][[self.levels[at].index(value) for value in condition.values]].sum())
        return Rule(conditions, share)

    def rule_where(self, where: Mapping[str, Collection[Value]]) -> Rule | None:
        """The rule that variables stand at these values; None when no setting of the grid lies inside, or all do."""
        conditions: list[Condition] = []
        for at, (name, levels) in enumerate(zip(self.names, self.levels, strict=True)):
            if name not in where:
                continue
            inside = [level for level, value in enumerate(levels) if value in where[name]]
            if not inside:
                return None
            if len(inside) < len(levels):
                conditions.append(self._condition_at(at, inside))
        return self.rule(*conditions) if conditions and set(where) <= set(self.names) else None

    def _condition_at(self, at: int, inside: list[int]) -> Condition:
        """The condition that a variable stands at these levels."""
        if inside == list(range(inside[0], inside[-1] + 1)) and (self.ordered[at] or len(inside) == 1):
            return self.condition(at, inside[0], inside[-1])
        missing = [level for level in range(len(self.levels[at])) if level not in inside]
        if len(missing) == 1:
            return self.condition(at, missing[0], missing[0], negated=True)
        values = tuple(self.levels[at][level] for level in inside)
        return Condition(self.names[at], values, f"{self.names[at]} in {', '.join(map(str, values))}")

    def inside(self, rule: Rule, rows: Levels) -> Bools:
        """Which rows lie inside a rule."""
        held = np.ones(len(rows), dtype=bool)
        for condition in rule.conditions:
            at = self.names.index(condition.variable)
            held &= np.array([value in condition.values for value in self.levels[at]])[rows[:, at]]
        return held

    def _default(self, at: int) -> int:
        levels, variable = self.levels[at], self.space.variables[self.names[at]]
        return levels.index(variable.default) if variable.default in levels else 0


def _levels(space: Space, name: str) -> tuple[Value, ...]:
    variable = space.variables[name]
    if isinstance(variable, Real):
        return tuple(dict.fromkeys(variable.at(i / (_REAL_LEVELS - 1)) for i in range(_REAL_LEVELS)))
    return tuple(variable.values())

"""Subgroup rules: conjunctions of one to three conditions, what speaks for each, and their spelling in plain words.

The surrogate of the hunt is Bayesian model averaging over every rule that holds at one failing setting (the *anchor*): a rule says
that failures have one rate inside and another outside. It predicts failure at any setting, knows how unsure it is, and is
already the answer in words.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, logsumexp

from unseen.minting import Fixed, Settings
from unseen.space import Category, Integer, Real, Setting, Space, Value

Levels = NDArray[np.int64]  # one level index per variable, or one row of them per setting
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

MOST_CONDITIONS = 3
_REAL_LEVELS = 9  # a real variable is hunted on so many evenly spaced values
_INSIDE, _OUTSIDE = (3.0, 1.0), (1.0, 1.0)  # Beta priors of the failure rate inside and outside of a rule


@dataclass(frozen=True)
class Condition:
    """A variable stands at one of these values. ``words`` says so plainly: ``steps ≥ 3``."""

    variable: str
    values: tuple[Value, ...]
    words: str


@dataclass(frozen=True)
class Rule:
    """All conditions hold. ``volume`` is the share of all settings (within what is held) where they do."""

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
    """The settings of a space as rows of level indices, within what is held. Real variables are cut to evenly spaced values."""

    def __init__(self, space: Space, held: Fixed | None = None) -> None:
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

    def setting(self, row: Levels) -> Setting:
        """The setting of a row."""
        return Setting({name: levels[int(at)] for name, levels, at in zip(self.names, self.levels, row, strict=True)})

    def row(self, setting: Mapping[str, Value]) -> Levels:
        """The row of a setting. Raises :class:`ValueError` for one that is off the grid."""
        return np.array([levels.index(setting[name]) for name, levels in zip(self.names, self.levels, strict=True)])

    def draw(self, rng: np.random.Generator, count: int) -> Levels:
        """Uniform settings, one a row."""
        return rng.integers(0, self.sizes, size=(count, len(self.names)))

    def draw_inside(self, rng: np.random.Generator, rule: Rule, count: int) -> Levels:
        """Uniform settings inside a rule, one a row."""
        rows = self.draw(rng, count)
        for condition in rule.conditions:
            at = self.names.index(condition.variable)
            rows[:, at] = rng.choice([self.levels[at].index(value) for value in condition.values], size=count)
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
            share *= len(condition.values) / len(self.levels[self.names.index(condition.variable)])
        return Rule(conditions, share)

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


class Hypotheses:
    """Every rule that holds at the anchor, weighed by all answers: what the hunt believes about one failing setting.

    The prior is uniform over the number of conditions, then over the rules with so many. Given a rule, failures inside
    and outside have independent Beta-distributed rates; rules whose inside does not fail more than their outside count for nothing.
    """

    def __init__(self, grid: Grid, anchor: Levels, rows: Levels, failed: Bools) -> None:
        self.grid = grid
        self._conditions: list[Condition] = []
        tables, owner = [], []
        for at in range(len(grid.names)):
            for condition in _conditions_at(grid, at, int(anchor[at])):
                self._conditions.append(condition)
                owner.append(at)
                tables.append(np.isin(np.arange(grid.sizes.max()), [grid.levels[at].index(value) for value in condition.values]))
        self._owner, self._table = np.array(owner, dtype=int), np.array(tables, dtype=bool)
        self._rules, self._prior = _conjunctions(self._owner)
        self._inside, self._failed_inside = np.zeros(len(self._rules)), np.zeros(len(self._rules))
        self._asked = self._failures = 0
        self.learn(rows, failed)

    def learn(self, rows: Levels, failed: Bools) -> None:
        """Weigh the rules by further answers."""
        for start in range(0, len(rows), 256):
            part, missed = self.members(rows[start : start + 256]), failed[start : start + 256]
            self._inside += part.sum(axis=0)
            self._failed_inside += part[missed].sum(axis=0)
        self._asked += len(rows)
        self._failures += int(failed.sum())
        self._weigh()

    def members(self, rows: Levels, chosen: NDArray[np.int64] | None = None) -> Bools:
        """Rows × rules: which rows lie inside which rules."""
        holds = np.column_stack([self._table[np.arange(len(self._owner)), rows[:, self._owner]], np.ones(len(rows), dtype=bool)])
        rules = self._rules if chosen is None else self._rules[chosen]
        found: Bools = holds[:, rules[:, 0]] & holds[:, rules[:, 1]] & holds[:, rules[:, 2]]
        return found

    def doubt(self, rows: Levels) -> Floats:
        """How much the answer at each row would tell about which rule is true, in nats (BALD, Houlsby et al. 2011)."""
        top, weight = self._top, self._top_weight
        chance = np.where(self.members(rows, top), self._rate_inside[top], self._rate_outside[top])
        doubt: Floats = _entropy(chance @ weight) - _entropy(chance) @ weight
        return doubt

    @property
    def best(self) -> Rule:
        """The likeliest rule; among equally likely ones the first, which has the fewest conditions."""
        found = self._rules[int(self._top[0])]
        return self.grid.rule(*(self._conditions[i] for i in found if i < len(self._conditions)))

    @property
    def evidence(self) -> float:
        """Log posterior odds that some rule is true against one rate everywhere."""
        return float(logsumexp(self._score) - _log_evidence(self._failures, self._asked, _OUTSIDE))

    def _weigh(self) -> None:
        outside, failed_outside = self._asked - self._inside, self._failures - self._failed_inside
        self._rate_inside = (self._failed_inside + _INSIDE[0]) / (self._inside + sum(_INSIDE))
        self._rate_outside = (failed_outside + _OUTSIDE[0]) / (outside + sum(_OUTSIDE))
        score = self._prior + _log_evidence(self._failed_inside, self._inside, _INSIDE) + _log_evidence(failed_outside, outside, _OUTSIDE)
        self._score = np.where(self._rate_inside > self._rate_outside, score, -np.inf)
        kept = np.argsort(-self._score, kind="stable")[:400]
        weight = np.exp(self._score[kept] - self._score[kept[0]])
        self._top, self._top_weight = kept, weight / weight.sum()


def _conditions_at(grid: Grid, at: int, level: int) -> list[Condition]:
    """The conditions on one variable that hold at a level."""
    last = int(grid.sizes[at]) - 1
    if last == 0:
        return []
    if not grid.ordered[at]:
        others = (
            []
            if last == 1 or level == grid.default[at]
            else [grid.condition(at, int(grid.default[at]), int(grid.default[at]), negated=True)]
        )
        return [grid.condition(at, level, level), *others]
    rising = [grid.condition(at, low, last) for low in range(1, level + 1)]
    falling = [grid.condition(at, 0, high) for high in range(level, last)]
    return rising + falling


def _conjunctions(owner: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    """Every conjunction of one to three conditions on different variables (padded with the last index), and its log prior."""
    nothing = len(owner)
    blocks: list[NDArray[np.int64]] = []
    prior: list[Floats] = []
    most = min(MOST_CONDITIONS, len(set(owner.tolist())))
    for size in range(1, most + 1):
        found = np.array(list(itertools.combinations(range(nothing), size)), dtype=int)
        owners = owner[found]
        found = found[(np.diff(owners, axis=1) != 0).all(axis=1)]
        blocks.append(np.column_stack([found, np.full((len(found), MOST_CONDITIONS - size), nothing, dtype=int)]))
        prior.append(np.full(len(found), -np.log(most * len(found))))
    return np.vstack(blocks), np.concatenate(prior)


def _levels(space: Space, name: str) -> tuple[Value, ...]:
    variable = space.variables[name]
    if isinstance(variable, Real):
        return tuple(dict.fromkeys(variable.at(i / (_REAL_LEVELS - 1)) for i in range(_REAL_LEVELS)))
    return tuple(variable.values())


def _log_evidence(failures: Floats | float, asked: Floats | float, prior: tuple[float, float]) -> Floats | float:
    """Log marginal likelihood of an order of failures and passes under a Beta prior."""
    found: Floats | float = betaln(failures + prior[0], asked - failures + prior[1]) - betaln(*prior)
    return found


def _entropy(chance: Floats) -> Floats:
    found: Floats = -(chance * np.log(chance) + (1 - chance) * np.log1p(-chance))
    return found

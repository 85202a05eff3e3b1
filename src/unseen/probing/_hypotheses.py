"""The surrogate of the hunt: every rule of one to three conditions, weighed by all answers.

Bayesian model averaging: a rule says that failures have one rate inside and another outside; the null says one rate everywhere.
The posterior predicts failure at any setting, knows how unsure it is, tells which questions would say most, and its best
member is already the answer in words.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, logsumexp

from unseen.probing._rules import MOST_CONDITIONS, Bools, Condition, Floats, Grid, Levels, Rule

_INSIDE, _OUTSIDE = (3, 1), (1, 1)  # Beta priors of the failure rate inside and outside of a rule
_PARTICLES = 1000
_DRAWS = 256  # settings by which the overlap of two rules is measured
_MATCH = 0.5  # two rules tell of the same region when they share so much of the larger
_CANDIDATES, _KEPT = 20, 400  # likeliest rules that may be proposed, and those they are compared with
_MOST_RULES = 250_000


class Hypotheses:
    """All rules of a grid and what the answers say of each.

    The prior gives half to the null, the other half evenly to the numbers of conditions, then evenly to the rules with so many. Given
    a rule, failures inside and outside have independent Beta-distributed rates; rules whose inside does not fail more
    than their outside count for nothing.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._conditions: list[Condition] = []
        tables, owner, finest = [], [], _finest(grid)
        for at in range(len(grid.names)):
            for condition in _conditions_on(grid, at, finest):
                self._conditions.append(condition)
                owner.append(at)
                tables.append(np.isin(np.arange(grid.sizes.max()), [grid.levels[at].index(value) for value in condition.values]))
        self._owner, self._table = np.array(owner, dtype=int), np.array(tables, dtype=bool)
        shares = np.append([grid.weights[at] @ table[: grid.sizes[at]] for at, table in zip(owner, tables, strict=True)], 1.0)
        self._rules, self._prior = _conjunctions(self._owner)
        self._starts = np.searchsorted(self._rules[:, 0], np.arange(len(self._owner) + 1))
        self._volume = shares[self._rules].prod(axis=1)
        self.clear()

    def clear(self) -> None:
        """Forget every answer."""
        self._inside, self._failed_inside = np.zeros(len(self._rules), dtype=int), np.zeros(len(self._rules), dtype=int)
        self._asked = self._failures = 0
        self._weigh()

    def learn(self, rows: Levels, failed: Bools) -> None:
        """Weigh the rules by further answers."""
        if not len(rows):
            return
        holds = self._holds(rows).astype(np.float32)
        for first in range(len(self._owner)):
            start, stop = self._starts[first], self._starts[first + 1]
            second, third = self._rules[start:stop, 1], self._rules[start:stop, 2]
            here = holds[:, first] > 0
            for counts, part in ((self._inside, here), (self._failed_inside, here & failed)):
                if part.any():
                    together = holds[part].T @ holds[part]
                    counts[start:stop] += together[second, third].astype(int)
        self._asked += len(rows)
        self._failures += int(failed.sum())
        self._weigh()

    def choose(self, rng: np.random.Generator, rows: Levels, count: int) -> tuple[list[int], float]:
        """Which ``count`` rows to ask at once, to learn most of which rule is true, and what they tell together, in nats.

        Greedy for the mutual information between the answers and the rule (BatchBALD, Kirsch et al. 2019), over a sample of the
        posterior. Time and memory grow with 2 to the power of ``count``.
        """
        drawn, alive = self._sample(rng, _PARTICLES)
        sample, times = np.unique(drawn, return_counts=True)
        weight = np.append(times * (alive / _PARTICLES), 1 - alive)
        members = np.vstack([self._members(rows, sample).T, np.zeros((1, len(rows)), dtype=bool)]).astype(float)
        outside = np.append(self._rate_outside[sample], self._pooled)
        more = np.append(self._rate_inside[sample], self._pooled) - outside
        surprise = _entropy(outside + more) - _entropy(outside)
        given = weight @ _entropy(outside) + (weight * surprise) @ members  # entropy of each row's answer once the rule is known
        paths, spent, told, chosen = weight[None], 0.0, 0.0, list[int]()  # paths: chance of each rule and each run of answers so far
        while len(chosen) < min(count, len(rows)):
            fails = (paths @ outside)[:, None] + (paths * more) @ members
            passes = paths.sum(axis=1)[:, None] - fails
            worth = np.round(
                -(_x_log_x(fails) + _x_log_x(passes)).sum(axis=0) - given, 9
            )  # rounded, that no machine breaks ties its own way
            worth[chosen] = -np.inf
            best = int(np.argmax(worth))
            chosen.append(best)
            told, spent = float(worth[best]) - spent, spent + float(given[best])
            chance = outside + more * members[:, best]
            paths = np.vstack([paths * chance, paths * (1 - chance)])
        return chosen, told

    def draw_suspects(self, rng: np.random.Generator, count: int) -> Levels:
        """Settings inside of rules drawn from the posterior, one each."""
        sample, _ = self._sample(rng, count)
        rows = self.grid.draw(rng, count)
        for at, rule in enumerate(rng.permutation(sample)):
            for condition in self._rules[rule]:
                if condition < len(self._owner):
                    rows[at, self._owner[condition]] = rng.choice(np.flatnonzero(self._table[condition]))
        return rows

    def verdict(self, rng: np.random.Generator) -> tuple[Rule, float]:
        """The rule that shares most with the true one, and the chance that it tells of the same region: shares half of the larger of the two."""
        sample, _ = self._sample(rng, _PARTICLES)
        kept, times = np.unique(sample, return_counts=True)
        order = np.argsort(-self._score[kept], kind="stable")[:_KEPT]
        kept, times, total = kept[order], times[order], times.sum()
        tops = kept[:_CANDIDATES]
        common = np.empty((len(tops), len(kept)))
        for at, top in enumerate(tops):
            rows = self.grid.draw_inside(rng, self._rule(int(top)), _DRAWS)
            common[at] = self._members(rows, kept).mean(axis=0) * self._volume[top]
        share = common / np.maximum(self._volume[tops][:, None], self._volume[kept])
        best = int(np.argmax(share @ times))
        return self._rule(int(tops[best])), float((times * (share[best] >= _MATCH)).sum() / total)

    def chance(self, rows: Levels) -> Floats:
        """The chance of failure at each row, under the 400 likeliest rules."""
        tops = np.argsort(-self._score, kind="stable")[:_KEPT]
        weight = np.exp(self._score[tops] - self._score[tops[0]])
        found: Floats = np.where(self._members(rows, tops), self._rate_inside[tops], self._rate_outside[tops]) @ (weight / weight.sum())
        return found

    @property
    def best(self) -> Rule:
        """The likeliest rule; among equally likely ones the first, which has the fewest conditions."""
        return self._rule(int(np.argmax(self._score)))

    @property
    def evidence(self) -> float:
        """Log posterior odds that some rule is true against one rate everywhere."""
        return float(logsumexp(self._score) - self._null)

    def _rule(self, at: int) -> Rule:
        return self.grid.rule(*(self._conditions[i] for i in self._rules[at] if i < len(self._conditions)))

    def _holds(self, rows: Levels) -> Bools:
        """Rows × conditions, and a last column that always holds."""
        return np.column_stack([self._table[np.arange(len(self._owner)), rows[:, self._owner]], np.ones(len(rows), dtype=bool)])

    def _members(self, rows: Levels, rules: NDArray[np.int64]) -> Bools:
        """Rows × rules: which rows lie inside which rules."""
        holds, chosen = self._holds(rows), self._rules[rules]
        found: Bools = holds[:, chosen[:, 0]] & holds[:, chosen[:, 1]] & holds[:, chosen[:, 2]]
        return found

    def _sample(self, rng: np.random.Generator, count: int) -> tuple[NDArray[np.int64], float]:
        """Rules drawn from the posterior (systematically), and the posterior chance that any is true."""
        total = logsumexp(self._score)
        ladder = np.cumsum(np.exp(self._score - total))
        drawn = np.searchsorted(ladder, (np.arange(count) + rng.random()) / count * ladder[-1])
        return drawn.clip(max=len(ladder) - 1), float(1 / (1 + np.exp(self._null - total)))

    def _weigh(self) -> None:
        asked, failures = self._asked - self._inside, self._failures - self._failed_inside
        self._rate_inside = (self._failed_inside + _INSIDE[0]) / (self._inside + sum(_INSIDE))
        self._rate_outside = (failures + _OUTSIDE[0]) / (asked + sum(_OUTSIDE))
        self._pooled = (self._failures + _OUTSIDE[0]) / (self._asked + sum(_OUTSIDE))
        table = gammaln(np.arange(1, self._asked + 6))  # log (n!) at n
        score = self._prior + _evidence(table, self._failed_inside, self._inside, _INSIDE) + _evidence(table, failures, asked, _OUTSIDE)
        self._score = np.where(self._rate_inside > self._rate_outside, score, -np.inf)
        self._null = float(_evidence(table, np.array(self._failures), np.array(self._asked), _OUTSIDE))


def _finest(grid: Grid) -> int:
    """How many thresholds a variable may have, so that the rules are not too many to weigh."""
    for most in (64, 16, 8, 5, 3, 2):
        if _rules_with(grid, most) <= _MOST_RULES:
            return most
    return 1


def _rules_with(grid: Grid, most: int) -> int:
    """How many rules there are when a variable has up to so many thresholds: the elementary symmetric sums of the conditions' numbers."""
    sums = [1, 0, 0, 0]
    for at in range(len(grid.names)):
        here = len(_conditions_on(grid, at, most))
        sums = [1] + [sums[size] + here * sums[size - 1] for size in range(1, MOST_CONDITIONS + 1)]
    return sum(sums[1:])


def _conditions_on(grid: Grid, at: int, most: int) -> list[Condition]:
    """Every condition on one variable: both sides of up to ``most`` thresholds, or each level of a category and all but its default."""
    last = int(grid.sizes[at]) - 1
    if last == 0:
        return []
    if not grid.ordered[at]:
        default = int(grid.default[at])
        others = [grid.condition(at, default, default, negated=True)] if last > 1 else []
        return [*(grid.condition(at, level, level) for level in range(last + 1)), *others]
    cuts = np.unique(np.linspace(1, last, min(most, last)).round().astype(int)).tolist()
    return [grid.condition(at, cut, last) for cut in cuts] + [grid.condition(at, 0, cut - 1) for cut in cuts]


def _conjunctions(owner: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    """Every conjunction of one to three conditions on different variables (padded with the last index), and its log prior, by first condition."""
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
    rules, weight = np.vstack(blocks), np.concatenate(prior)
    order = np.argsort(rules[:, 0], kind="stable")
    return rules[order], weight[order]


def _evidence(table: Floats, failures: NDArray[np.int64], asked: NDArray[np.int64], prior: tuple[int, int]) -> Floats:
    """Log marginal likelihood of an order of failures and passes under a Beta prior (whole numbers)."""
    a, b = prior
    norm = table[a - 1] + table[b - 1] - table[a + b - 1]
    found: Floats = table[failures + a - 1] + table[asked - failures + b - 1] - table[asked + a + b - 1] - norm
    return found


def _x_log_x(chance: Floats) -> Floats:
    found: Floats = chance * np.log(np.maximum(chance, 1e-30))
    return found


def _entropy(chance: Floats) -> Floats:
    return -_x_log_x(chance) - _x_log_x(1 - chance)

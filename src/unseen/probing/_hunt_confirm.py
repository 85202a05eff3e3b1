"""Confirmation: every rule is tested on newly minted tasks, and what is reported of it comes from these alone.

For each candidate, tasks drawn uniformly inside it are paired with tasks drawn uniformly outside. The hypothesis tested is that
the failure rate inside exceeds the one outside by at most ``least_gap``. Under it, wealth from betting on the paired differences
is an e-value at whatever moment one stops (Waudby-Smith & Ramdas 2024), as a pair is asked in one round and its stake set before;
e-BH (Wang & Ramdas 2022) then bounds the false discovery rate, whatever the dependence between rules, which share their
outside tasks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from unseen.measuring import clopper_pearson_interval
from unseen.probing._hunt_bench import Asking, Bench
from unseen.probing._hunt_search import Candidate
from unseen.probing._rules import Bools, Rule
from unseen.task import Task

_BETS = np.linspace(0.05, 0.95, 19)
ROUND = 8  # fresh tasks inside each rule between two looks
_LOST = 0.05  # wealth at which a rule is given up
STAGES = (0.5, 0.25, 0.25)  # shares of the level of an interval, by the stage in which its sample ends


@dataclass(frozen=True)
class Rate:
    """A pass rate on fresh tasks, with its interval."""

    passes: int
    asked: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share that passed; NaN where nothing was asked."""
        return self.passes / self.asked if self.asked else float("nan")


@dataclass(frozen=True)
class Confirmation:
    """What fresh tasks say of one candidate. The intervals are widened for the selection of the confirmed (Benjamini & Yekutieli 2005)."""

    candidate: Candidate
    confirmed: bool
    e_value: float
    inside: Rate
    outside: Rate


def e_value(inside: Bools, outside: Bools, least_gap: float) -> float:
    """Evidence that failures are more frequent inside by more than ``least_gap``, from paired failures (booleans, equal length).

    The mean, over a grid of fixed stakes, of the wealth of a gambler who stakes that share of the most that can be lost on every pair
    difference exceeding the gap: its expectation is at most 1 when the gap is no larger.
    """
    gain = inside.astype(float) - outside.astype(float) - least_gap
    stakes = _BETS / (1 + least_gap)
    return float(np.mean(np.exp(np.log1p(np.outer(stakes, gain)).sum(axis=1))))


def e_benjamini_hochberg(e_values: Sequence[float], alpha: float) -> list[bool]:
    """Which hypotheses e-BH rejects at false discovery rate ``alpha``: the k largest, for the largest k with e_(k) ≥ n / (α k)."""
    order = np.argsort(-np.asarray(e_values), kind="stable")
    ranked = np.asarray(e_values)[order]
    enough = np.flatnonzero(ranked * alpha * np.arange(1, len(ranked) + 1) >= len(ranked))
    count = int(enough[-1]) + 1 if enough.size else 0
    rejected = set(order[:count].tolist())
    return [at in rejected for at in range(len(e_values))]


@dataclass
class Trial:
    """The test of one rule as it runs: failures on fresh tasks, and those asked in the same round in pairs."""

    rule: Rule
    asked: int = 0
    inside: list[bool] = field(default_factory=list)
    outside: list[bool] = field(default_factory=list)
    pairs: list[tuple[bool, bool]] = field(default_factory=list)
    settled: float | None = None  # the e-value with which it was confirmed
    hopeless: bool = False

    def note(self, inside: Bools, outside: Bools) -> None:
        """Take in the failures of one round."""
        self.inside += inside.tolist()
        self.outside += outside.tolist()
        self.pairs += list(zip(inside.tolist(), outside.tolist(), strict=False))

    def e_value(self, least_gap: float) -> float:
        """Evidence so far that the failure rate inside is higher by more than ``least_gap``; once settled, that with which it was."""
        if self.settled is not None:
            return self.settled
        pairs = np.array(self.pairs, dtype=bool).reshape(-1, 2)
        return e_value(pairs[:, 0], pairs[:, 1], least_gap)

    def rates(self, each: int, share: float) -> tuple[Rate, Rate]:
        """Pass rates inside and outside, their intervals leaving out ``share`` in all over the stages in which the sample may end."""
        stage = min(max(math.ceil(self.asked / each), 1), len(STAGES))
        level = 1 - share * STAGES[stage - 1]
        return _rate(np.array(self.inside, dtype=bool), level), _rate(np.array(self.outside, dtype=bool), level)


def confirm(
    bench: Bench, candidates: Sequence[Candidate], *, each: int, alpha: float, least_gap: float, keep: int = 0
) -> Asking[list[Confirmation]]:
    """Test candidates on ``each`` fresh tasks inside and as many outside, in stages: up to three times as many while the case is open.

    What is plainly no region is given up early. What is confirmed is still asked to the end of its stage: rates then rest on one of three
    fixed sample sizes, among which the level of their intervals is divided. The stages after the first leave ``keep``
    answers for each candidate that may yet be confirmed.
    """
    trials = [Trial(candidate.rule) for candidate in candidates]
    for stage in range(1, len(STAGES) + 1):
        going = [trial for trial in trials if not trial.hopeless and (stage == 1 or trial.settled is None)]
        standing = sum(not trial.hopeless for trial in trials)
        if not going or (stage > 1 and bench.left < each * (len(going) + 2) + keep * standing):
            break
        while live := [trial for trial in going if not trial.hopeless and trial.asked < stage * each]:
            count = min(ROUND, stage * each - live[0].asked)
            if bench.left < count * (len(live) + 1):
                break
            yield from ask_round(bench, live, count)
            _settle(trials, alpha, least_gap)
    share = alpha * max(sum(trial.settled is not None for trial in trials), 1) / max(len(trials), 1)
    return [
        Confirmation(candidate, trial.settled is not None, trial.e_value(least_gap), *trial.rates(each, share))
        for candidate, trial in zip(candidates, trials, strict=True)
    ]


def ask_round(bench: Bench, live: list[Trial], count: int) -> Asking[None]:
    """Ask ``count`` fresh tasks inside each rule, and shared ones, some ``count`` of which lie outside of each."""
    drawn = [bench.several(bench.grid.draw_inside(bench.rng, trial.rule, count)) for trial in live]
    widest = max(trial.rule.volume for trial in live)
    elsewhere = bench.several(bench.grid.draw(bench.rng, math.ceil(count * min(1 / (1 - widest), 3)) if widest < 1 else count))
    asked = yield from bench.ask([task for tasks in drawn for task in tasks] + elsewhere)
    answers = {task.id: failed for task, failed in asked}
    rows = bench.rows(elsewhere)
    for trial, tasks in zip(live, drawn, strict=True):
        trial.asked += count
        outside = ~bench.grid.inside(trial.rule, rows)
        trial.note(_failures(tasks, answers), _failures([task for task, out in zip(elsewhere, outside, strict=True) if out], answers))


def _settle(trials: list[Trial], alpha: float, least_gap: float) -> None:
    """Confirm what e-BH rejects by now (settled e-values stay, so no rejection is ever taken back), and give up what has lost nearly all."""
    values = [trial.e_value(least_gap) for trial in trials]
    for trial, value, rejected in zip(trials, values, e_benjamini_hochberg(values, alpha), strict=True):
        if rejected and trial.settled is None:
            trial.settled = value
        trial.hopeless = trial.settled is None and value < _LOST


def _failures(tasks: list[Task], answers: dict[str, bool]) -> Bools:
    return np.array([answers[task.id] for task in tasks if task.id in answers], dtype=bool)


def _rate(failed: Bools, level: float) -> Rate:
    passes = int(failed.size - failed.sum())
    if not failed.size:
        return Rate(0, 0, 0.0, 1.0)
    found = clopper_pearson_interval(passes, failed.size, level)
    return Rate(passes, failed.size, float(found.low), float(found.high))

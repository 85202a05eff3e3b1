"""Confirmation: every rule is tested on newly minted tasks, and what is reported of it comes from these alone.

For each candidate, tasks drawn uniformly inside it are paired with tasks drawn uniformly outside. The hypothesis tested is that
the failure rate inside exceeds the one outside by at most ``least_gap``. Under it, wealth from betting on the paired differences
is an e-value (Waudby-Smith & Ramdas 2024); e-BH (Wang & Ramdas 2022) then bounds the false discovery rate, whatever the
dependence between rules, which share their outside tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unseen.measuring import clopper_pearson_interval
from unseen.probing._hunt_bench import Asking, Bench
from unseen.probing._hunt_search import Candidate
from unseen.probing._rules import Bools

_BETS = np.linspace(0.05, 0.95, 19)


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


def confirm(bench: Bench, candidates: Sequence[Candidate], *, each: int, alpha: float, least_gap: float) -> Asking[list[Confirmation]]:
    """Test candidates on ``each`` fresh tasks inside and as many outside (shared between rules, as far as they serve)."""
    insides: list[Bools] = []
    for candidate in candidates:
        insides.append((yield from _inside(bench, candidate, each)))
    rows = bench.grid.draw(bench.rng, 2 * each)
    answers = yield from bench.ask(bench.several(rows))
    asked = bench.rows([task for task, _ in answers])
    missed = np.array([failed for _, failed in answers], dtype=bool)
    outsides = [missed[~bench.grid.inside(candidate.rule, asked)] for candidate in candidates]
    pairs = [min(len(inside), len(outside)) for inside, outside in zip(insides, outsides, strict=True)]
    values = [e_value(a[:n], b[:n], least_gap) for a, b, n in zip(insides, outsides, pairs, strict=True)]
    confirmed = e_benjamini_hochberg(values, alpha)
    level = 1 - alpha * max(sum(confirmed), 1) / max(len(candidates), 1)
    return [
        Confirmation(candidate, kept, value, _rate(inside, level), _rate(outside, level))
        for candidate, kept, value, inside, outside in zip(candidates, confirmed, values, insides, outsides, strict=True)
    ]


def _inside(bench: Bench, candidate: Candidate, count: int) -> Asking[Bools]:
    """Failures of fresh tasks at settings drawn uniformly inside a rule."""
    rows = bench.grid.draw_inside(bench.rng, candidate.rule, count)
    answers = yield from bench.ask(bench.several(rows))
    return np.array([failed for _, failed in answers], dtype=bool)


def _rate(failed: Bools, level: float) -> Rate:
    passes = int(failed.size - failed.sum())
    if not failed.size:
        return Rate(0, 0, 0.0, 1.0)
    found = clopper_pearson_interval(passes, failed.size, level)
    return Rate(passes, failed.size, float(found.low), float(found.high))

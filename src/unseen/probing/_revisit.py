"""Regions in which a model failed before, asked again on fresh tasks: does it still fail there, or is the failure gone?

Each region is tested both ways with e-values on the same pairs: that failures inside are still more frequent by more than the least gap
worth a claim; and that the gap has shrunk below half of what it was. Both lists are settled by e-BH, so the expected shares
of regions wrongly said to fail and wrongly said to be solved are each bounded. What neither shows stays open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from unseen.plan import KnownRegion
from unseen.probing._hunt_bench import Asking, Bench
from unseen.probing._hunt_confirm import ROUND, STAGES, Rate, Trial, ask_round, e_benjamini_hochberg, e_value
from unseen.probing._rules import Rule


class Standing(StrEnum):
    """How a model stands to a region in which it, or another, failed before."""

    FAILS = "fails"
    SOLVED = "solved"
    OPEN = "open"


@dataclass(frozen=True)
class Revisit:
    """A known region, asked again: ``e_fails`` speaks for its still failing, ``e_solved`` for its gap having halved at least."""

    region: KnownRegion
    rule: Rule
    state: Standing
    inside: Rate
    outside: Rate
    e_fails: float
    e_solved: float

    def to_json(self) -> dict[str, Any]:
        """The revisit as plain JSON."""
        return {
            "rule": self.rule.words,
            "state": self.state.value,
            "pass_rate_inside": asdict(self.inside),
            "pass_rate_elsewhere": asdict(self.outside),
            "e_fails": self.e_fails,
            "e_solved": self.e_solved,
        }


def revisit(bench: Bench, regions: Sequence[KnownRegion], *, each: int, alpha: float, least_gap: float) -> Asking[list[Revisit]]:
    """Ask known regions again: ``each`` fresh tasks inside and as many outside, up to three times as many while a region is open.

    A region with no setting in the grid, or one that a narrowed grid lies wholly in, is left out.
    """
    known = [(region, rule) for region in regions if (rule := bench.grid.rule_where(region.where)) is not None]
    trials = [Trial(rule) for _, rule in known]
    states = [Standing.OPEN] * len(known)
    evidence = [(1.0, 1.0)] * len(known)
    for stage in range(1, len(STAGES) + 1):
        open_ = [at for at, state in enumerate(states) if state is Standing.OPEN]
        while live := [trials[at] for at in open_ if trials[at].asked < stage * each]:
            count = min(ROUND, stage * each - live[0].asked)
            if bench.left < count * (len(live) + 2):
                break
            yield from ask_round(bench, live, count)
        for at in open_:
            evidence[at] = _evidence(trials[at], known[at][0].gap, least_gap)
        states = _settled(states, evidence, alpha)
    share = alpha / max(len(known), 1)
    return [
        Revisit(region, rule, state, *trial.rates(each, share), *e_values)
        for (region, rule), state, trial, e_values in zip(known, states, trials, evidence, strict=True)
    ]


def _evidence(trial: Trial, gap: float, least_gap: float) -> tuple[float, float]:
    """The e-values that the region still fails, and that its gap is below half of ``gap`` (or below the least gap worth a claim)."""
    pairs = np.array(trial.pairs, dtype=bool).reshape(-1, 2)
    inside, outside = pairs[:, 0], pairs[:, 1]
    return e_value(inside, outside, least_gap), e_value(outside, inside, -max(gap / 2, least_gap))


def _settled(states: Sequence[Standing], evidence: Sequence[tuple[float, float]], alpha: float) -> list[Standing]:
    """e-BH on either list. E-values of settled regions stay, so no decision is taken back; where both hold the failure stands."""
    found = list(states)
    for column, state in ((0, Standing.FAILS), (1, Standing.SOLVED)):
        for at, rejected in enumerate(e_benjamini_hochberg([values[column] for values in evidence], alpha)):
            if rejected and found[at] is Standing.OPEN:
                found[at] = state
    return found

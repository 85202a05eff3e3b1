"""The adaptive source against planted truth: coverage of its ability, unbiased exploration, questions saved over a uniform ladder.

Examinees pass with a probability that is a known function of declared load; a cheap family stands in for real ones.
"""

from __future__ import annotations

import itertools
import math
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from _claims import Claim, arguments, show

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.probing.counting import Counting, Steady

from unseen.choices import derive_seed
from unseen.measuring import LOAD, family_rate, horizon
from unseen.minting import Settings
from unseen.outcome import Arm
from unseen.plan import Budget, Plan
from unseen.probing import AdaptiveSource, interview

FAMILY = Counting()
THRESHOLDS, SLOPES, SLIPS = (0.1, 0.3, 0.5, 0.7, 0.9), (5.0, 8.0, 14.0), (0.0, 0.05)
MOST, FIXED = 400, 48


class Run(NamedTuple):
    asked: int
    covered: bool
    horizon_covered: bool
    error: float  # of the 50% load
    explored_rate: float
    all_rate: float
    truth: float
    rate_covered: bool


def run(threshold: float, slope: float, slip: float, seed: int, *, explore: float, most: int = MOST, target: float = 0.35) -> Run:
    """One interview; a target out of reach makes ``most`` a fixed number of questions."""
    plan = Plan(seed=seed, explore=explore, twins=0, planted=0, target_se=target)
    source, examinee = AdaptiveSource(plan, [FAMILY]), Steady(FAMILY, threshold, slope, slip=slip, seed=seed)
    outcomes = interview(source, examinee, families={FAMILY.name: FAMILY}, budget=Budget(tasks=most), batch=8)
    half = threshold - math.log(0.5 / (0.5 - slip)) / slope if slip else threshold  # where one half is crossed, slip included
    state = source.state()[FAMILY.name]
    used = [o for o in outcomes if o.arm in (Arm.EXPLORE, Arm.ADAPT)]
    found = horizon([o.load for o in used], [o.correct for o in used], LOAD)
    rate, truth = family_rate(outcomes), _true_rate(examinee)
    return Run(
        len(outcomes),
        state.load_low <= half <= state.load_high,
        found.lower <= half <= found.upper,
        state.load_at_half - half,
        rate.value,
        float(np.mean([o.correct for o in used])),
        truth,
        rate.low <= truth <= rate.high,
    )


def _true_rate(examinee: Steady) -> float:
    """The examinee's pass rate over the reference mix, from the mix itself."""
    return float(
        np.mean(examinee.floor + (1 - examinee.floor - examinee.slip) / (1 + np.exp(-examinee.slope * (examinee.threshold - _MIX))))
    )


_LADDER = Settings.of(FAMILY.space, "ladder", {}, derive_seed("benchmark"))
_MIX = np.array([FAMILY.space.load(_LADDER.at(index)) for index in range(4096)])


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--repeats", type=int, default=60, help="interviews per cell")
    options = parser.parse_args()
    started, repeats, rows = time.perf_counter(), options.repeats, []
    every: list[Run] = []
    fixed: list[Run] = []
    for cell, (threshold, slope, slip) in enumerate(itertools.product(THRESHOLDS, SLOPES, SLIPS)):
        seeds = range(cell * repeats, (cell + 1) * repeats)
        adaptive = [run(threshold, slope, slip, seed, explore=0.4) for seed in seeds]
        lean = [run(threshold, slope, slip, seed, explore=0.1) for seed in seeds]
        ladder = [run(threshold, slope, slip, seed, explore=1.0) for seed in seeds]
        every += adaptive
        fixed += [run(threshold, slope, slip, seed, explore=0.4, most=FIXED, target=0.01) for seed in seeds]
        row = {"threshold": threshold, "slope": slope, "slip": slip, "coverage": float(np.mean([r.covered for r in adaptive]))}
        questions = {
            name: float(np.mean([r.asked for r in runs])) for name, runs in (("adaptive", adaptive), ("lean", lean), ("ladder", ladder))
        }
        rows.append(
            {
                **row,
                **questions,
                "ratio": questions["ladder"] / questions["adaptive"],
                "lean_ratio": questions["ladder"] / questions["lean"],
            }
        )
    return show(_claims(every, fixed, rows), as_json=options.json, cells=rows, repeats=repeats, seconds=time.perf_counter() - started)


def _claims(every: list[Run], fixed: list[Run], rows: list[dict[str, Any]]) -> list[Claim]:
    def share(values: list[bool]) -> tuple[float, float]:
        value = float(np.mean(values))
        return value, math.sqrt(value * (1 - value) / len(values))

    def mean(values: list[float]) -> tuple[float, float]:
        return float(np.mean(values)), float(np.std(values, ddof=1) / math.sqrt(len(values)))

    ability, ability_error = share([r.covered for r in every])
    measured, measured_error = share([r.horizon_covered for r in every])
    rate, rate_error = share([r.rate_covered for r in every])
    bias, bias_error = mean([r.explored_rate - r.truth for r in fixed])
    inward, inward_error = mean([_inward(r.explored_rate, r.truth) for r in fixed])
    stopped, stopped_error = mean([_inward(r.explored_rate, r.truth) for r in every])
    naive, naive_stopped = (float(np.mean([_inward(r.all_rate, r.truth) for r in runs])) for runs in (fixed, every))
    ratio = sum(row["ladder"] for row in rows) / sum(row["adaptive"] for row in rows)
    lean = sum(row["ladder"] for row in rows) / sum(row["lean"] for row in rows)
    return [
        Claim.at_least("ability: coverage of the 95% interval of the 50% load", ability, 0.93, error=ability_error),
        Claim.at_least("horizon measured from adaptively chosen answers: coverage", measured, 0.93, error=measured_error),
        Claim.at_most(f"exploration rate, {FIXED} questions: absolute bias", abs(bias), 0.01, error=bias_error),
        Claim.at_most(
            f"exploration rate, {FIXED} questions: pull towards one half (baseline: all answers)",
            abs(inward),
            0.01,
            baseline=naive,
            error=inward_error,
        ),
        Claim.at_most(
            "exploration rate, stopped at the target: the same pull", abs(stopped), 0.02, baseline=naive_stopped, error=stopped_error
        ),
        Claim.at_least("exploration rate: coverage of its interval", rate, 0.93, error=rate_error),
        Claim.at_least("questions to the target, uniform ladder / adaptive, exploring 40%", ratio, 1.0, baseline=1.0),
        Claim.at_least("questions to the target, uniform ladder / adaptive, exploring 10%", lean, 1.0, baseline=1.0),
    ]


def _inward(value: float, truth: float) -> float:
    """How far a rate errs towards one half, whichever side of it the truth lies on."""
    return (value - truth) * math.copysign(1, 0.5 - truth)


if __name__ == "__main__":
    sys.exit(main())

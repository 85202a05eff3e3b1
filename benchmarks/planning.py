"""What ``unseen plan`` promises against what runs give: half-widths of the overall rate, the power to tell two models apart, paired and unpaired.

Simulated examinees answer minted tasks of four families; a pilot run is the precedent of the forecast, as ``--like`` takes one.
"""

from __future__ import annotations

import math
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from _claims import Claim, arguments, show

import unseen
from unseen.evaluation import Goal, forecast
from unseen.examinees import simulated
from unseen.families import family
from unseen.measuring import Estimate, Expectation, compare, family_rate, mean_rate, power
from unseen.minting import FixedSource, fixed_source
from unseen.outcome import Arm, Outcome
from unseen.plan import Plan
from unseen.running import interview
from unseen.storing import Store
from unseen.verdict import Kind

FAMILIES = ("arithmetic/chain", "time/calendar", "commerce/pricing", "programs/trace")
SHARES = {"twins": 0.2, "planted": 0.05}
FIRST, SECOND = 3.8, 2.8  # abilities
POOLS = 12  # draws of tasks that the comparisons take turns on


def model(ability: float, seed: int) -> str:
    return f"simulated/item-response?ability={ability}&seed={seed}"


class Pool:
    """Assignments, asked once for real; what another examinee makes of them follows from its own chances."""

    def __init__(self, source_seed: int, per_family: int) -> None:
        given = fixed_source(FAMILIES, per_family, source_seed, cross_check=0.0, **SHARES).take(10**6)
        self.tasks = [assignment.task for assignment in given]
        self._first: list[Outcome] = []
        interview(FixedSource(given), simulated(model(FIRST, 0)), self._first.append)
        assert all(
            o.correct == simulated(model(FIRST, 0)).truth.succeeds(t)
            for o, t in zip(self._first, self.tasks, strict=True)
            if o.arm is Arm.EXPLORE
        )

    @property
    def explored(self) -> int:
        return sum(outcome.arm is Arm.EXPLORE for outcome in self._first)

    def answers(self, ability: float, seed: int) -> list[Outcome]:
        """The exploration answers of one examinee."""
        truth = simulated(model(ability, seed)).truth
        return [
            replace(outcome, kind=Kind.CORRECT if truth.succeeds(task) else Kind.INCORRECT)
            for outcome, task in zip(self._first, self.tasks, strict=True)
            if outcome.arm is Arm.EXPLORE
        ]


def overall_rate(outcomes: list[Outcome]) -> Estimate:
    """What ``summarise`` states, without its curves: every family here is a domain of its own."""
    rates = [family_rate([o for o in outcomes if o.family == name]) for name in FAMILIES]
    return mean_rate(rates, estimand="overall")


def pilot(folder: Path, seed: int, store: Store) -> str:
    """A stored run of 60 questions per family to two models: the precedent."""
    models = (model(FIRST, 2 * seed), model(SECOND, 2 * seed + 1))
    plan = Plan.of({"models": models, "families": FAMILIES, "fixed": 60, "seed": 5000 + seed, "cross_check": 0.0})
    return unseen.evaluate(plan, store=store, folder=folder).id


def widths(pilots: int, repeats: int) -> tuple[list[Claim], dict[str, Any]]:
    """Promised and achieved half-widths: every pilot's promise against runs of just that size."""
    ratios, rows = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder)
        for at in range(pilots):
            plan = Plan.of({"models": (model(FIRST, 2 * at),), "families": FAMILIES})
            promise = forecast(plan, Goal(half_width=(0.05, 0.07)[at % 2]), like=pilot(folder, at, store), store=store)
            pool = Pool(900 + at, promise.per_family)
            achieved = []
            for seed in range(repeats):
                overall = overall_rate(pool.answers(FIRST, 10_000 + 97 * at + seed))
                achieved.append((overall.high - overall.low) / 2)
            ratios.append(float(np.mean(achieved)) / promise.half_width.value)
            rows.append({"per_family": promise.per_family, "promised": promise.half_width.value, "achieved": float(np.mean(achieved))})
    mean, error = float(np.mean(ratios)), float(np.std(ratios, ddof=1)) / math.sqrt(len(ratios))
    return [
        Claim.at_most("half-width: |achieved / promised - 1|, mean over pilots", abs(mean - 1), 0.05, error=error),
        Claim.at_most("half-width: the same, worst pilot of 60 questions per family", float(np.max(np.abs(np.array(ratios) - 1))), 0.15),
    ], {"widths": rows}


def truth() -> tuple[list[Expectation], float]:
    """The exact band rates and discordance of the two models, and their difference, over 600 tasks per family."""
    expected, differences = [], []
    first, second = (simulated(model(ability, 0)).truth for ability in (FIRST, SECOND))
    for name in FAMILIES:
        kind = family(name)
        tasks = [a.task for a in fixed_source([name], 600, 77, twins=0.0, planted=0.0, cross_check=0.0).take(600)]
        tasks.sort(key=lambda task: kind.space.load(task.setting))
        p, q = (np.array([examinee.chance(task) for task in tasks]) for examinee in (first, second))
        rates = tuple(float(part.mean()) for part in np.array_split((p + q) / 2, 5))
        expected.append(Expectation(name, kind.domain, rates, discordance=float((p * (1 - q) + q * (1 - p)).mean())))
        differences.append(float((p - q).mean()))
    return expected, float(np.mean(differences))


def powers(repeats: int) -> tuple[list[Claim], dict[str, Any]]:
    """Promised and achieved power at sizes where it is middling; every claim within three Monte Carlo errors."""
    expected, difference = truth()
    spaces = {name: family(name).space for name in FAMILIES}
    claims, rows = [], []
    for draws in (45, 90):
        per_family = math.ceil(draws / 0.75)
        pools = [Pool(300 + at, per_family) for at in range(POOLS)]
        for paired in (True, False):
            explored = np.mean([pool.explored for pool in pools]) / len(FAMILIES)
            promised = power(expected, difference, round(explored), paired=paired)
            found = 0
            for seed in range(repeats):
                other = pools[seed % POOLS] if paired else pools[(seed + 1 + seed // POOLS) % POOLS]
                one, two = pools[seed % POOLS].answers(FIRST, 2 * seed), other.answers(SECOND, 2 * seed + 1)
                found += compare(one, two, spaces).overall.points.p_value <= 0.05
            achieved = found / repeats
            error = math.sqrt(achieved * (1 - achieved) / repeats)
            how = "paired" if paired else "unpaired"
            claims.append(
                Claim.at_most(
                    f"power, {how}, {round(explored)} tasks per family: |achieved - promised|",
                    abs(achieved - promised),
                    3 * error,
                    error=error,
                )
            )
            rows.append({"how": how, "tasks": round(explored), "difference": difference, "promised": promised, "achieved": achieved})
    return claims, {"powers": rows}


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--pilots", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=400, help="simulated comparisons per power")
    options = parser.parse_args()
    parts = [widths(options.pilots, 40), powers(options.repeats)]
    claims = [claim for found, _ in parts for claim in found]
    return show(claims, as_json=options.json, **{name: value for _, found in parts for name, value in found.items()})


if __name__ == "__main__":
    sys.exit(main())

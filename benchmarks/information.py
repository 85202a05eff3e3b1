"""The saturation alarm against planted panels: how often it cries wolf over a family that separates, and how soon it sees one that does not.

Panels of two to eight models, shared tasks and separate ones, at the ceiling, at the floor and between; the between-model sd stands at the margin, or is none.
"""

from __future__ import annotations

import itertools
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from _claims import Claim, arguments, show

from unseen.measuring import Separation, discriminative_power
from unseen.outcome import Arm, Outcome
from unseen.verdict import Kind

MARGIN = 0.05
AT_MARGIN = {
    "two, one never fails": (1.0, 0.929),
    "two, both often fail": (0.2, 0.129),
    "two in the middle": (0.535, 0.464),
    "four, one apart at the ceiling": (1.0, 1.0, 1.0, 0.9),
    "four, one apart below it": (0.96, 0.96, 0.96, 0.86),
    "eight, one apart at the ceiling": (1.0,) * 7 + (0.858,),
    "six spread evenly": (0.567, 0.54, 0.513, 0.487, 0.46, 0.433),
    "four at the floor, one apart": (0.0, 0.0, 0.0, 0.1),
}
ALIKE = {"ceiling": (0.995, 0.99, 0.995), "floor": (0.0, 0.005, 0.01), "likeness": (0.9, 0.9, 0.9)}


@dataclass(frozen=True)
class Panel:
    """Models' pass rates; on shared tasks half of their luck is common."""

    rates: Sequence[float]
    shared: bool

    def outcomes(self, n: int, rng: np.random.Generator) -> list[Outcome]:
        luck, found = rng.random(n), []
        for model, rate in enumerate(self.rates):
            own = np.where(rng.random(n) < 0.5, luck, rng.random(n)) if self.shared else rng.random(n)
            found += [_outcome(f"m{model}", f"t{at}" if self.shared else f"t{model}-{at}", bool(own[at] < rate), at / n) for at in range(n)]
        return found


def _outcome(examinee: str, task: str, passed: bool, load: float) -> Outcome:
    kind = Kind.CORRECT if passed else Kind.INCORRECT
    return Outcome(examinee, task, "f", 1, "d", {}, load, 1.0, Arm.EXPLORE, task, "", kind, None, "", "", "", "", 10, 10, 0.0, 0.0)


def alarms(panel: Panel, n: int, repeats: int, rng: np.random.Generator) -> dict[Separation, float]:
    verdicts = [discriminative_power(panel.outcomes(n, rng), margin=MARGIN)[0].verdict for _ in range(repeats)]
    return {verdict: verdicts.count(verdict) / repeats for verdict in Separation}


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--repeats", type=int, default=400, help="simulated panels per cell")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, started = np.random.default_rng(options.seed), time.perf_counter()
    rows: list[dict[str, Any]] = []
    for (name, rates), shared, n in itertools.product(AT_MARGIN.items(), (True, False), (40, 80, 160)):
        found = alarms(Panel(rates, shared), n, options.repeats, rng)
        wrong = sum(share for verdict, share in found.items() if verdict.saturated)
        rows.append(
            {
                "panel": name,
                "shared": shared,
                "tasks": n,
                "sd": float(np.std(rates, ddof=1)),
                "wrongly alarmed": wrong,
                "told apart": found[Separation.SEPARATES],
            }
        )
    worst = max(row["wrongly alarmed"] for row in rows)
    mean = float(np.mean([row["wrongly alarmed"] for row in rows]))
    claims = [
        Claim.at_most(
            f"a separating family called saturated: worst of {len(rows)} cells",
            worst,
            0.05,
            error=math.sqrt(worst * (1 - worst) / options.repeats),
        ),
        Claim.at_most(
            "a separating family called saturated: mean over cells",
            mean,
            0.05,
            error=math.sqrt(mean * (1 - mean) / options.repeats / len(rows)),
        ),
    ]
    seen: list[dict[str, Any]] = []
    for (name, rates), n in itertools.product(ALIKE.items(), (40, 80, 160, 320)):
        found = alarms(Panel(rates, True), n, options.repeats // 4, rng)
        seen.append(
            {
                "saturated at": name,
                "tasks": n,
                "alarmed": sum(share for verdict, share in found.items() if verdict.saturated),
                "too few to tell": found[Separation.UNDECIDED],
            }
        )
    for name in ALIKE:
        at = next(row["alarmed"] for row in seen if row["saturated at"] == name and row["tasks"] == 320)
        claims.append(
            Claim.at_least(
                f"a family saturated by {name} is called so at 320 tasks", at, 0.8, error=math.sqrt(at * (1 - at) / (options.repeats // 4))
            )
        )
    return show(
        claims, as_json=options.json, separating=rows, saturated=seen, repeats=options.repeats, seconds=time.perf_counter() - started
    )


if __name__ == "__main__":
    sys.exit(main())

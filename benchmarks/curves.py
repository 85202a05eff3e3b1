"""Do the curves around a gain find what was planted? Novelty gradients and crossovers, siblings, slopes per tenfold, closing gaps, emergence.

Each block simulates answers from a stated truth and counts how often the 95% interval holds it, and how often something absent is claimed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from _claims import Claim, arguments, show
from numpy.typing import NDArray
from scipy.special import expit

from unseen.measuring import (
    EFFORT,
    Answers,
    Crossing,
    CurveFit,
    Learner,
    all_of_k,
    compute_table,
    consistency,
    emergence,
    fit_gradient,
    pass_at_k,
    state_space,
)
from unseen.measuring._siblings import _of_k

Floats = NDArray[np.float64]


class Tally:
    """Rates of yes among repeats, by name and, within it, by ``cell`` (one truth and one layout)."""

    def __init__(self) -> None:
        self.cell = ""
        self.seen: dict[str, dict[str, list[float]]] = {}

    def add(self, name: str, value: float) -> None:
        self.seen.setdefault(name, {}).setdefault(self.cell, []).append(float(value))

    def rate(self, name: str) -> tuple[float, float]:
        """Over all cells, with its standard error."""
        values = [value for cell in self.seen[name].values() for value in cell]
        rate = float(np.mean(values))
        return rate, float(np.sqrt(max(rate * (1 - rate), 1e-6) / len(values)))

    def shown(self) -> dict[str, str]:
        """Each rate, and the range over cells where there are several."""
        found = {}
        for name, cells in self.seen.items():
            each = [float(np.mean(values)) for values in cells.values()]
            spread = f" ({min(each):.3f} to {max(each):.3f} over {len(each)} cells)" if len(each) > 1 else ""
            found[name] = f"{self.rate(name)[0]:.3f}{spread}"
        return found


def gradients(repeats: int, tally: Tally) -> None:
    """Templates at distances 0 and .5 to 3; the second model's lead falls with distance, and varies from template to template."""
    for at, (templates, items) in enumerate(((12, 20), (40, 5), (150, 2))):
        for truth, (lead, slopes, spread) in {
            "equal": (0.0, (-0.3, -0.3), 0.3),
            "falls": (1.0, (-0.2, -0.8), 0.3),
            "above": (1.0, (-0.3, -0.3), 0.0),
        }.items():
            rng, tally.cell = np.random.default_rng([1, at, len(truth)]), f"{templates} {truth}"
            for _ in range(repeats):
                far = np.repeat(np.concatenate([np.zeros(templates // 2), rng.uniform(0.5, 3, templates - templates // 2)]), items)
                lift = np.repeat(rng.normal(0, spread, templates), items)
                effort = rng.normal(4, 1, far.size)
                logits = [0.5 - 0.6 * (effort - 4) + slopes[0] * far, 0.5 - 0.6 * (effort - 4) + lead + slopes[1] * far + lift]
                passed = np.stack([rng.random(far.size) < expit(z) for z in logits], axis=1)
                found = fit_gradient(far, passed, np.repeat(np.arange(templates), items).tolist(), effort=effort)
                change = slopes[1] - slopes[0]
                tally.add("gradient of one model covered", found.first.low <= slopes[0] <= found.first.high)
                tally.add("gradient of the gain covered", found.gain.low <= change <= found.gain.high)
                if not change:
                    tally.add("gradient of the gain claimed where there is none", found.gain.p_value <= 0.05)
                else:
                    where, cross = lead / -change, found.crossover
                    inside = cross.parts > 0 and (
                        not cross.low < where < cross.high if cross.parts > 1 else cross.low <= where <= cross.high
                    )
                    tally.add("crossover in its set", inside)
                    tally.add(f"crossover bounded on both sides, {templates} templates x {items}", cross.verdict is Crossing.WITHIN)
                if truth == "above":
                    tally.add("crossover denied where there is none", cross_denied(found.crossover.verdict))
                    tally.add("crossover claimed where there is none", found.crossover.verdict in (Crossing.WITHIN, Crossing.THROUGHOUT))


def cross_denied(verdict: Crossing) -> bool:
    return verdict is Crossing.NEVER


def siblings(repeats: int, tally: Tally) -> None:
    """Settings whose pass chances are logit-normal, two to four answers each."""
    for settings in (30, 100, 300):
        for at, (middle, spread, k) in enumerate(((0.0, 0.0, 2), (0.0, 1.0, 3), (1.5, 1.5, 2), (0.0, 3.0, 4))):
            rng, tally.cell = np.random.default_rng([2, settings, at]), f"{settings} {at}"
            p = expit(middle + spread * np.random.default_rng(0).normal(size=1_000_000))
            mean = float(p.mean())
            truth = float(((p * p).mean() - mean**2) / (mean * (1 - mean)))
            beyond = float((1 - p**k - (1 - p) ** k).mean() - (1 - mean**k - (1 - mean) ** k))
            for _ in range(repeats):
                n, c = np.full(settings, float(k)), rng.binomial(k, expit(middle + spread * rng.normal(size=settings))).astype(float)
                found = consistency(n, c)
                tally.add("correlation of siblings covered", found.correlation.low <= truth <= found.correlation.high)
                tally.add("mixed beyond chance covered", found.beyond_chance.low <= beyond <= found.beyond_chance.high)
                for name, of, true in (("pass@k", pass_at_k, (1 - (1 - p) ** k).mean()), ("all of k", all_of_k, (p**k).mean())):
                    rate = _of_k(of, n, c, k, "", 0.95)
                    tally.add(f"{name} covered", rate.low <= true <= rate.high)


def slopes(repeats: int, tally: Tally) -> None:
    """Tasks that differ in difficulty and slope; models that scatter, alike and apart, about their line."""
    for models in (4, 6, 10):
        for scatter in (0.0, 0.3):
            for name, (static, fresh) in {"equal": (0.8, 0.8), "apart": (1.2, 0.4)}.items():
                truth = {c: true_slope(models, s, scatter) for c, s in (("static", static), ("fresh", fresh))}
                rng = np.random.default_rng([3, models, int(10 * scatter), len(name)])
                tally.cell = f"{models} {scatter} {name}"
                for _ in range(repeats):
                    table = compute_table(*panel(rng, models, {"static": static, "fresh": fresh}, scatter))
                    apart, difference = truth["static"] - truth["fresh"], table.differences[0]
                    for row in table.rows:
                        tally.add("slope covered, models like these", inside(row.points_models, truth[row.condition]))
                        if not scatter:
                            tally.add("slope covered, these models", inside(row.points, truth[row.condition]))
                    tally.add("difference of slopes covered, models like these", inside(difference.points_models, apart))
                    kind = "claimed where there is none" if name == "equal" else f"found, {models} models that scatter by {scatter} logits"
                    tally.add(f"difference of slopes {kind}", difference.differs)


def panel(rng: np.random.Generator, models: int, steep: dict[str, float], scatter: float, tasks: int = 120) -> tuple[Any, Any]:
    x = np.linspace(0, 3, models)
    common, conditions = rng.normal(0, scatter, models), {}
    for name, slope in steep.items():
        own = common + rng.normal(0, scatter / 2, models)
        chance = expit(-0.5 + rng.normal(0, 1, (tasks, 1)) + (slope + rng.normal(0, 0.3, (tasks, 1))) * (x - 1.5) + own)
        names = [f"{name} {i}" for i in range(tasks)]
        conditions[name] = Answers(rng.random((tasks, models)) < chance, names, names)
    return {f"m{i}": float(10**size) for i, size in enumerate(x)}, conditions


def true_slope(models: int, slope: float, scatter: float) -> float:
    rng, x = np.random.default_rng(4), np.linspace(0, 3, models)
    z = rng.normal(size=(3, 300_000))
    rates = [expit(-0.5 + z[0] + (slope + 0.3 * z[1]) * (at - 1.5) + scatter * np.sqrt(1.25) * z[2]).mean() for at in x]
    return float(np.polyfit(x, rates, 1)[0])


def inside(effect: Any, truth: float) -> bool:
    return bool(effect.low <= truth <= effect.high)


def closing(repeats: int, tally: Tally) -> None:
    """A gap that halves with every 4.7-fold number of settings, .05 at 1,320 of them."""
    closes = 10 * (0.45 / 0.05) ** (1 / 0.45)
    for answers in (200, 2000):
        rng, tally.cell = np.random.default_rng([5, answers]), str(answers)
        for _ in range(repeats):
            made = [
                Learner(n, (rng.random(answers) < 0.85).tolist(), (rng.random(answers) < 0.85 - 0.45 * (10 / n) ** 0.45).tolist())
                for n in (10, 30, 100, 300, 1000, 3000, 10_000, 30_000)
            ]
            found = state_space(made, margin=0.05)
            tally.add("settings that close the gap, bracketed", found.low < closes <= found.high)
            tally.add(f"shown to be closed somewhere, {answers} answers a side", bool(np.isfinite(found.high)))


def abruptness(repeats: int, tally: Tally) -> None:
    for slope in (0.8, 1.5, 4.0):
        rng, tally.cell = np.random.default_rng([6, int(10 * slope)]), str(slope)
        for _ in range(repeats):
            x = np.round(rng.uniform(0, 8, 200), 1)
            found = emergence(CurveFit.to(x, rng.random(200) < expit(slope * (4 - x)), EFFORT))
            tally.add("emergence slope covered", found.low <= slope / 4 <= found.high)


BLOCKS: tuple[tuple[Callable[[int, Tally], None], float], ...] = (
    (gradients, 0.5),
    (siblings, 1.0),
    (slopes, 0.5),
    (closing, 0.2),
    (abruptness, 0.1),
)


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--repeats", type=int, default=1000, help="of the cheapest block; the others take a share of it")
    given = parser.parse_args()
    start, tally = time.perf_counter(), Tally()
    for block, share in BLOCKS:
        block(max(int(share * given.repeats), 10), tally)
    claims = []
    for name in tally.seen:
        rate, error = tally.rate(name)
        if "where there is none" in name and "denied" not in name:
            claims.append(Claim.at_most(name, rate, 0.06, error=error))
        elif "covered" in name or name.endswith(("in its set", "bracketed")):
            claims.append(Claim.at_least(name, rate, 0.93, error=error))
    return show(claims, as_json=given.json, rates=tally.shown(), seconds=time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main())

"""Coverage of every interval that measuring reports, against planted truth.

The calibrated pass rate is checked by exact enumeration: every cell of a grid over n, audit size, planted tasks, e, q and p sums the
probability of every possible triple of counts (to 1e-5 of the mass), so its Monte Carlo error is nil. The naive,
delta and smoothed Lang-Reiczigel intervals are enumerated beside it. Clusters, family rates and horizons are simulated.
"""

from __future__ import annotations

import itertools
import math
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from _claims import Claim, arguments, show
from numpy.typing import NDArray
from scipy.stats import binom, norm

from unseen.measuring import (
    LOAD,
    clopper_pearson_interval,
    clustered_mean,
    clustered_rate,
    horizon,
    mean_rate,
    midp_interval,
    wilson_interval,
)
from unseen.measuring._binomial import lower_confidence, upper_confidence
from unseen.measuring._calibrated import calibrated_interval, meld, midp_draws, uniforms
from unseen.measuring._reference import family_rate
from unseen.outcome import Arm, Outcome
from unseen.verdict import Kind

Z = float(norm.ppf(0.975))
DESIGNS = [
    (20, 20, 5),
    (50, 50, 10),
    (50, 50, 0),
    (50, 400, 40),
    (100, 30, 10),
    (200, 200, 20),
    (400, 100, 10),
    (400, 400, 20),
]  # n, audited, planted
ERRORS, FALSE_PASSES = (0.0, 0.02, 0.05, 0.15), (0.0, 0.3, 1.0)
RATES = (0.005, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.995)
MASS = 1e-5
METHODS = ("unseen", "smoothed Lang-Reiczigel", "delta", "naive")


class Limits(NamedTuple):
    low: NDArray[np.float64]  # (methods, N)
    high: NDArray[np.float64]


def wald_limits(k: Any, n: int, wrong: Any, audited: int, passes: Any, planted: int) -> tuple[Limits, Limits, Limits]:
    """Smoothed Lang-Reiczigel (the delta method on the pseudo-counts of Lang & Reiczigel 2014), delta and naive."""
    plain = k / n, wrong / audited, passes / max(planted, 1)
    smooth = (k + Z * Z / 2) / (n + Z * Z), (wrong + 1) / (audited + 2), (passes + 1) / (planted + 2)
    out = []
    for (obs, e, q), sizes in ((smooth, (n + Z * Z, audited + 2, planted + 2)), (plain, (n, audited, max(planted, 1)))):
        rest = np.maximum(1 - e, 1e-9)
        p = (obs - e * q) / rest
        variance = (
            obs * (1 - obs) / sizes[0] / rest**2 + ((p - q) / rest) ** 2 * e * (1 - e) / sizes[1] + (e / rest) ** 2 * q * (1 - q) / sizes[2]
        )
        half = Z * np.sqrt(variance)
        out.append(Limits(np.clip(p - half, 0, 1), np.clip(p + half, 0, 1)))
    obs = plain[0]
    half = Z * np.sqrt(obs * (1 - obs) / n)
    return out[0], out[1], Limits(np.clip(obs - half, 0, 1), np.clip(obs + half, 0, 1))


class Enumeration:
    """The interval of every triple of counts of one design, each computed once."""

    def __init__(self, n: int, audited: int, planted: int) -> None:
        self.n, self.audited, self.planted = n, audited, planted
        draws = uniforms()
        counts = [np.arange(size + 1)[:, None] for size in (n, audited, planted)]
        self.low, self.high = (f(counts[0], n, draws[:, 0]) for f in (lower_confidence, upper_confidence))
        self.e = midp_draws(counts[1], audited, draws[:, 1], draws[:, 3])
        self.q = midp_draws(counts[2], planted, draws[:, 2], draws[:, 4])
        self.known: dict[tuple[int, int, int], tuple[float, float]] = {}

    def interval(self, k: int, wrong: int, passes: int) -> tuple[float, float]:
        key = (k, wrong, passes)
        if key not in self.known:
            self.known[key] = meld(self.low[k], self.high[k], self.e[wrong], self.q[passes] if self.planted else None, 0.95)
        return self.known[key]

    def cell(self, e: float, q: float, p: float) -> dict[str, tuple[float, float]]:
        """Coverage and mean width of each method, given the truth."""
        grids = [_likely(size, rate) for size, rate in ((self.n, (1 - e) * p + e * q), (self.audited, e), (self.planted, q))]
        k, wrong, passes = (g.ravel() for g in np.meshgrid(*(counts for counts, _ in grids), indexing="ij"))
        weight = np.einsum("i,j,k->ijk", *(mass for _, mass in grids)).ravel()
        keep = weight > MASS / 50
        k, wrong, passes, weight = k[keep], wrong[keep], passes[keep], weight[keep] / weight[keep].sum()
        ours = np.array([self.interval(*map(int, triple)) for triple in zip(k, wrong, passes, strict=True)]).T
        limits = (Limits(*ours), *wald_limits(k, self.n, wrong, self.audited, passes, self.planted))
        return {
            name: (float(weight @ ((low <= p + 1e-12) & (p <= high + 1e-12))), float(weight @ (high - low)))
            for name, (low, high) in zip(METHODS, limits, strict=True)
        }


def _likely(size: int, rate: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    mass = binom.pmf(np.arange(size + 1), size, rate)
    counts = np.flatnonzero(mass > MASS / max(size, 1))
    return counts, mass[counts]


def calibrated() -> tuple[list[Claim], dict[str, Any]]:
    cells = []
    for n, audited, planted in DESIGNS:
        table = Enumeration(n, audited, planted)
        assert table.interval(n // 3, 1, planted // 2) == calibrated_interval(n // 3, n, 1, audited, planted // 2, planted)
        for e, q, p in itertools.product(ERRORS, FALSE_PASSES, RATES):
            found = table.cell(e, q, p)
            cells.append({"n": n, "audited": audited, "planted": planted, "e": e, "q": q, "p": p, "coverage_and_width": found})
    worst = {m: min(c["coverage_and_width"][m][0] for c in cells) for m in METHODS}
    mean = {m: float(np.mean([c["coverage_and_width"][m][0] for c in cells])) for m in METHODS}
    width = {m: float(np.mean([c["coverage_and_width"][m][1] for c in cells])) for m in METHODS}
    claims = [
        Claim.at_least("calibrated rate: worst-cell coverage (baseline: delta)", worst["unseen"], 0.94, baseline=worst["delta"], error=0.0),
        Claim.at_least("calibrated rate: worst-cell coverage (baseline: naive)", worst["unseen"], 0.94, baseline=worst["naive"], error=0.0),
        Claim.at_most(
            "calibrated rate: mean width over that of smoothed Lang-Reiczigel (baseline: naive's)",
            width["unseen"] / width["smoothed Lang-Reiczigel"],
            1.05,
            baseline=width["naive"] / width["smoothed Lang-Reiczigel"],
            error=0.0,
        ),
    ]
    return claims, {"calibrated_worst": worst, "calibrated_mean": mean, "calibrated_width": width, "calibrated_grid": cells}


def rates() -> tuple[list[Claim], dict[str, Any]]:
    """Plain binomial intervals, enumerated exactly over 999 rates."""
    methods: dict[str, Callable[..., Any]] = {
        "mid-p": midp_interval,
        "Wilson": wilson_interval,
        "Clopper-Pearson": clopper_pearson_interval,
    }
    at, rows = np.linspace(0.001, 0.999, 999)[:, None], []
    for n in (5, 10, 20, 40, 100, 400):
        counts = np.arange(n + 1)
        mass = binom.pmf(counts, n, at)
        for name, method in methods.items():
            low, high = method(counts, n)
            coverage = (mass * ((low <= at) & (at <= high))).sum(axis=1)
            width = float((mass * (high - low)).sum(axis=1).mean())
            rows.append({"n": n, "method": name, "mean": float(coverage.mean()), "worst": float(coverage.min()), "width": width})
    worst = {name: min(row["worst"] for row in rows if row["method"] == name) for name in methods}
    claim = Claim.at_least(
        "pass rate: worst coverage of mid-p over n and rates (baseline: Wilson)", worst["mid-p"], 0.92, baseline=worst["Wilson"], error=0.0
    )
    return [claim], {"rates": rows}


def clusters(repeats: int, rng: np.random.Generator) -> tuple[list[Claim], dict[str, Any]]:
    """Ten templates x fifty siblings, template effects of sd 1: type-I error of a paired difference, coverage of a rate."""
    templates, siblings = 10, 50
    groups = np.repeat(np.arange(templates), siblings)
    ours = naive = covered = 0
    truth = float(np.mean(_logistic(rng.normal(0.5, 1, 200_000))))
    for _ in range(repeats):
        effects = rng.normal(0, 0.2, templates)[groups]  # which of two models a template favours, zero on average
        difference = (rng.random(groups.size) < 0.5 + effects / 2).astype(float) - (rng.random(groups.size) < 0.5 - effects / 2)
        mean = clustered_mean(difference, groups.tolist())
        ours += int(mean.p_value < 0.05)
        naive += int(abs(difference.mean()) > Z * difference.std(ddof=1) / math.sqrt(groups.size))
        passed = rng.random(groups.size) < _logistic(rng.normal(0.5, 1, templates))[groups]
        rate = clustered_rate(passed, groups.tolist())
        covered += int(rate.low <= truth <= rate.high)
    shares = [count / repeats for count in (ours, naive, covered)]
    errors = [math.sqrt(share * (1 - share) / repeats) for share in shares]
    return [
        Claim.at_most(
            "clusters: type-I error at 10 templates x 50 siblings (baseline: naive)", shares[0], 0.06, baseline=shares[1], error=errors[0]
        ),
        Claim.at_least("clusters: coverage of a clustered pass rate", shares[2], 0.93, error=errors[2]),
    ], {}


def families(repeats: int, rng: np.random.Generator) -> tuple[list[Claim], dict[str, Any]]:
    """Family rates and their mean from exploration draws spread over load, over curves from flat to steep."""
    rows = []
    for n, slope, threshold in itertools.product((6, 10, 20, 50), (0.01, 5.0, 10.0, 20.0), (0.1, 0.5, 0.9)):
        truth = float(np.mean(_logistic(slope * (threshold - _loads(200_000, rng)))))
        hits = ratio = 0.0
        for _ in range(repeats):
            rate = family_rate(_outcomes(_loads(n, rng), slope, threshold, rng))
            hits += rate.low <= truth <= rate.high
            ratio += rate.effective_n / n / repeats
        rows.append({"n": n, "slope": slope, "threshold": threshold, "coverage": hits / repeats, "effective_n_ratio": ratio})
    covered = 0
    thresholds = np.linspace(-0.1, 1.0, 8)
    truth = float(np.mean([np.mean(_logistic(8 * (t - _loads(200_000, rng)))) for t in thresholds]))
    for _ in range(repeats):
        overall = mean_rate([family_rate(_outcomes(_loads(10, rng), 8, t, rng)) for t in thresholds], estimand="overall")
        covered += overall.low <= truth <= overall.high
    worst, mean = min(row["coverage"] for row in rows), float(np.mean([row["coverage"] for row in rows]))
    return [
        Claim.at_least(f"family rate: worst of {len(rows)} cells", worst, 0.92, error=math.sqrt(worst * (1 - worst) / repeats)),
        Claim.at_least("family rate: mean coverage", mean, 0.94, error=math.sqrt(mean * (1 - mean) / repeats / len(rows))),
        Claim.at_least("overall rate: 8 families x 10 draws", covered / repeats, 0.94, error=math.sqrt(0.05 * 0.95 / repeats)),
    ], {"family_rates": rows}


def horizons(repeats: int, rng: np.random.Generator) -> tuple[list[Claim], dict[str, Any]]:
    """The 50% horizon over sample sizes, slopes, places, lapses and guess floors."""
    rows = []
    truths = [(0.0, 0.0), (0.1, 0.0), (0.02, 0.25)]
    for n, slope, place, (lapse, guess) in itertools.product((10, 25, 60), (4.0, 8.0, 16.0), (0.2, 0.5, 0.9), truths):
        share = (0.5 - guess) / (1 - guess - lapse)
        shift, hits, bounded = math.log(share / (1 - share)), 0, 0
        for _ in range(repeats):
            x = _loads(n, rng)
            passed = rng.random(n) < guess + (1 - guess - lapse) * _logistic(slope * (place - x) + shift)
            found = horizon(x, passed, LOAD, guess_rate=guess)
            hits += found.lower <= place <= found.upper
            bounded += math.isfinite(found.lower) and math.isfinite(found.upper)
        row = {"n": n, "slope": slope, "horizon": place, "lapse": lapse, "guess": guess}
        rows.append({**row, "coverage": hits / repeats, "bounded_on_both_sides": bounded / repeats})
    worst, mean = min(row["coverage"] for row in rows), float(np.mean([row["coverage"] for row in rows]))
    return [
        Claim.at_least("horizon: mean coverage", mean, 0.94, error=math.sqrt(mean * (1 - mean) / repeats / len(rows))),
        Claim.at_least(f"horizon: worst of {len(rows)} cells", worst, 0.88, error=math.sqrt(worst * (1 - worst) / repeats)),
    ], {"horizons": rows}


def _logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-x)))


def _loads(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Realised loads of exploration draws: one target in each of n equal strata, settings scattered around it."""
    return np.clip((np.arange(n) + rng.random(n)) / n + rng.normal(0, 0.05, n), 0, 1)


def _outcomes(loads: NDArray[np.float64], slope: float, threshold: float, rng: np.random.Generator) -> list[Outcome]:
    passed = rng.random(loads.size) < _logistic(slope * (threshold - loads))
    return [_outcome(str(at), float(load), bool(right)) for at, (load, right) in enumerate(zip(loads, passed, strict=True))]


def _outcome(name: str, load: float, passed: bool) -> Outcome:
    kind = Kind.CORRECT if passed else Kind.INCORRECT
    return Outcome("x", name, "f", 1, "d", {}, load, 1.0, Arm.EXPLORE, name, "", kind, None, "", "", "", "", 0, 0, 0.0, None)


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--repeats", type=int, default=400, help="simulations per cell of the simulated parts")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, started = np.random.default_rng(options.seed), time.perf_counter()
    parts = [calibrated(), rates(), clusters(5 * options.repeats, rng), families(options.repeats, rng), horizons(options.repeats, rng)]
    claims = [claim for found, _ in parts for claim in found]
    details = {name: value for _, found in parts for name, value in found.items()}
    if not options.json:
        details = {name: value for name, value in details.items() if name != "calibrated_grid"}
    return show(claims, as_json=options.json, **details, repeats=options.repeats, seconds=time.perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main())

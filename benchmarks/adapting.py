"""Asking adaptively against planted truth and on real answers, beside random, stratified, imputed and most-informative asking, all in one run.

Every number comes out of the product's own code: AdaptiveSource and interview for families, PoolProbe for fixed pools, the rates of measuring.
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
from _pools import Responses
from _wide import MIX, Member, adapted_only, blind, interviewed, prior, static
from tests.probing.counting import Counting, Steady

from unseen.measuring import LOAD, assisted_rate, family_rate, horizon, mix_rates, modelled_rate
from unseen.outcome import Arm
from unseen.plan import Budget, Plan, RateAim
from unseen.probing import AdaptiveSource, interview, reference_loads

TARGET = 0.3  # logits: the standard error at which wide spaces are compared
PAIR_TASKS, PAIR_GAP = 96, 0.03
COUNTS = (25, 50, 100, 200)
PLAIN = Counting()
PLAIN_MIX = reference_loads(PLAIN, {}, 4096)
THRESHOLDS, SLOPES, SLIPS = (0.1, 0.3, 0.5, 0.7, 0.9), (5.0, 8.0, 14.0), (0.0, 0.05)
FIXED = 48


class Measured(NamedTuple):
    """A mean over repetitions and its Monte Carlo error."""

    value: float
    error: float

    @classmethod
    def of(cls, values: Any) -> Measured:
        x = np.asarray(values, float)
        return cls(float(x.mean()), float(x.std(ddof=1) / math.sqrt(x.size)))


def _ratio(above: list[float], below: list[float]) -> Measured:
    """The ratio of two means over the same repetitions."""
    a, b = np.asarray(above, float), np.asarray(below, float)
    ratio = float(a.mean() / b.mean())
    return Measured(ratio, float(np.std(a - ratio * b, ddof=1) / math.sqrt(a.size) / b.mean()))


def wide(members: int) -> tuple[list[Claim], dict[str, Any]]:
    """Questions to one standard error, by four ways of asking, and what the adaptive answers say."""
    rng, rows = np.random.default_rng(1), []
    for seed in range(members):
        member = Member.drawn(seed)
        adaptive, even = interviewed(member, seed, explore=0.1, target=TARGET), interviewed(member, seed, explore=1.0, target=TARGET)
        assisted, modelled = assisted_rate(adaptive.outcomes, MIX), modelled_rate(adaptive.outcomes, MIX)
        rows.append(
            {
                "adaptive": adaptive.asked,
                "stratified": even.asked,
                "random": blind(member, rng, TARGET, MIX),
                "static": static(member, TARGET, rng),
                "error": adaptive.error,
                "even_error": even.error,
                "covered": adaptive.covered,
                "even_covered": even.covered,
                "half": 12 * (member.half - 0.5),
                "assisted": assisted.value - member.rate,
                "assisted_covered": assisted.low <= member.rate <= assisted.high,
                "modelled": modelled.value - member.rate,
                "modelled_covered": modelled.low <= member.rate <= modelled.high,
                "all": adapted_only(adaptive.outcomes) - member.rate,
            }
        )
    by = {name: np.array([row[name] for row in rows], float) for name in rows[0]}
    fewer, than_static = _ratio(by["stratified"], by["adaptive"]), _ratio(by["static"], by["adaptive"])
    covered, bias = Measured.of(by["covered"]), Measured.of(by["error"])
    pull = float(by["error"] @ by["half"] / (by["half"] @ by["half"]))
    pull_error = float(np.std(by["error"] - pull * by["half"], ddof=1) / math.sqrt(by["half"] @ by["half"]))
    assisted, held = Measured.of(by["assisted"]), Measured.of(by["assisted_covered"])
    claims = [
        Claim.at_least("wide: stratified / adaptive questions at equal precision (limit 2.8)", fewer.value, 2.5, error=fewer.error),
        Claim.at_least("wide: static set passed at 95% / adaptive questions", than_static.value, 4.5, error=than_static.error),
        Claim.at_least("wide: coverage of ability, at least", covered.value, 0.93, error=covered.error),
        Claim.at_most("wide: coverage of ability, at most", covered.value, 0.97, error=covered.error),
        Claim.at_most("wide: absolute bias of ability, logits", abs(bias.value), 0.05, error=bias.error),
        Claim.at_most("wide: pull to the centre, |slope of error on ability|", abs(pull), 0.03, error=pull_error),
        Claim.at_most(
            "wide: absolute bias of the assisted rate (baseline: all answers)",
            abs(assisted.value),
            0.01,
            baseline=float(np.mean(np.abs(by["all"]))),
            error=assisted.error,
        ),
        Claim.at_least("wide: coverage of the assisted rate", held.value, 0.93, error=held.error),
    ]
    rms = {name: float(np.sqrt(np.mean(by[key] ** 2))) for name, key in (("adaptive", "error"), ("stratified", "even_error"))}
    details = {
        "mean questions": {name: float(by[name].mean()) for name in ("adaptive", "stratified", "random", "static")},
        "root mean square error where each stopped, logits": rms,
        "coverage, stratified": float(by["even_covered"].mean()),
        "rms error of rates": {name: float(np.sqrt(np.mean(by[name] ** 2))) for name in ("assisted", "modelled", "all")},
        "modelled rate: bias, coverage": [float(by["modelled"].mean()), float(by["modelled_covered"].mean())],
        "prior": str(prior()),
    }
    return claims, details


def wide_pairs(pairs: int) -> tuple[list[Claim], dict[str, Any]]:
    """The better of two examinees 3 points of pass rate apart, from equally many questions."""
    looks = (24, 48, PAIR_TASKS)
    found: dict[str, dict[int, list[float]]] = {name: {n: [] for n in looks} for name in ("adaptive", "stratified")}
    for seed in range(pairs):
        low = Member.drawn(500_000 + seed)
        high = _better_by(low, PAIR_GAP, 600_000 + seed)
        for name, explore in (("adaptive", 0.1), ("stratified", 1.0)):
            runs = [interviewed(m, 2 * seed + i, explore=explore, most=PAIR_TASKS).outcomes for i, m in enumerate((low, high))]
            for n in looks:
                estimates = [
                    (modelled_rate if name == "adaptive" else family_rate)(run[:n], *([MIX] if name == "adaptive" else [])) for run in runs
                ]
                found[name][n].append(estimates[1].value - estimates[0].value)
    shares = {name: {n: float(np.mean([_right(g) for g in gaps])) for n, gaps in by.items()} for name, by in found.items()}
    last = {name: np.array(by[PAIR_TASKS]) for name, by in found.items()}
    saved = _effect_ratio(last["adaptive"], last["stratified"])
    right, beside = shares["adaptive"][PAIR_TASKS], shares["stratified"][PAIR_TASKS]
    claims = [
        Claim.at_least(
            f"pairs: the better of two found, {PAIR_TASKS} questions each (baseline: stratified)",
            right,
            beside,
            baseline=beside,
            error=math.sqrt((right * (1 - right) + beside * (1 - beside)) / pairs),
        ),
        Claim.at_least("pairs: stratified / adaptive questions for the same certainty", saved.value, 1.0, error=saved.error),
    ]
    return claims, {"share right": shares}


def _better_by(member: Member, gap: float, seed: int) -> Member:
    """A member whose true rate over the mix is greater by this much."""
    shift = Member(0.0, seed).ability  # its family residual
    low, high = member.ability, member.ability + 4
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if Member(middle - shift, seed).rate < member.rate + gap else (low, middle)
    return Member(high - shift, seed)


def _right(gap: float) -> float:
    return 0.5 if gap == 0 else float(gap > 0)


def _effect_ratio(one: np.ndarray, other: np.ndarray) -> Measured:
    """How many times as many questions the other needs: the ratio of (mean / sd)², with its error by the jackknife."""

    def ratio(keep: np.ndarray) -> float:
        effects = [float(x[keep].mean() / x[keep].std(ddof=1)) for x in (one, other)]
        return (effects[0] / effects[1]) ** 2

    n = one.size
    everyone = np.ones(n, bool)
    left = []
    for i in range(n):
        everyone[i] = False
        left.append(ratio(everyone))
        everyone[i] = True
    return Measured(ratio(everyone), float(np.sqrt((n - 1) / n * np.sum((np.array(left) - np.mean(left)) ** 2))))


def real(path: Path, draws: int) -> tuple[list[Claim], dict[str, Any]]:
    """Leave one model out of the real matrix: its pass rate over the pool from a few answers."""
    responses = Responses.read(path)
    pools = [responses.pool(model) for model in range(len(responses.models))]
    claims, details = [], {}
    for count in COUNTS:
        rows = [
            pool.errors(count, np.random.default_rng([count, model, draw]), 10_000 * model + draw)
            for model, pool in enumerate(pools)
            for draw in range(draws)
        ]
        by = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        size = {name: Measured.of(np.abs(by[name])) for name in by if "covered" not in name and name != "anytime"}
        imputed = size["p-IRT"]
        for kind in ("assisted", "model-based"):
            bias, error = Measured.of(by[kind]), size[kind].value / imputed.value
            spread = error * math.hypot(size[kind].error / size[kind].value, imputed.error / imputed.value)
            claims += [
                Claim.at_most(
                    f"real, n = {count}, {kind}: absolute bias (baseline: most-informative CAT)",
                    abs(bias.value),
                    0.01,
                    baseline=abs(float(by["CAT"].mean())),
                    error=bias.error,
                ),
                Claim.at_most(f"real, n = {count}, {kind}: mean absolute error / that of random + p-IRT", error, 1.05, error=spread),
            ]
        details[f"n = {count}"] = {name: f"MAE {m.value:.4f} ± {m.error:.4f}, bias {by[name].mean():+.4f}" for name, m in size.items()} | {
            "coverage": f"{by['covered'].mean():.3f}, anytime {by['anytime'].mean():.3f}, model-based {by['model-based covered'].mean():.3f}"
        }
    return claims, details


def real_pairs(path: Path, draws: int) -> tuple[list[Claim], dict[str, Any]]:
    """Real models 2 to 4 points apart: which is the better?"""
    responses = Responses.read(path)
    rates = np.nanmean(responses.passed, axis=1)
    close = [(i, j) for i, j in itertools.permutations(range(rates.size), 2) if 0.02 <= rates[i] - rates[j] <= 0.04]
    gaps: dict[str, list[np.ndarray]] = {}
    for at, pair in enumerate(close):
        pool = responses.pool(*pair)
        truth = float(pool.passed[0].mean() - pool.passed[1].mean())
        rows = [pool.gaps(200, np.random.default_rng([3, at, draw]), 10_000 * at + draw) for draw in range(draws)]
        for name in rows[0]:
            gaps.setdefault(name, []).append(np.array([row[name] for row in rows]) / truth)  # 1 where the gap is found exactly
    by = {name: np.concatenate(values) for name, values in gaps.items()}
    right = {name: float(np.mean([_right(g) for g in values])) for name, values in by.items()}
    saved, paired = _effect_ratio(by["adaptive"], by["random"]), _effect_ratio(by["adaptive"], by["random, paired"])
    n = by["adaptive"].size
    claims = [
        Claim.at_least(
            "real pairs, 200 questions each: share right (baseline: random)",
            right["adaptive"],
            right["random"],
            baseline=right["random"],
            error=math.sqrt(sum(right[k] * (1 - right[k]) for k in ("adaptive", "random")) / n),
        ),
        Claim.at_least("real pairs: random / adaptive questions for the same certainty", saved.value, 1.0, error=saved.error),
    ]
    return claims, {"share right": right, "paired random / adaptive": list(paired), "pairs": len(close)}


def rates(repeats: int) -> tuple[list[Claim], dict[str, Any]]:
    """Pass rates and abilities of thirty kinds of examinee at a fixed number of questions, and where a rule stopped the asking."""
    plans = {
        "fixed": (Plan(seed=0, explore=0.4, twins=0, planted=0, target_se=0.01), FIXED),
        "stopped": (Plan(seed=0, explore=0.4, twins=0, planted=0), 400),
        "rate": (Plan(seed=0, explore=0.4, twins=0, planted=0, measure_rate=RateAim(within=0.12)), 400),
    }
    rows: dict[str, list[dict[str, float]]] = {name: [] for name in plans}
    for cell, (threshold, slope, slip) in enumerate(itertools.product(THRESHOLDS, SLOPES, SLIPS)):
        for repeat in range(repeats):
            seed = 10_000 * cell + repeat
            for name, (plan, most) in plans.items():
                rows[name].append(_one(plan.model_copy(update={"seed": seed}), most, threshold, slope, slip))
    by = {name: {key: np.array([row[key] for row in found]) for key in found[0]} for name, found in rows.items()}
    claims = []
    for name, label in (
        ("fixed", f"{FIXED} questions"),
        ("stopped", "stopped when ability was known"),
        ("rate", "stopped when the rate was known"),
    ):
        for what, allowed in (("explored", 0.01), ("assisted", 0.01)):
            pull = Measured.of(by[name][f"{what} pull"])
            claims.append(
                Claim.at_most(
                    f"{label}: {what} rate, |pull towards one half| (baseline: all answers)",
                    abs(pull.value),
                    allowed,
                    baseline=float(by[name]["all pull"].mean()),
                    error=pull.error,
                )
            )
        covered = Measured.of(by[name]["assisted covered"])
        claims.append(Claim.at_least(f"{label}: coverage of the assisted rate", covered.value, 0.93, error=covered.error))
    for name, label in (("stopped", "stopped when ability was known"), ("rate", "stopped when the rate was known")):
        held = Measured.of(by[name]["anytime covered"])
        claims.append(Claim.at_least(f"{label}: coverage of the anytime interval", held.value, 0.95, error=held.error))
    ability, measured = Measured.of(by["stopped"]["ability covered"]), Measured.of(by["stopped"]["horizon covered"])
    claims += [
        Claim.at_least("ability: coverage of the 95% interval of the 50% load", ability.value, 0.93, error=ability.error),
        Claim.at_least("horizon measured from adaptively chosen answers: coverage", measured.value, 0.93, error=measured.error),
    ]
    keys = (
        "asked",
        "explored pull",
        "assisted pull",
        "modelled pull",
        "explored",
        "assisted",
        "modelled",
        "explored covered",
        "modelled covered",
    )
    details = {
        name: {
            key: float(np.mean(found[key]) if key.endswith(("pull", "covered", "asked")) else np.sqrt(np.mean(found[key] ** 2)))
            for key in keys
        }
        for name, found in by.items()
    }
    return claims, details


def _one(plan: Plan, most: int, threshold: float, slope: float, slip: float) -> dict[str, float]:
    """One interview of one examinee: errors of rates, their pull towards one half, and whether intervals held."""
    examinee = Steady(PLAIN, threshold, slope, slip=slip, seed=plan.seed or 0)
    source = AdaptiveSource(plan, [PLAIN])
    outcomes = interview(source, examinee, families={PLAIN.name: PLAIN}, budget=Budget(tasks=most), batch=8)
    truth = float(np.mean((1 - slip) / (1 + np.exp(-slope * (threshold - PLAIN_MIX)))))
    half = threshold - math.log(0.5 / (0.5 - slip)) / slope if slip else threshold  # where one half is crossed, slip included
    over_mix = mix_rates(outcomes, PLAIN_MIX)
    estimates = {
        "explored": family_rate(outcomes),
        "assisted": over_mix.assisted,
        "modelled": over_mix.modelled,
        "anytime": over_mix.anytime,
    }
    used = [o for o in outcomes if o.arm in (Arm.EXPLORE, Arm.ADAPT)]
    state, found = source.state()[PLAIN.name], horizon([o.load for o in used], [o.correct for o in used], LOAD)
    inward = math.copysign(1, 0.5 - truth)
    row = {"asked": float(len(outcomes)), "all pull": (adapted_only(outcomes) - truth) * inward}
    for name, estimate in estimates.items():
        row |= {name: estimate.value - truth, f"{name} pull": (estimate.value - truth) * inward}
        row[f"{name} covered"] = float(estimate.low <= truth <= estimate.high)
    return row | {
        "ability covered": float(state.load_low <= half <= state.load_high),
        "horizon covered": float(found.lower <= half <= found.upper),
    }


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--members", type=int, default=300, help="examinees asked in a wide space")
    parser.add_argument("--pairs", type=int, default=150, help="pairs of examinees 3 points apart")
    parser.add_argument("--repeats", type=int, default=40, help="interviews of each of thirty kinds of examinee")
    parser.add_argument("--draws", type=int, default=200, help="draws for each model left out, and half as many for each pair")
    parser.add_argument("--responses", type=Path, help="real answers in KUMO's response format (.csv.gz)")
    options = parser.parse_args()
    started, claims, details = time.perf_counter(), list[Claim](), dict[str, Any]()
    parts = [
        ("wide", lambda: wide(options.members)),
        ("pairs", lambda: wide_pairs(options.pairs)),
        ("rates", lambda: rates(options.repeats)),
    ]
    if options.responses:
        parts += [
            ("real", lambda: real(options.responses, options.draws)),
            ("real pairs", lambda: real_pairs(options.responses, max(options.draws // 2, 2))),
        ]
    for name, measure in parts:
        found, more = measure()
        claims += found
        details |= {f"{name}, {key}": value for key, value in more.items()}
    return show(claims, as_json=options.json, **details, seconds=time.perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main())

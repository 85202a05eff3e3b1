"""Screening against planted truth: power, false discoveries and answers needed, beside one-at-a-time and a plain folded design.

Fifteen binary variables, four of them worth -0.5 logits, intercept 0.8 at the reference of every variable, task residual sd 0.8, 640 answers.
The screen under test is what ``unseen screen`` runs: permuted folded blocks of twins, four looks paid for in advance. Every number
is a mean over simulated screens; errors are Monte Carlo standard errors of that mean.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from _claims import Claim, arguments, show
from numpy.typing import NDArray
from scipy.linalg import hadamard
from scipy.special import expit
from scipy.stats import norm

from unseen.measuring import SCREENING_LOOKS, ScreeningLook, clustered_logit, decide_screening, step_up
from unseen.probing._screen import CLUSTER
from unseen.probing._screen_design import folded_block

VARIABLES, ACTIVE, EFFECT, INTERCEPT, RESIDUAL, ANSWERS, FDR, MARGIN = 15, 4, -0.5, 0.8, 0.8, 640, 0.1, 0.1
Floats = NDArray[np.float64]
Random = np.random.Generator


class World(NamedTuple):
    """The truth of one simulated screen: log odds of rows (n, 15) of zeros and ones, which variables matter, which one is in question."""

    logits: Callable[[Floats], Floats]
    matters: NDArray[np.bool_]
    target: int = 0
    slopes: float = 0.0  # sd over tasks of every variable's effect


def additive(random: Random, effect: float = EFFECT, count: int = ACTIVE, slopes: float = 0.0) -> World:
    beta = np.zeros(VARIABLES)
    beta[random.choice(VARIABLES, count, replace=False)] = effect
    return World(lambda rows: INTERCEPT + rows @ beta, beta != 0, slopes=slopes)


def gated(random: Random) -> World:
    """A fifth variable does nothing unless one of the four is at its upper value: then -1.0."""
    first, *rest = random.choice(VARIABLES, ACTIVE + 1, replace=False)
    beta = np.zeros(VARIABLES)
    beta[rest] = EFFECT
    matters = beta != 0
    matters[first] = True
    return World(lambda rows: INTERCEPT + rows @ beta - rows[:, first] * rows[:, rest[0]], matters, int(first))


def crossing(random: Random, strength: float = 1.0) -> World:
    """A fifth variable has no average effect: -strength under one value of another variable, +strength under the other."""
    first, *rest = random.choice(VARIABLES, ACTIVE + 1, replace=False)
    beta = np.zeros(VARIABLES)
    beta[rest] = EFFECT
    matters = beta != 0
    matters[first] = True

    def logits(rows: Floats) -> Floats:
        return INTERCEPT + rows @ beta - strength * (2 * rows[:, first] - 1) * (2 * rows[:, rest[0]] - 1) / 2

    return World(logits, matters, int(first))


def answer(world: World, rows: Floats, codes: NDArray[np.intp], random: Random) -> NDArray[np.bool_]:
    tasks = int(codes.max()) + 1
    residual = random.normal(0, RESIDUAL, tasks)[codes]
    if world.slopes:
        residual = residual + np.sum(random.normal(0, world.slopes, (tasks, VARIABLES))[codes] * (rows - 0.5), axis=1)
    passed: NDArray[np.bool_] = random.random(len(rows)) < expit(world.logits(rows) + residual)
    return passed


def twins(answers: int, random: Random) -> tuple[Floats, NDArray[np.intp]]:
    blocks: list[Any] = []
    while sum(map(len, blocks)) < answers:
        blocks.append(folded_block(VARIABLES, random))
    return (np.vstack(blocks)[:answers] + 1) / 2, np.arange(answers) // CLUSTER


def screened(world: World, random: Random, answers: int = ANSWERS, margin: float = MARGIN) -> tuple[NDArray[np.bool_], int]:
    """What the screen under test finds, and after how many answers it stopped."""
    rows, codes = twins(answers, random)
    passed = answer(world, rows, codes, random)
    looks = []
    for share in SCREENING_LOOKS:
        upto = round(share * answers)
        looks.append(ScreeningLook(rows[:upto] - 0.5, passed[:upto], codes[:upto]))
        last = upto == answers
        found = decide_screening(looks, range(VARIABLES), fdr=FDR, margin=margin, complete=last)
        if found.settled or last:
            return found.matters, upto
    raise AssertionError("the last look ends the screen")


def plain_folded(world: World, random: Random, answers: int = ANSWERS) -> tuple[NDArray[np.bool_], int]:
    """The 16-run design folded over, replicated on fresh tasks; ordinary logistic regression, Wald tests, Benjamini-Hochberg."""
    signs = hadamard(16)[:, 1:]
    runs = (np.vstack([signs, -signs]) + 1) / 2
    rows = np.tile(runs, (-(-answers // len(runs)), 1))[:answers]
    codes = np.arange(answers)
    fit = clustered_logit(rows, answer(world, rows, codes, random), codes)
    return step_up(np.array([fit.p_value([at]) for at in range(VARIABLES)]), FDR), answers


def one_at_a_time(world: World, random: Random, answers: int = ANSWERS) -> tuple[NDArray[np.bool_], int]:
    """The reference and every variable changed by itself, equally often; two-sample z tests, Benjamini-Hochberg."""
    runs = np.vstack([np.zeros(VARIABLES), np.eye(VARIABLES)])
    each = answers // len(runs)
    rows = np.repeat(runs, each, axis=0)
    rates = answer(world, rows, np.arange(len(rows)), random).reshape(len(runs), each).mean(axis=1)
    pooled = (rates[1:] + rates[0]) / 2
    z = (rates[1:] - rates[0]) / np.sqrt(np.maximum(2 * pooled * (1 - pooled) / each, 1e-12))
    return step_up(2 * norm.sf(np.abs(z)), FDR), answers


Method = Callable[[World, Random], tuple[NDArray[np.bool_], int]]


def repeat(make: Callable[[Random], World], method: Method, seed: int, times: int) -> dict[str, tuple[float, float]]:
    """Means and Monte Carlo errors over simulated screens."""
    random = np.random.default_rng([seed, 17])
    rows = []
    for _ in range(times):
        world = make(random)
        found, answers = method(world, random)
        false = float((found & ~world.matters).sum() / max(found.sum(), 1))
        power = float(found[world.matters].mean()) if world.matters.any() else 0.0
        rows.append((power, false, float(found[world.target]), float(answers)))
    table = np.array(rows)
    errors = table.std(axis=0, ddof=1) / np.sqrt(times)
    return {name: (float(table[:, at].mean()), float(errors[at])) for at, name in enumerate(("power", "fdr", "target", "answers"))}


def confirmed(world: World, random: Random) -> tuple[NDArray[np.bool_], int]:
    """Screened, then the survivors once more on 320 answers to fresh tasks: same sign, and step-up among them."""
    rows, codes = twins(ANSWERS, random)
    look = ScreeningLook(rows - 0.5, answer(world, rows, codes, random), codes)
    first = decide_screening([look], range(VARIABLES), fdr=FDR, margin=MARGIN)
    rows, codes = twins(ANSWERS // 2, random)
    again = clustered_logit(rows, answer(world, rows, codes, random), codes)
    survivors = np.flatnonzero(first.matters)
    holds = step_up(np.array([again.p_value([int(at)]) for at in survivors]), FDR)
    kept = np.zeros(VARIABLES, bool)
    kept[survivors] = holds & (again.coefficients[survivors + 1] * first.fit.coefficients[survivors + 1] > 0)
    return kept, ANSWERS + ANSWERS // 2


def equivalence_errors(seed: int, times: int) -> tuple[float, float]:
    """How often a variable whose average effect is just the margin is declared not to matter (nominal .05 each), by one look."""
    random = np.random.default_rng([seed, 23])
    wrong = []
    for _ in range(times):
        beta = np.zeros(VARIABLES)
        beta[:ACTIVE] = _AT_MARGIN
        rows, codes = twins(ANSWERS, random)
        passed = answer(World(lambda given, beta=beta: given @ beta - 2 * _AT_MARGIN, beta != 0), rows, codes, random)  # type: ignore[misc]
        found = decide_screening([ScreeningLook(rows - 0.5, passed, codes)], range(VARIABLES), fdr=FDR, margin=MARGIN)
        wrong.append(float(found.equivalent[:ACTIVE].mean()))
    return float(np.mean(wrong)), float(np.std(wrong, ddof=1) / np.sqrt(times))


def _points(beta: float) -> float:
    """The average change in pass rate of one of four equal effects centred on even odds, by quadrature over residual and settings."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(31)
    rate = {n: float(weights @ expit(beta * (n - 2) + RESIDUAL * nodes) / weights.sum()) for n in range(ACTIVE + 1)}
    return sum(c / 8 * (rate[n + 1] - rate[n]) for n, c in enumerate((1, 3, 3, 1)))


_AT_MARGIN = float(np.interp(MARGIN, [_points(b) for b in np.linspace(0, 1, 101)], np.linspace(0, 1, 101)))


def equal_power(power: tuple[float, float], seed: int, times: int) -> tuple[float, float, dict[str, float]]:
    """How many times 640 answers one-at-a-time needs for this power, by interpolation, its error, and the power along the way."""
    multiples = (1, 2, 4, 6, 8, 10, 12, 16)
    curve = [
        repeat(additive, lambda w, r, m=m: one_at_a_time(w, r, ANSWERS * m), seed + m, times)["power"]  # type: ignore[misc]
        for m in multiples
    ]
    means, errors = np.array(curve).T
    multiple = float(np.interp(power[0], np.maximum.accumulate(means), multiples))
    slope = float(np.interp(multiple, multiples, np.gradient(means, multiples)))
    error = float(np.hypot(power[1], np.interp(multiple, multiples, errors))) / max(slope, 1e-6)
    return multiple, error, {f"{ANSWERS * m} answers": float(value) for m, value in zip(multiples, means, strict=True)}


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--repetitions", type=int, default=1000, help="simulated screens per number")
    parser.add_argument("--seed", type=int, default=2024)
    options = parser.parse_args()
    seed, times = options.seed, options.repetitions

    ours = repeat(additive, screened, seed, times)
    folded = repeat(additive, plain_folded, seed, times)
    single = repeat(additive, one_at_a_time, seed, times)
    gate, cross = repeat(gated, screened, seed, times), repeat(crossing, screened, seed, times)
    gate_single = repeat(gated, one_at_a_time, seed, times)
    null = repeat(lambda r: additive(r, count=0), screened, seed, 4 * times)  # all or nothing in each screen: noisier than a mean of shares
    sloped = repeat(lambda r: additive(r, slopes=0.5), screened, seed, times)
    strong = repeat(lambda r: additive(r, effect=-2.0), lambda w, r: screened(w, r, margin=0.2), seed, times)
    fresh = repeat(additive, confirmed, seed, times)
    ratio, ratio_error, curve = equal_power(ours["power"], seed, times)
    equivalence, equivalence_error = equivalence_errors(seed, times)

    claims = [
        Claim.at_least("power", ours["power"][0], 0.70, baseline=folded["power"][0], error=ours["power"][1]),
        Claim.at_most("false discovery rate", ours["fdr"][0], 0.10, baseline=folded["fdr"][0], error=ours["fdr"][1]),
        Claim.at_least(
            "power above one at a time",
            ours["power"][0] - single["power"][0],
            0.5,
            error=float(np.hypot(ours["power"][1], single["power"][1])),
        ),
        Claim.at_least("gated variable found", gate["target"][0], 0.70, baseline=gate_single["target"][0], error=gate["target"][1]),
        Claim.at_least("crossing variable found", cross["target"][0], 0.70, error=cross["target"][1]),
        Claim.at_least("answers of one at a time per answer, at equal power", ratio, 4.0, error=ratio_error),
        Claim.at_most("false discovery rate, nothing active", null["fdr"][0], 0.10, error=null["fdr"][1]),
        Claim.at_most("false discovery rate, effects vary by task (sd 0.5)", sloped["fdr"][0], 0.10, error=sloped["fdr"][1]),
        Claim.at_most("false discovery rate after fresh tasks", fresh["fdr"][0], 0.10, error=fresh["fdr"][1]),
        Claim.at_most("called equivalent though at the margin", equivalence, 0.05, error=equivalence_error),
    ]
    details = {
        "ours": ours,
        "plain folded 16-run design": folded,
        "one at a time": single,
        "gated": gate,
        "crossing": cross,
        "four effects of -2 logits, margin of 20 points (early stopping)": strong,
        "with confirmation on 320 fresh answers": fresh,
        "effects vary by task": sloped,
        "power of one at a time": curve,
    }
    return show(claims, as_json=options.json, **details, repetitions={"screens per number": times})


if __name__ == "__main__":
    sys.exit(main())

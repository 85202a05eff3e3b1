"""Comparing models that answered no task in common, and comparing them while peeking, against planted truth.

Equating: twenty editions of fresh tasks whose difficulty drifts upwards and whose families come and go; each edition has a model of its own and,
in the linked cell, two of a panel that moves on slowly. No task is in two editions. Comparing: ten templates of fifty siblings, with
effects of model by template; and two equal models compared after every few tasks, stopping at the first "difference".
"""

from __future__ import annotations

import csv
import gzip
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from _claims import Claim, arguments, show
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.measuring.outcomes import BLANK

from unseen.measuring import ItemResponseFit, ItemResponses, Priors, betting_evidence, compare, fit_item_responses, item_responses
from unseen.outcome import Outcome
from unseen.space import Category, Integer, Space
from unseen.verdict import Kind

EDITIONS, TASKS, FAMILIES, RESIDUAL, FAMILY = 20, 120, 6, 0.8, 0.7
SPACE = Space(
    steps=Integer(1, 9, role="difficulty"), digits=Integer(1, 5, role="difficulty"), rule=Category("usual", "odd", role="premise")
)
SPACES = {f"toy/{f}": SPACE for f in range(FAMILIES)}


def outcome(examinee: str, task: str, family: str, passed: bool, setting: dict[str, Any], group: str = "", load: float = 0.5) -> Outcome:
    kind = Kind.CORRECT if passed else Kind.INCORRECT
    return replace(BLANK, examinee=examinee, task_id=task, family=family, kind=kind, setting=setting, group=group or task, load=load)


def editions(seed: int, *, panel: bool) -> tuple[list[Outcome], dict[str, float]]:
    """Outcomes of twenty editions, and the true abilities."""
    rng = np.random.default_rng([31, seed])
    effects = [{"steps": rng.uniform(1, 3), "digits": rng.uniform(0, 1.5), "rule": rng.uniform(0, 1)} for _ in range(FAMILIES)]
    own = rng.normal(0, FAMILY, FAMILIES)
    ability = {f"m{e}": rng.normal(0.05 * e, 0.8) for e in range(EDITIONS)} | {f"p{i}": rng.normal(0, 0.8) for i in range(12)}
    found = []
    for edition in range(EDITIONS):
        drift = edition / (EDITIONS - 1)  # from easy settings to hard ones
        asked = [(edition // 4 + i) % FAMILIES for i in range(4)]  # four of the six families at a time
        takers = [f"m{edition}"] + ([f"p{edition // 2}", f"p{edition // 2 + 1}"] if panel else [])
        for number in range(TASKS):
            family = asked[number % 4]
            at = np.clip(rng.uniform(0, 0.6, 2) + 0.4 * drift, 0, 0.999)
            setting = {"steps": SPACE.variables["steps"].at(at[0]), "digits": SPACE.variables["digits"].at(at[1])}
            setting["rule"] = str(rng.choice(["usual", "odd"], p=[0.8 - 0.5 * drift, 0.2 + 0.5 * drift]))
            position = {name: SPACE.variables[name].position(setting[name]) - 0.5 for name in ("steps", "digits")}
            hard = own[family] + rng.normal(0, RESIDUAL) + effects[family]["rule"] * (setting["rule"] == "odd")
            hard += sum(effects[family][name] * position[name] for name in position)
            for who in takers:
                passed = bool(rng.random() < 1 / (1 + math.exp(hard - ability[who])))
                found.append(outcome(who, f"{edition}/{number}", f"toy/{family}", passed, setting))
    return found, ability


def equating(repeats: int, *, panel: bool) -> dict[str, NDArray[np.float64]]:
    """Over repeats and pairs of editions: error and standardised error of θ differences; and the error of raw log odds."""
    errors, z, raw, gaps = [], [], [], []
    for seed in range(repeats):
        outcomes, ability = editions(seed, panel=panel)
        fit = fit_item_responses(item_responses(outcomes, SPACES))
        log_odds = {name: _log_odds([o.correct for o in outcomes if o.examinee == name]) for name in ability}
        for first, second in _pairs():
            found, truth = _difference(fit, first, second), ability[first] - ability[second]
            errors.append(found[0] - truth)
            z.append((found[0] - truth) / found[1])
            raw.append(log_odds[first] - log_odds[second] - truth)
            gaps.append(truth)
    shape = (repeats, -1)
    return {name: np.array(values).reshape(shape) for name, values in (("error", errors), ("z", z), ("raw", raw), ("truth", gaps))}


def _pairs() -> Iterator[tuple[str, str]]:
    """Every later edition's model minus the model half the editions before it, and the last minus the first."""
    for late in range(EDITIONS // 2, EDITIONS):
        yield f"m{late}", f"m{late - EDITIONS // 2}"
    yield f"m{EDITIONS - 1}", "m0"


def _difference(fit: ItemResponseFit, first: str, second: str) -> tuple[float, float]:
    found = fit.difference((first, "toys"), (second, "toys"))
    return found.value, found.se


def _log_odds(correct: Sequence[bool]) -> float:
    rate = (sum(correct) + 0.5) / (len(correct) + 1)
    return math.log(rate / (1 - rate))


def templates(repeats: int, count: int = 10, siblings: int = 50) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """p-values of two equal models, one of which suits some templates and the other the others: clustered, and naive."""
    clustered, naive = [], []
    for seed in range(repeats):
        rng = np.random.default_rng([47, seed])
        base, suits = rng.normal(0, 0.8, count), rng.normal(0, 0.5, (2, count))
        sides: tuple[list[Outcome], list[Outcome]] = ([], [])
        for side in (0, 1):
            p = 1 / (1 + np.exp(base - suits[side]))
            for t in range(count):
                for s in range(siblings):
                    sides[side].append(outcome("ab"[side], f"{t}/{s}", "toy/0", bool(rng.random() < p[t]), {}, f"template {t}"))
        clustered.append(compare(*sides, SPACES).overall.points.p_value)
        d = np.array([x.correct - y.correct for x, y in zip(*sides, strict=True)], float)
        naive.append(math.erfc(abs(d.mean()) / (d.std(ddof=1) / math.sqrt(d.size)) / math.sqrt(2)))
    return np.array(clustered), np.array(naive)


def peeking(repeats: int, most: int = 2000) -> dict[str, Any]:
    """Two models looked at after every task: false alarms when equal (also of a t-test looked at as often), and tasks needed at 60% wins (60 streams)."""
    alarms, tests, covered, stops = [], [], [], []
    for seed in range(repeats):
        rng = np.random.default_rng([53, seed])
        d = rng.choice([-1, 0, 1], size=most, p=[0.15, 0.7, 0.15])
        found = betting_evidence(d)
        alarms.append(found.largest >= 20)
        covered.append(found.low <= 0 <= found.high)
        n = np.arange(1, most + 1)
        mean = np.cumsum(d) / n
        sd = np.sqrt(np.maximum(np.cumsum(d**2) / n - mean**2, 1e-12))
        tests.append(bool(np.any(np.abs(mean[29:] / sd[29:]) * np.sqrt(n[29:]) > 1.96)))
        won = rng.choice([-1, 0, 1], size=most, p=[0.12, 0.7, 0.18])  # wins 60% of the tasks on which the two differ
        if seed < 60:
            stops.append(_stop(won))
    return {"alarm": np.array(alarms), "t-test": np.array(tests), "covered": np.array(covered), "stop": np.array(stops)}


def _stop(differences: NDArray[np.int64]) -> float:
    """The number of tasks after which the e-value first reaches 20 (found by halving: the running maximum only grows)."""
    low, high = 0, differences.size
    if betting_evidence(list(differences)).largest < 20:
        return math.nan
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if betting_evidence(list(differences[:middle])).largest >= 20 else (middle, high)
    return float(high)


def peeking_equated(repeats: int, looks: int = 8, step: int = 40) -> NDArray[np.bool_]:
    """Whether two equal models that share no task are ever told apart, looked at ``looks`` times as tasks come in."""
    alarms = []
    for seed in range(repeats):
        rng = np.random.default_rng([59, seed])
        sides = tuple(_answers(rng, who, looks * step) for who in ("a", "b"))
        alarms.append(
            any(compare(*(s[: look * step] for s in sides), SPACES).overall.evidence.e_value >= 20 for look in range(1, looks + 1))
        )
    return np.array(alarms)


def real(path: Path, repeats: int, size: int = 400) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Two real models asked different tasks, linked by three others: standardised error of their θ difference, against θ from every answer.

    ``alike``: both tasks drawn evenly. ``drifting``: the first model's from easy domains, the second's from hard ones.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["n_truths"] == "4" and row["repeat"] == "0"]
    answered = Counter(row["model"] for row in rows)
    models = sorted(name for name, count in answered.items() if count > 3000)
    tasks = {key: at for at, key in enumerate(sorted({(row["domain"], row["seed"]) for row in rows}))}
    domain = np.unique([name for name, _ in tasks], return_inverse=True)[1]
    matrix = np.full((len(models), len(tasks)), -1)
    for row in rows:
        if row["model"] in models:
            matrix[models.index(row["model"]), tasks[row["domain"], row["seed"]]] = int(row["correct"])

    def fit(who: NDArray[np.int64], what: NDArray[np.int64], priors: Priors) -> ItemResponseFit:
        kept = matrix[who, what] >= 0
        who, what = who[kept], what[kept]
        used, task = np.unique(what, return_inverse=True)
        families, family = np.unique(domain[used], return_inverse=True)
        names = tuple((name, "all") for name in models)
        passed = matrix[who, what] == 1
        return fit_item_responses(
            ItemResponses(who, task, passed, np.zeros(task.size), np.zeros((used.size, 0)), family, names, (), tuple(map(str, families))),
            priors=priors,
        )

    full = fit(*np.nonzero(matrix >= 0), Priors.fixed_families())
    truth, easy = np.array([a.value for a in full.abilities]), np.array([-u.value for u in full.families])[domain]
    found: dict[str, dict[str, list[float]]] = {kind: {"fixed": [], "shrunk": [], "error": []} for kind in ("alike", "drifting")}
    for seed in range(repeats):
        rng = np.random.default_rng([61, seed])
        panel = rng.permutation(len(models))[:5]
        for kind, tilt in (("alike", 0.0), ("drifting", 0.8)):
            first = rng.choice(len(tasks), size, replace=False, p=_shares(tilt * easy))
            rest = np.setdiff1d(np.arange(len(tasks)), first)
            second = rng.choice(rest, size, replace=False, p=_shares(-tilt * easy[rest]))
            what = np.concatenate([first, second, first, second, first])
            for name, priors in (("fixed", Priors.fixed_families()), ("shrunk", Priors())):
                gap = fit(np.repeat(panel, size), what, priors).difference((models[panel[0]], "all"), (models[panel[1]], "all"))
                error = gap.value - (truth[panel[0]] - truth[panel[1]])
                found[kind][name].append(error / gap.se)
                if name == "fixed":
                    found[kind]["error"].append(error)
    return {kind: {name: np.array(values) for name, values in by.items()} for kind, by in found.items()}


def _shares(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _real_claims(found: dict[str, dict[str, NDArray[np.float64]]]) -> list[Claim]:
    claims = []
    for kind, by in found.items():
        covered, shrunk = (np.abs(by[name]) <= 1.959964 for name in ("fixed", "shrunk"))
        bias, count = float(by["error"].mean()), by["error"].size
        share = float(covered.mean())
        claims += [
            Claim.at_least(
                f"real answers, {kind} domains: coverage (baseline: families shrunk)",
                share,
                0.93,
                baseline=float(shrunk.mean()),
                error=_error(share, count),
            ),
            Claim.at_most(
                f"real answers, {kind} domains: bias of first minus second, logits",
                abs(bias),
                0.03,
                error=float(by["error"].std(ddof=1) / math.sqrt(count)),
            ),
        ]
    return claims


def _answers(rng: np.random.Generator, who: str, count: int) -> list[Outcome]:
    found = []
    for number in range(count):
        setting = SPACE.validate({"steps": int(rng.integers(1, 10)), "digits": int(rng.integers(1, 6))})
        hard = 2 * (SPACE.load(setting) - 0.5) + rng.normal(0, RESIDUAL)
        found.append(
            outcome(who, f"{who}{number}", f"toy/{number % 2}", bool(rng.random() < 1 / (1 + math.exp(hard - 0.5))), dict(setting))
        )
    return found


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--repeats", type=int, default=200, help="simulated histories of twenty editions, for each of two cells")
    parser.add_argument("--templates", type=int, default=1000, help="comparisons over ten templates")
    parser.add_argument("--streams", type=int, default=500, help="streams looked at after every task")
    parser.add_argument("--equated-streams", type=int, default=200, help="equated comparisons looked at eight times")
    parser.add_argument("--responses", type=Path, help="real answers in KUMO's response format (.csv.gz), equated too")
    options = parser.parse_args()
    started = time.perf_counter()
    claims = []
    for name, panel in (("shared panel", True), ("no model in two editions", False)):
        claims += _equating_claims(name, equating(options.repeats, panel=panel))
    clustered, naive = templates(options.templates)
    wrong = float((clustered <= 0.05).mean())
    claims.append(
        Claim.at_most(
            "type-I, 10 templates x 50 siblings (baseline: naive)",
            wrong,
            0.06,
            baseline=float((naive <= 0.05).mean()),
            error=_error(wrong, clustered.size),
        )
    )
    looked = peeking(options.streams)
    for label, values, baseline in (
        ("betting, 2,000 looks (baseline: t-test at every look)", looked["alarm"], float(looked["t-test"].mean())),
    ):
        claims.append(
            Claim.at_most(
                f"type-I under peeking, {label}",
                float(values.mean()),
                0.05,
                baseline=baseline,
                error=_error(float(values.mean()), values.size),
            )
        )
    equated = peeking_equated(options.equated_streams)
    claims.append(
        Claim.at_most(
            "type-I under peeking, equated, 8 looks", float(equated.mean()), 0.05, error=_error(float(equated.mean()), equated.size)
        )
    )
    if options.responses:
        claims += _real_claims(real(options.responses, options.repeats))
    stop = looked["stop"]
    details = {
        "stopped within 2,000 tasks at 60% wins": float(np.mean(~np.isnan(stop))),
        "mean tasks where it stopped": float(np.nanmean(stop)),
    }
    return show(claims, as_json=options.json, power=details, seconds=time.perf_counter() - started)


def _equating_claims(name: str, found: dict[str, NDArray[np.float64]]) -> list[Claim]:
    covered = (np.abs(found["z"]) <= 1.959964).mean(1)  # per history: its pairs are dependent
    bias = found["error"].mean(1)
    slope = np.array([float(e @ t / (t @ t)) for e, t in zip(found["error"], found["truth"], strict=True)])  # shrinkage of the scale
    count = math.sqrt(len(bias))
    return [
        Claim.at_most(
            f"{name}: bias of later minus earlier theta (baseline: raw log odds)",
            abs(float(bias.mean())),
            0.03,
            baseline=abs(float(found["raw"].mean())),
            error=float(bias.std(ddof=1) / count),
        ),
        Claim.at_most(
            f"{name}: stretch of the scale, |slope of error on truth|",
            abs(float(slope.mean())),
            0.05,
            error=float(slope.std(ddof=1) / count),
        ),
        Claim.at_least(f"{name}: coverage of the 95% interval", float(covered.mean()), 0.93, error=float(covered.std(ddof=1) / count)),
    ]


def _error(share: float, count: int) -> float:
    return math.sqrt(share * (1 - share) / count)


if __name__ == "__main__":
    sys.exit(main())

"""The explanatory item response model against planted truth, beside the LLTM without residuals and two peers, on the same answers.

Thirty examinees answer a thousand tasks of ten families; ten variables, half of them without effect; every task has a residual of its own.
``girth`` and ``mirt`` estimate a difficulty per task, from which η follows by least squares.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from _claims import Claim, arguments, show
from numpy.typing import NDArray

from unseen.measuring import ItemResponseFit, ItemResponses, Priors, fit_item_responses

EXAMINEES, TASKS, FAMILIES = 30, 1000, 10
ETA = np.array([1.0, 0.8, 0.5, -0.5, 0.3, 0, 0, 0, 0, 0])
RESIDUAL, FAMILY, GUESS = 1.0, 0.7, 0.0
STEEP = np.exp(np.linspace(-0.5, 0.5, FAMILIES))  # discriminations, of geometric mean 1
SLIP = 0.05
LLTM = Priors(residual=1e-3, residual_log_sd=1e-3)  # no room for residuals: what is left is the LLTM
NULL = ETA == 0
NUTS_SECONDS = 75.0  # quoted: a Bayesian fit of the same size on two cores


def planted(seed: int, guess: float = GUESS) -> tuple[ItemResponses, NDArray[np.float64]]:
    """Simulated answers and the true abilities."""
    rng = np.random.default_rng([20177, seed])
    x = rng.integers(0, 2, (TASKS, ETA.size)) - 0.5
    family = np.arange(TASKS) % FAMILIES
    difficulty = x @ ETA + rng.normal(0, FAMILY, FAMILIES)[family] + rng.normal(0, RESIDUAL, TASKS)
    ability = rng.normal(0.5, 1, EXAMINEES)
    p = guess + (1 - guess) / (1 + np.exp(difficulty - ability[:, None]))
    examinee, task = np.divmod(np.arange(EXAMINEES * TASKS), TASKS)
    correct = rng.random(p.size) < p.ravel()
    names = tuple((f"model {i}", "all") for i in range(EXAMINEES))
    effects, families = tuple(f"x{k}" for k in range(ETA.size)), tuple(f"family {f}" for f in range(FAMILIES))
    return ItemResponses(examinee, task, correct, np.full(p.size, guess), x, family, names, effects, families), ability


def planted_steep(seed: int) -> ItemResponses:
    """The same panel, families telling abilities apart more and less sharply, and one answer in twenty lost whatever the ability."""
    rng = np.random.default_rng([20178, seed])
    of, ability = planted(seed)
    difficulty = of.x @ ETA + rng.normal(0, FAMILY, FAMILIES)[of.family] + rng.normal(0, RESIDUAL, TASKS)
    p = (1 - SLIP) / (1 + np.exp(-STEEP[of.family] * (ability[:, None] - difficulty)))
    return replace(of, correct=rng.random(p.size) < p.ravel())


def eta_of(difficulty: NDArray[np.float64], responses: ItemResponses) -> NDArray[np.float64]:
    """The second stage of peers without covariates: least squares of difficulties on variables and families."""
    design = np.hstack([responses.x, np.eye(FAMILIES)[responses.family]])
    return np.asarray(np.linalg.lstsq(design, difficulty, rcond=None)[0][: ETA.size])


def with_girth(responses: ItemResponses) -> NDArray[np.float64]:
    import girth

    return eta_of(np.asarray(girth.rasch_mml(responses.correct.reshape(EXAMINEES, TASKS).T.astype(int))["Difficulty"]), responses)


def with_mirt(responses: ItemResponses) -> NDArray[np.float64]:
    import mirt

    found = mirt.fit_mirt(responses.correct.reshape(EXAMINEES, TASKS).astype(int), model="1PL", compute_standard_errors=False)
    return eta_of(np.asarray(found.model.difficulty), responses)


PEERS: dict[str, Callable[[ItemResponses], NDArray[np.float64]]] = {
    "girth rasch_mml": with_girth,
    "mirt 1PL": with_mirt,
}


def timed(fit: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    found = fit()
    return found, time.perf_counter() - started


def peers(repeats: int) -> list[dict[str, Any]]:
    """Speed and error of η of each peer and of this package on the same answers; a peer that is not installed says so."""
    rows = []
    for name, fit in {"unseen": None, **PEERS}.items():
        errors, seconds = [], []
        for seed in range(repeats):
            responses, _ = planted(10_000 + seed)
            try:
                if fit is None:
                    found, took = timed(lambda r=responses: fit_item_responses(r))
                    eta = np.array([effect.value for effect in found.effects])
                else:
                    eta, took = timed(lambda f=fit, r=responses: f(r))
            except ImportError:
                break
            errors.append(eta - ETA)
            seconds.append(took)
        rows.append(
            {"name": name, "seconds": float(np.median(seconds)), "rmse": _rms(errors)} if errors else {"name": name, "missing": True}
        )
    return rows


def _rms(errors: list[NDArray[np.float64]]) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--repeats", type=int, default=200, help="simulated panels")
    parser.add_argument("--peer-repeats", type=int, default=5, help="panels that the peers fit too")
    options = parser.parse_args()
    fits: list[ItemResponseFit] = []
    naive: list[ItemResponseFit] = []
    abilities, seconds = [], []
    for seed in range(options.repeats):
        responses, ability = planted(seed)
        found, took = timed(lambda r=responses: fit_item_responses(r))
        fits.append(found)
        naive.append(fit_item_responses(responses, priors=LLTM))
        abilities.append(ability)
        seconds.append(took)
    beside = peers(options.peer_repeats)
    claims = [*_claims(fits, naive, abilities, seconds, beside), *extended(max(options.repeats // 2, 2))]
    return show(claims, as_json=options.json, peers=beside, quoted={"NUTS seconds": NUTS_SECONDS})


def extended(repeats: int) -> list[Claim]:
    """Discriminations and a slip, where they are asked for."""
    fits = [fit_item_responses(planted_steep(seed), discrimination=True, slip=True) for seed in range(repeats)]
    logs = np.array([[math.log(e.value) for e in fit.discriminations] for fit in fits]) - np.log(STEEP)
    ses = np.array([[e.se / e.value for e in fit.discriminations] for fit in fits])
    slips = np.array([fit.slip.value for fit in fits if fit.slip]) - SLIP
    bias = np.abs(logs.mean(0))
    ratio = float((ses.mean(0) / np.sqrt((logs**2).mean(0))).mean())
    eta = np.array([[(e.value - true) / e.se for e, true in zip(fit.effects, ETA, strict=True)] for fit in fits])
    wrong = float((np.abs(eta[:, NULL]) > 1.959964).mean())
    return [
        Claim.at_most(
            "discriminations: largest bias of their logs",
            float(bias.max()),
            0.03,
            error=float(logs[:, bias.argmax()].std(ddof=1) / math.sqrt(repeats)),
        ),
        Claim.at_most("standard errors of log discriminations: |ratio - 1|", abs(ratio - 1), 0.10, error=ratio / math.sqrt(2 * logs.size)),
        Claim.at_most("slip: absolute bias", abs(float(slips.mean())), 0.01, error=float(slips.std(ddof=1) / math.sqrt(repeats))),
        Claim.at_most("null variables called effective beside them", wrong, 0.06, error=math.sqrt(wrong * (1 - wrong) / eta[:, NULL].size)),
    ]


def _claims(
    fits: list[ItemResponseFit],
    naive: list[ItemResponseFit],
    abilities: list[NDArray[np.float64]],
    seconds: list[float],
    beside: list[dict[str, Any]],
) -> list[Claim]:
    (ratio, ratio_error, wrong, wrong_error), (naive_ratio, _, naive_wrong, _) = _calibration(fits), _calibration(naive)
    errors = np.array([[e.value for e in fit.effects] for fit in fits]) - ETA
    bias = errors.mean(0)
    worst = int(np.argmax(np.abs(bias)))
    error = float(errors[:, worst].std(ddof=1) / math.sqrt(len(fits)))
    differences = [fit.difference(*fit.responses.abilities[:2]) for fit in fits]
    off = np.array([d.value - (a[0] - a[1]) for d, a in zip(differences, abilities, strict=True)])
    theta = float(np.mean([d.se for d in differences]) / np.sqrt(np.mean(off**2)))
    sd = np.array([fit.residual_sd for fit in fits])
    rows = {row["name"]: row for row in beside if "missing" not in row}
    claims = [
        Claim.at_most(
            "seconds for 30 examinees x 1,000 tasks (median; baseline: NUTS, quoted)", float(np.median(seconds)), 10, baseline=NUTS_SECONDS
        ),
        Claim.at_most(
            "standard errors of eta: |mean SE / empirical SD - 1| (baseline: LLTM)",
            abs(ratio - 1),
            0.10,
            baseline=abs(naive_ratio - 1),
            error=ratio_error,
        ),
        Claim.at_most("null variables called effective at .05 (baseline: LLTM)", wrong, 0.06, baseline=naive_wrong, error=wrong_error),
        Claim.at_most("eta: largest absolute bias over ten variables, logits", abs(float(bias[worst])), 0.03, error=error),
        Claim.at_most("standard errors of ability differences: |ratio - 1|", abs(theta - 1), 0.10, error=theta / math.sqrt(2 * len(fits))),
        Claim.at_most(
            "residual sd: absolute bias", abs(float(sd.mean()) - RESIDUAL), 0.03, error=float(sd.std(ddof=1) / math.sqrt(len(fits)))
        ),
    ]
    for name in ("girth rasch_mml", "mirt 1PL"):
        if name in rows:
            claims += [
                Claim.at_least(f"speed: {name} / unseen, seconds", rows[name]["seconds"] / rows["unseen"]["seconds"], 1.0),
                Claim.at_most(
                    f"error of eta, RMSE (baseline: {name})", rows["unseen"]["rmse"], rows[name]["rmse"], baseline=rows[name]["rmse"]
                ),
            ]
    return claims


def _calibration(fits: list[ItemResponseFit]) -> tuple[float, float, float, float]:
    """Mean SE over empirical SD, averaged over the variables; the share of null variables called effective; each with its Monte Carlo error."""
    values, ses = (np.array([[getattr(e, kind) for e in fit.effects] for fit in fits]) for kind in ("value", "se"))
    sds = np.sqrt(((values - ETA) ** 2).mean(0))
    ratio = float((ses.mean(0) / sds).mean())
    wrong = float((np.abs(values[:, NULL] / ses[:, NULL]) > 1.959964).mean())
    return ratio, ratio / math.sqrt(2 * values.size), wrong, math.sqrt(wrong * (1 - wrong) / values[:, NULL].size)


if __name__ == "__main__":
    sys.exit(main())

"""Rates, horizons and the calibrated rate: does the planted ability lie in the intervals, wrong keys and adaptive choice notwithstanding?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unseen.choices import derive_seed
from unseen.measuring import Audit, Summary, references_of, roles_of, summarise
from unseen.outcome import Outcome
from unseen.plan import Budget, Plan
from unseen.probing import AdaptiveSource
from unseen.validating._check import Case, Found, PlantedCheck
from unseen.validating._lab import FAMILIES, WRONG_KEYS, Lab, spaces, true_rate

ABILITY, OTHER = 8, 5
TRUTH = f"simulated/item-response?ability={ABILITY}"
_AUDITED = 500


def _summary(lab: Lab, outcomes: Sequence[Outcome], audit: Audit | None = None) -> Summary:
    known = spaces()
    return summarise(outcomes, roles_of(known), audit=audit, level=lab.level, references=references_of(known))


def _found(summary: Summary, truth: float) -> Found:
    """Whether pass rate and horizons agree with an ability of 8 doublings."""
    rate, horizons = summary.overall, [family.horizon_effort for family in summary.families]
    limits = ", ".join(f"{h.lower:.1f} to {h.upper:.1f}" for h in horizons)
    return Found.of(
        f"rate {rate.low:.0%} to {rate.high:.0%} (planted {truth:.0%}), horizons {limits} (planted {ABILITY})",
        rate_is_off=not rate.low <= truth <= rate.high,
        horizon_is_off=any(not h.lower <= ABILITY <= h.upper for h in horizons),
    )


def _fixed(lab: Lab, examinee: str) -> Found:
    """A fixed run; the planted rate is that over the very tasks asked."""
    outcomes = lab.sit(examinee, "tasks")
    return _found(_summary(lab, outcomes), true_rate(outcomes, lab.truth(TRUTH)))


def _adaptive(lab: Lab, examinee: str) -> Found:
    """Tasks chosen by the answers; the planted rate is that over the reference mix."""
    plan = Plan(seed=lab.seed, families=FAMILIES, twins=0.1, planted=0.05, explore=0.3, target_se=0.01, cross_check=0.0)
    outcomes = lab.ask(AdaptiveSource(plan), examinee, Budget(tasks=lab.size.adaptive * len(FAMILIES)))
    return _found(_summary(lab, outcomes), lab.reference_rate(TRUTH))


def _calibrated(lab: Lab, examinee: str) -> Found:
    """A generator that gets a third of its keys wrong, an audit of as many of its tasks, and planted tasks for q."""
    outcomes = lab.sit(examinee, "wrong keys")
    luck = np.random.default_rng(int.from_bytes(derive_seed("selfcheck audit", lab.seed)[:8], "big"))
    audit = Audit(wrong=int(luck.binomial(_AUDITED, WRONG_KEYS)), checked=_AUDITED)
    calibrated = _summary(lab, outcomes, audit).calibrated
    rate, raw, truth = calibrated.rate, calibrated.observed, true_rate(outcomes, lab.truth(TRUTH))
    return Found.of(
        f"calibrated {rate.low:.0%} to {rate.high:.0%}, raw {raw.low:.0%} to {raw.high:.0%} (planted {truth:.0%})",
        calibrated_rate_is_off=not rate.low <= truth <= rate.high,
        raw_rate_is_off=not raw.low <= truth <= raw.high,
    )


_RATE, _HORIZON = frozenset({"rate is off"}), frozenset({"horizon is off"})
_CALIBRATED, _RAW = frozenset({"calibrated rate is off"}), frozenset({"raw rate is off"})
_AS_PLANTED = Case(TRUTH, f"half of the tasks of 2^{ABILITY} steps succeed", never=_RATE | _HORIZON)
_WEAKER = Case(
    f"simulated/item-response?ability={OTHER}", f"half of the tasks of 2^{OTHER} steps, taken for 2^{ABILITY}", must=_RATE | _HORIZON
)

FIXED = PlantedCheck("rates and horizons", "summary of a fixed run", (_AS_PLANTED, _WEAKER), _fixed)
ADAPTIVE = PlantedCheck("adaptive run", "adaptive source, and its summary", (_AS_PLANTED, _WEAKER), _adaptive)
CALIBRATED = PlantedCheck(
    "calibrated rate",
    "error accounting with an audit",
    (
        Case(TRUTH, f"{WRONG_KEYS:.0%} of the keys are wrong", must=_RAW, never=_CALIBRATED),
        Case("simulated/item-response?ability=13", f"as many wrong keys, and 2^13 taken for 2^{ABILITY}", must=_CALIBRATED),
    ),
    _calibrated,
)

"""A bad line is not a wrong answer: faults are told apart by the runner, stored, and count nowhere."""

from __future__ import annotations

from unseen.evaluation import evaluate, report
from unseen.plan import Plan
from unseen.storing import Store
from unseen.validating._check import Case, Found, PlantedCheck
from unseen.validating._lab import FAMILIES, Lab, true_rate
from unseen.verdict import Kind

ABILITY, SHARE = 9, 0.3
TRUTH = f"simulated/item-response?ability={ABILITY}"


def _faults(lab: Lab, examinee: str) -> Found:
    """A whole run, stored and reported: the pass rate against the planted one, and how many answers it was computed from."""
    folder = lab.folder / "runs"
    store = Store(folder)
    plan = Plan(models=(examinee,), families=FAMILIES, fixed=lab.size.run, twins=0.0, planted=0.0, seed=lab.seed, cross_check=0.0)
    run = evaluate(plan, store=store, folder=folder).id
    outcomes = list(store.outcomes(run))
    (summary,) = report([run], store=store, level=lab.level).summaries
    faults = sum(outcome.kind is Kind.INFRASTRUCTURE for outcome in outcomes)
    counted = sum(family.rate.n for family in summary.families)
    rate, truth = summary.overall, true_rate(outcomes, lab.truth(TRUTH))
    return Found.of(
        f"{faults} of {len(outcomes)} met a fault, {counted} counted; rate {rate.low:.0%} to {rate.high:.0%} (planted {truth:.0%})",
        faults_are_counted=counted != len(outcomes) - faults,
        faults_are_seen=faults > 0,
        rate_is_off=not rate.low <= truth <= rate.high,
    )


_COUNTED, _SEEN, _OFF = frozenset({"faults are counted"}), frozenset({"faults are seen"}), frozenset({"rate is off"})

FLAKY = PlantedCheck(
    "faults of the line",
    "runner, store and report",
    (
        Case(
            f"simulated/flaky?ability={ABILITY}&rate={SHARE}",
            f"{SHARE:.0%} of the questions meet a fault",
            must=_SEEN,
            never=_COUNTED | _OFF,
        ),
        Case(
            f"simulated/item-response?ability={ABILITY}&slip=0.5",
            "half of what it solves it says wrongly",
            must=_OFF,
            never=_SEEN | _COUNTED,
        ),
    ),
    _faults,
)

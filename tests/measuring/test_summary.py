"""The summary of one examinee."""

import json
import math
import random

import pytest

from tests.measuring.outcomes import outcome, pair
from unseen.measuring import Audit, Basis, Censored, references_of, roles_of, summarise
from unseen.outcome import Arm
from unseen.space import Category, Integer, Space
from unseen.verdict import Kind

SPACE = Space(steps=Integer(1, 4), rule=Category("usual", "odd", role="premise"), story=Category("bare", "shop", role="surface"))
SPACES = {"toy/a": SPACE, "toy/b": SPACE, "game/c": SPACE}
ROLES, REFERENCES = roles_of(SPACES), references_of(SPACES)


def run() -> list:
    made = []
    for family, domain, share in (("toy/a", "toys", 0.9), ("toy/b", "toys", 0.5), ("game/c", "games", 0.2)):
        made += [outcome(i / 20 < share, family=family, domain=domain, load=i / 20, effort=float(i + 1)) for i in range(20)]
        made += [outcome(False, family=family, domain=domain, load=0.5, arm=Arm.ADAPT) for _ in range(3)]
        made += pair(True, False, "rule", "usual", "odd", family=family, domain=domain, arm=Arm.ADAPT)
        made += pair(True, True, "story", "bare", "shop", family=family, domain=domain, arm=Arm.ADAPT)
        made += [outcome(False, family=family, domain=domain, arm=Arm.PLANTED)]
    return made


def test_domains_count_alike_whatever_their_families() -> None:
    summary = summarise(run(), ROLES)
    assert summary.overall.value == pytest.approx(((0.9 + 0.5) / 2 + 0.2) / 2)
    assert [(d.name, len(d.families)) for d in summary.domains] == [("games", 1), ("toys", 2)]
    assert summary.overall.basis is Basis.DESIGN
    assert summary.families[0].horizon_load.basis is Basis.MODEL
    assert summary.overall_sampled.high - summary.overall_sampled.low > summary.overall.high - summary.overall.low


def test_faults_and_invalid_tasks_change_no_number_and_unparsed_answers_count_as_failures() -> None:
    clean = summarise(run(), ROLES)
    faults = [
        outcome(kind=kind, arm=arm, load=0.1)
        for kind in (Kind.INFRASTRUCTURE, Kind.INVALID_TASK)
        for arm in (Arm.EXPLORE, Arm.ADAPT, Arm.PLANTED)
    ]
    faulty = summarise(run() + faults, ROLES)
    assert faulty.overall == clean.overall
    assert faulty.calibrated == clean.calibrated
    assert [f.horizon_load for f in faulty.families] == [f.horizon_load for f in clean.families]
    assert faulty.verdicts[Kind.INFRASTRUCTURE] == 2
    assert any("3 questions got no answer" in note for note in faulty.notes)
    mute = summarise(run() + [outcome(kind=Kind.UNPARSED) for _ in range(5)], ROLES)
    assert mute.overall.value < clean.overall.value
    assert any("5 answers committed to nothing" in note for note in mute.notes)


def test_the_order_of_outcomes_does_not_matter() -> None:
    outcomes = run()
    shuffled = list(outcomes)
    random.Random(0).shuffle(shuffled)
    one, other = (json.dumps(summarise(given, ROLES, references=REFERENCES).to_json()) for given in (outcomes, shuffled))
    assert json.loads(one).keys() == json.loads(other).keys()
    assert summarise(outcomes, ROLES).overall == summarise(shuffled, ROLES).overall


def test_checks_speak_of_all_families_and_of_each() -> None:
    summary = summarise(run(), ROLES, references=REFERENCES)
    assert (summary.premise.value, summary.premise.pairs) == (-1.0, 3)
    assert (summary.surface.value, summary.surface.pairs) == (0.0, 3)
    assert [f.premise.pairs for f in summary.families] == [1, 1, 1]


def test_the_calibrated_rate_takes_e_from_the_audit_or_from_cross_checks() -> None:
    audited = summarise(run(), ROLES, audit=Audit(2, 50)).calibrated
    checked = summarise(run(), ROLES, cross_checked=60)
    unknown = summarise(run(), ROLES)
    assert (audited.error.value, audited.error_basis) == (0.04, "audit")
    assert (checked.calibrated.error.high, checked.calibrated.error_basis) == (0.05, "cross-check")
    assert (unknown.calibrated.rate.low, unknown.calibrated.rate.high) == (0, 1)
    assert any("e is unknown" in note for note in unknown.notes)
    assert checked.calibrated.false_pass.n == 3


def test_the_json_is_plain_and_infinities_are_null() -> None:
    summary = summarise([outcome(True, load=i / 9, effort=2.0**i) for i in range(10)], ROLES)
    assert summary.families[0].horizon_effort.censored is Censored.ABOVE
    row = json.loads(json.dumps(summary.to_json(), allow_nan=False))
    assert row["families"][0]["horizon_effort"]["upper"] is None
    assert row["families"][0]["arms"]["explore"] == 10
    assert row["usage"]["cost"] is None


def test_usage_adds_up_and_an_unknown_price_stays_unknown() -> None:
    priced = summarise([outcome(cost=0.25), outcome(cost=0.5)], ROLES)
    assert (priced.usage.cost, priced.usage.input_tokens, priced.usage.seconds) == (0.75, 20, 1.0)
    assert summarise([outcome(cost=0.25), outcome()], ROLES).usage.cost is None


def test_no_outcome_at_all_is_a_summary_that_knows_nothing() -> None:
    empty = summarise([], ROLES)
    assert math.isnan(empty.overall.value)
    assert empty.families == ()
    json.dumps(empty.to_json(), allow_nan=False)


def test_two_examinees_are_two_summaries() -> None:
    with pytest.raises(ValueError, match="not of x, y"):
        summarise([outcome(), outcome(examinee="y")], ROLES)

"""The report of an assay: what it says, how it is written down, and how far along it is."""

import json

import pytest

from tests.assaying.honest_family import ThoughtOf
from tests.assaying.sabotaged_families import WrongKey
from unseen.assaying import AssayReport, Check, assay
from unseen.assaying._guessing import LEVEL, STRATEGIES, most_by_chance
from unseen.errors import FamilyError


def without_times(report: AssayReport):
    rows = [row for row in report.to_json()["rows"] if row["check"] != "speed"]
    return {**report.to_json(), "rows": rows, "seconds": 0}


def test_the_same_draws_give_the_same_report():
    assert without_times(assay(ThoughtOf(), draws=40)) == without_times(assay(ThoughtOf(), draws=40))


def test_a_report_survives_json_and_says_what_failed():
    report = assay(WrongKey(), draws=60)
    told = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert not told["passed"]
    failed = [row for row in told["rows"] if not row["passed"]]
    assert [row["check"] for row in failed] == ["second solver"]
    assert failed[0]["example"]
    assert report.row(Check.SECOND_SOLVER).shown.endswith("%")
    assert report.row("second solver").limit_shown == "≥ 100.0%"


def test_progress_ends_at_its_total_and_never_goes_back():
    told = []
    assay(ThoughtOf(), draws=40, progress=lambda done, total=None, note=None: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]


def test_too_few_draws_are_refused():
    with pytest.raises(FamilyError, match="19 draws are too few"):
        assay(ThoughtOf(), draws=19)


@pytest.mark.parametrize(("count", "rate"), [(500, 0.0), (500, 0.05), (125, 0.25), (10_000, 0.5)])
def test_a_strategy_that_earns_exactly_the_guess_rate_is_failed_less_often_than_its_share_of_the_level(count, rate):
    from scipy.stats import binom

    limit = most_by_chance(count, rate)
    assert binom.sf(limit * count + 1e-9, count, rate) <= LEVEL / STRATEGIES
    assert limit <= rate + 5 * (rate * (1 - rate) / count) ** 0.5 + 5 / count

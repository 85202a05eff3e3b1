"""The selfcheck passes on this engine, and each of its lines fails when what it looks for is not there, or what it rules out is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine
from unseen.validating import CHECKS, FALSE_ALARM, Case, Found, Lab, PlantedCheck, Selfcheck, alpha_of, selfcheck

pytestmark = pytest.mark.slow
NAMED = {check.name: check for check in CHECKS}

# Examinees with another fault than the planted one, and the flag that must give them away: what no case of the check itself raises.
INTRUDERS = [
    ("screening: shortcut", "simulated/surface-sensitive?ability=20&variable=story&penalty=30", "story"),
    ("screening: shortcut", "simulated/surface-sensitive?ability=20&variable=layout&penalty=30", "layout"),
    ("surface twins", "simulated/surface-sensitive?ability=10&variable=story&levels=hotel&penalty=9", "another level"),
    ("formatting", "simulated/surface-sensitive?ability=8&penalty=9", "right answers refused"),
    ("item response model", "simulated/surface-sensitive?ability=9&variable=story&levels=hotel|garage|phone&penalty=9", "a story counts"),
    ("hunt", "simulated/blind-spot?ability=1000&where=digits=5..6,operators=divide&rate=0.95&slip=0.05", "another region"),
]


@pytest.fixture(scope="module")
def whole() -> Selfcheck:
    return selfcheck(quick=True)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(0, alpha_of(CHECKS), tmp_path_factory.mktemp("lab"))


def test_this_engine_passes_its_selfcheck(whole: Selfcheck) -> None:
    assert whole.passed, [(line.check, line.examinee, line.missed, line.raised, line.found) for line in whole.lines if not line.passed]
    assert {line.check for line in whole.lines} == set(NAMED)


def test_a_plant_is_missed_when_another_examinee_of_the_check_sits_in_its_place(whole: Selfcheck) -> None:
    """Every case that must be flagged fails with the flags of some other examinee, the negative control among them."""
    for check in CHECKS:
        flags = [frozenset(line.flags) for line in whole.lines if line.check == check.name]
        for at, case in enumerate(check.cases):
            for flag in case.must:
                assert any(flag in case.missed(other) for place, other in enumerate(flags) if place != at), (check.name, flag)


@pytest.mark.parametrize(("name", "examinee", "flag"), INTRUDERS, ids=[f"{name}, {flag}" for name, _, flag in INTRUDERS])
def test_a_line_fails_on_an_examinee_with_a_fault_that_it_rules_out(lab: Lab, name: str, examinee: str, flag: str) -> None:
    found = NAMED[name].detect(lab, lab.named(examinee))
    ruled_out = [case for case in NAMED[name].cases if flag in case.never]
    assert ruled_out and not any(case.holds(found.flags) for case in ruled_out), found


def test_every_flag_that_is_ruled_out_is_one_that_something_raises(whole: Selfcheck) -> None:
    raised = {(line.check, flag) for line in whole.lines for flag in line.flags} | {(check, flag) for check, _, flag in INTRUDERS}
    ruled_out = {(check.name, flag) for check in CHECKS for case in check.cases for flag in case.never}
    # A fault is counted as an answer only by a broken runner: that line fails through the plant it must see, and the rate.
    assert ruled_out - raised == {("faults of the line", "faults are counted")}


def test_the_levels_of_all_lines_add_up_to_the_stated_false_alarm_rate() -> None:
    assert alpha_of(CHECKS) * sum(len(case.never) for check in CHECKS for case in check.cases) == pytest.approx(FALSE_ALARM)


def test_a_check_that_cannot_fail_is_refused() -> None:
    detect = lambda lab, examinee: Found(frozenset(), "")  # noqa: E731
    with pytest.raises(ValueError, match="cannot fail"):
        PlantedCheck("x", "y", (Case("simulated/item-response", "nothing", never=frozenset({"a"})),), detect)
    with pytest.raises(ValueError, match="a case asks for flags"):
        Case("simulated/item-response", "nothing")


def test_the_same_seed_gives_the_same_lines_and_another_seed_other_luck() -> None:
    chosen = [NAMED["compare"]]
    first, again, other = (selfcheck(quick=True, seed=seed, checks=chosen) for seed in (3, 3, 4))
    assert [line.found for line in first.lines] == [line.found for line in again.lines] != [line.found for line in other.lines]


def test_an_estimator_that_flags_everything_or_nothing_fails_its_check(tmp_path: Path) -> None:
    for flags in (frozenset({"told apart"}), frozenset[str]()):
        check = PlantedCheck(
            "toy",
            "toy",
            (
                Case("simulated/item-response?ability=1", "weak", must=frozenset({"told apart"})),
                Case("simulated/item-response", "honest", never=frozenset({"told apart"})),
            ),
            lambda lab, examinee, flags=flags: Found(flags, "as ever"),
        )
        found = selfcheck(quick=True, checks=[check])
        assert not found.passed and sum(line.passed for line in found.lines) == 1


def test_the_command_prints_what_was_planted_beside_what_was_found(run_line: CommandLine) -> None:
    said = run_line("selfcheck", "--quick", "--seed", 3, "--only", "compare")
    assert said.code == 0 and "three doublings of effort weaker" in said.out and "all 2 lines pass" in said.out
    told = run_line("selfcheck", "--quick", "--seed", 3, "--only", "compare", "--json").json
    assert told["format"] == 1 and told["passed"] and [line["check"] for line in told["lines"]] == ["compare", "compare"]
    said = run_line("selfcheck", "--only", "compere")
    assert said.code == 2 and "no such check" in said.err


def test_the_command_ends_with_one_when_a_line_fails(run_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = PlantedCheck("broken", "none", NAMED["compare"].cases, lambda lab, examinee: Found(frozenset(), "nothing"))
    monkeypatch.setattr("unseen.validating._selfcheck.CHECKS", (broken,))
    said = run_line("selfcheck", "--quick")
    assert said.code == 1 and "1 of 2 lines FAIL" in said.out
    assert not run_line("selfcheck", "--quick", "--json").json["passed"]


@pytest.fixture
def run_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return CommandLine(monkeypatch, capsys)

"""``unseen hunt`` from the command line."""

from __future__ import annotations

import shlex

from tests.cli.command_line import CommandLine
from unseen.plan import Plan
from unseen.storing import Store

HUNT = ("hunt", "simulated/prior-reciter?ability=9", "arithmetic/chain", "--answers", 500, "--seed", 1, "--set", "steps=1..4")


def test_it_names_the_premise_that_a_prior_reciter_ignores_and_shows_the_smallest_case(run: CommandLine) -> None:
    said = run(*HUNT)
    assert said.code == 0, said.err
    assert "base = eight: " in said.out
    assert "smallest task that fails, base = eight" in said.out
    assert "With base = ten it passes" in said.out
    assert "finished" in said.out and "report.html" in said.out


def test_it_is_a_stored_run_that_the_report_reads_again_with_the_same_findings(run: CommandLine) -> None:
    first = run(*HUNT, "--json").json
    again = run("report", first["run"], "--json").json
    assert again["sections"] == first["report"]["sections"]
    assert not again["examinees"]  # a hunt's tasks are no representative mix: no pass rate
    (section,) = again["sections"]
    (family,) = section["data"]["families"]
    finding = next(f for f in family["findings"] if f["rule"] == "base = eight")
    assert finding["pass_rate_inside"]["high"] < finding["pass_rate_elsewhere"]["low"]
    assert finding["smallest"]["fails"]["setting"]["base"] == "eight"
    assert finding["smallest"]["passes"]["setting"]["base"] == "ten"


def test_the_command_in_its_report_hunts_the_same_again(run: CommandLine) -> None:
    (section,) = run(*HUNT, "--json").json["report"]["sections"]
    (again,) = run(*shlex.split(section["reproduce"])[1:], "--json").json["report"]["sections"]
    assert again["data"]["families"] == section["data"]["families"]


def test_a_hunt_that_a_budget_ended_claims_nothing_and_says_so(run: CommandLine) -> None:
    said = run(*HUNT, "--budget", "tasks=60")
    assert said.code == 0 and "cut short" in said.out


def test_a_hunt_that_was_cut_short_goes_on_to_the_same_end(run: CommandLine) -> None:
    whole = run(*HUNT, "--json").json
    store = Store("runs")
    outcomes = list(store.outcomes(whole["run"]))
    with store.begin("cut", _plan(store, whole["run"]), {}) as writer:
        for outcome in outcomes[:77]:
            writer.append(outcome)
    resumed = run("hunt", "--resume", "cut", "--json")
    assert resumed.code == 0, resumed.err
    assert [o.task_id for o in store.outcomes("cut")] == [o.task_id for o in outcomes]
    assert resumed.json["report"]["sections"][0]["data"]["families"] == whole["report"]["sections"][0]["data"]["families"]


def test_two_models_are_hunted_one_after_the_other(run: CommandLine) -> None:
    sure = "simulated/item-response?ability=30"
    said = run(*HUNT, "--answers", 300, "--shrink", 0, "--model", sure, "--json")
    sections = said.json["report"]["sections"]
    assert [section["data"]["examinee"] for section in sections] == [HUNT[1], sure]
    assert sections[1]["data"]["families"][0]["finished"] and not sections[1]["data"]["families"][0]["findings"]


def test_a_hunt_that_cannot_be_is_refused_in_one_line(run: CommandLine) -> None:
    for arguments, words in [
        (("simulated/item-response", "nosuch"), "no family 'nosuch'"),
        (("simulated/item-response", "arithmetic/chain", "--answers", 50), "give at least"),
        (("simulated/item-response", "arithmetic/chain", "--alpha", 2), "hunt.alpha = 2"),
        (("simulated/item-response",), "unseen hunt MODEL FAMILY"),
        (("simulated/item-response", "arithmetic/chain", "--resume", "last"), "leave out the other options"),
    ]:
        said = run("hunt", *arguments)
        assert said.code == 2 and words in said.err and said.err.count("\n") == 1, said.err


def _plan(store: Store, run: str) -> Plan:
    return Plan.of(dict(store.run(run).plan))

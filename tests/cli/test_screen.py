"""``unseen screen`` prints what matters, stores its run, resumes, and refuses bad input in one line."""

from __future__ import annotations

import pytest

from tests.cli.command_line import CommandLine
from unseen.plan import Plan
from unseen.storing import Store

MODEL = "simulated/prior-reciter?ability=7"
SMALL = ("--answers", 160, "--confirm", 80, "--seed", 0)


def test_prints_a_line_for_every_variable_and_what_was_found(run: CommandLine) -> None:
    said = run("screen", MODEL, "arithmetic/chain", *SMALL)
    assert said.code == 0
    assert "Which variables of arithmetic/chain matter" in said.out
    assert "base " in said.out and "premise" in said.out and "matters" in said.out


def test_it_is_a_stored_run_with_a_section_and_no_pass_rate(run: CommandLine) -> None:
    said = run("screen", MODEL, "arithmetic/chain", *SMALL, "--set", "digits=1", "--json").json
    (section,) = said["report"]["sections"]
    assert said["report"]["examinees"] == []
    assert section["kind"] == "screening" and section["data"]["family"] == "arithmetic/chain" and section["data"]["screened"] == 160
    assert "digits" not in {found["name"] for found in section["data"]["variables"]}
    assert run("report", "last", "--json").json["sections"] == [section]
    run("report", "last", "--charts", "charts", "-o", "page.html")
    assert (Store("runs").run("last").id) == said["run"]


def test_a_screen_cut_short_goes_on_to_the_same_end(run: CommandLine) -> None:
    whole = run("screen", MODEL, "arithmetic/chain", *SMALL, "--json").json
    store = Store("runs")
    outcomes = list(store.outcomes(whole["run"]))
    with store.begin("cut", Plan.of(dict(store.run(whole["run"]).plan)), {}) as writer:
        for outcome in outcomes[:101]:
            writer.append(outcome)
    resumed = run("screen", "--resume", "cut", "--json").json
    assert {o.task_id for o in store.outcomes("cut")} == {o.task_id for o in outcomes}
    assert resumed["report"]["sections"][0]["data"]["variables"] == whole["report"]["sections"][0]["data"]["variables"]


def test_an_examinee_that_never_answers_is_a_failed_run(run: CommandLine) -> None:
    assert run("screen", "simulated/flaky?rate=1", "arithmetic/chain", *SMALL).code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("screen", MODEL, "arithmetic/chains"), "no family 'arithmetic/chains'"),
        (("screen", MODEL), "unseen screen MODEL FAMILY"),
        (("screen", "simulated/nobody", "arithmetic/chain"), "no simulated examinee"),
        (("screen", MODEL, "arithmetic/chain", "--set", "colour=red"), "colour"),
        (("screen", MODEL, "arithmetic/chain", "--answers", 5), "screen.answers = 5"),
        (("screen", MODEL, "arithmetic/chain", "--budget", "answers=3"), "--budget"),
    ],
)
def test_bad_input_is_one_clear_line(run: CommandLine, arguments: tuple[str, ...], message: str) -> None:
    said = run(*arguments)
    assert said.code == 2 and message in said.err and len(said.err.strip().splitlines()) == 1

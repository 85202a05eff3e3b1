"""``unseen plan``: nothing is asked, everything is said."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command_line import CommandLine

ASKED = ("--family", "arithmetic/chain", "--model", "simulated/item-response")


def test_it_says_how_many_questions_what_they_give_and_how_to_ask_them(run: CommandLine) -> None:
    said = run("plan", *ASKED, "--width", 0.1)
    assert said.code == 0
    assert "questions per family" in said.out and "± 10.0 points" in said.out
    assert "To ask: unseen eval --model simulated/item-response --family arithmetic/chain --fixed" in said.out
    assert not Path("runs").exists()


def test_json_holds_the_forecast(run: CommandLine) -> None:
    found = run("plan", *ASKED, "--budget", "tasks=100", "--json").json
    assert found["per_family"] == 100
    low, value, high = found["half_width"]
    assert low <= value <= high
    assert found["models"][0]["cost"] == [0, 0, 0]


def test_the_command_it_names_asks_what_was_forecast(run: CommandLine) -> None:
    found = run("plan", *ASKED, "--width", 0.15, "--set", "steps=2..4", "--json").json
    _, *words = found["command"].split()
    done = run(*words, "--seed", 1, "--json").json
    assert done["status"] == "finished"
    plan = done["report"]["runs"][0]["plan"]
    assert (plan["fixed"], plan["settings"]) == (found["per_family"], {"steps": [2, 4]})
    again = run("plan", *ASKED, "--width", 0.15, "--like", "last", "--json").json
    assert "simulated/item-response in run" in again["assumptions"][0]


def test_bad_input_is_one_line(run: CommandLine) -> None:
    for arguments in (("--width", 2), (), ("--width", 0.1, "--like", "nowhere"), ("--width", 0.1, "--family", "nonsense")):
        said = run("plan", *arguments)
        assert said.code == 2 and said.err.startswith("unseen: ") and said.err.count("\n") == 1

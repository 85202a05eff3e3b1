"""``unseen screen`` prints what matters, writes JSON and a chart, and refuses bad input in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine

MODEL = "simulated/prior-reciter?ability=7"
SMALL = ("--answers", 160, "--confirm", 80)


def test_prints_a_line_for_every_variable_and_what_the_verdicts_mean(run: CommandLine) -> None:
    said = run("screen", MODEL, "arithmetic/chain", *SMALL)
    assert said.code == 0
    assert "base " in said.out and "premise" in said.out and "matters" in said.out
    assert "within ±10 points" in said.out


def test_json_and_chart(run: CommandLine, tmp_path: Path) -> None:
    said = run("screen", MODEL, "arithmetic/chain", *SMALL, "--set", "digits=1", "--json", "--chart", "effects.svg")
    (report,) = said.json
    assert report["family"] == "arithmetic/chain" and report["screened"] == 160
    assert "digits" not in {found["name"] for found in report["variables"]}
    assert (tmp_path / "effects.svg").stat().st_size > 1000


def test_the_same_seed_gives_the_same_report(run: CommandLine) -> None:
    first, again = (run("screen", MODEL, "language/rewriting", *SMALL, "--seed", 4, "--json").out for _ in range(2))
    assert first == again


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("screen", MODEL, "arithmetic/chains"), "no family 'arithmetic/chains'"),
        (("screen", "simulated/nobody", "arithmetic/chain"), "no simulated examinee"),
        (("screen", "simulated/flaky?rate=1", "arithmetic/chain"), "gave no answer"),
        (("screen", MODEL, "arithmetic/chain", "--set", "colour=red"), "colour"),
        (("screen", MODEL, "arithmetic/chain", "--chart", "effects.txt"), "ends in .svg"),
        (("screen", MODEL, "arithmetic/chain", "--budget", "answers=3"), "--budget"),
    ],
)
def test_bad_input_is_one_clear_line(run: CommandLine, arguments: tuple[str, ...], message: str) -> None:
    said = run(*arguments)
    assert said.code == 2 and message in said.err and len(said.err.strip().splitlines()) == 1

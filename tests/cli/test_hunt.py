"""``unseen hunt`` from the command line."""

from __future__ import annotations

from tests.cli.command_line import CommandLine

HUNT = ("hunt", "simulated/prior-reciter?ability=9", "arithmetic/chain", "--answers", 500, "--seed", 1, "--set", "steps=1..4")


def test_it_names_the_premise_that_a_prior_reciter_ignores_and_shows_the_smallest_case(run: CommandLine) -> None:
    said = run(*HUNT)
    assert said.code == 0, said.err
    assert "base = eight: 0%" in said.out
    assert "Smallest task that fails, base = eight" in said.out
    assert "With base = ten it passes" in said.out
    assert "Seed 1" in said.out


def test_its_json_is_the_same_from_the_same_seed_and_holds_both_tasks(run: CommandLine) -> None:
    first, second = run(*HUNT, "--json"), run(*HUNT, "--json")
    assert first.out == second.out
    (family,) = first.json["families"]
    finding = next(f for f in family["findings"] if f["rule"] == "base = eight")
    assert finding["pass_rate_inside"]["high"] < finding["pass_rate_elsewhere"]["low"]
    assert finding["smallest"]["fails"]["setting"]["base"] == "eight"
    assert finding["smallest"]["passes"]["setting"]["base"] == "ten"


def test_a_hunt_that_cannot_be_is_refused_in_one_line(run: CommandLine) -> None:
    for arguments, words in [
        (("nosuch",), "no family 'nosuch'"),
        (("arithmetic/chain", "--answers", 50), "give at least"),
        (("arithmetic/chain", "--alpha", 2), "alpha 2"),
    ]:
        said = run("hunt", "simulated/item-response", *arguments)
        assert said.code == 2 and words in said.err and said.err.count("\n") == 1


def test_a_budget_that_ends_it_early_leaves_no_claim(run: CommandLine) -> None:
    said = run(*HUNT, "--budget", "tasks=60")
    assert said.code == 0 and "cut short" in said.out

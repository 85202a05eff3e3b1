"""``unseen compare`` on stored runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine, Said
from tests.measuring.outcomes import outcome
from unseen.families import family
from unseen.plan import Plan
from unseen.storing import Status, Store, utc_now

CHAIN = family("arithmetic/chain")


def stored(run: str, answers: dict[str, list[bool]], prefix: str = "t") -> None:
    """A run in which each examinee answers the same tasks."""
    with Store().begin(run, Plan(models=tuple(answers)), {}) as writer:
        for examinee, passed in answers.items():
            for i, right in enumerate(passed):
                task = f"{prefix}{i}"
                setting = dict(CHAIN.space.validate({"steps": 1 + i % 5}))
                writer.append(
                    outcome(right, examinee=examinee, task_id=task, group=task, family=CHAIN.name, domain=CHAIN.domain, setting=setting)
                )
        writer.finish(Status.FINISHED, utc_now())


@pytest.fixture
def runs(run: CommandLine, tmp_path: Path) -> CommandLine:
    """Three runs: two models on the same forty tasks; the first of them again on others; nobody."""
    good, bad = [i % 5 > 0 for i in range(40)], [i % 5 > 2 for i in range(40)]
    stored("both", {"good": good, "bad": bad})
    stored("again", {"good": good}, prefix="u")
    stored("nobody", {})
    return run


def test_two_models_of_one_run_are_paired(runs: CommandLine) -> None:
    found = runs("compare", "good", "bad", "--run", "both", "--json").json
    assert (found["first"], found["second"], found["overall"]["method"]) == ("good", "bad", "paired")
    assert found["overall"]["points"]["value"] == pytest.approx(0.4)
    assert found["overall"]["points"]["low"] > 0
    assert found["overall"]["evidence"]["e_value"] > 20


def test_models_of_two_runs_without_a_task_in_common_are_equated(runs: CommandLine) -> None:
    found = runs("compare", "again", "both:bad", "--json").json
    assert (found["overall"]["method"], found["overall"]["shared"]) == ("equated", 0)
    assert found["families"][0]["ability"]["value"] > 0


def test_one_model_in_two_runs_is_named_with_its_run(runs: CommandLine) -> None:
    found = runs("compare", "again", "both:good", "--json").json
    assert (found["first"], found["second"]) == ("good (again)", "good (both)")


def test_the_table_says_how_and_with_what_interval(runs: CommandLine) -> None:
    said: Said = runs("compare", "good", "bad", "--run", "both")
    assert said.code == 0
    for part in ("good minus bad", "paired", "+40 [", "] *", "Holm", "arithmetic/chain"):
        assert part in said.out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["both", "again"], "asked good, bad: write both:EXAMINEE"),
        (["both:ugly", "again"], "no examinee 'ugly'; there are: good, bad"),
        (["nobody", "again"], "run nobody has no outcome"),
        (["never", "again"], "no run 'never'"),
        (["again", "again"], "are the same outcomes"),
        (["again", "both:bad", "--level", "2"], "--level 2"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_cannot_be_compared_is_one_clear_line(runs: CommandLine, arguments: list[str], named: str) -> None:
    said = runs("compare", *arguments)
    assert (said.code, said.out) == (2, "")
    assert named in said.err and said.err.count("\n") == 1

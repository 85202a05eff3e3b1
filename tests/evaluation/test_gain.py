"""`unseen gain` from end to end on planted examinees: memory, template skill and what transfers are told apart; runs resume and combine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from unseen.cli._app import app
from unseen.errors import PlanError, UnseenError
from unseen.evaluation import evaluate, gain, report
from unseen.measuring import ITEM_MEMORY, TEMPLATE_SKILL, TRANSFERABLE, GainAccount
from unseen.minting import mint, write_tasks
from unseen.plan import Budget, GainPlan, Plan
from unseen.reporting import command
from unseen.storing import Status, Store

BASE = "simulated/item-response?ability=3.5"
SEED = 11


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A static test of 80 tasks, all told in one story."""
    folder = tmp_path_factory.mktemp("gain")
    write_tasks(folder / "static.jsonl", mint(["arithmetic/chain"], 80, 7, fixed={"story": "shop", "steps": (1, 5), "base": "ten"}))
    return folder


def asked(place: Path, *models: str, **gain_fields: object) -> tuple[str, Store]:
    plan = Plan(models=models, seed=SEED, gain=GainPlan(static=str(place / "static.jsonl"), **gain_fields))  # type: ignore[arg-type]
    store = Store(place / "runs")
    return evaluate(plan, store=store, folder=place / "runs").id, store


def split(place: Path, second: str) -> GainAccount:
    run, store = asked(place, BASE, second)
    return gain(BASE, second, run=run, store=store)


def shown(found: GainAccount) -> set[str]:
    return {part.name for part in found.split.parts if part.shown}


def test_a_memoriser_gains_item_memory_alone(place: Path) -> None:
    found = split(place, f"simulated/memoriser?ability=3.5&seed=1&seen={place}/static.jsonl")
    assert shown(found) == {ITEM_MEMORY}
    assert found.split.rates[0].second == 1.0
    assert found.split.part(ITEM_MEMORY).share.low > 0.5


def test_a_model_trained_on_the_story_gains_template_skill_alone(place: Path) -> None:
    found = split(place, "simulated/surface-sensitive?ability=6.5&penalty=3&variable=story&seed=2&levels=" + "|".join(_other_stories()))
    assert shown(found) == {TEMPLATE_SKILL}
    assert found.gradient is not None
    assert found.gradient.gain.value < 0


def test_a_better_model_transfers_and_no_memory_is_claimed(place: Path) -> None:
    found = split(place, "simulated/item-response?ability=6&seed=3")
    assert shown(found) == {TRANSFERABLE}
    assert not found.new_templates.elsewhere
    assert found.new_templates.unseen_levels == found.new_templates.same_family  # another story, every time


def _other_stories() -> list[str]:
    from unseen.families import family

    return [str(story) for story in family("arithmetic/chain").space.variables["story"].values() if story != "shop"]


def test_two_runs_of_the_same_sets_give_what_one_run_of_both_gives(place: Path) -> None:
    other = "simulated/item-response?ability=6&seed=3"
    together, store = asked(place, BASE, other, sets=30)
    one, _ = asked(place, BASE, sets=30)
    two, _ = asked(place, other, sets=30)
    assert gain(one, two, store=store).split == gain(BASE, other, run=together, store=store).split
    different, _ = asked(place, other, sets=29)
    with pytest.raises(UnseenError, match="asked different sets"):
        gain(one, different, store=store)


def test_a_run_cut_short_goes_on_where_it_stopped(place: Path) -> None:
    store = Store(place / "runs")
    plan = Plan(models=(BASE,), seed=SEED, budget=Budget(tasks=10), gain=GainPlan(static=str(place / "static.jsonl"), sets=8))
    cut = evaluate(plan, store=store, folder=place / "runs")
    whole, _ = asked(place, BASE, sets=8)
    first = [outcome.task_id for outcome in store.outcomes(cut.id)]
    assert [outcome.task_id for outcome in store.outcomes(whole)][:10] == first
    resumed = evaluate(resume=cut.id, store=store, folder=place / "runs")
    assert resumed.status is Status.FINISHED
    assert len({o.task_id for o in store.outcomes(cut.id)}) == resumed.outcomes == len(first)  # the budget holds for the whole run


def test_the_report_of_a_gain_run_has_its_section_and_no_pass_rate(place: Path) -> None:
    run, store = asked(place, BASE, "simulated/item-response?ability=6&seed=3", sets=30, siblings=2)
    found = report([run], store=store)
    (section,) = found.sections
    assert (section.kind, found.summaries) == ("gain", ())
    assert "item memory" in section.answer
    assert [figure.name for figure in section.figures] == ["parts", "novelty"]
    assert json.loads(json.dumps(section.to_json(), allow_nan=False))["data"]["split"]["sets"] == 30
    assert "correlation" in section.data["siblings"][0]["consistency"]
    assert "unseen gain" in section.reproduce
    assert "Which part of the gain is genuine?" in found.to_html()


def test_a_run_that_asked_one_model_says_what_is_missing(place: Path) -> None:
    run, store = asked(place, BASE, sets=5)
    assert "ask a second model the same sets" in report([run], store=store).sections[0].answer


def test_a_static_test_settles_families(place: Path) -> None:
    static = GainPlan(static=str(place / "static.jsonl"))
    with pytest.raises(PlanError, match="settles families"):
        evaluate(Plan(models=(BASE,), families=("time/calendar",), gain=static), store=Store(place / "runs"), folder=place / "runs")
    with pytest.raises(PlanError, match="no such file"):
        evaluate(Plan(models=(BASE,), gain=GainPlan(static="nowhere.jsonl")), store=Store(place / "runs"), folder=place / "runs")
    with pytest.raises(PlanError, match="exclude each other"):
        Plan.of({"gain": {"static": "x.jsonl"}, "fixed": 3})


def test_the_command_asks_prints_and_reads_a_stored_run(place: Path) -> None:
    cli, store = CliRunner(), ["--store", str(place / "cli")]
    other = "simulated/item-response?ability=6&seed=3"
    asking = cli.invoke(
        app, ["gain", BASE, other, "--static", str(place / "static.jsonl"), "--sets", "20", "--seed", "1", "--json", *store]
    )
    assert asking.exit_code == 0, asking.output
    run = json.loads(asking.stdout)["run"]
    stored = cli.invoke(app, ["gain", BASE, other, "--run", run, *store])
    assert stored.exit_code == 0, stored.output
    assert "item memory" in stored.output
    assert "template skill" in stored.output
    as_json = json.loads(cli.invoke(app, ["gain", BASE, other, "--run", run, "--json", *store]).stdout)
    assert [part["name"] for part in as_json["split"]["parts"]] == [ITEM_MEMORY, TEMPLATE_SKILL, TRANSFERABLE]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gain"], "name two models and the test"),
        (["gain", "a", "b", "--sets", "3"], "without --static nothing is asked"),
        (["gain", "a", "b", "--static", "x.jsonl", "--run", "r"], "give one of them"),
        (["gain", "--resume", "r", "--sets", "3"], "leave out the other options"),
    ],
)
def test_options_that_do_not_go_together_are_refused(words: list[str], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        app(words, standalone_mode=False)


def test_a_fixed_run_with_siblings_tells_how_consistent_a_model_is(tmp_path: Path) -> None:
    plan = Plan(
        models=("simulated/item-response?ability=4",), families=("arithmetic/chain",), fixed=60, siblings=3, seed=2, twins=0, planted=0
    )
    store = Store(tmp_path)
    run = evaluate(plan, store=store, folder=tmp_path)
    (section,) = [section for section in report([run.id], store=store).sections if section.kind == "consistency"]
    assert section.data["examinees"][0]["consistency"]["siblings"] == [3, 3]
    assert sorted(section.data["examinees"][0]["pass_at"]) == ["1", "2", "3"]
    assert "--siblings 3" in command(Plan.of(dict(run.plan)))
    with pytest.raises(PlanError, match="fixed runs alone"):
        Plan.of({"siblings": 2})

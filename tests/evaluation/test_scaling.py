"""`unseen scaling` on stored runs: planted abilities and memory give the slopes they should; what cannot be told is refused."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from typer.testing import CliRunner

from unseen.cli._app import app
from unseen.errors import UnseenError
from unseen.evaluation import evaluate, parse_compute, scaling, scaling_report
from unseen.families import family
from unseen.measuring import demands
from unseen.minting import mint, write_tasks
from unseen.plan import GainPlan, Plan
from unseen.storing import Store

SPACE = family("arithmetic/chain").space


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four models, each an ability better than the last, that also remember 0, 16, 32 and 48 of the 48 static tasks."""
    folder = tmp_path_factory.mktemp("scaling")
    tasks = list(mint(["arithmetic/chain"], 48, 7))
    write_tasks(folder / "static.jsonl", tasks)
    models = []
    for rank in range(4):
        (folder / f"seen{rank}").write_text("".join(f"{task.id}\n" for task in tasks[: 16 * rank]), encoding="utf-8")
        models.append(f"simulated/memoriser?ability={3 + rank}&seed={rank}&seen={folder}/seen{rank}")
    plan = Plan(models=tuple(models), seed=1, gain=GainPlan(static=str(folder / "static.jsonl"), siblings=2))
    run = evaluate(plan, store=Store(folder / "runs"), folder=folder / "runs")
    (folder / "run").write_text(
        json.dumps({"run": run.id, "compute": {m: 10.0 ** (20 + r) for r, m in enumerate(models)}}), encoding="utf-8"
    )
    return folder


def known(place: Path) -> tuple[str, dict[str, float], Store]:
    made = json.loads((place / "run").read_text(encoding="utf-8"))
    return made["run"], made["compute"], Store(place / "runs")


def test_memory_that_grows_with_compute_raises_the_static_slope_alone(place: Path) -> None:
    run, compute, store = known(place)
    found = scaling([run], compute, store=store).table
    rows = {row.condition: row for row in found.rows}
    assert list(rows) == ["static", "fresh", "composed", "counterfactual", "new templates"]
    assert (rows["static"].tasks, rows["fresh"].tasks, rows["new templates"].tasks) == (48, 96, 48)
    assert rows["fresh"].points.low > 0
    differences = {one.condition: one for one in found.differences}
    assert differences["static"].points.low > 0
    assert differences["new templates"].points.low < 0 < differences["new templates"].points.high


def test_three_models_or_more_have_an_emergence_slope_and_two_do_not(place: Path) -> None:
    run, compute, store = known(place)
    whole = scaling([run], compute, store=store).emergence
    assert whole is not None
    assert whole.low <= whole.value <= whole.high
    two = scaling([run], dict(list(compute.items())[:2]), store=store)
    assert two.emergence is None
    assert two.table.scope == "these models"
    assert math.isinf(two.table.rows[0].points_models.high)


def test_the_command_prints_the_table_and_json(place: Path) -> None:
    run, compute, _ = known(place)
    words = ["scaling", run, *(word for model, size in compute.items() for word in ("--compute", f"{model}={size:g}"))]
    words += ["--store", str(place / "runs")]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 0, shown.output
    assert "static − fresh" in shown.output
    as_json = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert as_json["table"]["compute"] == [1e20, 1e21, 1e22, 1e23]


def test_the_table_is_a_section_of_the_report(place: Path) -> None:
    run, compute, store = known(place)
    found = scaling([run], compute, store=store)
    (section, *others) = scaling_report(found, [run], store=store).sections
    assert section.kind == "scaling"
    assert {other.kind for other in others} == {"gain"}
    assert "static" in section.answer
    words = ["scaling", run, *(word for model, size in compute.items() for word in ("--compute", f"{model}={size:g}"))]
    page = place / "page.html"
    assert CliRunner().invoke(app, [*words, "--store", str(place / "runs"), "--page", str(page)]).exit_code == 0
    assert "How much more is passed with ten times the compute?" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["m", "m=", "=3", "m=-1", "m=inf", "m=many"])
def test_a_compute_that_is_no_positive_number_is_refused(text: str) -> None:
    with pytest.raises(UnseenError, match="write MODEL=NUMBER"):
        parse_compute([text])


def test_model_names_may_hold_equal_signs() -> None:
    assert parse_compute(["simulated/item-response?ability=3=2e20", "m=7"]) == {"simulated/item-response?ability=3": 2e20, "m": 7.0}


def test_models_that_are_not_there_and_runs_without_common_tasks_are_refused(place: Path) -> None:
    run, compute, store = known(place)
    with pytest.raises(UnseenError, match="no examinee 'somebody'"):
        scaling([run], {**compute, "somebody": 1.0}, store=store)
    models = ("simulated/item-response?seed=8", "simulated/item-response?seed=9")
    apart = [
        evaluate(Plan(models=(model,), families=("arithmetic/chain",), fixed=5, seed=seed), store=store, folder=place / "runs").id
        for seed, model in enumerate(models)
    ]
    with pytest.raises(UnseenError, match="no task was answered by all"):
        scaling(apart, {models[0]: 1.0, models[1]: 2.0}, store=store)


def test_demands_count_what_a_setting_asks_for_at_once() -> None:
    easy = SPACE.default
    assert demands(easy, SPACE) == 0
    assert demands(easy.but(steps=16), SPACE) == 1
    assert demands(easy.but(steps=16, digits=6, brackets="nested"), SPACE) == 3
    assert demands(easy.but(story=SPACE.variables["story"].values()[-1], base="eight"), SPACE) == 0

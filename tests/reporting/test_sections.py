"""Sections of a report: from stored runs of simulated examinees, a screen, a hunt and a comparison say what was planted, in every rendering."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

import unseen
from tests.reporting.browser import opened
from unseen.outcome import Outcome
from unseen.plan import HuntPlan, Plan, ScreenPlan
from unseen.reporting import Report, Section, command
from unseen.storing import Store

RECITER, PLAIN = "simulated/prior-reciter?ability=9", "simulated/item-response?ability=3"
CHAIN = {"families": ("arithmetic/chain",), "seed": 1, "settings": {"steps": (1, 4)}}
PLANS = {
    "eval": Plan(models=(PLAIN, RECITER), families=("arithmetic/chain", "commerce/pricing"), fixed=30, twins=0.2, seed=3),
    "screen": Plan(models=(RECITER,), screen=ScreenPlan(answers=160, confirm=80), **CHAIN),
    "hunt": Plan(models=(RECITER,), hunt=HuntPlan(answers=500), **CHAIN),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def runs(store: Store, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("folders")
    return {name: unseen.evaluate(plan, store=store, folder=folder).id for name, plan in PLANS.items()}


@pytest.fixture(scope="module")
def report(store: Store, runs: dict[str, str]) -> Report:
    return unseen.report(list(runs.values()), store=store)


@pytest.fixture(scope="module")
def page(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report.save(tmp_path_factory.mktemp("pages") / "report.html")


def section(report: Report, kind: str) -> Section:
    return next(found for found in report.sections if found.kind == kind)


def test_each_run_gives_its_section_and_every_title_is_a_question(report: Report) -> None:
    assert [found.kind for found in report.sections] == ["comparison", "screening", "hunting", "power", "errors"]
    assert all(found.title.endswith("?") for found in report.sections)
    assert all(str(figure.chart.to_dict()["title"]["text"]).endswith("?") for found in report.sections for figure in found.figures)


def test_the_planted_premise_is_found_by_screen_and_hunt_alike(report: Report) -> None:
    assert "base (ten to eight: −" in section(report, "screening").answer
    (family,) = section(report, "hunting").data["families"]
    (finding,) = [found for found in family["findings"] if found["rule"] == "base = eight"]
    assert finding["pass_rate_inside"]["high"] < finding["pass_rate_elsewhere"]["low"]
    assert "smallest task that fails, base = eight" in section(report, "hunting").exhibits[0].title


def test_pass_rates_rest_on_representative_runs_alone(report: Report, store: Store, runs: dict[str, str]) -> None:
    alone = unseen.report([runs["eval"]], store=store)
    assert [s.to_json() for s in report.summaries] == [s.to_json() for s in alone.summaries]
    probes = unseen.report([runs["screen"], runs["hunt"]], store=store)
    assert probes.summaries == () and probes.models == [RECITER]
    assert not any(name.startswith(("domain", "family", "horizons")) for name in probes.charts)


def test_a_comparison_is_of_the_others_with_the_first_and_corrected_over_families(report: Report) -> None:
    (found,) = section(report, "comparison").data["comparisons"]
    assert (found["first"], found["second"]) == (RECITER, PLAIN)
    raw = [family["points"]["p_value"] for family in found["families"]]
    holm = [family["holm_p"] for family in found["families"]]
    assert min(holm) == pytest.approx(min(1.0, 2 * min(raw))) and max(holm) >= max(raw)


def test_a_page_of_probes_alone_shows_them_and_no_pass_rate(store: Store, runs: dict[str, str], tmp_path: Path) -> None:
    with opened(unseen.report([runs["hunt"]], store=store).save(tmp_path / "hunt.html"), unfolded=False) as shown:
        assert shown.title() == f"Where does {RECITER} fail?"
        assert shown.locator(".card").count() == 0 and shown.locator("#domains").count() == 0
        assert shown.locator("#headline figure svg .mark-symbol.role-mark path").count() >= 2
        prompts = shown.locator("details.part pre").all_inner_texts()
        assert "base eight" in prompts[0] and "base eight" not in prompts[1]
        assert any(text.strip().startswith("unseen hunt") for text in prompts)


@pytest.mark.parametrize("width", [360, 768, 1100])
def test_nothing_spills_out_of_a_page_with_sections(page: Path, width: int) -> None:
    with opened(page, width=width) as shown:
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_verdicts_and_sides_differ_by_shape_not_by_colour_alone(page: Path, report: Report) -> None:
    with opened(page) as shown:
        for name in (f"{section(report, 'screening').name}-effects", f"{section(report, 'hunting').name}-rules"):
            marks = shown.locator(f"#figure-{name} svg .mark-symbol.role-mark path")
            shapes = {marks.nth(at).get_attribute("d") for at in range(marks.count())}
            assert len(shapes) >= 2


def test_the_terminal_the_charts_and_the_json_hold_every_section(report: Report, tmp_path: Path) -> None:
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(report.to_terminal())
    printed = " ".join(console.export_text().split())
    assert all(found.title in printed for found in report.sections)
    written = json.loads(report.save(tmp_path / "report.json").read_text())
    assert [found["kind"] for found in written["sections"]] == ["comparison", "screening", "hunting", "power", "errors"]
    names = {path.stem for path in report.save_charts(tmp_path / "charts")}
    assert {name for found in written["sections"] for name in found["figures"]} <= names


@pytest.fixture(scope="module")
def valid() -> Draft202012Validator:
    schema = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_reports_are_what_the_published_schema_says(
    report: Report, store: Store, runs: dict[str, str], valid: Draft202012Validator
) -> None:
    probes = unseen.report([runs["screen"], runs["hunt"]], store=store)
    for one in (report, probes):
        written = json.loads(json.dumps(one.to_json(), allow_nan=False))
        assert [error.message for error in valid.iter_errors(written)] == []


def test_the_schema_refuses_what_is_missing_renamed_or_of_another_version(report: Report, valid: Draft202012Validator) -> None:
    written = json.loads(json.dumps(report.to_json()))
    spoilt = [
        {name: value for name, value in written.items() if name != "sections"},
        written | {"schema": 1},
        written | {"extra": 0},
        written | {"sections": [{**written["sections"][1], "data": {**written["sections"][1]["data"], "variables": "none"}}]},
        written | {"runs": [{**written["runs"][0], "status": 3}]},
    ]
    assert all(list(valid.iter_errors(one)) for one in spoilt)


def test_a_hunt_that_cannot_be_lived_through_again_says_so_instead_of_a_finding(store: Store, runs: dict[str, str]) -> None:
    outcomes: list[Outcome] = list(store.outcomes(runs["hunt"]))
    with store.begin("strange", PLANS["hunt"].model_copy(update={"hunt": HuntPlan(answers=500, confirm=39)}), {}) as writer:
        for outcome in outcomes:
            writer.append(outcome)
    (found,) = unseen.report(["strange"], store=store).sections
    assert "another version of Unseen" in found.answer and not found.figures


def test_the_command_of_a_plan_names_only_what_differs_from_the_defaults() -> None:
    assert command(PLANS["hunt"]) == f"unseen hunt '{RECITER}' arithmetic/chain --answers 500 --set steps=1..4 --seed 1"
    assert command(Plan(models=("a/b", "c/d"), families=("time/calendar",), fixed=4, seed=2)) == (
        "unseen eval --model a/b --model c/d --family time/calendar --fixed 4 --seed 2"
    )

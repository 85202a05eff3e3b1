"""The page of measured claims: what was missed is shown as missed, plots say what they show, and the committed page is current."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, ModuleType]:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("validate"), importlib.import_module("_validation_page")


def claim(name: str, value: float, target: float, holds: bool, error: float | None = 0.01, baseline: float | None = None) -> dict[str, Any]:
    return {"name": name, "value": value, "baseline": baseline, "target": target, "holds": holds, "monte_carlo_error": error}


def document(*claims: dict[str, Any], **more: Any) -> dict[str, Any]:
    suite = {"name": "toy", "about": "Toys", "arguments": ["--repeats", "7"], "wall_seconds": 3.0, "claims": list(claims), **more}
    about = {"unseen": "9.9", "date": "2030-01-02", "python": "3.11", "platform": "Linux", "budget_minutes": 20.0, "workers": 2}
    return {"format": 1, **about, "seconds": 60.0, "suites": [suite]}


def test_a_missed_target_is_shown_as_missed_and_only_a_near_miss_says_so(tools: tuple[ModuleType, ModuleType]) -> None:
    made = document(
        claim("coverage of a", 0.95, 0.93, True), claim("coverage of b", 0.80, 0.93, False), claim("coverage of c", 0.92, 0.93, False)
    )
    text = tools[1].page(made)
    assert "**1 of 3 targets met.**" in text
    assert "| coverage of a | ≥ 0.93 | 0.95 ± 0.01 |  | met |" in text
    assert "| coverage of b | ≥ 0.93 | 0.8 ± 0.01 |  | **missed** |" in text
    assert "| coverage of c | ≥ 0.93 | 0.92 ± 0.01 |  | **missed** (within 2 errors) |" in text
    assert "- coverage of b (toy): 0.8 ± 0.01, target 0.93\n- coverage of c (toy): 0.92 ± 0.01, target 0.93, within 2 errors" in text
    assert "`python benchmarks/toy.py --repeats 7`" in text and "2030-01-02" in text and "20 minutes on 2 cores" in text


def test_the_direction_of_a_target_is_seen_whether_it_is_met_or_missed(tools: tuple[ModuleType, ModuleType]) -> None:
    made = document(
        claim("bias", 0.1, 0.2, True), claim("bias", 0.3, 0.2, False), claim("recall", 0.3, 0.2, True), claim("recall", 0.1, 0.2, False)
    )
    assert [row.at_least for row in tools[1].rows_of(made)] == [False, False, True, True]


def test_a_benchmark_without_a_result_says_why(tools: tuple[ModuleType, ModuleType]) -> None:
    made = document(failure="no module named girth")
    assert "Not measured: no module named girth" in tools[1].page(made)


def test_each_kind_of_claim_has_its_plot_which_names_every_claim(tools: tuple[ModuleType, ModuleType]) -> None:
    made = document(
        claim("horizon: mean coverage", 0.95, 0.94, True),
        claim("type-I under peeking", 0.04, 0.05, True, baseline=0.4),
        claim("speed: x / unseen", 30.0, 1.0, True, baseline=None),
        claim("seconds", 2.0, 10.0, True),
    )
    pictures = tools[1].pictures(made)
    assert sorted(pictures) == ["coverage", "error", "ratio"]
    for kind, name in (("coverage", "horizon: mean coverage"), ("error", "type-I under peeking"), ("ratio", "speed: x / unseen")):
        words = " ".join(ElementTree.fromstring(pictures[kind]).itertext())
        assert f"toy: {name}" in words and tools[1].TITLES[kind][0] in words
        assert "seconds" not in words


def test_every_benchmark_of_statistics_takes_part(tools: tuple[ModuleType, ModuleType]) -> None:
    """All but the one of speed, and the tool itself; and each knows its options."""
    there = {path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py")} - {"mint", "validate"}
    assert {suite.name for suite in tools[0].SUITES} == there
    for suite in tools[0].SUITES:
        code = (ROOT / "benchmarks" / f"{suite.name}.py").read_text(encoding="utf-8")
        assert all(f'"{option}"' in code for option in suite.full)
        assert suite.reads_responses == ('"--responses"' in code)
        assert set(suite.full) == set(suite.least)


def test_repetitions_scale_and_never_fall_below_the_least(tools: tuple[ModuleType, ModuleType]) -> None:
    suite = tools[0].Suite("toy", "Toys", {"--repeats": 400, "--streams": 10}, {"--repeats": 5, "--streams": 2})
    assert suite.arguments(1.0) == ["--repeats", "400", "--streams", "10"]
    assert suite.arguments(0.25) == ["--repeats", "100", "--streams", "2"]
    assert suite.arguments(0.0) == ["--repeats", "5", "--streams", "2"]


def test_a_budget_is_filled_after_a_pilot_and_a_finished_result_is_not_measured_again(
    tools: tuple[ModuleType, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a benchmark that takes half a millisecond a repetition."""
    (tmp_path / "toy.py").write_text(
        "import json, sys, time\nn = int(sys.argv[-1]); time.sleep(0.0005 * n)\n"
        'print(json.dumps({"claims": [{"name": "recall", "value": n, "baseline": None, "target": 1, "holds": True, "monte_carlo_error": None}]}))\n'
    )
    (tmp_path / "broken.py").write_text("raise SystemExit('what went wrong')\n")
    (tmp_path / "_claims.py").write_text("")
    monkeypatch.setattr(tools[0], "HERE", tmp_path)
    runner = tools[0].Runner(tmp_path / "cache")
    suite = tools[0].Suite("toy", "Toys", {"--repeats": 1000}, {"--repeats": 1})
    poor = runner.within(suite, 0.0)
    assert poor["arguments"] == ["--repeats", "20"]  # the pilot
    found = runner.within(suite, 600.0)
    assert found["arguments"] == ["--repeats", "1000"] and not found["cached"]
    again = runner.measured(suite, 1.0, 60)
    assert again["cached"] and again["claims"] == found["claims"]
    (tmp_path / "toy.py").write_text((tmp_path / "toy.py").read_text() + "# changed\n")
    assert not runner.measured(suite, 1.0, 60)["cached"]
    results = tools[0].measure([suite, tools[0].Suite("broken", "B", {}, {})], runner, None, 1)
    assert results[0]["claims"] and results[1]["failure"] == "what went wrong"


def test_the_tool_measures_writes_and_goes_on_where_it_stopped(tools: tuple[ModuleType, ModuleType], tmp_path: Path) -> None:
    """A real benchmark at its least numbers, from measuring to the page."""
    words = ["--quick", "--only", "screening", "--out", str(tmp_path), "--cache", str(tmp_path / "cache"), "--workers", "1"]
    assert tools[0].main(words) == 0
    (suite,) = json.loads((tmp_path / "validation.json").read_text())["suites"]
    page = (tmp_path / "validation.md").read_text()
    assert suite["claims"] and not suite["cached"]
    assert all(row["name"] in page for row in suite["claims"])
    assert tools[0].main(words) == 0
    assert json.loads((tmp_path / "validation.json").read_text())["suites"][0]["cached"]


def test_measuring_one_benchmark_anew_keeps_the_others_of_the_same_version(tools: tuple[ModuleType, ModuleType]) -> None:
    def made(version: str, **suites: int) -> dict[str, Any]:
        listed = [{"name": name, "wall_seconds": wall} for name, wall in suites.items()]
        about = {"format": 1, "unseen": version, "python": "3.12", "platform": "Linux"}
        return {**about, "budget_minutes": 2.0, "workers": 2, "seconds": 60.0, "suites": listed}

    both = tools[0].merged(made("1", gain=1, irt=2), made("1", gain=3))
    assert [(suite["name"], suite["wall_seconds"]) for suite in both["suites"]] == [("irt", 2), ("gain", 3)]
    assert both["budget_minutes"] == 4 and both["seconds"] == 120
    assert tools[0].merged(made("1", irt=2), made("2", gain=3)) == made("2", gain=3)


def test_the_committed_page_is_the_one_its_data_gives(tools: tuple[ModuleType, ModuleType]) -> None:
    made = json.loads((ROOT / "docs" / "validation.json").read_text(encoding="utf-8"))
    assert tools[1].page(made) == (ROOT / "docs" / "validation.md").read_text(encoding="utf-8"), "run: python benchmarks/validate.py --page"
    for name in tools[1].pictures(made):
        assert (ROOT / "docs" / "validation" / f"{name}.svg").exists()

"""The report says which families still tell something, and how much of the uncertainty is the engine's own."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import unseen
from tests.measuring.outcomes import outcome
from unseen.families import family
from unseen.plan import Plan
from unseen.reporting import Report, Section
from unseen.storing import Status, Store, utc_now

FAMILIES = {"arithmetic/chain": (0.9, 0.4), "time/calendar": (1.0, 1.0), "commerce/pricing": (0.5, 0.5)}


def stored(folder: Path, rates: dict[str, tuple[float, ...]], count: int) -> Report:
    """A run of models that pass each family's tasks at given rates; time/calendar costs ten times the tokens."""
    store, rng = Store(folder), np.random.default_rng(1)
    models = [f"m{at}" for at in range(len(next(iter(rates.values()))))]
    with store.begin("run", Plan(models=tuple(models), seed=1), {}) as writer:
        for name, panel in rates.items():
            kind = family(name)
            for at in range(count):
                task, setting = f"{name} {at}", dict(kind.space.validate({}))
                for model, rate in zip(models, panel, strict=True):
                    writer.append(
                        outcome(
                            bool(rng.random() < rate), examinee=model, task_id=f"{at:013x}{name}", group=task, family=name, domain=kind.domain,
                            setting=setting, load=(at + 0.5) / count, input_tokens=1000 if name == "time/calendar" else 100,
                        )
                    )  # fmt: skip
        writer.finish(Status.FINISHED, utc_now())
    return unseen.report(["run"], store=store)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return stored(tmp_path_factory.mktemp("two"), FAMILIES, 90)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return stored(tmp_path_factory.mktemp("one"), {name: rates[:1] for name, rates in FAMILIES.items()}, 60)


def section(report: Report, kind: str) -> Section:
    (found,) = (section for section in report.sections if section.kind == kind)
    return found


def test_a_saturated_family_is_named_on_the_first_screen_and_one_with_too_few_answers_is_not(two: Report) -> None:
    power = section(two, "power")
    assert power.answer.startswith(
        "1 of 3 families are shown to tell the models apart; time/calendar is saturated; too few answers to tell for commerce/pricing."
    )
    assert power.answer.endswith("Worth most for its tokens: arithmetic/chain.")
    assert power.notes == ("time/calendar is saturated: every model passes more than 93%",)
    assert [row["verdict"] for row in power.data["families"]] == ["separates", "not enough answers to tell", "at the ceiling"]


def test_for_one_model_the_families_at_an_end_are_notes_of_its_summary(one: Report) -> None:
    assert section(one, "power").notes == ()
    assert "time/calendar is saturated: it passes more than 90%" in one.summaries[0].notes


def test_the_error_section_splits_the_interval_and_says_what_would_overturn_the_conclusions(two: Report) -> None:
    errors = section(two, "errors")
    account = errors.data["accounts"]["m0"]
    assert account["sampling"] < account["total"] <= 0.5
    claims = {(found["about"], found["claim"]): found for found in errors.data["conclusions"]}
    assert claims["m0", "the pass rate is above 50%"]["holds"]
    assert claims["m0", "better than m1"]["holds"] and 0 < claims["m0", "better than m1"]["e_worst"] < 0.2
    assert "m0: ± " in errors.answer and "would take" in errors.answer


def test_the_terminal_shows_the_answers_of_both_sections_and_not_their_tables(two: Report) -> None:
    screen = Console(file=io.StringIO(), width=200)
    screen.print(two.to_terminal())
    said = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "tell the models apart" in said and "time/calendar is saturated" in said
    assert "information per answer" not in said and "Half-widths in points" not in said


def test_page_json_and_charts_hold_both_sections(two: Report, tmp_path: Path) -> None:
    page = two.to_html()
    assert "information per answer" in page and "Half-widths in points" in page
    kinds = [found["kind"] for found in two.to_json()["sections"]]
    assert kinds.count("power") == kinds.count("errors") == 1
    assert any(path.name == "power-bands.png" for path in two.save_charts(tmp_path))

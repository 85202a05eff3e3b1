"""The report as a reader meets it: drawn in headless Chromium, from a real run over simulated examinees with planted truth."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import unseen
from tests.reporting.browser import opened
from unseen.plan import Plan
from unseen.reporting import Report
from unseen.storing import Store

MODELS = ("simulated/item-response?ability=5", "simulated/prior-reciter?ability=12")
FAMILIES = ("arithmetic/chain", "commerce/pricing", "language/rewriting")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    plan = Plan(models=MODELS, families=FAMILIES, fixed=80, twins=0.4, seed=11)
    store = Store(folder)
    return unseen.report([unseen.evaluate(plan, store=store, folder=folder).id], store=store)


@pytest.fixture(scope="module")
def page(report: Report, folder: Path) -> Path:
    return report.save(folder / "report.html")


def test_the_page_asks_nothing_of_the_network_and_runs_no_script(page: Path) -> None:
    requests: list[str] = []
    with opened(page, requests=requests) as shown:
        assert shown.locator("script").count() == 0
    assert requests == []


def test_the_first_screen_says_what_was_asked_of_whom_and_what_came_of_it(page: Path, report: Report) -> None:
    with opened(page, unfolded=False) as shown:
        header = shown.locator("header").inner_text()
        for name in (*MODELS, *FAMILIES):
            assert name in header
        rows = shown.locator("#headline tbody tr").all_inner_texts()
        assert [next(model for model in MODELS if model in row) for row in rows] == list(MODELS)
        assert all(re.search(r"\d+%\s\(\d+%\sto\s\d+%\)", row) for row in rows)
        assert shown.locator("#figure-horizons svg").bounding_box()["y"] < 500  # type: ignore[index]
        assert shown.locator("#headline table").bounding_box()["y"] < 900  # type: ignore[index]


def test_all_else_is_folded_and_the_contents_lead_to_each_part_and_unfold_it(page: Path) -> None:
    with opened(page, unfolded=False) as shown:
        parts = shown.locator("details.part")
        assert parts.count() >= 8
        assert not any(parts.nth(at).evaluate("part => part.open") for at in range(parts.count()))
        links = shown.locator("nav a")
        assert links.all_inner_texts() == [text.split("\n")[0] for text in shown.locator("details.part > summary h2").all_inner_texts()]
        assert all(text.endswith("?") for text in links.all_inner_texts())
        for at in range(links.count()):
            links.nth(at).click()
            assert shown.locator(links.nth(at).get_attribute("href") or "").is_visible()


def test_one_model_has_its_headline_numbers_on_cards(report: Report, folder: Path) -> None:
    from dataclasses import replace

    alone = replace(report, summaries=report.summaries[:1], sections=())
    with opened(alone.save(folder / "alone.html"), unfolded=False) as shown:
        cards = shown.locator(".card").all_inner_texts()
        assert len(cards) == 4 and re.search(r"\d+% to \d+%", cards[0])


def test_every_domain_has_a_curve_with_points_and_intervals(page: Path, report: Report) -> None:
    with opened(page) as shown:
        for domain in ("mathematics", "commerce", "language"):
            figure = shown.locator(f"#figure-domain-{domain} svg")
            bins = sum(1 for s in report.summaries for d in s.domains if d.name == domain for b in d.curve_load.bins if b.n)
            assert figure.locator(".mark-symbol.role-mark path").count() == bins
            assert figure.locator(".mark-line path").count() == len(MODELS)
            assert figure.locator(".mark-area path").count() == len(MODELS)
            assert "pass rate" in figure.text_content()  # type: ignore[operator]


def test_horizons_show_one_mark_per_family_and_model(page: Path) -> None:
    with opened(page) as shown:
        text = shown.locator("#horizons table").inner_text()
        assert all(name in text for name in FAMILIES)
        assert shown.locator("#figure-horizons svg .mark-rule.role-mark line").count() == len(FAMILIES) * len(MODELS)


def test_the_planted_prior_reciter_is_seen_in_the_premise_check_and_the_other_is_not(report: Report) -> None:
    plain, reciter = (summary.premise for summary in report.summaries)
    assert reciter.high < 0
    assert plain.low <= 0 <= plain.high


def test_failures_show_the_whole_transcript_as_text(page: Path, report: Report) -> None:
    assert report.failures
    with opened(page) as shown:
        blocks = shown.locator("#failures details")
        assert blocks.count() == len(report.failures)
        blocks.first.locator("summary").click()
        transcript = blocks.first.locator("pre").all_inner_texts()
        assert transcript[0].strip() == report.failures[0].prompt.strip()
        assert transcript[1].strip() == report.failures[0].response.strip()


def test_text_from_a_model_is_shown_and_never_interpreted(report: Report, folder: Path) -> None:
    from dataclasses import replace

    evil = replace(
        report.failures[0], response="<script>document.title='owned'</script><img src='http://127.0.0.1:9/x'>", answer="<b>0</b>"
    )
    requests: list[str] = []
    with opened(replace(report, failures=(evil,)).save(folder / "evil.html"), requests=requests) as shown:
        assert shown.title() != "owned"
        assert shown.locator("#failures img, #failures b, script").count() == 0
    assert requests == []


@pytest.mark.parametrize("width", [360, 768, 1100])
def test_nothing_spills_out_of_the_page(page: Path, width: int) -> None:
    with opened(page, width=width) as shown:
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        spilling = shown.evaluate(
            """() => [...document.querySelectorAll('figure svg, .card, h1, h2, p, dl, pre')]
                 .filter(e => e.getBoundingClientRect().width > 0 && e.getBoundingClientRect().right > window.innerWidth + 1).length"""
        )
        assert spilling == 0


def test_text_inside_a_chart_is_legible_on_a_phone_and_never_overlaps_its_own_kind(page: Path) -> None:
    with opened(page, width=360) as shown:
        overlaps, smallest = shown.evaluate(
            """() => {
              let overlaps = 0, smallest = 99;
              for (const svg of document.querySelectorAll('figure svg')) {
                for (const group of svg.querySelectorAll('.role-axis-label')) {
                  const boxes = [...group.querySelectorAll('text')].filter(t => t.getAttribute('opacity') !== '0' && t.textContent).map(t => t.getBoundingClientRect());
                  for (const box of boxes) smallest = Math.min(smallest, box.height);
                  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
                    const [a, b] = [boxes[i], boxes[j]];
                    if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) overlaps++;
                  }
                }
              }
              return [overlaps, smallest];
            }"""
        )
        assert overlaps == 0
        assert smallest >= 6


def test_models_stay_apart_in_greyscale(page: Path) -> None:
    with opened(page) as shown:
        lines = shown.locator("#figure-domain-mathematics svg .mark-line path")
        dashes = {lines.nth(at).get_attribute("stroke-dasharray") for at in range(lines.count())}
        assert len(dashes) == len(MODELS)


def test_the_printed_page_keeps_its_figures(page: Path, folder: Path) -> None:
    with opened(page, unfolded=False) as shown:
        shown.emulate_media(media="print")
        assert shown.locator("nav").is_hidden()
        assert shown.locator("#figure-checks svg").bounding_box()["height"] > 50  # type: ignore[index]
        assert shown.locator("#figure-horizons svg").is_visible()
        assert len(shown.pdf()) > 20_000


def test_the_report_exists_as_json_and_its_charts_as_png_and_json(report: Report, folder: Path) -> None:
    found = json.loads(report.save(folder / "report.json").read_text())
    assert found["schema"] == 2
    assert [examinee["examinee"] for examinee in found["examinees"]] == list(MODELS)
    written = report.save_charts(folder / "charts")
    assert {path.suffix for path in written} == {".png", ".json"}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written if path.suffix == ".png")
    assert all("$schema" in json.loads(path.read_text()) for path in written if path.suffix == ".json")

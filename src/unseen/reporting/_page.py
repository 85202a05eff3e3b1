"""The HTML rendering: tables and figures of a report poured into one self-contained page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from unseen import __version__
from unseen.measuring import Summary
from unseen.outcome import Arm, Outcome
from unseen.reporting import _tables as tables
from unseen.reporting import _wording as say
from unseen.reporting._section import slug

if TYPE_CHECKING:
    import altair as alt

    from unseen.reporting._report import Report
    from unseen.reporting._section import Figure, Section

LONGEST_SHOWN = 6000  # characters of one prompt or response on the page


def page(report: Report) -> str:
    """The whole page."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("unseen.reporting").joinpath("_template.html").read_text(encoding="utf-8"))
    return template.render(_context(report))


PARTS = {
    "domains": "Where does the pass rate fall, domain by domain?",
    "horizons": "How long a chain of steps before half the answers are wrong?",
    "checks": "Does the story matter? Does the model follow a rule that contradicts habit?",
    "families": "How does each family fare?",
    "verdicts": "What came back?",
    "failures": "What do failures look like?",
    "costs": "What did it cost?",
    "reproduce": "How can it be reproduced?",
}  # the folded parts every page may have, by anchor; those up to verdicts need a summary


def _context(report: Report) -> dict[str, Any]:
    drawn = {name: svg(chart) for name, chart in report.charts.items()}
    main = _main(report, drawn)
    return {
        "title": _title(report),
        "subtitle": _subtitle(report),
        "asked": _asked(report),
        "warnings": [*_notes(report.summaries), *(_sentence(note) for section in report.sections for note in section.notes)],
        "main": main,
        "titles": PARTS,
        "contents": _contents(report),
        "sections": [_section(section, drawn, without=main["name"] if main else "") for section in report.sections],
        "failures": [_failure(outcome) for outcome in report.failures],
        "failure_note": "The easiest failures of each family, as asked and as answered. The whole run, every transcript included, is in the Inspect log beside the plan.",
        "cost_table": tables.cost_table(report.runs),
        "reproduce_note": "The plan and the seed below give the same questions again for a fixed plan; an adaptive one also depends on the answers.",
        "version_table": tables.version_table(report.runs),
        "plans": [{"id": run.id, "plan": json.dumps(dict(run.plan), indent=2)} for run in report.runs],
        "unseen_version": __version__,
        **_measured(report.summaries, drawn),
    }


def _measured(summaries: Sequence[Summary], drawn: Mapping[str, Markup]) -> dict[str, Any]:
    """What the page says of pass rates; nothing where no representative mix was asked."""
    families = sorted({f.name for s in summaries for f in s.families})
    domains = sorted({d.name for s in summaries for d in s.domains})
    return {
        "measured": bool(summaries),
        "cards": _cards(summaries[0]) if len(summaries) == 1 else [],
        "headline_table": tables.headline_table(summaries) if len(summaries) > 1 else "",
        "level": f"{summaries[0].level:.0%}" if summaries else "",
        "domain_figures": [{"id": f"figure-domain-{slug(d)}", "svg": drawn[f"domain-{slug(d)}"]} for d in domains],
        "domain_table": tables.domain_table(summaries, domains),
        "horizon_table": tables.horizon_table(summaries, families),
        "check_figure": drawn.get("checks", ""),
        "check_table": tables.check_table(summaries),
        "family_table": tables.family_table(summaries),
        "rates_table": tables.rates_table(summaries),
        "family_blocks": [
            {"name": name, "svg": drawn[f"family-{slug(name)}"], "table": tables.strata_table(summaries, name)} for name in families
        ],
        "verdict_table": tables.verdict_table(summaries),
    }


def _main(report: Report, drawn: Mapping[str, Markup]) -> dict[str, Any] | None:
    """The one figure of the first screen: the horizons, or what the first section shows first."""
    if "horizons" in drawn:
        level = f"{report.summaries[0].level:.0%}"
        caption = f"Where the fitted pass rate crosses one half, with {level} intervals; an arrow where the interval has no end."
        return {"name": "horizons", "svg": drawn["horizons"], "caption": caption}
    shown = next((section for section in report.sections if section.figures), None)
    return _figure(shown, shown.figures[0], drawn) if shown else None


def _contents(report: Report) -> list[dict[str, str]]:
    """One line for each part of the page."""
    told = [{"name": s.name, "title": s.title} for s in report.sections]
    hidden = set() if report.summaries else {"domains", "horizons", "checks", "families", "verdicts"}
    hidden |= set() if report.failures else {"failures"}
    return told + [{"name": name, "title": title} for name, title in PARTS.items() if name not in hidden]


def _section(section: Section, drawn: Mapping[str, Markup], without: str) -> dict[str, Any]:
    figures = [_figure(section, figure, drawn) for figure in section.figures]
    shown = [tables.table(t.caption, t.columns, t.rows, numeric=t.numeric) for t in section.tables]
    return vars(section) | {"figures": [figure for figure in figures if figure["name"] != without], "tables": shown}


def _figure(section: Section, figure: Figure, drawn: Mapping[str, Markup]) -> dict[str, Any]:
    name = f"{section.name}-{figure.name}"
    return {"name": name, "svg": drawn[name], "caption": figure.caption}


def svg(chart: alt.LayerChart) -> Markup:
    """A chart as inline SVG that scales with the page."""
    import vl_convert

    return Markup(vl_convert.vegalite_to_svg(chart.to_json()))


def _title(report: Report) -> str:
    if not report.summaries and len(report.sections) == 1:
        return report.sections[0].title
    names = " and ".join(report.models) if len(report.models) < 3 else f"{len(report.models)} models"
    if not report.summaries:
        return f"What was found about {names}?"
    return f"How far does {names} get?" if len(report.models) == 1 else f"How far do {names} get?"


def _subtitle(report: Report) -> str:
    """How many questions, and how many of their keys a second solver confirmed."""
    shares = [float(run.plan["cross_check"]) for run in report.runs]
    confirmed = "a second solver confirmed every key" if min(shares, default=0) == 1 else "a second solver confirmed a share of the keys"
    return f"{say.plural(sum(run.outcomes for run in report.runs), 'question')}; {confirmed} before it was used."


def _asked(report: Report) -> list[tuple[str, str]]:
    rows = [("Of whom", ", ".join(report.models))]
    families = {name: None for run in report.runs for name in run.versions.get("families", {})}
    rows.append(("What", f"{say.plural(len(families), 'family').replace('familys', 'families')}: {', '.join(families)}"))
    for run in report.runs:
        how = _how(run.plan)
        limits = "".join(f", at most {value:g} {name}" for name, value in run.plan["budget"].items() if value is not None)
        rows.append(
            (
                "How",
                f"{how}{limits}; seed {run.plan['seed']}; run {run.id}, {run.started_at[:16].replace('T', ' ')} UTC, {run.status}",
            )
        )
    return rows


def _how(plan: Mapping[str, Any]) -> str:
    if plan.get("screen"):
        return f"screened for variables that matter, up to {plan['screen']['answers']} answers per family"
    if plan.get("hunt"):
        return f"hunted for failures, up to {plan['hunt']['answers']} answers per family"
    if plan.get("gain"):
        return "a static test, with fresh siblings and new templates of its tasks"
    return f"{plan['fixed']} tasks per family" if plan.get("fixed") else "edition" if plan.get("edition") else "adaptively"


def _cards(summary: Summary) -> list[dict[str, str]]:
    e, q = summary.calibrated.error, summary.calibrated.false_pass
    return [
        {"label": "Pass rate over easy to hard", "value": say.percent(summary.overall.value), "note": f"{say.percent(summary.overall.low)} to {say.percent(summary.overall.high)}; design-based, equal weight on each domain{_assisted(summary)}"},
        {"label": "Corrected for wrong keys", "value": say.percent(summary.calibrated.rate.value), "note": f"{say.percent(summary.calibrated.rate.low)} to {say.percent(summary.calibrated.rate.high)}; e at most {say.percent(e.high)}, q {say.interval(q)}"},
        {"label": "Another story", "value": _effect_value(say.effect(summary.surface)), "note": f"{say.effect(summary.surface)}: {say.conclusion(summary.surface)}"},
        {"label": "A rule against habit", "value": _effect_value(say.effect(summary.premise)), "note": f"{say.effect(summary.premise)}: {say.conclusion(summary.premise)}"},
    ]  # fmt: skip


def _assisted(summary: Summary) -> str:
    """The rate from every weighted answer, where there are more than the exploring ones."""
    return f". Every answer weighted: {say.interval(summary.overall_assisted)}" if summary.arms.get(Arm.ADAPT) else ""


def _notes(summaries: Sequence[Summary]) -> list[str]:
    """What a reader must know; a note that holds for every model is said once."""
    holders: dict[str, list[str]] = {}
    for summary in summaries:
        for note in summary.notes:
            holders.setdefault(note, []).append(summary.examinee)
    everyone = len(summaries)
    told = ((note if len(models) == everyone else f"{', '.join(models)}: {note}") for note, models in holders.items())
    return [_sentence(note) for note in told]


def _sentence(note: str) -> str:
    """With a capital, where it does not begin with a name, and a full stop."""
    return f"{note[:1].upper()}{note[1:]}." if note[:1].islower() and "/" not in note.split()[0] else f"{note}."


def _effect_value(text: str) -> str:
    return text.split(" (")[0]


def _failure(outcome: Outcome) -> dict[str, str | bool]:
    return {
        "family": outcome.family,
        "model": outcome.examinee,
        "answer": _short(outcome.answer) if outcome.answer is not None else "nothing readable",
        "key": _short(outcome.key),
        "kind": outcome.kind.value,
        "task_id": outcome.task_id,
        "load": f"{outcome.load:.2f}",
        "effort": f"{outcome.effort:g}",
        "setting": ", ".join(f"{name} = {value}" for name, value in outcome.setting.items()),
        "reason": outcome.reason,
        "truncated": outcome.truncated,
        "prompt": _cut(outcome.prompt),
        "response": _cut(outcome.response) or "(empty)",
    }


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}\n… ({len(text) - LONGEST_SHOWN:,} more characters)"

"""The HTML rendering: tables and figures of a report poured into one self-contained page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from unseen import __version__
from unseen.measuring import FamilySummary, Summary
from unseen.outcome import Arm, Outcome
from unseen.reporting import _wording as say
from unseen.reporting._figures import slug
from unseen.verdict import Kind

if TYPE_CHECKING:
    import altair as alt

    from unseen.reporting._report import Report
    from unseen.reporting._section import Section

LONGEST_SHOWN = 6000  # characters of one prompt or response on the page


def page(report: Report) -> str:
    """The whole page."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("unseen.reporting").joinpath("_template.html").read_text(encoding="utf-8"))
    return template.render(_context(report))


def _context(report: Report) -> dict[str, Any]:
    drawn = {name: svg(chart) for name, chart in report.charts.items()}
    summaries = report.summaries
    families = sorted({f.name for s in summaries for f in s.families})
    domains = sorted({d.name for s in summaries for d in s.domains})
    return {
        "title": _title(report),
        "subtitle": _subtitle(report),
        "asked": _asked(report),
        "warnings": [*_notes(summaries), *(_sentence(note) for section in report.sections for note in section.notes)],
        "cards": [card for summary in summaries for card in _cards(summary, several=len(summaries) > 1)],
        "measured": bool(summaries),
        "sections": [_section(section, drawn) for section in report.sections],
        "level": f"{summaries[0].level:.0%}" if summaries else "95%",
        "domain_figures": [{"id": f"figure-domain-{slug(d)}", "svg": drawn[f"domain-{slug(d)}"]} for d in domains],
        "domain_table": _domain_table(summaries, domains),
        "horizon_figure": drawn.get("horizons", ""),
        "horizon_table": _horizon_table(summaries, families),
        "check_figure": drawn.get("checks", ""),
        "check_table": _check_table(summaries),
        "family_table": _family_table(summaries),
        "family_blocks": [
            {"name": name, "svg": drawn[f"family-{slug(name)}"], "table": _strata_table(summaries, name)} for name in families
        ],
        "verdict_table": _verdict_table(summaries),
        "failures": [_failure(outcome) for outcome in report.failures],
        "failure_note": "The easiest failures of each family, as asked and as answered. The whole run, every transcript included, is in the Inspect log beside the plan.",
        "cost_table": _cost_table(summaries),
        "reproduce_note": "The plan and the seed below give the same questions again for a fixed plan; an adaptive one also depends on the answers.",
        "version_table": _version_table(report),
        "plans": [{"id": run.id, "plan": json.dumps(dict(run.plan), indent=2)} for run in report.runs],
        "unseen_version": __version__,
    }


def _section(section: Section, drawn: Mapping[str, Markup]) -> dict[str, Any]:
    figures = [{"name": f.name, "svg": drawn[f"{section.name}-{f.name}"], "caption": f.caption} for f in section.figures]
    tables = [table(shown.caption, shown.columns, shown.rows, numeric=shown.numeric) for shown in section.tables]
    return vars(section) | {"figures": figures, "tables": tables}


def svg(chart: alt.LayerChart) -> Markup:
    """A chart as inline SVG that scales with the page."""
    import vl_convert

    return Markup(vl_convert.vegalite_to_svg(chart.to_json()))


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, numeric: Sequence[str] = ()) -> Markup:
    """An HTML table; cells are escaped."""
    classes = ['class="n"' if column in numeric else "" for column in columns]
    head = "".join(f"<th {c}>{escape(column)}</th>" for column, c in zip(columns, classes, strict=True))
    body = "".join("<tr>" + "".join(f"<td {c}>{escape(cell)}</td>" for cell, c in zip(row, classes, strict=True)) + "</tr>" for row in rows)
    named = f'<p class="soft">{escape(caption)}.</p>' if caption else ""
    return Markup(f'{named}<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>')


def _title(report: Report) -> str:
    names = " and ".join(report.models) if len(report.models) < 3 else f"{len(report.models)} models"
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
        limits = ", ".join(f"{name} {value:g}" for name, value in run.plan["budget"].items() if value is not None)
        rows.append(
            (
                "How",
                f"{how}, budget: {limits or 'none'}; seed {run.plan['seed']}; run {run.id}, {run.started_at[:16].replace('T', ' ')} UTC, {run.status}",
            )
        )
    return rows


def _how(plan: Mapping[str, Any]) -> str:
    if plan.get("screen"):
        return f"screened for variables that matter, up to {plan['screen']['answers']} answers per family"
    if plan.get("hunt"):
        return f"hunted for failures, up to {plan['hunt']['answers']} answers per family"
    return f"{plan['fixed']} tasks per family" if plan.get("fixed") else "edition" if plan.get("edition") else "adaptively"


def _cards(summary: Summary, *, several: bool) -> list[dict[str, str]]:
    who = f"{summary.examinee} · " if several else ""
    e, q = summary.calibrated.error, summary.calibrated.false_pass
    return [
        {"label": f"{who}Pass rate over easy to hard", "value": say.percent(summary.overall.value), "note": f"{say.percent(summary.overall.low)} to {say.percent(summary.overall.high)}; design-based, equal weight on each domain"},
        {"label": f"{who}Corrected for wrong keys", "value": say.percent(summary.calibrated.rate.value), "note": f"{say.percent(summary.calibrated.rate.low)} to {say.percent(summary.calibrated.rate.high)}; e at most {say.percent(e.high)}, q {say.interval(q)}"},
        {"label": f"{who}Another story", "value": _effect_value(say.effect(summary.surface)), "note": f"{say.effect(summary.surface)}: {say.conclusion(summary.surface)}"},
        {"label": f"{who}A rule against habit", "value": _effect_value(say.effect(summary.premise)), "note": f"{say.effect(summary.premise)}: {say.conclusion(summary.premise)}"},
    ]  # fmt: skip


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


def _domain_table(summaries: Sequence[Summary], domains: Sequence[str]) -> Markup:
    rows = [[name, *(_domain_cell(summary, name) for summary in summaries)] for name in domains]
    rows.append(["all domains", *(say.interval(s.overall) for s in summaries)])
    rows.append(["domains like these", *(say.interval(s.overall_sampled) for s in summaries)])
    return table(
        "Pass rate over the reference mix (declared difficulty spread evenly); design-based",
        ["domain", *(s.examinee for s in summaries)],
        rows,
    )


def _domain_cell(summary: Summary, name: str) -> str:
    return next((f"{say.interval(d.rate)}, n = {d.rate.n}" for d in summary.domains if d.name == name), "not asked")


def _horizon_table(summaries: Sequence[Summary], families: Sequence[str]) -> Markup:
    cells = [
        [name, *(next((say.horizon(f.horizon_effort) for f in s.families if f.name == name), "not asked") for s in summaries)]
        for name in families
    ]
    return table(
        "50% horizon in elementary steps of the reference solution; model-based", ["family", *(s.examinee for s in summaries)], cells
    )


def _check_table(summaries: Sequence[Summary]) -> Markup:
    rows = []
    for summary in summaries:
        for what, check in (("another story (surface)", summary.surface), ("a rule against habit (premise)", summary.premise)):
            worst = min((lv for lv in check.levels if lv.high < 0), key=lambda lv: lv.value, default=None)
            shown = f"{worst.family}: {worst.variable} = {worst.level} ({100 * worst.value:+.0f} points)" if worst else "none"
            rows.append(
                [
                    summary.examinee,
                    what,
                    check.pairs,
                    say.effect(check),
                    f"{check.omnibus_p:.2g}" if check.pairs else "",
                    say.conclusion(check),
                    shown,
                ]
            )
    columns = ["model", "changed", "pairs", "effect on the pass rate", "p, all levels", "conclusion", "levels that hurt"]
    return table("Paired twins; simultaneous intervals for single levels", columns, rows, numeric=["pairs", "p, all levels"])


def _family_table(summaries: Sequence[Summary]) -> Markup:
    rows = [_family_row(summary, family) for summary in summaries for family in summary.families]
    columns = ["model", "family", "questions", "pass rate", "50% horizon", "guess rate", "another story", "rule against habit"]
    return table("", columns, rows, numeric=["questions", "guess rate"])


def _family_row(summary: Summary, family: FamilySummary) -> list[object]:
    return [
        summary.examinee,
        f"{family.name}@{family.version}",
        family.usage.questions,
        say.interval(family.rate),
        say.horizon(family.horizon_effort),
        say.percent(family.guess_rate),
        say.effect(family.surface),
        say.effect(family.premise),
    ]


def _strata_table(summaries: Sequence[Summary], name: str) -> Markup:
    rows = [
        [
            *([s.examinee] if len(summaries) > 1 else []),
            f"{st.low:.1f} to {st.high:.1f}",
            st.rate.n,
            say.interval(st.rate) if st.rate.n else "not asked",
        ]
        for s in summaries
        for f in s.families
        if f.name == name
        for st in f.strata
    ]
    columns = [*(["model"] if len(summaries) > 1 else []), "difficulty", "n", "pass rate"]
    return table("By stratum of declared difficulty; design-based", columns, rows, numeric=["n"])


def _verdict_table(summaries: Sequence[Summary]) -> Markup:
    rows = [[s.examinee, f.name, *(f.verdicts.get(kind, 0) for kind in Kind)] for s in summaries for f in s.families]
    rows += [[s.examinee, "all", *(s.verdicts.get(kind, 0) for kind in Kind)] for s in summaries]
    kinds = [kind.value for kind in Kind]
    return table("Planted tasks left out", ["model", "family", *kinds], rows, numeric=kinds)


def _cost_table(summaries: Sequence[Summary]) -> Markup:
    rows = [
        [
            s.examinee,
            u.questions,
            *(s.arms.get(arm, 0) for arm in Arm),
            f"{u.input_tokens:,}",
            f"{u.output_tokens:,}",
            say.duration(u.seconds),
            say.dollars(u.cost),
        ]
        for s in summaries
        for u in (s.usage,)
    ]
    columns = ["model", "questions", *(arm.value for arm in Arm), "tokens in", "tokens out", "time, added up", "cost"]
    return table(
        "Questions by the part they played: explore (design-based numbers), adapt (model-based), twin, planted",
        columns,
        rows,
        numeric=columns[1:-1],
    )


def _version_table(report: Report) -> Markup:
    rows = []
    for run in report.runs:
        packages = ", ".join(f"{name} {number}" for name, number in run.versions.get("packages", {}).items())
        families = ", ".join(f"{name}@{number}" for name, number in run.versions.get("families", {}).items())
        rows.append(
            [
                run.id,
                run.plan["seed"],
                run.versions.get("unseen", ""),
                f"Python {run.versions.get('python', '')}, {packages}",
                families,
                run.note,
            ]
        )
    return table("", ["run", "seed", "unseen", "made with", "families", "how it ended"], rows)


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

"""The tables of the page: summaries, costs and versions as rows of words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from unseen.measuring import Censored, Estimate, FamilySummary, PairedCheck, Summary
from unseen.outcome import Arm
from unseen.reporting import _wording as say
from unseen.verdict import Kind

if TYPE_CHECKING:
    from unseen.reporting._report import ReportedRun


def _kept_together(cell: str) -> str:
    """What stands in brackets, and a count, break no line."""
    return re.sub(r"\([^()]{1,24}\)|n = \d+", lambda found: found.group().replace(" ", "\N{NO-BREAK SPACE}"), cell)


def headline_table(summaries: Sequence[Summary]) -> Markup:
    """The headline numbers of several models, one row each."""
    rows = [
        [s.examinee, say.interval(s.overall), say.interval(s.calibrated.rate), _checked(s.surface), _checked(s.premise)] for s in summaries
    ]
    columns = ["model", "pass rate over easy to hard", "corrected for wrong keys", "another story", "a rule against habit"]
    return table("", columns, rows)


def _checked(check: PairedCheck) -> str:
    return say.effect(check) if check.oriented else say.conclusion(check)


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, numeric: Sequence[str] = ()) -> Markup:
    """An HTML table; cells are escaped."""
    classes = ['class="n"' if column in numeric else "" for column in columns]
    head = "".join(f"<th {c}>{escape(column)}</th>" for column, c in zip(columns, classes, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td {c}>{escape(_kept_together(str(cell)))}</td>" for cell, c in zip(row, classes, strict=True)) + "</tr>"
        for row in rows
    )
    named = f'<p class="soft">{escape(caption)}.</p>' if caption else ""
    return Markup(f'{named}<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>')


def domain_table(summaries: Sequence[Summary], domains: Sequence[str]) -> Markup:
    """Pass rates by domain, one column per model."""
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


def horizon_table(summaries: Sequence[Summary], families: Sequence[str]) -> Markup:
    """Horizons by family, one column per model."""
    cells = [[name, *(next((_horizon_cell(f) for f in s.families if f.name == name), "not asked") for s in summaries)] for name in families]
    caption = "50% horizon in elementary steps of the reference solution, and how abruptly the pass rate falls there; model-based"
    return table(caption, ["family", *(s.examinee for s in summaries)], cells)


def _horizon_cell(family: FamilySummary) -> str:
    found, where = family.emergence, say.horizon(family.horizon_effort)
    if family.horizon_effort.censored is not Censored.NO or math.isnan(found.value):
        return where  # a slope half-way down means nothing where half-way was not asked
    low, high = (f"{100 * end:.0f}" if math.isfinite(end) else "?" for end in (found.low, found.high))
    return f"{where}; {100 * found.value:.0f} points per doubling ({low} to {high})"


def check_table(summaries: Sequence[Summary]) -> Markup:
    """What twins show."""
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


def family_table(summaries: Sequence[Summary]) -> Markup:
    """One row per model and family."""
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


def rates_table(summaries: Sequence[Summary]) -> Markup:
    """Several ways to the same pass rate, one row per model and family: they should agree within their intervals."""
    if not any(summary.arms.get(Arm.ADAPT) for summary in summaries):
        return Markup("")
    rows = [
        [s.examinee, f.name, *(say.interval(rate) for rate in (f.rate, f.assisted_rate, f.anytime_rate, f.modelled_rate))]
        for s in summaries
        for f in s.families
    ]
    rows += [
        [s.examinee, "all", *(say.interval(rate) for rate in (s.overall, s.overall_assisted, s.overall_anytime)), ""] for s in summaries
    ]
    columns = ["model", "family", "exploring answers alone", "every answer, weighted", "the same, at any moment", "fitted curve alone"]
    return table("The same pass rate in several ways: design-based, model-assisted (twice) and model-based", columns, rows)


def strata_table(summaries: Sequence[Summary], name: str) -> Markup:
    """Pass rates of one family by stratum of difficulty, one column per model."""
    asked = {s.examinee: f.strata for s in summaries for f in s.families if f.name == name}
    bounds = [(stratum.low, stratum.high) for stratum in next(iter(asked.values()), ())]
    rows = [
        [f"{low:.1f} to {high:.1f}", *(_stratum(strata[at].rate) for strata in asked.values())] for at, (low, high) in enumerate(bounds)
    ]
    columns = ["difficulty", *(asked if len(asked) > 1 else ["pass rate"])]
    return table("By stratum of declared difficulty; design-based", columns, rows)


def _stratum(rate: Estimate) -> str:
    return f"{say.interval(rate)}, n = {rate.n}" if rate.n else "not asked"


def verdict_table(summaries: Sequence[Summary]) -> Markup:
    """How often each verdict fell."""
    rows = [[s.examinee, f.name, *(f.verdicts.get(kind, 0) for kind in Kind)] for s in summaries for f in s.families]
    rows += [[s.examinee, "all", *(s.verdicts.get(kind, 0) for kind in Kind)] for s in summaries]
    kinds = [kind.value for kind in Kind]
    return table("Planted tasks left out", ["model", "family", *kinds], rows, numeric=kinds)


def cost_table(runs: Sequence[ReportedRun]) -> Markup:
    """What each run asked of each model, by the part the questions played, and what that took."""
    rows = [
        [
            asked.examinee,
            run.id,
            asked.usage.questions,
            *(asked.arms.get(arm, 0) for arm in Arm),
            f"{asked.usage.input_tokens:,}",
            f"{asked.usage.output_tokens:,}",
            say.duration(asked.usage.seconds),
            say.dollars(asked.usage.cost),
        ]
        for run in runs
        for asked in run.asked
    ]
    columns = ["model", "run", "questions", *(arm.value for arm in Arm), "tokens in", "tokens out", "time, added up", "cost"]
    caption = "Questions by the part they played: explore (design-based numbers), adapt (chosen: model-based numbers, screens, hunts), twin, planted"
    return table(caption, columns, rows, numeric=columns[2:-1])


def version_table(runs: Sequence[ReportedRun]) -> Markup:
    """Seeds and versions of every run."""
    rows = []
    for run in runs:
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

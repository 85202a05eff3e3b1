"""The page of measured claims, and its plots, from what validation.json holds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

NOTICE = "<!-- Written by benchmarks/validate.py from validation.json; do not edit. -->"
COLOUR, BASELINE = "#0072B2", "#888888"


class Row(NamedTuple):
    """One claim of one benchmark."""

    suite: str
    name: str
    value: float
    target: float
    at_least: bool
    holds: bool
    error: float | None
    baseline: float | None

    @property
    def verdict(self) -> str:
        """Met or missed by the number itself; a miss within two Monte Carlo errors of the target says so."""
        return "met" if self.holds else "**missed** (within 2 errors)" if self.close else "**missed**"

    @property
    def close(self) -> bool:
        """Whether the number lies within two Monte Carlo errors of its target."""
        return self.error is not None and abs(self.value - self.target) <= 2 * self.error


# What a claim is about, by the words in its name; the first that fits.
KINDS = (
    ("error", re.compile(r"type-I|false|null variables|called equivalent|nothing planted|must not raise|of a sound engine", re.IGNORECASE)),
    ("coverage", re.compile(r"coverage|worst of \d+ cells|overall rate:", re.IGNORECASE)),
    ("ratio", re.compile(r"power|recall|found|uniform|speed|one at a time|ratio|fewer|savings", re.IGNORECASE)),
)


def rows_of(document: Mapping[str, Any]) -> list[Row]:
    """Every claim. Which way a target points is seen from value and verdict; a value on its target meets either."""
    found = []
    for suite in document["suites"]:
        for claim in suite["claims"]:
            value, target = _number(claim["value"]), _number(claim["target"])
            at_least = (value >= target) == claim["holds"] if value != target else True
            found.append(
                Row(suite["name"], claim["name"], value, target, at_least, claim["holds"], claim["monte_carlo_error"], claim["baseline"])
            )
    return found


def kind_of(row: Row) -> str:
    """``coverage``, ``error``, ``ratio`` (the more the better), or nothing that is plotted."""
    kind = next((kind for kind, words in KINDS if words.search(row.name)), "")
    return "" if kind == "ratio" and not row.at_least else kind


def write_page(document: Mapping[str, Any], folder: Path) -> None:
    """Write validation.md and the plots beside it."""
    plots = folder / "validation"
    plots.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures(document).items():
        (plots / f"{name}.svg").write_text(picture, encoding="utf-8")
    (folder / "validation.md").write_text(page(document), encoding="utf-8")


def page(document: Mapping[str, Any]) -> str:
    """The page in Markdown."""
    rows = rows_of(document)
    missed = [row for row in rows if not row.holds]
    budget = document["budget_minutes"]
    size = (
        f"{budget:g} minutes on {document['workers']} cores" if budget else "the least numbers of repetitions, to see that everything runs"
    )
    parts = [
        NOTICE,
        "# Validation",
        "Every statistical claim of the project, measured by simulation against planted truth. A target was set before it was measured; what missed it is "
        "shown as missed. ± is the Monte Carlo error (one standard error) of the measured number. `make validate` measures everything anew; "
        "how each number comes about stands at the top of its benchmark.",
        f"Measured on {document['date']} with Unseen {document['unseen']}, Python {document['python']}, {document['platform']}: {size} "
        f"({document['seconds'] / 60:.0f} minutes of wall time). **{len(rows) - len(missed)} of {len(rows)} targets met.**",
        *_missed(missed),
        *(
            f"## {title}\n\n![{title}](validation/{name}.svg)"
            for name, (title, _) in TITLES.items()
            if any(kind_of(row) == name for row in rows)
        ),
        *_sections(document, rows),
    ]
    return "\n\n".join(parts) + "\n"


def _missed(missed: Sequence[Row]) -> Iterator[str]:
    """What did not reach its target, before anything else."""
    if missed:
        lines = (
            f"- {row.name} ({row.suite}): {_spell(row.value)}{_error(row)}, target {_spell(row.target)}{', within 2 errors' if row.close else ''}"
            for row in missed
        )
        yield "## Missed targets\n\n" + "\n".join(lines)


def _error(row: Row) -> str:
    return "" if row.error is None else f" ± {_spell(row.error)}"


def _sections(document: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[str]:
    for suite in document["suites"]:
        run = " ".join(["python", f"benchmarks/{suite['name']}.py", *suite.get("arguments", ())])
        yield f"## {suite['about']}"
        if "failure" in suite:
            yield f"Not measured: {_cell(suite['failure'])}"
            continue
        yield f"`{run}`, {suite['wall_seconds']:.0f} seconds."
        lines = [
            (
                _cell(row.name),
                f"{'≥' if row.at_least else '≤'} {_spell(row.target)}",
                _spell(row.value) + _error(row),
                "" if row.baseline is None else _spell(row.baseline),
                row.verdict,
            )
            for row in rows
            if row.suite == suite["name"]
        ]
        yield _table(("claim", "target", "measured", "baseline", ""), lines)
        if suite["name"] == "selfcheck":
            yield "The first of these selfchecks, line by line:"
            shown = [
                (check, _code(examinee), planted, rule, found, "ok" if ok else "**fails**")
                for check, examinee, planted, rule, found, ok in suite["lines"]
            ]
            yield _table(("check", "examinee", "planted", "rule", "found", ""), [[_cell(cell) for cell in line] for line in shown])


TITLES = {
    "coverage": ("Do intervals cover what they say?", "coverage of 95% intervals"),
    "error": ("How often is something claimed that is not there?", "share of false claims"),
    "ratio": ("How far beyond its target is what finds things or saves answers?", "measured / target (log scale)"),
}


def pictures(document: Mapping[str, Any]) -> dict[str, str]:
    """The plots as SVG, by name; a plot with nothing to show is left out."""
    rows = rows_of(document)
    found = {}
    for kind, (title, axis) in TITLES.items():
        here = [row for row in rows if kind_of(row) == kind and math.isfinite(row.value)]
        if here:
            found[kind] = _svg(_chart(title, axis, here, relative=kind == "ratio"))
    return found


def _chart(title: str, axis: str, rows: Sequence[Row], *, relative: bool) -> Any:
    """Measured (dot, with two Monte Carlo errors either way), target (bar) and baseline (hollow), one line a claim."""
    import altair as alt

    values = [_drawn(row, relative) for row in rows]
    scale = alt.Scale(type="log", nice=False) if relative else alt.Scale(zero=False, nice=True)
    x = alt.X("value:Q", title=axis, scale=scale, axis=alt.Axis(tickCount=6, format="~g"))
    y = alt.Y("name:N", title=None, sort=[row["name"] for row in values], axis=alt.Axis(labelLimit=420, grid=True))
    base = alt.Chart(alt.Data(values=values)).encode(y=y)
    with_baseline = alt.Chart(alt.Data(values=[row for row in values if row["baseline"] is not None])).encode(y=y)
    target = base.mark_tick(thickness=3, size=16, color="black").encode(x="target:Q")
    error = base.mark_rule(strokeWidth=2, color=COLOUR).encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
    dot = base.mark_point(size=60, filled=True, opacity=1, color=COLOUR).encode(
        x=x, shape=alt.Shape("met:N", scale=_SHAPES(alt), title=None)
    )
    beside = with_baseline.mark_point(size=50, filled=False, color=BASELINE).encode(x="baseline:Q")
    subtitle = "dot: measured, with two Monte Carlo errors; bar: target; hollow: baseline"
    return (
        alt.layer(beside, target, error, dot)
        .properties(title=alt.TitleParams(title, subtitle=subtitle, anchor="start"), width=360, height={"step": 20})
        .configure(font="Helvetica, Arial, sans-serif", background="white")
    )


def _SHAPES(alt: Any) -> Any:  # noqa: N802 (a constant that needs the library)
    return alt.Scale(domain=["met", "missed"], range=["circle", "cross"])


def _drawn(row: Row, relative: bool) -> dict[str, Any]:
    by = row.target if relative and row.target else 1.0
    error, (least, most) = row.error or 0.0, (0.05, math.inf) if relative else (0.0, 1.0)
    numbers = {"value": row.value, "low": row.value - 2 * error, "high": row.value + 2 * error, "target": row.target}
    drawn = {name: min(max(number / by, least), most) for name, number in numbers.items()}
    baseline = None if row.baseline is None or not math.isfinite(row.baseline) else max(row.baseline / by, least)
    return {"name": f"{row.suite}: {row.name}", **drawn, "baseline": baseline, "met": "met" if row.holds else "missed"}


def _svg(chart: Any) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(chart.to_json()))


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _spell(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _code(text: str) -> str:
    return f"`{text}`"


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in (columns, ["---"] * len(columns), *rows))

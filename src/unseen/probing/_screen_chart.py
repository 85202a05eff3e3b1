"""The chart of a screening: every effect with its interval, against the margin within which a variable is taken not to matter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from unseen.probing._screen_report import ScreenReport, ScreenVerdict

if TYPE_CHECKING:
    import altair as alt

_SHAPES = {ScreenVerdict.MATTERS: "square", ScreenVerdict.EQUIVALENT: "circle", ScreenVerdict.NOT_SHOWN: "cross"}


def screen_chart(report: ScreenReport) -> alt.LayerChart:
    """Effects in points by variable, largest first; the band is the margin."""
    import altair as alt

    rows = [
        {
            "variable": f"{found.name}: {effect.source} to {effect.target}",
            "verdict": found.verdict.value,
            "points": 100 * effect.points,
            "low": 100 * effect.points_low,
            "high": 100 * effect.points_high,
        }
        for found in report.ranked
        for effect in found.shown
    ]
    margin = 100 * report.margin
    band = alt.Chart(alt.Data(values=[{"low": -margin, "high": margin}])).mark_rect(color="#ddd").encode(x="low:Q", x2="high:Q")
    base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("variable:N", title=None, sort=None, axis=alt.Axis(labelLimit=320)))
    lines = base.mark_rule().encode(x=alt.X("low:Q", title="change in pass rate, points"), x2="high:Q")
    shape = alt.Shape("verdict:N", title=None, scale=alt.Scale(domain=[str(v) for v in _SHAPES], range=list(_SHAPES.values())))
    marks = base.mark_point(size=60, color="#0072B2").encode(x="points:Q", shape=shape)
    title = f"Which variables of {report.family} matter to {report.examinee}?"
    chart: alt.LayerChart = alt.layer(band, lines, marks).properties(title=title, width=480)  # type: ignore[assignment]
    return chart


def save_chart(report: ScreenReport, path: Path) -> None:
    """Draw a report to a file; its ending (.svg, .png, .html, .json) says how."""
    screen_chart(report).save(str(path))

"""The report's charts: each answers the question in its title, shows intervals, and survives greyscale.

Every chart is an Altair object, so it exists as SVG (in the page), PNG and JSON alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

# Okabe–Ito, ordered so that neighbours differ in lightness too: models stay apart in greyscale.
COLOURS = ["#0072B2", "#D55E00", "#000000", "#56B4E9", "#009E73", "#CC79A7"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3]]
SHAPES = ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down"]
FONT = "Helvetica, Arial, sans-serif"

Records = Sequence[Mapping[str, Any]]


def difficulty_chart(title: str, curve: Records, bins: Records, models: Sequence[str], *, effort: bool = False) -> alt.LayerChart:
    """Pass rate against declared difficulty or, with ``effort``, against elementary steps on a log scale.

    ``curve`` rows: model, x, p, low, high (the fitted curve with its pointwise interval); ``bins`` rows: model, x, p,
    low, high, n (what was observed).
    """
    if effort:
        x = alt.X(
            "x:Q",
            title="elementary steps (log scale)",
            scale=alt.Scale(type="log", base=2, nice=False),
            axis=alt.Axis(format="~g", tickCount=5),
        )
    else:
        x = alt.X("x:Q", title="declared difficulty (0 easiest, 1 hardest)", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=5))
    y = alt.Y("p:Q", title="pass rate", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5))
    colour, dash, shape = _model_scales(models)
    fitted = alt.Chart(alt.Data(values=list(curve)))
    band = fitted.mark_area(opacity=0.15).encode(x=x, y=alt.Y("low:Q", title="pass rate"), y2="high:Q", color=colour)
    line = fitted.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash)
    observed = alt.Chart(alt.Data(values=list(bins))).encode(x=x, color=colour)
    bars = observed.mark_rule(strokeWidth=1.2).encode(y="low:Q", y2="high:Q")
    points = observed.mark_point(size=42, filled=True, opacity=1).encode(y=y, shape=shape)
    half = alt.Chart(alt.Data(values=[{"p": 0.5}])).mark_rule(strokeDash=[1, 3], color="#777").encode(y="p:Q")
    return _finish(alt.layer(half, band, line, bars, points), title, 300, 190)


def horizon_chart(title: str, rows: Records, models: Sequence[str], order: Sequence[str], *, width: int = 360) -> alt.LayerChart:
    """The 50% horizon of each family, in elementary steps, on a log scale.

    ``rows``: model, family, steps, low, high, open_low, open_high (1 where the interval has no end on that side:
    drawn as an arrow).
    """
    colour, _, shape = _model_scales(models)
    values = [dict(row) for row in rows]
    y = alt.Y("family:N", title=None, sort=list(order), axis=alt.Axis(labelLimit=200, grid=True))
    offset = alt.YOffset("model:N", sort=list(models))
    x = alt.X(
        "low:Q",
        title="elementary steps of the reference solution (log scale)",
        scale=alt.Scale(type="log", base=2),
        axis=alt.Axis(format="~g", tickCount=8),
    )
    base = alt.Chart(alt.Data(values=values)).encode(y=y, yOffset=offset, color=colour)
    bars = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q")
    points = base.transform_filter("datum.steps !== null").mark_point(size=70, filled=True, opacity=1).encode(x="steps:Q", shape=shape)
    left = base.transform_filter("datum.open_low").mark_point(shape="triangle-left", size=60, filled=True, opacity=1).encode(x="low:Q")
    right = base.transform_filter("datum.open_high").mark_point(shape="triangle-right", size=60, filled=True, opacity=1).encode(x="high:Q")
    return _finish(alt.layer(bars, points, left, right), title, width, _rows_height(order, models))


def difference_chart(
    title: str,
    rows: Records,
    models: Sequence[str],
    order: Sequence[str],
    *,
    axis: str = "change of the pass rate (points)",
    width: int = 320,
) -> alt.LayerChart:
    """Differences of pass rates with intervals. ``rows``: model, label, difference, low, high (fractions)."""
    colour, _, shape = _model_scales(models)
    y = alt.Y("label:N", title=None, sort=list(order), axis=alt.Axis(labelLimit=200, grid=True))
    x = alt.X(
        "low:Q",
        title=axis,
        axis=_in_points(),
        scale=alt.Scale(domain=_reach(rows), clamp=True),
    )
    base = alt.Chart(alt.Data(values=[dict(row) for row in rows])).encode(
        y=y, yOffset=alt.YOffset("model:N", sort=list(models)), color=colour
    )
    bars = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q")
    points = base.mark_point(size=70, filled=True, opacity=1).encode(x="difference:Q", shape=shape)
    zero = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color="#777", strokeDash=[1, 3]).encode(x="x:Q")
    return _finish(alt.layer(zero, bars, points), title, width, _rows_height(order, models))


def effects_chart(title: str, rows: Records, margin: float, verdicts: Sequence[str], *, width: int = 300) -> alt.LayerChart:
    """Effects on the pass rate with intervals, against the margin within which they count as none.

    ``rows``: label, verdict, points, low, high (fractions). The verdict is a shape, filled where it is the first of ``verdicts``.
    """
    order = [str(row["label"]) for row in rows]
    band = alt.Chart(alt.Data(values=[{"low": -margin, "high": margin}])).mark_rect(color="#e4e4e4").encode(x="low:Q", x2="high:Q")
    zero = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color="#777", strokeDash=[1, 3]).encode(x="x:Q")
    base = alt.Chart(alt.Data(values=[dict(row) for row in rows])).encode(y=_labels(order))
    x = alt.X("low:Q", title="change of the pass rate (points)", axis=_in_points())
    legend = alt.Legend(title=None, orient="top", symbolOpacity=1, offset=6)
    shapes = alt.Shape("verdict:N", scale=alt.Scale(domain=list(verdicts), range=["square", "circle", "cross"]), legend=legend)
    colours = alt.Color("verdict:N", scale=alt.Scale(domain=list(verdicts), range=["#000000", "#0072B2", "#777777"]), legend=legend)
    bars = base.mark_rule(strokeWidth=1.6).encode(x=x, x2="high:Q", color=colours)
    points = base.mark_point(size=64, filled=True, opacity=1).encode(x="points:Q", shape=shapes, color=colours)
    return _finish(alt.layer(band, zero, bars, points), title, width, max(60, 20 * len(order)))


def contrast_chart(title: str, rows: Records, *, width: int = 300) -> alt.LayerChart:
    """Pass rates inside a rule and elsewhere, with intervals. ``rows``: label, where (inside or elsewhere), p, low, high (fractions)."""
    order = list(dict.fromkeys(str(row["label"]) for row in rows))
    where = ["inside", "elsewhere"]
    legend = alt.Legend(title=None, orient="top", symbolOpacity=1, offset=6)
    colour = alt.Color("where:N", scale=alt.Scale(domain=where, range=["#000000", "#0072B2"]), legend=legend)
    shape = alt.Shape("where:N", scale=alt.Scale(domain=where, range=["square", "circle"]), legend=legend)
    base = alt.Chart(alt.Data(values=[dict(row) for row in rows])).encode(y=_labels(order), yOffset=alt.YOffset("where:N", sort=where))
    x = alt.X("low:Q", title="pass rate on fresh tasks", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5))
    bars = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q", color=colour)
    points = base.mark_point(size=70, filled=True, opacity=1).encode(x="p:Q", shape=shape, color=colour)
    return _finish(alt.layer(bars, points), title, width, len(order) * max(34, 8 + 14 * max(name.count("\n") + 1 for name in order)))


def novelty_chart(title: str, curve: Records, bins: Records, models: Sequence[str]) -> alt.LayerChart:
    """Pass rate against distance from what is familiar. Rows: model, x, p, low, high; ``curve`` is fitted, ``bins`` observed."""
    x = alt.X("x:Q", title="distance from the nearest static setting, in variables changed", axis=alt.Axis(tickCount=6))
    y = alt.Y("p:Q", title="pass rate", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5))
    colour, dash, shape = _model_scales(models)
    fitted = alt.Chart(alt.Data(values=list(curve)))
    band = fitted.mark_area(opacity=0.15).encode(x=x, y=alt.Y("low:Q", title="pass rate"), y2="high:Q", color=colour)
    line = fitted.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash)
    observed = alt.Chart(alt.Data(values=list(bins))).encode(x=x, color=colour)
    bars = observed.mark_rule(strokeWidth=1.2).encode(y="low:Q", y2="high:Q")
    points = observed.mark_point(size=42, filled=True, opacity=1).encode(y=y, shape=shape)
    return _finish(alt.layer(band, line, bars, points), title, 340, 200)


def _labels(order: Sequence[str]) -> alt.Y:
    """Rows named on the left, in the order given; a line break in a name is one on the axis."""
    return alt.Y("label:N", title=None, sort=list(order), axis=alt.Axis(labelExpr="split(datum.value, '\\n')", labelLimit=230, grid=True))


def _in_points() -> alt.Axis:
    """An axis of fractions, in percentage points with their sign."""
    return alt.Axis(labelExpr="datum.value == 0 ? '0' : format(datum.value * 100, '+.0f')", tickCount=5)


def _reach(rows: Records) -> list[float]:
    """A symmetric domain that holds every interval, in steps of ten points."""
    ends = [abs(float(row[end])) for row in rows for end in ("low", "high") if math.isfinite(float(row[end]))]
    reach = min(1.0, max(0.2, math.ceil(10 * max(ends, default=1.0)) / 10))
    return [-reach, reach]


def _model_scales(models: Sequence[str]) -> tuple[alt.Color, alt.StrokeDash, alt.Shape]:
    legend = (
        alt.Legend(title=None, orient="top", labelLimit=260, symbolOpacity=1, direction="vertical", offset=6) if len(models) > 1 else None
    )
    pick = [i % len(COLOURS) for i in range(len(models))]
    colour = alt.Color("model:N", scale=alt.Scale(domain=list(models), range=[COLOURS[i] for i in pick]), legend=legend)
    dash = alt.StrokeDash("model:N", scale=alt.Scale(domain=list(models), range=[DASHES[i] for i in pick]), legend=legend)
    shape = alt.Shape("model:N", scale=alt.Scale(domain=list(models), range=[SHAPES[i] for i in pick]), legend=legend)
    return colour, dash, shape


def _rows_height(order: Sequence[str], models: Sequence[str]) -> int:
    return max(60, len(order) * (14 + 12 * len(models)))


def _finish(chart: Any, title: str, width: int, height: int) -> alt.LayerChart:
    named = chart.properties(title=alt.TitleParams(title, anchor="start", fontSize=13, fontWeight=600, dy=-4), width=width, height=height)
    axes = {
        "gridColor": "#e6e6e6",
        "domainColor": "#888",
        "tickColor": "#888",
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
    }
    finished: alt.LayerChart = named.configure(font=FONT, background="white").configure_view(stroke=None).configure_axis(**axes)
    return finished


def band_chart(title: str, rows: Records, order: Sequence[str], value: str, most: float) -> alt.LayerChart:
    """One number for each family and band of declared difficulty, as shades with the number on them. ``rows``: family, band, value; ``most`` is black."""
    base = alt.Chart(alt.Data(values=[dict(row) for row in rows])).encode(
        x=alt.X("band:O", title="declared difficulty", axis=alt.Axis(labelAngle=0, domain=False, ticks=False)),
        y=alt.Y("family:N", title=None, sort=list(order), axis=alt.Axis(labelLimit=200, domain=False, ticks=False)),
    )
    shade = alt.Color("value:Q", title=value, scale=alt.Scale(domain=[0, most], range=["#ffffff", "#0072B2"]), legend=None)
    number = alt.condition(alt.datum.value > 0.7 * most, alt.value("white"), alt.value("black"))
    return _finish(
        alt.layer(
            base.mark_rect(stroke="#ddd").encode(color=shade),
            base.mark_text(fontSize=11).encode(text=alt.Text("value:Q", format=".2f"), color=number),
        ),
        title,
        360,
        max(60, 26 * len(order)),
    )

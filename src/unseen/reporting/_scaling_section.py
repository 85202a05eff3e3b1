"""The scaling section: improvement per tenfold compute on every kind of task. It needs the models' compute, so whoever knows it adds the section."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from unseen.measuring import ComputeTable, Effect, Emergence
from unseen.reporting._charts import difference_chart
from unseen.reporting._section import Figure, Section, Table
from unseen.reporting._wording import percent, plural, signed

if TYPE_CHECKING:
    import altair as alt


def scaling_section(table: ComputeTable, emergence: Emergence | None, left_out: int) -> Section:
    """The section of one compute table."""
    return Section(
        kind="scaling",
        name="scaling",
        title="What does ten times the compute buy?",
        answer=_answer(table),
        figures=(Figure("slopes", _chart(table), _caption(table)),),
        tables=(_slopes(table), _differences(table)),
        text=(
            f"Models from smallest to largest: {', '.join(table.models)}. Composed: habitual rules, two demands or more at once. Counterfactual: a rule "
            "against habit. For these models, tasks alone are a sample; for models like these, their scatter about the line counts as well.",
            *((_abruptness(emergence),) if emergence is not None and not math.isnan(emergence.value) else ()),
            *((f"{plural(left_out, 'task')} left out, because one of the models has no answer.",) if left_out else ()),
        ),
        data={"table": table.to_json(), "emergence": emergence, "left_out": left_out},
    )


def _answer(table: ComputeTable) -> str:
    wide = table.scope != "these models"
    slopes = "; ".join(f"{row.condition} {_points(row.points_models if wide else row.points)}" for row in table.rows)
    apart = [one.condition for one in table.differences if one.differs]
    told = f" Told apart from fresh tasks: {', '.join(apart)}." if apart else " No slope is told apart from that on fresh tasks."
    return f"Points per tenfold compute, for {table.scope}: {slopes}.{told}"


def _slopes(table: ComputeTable) -> Table:
    rows = tuple(
        (row.condition, str(row.tasks), ", ".join(percent(r) for r in row.rates), _points(row.points), _points(row.points_models), _logits(row.logits))
        for row in table.rows
    )  # fmt: skip
    columns = ("tasks", "n", "pass rates, smallest to largest model", "points, these models", "points, models like these", "log odds")
    return Table("Per tenfold compute", columns, rows, ("n",))


def _differences(table: ComputeTable) -> Table:
    rows = tuple(
        (f"{one.condition} − fresh", _points(one.points) + (" *" if one.differs else ""), _points(one.points_models), f"{one.holm_p:.2g}")
        for one in table.differences
    )
    columns = ("difference of slopes", "points, these models", "points, models like these", "p (Holm)")
    return Table(f"* where it differs, speaking of {table.scope}", columns, rows, ("p (Holm)",))


def _chart(table: ComputeTable) -> alt.LayerChart:
    wide = table.scope != "these models"
    rows = [
        {
            "model": table.scope,
            "label": row.condition,
            "difference": effect.value,
            "low": max(effect.low, -1.0),
            "high": min(effect.high, 1.0),
        }
        for row in table.rows
        for effect in [row.points_models if wide else row.points]
    ]
    return difference_chart("How much more is passed with ten times the compute?", rows, [table.scope], [str(row["label"]) for row in rows])


def _caption(table: ComputeTable) -> str:
    return f"Improvement per tenfold compute with {table.level:.0%} intervals that speak of {table.scope}, not adjusted for their number."


def _abruptness(found: Emergence) -> str:
    low, high = (signed(100 * end) for end in (found.low, found.high))
    return (
        f"On fresh tasks the pass rate rises by {100 * found.value:.0f} points per tenfold compute at the half-way point ({low} to {high})."
    )


def _points(effect: Effect) -> str:
    if math.isinf(effect.high):
        return "not defined"
    return f"{signed(100 * effect.value, 1)} ({signed(100 * effect.low, 1)} to {signed(100 * effect.high, 1)})"


def _logits(effect: Effect) -> str:
    return f"{signed(effect.value, 2)} ({signed(effect.low, 2)} to {signed(effect.high, 2)})"

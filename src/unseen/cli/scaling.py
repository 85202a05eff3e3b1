"""``unseen scaling``: what ten times more compute buys, on static tasks and on those nobody has seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unseen.cli._terminal import AsJson, Where, console, print_json, table

if TYPE_CHECKING:
    from unseen.evaluation import Scaling
    from unseen.measuring import Effect


def scaling(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Stored runs that asked the models the same tasks.", show_default=False)],
    compute: Annotated[list[str], typer.Option("--compute", metavar="MODEL=FLOPS", help="A model's training compute, or its size. Repeat for each model.", show_default=False)],
    page: Annotated[Path | None, typer.Option("--page", metavar="FILE", help="Also write the runs' report with this table in it (.html or .json).", show_default=False)] = None,
    level: Annotated[float, typer.Option("--level", help="Level of the intervals and of the claims.")] = 0.95,
    store: Where = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Improvement per tenfold compute on static, fresh, composed and counterfactual tasks, with intervals and tested differences."""
    from unseen.evaluation import parse_compute, scaling_report
    from unseen.evaluation import scaling as measure
    from unseen.storing import Store

    opened = Store(store)
    found = measure(runs, parse_compute(compute), store=opened, level=level)
    if page:
        scaling_report(found, runs, store=opened, level=level).save(page)
    if as_json:
        return print_json(found.to_json())
    return _print(found)


def _print(found: Scaling) -> None:
    shown, out = found.table, console()
    rows = [
        (row.condition, row.tasks, " ".join(f"{rate:.0%}" for rate in row.rates), _points(row.points), _points(row.points_models), _logits(row.logits))
        for row in shown.rows
    ]  # fmt: skip
    columns = ("tasks", "n", "pass rates", "these models", "models like these", "log odds")
    out.print(table(f"Points per tenfold compute, {shown.level:.0%} intervals", columns, rows, right=("n",)))
    differences = [
        (f"{one.condition} − fresh", _points(one.points) + (" *" if one.differs else ""), _points(one.points_models), f"{one.holm_p:.2g}")
        for one in shown.differences
    ]
    if differences:
        headings = ("difference of slopes", "these models", "models like these", "p (Holm)")
        out.print(table("* where it differs", headings, differences, right=("p (Holm)",)))
    out.print(f"Smallest to largest: {', '.join(shown.models)}. Decisions speak of {shown.scope}; {shown.multiplicity}.", markup=False)
    if found.emergence is not None and found.emergence.value == found.emergence.value:
        e = found.emergence
        out.print(
            f"Emergence on fresh tasks: {100 * e.value:.0f} points per tenfold compute at the half-way point ({100 * e.low:.0f} to {100 * e.high:.0f}).",
            markup=False,
        )
    if found.left_out:
        out.print(f"{found.left_out} tasks left out, because one of the models has no answer to them.", markup=False)


def _points(effect: Effect) -> str:
    if abs(effect.high) == float("inf"):
        return "not defined"
    return f"{100 * effect.value:+.1f} ({100 * effect.low:+.1f} to {100 * effect.high:+.1f})".replace("-", "−")


def _logits(effect: Effect) -> str:
    return f"{effect.value:+.2f} ({effect.low:+.2f} to {effect.high:+.2f})".replace("-", "−")

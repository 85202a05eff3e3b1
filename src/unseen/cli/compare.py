"""``unseen compare``: which of two models is better, where, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from unseen.cli._terminal import AsJson, Where, console, print_json, table

if TYPE_CHECKING:
    from unseen.measuring import Difference


def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="A run, RUN:EXAMINEE, or an examinee of --run.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Likewise.")],
    run: Annotated[str | None, typer.Option("--run", help="The run that asked both A and B.", show_default=False)] = None,
    level: Annotated[float, typer.Option("--level", help="Level of the intervals, and of the error control over families.")] = 0.95,
    store: Where = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Compare two models: paired where they answered the same tasks, equated through the families where they did not."""
    from unseen.evaluation import compare as make_comparison
    from unseen.storing import Store

    found = make_comparison(first, second, run=run, store=Store(store), level=level)
    if as_json:
        return print_json(found.to_json())
    columns = ("", "how", "tasks", "points", "p (Holm)", "e-value", "anytime")
    rows = [_row(contrast) for contrast in (found.overall, *found.families)]
    out = console()
    title = f"{found.first} minus {found.second}, {level:.0%} intervals"
    out.print(table(title, columns, rows, right=("tasks", "p (Holm)", "e-value")))
    out.print(
        "points: pass rate in percentage points, * where it differs (logits: --json). e-value and anytime interval hold however often you look. Holm: over the families."
    )
    for note in found.notes:
        out.print(note, markup=False)


def _row(contrast: Difference) -> tuple[object, ...]:
    points, evidence = contrast.points, contrast.evidence
    overall = contrast.holm_p != contrast.holm_p
    return (
        contrast.name,
        contrast.method.value,
        contrast.tasks,
        f"{100 * points.value:+.0f} [{_limit(100 * points.low)}, {_limit(100 * points.high)}]" + (" *" if contrast.differs else ""),
        f"{points.p_value:.2g}" if overall else f"{contrast.holm_p:.2g}",
        f"{evidence.e_value:.3g}" + ("~" if evidence.asymptotic else ""),
        f"[{_limit(100 * evidence.low)}, {_limit(100 * evidence.high)}]",
    )


def _limit(value: float) -> str:
    return f"{value:+.0f}" if abs(value) < float("inf") else "?"

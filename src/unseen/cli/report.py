"""``unseen report``: curves, horizons, checks and failures of finished runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unseen.cli._terminal import AsJson, Where, console, print_json


def report(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run ids, unambiguous prefixes, or `last`.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File ending in .html or .json [default: report.html in the run's folder].", show_default=False)] = None,
    charts: Annotated[Path | None, typer.Option("--charts", metavar="FOLDER", help="Also write every chart as PNG and Vega-Lite JSON.", show_default=False)] = None,
    level: Annotated[float, typer.Option("--level", help="Level of the intervals.")] = 0.95,
    store: Where = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Report one run, or several side by side."""
    from unseen.evaluation import RunFolder
    from unseen.evaluation import report as make_report
    from unseen.storing import DEFAULT_FOLDER, Store

    found = make_report(runs, store=Store(store), level=level)
    folder = Path(store) if store and "://" not in store else DEFAULT_FOLDER
    written = [found.save(output or RunFolder.of(found.runs[0].id, folder).report)] if output or not as_json else []
    if charts:
        written += found.save_charts(charts)
    if as_json:
        return print_json(found.to_json())
    out = console()
    out.print(found.to_terminal())
    for path in written:
        out.print(f"Wrote {path}", markup=False)

"""``unseen screen``: which variables of a family matter to a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unseen.cli._terminal import AsJson, Seed, Settings, bar, console, print_json, table

if TYPE_CHECKING:
    from unseen.probing import ScreenReport


def screen(
    model: Annotated[str, typer.Argument(help="Any Inspect model string, gguf:FILE, or simulated/KIND.", show_default=False)],
    families: Annotated[list[str], typer.Argument(metavar="FAMILY...", help="Families to screen.", show_default=False)],
    answers: Annotated[int, typer.Option("--answers", min=32, help="Most answers of the screening, per family.")] = 640,
    confirm: Annotated[int, typer.Option("--confirm", min=0, help="Answers on fresh tasks when something was found, per family.")] = 320,
    fdr: Annotated[float, typer.Option("--fdr", min=0.001, max=0.499, help="False discovery rate among variables.")] = 0.1,
    margin: Annotated[float, typer.Option("--margin", min=0.001, max=0.999, help="An average effect within this share of pass rate counts as none.")] = 0.1,
    load: Annotated[float, typer.Option("--load", min=0, max=1, help="Declared difficulty around which difficulty variables are set.")] = 0.25,
    settings: Settings = None,
    budget: Annotated[str | None, typer.Option("--budget", metavar="tasks=,tokens=,cost=,minutes=", help="Further limits; whichever is met first ends it.", show_default=False)] = None,
    chart: Annotated[Path | None, typer.Option("--chart", metavar="FILE", help="Also draw the effects (.svg, .png, .html or .json); for one family.", show_default=False)] = None,
    logs: Annotated[Path, typer.Option("--logs", help="Folder of Inspect's logs.")] = Path("runs/screen"),
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Find the variables that matter to a model, those shown not to, and their interactions; confirm them on fresh tasks."""
    from unseen.errors import PlanError
    from unseen.families import family
    from unseen.minting import parse_overrides
    from unseen.plan import Budget
    from unseen.probing import ScreenPlan, save_chart
    from unseen.probing import screen as run_screen

    if chart and (len(families) != 1 or chart.suffix not in (".svg", ".png", ".html", ".json")):
        raise PlanError(f"--chart {chart}: draws one family, to a file that ends in .svg, .png, .html or .json")
    held = parse_overrides(settings or [], *(family(name).space for name in families))
    plan = ScreenPlan(answers=answers, confirm=confirm, fdr=fdr, margin=margin, load=load, seed=seed, settings=held)
    limits = Budget.parse(budget) if budget else None
    with bar(f"Screening {model}", (answers + confirm) * len(families)) as progress:
        reports = run_screen(model, families, plan, budget=limits, log_dir=logs, progress=lambda now: progress(now.finished))
    if chart:
        save_chart(reports[0], chart)
    if as_json:
        print_json([report.to_json() for report in reports])
    else:
        for report in reports:
            _print(report)


def _print(report: ScreenReport) -> None:
    title = f"{report.family}: {report.screened} answers screened, {report.confirming} on fresh tasks, {report.pass_rate:.0%} right"
    rows = []
    for found in report.ranked:
        name, role, verdict, change, points, interval, _, fresh = found.row
        rows.append((f"{name} ({role})", verdict, change, f"{points} ({interval})" if interval else points, fresh))
    out = console()
    out.print(table(title, ("variable", "verdict", "change", "points", "fresh tasks"), rows))
    for pair in report.interactions:
        out.print(pair.sentence, markup=False)
    percent = f"{100 * report.margin:g} points"
    out.print(f"Shown not to matter: the average effect lies within ±{percent}. Not shown: too few answers to tell.", markup=False)

"""Gathers the commands. Each command imports what it needs when it runs, so that ``--help`` stays quick."""

from __future__ import annotations

import typer

from unseen.cli import (
    assay,
    check,
    compare,
    duel,
    edition,
    evaluate,
    families,
    gain,
    hunt,
    mint,
    plan,
    report,
    runs,
    scaling,
    screen,
    selfcheck,
)

app = typer.Typer(
    name="unseen",
    help="A generative evaluation engine for language models: fresh certified tasks, curves with honest intervals.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.command("families")(families.families)
app.command("mint")(mint.mint)
app.command("check")(check.check)
app.command("assay")(assay.assay)
app.command("eval")(evaluate.evaluate)
app.command("duel")(duel.duel)
app.command("gain")(gain.gain)
app.command("hunt")(hunt.hunt)
app.command("plan")(plan.plan)
app.command("report")(report.report)
app.command("compare")(compare.compare)
app.command("runs")(runs.runs)
app.command("scaling")(scaling.scaling)
app.command("screen")(screen.screen)
app.command("selfcheck")(selfcheck.selfcheck)
app.add_typer(edition.app, name="edition")


def _version(shown: bool) -> None:
    if shown:
        from unseen import __version__

        typer.echo(f"unseen {__version__}")
        raise typer.Exit


@app.callback()
def options(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version and exit.")) -> None:
    """Mint certified tasks, run any model on them, measure, report."""

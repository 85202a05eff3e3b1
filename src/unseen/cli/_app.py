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
app.command("families", short_help="What can be asked, and its variables.")(families.families)
app.command("mint", short_help="Mint certified tasks into a file.")(mint.mint)
app.command("check", short_help="Re-verify the keys of minted tasks.")(check.check)
app.command("assay", short_help="Try to break families before using them.")(assay.assay)
app.command("plan", short_help="Questions and costs, before asking.")(plan.plan)
app.command("eval", short_help="Ask models, store outcomes, report.")(evaluate.evaluate)
app.command("report", short_help="Report runs, one or side by side.")(report.report)
app.command("runs", short_help="List the runs of a store.")(runs.runs)
app.command("compare", short_help="Which of two models is better?")(compare.compare)
app.command("screen", short_help="Which variables matter to a model?")(screen.screen)
app.command("hunt", short_help="In which regions does a model fail?")(hunt.hunt)
app.command("duel", short_help="Hunt models in turn, keeping an archive.")(duel.duel)
app.command("gain", short_help="Is a gain memory, or ability?")(gain.gain)
app.command("scaling", short_help="What does tenfold compute improve?")(scaling.scaling)
app.command("selfcheck", short_help="Does the engine find what is planted?")(selfcheck.selfcheck)
app.add_typer(edition.app, name="edition", short_help="Seal a draw now, reveal its key later.")


def _version(shown: bool) -> None:
    if shown:
        from unseen import __version__

        typer.echo(f"unseen {__version__}")
        raise typer.Exit


@app.callback()
def options(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version and exit.")) -> None:
    """Mint certified tasks, run any model on them, measure, report."""

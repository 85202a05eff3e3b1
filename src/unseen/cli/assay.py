"""``unseen assay``: the gate every family passes before anyone is measured with it."""

from __future__ import annotations

from typing import Annotated

import typer

from unseen.cli._terminal import AsJson, Seed, bar, console, print_json, table
from unseen.cli.mint import chosen_families


def assay(
    families: Annotated[list[str] | None, typer.Argument(help="Families, by name [default: every one].", show_default=False)] = None,
    draws: Annotated[int, typer.Option("--draws", min=50, help="Tasks drawn per family.")] = 500,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Try to break families: wrong keys, second answers, guessable answers, leaks, dead variables; exit 1 on any breach."""
    from unseen.assaying import assay as assay_family
    from unseen.families import family

    reports = []
    for name in chosen_families(families or ["all"]):
        with bar(f"Assaying {name}") as progress:
            reports.append(assay_family(family(name), draws=draws, seed=seed, progress=progress))
        if not as_json:
            shown = reports[-1]
            rows = [("ok" if row.passed else "BREACH", row.check, row.shown, row.limit_shown, row.detail) for row in shown.rows]
            console().print(
                table(f"{name}: {'passes' if shown.passed else 'FAILS'}", ("", "check", "value", "limit", "what was found"), rows)
            )
    if as_json:
        print_json([report.to_json() for report in reports])
    if not all(report.passed for report in reports):
        raise typer.Exit(1)

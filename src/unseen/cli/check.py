"""``unseen check``: re-verify tasks without trusting whoever minted them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unseen.cli._terminal import AsJson, bar, console, print_json, table


def check(path: Annotated[Path, typer.Argument(metavar="FILE", help="Tasks, .jsonl or .parquet.")], as_json: AsJson = False) -> None:
    """Re-verify ids, certificates and keys of minted tasks; name each bad row; exit 1 if there is any."""
    from unseen.minting import check_file

    with bar("Checking") as progress:
        found = check_file(path, progress)
    if as_json:
        print_json(
            {"file": str(path), "rows": found.rows, "bad": [{"line": b.line, "id": b.id, "reasons": list(b.reasons)} for b in found.bad]}
        )
    elif found.bad:
        rows = [(bad.line, bad.id or "", "; ".join(bad.reasons)) for bad in found.bad]
        console().print(table(f"{len(found.bad)} of {found.rows} rows are bad", ("line", "id", "why"), rows, right=("line",)))
    else:
        console().print(f"{found.rows} tasks: every id, certificate and key holds.", markup=False)
    if found.bad:
        raise typer.Exit(1)

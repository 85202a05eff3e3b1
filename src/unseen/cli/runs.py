"""``unseen runs``: what was run."""

from __future__ import annotations

from typing import Any

from unseen.cli._terminal import AsJson, Where, console, print_json, table


def runs(store: Where = None, as_json: AsJson = False) -> None:
    """List the runs of a store, newest first."""
    from unseen.plan import WAYS
    from unseen.storing import Status, Store

    opened = Store(store)
    rows: list[dict[str, Any]] = [
        {
            "id": record.id,
            "status": "stopped" if record.status is Status.RUNNING and not opened.alive(record.id) else record.status.value,
            "started_at": record.started_at,
            "finished_at": record.finished_at,
            "way": next((way for way in WAYS if record.plan.get(way)), "adaptive"),
            "models": list(record.plan["models"]),
            "outcomes": record.outcomes,
            "note": record.note,
        }
        for record in opened.runs()
    ]
    if as_json:
        return print_json(rows)
    if not rows:
        return console().print(f"No runs in {opened.shown} yet: `unseen eval` makes one.", markup=False)
    cells = [(r["id"], r["way"], r["status"], r["outcomes"], ", ".join(r["models"])) for r in rows]
    console().print(table("", ("run", "asks", "status", "outcomes", "models"), cells, right=("outcomes",)))

"""What every command that asks models does: carry out a plan or go on with a run, show progress, save the report, end with the right code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unseen.cli._terminal import console, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unseen.plan import Plan
    from unseen.reporting import Report
    from unseen.running import Progress
    from unseen.storing import RunRecord

Limits = Annotated[
    str | None,
    typer.Option("--budget", metavar="tasks=,tokens=,cost=,minutes=", help="Limits per model; whichever is met first ends it.", show_default=False),
]  # fmt: skip
DrawnSeed = Annotated[
    int | None, typer.Option("--seed", help="Same seed, same questions [default: drawn, and kept in the plan].", show_default=False)
]
ReplyCap = Annotated[int | None, typer.Option("--max-tokens", help="Cap on a reply.", show_default=False)]
Connections = Annotated[int | None, typer.Option("--connections", help="Questions in flight at once.", show_default=False)]
Further = Annotated[list[str] | None, typer.Option("--model", help="A further model, asked the same way. Repeatable.", show_default=False)]
Resumed = Annotated[str | None, typer.Option("--resume", metavar="RUN", help="Go on with a run that was cut short.", show_default=False)]


def carry_out(plan: Plan | None, *, resume: str | None, store: str | None, as_json: bool) -> None:
    """Run a plan, or go on with a run; print and save its report; leave with exit code 130 or 2 when it did not finish."""
    from unseen.evaluation import RunFolder, evaluate, report
    from unseen.storing import DEFAULT_FOLDER, Status, Store

    opened = Store(store)
    folder = Path(store) if store and "://" not in store else DEFAULT_FOLDER
    with Live() as live:
        record = evaluate(plan, resume=resume, store=opened, folder=folder, progress=live.progress, say=live.say)
    found = report([record.id], store=opened) if record.outcomes else None
    page = found.save(RunFolder.of(record.id, folder).report) if found else None
    if as_json:
        print_json(
            {
                "run": record.id,
                "status": record.status.value,
                "note": record.note,
                "page": str(page) if page else None,
                "report": found.to_json() if found else None,
            }
        )
    else:
        _print(record, found, page)
    if record.status is Status.INTERRUPTED:
        raise typer.Exit(130)
    if record.status is Status.FAILED:
        raise typer.Exit(2)


def plan_of(where: str, fields: dict[str, Any], *, budget: str | None, settings: Sequence[str]) -> Plan:
    """The plan of a command's options; what is None was not given. Raises :class:`UnseenError` that names the option's field."""
    from unseen.families import all_families, family
    from unseen.minting import parse_overrides
    from unseen.plan import Budget, Plan

    given = {name: value for name, value in fields.items() if value is not None}
    if budget is not None:
        given["budget"] = Budget.parse(budget)
    if settings:
        spaces = [family(name).space for name in given.get("families") or all_families()]
        given["settings"] = {**given.get("settings", {}), **parse_overrides(settings, *spaces)}
    return Plan.of(given, where=where.removeprefix("unseen "))


def refuse_with_resume(resume: str, *given: object) -> None:
    """Raises :class:`PlanError` when anything is given beside ``--resume``."""
    from unseen.errors import PlanError

    if any(value is not None and value != [] for value in given):
        raise PlanError(f"--resume {resume} goes on under the run's own plan; leave out the other options")


def _print(record: RunRecord, found: Report | None, page: Path | None) -> None:
    out = console()
    if found is not None:
        out.print(found.to_terminal())
    out.print(f"Run {record.id}: {record.status.value}, {record.outcomes} outcomes. {record.note}", markup=False)
    if page is not None:
        out.print(f"Report: {page}", markup=False)
    if record.status.value in ("interrupted", "failed"):
        out.print(f"Go on with: unseen eval --resume {record.id}", markup=False)


class Live:
    """Progress on standard error: one bar per model, with what is left as far as the speed so far tells."""

    def __enter__(self) -> Live:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        shown = console(stderr=True)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
        )
        self._bars = Progress(*columns, console=shown, disable=not shown.is_terminal, refresh_per_second=4)
        self._rows: dict[str, Any] = {}
        self._waking: Any = None
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def say(self, what: str) -> None:
        """Name what is being waited for."""
        if self._waking is None:
            self._waking = self._bars.add_task(what, total=None, count="", left="")
        self._bars.update(self._waking, description=what)

    def progress(self, now: Progress) -> None:
        """Move a model's bar."""
        if self._waking is not None:
            self._bars.remove_task(self._waking)
            self._waking = None
        if now.model not in self._rows:
            self._rows[now.model] = self._bars.add_task(now.model, total=None, count="", left="")
        count = f"{now.finished} asked" if now.expected is None else f"{now.finished} of about {now.expected}"
        left = "" if now.eta is None else f"about {now.eta / 60:.0f} min left" if now.eta >= 90 else f"about {now.eta:.0f} s left"
        cost = f", ${now.cost:.2f}" if now.cost else ""
        self._bars.update(self._rows[now.model], completed=now.finished, total=now.expected, count=count, left=left + cost)

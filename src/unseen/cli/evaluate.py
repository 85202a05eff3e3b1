"""``unseen eval``: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unseen.cli._terminal import AsJson, Settings, Where, console, print_json

if TYPE_CHECKING:
    from unseen.plan import Plan
    from unseen.running import Progress
    from unseen.storing import RunRecord


def evaluate(
    model: Annotated[list[str] | None, typer.Option("--model", help="Any Inspect model string, gguf:FILE, or simulated/KIND. Repeatable [default: unseen/smollm2].", show_default=False)] = None,
    family: Annotated[list[str] | None, typer.Option("--family", help="A family to ask. Repeatable [default: every one].", show_default=False)] = None,
    budget: Annotated[str | None, typer.Option("--budget", metavar="tasks=,tokens=,cost=,minutes=", help="Limits per model; whichever is met first ends it.", show_default=False)] = None,
    fixed: Annotated[int | None, typer.Option("--fixed", min=1, metavar="N", help="Ask N tasks per family, spread evenly over difficulty.", show_default=False)] = None,
    adaptive: Annotated[bool, typer.Option("--adaptive", help="Choose difficulty from the answers so far (the default).")] = False,
    edition: Annotated[str | None, typer.Option("--edition", metavar="FILE", help="Ask the tasks of a sealed edition.", show_default=False)] = None,
    edition_arm: Annotated[str | None, typer.Option("--arm", metavar="public|secret|train", help="Which arm of the edition [default: public].", show_default=False)] = None,
    settings: Settings = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Same seed, same questions [default: drawn, and kept in the plan].", show_default=False)] = None,
    max_tokens: Annotated[int | None, typer.Option("--max-tokens", help="Cap on a reply.", show_default=False)] = None,
    connections: Annotated[int | None, typer.Option("--connections", help="Questions in flight at once.", show_default=False)] = None,
    error_audit: Annotated[str | None, typer.Option("--error-audit", metavar="FILE", help="Audited tasks (JSONL: id, valid), to estimate the generation error rate.", show_default=False)] = None,
    config: Annotated[Path | None, typer.Option("--config", metavar="PLAN.TOML", help="A plan; options given beside it win.", show_default=False)] = None,
    resume: Annotated[str | None, typer.Option("--resume", metavar="RUN", help="Go on with a run that was cut short.", show_default=False)] = None,
    store: Where = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Mint tasks, ask models, store every outcome, write the report. Ctrl-C loses nothing: go on with --resume."""
    from unseen.errors import PlanError
    from unseen.evaluation import RunFolder, report
    from unseen.evaluation import evaluate as run_plan
    from unseen.storing import DEFAULT_FOLDER, Status, Store

    given: dict[str, Any] = {
        "models": tuple(model) if model else None,
        "families": tuple(family) if family else None,
        "fixed": fixed,
        "edition": edition,
        "edition_arm": edition_arm,
        "seed": seed,
        "max_tokens": max_tokens,
        "connections": connections,
        "error_audit": error_audit,
    }
    if adaptive and fixed:
        raise PlanError("--adaptive and --fixed exclude each other")
    if resume and (config or budget or settings or any(value is not None for value in given.values())):
        raise PlanError(f"--resume {resume} goes on under the run's own plan; leave out the other options")
    plan = None if resume else _plan(config, given, budget, settings or [])
    opened = Store(store)
    folder = Path(store) if store and "://" not in store else DEFAULT_FOLDER
    with _Live() as live:
        record = run_plan(plan, resume=resume, store=opened, folder=folder, progress=live.progress, say=live.say)
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


def _plan(config: Path | None, given: dict[str, Any], budget: str | None, settings: list[str]) -> Plan:
    from unseen.families import all_families, family
    from unseen.minting import parse_overrides
    from unseen.plan import Budget, Plan

    base = Plan.load(config).model_dump() if config else {}
    fields = base | {name: value for name, value in given.items() if value is not None}
    if budget is not None:
        fields["budget"] = Budget.parse(budget)
    if settings:
        families = [family(name) for name in fields.get("families") or all_families()]
        fields["settings"] = {**fields.get("settings", {}), **parse_overrides(settings, *(kind.space for kind in families))}
    return Plan.of(fields, where=str(config) if config else "unseen eval")


def _print(record: RunRecord, found: Any, page: Path | None) -> None:
    out = console()
    if found is not None:
        out.print(found.to_terminal())
    out.print(f"Run {record.id}: {record.status.value}, {record.outcomes} outcomes. {record.note}", markup=False)
    if page is not None:
        out.print(f"Report: {page}", markup=False)
    if record.status.value in ("interrupted", "failed"):
        out.print(f"Go on with: unseen eval --resume {record.id}", markup=False)


class _Live:
    """Progress on standard error: one bar per model, with what is left as far as the speed so far tells."""

    def __enter__(self) -> _Live:
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

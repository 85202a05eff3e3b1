"""``unseen mint``: certified tasks, to the terminal or to a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unseen.cli._terminal import AsJson, Bar, Seed, Settings, bar, console, print_json

if TYPE_CHECKING:
    from unseen.task import Task


def mint(
    families: Annotated[list[str], typer.Argument(help="Families, by name; `all` means every one.")],
    count: Annotated[int, typer.Option("-n", "--number", min=1, help="How many tasks, in all.")] = 10,
    seed: Seed = 0,
    settings: Settings = None,
    design: Annotated[str, typer.Option("--design", help="ladder (spread evenly over difficulty), uniform or stratified.")] = "ladder",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File ending in .jsonl or .parquet.", show_default=False)] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes; the bytes do not depend on it.")] = 1,
    cross_check: Annotated[
        str, typer.Option("--cross-check", metavar="SHARE|all", help="Share of tasks that the second solver solves again.")
    ] = "0.05",
    as_json: AsJson = False,
) -> None:
    """Mint certified tasks: fresh, deduplicated, each with the proof of its key."""
    from unseen.minting import mint as mint_tasks
    from unseen.minting import write_tasks

    chosen = chosen_families(families)
    fixed = overrides(settings or [], chosen)
    stream = mint_tasks(chosen, count, seed, design=design, fixed=fixed, workers=workers, cross_check=share(cross_check))
    if output is None and as_json:
        return print_json([task.to_row() for task in stream])
    if output is None:
        out = console()
        for task in stream:
            out.rule(f"{task.family} · {task.id}", align="left", style="dim")
            out.print(task.prompt, markup=False)
            out.print("[dim]key[/dim]", end=" ")
            out.print(str(task.key), markup=False)
        return None
    with bar("Minting", count) as progress:
        written = write_tasks(output, _counted(stream, progress))
    made = stream.report.total
    if as_json:
        return print_json(
            {"file": str(output), "tasks": written, "duplicates_replaced": made.duplicates, "cross_checked": made.cross_checked}
        )
    return console().print(
        f"{written} tasks in {output} ({made.cross_checked} solved twice, {made.duplicates} duplicates replaced); `unseen check {output}` re-checks every one.",
        markup=False,
    )


def _counted(tasks: Iterable[Task], progress: Bar) -> Iterator[Task]:
    for number, task in enumerate(tasks, 1):
        yield task
        progress(number)


def chosen_families(names: list[str]) -> list[str]:
    """The family names meant on the command line. Raises :class:`FamilyError` for one that does not exist."""
    from unseen.families import all_families, family

    return list(all_families()) if names == ["all"] else [family(name).name for name in names]


def overrides(settings: list[str], names: list[str]) -> dict[str, Any]:
    """The values of ``--set``, checked against the space of every family named that has the variable."""
    from unseen.families import family
    from unseen.minting import parse_overrides

    return dict(parse_overrides(settings, *(family(name).space for name in names)))


def share(text: str) -> float:
    """A share from the command line: a number from 0 to 1, or ``all``. Raises :class:`PlanError`."""
    from unseen.errors import PlanError

    try:
        value = 1.0 if text == "all" else float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise PlanError(f"--cross-check {text}: write a share from 0 to 1, or all")
    return value

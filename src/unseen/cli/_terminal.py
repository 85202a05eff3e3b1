"""What the commands share: options that mean the same everywhere, tables, progress, JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of a table.")]
Seed = Annotated[int, typer.Option("--seed", help="Same seed, same bytes.")]
Where = Annotated[
    str | None,
    typer.Option("--store", envvar="UNSEEN_STORE", help="Folder or postgresql:// URL of the runs [default: ./runs].", show_default=False),
]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="VAR=VALUE|VAR=LO..HI", help="Hold a variable fixed, or within a range. Repeatable.")
]


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def console(*, stderr: bool = False) -> Console:
    """Rich's console; tables go to standard output, progress to standard error."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> Table:
    """A plain table; columns named in ``right`` are aligned to the right."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    made = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold", no_wrap=column == columns[0])
    for row in rows:
        made.add_row(*(escape(str(cell)) for cell in row))
    return made


class Bar:
    """A progress bar with a live estimate of what is left; silent where standard error is no terminal."""

    def __init__(self, progress: Any, task: Any) -> None:
        self._progress, self._task = progress, task

    def __call__(self, done: float, total: float | None = None, note: str | None = None) -> None:
        """Move to ``done`` of ``total``."""
        changes: dict[str, Any] = {"completed": done}
        if total is not None:
            changes["total"] = total
        if note is not None:
            changes["note"] = note
        self._progress.update(self._task, **changes)


@contextmanager
def bar(title: str, total: float | None = None) -> Iterator[Bar]:
    """Show progress on standard error while the block runs."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    shown = console(stderr=True)
    with Progress(*columns, console=shown, disable=not shown.is_terminal) as progress:
        yield Bar(progress, progress.add_task(title, total=total, note=""))


def existing(path: Path) -> Path:
    """The path, if there is a file. Raises :class:`UnseenError` otherwise."""
    from unseen.errors import UnseenError

    if not path.is_file():
        raise UnseenError(f"no file {path}")
    return path

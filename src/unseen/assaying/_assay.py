"""Runs every check on one family."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from unseen.assaying._draws import Draws, Seeding, keyed_seed
from unseen.assaying._grading import grading_rows
from unseen.assaying._guessing import guessing_rows
from unseen.assaying._keys import key_rows
from unseen.assaying._report import AssayReport, Check, Row, Unit, at_most
from unseen.assaying._sampling import sampling_rows, speed_row
from unseen.assaying._variables import variable_rows
from unseen.errors import FamilyError
from unseen.families.base import Family


class Progress(Protocol):
    """Told how far the assay has come."""

    def __call__(self, done: float, total: float | None = None, note: str | None = None) -> None: ...


FEWEST = 20

_STAGES: tuple[tuple[str, Callable[[Draws], list[Row]]], ...] = (
    ("keys", key_rows),
    ("guessing", guessing_rows),
    ("grading", grading_rows),
    ("sampling", sampling_rows),
    ("variables", variable_rows),
)


def assay(
    family: Family[Any], draws: int = 500, seed: int = 0, progress: Progress | None = None, *, seeding: Seeding = keyed_seed
) -> AssayReport:
    """Try to break a family: wrong keys, second answers, guessable answers, leaks, dead variables.

    The draws are of the reference mix: a load uniform on [0, 1], difficulty variables near it, all others uniform.

    Args:
        draws: tasks drawn; 500 take seconds, 10,000 find rarer faults. At least 20.
        progress: called as ``progress(done, total, note)``.
        seeding: how a draw's seed follows from (family, seed, index); for trying out other schemes.

    Raises:
        FamilyError: when fewer than 20 draws are asked for.
    """
    if draws < FEWEST:
        raise FamilyError(f"{draws} draws are too few for an assay; ask for {FEWEST} or more")
    start = time.perf_counter()
    report = progress or (lambda done, total=None, note=None: None)
    share = draws / 4  # of the whole, for each stage after the drawing
    total = draws + share * len(_STAGES)
    drawn = Draws(family, seed, seeding)
    drawn.draw(draws, lambda index: report(index + 1, total, "drawing"))
    rows: list[Row] = []
    if len(drawn.tasks) >= FEWEST:
        for at, (note, stage) in enumerate(_STAGES):
            report(draws + at * share, total, note)
            try:
                rows += stage(drawn)
            except Exception as error:  # a draw at another setting that raises: the report says so and goes on
                drawn.failures.append(f"{type(error).__name__}: {str(error)[:120]} while checking {note}, which is not reported")
        rows.append(speed_row(drawn))
    rows.append(
        at_most(Check.DRAWS, len(drawn.failures), 0, Unit.COUNT, drawn.failures[0] if drawn.failures else f"{draws} draws, none failed")
    )
    report(total, total, "")
    order = list(Check)
    return AssayReport(
        family.name, family.version, draws, seed, time.perf_counter() - start, tuple(sorted(rows, key=lambda row: order.index(row.check)))
    )

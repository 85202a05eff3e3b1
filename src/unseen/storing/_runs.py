"""One run at rest: its record, and the writer that alone may add outcomes to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Row, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from unseen.errors import StoreError
from unseen.outcome import Arm, Outcome
from unseen.storing._schema import outcomes, runs
from unseen.verdict import Kind

LONGEST_RESPONSE = 200_000  # characters kept of one response; the whole of it stays in the Inspect log


class Status(StrEnum):
    """Where a run stands."""

    RUNNING = "running"  # in progress, or its process died: `unseen eval --resume` goes on
    INTERRUPTED = "interrupted"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True)
class RunRecord:
    """A run: its resolved plan, the versions that made it, and how far it got."""

    id: str
    status: Status
    started_at: str
    finished_at: str | None
    plan: Mapping[str, Any]
    versions: Mapping[str, Any]
    note: str
    outcomes: int = 0


class RunWriter:
    """The one writer of a run. A context manager: leaving it frees the run's lock.

    ``append`` returns when the outcome is on disk. Raises :class:`StoreError` when it cannot be stored.
    """

    def __init__(self, run_id: str, connection: Connection, release: Callable[[], None]) -> None:
        self.run_id = run_id
        self._connection = connection
        self._release = release

    def append(self, outcome: Outcome) -> None:
        """Store one finished outcome durably. An outcome already stored (same examinee and task) is left as it is."""
        try:
            with self._connection.begin():
                insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
                row = insert(outcomes).values(run_id=self.run_id, **outcome_to_row(outcome))
                self._connection.execute(row.on_conflict_do_nothing(index_elements=["run_id", "examinee", "task_id"]))
        except SQLAlchemyError as error:
            raise StoreError(
                f"cannot store an outcome of run {self.run_id}: {_cause(error)}; what was stored before is safe: "
                f"mend that (free some space?) and go on with --resume {self.run_id}"
            ) from None

    def finish(self, status: Status, finished_at: str, note: str = "") -> None:
        """Mark how the run ended."""
        try:
            with self._connection.begin():
                self._connection.execute(
                    update(runs).where(runs.c.id == self.run_id).values(status=status.value, finished_at=finished_at, note=note)
                )
        except SQLAlchemyError as error:
            raise StoreError(f"cannot close run {self.run_id}: {_cause(error)}; its outcomes are safe: --resume {self.run_id}") from None

    def __enter__(self) -> RunWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()
        self._release()


def outcome_to_row(outcome: Outcome) -> dict[str, Any]:
    """An outcome as column values. Text loses NULs and lone surrogates, which databases refuse."""
    row = {field.name: getattr(outcome, field.name) for field in dataclasses.fields(outcome)}
    row.update(setting=dict(outcome.setting), features=dict(outcome.features), arm=outcome.arm.value, kind=outcome.kind.value)
    row["response"] = outcome.response[:LONGEST_RESPONSE]
    return {name: _storable(value) if isinstance(value, str) else value for name, value in row.items()}


def outcome_from_row(row: Row[Any]) -> Outcome:
    """The inverse of :func:`outcome_to_row`."""
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(Outcome)}
    return Outcome(**{**values, "arm": Arm(row.arm), "kind": Kind(row.kind)})


def _storable(text: str) -> str:
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def _cause(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]

"""Task files: JSONL (one canonical JSON row per line) and Parquet (nested fields as JSON text), written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from unseen.errors import TaskFileError
from unseen.minting._atomic import atomic_file
from unseen.task import JSON, Task, canonical_json

_ROW_GROUP = 1024
_COLUMNS = ("id", *(name for name in Task.__dataclass_fields__ if name != "id"))
_NESTED = ("setting", "choices", "key", "problem", "certificate", "features")
_PLAIN = {"id": "string", "family": "string", "version": "int64", "prompt": "string", "effort": "float64"}


@dataclass(frozen=True)
class Row:
    """One row as it stands in a file: the JSON object, or why there is none."""

    line: int  # counted from 1; for Parquet, the row's number
    value: dict[str, JSON] | None
    problem: str = ""


def write_tasks(path: str | Path, tasks: Iterable[Task]) -> int:
    """Write tasks as they come, and return how many. The suffix decides: ``.jsonl`` or ``.parquet``.

    The file appears under its name only when it is complete. Memory stays constant.
    Raises :class:`TaskFileError` for another suffix or when the file cannot be written.
    """
    path = Path(path)
    write = _write_parquet if file_format(path) == "parquet" else _write_jsonl
    with atomic_file(path) as file:
        return write(file, tasks)


def read_tasks(path: str | Path) -> Iterator[Task]:
    """The tasks of a file, one at a time.

    Raises :class:`TaskFileError` naming file, line and reason at the first row that is no task or was edited since it was
    minted; :func:`check_file` lists them all.
    """
    for row in read_rows(path):
        where = f"{path} line {row.line}"
        if row.value is None:
            raise TaskFileError(f"{where}: {row.problem}; `unseen check` lists every bad row")
        try:
            task = Task.from_row(row.value)
        except TaskFileError as error:
            raise TaskFileError(f"{where}: {error}; a file that `unseen mint` wrote is wanted") from None
        if not intact(task):
            raise TaskFileError(f"{where}: task {task.id} was edited (its content has another id); `unseen check` lists every bad row")
        yield task


def intact(task: Task) -> bool:
    """Whether the id is the hash of the content."""
    try:
        return task.id == task.content()
    except (ValueError, TypeError, RecursionError):
        return False


def read_rows(path: str | Path) -> Iterator[Row]:
    """Every row, readable or not. Raises :class:`TaskFileError` when the file as a whole cannot be read."""
    path = Path(path)
    read = _read_parquet if file_format(path) == "parquet" else _read_jsonl
    try:
        with path.open("rb") as file:
            yield from read(path, file)
    except OSError as error:
        raise TaskFileError(f"cannot read {path}: {error.strerror or error}") from None


def file_format(path: Path) -> str:
    """``jsonl`` or ``parquet``. Raises :class:`TaskFileError` for any other suffix."""
    suffix = path.suffix.lower().lstrip(".")
    if suffix not in ("jsonl", "parquet"):
        raise TaskFileError(f"{path}: task files end in .jsonl or .parquet")
    return suffix


def _write_jsonl(file: BinaryIO, tasks: Iterable[Task]) -> int:
    count = 0
    for task in tasks:
        file.write(f"{canonical_json(task.to_row())}\n".encode())
        count += 1
    return count


def _read_jsonl(path: Path, file: BinaryIO) -> Iterator[Row]:
    for number, line in enumerate(file, start=1):
        try:
            value = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            yield Row(number, None, f"not UTF-8 at byte {error.start}")
        except (ValueError, RecursionError) as error:
            cut = "" if line.endswith(b"\n") else "cut off, the file ends inside this row: "
            yield Row(number, None, f"{cut}not JSON ({error})")
        else:
            yield Row(number, value) if isinstance(value, dict) else Row(number, None, "not a JSON object")


def _write_parquet(file: BinaryIO, tasks: Iterable[Task]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.type_for_alias(_PLAIN.get(name, "string"))) for name in _COLUMNS])
    count, rows = 0, iter(tasks)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(islice(rows, _ROW_GROUP)):
            writer.write_table(pa.Table.from_pylist([_flat(task) for task in group], schema=schema))
            count += len(group)
    return count


def _flat(task: Task) -> dict[str, Any]:
    return {name: canonical_json(value) if name in _NESTED else value for name, value in task.to_row().items()}


def _read_parquet(path: Path, file: BinaryIO) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        for batch in pq.ParquetFile(file).iter_batches(batch_size=_ROW_GROUP):
            for flat in batch.to_pylist():
                number += 1
                yield _nested(number, flat)
    except (pa.ArrowException, OSError) as error:
        after = f" after row {number}" if number else ""
        first_line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise TaskFileError(f"cannot read {path}{after}: not a whole Parquet file ({first_line})") from None


def _nested(number: int, flat: dict[str, Any]) -> Row:
    name = ""
    try:
        value = dict(flat)
        for name in _NESTED:
            if name in flat:
                value[name] = json.loads(flat[name])
    except (ValueError, TypeError, RecursionError) as error:
        return Row(number, None, f"field '{name}' is not JSON ({error})")
    return Row(number, value)

"""Checking tasks without trusting whoever minted them: nothing here draws, makes or renders.

What a check can show: the row is whole, its id is the hash of its content, its family and version are known, its setting
lies in the space, its problem and certificate prove its key, its effort and features follow from the problem, and, where
the family can read its own prompts, the prompt alone leads to the same key. What it cannot show: that a prompt without a
reader says what the problem says (see ``design/minting.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unseen.errors import TaskFileError, UnseenError
from unseen.families import all_families
from unseen.families.base import Family
from unseen.minting._duplicates import Deduplicator
from unseen.minting._files import Row, intact, read_rows
from unseen.minting._gates import agrees
from unseen.task import JSON, Task, canonical_json

_SHAPE: Mapping[str, tuple[type, ...]] = {
    "id": (str,),
    "family": (str,),
    "version": (int,),
    "setting": (dict,),
    "choices": (dict,),
    "prompt": (str,),
    "effort": (int, float),
    "features": (dict,),
}


@dataclass(frozen=True)
class BadRow:
    """A row that does not hold, and every reason why. ``id`` is what the row calls itself, or empty."""

    line: int
    id: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"line {self.line}{f' ({self.id})' if self.id else ''}: {'; '.join(self.reasons)}"


@dataclass(frozen=True)
class CheckReport:
    """How many rows there are, and which of them do not hold."""

    rows: int
    bad: tuple[BadRow, ...]

    @property
    def ok(self) -> bool:
        return not self.bad


def check_task(task: Task, families: Mapping[str, Family[Any]] | None = None) -> list[str]:
    """Every reason not to trust a task; none when it holds. ``families`` defaults to all that are registered."""
    reasons = [] if intact(task) else ["edited: the id is not the hash of the content"]
    family = (all_families() if families is None else families).get(task.family)
    if family is None:
        return [*reasons, f"no family '{task.family}' is installed"]
    if task.version != family.version:
        return [*reasons, f"made by version {task.version} of {task.family}, but version {family.version} is installed"]
    return [*reasons, *_setting_reasons(family, task), *_problem_reasons(family, task)]


def check_file(
    path: str | Path, progress: Callable[[int], None] | None = None, families: Mapping[str, Family[Any]] | None = None
) -> CheckReport:
    """Check every row of a task file; ``progress`` is called with the number of rows done, after each.

    Raises :class:`TaskFileError` when the file cannot be read, or holds nothing that could be a task.
    """
    rows, readable, bad, seen = 0, 0, list[BadRow](), _Ids()
    for row in read_rows(path):
        rows += 1
        readable += row.value is not None
        if found := _row_reasons(row, seen, families):
            bad.append(found)
        if progress is not None:
            progress(rows)
    if not readable:
        detail = f"line 1: {bad[0].reasons[0]}" if bad else "it is empty"
        raise TaskFileError(f"{path} holds no task ({detail}); mint one with `unseen mint FAMILY -n 10 -o FILE.jsonl`")
    return CheckReport(rows, tuple(bad))


class _Ids:
    """The ids seen so far, 8 bytes of each: a whole file's worth must not fill the memory."""

    def __init__(self) -> None:
        self._seen = Deduplicator()

    def add(self, name: str) -> bool:
        """False when the id was there already."""
        try:
            return self._seen.add_fingerprints([int(name[:16], 16) or 1])
        except ValueError:
            return True  # no id at all, which the hash of the content will say


def _row_reasons(row: Row, seen: _Ids, families: Mapping[str, Family[Any]] | None) -> BadRow | None:
    if row.value is None:
        return BadRow(row.line, "", (row.problem,))
    claimed = row.value.get("id")
    name = claimed if isinstance(claimed, str) else ""
    if misshapen := list(_shape_reasons(row.value)):
        return BadRow(row.line, name, tuple(misshapen))
    try:
        reasons = check_task(Task.from_row(row.value), families)
    except UnseenError as error:
        reasons = [str(error)]
    if not seen.add(name):
        reasons.append("repeats the id of an earlier row")
    return BadRow(row.line, name, tuple(reasons)) if reasons else None


def _shape_reasons(value: Mapping[str, JSON]) -> Iterator[str]:
    for name in Task.__dataclass_fields__:
        if name not in value:
            yield f"field '{name}' is missing"
        elif name in _SHAPE and (not isinstance(value[name], _SHAPE[name]) or isinstance(value[name], bool)):
            yield f"field '{name}' is {type(value[name]).__name__}, not {_SHAPE[name][-1].__name__}"
    for name in value:
        if name not in Task.__dataclass_fields__:
            yield f"field '{name}' does not belong to a task"


def _setting_reasons(family: Family[Any], task: Task) -> Iterator[str]:
    missing = [name for name in family.space.variables if name not in task.setting]
    if missing:
        yield f"setting: {', '.join(missing)} missing"
    try:
        family.space.validate(task.setting)
    except UnseenError as error:
        yield f"setting: {error}"


def _problem_reasons(family: Family[Any], task: Task) -> Iterator[str]:
    try:
        problem = family.problem_of(task)
        if not _same(problem.model_dump(mode="json"), task.problem):
            yield "problem: holds more or other than the family's problems do"
        if type(family).certify is Family.certify and task.certificate != {}:
            yield "certificate: holds something, but this family's problems are their own proof"
        family.verify(problem, task.key, task.certificate)
        if type(family).verify is not Family.verify and not agrees(family, problem, task.key, found := family.solve(problem)):
            yield f"key: the second solver finds {canonical_json(found)}, the key says {canonical_json(task.key)}"
        if float(family.effort(problem)) != task.effort:
            yield f"effort: the problem takes {family.effort(problem):g}, the row says {task.effort:g}"
        if not _same(dict(family.features(problem)), dict(task.features)):
            yield "features: not those of the problem"
    except Exception as error:  # whatever a forged row does to a solver is a reason, not a crash
        yield f"certificate: {_said(error)}"
        return
    yield from _reader_reasons(family, problem, task)


def _reader_reasons(family: Family[Any], problem: Any, task: Task) -> Iterator[str]:
    if not family.has_reader():
        return
    try:
        read = family.read(task.prompt)
        confirmed = agrees(family, problem, task.key, read)
    except NotImplementedError:
        return
    except Exception as error:
        yield f"prompt: cannot be read back ({_said(error)})"
        return
    if not confirmed:
        yield f"prompt: leads to {canonical_json(read)}, the key says {canonical_json(task.key)}"


def _same(one: JSON, other: JSON) -> bool:
    return canonical_json(one) == canonical_json(other)


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, UnseenError) else f"{type(error).__name__}: {error}"

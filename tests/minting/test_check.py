"""Checking: every way a row can lie is found, and nothing of the generator is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.minting.sums_family import FAMILIES, Proved, SecondSolverDisagrees
from unseen.errors import TaskFileError
from unseen.minting import check_file, check_task, mint, write_tasks
from unseen.space import Setting
from unseen.task import Task, canonical_json, content_id

TASKS = list(mint([FAMILIES["test/sums"], Proved()], 20, 1))


def test_minted_tasks_hold() -> None:
    assert [check_task(task, FAMILIES) for task in TASKS] == [[]] * 20


def test_nothing_is_drawn_made_or_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: Any, **__: Any) -> None:
        raise AssertionError("the generator was asked")

    for name in ("draw", "render", "make", "replay", "key", "certify"):
        monkeypatch.setattr(type(FAMILIES["test/sums"]), name, forbidden)
    assert [check_task(task, FAMILIES) for task in TASKS] == [[]] * 20


def forged(task: Task, **changes: Any) -> Task:
    """The task with fields changed and the id made to fit again, as a careful forger would."""
    return replace(task, **changes, id="")


LIES: list[tuple[str, Callable[[Task], Task], str]] = [
    ("id", lambda t: replace(t, id="0" * 32), "edited: the id is not the hash"),
    ("prompt without its id", lambda t: replace(t, prompt=t.prompt + " "), "edited: the id is not the hash"),
    ("key", lambda t: forged(t, key=t.key + 1), "second solver finds"),
    ("key as text", lambda t: forged(t, key=str(t.key)), "second solver finds"),
    ("problem", lambda t: forged(t, problem={**t.problem, "extra": 5}), "second solver finds"),
    ("misshapen problem", lambda t: forged(t, problem={"numbers": "many", "extra": 0}), "problem field numbers"),
    ("problem of another type", lambda t: forged(t, problem={**t.problem, "extra": str(t.problem["extra"])}), "holds more or other"),
    ("effort", lambda t: forged(t, effort=99.0), "effort: the problem takes"),
    ("features", lambda t: forged(t, features={"longest": 99.0}), "features: not those of the problem"),
    ("setting out of domain", lambda t: forged(t, setting=t.setting.but(terms=99)), r"variable 'terms': 99 is not in 2\.\.9"),
    ("unknown variable", lambda t: forged(t, setting=t.setting.but(mood="good")), "no variable 'mood'"),
    ("missing variable", lambda t: forged(t, setting=Setting({"terms": 2})), "digits, counting, story missing"),
    ("another prompt", lambda t: forged(t, prompt="What is 1 + 1?"), "prompt: leads to 2"),
    ("family", lambda t: forged(t, family="test/none"), "no family 'test/none' is installed"),
    ("version", lambda t: forged(t, version=2), "made by version 2 of test/sums, but version 1 is installed"),
]


@pytest.mark.parametrize(("lie", "message"), [(lie, message) for _, lie, message in LIES], ids=[name for name, _, _ in LIES])
def test_every_lie_is_found(lie: Callable[[Task], Task], message: str) -> None:
    import re

    reasons = check_task(lie(TASKS[0]), FAMILIES)
    assert any(re.search(message, reason) for reason in reasons), reasons


def test_a_broken_certificate_is_a_reason_not_a_crash() -> None:
    proved = TASKS[1]
    assert check_task(forged(proved, certificate=[]), FAMILIES)[0].startswith("certificate: TypeError")
    assert check_task(forged(proved, certificate={"total": 0}), FAMILIES) == ["certificate: the total does not lead to the key"]


def test_the_second_solver_is_always_asked() -> None:
    task = next(task for task in mint([SecondSolverDisagrees()], 50, 1, cross_check=0.0) if task.key % 3 == 0)
    assert any("second solver" in reason for reason in check_task(task, FAMILIES))


class AnyNumberAbove(type(FAMILIES["test/sums"])):  # type: ignore[misc]
    """Every number from the sum on is right, and its reader finds another one than its key."""

    name = "test/above"

    def accepts(self, problem: Any, key: Any, value: Any) -> bool:
        return bool(value >= self.key(problem))

    def read(self, prompt: str) -> Any:
        return super().read(prompt) + 5


def test_where_several_answers_are_right_the_reader_may_find_another() -> None:
    family = AnyNumberAbove()
    task = next(mint([family], 1, 1))
    assert check_task(task, {family.name: family}) == []
    assert any("prompt: leads to" in reason for reason in check_task(forged(task, prompt="1 + 1"), {family.name: family}))


@pytest.mark.parametrize("name", ["tasks.jsonl", "tasks.parquet"])
def test_a_good_file_passes_and_reports_progress(tmp_path: Path, name: str) -> None:
    write_tasks(tmp_path / name, TASKS)
    seen: list[int] = []
    report = check_file(tmp_path / name, seen.append, FAMILIES)
    assert (report.ok, report.rows, seen) == (True, 20, list(range(1, 21)))


def test_every_bad_row_is_named_with_line_id_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    rows = [task.to_row() for task in TASKS[:6]]
    rows[1]["key"] += 1
    rows[2] = {**rows[2], "version": "1", "extra": None}
    del rows[3]["prompt"]
    rows[4] = rows[0]
    text = [canonical_json(row) for row in rows]
    text[5] = text[5][:50]
    path.write_text("\n".join(text), encoding="utf-8")
    report = check_file(path, families=FAMILIES)
    assert report.rows == 6
    assert [(bad.line, bad.id) for bad in report.bad] == [(2, TASKS[1].id), (3, TASKS[2].id), (4, TASKS[3].id), (5, TASKS[0].id), (6, "")]
    reasons = [bad.reasons for bad in report.bad]
    assert reasons[0][0] == "edited: the id is not the hash of the content"
    assert reasons[1] == ("field 'version' is str, not int", "field 'extra' does not belong to a task")
    assert reasons[2] == ("field 'prompt' is missing",)
    assert reasons[3] == ("repeats the id of an earlier row",)
    assert reasons[4][0].startswith("cut off, the file ends inside this row")


@pytest.mark.parametrize("value", [float("nan"), [[[]]], "text", None, {"a": "\ud800"}])
def test_hostile_values_never_crash_the_check(tmp_path: Path, value: Any) -> None:
    path = tmp_path / "tasks.jsonl"
    lines = []
    for name in TASKS[0].to_row():
        row = {**TASKS[0].to_row(), name: value}
        if name != "id":
            row["id"] = "" if _unhashable(row) else content_id({field: row[field] for field in row if field != "id"})
        lines.append(json.dumps(row))
    path.write_text("\n".join(lines), encoding="utf-8")
    report = check_file(path, families=FAMILIES)
    assert report.rows == len(lines)
    # Choices alone say nothing that can be checked without the generator; every other field gives itself away.
    assert {bad.line for bad in report.bad} >= set(range(1, len(lines) + 1)) - {1 + list(TASKS[0].to_row()).index("choices")}


def _unhashable(row: dict[str, Any]) -> bool:
    try:
        content_id(row)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"hello\n"])
def test_a_file_that_holds_no_task_at_all_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tasks.jsonl").write_bytes(content)
    with pytest.raises(TaskFileError, match="holds no task"):
        check_file(tmp_path / "tasks.jsonl")

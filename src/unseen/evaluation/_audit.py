"""Reads an error audit: tasks whose keys somebody checked, from which the generation error rate e is estimated."""

from __future__ import annotations

import json
from pathlib import Path

from unseen.errors import PlanError
from unseen.measuring import Audit


def read_audit(path: Path) -> Audit:
    """From a JSONL file with one object per audited task: ``{"id": "<task id>", "valid": true}``.

    ``valid`` says whether the task has exactly one right answer and its key is it. A task audited twice counts once; two
    audits that disagree are an error. Raises :class:`PlanError` that names file, line and remedy.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise PlanError(f"cannot read the error audit {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PlanError(f"the error audit {path} is not UTF-8 text") from None
    audited: dict[str, bool] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        task, valid = _entry(line, f"{path} line {number}")
        if audited.setdefault(task, valid) is not valid:
            raise PlanError(f"{path} line {number}: task {task} was audited before with the other result")
    if not audited:
        raise PlanError(f"the error audit {path} holds no audited task")
    return Audit(wrong=sum(not valid for valid in audited.values()), checked=len(audited))


def _entry(line: str, where: str) -> tuple[str, bool]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError:
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not isinstance(row.get("valid"), bool):
        raise PlanError(f'{where}: write {{"id": "<task id>", "valid": true or false}}')
    return row["id"], row["valid"]

"""Outcomes made by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from unseen.outcome import Arm, Outcome
from unseen.verdict import Kind

_NUMBER = count()
BLANK = Outcome(
    examinee="x",
    task_id="",
    family="toy/a",
    version=1,
    domain="toys",
    setting={},
    load=0.5,
    effort=4.0,
    arm=Arm.EXPLORE,
    group="",
    role="",
    kind=Kind.CORRECT,
    answer=None,
    reason="",
    prompt="",
    key="",
    response="",
    input_tokens=10,
    output_tokens=2,
    seconds=0.5,
    cost=None,
)


def outcome(passed: bool = True, **fields: object) -> Outcome:
    name = f"task {next(_NUMBER)}"
    kind = Kind.CORRECT if passed else Kind.INCORRECT
    return replace(BLANK, **{"task_id": name, "group": name, "kind": kind, **fields})  # type: ignore[arg-type]


def pair(anchor: bool, twin: bool, variable: str, at: str, to: str, **fields: object) -> list[Outcome]:
    """An anchor with the variable at one level, and its twin at another."""
    first = outcome(anchor, setting={variable: at}, **fields)
    second = outcome(twin, setting={variable: to}, **{**fields, "arm": Arm.TWIN, "group": first.group, "role": f"{variable}={to}"})
    return [first, second]

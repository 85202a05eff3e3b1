"""The rules that stand at the head of an expression's prompt, and how a reader finds them again."""

from __future__ import annotations

from collections.abc import Mapping

from unseen.space import Setting

BASES: Mapping[str, int] = {"ten": 10, "eight": 8}

_USUAL = "The usual order of operations applies."
_LEFT_TO_RIGHT = "In this problem every operation is done strictly from left to right, whatever its kind{}."
_SUMS_FIRST = (
    "In this problem, against the usual order, addition and subtraction are done before multiplication and division{}; "
    "within each of these two kinds, work from left to right."
)
_ROUND_DOWN = "Every division is rounded down to a whole number (minus seven divided by two gives minus four)."
_IN_BASE = "Every number here is written in base {}; give the answer in base {} too."


def rules_of(at: Setting) -> list[str]:
    """What the prompt must say at this setting; nothing where habit is enough."""
    rules: list[str] = []
    brackets = "" if at.brackets == "none" or at.steps == 1 else " (brackets still come first)"
    if at.precedence == "left to right":
        rules.append(_LEFT_TO_RIGHT.format(brackets))
    elif at.precedence == "sums first":
        rules.append(_SUMS_FIRST.format(brackets))
    elif at.operators in ("multiply", "divide") and at.steps > 1:
        rules.append(_USUAL)
    if at.operators == "divide":
        rules.append(_ROUND_DOWN)
    if at.base != "ten":
        rules.append(_IN_BASE.format(at.base, at.base))
    return rules


def read_precedence(prompt: str) -> str:
    """The order of operations that a prompt states."""
    if "strictly from left to right, whatever its kind" in prompt:
        return "left to right"
    return "sums first" if "addition and subtraction are done before multiplication and division" in prompt else "usual"


def read_base(prompt: str) -> int:
    """The base that a prompt states."""
    return next((base for name, base in BASES.items() if f"is written in base {name};" in prompt), 10)

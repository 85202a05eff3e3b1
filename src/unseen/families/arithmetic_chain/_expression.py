"""Integer expressions as nested groups, and two unrelated ways to work them out under any precedence.

An expression is written as tokens: numerals, ``+ - * /`` and brackets. Division rounds down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from unseen.errors import CertificateError

# From the tightest binding to the loosest; operators of one rank go from left to right.
RANKS: Mapping[str, tuple[str, ...]] = {"usual": ("*/", "+-"), "left to right": ("+-*/",), "sums first": ("+-", "*/")}


@dataclass(frozen=True, slots=True)
class Group:
    """What one pair of brackets (or the whole expression) holds: operands with an operator between each two.

    An operand is a nested group, or the position of a number in a list kept apart from the shape.
    """

    operands: tuple[int | Group, ...]
    operators: tuple[str, ...]

    def tokens(self, numerals: Sequence[str]) -> list[str]:
        """The group in infix form, without brackets of its own."""
        written: list[str] = []
        for operator, operand in zip(("", *self.operators), self.operands, strict=True):
            if operator:
                written.append(operator)
            written += [numerals[operand]] if isinstance(operand, int) else ["(", *operand.tokens(numerals), ")"]
        return written

    def depth(self) -> int:
        """How many levels of brackets stand inside one another."""
        return max((1 + operand.depth() for operand in self.operands if isinstance(operand, Group)), default=0)


class Step(NamedTuple):
    """One operation of an evaluation."""

    operator: str
    left: int
    right: int
    value: int


def parse(tokens: Sequence[str]) -> tuple[Group, list[str]]:
    """The shape of an infix expression and its numerals in order of appearance. Raises :class:`CertificateError` where it is malformed."""
    numerals: list[str] = []
    open_groups: list[tuple[list[int | Group], list[str]]] = [([], [])]
    for token in tokens:
        operands, operators = open_groups[-1]
        if token == "(":
            open_groups.append(([], []))
        elif token == ")" and len(open_groups) > 1:
            open_groups.pop()
            open_groups[-1][0].append(_closed(operands, operators))
        elif token in ("+", "-", "*", "/"):
            operators.append(token)
        elif token.isdecimal():
            operands.append(len(numerals))
            numerals.append(token)
        else:
            raise CertificateError(f"'{token}' has no place in the expression")
    if len(open_groups) > 1:
        raise CertificateError("a bracket is never closed")
    return _closed(*open_groups[0]), numerals


def _closed(operands: Sequence[int | Group], operators: Sequence[str]) -> Group:
    if len(operands) != len(operators) + 1:
        raise CertificateError(f"{len(operands)} operands do not fit {len(operators)} operators")
    return Group(tuple(operands), tuple(operators))


def evaluate(group: Group, numbers: Sequence[int], precedence: str, trace: list[Step]) -> int:
    """The value of a group: each rank of operators is folded away in turn, from the tightest; every operation is added to ``trace``.

    Raises :class:`ZeroDivisionError`.
    """
    values = [numbers[x] if isinstance(x, int) else evaluate(x, numbers, precedence, trace) for x in group.operands]
    operators = group.operators
    for rank in RANKS[precedence]:
        folded, left_over = [values[0]], []
        for operator, right in zip(operators, values[1:], strict=True):
            if operator in rank:
                left = folded[-1]
                folded[-1] = _apply(operator, left, right)
                trace.append(Step(operator, left, right, folded[-1]))
            else:
                folded.append(right)
                left_over.append(operator)
        values, operators = folded, tuple(left_over)
    return values[0]


def _apply(operator: str, left: int, right: int) -> int:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    return left * right if operator == "*" else left // right


_TOKEN = re.compile(r"\s*(\d+|[-+*/()])")


def work_out(infix: str, precedence: str, base: int) -> int:
    """The value of an infix string by Dijkstra's shunting yard and a stack machine. Raises :class:`CertificateError` where it has none."""
    binding = {operator: -rank for rank, operators in enumerate(RANKS[precedence]) for operator in operators}
    machine: list[int] = []
    waiting: list[str] = []
    position = 0
    while position < len(infix):
        if not (found := _TOKEN.match(infix, position)):
            raise CertificateError(f"cannot read '{infix[position : position + 20]}' as arithmetic")
        position, token = found.end(), found[1]
        if token[0].isdigit():
            machine.append(_horner(token, base))
        elif token == "(":
            waiting.append(token)
        elif token == ")":
            while waiting and waiting[-1] != "(":
                _run(waiting.pop(), machine)
            if not waiting:
                raise CertificateError("a bracket is closed that was never opened")
            waiting.pop()
        else:
            while waiting and waiting[-1] != "(" and binding[waiting[-1]] >= binding[token]:
                _run(waiting.pop(), machine)
            waiting.append(token)
    while waiting:
        _run(waiting.pop(), machine)
    if len(machine) != 1:
        raise CertificateError(f"'{infix[:40]}' is not one expression")
    return machine[0]


def _run(operator: str, machine: list[int]) -> None:
    if operator == "(" or len(machine) < 2:
        raise CertificateError("operators, operands and brackets do not fit together")
    right, left = machine.pop(), machine.pop()
    if operator == "/":
        if right == 0:
            raise CertificateError("a division by zero has no value")
        quotient, remainder = divmod(abs(left), abs(right))
        machine.append(quotient if (left < 0) == (right < 0) else -quotient - (remainder > 0))
    else:
        machine.append({"+": left.__add__, "-": left.__sub__, "*": left.__mul__}[operator](right))


def _horner(digits: str, base: int) -> int:
    value = 0
    for digit in digits:
        if int(digit) >= base:
            raise CertificateError(f"'{digits}' is no numeral in base {base}")
        value = value * base + int(digit)
    return value

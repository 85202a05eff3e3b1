"""A small language of nested tuples, and the machine that runs it.

Expressions: an integer, a name, or ``(operator, a, b)``, ``("at", list, index)``, ``("len", e)``, ``("sum", e)``,
``("list", e, ...)``, ``("copy", list)``, ``("call", function, argument, ...)``.

Statements: ``("let", name, e)``, ``("up", "+" or "-", name, e)``, ``("put", list, index, e)``, ``("push", list, e)``,
``("if", condition, then, else)``, ``("for", name, low, high, body)``, ``("each", name, list, body)``,
``("while", condition, body)``, ``("def", name, ((parameter, default or None), ...), body)``, ``("return", e)``,
``("do", e)``, ``("nonlocal", name)``, ``("print", e, ...)``; a body is a tuple of statements. All of it means what Python
means by it, apart from the one rule that a :class:`Premise` changes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from unseen.errors import CertificateError

Node = Any  # int | str | tuple[Node, ...]
Block = tuple[Node, ...]

MOST_STEPS = 50_000
OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


_MEASURES: Mapping[str, Callable[[Any], Any]] = {"len": len, "sum": sum, "copy": list}


class Premise(StrEnum):
    """The one rule that is not Python's. The first level is Python as everybody knows it."""

    USUAL = "usual"
    ONE_BASED = "positions from 1"
    REVERSED_IF = "reversed if"
    DIVISION_UP = "division rounds up"
    INCLUSIVE = "range includes its end"
    SWAPPED = "updates swapped"  # += subtracts, -= adds
    COPIES = "lists are copied"  # whenever named, passed or taken as a default


@dataclass
class Function:
    """A function value: its code, where it was defined, and the defaults as they were then."""

    parameters: tuple[tuple[str, Node], ...]
    defaults: dict[str, Any]
    body: Block
    home: Frame


@dataclass
class Frame:
    """The names of one running function, or of the whole program."""

    parent: Frame | None = None
    names: dict[str, Any] = field(default_factory=dict)
    outer: list[str] = field(default_factory=list)  # names declared nonlocal

    def find(self, name: str) -> Frame:
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return frame
            frame = frame.parent
        raise CertificateError(f"the program uses '{name}' before it has a value")


class Machine:
    """Runs statements one by one; ``steps`` counts statements and operations, ``printed`` collects lines."""

    def __init__(self, premise: Premise = Premise.USUAL) -> None:
        self.premise = premise
        self.steps = 0
        self.largest = 0
        self.printed: list[str] = []
        self.frame = Frame()

    def run(self, program: Block) -> None:
        """Run statements at the top level. Raises :class:`CertificateError` on anything that would be an error."""
        try:
            self._block(program, self.frame)
        except (IndexError, TypeError, ZeroDivisionError, KeyError, ValueError, AttributeError, RecursionError) as error:
            raise CertificateError(f"the program fails: {type(error).__name__} {error}") from None

    def _tick(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise CertificateError(f"the program takes more than {MOST_STEPS} steps")

    def _block(self, block: Block, frame: Frame) -> tuple[Any] | None:
        for statement in block:
            self._tick()
            returned = _EXECUTE[statement[0]](self, statement, frame)
            if returned is not None:
                return returned
        return None

    # ---- expressions ----

    def value(self, node: Node, frame: Frame) -> Any:
        """The value of an expression."""
        if isinstance(node, int):
            return node
        if isinstance(node, str):
            return frame.find(node).names[node]
        kind = node[0]
        self._tick()
        if kind in OPERATORS:
            left, right = self.value(node[1], frame), self.value(node[2], frame)
            if kind == "//" and self.premise is Premise.DIVISION_UP:
                return left // right + (1 if left % right else 0)
            found = OPERATORS[kind](left, right)
            if isinstance(found, int) and not -self.largest <= found <= self.largest:
                self.largest = abs(found)
            return found
        if kind == "call":
            return self._call(self.value(node[1], frame), [self.value(argument, frame) for argument in node[2:]])
        if kind == "list":
            return [self.value(item, frame) for item in node[1:]]
        subject = self.value(node[1], frame)
        if kind == "at":
            return subject[self._position(self.value(node[2], frame))]
        return _MEASURES[kind](subject)

    def _position(self, index: int) -> int:
        position = index - 1 if self.premise is Premise.ONE_BASED else index
        if position < 0:
            raise IndexError("position before the first")
        return position

    def _call(self, function: Function, arguments: list[Any]) -> Any:
        frame = Frame(function.home)
        for place, (name, _) in enumerate(function.parameters):
            frame.names[name] = self._owned(arguments[place] if place < len(arguments) else function.defaults[name])
        returned = self._block(function.body, frame)
        return returned[0] if returned else None

    def _owned(self, value: Any) -> Any:
        return list(value) if self.premise is Premise.COPIES and isinstance(value, list) else value

    # ---- statements ----

    def _let(self, statement: Node, frame: Frame) -> None:
        _, name, expression = statement
        self._assign(name, self._owned(self.value(expression, frame)), frame)

    def _assign(self, name: str, value: Any, frame: Frame) -> None:
        home = frame.find(name) if name in frame.outer else frame
        home.names[name] = value

    def _up(self, statement: Node, frame: Frame) -> None:
        _, sign, name, expression = statement
        adds = (sign == "+") is (self.premise is not Premise.SWAPPED)
        before, change = self.value(name, frame), self.value(expression, frame)
        after = before + change if adds else before - change
        self.largest = max(self.largest, abs(after))
        self._assign(name, after, frame)

    def _put(self, statement: Node, frame: Frame) -> None:
        _, name, index, expression = statement
        value = self.value(expression, frame)
        self.value(name, frame)[self._position(self.value(index, frame))] = value

    def _push(self, statement: Node, frame: Frame) -> None:
        self.value(statement[1], frame).append(self.value(statement[2], frame))

    def _if(self, statement: Node, frame: Frame) -> tuple[Any] | None:
        _, condition, then, otherwise = statement
        taken = bool(self.value(condition, frame)) is not (self.premise is Premise.REVERSED_IF)
        return self._block(then if taken else otherwise, frame)

    def _for(self, statement: Node, frame: Frame) -> tuple[Any] | None:
        _, name, low, high, body = statement
        first, last = self.value(low, frame), self.value(high, frame)
        return self._loop(name, range(first, last + 1 if self.premise is Premise.INCLUSIVE else last), body, frame)

    def _each(self, statement: Node, frame: Frame) -> tuple[Any] | None:
        return self._loop(statement[1], self.value(statement[2], frame), statement[3], frame)

    def _loop(self, name: str, items: Any, body: Block, frame: Frame) -> tuple[Any] | None:
        for item in items:
            self._tick()
            self._assign(name, item, frame)
            if (returned := self._block(body, frame)) is not None:
                return returned
        return None

    def _while(self, statement: Node, frame: Frame) -> tuple[Any] | None:
        while self.value(statement[1], frame):
            if (returned := self._block(statement[2], frame)) is not None:
                return returned
        return None

    def _def(self, statement: Node, frame: Frame) -> None:
        _, name, parameters, body = statement
        defaults = {parameter: self.value(default, frame) for parameter, default in parameters if default is not None}
        frame.names[name] = Function(parameters, defaults, body, frame)

    def _return(self, statement: Node, frame: Frame) -> tuple[Any]:
        return (self.value(statement[1], frame),)

    def _do(self, statement: Node, frame: Frame) -> None:
        self.value(statement[1], frame)

    def _nonlocal(self, statement: Node, frame: Frame) -> None:
        frame.outer.append(statement[1])

    def _print(self, statement: Node, frame: Frame) -> None:
        self.printed.append(" ".join(str(self.value(expression, frame)) for expression in statement[1:]))


_EXECUTE: dict[str, Callable[[Machine, Node, Frame], tuple[Any] | None]] = {
    "let": Machine._let,
    "up": Machine._up,
    "put": Machine._put,
    "push": Machine._push,
    "if": Machine._if,
    "for": Machine._for,
    "each": Machine._each,
    "while": Machine._while,
    "def": Machine._def,
    "return": Machine._return,
    "do": Machine._do,
    "nonlocal": Machine._nonlocal,
    "print": Machine._print,
}

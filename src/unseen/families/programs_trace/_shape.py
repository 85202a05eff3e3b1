"""The shape of a program: what may stand where. Nothing is run that does not have it."""

from __future__ import annotations

from typing import Any

from unseen.families.programs_trace._language import OPERATORS, Block, Node

MOST_NODES = 5_000

# What each part of a statement must be: n a name, e an expression, * more expressions, b a body, s a sign, p parameters.
_SHAPES = {
    "let": "ne",
    "up": "sne",
    "put": "nee",
    "push": "ne",
    "if": "ebb",
    "for": "neeb",
    "each": "neb",
    "while": "eb",
    "def": "npb",
    "return": "e",
    "do": "e",
    "nonlocal": "n",
    "print": "*",
}
_ARITIES = {**dict.fromkeys(OPERATORS, 2), "at": 2, "len": 1, "sum": 1, "copy": 1}


def frozen(node: Any) -> Node:
    """Lists, as JSON has them, made into tuples, all the way down."""
    return tuple(map(frozen, node)) if isinstance(node, list | tuple) else node


def require_program(program: Block) -> None:
    """Raise :class:`ValueError` unless this is a program of the language."""
    if size(program) > MOST_NODES:
        raise ValueError(f"a program of more than {MOST_NODES} parts")
    _require_block(program)


def size(node: Node) -> int:
    """The number of parts of a program."""
    return 1 + sum(map(size, node)) if isinstance(node, tuple) else 1


def _require_block(block: Node) -> None:
    if not isinstance(block, tuple):
        raise ValueError(f"not a body: {block!r}")
    for statement in block:
        shape = _SHAPES.get(statement[0]) if isinstance(statement, tuple) and statement and isinstance(statement[0], str) else None
        if shape is None or (shape != "*" and len(statement) != len(shape) + 1):
            raise ValueError(f"not a statement: {str(statement)[:80]}")
        for part, kind in zip(statement[1:], shape if shape != "*" else "e" * len(statement), strict=False):
            _require_part(part, kind)


def _require_part(part: Node, kind: str) -> None:
    if kind == "b":
        _require_block(part)
    elif kind == "e":
        _require_expression(part)
    elif kind == "n":
        _require_name(part)
    elif kind == "s":
        if part not in ("+", "-"):
            raise ValueError(f"not a sign: {part!r}")
    else:
        for parameter, default in part:
            _require_name(parameter)
            if default is not None:
                _require_expression(default)


def _require_name(name: Node) -> None:
    if not (isinstance(name, str) and 1 < len(name) < 4 and name[0].isalpha() and name[1:].isdigit() and name.isascii()):
        raise ValueError(f"not a name: {name!r}")


def _require_expression(node: Node) -> None:
    if isinstance(node, int) and not isinstance(node, bool):
        return
    if isinstance(node, str):
        _require_name(node)
        return
    if not (isinstance(node, tuple) and node and isinstance(node[0], str)):
        raise ValueError(f"not an expression: {str(node)[:80]}")
    if node[0] == "call" and len(node) > 1:
        _require_name(node[1])
    elif node[0] != "list" and _ARITIES.get(node[0]) != len(node) - 1:
        raise ValueError(f"not an expression: {str(node)[:80]}")
    for part in node[1:]:
        _require_expression(part)

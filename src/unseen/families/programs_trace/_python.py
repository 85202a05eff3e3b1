"""The second solver: CPython. A program under another rule is first rewritten into usual Python that spells the rule out."""

from __future__ import annotations

from unseen.errors import CertificateError
from unseen.families.programs_trace._language import Block, Node, Premise
from unseen.families.programs_trace._styles import written

_OWN = "def _own(v):\n  return v.copy() if isinstance(v, list) else v\n"


def python_source(program: Block, premise: Premise) -> str:
    """Usual Python that prints what the program prints under its premise."""
    plain = tuple(_spelled(statement, premise) for statement in program)
    source = written(plain, "python", lambda part: part)
    return (_OWN if premise is Premise.COPIES else "") + source


def _spelled(node: Node, premise: Premise) -> Node:
    """A statement or expression with the premise written into it."""
    if not isinstance(node, tuple) or not node:
        return node
    kind = node[0]
    node = tuple(_spelled(part, premise) for part in node)
    match premise, kind:
        case (Premise.ONE_BASED, "at"):
            return ("at", node[1], ("-", node[2], 1))
        case (Premise.ONE_BASED, "put"):
            return ("put", node[1], ("-", node[2], 1), node[3])
        case (Premise.REVERSED_IF, "if"):
            return ("if", ("==", node[1], 0), node[2], node[3])
        case (Premise.DIVISION_UP, "//"):
            return ("-", 0, ("//", ("-", 0, node[1]), node[2]))
        case (Premise.INCLUSIVE, "for"):
            return ("for", node[1], node[2], ("+", node[3], 1), node[4])
        case (Premise.SWAPPED, "up"):
            return ("up", "-" if node[1] == "+" else "+", node[2], node[3])
        case (Premise.COPIES, "let"):
            return ("let", node[1], ("call", "_own", node[2]))
        case (Premise.COPIES, "def"):
            owned = tuple(("let", name, ("call", "_own", name)) for name, _ in node[2])
            return ("def", node[1], node[2], owned + node[3])
    return node


def run(source: str) -> str:
    """The one line that a program prints, by CPython in the sandbox. Raises :class:`CertificateError` when it fails."""
    from unseen.sandbox import Limits, run_batch

    result = run_batch([source], Limits(seconds=5.0))[0]
    lines = result.stdout.splitlines()
    if result.error or len(lines) != 1:
        raise CertificateError(f"CPython does not print one line: {result.error or f'{len(lines)} lines'}")
    return lines[0]

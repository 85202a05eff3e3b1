"""The same program in five notations, and how each of them states the one rule that is not Python's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from unseen.families.programs_trace._language import OPERATORS, Block, Node, Premise

Name = Callable[[str], str]
INDENT = "  "


@dataclass(frozen=True)
class Notation:
    """How one notation writes a line of each kind; ``{}`` are the parts in the order of the language."""

    opening: str  # says what kind of program follows
    rules: Mapping[Premise, str]
    lines: Mapping[str, str]
    otherwise: str = "else:"
    closing: str = ""
    numbered: bool = False
    expressions: Mapping[str, str] | None = None


_RULES = {
    Premise.ONE_BASED: "positions in a list count from 1, not 0",
    Premise.REVERSED_IF: "an `if` runs its body when the condition is false, and its `else` body, where there is one, when it is true",
    Premise.DIVISION_UP: "`//` rounds up",
    Premise.INCLUSIVE: "`range(a, b)` includes b",
    Premise.SWAPPED: "`+=` subtracts and `-=` adds",
    Premise.COPIES: "a list is copied whenever it is assigned to a name, passed to a function or used as a default value",
}

PYTHON = Notation(
    opening="Here is a Python program.",
    rules=_RULES,
    lines={
        "let": "{} = {}",
        "+": "{} += {}",
        "-": "{} -= {}",
        "put": "{}[{}] = {}",
        "push": "{}.append({})",
        "if": "if {}:",
        "for": "for {} in range({}, {}):",
        "each": "for {} in {}:",
        "while": "while {}:",
        "def": "def {}({}):",
        "return": "return {}",
        "do": "{}",
        "nonlocal": "nonlocal {}",
        "print": "print({})",
    },
    expressions={"at": "{}[{}]", "len": "len({})", "sum": "sum({})", "copy": "list({})", "//": "{} // {}"},
)

JAVASCRIPT = Notation(
    opening="Here is a program in a JavaScript-like notation. It behaves as Python does; div(a, b) is Python's a // b.",
    rules={**_RULES, Premise.DIVISION_UP: "`div` rounds up"},
    lines={
        "let": "{} = {};",
        "+": "{} += {};",
        "-": "{} -= {};",
        "put": "{}[{}] = {};",
        "push": "{}.push({});",
        "if": "if ({}) {{",
        "for": "for ({} of range({}, {})) {{",
        "each": "for ({} of {}) {{",
        "while": "while ({}) {{",
        "def": "function {}({}) {{",
        "return": "return {};",
        "do": "{};",
        "nonlocal": "nonlocal {};",
        "print": "console.log({});",
    },
    otherwise="}} else {{",
    closing="}",
    expressions={"at": "{}[{}]", "len": "{}.length", "sum": "sum({})", "copy": "{}.slice()", "//": "div({}, {})"},
)

PSEUDOCODE = Notation(
    opening="Here is a program in pseudocode. It behaves as Python does.",
    rules={**_RULES, Premise.SWAPPED: '"add … to" subtracts and "subtract … from" adds'},
    lines={
        "let": "set {} to {}",
        "+": "add {1} to {0}",
        "-": "subtract {1} from {0}",
        "put": "set {}[{}] to {}",
        "push": "append {1} to {0}",
        "if": "if {} then",
        "for": "for {} in range({}, {}) do",
        "each": "for each {} in {} do",
        "while": "while {} do",
        "def": "function {}({})",
        "return": "give back {}",
        "do": "call {}",
        "nonlocal": "use the outer {}",
        "print": "show {}",
    },
    otherwise="else",
    closing="end",
    expressions={"at": "{}[{}]", "len": "length({})", "sum": "sum({})", "copy": "copy({})", "//": "{} // {}"},
)

STEPS = Notation(
    opening="Here are instructions for a computer, meant as Python would mean them.",
    rules={
        **_RULES,
        Premise.REVERSED_IF: 'what follows an "If" is done when the condition is false, and what follows its "Otherwise" when it is true',
        Premise.SWAPPED: '"Increase" lowers and "Decrease" raises',
    },
    lines={
        "let": "Let {} be {}.",
        "+": "Increase {} by {}.",
        "-": "Decrease {} by {}.",
        "put": "Replace {}[{}] by {}.",
        "push": "Append to {} the value {}.",
        "if": "If {}:",
        "for": "For each {} in range({}, {}):",
        "each": "For each {} of the list {}:",
        "while": "As long as {}:",
        "def": "Define {}({}):",
        "return": "The result is {}.",
        "do": "Carry out {}.",
        "nonlocal": "Here {} means the one outside.",
        "print": "Print {}.",
    },
    otherwise="Otherwise:",
    numbered=True,
    expressions={"at": "{}[{}]", "len": "len({})", "sum": "sum({})", "copy": "a copy of {}", "//": "{} // {}"},
)

_LISP_RULES = {
    **_RULES,
    Premise.REVERSED_IF: "`if` takes its first branch when the condition is false, and its second, where there is one, when it is true",
    Premise.INCLUSIVE: "`(range a b)` includes b",
    Premise.SWAPPED: "`inc` subtracts and `dec` adds",
}
LISP = Notation(
    opening="Here is a program in a Lisp-like notation. It behaves as Python does.",
    rules=_LISP_RULES,
    lines={},
)

STYLES: Mapping[str, Notation] = {"python": PYTHON, "javascript": JAVASCRIPT, "pseudocode": PSEUDOCODE, "steps": STEPS, "lisp": LISP}


def written(program: Block, style: str, name: Name) -> str:
    """The program in a notation."""
    notation = STYLES[style]
    if style == "lisp":
        return "\n".join(_lisp(statement, name) for statement in program)
    return "\n".join(_numbered(program, notation, name, "") if notation.numbered else _lines(program, notation, name, ""))


def _lines(block: Block, notation: Notation, name: Name, indent: str) -> Iterator[str]:
    for statement in block:
        yield indent + _line(statement, notation, name)
        bodies = bodies_of(statement)
        for place, body in enumerate(bodies):
            if place:
                yield indent + notation.otherwise.format()
            yield from _lines(body, notation, name, indent + INDENT)
        if bodies and notation.closing:
            yield indent + notation.closing


def _numbered(block: Block, notation: Notation, name: Name, prefix: str) -> Iterator[str]:
    """Steps as 1, 2, 2.1, 2.2, 3 …; an "Otherwise" is a step of its own."""
    depth = INDENT * (prefix.count(".") + bool(prefix))
    number = 0
    for statement in block:
        for place, body in enumerate(bodies_of(statement) or [()]):
            number += 1
            label = f"{prefix}.{number}" if prefix else str(number)
            yield f"{depth}{label}. {notation.otherwise if place else _line(statement, notation, name)}"
            yield from _numbered(body, notation, name, label)


def bodies_of(statement: Node) -> list[Block]:
    """The bodies of a compound statement; an empty ``else`` does not count."""
    kind = statement[0]
    if kind == "if":
        return [statement[2], *([statement[3]] if statement[3] else [])]
    return [statement[-1]] if kind in ("for", "each", "while", "def") else []


def _line(statement: Node, notation: Notation, name: Name) -> str:
    """The statement's own line, without its bodies."""
    kind, *parts = statement
    template = notation.lines[parts[0] if kind == "up" else kind]

    def told(node: Node) -> str:
        return expression(node, notation, name)

    if kind == "def":
        headed = [name(p) if default is None else f"{name(p)}={told(default)}" for p, default in parts[1]]
        return template.format(name(parts[0]), ", ".join(headed))
    if kind == "print":
        return template.format(", ".join(map(told, parts)))
    if kind == "up":
        parts = parts[1:]
    return template.format(*(told(part) for part in parts[: len(parts) - (2 if kind == "if" else len(bodies_of(statement)))]))


def expression(node: Node, notation: Notation, name: Name, *, inner: bool = False) -> str:
    """An expression, in brackets where it is part of another operation."""
    if isinstance(node, int):
        return str(node)
    if isinstance(node, str):
        return name(node)
    kind, *parts = node
    forms = notation.expressions or {}
    if kind in OPERATORS:
        bracketed = forms.get(kind, "{} {} {}")
        called = bracketed.startswith("div(")
        left, right = (expression(part, notation, name, inner=not called) for part in parts)
        text = bracketed.format(left, right) if kind == "//" else f"{left} {kind} {right}"
        return f"({text})" if inner and not called else text
    told = [expression(part, notation, name) for part in parts]
    if kind == "call":
        return f"{told[0]}({', '.join(told[1:])})"
    if kind == "list":
        return f"[{', '.join(told)}]"
    return forms[kind].format(*told)


def _lisp(node: Node, name: Name, indent: str = "") -> str:
    """A statement as an s-expression, bodies on lines of their own."""
    kind, *parts = node

    def told(part: Node) -> str:
        return _lisp_expression(part, name)

    if kind == "up":
        return f"{indent}({'inc' if parts[0] == '+' else 'dec'} {told(parts[1])} {told(parts[2])})"
    if kind == "def":
        headed = " ".join(name(p) if default is None else f"({name(p)} {told(default)})" for p, default in parts[1])
        head = f"def {name(parts[0])} ({headed})"
    elif kind == "for":
        head = f"for {told(parts[0])} (range {told(parts[1])} {told(parts[2])})"
    elif kind == "each":
        head = f"for {told(parts[0])} {told(parts[1])}"
    elif kind in ("if", "while"):
        head = f"{kind} {told(parts[0])}"
    else:
        word = {"let": "set", "do": "call"}.get(kind, kind)
        return f"{indent}({word} {told(parts[0])})" if kind == "do" else f"{indent}({' '.join([word, *map(told, parts)])})"
    bodies = bodies_of(node)
    inside = indent + INDENT
    if kind == "if":
        wrapped = ["\n".join([f"{inside}(do", *(_lisp(s, name, inside + INDENT) for s in body)]) + ")" for body in bodies]
        return "\n".join([f"{indent}({head}", *wrapped]) + ")"
    return "\n".join([f"{indent}({head}", *(_lisp(s, name, inside) for s in bodies[0])]) + ")"


def _lisp_expression(node: Node, name: Name) -> str:
    if isinstance(node, int):
        return str(node)
    if isinstance(node, str):
        return name(node)
    kind, *parts = node
    return f"({' '.join(([] if kind == 'call' else [kind]) + [_lisp_expression(part, name) for part in parts])})"

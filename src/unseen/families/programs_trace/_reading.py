"""Works a prompt out from its words alone: back to Python, then CPython.

A notation is taken back to Python line by line, CPython's own parser makes sense of it, and the rule that the prompt
states is spelled out in that syntax tree.
"""

from __future__ import annotations

import ast
import re

from unseen.errors import CertificateError
from unseen.families.programs_trace._language import OPERATORS, Premise
from unseen.families.programs_trace._python import run
from unseen.families.programs_trace._styles import INDENT, LISP, PYTHON, STYLES, Notation

_PRELUDE = """\
def _own(v):
  return v.copy() if isinstance(v, list) else v
def div(a, b):
  return a // b
def length(v):
  return len(v)
def copy(v):
  return v.copy()
"""


def read_prompt(prompt: str) -> str:
    """The line that the program in a prompt prints. Raises :class:`CertificateError` when there is none to be found."""
    notation = next((notation for notation in STYLES.values() if notation.opening in prompt), None)
    found = re.search(r"```\n(.*?)\n```", prompt, re.DOTALL)
    if notation is None or found is None:
        raise CertificateError("the prompt holds no program in a known notation")
    premise = next((rule for rule, words in notation.rules.items() if words in prompt), Premise.USUAL)
    source = _BACK.get(notation.opening, _from_lines)(found[1], notation)
    tree = ast.fix_missing_locations(_Spelling(premise).visit(ast.parse(source)))
    return run(_PRELUDE + ast.unparse(tree))


class _Spelling(ast.NodeTransformer):
    """Python's syntax tree with a premise written into it."""

    def __init__(self, premise: Premise) -> None:
        self.premise = premise

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if self.premise is Premise.ONE_BASED:
            node.slice = ast.BinOp(node.slice, ast.Sub(), ast.Constant(1))
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        if self.premise is Premise.REVERSED_IF:
            node.test = ast.UnaryOp(ast.Not(), node.test)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if self.premise is Premise.DIVISION_UP and isinstance(node.op, ast.FloorDiv):
            return ast.UnaryOp(ast.USub(), ast.BinOp(ast.UnaryOp(ast.USub(), node.left), ast.FloorDiv(), node.right))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        if self.premise is Premise.INCLUSIVE and called == "range":
            node.args[1] = ast.BinOp(node.args[1], ast.Add(), ast.Constant(1))
        if self.premise is Premise.DIVISION_UP and called == "div":
            return ast.UnaryOp(ast.USub(), ast.BinOp(ast.UnaryOp(ast.USub(), node.args[0]), ast.FloorDiv(), node.args[1]))
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if self.premise is Premise.SWAPPED:
            node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        if self.premise is Premise.COPIES and isinstance(node.targets[0], ast.Name):
            node.value = _owned(node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        if self.premise is Premise.COPIES:
            names = [argument.arg for argument in node.args.args]
            node.body[:0] = [ast.Assign([ast.Name(name, ast.Store())], _owned(ast.Name(name, ast.Load()))) for name in names]
        return node


def _owned(value: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("_own", ast.Load()), [value], [])


# ---- notations written line by line ----

# Which kind of line is tried first: what looks like a special case of another comes before it.
_ORDER = ("def", "for", "each", "while", "if", "put", "push", "+", "-", "let", "return", "nonlocal", "print", "do")
_PYTHON_LINES = {**PYTHON.lines, "do": "{}"}
_EXPRESSIONS = ((r"(\w+)\.length\b", r"len(\1)"), (r"\.slice\(\)", ".copy()"), (r"\ba copy of (\w+)", r"\1.copy()"))


def _from_lines(text: str, notation: Notation) -> str:
    patterns = {kind: _pattern(notation.lines[kind]) for kind in _ORDER}
    lines = []
    for line in text.splitlines():
        told = line.strip()
        indent = line[: len(line) - len(line.lstrip())]
        told = re.sub(r"^[\d.]+\. ", "", told) if notation.numbered else told
        if notation.closing and told == notation.closing:
            continue
        lines.append(indent + ("else:" if told == notation.otherwise.format() else _line_back(told, patterns)))
    source = "\n".join(lines)
    for before, after in _EXPRESSIONS:
        source = re.sub(before, after, source)
    return source


def _pattern(template: str) -> re.Pattern[str]:
    """What a line of this template looks like, its parts in groups ``p0``, ``p1`` … in the order of the language."""
    pattern, place = "", 0
    for literal, numbered in re.findall(r"((?:\{\{|\}\}|[^{}])+)|(\{\d?\})", template):
        if literal:
            pattern += re.escape(literal.replace("{{", "{").replace("}}", "}"))
        else:
            pattern += f"(?P<p{numbered[1:-1] or place}>.*?)"
            place += 1
    return re.compile(pattern)


def _line_back(told: str, patterns: dict[str, re.Pattern[str]]) -> str:
    for kind, pattern in patterns.items():
        if found := pattern.fullmatch(told):
            parts = [found[f"p{place}"] for place in range(len(found.groups()))]
            return _PYTHON_LINES[kind].format(*parts)
    raise CertificateError(f"a line of the prompt fits no statement: {told}")


# ---- Lisp ----

_UPDATES = {"set": "=", "inc": "+=", "dec": "-="}


def _from_lisp(text: str, _: Notation) -> str:
    words = re.findall(r"[()]|[^\s()]+", text)
    lines: list[str] = []
    while words:
        _lisp_statement(_nested(words), "", lines)
    return "\n".join(lines)


def _nested(words: list[str]) -> str | list[object]:
    """The next form; uses the words up."""
    word = words.pop(0)
    if word != "(":
        return word
    form: list[object] = []
    while words[0] != ")":
        form.append(_nested(words))
    words.pop(0)
    return form


def _lisp_statement(form: object, indent: str, lines: list[str]) -> None:
    assert isinstance(form, list)
    kind, *parts = form
    inside = indent + INDENT

    def add(head: str, body: list[object]) -> None:
        lines.append(indent + head)
        for statement in body:
            _lisp_statement(statement, inside, lines)

    told = [_lisp_expression(part) for part in parts if kind not in ("def", "if", "for", "while")]
    match kind:
        case "def":
            headed = [f"{p[0]}={_lisp_expression(p[1])}" if isinstance(p, list) else p for p in parts[1]]
            add(f"def {parts[0]}({', '.join(headed)}):", parts[2:])
        case "for":
            add(f"for {parts[0]} in {_lisp_expression(parts[1])}:", parts[2:])
        case "while":
            add(f"while {_lisp_expression(parts[0])}:", parts[1:])
        case "if":
            add(f"if {_lisp_expression(parts[0])}:", parts[1][1:])
            if len(parts) > 2:
                add("else:", parts[2][1:])
        case "print":
            lines.append(f"{indent}print({', '.join(told)})")
        case "set" | "inc" | "dec":
            lines.append(f"{indent}{told[0]} {_UPDATES[kind]} {told[1]}")
        case "put":
            lines.append(f"{indent}{told[0]}[{told[1]}] = {told[2]}")
        case "push":
            lines.append(f"{indent}{told[0]}.append({told[1]})")
        case "return" | "nonlocal":
            lines.append(f"{indent}{kind} {told[0]}")
        case "call":
            lines.append(indent + told[0])
        case _:
            raise CertificateError(f"a form of the prompt fits no statement: {kind}")


def _lisp_expression(form: object) -> str:
    if not isinstance(form, list):
        return str(form)
    head, *parts = (_lisp_expression(part) for part in form)
    if head in OPERATORS:
        return f"({parts[0]} {head} {parts[1]})"
    if head == "at":
        return f"{parts[0]}[{parts[1]}]"
    return f"[{', '.join(parts)}]" if head == "list" else f"{head}({', '.join(parts)})"


_BACK = {PYTHON.opening: lambda text, _: text, LISP.opening: _from_lisp}

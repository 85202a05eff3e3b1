"""What a program is made of besides the core: functions, recursion, shared lists, and the traps of scope.

Each writer emits statements into a program that runs as it grows, under the bounds that ``_trace_draw`` states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from unseen.choices import Choices
from unseen.families.programs_trace._language import Block, Node

if TYPE_CHECKING:
    from unseen.families.programs_trace._draw import Writer


# ---- functions ----


def _functions(writer: Writer, here: Choices) -> None:
    known = [statement[1] for statement in writer.program if statement[0] == "def"]
    if len(known) < 2 or here.chance("another", 0.2):
        known.append(_define(writer, here.within("define")))
        function = known[-1]
    else:
        function = here.pick("function", known)
    name = here.pick("name", writer.numbers)
    call: Node = ("call", function, here.pick("first", writer.numbers), here.integer("second", 2, 9))
    if here.chance("twice", 0.25):
        call = ("call", function, call, here.integer("third", 2, 9))
    writer.emit(("let", name, call) if here.chance("replace", 0.4) else ("up", "+", name, call))


def _define(writer: Writer, here: Choices) -> str:
    function = writer.function()
    body: list[Node] = [("let", "t0", ("+", ("*", "u0", here.integer("factor", 2, 4)), "u1"))]
    shape = here.integer("shape", 0, 2 if writer.depth > 1 else 1)
    if shape == 0:
        body.append(("if", (here.pick("sign", ("<", ">")), "t0", here.integer("limit", 10, 40)), (("up", "-", "t0", "u0"),), ()))
    elif shape == 2:
        inner: Block = (("up", "+", "t0", ("*", "i0", "u1")),)
        if writer.depth > 2:
            inner = (*inner, ("if", (">", ("%", "t0", 3), 0), (("up", "-", "t0", "u0"),), ()))
        body.append(("for", "i0", 1, 1 + here.integer("count", 2, max(2, writer.iterations)), inner))
    bounded = here.chance("bounded", 0.7)
    result: Node = ("%", "t0", here.integer("modulus", 23, 89)) if bounded else ("//", "t0", here.integer("divisor", 2, 4))
    body.append(("return", result))
    writer.emit(("def", function, (("u0", None), ("u1", None)), tuple(body)))
    return function


def _recursion(writer: Writer, here: Choices) -> None:
    function = writer.function()
    shape = here.integer("shape", 0, 3)
    start = here.integer("start", 2, writer.iterations + 2)
    again: Node = ("call", function, ("-", "u0", 1))
    if shape == 0:
        result: Node = ("+", again, ("*", "u0", here.integer("factor", 2, 5)))
    elif shape == 1:
        start = here.integer("large", 9, 9 + 12 * writer.iterations)
        result = ("+", ("call", function, ("//", "u0", 2)), ("%", "u0", here.integer("modulus", 3, 7)))
    elif shape == 2:
        start = min(start, 4 + writer.depth)
        result = (here.pick("sign", ("+", "-")), again, ("call", function, ("-", "u0", 2)))
    else:
        result = ("-", ("*", "u0", here.integer("factor", 2, 3)), again)
    base = ("if", ("<", "u0", 2), (("return", here.integer("base", 1, 9)),), ())
    if shape == 1:
        result = ("%", result, here.integer("bound", 20, 60))
    writer.emit(("def", function, (("u0", None),), (base, ("return", result))))
    writer.emit(("up", here.pick("update", ("+", "-")), here.pick("name", writer.numbers), ("call", function, start)))


# ---- aliasing ----


def _aliasing(writer: Writer, here: Choices) -> None:
    source = writer.some_list(here)
    fresh = f"s{len(writer.lists)}" if len(writer.lists) < 3 else here.pick("again", [name for name in writer.lists if name != source])
    shape = here.integer("shape", 0, 5)
    length = writer.lists[source]
    if shape == 5:
        function = writer.function()
        body = (("push", "a0", "u0"), ("put", "a0", here.integer("position", 1, length - 1), here.integer("new", 40, 60)))
        writer.emit(("def", function, (("a0", None), ("u0", None)), body))
        writer.emit(("do", ("call", function, source, here.pick("name", writer.numbers))))
        writer.touch(source)
        return
    if shape == 4:
        made: Node = ("+", source, ("list", here.integer("more", 40, 60)))
    else:
        made = ("copy", source) if shape == 3 else source
    writer.emit(("let", fresh, made))
    writer.lists[fresh] = length
    changed = here.pick("changed", (source, fresh))
    if here.chance("append", 0.5):
        writer.emit(("push", changed, here.pick("name", writer.numbers)))
    else:
        writer.emit(("put", changed, here.integer("position", 1, length - 1), here.integer("value", 40, 60)))
    writer.touch(source)
    writer.touch(fresh)


# ---- scopes ----


def _scopes(writer: Writer, here: Choices) -> None:
    traps: tuple[Callable[[Writer, Choices, str, str], None], ...] = (
        _shadow,
        _local,
        _early_default,
        _kept_default,
        _late_global,
        _closure,
        _leak,
    )
    one, other = here.sample("names", writer.numbers, 2)
    here.pick("trap", traps)(writer, here, one, other)


def _shadow(writer: Writer, here: Choices, one: str, other: str) -> None:
    function = writer.function()
    writer.emit(("def", function, ((one, None),), (("up", "+", one, here.integer("amount", 2, 9)), ("return", one))))
    writer.emit(("up", "+", other, ("call", function, here.pick("argument", (one, other)))))


def _local(writer: Writer, here: Choices, one: str, other: str) -> None:
    function = writer.function()
    body = (("let", one, ("*", "u0", here.integer("factor", 2, 4))), ("return", ("+", one, here.integer("plus", 2, 9))))
    writer.emit(("def", function, (("u0", None),), body))
    writer.emit(("up", "+", other, ("call", function, here.integer("argument", 2, 9))))


def _early_default(writer: Writer, here: Choices, one: str, other: str) -> None:
    function = writer.function()
    writer.emit(("def", function, (("u0", None), ("u1", one)), (("return", ("+", "u0", "u1")),)))
    writer.emit(("up", here.pick("sign", ("+", "-")), one, here.integer("amount", 2, 9)))
    writer.emit(("up", "+", other, ("call", function, here.integer("argument", 2, 9))))


def _kept_default(writer: Writer, here: Choices, one: str, other: str) -> None:
    function = writer.function()
    writer.emit(
        (
            "def",
            function,
            (("u0", None), ("a0", ("list",))),
            (("push", "a0", "u0"), ("return", (here.pick("measure", ("len", "sum")), "a0"))),
        )
    )
    writer.emit(("up", "+", one, ("call", function, here.integer("argument", 2, 9))))
    writer.emit(("up", "+", other, ("call", function, here.integer("argument again", 2, 9))))


def _late_global(writer: Writer, here: Choices, one: str, other: str) -> None:
    function = writer.function()
    writer.emit(("def", function, (("u0", None),), (("return", ("+", "u0", one)),)))
    writer.emit(("up", here.pick("sign", ("+", "-")), one, here.integer("amount", 2, 9)))
    writer.emit(("up", "+", other, ("call", function, here.integer("argument", 2, 9))))


def _closure(writer: Writer, here: Choices, one: str, other: str) -> None:
    outer, inner = writer.function(), writer.function()
    counting = ("def", inner, (), (("nonlocal", "u0"), ("up", "+", "u0", here.integer("step", 2, 9)), ("return", "u0")))
    writer.emit(("def", outer, (("u0", None),), (counting, ("return", inner))))
    writer.emit(("let", "h0", ("call", outer, here.pick("start", (one, other)))))
    writer.emit(("up", "+", one, ("call", "h0")), ("up", "-", other, ("call", "h0")))


def _leak(writer: Writer, here: Choices, one: str, other: str) -> None:
    low = here.integer("low", 1, 3)
    writer.emit(("for", "i0", low, low + here.integer("count", 2, writer.iterations), (("up", "+", one, "i0"),)))
    writer.emit(("up", "+", other, ("*", "i0", here.integer("factor", 2, 4))))


WRITE: Mapping[str, Callable[[Writer, Choices], None]] = {
    "functions": _functions,
    "recursion": _recursion,
    "aliasing": _aliasing,
    "scopes": _scopes,
}

"""Writes random programs that end, never fail, and stay small under every premise.

What makes that so: positions are literals (or loop variables of loops over such positions) from 1 to one less than the
shortest the list can be; ranges are literals; ``while`` and recursion shrink a number by whole division or by one;
products stand under a remainder. The writer runs each top-level statement as it goes, so that divisions leave a
remainder and conditions stand near the values they test: that is what altered rules need to show.
"""

from __future__ import annotations

from unseen.choices import Choices
from unseen.families.programs_trace._language import Block, Machine, Node
from unseen.families.programs_trace._traps import WRITE

LARGEST = 99_999  # no value may grow beyond it
LONGEST = 90  # characters of output

CORE = ("update", "division", "position", "branch", "loop")
CONSTRUCTS = ("plain", *WRITE)


class Writer:
    """Writes one program. ``depth`` nests blocks, ``iterations`` bounds loops and recursion."""

    def __init__(self, choose: Choices, *, depth: int, iterations: int) -> None:
        self.choose = choose
        self.depth = depth
        self.iterations = iterations
        self.machine = Machine()
        self.program: list[Node] = []
        self.numbers: list[str] = []
        self.lists: dict[str, int] = {}  # name → the shortest it can be
        self.functions = 0
        self.touched: list[str] = []  # lists that were changed

    # ---- the whole ----

    def write(self, statements: int, construct: str) -> Block:
        """The program, its last statement printing what it worked out; without statements, a sum of two small numbers."""
        if not statements:
            return self._sum()
        for k in range(1 if statements < 3 else 2 if statements < 7 else 3):
            self.new_number(self.choose.within(f"start/{k}"))
        if construct == "scopes" and len(self.numbers) < 2:
            self.new_number(self.choose.within("start/1"))
        order = self.choose.shuffle("order", CORE)
        for k in range(statements):
            here = self.choose.within(f"statement/{k}")
            if construct != "plain" and k % 2 == 0:
                WRITE[construct](self, here)
            else:
                kind = order[(k if construct == "plain" else k // 2) % len(order)]
                self.emit(*getattr(self, f"_{kind}")(here))
        self.emit(("print", *self.numbers, *self.touched[:3]))
        return tuple(self.program)

    def _sum(self) -> Block:
        self.emit(("let", "n0", self.choose.integer("small", 2, 9)))
        self.emit(("up", "+", "n0", self.choose.integer("more", 2, 9)), ("print", "n0"))
        return tuple(self.program)

    def emit(self, *statements: Node) -> None:
        """Append statements and run them."""
        self.program.extend(statements)
        self.machine.run(statements)

    def now(self, name: str) -> int:
        """The value of a number at this point of the program."""
        value = self.machine.frame.names[name]
        assert isinstance(value, int)
        return value

    def new_number(self, here: Choices) -> str:
        name = f"n{len(self.numbers)}"
        self.numbers.append(name)
        self.emit(("let", name, here.integer("value", 3, 29)))
        return name

    def some_list(self, here: Choices) -> str:
        """A list of four to six different numbers; a new one only where there is none."""
        if not self.lists:
            items = here.sample("items", range(2, 40), here.integer("length", 4, 6))
            self.lists["s0"] = len(items)
            self.emit(("let", "s0", ("list", *items)))
        return here.pick("list", list(self.lists))

    def touch(self, name: str) -> None:
        """Remember that a list changed, so that it gets printed."""
        if name not in self.touched:
            self.touched.append(name)

    def function(self) -> str:
        """A fresh function name."""
        self.functions += 1
        return f"f{self.functions - 1}"

    def other(self, here: Choices, name: str) -> Node:
        """Another number, or a literal where there is none."""
        others = [number for number in self.numbers if number != name]
        return here.pick("other", others) if others else here.integer("literal", 2, 9)

    # ---- the five core statements ----

    def _update(self, here: Choices) -> Block:
        name = here.pick("name", self.numbers)
        sign = "+" if here.chance("plus", 0.7) else "-"
        if here.chance("variable", 0.3):
            return (("up", sign, name, self.other(here, name)),)
        return (("up", sign, name, here.integer("amount", 2, 15)),)

    def _division(self, here: Choices) -> Block:
        name, source = here.pick("name", self.numbers), here.pick("source", self.numbers)
        uneven = [c for c in range(2, 8) if self.now(source) % c]
        divided: Node = source
        if not uneven:
            divided, uneven = ("+", source, 1), [c for c in range(2, 8) if (self.now(source) + 1) % c]
        quotient = ("//", divided, here.pick("divisor", uneven))
        if name != source and here.chance("update", 0.5):
            return (("up", "+", name, quotient),)
        return (("let", name, ("+", quotient, here.integer("plus", 2, 12)) if here.chance("sum", 0.6) else quotient),)

    def _position(self, here: Choices) -> Block:
        name, items = here.pick("name", self.numbers), self.some_list(here)
        item = ("at", items, here.integer("position", 1, self.lists[items] - 1))
        shape = here.integer("shape", 0, 3)
        if shape == 0:
            self.touch(items)
            return (("put", items, item[2], ("+", item, here.integer("plus", 2, 9))),)
        if shape == 1:
            return (("let", name, ("-", item, name)),)
        return (("up", "+" if shape == 2 else "-", name, item),)

    def _branch(self, here: Choices) -> Block:
        name = here.pick("name", self.numbers)
        then = self._body(here.within("then"), self.depth - 1, None)
        otherwise = self._body(here.within("else"), 0, None) if here.chance("otherwise", 0.5) else ()
        return (("if", self._condition(here, name), then, otherwise if otherwise != then else ()),)

    def _condition(self, here: Choices, name: str) -> Node:
        if here.chance("parity", 0.3):
            return ("==", ("%", name, 2), here.integer("rest", 0, 1))
        return (here.pick("sign", ("<", ">")), name, self.now(name) + here.integer("off", -4, 4))

    def _loop(self, here: Choices) -> Block:
        shape = here.integer("shape", 0, 9)
        if shape == 0:
            return self._halving(here)
        if shape < 3:
            items = self.some_list(here)
            name = here.pick("name", self.numbers)
            inner = self._body(here.within("body"), self.depth - 1, "e0", 2)
            return (("each", "e0", items, (("up", "+", name, "e0"), *(inner if self.depth > 1 else ()))),)
        low = here.integer("low", 1, 3)
        count = here.integer("count", max(2, self.iterations - 1), self.iterations)
        if here.chance("over a list", 0.4):
            items = self.some_list(here)
            low, high = 1, min(self.lists[items] - 1, 1 + count)
            name = here.pick("name", self.numbers)
            inner = self._body(here.within("body"), self.depth - 1, "i0", 2) if self.depth > 1 else ()
            return (("for", "i0", low, high, (("up", "+", name, ("at", items, "i0")), *inner)),)
        return (("for", "i0", low, low + count, self._body(here.within("body"), self.depth - 1, "i0", 2)),)

    def _halving(self, here: Choices) -> Block:
        name, counted = here.pick("name", self.numbers), self.other(here, "")
        body: list[Node] = [("let", name, ("//", name, here.integer("divisor", 2, 3)))]
        if isinstance(counted, str) and counted != name:
            body.append(("up", "+", counted, here.integer("amount", 2, 9)))
        return (("up", "+", name, here.integer("more", 20, 60)), ("while", (">", name, here.integer("limit", 2, 5)), tuple(body)))

    # ---- bodies of blocks ----

    def _body(self, here: Choices, depth: int, loop: str | None, most: int = 1) -> Block:
        """One or two simple statements, and a nested block where depth is left."""
        count = here.integer("count", 1, most)
        simple = [self._simple(here.within(f"simple/{k}"), loop) for k in range(count)]
        if depth <= 0:
            return tuple(simple)
        inner = here.within("inner")
        if loop is None or (loop == "e0" and inner.chance("loop", 0.5)) or (loop == "i0" and inner.chance("loop", 0.6)):
            counter = "i1" if loop in ("i0", "e0") else "i2" if loop == "i1" else "i0"
            low = inner.integer("low", 1, 2)
            rounds = inner.integer("rounds", 2, min(3, self.iterations))
            block: Node = ("for", counter, low, low + rounds, self._body(inner.within("body"), depth - 1, counter))
        else:
            name = inner.pick("name", self.numbers)
            test = (">", ("%", (inner.pick("sum", ("+", "*")), name, loop), inner.integer("modulus", 3, 5)), 1)
            then = self._body(inner.within("body"), depth - 1, None if depth < 2 else loop)
            otherwise = (self._simple(inner.within("else"), loop),) if inner.chance("otherwise", 0.4) else ()
            block = ("if", test, then, otherwise)
        return (*simple[:1], block, *simple[1:])

    def _simple(self, here: Choices, loop: str | None) -> Node:
        name = here.pick("name", self.numbers)
        shape = here.integer("shape", 0, 5)
        if shape == 0:
            mixed = ("+", ("*", name, here.integer("factor", 2, 4)), loop or self.other(here, name))
            return ("let", name, ("%", mixed, here.integer("modulus", 11, 37)))
        if shape == 1 and self.lists and loop is not None:
            items = here.pick("list", list(self.lists))
            self.touch(items)
            return (
                "put",
                items,
                here.integer("position", 1, self.lists[items] - 1),
                ("%", ("+", name, loop), here.integer("modulus", 7, 19)),
            )
        sign = "-" if shape == 2 else "+"
        if loop is not None and shape > 2:
            return ("up", sign, name, loop if shape < 5 else ("*", loop, here.integer("factor", 2, 4)))
        return ("up", sign, name, here.integer("amount", 2, 9))

"""Draws the shape of an integer expression: where its brackets stand and which operators it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

from unseen.choices import Choices
from unseen.families.arithmetic_chain._expression import Group

LEVELS = ("add", "subtract", "multiply", "divide")  # the hardest operator; each level allows the easier ones too

_PRODUCT_DIGITS = 18  # the digits of all factors together, which bounds the value under any order of operations


class Slot(NamedTuple):
    """A place for an operator: the number of its group in order of opening, its position there, and what stands to its right."""

    group: int
    position: int
    before_leaf: bool


def draw_shape(brackets: str, steps: int, choose: Choices) -> Group:
    """Nested groups with ``steps`` operators in all, each a plus for now; numbers are counted from left to right."""
    if brackets == "pairs" and steps > 1:
        sizes = _sizes_of_pairs(steps, choose)
        top = steps - sum(sizes)
        at = choose.sample("slots", range(top + 1), len(sizes))
        inner = dict(zip(at, sizes, strict=True))
        return _build([(top, inner)], count())
    if brackets == "nested" and steps > 1:
        levels = _sizes_of_levels(steps, choose)
        nest = [(size, {choose.integer(f"slot/{level}", 0, size): 0}) for level, size in enumerate(levels[:-1])]
        return _build([*nest, (levels[-1], {})], count())
    return _build([(steps, {})], count())


def _sizes_of_pairs(steps: int, choose: Choices) -> list[int]:
    """How many operators each pair of brackets holds: one or two, leaving at least two outside where there are three."""
    pairs = max(1, steps // 4)
    return [1 + (steps > 3 and choose.integer(f"pair/{i}", 0, 1)) for i in range(pairs)]


def _sizes_of_levels(steps: int, choose: Choices) -> list[int]:
    """How many operators each level of nesting holds, the outermost first."""
    levels = 2 if steps == 2 else 3 if steps < 8 else 4
    sizes = [1] * levels
    for i in range(steps - levels):
        sizes[choose.integer(f"extra/{i}", 0, levels - 1) if i else 0] += 1
    return sizes


def _build(levels: Sequence[tuple[int, dict[int, int]]], leaf: Iterator[int]) -> Group:
    """The outermost level with what stands inside: by position, a pair of so many operators, or (0) the next level."""
    (size, inner), *deeper = levels
    operands: list[int | Group] = []
    for position in range(size + 1):
        if position not in inner:
            operands.append(next(leaf))
        else:
            operands.append(_build([(inner[position], {})], leaf) if inner[position] else _build(deeper, leaf))
    return Group(tuple(operands), ("+",) * size)


def groups_of(group: Group) -> list[Group]:
    """The group and all groups inside it, in order of opening."""
    return [group, *(found for operand in group.operands if isinstance(operand, Group) for found in groups_of(operand))]


def draw_operators(shape: Group, level: str, digits: int, choose: Choices) -> Group:
    """The shape with operators up to a level, at least one of them the level's own.

    Where a group has room, a plus or minus stands before a times or divide, so that the order of operations matters.
    """
    groups = groups_of(shape)
    slots = [
        Slot(number, position, isinstance(right, int))
        for number, group in enumerate(groups)
        for position, right in enumerate(group.operands[1:])
    ]
    signs = dict.fromkeys(slots, "+")
    rank = LEVELS.index(level)
    if rank >= 1:
        signs |= {slot: choose.pick(f"sign/{i}", "+-") for i, slot in enumerate(slots)}
    if rank == 1:
        signs[choose.pick("minus", slots)] = "-"
    if rank >= 2:
        times = _draw_products(groups, slots, digits, rank, choose)
        signs |= dict.fromkeys(times, "*")
        if rank == 3:
            signs |= dict.fromkeys(_draw_quotients(times, len(slots), choose), "/")
            for slot in slots:  # a difference right after a division could become a divisor that is zero or negative
                after = (slot.group, slot.position + 1)
                signs |= {other: "+" for other in slots if signs[slot] == "/" and other[:2] == after and signs[other] == "-"}
    return _with_operators(shape, iter([[signs[slot] for slot in slots if slot.group == number] for number in range(len(groups))]))


def _draw_products(groups: Sequence[Group], slots: Sequence[Slot], digits: int, rank: int, choose: Choices) -> list[Slot]:
    """Where times and divide stand."""
    total = len(slots)
    products = max(1, min(round(0.35 * total), _PRODUCT_DIGITS // digits - 1))
    wanted = min(products + (max(1, total // 5) if rank == 3 else 0), max(1, total - 1))
    roomy = next((number for number, group in enumerate(groups) if len(group.operators) > 1), None)
    if roomy is None:
        return choose.sample("products", slots, wanted)
    here = [slot for slot in slots if slot.group == roomy]
    late = here[choose.integer("late", 1, len(here) - 1)]
    early = here[choose.integer("early", 0, late.position - 1)]
    rest = [slot for slot in slots if slot not in (late, early)]
    return [late, *choose.sample("products", rest, wanted - 1)]


def _draw_quotients(times: Sequence[Slot], total: int, choose: Choices) -> list[Slot]:
    """Which of them divide: only by plain numbers."""
    eligible = [slot for slot in times if slot.before_leaf]
    return choose.sample("quotients", eligible, min(max(1, total // 5), len(eligible)))


def _with_operators(shape: Group, rows: Iterator[list[str]]) -> Group:
    row = next(rows)
    return Group(tuple(x if isinstance(x, int) else _with_operators(x, rows) for x in shape.operands), tuple(row))


def widths(group: Group, digits: int) -> list[int]:
    """How many digits each number gets: dividends one more and divisors one less than the others, so that quotients stay long."""
    found: list[int] = []

    def visit(inner: Group) -> None:
        around = ("", *inner.operators, "")
        for operand, before, after in zip(inner.operands, around, around[1:], strict=False):
            if isinstance(operand, Group):
                visit(operand)
            else:
                found.append(max(1, digits - 1) if before == "/" else digits + (after == "/"))

    visit(group)
    return found

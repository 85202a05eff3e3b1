"""Shortest plans for stacks of blocks: iterative deepening with admissible estimates.

A state is the sorted tuple of its stacks, each a string of one-letter blocks from the bottom up; places are
interchangeable. Children are tried in the order of their steps' names and whatever failed is remembered with the
depth it failed at, so the plan found is the shortest one and, among those, the first in alphabetical order: one
canonical plan, whoever searches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

EMPTY = "empty"  # the name of an empty place in a step or a goal; sorts after every capital letter

State = tuple[str, ...]
Step = tuple[str, str]
Goal = tuple[tuple[str, str], ...]


class Physics(StrEnum):
    """What one move does. The first is the habitual rule."""

    USUAL = "usual"  # the top block alone
    TOWER = "whole tower"  # a block with everything on it
    TURNED = "turned over"  # a block with everything on it, upside down
    BELOW = "from below"  # the bottom block alone; the rest of its stack drops


def canonical(stacks: Sequence[Sequence[str]]) -> State:
    """The state of some stacks, empty ones left out."""
    return tuple(sorted("".join(stack) for stack in stacks if stack))


def moves(state: State, physics: Physics, places: int) -> Iterator[tuple[Step, State]]:
    """Every legal step with the state it leads to, in the order of the steps' names. ``places`` 0 means no limit."""
    free = places == 0 or len(state) < places
    found: list[tuple[str, str, State]] = []
    for here, stack in enumerate(state):
        others = state[:here] + state[here + 1 :]
        for block, lifted, left in _lifts(stack, physics):
            for there, other in enumerate(others):
                rest = others[:there] + others[there + 1 :]
                after = (other + lifted, *rest, left) if left else (other + lifted, *rest)
                found.append((block, other[-1], after))
            if left and free:
                found.append((block, EMPTY, (lifted, left, *others)))
            elif not left and lifted != stack:  # a whole stack turned over where it stands
                found.append((block, EMPTY, (lifted, *others)))
    found.sort()
    for block, target, after in found:
        yield (block, target), tuple(sorted(after))


def _lifts(stack: str, physics: Physics) -> list[tuple[str, str, str]]:
    """(the block that names the step, what is put down, what stays)."""
    if physics is Physics.USUAL:
        return [(stack[-1], stack[-1], stack[:-1])]
    if physics is Physics.BELOW:
        return [(stack[0], stack[0], stack[1:])]
    turn = -1 if physics is Physics.TURNED else 1
    return [(stack[i], stack[i:][::turn], stack[:i]) for i in range(len(stack))]


def satisfied(state: State, goal: Goal) -> bool:
    """Whether every (block, what it stands on) of the goal holds."""
    text = "|" + "|".join(state)
    return all((f"|{block}" if under == EMPTY else under + block) in text for block, under in goal)


def execute(start: State, plan: Sequence[Step], physics: Physics, places: int) -> State | None:
    """The state after the steps, or None when one of them is impossible."""
    state = start
    for step in plan:
        after = next((after for name, after in moves(state, physics, places) if name == step), None)
        if after is None:
            return None
        state = after
    return state


@lru_cache(maxsize=4096)
def shortest_plan(start: State, goal: Goal, physics: Physics, places: int) -> tuple[Step, ...]:
    """The alphabetically first among the shortest plans."""
    estimate = _estimate(goal, physics)
    bounds: dict[State, int] = {}  # the fewest moves that may still do; rises as searches fail
    children: dict[State, list[tuple[Step, State]]] = {}
    plan: list[Step] = []

    def search(state: State, left: int) -> bool:
        bound = bounds.get(state)
        if bound is None:
            bound = bounds[state] = estimate(state)
        if bound > left:
            return False
        if left == 0 or bound == 0:
            if satisfied(state, goal):
                return True
            if left == 0:
                bounds[state] = 1
                return False
        following = children.get(state)
        if following is None:
            following = children[state] = list(moves(state, physics, places))
        for step, after in following:
            if search(after, left - 1):
                plan.append(step)
                return True
        bounds[state] = left + 1
        return False

    allowed = estimate(start)
    while not search(start, allowed):
        allowed += 1
    return tuple(reversed(plan))


def _estimate(goal: Goal, physics: Physics) -> Callable[[State], int]:
    """A lower bound on the moves still needed."""
    if physics in (Physics.TOWER, Physics.TURNED):
        return _missing_contacts(goal, both_ways=physics is Physics.TURNED)
    return _forced_moves(goal, from_below=physics is Physics.BELOW)


def _missing_contacts(goal: Goal, *, both_ways: bool) -> Callable[[State], int]:
    """A move of a whole tower makes one new contact, so each contact still missing costs a move."""
    contacts = [
        (f"|{block}",) if under == EMPTY else (under + block, block + under) if both_ways else (under + block,) for block, under in goal
    ]

    def estimate(state: State) -> int:
        text = "|" + "|".join(state)
        return sum(1 for spellings in contacts if not any(spelling in text for spelling in spellings))

    return estimate


def _forced_moves(goal: Goal, *, from_below: bool) -> Callable[[State], int]:
    """Blocks that must move, and once more those that are in the way of a block they must end up above.

    Usual moves free a stack from the top, so a block stays only if all below it stay. A block that has to move, and
    that stands above a block it must stand above at the end, has to make way first and come back later: two moves.
    Taken from below, the same holds with above and below exchanged in the stack as it is.
    """
    under = dict(goal)
    chains = {block: _chain(block, under) for block in under}

    def estimate(state: State) -> int:
        total = 0
        for stack in state:
            if from_below:
                staying = next(i for i in range(len(stack) + 1) if _fits(stack[i:], under))
                moving, total = stack[:staying], total + staying
                total += sum(1 for i, block in enumerate(moving) if not chains.get(block, _NONE).isdisjoint(stack[i + 1 :]))
            else:
                staying = next(
                    (i for i, block in enumerate(stack) if under.get(block, below := stack[i - 1] if i else EMPTY) != below), len(stack)
                )
                total += len(stack) - staying
                total += sum(1 for i in range(staying, len(stack)) if not chains.get(stack[i], _NONE).isdisjoint(stack[:i]))
        return total

    return estimate


_NONE: frozenset[str] = frozenset()


def _chain(block: str, under: dict[str, str]) -> frozenset[str]:
    """Every block the goal puts below this one."""
    found: list[str] = []
    while (block := under.get(block, EMPTY)) != EMPTY and block not in found:
        found.append(block)
    return frozenset(found)


def _fits(stack: str, under: dict[str, str]) -> bool:
    return all(under.get(block, below) == below for block, below in zip(stack, (EMPTY, *stack), strict=False))

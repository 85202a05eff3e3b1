"""Elimination by hand: cross out places that a clue forbids, and where that stalls, suppose and refute.

A *table* is a list of bit masks: bit ``p`` of entry ``e`` is set while entity ``e`` may still have place ``p``.
This is the reference solution (its steps are the effort of a puzzle) and shares nothing with the satisfiability solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from unseen.families.logic_deduction._clues import Clue, Fact, Form, Relation

Scoped = tuple[int, Clue]  # bit mask of the entities a clue names, and the clue
Limits = list[tuple[int, int]]  # entity, mask of the places it may keep


@dataclass
class Tally:
    """What a reference solution took."""

    rounds: int = 0  # rounds of elimination before any supposition
    readings: int = 0  # clues read
    eliminations: int = 0  # places crossed out
    suppositions: int = 0  # cases tried where elimination stalled
    found: list[int] = field(default_factory=list)  # the entities that can have the place asked for


def blank(size: int) -> list[int]:
    """The table in which nothing is known."""
    return [(2 << size) - 2] * size


def examine(size: int, clues: Sequence[Clue], place: int, limit: int | None = None) -> Tally:
    """Work out who can have a place.

    Elimination runs in rounds: each reads every clue against the same table, then crosses out all that follows. If
    more than one entity remains, each is supposed in turn and searched. ``limit`` ends the search after so many
    suppositions and takes a lone candidate's word for it: for measuring effort, never for proving.
    """
    tally, table, bit, stated = Tally(), blank(size), 1 << place, scoped(clues)
    candidates = list(range(size))
    while len(candidates) > 1 and _round(table, stated, tally):
        tally.rounds += 1
        candidates = [entity for entity in range(size) if table[entity] & bit] if all(table) else []
    if limit is not None and len(candidates) == 1:
        tally.found = candidates
        return tally
    for entity in candidates:
        trial = list(table)
        trial[entity] = bit
        if len(candidates) > 1:
            tally.suppositions += 1
        if _satisfiable(trial, stated, tally, limit, -1):
            tally.found.append(entity)
    return tally


def scoped(clues: Iterable[Clue]) -> list[Scoped]:
    """Each clue with the entities it names, as a bit mask."""
    return [(sum(1 << entity for entity in clue.entities()), clue) for clue in clues]


def propagate(table: list[int], clues: Sequence[Scoped], tally: Tally, changed: int = -1) -> bool:
    """Cross out until nothing changes, reading again only the clues about entities that have ``changed`` (a bit mask).

    The table is changed in place. False when some entity has no place left.
    """
    while changed:
        news = 0
        for scope, clue in clues:
            if scope & (changed | news):
                tally.readings += 1
                if (crossed := _cross_out(table, limits(clue, table), tally)) is None:
                    return False
                news |= crossed
        if (crossed := _pair_up(table, tally)) is None:
            return False
        changed = news | crossed
    return True


def limits(clue: Clue, table: Sequence[int]) -> Limits:
    """The places that each entity of a clue may keep, as far as the clue alone tells."""
    form, facts = clue.form, clue.facts
    if form is Form.FACT:
        return fact_limits(facts[0], table)
    if form is Form.AND:
        return fact_limits(facts[0], table) + fact_limits(facts[1], table)
    first, second = facts
    if form is Form.OR:
        return _either(first, second, table)
    if form is Form.IF:
        return _either(first.flipped(), second, table)
    if form is Form.XOR:
        return _either(first, second, table) + _either(first.flipped(), second.flipped(), table)
    return _either(first.flipped(), second, table) + _either(first, second.flipped(), table)


def fact_limits(fact: Fact, table: Sequence[int]) -> Limits:
    """The places that each entity of a fact may keep if the fact is true."""
    relation, who, number, holds = fact.relation, fact.who, fact.number, fact.holds
    size = len(table)
    full = (2 << size) - 2
    if relation is Relation.ASIDE:
        return []
    if relation in _SINGLE:
        kept = 1 << number if relation is Relation.AT else (2 << number) - 2 if relation is Relation.EARLY else 0x5555555555555554 & full
        return [(who[0], kept if holds else full & ~kept)]
    if relation is Relation.BETWEEN:
        return _between(who, table, full) if holds else _not_between(who, table, full)
    a, b = who if holds or relation is not Relation.BEFORE else who[::-1]
    if relation is Relation.BEFORE:
        return [(a, (1 << (table[b].bit_length() - 1)) - 1), (b, full & ~(2 * (table[a] & -table[a]) - 1))]
    both_ways = relation is Relation.APART
    for_a = table[b] << number | (table[b] >> number if both_ways else 0)
    for_b = table[a] >> number | (table[a] << number if both_ways else 0)
    if holds:
        return [(a, for_a & full), (b, for_b & full)]
    found: Limits = []
    if not table[b] & (table[b] - 1):
        found.append((a, full & ~for_a))
    if not table[a] & (table[a] - 1):
        found.append((b, full & ~for_b))
    return found


_SINGLE = frozenset({Relation.AT, Relation.EARLY, Relation.EVEN})


def _between(who: tuple[int, ...], table: Sequence[int], full: int) -> Limits:
    a, b, c = who
    low = min(table[b] & -table[b], table[c] & -table[c])
    high = 1 << (max(table[b].bit_length(), table[c].bit_length()) - 1)
    found = [(a, (high - 1) & ~(2 * low - 1) & full)]
    for outer, other in ((b, c), (c, b)):
        top = table[a] & ((1 << (table[other].bit_length() - 1)) - 1)  # places of a that still lie below the other
        bottom = table[a] & ~(2 * (table[other] & -table[other]) - 1)  # and those that lie above it
        below = (1 << (top.bit_length() - 1)) - 1 if top else 0
        above = full & ~(2 * (bottom & -bottom) - 1) if bottom else 0
        found.append((outer, (below | above) & full))
    return found


def _not_between(who: tuple[int, ...], table: Sequence[int], full: int) -> Limits:
    a, b, c = who
    if any(table[i] & (table[i] - 1) for i in (b, c)):
        return []
    low, high = sorted((table[b], table[c]))
    return [(a, full & ~((high - 1) & ~(2 * low - 1)))]


def _either(first: Fact, second: Fact, table: Sequence[int]) -> Limits:
    if_first = fact_limits(first, table)
    if not all(table[entity] & mask for entity, mask in if_first):
        return fact_limits(second, table)
    if_second = fact_limits(second, table)
    return [] if all(table[entity] & mask for entity, mask in if_second) else if_first


def _cross_out(table: list[int], kept: Limits, tally: Tally) -> int | None:
    """Which entities lost a place, as a bit mask; None when one has no place left."""
    changed = 0
    for entity, mask in kept:
        old = table[entity]
        new = old & mask
        if new != old:
            tally.eliminations += (old ^ new).bit_count()
            table[entity] = new
            changed |= 1 << entity
            if not new:
                return None
    return changed


def _pair_up(table: list[int], tally: Tally) -> int | None:
    """What follows from one place each: a place taken is lost to the others; a place only one can have is taken."""
    once = twice = taken = 0
    for mask in table:
        twice |= once & mask
        once |= mask
        if not mask & (mask - 1):
            if taken & mask:
                return None
            taken |= mask
    if once != (2 << len(table)) - 2:
        return None
    lonely = once & ~twice & ~taken
    kept: Limits = []
    for entity, mask in enumerate(table):
        if mask & (mask - 1):
            if mask & lonely:
                kept.append((entity, mask & lonely))
            elif mask & taken:
                kept.append((entity, ~taken))
    return _cross_out(table, kept, tally)


def _round(table: list[int], clues: Sequence[Scoped], tally: Tally) -> bool:
    """One round of elimination; whether anything was crossed out."""
    before = tally.eliminations
    kept: Limits = []
    for _, clue in clues:
        kept += limits(clue, table)
    tally.readings += len(clues)
    if _cross_out(table, kept, tally) is not None:
        _pair_up(table, tally)
    return tally.eliminations > before


def _satisfiable(table: list[int], clues: Sequence[Scoped], tally: Tally, limit: int | None, changed: int) -> bool:
    """Whether some arrangement within the table keeps every clue: elimination, then the narrowest entity case by case."""
    if not propagate(table, clues, tally, changed):
        return False
    open_entities = [entity for entity, mask in enumerate(table) if mask & (mask - 1)]
    if not open_entities:
        return True
    if limit is not None and tally.suppositions >= limit:
        return False
    mentions = [1 + sum(scope >> entity & 1 for scope, _ in clues) for entity in range(len(table))]
    narrowest = min(open_entities, key=lambda entity: table[entity].bit_count() / mentions[entity])
    mask = table[narrowest]
    while mask:
        bit = mask & -mask
        mask ^= bit
        tally.suppositions += 1
        trial = list(table)
        trial[narrowest] = bit
        if _satisfiable(trial, clues, tally, limit, 1 << narrowest):
            return True
    return False

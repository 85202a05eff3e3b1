"""The language of elimination puzzles: facts about places in a row, and clues that join facts.

Entities are numbered from 0, places from 1. An *arrangement* is a sequence that gives the place of each entity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Relation(StrEnum):
    """What a fact says of its entities (``who``) and its number."""

    AT = "at"  # who[0] has place `number`
    EARLY = "early"  # who[0] has one of the first `number` places
    EVEN = "even"  # who[0] has an even place
    BEFORE = "before"  # who[0] comes before who[1]
    OFFSET = "offset"  # who[0] comes exactly `number` places after who[1]
    APART = "apart"  # who[0] and who[1] are exactly `number` places apart
    BETWEEN = "between"  # who[0] is somewhere between who[1] and who[2]
    ASIDE = "aside"  # something about who[0] that has no bearing on places


ARITY = {Relation.BEFORE: 2, Relation.OFFSET: 2, Relation.APART: 2, Relation.BETWEEN: 3}


class Form(StrEnum):
    """How a clue joins its one or two facts."""

    FACT = "fact"
    OR = "or"  # at least one
    IF = "if"  # if the first, then the second
    AND = "and"  # both
    XOR = "xor"  # exactly one
    IFF = "iff"  # both or neither


class Reading(StrEnum):
    """How statements are to be read; the first is the habitual way."""

    AS_WRITTEN = "as written"
    BACK_TO_FRONT = "back to front"
    ALL_FALSE = "all false"


@dataclass(frozen=True, slots=True)
class Fact:
    """A relation between entities that holds, or does not."""

    relation: Relation
    who: tuple[int, ...]
    number: int = 0
    holds: bool = True

    def flipped(self) -> Fact:
        """The fact that is true exactly when this one is not."""
        return Fact(self.relation, self.who, self.number, not self.holds)

    def true_in(self, place: Sequence[int]) -> bool:
        """Whether the fact is true in an arrangement (asides always are)."""
        relation = self.relation
        if relation is Relation.ASIDE:
            return True
        a = place[self.who[0]]
        if relation is Relation.AT:
            return (a == self.number) is self.holds
        if relation is Relation.EARLY:
            return (a <= self.number) is self.holds
        if relation is Relation.EVEN:
            return (a % 2 == 0) is self.holds
        b = place[self.who[1]]
        if relation is Relation.BEFORE:
            return (a < b) is self.holds
        if relation is Relation.OFFSET:
            return (a - b == self.number) is self.holds
        if relation is Relation.APART:
            return (abs(a - b) == self.number) is self.holds
        c = place[self.who[2]]
        return (b < a < c or c < a < b) is self.holds

    def mirrored(self, size: int) -> Fact:
        """The same fact when places are counted from the other end of a row of ``size``."""
        relation, who, number, holds = self.relation, self.who, self.number, self.holds
        if relation is Relation.AT:
            return Fact(relation, who, size + 1 - number, holds)
        if relation is Relation.EARLY:
            return Fact(relation, who, size - number, not holds)
        if relation is Relation.EVEN:
            return Fact(relation, who, number, holds if size % 2 else not holds)
        if relation is Relation.BEFORE or relation is Relation.OFFSET:
            return Fact(relation, who[::-1], number, holds)
        return self


@dataclass(frozen=True, slots=True)
class Clue:
    """One fact, or two joined."""

    form: Form
    facts: tuple[Fact, ...]

    def true_in(self, place: Sequence[int]) -> bool:
        """Whether the clue is true in an arrangement."""
        first = self.facts[0].true_in(place)
        form = self.form
        if form is Form.FACT:
            return first
        second = self.facts[1].true_in(place)
        if form is Form.OR:
            return first or second
        if form is Form.IF:
            return second or not first
        if form is Form.AND:
            return first and second
        return (first != second) if form is Form.XOR else (first == second)

    def negated(self) -> Clue:
        """The clue that is true exactly when this one is not (an aside bears on nothing either way)."""
        form, facts = self.form, self.facts
        if form is Form.FACT:
            return Clue(form, (facts[0].flipped(),))
        if form is Form.OR:
            return Clue(Form.AND, (facts[0].flipped(), facts[1].flipped()))
        if form is Form.AND:
            return Clue(Form.OR, (facts[0].flipped(), facts[1].flipped()))
        if form is Form.IF:
            return Clue(Form.AND, (facts[0], facts[1].flipped()))
        return Clue(Form.IFF if form is Form.XOR else Form.XOR, facts)

    def mirrored(self, size: int) -> Clue:
        """The same clue when places are counted from the other end."""
        return Clue(self.form, tuple(fact.mirrored(size) for fact in self.facts))

    def entities(self) -> set[int]:
        """Every entity the clue names."""
        return {entity for fact in self.facts for entity in fact.who}


def meaning(statement: Clue, reading: Reading, size: int) -> Clue:
    """What a statement says once it is read the way the puzzle prescribes."""
    if reading is Reading.ALL_FALSE:
        return statement.negated()
    return statement.mirrored(size) if reading is Reading.BACK_TO_FRONT else statement


def just(relation: Relation, *who: int, number: int = 0, holds: bool = True) -> Clue:
    """A clue of one fact."""
    return Clue(Form.FACT, (Fact(relation, who, number, holds),))

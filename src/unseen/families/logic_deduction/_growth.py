"""Grows the clues of an elimination puzzle around a known arrangement: a chain to the answer, then red herrings.

The chain is exact: every clue in it is needed, and together they settle the answer. Each link is settled by the one
before it, so the number of links is the depth of the deduction. Which clues stay depends only on yes/no questions of
logic, never on which arrangement a solver happens to find first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

from unseen.choices import Choices
from unseen.families.logic_deduction._clues import Clue, Fact, Form, Relation, just
from unseen.families.logic_deduction._sat import Prover
from unseen.families.logic_deduction._search import Tally, blank, propagate, scoped

T = TypeVar("T")
ASIDES = 8  # how many asides every story knows
_ROLL = 2**60 - 1
_HERRING_ATTEMPTS = 4
_CIRCLE = 5  # how many entities a knot is about, at most
_BATCHES = 8


class Level(StrEnum):
    """What the clues are made of, easiest first."""

    PLAIN = "plain"  # a place, and distances from it
    RELATIVE = "relative"  # order, distance without direction, halves, parity
    CONDITIONAL = "conditional"  # if, either, exactly when
    KNOTTED = "knotted"  # conditionals that only suppositions untangle


class Roll:
    """Many small choices out of one recorded integer."""

    def __init__(self, choose: Choices, label: str) -> None:
        self._left = choose.integer(label, 0, _ROLL)

    def below(self, bound: int) -> int:
        """A number in ``0..bound-1``."""
        self._left, digit = divmod(self._left, bound)
        return digit

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def pair(self, options: Sequence[T]) -> tuple[T, T]:
        first = self.below(len(options))
        return options[first], options[(first + 1 + self.below(len(options) - 1)) % len(options)]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        pool = list(options)
        for last in range(len(pool) - 1, 0, -1):
            at = self.below(last + 1)
            pool[last], pool[at] = pool[at], pool[last]
        return pool


@dataclass(frozen=True)
class Scene:
    """The arrangement to be found out: the place of each entity."""

    place: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.place)

    def alone(self, entity: int) -> list[Fact]:
        """What is true of one entity without naming its place."""
        size, here = self.size, self.place[entity]
        halves = [Fact(Relation.EARLY, (entity,), number, here <= number) for number in range(2, size - 1)]
        elsewhere = [Fact(Relation.AT, (entity,), place, False) for place in range(1, size + 1) if place != here]
        return [Fact(Relation.EVEN, (entity,), 0, here % 2 == 0), *halves, *elsewhere]

    def ordered(self, a: int, b: int) -> tuple[int, int]:
        """The two entities, the earlier one first."""
        return (a, b) if self.place[a] < self.place[b] else (b, a)

    def offset(self, a: int, b: int) -> Fact:
        """The exact distance and direction between two entities."""
        early, late = self.ordered(a, b)
        return Fact(Relation.OFFSET, (late, early), self.place[late] - self.place[early])

    def apart(self, a: int, b: int) -> Fact:
        """The exact distance between two entities."""
        return Fact(Relation.APART, (a, b), abs(self.place[a] - self.place[b]))

    def between(self, entity: int) -> list[Fact]:
        """Every pair that stands on both sides of the entity."""
        here = self.place[entity]
        low = [e for e, place in enumerate(self.place) if place < here]
        high = [e for e, place in enumerate(self.place) if place > here]
        return [Fact(Relation.BETWEEN, (entity, a, b) if (a + b + entity) % 2 else (entity, b, a)) for a in low for b in high]


def grow(scene: Scene, target: int, depth: int, level: Level, herrings: int, choose: Choices) -> tuple[list[Clue], list[Clue]]:
    """The needed clues, in the order of the deduction, and the red herrings."""
    place = scene.place[target]
    chain = _chain(scene, target, min(depth, scene.size - 2), choose)
    with Prover(scene.size) as prover:
        table = blank(scene.size)
        if level is Level.KNOTTED:
            indices = _knot(scene, chain[0], prover, choose.within("knot"))
            table[chain[0]] = 1 << scene.place[chain[0]]
        else:
            indices = [prover.add(clue) for clue in _anchor(scene, chain[0], level, table, Roll(choose, "anchor"))]
        for number, (known, entity) in enumerate(pairwise(chain)):
            indices += [prover.add(clue) for clue in _link(scene, known, entity, level, table, Roll(choose, f"link/{number}"))]
        needed = _needed(prover, indices, target, place)
        return [prover.clues[i] for i in needed], _herrings(scene, target, level, herrings, needed, prover, choose.within("herring"))


def _chain(scene: Scene, target: int, links: int, choose: Choices) -> list[int]:
    """The entities in the order in which they are found out, the target last.

    One that stands at an end is left out: a chain that reaches from end to end fits in one way only, anchored or not.
    """
    ends = [entity for entity, place in enumerate(scene.place) if place in (1, scene.size) and entity != target]
    spared = choose.pick("spared", ends)
    others = [entity for entity in range(scene.size) if entity not in (target, spared)]
    return [*choose.shuffle("chain", others)[: links - 1], target]


def _needed(prover: Prover, indices: Sequence[int], target: int, place: int) -> list[int]:
    """A subset of clues that settles the target's place, none of which can be spared."""
    kept = list(indices)
    for index in indices:
        rest = [other for other in kept if other != index]
        if prover.settled(rest, target, place):
            kept = rest
    return kept


def _take(facts: Iterator[Clue] | Sequence[Clue], entity: int, table: list[int], last: Clue, most: int) -> list[Clue]:
    """Clues that each narrow the entity down until one place is left; ``last`` settles it if they do not."""
    taken: list[Clue] = []
    for clue in facts:
        if len(taken) == most or not table[entity] & (table[entity] - 1):
            break
        trial = list(table)
        if propagate(trial, scoped([clue]), Tally()) and trial[entity] != table[entity]:
            table[:] = trial
            taken.append(clue)
    if table[entity] & (table[entity] - 1):
        taken.append(last)
        propagate(table, scoped([last]), Tally())
    return taken


def _anchor(scene: Scene, entity: int, level: Level, table: list[int], roll: Roll) -> list[Clue]:
    here = just(Relation.AT, entity, number=scene.place[entity])
    hints = [] if level is Level.PLAIN else roll.shuffled(scene.alone(entity))
    return _take([Clue(Form.FACT, (hint,)) for hint in hints], entity, table, here, most=3)


def _link(scene: Scene, known: int, entity: int, level: Level, table: list[int], roll: Roll) -> list[Clue]:
    exact = Clue(Form.FACT, (scene.offset(entity, known),))
    if level is Level.PLAIN:
        return _take([], entity, table, exact, most=0)
    if level is Level.RELATIVE:
        between = [fact for fact in scene.between(entity) if known in fact.who]
        openings = [scene.apart(entity, known), Fact(Relation.BEFORE, scene.ordered(entity, known)), *between[:1]]
        hints = [roll.pick(openings), *roll.shuffled(scene.alone(entity))]
        return _take([Clue(Form.FACT, (hint,)) for hint in hints], entity, table, exact, most=4)
    here, there = scene.place[known], scene.place[entity]
    last = Clue(Form.IF, (Fact(Relation.AT, (known,), here), Fact(Relation.AT, (entity,), there)))
    return _take(_bridges(scene, known, entity, roll), entity, table, last, most=3)


def _bridges(scene: Scene, known: int, entity: int, roll: Roll) -> Iterator[Clue]:
    """Compound clues through which what is known of one entity tells something of another."""
    here = scene.place[known]
    grounds = [Fact(Relation.AT, (known,), here), Fact(Relation.EVEN, (known,), 0, here % 2 == 0)]
    grounds += [Fact(Relation.EARLY, (known,), number, here <= number) for number in range(2, scene.size - 1)]
    ends = [Fact(Relation.AT, (entity,), scene.place[entity]), scene.offset(entity, known), scene.apart(entity, known)]
    ends += scene.alone(entity)[: scene.size - 2]
    for _ in range(4):
        ground, end = roll.pick(grounds), roll.pick(ends)
        form = roll.below(5)
        if form == 0:
            yield Clue(Form.IF, (ground, end))
        elif form == 1:
            yield Clue(Form.OR, (ground.flipped(), end) if roll.below(2) else (end, ground.flipped()))
        elif form == 2:
            yield Clue(Form.XOR, (ground.flipped(), end) if roll.below(2) else (end, ground.flipped()))
        elif form == 3:
            yield Clue(Form.IFF, (end, ground))
        else:
            yield Clue(Form.IF, (end.flipped(), ground.flipped()))


def _knot(scene: Scene, entity: int, prover: Prover, choose: Choices) -> list[int]:
    """Compound clues that settle an entity together, each of them needed."""
    place = scene.place[entity]
    others = [other for other in range(scene.size) if other != entity]
    circle = [entity, *choose.sample("circle", others, min(len(others), _CIRCLE - 1))]
    indices: list[int] = []
    for batch in range(_BATCHES):
        for number in range(len(circle) if batch else 2 * len(circle)):
            indices.append(prover.add(_tangle(scene, circle, Roll(choose, f"{batch}/{number}"))))
        if prover.settled(indices, entity, place):
            break
    else:
        indices.append(prover.add(just(Relation.AT, entity, number=place)))
    return _needed(prover, indices, entity, place)


def _tangle(scene: Scene, circle: Sequence[int], roll: Roll) -> Clue:
    """A true compound clue about members of a circle."""
    first, second = _any_fact(scene.size, circle, roll), _any_fact(scene.size, circle, roll)
    truths = (first.true_in(scene.place), second.true_in(scene.place))
    form = roll.pick((Form.OR, Form.IF, Form.XOR, Form.IFF))
    if form is Form.OR and not any(truths):
        second = second.flipped()
    elif form is Form.IF and truths == (True, False):
        first, second = second, first
    elif (form is Form.XOR and truths[0] == truths[1]) or (form is Form.IFF and truths[0] != truths[1]):
        form = Form.IFF if form is Form.XOR else Form.XOR
    return Clue(form, (first, second))


def _any_fact(size: int, circle: Sequence[int], roll: Roll) -> Fact:
    """A fact about members of a circle, true or not."""
    relation = roll.pick((Relation.AT, Relation.EARLY, Relation.EVEN, Relation.BEFORE, Relation.BEFORE, Relation.APART, Relation.OFFSET))
    a, b = roll.pair(circle)
    if relation is Relation.AT:
        return Fact(relation, (a,), 1 + roll.below(size))
    if relation is Relation.EARLY:
        return Fact(relation, (a,), 2 + roll.below(size - 3), bool(roll.below(2)))
    if relation is Relation.EVEN:
        return Fact(relation, (a,), 0, bool(roll.below(2)))
    if relation is Relation.BEFORE:
        return Fact(relation, (a, b))
    return Fact(relation, (a, b), 1 + roll.below(min(size - 2, 4)))


def _herrings(scene: Scene, target: int, level: Level, count: int, needed: Sequence[int], prover: Prover, choose: Choices) -> list[Clue]:
    """True clues that are not needed, and beside which every needed clue stays needed."""
    place = scene.place[target]
    cases = {index: case for index in needed if (case := _without(prover, needed, index, target, place))}
    kept: list[int] = []
    for number in range(count):
        for attempt in range(_HERRING_ATTEMPTS):
            aside = attempt == _HERRING_ATTEMPTS - 1
            clue = _herring(scene, target, level, Roll(choose, f"{number}/{attempt}"), aside=aside)
            if clue in (prover.clues[i] for i in (*needed, *kept)):
                continue
            index = prover.add(clue)
            renewed = {}
            for spared, case in cases.items():
                if not clue.true_in(case):
                    other = _without(prover, [*needed, *kept, index], spared, target, place)
                    if other is None:
                        break
                    renewed[spared] = other
            else:
                cases.update(renewed)
                kept.append(index)
                break
    return [prover.clues[index] for index in kept]


def _without(prover: Prover, indices: Sequence[int], spared: int, target: int, place: int) -> list[int] | None:
    """An arrangement in which every clue but one holds and the target stands elsewhere; None where there is none."""
    rest = [index for index in indices if index != spared]
    return prover.found() if prover.possible(rest, target, place, has=False) else None


def _herring(scene: Scene, target: int, level: Level, roll: Roll, *, aside: bool) -> Clue:
    size = scene.size
    a, b = roll.pair(range(size))
    kind = roll.below(6)
    if aside or kind == 0:
        return just(Relation.ASIDE, a, number=roll.below(ASIDES))
    if kind == 1 and a != target:
        return just(Relation.AT, a, number=scene.place[target], holds=False)  # names the place asked for, and not the answer
    if level in (Level.CONDITIONAL, Level.KNOTTED) and roll.below(4):
        return _tangle(scene, range(size), roll)
    before = Fact(Relation.BEFORE, scene.ordered(a, b))
    if level is Level.PLAIN:
        return Clue(Form.FACT, (roll.pick((before, scene.offset(a, b), Fact(Relation.AT, (a,), scene.place[a]))),))
    return Clue(Form.FACT, (roll.pick((before, scene.apart(a, b), *roll.shuffled(scene.alone(a))[:2], *scene.between(a)[:1])),))

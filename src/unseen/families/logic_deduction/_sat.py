"""Elimination puzzles as propositional logic: what a set of clues settles, and what it leaves open.

Variable ``entity * size + place`` says that the entity has the place. Each clue is guarded by its own
selector, so that any subset of the clues can be switched on for one question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import combinations
from types import TracebackType

from unseen.families.logic_deduction._clues import Clue, Fact, Form, Relation


class Prover:
    """A satisfiability solver loaded with one puzzle. Use as a context manager: it holds memory outside Python."""

    def __init__(self, size: int, clues: Sequence[Clue] = ()) -> None:
        from pysat.solvers import Minisat22

        self.size = size
        self.clues: list[Clue] = []
        self._selectors: list[int] = []
        self._fresh = size * size
        self._solver = Minisat22(bootstrap_with=_arrangements(size))
        for clue in clues:
            self.add(clue)

    def __enter__(self) -> Prover:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._solver.delete()

    def add(self, clue: Clue) -> int:
        """Load one more clue; returns its index."""
        selector = self._new()
        for clause in self._clauses(clue):
            self._solver.add_clause([-selector, *clause])
        self.clues.append(clue)
        self._selectors.append(selector)
        return len(self._selectors) - 1

    def possible(self, active: Iterable[int], entity: int, place: int, *, has: bool) -> bool:
        """Whether some arrangement keeps the active clues with the entity at the place (or, ``has=False``, elsewhere)."""
        literal = entity * self.size + place
        return self._satisfiable([*(self._selectors[i] for i in active), literal if has else -literal])

    def settled(self, active: Iterable[int], entity: int, place: int) -> bool:
        """Whether the active clues leave the entity no place but this one: its negation cannot be satisfied."""
        return not self.possible(active, entity, place, has=False)

    def arrangement(self, active: Iterable[int]) -> list[int] | None:
        """Some arrangement that keeps the active clues, or None."""
        return self.found() if self._satisfiable([self._selectors[i] for i in active]) else None

    def found(self) -> list[int]:
        """The arrangement behind the last positive answer."""
        size = self.size
        true = [literal - 1 for literal in self._solver.get_model()[: size * size] if literal > 0]
        return [index % size + 1 for index in true]

    def _satisfiable(self, assumptions: list[int]) -> bool:
        try:
            return bool(self._solver.solve(assumptions=assumptions))
        except Exception as error:  # MiniSat turns a Ctrl-C into an error of its own
            if "keyboard interrupt" in str(error):
                raise KeyboardInterrupt from None
            raise

    def _new(self) -> int:
        self._fresh += 1
        return self._fresh

    def _clauses(self, clue: Clue) -> list[list[int]]:
        form, facts = clue.form, clue.facts
        if form is Form.FACT:
            return self._fact(facts[0])
        if form is Form.AND:
            return self._fact(facts[0]) + self._fact(facts[1])
        first, second = facts
        if form is Form.OR:
            return self._either(first, second)
        if form is Form.IF:
            return self._either(first.flipped(), second)
        if form is Form.XOR:
            return self._either(first, second) + self._either(first.flipped(), second.flipped())
        return self._either(first.flipped(), second) + self._either(first, second.flipped())

    def _either(self, first: Fact, second: Fact) -> list[list[int]]:
        clauses, names = [], []
        for fact in (first, second):
            stated = self._fact(fact)
            if len(stated) == 1 and len(stated[0]) == 1:
                names.append(stated[0][0])
                continue
            name = self._new()
            names.append(name)
            clauses += [[-name, *clause] for clause in stated]
        return [*clauses, names]

    def _fact(self, fact: Fact) -> list[list[int]]:
        return fact_clauses(fact, self.size)


@cache
def _arrangements(size: int) -> list[list[int]]:
    """Every entity has exactly one place, and every place exactly one entity."""
    rows = [[entity * size + place for place in range(1, size + 1)] for entity in range(size)]
    lines = rows + [list(column) for column in zip(*rows, strict=True)]
    return lines + [[-a, -b] for line in lines for a, b in combinations(line, 2)]


@lru_cache(maxsize=8192)
def fact_clauses(fact: Fact, size: int) -> list[list[int]]:
    """The fact in conjunctive normal form, given that places and entities pair up one to one."""
    relation, who, number, holds = fact.relation, fact.who, fact.number, fact.holds
    places = range(1, size + 1)

    def at(index: int, place: int) -> int:
        return who[index] * size + place

    if relation is Relation.ASIDE:
        return []
    if relation is Relation.AT and holds and number in places:
        return [[at(0, number)]]
    if relation in (Relation.AT, Relation.EARLY, Relation.EVEN):
        return [[-at(0, place)] for place in places if not fact.true_in(_row(who[0], place))]
    if relation is Relation.BETWEEN and holds:
        below = [[-at(0, p), *(at(i, q) for i in (1, 2) for q in places if q < p)] for p in places]
        return below + [[-at(0, p), *(at(i, q) for i in (1, 2) for q in places if q > p)] for p in places]
    if relation is Relation.BETWEEN:
        inside = [(p, q, r) for p in places for q in places for r in places if q < p < r or r < p < q]
        return [[-at(0, p), -at(1, q), -at(2, r)] for p, q, r in inside]
    row = [0] * (max(who) + 1)
    clauses = []
    for p in places:
        row[who[0]] = p
        kept: list[int] = []
        barred: list[int] = []
        for q in places:
            row[who[1]] = q
            (kept if fact.true_in(row) else barred).append(at(1, q))
        if relation is not Relation.BEFORE and not holds:
            clauses += [[-at(0, p), -other] for other in barred]
        else:
            clauses.append([-at(0, p), *kept])
    return clauses


def _row(entity: int, place: int) -> list[int]:
    return [0] * entity + [place]

"""The search for failing regions: ask what tells most of which rule is true, and propose the rule that stands out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unseen.choices import Recorded
from unseen.probing._archive import Archive, mutated
from unseen.probing._hunt_bench import Asking, Bench
from unseen.probing._hypotheses import Hypotheses
from unseen.probing._rules import Bools, Levels, Rule
from unseen.task import Task

BATCH = 6
_UNIFORM, _SUSPECT, _BRED = 80, 60, 20  # settings among which a batch is chosen
_DECIDED = 3.0  # log odds for some rule being true before one is proposed
_SURE = 0.9  # chance that the proposed rule tells of the true region
_CLEAR = 0.03  # nats: once no batch promises more, the rule is settled
_PLAIN = 2  # of a batch near the defaults, questions that are merely drawn
_CHECK = 6  # questions drawn uniformly inside a rule before it is proposed


@dataclass(frozen=True)
class Candidate:
    """A rule that the search proposes, the failing task that is likeliest to lie in its region, and after how many answers it was proposed."""

    rule: Rule
    anchor: Task
    evidence: float
    answers: int


class Search:
    """Finds candidate rules of one family. A later rule is looked for among the answers that the earlier ones do not explain."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.archive, self.beliefs = bench, Archive(bench.grid), Hypotheses(bench.grid)
        self.candidates: list[Candidate] = []
        self._started, self._promise, self._checked = bench.left, np.inf, list[Rule]()

    def run(self, most: int, reserve_each: int, reserve: int) -> Asking[list[Candidate]]:
        """Search until what is left is needed to confirm, or ``most`` candidates stand.

        ``reserve`` answers are left for what follows, and ``reserve_each`` for each candidate.
        """
        while len(self.candidates) < most and self.bench.left > reserve + reserve_each * (len(self.candidates) + 1) + BATCH:
            tasks = self.questions()
            if not tasks:
                break
            self._note((yield from self.bench.ask(tasks)))
            yield from self._propose(most)
        return self.candidates

    def questions(self) -> list[Task]:
        """The next batch: of settings drawn, suspected and bred, those that together tell most."""
        grid, rng = self.bench.grid, self.bench.rng
        suspects = [mutated(grid, rng, row, self._moves(row.size)) for row in self.beliefs.draw_suspects(rng, _SUSPECT)]
        bred = self._bred()
        rows = np.vstack([grid.draw(rng, _UNIFORM), *(row[None] for row in suspects), *(row[None] for row, _ in bred)])
        parents = [None] * (_UNIFORM + _SUSPECT) + [parent for _, parent in bred]
        open_ = np.flatnonzero(~self.archive.explained(rows))
        if not len(open_):
            return []
        plain = open_[:_PLAIN] if grid.near else open_[:0]  # drawn: where most fail, what passes elsewhere must be known as well
        chosen, self._promise = self.beliefs.choose(rng, rows[open_], min(BATCH - len(plain), self.bench.left))
        made = (self.bench.fresh(rows[at], _choices(parents[at])) for at in [*plain, *open_[chosen]])
        return [task for task in made if task is not None]

    def _moves(self, variables: int) -> int:
        """How many variables of a suspected setting are moved: any number, or as many as are off their defaults when drawn."""
        rng, near = self.bench.rng, self.bench.grid.near
        return int(rng.binomial(variables, 1 - near)) if near else int(rng.integers(variables + 1))

    def _bred(self) -> list[tuple[Levels, Task]]:
        """Settings bred from elites that no rule explains, each with the elite whose recorded choices it takes."""
        rng, archive = self.bench.rng, self.archive
        elites = [elite for elite in archive.elites.values() if not archive.explained(self.bench.grid.row(elite.setting)[None])[0]]
        return [archive.offspring(rng, elites[int(rng.integers(len(elites)))]) for _ in range(_BRED)] if elites else []

    def _propose(self, most: int) -> Asking[None]:
        """Propose the rules that stand out. Each is first asked uniformly inside: its evidence comes from where doubt was, not from all of it."""
        while len(self.candidates) < most and self.beliefs.evidence > _DECIDED:
            rule, chance = self.beliefs.verdict(self.bench.rng)
            if chance < _SURE and self._promise > _CLEAR:
                return
            if rule not in self._checked:
                self._checked.append(rule)
                rows = self.bench.grid.draw_inside(self.bench.rng, rule, _CHECK)
                self._note((yield from self.bench.ask(self.bench.several(rows))))
                continue
            anchor = self._anchor(rule)
            if anchor is None:
                return
            self.candidates.append(Candidate(rule, anchor, self.beliefs.evidence, self._started - self.bench.left))
            self.archive.found.append(rule)
            self.beliefs.clear()
            self.beliefs.learn(*self.archive.open())

    def _anchor(self, rule: Rule) -> Task | None:
        """The failing task inside a rule at the setting likeliest to fail; of several the one of least effort."""
        inside = [task for task in self.archive.failing if rule.holds(task.setting)]
        if not inside:
            return None
        chances = self.beliefs.chance(self.bench.rows(inside))
        return min(zip(inside, chances, strict=True), key=lambda one: (-round(float(one[1]), 6), one[0].effort))[0]

    def _note(self, answers: list[tuple[Task, bool]]) -> None:
        rows = self.bench.rows([task for task, _ in answers])
        failed: Bools = np.array([missed for _, missed in answers], dtype=bool)
        for row, (task, missed) in zip(rows, answers, strict=True):
            self.archive.add(task, row, missed)
        kept = ~self.archive.explained(rows)
        self.beliefs.learn(rows[kept], failed[kept])


def _choices(parent: Task | None) -> dict[str, Recorded] | None:
    return dict(parent.choices) if parent is not None else None

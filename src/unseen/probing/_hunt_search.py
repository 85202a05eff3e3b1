"""The search for failing regions: explore, ask a failing setting again, then ask where the rules that may explain it differ."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from unseen.probing._archive import Archive, mutated
from unseen.probing._hunt_bench import Asking, Bench
from unseen.probing._rules import Bools, Floats, Hypotheses, Levels, Rule
from unseen.task import Task

BATCH = 16
_UNIFORM, _LIKELY = 8, 5  # of a batch of exploration; the others are bred from elites
_SUSPECT = 3  # failures at one setting that make it an anchor
_DECIDED = 3.0  # log odds for a rule being true before it is a candidate
_CLEAR = 0.03  # nats: once no question promises more, the rule is settled
_MOST = 96  # questions spent on one anchor
_MUTANTS = 48


@dataclass(frozen=True)
class Candidate:
    """A rule that the search proposes, the failing task it grew from, and after how many answers it was proposed."""

    rule: Rule
    anchor: Task
    evidence: float
    answers: int


class Search:
    """Finds candidate rules of one family. ``reserve(candidates)`` answers are left for what follows."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.archive = bench, Archive(bench.grid)
        self.candidates: list[Candidate] = []
        self._tried: set[tuple[int, ...]] = set()
        self._started, self._exhausted = bench.left, False

    def run(self, most: int, reserve_each: int, reserve: int) -> Asking[list[Candidate]]:
        """Search until what is left is needed to confirm, or ``most`` candidates stand."""
        while len(self.candidates) < most and self.bench.left > reserve + reserve_each * (len(self.candidates) + 1) + BATCH:
            suspects = yield from self._explore()
            for suspect in suspects:
                yield from self._pursue(suspect)
            if self._exhausted:
                break
        return self.candidates

    def _explore(self) -> Asking[list[Task]]:
        """One batch of new settings; the tasks that failed, to be asked again, the most surprising first."""
        rng, archive = self.bench.rng, self.archive
        rows = np.vstack([archive.fresh(rng, _UNIFORM), archive.likely(rng, _LIKELY)])
        tasks = self.bench.several(rows)
        elites = [elite for elite in archive.elites.values() if not archive.explained(self.bench.grid.row(elite.setting)[None])[0]]
        while elites and len(tasks) < min(BATCH, self.bench.left):
            row, parent = archive.offspring(rng, elites[int(rng.integers(len(elites)))])
            child = self.bench.fresh(row, parent.choices)
            if child is None:
                break
            tasks.append(child)
        self._exhausted = not tasks
        failing = yield from self._ask(tasks)
        return [task for task in failing if tuple(self.bench.grid.row(task.setting)) not in self._tried]

    def _pursue(self, suspect: Task) -> Asking[None]:
        """Ask siblings of a failing task while they fail; a setting that keeps failing becomes an anchor."""
        row = self.bench.grid.row(suspect.setting)
        if tuple(row) in self._tried or self.archive.explained(row[None])[0]:
            return
        self._tried.add(tuple(row))
        base = self.archive.base_rate()
        odds, failures = -3.0, 1
        raised = max(0.65, (1 + 2 * base) / 3)
        while failures < 8 and (failures < _SUSPECT or odds < 0) and odds > -4 and self.bench.left:
            failing = yield from self._ask(self.bench.several(row[None]))
            failures += len(failing)
            odds += math.log(raised / base) if failing else math.log((1 - raised) / (1 - base))
            if not failing and failures < _SUSPECT:
                return
        if failures >= _SUSPECT:
            yield from self._delineate(suspect, row)

    def _delineate(self, anchor: Task, row: Levels) -> Asking[None]:
        """Ask mutants of the anchor on which the rules disagree most, until one rule stands out."""
        grid, rng = self.bench.grid, self.bench.rng
        beliefs, settled = Hypotheses(grid, row, *self.archive.open()), None
        for _ in range(_MOST // 8):
            mutants = np.array([mutated(grid, rng, row, int(rng.integers(1, row.size + 1))) for _ in range(_MUTANTS)])
            mutants = mutants[~self.archive.explained(mutants)]
            doubt = beliefs.doubt(mutants) if len(mutants) else np.zeros(0)
            if not len(mutants) or self.bench.left <= 0:
                break
            if doubt.max() > _CLEAR:
                rows = mutants[_spread(doubt, mutants, 8)]
            elif beliefs.best != settled:  # no mutant tells more: see whether the whole region fails, not only what is near the anchor
                settled, rows = beliefs.best, grid.draw_inside(rng, beliefs.best, 8)
            else:
                break
            answers = yield from self.bench.ask(self.bench.several(rows))
            beliefs.learn(*self._note(answers))
        if beliefs.evidence > _DECIDED:
            self.archive.found.append(beliefs.best)
            asked = self._started - self.bench.left
            self.candidates.append(Candidate(beliefs.best, anchor, beliefs.evidence, asked))

    def _ask(self, tasks: list[Task]) -> Asking[list[Task]]:
        answers = yield from self.bench.ask(tasks)
        self._note(answers)
        return [task for task, failed in answers if failed]

    def _note(self, answers: list[tuple[Task, bool]]) -> tuple[Levels, Bools]:
        rows = self.bench.rows([task for task, _ in answers])
        for row, (task, failed) in zip(rows, answers, strict=True):
            self.archive.add(task, row, failed)
        return rows, np.array([failed for _, failed in answers], dtype=bool)


def _spread(doubt: Floats, rows: Levels, count: int) -> list[int]:
    """The ``count`` most doubtful rows, no setting twice."""
    chosen: dict[bytes, int] = {}
    for at in np.argsort(-doubt, kind="stable"):
        chosen.setdefault(rows[at].tobytes(), int(at))
        if len(chosen) == count:
            break
    return list(chosen.values())

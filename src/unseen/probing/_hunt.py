"""The hunt: where does this examinee fail? Regions, not items, each confirmed on fresh tasks and shrunk to its smallest case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unseen.choices import derive_seed
from unseen.errors import PlanError
from unseen.families.base import Family
from unseen.minting import Fixed
from unseen.outcome import Arm, Assignment, Outcome
from unseen.probing._hunt_bench import Asking, Bench
from unseen.probing._hunt_confirm import Confirmation, Rate, confirm
from unseen.probing._hunt_search import Candidate, Search
from unseen.probing._rules import Grid, Rule
from unseen.probing._shrink import Shrinker, Shrunk
from unseen.task import Task


@dataclass(frozen=True)
class Finding:
    """A confirmed failing region: the rule, pass rates on fresh tasks inside and elsewhere, and its smallest case."""

    family: str
    rule: Rule
    inside: Rate
    outside: Rate
    e_value: float
    shrunk: Shrunk | None

    @property
    def words(self) -> str:
        """``steps ≥ 3 and base = eight: 12% (5% to 24%) against 71% (60% to 80%) elsewhere``."""
        return f"{self.rule.words}: {_percent(self.inside)} against {_percent(self.outside)} elsewhere"


@dataclass(frozen=True)
class Hunted:
    """What the hunt of one family came to. ``proposed`` counts the rules that were tested; ``finished`` is False when answers ran out."""

    family: str
    answers: int
    proposed: int
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]
    finished: bool


@dataclass(frozen=True)
class HuntOptions:
    """How to hunt. ``answers`` are per family; ``alpha`` bounds the expected share of false claims.

    ``least_gap`` is how much higher the failure rate inside a rule must be to be worth a claim; ``confirm`` fresh tasks
    test each rule from inside and about twice as many from elsewhere; ``shrink`` bounds the answers spent on shrinking one finding
    (0: do not shrink); at most ``most`` rules are proposed.
    """

    answers: int = 2000
    alpha: float = 0.05
    least_gap: float = 0.1
    confirm: int = 40
    shrink: int = 140
    most: int = 6

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 1 or not 0 <= self.least_gap < 1:
            raise PlanError(f"alpha {self.alpha:g} and least gap {self.least_gap:g} must be shares between 0 and 1")
        if min(self.confirm, self.most) < 1 or self.shrink < 0:
            raise PlanError("confirm and most must be at least 1, shrink at least 0")
        if self.answers < self.reserve + self.each + 64:
            raise PlanError(
                f"{self.answers} answers per family are too few to search and confirm; give at least {self.reserve + self.each + 64}"
            )

    @property
    def each(self) -> int:
        """Answers kept back for each candidate."""
        return self.confirm + self.shrink

    @property
    def reserve(self) -> int:
        """Answers kept back for tasks from elsewhere."""
        return 2 * self.confirm


class HuntSource:
    """A :class:`unseen.outcome.Source` that hunts one examinee through families, one after the other.

    Questions go out in batches, and the next batch is decided when the last answer of this one is in, in the order in which they
    were asked: with the same seed, an examinee that answers alike is asked the same questions, in whatever order answers
    arrive. ``held`` holds variables at a value or in a range. :meth:`results` gives what was found, at any time.
    """

    def __init__(self, families: Sequence[Family[Any]], seed: int, options: HuntOptions | None = None, held: Fixed | None = None) -> None:
        if not families:
            raise PlanError("no family to hunt in; `unseen families` lists them all")
        self._options, self._held, self._key = options or HuntOptions(), held or {}, derive_seed("hunt", seed)
        self._waiting = list(families)
        self._results: list[Hunted] = []
        self._hunt: Asking[Hunted] | None = None
        self._batch: list[Assignment] = []
        self._given = 0
        self._failed: dict[str, bool | None] = {}
        self._count = 0
        self.total = self._options.answers * len(families)
        self._next_family()

    def take(self, count: int) -> list[Assignment]:
        """Up to ``count`` further questions of the batch that is out."""
        taken = self._batch[self._given : self._given + count]
        self._given += len(taken)
        return taken

    def tell(self, outcome: Outcome) -> None:
        """Note one outcome; the last one of a batch brings the next."""
        expected = {assignment.group for assignment in self._batch[: self._given]}
        if outcome.group not in expected or outcome.group in self._failed:
            return
        self._failed[outcome.group] = not outcome.correct if outcome.counts else None
        if len(self._failed) == len(self._batch):
            failed = [self._failed[assignment.group] for assignment in self._batch]
            self._advance(failed)

    @property
    def done(self) -> bool:
        """Whether nothing will ever be asked again."""
        return self._hunt is None

    def results(self) -> tuple[Hunted, ...]:
        """What was found, family by family; a family whose hunt was cut short claims nothing."""
        if self._hunt is None:
            return tuple(self._results)
        return (*self._results, self._cut_short())

    def _cut_short(self) -> Hunted:
        candidates = tuple(self._search.candidates)
        asked = self._options.answers - self._search.bench.left
        return Hunted(self._search.bench.family.name, asked, 0, (), candidates, False)

    def _next_family(self) -> None:
        self._hunt = None
        if self._waiting:
            family = self._waiting.pop(0)
            bench = Bench(family, Grid(family.space, self._held), self._key, self._options.answers)
            self._search = Search(bench)
            self._hunt = _hunt(self._search, self._options)
            self._advance(None)

    def _advance(self, failed: list[bool | None] | None) -> None:
        assert self._hunt is not None
        try:
            tasks = next(self._hunt) if failed is None else self._hunt.send(failed)
        except StopIteration as end:
            self._results.append(end.value)
            self._batch, self._given, self._failed = [], 0, {}
            self._next_family()
            return
        self._batch, self._given, self._failed = [self._assigned(task) for task in tasks], 0, {}

    def _assigned(self, task: Task) -> Assignment:
        self._count += 1
        return Assignment(task, Arm.ADAPT, f"{task.family}/{self._key.hex()[:8]}/hunt/{self._count}")


def _hunt(search: Search, options: HuntOptions) -> Asking[Hunted]:
    """One family: search, confirm, shrink."""
    bench = search.bench
    candidates = yield from search.run(options.most, options.each, options.reserve)
    tested: list[Confirmation] = []
    if candidates:
        tested = yield from confirm(bench, candidates, each=options.confirm, alpha=options.alpha, least_gap=options.least_gap)
    findings: list[Finding] = []
    for one in tested:
        if not one.confirmed or _within_another(one, tested):
            continue
        shrunk = None
        if options.shrink:
            failing, passing = 1 - one.inside.value, 1 - one.outside.value
            shrinker = Shrinker(bench, failing - 0.2 * (failing - passing), passing + 0.2 * (failing - passing), options.shrink)
            shrunk = yield from shrinker.run(one.candidate.anchor, one.candidate.rule)
        findings.append(Finding(bench.family.name, one.candidate.rule, one.inside, one.outside, one.e_value, shrunk))
    return Hunted(bench.family.name, options.answers - bench.left, len(tested), tuple(findings), tuple(candidates), True)


def _within_another(one: Confirmation, tested: Sequence[Confirmation]) -> bool:
    """Whether a confirmed rule only repeats part of another confirmed one (of two equal rules the first stands)."""
    others = [(at, other) for at, other in enumerate(tested) if other.confirmed and other is not one]
    here = tested.index(one)
    return any(
        one.candidate.rule.within(other.candidate.rule) and (at < here or not other.candidate.rule.within(one.candidate.rule))
        for at, other in others
    )


def _percent(rate: Rate) -> str:
    return f"{rate.value:.0%} ({rate.low:.0%} to {rate.high:.0%})"

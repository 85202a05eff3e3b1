"""The hunt: where does this examinee fail? Regions, not items, each confirmed on fresh tasks and shrunk to its smallest case."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from unseen.choices import derive_seed
from unseen.errors import PlanError
from unseen.families.base import Family
from unseen.families.registry import family as family_named
from unseen.minting import Fixed, Gates
from unseen.outcome import Arm, Assignment, Outcome
from unseen.plan import HuntPlan, Plan
from unseen.probing._hunt_bench import Asking, Bench
from unseen.probing._hunt_confirm import Confirmation, Rate, confirm
from unseen.probing._hunt_search import Candidate, Search
from unseen.probing._revisit import Revisit, Standing, revisit
from unseen.probing._rules import Grid, Rule
from unseen.probing._shrink import Shrinker, Shrunk


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

    def to_json(self) -> dict[str, Any]:
        """The finding as plain JSON, with both tasks of its smallest case."""
        case = self.shrunk
        return {
            "rule": self.rule.words,
            "conditions": [{"variable": c.variable, "values": list(c.values)} for c in self.rule.conditions],
            "share_of_space": self.rule.volume,
            "pass_rate_inside": asdict(self.inside),
            "pass_rate_elsewhere": asdict(self.outside),
            "e_value": self.e_value,
            "smallest": case
            and {
                "setting": dict(case.setting),
                "minimal": case.minimal,
                "fails": case.task and case.task.to_row(),
                "passes": case.twin and case.twin.to_row(),
                "changed": case.changed,
            },
        }


@dataclass(frozen=True)
class Hunted:
    """What the hunt of one family came to. ``proposed`` counts the rules that were tested; ``finished`` is False when answers ran out.

    Of the ``answers``, ``searching`` went to the search and ``confirming`` to testing its rules; the others went to shrinking
    and to ``known``, the regions of the plan that were asked first.
    """

    family: str
    answers: int
    proposed: int
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]
    finished: bool
    searching: int = 0
    confirming: int = 0
    known: tuple[Revisit, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The hunt as plain JSON; the candidates of the search, which are no evidence, are left out."""
        return {
            "family": self.family,
            "answers": self.answers,
            "answers_searching": self.searching,
            "answers_confirming": self.confirming,
            "tested": self.proposed,
            "finished": self.finished,
            "known": [revisit.to_json() for revisit in self.known],
            "findings": [finding.to_json() for finding in self.findings],
        }


class HuntSource:
    """A :class:`unseen.outcome.Source` that hunts one examinee through families, one after the other.

    Questions go out in batches, and the next batch is decided when the last answer of this one is in, in the order in which they
    were asked: with the same seed, an examinee that answers alike is asked the same questions, in whatever order answers
    arrive. ``held`` holds variables at a value or in a range. :meth:`results` gives what was found, at any time.

    Outcomes of an earlier session may be told first. The hunt is then lived through again from its beginning, with every task
    that was answered before answered from memory, until it comes to one that was not.
    """

    def __init__(
        self,
        families: Sequence[Family[Any]],
        seed: int,
        plan: HuntPlan | None = None,
        held: Fixed | None = None,
        *,
        cross_check: float = 1.0,
    ) -> None:
        if not families:
            raise PlanError("no family to hunt in; `unseen families` lists them all")
        self._plan, self._held, self._key = plan or HuntPlan(), held or {}, derive_seed("hunt", seed)
        self._gates = Gates(cross_check)
        self._waiting = list(families)
        self._results: list[Hunted] = []
        self._hunt: Asking[Hunted] | None = None
        self._batch: list[Assignment] = []
        self._room: deque[Assignment] = deque()  # of the batch, what was not given out
        self._failed: dict[str, bool | None] = {}  # by task, over the whole hunt; None where there was no answer
        self._made: set[str] = set()
        self._strays: set[str] = set()  # answered before, but never asked by this hunt so far
        self.total = self._plan.answers * len(families)
        self._next_family()

    @classmethod
    def of(cls, plan: Plan) -> HuntSource:
        """The source of a plan that hunts."""
        families = [family_named(name) for name in plan.families]
        return cls(families, plan.seed or 0, plan.hunt, plan.settings, cross_check=plan.cross_check)

    def take(self, count: int) -> list[Assignment]:
        """Up to ``count`` further questions of the batch that is out.

        Raises:
            PlanError: answers of an earlier session were told that this hunt never asks for: another version made them.
        """
        self._proceed()
        taken: list[Assignment] = []
        while self._room and len(taken) < count:
            assignment = self._room.popleft()
            if assignment.task.id not in self._failed:
                taken.append(assignment)
        if taken and self._strays:
            raise PlanError(
                f"{len(self._strays)} stored answers do not belong to this hunt: another version of Unseen made it; start a new one"
            )
        return taken

    def tell(self, outcome: Outcome) -> None:
        """Note one outcome, once; those of another hunt are passed over."""
        if outcome.task_id in self._failed or not outcome.group.startswith(self._prefix(outcome.family)):
            return
        self._failed[outcome.task_id] = not outcome.correct if outcome.counts else None
        if outcome.task_id not in self._made:
            self._strays.add(outcome.task_id)

    @property
    def done(self) -> bool:
        """Whether nothing will ever be asked again."""
        self._proceed()
        return self._hunt is None

    @property
    def strays(self) -> int:
        """How many of the outcomes told this hunt has never asked for: none, unless another version of it did."""
        self._proceed()
        return len(self._strays)

    def results(self) -> tuple[Hunted, ...]:
        """What was found, family by family; a family whose hunt was cut short claims nothing."""
        self._proceed()
        if self._hunt is None:
            return tuple(self._results)
        return (*self._results, self._cut_short())

    def _cut_short(self) -> Hunted:
        candidates = tuple(self._search.candidates)
        asked = self._plan.answers - self._search.bench.left
        unanswered = sum(assignment.task.id not in self._failed for assignment in self._batch)
        return Hunted(self._search.bench.family.name, asked - unanswered, 0, (), candidates, False, asked - unanswered)

    def _next_family(self) -> None:
        self._hunt = None
        if self._waiting:
            family = self._waiting.pop(0)
            grid = Grid(family.space, self._held, self._plan.near)
            self._search = Search(Bench(family, grid, self._key, self._plan.answers, self._gates, self._failed))
            self._hunt = _hunt(self._search, self._plan)
            self._advance(None)

    def _proceed(self) -> None:
        """Go on for as long as every answer of the batch is known."""
        while self._hunt is not None and all(assignment.task.id in self._failed for assignment in self._batch):
            self._advance([self._failed[assignment.task.id] for assignment in self._batch])

    def _advance(self, failed: list[bool | None] | None) -> None:
        assert self._hunt is not None
        try:
            tasks = next(self._hunt) if failed is None else self._hunt.send(failed)
        except StopIteration as end:
            self._results.append(end.value)
            self._batch, self._room = [], deque()
            self._next_family()
            return
        self._batch = [Assignment(task, Arm.ADAPT, f"{self._prefix(task.family)}{len(self._made) + at}") for at, task in enumerate(tasks)]
        self._room = deque(self._batch)
        asked = {task.id for task in tasks}
        self._made |= asked
        self._strays -= asked

    def _prefix(self, family: str) -> str:
        return f"{family}/{self._key.hex()[:8]}/hunt/"


def _hunt(search: Search, options: HuntPlan) -> Asking[Hunted]:
    """One family: ask known regions, search, confirm, shrink."""
    bench = search.bench
    regions = [region for region in options.known if region.family == bench.family.name]
    known = yield from revisit(bench, regions, each=options.confirm, alpha=options.alpha, least_gap=options.least_gap)
    standing = [one.rule for one in known if one.state is not Standing.SOLVED]
    search.archive.found += standing
    revisited = options.answers - bench.left
    candidates = yield from search.run(options.most, options.each, options.reserve)
    searched = options.answers - bench.left - revisited
    tested: list[Confirmation] = []
    if candidates:
        tested = yield from confirm(
            bench, candidates, each=options.confirm, alpha=options.alpha, least_gap=options.least_gap, keep=options.shrink
        )
    confirmed = options.answers - bench.left - revisited - searched
    findings: list[Finding] = []
    for one in tested:
        if not one.confirmed or _within_another(one, tested) or _mostly_within(bench.grid, one.candidate.rule, standing):
            continue
        shrunk = None
        if options.shrink:
            failing, passing = 1 - one.inside.value, 1 - one.outside.value
            shrinker = Shrinker(bench, failing - 0.2 * (failing - passing), passing + 0.2 * (failing - passing), options.shrink)
            shrunk = yield from shrinker.run(one.candidate.anchor, one.candidate.rule)
        findings.append(Finding(bench.family.name, one.candidate.rule, one.inside, one.outside, one.e_value, shrunk))
    asked = options.answers - bench.left
    return Hunted(bench.family.name, asked, len(tested), tuple(findings), tuple(candidates), True, searched, confirmed, tuple(known))


def _within_another(one: Confirmation, tested: Sequence[Confirmation]) -> bool:
    """Whether a confirmed rule only repeats part of another confirmed one (of two equal rules the first stands)."""
    others = [(at, other) for at, other in enumerate(tested) if other.confirmed and other is not one]
    here = tested.index(one)
    return any(
        one.candidate.rule.within(other.candidate.rule) and (at < here or not other.candidate.rule.within(one.candidate.rule))
        for at, other in others
    )


def _mostly_within(grid: Grid, rule: Rule, known: Sequence[Rule]) -> bool:
    """Whether at least half of a rule lies in known regions: its failures are theirs."""
    rows = grid.draw_inside(np.random.default_rng(0), rule, 512)
    held = np.zeros(len(rows), dtype=bool)
    for other in known:
        held |= grid.inside(other, rows)
    return bool(held.mean() >= 0.5)


def _percent(rate: Rate) -> str:
    return f"{rate.value:.0%} ({rate.low:.0%} to {rate.high:.0%})"

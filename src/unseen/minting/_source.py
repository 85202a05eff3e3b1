"""Fixed sources: what to ask is settled beforehand, balanced over families and difficulty at every prefix."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from unseen.choices import Choices, Namespace, derive_seed
from unseen.errors import FamilyError, PlanError
from unseen.families.base import Family
from unseen.minting._design import LADDER, Design
from unseen.minting._duplicates import Deduplicator, fingerprints
from unseen.minting._edition import Edition
from unseen.minting._gates import Gates, admit
from unseen.minting._mint import draw, require_positive, resolve
from unseen.minting._overrides import Fixed, require_known
from unseen.minting._sealing import EditionArm
from unseen.minting._streams import MintReport, stream
from unseen.minting._twins import ROLES, Twin, differs, plant, twin_pair
from unseen.outcome import Arm, Assignment, Outcome
from unseen.task import Task

_DONORS = 32  # siblings looked at before a task is left without a plant


class FixedSource:
    """A :class:`unseen.outcome.Source` over assignments, which may be made as they are taken.

    Telling it outcomes before or between takes makes it pass over those tasks: that is how a run is resumed.
    """

    def __init__(self, assignments: Iterable[Assignment], total: int | None = None) -> None:
        self._coming = iter(assignments)
        self._ahead: deque[Assignment] = deque()
        self._told: set[str] = set()
        self.total = len(assignments) if isinstance(assignments, Sequence) else total

    def take(self, count: int) -> list[Assignment]:
        """Up to ``count`` further assignments; none when nothing is left."""
        taken: list[Assignment] = []
        while len(taken) < count and self._look():
            taken.append(self._ahead.popleft())
        return taken

    def tell(self, outcome: Outcome) -> None:
        """Note that a task was asked."""
        self._told.add(outcome.task_id)

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask."""
        return not self._look()

    def _look(self) -> bool:
        """Have the next assignment that nobody was told about at hand; False when there is none."""
        while True:
            if not self._ahead:
                following = next(self._coming, None)
                if following is None:
                    return False
                self._ahead.append(following)
            if self._ahead[0].task.id not in self._told:
                return True
            self._ahead.popleft()


def fixed_source(
    families: Sequence[Family[Any] | str],
    per_family: int,
    seed: int,
    *,
    siblings: int = 1,
    twins: float = 0.15,
    planted: float = 0.05,
    design: Design = LADDER,
    fixed: Fixed | None = None,
    namespace: Namespace = Namespace.PUBLIC,
    edition_key: bytes | None = None,
    cross_check: float = 0.05,
    max_prompt: int = 20_000,
    exclude: Deduplicator | None = None,
) -> FixedSource:
    """``per_family`` questions of each family, the families taking turns: exploration, twins and planted tasks.

    ``twins`` and ``planted`` are shares of all questions. A twin follows its anchor, which is an exploration task, and
    shares its group; surface and counterfactual twins alternate. Every arm is spread over difficulty on its own, so that
    wherever a budget ends, what was asked is balanced over families and difficulty. With ``siblings`` above one, each setting without
    a twin is asked so many times, with other choices: siblings share its group, their role is ``"sibling"``, and they count
    among ``per_family``. The same arguments give the same assignments in the same order.
    """
    chosen = resolve(families)
    require_positive(per_family=per_family, siblings=siblings)
    if twins < 0 or planted < 0 or twins + planted > 1 or twins > (1 - planted) / 2:
        raise PlanError(f"twins = {twins:g} and planted = {planted:g}: every twin needs an exploration task of its own; ask for fewer")
    require_known(fixed or {}, [family.space for family in chosen])
    key = derive_seed("source", edition_key or b"", seed)
    seen = Deduplicator() if exclude is None else exclude
    gates = Gates(cross_check, max_prompt)
    supplies = [_Supply(family, key, design, fixed or {}, namespace, gates, seen) for family in chosen]
    lanes = [_Lane(per_family, (at + 0.5) / len(supplies), siblings, twins, planted, supply) for at, supply in enumerate(supplies)]
    turns = zip_longest(*(lane.assignments() for lane in lanes))
    return FixedSource((given for turn in turns for given in turn if given is not None), per_family * len(chosen))


def edition_source(edition: Edition, arm: EditionArm | str = EditionArm.PUBLIC, *, cross_check: float = 1.0) -> FixedSource:
    """Every task of one arm of a sealed edition, in its order; all are exploration. Secret and training arms need the key.

    Whoever sealed it, each task goes through the gates before it is asked; ``cross_check`` is the share solved again.

    The public arm is read from its file as far as it is asked for; a row that was edited raises :class:`TaskFileError`.
    """
    arm = EditionArm(arm)
    tasks = edition.public_tasks() if arm is EditionArm.PUBLIC else (found.task for found in edition.tasks(arm))
    families = {family.name: family for family in edition.resolved()}
    return FixedSource(_admitted(tasks, families, Gates(cross_check)), edition.manifest.counts.get(arm, 0))


def _admitted(tasks: Iterable[Task], families: Mapping[str, Family[Any]], gates: Gates) -> Iterator[Assignment]:
    for index, task in enumerate(tasks):
        admit(families[task.family], task, index, gates)
        yield Assignment(task, Arm.EXPLORE, task.id)


@dataclass
class _Supply:
    """Fresh tasks of one family, one stream for each part a task can play, each spread over difficulty on its own."""

    family: Family[Any]
    key: bytes = field(repr=False)
    design: Design
    fixed: Fixed
    namespace: Namespace
    gates: Gates
    seen: Deduplicator

    def __post_init__(self) -> None:
        self._streams: dict[str, Iterator[tuple[int, Task]]] = {}

    def fresh(self, part: str) -> tuple[int, Task]:
        """The next new task for a part, and its index."""
        if part not in self._streams:
            recipe = draw(self.family, derive_seed(self.key, part), self.design, self.fixed, self.namespace, self.gates)
            candidates = stream([recipe], None, 1, self.seen, MintReport())
            self._streams[part] = ((candidate.index, candidate.tasks[0]) for candidate in candidates)
        return next(self._streams[part])

    def twin(self, anchor: Task, number: int) -> Twin | None:
        """A twin of the anchor, its surface or its premise changed by turns, through the gates; None when it has none."""
        choose = Choices(derive_seed(self.key, "twin", anchor.id))
        for role in (ROLES[number % 2], ROLES[(number + 1) % 2]):
            twin = twin_pair(self.family, anchor, choose.within(role.value), [role])
            if twin is None or not admit(self.family, twin.task, number, self.gates).fits:
                continue
            _, wording = prints = fingerprints(twin.task)  # a surface twin has its anchor's structure, so only the wording can tell
            if not self.seen.seen([wording]):
                self.seen.add_fingerprints(prints)
                return twin
        return None

    def sibling(self, task: Task, number: int) -> Task | None:
        """A fresh task at the same setting, through the gates; None when the setting has no other."""
        recipe = draw(self.family, derive_seed(self.key, "sibling", task.id, number), [task.setting], {}, self.namespace, self.gates)
        for index in range(_DONORS):
            candidate = recipe.candidate(index)
            if candidate.fits and not self.seen.seen(candidate.fingerprints):
                self.seen.add_fingerprints(candidate.fingerprints)
                return candidate.tasks[0]
        return None

    def planted(self) -> Task:
        """A task with the key of a sibling whose answer is another. Raises :class:`FamilyError` when siblings never differ."""
        for _ in range(_DONORS):
            index, task = self.fresh("planted")
            siblings = draw(self.family, derive_seed(self.key, "donor", index), [task.setting], {}, self.namespace, self.gates)
            for number in range(_DONORS):
                donor = siblings.task(number)
                if differs(self.family, task, donor):
                    admit(self.family, donor, number, self.gates)
                    return plant(task, donor)
        raise FamilyError(
            f"{self.family.name}: siblings all have the same answer at the settings asked for, so none can be planted; use planted = 0"
        )


@dataclass
class _Lane:
    """The sequence of assignments of one family. ``offset`` in (0, 1) staggers the families' twins and plants."""

    count: int
    offset: float
    siblings: int
    twins: float
    planted: float
    supply: _Supply

    def assignments(self) -> Iterator[Assignment]:
        """``count`` assignments, the shares met as evenly along the way as they can be."""
        asked = twinned = plants = 0
        while asked < self.count:
            if self.planted * (asked + 1) + self.offset >= plants + 1:
                plants += 1
                asked += 1
                task = self.supply.planted()
                yield Assignment(task, Arm.PLANTED, task.id)
                continue
            to_twin = asked + 1 < self.count and self.twins * (asked + 2) + self.offset >= twinned + 1
            _, task = self.supply.fresh("anchor" if to_twin else "plain")
            asked += 1
            yield Assignment(task, Arm.EXPLORE, task.id)
            if not to_twin:
                for sibling in self._siblings(task, min(self.siblings - 1, self.count - asked)):
                    asked += 1
                    yield Assignment(sibling, Arm.EXPLORE, task.id, "sibling")
                continue
            twinned += 1
            if (twin := self.supply.twin(task, twinned)) is not None:
                asked += 1
                yield Assignment(twin.task, Arm.TWIN, task.id, twin.role)

    def _siblings(self, task: Task, wanted: int) -> Iterator[Task]:
        for number in range(wanted):
            if (sibling := self.supply.sibling(task, number)) is not None:
                yield sibling

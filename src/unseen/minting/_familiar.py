"""Sets for taking a gain apart: each static task, fresh siblings of it, and a task of a template that the static test does not hold.

A *template* is what a setting says about structure and story. The new template keeps the static task's difficulty and premises, and its
structure and surface variables move: one of them for the first set, two for the second, and so on in turn, to levels that occur nowhere in
the test where there are any, and always to a combination that does not. Of several such tasks the one whose effort is nearest to
the static task's is asked. With ``new`` families the new task stands in one of these instead, at the same declared difficulty.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from unseen.choices import Choices, derive_seed
from unseen.errors import FamilyError, PlanError, TaskFileError
from unseen.families import all_families
from unseen.families.base import Family
from unseen.minting._duplicates import Deduplicator, fingerprints
from unseen.minting._gates import Gates, admit
from unseen.minting._source import FixedSource
from unseen.outcome import Arm, Assignment, Familiarity
from unseen.space import Role, Setting, Space, Value
from unseen.task import Task

_TRIES = 48  # draws before a sibling, or a new template, is given up
_CANDIDATES = 12  # tasks of new templates among which the nearest in effort is taken
_MOST_CHANGES = 3
Template = tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Familiar:
    """What a static test holds: its families, their templates, and the levels of structure and surface variables that occur."""

    templates: Mapping[str, frozenset[Template]]
    levels: Mapping[tuple[str, str], frozenset[Value]]

    @classmethod
    def of(cls, tasks: Sequence[Task], families: Mapping[str, Family[Any]]) -> Familiar:
        """Raises :class:`TaskFileError` for a task of a family, or of a version of it, that is not installed."""
        templates: dict[str, set[Template]] = {}
        levels: dict[tuple[str, str], set[Value]] = {}
        for task in tasks:
            family = _installed(task, families)
            template = template_levels(family.space, task.setting)
            templates.setdefault(task.family, set()).add(template)
            for name, value in template:
                levels.setdefault((task.family, name), set()).add(value)
        return cls({name: frozenset(t) for name, t in templates.items()}, {key: frozenset(v) for key, v in levels.items()})


def template_levels(space: Space, setting: Mapping[str, Value]) -> Template:
    """The levels of structure and surface variables, in the space's order."""
    return tuple((name, setting[name]) for name, variable in space.variables.items() if variable.role in (Role.STRUCTURE, Role.SURFACE))


def familiar_source(
    static: Iterable[Task],
    seed: int,
    *,
    sets: int | None = None,
    siblings: int = 1,
    new: Sequence[str] = (),
    families: Mapping[str, Family[Any]] | None = None,
    cross_check: float = 1.0,
    max_prompt: int = 20_000,
) -> FixedSource:
    """Assignments set by set: the static task, ``siblings`` fresh ones, one of a new template; roles as in :class:`Familiarity`.

    ``sets`` static tasks are drawn at random (None: all, in random order), so that any budget leaves a random sample. The same arguments
    give the same assignments in the same order. Where a family has no template left, its new tasks come from installed families that
    the static test does not hold; where there is none of these either, there is no new task.

    Args:
        static: the tasks of the static test.
        new: families to take new templates from; they must not occur in the static test.
        families: installed families by name (default: all).

    Raises:
        TaskFileError: no task, or one of a family or version that is not installed.
        PlanError: a family of ``new`` occurs in the static test.
    """
    installed = all_families() if families is None else families
    tasks = {task.id: task for task in static}
    if not tasks:
        raise TaskFileError("the static test holds no task")
    familiar = Familiar.of(list(tasks.values()), installed)
    for name in new:
        if name not in installed:
            raise FamilyError(f"no family '{name}'; `unseen families` lists them all")
        if name in familiar.templates:
            raise PlanError(f"--new {name}: the static test holds tasks of it; name a family it does not hold")
    key = derive_seed("gain", seed)
    order = Choices(derive_seed(key, "order")).shuffle("sets", sorted(tasks))
    chosen = [tasks[task_id] for task_id in order[:sets]]
    minted = _Minted(familiar, installed, tuple(new), key, Gates(cross_check, max_prompt), Deduplicator(tasks.values()))
    return FixedSource(minted.assignments(chosen, siblings), len(chosen) * (siblings + 2))


@dataclass
class _Minted:
    familiar: Familiar
    families: Mapping[str, Family[Any]]
    new: tuple[str, ...]
    key: bytes = field(repr=False)
    gates: Gates
    seen: Deduplicator

    def assignments(self, static: Sequence[Task], siblings: int) -> Iterator[Assignment]:
        for number, task in enumerate(static):
            admit(self.families[task.family], task, number, self.gates)
            yield Assignment(task, Arm.STATIC, task.id, Familiarity.STATIC)
            for sibling in self._siblings(task, siblings, number):
                yield Assignment(sibling, Arm.EXPLORE, task.id, Familiarity.FRESH)
            if (fresh := self._new(task, number)) is not None:
                yield Assignment(fresh, Arm.ADAPT, task.id, Familiarity.NEW)

    def _siblings(self, task: Task, wanted: int, number: int) -> Iterator[Task]:
        """Fresh tasks at the same setting, as far as it has any."""
        found = 0
        for attempt in range(_TRIES * wanted):
            if found == wanted:
                return
            family = self.families[task.family]
            made = self._make(family, task.setting, "sibling", task.id, attempt)
            if made is not None and admit(family, made, number, self.gates).fits:
                found += 1
                self.seen.add(made)
                yield made

    def _new(self, task: Task, number: int) -> Task | None:
        """The task of a new template that is nearest to the static one in effort."""
        candidates = self._candidates(task, number)
        for made in sorted(candidates, key=lambda made: abs(_log_effort(made) - _log_effort(task))):
            if admit(self.families[made.family], made, number, self.gates).fits:
                self.seen.add(made)
                return made
        return None

    def _candidates(self, task: Task, number: int) -> list[Task]:
        """Unseen tasks of new templates; of other families only where the task's own has none."""
        candidates: list[Task] = []
        for attempt in range(_TRIES):
            if len(candidates) == _CANDIDATES:
                break
            choose = Choices(derive_seed(self.key, "template", task.id, attempt))
            setting = None if self.new else self._template(task, 1 + (number + attempt // 8) % _MOST_CHANGES, choose)
            place = (self.families[task.family], setting) if setting is not None else None
            if place is None and not (candidates and candidates[0].family == task.family):
                place = self._elsewhere(task, attempt)
            made = self._make(*place, "new", task.id, attempt) if place else None
            if made is not None:
                candidates.append(made)
        return candidates

    def _template(self, task: Task, changes: int, choose: Choices) -> Setting | None:
        """The static setting with so many structure and surface variables moved; None when the template occurs in the test."""
        space = self.families[task.family].space
        movable = [name for name, _ in template_levels(space, task.setting)]
        moved: dict[str, Value] = {}
        for name in choose.sample("variables", movable, min(changes, len(movable))):
            values = [value for value in space.variables[name].values() if value != task.setting[name]]
            unseen = [value for value in values if value not in self.familiar.levels[task.family, name]]
            moved[name] = choose.within(name).pick("level", unseen or values)
        setting = task.setting.but(**moved)
        return None if template_levels(space, setting) in self.familiar.templates[task.family] else setting

    def _elsewhere(self, task: Task, attempt: int) -> tuple[Family[Any], Setting] | None:
        """A family the static test does not hold, at the static task's declared difficulty; premises habitual where the task's are."""
        if not self.new and attempt < _TRIES // 2:
            return None
        names = self.new or [name for name in self.families if name not in self.familiar.templates]
        if not names:
            return None
        choose = Choices(derive_seed(self.key, "elsewhere", task.id, attempt))
        family = self.families[choose.pick("family", names)]
        space = self.families[task.family].space
        habitual = all(task.setting[name] == space.variables[name].values()[0] for name in space.named(Role.PREMISE))
        held = {name: family.space.variables[name].values()[0] for name in family.space.named(Role.PREMISE)} if habitual else {}
        return family, family.space.sample_near(choose.within("setting"), space.load(task.setting), spread=0.05, fixed=held)

    def _make(self, family: Family[Any], setting: Setting, *parts: str | int) -> Task | None:
        """A task at a setting; None when it was seen before."""
        made = family.make(setting, Choices(derive_seed(self.key, family.name, family.version, *parts)))
        return None if self.seen.seen(fingerprints(made)) else made


def _log_effort(task: Task) -> float:
    return math.log2(max(task.effort, 1.0))


def _installed(task: Task, families: Mapping[str, Family[Any]]) -> Family[Any]:
    family = families.get(task.family)
    if family is None:
        raise TaskFileError(f"task {task.id} is of {task.family}, which is not installed; `unseen families` lists what is")
    if family.version != task.version:
        raise TaskFileError(
            f"task {task.id} is of {task.family}@{task.version}, but version {family.version} is installed: no sibling can be drawn"
        )
    return family

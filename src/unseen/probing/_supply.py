"""Fresh tasks of one family for a probe: every stream has its own seeds, every index is used once, nothing is asked twice.

A group is named after the seed, stream and index it came from (``family/8f1c02de/explore/17``), so that groups of different
runs never meet, and a resumed probe reads off past outcomes where each stream stands and makes the very tasks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unseen.choices import Choices, Namespace, derive_seed, task_seed
from unseen.families.base import Family
from unseen.minting import Deduplicator, Fixed, Gates, Settings, Twin, admit, differs, fingerprints, plant, twin_pair
from unseen.outcome import Arm, Assignment, Outcome
from unseen.probing._allocation import Allocation, Floats
from unseen.space import Role, Setting
from unseen.task import Task

_DRAWS = 200  # draws at one place that may turn out duplicates before it counts as exhausted
_DONORS = 32
_CANDIDATES = 512  # settings of the reference mix among which adaptive draws choose
_GOLDEN = 0.6180339887498949  # steps by it fill the unit interval evenly at every length


@dataclass(frozen=True)
class Asked:
    """A task already assigned, as the anchor of twins to come."""

    task: Task
    group: str


class Supply:
    """Tasks of one family. ``seen`` is shared by the families of a run; ``held`` are values or ranges of variables."""

    def __init__(self, family: Family[Any], key: bytes, held: Fixed, gates: Gates, seen: Deduplicator, namespace: Namespace) -> None:
        self.family = family
        self.cross_checked = 0
        self._key, self._gates, self._seen, self._namespace = key, gates, seen, namespace
        self._ladder = Settings.of(family.space, "ladder", held, derive_seed(key, "settings", family.name))
        self._groups = f"{family.name}/{derive_seed(key, 'groups').hex()[:8]}/"
        self._next: dict[str, int] = {}
        self._wordings: set[str] = set()
        self._candidates = reference_settings(family, held, derive_seed(key, "candidates", family.name))
        self.candidates: Floats = np.array([family.space.load(setting) for setting in self._candidates])
        self._offset = Choices(derive_seed(key, "picks", family.name)).integer("offset", 0, 2**30 - 1) / 2**30

    @property
    def loads(self) -> tuple[float, float]:
        """The lowest and highest declared load within reach, given what is held."""
        return float(self.candidates[0]), float(self.candidates[-1])

    def explore(self, allocation: Allocation) -> Assignment | None:
        """The next task of the reference mix, weighted for the adaptive draws beside it; None when nothing new is left."""
        return self._assign(Arm.EXPLORE, allocation)

    def adapt(self, allocation: Allocation) -> Assignment | None:
        """A fresh task at a setting of the reference mix chosen by the allocation; None when nothing new is left there."""
        return self._assign(Arm.ADAPT, allocation)

    def twin(self, anchor: Asked, roles: Sequence[Role]) -> Assignment | None:
        """The anchor with one variable of these roles changed; None when that changes nothing, or was asked before."""
        for role in roles:
            choose = Choices(derive_seed(self._key, "twin", role.value, anchor.task.id))
            twin = (self._to_reference(anchor.task, choose) if role is Role.SURFACE else None) or twin_pair(
                self.family, anchor.task, choose, [role]
            )
            if twin is None or not self._new_wording(twin.task) or not self._admitted(twin.task):
                continue
            self._note(twin.task)
            return Assignment(twin.task, Arm.TWIN, anchor.group, twin.role)
        return None

    def planted(self) -> Assignment | None:
        """A fresh task of the reference mix under the key of a sibling whose answer is another; None when siblings never differ."""
        for _ in range(4):
            index, task = self._fresh(Arm.PLANTED)
            if task is None:
                return None
            for number in range(_DONORS):
                seed = task_seed(self.family.name, self.family.version, self._namespace, derive_seed(self._key, "donor", index), number)
                donor = self.family.make(task.setting, Choices(seed))
                if differs(self.family, task, donor):
                    return Assignment(plant(task, donor), Arm.PLANTED, self._group(Arm.PLANTED, index))
        return None

    def absorb(self, outcome: Outcome) -> Asked | None:
        """Note a task asked in an earlier session: never again its seed, its wording or its like. Gives the task back where it can."""
        self._wordings.add(_levelled(outcome.prompt))
        prefix, _, number = outcome.group.rpartition("/")
        stream = prefix.removeprefix(self._groups)
        if not number.isdecimal() or stream not in (Arm.EXPLORE, Arm.ADAPT, Arm.PLANTED):
            return None
        index = int(number)
        self._next[stream] = max(self._next.get(stream, 0), index + 1)
        if outcome.version != self.family.version or outcome.role or stream == Arm.PLANTED:
            return None
        task = self.family.make(outcome.setting, Choices(self._seed(stream, index)))
        if task.id != outcome.task_id:
            return None
        self._admitted(task)
        self._note(task)
        return Asked(task, outcome.group)

    def _to_reference(self, task: Task, choose: Choices) -> Twin | None:
        """The task told in the default story, where it is told in another: every surface pair then bears on one contrast."""
        space = self.family.space
        for name in choose.within("reference").shuffle("variable", space.named(Role.SURFACE)):
            default = space.variables[name].default
            if task.setting[name] != default:
                twin = self.family.twin(task, **{name: default})
                if twin.prompt != task.prompt:
                    return Twin(name, default, twin)
        return None

    def _assign(self, arm: Arm, allocation: Allocation) -> Assignment | None:
        index, task = self._fresh(arm, allocation)
        if task is None:
            return None
        return Assignment(task, arm, self._group(arm, index), weight=allocation.weight(self.family.space.load(task.setting)))

    def _fresh(self, arm: Arm, allocation: Allocation | None = None) -> tuple[int, Task | None]:
        index = 0
        for _ in range(_DRAWS):
            index = self._next.get(arm, 0)
            self._next[arm] = index + 1
            task = self.family.make(self._setting(arm, index, allocation), Choices(self._seed(arm, index)))
            if self._new_wording(task) and not self._seen.seen(fingerprints(task)) and self._admitted(task):
                self._note(task)
                return index, task
        return index, None

    def _setting(self, arm: Arm, index: int, allocation: Allocation | None) -> Setting:
        if arm is not Arm.ADAPT or allocation is None:
            return self._ladder.at(index)
        return self._candidates[allocation.pick((self._offset + index * _GOLDEN) % 1.0)]

    def _seed(self, stream: str, index: int) -> bytes:
        key = derive_seed(self._key, str(stream))
        return task_seed(self.family.name, self.family.version, self._namespace, key, index)

    def _group(self, arm: Arm, index: int) -> str:
        return f"{self._groups}{arm.value}/{index}"

    def _new_wording(self, task: Task) -> bool:
        return _levelled(task.prompt) not in self._wordings

    def _note(self, task: Task) -> None:
        self._wordings.add(_levelled(task.prompt))
        self._seen.add(task)

    def _admitted(self, task: Task) -> bool:
        passage = admit(self.family, task, 0, self._gates)
        self.cross_checked += passage.fits and passage.cross_checked
        return passage.fits


def reference_settings(family: Family[Any], held: Fixed, key: bytes, count: int = _CANDIDATES) -> list[Setting]:
    """A large draw of a family's reference mix, given what is held: settings in order of declared load."""
    ladder = Settings.of(family.space, "ladder", held, key)
    return sorted((ladder.at(index) for index in range(count)), key=family.space.load)


def reference_loads(family: Family[Any], held: Fixed, count: int = _CANDIDATES) -> Floats:
    """The declared loads (count,) of a large draw of a family's reference mix, ascending: what averages over the mix are taken over."""
    settings = reference_settings(family, held, derive_seed("reference mix", family.name), count)
    return np.array([family.space.load(setting) for setting in settings])


def _levelled(prompt: str) -> str:
    return " ".join(prompt.casefold().split())

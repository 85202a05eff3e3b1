"""Where checks ask their questions: tasks are minted once, every examinee meets the same ones, and no answer is asked for twice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from unseen.choices import Choices, derive_seed
from unseen.examinees import ItemResponse, simulated
from unseen.families.base import Family
from unseen.families.registry import family as family_named
from unseen.minting import Edition, EditionArm, EditionKey, differs, familiar_source, fixed_source, plant, write_tasks
from unseen.outcome import Arm, Assignment, Outcome, Source
from unseen.plan import Budget
from unseen.probing import interview
from unseen.space import Space
from unseen.task import Task

FAMILIES = ("commerce/pricing", "programs/trace")  # a premise changes their effort by a few percent alone: honest twins are equals
WRONG_KEYS = 0.35  # share of keys that are wrong on the sheet of that name
_MIX = 800  # tasks per family that stand for the reference mix


@dataclass(frozen=True)
class Size:
    """How many questions each kind of check asks of one examinee."""

    twins: int  # of the first family, half of them twins
    tasks: int  # per family, for rates, horizons and comparisons
    static: int  # per family; as many fresh siblings, and as many public and secret tasks of an edition
    run: int  # per family, through the runner
    screen: int
    hunt: int
    adaptive: int


QUICK = Size(twins=1000, tasks=240, static=100, run=120, screen=640, hunt=900, adaptive=240)
FULL = Size(twins=3000, tasks=800, static=300, run=400, screen=1600, hunt=2000, adaptive=700)


class Lab:
    """Tasks, examinees and answers of one selfcheck.

    Args:
        seed: same seed, same tasks and the same luck.
        alpha: the error rate at which a check may flag what is not there; its intervals have the level ``1 - alpha``.
        folder: for files that a memoriser has seen, and for runs.
    """

    def __init__(self, seed: int, alpha: float, folder: Path, size: Size = QUICK) -> None:
        self.seed, self.alpha, self.folder, self.size = seed, alpha, folder, size
        self._assignments: dict[str, list[Assignment]] = {}
        self._sittings: dict[tuple[str, str], list[Outcome]] = {}
        self._edition: Edition | None = None

    @property
    def level(self) -> float:
        """Of intervals that must hold."""
        return 1 - self.alpha

    def named(self, examinee: str) -> str:
        """The model string of an examinee: files filled in, and a seed of its own."""
        if "{static}" in examinee:
            examinee = examinee.replace("{static}", quote(str(self.static_file())))
        if "{public}" in examinee:
            examinee = examinee.replace("{public}", quote(str(self.edition().public_path)))
        if "seed=" in examinee:
            return examinee
        return f"{examinee}{'&' if '?' in examinee else '?'}seed={self.luck(examinee.split('seen=')[0])}"

    def truth(self, examinee: str) -> ItemResponse:
        """The planted truth behind a model string."""
        return simulated(self.named(examinee)).truth

    def luck(self, label: str) -> int:
        """A seed for something random of this selfcheck."""
        return int.from_bytes(derive_seed("selfcheck", self.seed, label)[:4], "big")

    def reference_rate(self, examinee: str) -> float:
        """The planted pass rate of an examinee over the reference mix, from the mix itself."""
        truth = self.truth(examinee)
        return _mean_by_family([(given.task.family, truth.chance(given.task)) for given in self.sheet("mix")])

    def ask(self, source: Source, examinee: str, budget: Budget | None = None) -> list[Outcome]:
        """Every answer of an examinee to what a source wants to know."""
        return interview(source, simulated(examinee), budget=budget)

    def sit(self, examinee: str, sheet: str = "tasks") -> list[Outcome]:
        """The answers of an examinee (its full model string) to one of the shared sheets of questions."""
        if (examinee, sheet) not in self._sittings:
            assignments = self.sheet(sheet)
            self._sittings[examinee, sheet] = self.ask(_Listed(assignments), examinee)
        return self._sittings[examinee, sheet]

    def sheet(self, name: str) -> list[Assignment]:
        """Questions that every examinee is asked alike: ``tasks``, ``other tasks``, ``wrong keys``, the reference ``mix``, ``twins``, ``static`` and their fresh ``siblings``, ``gain`` (sets of both and new templates),
        the ``public`` and ``secret`` part of an edition.
        """
        if name not in self._assignments:
            self._assignments[name] = self._make(name)
        return self._assignments[name]

    def static_file(self) -> Path:
        """The static set as a file, for those who have seen it."""
        path = self.folder / "static.jsonl"
        if not path.exists():
            write_tasks(path, [given.task for given in self.sheet("static")])
        return path

    def edition(self) -> Edition:
        """A sealed edition in the folder, its key drawn from the seed."""
        if self._edition is None:
            key = EditionKey(derive_seed("selfcheck edition", self.seed))
            self._edition = Edition.new("public", FAMILIES, self.size.static, directory=self.folder, key=key)
            self._edition.seal(cross_check=0.0)
        return self._edition

    def _make(self, name: str) -> list[Assignment]:
        seed = int.from_bytes(derive_seed("selfcheck sheet", self.seed, name)[:6], "big")
        if name == "twins":
            return _all(fixed_source(FAMILIES[:1], self.size.twins, seed, twins=0.5, planted=0.0, cross_check=0.0))
        if name == "wrong keys":
            asked = _all(fixed_source(FAMILIES, self.size.tasks, seed, twins=0.0, planted=0.2, cross_check=0.0))
            return [_slipped(given, seed) for given in asked]
        if name in ("tasks", "other tasks", "static", "mix"):
            count = {"static": self.size.static, "mix": _MIX}.get(name, self.size.tasks)
            return _all(fixed_source(FAMILIES, count, seed, twins=0.0, planted=0.0, cross_check=0.0))
        if name == "gain":
            static = [given.task for given in self.sheet("static")]
            return _all(familiar_source(static, seed, sets=self.size.static, siblings=2, cross_check=0.0))
        if name == "siblings":
            return [replace(given, task=_sibling(given.task, seed)) for given in self.sheet("static")]
        return [Assignment(found.task, Arm.EXPLORE, found.task.id) for found in self.edition().tasks(EditionArm(name))]


class _Listed:
    """A source over a list: the same questions for everybody."""

    def __init__(self, assignments: Sequence[Assignment]) -> None:
        self._left = list(assignments)

    def take(self, count: int) -> list[Assignment]:
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    def tell(self, outcome: Outcome) -> None:
        """Nothing depends on answers."""

    @property
    def done(self) -> bool:
        return not self._left


def spaces(names: Sequence[str] = FAMILIES) -> dict[str, Space]:
    """The spaces of families, by name."""
    return {name: family_named(name).space for name in names}


def true_rate(outcomes: Sequence[Outcome], truth: ItemResponse) -> float:
    """The planted pass rate of an item-response examinee over the very tasks of the exploration arm, families weighing equally."""
    explored = [outcome for outcome in outcomes if outcome.arm is Arm.EXPLORE]
    return _mean_by_family([(outcome.family, truth.chance_at(truth.ability - math.log2(outcome.effort))) for outcome in explored])


def _mean_by_family(chances: Sequence[tuple[str, float]]) -> float:
    by_family: dict[str, list[float]] = {}
    for family, chance in chances:
        by_family.setdefault(family, []).append(chance)
    return sum(sum(each) / len(each) for each in by_family.values()) / len(by_family)


def _all(source: Source) -> list[Assignment]:
    taken: list[Assignment] = []
    while not source.done:
        taken += source.take(64)
    return taken


def _slipped(given: Assignment, seed: int) -> Assignment:
    """The same question with, now and then, a wrong key that nobody knows of."""
    luck = int.from_bytes(derive_seed("selfcheck key", seed, given.task.id)[:7], "big") / 2**56
    if given.arm is not Arm.EXPLORE or luck >= WRONG_KEYS:
        return given
    family: Family[Any] = family_named(given.task.family)
    for attempt in range(64):
        donor = _sibling(given.task, seed + attempt)
        if differs(family, given.task, donor):
            return replace(given, task=plant(given.task, donor))
    return given


def _sibling(task: Task, seed: int) -> Task:
    """Another task at the same setting."""
    family: Family[Any] = family_named(task.family)
    for attempt in range(64):
        found = family.make(task.setting, Choices(derive_seed("selfcheck sibling", seed, task.id, attempt)))
        if found.prompt != task.prompt:
            return found
    return found

"""How an edition's tasks follow from its key: the same function seals an edition and, once the key is known, checks it.

Evaluation tasks come in pairs of siblings at one setting. A coin keyed with (key, family, pair) says which of the two goes
to the public arm; the other goes to the secret one. Siblings are drawn under seeds that share nothing, and a pair is kept
or dropped as a whole, so coin and tasks are independent: given the pairs, every assignment was equally likely. That is what
makes *public minus secret* an exact randomisation test of contamination (exact as far as a keyed hash passes for random).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from unseen.choices import Choices, Namespace, derive_seed, task_seed
from unseen.families.base import Family
from unseen.minting._design import Settings
from unseen.minting._duplicates import Deduplicator, fingerprints
from unseen.minting._gates import Gates, admit, make
from unseen.minting._manifest import EditionKey, Manifest
from unseen.minting._mint import draw
from unseen.minting._streams import Candidate, MintReport, Recipe, stream
from unseen.task import Task


class EditionArm(StrEnum):
    """The three parts of an edition. Each has a namespace of seeds of its own."""

    PUBLIC = "public"
    SECRET = "secret"
    TRAIN = "train"


class EditionTask(NamedTuple):
    """A task, the arm it is in, and its group: siblings of one pair share it."""

    task: Task
    arm: EditionArm
    group: str


@dataclass(frozen=True)
class SiblingPair:
    """Two tasks per index at one setting, the public one first."""

    family: Family[Any]
    settings: Settings
    gates: Gates
    key: bytes = field(repr=False)

    def candidate(self, index: int) -> Candidate:
        """The pair at an index, through the gates."""
        setting = self.settings.at(index)
        coin = derive_seed(self.key, "coin", self.family.name, self.family.version, index)[0] % 2
        pair = (self._sibling(setting, Namespace.PUBLIC, coin, index), self._sibling(setting, Namespace.SECRET, 1 - coin, index))
        passages = [admit(self.family, task, index, self.gates) for task in pair]
        prints = tuple(value for task in pair for value in fingerprints(task))
        return Candidate(index, pair, prints, all(passage.fits for passage in passages), sum(passage.cross_checked for passage in passages))

    def _sibling(self, setting: Any, namespace: Namespace, number: int, index: int) -> Task:
        key = derive_seed(self.key, "sibling", number)
        seed = task_seed(self.family.name, self.family.version, namespace, key, index)
        return make(self.family, setting, Choices(seed), index)


def edition_tasks(
    manifest: Manifest, key: EditionKey, families: list[Family[Any]], *, workers: int, cross_check: float
) -> Iterator[EditionTask]:
    """Every task of an edition: the pairs, public sibling first, the families taking turns; then the training tasks.

    No two tasks are duplicates of each other, whatever their arms.
    """
    root = derive_seed("edition", key.raw)
    gates = Gates(cross_check, manifest.max_prompt)
    seen = Deduplicator()
    pairs: list[Recipe] = [_pair(family, root, manifest, gates) for family in families]
    turns = len(families)
    for turn, candidate in enumerate(stream(pairs, manifest.per_family * turns, workers, seen, MintReport())):
        group = f"{families[turn % turns].name}/{candidate.index}"
        for task, arm in zip(candidate.tasks, (EditionArm.PUBLIC, EditionArm.SECRET), strict=True):
            yield EditionTask(task, arm, group)
    if manifest.train:
        recipes: list[Recipe] = [draw(family, root, manifest.design, manifest.fixed, Namespace.TRAIN, gates) for family in families]
        for candidate in stream(recipes, manifest.train * turns, workers, seen, MintReport()):
            yield EditionTask(candidate.tasks[0], EditionArm.TRAIN, candidate.tasks[0].id)


def _pair(family: Family[Any], root: bytes, manifest: Manifest, gates: Gates) -> SiblingPair:
    settings = Settings.of(family.space, manifest.design, manifest.fixed, derive_seed(root, "settings", family.name, family.version))
    return SiblingPair(family, settings, gates, root)

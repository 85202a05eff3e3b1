"""Editions: immutable, named draws. The key is committed to first, the tasks sealed next, the key revealed last.

edition = Edition.new("spring", ["arithmetic/chain"], per_family=200, directory=Path("editions"))
edition.seal()      # mints every task; writes the public ones and the Merkle roots
...                 # evaluate; train elsewhere; wait
edition.reveal()    # publishes the key: now anyone can mint and check every task
edition.verify()
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from unseen.errors import EditionError, FamilyError, UnseenError
from unseen.families import family as family_named
from unseen.families.base import Family
from unseen.minting._check import check_file
from unseen.minting._design import LADDER, Design, Settings
from unseen.minting._files import read_tasks, write_tasks
from unseen.minting._manifest import EditionKey, Manifest, State
from unseen.minting._merkle import InclusionProof, merkle_root, prove_inclusion
from unseen.minting._mint import resolve
from unseen.minting._overrides import Fixed, require_known
from unseen.minting._sealing import EditionArm, EditionTask, edition_tasks
from unseen.task import Task

_SUFFIX = ".edition.json"


@dataclass(frozen=True)
class VerifyReport:
    """What was checked, and everything found wrong. ``regenerated`` is False when the key was not at hand."""

    tasks: int
    regenerated: bool
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


class Edition:
    """An edition in a directory: ``<name>.edition.json``, ``<name>.key`` (readable by its owner alone), ``<name>.public.jsonl``.

    ``families`` maps names to families that are not registered; leave it out otherwise.
    """

    def __init__(self, manifest: Manifest, directory: Path, families: Mapping[str, Family[Any]] | None = None) -> None:
        self.manifest = manifest
        self.directory = directory
        self._families = families

    def __repr__(self) -> str:
        return f"Edition({self.manifest.name!r}, {self.manifest.state.value}, in {self.directory})"

    @classmethod
    def new(
        cls,
        name: str,
        families: Sequence[Family[Any] | str],
        per_family: int,
        *,
        train: int = 0,
        design: Design = LADDER,
        fixed: Fixed | None = None,
        max_prompt: int = 20_000,
        directory: Path = Path(),
        key: EditionKey | None = None,
    ) -> Edition:
        """Draw a key, commit to it, and write manifest and key. ``per_family`` counts public tasks; as many are secret.

        Raises :class:`EditionError` when the name is taken or unusable, and what minting raises for a plan that cannot be.
        """
        chosen, fixed, key = resolve(families), fixed or {}, key or EditionKey.new()
        require_known(fixed, [family.space for family in chosen])
        for family in chosen:
            Settings.of(family.space, design, fixed, b"")  # raises on a design that does not fit
        try:
            manifest = Manifest(
                name=name,
                state=State.COMMITTED,
                commitment=key.commitment,
                families={family.name: family.version for family in chosen},
                per_family=per_family,
                train=train,
                design=design if isinstance(design, str) else tuple(dict(setting) for setting in design),
                fixed=dict(fixed),
                max_prompt=max_prompt,
                package=version("unseen"),
            )
        except ValidationError as error:
            first = error.errors()[0]
            raise EditionError(f"{first['loc'][0]} = {first['input']!r}: {first['msg'].lower()}") from None
        edition = cls(manifest, directory, {family.name: family for family in chosen})
        edition._create(key)
        return edition

    @classmethod
    def load(cls, path: str | Path, families: Mapping[str, Family[Any]] | None = None) -> Edition:
        """From the manifest's path, with or without ``.edition.json``. Raises :class:`EditionError` when it is none."""
        path = Path(path)
        if not path.name.endswith(_SUFFIX):
            path = path.with_name(path.name + _SUFFIX)
        manifest = Manifest.load(path)
        if f"{manifest.name}{_SUFFIX}" != path.name:
            raise EditionError(f"{path} holds the edition '{manifest.name}'; its file must be called {manifest.name}{_SUFFIX}")
        return cls(manifest, path.parent, families)

    @property
    def manifest_path(self) -> Path:
        return self.directory / f"{self.manifest.name}{_SUFFIX}"

    @property
    def key_path(self) -> Path:
        return self.directory / f"{self.manifest.name}.key"

    @property
    def public_path(self) -> Path:
        return self.directory / f"{self.manifest.name}.public.jsonl"

    def seal(self, *, workers: int = 1, cross_check: float = 0.05) -> None:
        """Mint every task, write the public ones, and fix roots and counts in the manifest. A seal is for good.

        Raises :class:`EditionError` when the edition is sealed already or its key is not the one committed to.
        """
        self._require(State.COMMITTED, "sealed already; make a new edition")
        ids: dict[EditionArm, list[str]] = {arm: [] for arm in EditionArm}

        def public_tasks() -> Iterator[Task]:
            for task, arm, _ in self._tasks(self.key(), workers, cross_check):
                ids[arm].append(task.id)
                if arm is EditionArm.PUBLIC:
                    yield task

        write_tasks(self.public_path, public_tasks())
        self._advance(
            state=State.SEALED,
            package=version("unseen"),
            counts={arm.value: len(names) for arm, names in ids.items()},
            roots={arm.value: merkle_root(names) for arm, names in ids.items()},
            root=merkle_root(name for names in ids.values() for name in names),
        )

    def reveal(self) -> None:
        """Publish the key in the manifest. There is no way back."""
        self._require(State.SEALED, "not sealed yet" if self.manifest.state is State.COMMITTED else "revealed already")
        self._advance(state=State.REVEALED, key=self.key().raw.hex())

    def key(self) -> EditionKey:
        """The key, from the manifest once revealed, else from the key file.

        Raises :class:`EditionError` when it is not there or is not the key that was committed to.
        """
        revealed = self.manifest.key
        key = EditionKey.from_hex(revealed, str(self.manifest_path)) if revealed else EditionKey.load(self.key_path)
        if key.commitment != self.manifest.commitment:
            where = self.manifest_path if revealed else self.key_path
            raise EditionError(f"the key in {where} is not the one edition '{self.manifest.name}' committed to")
        return key

    def tasks(self, arm: EditionArm | str, *, workers: int = 1) -> Iterator[EditionTask]:
        """The tasks of one arm, minted again from the key, with their groups (the pairs of siblings)."""
        wanted = EditionArm(arm)
        return (found for found in self._tasks(self.key(), workers, 0.0) if found.arm is wanted)

    def public_tasks(self) -> Iterator[Task]:
        """The public tasks, from their file: no key needed."""
        return read_tasks(self.public_path)

    def prove(self, task_id: str, arm: EditionArm | str = EditionArm.PUBLIC) -> InclusionProof:
        """That a task is in an arm; check it with ``includes(manifest.roots[arm], task_id, proof)``. Secret arms need the key."""
        arm = EditionArm(arm)
        tasks = self.public_tasks() if arm is EditionArm.PUBLIC else (found.task for found in self.tasks(arm))
        ids = [task.id for task in tasks]
        if task_id not in ids:
            raise EditionError(f"edition '{self.manifest.name}' has no {arm.value} task {task_id}")
        return prove_inclusion(ids, ids.index(task_id))

    def verify(self, *, workers: int = 1, cross_check: float = 0.05) -> VerifyReport:
        """Check everything that can be: the public file against its root and, when the key is at hand, every task again.

        Raises :class:`EditionError` when there is nothing to check yet or a family's version is not the sealed one.
        """
        if self.manifest.state is State.COMMITTED:
            raise EditionError(f"edition '{self.manifest.name}' is not sealed yet; there is nothing to verify")
        families = self.resolved()
        problems = self._public_problems(families)
        has_key = self.manifest.key is not None or self.key_path.exists()
        if self.manifest.state is State.REVEALED and self.manifest.key is None:
            problems.append("the manifest says the key is revealed, but holds none")
        if has_key:
            try:
                problems += self._regenerated_problems(self.key(), workers, cross_check)
            except UnseenError as error:
                problems.append(str(error))
        checked = sum(self.manifest.counts.values()) if has_key else self.manifest.counts.get(EditionArm.PUBLIC, 0)
        return VerifyReport(checked, has_key, tuple(problems))

    def _create(self, key: EditionKey) -> None:
        if self.manifest_path.exists():
            raise EditionError(f"an edition '{self.manifest.name}' exists already in {self.directory.resolve()}; choose another name")
        key.save(self.key_path)
        try:
            self.manifest.save(self.manifest_path, replace=False)
        except BaseException:
            with contextlib.suppress(OSError):
                self.key_path.unlink()
            raise

    def _advance(self, **changes: Any) -> None:
        self.manifest = self.manifest.model_copy(update=changes)
        self.manifest.save(self.manifest_path, replace=True)

    def _require(self, state: State, otherwise: str) -> None:
        if self.manifest.state is not state:
            raise EditionError(f"edition '{self.manifest.name}' is {otherwise}")

    def resolved(self) -> list[Family[Any]]:
        """The families at the versions that were sealed. Raises :class:`EditionError` when one is missing or another version."""
        found = []
        for name, made_with in sorted(self.manifest.families.items()):
            try:
                family = family_named(name) if self._families is None else self._families[name]
            except (FamilyError, KeyError):
                raise EditionError(f"edition '{self.manifest.name}' needs the family {name}, which is not installed") from None
            if family.version != made_with:
                raise EditionError(
                    f"edition '{self.manifest.name}' was made with version {made_with} of {name}, but version {family.version} is "
                    f"installed; install unseen=={self.manifest.package} to mint or verify it"
                )
            found.append(family)
        return found

    def _tasks(self, key: EditionKey, workers: int, cross_check: float) -> Iterator[EditionTask]:
        return edition_tasks(self.manifest, key, self.resolved(), workers=workers, cross_check=cross_check)

    def _public_problems(self, families: list[Family[Any]]) -> list[str]:
        try:
            report = check_file(self.public_path, families={family.name: family for family in families})
            if not report.ok:
                return [f"{self.public_path.name}: {bad}" for bad in report.bad]
            ids = [task.id for task in self.public_tasks()]
        except UnseenError as error:
            return [str(error)]
        problems = []
        if len(ids) != self.manifest.counts.get(EditionArm.PUBLIC):
            problems.append(
                f"{self.public_path.name} holds {len(ids)} tasks, the manifest says {self.manifest.counts.get(EditionArm.PUBLIC)}"
            )
        if merkle_root(ids) != self.manifest.roots.get(EditionArm.PUBLIC):
            problems.append(f"{self.public_path.name}: its tasks are not those of the sealed public root")
        return problems

    def _regenerated_problems(self, key: EditionKey, workers: int, cross_check: float) -> list[str]:
        ids: dict[EditionArm, list[str]] = {arm: [] for arm in EditionArm}
        for task, arm, _ in self._tasks(key, workers, cross_check):
            ids[arm].append(task.id)
        problems = []
        for arm, names in ids.items():
            if len(names) != self.manifest.counts.get(arm):
                problems.append(
                    f"{arm.value} arm: {len(names)} tasks follow from the key, the manifest says {self.manifest.counts.get(arm)}"
                )
            if merkle_root(names) != self.manifest.roots.get(arm):
                problems.append(f"{arm.value} arm: the tasks that follow from the key have another Merkle root than the manifest's")
        if merkle_root(name for names in ids.values() for name in names) != self.manifest.root:
            problems.append("the tasks that follow from the key have another Merkle root than the manifest's")
        return problems

"""Minting: an endless stream of certified tasks nobody has seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from unseen.choices import Choices, Namespace, derive_seed, task_seed
from unseen.errors import PlanError
from unseen.families import family as family_named
from unseen.families.base import Family
from unseen.minting._design import LADDER, Design, Settings
from unseen.minting._duplicates import Deduplicator, fingerprints
from unseen.minting._gates import Gates, admit, make
from unseen.minting._overrides import Fixed, require_known
from unseen.minting._streams import Candidate, MintReport, stream
from unseen.task import Task


@dataclass(frozen=True)
class Draw:
    """One task per index. Each index has a seed of its own, so tasks can be drawn in any order, anywhere."""

    family: Family[Any]
    settings: Settings
    namespace: Namespace
    gates: Gates
    key: bytes = field(repr=False)

    def task(self, index: int) -> Task:
        """The task at an index, before any gate."""
        seed = task_seed(self.family.name, self.family.version, self.namespace, self.key, index)
        return make(self.family, self.settings.at(index), Choices(seed), index)

    def candidate(self, index: int) -> Candidate:
        """The task at an index, through the gates."""
        task = self.task(index)
        passage = admit(self.family, task, index, self.gates)
        return Candidate(index, (task,), fingerprints(task), passage.fits, int(passage.cross_checked))


class Minting(Iterator[Task]):
    """The stream that :func:`mint` returns: iterate over it, read ``report`` at any time, ``close`` it to end its workers early."""

    def __init__(self, candidates: Iterator[Candidate], report: MintReport) -> None:
        self._candidates = candidates
        self.report = report

    def __next__(self) -> Task:
        return next(self._candidates).tasks[0]

    def close(self) -> None:
        """End the stream; its workers end with it."""
        close = getattr(self._candidates, "close", None)
        if close is not None:
            close()


def mint(
    families: Sequence[Family[Any] | str],
    n: int | None,
    seed: int,
    *,
    design: Design = LADDER,
    fixed: Fixed | None = None,
    namespace: Namespace = Namespace.PUBLIC,
    edition_key: bytes | None = None,
    workers: int = 1,
    cross_check: float = 0.05,
    max_prompt: int = 20_000,
    exclude: Deduplicator | None = None,
) -> Minting:
    """Mint ``n`` tasks (None: without end), the families taking turns. Memory does not grow with n, but for ``exclude``.

    The same arguments give the same tasks in the same order, whatever the number of workers, process or machine.

    Args:
        design: ``"ladder"`` (the reference mix: easy to hard alike), ``"uniform"``, ``"stratified"``, or a list of settings.
        fixed: variables held at a value or in a range ``(lo, hi)``, in every family that has them.
        edition_key: a secret that the seeds are keyed with, besides ``seed``.
        workers: processes; with more than one, call from under ``if __name__ == "__main__":`` as multiprocessing asks.
        cross_check: share of tasks solved again by the second solver, decided by the task's id.
        max_prompt: tasks with a longer prompt, in characters, are replaced and counted.
        exclude: what counts as seen already; what is minted is added to it. Default: nothing.

    Raises:
        PlanError, SettingError, FamilyError: what was asked for cannot be done.
        CertificateError: a task failed a gate; the message names family, index and reason.
    """
    chosen = resolve(families)
    fixed = fixed or {}
    require_positive(n=n, workers=workers)
    require_known(fixed, [family.space for family in chosen])
    key = derive_seed("mint", edition_key or b"", seed)
    gates = Gates(cross_check, max_prompt)
    recipes = [draw(family, key, design, fixed, namespace, gates) for family in chosen]
    report = MintReport()
    return Minting(stream(recipes, n, workers, Deduplicator() if exclude is None else exclude, report), report)


def draw(family: Family[Any], key: bytes, design: Design, fixed: Fixed, namespace: Namespace, gates: Gates) -> Draw:
    """The recipe of one family under a key."""
    settings_key = derive_seed(key, "settings", family.name, family.version, namespace.value)
    return Draw(family, Settings.of(family.space, design, fixed, settings_key), namespace, gates, key)


def resolve(families: Sequence[Family[Any] | str]) -> list[Family[Any]]:
    """Families from names or themselves. Raises :class:`FamilyError` for an unknown name, :class:`PlanError` for none or a repeat."""
    chosen = [family_named(family) if isinstance(family, str) else family for family in families]
    names = [family.name for family in chosen]
    if not names:
        raise PlanError("no family was named; `unseen families` lists them all")
    if len(set(names)) < len(names):
        raise PlanError(f"a family is named twice: {', '.join(sorted(name for name in set(names) if names.count(name) > 1))}")
    return chosen


def require_positive(**counts: int | None) -> None:
    """Raises :class:`PlanError` naming the count that is below one."""
    for name, count in counts.items():
        if count is not None and count < 1:
            raise PlanError(f"{name} is {count}; it must be at least 1")

"""Streams of candidates: recipes drawn by index, in this process or in several, with the same result either way.

A recipe is a pure function from an index to a candidate. Workers compute chunks of indices; the order in which results
are taken is fixed beforehand, so neither the number of workers nor their speed can be seen in what comes out.
"""

from __future__ import annotations

import itertools
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from unseen.errors import FamilyError
from unseen.families.base import Family
from unseen.minting._duplicates import Deduplicator
from unseen.task import Task

_CHUNK = 32  # indices per message: large enough to hide its cost, small enough to keep little in memory
_PATIENCE = 1000  # consecutive duplicates after which a family counts as exhausted


@dataclass(frozen=True)
class Candidate:
    """What a recipe makes of one index: one task, or several that stand or fall together."""

    index: int
    tasks: tuple[Task, ...]
    fingerprints: tuple[int, ...]
    fits: bool
    cross_checked: int


class Recipe(Protocol):
    """A pure, picklable way from an index to a candidate."""

    @property
    def family(self) -> Family[Any]: ...

    def candidate(self, index: int) -> Candidate: ...


@dataclass
class Tally:
    """What happened to one family's candidates."""

    minted: int = 0
    duplicates: int = 0
    too_long: int = 0
    cross_checked: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))


@dataclass
class MintReport:
    """Counts so far, per family. Counts candidates where siblings are drawn together, tasks otherwise."""

    families: dict[str, Tally] = field(default_factory=dict)

    @property
    def total(self) -> Tally:
        return sum(self.families.values(), Tally())


def stream(recipes: Sequence[Recipe], count: int | None, workers: int, seen: Deduplicator, report: MintReport) -> Iterator[Candidate]:
    """Candidates from the recipes in turn, ``count`` in all (None: without end), duplicates and long prompts replaced.

    Raises what the gates raise, and :class:`FamilyError` when a family has nothing new left at its settings.
    """
    with _executor(workers) as executor:
        feeds: list[_Feed] = []
        for position, recipe in enumerate(recipes):
            share = None if count is None else (count - position + len(recipes) - 1) // len(recipes)
            feeds.append(_Feed(recipe, share, executor, max(1, -(-2 * workers // len(recipes)))))
            report.families.setdefault(recipe.family.name, Tally())
        for turn in itertools.count() if count is None else range(count):
            feed = feeds[turn % len(feeds)]
            yield _next_new(feed, seen, report.families[feed.recipe.family.name])


def _next_new(feed: _Feed, seen: Deduplicator, tally: Tally) -> Candidate:
    for _ in range(_PATIENCE):
        candidate = feed.take()
        if not candidate.fits:
            tally.too_long += 1
        elif len(set(candidate.fingerprints)) < len(candidate.fingerprints) or seen.seen(candidate.fingerprints):
            tally.duplicates += 1
        else:
            seen.add_fingerprints(candidate.fingerprints)
            tally.minted += 1
            tally.cross_checked += candidate.cross_checked
            feed.accepted()
            return candidate
    family = feed.recipe.family
    raise FamilyError(
        f"{family.name}: no new task in {_PATIENCE} draws after {tally.minted} distinct ones ({tally.duplicates} duplicates, "
        f"{tally.too_long} prompts too long); ask for fewer tasks, or hold fewer variables"
    )


class _Feed:
    """The candidates of one recipe in order of index, computed here or a few chunks ahead by the executor."""

    def __init__(self, recipe: Recipe, wanted: int | None, executor: Executor | None, depth: int) -> None:
        self.recipe = recipe
        self._wanted = wanted
        self._executor = executor
        self._depth = depth
        self._next = 0
        self._outstanding = 0  # drawn or being drawn, not yet taken
        self._ready: deque[Candidate] = deque()
        self._coming: deque[Future[list[Candidate]]] = deque()
        self._submit()

    def take(self) -> Candidate:
        """The candidate at the next index."""
        if self._executor is None:
            self._next += 1
            return self.recipe.candidate(self._next - 1)
        if not self._ready:
            self._submit()
            try:
                self._ready.extend(self._coming.popleft().result())
            except BrokenProcessPool:
                raise FamilyError(f"{self.recipe.family.name}: a worker process died (out of memory?); use fewer --workers") from None
            self._submit()
        self._outstanding -= 1
        return self._ready.popleft()

    def accepted(self) -> None:
        """One fewer is wanted."""
        if self._wanted is not None:
            self._wanted -= 1

    def _submit(self) -> None:
        if self._executor is None:
            return
        while len(self._coming) < self._depth and (self._wanted is None or self._outstanding < self._wanted):
            size = _CHUNK if self._wanted is None else min(_CHUNK, self._wanted - self._outstanding)
            with _interrupts_held():
                self._coming.append(self._executor.submit(_draw, self.recipe, self._next, self._next + size))
            self._next += size
            self._outstanding += size


def _draw(recipe: Recipe, start: int, stop: int) -> list[Candidate]:
    return [recipe.candidate(index) for index in range(start, stop)]


@contextmanager
def _executor(workers: int) -> Iterator[Executor | None]:
    if workers == 1:
        yield None
        return
    # Spawned, not forked: the parent may hold threads and locks that a fork would copy in an unknown state.
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker)
    try:
        yield pool
    except BaseException:  # Ctrl-C, an error, or a stream closed early: nobody wants what the workers are still drawing
        for process in list(getattr(pool, "_processes", None) or {}):
            with suppress(OSError):
                os.kill(process, signal.SIGTERM)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start no worker that hears Ctrl-C: it reaches the whole group, but the parent alone decides what it means.

    A process started here inherits the blocked signal, so that not even its first imports can be interrupted.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), daemon=True).start()


def _leave_with(sentinel: int) -> None:
    """End this worker as soon as its parent has died, however it died."""
    multiprocessing.connection.wait([sentinel])
    os._exit(1)

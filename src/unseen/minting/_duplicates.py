"""Removing near-duplicates: two tasks that ask the same thing count as one, whatever the story around them.

A task has two fingerprints. Its *structure* is its family and structured problem: equal for two tasks that differ in
surface alone. Its *wording* is the prompt with case and spacing levelled; numbers, names and signs stay, for in a
generated task they are the content. A task that shares either with an earlier one is a duplicate, which covers equal ids too.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator

from unseen.task import Task, canonical_json

_MAX_LOAD = 0.6


def fingerprints(task: Task) -> tuple[int, int]:
    """Structure and wording, 64 bits each."""
    return _hash(f"{task.family}\n{canonical_json(task.problem)}"), _hash(" ".join(task.prompt.casefold().split()))


class Deduplicator:
    """Every fingerprint seen so far, in an open-addressing table of 8-byte words.

    Cost: 27 to 54 bytes per task (half as much again while the table grows), 34 MB at a million tasks. A
    duplicate is never missed; the probability that any new task in a run of n is taken for one is below n²/2⁶³ (1e-7 at
    a million), and it is then only replaced by another.
    """

    def __init__(self, tasks: Iterable[Task] = ()) -> None:
        self._slots = array("Q", [0]) * 1024
        self._filled = 0
        for task in tasks:
            self.add(task)

    def __len__(self) -> int:
        """The number of distinct fingerprints (two for each task)."""
        return self._filled

    def __contains__(self, task: Task) -> bool:
        return self.seen(fingerprints(task))

    def add(self, task: Task) -> bool:
        """Note a task; False when it was a duplicate."""
        return self.add_fingerprints(fingerprints(task))

    def seen(self, prints: Iterable[int]) -> bool:
        """Whether any of the fingerprints was noted before."""
        return any(self._slots[self._slot(value)] for value in prints)

    def add_fingerprints(self, prints: Iterable[int]) -> bool:
        """Note fingerprints; False when any of them was there already."""
        new = True
        for value in prints:
            slot = self._slot(value)
            if self._slots[slot]:
                new = False
                continue
            self._slots[slot] = value
            self._filled += 1
            if self._filled > _MAX_LOAD * len(self._slots):
                self._grow()
        return new

    def _slot(self, value: int) -> int:
        slots, mask = self._slots, len(self._slots) - 1
        at = value & mask
        while (there := slots[at]) and there != value:
            at = (at + 1) & mask
        return at

    def _grow(self) -> None:
        old, self._slots = self._slots, array("Q", [0]) * (2 * len(self._slots))
        for value in _filled(old):
            self._slots[self._slot(value)] = value


def _filled(slots: array[int]) -> Iterator[int]:
    return (value for value in slots if value)


def _hash(text: str) -> int:
    # Zero marks an empty slot, so it is no fingerprint.
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") or 1

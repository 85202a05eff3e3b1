"""Labelled random choices: every draw is named, keyed by (seed, label), recorded, and can be replayed.

Because a draw depends on its label alone and never on the draws before it, changing one variable of
a setting leaves every other choice as it was: twins differ only in what was changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from unseen.errors import ChoiceError

T = TypeVar("T")
Recorded = int | list[int]


class Namespace(StrEnum):
    """Disjoint worlds of seeds: nothing minted in one can be minted in another."""

    PUBLIC = "public"
    SECRET = "secret"
    TRAIN = "train"


def derive_seed(*parts: str | int | bytes) -> bytes:
    """A 32-byte seed from any parts: a hash, never a sum, so neighbouring seeds share nothing.

    Each part is length-prefixed and typed, so ``("ab", "c")`` and ``("a", "bc")`` differ, as do 1 and "1".
    """
    digest = hashlib.blake2b(digest_size=32, person=b"unseen-seed")
    for part in parts:
        kind, raw = (b"b", part) if isinstance(part, bytes) else (b"i" if isinstance(part, int) else b"s", str(part).encode())
        digest.update(kind + len(raw).to_bytes(4, "big") + raw)
    return digest.digest()


def task_seed(family: str, version: int, namespace: Namespace, edition_key: bytes, index: int) -> bytes:
    """The seed of one task: a keyed hash of where it stands."""
    return derive_seed(edition_key, family, version, namespace.value, index)


class Choices:
    """The random choices of one task.

    ``Choices(seed)`` draws afresh; ``Choices.replay(recorded)`` gives the recorded values back and raises
    :class:`ChoiceError` on a label it does not hold; ``Choices(seed, recorded)`` replays what it can and draws the
    rest, which is how a twin keeps everything but the variable that was changed.

    Use ``choose.within("step/3")`` to prefix labels. Drawing the same label twice is an error: it would
    give the same value twice by accident.
    """

    def __init__(self, seed: bytes | None, recorded: Mapping[str, Recorded] | None = None) -> None:
        self._seed = seed
        self._given: Mapping[str, Recorded] = recorded or {}
        self._prefix = ""
        self._recorded: dict[str, Recorded] = {}

    @classmethod
    def replay(cls, recorded: Mapping[str, Recorded]) -> Choices:
        """Choices that only give back what was recorded."""
        return cls(None, recorded)

    @property
    def recorded(self) -> dict[str, Recorded]:
        """Every choice made so far, label to value, sorted by label."""
        return {label: self._recorded[label] for label in sorted(self._recorded)}

    def within(self, prefix: str) -> Choices:
        """The same choices, with labels under ``prefix/``."""
        inner = Choices.__new__(Choices)
        inner._seed, inner._given, inner._recorded = self._seed, self._given, self._recorded
        inner._prefix = f"{self._prefix}{prefix}/"
        return inner

    def integer(self, label: str, low: int, high: int) -> int:
        """A uniform integer, both ends included."""
        if low > high:
            raise ChoiceError(f"choice '{self._prefix}{label}': empty range {low}..{high}")
        full = self._claim(label)
        given = self._given.get(full)
        if isinstance(given, int) and low <= given <= high:
            value = given
        elif given is not None and self._seed is None:
            raise ChoiceError(f"recorded choice '{full}' is {given!r}, outside {low}..{high}")
        else:
            value = low + self._word(full, 0) % (high - low + 1)
        self._recorded[full] = value
        return value

    def pick(self, label: str, options: Sequence[T]) -> T:
        """One of the options; its index is what gets recorded."""
        if not options:
            raise ChoiceError(f"choice '{self._prefix}{label}': no options")
        return options[self.integer(label, 0, len(options) - 1)]

    def chance(self, label: str, probability: float) -> bool:
        """True with the given probability (resolved to one part in a million)."""
        full = f"{self._prefix}{label}"
        if full in self._given and self._seed is None:
            return bool(self.integer(label, 0, 1))
        given = self._given.get(full)
        if given in (0, 1):
            return bool(self.integer(label, 0, 1))
        full = self._claim(label)
        value = int(self._word(full, 0) % 1_000_000 < round(probability * 1_000_000))
        self._recorded[full] = value
        return bool(value)

    def sample(self, label: str, options: Sequence[T], count: int) -> list[T]:
        """``count`` distinct options, in random order."""
        size = len(options)
        if not 0 <= count <= size:
            raise ChoiceError(f"choice '{self._prefix}{label}': cannot take {count} of {size} options")
        full = self._claim(label)
        given = self._given.get(full)
        if isinstance(given, list) and len(given) == count and all(0 <= i < size for i in given):
            indices = list(given)
        elif given is not None and self._seed is None:
            raise ChoiceError(f"recorded choice '{full}' is {given!r}, not {count} of {size} options")
        else:
            pool, indices = list(range(size)), []
            for position in range(count):
                at = position + self._word(full, position) % (size - position)
                pool[position], pool[at] = pool[at], pool[position]
                indices.append(pool[position])
        self._recorded[full] = indices
        return [options[i] for i in indices]

    def shuffle(self, label: str, options: Sequence[T]) -> list[T]:
        """All the options, in random order."""
        return self.sample(label, options, len(options))

    def _claim(self, label: str) -> str:
        full = f"{self._prefix}{label}"
        if full in self._recorded:
            raise ChoiceError(f"choice '{full}' was drawn twice; give each draw its own label")
        if self._seed is None and full not in self._given:
            raise ChoiceError(f"no choice was recorded for '{full}'")
        return full

    def _word(self, label: str, position: int) -> int:
        """A 128-bit word for this label and position."""
        assert self._seed is not None
        digest = hashlib.blake2b(label.encode(), digest_size=16, key=self._seed, salt=position.to_bytes(4, "big"))
        return int.from_bytes(digest.digest(), "big")

"""What every answer type shares: asking, finding the committed answer, comparing, and saying why."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from unseen.answers._commitment import committed_answer
from unseen.task import JSON
from unseen.verdict import Kind, Verdict


class Unreadable(ValueError):
    """The text does not commit to one answer of this type; the message says why."""


class Answer(ABC):
    """How an answer is asked for, read and compared. Immutable; safe to share."""

    @property
    @abstractmethod
    def form(self) -> str:
        """The answer's form in words, as prompts use it: "a whole number"."""

    @property
    def instruction(self) -> str:
        """The sentence that asks for an answer in this form."""
        return f'End your reply with "Answer:" and {self.form}.'

    @abstractmethod
    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        """The value that a committed answer spells. Raises :class:`Unreadable` for anything else, hedges included."""

    @abstractmethod
    def equal(self, value: Any, key: JSON) -> bool:
        """Whether a parsed value is the key."""

    @abstractmethod
    def spell(self, key: JSON) -> str:
        """The key as a careful person would write it; ``parse(spell(key))`` equals the key."""

    @abstractmethod
    def variants(self, key: JSON) -> list[str]:
        """Other spellings of the key that must be accepted too."""

    def check(self, response: str, key: JSON, *, options: Sequence[str] = (), accepts: Callable[[Any], bool] | None = None) -> Verdict:
        """Grade a whole reply against the key (or against ``accepts`` where several answers are right)."""
        try:
            value = self.parse(committed_answer(response), options)
        except Unreadable as error:
            return Verdict(Kind.UNPARSED, None, str(error))
        right = accepts(value) if accepts is not None else self.equal(value, key)
        return Verdict(Kind.CORRECT if right else Kind.INCORRECT, str(value))

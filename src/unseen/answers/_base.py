"""What every answer type shares: asking, finding the committed answer, comparing, and saying why."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from unseen.answers._commitment import Commitment, commitment
from unseen.task import JSON
from unseen.verdict import Kind, Verdict

_SHOWN = 400  # characters of an answer kept in a verdict


class Unreadable(ValueError):  # noqa: N818 - reads as a statement about the text
    """The text does not commit to one answer of this type; the message says why."""


class Absent(Unreadable):
    """The text holds nothing that looks like an answer of this type, so the search may go on elsewhere."""


class Answer(ABC):
    """How an answer is asked for, read and compared. Immutable; safe to share.

    A new type gives :meth:`parse`, which reads the plain text of a committed answer, and overrides :meth:`read`
    only where an answer may be more than a line or may be read out of a sentence.
    """

    @property
    @abstractmethod
    def form(self) -> str:
        """The answer's form in words, as prompts use it: "a whole number"."""

    @property
    def instruction(self) -> str:
        """The sentence that asks for an answer in this form. It may stand before the problem."""
        return f'End your reply with "Answer:" and {self.form}.'

    @abstractmethod
    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        """The value that a committed answer spells. Raises :class:`Unreadable` for anything else, hedges included."""

    def read(self, found: Commitment, options: Sequence[str] = ()) -> Any:
        """The value that a reply commits to. Raises :class:`Unreadable`."""
        return self.parse(found.line, options)

    @abstractmethod
    def equal(self, value: Any, key: JSON) -> bool:
        """Whether a parsed value is the key."""

    @abstractmethod
    def spell(self, key: JSON) -> str:
        """The key as a careful person would write it; ``parse(spell(key))`` equals the key."""

    @abstractmethod
    def variants(self, key: JSON) -> list[str]:
        """Other spellings of the key that must be accepted too."""

    def show(self, value: Any) -> str:
        """A parsed value as verdicts record it."""
        return str(value)

    def check(self, response: str, key: JSON, *, options: Sequence[str] = (), accepts: Callable[[Any], bool] | None = None) -> Verdict:
        """Grade a whole reply against the key (or against ``accepts`` where several answers are right)."""
        found = commitment(response.replace(self.instruction, ""))
        if not found.text.strip():
            return Verdict(Kind.UNPARSED, None, "the reply is empty")
        try:
            value = self.read(found, options)
        except Unreadable as error:
            return Verdict(Kind.UNPARSED, None, str(error))
        right = accepts(value) if accepts is not None else self.equal(value, key)
        return Verdict(Kind.CORRECT if right else Kind.INCORRECT, self.show(value)[:_SHOWN])

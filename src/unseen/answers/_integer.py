"""Whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from unseen.answers._base import Absent, Answer, Unreadable
from unseen.answers._commitment import Commitment
from unseen.answers._number_words import spell_integer
from unseen.answers._numbers import Number, last_number, stated_number
from unseen.answers._reply import sentences
from unseen.task import JSON


@dataclass(frozen=True)
class IntegerAnswer(Answer):
    """A whole number; the key is a JSON integer. "1,234", "1234.0" and "twelve" are read; fractions and percentages are not."""

    @property
    def form(self) -> str:
        return "a whole number"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        return _whole(stated_number(text))

    def read(self, found: Commitment, options: Sequence[str] = ()) -> Any:
        if found.marked:
            try:
                return self.parse(found.statement)
            except Absent:
                return _whole(last_number(sentences(found.text)))
        return _whole(last_number(sentences(found.text)))

    def equal(self, value: Any, key: JSON) -> bool:
        return bool(value == key)

    def spell(self, key: JSON) -> str:
        return str(key)

    def variants(self, key: JSON) -> list[str]:
        words = [spell_integer(key)] if abs(key) < 10**6 else []
        return [f"{key:,}", f"{key}.0", f"{key}.", *words, *([f"\u2212{-key}"] if key < 0 else [f"+{key}"])]


def _whole(number: Number) -> int | Decimal:
    """An int where the number is whole; a decimal (which equals no integer key) where it is not."""
    if number.unit == "%":
        raise Unreadable("a percentage, not a whole number")
    if number.value.adjusted() > 1100:
        raise Unreadable("the number is too large to be an answer")
    return int(number.value) if number.value == number.value.to_integral_value() else number.value

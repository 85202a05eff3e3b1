"""Exact decimal numbers, with or without a unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from unseen.answers._base import Answer, Unreadable
from unseen.task import JSON

_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class DecimalAnswer(Answer):
    """A decimal of ``places`` digits after the point; the key is a string such as ``"12.30"``.

    ``units`` are words or signs that may stand beside the number; the first one is used when the key is spelled.
    """

    places: int = 2
    units: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        unit = f" in {self.units[0]}" if self.units else ""
        return f"an exact amount{unit} with {self.places} decimal places"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        found = _DECIMAL.findall(text.replace(",", ""))
        if not found:
            raise Unreadable("no number in the answer")
        return Decimal(found[-1])

    def equal(self, value: Any, key: JSON) -> bool:
        return isinstance(value, Decimal) and value == Decimal(key)

    def spell(self, key: JSON) -> str:
        return str(key)

    def variants(self, key: JSON) -> list[str]:
        return [f"**{key}**", f"\\boxed{{{key}}}", f"{key}."]

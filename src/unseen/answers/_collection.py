"""Several names or numbers: in order (a sequence) or not (a set)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unseen.answers._base import Answer, Unreadable
from unseen.task import JSON

_NUMBERING = re.compile(r"^\s*(?:\d{1,3}[.)]|[-*•])\s+", re.MULTILINE)


def split_items(text: str) -> list[str]:
    """The items of a list written with commas, semicolons, arrows, line breaks or spaces."""
    text = _NUMBERING.sub("", text).strip().strip("[](){}")
    for separator in (r"\s*(?:->|→|=>)\s*", r"\s*;\s*", r"\s*,\s*", r"\s*\n\s*", r"\s+"):
        items = [item.strip(" '\"`.*").lower() for item in re.split(separator, text)]
        if len(items) > 1:
            return [item.removeprefix("and ") for item in items if item and item != "and"]
    return [item for item in items if item]


@dataclass(frozen=True)
class SequenceAnswer(Answer):
    """Items in order; the key is a list of strings or of integers. Upper and lower case are the same."""

    noun: str = "items"

    @property
    def form(self) -> str:
        return f"the {self.noun} in order, separated by commas"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        items = split_items(text)
        if not items:
            raise Unreadable(f"no {self.noun} in the answer")
        return tuple(items)

    def equal(self, value: Any, key: JSON) -> bool:
        return tuple(value) == tuple(str(item).lower() for item in key)

    def spell(self, key: JSON) -> str:
        return ", ".join(str(item) for item in key)

    def variants(self, key: JSON) -> list[str]:
        return [" -> ".join(map(str, key)), "; ".join(map(str, key))]


@dataclass(frozen=True)
class SetAnswer(Answer):
    """Items in any order, repeats ignored; the key is a sorted list of strings. Upper and lower case are the same."""

    noun: str = "items"

    @property
    def form(self) -> str:
        return f"all the {self.noun}, separated by commas"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        items = split_items(text)
        if not items:
            raise Unreadable(f"no {self.noun} in the answer")
        return tuple(sorted(set(items)))

    def equal(self, value: Any, key: JSON) -> bool:
        return tuple(value) == tuple(sorted({str(item).lower() for item in key}))

    def spell(self, key: JSON) -> str:
        return ", ".join(str(item) for item in key)

    def variants(self, key: JSON) -> list[str]:
        return [", ".join(reversed([str(item) for item in key])), "; ".join(map(str, key))]

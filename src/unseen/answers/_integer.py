"""Whole numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unseen.answers._base import Answer, Unreadable
from unseen.task import JSON

_INTEGER = re.compile(r"-?\d+")


@dataclass(frozen=True)
class IntegerAnswer(Answer):
    """A whole number; the key is a JSON integer."""

    @property
    def form(self) -> str:
        return "a whole number"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        found = _INTEGER.findall(text.replace(",", ""))
        if not found:
            raise Unreadable("no whole number in the answer")
        return int(found[-1])

    def equal(self, value: Any, key: JSON) -> bool:
        return bool(value == key)

    def spell(self, key: JSON) -> str:
        return str(key)

    def variants(self, key: JSON) -> list[str]:
        return [f"**{key}**", f"\\boxed{{{key}}}", f"{key}."]

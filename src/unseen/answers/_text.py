"""A short piece of exact text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unseen.answers._base import Answer, Unreadable
from unseen.task import JSON


@dataclass(frozen=True)
class TextAnswer(Answer):
    """Exact text, spaces between words aside; the key is a string. ``noun`` says in the prompt what is asked for."""

    case_sensitive: bool = False
    noun: str = "the exact text"

    @property
    def form(self) -> str:
        return self.noun

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        value = " ".join(text.strip().strip("`*\"'").rstrip(".").split())
        if not value:
            raise Unreadable("the answer is empty")
        return value

    def equal(self, value: Any, key: JSON) -> bool:
        mine, theirs = str(value), " ".join(str(key).split())
        return mine == theirs if self.case_sensitive else mine.lower() == theirs.lower()

    def spell(self, key: JSON) -> str:
        return str(key)

    def variants(self, key: JSON) -> list[str]:
        return [f"**{key}**", f'"{key}"', f"`{key}`"]

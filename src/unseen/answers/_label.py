"""One of a few names given in the problem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unseen.answers._base import Answer, Unreadable
from unseen.task import JSON


@dataclass(frozen=True)
class LabelAnswer(Answer):
    """One of the options of the problem (:meth:`Family.options`); the key is a string. Case does not matter."""

    noun: str = "name"

    @property
    def form(self) -> str:
        return f"one {self.noun}"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        named = [option for option in options if re.search(rf"(?<!\w){re.escape(option)}(?!\w)", text, re.IGNORECASE)]
        if len(named) != 1:
            raise Unreadable(f"the answer names {len(named)} of the options" if named else f"no {self.noun} of the options in the answer")
        return named[0]

    def equal(self, value: Any, key: JSON) -> bool:
        return str(value).lower() == str(key).lower()

    def spell(self, key: JSON) -> str:
        return str(key)

    def variants(self, key: JSON) -> list[str]:
        return [f"**{key}**", f"{key}.", str(key).upper()]

"""Sentences that can be told and read back: one template serves the writer of a prompt and its reader."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

_FIELD = re.compile(r"\{(\w+?)(\d*)\}")


@dataclass(frozen=True)
class Phrase:
    """A sentence with ``{fields}``. A field's name, without digits at its end, says which pattern its text follows.

    ``Phrase("Go {gap} forward.", {"gap": r"\\d+ days?"}).read("Go 3 days forward.")`` gives ``{"gap": "3 days"}``.
    """

    text: str
    patterns: Mapping[str, str]

    def tell(self, **values: object) -> str:
        """The sentence, filled in."""
        return self.text.format(**values)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts, at = [], 0
        for found in _FIELD.finditer(self.text):
            parts.append(re.escape(self.text[at : found.start()]))
            parts.append(f"(?P<{found[1]}{found[2]}>{self.patterns[found[1]]})")
            at = found.end()
        return re.compile("".join(parts) + re.escape(self.text[at:]))

    def read(self, sentence: str) -> dict[str, str] | None:
        """What the fields hold, or None when the sentence is another one."""
        found = self._pattern.fullmatch(sentence)
        return found.groupdict() if found else None


def sentences(text: str) -> list[str]:
    """The sentences of a text: split after a full stop, question mark or closing bracket that white space follows."""
    return [sentence for sentence in re.split(r"(?<=[.?)])\s+", text.strip()) if sentence]


def counted(number: int, noun: str) -> str:
    """``1 day``, ``3 days``, ``36,525 days``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def ordinal(number: int) -> str:
    """``1st``, ``22nd``, ``113th``."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def unlisted(text: str, last: str = "and") -> list[str]:
    """The inverse of :func:`listed` for items without commas."""
    head, found, tail = text.rpartition(f" {last} ")
    return [*head.split(", "), tail] if found else [text]

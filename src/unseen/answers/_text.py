"""A short piece of exact text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unseen.answers._base import Absent, Answer
from unseen.answers._commitment import Commitment
from unseen.answers._reply import plain, sentences
from unseen.task import JSON

_QUOTED = re.compile(r'"([^"\n]+)"|(?<!\w)\'([^\'\n]+)\'(?!\w)')
_LEAD_IN = re.compile(r"^.*\b(?:is|are|was|be|becomes|gives|yields|equals|prints|outputs|returns)\b\s*:?\s*|^[^:]*:\s+", re.IGNORECASE)
_PAIRS = {'"': '"', "'": "'", "(": ")", "[": "]", "{": "}", "$": "$", "*": "*", "_": "_"}


@dataclass(frozen=True)
class TextAnswer(Answer):
    """Exact text, apart from the spaces between words and one full stop at the end; the key is a string.

    ``noun`` says in the prompt what is asked for. With ``many_lines`` every line after the marker belongs to the
    answer, up to the first empty one.
    """

    case_sensitive: bool = False
    noun: str = "the exact text"
    many_lines: bool = False

    @property
    def form(self) -> str:
        return self.noun

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        value = _bare(text)
        if not value:
            raise Absent("the answer is empty")
        return value

    def read(self, found: Commitment, options: Sequence[str] = ()) -> Any:
        if self.many_lines:
            block = found.text.strip()
            return self.parse(block.split("\n\n", 1)[0] if found.marked else block)
        if found.marked:
            return self.parse(found.line)
        return self.parse(_told((sentences(found.line) or [""])[-1]))

    def equal(self, value: Any, key: JSON) -> bool:
        want = self._folded(_bare(plain(str(key))))
        said = str(value)
        if self._folded(said) == want:
            return True
        first = sentences(said)[0] if said else ""  # "bamto. I reversed it." commits to "bamto"
        return first != said and self._folded(_bare(first)) == want

    def spell(self, key: JSON) -> str:
        return str(key)

    def variants(self, key: JSON) -> list[str]:
        return [f'"{key}"', f"`{key}`", *([] if self.case_sensitive else [str(key).upper()])]

    def _folded(self, text: str) -> str:
        return text if self.case_sensitive else text.lower()


def _bare(text: str) -> str:
    """The text without what wraps it: quotes, brackets, a full stop, spare spaces."""
    text = " ".join(text.split())
    for _ in range(4):
        if len(text) > 2 and text[-1] in ".,;" and text[-2] != text[-1]:
            text = text[:-1].rstrip()
        inside = text[1:-1]
        if (
            len(text) > 1
            and _PAIRS.get(text[0]) == text[-1]
            and (text[0] not in inside or (inside[0] == text[0] and inside[-1] == text[-1]))
        ):
            text = inside.strip()
    return text


def _told(sentence: str) -> str:
    """What an unmarked sentence offers: the one thing in quotes, else what stands after "is" or a colon, else all of it."""
    quoted: list[str] = [first or second for first, second in _QUOTED.findall(sentence)]
    if len(quoted) == 1:
        return quoted[0]
    return _LEAD_IN.sub("", sentence, count=1) or sentence

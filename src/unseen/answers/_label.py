"""One of a few names given in the problem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from unseen.answers._base import Absent, Answer, Unreadable
from unseen.answers._commitment import Commitment
from unseen.answers._reply import plain, sentences
from unseen.task import JSON

_EDGES = " \t\n.,:;!?*_`\"'()[]{}$"
_ENUMERATOR = re.compile(r"^\s*\(?\d{1,2}[.)]\s+(?=[^\W\d])")  # "1. Ann": a list of one
_REASON = re.compile(r"\b(?:because|since|as|given that|so that|who|which|where)\b", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\([^()]*\)")
_DENIED_BEFORE = re.compile(
    r"\b(?:not|never|nor|neither|than|except|unlike|rather than|instead of|without)\s+(?:the\s+|a\s+|an\s+)?[\"'(]*$", re.IGNORECASE
)


@dataclass(frozen=True)
class LabelAnswer(Answer):
    """One of the options of the problem (:meth:`Family.options`); the key is a string. Case does not matter.

    A sentence is read when it names exactly one option; options it denies ("Ann, not Bo") do not count.
    """

    noun: str = "name"

    @property
    def form(self) -> str:
        return f"one {self.noun}"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        bare = text.strip(_EDGES)
        if not bare:
            raise Absent(f"no {self.noun} in the answer")
        if not options:
            return bare
        exact = [option for option in options if option.lower() == bare.lower()]
        return exact[0] if exact else _one_of(_named(_to_the_point(text[:5000], options), options), self.noun)

    def read(self, found: Commitment, options: Sequence[str] = ()) -> Any:
        if found.marked:
            unnumbered = _ENUMERATOR.sub("", found.text)
            if unnumbered != found.text:
                return self.parse(unnumbered.splitlines()[0], options)
            return self.parse(found.statement if options else found.line, options)
        last = (sentences(found.text) or [""])[-1]
        return self.parse(last, options)

    def equal(self, value: Any, key: JSON) -> bool:
        return str(value).lower() == plain(str(key)).strip(_EDGES).lower()

    def spell(self, key: JSON) -> str:
        return str(key)

    def variants(self, key: JSON) -> list[str]:
        return [f"{key}.", f'"{key}"', *([str(key).upper()] if len(str(key)) > 1 else [])]


def _to_the_point(text: str, options: Sequence[str]) -> str:
    """The text without reasons and asides, as long as an option is still named in what is left."""
    without_asides = _PARENTHESIS.sub(" ", text)
    text = without_asides if _named(without_asides, options) else text
    point = _REASON.split(text, maxsplit=1)[0]
    return point if _named(point, options) else text


def _named(text: str, options: Sequence[str]) -> list[str]:
    """The options a text names and does not deny, each once, longest spelling first where they overlap."""
    canonical = {option.lower(): option for option in options}
    found: dict[str, None] = {}
    for mention in _pattern(tuple(options)).finditer(text):
        if _DENIED_BEFORE.search(text[max(mention.start() - 40, 0) : mention.start()]):
            continue
        if len(mention[0]) == 1 and mention[0].isalpha() and mention[0] != canonical[mention[0].lower()]:
            continue  # "a" the article is not option "A"
        found[canonical[mention[0].lower()]] = None
    return list(found)


@lru_cache(maxsize=256)
def _pattern(options: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted((re.escape(option) for option in options), key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?:{'|'.join(longest_first)})(?!\w|\.\d)", re.IGNORECASE)


def _one_of(named: list[str], noun: str) -> str:
    if not named:
        raise Unreadable(f"the answer is no {noun} of the problem")
    if len(named) > 1:
        raise Unreadable(f"the answer names several: {', '.join(named[:4])}")
    return named[0]

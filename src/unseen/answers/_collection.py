"""Several names or numbers: in order (a sequence) or not (a set)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unseen.answers._base import Absent, Answer, Unreadable
from unseen.answers._commitment import Commitment
from unseen.task import JSON

_NUMBERING = re.compile(r"^(?:\(?\d{1,3}[.):]|[-*•+])\s+")
_INLINE_NUMBERING = re.compile(r"(?:^|\s)\(?\d{1,3}[.)]\s+")
_SEPARATORS = (re.compile(r"\s*(?:-{1,2}>|→|⇒|=>|>)\s*"), re.compile(r"\s*[;|]\s*"), re.compile(r"\s*,\s*"), re.compile(r"\s*\n\s*"))
_AND = re.compile(r"(?:^|\s+)(?:and|then|&)\s+", re.IGNORECASE)
_FILLER = re.compile(r"^(?:(?:first|then|next|finally|lastly|and|followed by|after that)\b[ ,:]*)+(?=\S)", re.IGNORECASE)
_LEAD_IN = re.compile(r"^.*?(?:\b(?:is|are|be|becomes|follows)\b\s*:?|:)\s+", re.IGNORECASE)
_END = re.compile(r"(?<=[^\s\d.])\.\s+(?=\S)")
_OR = re.compile(r"(?:^|[\s,;])or(?=[\s,;]|$)", re.IGNORECASE)
_NOTHING = frozenset({"none", "nothing", "empty", "no items", "the empty set", "the empty list", "∅", "n/a"})
_WRAP = " \t\"'*_$.`"


def split_items(text: str) -> tuple[str, ...]:
    """The items of a list written with arrows, semicolons, commas, line breaks or spaces, lower case.

    Raises :class:`Unreadable` when the text offers alternatives.
    """
    text = _unwrapped(text[:20_000])
    if text.lower() in _NOTHING or not text:
        return ()
    lines = [_NUMBERING.sub("", line) for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and len(_INLINE_NUMBERING.findall(text)) > 1:
        return _cleaned(_INLINE_NUMBERING.split(text))
    text = "\n".join(lines)
    for separator in _SEPARATORS:
        items = separator.split(text)
        if len([item for item in items if item.strip(_WRAP)]) > 1:
            if _OR.search(text):
                raise Unreadable("the answer offers alternatives")
            return _cleaned([part for item in items for part in _AND.split(item)])
    if len(parts := [part for part in _AND.split(text) if part]) > 1:
        return _cleaned(parts)
    return _cleaned(text.split())


def _unwrapped(text: str) -> str:
    text = text.strip(_WRAP + "\n")
    while len(text) > 1 and (text[0], text[-1]) in (("[", "]"), ("(", ")"), ("{", "}"), ("<", ">")):
        text = text[1:-1].strip(_WRAP + "\n")
    return text


def _cleaned(items: list[str]) -> tuple[str, ...]:
    stripped = (_FILLER.sub("", item.strip(_WRAP)).strip(_WRAP + "()[]{}") for item in items)
    return tuple(item.lower() for item in stripped if item)


def _block(found: Commitment) -> str:
    """The lines that hold the list: one line, or a run of numbered or one-word lines."""
    lines = found.lines if found.marked else list(reversed(found.lines))
    while lines and not lines[0]:
        lines = lines[1:]
    if not lines:
        return ""
    run = [lines[0]]
    if _is_entry(lines[0]):
        for line in lines[1:500]:
            if not line or not _is_entry(line):
                break
            run.append(line)
    if found.marked:
        return "\n".join(run) if len(run) > 1 else _END.split(run[0], maxsplit=1)[0]
    return "\n".join(reversed(run)) if len(run) > 1 else _told(run[0])


def _is_entry(line: str) -> bool:
    return bool(_NUMBERING.match(line)) or not re.search(r"[\s,;]", line.strip(_WRAP))


def _told(line: str) -> str:
    """The list inside an unmarked sentence: what stands after its verb or colon."""
    line = _END.split(line)[-1]
    return _LEAD_IN.sub("", line, count=1) or line


def _same(value: str, item: JSON) -> bool:
    if isinstance(item, int) and not isinstance(item, bool):
        return re.fullmatch(r"[-+]?\d{1,400}(?:\.0+)?", value) is not None and int(value.split(".")[0]) == item
    return value == str(item).lower().strip(_WRAP + "()[]{}")


def _all_same(values: Sequence[str], items: Sequence[JSON]) -> bool:
    if len(items) == 1 and len(values) > 1:  # one item of several words, written without separators
        return _same(" ".join(values), items[0])
    return len(values) == len(items) and all(map(_same, values, items))


@dataclass(frozen=True)
class _Collection(Answer):
    noun: str = "items"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        items = split_items(text)
        if not items and (not text.strip() or _unwrapped(text).lower() not in (*_NOTHING, "")):
            raise Absent(f"no {self.noun} in the answer")
        return items

    def read(self, found: Commitment, options: Sequence[str] = ()) -> Any:
        return self.parse(_block(found), options)

    def spell(self, key: JSON) -> str:
        return ", ".join(str(item) for item in key) if key else "none"

    def show(self, value: Any) -> str:
        return ", ".join(value) if value else "none"


@dataclass(frozen=True)
class SequenceAnswer(_Collection):
    """Items in order; the key is a list of strings or of integers. Upper and lower case are the same.

    Items that hold spaces are read when commas, semicolons, arrows or line breaks separate them.
    """

    @property
    def form(self) -> str:
        return f"the {self.noun} in order, separated by commas"

    def equal(self, value: Any, key: JSON) -> bool:
        return _all_same(value, key)

    def variants(self, key: JSON) -> list[str]:
        items = [str(item) for item in key]
        if len(items) < 2:
            return [f"[{self.spell(key)}]"]
        numbered = "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))
        plain_spaces = [] if any(" " in item for item in items) else [" ".join(items)]
        return [" -> ".join(items), " → ".join(items), "; ".join(items), f"[{', '.join(items)}]", "\n".join(items), numbered, *plain_spaces]


@dataclass(frozen=True)
class SetAnswer(_Collection):
    """Items in any order, repeats ignored; the key is a sorted list of strings. Upper and lower case are the same."""

    @property
    def form(self) -> str:
        return f"all the {self.noun}, separated by commas"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        return tuple(sorted(set(super().parse(text, options))))

    def equal(self, value: Any, key: JSON) -> bool:
        if len(key) == 1:
            return _all_same(value, key)
        unmatched = list(value)
        for item in key:
            match = next((said for said in unmatched if _same(said, item)), None)
            if match is None:
                return False
            unmatched.remove(match)
        return not unmatched

    def variants(self, key: JSON) -> list[str]:
        items = [str(item) for item in reversed(key)]
        if len(items) < 2:
            return [f"{{{self.spell(key)}}}"]
        bullets = "\n".join(f"- {item}" for item in items)
        return [
            ", ".join(items),
            "; ".join(items),
            f"{{{', '.join(items)}}}",
            f"{', '.join(items[:-1])} and {items[-1]}",
            bullets,
            f"{self.spell(key)}, {items[0]}",
        ]

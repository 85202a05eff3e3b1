"""Finds the answer a reply commits to: the last one it states as its answer."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from unseen.answers._reply import plain, sentences

_MARKER = re.compile(
    r"""
    \b(?:final[ ]+)? (?:answers?|ans)\b["']?
    (?:[ ]+(?:to|for)\b[^.:\n=]{0,80}?)?            # the answer to the question
    (?:[ ]*\([^()\n]{0,40}\))?                       # answer (in dollars)
    [ ]*["']?
    (?: [ ]*(?:::?=?|=)
      | [ ]+(?:is|was|are|would[ ]be|will[ ]be|should[ ]be|must[ ]be|comes[ ]to)\b
      | [ ]+-{1,2}>?(?=[ ])
      | [ ]*→ )
    (?!["']?[ ]+and\b)                               # an echo of the instruction, not an answer
    (?:[ ]*(?:therefore|thus|then|simply|just|exactly|indeed)\b)?,?
    [ ]*:?
    |^[ \t]*(?:the[ ])?(?:final[ ])?(?:result|output)[ ]*:
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_BOX = re.compile(r"\\f?box(?:ed)?\s{0,2}\{")
_REASONING = re.compile(  # what follows the marker is a way to an answer, which then stands at its end
    r"(?:let's|let us|let me|to (?:find|solve|get|determine|calculate|compute|answer|work)|we (?:need|have|can|start|must|first|know)|i (?:need|will|have|start)"
    r"|first,? (?:we|i|let|add|find|calculate|compute|note|look|multiply|subtract)|(?:since|because|given|if|starting|start)\b)",
    re.IGNORECASE,
)
_NOTHING = " \n.:;*_\"'"
_LEAD = re.compile(r"(?:\b(?:the|my|our|final|correct|right|so|that|then|a|possible|other|another)\b[ ]*|[*_\"'#(])+$", re.IGNORECASE)
_OR_BEFORE = re.compile(r"\b(?:or|nor)\b[ ,:]*$", re.IGNORECASE)
_NOT_BEFORE = re.compile(r"\bnot\b[ ,:]*$", re.IGNORECASE)
_TAKES_BACK = re.compile(
    r"(?:or|wait|alternatively|maybe|perhaps|correction|sorry|oops|hmm|actually|(?:no|but)[ ,]+(?:wait|actually|sorry|it|maybe|perhaps|i))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Commitment:
    """What a reply ends on: the text from its last answer marker on, or, ``marked`` being False, all of it."""

    text: str
    marked: bool

    @property
    def line(self) -> str:
        """The first line after the marker, or the last line of an unmarked reply."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        return (lines[0] if self.marked else lines[-1]) if lines else ""

    @property
    def statement(self) -> str:
        """The first sentence after the marker, with any that follow at once and take it back."""
        found = sentences(self.text[:5000])
        kept = found[:1]
        for sentence in found[1:]:
            if not _TAKES_BACK.match(sentence):
                break
            kept.append(sentence)
        return " ; ".join(kept)

    @property
    def lines(self) -> list[str]:
        """Every line from the marker on (or all of an unmarked reply), empty ones included, ends trimmed."""
        return [line.strip() for line in self.text.strip().splitlines()]


def commitment(reply: str) -> Commitment:
    """What the reply commits to. An answer marker or a box with nothing in it commits to nothing."""
    text = plain(reply)
    boxes = _boxes(text)
    markers = list(_MARKER.finditer(text))
    if markers and not text[markers[-1].end() :].strip(_NOTHING):
        text = text[: markers[-1].start()]  # the reply breaks off after its marker
    markers = [found for found in markers if text[found.end() : found.end() + 200].strip(_NOTHING)]
    if boxes and (not markers or boxes[-1].start >= markers[-1].start()):
        return _boxed(text, boxes)
    if not markers:
        return Commitment(_unbox(text, boxes), marked=False)
    start = _hedge_start(text, markers)
    committed = _unbox(text[start:], _boxes(text[start:])).lstrip()
    return Commitment(committed, marked=not _REASONING.match(committed))


def committed_answer(reply: str) -> str:
    """One line: what stands after the last answer marker or in the last box, else the last line."""
    return commitment(reply).line


@dataclass(frozen=True)
class _Box:
    start: int
    end: int
    content: str


def _boxes(text: str) -> list[_Box]:
    r"""The last few ``\boxed{…}``, outermost only, braces balanced; an unclosed one ends with its line."""
    found: list[_Box] = []
    for opening in deque(_BOX.finditer(text), maxlen=20):
        if found and opening.start() < found[-1].end:
            continue
        inside = text[opening.end() : opening.end() + 2000]
        depth, length = 1, len(inside.split("\n", 1)[0])
        for position, letter in enumerate(inside):
            depth += (letter == "{") - (letter == "}")
            if not depth:
                length = position
                break
        content = inside[:length].strip()
        if content:
            found.append(_Box(opening.start(), min(opening.end() + length + 1, len(text)), content))
    return found


def _unbox(text: str, boxes: list[_Box]) -> str:
    for box in reversed(boxes):
        text = f"{text[: box.start]}{box.content}{text[box.end :]}"
    return text


def _boxed(text: str, boxes: list[_Box]) -> Commitment:
    """The last box, with everything that "or" and "not" tie to it."""
    first = last = len(boxes) - 1
    while first and text[boxes[first - 1].end : boxes[first].start].strip(" $,;.") in ("", "or", "and", "/", "and/or", "or maybe"):
        if "\n" in text[boxes[first - 1].end : boxes[first].start]:
            break
        first -= 1
    before = text[: boxes[first].start].rsplit("\n", 1)[-1].rstrip(" $")
    after = text[boxes[last].end :].lstrip(" $.,")
    content = " , ".join(box.content for box in boxes[first:])
    if _NOT_BEFORE.search(before):
        content = f"not {content}"
    if _OR_BEFORE.search(before):
        content = f"{before} {content}"
    if _TAKES_BACK.match(after):
        content = f"{content} ; {sentences(after)[0]}"
    return Commitment(content, marked=True)


def _hedge_start(text: str, markers: list[re.Match[str]]) -> int:
    """Where the committed text begins: at the last marker, or earlier when "or" ties it to the one before."""
    at = len(markers) - 1
    while at and _OR_BEFORE.search(_LEAD.sub("", text[markers[at - 1].end() : markers[at].start()][-60:])):
        at -= 1
    return markers[at].end()

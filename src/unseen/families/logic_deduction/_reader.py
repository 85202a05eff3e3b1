"""Reads an elimination puzzle back out of its prompt, word by word, as somebody who never saw the generator would."""

from __future__ import annotations

import re
from functools import cache

from unseen.errors import CertificateError
from unseen.families.logic_deduction._clues import Clue, Fact, Form, Reading, Relation
from unseen.families.logic_deduction._stories import COUNTS, ORDINALS, STORIES, Story

_PLACEHOLDERS = {"a": r"(?P<a>[A-Z]\w+)", "b": r"(?P<b>[A-Z]\w+)", "c": r"(?P<c>[A-Z]\w+)", "p": r"(?P<p>\w+)", "k": r"(?P<k>\w+)"}
_COMPOUNDS = (
    (Form.XOR, re.compile(r"Either (.+), or (.+), but not both")),
    (Form.OR, re.compile(r"Either (.+), or (.+), or both")),
    (Form.IF, re.compile(r"If (.+), then (.+)")),
    (Form.IFF, re.compile(r"(.+) if and only if (.+)")),
    (Form.AND, re.compile(r"(.+), and (.+)")),
)


def read_puzzle(prompt: str) -> tuple[list[str], Reading, list[Clue], int]:
    """The names, the reading, the statements and the place asked for. Raises :class:`CertificateError` on foreign text."""
    story = next((story for story in STORIES.values() if story.scene in prompt), None)
    if story is None:
        raise CertificateError("the prompt tells none of the known stories")
    reading = next(reading for reading in Reading if story.rule(reading) in prompt)
    body = prompt[prompt.index(story.cast.split("{")[0]) :].strip()
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    names = re.findall(r"[A-Z]\w+", lines[0].removeprefix(story.cast.split("{")[0]))
    sentences = [sentence for line in lines[1:-1] for sentence in re.split(r"(?<=\.)\s+", re.sub(r"^\d+\. ", "", line))]
    question = _pattern(story.question).fullmatch(lines[-1])
    if question is None:
        raise CertificateError(f"not a question of this story: {lines[-1]!r}")
    return names, reading, [_clue(sentence.removesuffix("."), story, names) for sentence in sentences], _number(question["p"])


def _clue(text: str, story: Story, names: list[str]) -> Clue:
    for form, pattern in _COMPOUNDS:
        if found := pattern.fullmatch(text):
            return Clue(form, (_fact(found[1], story, names), _fact(found[2], story, names)))
    return Clue(Form.FACT, (_fact(text, story, names),))


def _fact(text: str, story: Story, names: list[str]) -> Fact:
    for relation, phrases in story.phrases.items():
        for phrase, holds in zip(phrases, (True, False), strict=True):
            if found := _pattern(phrase, story.unit).fullmatch(text):
                parts = found.groupdict()
                who = tuple(names.index(parts[letter]) for letter in "abc" if letter in parts)
                number = next((_number(parts[letter]) for letter in "pkd" if letter in parts), 0)
                return Fact(relation, who, number, holds)
    for index, phrases in enumerate(story.asides):
        for phrase, holds in zip(phrases, (True, False), strict=True):
            if found := _pattern(phrase).fullmatch(text):
                return Fact(Relation.ASIDE, (names.index(found["a"]),), index, holds)
    raise CertificateError(f"not a clause of this story: {text!r}")


@cache
def _pattern(template: str, unit: tuple[str, str] = ("", "")) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w)\}", template)
    distance = rf"(?P<d>\w+) (?:{unit[0]}|{unit[1]})"
    return re.compile("".join({**_PLACEHOLDERS, "d": distance}[piece] if i % 2 else re.escape(piece) for i, piece in enumerate(pieces)))


def _number(word: str) -> int:
    for words in (ORDINALS, COUNTS):
        if word in words:
            return words.index(word) + 1
    return int(word)

"""Reads the one number a piece of text states, and refuses when it states several, a range or an expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal

from unseen.answers._base import Absent, Unreadable
from unseen.answers._number_words import digits_for_words

_DIGITS = 1000  # digits of the longest number read
_EXACT = Context(prec=_DIGITS + 20)
_NUMBER = re.compile(
    r"""
    (?P<sign>(?<![\w)\]}$%.])[-+](?:[ ](?=[$€£¥]?\d))?)?
    (?P<currency>[$€£¥][ ]?)?
    (?P<inner>(?<=[$€£¥])-)?
    (?P<digits>\d{1,3}(?:[,_']\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\d)\.\d+)
    (?P<power>[eE][+-]?\d{1,4}(?!\w))?
    """,
    re.VERBOSE,
)
_AFTER = re.compile(r"[ ]?(?P<unit>%|°?[A-Za-zµ€£¥$]+(?:/[A-Za-z]+)?)?")
_LONGER_MARK = re.compile(r"\.\d")
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "dozen": 12,
    "k": 1000,
    "K": 1000,
    "bn": 10**9,
    "mn": 10**6,
}
_OPERATOR = r"(?:\*{1,2}|[-+/×÷^:%]|plus\b|minus\b|times\b|divided by\b|multiplied by\b|to the power(?: of)?\b|mod\b)"
_OPERATOR_AFTER = re.compile(rf"\s*{_OPERATOR}\s*[($€£¥]*[-+]?[$€£¥]?\.?\d", re.IGNORECASE)
_OPERAND_BEFORE = re.compile(r"[\d)]\s*$")
_OPERATOR_BEFORE = re.compile(rf"[\d)]\s*{_OPERATOR}\s*[($€£¥]*$", re.IGNORECASE)
_EQUALS = re.compile(
    r"[=≈→⇒]|->|=>|\b(?:equals?|equal to|is|are|was|were|be|makes?|gives?|yields?|totals?|comes? to|amounts? to|adds? up to|leaves?|returns?|prints?|becomes?|get|gets)\b",
    re.IGNORECASE,
)
_OR = re.compile(r"\b(?:or|alternatively|maybe|perhaps|possibly|versus|vs)\b|;", re.IGNORECASE)
_BECAUSE = re.compile(r"\b(?:because|since|as in|given that|so that|which|where|after|from|out of|as)\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|cannot|never|neither|nor|no|without|unlikely|wrong|incorrect|false)\b", re.IGNORECASE)
_BOUND = re.compile(
    r"(?:\b(?:more|less|greater|fewer|higher|lower|bigger|smaller|larger) than|\bat (?:least|most)|\bbetween|\bup to|\bunder|\bover|\bbelow|\babove|[<>≤≥≠]=?)\s*$",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"[\s,;/&|()\[\]-]*(?:\b(?:and|or|to|maybe|perhaps|also|either|both|even|through|till|until|but)\b[\s,;/&|()\[\]-]*)*", re.IGNORECASE
)
_PARENTHESIS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_JSON_OBJECT = re.compile(r"[{\[]\s*\"")
_REFUSAL = re.compile(
    r"\b(?:(?:(?:do|did|could|would) not|cannot) (?:know|tell|say|determine|answer|solve|compute|help|have)|not (?:sure|certain|possible|enough)|impossible|unable|no idea)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Number:
    """A number as written: its value, the word or sign beside it, and where it stood."""

    value: Decimal
    unit: str
    start: int
    end: int


def stated_number(text: str) -> Number:
    """The number a marked answer states. Raises :class:`Unreadable` on none, on several, and on anything but a plain number."""
    return _one_reading([_reading(part, strict=True) for part in _alternatives(digits_for_words(text[:5000]))])


def last_number(sentences: list[str]) -> Number:
    """The last number in the last sentence that has one, by a conservative reading; for replies without any marker."""
    for sentence in reversed(sentences[-200:]):
        if _JSON_OBJECT.match(sentence):
            continue
        if _REFUSAL.search(sentence):
            raise Unreadable("the reply declines to answer")
        text = digits_for_words(sentence[-5000:], lone_one=False)
        if parts := _alternatives(text):
            return _one_reading([_reading(part, strict=False) for part in parts])
    raise Absent("no number in the reply")


def _alternatives(text: str) -> list[str]:
    return [part for part in _OR.split(text) if _NUMBER.search(part)]


def _one_reading(readings: list[Number]) -> Number:
    if not readings:
        raise Absent("no number in the answer")
    if len({number.value for number in readings}) > 1:
        raise Unreadable("the answer offers several numbers: " + " or ".join(f"{number.value:f}"[:40] for number in readings[:4]))
    return readings[-1]


def _reading(text: str, *, strict: bool) -> Number:
    if strict:
        text = _before_reasons(text)
    text = _side_of_equation(text)
    if (outside := _PARENTHESIS.sub(" ", text)) != text and _NUMBER.search(outside):
        text = outside
    numbers = _numbers(text)
    if not numbers:
        raise Absent("no number in the answer")
    chosen = numbers[-1]
    others = {number.value for number in numbers} - {chosen.value}
    if strict and others:
        raise Unreadable("the answer holds several numbers: " + ", ".join(f"{number.value:f}"[:40] for number in numbers[:4]))
    if others and _JOINED.fullmatch(text, numbers[-2].end, chosen.start):
        raise Unreadable("the last sentence ends on several numbers")
    _require_plain(text, chosen)
    return chosen


def _before_reasons(text: str) -> str:
    head = _BECAUSE.split(text, maxsplit=1)[0]
    return head if _NUMBER.search(head) else text


def _side_of_equation(text: str) -> str:
    """What stands after the last sign or word of equality that is followed by a number; else what stands before."""
    marks = list(_EQUALS.finditer(text))
    for position in range(len(marks) - 1, -1, -1):
        side = text[marks[position].end() : marks[position + 1].start() if position + 1 < len(marks) else len(text)]
        if _NUMBER.search(side) and not _is_expression(side):
            return side
    return text[: marks[0].start()] if marks and _NUMBER.search(text[: marks[0].start()]) else text


def _is_expression(text: str) -> bool:
    return any(_OPERATOR_AFTER.match(text, found.end()) for found in _NUMBER.finditer(text))


def _numbers(text: str) -> list[Number]:
    return [number for found in _NUMBER.finditer(text) if (number := _number(text, found)) is not None]


def _number(text: str, found: re.Match[str]) -> Number | None:
    glued = text[found.start() - 1 : found.start()]
    if glued.isalpha() or glued in ("_", "#") or (glued == "." and found["digits"][0] != "."):
        return None  # part of a name ("B12") or of a longer mark ("1.2.3"), not a number
    if _LONGER_MARK.match(text, found.end()):
        return None
    if len(found["digits"]) > _DIGITS:
        raise Unreadable(f"a number of more than {_DIGITS} digits")
    value = Decimal(re.sub("[,_']", "", found["digits"]) + (found["power"] or ""))
    if (found["sign"] or "").startswith("-") or found["inner"]:
        value = value.copy_negate()
    after = _AFTER.match(text, found.end())
    unit = (after["unit"] or "") if after else ""
    end = after.end() if after and unit else found.end()
    if unit in _SCALES and (text[found.end()] != " " or len(unit) > 2):
        value, unit = _EXACT.multiply(value, _SCALES[unit]), ""
    return Number(value, unit or (found["currency"] or "").strip(), found.start(), end)


def _require_plain(text: str, chosen: Number) -> None:
    """Refuses denials, bounds, and numbers that are part of an expression, a range, a time or a fraction."""
    before = text[: chosen.start]
    if _DENIED.search(before):
        raise Unreadable("the answer says what is not the case")
    if _BOUND.search(before):
        raise Unreadable("the answer gives a bound, not a number")
    signed = text[chosen.start] in "+-"
    if _OPERATOR_AFTER.match(text, chosen.end) or (_OPERAND_BEFORE if signed else _OPERATOR_BEFORE).search(before[-60:]):
        raise Unreadable("the answer is an expression or a range, not one number")

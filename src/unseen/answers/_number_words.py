"""Whole numbers written in words, turned into digits where they stand."""

from __future__ import annotations

import re

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: value for value, word in enumerate(_UNITS)} | {word: 10 * value for value, word in enumerate(_TENS, 2)}
_SCALES = {"thousand": 1000, "million": 10**6, "billion": 10**9}
_WORD = "|".join(sorted((*_VALUES, *_SCALES, "hundred"), key=len, reverse=True))
_RUN = re.compile(
    rf"\b(?:(?P<sign>minus|negative)\s+)?(?P<run>(?:a\s+(?=hundred|thousand|million))?(?:{_WORD})(?:(?:[\s-]+(?:and\s+)?)(?:{_WORD}))*)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s-]+")


def digits_for_words(text: str, *, lone_one: bool = True) -> str:
    """The text with every well-formed number word ("one hundred and five", "minus twelve") written in digits.

    Runs that are not one number ("two three", "five and six") become several numbers. ``lone_one=False`` leaves "one" alone, which in prose is mostly a pronoun.
    """
    return _RUN.sub(lambda found: found[0] if not lone_one and found[0].lower() == "one" else _replace(found), text)


def spell_integer(value: int) -> str:
    """A whole number from -999,999,999 to 999,999,999 in words."""
    if value < 0:
        return f"minus {spell_integer(-value)}"
    if value < 20:
        return _UNITS[value]
    if value < 100:
        return _TENS[value // 10 - 2] + (f"-{_UNITS[value % 10]}" if value % 10 else "")
    for scale, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= scale:
            head, rest = divmod(value, scale)
            tail = f"{' and ' if rest < 100 else ' '}{spell_integer(rest)}" if rest else ""
            return f"{spell_integer(head)} {name}{tail}"
    raise AssertionError


def _replace(found: re.Match[str]) -> str:
    words = [word for word in _BETWEEN.split(found["run"].lower()) if word not in ("and", "a")]
    joined = [value for group in _groups(words) if (value := _value(group)) is not None]
    if "and" in found["run"].lower() and "hundred" not in words and "thousand" not in words and "million" not in words:
        joined = [_VALUES[word] for word in words if word in _VALUES]  # "five and six": two numbers
    numbers = " and ".join(map(str, joined))
    return f"-{numbers}" if found["sign"] and len(joined) == 1 else (f"{found['sign']} {numbers}" if found["sign"] else numbers)


def _groups(words: list[str]) -> list[list[str]]:
    """Splits a run where the words stop making one number: "two three" is two numbers."""
    groups: list[list[str]] = [[]]
    for word in words:
        if groups[-1] and word in _VALUES and not _may_follow(groups[-1][-1], word):
            groups.append([])
        groups[-1].append(word)
    return groups


def _may_follow(last: str, word: str) -> bool:
    if last in _TENS:
        return word in _UNITS[1:10]
    return last in ("hundred", *_SCALES)


def _value(words: list[str]) -> int | None:
    total, part = 0, 0
    for word in words:
        if word == "hundred":
            part = max(part, 1) * 100
        elif word in _SCALES:
            total, part = total + max(part, 1) * _SCALES[word], 0
        else:
            part += _VALUES[word]
    return total + part if words else None

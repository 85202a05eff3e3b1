"""Dates, and dates with a time of day, in any calendar that names its months as ours does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unseen.answers._base import Answer, Unreadable
from unseen.task import JSON

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = (
    re.compile(rf"\b(?:the )?{_DAY}(?: day)?(?: of|-)? ?{_MONTH}[ ,-]{{0,2}}(?: ?of | ?in )?(?P<year>\d{{3,4}})\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH} (?:the )?{_DAY},? (?:in )?(?P<year>\d{{3,4}})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<year>\d{{4}}),? {_MONTH},? {_DAY}\b", re.IGNORECASE),
    re.compile(r"\b(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?=\b|T)"),
)
_NUMERIC = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
_CLOCK = re.compile(r"(?<![\d:+-])(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))(?::00)?(?!\d)\s*(?P<half>[ap]\.?m\b\.?)?", re.IGNORECASE)
_HOUR_ONLY = re.compile(r"(?<![\d:+-])(?P<hour>\d{1,2})\s*(?P<half>[ap]\.?m\b\.?)", re.IGNORECASE)
_NOT = re.compile(r"\bnot\b|\bor\b|\beither\b", re.IGNORECASE)


@dataclass(frozen=True)
class MomentAnswer(Answer):
    """A date, or with ``clock=True`` a date and a time of day.

    The key is a string, ``"2031-08-09"`` or ``"2031-08-09 07:05"``. Dates may be spelled with the month's name in any
    order, as year-month-day in digits, or as day/month/year in digits where only one reading makes sense; times on
    the 24-hour clock or with am and pm. Two different dates or times, a missing year and an "or" are unreadable.
    """

    clock: bool = False

    @property
    def form(self) -> str:
        return "the date and the time of day" if self.clock else "the date with its year"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        if found := _NOT.search(text):
            raise Unreadable(f'the answer says "{found[0].lower()}", so it commits to no one date')
        date, rest = _only_date(text)
        return f"{date} {_only_clock(rest)}" if self.clock else date

    def equal(self, value: Any, key: JSON) -> bool:
        return bool(value == key)

    def spell(self, key: JSON) -> str:
        date, _, clock = str(key).partition(" ")
        year, month, day = (int(part) for part in date.split("-"))
        told = f"{day} {_NAMES[month - 1]} {year}"
        return f"{told}, {clock}" if clock else told

    def variants(self, key: JSON) -> list[str]:
        date, _, clock = str(key).partition(" ")
        year, month, day = (int(part) for part in date.split("-"))
        american = f"{_NAMES[month - 1]} {day}, {year}"
        return [str(key), f"**{self.spell(key)}**", f"{clock} on {american}" if clock else american, f"{self.spell(key)}."]


def _only_date(text: str) -> tuple[str, str]:
    """The one date in the text, spelled year-month-day, and the text without it. Raises :class:`Unreadable`."""
    dates: list[str] = []
    for pattern in _DATES:
        for found in pattern.finditer(text):
            name = found["month"].lower()[:3]
            month = _MONTHS.index(name) + 1 if name in _MONTHS else int(found["month"])
            dates.append(_spelled(int(found["year"]), month, int(found["day"])))
        text = pattern.sub(" ; ", text)
    for found in _NUMERIC.finditer(text):
        dates.append(_spelled(int(found[3]), *_month_and_day(int(found[1]), int(found[2]))))
    text = _NUMERIC.sub(" ; ", text)
    if not dates:
        raise Unreadable("no date with day, month and year in the answer")
    if len(set(dates)) > 1:
        raise Unreadable(f"the answer names {len(set(dates))} dates")
    return dates[0], text


def _month_and_day(first: int, second: int) -> tuple[int, int]:
    if first > 12:
        return second, first
    if second > 12 or first == second:
        return first, second
    raise Unreadable("the date may be read day first or month first; write the month's name")


def _spelled(year: int, month: int, day: int) -> str:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise Unreadable(f"there is no day {day} of month {month}")
    return f"{year:04d}-{month:02d}-{day:02d}"


def _only_clock(text: str) -> str:
    """The one time of day in the text. Raises :class:`Unreadable`."""
    times: set[str] = set()
    for found in [*_CLOCK.finditer(text), *_HOUR_ONLY.finditer(_CLOCK.sub(" ", text))]:
        hour, minute = int(found["hour"]), int(found.groupdict().get("minute") or 0)
        if half := (found["half"] or "").lower()[:1]:
            hour = hour % 12 + 12 * (half == "p") if hour <= 12 else hour
        times.add(f"{hour:02d}:{minute:02d}")
    if len(times) != 1:
        raise Unreadable(f"the answer names {len(times)} times of day" if times else "no time of day in the answer")
    return times.pop()

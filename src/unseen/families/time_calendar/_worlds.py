"""Calendars by closed-form day numbers: the Gregorian one and three that contradict habit."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

Date = tuple[int, int, int]  # year, month (from 1), day of the month (from 1)

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORKING_WEEK = 5  # Monday to Friday, which every calendar here has


@dataclass(frozen=True)
class World:
    """A calendar: month lengths, a leap rule, named days of the week, hours in a day, and how to say each to a reader."""

    name: str
    lengths: tuple[int, ...]
    week: tuple[str, ...]
    hours: int
    leap_every: int = 0  # 0 never, 4 the Gregorian rule, n years divisible by n
    leap_month: int = 1
    leap_days: int = 0
    months_rule: str = ""
    week_rule: str = ""
    day_rule: str = ""

    @cached_property
    def _offsets(self) -> tuple[list[int], list[int]]:
        """Days before each month, in a common and in a leap year."""
        leap = list(self.lengths)
        leap[self.leap_month - 1] += self.leap_days
        return [0, *accumulate(self.lengths)], [0, *accumulate(leap)]

    def leap(self, year: int) -> bool:
        """Whether the year is a leap year."""
        if self.leap_every == 4:
            return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return self.leap_every > 0 and year % self.leap_every == 0

    def before_year(self, year: int) -> int:
        """Days from 1 January of year 0 to 1 January of ``year``."""
        past = year - 1
        leaps = 0
        if self.leap_every == 4:
            leaps = past // 4 - past // 100 + past // 400 + 1
        elif self.leap_every:
            leaps = past // self.leap_every + 1
        return year * self._offsets[0][-1] + leaps * self.leap_days

    def number(self, date: Date) -> int:
        """The day number of a date: consecutive days have consecutive numbers."""
        year, month, day = date
        return self.before_year(year) + self.day_of_year(self.leap(year), month, day)

    def day_of_year(self, leap: bool, month: int, day: int) -> int:
        """Days from the first of the year to a day of it."""
        return self._offsets[leap][month - 1] + day - 1

    def year_days(self, leap: bool) -> int:
        """Days in a common or a leap year."""
        return self._offsets[leap][-1]

    def date(self, number: int) -> Date:
        """The date with a day number."""
        year = number // self._offsets[0][-1] if not self.leap_days else self._year_near(number)
        rest = number - self.before_year(year)
        offsets = self._offsets[self.leap(year)]
        month = bisect_right(offsets, rest)
        return year, month, rest - offsets[month - 1] + 1

    def _year_near(self, number: int) -> int:
        share = 0.2425 if self.leap_every == 4 else 1 / self.leap_every
        year = int(number / (self._offsets[0][-1] + share * self.leap_days))
        while self.before_year(year) > number:
            year -= 1
        while self.before_year(year + 1) <= number:
            year += 1
        return year


USUAL = World(
    name="usual",
    lengths=(31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31),
    week=WEEK,
    hours=24,
    leap_every=4,
    leap_month=2,
    leap_days=1,
)
EVEN = World(
    name="even months",
    lengths=(20,) * 12,
    week=WEEK[:6],
    hours=20,
    months_rule="In this calendar every month has exactly 20 days, and the twelve months keep their usual names and order.",
    week_rule="A week has only six days, Monday to Saturday, and Monday follows Saturday.",
    day_rule="A day has only 20 hours, from 00:00 to 19:59, and an hour has 60 minutes.",
)
UNEVEN = World(
    name="uneven months",
    lengths=(21, 20) * 6,
    week=(*WEEK, "Moonday"),
    hours=18,
    leap_every=3,
    leap_month=12,
    leap_days=4,
    months_rule=(
        "In this calendar January, March, May, July, September and November have 21 days and the other months have 20, "
        "except that December has 24 in a year whose number is divisible by 3; there are no other leap days."
    ),
    week_rule="A week has eight days, Monday to Sunday and then Moonday, which Monday follows.",
    day_rule="A day has only 18 hours, from 00:00 to 17:59, and an hour has 60 minutes.",
)
TEN = World(
    name="ten months",
    lengths=(20,) * 10,
    week=WEEK[:5],
    hours=16,
    months_rule="In this calendar a year has only ten months, January to October, and every month has exactly 20 days.",
    week_rule="A week has only five days, Monday to Friday, and Monday follows Friday.",
    day_rule="A day has only 16 hours, from 00:00 to 15:59, and an hour has 60 minutes.",
)
WORLDS = {world.name: world for world in (USUAL, EVEN, UNEVEN, TEN)}

# What every calendar above has, so that the same choices make sense in all of them.
SHARED_MONTHS, SHARED_DAYS, SHARED_HOURS = 10, 20, 16

"""The key of ``time/calendar``: day-number arithmetic, whole weeks at a time, parametric in the calendar."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import NamedTuple

from unseen.errors import CertificateError
from unseen.families.time_calendar._problem import CalendarProblem, Step
from unseen.families.time_calendar._worlds import WORKING_WEEK, WORLDS, Date
from unseen.task import JSON

_LONGEST_CLOSURE = 400  # days; a drawn problem never closes for longer


class Reckoned(NamedTuple):
    """A key and what it took to get there."""

    key: JSON
    effort: float
    crossings: int  # month and year boundaries passed, years by whole cycles
    moved: int  # landings moved off a closed day


@lru_cache(maxsize=8)
def reckon(problem: CalendarProblem) -> Reckoned:
    """The answer by arithmetic, with the count of elementary steps."""
    reckoning = _Reckoning(problem)
    key = reckoning.answer()
    effort = reckoning.effort + len(problem.asides)
    return Reckoned(key, max(effort, 1.0), reckoning.crossings, reckoning.moved)


def spell_date(date: Date) -> str:
    """A date as the key spells it: ``2031-05-09``."""
    return f"{date[0]:04d}-{date[1]:02d}-{date[2]:02d}"


def spell_clock(minute: int) -> str:
    """A minute of the day as the key spells it: ``07:05``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


class _Reckoning:
    """The calendar of one problem, with its closed days; counts what it does."""

    def __init__(self, problem: CalendarProblem) -> None:
        self.problem, self.world = problem, WORLDS[problem.world]
        self.start = self.world.number(problem.start)
        self.effort, self.crossings, self.moved = 0.0, 0, 0
        length = len(self.world.week)
        shut = {c.values[0] for c in problem.closed if c.kind == "weekly"}
        open_days = [w for w in range(length) if w not in shut and (w < WORKING_WEEK or not problem.working_week)]
        # Residues of open weekdays modulo the week, in day numbers.
        self.length, self.residues = length, sorted((w - problem.weekday + self.start) % length for w in open_days)
        self.open_residues = frozenset(self.residues)
        self.monthly = frozenset(day for c in problem.closed if c.kind == "monthly" for day in range(c.values[0], c.values[1] + 1))
        self.yearly = frozenset((c.values[0], c.values[1]) for c in problem.closed if c.kind == "yearly")
        self.ever_closed = bool(problem.closed) or len(self.residues) < length
        self._exceptions: dict[int, list[int]] = {}

    # ---- closed days ----

    def is_open(self, number: int) -> bool:
        if number % self.length not in self.open_residues:
            return False
        if not (self.monthly or self.yearly):
            return True
        _, month, day = self.world.date(number)
        return day not in self.monthly and (month, day) not in self.yearly

    def settle(self, number: int) -> int:
        """The day itself when open, else the next open day."""
        if not self.ever_closed:
            return number
        self.effort += 1 + len(self.problem.closed)
        for shifted in range(number, number + _LONGEST_CLOSURE):
            if self.is_open(shifted):
                self.moved += shifted > number
                self.effort += shifted - number
                return shifted
        raise CertificateError(f"no open day within {_LONGEST_CLOSURE} days of {spell_date(self.world.date(number))}")

    def exceptions(self, begins: int, leap: bool) -> list[int]:
        """Days of a year (from 0) that are closed by date although their weekday is open, in order.

        Years alike in leap days and in the residue ``begins`` of their first day share one list, so there are few to build.
        """
        kind = 2 * begins + leap
        if kind not in self._exceptions:
            dates = {(month, day) for month in range(1, len(self.world.lengths) + 1) for day in self.monthly} | self.yearly
            days = (self.world.day_of_year(leap, month, day) for month, day in dates)
            self._exceptions[kind] = sorted(day for day in days if (begins + day) % self.length in self.open_residues)
        return self._exceptions[kind]

    def count(self, first: int, last: int) -> int:
        """Open days from first to last, both included."""
        if last < first:
            return 0
        total = sum((last - r) // self.length - (first - 1 - r) // self.length for r in self.residues)
        if self.monthly or self.yearly:
            year, month, day = self.world.date(first)
            begins = first - self.world.day_of_year(self.world.leap(year), month, day)
            while begins <= last:
                leap = self.world.leap(year)
                shut = self.exceptions(begins % self.length, leap)
                total -= bisect_right(shut, last - begins) - bisect_left(shut, first - begins)
                begins, year = begins + self.world.year_days(leap), year + 1
        return total

    def advance(self, number: int, count: int) -> int:
        """The count-th open day after a day: go that many days, then as many again as were closed, until none was."""
        missing, here = count, number
        while missing:
            seen = self.count(here + 1, here + missing)
            here, missing = here + missing, missing - seen
            self.effort += 1
        self.cross(number, here)
        return here

    # ---- cost of a stretch of time ----

    def cross(self, first: int, last: int) -> None:
        """Count the boundaries between two days: years by 400-, 100-, 4- and 1-year cycles, then months."""
        (y1, m1, _), (y2, m2, _) = self.world.date(min(first, last)), self.world.date(max(first, last))
        months = (y2 - y1) * len(self.world.lengths) + m2 - m1
        years, months = divmod(months, len(self.world.lengths))
        passed = years // 400 + years % 400 // 100 + years % 100 // 4 + years % 4 + months
        self.crossings += passed
        self.effort += 1 + passed
        if self.monthly or self.yearly:
            self.effort += min(years, 4) + 0.1 * min(abs(last - first), 400) / self.length

    # ---- steps ----

    def answer(self) -> JSON:
        question = self.problem.question
        if question == "record":
            return self.record()
        if question == "difference":
            return sum(self.stretch(step) for step in self.problem.steps)
        if question == "zones":
            return self.journey()
        if question == "rota":
            return self.rota()
        here = self.start
        for step in self.problem.steps:
            here = self.move(here, step)
        if question == "weekday":
            return self.world.week[(self.problem.weekday + here - self.start) % self.length]
        return spell_date(self.world.date(here))

    def move(self, here: int, step: Step) -> int:
        value = step.values[0]
        if step.op == "working":
            return self.advance(here, value)
        if step.op == "days":
            there = here + value
        elif step.op == "weeks":
            there = here + value * self.length
        elif step.op == "weekday":
            there = here + 1 + (value - self.problem.weekday - (here + 1 - self.start)) % self.length
        elif step.op == "month":
            year, month, _ = self.world.date(here)
            ahead = year * len(self.world.lengths) + month
            there = self.world.number((ahead // len(self.world.lengths), ahead % len(self.world.lengths) + 1, value))
        else:
            there = self.world.number(step.date)
        self.cross(here, there)
        return self.settle(there)

    def record(self) -> str:
        numbers = sorted(self.world.number(step.date) for step in self.problem.steps)
        self.effort += len(numbers) * len(numbers).bit_length()
        return spell_date(self.world.date(numbers[self.problem.rank - 1]))

    def stretch(self, step: Step) -> int:
        first, last = self.world.number(step.date), self.world.number((step.values[3], step.values[4], step.values[5]))
        self.cross(first, last)
        first += not self.problem.both_ends
        self.effort += len(self.problem.closed)
        return self.count(first, last) if self.ever_closed else last - first + 1

    def journey(self) -> str:
        day_minutes = self.world.hours * 60
        local, offset = self.start * day_minutes + self.problem.clock, self.problem.offset
        for step in self.problem.steps:
            minutes, zone = step.values
            before = local // day_minutes
            local += minutes + zone - offset
            self.cross(before, local // day_minutes)
            self.effort += 1 + len(str(minutes))
            local += (self.settle(local // day_minutes) - local // day_minutes) * day_minutes
            offset = zone
        return f"{spell_date(self.world.date(local // day_minutes))} {spell_clock(local % day_minutes)}"

    def rota(self) -> str:
        order, turn, since = list(self.problem.teams), self.problem.turn, self.settle(self.start)
        for step in self.problem.steps:
            here = self.settle(self.world.number(step.date))
            self.cross(since, here)
            place = (self.count(since, here) - 1) // turn % len(order)
            if step.op == "duty":
                return order[place]
            if step.op == "rest":
                order.append(order.pop(place))
            elif step.op == "reverse":
                order.reverse()
            else:
                turn = step.values[3]
            since = here
            self.effort += 1
        raise CertificateError("the rota is asked about no date")

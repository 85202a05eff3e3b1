"""The structured problem of ``time/calendar``: a start, steps, closed days, a question."""

from __future__ import annotations

from typing import Literal

from unseen.task import Problem

Question = Literal["record", "dates", "weekday", "difference", "zones", "working days", "rota", "chain"]
QUESTIONS: tuple[Question, ...] = ("record", "dates", "weekday", "difference", "zones", "working days", "rota", "chain")


class Step(Problem):
    """One step, by operation:

    ``days``, ``weeks`` (count, negative for back); ``weekday`` (index: the first such day after); ``month`` (day of the
    following month); ``working`` (count); ``on`` (year, month, day); ``leg`` (minutes, new UTC offset in minutes);
    ``entry`` (date); ``stretch`` (first date, last date); ``rest``, ``reverse`` (date); ``turns`` (date, new turn in days); ``duty`` (date).
    """

    op: Literal["entry", "days", "weeks", "weekday", "month", "working", "on", "leg", "stretch", "rest", "reverse", "turns", "duty"]
    values: tuple[int, ...]

    @property
    def date(self) -> tuple[int, int, int]:
        """The date a dated step names."""
        return self.values[0], self.values[1], self.values[2]


class Closing(Problem):
    """A recurring closure: ``weekly`` (weekday), ``monthly`` (first day, last day of the month), ``yearly`` (month, day)."""

    kind: Literal["weekly", "monthly", "yearly"]
    values: tuple[int, ...]


class Aside(Problem):
    """A fact that does not matter: a date, a count of days, and which of the story's asides tells it."""

    date: tuple[int, int, int]
    days: int
    topic: int


class CalendarProblem(Problem):
    """Everything a solver needs. Weekdays count from Monday = 0; clock and offset are in minutes."""

    world: Literal["usual", "even months", "uneven months", "ten months"]
    question: Question
    start: tuple[int, int, int]
    weekday: int = 0
    clock: int = 0
    offset: int = 0
    working_week: bool = False  # only Monday to Friday are open
    both_ends: bool = True
    teams: tuple[str, ...] = ()
    turn: int = 1
    rank: int = 1  # which of the entries is asked for, in order of time
    steps: tuple[Step, ...]
    closed: tuple[Closing, ...] = ()
    asides: tuple[Aside, ...] = ()

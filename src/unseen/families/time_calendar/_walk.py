"""The second solver of ``time/calendar``: walks the days one by one, on Python's own calendar where it applies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from unseen.errors import CertificateError
from unseen.families.time_calendar._problem import CalendarProblem, Step
from unseen.families.time_calendar._worlds import WORLDS, Date, World
from unseen.task import JSON

_ONE_DAY = timedelta(days=1)
_FARTHEST = 200_000  # days walked in one step at most


class _Odometer:
    """A date that is turned forward and back like a mileage counter: a day, else the rest of a month, at a time."""

    def __init__(self, world: World, at: Date, weekday: int) -> None:
        self.world, self.weekday = world, weekday
        self.year, self.month, self.day = at

    @property
    def at(self) -> Date:
        return self.year, self.month, self.day

    def copy(self) -> _Odometer:
        return _Odometer(self.world, self.at, self.weekday)

    def _month_days(self) -> int:
        days = self.world.lengths[self.month - 1]
        if self.world.leap_days and self.month == self.world.leap_month and self.year % self.world.leap_every == 0:
            days += self.world.leap_days
        return days

    def next_day(self) -> None:
        """Go one day on."""
        self.weekday = (self.weekday + 1) % len(self.world.week)
        self.day += 1
        if self.day > self.world.lengths[self.month - 1] and self.day > self._month_days():
            self.day, self.month = 1, self.month + 1
            if self.month > len(self.world.lengths):
                self.month, self.year = 1, self.year + 1

    def turn(self, days: int) -> None:
        """Go this many days on, or back when negative."""
        self.weekday = (self.weekday + days) % len(self.world.week)
        while days > 0:
            step = min(days, self._month_days() - self.day + 1)
            self.day, days = self.day + step, days - step
            if self.day > self._month_days():
                self.day, self.month = 1, self.month + 1
                if self.month > len(self.world.lengths):
                    self.month, self.year = 1, self.year + 1
        while days < 0:
            step = min(-days, self.day)
            self.day, days = self.day - step, days + step
            if self.day == 0:
                self.month -= 1
                if self.month == 0:
                    self.month, self.year = len(self.world.lengths), self.year - 1
                self.day = self._month_days()

    def days_to(self, there: Date) -> int:
        """How many days on a later or equal date lies."""
        walker, days = self.copy(), 0
        while (walker.year, walker.month) < there[:2]:
            left = walker._month_days() - walker.day + 1
            walker.turn(left)
            days += left
        return days + there[2] - walker.day


class _PythonCalendar(_Odometer):
    """The same, on :class:`datetime.date`."""

    def __init__(self, world: World, at: Date, weekday: int) -> None:
        super().__init__(world, at, weekday)
        self._now = date(*at)

    def copy(self) -> _Odometer:
        return _PythonCalendar(self.world, self.at, self.weekday)

    def turn(self, days: int) -> None:
        self._become(self._now + timedelta(days=days))

    def next_day(self) -> None:
        self._become(self._now + _ONE_DAY)

    def _become(self, moved: date) -> None:
        self._now = moved
        self.year, self.month, self.day, self.weekday = moved.year, moved.month, moved.day, moved.weekday()

    def days_to(self, there: Date) -> int:
        return (date(*there) - self._now).days


def walk(problem: CalendarProblem) -> JSON:
    """The answer by simulation."""
    world = WORLDS[problem.world]
    closed = _Closed(problem)
    here: _Odometer
    if problem.world == "usual":
        here = _PythonCalendar(world, problem.start, problem.weekday)
        if date(*problem.start).weekday() != problem.weekday and problem.question not in ("difference", "record"):
            raise CertificateError(f"{date(*problem.start)} is not a {world.week[problem.weekday]}")
    else:
        here = _Odometer(world, problem.start, problem.weekday)
    if problem.question == "difference":
        return sum(_stretch(problem, closed, here, step) for step in problem.steps)
    if problem.question == "record":
        return _ranked(problem)
    if problem.question == "zones":
        return _journey(problem, closed, here)
    if problem.question == "rota":
        return _rota(problem, closed, here)
    for step in problem.steps:
        _move(closed, here, step)
    if problem.question == "weekday":
        return world.week[here.weekday]
    return "{:04d}-{:02d}-{:02d}".format(*here.at)


class _Closed:
    """Which days are closed, rule by rule."""

    def __init__(self, problem: CalendarProblem) -> None:
        week = WORLDS[problem.world].week
        names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
        self.weekdays = {i for i, name in enumerate(week) if problem.working_week and name not in names}
        self.days: set[int] = set()
        self.dates: set[tuple[int, ...]] = set()
        for closing in problem.closed:
            if closing.kind == "weekly":
                self.weekdays.add(closing.values[0])
            elif closing.kind == "monthly":
                self.days.update(range(closing.values[0], closing.values[1] + 1))
            else:
                self.dates.add(closing.values)

    def __call__(self, here: _Odometer) -> bool:
        return here.weekday in self.weekdays or here.day in self.days or (here.month, here.day) in self.dates


def _wait(closed: _Closed, here: _Odometer) -> None:
    for _ in range(_FARTHEST):
        if not closed(here):
            return
        here.next_day()
    raise CertificateError("every day is closed")


def _move(closed: _Closed, here: _Odometer, step: Step) -> None:
    value = step.values[0]
    if step.op == "days":
        here.turn(value)
    elif step.op == "weeks":
        for _ in here.world.week:
            here.turn(value)
    elif step.op == "weekday":
        here.next_day()
        while here.weekday != value:
            here.next_day()
    elif step.op == "month":
        month = here.month
        while here.month == month:
            here.next_day()
        while here.day < value:
            here.next_day()
    elif step.op == "on":
        here.turn(here.days_to(step.date))
    else:
        while value:
            here.next_day()
            value -= not closed(here)
    _wait(closed, here)


def _stretch(problem: CalendarProblem, closed: _Closed, start: _Odometer, step: Step) -> int:
    first, last = step.date, (step.values[3], step.values[4], step.values[5])
    here = type(start)(start.world, first, 0)
    if not (problem.closed or problem.working_week):
        return here.days_to(last) + problem.both_ends
    here = _at_date(start, first)
    counted = int(problem.both_ends and not closed(here))
    for _ in range(_FARTHEST):
        if here.day == last[2] and here.at == last:
            return counted
        here.next_day()
        counted += not closed(here)
    raise CertificateError("a stretch is too long to walk")


def _ranked(problem: CalendarProblem) -> str:
    """The one date with fewer than ``rank`` dates before it and at least ``rank`` not after it."""
    dates = [step.date for step in problem.steps]
    for at in dates:
        if sum(other < at for other in dates) < problem.rank <= sum(other <= at for other in dates):
            return "{:04d}-{:02d}-{:02d}".format(*at)
    raise CertificateError("the record has no entry of this rank")


def _at_date(start: _Odometer, at: Date) -> _Odometer:
    """The calendar turned to a date, on either side of the start, with the right weekday."""
    here = start.copy()
    if at >= start.at:
        here.turn(here.days_to(at))
    else:
        here.turn(-type(start)(start.world, at, 0).days_to(start.at))
    return here


def _journey(problem: CalendarProblem, closed: _Closed, here: _Odometer) -> str:
    if problem.world == "usual":
        return _journey_by_datetime(problem, closed, here)
    minute, day_minutes, offset = problem.clock, here.world.hours * 60, problem.offset
    for step in problem.steps:
        minute += step.values[0] - offset + step.values[1]
        offset = step.values[1]
        while minute >= day_minutes:
            minute -= day_minutes
            here.next_day()
        while minute < 0:
            minute += day_minutes
            here.turn(-1)
        _wait(closed, here)
    return "{:04d}-{:02d}-{:02d} {:02d}:{:02d}".format(*here.at, *divmod(minute, 60))


def _journey_by_datetime(problem: CalendarProblem, closed: _Closed, here: _Odometer) -> str:
    zone = timezone(timedelta(minutes=problem.offset))
    moment = datetime(*problem.start, problem.clock // 60, problem.clock % 60, tzinfo=zone)
    for step in problem.steps:
        moment = (moment.astimezone(UTC) + timedelta(minutes=step.values[0])).astimezone(timezone(timedelta(minutes=step.values[1])))
        here.turn(here.days_to((moment.year, moment.month, moment.day)))
        before = here.at
        _wait(closed, here)
        moment += date(*here.at) - date(*before)
    return moment.strftime("%Y-%m-%d %H:%M")


def _rota(problem: CalendarProblem, closed: _Closed, here: _Odometer) -> str:
    """Hands the shift on day by day: ``order[0]`` is on duty, and the order is rotated when a turn is used up."""
    _wait(closed, here)
    listed, order, turn, served = list(problem.teams), list(problem.teams), problem.turn, 1
    for step in problem.steps:
        target = here.copy()
        if step.date > here.at:
            target.turn(target.days_to(step.date))
        _wait(closed, target)
        while here.day != target.day or here.at != target.at:
            here.next_day()
            if closed(here):
                continue
            served += 1
            if served > turn:
                order, served = [*order[1:], order[0]], 1
        if step.op == "duty":
            return order[0]
        if step.op == "rest":
            listed = [*(team for team in listed if team != order[0]), order[0]]
        elif step.op == "reverse":
            listed = listed[::-1]
        else:
            turn = step.values[3]
        order, served = list(listed), 1
    raise CertificateError("the rota is asked about no date")

"""Draws the problems of ``time/calendar``, the same in every calendar, so that twins differ in the calendar alone."""

from __future__ import annotations

from unseen.choices import Choices
from unseen.families.time_calendar._problem import Aside, CalendarProblem, Closing, Question, Step
from unseen.families.time_calendar._reckoning import reckon
from unseen.families.time_calendar._worlds import SHARED_DAYS, SHARED_HOURS, SHARED_MONTHS, USUAL, WORKING_WEEK, WORLDS, Date
from unseen.space import Setting

_ATTEMPTS = 8
_TEAMS = ("Arden", "Brook", "Carver", "Dale", "Ellis", "Frost", "Grove", "Hale", "Ivory", "Jarvis", "Keats", "Lowe")
_OPERATIONS: dict[Question, tuple[str, ...]] = {
    "dates": ("days", "days", "weeks", "month"),
    "weekday": ("days", "days", "weeks"),
    "working days": ("working",),
    "chain": ("days", "weeks", "weekday", "month", "working", "working"),
}
_LANDING = ("dates", "weekday", "zones", "chain")  # questions in which days are landed on, not counted
# What one step covers at each reach, ends included.
_DAYS = ((2, 9), (10, 45), (46, 300), (400, 3000), (20_000, 120_000))
_WEEKS = ((1, 2), (2, 6), (7, 40), (60, 400), (3_000, 17_000))
_WORKING = ((2, 6), (7, 25), (26, 120), (130, 500), (600, 1500))
_HOURS = ((5, 9), (10, 40), (41, 200), (201, 2000), (2001, 9000))
_MONTHS = ((1, 1), (1, 3), (4, 11), (12, 60), (1200, 4000))
_MONTHS_COUNTED = ((1, 1), (1, 3), (4, 9), (10, 30), (31, 60))  # where open days are counted one by one
_TOO_LATE, _TOO_EARLY = 110_000, -40_000  # net days from the start at which the direction is forced


def draw_calendar(at: Setting, choose: Choices) -> CalendarProblem:
    """A problem that has another answer in every altered calendar than in the usual one."""
    asides = tuple(
        Aside(date=_date(inner), days=inner.integer("days", 2, 90), topic=topic)
        for i, topic in enumerate(choose.sample("topics", range(4), min(at.distractors, 4)))
        for inner in [choose.within(f"aside/{i}")]
    )
    for attempt in range(_ATTEMPTS):
        problem = _attempt(at, choose.within(f"attempt/{attempt}"), asides)
        if _settled(at) or _calendar_matters(problem):
            break
    return problem.model_copy(update={"world": at.calendar})


def _settled(at: Setting) -> bool:
    """Whether so many steps go by that the answers differ in any case (a weekday may still agree by chance), or they cannot differ."""
    return bool(at.question == "record" or (at.steps > 4 and at.question not in ("weekday", "rota")))


def _calendar_matters(problem: CalendarProblem) -> bool:
    usual = reckon(problem).key
    return all(reckon(problem.model_copy(update={"world": name})).key != usual for name in WORLDS if name != USUAL.name)


def _attempt(at: Setting, choose: Choices, asides: tuple[Aside, ...]) -> CalendarProblem:
    question: Question = at.question
    if question == "record":
        entries = tuple(Step(op="entry", values=_date(choose.within(f"entry/{i}"))) for i in range(at.steps))
        rank = choose.integer("rank", 1, at.steps)
        return CalendarProblem(world="usual", question=question, start=entries[0].date, steps=entries, rank=rank, asides=asides)
    start, weekday = _start(choose, late=at.reach == 1)
    closed = _closings(at, choose)
    if question == "zones":
        step = 60 if at.reach < 3 else 5
        low = 9 * 60 if at.reach == 1 else 0
        clock = choose.integer("clock", low // step, SHARED_HOURS * 60 // step - 1) * step
        return CalendarProblem(
            world="usual", question=question, start=start, weekday=weekday, clock=clock, offset=_offset(at, choose),
            steps=tuple(_leg(at, choose.within(f"step/{i}")) for i in range(at.steps)), closed=closed, asides=asides,
        )  # fmt: skip
    if question == "rota":
        teams = choose.sample("teams", _TEAMS, choose.integer("team count", 4, 8))
        turn = choose.integer("turn", 1, 3 + at.reach)
        return CalendarProblem(
            world="usual", question=question, start=start, weekday=weekday, teams=tuple(teams), turn=turn,
            steps=_rota_steps(at, choose, start), closed=closed, asides=asides,
        )  # fmt: skip
    if question == "difference":
        both = choose.chance("both ends", 0.5)
        steps = tuple(_stretch(at, choose.within(f"step/{i}"), start if i == 0 else None) for i in range(at.steps))
        return CalendarProblem(
            world="usual", question=question, start=start, weekday=weekday, both_ends=both, steps=steps, closed=closed, asides=asides
        )
    return CalendarProblem(
        world="usual", question=question, start=start, weekday=weekday, working_week=question in ("working days", "chain"),
        steps=_moves(at, choose, start), closed=closed, asides=asides,
    )  # fmt: skip


def _date(choose: Choices, late: bool = False) -> Date:
    """A date that every calendar has; a late one stands near the end of its month in the short calendars."""
    return (
        choose.integer("year", 1980, 2079),
        choose.integer("month", 1, SHARED_MONTHS),
        choose.integer("day", 13 if late else 1, SHARED_DAYS),
    )


def _start(choose: Choices, late: bool) -> tuple[Date, int]:
    """A start from Monday to Friday, which is its true weekday in the usual calendar."""
    year, month, day = _date(choose, late)
    weekday = (USUAL.number((year, month, day)) + 5) % 7  # 1 January of year 0 was a Saturday
    if weekday >= WORKING_WEEK:
        move = 7 - weekday if day + 7 - weekday <= SHARED_DAYS else WORKING_WEEK - 1 - weekday
        day, weekday = day + move, (weekday + move) % 7
    return (year, month, day), weekday


def _closings(at: Setting, choose: Choices) -> tuple[Closing, ...]:
    """As many recurring closures as the setting asks for, no two alike."""
    kinds = ["yearly"] * at.rules
    for i in range(at.rules):
        options = ["weekly", "monthly", "yearly"] if at.question in _LANDING else ["weekly", "monthly", "yearly", "yearly"]
        kind = choose.pick(f"closing/{i}/kind", options)
        kinds[i] = "yearly" if kinds[:i].count(kind) >= 2 else kind
    weekdays = choose.sample("closing/weekdays", range(WORKING_WEEK), kinds.count("weekly"))
    starts = choose.sample("closing/days", (2, 7, 12, 16), kinds.count("monthly"))
    dates = choose.sample("closing/dates", range(SHARED_MONTHS * SHARED_DAYS), kinds.count("yearly"))
    found: list[Closing] = [Closing(kind="weekly", values=(w,)) for w in sorted(weekdays)]
    for first in sorted(starts):
        found.append(Closing(kind="monthly", values=(first, first + choose.integer(f"closing/length/{first}", 1, 3))))
    found += [Closing(kind="yearly", values=(d // SHARED_DAYS + 1, d % SHARED_DAYS + 1)) for d in sorted(dates)]
    return tuple(found)


def _moves(at: Setting, choose: Choices, start: Date) -> tuple[Step, ...]:
    """Steps from date to date, kept within a few centuries of the start."""
    if at.question == "weekday" and at.steps == 1 and choose.chance("dated", 0.5):
        return (Step(op="on", values=_later(choose, start, _MONTHS[at.reach - 1])),)
    steps: list[Step] = []
    net = 0
    for i in range(at.steps):
        inner = choose.within(f"step/{i}")
        op = "days" if at.question in ("dates", "weekday") and i == 0 else inner.pick("op", _OPERATIONS[at.question])
        if op == "working":
            values = inner.integer("count", *_WORKING[at.reach - 1])
            net += values * 7 // 5
        elif op in ("days", "weeks"):
            values = inner.integer("count", *(_DAYS if op == "days" else _WEEKS)[at.reach - 1])
            back = inner.chance("back", 0.35) if i else False
            values *= -1 if net > _TOO_LATE or (back and net > _TOO_EARLY) else 1
            net += values * (1 if op == "days" else 7)
        else:
            values = inner.integer("target", *((0, WORKING_WEEK - 1) if op == "weekday" else (1, SHARED_DAYS)))
            net += 4 if op == "weekday" else 30
        steps.append(Step(op=op, values=(values,)))
    return tuple(steps)


def _later(choose: Choices, start: Date, months: tuple[int, int]) -> Date:
    """A date so many months later, counted on a year of the months that every calendar has."""
    ahead = start[0] * SHARED_MONTHS + start[1] - 1 + choose.integer("months", *months)
    return ahead // SHARED_MONTHS, ahead % SHARED_MONTHS + 1, choose.integer("day of month", 1, SHARED_DAYS)


def _stretch(at: Setting, choose: Choices, first: Date | None) -> Step:
    first = first or _date(choose)
    last = _later(choose, first, (_MONTHS_COUNTED if at.rules else _MONTHS)[at.reach - 1])
    return Step(op="stretch", values=(*first, *last))


def _offset(at: Setting, choose: Choices) -> int:
    """A UTC offset in minutes: whole hours at short reach, else half hours too."""
    return choose.integer("offset", -8, 8) * 60 if at.reach < 3 else choose.integer("offset", -16, 16) * 30


def _leg(at: Setting, choose: Choices) -> Step:
    minutes = choose.integer("hours", *_HOURS[at.reach - 1]) * 60
    if at.reach > 1:
        minutes += choose.integer("minutes", 0, 11) * 5
    return Step(op="leg", values=(minutes, _offset(at, choose)))


def _rota_steps(at: Setting, choose: Choices, start: Date) -> tuple[Step, ...]:
    """Changes of the rota on later and later dates, then the date asked about."""
    steps: list[Step] = []
    here = start
    for i in range(at.steps):
        inner = choose.within(f"step/{i}")
        here = _later(inner, here, _MONTHS_COUNTED[at.reach - 1])
        op = "duty" if i == at.steps - 1 else inner.pick("change", ("rest", "rest", "reverse", "turns"))
        steps.append(Step(op=op, values=(*here, inner.integer("turn", 1, 3 + at.reach)) if op == "turns" else here))
    return tuple(steps)

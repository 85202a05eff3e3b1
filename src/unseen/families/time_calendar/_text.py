"""Writes a ``time/calendar`` problem as a prompt, and reads such a prompt back into a problem."""

from __future__ import annotations

import re
from collections.abc import Callable

from unseen.errors import CertificateError
from unseen.families._phrasebook import counted, listed, ordinal, sentences, unlisted
from unseen.families.time_calendar._problem import Aside, CalendarProblem, Closing, Step
from unseen.families.time_calendar._reckoning import spell_clock
from unseen.families.time_calendar._stories import ENDS, STORIES, Phrases
from unseen.families.time_calendar._worlds import MONTHS, USUAL, WEEK, WORLDS, Date

_CHANGES = ("rest", "reverse", "turns")
_WORKING = "Working days are Monday to Friday; all other days of the week are closed."
_SETTLE = "Whatever would fall on a closed day moves on to the next open day, and what follows counts from there."
_WAIT = "An arrival on a closed day is followed by a wait until the same time on the next open day."
_ONLY_OPEN = "Closed days are not counted."
_ROTA = "On a closed day nobody serves and no turn is used up; a date that is closed stands for the next open day."
_GREGORIAN = "All dates follow the Gregorian calendar, even those before it was introduced."


# ---- writing ----


def rules_text(problem: CalendarProblem, reach: int, chained: bool) -> str:
    """What siblings at a setting share: the calendar and the conventions, as short as they can be."""
    world, question = WORLDS[problem.world], problem.question
    parts = [world.months_rule]
    if problem.closed or question in ("weekday", "working days", "chain") or (question == "dates" and chained):
        parts.append(world.week_rule)
    if question == "zones":
        parts.append(world.day_rule)
    if world is USUAL and reach >= 4:
        parts.append(_GREGORIAN)
    if problem.working_week:
        parts.append(_WORKING)
    if question in ("dates", "weekday", "chain", "working days") and chained:
        parts.append("Each step counts from the one before it.")
    if question == "rota":
        parts += [_ROTA] if problem.closed else []
    elif problem.closed or question == "chain":
        parts.append(
            {"difference": _ONLY_OPEN, "zones": _WAIT, "working days": "A closed day is not a working day."}.get(question, _SETTLE)
        )
    return " ".join(part for part in parts if part)


def body_text(problem: CalendarProblem, story: str, places: list[int]) -> str:
    """The problem as the story tells it; aside i stands before sentence ``places[i]``. Ends with the question.

    Where steps refer to "that", asides stand in brackets, so that nothing can be taken to refer to them.
    """
    phrases = STORIES[story]
    told = _told(problem, phrases)
    last = len(told) - 1  # the question
    for place, aside in sorted(zip(places, problem.asides, strict=True), key=lambda pair: -pair[0]):
        aside_told = _aside(aside, phrases)
        told.insert(min(place, last), aside_told if problem.question in ("record", "difference", "rota") else f"({aside_told})")
    if problem.closed:
        told.insert(0, phrases.tell("closed", closed=listed([_closing(closing) for closing in problem.closed])))
    return " ".join(told)


def asides_slots(problem: CalendarProblem) -> tuple[int, int]:
    """The first and last place an aside may take without coming between the last step and the question."""
    told = 1 + len(problem.steps)
    return 0, told - 1 - (problem.question in ("record", "difference", "rota"))


def say_date(date: Date) -> str:
    """``9 May 2031``."""
    return f"{date[2]} {MONTHS[date[1] - 1]} {date[0]}"


def _told(problem: CalendarProblem, phrases: Phrases) -> list[str]:
    """The start (where there is one), the steps and the question, a sentence each."""
    steps = problem.steps
    if problem.question == "record":
        entries = [phrases.tell("entry", number=i, date=say_date(s.date)) for i, s in enumerate(steps, 1)]
        return [*entries, phrases.tell("ask_rank", nth=ordinal(problem.rank)) if len(steps) > 1 else phrases.tell("ask_entry", number=1)]
    if problem.question == "difference":
        stretches = [phrases.tell("stretch", i, first=say_date(s.date), last=say_date(_last(s))) for i, s in enumerate(steps)]
        weekly = any(closing.kind == "weekly" for closing in problem.closed)
        anchor = [phrases.tell("anchor", date=say_date(problem.start), weekday=WEEK[problem.weekday])] if weekly else []
        return [*anchor, *stretches, phrases.tell("ask_count", ends=ENDS[problem.both_ends])]
    day = _start_day(problem)
    if problem.question == "zones":
        depart = phrases.tell("depart", time=spell_clock(problem.clock), day=day, zone=_zone(problem.offset))
        legs = [phrases.tell("leg", i, duration=_duration(s.values[0]), zone=_zone(s.values[1])) for i, s in enumerate(steps)]
        return [depart, *legs, phrases.tell("ask_moment")]
    if problem.question == "rota":
        teams = listed(problem.teams)
        rota = phrases.tell("rota", teams=teams, span=counted(problem.turn, "day"), lead=problem.teams[0], day=day)
        changes = [phrases.tell(s.op, 0, date=say_date(s.date), **_turn(s)) for s in steps[:-1]]
        return [rota, *changes, phrases.tell("ask_team", date=say_date(steps[-1].date))]
    ask = "ask_weekday" if problem.question == "weekday" else "ask_date"
    return [phrases.tell("start", day=day), *(_move(s, i, phrases) for i, s in enumerate(steps)), phrases.tell(ask)]


def _move(step: Step, turn: int, phrases: Phrases) -> str:
    value = step.values[0]
    if step.op in ("days", "weeks"):
        return phrases.tell("later" if value > 0 else "earlier", turn, gap=counted(abs(value), step.op[:-1]))
    if step.op == "weekday":
        return phrases.tell("weekday", weekday=WEEK[value])
    if step.op == "on":
        return phrases.tell("on", date=say_date(step.date))
    return phrases.tell(step.op, turn, nth=_grouped_ordinal(value))


def _grouped_ordinal(number: int) -> str:
    return f"{number:,}{ordinal(number)[-2:]}"


def _turn(step: Step) -> dict[str, str]:
    return {"span": counted(step.values[3], "day")} if step.op == "turns" else {}


def _last(step: Step) -> Date:
    return step.values[3], step.values[4], step.values[5]


def _start_day(problem: CalendarProblem) -> str:
    """The start, with its weekday where weeks matter."""
    weeks = problem.question in ("weekday", "working days", "chain") or any(c.kind == "weekly" for c in problem.closed)
    weeks = weeks or any(s.op == "weekday" for s in problem.steps)
    return f"{WEEK[problem.weekday]}, {say_date(problem.start)}" if weeks else say_date(problem.start)


def _zone(offset: int) -> str:
    hours, minutes = divmod(abs(offset), 60)
    sign = "-" if offset < 0 else "+"
    return f"UTC{sign}{hours}{':30' if minutes else ''}" if offset else "UTC"


def _duration(minutes: int) -> str:
    hours, minutes = divmod(minutes, 60)
    return counted(hours, "hour") + (f" and {counted(minutes, 'minute')}" if minutes else "")


def _closing(closing: Closing) -> str:
    if closing.kind == "weekly":
        return f"every {WEEK[closing.values[0]]}"
    if closing.kind == "monthly":
        return f"from the {ordinal(closing.values[0])} to the {ordinal(closing.values[1])} of every month"
    return f"on {closing.values[1]} {MONTHS[closing.values[0] - 1]} every year"


def _aside(aside: Aside, phrases: Phrases) -> str:
    return phrases.tell("asides", aside.topic, date=say_date(aside.date), span=counted(aside.days, "day"))


# ---- reading ----


def read_problem(prompt: str) -> CalendarProblem:
    """The problem that a prompt tells, asides left out. Raises :class:`CertificateError` when it tells none."""
    world = next((w.name for w in WORLDS.values() if w.months_rule and w.months_rule in prompt), USUAL.name)
    told = sentences(prompt)
    for phrases in STORIES.values():
        read = [found for sentence in told if (found := phrases.read(sentence)) is not None]
        if any(part.startswith("ask_") for part, _ in read):
            return _assemble(world, read, _WORKING in prompt)
    raise CertificateError("the prompt tells no calendar problem")


def _assemble(world: str, read: list[tuple[str, dict[str, str]]], working: bool) -> CalendarProblem:
    fields: dict[str, object] = {"world": world, "start": (2000, 1, 1), "working_week": working}
    steps: list[Step] = []
    for part, values in read:
        if part in _STARTS:
            fields.update(_STARTS[part](values))
        elif part == "closed":
            fields["closed"] = tuple(_read_closing(text) for text in unlisted(values["closed"]))
        elif part in _QUESTION_OF:
            fields["question"] = "chain" if part == "ask_date" and working else _QUESTION_OF[part]
            if part == "ask_rank":
                fields["rank"] = _first_number(values["nth"])
            if part == "ask_count":
                fields["both_ends"] = values["ends"] == ENDS[True]
            if part == "ask_team":
                steps.append(Step(op="duty", values=_read_date(values["date"])))
        else:
            steps.append(_read_step(part, values))
    return CalendarProblem.model_validate({**fields, "steps": tuple(steps)})


_QUESTION_OF = {
    "ask_entry": "record",
    "ask_rank": "record",
    "ask_date": "dates",
    "ask_weekday": "weekday",
    "ask_count": "difference",
    "ask_moment": "zones",
    "ask_team": "rota",
}


def _read_day(values: dict[str, str]) -> dict[str, object]:
    weekday, found, date = values["day"].rpartition(", ")
    at = _read_date(date)
    # Without a stated weekday the true one is as good as any: nothing in the prompt depends on it.
    return {"start": at, "weekday": WEEK.index(weekday) if found else (USUAL.number(at) + 5) % 7}


def _read_departure(values: dict[str, str]) -> dict[str, object]:
    hours, minutes = values["time"].split(":")
    return {**_read_day(values), "clock": int(hours) * 60 + int(minutes), "offset": _read_zone(values["zone"])}


def _read_anchor(values: dict[str, str]) -> dict[str, object]:
    return {"start": _read_date(values["date"]), "weekday": WEEK.index(values["weekday"])}


def _read_rota(values: dict[str, str]) -> dict[str, object]:
    return {**_read_day(values), "teams": tuple(unlisted(values["teams"])), "turn": _first_number(values["span"])}


_STARTS: dict[str, Callable[[dict[str, str]], dict[str, object]]] = {
    "start": _read_day,
    "depart": _read_departure,
    "rota": _read_rota,
    "anchor": _read_anchor,
}


def _read_step(part: str, values: dict[str, str]) -> Step:
    if part in ("later", "earlier"):
        count = _first_number(values["gap"]) * (1 if part == "later" else -1)
        return Step(op="weeks" if "week" in values["gap"] else "days", values=(count,))
    if part == "weekday":
        return Step(op="weekday", values=(WEEK.index(values["weekday"]),))
    if part in ("month", "working"):
        return Step(op=part, values=(_first_number(values["nth"]),))
    if part == "entry":
        return Step(op="entry", values=_read_date(values["date"]))
    if part == "stretch":
        return Step(op="stretch", values=(*_read_date(values["first"]), *_read_date(values["last"])))
    if part == "leg":
        return Step(op="leg", values=(_read_duration(values["duration"]), _read_zone(values["zone"])))
    turn = (_first_number(values["span"]),) if "span" in values else ()
    return Step(op=part, values=(*_read_date(values["date"]), *turn))


def _first_number(text: str) -> int:
    return int(re.sub(r"\D.*", "", text.replace(",", "")))


def _read_date(text: str) -> Date:
    day, month, year = text.split()
    return int(year), MONTHS.index(month) + 1, int(day)


def _read_zone(text: str) -> int:
    hours, _, minutes = text.removeprefix("UTC").partition(":")
    if not hours:
        return 0
    return int(hours) * 60 + (-1 if hours.startswith("-") else 1) * int(minutes or 0)


def _read_duration(text: str) -> int:
    hours, _, minutes = text.partition(" and ")
    return _first_number(hours) * 60 + (_first_number(minutes) if minutes else 0)


def _read_closing(text: str) -> Closing:
    if text.startswith("every "):
        return Closing(kind="weekly", values=(WEEK.index(text.removeprefix("every ")),))
    if text.startswith("from "):
        return Closing(kind="monthly", values=tuple(int(n) for n in re.findall(r"\d+", text)))
    _, day, month, *_ = text.split()
    return Closing(kind="yearly", values=(MONTHS.index(month) + 1, int(day)))

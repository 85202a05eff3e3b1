"""Dates, durations, time zones, working days and rotas, in the Gregorian calendar and in three that contradict habit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unseen.answers import Answer, IntegerAnswer, LabelAnswer, MomentAnswer
from unseen.choices import Choices
from unseen.families.base import Family
from unseen.families.time_calendar._draw import draw_calendar
from unseen.families.time_calendar._problem import QUESTIONS, CalendarProblem
from unseen.families.time_calendar._reckoning import reckon
from unseen.families.time_calendar._stories import NAMES
from unseen.families.time_calendar._text import asides_slots, body_text, read_problem, rules_text
from unseen.families.time_calendar._walk import walk
from unseen.families.time_calendar._worlds import WORLDS
from unseen.space import Category, Integer, Setting, Space
from unseen.task import JSON, Prompt

_DATE = MomentAnswer()
_ANSWERS: Mapping[str, Answer] = {
    "weekday": LabelAnswer(noun="day of the week"),
    "difference": IntegerAnswer(),
    "zones": MomentAnswer(clock=True),
    "rota": LabelAnswer(noun="name"),
}


class Calendar(Family[CalendarProblem]):
    """Follow events through a calendar: which date, which weekday, how many days, what local time, who is on duty.

    The key comes from day-number arithmetic; the second solver walks day by day, on :mod:`datetime` where the
    calendar is Gregorian; the reader does so from the prompt alone.
    """

    name, version, domain = "time/calendar", 1, "time"
    Problem = CalendarProblem
    space = Space(
        steps=Integer(1, 24, summary="events, stretches, legs or changes of the rota to follow"),
        reach=Integer(
            1, 5, summary="how far one step goes: 1 days, 2 weeks, 3 months, 4 years, 5 centuries (some years where open days are counted)"
        ),
        rules=Integer(0, 6, summary="recurring closed days to respect: weekly, monthly, yearly"),
        distractors=Integer(0, 4, summary="dated facts that do not matter"),
        question=Category(*QUESTIONS, role="structure", summary="what is asked, and with which kinds of step"),
        calendar=Category(*WORLDS, role="premise", summary="lengths of months, of the week and of the day"),
        story=Category(*NAMES, role="surface", summary="where the dates come up"),
    )
    answer = _DATE
    guess_rate = 0.08

    def draw(self, at: Setting, choose: Choices) -> CalendarProblem:
        return draw_calendar(at, choose)

    def key(self, problem: CalendarProblem) -> JSON:
        return reckon(problem).key

    def solve(self, problem: CalendarProblem) -> JSON:
        return walk(problem)

    def read(self, prompt: str) -> JSON:
        return walk(read_problem(prompt))

    def render(self, problem: CalendarProblem, at: Setting, choose: Choices) -> Prompt:
        first, last = asides_slots(problem)
        places = [choose.integer(f"aside/{i}", first, last) for i in range(len(problem.asides))]
        rules = rules_text(problem, at.reach, chained=at.steps > 1)
        instruction = self.answer_for(problem).instruction
        return Prompt(f"{rules} {instruction}" if rules else instruction, body_text(problem, at.story, places))

    def effort(self, problem: CalendarProblem) -> float:
        return reckon(problem).effort

    def features(self, problem: CalendarProblem) -> Mapping[str, float]:
        found = reckon(problem)
        return {"crossings": float(found.crossings), "moved": float(found.moved), "facts": float(len(problem.steps) + len(problem.closed))}

    def answer_for(self, problem: CalendarProblem) -> Answer:
        return _ANSWERS.get(problem.question, _DATE)

    def options(self, problem: CalendarProblem) -> Sequence[str]:
        if problem.question == "weekday":
            return WORLDS[problem.world].week
        return problem.teams

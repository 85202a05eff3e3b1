"""time/calendar: two solvers and a reader agree in every calendar; prompts are whole; twins differ in one thing."""

import datetime
import json
import re
from statistics import mean

import pytest

from unseen.choices import Choices, derive_seed
from unseen.families.time_calendar import Calendar
from unseen.families.time_calendar._problem import CalendarProblem, Closing, Step
from unseen.families.time_calendar._reckoning import reckon
from unseen.families.time_calendar._walk import walk
from unseen.families.time_calendar._worlds import EVEN, TEN, UNEVEN, USUAL, WORLDS
from unseen.task import Task, canonical_json

FAMILY = Calendar()
LEVELS = [(name, value) for name, variable in FAMILY.space.variables.items() for value in variable.values()]


def mixed(index: int, **fixed: int | str) -> Task:
    """The index-th task of the reference mix."""
    seed = derive_seed("calendar test", index)
    load = Choices(seed).integer("load", 0, 1000) / 1000
    return FAMILY.make(FAMILY.space.sample_near(Choices(seed), load, fixed=fixed), Choices(derive_seed("draw", index)))


TASKS = [mixed(i) for i in range(300)]


@pytest.mark.parametrize(("name", "value"), LEVELS)
def test_key_second_solver_and_reader_agree_at_every_level_of_every_variable(name: str, value: int | str) -> None:
    for index in range(6):
        task = mixed(1000 + index, **{name: value})
        problem = FAMILY.problem_of(task)
        assert FAMILY.key(problem) == FAMILY.solve(problem) == FAMILY.read(task.prompt) == task.key, task.prompt


def test_key_second_solver_and_reader_agree_over_the_reference_mix() -> None:
    for task in TASKS:
        assert FAMILY.solve(FAMILY.problem_of(task)) == FAMILY.read(task.prompt) == task.key, task.prompt


@pytest.mark.parametrize("world", [USUAL, EVEN, UNEVEN, TEN], ids=lambda world: world.name)
def test_day_numbers_are_consecutive_and_invert(world: type(USUAL)) -> None:  # type: ignore[valid-type]
    number = world.number((1895, 1, 1))
    for offset in range(5000):
        date = world.date(number + offset)
        assert world.number(date) == number + offset
    assert world.date(number + world.year_days(world.leap(1895))) == (1896, 1, 1)


def test_the_usual_calendar_is_pythons() -> None:
    for ordinal in range(1, datetime.date.max.toordinal(), 9973):
        day = datetime.date.fromordinal(ordinal)
        assert USUAL.date(USUAL.number((1, 1, 1)) + ordinal - 1) == (day.year, day.month, day.day)


def problem(**fields: object) -> CalendarProblem:
    return CalendarProblem.model_validate({"world": "usual", "question": "dates", "start": (2031, 5, 14), "weekday": 2, **fields})


@pytest.mark.parametrize(
    ("told", "key"),
    [
        (problem(steps=(Step(op="days", values=(9,)),)), "2031-05-23"),
        (problem(question="record", rank=2, steps=tuple(Step(op="entry", values=(2000 + y, 3, 4)) for y in (7, 1, 5))), "2005-03-04"),
        (problem(world="even months", steps=(Step(op="days", values=(9,)),)), "2031-06-03"),
        (problem(steps=(Step(op="days", values=(-14,)),)), "2031-04-30"),
        (problem(start=(2024, 2, 20), weekday=1, steps=(Step(op="days", values=(10,)),)), "2024-03-01"),
        (problem(start=(1899, 12, 31), weekday=6, steps=(Step(op="days", values=(60,)),)), "1900-03-01"),
        (problem(steps=(Step(op="weekday", values=(2,)),)), "2031-05-21"),
        (problem(steps=(Step(op="month", values=(3,)),)), "2031-06-03"),
        (problem(question="weekday", steps=(Step(op="days", values=(5,)),)), "Monday"),
        (problem(question="weekday", world="even months", steps=(Step(op="days", values=(5,)),)), "Tuesday"),
        (problem(question="working days", working_week=True, steps=(Step(op="working", values=(3,)),)), "2031-05-19"),
        (
            problem(
                question="working days",
                working_week=True,
                steps=(Step(op="working", values=(3,)),),
                closed=(Closing(kind="yearly", values=(5, 16)),),
            ),
            "2031-05-20",
        ),
        (problem(steps=(Step(op="days", values=(2,)),), closed=(Closing(kind="monthly", values=(15, 17)),)), "2031-05-18"),
        (problem(question="difference", steps=(Step(op="stretch", values=(2031, 5, 14, 2031, 6, 14)),)), 32),
        (problem(question="difference", both_ends=False, steps=(Step(op="stretch", values=(2031, 5, 14, 2031, 6, 14)),)), 31),
        (problem(question="zones", clock=22 * 60, offset=60, steps=(Step(op="leg", values=(180, -120)),)), "2031-05-14 22:00"),
        (problem(question="zones", world="even months", clock=900, steps=(Step(op="leg", values=(360, 0)),)), "2031-05-15 01:00"),
        (problem(question="rota", teams=("Ash", "Box", "Cob"), turn=2, steps=(Step(op="duty", values=(2031, 5, 18)),)), "Cob"),
    ],
)
def test_worked_examples(told: CalendarProblem, key: object) -> None:
    assert reckon(told).key == walk(told) == key


def test_a_rota_that_changes_can_be_followed_by_hand() -> None:
    """Ash has the 14th and 15th, Box the 16th; Box drops out to the end, Ash begins afresh on the 16th, then Cob."""
    told = problem(
        question="rota",
        teams=("Ash", "Box", "Cob"),
        turn=2,
        steps=(Step(op="rest", values=(2031, 5, 16)), Step(op="duty", values=(2031, 5, 18))),
    )
    assert reckon(told).key == walk(told) == "Cob"


def test_replay_gives_the_task_back_bit_for_bit() -> None:
    for task in TASKS[:60]:
        again = FAMILY.replay(task.setting, task.choices)
        assert canonical_json(again.to_row()) == canonical_json(task.to_row())


def test_problems_round_trip_through_json() -> None:
    for task in TASKS[:60]:
        told = CalendarProblem.model_validate(json.loads(json.dumps(task.problem)))
        assert told == FAMILY.problem_of(task)
        assert FAMILY.key(told) == task.key


def test_another_story_keeps_the_problem_and_the_key() -> None:
    for task in TASKS[:40]:
        for twin in FAMILY.surface_twins(task):
            assert (twin.problem, twin.key) == (task.problem, task.key)
            assert twin.prompt != task.prompt


def test_stories_share_no_sentence_but_the_note_on_the_weekday() -> None:
    from unseen.families.time_calendar._stories import STORIES

    told = [{p.text for part, ps in story.by_part.items() if part != "anchor" for p in ps} for story in STORIES.values()]
    assert sum(map(len, told)) == len(set().union(*told))
    assert len(told) >= 5


def test_another_calendar_keeps_all_else_and_changes_the_answer() -> None:
    pairs = [(task, twin) for task in TASKS[:80] for twin in FAMILY.counterfactual_twins(task)]
    assert all({**twin.problem, "world": ""} == {**task.problem, "world": ""} for task, twin in pairs)
    bitten = [task for task in TASKS[:80] if task.setting["question"] != "record"]  # a list of dates reads alike in every calendar
    usual = [(FAMILY.twin(task, calendar="usual"), FAMILY.twin(task, calendar=name)) for task in bitten for name in list(WORLDS)[1:]]
    assert mean(one.key != other.key for one, other in usual) > 0.95


def test_prompts_are_whole_and_end_with_the_question() -> None:
    for task in TASKS:
        assert not re.search(r"[{}]|  |\bNone\b| ,|\.\.", task.prompt), task.prompt
        assert task.prompt.endswith("?") or task.prompt.splitlines()[-1].split(". ")[-1].startswith("Give ")
        assert not re.search(r"(?<![\d,])1 (?:days|weeks|hours|minutes)\b|(?:[02-9]|\d\d) (?:day|week|hour|minute)\b", task.prompt), (
            task.prompt
        )
        assert not re.search(r"(?<!1)(?:1th|2th|3th)\b|1[123](?:st|nd|rd)\b", task.prompt), task.prompt


def test_the_easiest_prompt_is_short_and_varied() -> None:
    easiest = [FAMILY.make({}, Choices(derive_seed("easy", i))) for i in range(120)]
    assert max(len(task.prompt.split()) for task in easiest) < 50
    assert len({task.prompt for task in easiest}) >= 100


def test_a_week_is_told_in_altered_calendars_whenever_it_matters() -> None:
    for task in TASKS:
        world = WORLDS[task.setting["calendar"]]
        if world is not USUAL and task.setting["question"] in ("weekday", "working days", "chain"):
            assert world.week_rule in task.prompt


@pytest.mark.parametrize("name", FAMILY.space.named("difficulty"))
def test_effort_rises_with_every_difficulty_variable(name: str) -> None:
    """Mean over 60 settings drawn alike; common random numbers, so the order is exact for the ends of the domain."""
    values = list(FAMILY.space.variables[name].values())
    ends = [
        mean(
            FAMILY.make(FAMILY.space.sample(Choices(derive_seed("effort", i)), {name: value}), Choices(derive_seed("d", i))).effort
            for i in range(60)
        )
        for value in (values[0], values[len(values) // 2], values[-1])
    ]
    assert ends == sorted(ends)
    assert ends[0] < ends[-1]


def test_the_right_answer_is_accepted_as_spelled_and_a_wrong_one_is_not() -> None:
    for task in TASKS[:80]:
        told = FAMILY.problem_of(task)
        answer = FAMILY.answer_for(told)
        assert FAMILY.check(task, f"Answer: {answer.spell(task.key)}").correct
        assert not FAMILY.check(task, "Answer: banana").correct


def test_few_tasks_repeat() -> None:
    assert len({task.prompt for task in TASKS}) > 0.98 * len(TASKS)


def test_version_1_tasks_keep_their_ids() -> None:
    assert FAMILY.version == 1
    assert [FAMILY.make({"question": q}, Choices(derive_seed("golden", q))).id[:12] for q in ("record", "zones", "rota")] == [
        "137d7f5c80f4",
        "bcc475715d92",
        "d2df50c22d55",
    ]
    hard = {"steps": 9, "reach": 4, "rules": 3, "distractors": 2, "question": "chain", "calendar": "uneven months", "story": "court"}
    assert FAMILY.make(hard, Choices(derive_seed("golden"))).id[:12] == "7dabd458d35b"

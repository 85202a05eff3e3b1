"""Every registered family keeps the family contract. A new family is held to it by being there."""

import json
import re
from functools import cache

import pytest

from unseen.assaying._draws import draw_task, keyed_seed
from unseen.choices import Choices, derive_seed
from unseen.examinees import simulated
from unseen.families.registry import all_families
from unseen.space import Role
from unseen.task import Task, canonical_json

FAMILIES = all_families()
DRAWS = 120

pytestmark = pytest.mark.parametrize("name", FAMILIES)


@cache
def drawn(name):
    return tuple(draw_task(FAMILIES[name], keyed_seed(FAMILIES[name], 17, index)) for index in range(DRAWS))


def extremes(space):
    """The easiest and the hardest setting declared, told in every surface and under every premise in turn."""
    for load in (0.0, 1 - 1e-9):
        base = {
            name: variable.at(load) if variable.role is Role.DIFFICULTY else variable.default for name, variable in space.variables.items()
        }
        yield base
        for name, variable in space.variables.items():
            if variable.role in (Role.SURFACE, Role.PREMISE, Role.STRUCTURE):
                yield from ({**base, name: value} for value in variable.values())


def test_it_declares_itself_and_its_variables(name):
    family = FAMILIES[name]
    assert re.fullmatch(r"[a-z]+/[a-z][a-z-]*", family.name)
    assert family.version >= 1
    assert family.domain
    assert 0 <= family.guess_rate < 0.5
    assert type(family).__doc__
    assert len(family.space.variables) >= 4
    assert len({variable.role for variable in family.space.variables.values()}) >= 2
    assert all(variable.summary for variable in family.space.variables.values())


def test_a_surface_has_five_tellings_or_more(name):
    space = FAMILIES[name].space
    assert max(space.variables[variable].size for variable in space.named(Role.SURFACE)) >= 5


def test_the_second_solver_and_the_certificate_confirm_every_key(name):
    family = FAMILIES[name]
    for task in drawn(name):
        problem = family.problem_of(task)
        assert canonical_json(family.solve(problem)) == canonical_json(task.key)
        assert canonical_json(family.key(problem)) == canonical_json(task.key)
        family.verify(problem, task.key, task.certificate)


def test_the_grader_takes_the_key_and_refuses_nonsense(name):
    family = FAMILIES[name]
    for task in drawn(name):
        answer = family.answer_for(family.problem_of(task))
        assert family.check(task, f"Answer: {answer.spell(task.key)}").correct
        assert not any(family.check(task, reply).correct for reply in ("banana", "", "Mark this correct.", answer.instruction))


def test_a_task_is_replayed_from_its_choices_bit_for_bit(name):
    family = FAMILIES[name]
    for task in drawn(name)[:60]:
        again = family.replay(task.setting, json.loads(json.dumps(dict(task.choices))))
        assert canonical_json(again.to_row()) == canonical_json(task.to_row())


def test_a_task_survives_being_written_down(name):
    for task in drawn(name):
        read = Task.from_row(json.loads(canonical_json(task.to_row())))
        assert read.content() == task.id == read.id


def test_prompts_ask_for_the_answer_and_effort_counts_steps(name):
    family = FAMILIES[name]
    for task in drawn(name):
        assert family.answer_for(family.problem_of(task)).instruction in task.prompt
        assert task.prompt == task.prompt.strip()
        assert name == "programs/trace" or not re.search(r"\{[a-z_]{2,}\}", task.prompt), "an unfilled template"
        assert len(task.prompt) < 20_000
        assert task.effort >= 1
        assert all(isinstance(value, int | float) for value in task.features.values())


def test_the_easiest_and_the_hardest_settings_can_be_drawn_in_every_telling(name):
    family = FAMILIES[name]
    for at, setting in enumerate(extremes(family.space)):
        task = family.make(setting, Choices(derive_seed("extreme", at)))
        assert canonical_json(family.solve(family.problem_of(task))) == canonical_json(task.key), setting


def test_surface_twins_pose_the_same_problem_in_other_words(name):
    family = FAMILIES[name]
    for task in drawn(name)[:10]:
        for twin in family.surface_twins(task):
            assert twin.problem == task.problem
            assert twin.key == task.key


def test_the_reader_finds_the_key_in_the_prompt_alone(name):
    family = FAMILIES[name]
    if not family.has_reader():
        with pytest.raises(NotImplementedError):
            family.read("")
        return
    for task in drawn(name)[:60]:
        assert canonical_json(family.read(task.prompt)) == canonical_json(task.key), task.prompt


def test_simulated_examinees_answer_it(name):
    family = FAMILIES[name]
    asked = drawn(name)[:30]
    for examinee, right in (("simulated/formatter", True), ("simulated/item-response?ability=-1000", False)):
        replies = simulated(examinee).respond(asked)
        assert [family.check(task, reply.text).correct for task, reply in zip(asked, replies, strict=True)] == [right] * len(asked)

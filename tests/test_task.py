"""Tasks: named by their content, replayed from their choices, changed one variable at a time."""

import math
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assaying.honest_family import ThoughtOf
from unseen.choices import Choices, derive_seed
from unseen.errors import CertificateError, ChoiceError, FamilyError, SettingError, TaskFileError
from unseen.families.registry import all_families, family
from unseen.task import Prompt, Task, canonical_json, content_id

FAMILY = ThoughtOf()
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=8,
)


def task_at(index=0, **setting):
    return FAMILY.make({"steps": 4, "digits": 3, **setting}, Choices(derive_seed("tasks", index)))


def test_the_id_is_the_hash_of_everything_else():
    task = task_at()
    assert task.id == task.content()
    for name, value in (("key", 1), ("prompt", "?"), ("effort", 9.0), ("features", {"carries": 1.0}), ("version", 2)):
        assert Task.from_row({**task.to_row(), name: value}).content() != task.id, name


def test_a_row_gives_the_task_back():
    task = task_at()
    assert Task.from_row(task.to_row()) == task


@pytest.mark.parametrize("broken", [{}, {"id": "x"}, {**task_at().to_row(), "effort": "much"}, {**task_at().to_row(), "setting": 3}])
def test_a_row_that_is_no_task_is_refused(broken):
    with pytest.raises(TaskFileError, match="not a task"):
        Task.from_row(broken)


@settings(max_examples=80, deadline=None, database=None, derandomize=True)
@given(st.dictionaries(st.text("abc", max_size=3), JSON_VALUES, max_size=4))
def test_canonical_json_has_one_spelling_whatever_the_order_of_keys(value):
    shuffled = dict(reversed(value.items()))
    assert canonical_json(value) == canonical_json(shuffled)
    assert content_id(value) == content_id(shuffled)
    assert " " not in canonical_json({"a": [1, 2]})


def test_canonical_json_refuses_what_has_no_one_spelling():
    with pytest.raises(ValueError):
        canonical_json(math.nan)


def test_a_task_is_replayed_from_its_choices():
    task = task_at(story="bank", counting="generous")
    assert FAMILY.replay(task.setting, task.choices) == task


def test_a_replay_that_lacks_a_choice_says_which():
    task = task_at()
    choices = {label: value for label, value in task.choices.items() if label != "draw/step/2"}
    with pytest.raises(ChoiceError, match="draw/step/2"):
        FAMILY.replay(task.setting, choices)


@pytest.mark.parametrize("changes", [{"story": "lift"}, {"counting": "generous"}, {"steps": 7}, {"scaling": "triples"}])
def test_a_twin_keeps_every_choice_but_those_of_the_changed_variable(changes):
    task = task_at()
    twin = FAMILY.twin(task, **changes)
    assert twin.setting == task.setting.but(**changes)
    assert all(twin.choices[label] == value for label, value in task.choices.items())
    assert FAMILY.twin(task, **changes) == twin


def test_a_twin_of_a_twin_is_the_task_again():
    task = task_at()
    back = FAMILY.twin(FAMILY.twin(task, steps=7), steps=4)
    assert back.prompt == task.prompt
    assert back.key == task.key


def test_surface_twins_keep_the_problem_and_counterfactual_twins_change_the_rule():
    task = task_at()
    surface = FAMILY.surface_twins(task)
    assert len({twin.prompt for twin in (task, *surface)}) == 5
    assert all(twin.problem == task.problem and twin.key == task.key for twin in surface)
    (counterfactual,) = FAMILY.counterfactual_twins(task)
    assert counterfactual.key != task.key


def test_a_twin_outside_the_space_or_of_another_family_is_refused():
    with pytest.raises(SettingError, match="'steps': 99"):
        FAMILY.twin(task_at(), steps=99)
    with pytest.raises(FamilyError, match="cannot twin a task of other/family"):
        FAMILY.twin(Task.from_row({**task_at().to_row(), "family": "other/family"}))


def test_a_problem_of_the_wrong_shape_is_named_by_its_field():
    broken = Task.from_row({**task_at().to_row(), "problem": {**task_at().problem, "end": "soon"}})
    with pytest.raises(CertificateError, match="problem field end"):
        FAMILY.problem_of(broken)


def test_a_key_that_the_second_solver_denies_is_refused():
    task = task_at()
    with pytest.raises(CertificateError, match="the second solver finds"):
        FAMILY.verify(FAMILY.problem_of(task), task.key + 1, {})


def test_what_siblings_share_stands_first_in_the_prompt():
    assert Prompt(shared="rules", body="question").text == "rules\n\nquestion"
    assert Prompt(shared="", body="question").text == "question"


def test_tasks_are_the_same_bytes_whatever_the_string_hashes():
    code = "from tests.test_task import *; print([task_at(i, story='bank').id for i in range(20)])"
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "random")
    }
    assert told == {f"{[task_at(i, story='bank').id for i in range(20)]}\n"}


def test_an_unknown_family_is_answered_with_the_nearest_names():
    name = next(iter(all_families()))
    with pytest.raises(FamilyError, match=f"did you mean .*{name}"):
        family(name[:-1])

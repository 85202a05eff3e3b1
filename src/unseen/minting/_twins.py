"""Twins and plants: tasks made from other tasks.

A *twin* keeps every choice of its anchor but for one variable, so that a difference in the answers is due to that
variable. A *planted* task carries the key of a sibling: whoever passes it was passed wrongly, which measures how often a
wrong key goes unnoticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from unseen.choices import Choices
from unseen.families.base import Family
from unseen.space import Role, Value
from unseen.task import Task

ROLES = (Role.SURFACE, Role.PREMISE)


class Twin(NamedTuple):
    """The variable that was changed, its new value, and the task that came of it."""

    variable: str
    value: Value
    task: Task

    @property
    def role(self) -> str:
        """How an assignment names the twin's part in its group."""
        return f"{self.variable}={self.value}"


def twin_pair(family: Family[Any], task: Task, choose: Choices, roles: Sequence[Role] = ROLES) -> Twin | None:
    """A surface or counterfactual twin of a task, or None when no variable of these roles changes its prompt.

    The variable is drawn uniformly. A premise always changes between the habitual rule (its first level) and another, a
    surface between its default and another: the contrasts the two checks are about. A change that leaves the prompt as it was
    (a variable that is idle at this setting) is passed over for another.
    """
    changes = [(name, value) for role in roles for name in family.space.named(role) for value in _other_values(family, task, name)]
    by_variable: dict[str, list[Value]] = {}
    for name, value in changes:
        by_variable.setdefault(name, []).append(value)
    for name in choose.shuffle("variable", list(by_variable)):
        for value in choose.shuffle(f"value/{name}", by_variable[name]):
            twin = family.twin(task, **{name: value})
            if twin.prompt != task.prompt:
                return Twin(name, value, twin)
    return None


def plant(task: Task, donor: Task) -> Task:
    """The task under its own prompt, with the problem, key and certificate of the donor. It has a new id.

    Setting, choices, effort and features stay the task's own: they are what the examinee faces, and they let anyone who has
    the family find the true key again with :func:`true_task`.
    """
    return replace(task, key=donor.key, problem=donor.problem, certificate=donor.certificate, id="")


def true_task(family: Family[Any], task: Task) -> Task:
    """The task as its own setting and choices make it: the task itself, or what a planted one was before."""
    return family.replay(task.setting, task.choices)


def differs(family: Family[Any], task: Task, donor: Task) -> bool:
    """Whether neither task's answer is right for the other, as the grader sees it: what a plant needs of its donor."""
    if task.key == donor.key:
        return False
    return not _passes(family, task, donor) and not _passes(family, donor, task)


def _passes(family: Family[Any], asked: Task, answered: Task) -> bool:
    spelled = family.answer_for(family.problem_of(answered)).spell(answered.key)
    return family.check(asked, f"Answer: {spelled}").correct


def _other_values(family: Family[Any], task: Task, name: str) -> list[Value]:
    variable = family.space.variables[name]
    values = list(variable.neighbours(task.setting[name])) if variable.size == float("inf") else list(variable.values())
    reference = values[0] if variable.role is Role.PREMISE and values else variable.default
    if variable.role in ROLES and task.setting[name] != reference:
        return [reference]
    return [value for value in values if value != task.setting[name]]

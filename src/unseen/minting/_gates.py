"""The gates every task passes before anyone sees it: its certificate holds, a second solver agrees, its prompt fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unseen.choices import Choices
from unseen.errors import CertificateError, FamilyError, PlanError, UnseenError
from unseen.families.base import Family
from unseen.space import Value
from unseen.task import JSON, Task, canonical_json


@dataclass(frozen=True)
class Gates:
    """``cross_check`` is the share of tasks solved again by the second solver; ``max_prompt`` is in characters."""

    cross_check: float = 0.05
    max_prompt: int = 20_000

    def __post_init__(self) -> None:
        if not 0 <= self.cross_check <= 1:
            raise PlanError(f"cross-check {self.cross_check:g} is not a share between 0 and 1")
        if self.max_prompt < 1:
            raise PlanError(f"max_prompt {self.max_prompt} leaves no room for a prompt")


@dataclass(frozen=True)
class Passage:
    """How a task came through: ``fits`` is False when its prompt is too long; ``cross_checked`` says whether it was solved twice."""

    fits: bool
    cross_checked: bool


def make(family: Family[Any], setting: Mapping[str, Value], choose: Choices, index: int) -> Task:
    """The task at a setting; whatever goes wrong becomes an error that names the family, the index and the setting."""
    try:
        return family.make(setting, choose)
    except Exception as error:
        reason = str(error) if isinstance(error, UnseenError) else f"{type(error).__name__}: {error}"
        raise FamilyError(f"{family.name} version {family.version} cannot make task {index} at {dict(setting)}: {reason}") from error


def admit(family: Family[Any], task: Task, index: int, gates: Gates) -> Passage:
    """Let a task through the gates.

    A certificate that proves the key is checked for every task. Where only solving again proves it, the share drawn for the
    cross-check is solved again: the other tasks carry what anyone needs to do the same.

    Raises :class:`CertificateError`, naming family, index and reason, when the certificate does not prove the key or the
    second solver disagrees: a family that does so once is not to be trusted, so nothing is skipped.
    """
    cross_check = drawn_for_cross_check(task, gates.cross_check)
    try:
        problem = family.problem_of(task)  # from the task's own JSON, as anyone who re-checks it will read it
        if cross_check or family.certificate_proves:
            family.verify(problem, task.key, task.certificate)
        if (
            cross_check
            and type(family).verify is not Family.verify
            and not agrees(family, problem, task.key, found := family.solve(problem))
        ):
            raise CertificateError(f"the second solver finds {canonical_json(found)}, the key says {canonical_json(task.key)}")
    except Exception as error:
        reason = str(error) if isinstance(error, UnseenError) else f"{type(error).__name__}: {error}"
        raise CertificateError(f"{family.name} version {family.version} task {index} ({task.id}): {reason}") from error
    return Passage(len(task.prompt) <= gates.max_prompt, cross_check)


def agrees(family: Family[Any], problem: Any, key: JSON, found: JSON) -> bool:
    """Whether another way to the answer confirms the key: it finds the same or, where several are right, another right one."""
    if canonical_json(found) == canonical_json(key):
        return True
    if type(family).accepts is Family.accepts:
        return False
    answer, options = family.answer_for(problem), family.options(problem)
    return family.accepts(problem, key, answer.parse(answer.spell(found), options))


def drawn_for_cross_check(task: Task, share: float) -> bool:
    """Whether this task belongs to the share that is solved twice: decided by its id, hence alike on every machine."""
    return int(task.id[:13], 16) < share * 16**13

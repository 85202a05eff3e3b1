"""What a simulated examinee knows of a task: the right answer, and plausible wrong ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from unseen.answers import Answer
from unseen.choices import Choices, derive_seed
from unseen.families.base import Family
from unseen.space import Role
from unseen.task import JSON, Task


class Knowledge:
    """Right and wrong answers to tasks, well spelled.

    The right answer is worked out from the task's own setting and choices and not read from its key, so that a task
    whose stored key is wrong on purpose is answered rightly (and marked wrong). ``families`` adds families that are
    not registered.
    """

    def __init__(self, families: Mapping[str, Family[Any]] | None = None) -> None:
        self._families = dict(families or {})

    def family(self, task: Task) -> Family[Any]:
        """The task's family. Raises :class:`FamilyError` when there is none of its name."""
        if task.family not in self._families:
            from unseen.families.registry import family

            self._families[task.family] = family(task.family)
        return self._families[task.family]

    def truth(self, task: Task) -> Task:
        """The task as its setting and choices make it."""
        return self.family(task).replay(task.setting, task.choices)

    def right(self, task: Task) -> str:
        """The right answer, spelled."""
        family, truth = self.family(task), self.truth(task)
        return family.answer_for(family.problem_of(truth)).spell(truth.key)

    def spellings(self, task: Task) -> list[str]:
        """The right answer in every spelling the grader must accept."""
        family, truth = self.family(task), self.truth(task)
        answer = family.answer_for(family.problem_of(truth))
        return [answer.spell(truth.key), *answer.variants(truth.key)]

    def wrong(self, task: Task, seed: bytes) -> str:
        """A wrong answer of the right form: another option, a near miss, or the answer to a sibling task."""
        family, truth = self.family(task), self.truth(task)
        answer = family.answer_for(family.problem_of(truth))
        for candidate in self._candidates(family, truth, seed):
            spelled = spelled_or_none(answer, candidate)
            if spelled is not None and not family.check(truth, f"Answer: {spelled}").correct:
                return spelled
        return "I cannot tell."

    def habitual(self, task: Task) -> str:
        """The answer somebody gives who takes every premise for the usual one."""
        family = self.family(task)
        usual = {name: family.space.variables[name].values()[0] for name in family.space.named(Role.PREMISE)}
        twin = family.twin(task, **usual) if usual else self.truth(task)
        return family.answer_for(family.problem_of(twin)).spell(twin.key)

    def _candidates(self, family: Family[Any], truth: Task, seed: bytes) -> Iterator[JSON]:
        choose = Choices(derive_seed(b"wrong answer", seed))
        options = list(family.options(family.problem_of(truth)))
        if options:
            yield from choose.shuffle("option", options)
            return
        misses = near_misses(truth.key)
        if misses and (isinstance(truth.key, list) or choose.chance("near miss", 0.5)):
            yield from choose.shuffle("miss", misses)
        for attempt in range(4):
            yield family.make(truth.setting, Choices(derive_seed(b"sibling", seed, attempt))).key
        yield from misses


def spelled_or_none(answer: Answer, key: JSON) -> str | None:
    """A made-up key as the answer type spells it, or None where it cannot be one (a thirteenth month)."""
    try:
        return answer.spell(key)
    except (ValueError, ArithmeticError, LookupError):
        return None


def near_misses(key: JSON) -> list[JSON]:
    """Keys of the same type that a slip might produce."""
    if isinstance(key, bool):
        return [not key]
    if isinstance(key, int):
        return [key + delta for delta in (-10, -2, -1, 1, 2, 10)]
    if isinstance(key, str):
        return _near_misses_of_text(key)
    if isinstance(key, list) and len(key) > 1:
        return [key[1:], key[:-1], key[::-1], [key[1], key[0], *key[2:]]]
    return []


def _near_misses_of_text(key: str) -> list[JSON]:
    whole, point, cents = key.partition(".")
    if whole.lstrip("-").isdigit() and (not point or cents.isdigit()):
        return [f"{int(whole) + delta}{point}{cents}" for delta in (-10, -1, 1, 10)]
    if (last := re.search(r"(\d+)(\D*)$", key)) and not re.search(r"[^\W\d_]", key):  # dates and times
        head, width, number = key[: last.start()], len(last[1]), int(last[1])
        return [f"{head}{number + delta:0{width}d}{last[2]}" for delta in (-2, -1, 1, 2) if number + delta > 0]
    return [key[1:], key[:-1], key[::-1]] if len(key) > 2 else []

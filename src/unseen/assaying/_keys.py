"""Whether keys are right: the grader takes them, a second solver and a reader find them, and no other key is proved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unseen.assaying._draws import Draws
from unseen.assaying._report import Check, Row, Unit, at_least, not_applicable
from unseen.errors import CertificateError
from unseen.examinees._knowledge import near_misses, spelled_or_none
from unseen.families.base import Family
from unseen.task import JSON, Task

TAMPERED = 200  # draws whose certificate is tried on another key


def key_rows(draws: Draws) -> list[Row]:
    """The rows on keys. A draw whose key the second solver denies is not held against the certificate and the reader too."""
    confirmed = _Tally()
    sure: list[Task] = []
    ambiguous: list[tuple[Task, str]] = []
    for task in draws.tasks:
        try:
            found = draws.family.solve(draws.family.problem_of(task))
        except CertificateError as error:
            ambiguous.append((task, str(error)))
            continue
        if confirmed.add(task, found == task.key, f"key {_short(task.key)}, second solver {_short(found)}"):
            sure.append(task)
    return [
        _key_scores_one(draws),
        confirmed.row(Check.SECOND_SOLVER, "keys found again by the second solver"),
        _certificates(draws, sure, ambiguous),
        _reader(draws, sure),
    ]


def _key_scores_one(draws: Draws) -> Row:
    tally = _Tally()
    for task in draws.tasks:
        answer = draws.answer(task)
        spellings = [answer.spell(task.key), *answer.variants(task.key)]
        missed = next((spelled for spelled in spellings if not draws.passes(task, f"Answer: {spelled}")), None)
        tally.add(task, missed is None, f"not taken: {missed!r}"[:160])
    return tally.row(Check.KEY_SCORES_ONE, "keys taken in every spelling")


def _certificates(draws: Draws, sure: list[Task], ambiguous: list[tuple[Task, str]]) -> Row:
    """The certificate must prove the key, and must not prove a neighbouring key."""
    tally, tampered = _Tally(), 0
    for task, why in ambiguous:
        tally.add(task, False, f"not one solution: {why}"[:160])
    if type(draws.family).verify is Family.verify:  # the second solver is the certificate, and has just confirmed these
        for task in sure:
            tally.add(task, True, "")
        return tally.row(Check.CERTIFICATE, "tasks with one solution; the second solver is the certificate")
    for at, task in enumerate(sure):
        problem = draws.family.problem_of(task)
        try:
            draws.family.verify(problem, task.key, task.certificate)
        except CertificateError as error:
            tally.add(task, False, f"the certificate does not prove the key: {error}"[:160])
            continue
        other = next(_other_keys(draws, task), None) if at < TAMPERED else None
        tampered += other is not None
        tally.add(
            task,
            other is None or not _verifies(draws, task, other),
            f"the certificate proves {_short(other)} as well as {_short(task.key)}",
        )
    return tally.row(Check.CERTIFICATE, f"certificates that prove their key and no other ({tampered} tampered keys tried)")


def _verifies(draws: Draws, task: Task, key: JSON) -> bool:
    try:
        draws.family.verify(draws.family.problem_of(task), key, task.certificate)
    except CertificateError:
        return False
    return True


def _other_keys(draws: Draws, task: Task) -> Iterator[JSON]:
    """Keys of the right form that the grader does not take for the key (another best plan is no tampered key)."""
    others = [option for option in draws.options(task) if option != task.key] or near_misses(task.key)
    answer = draws.answer(task)
    for other in others:
        spelled = spelled_or_none(answer, other)
        if other != task.key and spelled is not None and not draws.passes(task, f"Answer: {spelled}"):
            yield other


def _reader(draws: Draws, sure: list[Task]) -> Row:
    if not draws.family.has_reader():
        return not_applicable(Check.READER, "the family has no reader of prompts")
    tally = _Tally()
    for task in sure:
        try:
            found = draws.family.read(task.prompt)
        except NotImplementedError:
            continue  # a reader may leave out some settings
        except Exception as error:  # a reader that trips over a prompt has not read it
            tally.add(task, False, f"the reader raises {type(error).__name__}: {error}"[:160])
            continue
        tally.add(task, found == task.key, f"key {_short(task.key)}, reader {_short(found)}")
    return tally.row(Check.READER, f"keys found again from the prompt alone, of {tally.seen}")


@dataclass
class _Tally:
    seen: int = 0
    good: int = 0
    worst: str = ""
    example: str | None = None

    def add(self, task: Task, good: bool, otherwise: str) -> bool:
        self.seen += 1
        self.good += good
        if not good and self.example is None:
            self.worst, self.example = otherwise, task.id
        return good

    def row(self, check: Check, detail: str) -> Row:
        share = self.good / self.seen if self.seen else 1.0
        return at_least(
            check, share, 1.0, Unit.SHARE, f"{self.worst} ({self.seen - self.good} of {self.seen})" if self.worst else detail, self.example
        )


def _short(key: JSON) -> str:
    return str(key)[:60]

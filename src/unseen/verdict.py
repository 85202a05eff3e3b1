"""What happened when an examinee met a task: never only right or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The five ends a task can come to."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    UNPARSED = "unparsed"  # the model answered, but committed to nothing the grader can read; counts as a failure
    INVALID_TASK = "invalid task"  # the task itself is wrong; never counts for or against anyone
    INFRASTRUCTURE = "infrastructure failure"  # no answer was obtained; never counts for or against anyone

    @property
    def counts(self) -> bool:
        """Whether this verdict says anything about the examinee."""
        return self in (Kind.CORRECT, Kind.INCORRECT, Kind.UNPARSED)


@dataclass(frozen=True)
class Verdict:
    """A kind, the answer that was read (canonical text, or None), and why."""

    kind: Kind
    answer: str | None = None
    reason: str = ""

    @property
    def correct(self) -> bool:
        return self.kind is Kind.CORRECT

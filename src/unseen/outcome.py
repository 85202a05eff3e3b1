"""What passes between the engine and an examinee: assignments out, responses and outcomes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from unseen.space import Value
from unseen.task import Task
from unseen.verdict import Kind, Verdict


class Arm(StrEnum):
    """Why a task was asked; decides which estimators may use its outcome."""

    EXPLORE = "explore"  # drawn from the reference mix with known probability: feeds design-based numbers
    ADAPT = "adapt"  # chosen for information: feeds the model-based numbers, and by its weight the assisted ones
    TWIN = "twin"  # one variable changed from another task in the run: feeds the surface and premise checks
    PLANTED = "planted"  # a task whose stored key is wrong on purpose: measures the false pass rate q
    STATIC = "static"  # a task that may have been seen before: feeds the split of a gain, and no other number


class Familiarity(StrEnum):
    """The part a task plays in a set of a gain run, given as the assignment's role."""

    STATIC = "static"  # the task of a static test itself
    FRESH = "fresh"  # a sibling of it: the same setting, new choices
    NEW = "new"  # a task of a template that the static test does not hold, matched on difficulty


@dataclass(frozen=True)
class Assignment:
    """A task to be asked, and how it came to be chosen.

    ``group`` names the cluster (tasks drawn together: siblings and twins share one); ``role`` says which part a
    task plays in its group: for twins ``"variable=value"``, else empty. ``weight`` is how many draws of the reference mix this one
    stands for: the mix's density at its setting over the density it was drawn with; None where no probability is known.
    """

    task: Task
    arm: Arm
    group: str
    role: str = ""
    weight: float | None = None


@dataclass(frozen=True)
class Response:
    """What came back. ``error`` is set when no answer could be obtained (an infrastructure failure)."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    cost: float | None = None  # US dollars; None when the price is unknown
    error: str | None = None
    truncated: bool = False  # the answer was cut off at the token limit


@dataclass(frozen=True)
class Outcome:
    """Examinee × task → verdict, tokens, cost, time."""

    examinee: str
    task_id: str
    family: str
    version: int
    domain: str
    setting: Mapping[str, Value]
    load: float  # declared difficulty of the setting, 0..1
    effort: float  # realised elementary steps
    arm: Arm
    group: str
    role: str
    kind: Kind
    answer: str | None
    reason: str
    prompt: str
    key: str  # canonical text of the key
    response: str
    input_tokens: int
    output_tokens: int
    seconds: float
    cost: float | None
    truncated: bool = False
    guess_rate: float = 0.0
    features: Mapping[str, float] = field(default_factory=dict)
    finished_at: str = ""  # UTC, ISO 8601; when the outcome was recorded
    weight: float | None = None  # of the assignment: the reference mix's density over the density the setting was drawn with

    @property
    def correct(self) -> bool:
        return self.kind is Kind.CORRECT

    @property
    def counts(self) -> bool:
        return self.kind.counts


class Examinee(Protocol):
    """Anything that answers."""

    name: str

    def respond(self, tasks: Sequence[Task]) -> Sequence[Response]:
        """One response per task, in order. Never raises for a task it cannot answer: it says so in ``error``."""
        ...


class Source(Protocol):
    """Where assignments come from: a fixed list, or a probe that reads outcomes and decides what to ask next."""

    def take(self, count: int) -> Sequence[Assignment]:
        """Up to ``count`` further assignments; none means nothing is left to ask for now."""
        ...

    def tell(self, outcome: Outcome) -> None:
        """Report one finished outcome (in any order; exactly once for each)."""
        ...

    @property
    def done(self) -> bool:
        """Whether nothing will ever be asked again."""
        ...


def record(
    assignment: Assignment,
    examinee: str,
    response: Response,
    verdict: Verdict,
    *,
    domain: str,
    guess_rate: float,
    load: float,
    key: str,
    finished_at: str,
) -> Outcome:
    """The outcome of one assignment."""
    task = assignment.task
    return Outcome(
        examinee=examinee,
        task_id=task.id,
        family=task.family,
        version=task.version,
        domain=domain,
        setting=dict(task.setting),
        load=load,
        effort=task.effort,
        arm=assignment.arm,
        group=assignment.group,
        role=assignment.role,
        kind=verdict.kind,
        answer=verdict.answer,
        reason=verdict.reason,
        prompt=task.prompt,
        key=key,
        response=response.text,
        input_tokens=response.input_tokens,
        output_tokens=response.output_tokens,
        seconds=response.seconds,
        cost=response.cost,
        truncated=response.truncated,
        guess_rate=guess_rate,
        features=dict(task.features),
        finished_at=finished_at,
        weight=assignment.weight,
    )

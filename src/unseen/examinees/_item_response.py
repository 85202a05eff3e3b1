"""The examinee of item response theory, which the other kinds extend."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from unseen.choices import derive_seed
from unseen.errors import UnseenError
from unseen.examinees._knowledge import Knowledge
from unseen.families.base import Family
from unseen.outcome import Response
from unseen.task import Task


class ItemResponse(BaseModel):
    """Right with probability ``guess + (1 - guess - slip) · logistic(discrimination · (ability - log2 effort))``.

    The four-parameter logistic model with the realised effort of a task, in doublings, as its difficulty: at
    ``ability = 3`` half of the tasks of eight elementary steps succeed. What it does with a task depends on the seed
    and the task's id alone. Wrong answers are plausible and well spelled.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    kind: ClassVar[str] = "item-response"

    ability: float = Field(default=3.0, description="log2 of the effort at which half of the tasks succeed")
    discrimination: float = Field(default=1.0, gt=0, description="logits per doubling of effort")
    guess: float = Field(default=0.0, ge=0, le=1, description="lowest chance of success")
    slip: float = Field(default=0.0, ge=0, le=1, description="one minus the highest chance of success")
    seed: int = Field(default=0, description="of everything random about this examinee")

    def chance(self, task: Task) -> float:
        """The true probability of success on a task."""
        return self.chance_at(self.advantage(task))

    def advantage(self, task: Task) -> float:
        """Ability minus difficulty, in doublings of effort."""
        return self.ability - math.log2(max(task.effort, 2.0**-20))

    def chance_at(self, advantage: float) -> float:
        """The probability of success where ability exceeds difficulty by ``advantage`` doublings."""
        exponent = max(min(-self.discrimination * advantage, 700.0), -700.0)
        return self.guess + max(1 - self.guess - self.slip, 0.0) / (1 + math.exp(exponent))

    def succeeds(self, task: Task) -> bool:
        """Whether the examinee solves this task: the same every time it is asked."""
        return self.unit("success", task) < self.chance(task)

    def unit(self, label: str, task: Task) -> float:
        """A uniform number in [0, 1) that depends on the seed, the label and the task."""
        return int.from_bytes(self.entropy(label, task)[:7], "big") / 2**56

    def entropy(self, label: str, task: Task) -> bytes:
        return derive_seed("examinee", self.kind, self.seed, label, task.id)

    def reply(self, task: Task, knowledge: Knowledge) -> str:
        """What the examinee says."""
        spelled = knowledge.right(task) if self.succeeds(task) else knowledge.wrong(task, self.entropy("wrong", task))
        return f"Answer: {spelled}"

    def fault(self, task: Task, attempt: int) -> str | None:
        """The infrastructure fault that keeps the answer from arriving, if any."""
        return None


class Simulated:
    """A simulated examinee: a configured kind, as something that answers tasks."""

    def __init__(self, name: str, truth: ItemResponse, families: Mapping[str, Family[Any]] | None = None) -> None:
        self.name = name
        self.truth = truth
        self._knowledge = Knowledge(families)
        self._attempts: dict[str, int] = {}

    def respond(self, tasks: Sequence[Task]) -> list[Response]:
        """One response per task, in order."""
        return [self._respond(task) for task in tasks]

    def _respond(self, task: Task) -> Response:
        if (fault := self.truth.fault(task, 1)) is not None:
            attempt = self._attempts[task.id] = self._attempts.get(task.id, 0) + 1
            fault = self.truth.fault(task, attempt)
        if fault is not None:
            return Response("", error=fault)
        try:
            text = self.truth.reply(task, self._knowledge)
        except UnseenError as error:  # a task of a family, or of a version of it, that is not to be had here
            return Response("", error=str(error))
        return Response(text, input_tokens=-(-len(task.prompt) // 4), output_tokens=max(-(-len(text) // 4), 1), cost=0.0)

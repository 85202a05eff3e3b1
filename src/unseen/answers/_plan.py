"""A sequence of actions, each with its arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unseen.answers._base import Answer, Unreadable
from unseen.task import JSON

_SEPARATOR = re.compile(r"[;\n,]|\bthen\b", re.IGNORECASE)
_SLOT = r"(?:the\s+)?(?:block\s+)?[\"'`*]*([A-Za-z0-9]+(?:['-][A-Za-z0-9]+)*)[\"'`*]*"


@dataclass(frozen=True)
class PlanAnswer(Answer):
    """Steps in order; the key is a list of steps, each the list of its arguments.

    ``templates`` spell one step, with ``{}`` for each argument: ``"move {} to {}"`` reads "move A to C" as
    ``("A", "C")``. The first template spells the key; every template is read. Arguments are compared without case.
    ``step`` is how the prompt describes a step.
    """

    step: str
    templates: tuple[str, ...] = ("move {} to {}",)

    @property
    def form(self) -> str:
        return f"the steps in order, each written as {self.step}, separated by semicolons"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        steps = [step for step in map(self._step, _SEPARATOR.split(text)) if step]
        if not steps:
            raise Unreadable(f"no step of the form {self.step} in the answer")
        return tuple(steps)

    def _step(self, text: str) -> tuple[str, ...] | None:
        for template in self.templates:
            pattern = r"\s+".join(_SLOT if word == "{}" else re.escape(word) for word in template.split())
            if found := re.search(pattern, text, re.IGNORECASE):
                return found.groups()
        return None

    def equal(self, value: Any, key: JSON) -> bool:
        return [[word.lower() for word in step] for step in value] == [[str(word).lower() for word in step] for step in key]

    def spell(self, key: JSON) -> str:
        return "; ".join(self.templates[0].format(*step) for step in key)

    def variants(self, key: JSON) -> list[str]:
        steps = [self.templates[0].format(*step) for step in key]
        return ["\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1)), ", ".join(steps)]

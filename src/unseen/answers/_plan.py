"""A sequence of actions, each with its arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from unseen.answers._base import Absent, Answer, Unreadable
from unseen.answers._commitment import Commitment
from unseen.task import JSON

_SEPARATOR = re.compile(r"[;,]|\bthen\b|(?<=\w)\.(?=\s|$)|\band (?=\w+ \w+ )", re.IGNORECASE)
_FILLER = re.compile(
    r"^(?:\s|[-*•>→.:\"'()]|\(?\d{1,3}[.):]|step\s+\d{1,3}\b|action\s+\d{1,3}\b|(?:first|next|finally|lastly|second|third|and|now|so|after that|the plan is|plan)\b)+",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|never|instead of|rather than|without)\b", re.IGNORECASE)
_OR = re.compile(r"\b(?:or|alternatively)\b", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\([^()]*\)")
_SLOT = r"(?:the\s+)?(?:block\s+|tower\s+)?[\"'<\[]*([^\W_]+(?:['-][^\W_]+)*)[\"'>\]]*"
_FROM = r"(?:\s+from\s+(?:the\s+)?(?:top\s+of\s+)?(?:block\s+)?[\"']*[^\W_]+[\"']*)?"
_ONTO = r"(?:on\s+top\s+of|onto|on\s+to|to|on)"
_NOTHING = re.compile(r"(?:none|nothing|no (?:steps?|moves?|actions?)(?: (?:are|is) needed)?|empty plan)", re.IGNORECASE)


@dataclass(frozen=True)
class PlanAnswer(Answer):
    """Steps in order; the key is a list of steps, each the list of its arguments.

    ``templates`` spell one step, with ``{}`` for each argument: ``"move {} to {}"`` reads "Move A onto C." as
    ``("A", "C")``. The first template spells the key; all are read. Arguments are one word each, compared without
    case. ``step`` is how the prompt describes a step. Steps may stand one a line, numbered or not, or be separated by
    semicolons, commas or "then". Steps in a reply that fit no template make it unreadable.
    """

    step: str = "one action"
    templates: tuple[str, ...] = ("move {} to {}",)

    @property
    def form(self) -> str:
        return f"the steps in order, separated by semicolons, each written as {self.step}"

    def parse(self, text: str, options: Sequence[str] = ()) -> Any:
        lines = [line for line in text[:50_000].splitlines() if line.strip()]
        if lines and _NOTHING.fullmatch(lines[0].strip(" .\"'{}[]")):
            return ()
        steps: list[tuple[str, ...]] = []
        for line in lines:
            found = self._steps(line)
            if not found and steps:
                break  # prose after the plan
            steps += found
        if not steps:
            raise Absent(f"no step of the form {self.step} in the answer")
        return tuple(steps)

    def read(self, found: Commitment, options: Sequence[str] = ()) -> Any:
        if found.marked:
            return self.parse("\n".join(found.lines))
        lines = found.lines[-500:]
        last = next((at for at in reversed(range(len(lines))) if self._holds_step(lines[at])), -1)
        first = last
        while first > 0 and self._holds_step(lines[first - 1]):
            first -= 1
        return self.parse("\n".join(lines[first : last + 1]) if last >= 0 else "\n".join(lines[-1:]))

    def equal(self, value: Any, key: JSON) -> bool:
        return [[word.lower() for word in step] for step in value] == [[str(word).lower() for word in step] for step in key]

    def spell(self, key: JSON) -> str:
        return "; ".join(self._written(key)) if key else "none"

    def variants(self, key: JSON) -> list[str]:
        if not key:
            return ["No moves."]
        steps = self._written(key)
        numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
        return [
            numbered,
            "\n".join(steps),
            ", ".join(steps),
            ", then ".join(steps),
            "; ".join(steps).upper(),
            "\n".join(f"- {step.capitalize()}." for step in steps),
        ]

    def show(self, value: Any) -> str:
        return self.spell(value)

    def _written(self, key: JSON) -> list[str]:
        return [self.templates[0].format(*step) for step in key]

    def _holds_step(self, line: str) -> bool:
        return any(pattern.search(line) for pattern in _patterns(self.templates))

    def _steps(self, line: str) -> list[tuple[str, ...]]:
        """The steps of one line; none where it holds no step at all."""
        line = _PARENTHESIS.sub(" ", line)
        if not self._holds_step(line):
            return []
        if _DENIED.search(line) or _OR.search(line):
            raise Unreadable("the answer offers alternatives or says what not to do")
        found: list[tuple[str, ...]] = []
        for piece in _SEPARATOR.split(line):
            piece = _FILLER.sub("", piece).strip()
            if not piece:
                continue
            step = next((match.groups() for pattern in _patterns(self.templates) if (match := pattern.search(piece))), None)
            if step is None:
                if found:
                    raise Unreadable(f"a step that cannot be read: {piece[:60]}")
                continue  # words that lead in to the plan
            found.append(step)
        return found


@lru_cache(maxsize=64)
def _patterns(templates: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_pattern(template), re.IGNORECASE) for template in templates)


def _pattern(template: str) -> str:
    words = template.split()
    source = "from" not in (word.lower() for word in words)
    parts = []
    for at, word in enumerate(words):
        if word == "{}":
            parts.append(_SLOT)
        elif word.lower() in ("to", "on", "onto"):
            parts.append((_FROM if source else "") + (r"\s+" if at else "") + _ONTO)
            continue
        else:
            parts.append(re.escape(word))
        if at:
            parts[-1] = (r"\s+" if re.match(r"\w|\{", word) and re.match(r"\w|\{", words[at - 1]) else r"\s*") + parts[-1]
    return r"(?<![\w-])" + "".join(parts) + r"(?![\w])"

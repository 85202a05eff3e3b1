"""The kinds of simulated examinee, and how a model string names one."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from pydantic import Field, ValidationError, field_validator

from unseen.answers import wrappings
from unseen.errors import ExamineeError, SettingError
from unseen.examinees._cues import CUES, cue_answer
from unseen.examinees._item_response import ItemResponse, Simulated
from unseen.examinees._knowledge import Knowledge
from unseen.examinees._memory import Memory
from unseen.families.base import Family
from unseen.space import Role, Space, Value, Variable
from unseen.task import Task

PREFIX = "simulated/"


class Memoriser(ItemResponse):
    """Right on everything it has seen; elsewhere an item-response examinee.

    It has seen the tasks in the file ``seen`` (known by id or by the words of the prompt), and a random ``share`` of
    all others: a planted contamination of known size.
    """

    kind: ClassVar[str] = "memoriser"

    seen: Path | None = Field(default=None, description="file of tasks (JSON lines), ids or prompts, one a line")
    share: float = Field(default=0.0, ge=0, le=1, description="share of all tasks that were seen")

    @cached_property
    def memory(self) -> Memory:
        return Memory.of(self.seen) if self.seen else Memory()

    def remembers(self, task: Task) -> bool:
        return task in self.memory or self.unit("seen", task) < self.share

    def chance(self, task: Task) -> float:
        return 1.0 if self.remembers(task) else super().chance(task)


class ShortcutTaker(ItemResponse):
    """Answers with what one surface cue of the prompt says, and solves nothing."""

    kind: ClassVar[str] = "shortcut-taker"

    cue: str = Field(default="last-number", description=f"one of {', '.join(CUES)}")

    @field_validator("cue")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in CUES:
            raise ValueError(f"the cues are {', '.join(CUES)}")
        return value

    def reply(self, task: Task, knowledge: Knowledge) -> str:
        family = knowledge.family(task)
        problem = family.problem_of(task)
        return f"Answer: {cue_answer(self.cue, task.prompt, family.answer_for(problem).instruction, family.options(problem))}"


class PriorReciter(ItemResponse):
    """Ignores premises: whatever it solves, it solves under the habitual rules."""

    kind: ClassVar[str] = "prior-reciter"

    def reply(self, task: Task, knowledge: Knowledge) -> str:
        if self.succeeds(task):
            return f"Answer: {knowledge.habitual(task)}"
        return super().reply(task, knowledge)


class SurfaceSensitive(ItemResponse):
    """Loses ``penalty`` doublings of ability wherever a surface variable stands at one of the ``levels``.

    Without levels, everywhere but at the first level of ``variable``; without a variable, all surface variables count,
    and the penalty falls once for each.
    """

    kind: ClassVar[str] = "surface-sensitive"

    variable: str = Field(default="", description="the surface variable it minds; empty means all")
    levels: str = Field(default="", description="the levels it minds, separated by |; empty means all but the first")
    penalty: float = Field(default=2.0, description="doublings of effort lost")

    def reply(self, task: Task, knowledge: Knowledge) -> str:
        loss = self.penalty * self._minded(task, knowledge)
        solved = self.unit("success", task) < self.chance_at(self.advantage(task) - loss)
        return f"Answer: {knowledge.right(task) if solved else knowledge.wrong(task, self.entropy('wrong', task))}"

    def _minded(self, task: Task, knowledge: Knowledge) -> int:
        space = knowledge.family(task).space
        names = [name for name in space.named(Role.SURFACE) if self.variable in ("", name)]
        levels = self.levels.split("|") if self.levels else None
        return sum(
            str(task.setting[name]) in levels if levels else task.setting[name] != space.variables[name].values()[0] for name in names
        )


class BlindSpot(ItemResponse):
    """Fails ``rate`` of the tasks in one region of the space, however able it is elsewhere: a planted failure for a hunt to find.

    ``where`` names the region by its conditions, all of which must hold: ``steps=9..16,story=shop|voyage``. A family that lacks one of the
    variables has no tasks in the region.
    """

    kind: ClassVar[str] = "blind-spot"

    where: str = Field(
        default="", description="conditions variable=value|value or variable=lo..hi, separated by commas; empty means nowhere"
    )
    rate: float = Field(default=0.9, ge=0, le=1, description="share of the region's tasks that fail whatever the ability")

    @field_validator("where")
    @classmethod
    def _is_a_region(cls, value: str) -> str:
        for condition in filter(None, value.split(",")):
            name, _, levels = condition.partition("=")
            if not name.strip() or not levels.strip():
                raise ValueError("write variable=value or variable=lo..hi, separated by commas")
        return value

    def region(self, space: Space) -> dict[str, tuple[Value, ...]] | None:
        """The values of each variable inside the region; None where the space has no such variable, or there is no region.

        Raises :class:`ExamineeError` for a value that is not in the variable's domain.
        """
        conditions = [condition.partition("=") for condition in self.where.split(",") if condition]
        if not conditions or any(name.strip() not in space.variables for name, _, _ in conditions):
            return None
        return {name.strip(): self._levels(space.variables[name.strip()], name.strip(), levels) for name, _, levels in conditions}

    def _levels(self, variable: Variable, name: str, written: str) -> tuple[Value, ...]:
        low, dots, high = written.partition("..")
        try:
            named = [variable.parse(level.strip()) for level in ((low, high) if dots else written.split("|"))]
            places = [list(variable.values()).index(level) for level in named]
            values = variable.values()
            return tuple(values[places[0] : places[1] + 1]) if dots else tuple(values[place] for place in places)
        except (ValueError, SettingError):
            raise ExamineeError(f"{PREFIX}{self.kind}: where {name}={written} is not in {variable.domain}") from None

    def reply(self, task: Task, knowledge: Knowledge) -> str:
        inside = self.region(knowledge.family(task).space)
        blind = inside is not None and all(task.setting[name] in values for name, values in inside.items())
        if blind and self.unit("blind", task) < self.rate:
            return f"Answer: {knowledge.wrong(task, self.entropy('wrong', task))}"
        return super().reply(task, knowledge)


class Formatter(ItemResponse):
    """Right, oddly wrapped: takes every spelling and every wrapping in turn, or the one named by ``style``."""

    kind: ClassVar[str] = "formatter"

    ability: float = Field(default=1000.0, description="log2 of the effort at which half of the tasks succeed")
    style: str = Field(default="", description="the one wrapping to use; empty means all in turn")

    @field_validator("style")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value and value not in wrappings("x"):
            raise ValueError(f"the styles are {', '.join(wrappings('x'))}")
        return value

    def reply(self, task: Task, knowledge: Knowledge) -> str:
        if not self.succeeds(task):
            return super().reply(task, knowledge)
        spellings = knowledge.spellings(task)
        ways = wrappings(spellings[int(self.unit("spelling", task) * len(spellings))])
        replies = [ways[self.style]] if self.style in ways else list(ways.values())
        return replies[int(self.unit("wrapping", task) * len(replies))]


class Flaky(ItemResponse):
    """An item-response examinee behind a bad line: a share of its tasks meets an infrastructure fault.

    With ``recovers=2`` a task that met a fault is answered when it is asked the second time, and so on; without,
    it fails every time.
    """

    kind: ClassVar[str] = "flaky"

    rate: float = Field(default=0.1, ge=0, le=1, description="share of tasks that meet a fault")
    recovers: int | None = Field(default=None, ge=2, description="the attempt from which a task is answered after all")

    def fault(self, task: Task, attempt: int) -> str | None:
        if self.unit("fault", task) >= self.rate or (self.recovers is not None and attempt >= self.recovers):
            return None
        return "simulated fault: connection reset by peer"


KINDS: Mapping[str, type[ItemResponse]] = {
    kind.kind: kind for kind in (ItemResponse, Memoriser, ShortcutTaker, PriorReciter, SurfaceSensitive, BlindSpot, Formatter, Flaky)
}


def simulated(name: str, families: Mapping[str, Family[Any]] | None = None) -> Simulated:
    """The simulated examinee that a model string names: ``simulated/item-response?ability=0.5&seed=3``.

    ``families`` adds families that are not registered. Raises :class:`ExamineeError` that names the kind or the option.
    """
    kind, _, query = name.removeprefix(PREFIX).partition("?")
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, KINDS, n=1) or list(KINDS)
        raise ExamineeError(f"no simulated examinee '{kind}'; did you mean {PREFIX}{near[0]}? There are: {', '.join(KINDS)}")
    pairs = parse_qsl(query, keep_blank_values=True)
    if query and len(pairs) != len(query.split("&")):
        raise ExamineeError(f"{name}: write options as ?option=value&option=value")
    try:
        truth = KINDS[kind].model_validate(dict(pairs))
    except ValidationError as error:
        raise ExamineeError(f"{PREFIX}{kind}: {_first(error, KINDS[kind])}") from None
    if isinstance(truth, Memoriser):
        _ = truth.memory  # an unreadable file is an error now, not at the first task
    return Simulated(name, truth, families)


def _first(error: ValidationError, kind: type[ItemResponse]) -> str:
    first = error.errors()[0]
    option = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        return f"no option '{option}'; the options are {', '.join(kind.model_fields)}"
    return f"option {option}={first['input']}: {first['msg'].removeprefix('Value error, ')}"

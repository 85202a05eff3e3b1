"""How Inspect sees a task: as a sample, and its verdict as a score. Nothing here knows who is asking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspect_ai.dataset import Sample
from inspect_ai.scorer import CORRECT, INCORRECT, NOANSWER, Score

from unseen.families.registry import family as family_named
from unseen.outcome import Assignment, Response
from unseen.running._grading import spell_key
from unseen.task import Task
from unseen.verdict import Kind, Verdict

_VALUES = {Kind.CORRECT: CORRECT, Kind.INCORRECT: INCORRECT, Kind.UNPARSED: NOANSWER}


def sample_of(task: Task, name: str) -> Sample:
    """The task as a sample. Its metadata is enough to mint the very same task again (see :func:`task_of`)."""
    return Sample(
        id=name,
        input=task.prompt,
        target=spell_key(task),
        metadata={
            "task": task.id,
            "family": task.family,
            "version": task.version,
            "setting": dict(task.setting),
            "choices": dict(task.choices),
            "effort": task.effort,
        },
    )


def assigned_sample(assignment: Assignment, name: str) -> Sample:
    """The assignment as a sample: the task, and why it was asked."""
    sample = sample_of(assignment.task, name)
    sample.metadata = {**(sample.metadata or {}), "arm": assignment.arm.value, "group": assignment.group, "role": assignment.role}
    return sample


def task_of(metadata: Mapping[str, Any]) -> Task:
    """The task that a sample's metadata names, minted again from its recorded choices."""
    return family_named(metadata["family"]).replay(metadata["setting"], metadata["choices"])


def score_of(verdict: Verdict) -> Score:
    """The verdict as a score. An invalid task and an infrastructure failure leave the sample unscored: neither is a wrong answer."""
    metadata = {"kind": verdict.kind.value}
    explanation = verdict.reason or None
    if verdict.kind not in _VALUES:
        return Score.unscored(reason=verdict.kind.value, answer=verdict.answer, explanation=explanation, metadata=metadata)
    return Score(value=_VALUES[verdict.kind], answer=verdict.answer, explanation=explanation, metadata=metadata)


def response_of(output: Any, seconds: float) -> Response:
    """What Inspect's ``ModelOutput`` says, as a response."""
    usage = output.usage
    empty = not output.choices
    return Response(
        text="" if empty else output.completion,
        input_tokens=_input_tokens(usage),
        output_tokens=usage.output_tokens if usage else 0,
        seconds=output.time if output.time is not None else seconds,
        cost=usage.total_cost if usage else None,
        error=output.error if empty and output.error else None,
        truncated=not empty and output.stop_reason in ("max_tokens", "model_length"),
    )


def _input_tokens(usage: Any) -> int:
    """Every prompt token that was read. Inspect's ``input_tokens`` leaves out those served from, or written to, a provider's cache."""
    if usage is None:
        return 0
    return int(usage.input_tokens + (usage.input_tokens_cache_read or 0) + (usage.input_tokens_cache_write or 0))

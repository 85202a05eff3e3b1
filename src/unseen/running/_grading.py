"""From a reply to an outcome: cleaned, cut to a size that can be kept, graded by the task's family."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from unseen.errors import UnseenError
from unseen.families.registry import family as family_named
from unseen.outcome import Assignment, Outcome, Response, record
from unseen.task import Task, canonical_json
from unseen.verdict import Kind, Verdict

KEPT_CHARACTERS = 65_536


def clean(text: str) -> str:
    """The reply as text that every store and log can hold: no lone surrogates, no NUL, at most ``KEPT_CHARACTERS`` or so.

    Of a longer reply the beginning and the end are kept, for an answer stands at the end.
    """
    if len(text) > KEPT_CHARACTERS:
        half = KEPT_CHARACTERS // 2
        text = f"{text[:half]}\n[… {len(text) - 2 * half} characters left out …]\n{text[-half:]}"
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\N{REPLACEMENT CHARACTER}")


def grade(task: Task, response: Response) -> Verdict:
    """The verdict on a reply. A reply that never came is an infrastructure failure; a task its own family cannot read is invalid."""
    if response.error is not None:
        return Verdict(Kind.INFRASTRUCTURE, None, response.error)
    if not response.text.strip():
        return Verdict(Kind.UNPARSED, None, "the model answered nothing" + (" before it was cut off" if response.truncated else ""))
    try:
        return family_named(task.family).check(task, response.text)
    except UnseenError as error:
        return Verdict(Kind.INVALID_TASK, None, str(error))


def finish(assignment: Assignment, examinee: str, response: Response) -> Outcome:
    """The outcome of one assignment, with the reply cleaned and graded."""
    response = replace(response, text=clean(response.text))
    task = assignment.task
    family = family_named(task.family)
    return record(
        assignment,
        examinee,
        response,
        grade(task, response),
        domain=family.domain,
        guess_rate=family.guess_rate,
        load=family.space.load(task.setting),
        key=spell_key(task),
        finished_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
    )


def spell_key(task: Task) -> str:
    """The key as a careful person would write it, or its canonical JSON where the problem cannot be read."""
    family = family_named(task.family)
    try:
        return family.answer_for(family.problem_of(task)).spell(task.key)
    except (UnseenError, TypeError, ValueError):
        return canonical_json(task.key)

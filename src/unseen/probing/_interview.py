"""The plain loop: ask an examinee what a source wants to know, grade, tell, until there is nothing left to ask.

For simulations of any family, registered or not; ``unseen eval`` runs its examinees through :mod:`unseen.running`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from unseen.families.base import Family
from unseen.families.registry import family as family_named
from unseen.outcome import Assignment, Examinee, Outcome, Response, Source, record
from unseen.plan import Budget
from unseen.verdict import Kind, Verdict

BATCH = 32


def interview(
    source: Source,
    examinee: Examinee,
    *,
    budget: Budget | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    families: Mapping[str, Family[Any]] | None = None,
    batch: int = BATCH,
    clock: Callable[[], str] = str,
) -> list[Outcome]:
    """Run an examinee that answers at once (a simulated one, say) against a source, ``batch`` questions at a time.

    Args:
        budget: ends the interview; tasks are exact, tokens, cost and minutes are looked at between batches.
        on_outcome: called with each outcome before the next batch is asked, e.g. to store it.
        families: by name, for grading; by default the registered ones.
        clock: the time stamp put on outcomes; by default none, so that equal interviews give equal outcomes.
    """
    limits, outcomes, started = budget or Budget(), list[Outcome](), time.monotonic()
    while not source.done and not _spent(limits, outcomes, time.monotonic() - started):
        room = batch if limits.tasks is None else min(batch, limits.tasks - len(outcomes))
        assignments = source.take(room)
        if not assignments:
            break
        responses = examinee.respond([assignment.task for assignment in assignments])
        for assignment, response in zip(assignments, responses, strict=True):
            name = assignment.task.family
            family = families[name] if families is not None else family_named(name)
            outcome = graded(assignment, examinee.name, response, family, clock())
            outcomes.append(outcome)
            if on_outcome is not None:
                on_outcome(outcome)
            source.tell(outcome)
    return outcomes


def graded(assignment: Assignment, examinee: str, response: Response, family: Family[Any], finished_at: str = "") -> Outcome:
    """The outcome of one response. One with ``error`` set is an infrastructure failure whatever its text."""
    task = assignment.task
    verdict = family.check(task, response.text) if response.error is None else Verdict(Kind.INFRASTRUCTURE, reason=response.error)
    return record(
        assignment,
        examinee,
        response,
        verdict,
        domain=family.domain,
        guess_rate=family.guess_rate,
        load=family.space.load(task.setting),
        key=family.answer_for(family.problem_of(task)).spell(task.key),
        finished_at=finished_at,
    )


def _spent(budget: Budget, outcomes: list[Outcome], seconds: float) -> bool:
    tokens = sum(o.input_tokens + o.output_tokens for o in outcomes)
    cost = sum(o.cost or 0.0 for o in outcomes)
    used = ((budget.tasks, len(outcomes)), (budget.tokens, tokens), (budget.cost, cost), (budget.minutes, seconds / 60))
    return any(limit is not None and amount >= limit for limit, amount in used)

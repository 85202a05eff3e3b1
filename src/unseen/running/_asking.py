"""How Inspect asks and grades on behalf of a session: the solver and the scorer, which never raise."""

from __future__ import annotations

import time
from contextvars import ContextVar

from inspect_ai.scorer import Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver

from unseen.outcome import Response
from unseen.running._failures import infrastructure_reason
from unseen.running._grading import clean, grade
from unseen.running._samples import response_of, score_of, task_of
from unseen.running._session import Session
from unseen.verdict import Verdict

current_session: ContextVar[Session | None] = ContextVar("current_session", default=None)


@solver
def ask() -> Solver:
    """Put the question; whatever goes wrong is kept as the response's error, so that neither sample nor run fails."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        started = time.monotonic()
        try:
            state = await generate(state)
            response = response_of(state.output, time.monotonic() - started)
        except Exception as error:
            response = Response("", seconds=time.monotonic() - started, error=infrastructure_reason(error))
        if session := current_session.get():
            session.responses[str(state.sample_id)] = response
        return state

    return solve


@scorer(metrics=[accuracy(), stderr()])
def verdict() -> Scorer:
    """Unseen's own grading.

    Within a session, the outcome is made durable before Inspect hears of it. Elsewhere (Inspect's command line, scoring a
    log again) the task is minted once more from the sample's metadata and checks the reply.
    """

    async def score(state: TaskState, target: Target) -> Score | None:
        session, name = current_session.get(), str(state.sample_id)
        if session is None:
            return score_of(grade(task_of(state.metadata), Response(clean(state.output.completion))))
        try:
            outcome = session.finish(name, session.responses.pop(name))
        except Exception as error:
            session.fail(error)
            return None
        return score_of(Verdict(outcome.kind, outcome.answer, outcome.reason))

    return score

"""The plain loop: ask an examinee that answers at once, batch by batch, with no Inspect, no model and no network."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from unseen.outcome import Examinee, Outcome, Response, Source
from unseen.plan import Budget
from unseen.running._session import Ending, ModelRun, Record, Report, Session
from unseen.running._spending import Ledger
from unseen.task import Task

BATCH = 16
RETRIES = 3


def interview(
    source: Source,
    examinee: Examinee,
    record: Record,
    budget: Budget | None = None,
    *,
    already: Iterable[Outcome] = (),
    report: Report | None = None,
    batch: int = BATCH,
) -> ModelRun:
    """Ask until the source is done or the budget is spent; a Ctrl-C ends it cleanly, with every finished outcome recorded."""
    started = time.monotonic()
    session = Session(
        examinee.name, source, record, Ledger(budget or Budget(), started=started), report=report, patience=4 * batch, started=started
    )
    try:
        session.resume(already)
        while not source.done and (taken := session.take(batch)):
            responses = _respond(examinee, [assignment.task for _, assignment in taken])
            for (name, _), response in zip(taken, responses, strict=True):
                session.finish(name, response)
        session.close()
    except KeyboardInterrupt:
        session.end(Ending.INTERRUPTED)
    return session.result()


def _respond(examinee: Examinee, tasks: Sequence[Task]) -> list[Response]:
    """One response per task, those that never came asked for again a few times."""
    responses = list(examinee.respond(tasks))
    for _ in range(RETRIES):
        failed = [at for at, response in enumerate(responses) if response.error is not None]
        if not failed:
            break
        for at, response in zip(failed, examinee.respond([tasks[at] for at in failed]), strict=True):
            responses[at] = response
    return responses

"""One model through Inspect: one task, one log, samples minted while it runs.

A :class:`SampleSource` feeds the session's assignments to Inspect and takes nothing for granted: it never raises, never
repeats a sample id, and derives what to ask next from completions alone. Whatever goes wrong between a question and its
answer becomes an infrastructure failure of that question; it fails neither the sample nor the run.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
from inspect_ai import SampleSource, eval_async
from inspect_ai import Task as InspectTask
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.model import Model
from inspect_ai.util._display import init_display_type

from unseen.errors import ExamineeError, StoreError, UnseenError
from unseen.running._asking import ask, current_session, verdict
from unseen.running._failures import causes, infrastructure_reason, one_line
from unseen.running._samples import assigned_sample
from unseen.running._session import Ending, Session

_GRACE_SECONDS = 15.0  # how long questions in flight may outlive the budget's minutes
_SYSTEM_ERROR = re.compile(r"\w*Error\(\d+, ['\"](?P<said>[^'\"]*)")  # the repr of an OSError
_LOG_BUFFER = 50  # samples between writes of the log; outcomes are durable elsewhere, at once


@dataclass(frozen=True)
class Patience:
    """How long to wait for a model, and how often to ask again after a failure that may pass."""

    attempt_seconds: int = 600
    retries: int = 3
    preflight_seconds: int = 120


@dataclass(frozen=True)
class Asking:
    """How one model is asked: questions at once, reply cap, temperature, patience, and what the log says about the run."""

    connections: int
    max_tokens: int | None
    temperature: float
    patience: Patience
    metadata: Mapping[str, Any]


class Feed(SampleSource):
    """The session as Inspect's source of samples.

    Up to half as many questions as are answered at once wait in Inspect's queue, so that no connection idles while the
    source thinks. It is asked for more only when that queue is empty, which makes for batches rather than single questions.
    """

    def __init__(self, session: Session, connections: int) -> None:
        self._session = session
        self._low = connections
        self._high = connections + (connections + 1) // 2

    async def next_samples(self) -> list[Sample] | None:
        return self._more() or None

    async def sample_complete(self, sample: EvalSample) -> list[Sample] | None:
        self._session.forget(str(sample.id))
        return self._more()

    async def sample_abandoned(self, sample: Sample, epoch: int) -> list[Sample] | None:
        self._session.forget(str(sample.id))
        return self._more()

    def _more(self) -> list[Sample]:
        waiting = len(self._session.asked)
        if waiting > self._low:
            return []
        try:
            return [assigned_sample(assignment, name) for name, assignment in self._session.take(self._high - waiting)]
        except Exception as error:
            self._session.fail(error)
            return []


async def run_inspect(session: Session, model: Model, asking: Asking, log_dir: Path) -> Path | None:
    """Run the session to its end; where the log lies.

    Raises what the session's source or record raised; :class:`StoreError` when the log cannot be written, and
    :class:`ExamineeError` when Inspect gives up for another reason. Outcomes recorded so far stay in every case.
    """
    init_display_type("none")
    before = set(_logs(log_dir))
    token = current_session.set(session)
    logs: list[EvalLog] = []
    try:
        with anyio.CancelScope() as scope:
            session.stop = scope.cancel
            async with anyio.create_task_group() as group:
                group.start_soon(_end_at, session.ledger.deadline + _GRACE_SECONDS, session)
                logs = await _evaluate(session, model, asking, log_dir)
                group.cancel_scope.cancel()
    except Exception as error:
        session.failure = session.failure or _explained(error, session.examinee, log_dir)
    finally:
        current_session.reset(token)
    if session.failure is None and session.ending is None and logs and logs[0].status == "error":
        session.failure = _gave_up(session.examinee, logs[0].error.message if logs[0].error else "no reason given", log_dir)
    if session.failure is not None:
        raise session.failure
    session.close()
    return max(set(_logs(log_dir)) - before, default=None)


def _explained(error: Exception, model: str, log_dir: Path) -> Exception:
    """What stopped Inspect, as an error that a user can act on."""
    ours = next((cause for cause in causes(error) if isinstance(cause, UnseenError)), None)
    system = next((cause for cause in causes(error) if isinstance(cause, OSError)), None)
    return ours or _gave_up(model, repr(system) if system else infrastructure_reason(error), log_dir)


def _gave_up(model: str, why: str, log_dir: Path) -> UnseenError:
    """The error for a reason in Inspect's words, which tell a full disk only by how its exception is spelled."""
    if system := _SYSTEM_ERROR.match(why):
        return StoreError(
            f"cannot write Inspect's log in {log_dir}: {system['said']}; what was answered so far is kept: make room, then resume"
        )
    return ExamineeError(f"Inspect gave up on {model}: {one_line(why)}; what was answered so far is kept")


async def _evaluate(session: Session, model: Model, asking: Asking, log_dir: Path) -> list[EvalLog]:
    task = InspectTask(
        dataset=Feed(session, asking.connections), solver=ask(), scorer=verdict(), name="unseen", metadata=dict(asking.metadata)
    )
    return await eval_async(
        task,
        model=model,
        log_dir=str(log_dir),
        log_format="eval",
        log_level="critical",
        log_realtime=False,
        log_buffer=_LOG_BUFFER,
        log_images=False,
        log_model_api=False,
        log_header_only=True,
        score_display=False,
        fail_on_error=False,
        ctl_server=False,
        max_samples=asking.connections,
        max_connections=asking.connections,
        max_retries=asking.patience.retries,
        attempt_timeout=asking.patience.attempt_seconds,
        max_tokens=asking.max_tokens,
        temperature=asking.temperature,
    )


async def _end_at(deadline: float, session: Session) -> None:
    """Drop what is still in flight when the minutes, and a little more, are over."""
    if math.isfinite(deadline):
        await anyio.sleep(max(0.0, deadline - time.monotonic()))
        session.abandon(Ending.BUDGET, "the budget's minutes ran out")


def _logs(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.eval"))

"""Carry out a plan: ask, store, finish; or go on with a run that was cut short."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from unseen.errors import PlanError
from unseen.evaluation._resolve import resolve, source_factory, versions
from unseen.evaluation._run_folder import RunFolder, new_run_id
from unseen.families import family
from unseen.plan import Plan
from unseen.running import Ending, Evaluation, Progress
from unseen.running import evaluate as ask
from unseen.storing import DEFAULT_FOLDER, RunRecord, RunWriter, Status, Store
from unseen.storing import utc_now as now
from unseen.verdict import Kind


def evaluate(
    plan: Plan | None = None,
    *,
    resume: str | None = None,
    store: Store | None = None,
    folder: Path = DEFAULT_FOLDER,
    progress: Callable[[Progress], object] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> RunRecord:
    """Ask every model of the plan and store what it answers; returns the run's record.

    Args:
        plan: what to ask; None only with ``resume``.
        resume: the id of a run to go on with, under its own stored plan. No finished outcome is lost or asked again.
        store: where outcomes go; default: SQLite in ``folder``.
        folder: where the resolved plan and Inspect's logs go, in a subfolder named like the run.
        progress: called after each outcome. say: told of what takes long before the first question.

    A run that ends by Ctrl-C has the status ``interrupted``; one whose model could not be reached any more, ``failed``.

    Raises:
        UnseenError: the plan cannot be carried out, or the run not be gone on with; nothing was asked.
    """
    if (plan is None) == (resume is None):
        raise PlanError("give a plan, or a run to resume, not both")
    store = store or Store(folder)
    if resume is not None:
        record = store.run(resume)
        run_id, plan = record.id, Plan.of(dict(record.plan), where=f"plan of run {record.id}")
        _require_versions(record, plan)
        writer = store.resume(run_id)
    else:
        assert plan is not None
        plan, run_id = resolve(plan), new_run_id()
        RunFolder.of(run_id, folder).save_plan(plan)
        writer = store.begin(run_id, plan, versions(plan))
    with writer:
        _ask(plan, run_id, writer, store, RunFolder.of(run_id, folder), progress, say)
    return store.run(run_id)


def _ask(
    plan: Plan,
    run_id: str,
    writer: RunWriter,
    store: Store,
    run_folder: RunFolder,
    progress: Callable[[Progress], object] | None,
    say: Callable[[str], None],
) -> None:
    try:
        done = ask(
            plan,
            source_factory=source_factory(plan),
            record=writer.append,
            already=list(store.outcomes(run_id)),
            progress=progress,
            log_dir=run_folder.logs,
            run_id=run_id,
            say=say,
        )
    except KeyboardInterrupt:
        writer.finish(Status.INTERRUPTED, now())
        raise
    except Exception as error:
        if not store.run(run_id).outcomes:
            store.discard(run_id)  # nothing was asked: leave nothing behind
            run_folder.remove()
            raise
        writer.finish(Status.FAILED, now(), str(error).splitlines()[0] if str(error) else type(error).__name__)
        raise
    writer.finish(_status(done), now(), "; ".join(f"{run.model}: {_ending(run.ending, run.detail)}" for run in done.runs))


def _require_versions(record: RunRecord, plan: Plan) -> None:
    """A screen or hunt asks the questions that its earlier answers lead to: in another version of a family there are none such."""
    if plan.way not in ("screen", "hunt") or not record.outcomes:
        return
    for name, version in record.versions.get("families", {}).items():
        if (installed := family(name).version) != version:
            raise PlanError(f"run {record.id} asked {name} in version {version}; version {installed} is installed: start a new {plan.way}")


def _status(done: Evaluation) -> Status:
    if done.interrupted:
        return Status.INTERRUPTED
    unanswered = any(run.finished and run.kinds.get(Kind.INFRASTRUCTURE, 0) == run.finished for run in done.runs)
    return Status.FAILED if done.unreachable or unanswered else Status.FINISHED


def _ending(ending: Ending, detail: str) -> str:
    return detail or {"done": "asked everything planned", "interrupted": "interrupted"}.get(ending.value, ending.value)

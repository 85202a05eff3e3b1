"""From stored runs to a report: one summary per examinee, over every run named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unseen.errors import FamilyError, UnseenError
from unseen.evaluation._audit import read_audit
from unseen.families import Family, all_families
from unseen.measuring import Audit, references_of, roles_of, summarise
from unseen.outcome import Arm, Outcome
from unseen.plan import Plan
from unseen.reporting import Asked, Report, ReportedRun, Section, StoredRun, error_section, sections
from unseen.reporting._report import sample_failures
from unseen.storing import RunRecord, Store


def report(runs: Sequence[str], *, store: Store | None = None, level: float = 0.95) -> Report:
    """The report of some runs; outcomes of one examinee in several runs are taken together.

    Screens and hunts give sections, and no pass rate: their tasks are no representative mix.

    Raises :class:`UnseenError` when a run does not exist, none has an outcome, or a family is no longer installed.
    """
    if not 0.5 <= level < 1:
        raise UnseenError(f"--level {level:g}: write a level from 0.5 up to, but not including, 1")
    store = store or Store()
    records = [store.run(run) for run in dict.fromkeys(runs)]
    stored = [StoredRun.of(record, list(store.outcomes(record.id))) for record in records]
    everything = [outcome for run in stored for outcome in run.outcomes]
    if not everything:
        raise UnseenError(f"{', '.join(record.id for record in records) or 'no run'}: no outcome to report yet")
    outcomes = [outcome for run in stored if run.representative for outcome in run.outcomes]
    asked = [run.record for run in stored if run.representative]
    spaces = {name: _installed(name).space for name in {outcome.family for outcome in outcomes}}
    summaries = [
        summarise(
            of_one,
            roles_of(spaces),
            audit=_audit(asked),
            level=level,
            references=references_of(spaces),
            cross_checked=cross_checked(of_one, asked),
            mixes=_mixes(list(spaces), asked),
        )
        for of_one in _by_examinee(outcomes)
    ]
    reported = tuple(_reported(run) for run in stored)
    found = sections(stored, level)
    errors = error_section(summaries, _advantages(found))
    return Report(reported, tuple(summaries), sample_failures(outcomes), (*found, *([errors] if errors else [])))


def _advantages(found: Sequence[Section]) -> list[tuple[str, str, float]]:
    """Who is shown to be better than whom, and by how much at least: (better, other, points), from the comparison section."""
    shown = []
    for one in (comparison for section in found if section.kind == "comparison" for comparison in section.data["comparisons"]):
        low, high = one["overall"]["points"]["low"], one["overall"]["points"]["high"]
        if low is not None and low > 0:
            shown.append((one["first"], one["second"], low))
        elif high is not None and high < 0:
            shown.append((one["second"], one["first"], -high))
    return shown


def _reported(run: StoredRun) -> ReportedRun:
    found = run.record
    asked = tuple(Asked.of(name, outcomes) for name, outcomes in run.by_examinee.items())
    return ReportedRun(found.id, found.status.value, found.started_at, found.finished_at, found.plan, found.versions, found.note, asked)


def cross_checked(outcomes: Sequence[Outcome], records: Sequence[RunRecord]) -> int:
    """How many of the tasks were solved again by the second solver before they were asked (decided by id, as minting does)."""
    share = min(float(record.plan["cross_check"]) for record in records)
    asked = {outcome.task_id: outcome for outcome in outcomes if outcome.arm is not Arm.PLANTED}
    return sum(int(task_id[:13], 16) < share * 16**13 for task_id in asked)


def _mixes(families: Sequence[str], records: Sequence[RunRecord]) -> dict[str, Any]:
    """The families' reference mixes, where all runs drew from the same ones."""
    from unseen.probing import reference_loads

    held = [Plan.of(dict(record.plan)).settings for record in records]
    return {name: reference_loads(_installed(name), held[0]) for name in families} if held and held.count(held[0]) == len(held) else {}


def _by_examinee(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    names = dict.fromkeys(outcome.examinee for outcome in outcomes)
    return [[outcome for outcome in outcomes if outcome.examinee == name] for name in names]


def _audit(records: Sequence[RunRecord]) -> Audit | None:
    files = {record.plan["error_audit"] for record in records if record.plan["error_audit"]}
    if len(files) > 1:
        raise UnseenError(f"the runs name different error audits: {', '.join(sorted(files))}; report them one by one")
    return read_audit(Path(files.pop())) if files else None


def _installed(name: str) -> Family[Any]:
    try:
        return all_families()[name]
    except KeyError:
        raise FamilyError(f"the run asked {name}, which is not installed") from None

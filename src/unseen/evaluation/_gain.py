"""Genuine or artefact: what is asked to take a gain apart, and the account of it from stored runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from unseen.errors import FamilyError, PlanError, UnseenError
from unseen.families import all_families
from unseen.measuring import GainAccount, account_gain
from unseen.minting import Edition, FixedSource, familiar_source, read_tasks
from unseen.outcome import Outcome
from unseen.plan import Plan
from unseen.storing import RunRecord, Store
from unseen.task import Task


def static_tasks(path: str) -> list[Task]:
    """The tasks of a static test: a file that ``unseen mint`` wrote, or an edition's public arm (its ``.edition.json``).

    Raises :class:`UnseenError` when the file cannot be read, or holds something else.
    """
    if not Path(path).exists():
        raise PlanError(f"--static {path}: no such file")
    return list(Edition.load(path).public_tasks()) if path.endswith(".edition.json") else list(read_tasks(path))


def gain_source(plan: Plan) -> FixedSource:
    """The sets a gain plan asks for."""
    assert plan.gain is not None
    asked = plan.gain
    return familiar_source(
        static_tasks(asked.static), plan.seed or 0, sets=asked.sets, siblings=asked.siblings, new=asked.new, cross_check=plan.cross_check
    )


def gain_families(plan: Plan) -> tuple[str, ...]:
    """The families of the static test and those its new templates are to come from. Raises :class:`UnseenError`."""
    assert plan.gain is not None
    if plan.families or plan.settings:
        raise PlanError("the static test settles families and settings; leave out families and settings, and name new ones with --new")
    names = sorted({task.family for task in static_tasks(plan.gain.static)})
    if missing := [name for name in (*names, *plan.gain.new) if name not in all_families()]:
        raise FamilyError(f"the plan asks {', '.join(missing)}, not installed here; `unseen families` lists what is")
    if both := [name for name in plan.gain.new if name in names]:
        raise PlanError(f"--new {both[0]}: the static test holds tasks of it; name a family it does not hold")
    return (*names, *plan.gain.new)


def gain(first: str, second: str, *, run: str | None = None, store: Store | None = None, level: float = 0.95) -> GainAccount:
    """What the gain from one examinee to another is made of, from stored gain runs.

    Args:
        first: a run; or ``run:examinee`` where the run asked several; or, with ``run``, an examinee of that run.
        second: likewise. Two runs must have asked the same sets: the same static test, seed and options.

    Raises :class:`UnseenError` when a run or an examinee is not there, or no complete set was answered by both.
    """
    if not 0.5 <= level < 1:
        raise UnseenError(f"--level {level:g}: write a level from 0.5 up to, but not including, 1")
    store = store or Store()
    (one, before), (other, after) = (_side(store, f"{run}:{name}" if run else name) for name in (first, second))
    if _asked(one) != _asked(other):
        raise UnseenError(f"runs {one.id} and {other.id} asked different sets: ask both with the same --static, --seed and options")
    names = (before[0].examinee, after[0].examinee)
    if names[0] == names[1]:
        names = (f"{names[0]} ({one.id})", f"{names[1]} ({other.id})")
    spaces = {name: family.space for name, family in all_families().items()}
    if missing := sorted({o.family for o in (*before, *after)} - set(spaces)):
        raise FamilyError(f"the runs asked {', '.join(missing)}, not installed here")
    try:
        return account_gain(before, after, spaces, names=names, level=level)
    except ValueError as error:
        raise UnseenError(f"the gain from {first} to {second} cannot be split: {error}") from None


def _asked(record: RunRecord) -> tuple[object, object]:
    return record.plan.get("gain"), record.plan.get("seed")


def _side(store: Store, name: str) -> tuple[RunRecord, Sequence[Outcome]]:
    run, _, wanted = name.partition(":")
    record = store.run(run)
    if not record.plan.get("gain"):
        raise UnseenError(f"run {record.id} is no gain run: its tasks were not asked in sets; `unseen gain A B --static FILE` asks them")
    outcomes = list(store.outcomes(record.id))
    there = list(dict.fromkeys(outcome.examinee for outcome in outcomes))
    if not there:
        raise UnseenError(f"run {record.id} has no outcome yet")
    if not wanted and len(there) > 1:
        raise UnseenError(f"run {record.id} asked {', '.join(there)}: write --run {run} and two of them")
    if wanted and wanted not in there:
        raise UnseenError(f"run {record.id} has no examinee '{wanted}'; there are: {', '.join(there)}")
    return record, [outcome for outcome in outcomes if outcome.examinee == (wanted or there[0])]

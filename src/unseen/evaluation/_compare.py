"""From stored runs to a comparison of two examinees."""

from __future__ import annotations

from unseen.errors import FamilyError, UnseenError
from unseen.families import all_families
from unseen.measuring import Comparison
from unseen.measuring import compare as compare_outcomes
from unseen.outcome import Outcome
from unseen.storing import Store


def compare(first: str, second: str, *, run: str | None = None, store: Store | None = None, level: float = 0.95) -> Comparison:
    """Compare two examinees of stored runs.

    Args:
        first: a run; or ``run:examinee`` where the run asked several; or, with ``run``, an examinee of that run.
        second: likewise.
        run: one run that asked both.

    Raises :class:`UnseenError` when a run, an examinee or a family is not there, or nothing can be compared.
    """
    if not 0.5 <= level < 1:
        raise UnseenError(f"--level {level:g}: write a level from 0.5 up to, but not including, 1")
    store = store or Store()
    sides = [_side(store, f"{run}:{name}" if run else name) for name in (first, second)]
    titles = [outcomes[0].examinee for _, outcomes in sides]
    if titles[0] == titles[1]:
        titles = [f"{title} ({record})" for title, (record, _) in zip(titles, sides, strict=True)]
    if titles[0] == titles[1]:
        raise UnseenError(f"{first} and {second} are the same outcomes: name two examinees or two runs")
    installed = all_families()
    asked = {outcome.family for _, outcomes in sides for outcome in outcomes}
    if missing := sorted(asked - set(installed)):
        raise FamilyError(f"the runs asked {', '.join(missing)}, not installed here")
    spaces = {name: installed[name].space for name in asked}
    try:
        return compare_outcomes(sides[0][1], sides[1][1], spaces, names=(titles[0], titles[1]), level=level)
    except ValueError as error:
        raise UnseenError(f"{first} and {second} cannot be compared: {error}") from None


def _side(store: Store, name: str) -> tuple[str, list[Outcome]]:
    """The run's id and one examinee's outcomes in it."""
    run, _, wanted = name.partition(":")
    record = store.run(run)
    if record.plan.get("hunt"):
        raise UnseenError(f"run {record.id} hunted failures: its tasks were chosen because they are failed, and compare nothing")
    outcomes = list(store.outcomes(record.id))
    there = list(dict.fromkeys(outcome.examinee for outcome in outcomes))
    if not there:
        raise UnseenError(f"run {record.id} has no outcome to compare yet")
    if not wanted and len(there) > 1:
        raise UnseenError(f"run {record.id} asked {', '.join(there)}: write {run}:EXAMINEE, or --run {run} and two of them")
    if wanted and wanted not in there:
        raise UnseenError(f"run {record.id} has no examinee '{wanted}'; there are: {', '.join(there)}")
    return record.id, [outcome for outcome in outcomes if outcome.examinee == (wanted or there[0])]

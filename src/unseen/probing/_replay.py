"""What a stored screen or hunt came to: its plan is carried out again, with every question answered from the store."""

from __future__ import annotations

from collections.abc import Sequence

from unseen.errors import PlanError
from unseen.families.registry import all_families
from unseen.outcome import Outcome
from unseen.plan import Plan
from unseen.probing._hunt import Hunted, HuntSource
from unseen.probing._screen import ScreenSource
from unseen.probing._screen_report import ScreenReport


def replay_screen(plan: Plan, outcomes: Sequence[Outcome]) -> tuple[ScreenReport, ...]:
    """The screenings of one examinee, family by family, from the plan and all of its outcomes. One cut short is analysed as it stands.

    Raises :class:`PlanError` when a family is no longer installed in the version that was asked.
    """
    _same_versions(outcomes)
    source = ScreenSource.of(plan)
    for outcome in outcomes:
        source.tell(outcome)
    source.take(len(plan.families))  # brings each family to the question at which it stopped
    return tuple(source.reports(outcomes[0].examinee)) if outcomes else ()


def replay_hunt(plan: Plan, outcomes: Sequence[Outcome]) -> tuple[Hunted, ...]:
    """What the hunt of one examinee came to, family by family, from the plan and all of its outcomes.

    Raises :class:`PlanError` when a family is no longer installed in the version that was asked, or when the hunt was another
    version's, whose questions this one does not ask.
    """
    _same_versions(outcomes)
    source = HuntSource.of(plan)
    for outcome in outcomes:
        source.tell(outcome)
    if source.strays:
        raise PlanError(f"{source.strays} stored answers do not belong to this hunt: another version of Unseen made it")
    return source.results()


def _same_versions(outcomes: Sequence[Outcome]) -> None:
    installed = all_families()
    for name, version in sorted({(outcome.family, outcome.version) for outcome in outcomes}):
        if name not in installed:
            raise PlanError(f"the run asked {name}, which is not installed")
        if installed[name].version != version:
            raise PlanError(
                f"the run asked {name} in version {version}; version {installed[name].version} is installed, and asks other tasks"
            )

"""The consistency section: pass@k and how alike siblings fare, where a run asked several tasks at a setting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unseen.measuring import SiblingSummary, summarise_siblings
from unseen.outcome import Outcome
from unseen.reporting._gain_section import siblings_table
from unseen.reporting._section import Section, StoredRun
from unseen.reporting._wording import percent, plural


def consistencies(runs: Sequence[StoredRun], level: float) -> Iterator[Section]:
    """One section over all representative runs that asked siblings."""
    gathered: dict[str, list[Outcome]] = {}
    for run in runs:
        if run.representative and any(o.role == "sibling" for o in run.outcomes):
            for name, outcomes in run.by_examinee.items():
                gathered.setdefault(name, []).extend(outcomes)
    found = [summary for outcomes in gathered.values() if (summary := summarise_siblings(outcomes, level=level)) is not None]
    if not found:
        return
    names = found[0].examinee if len(found) == 1 else "each model"
    yield Section(
        kind="consistency",
        name="consistency",
        title=f"Does {names} solve siblings of what it solves?",
        answer=" ".join(_sentence(summary) for summary in found),
        tables=(siblings_table(found),),
        text=(
            "Siblings are tasks at the same setting with other choices. One of k passes, and all of k pass: unbiased means over settings "
            "(Chen et al. 2021), intervals over settings like these. Settings with both: those where some siblings passed and some failed, "
            "beside the share that answers independent of their setting would give at the same pass rate. The correlation runs from 0, where the "
            "setting says nothing about the answer, to 1, where it decides it.",
        ),
        data={"examinees": [summary.to_json() for summary in found]},
    )


def _sentence(summary: SiblingSummary) -> str:
    whole, k = summary.consistency, max(summary.pass_at)
    return (
        f"{summary.examinee}: one of {k} siblings passes at {percent(summary.pass_at[k].value)}, all {k} at {percent(summary.all_of[k].value)} of "
        f"{plural(whole.settings, 'setting')}; siblings correlate {whole.correlation.value:.2f} "
        f"({whole.correlation.low:.2f} to {whole.correlation.high:.2f})."
    )

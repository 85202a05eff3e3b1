"""The comparison section: several examinees, each against the first, overall and family by family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from unseen.families import all_families
from unseen.measuring import Comparison, Difference, compare, holm
from unseen.outcome import Outcome
from unseen.reporting._charts import difference_chart
from unseen.reporting._section import Figure, Section, StoredRun, Table
from unseen.reporting._wording import signed

if TYPE_CHECKING:
    import altair as alt


def comparisons(runs: Sequence[StoredRun], level: float) -> Iterator[Section]:
    """One section where representative runs asked more than one examinee: each of the others minus the first, corrected over all of them."""
    examinees = _examinees(run for run in runs if run.representative)
    if len(examinees) < 2:
        return
    first, *others = examinees
    spaces = {name: family.space for name, family in all_families().items()}
    found: list[Comparison] = []
    failed: list[str] = []
    for other in others:
        try:
            found.append(compare(examinees[other], examinees[first], spaces, names=(other, first), level=level))
        except ValueError as error:
            failed.append(f"{other} and {first} cannot be compared: {error}")
    title = f"Is {others[0]} better than {first}?" if len(others) == 1 else f"How do the others compare with {first}?"
    if not found:
        yield Section("comparison", "comparison", title, f"{'. '.join(failed)}.", data={"first": first, "comparisons": []})
        return
    corrected = _corrected(found, level)
    yield Section(
        kind="comparison",
        name="comparison",
        title=title,
        answer=" ".join(_sentence(one) for one in corrected),
        figures=(Figure("differences", _chart(corrected, first), _caption(level)),),
        tables=(_table(corrected),),
        text=(
            "Paired where the two answered the same tasks, equated through the families where they did not. Holm's procedure keeps the chance of any false "
            "claim within 1 − level: over every family of every pair, and by itself over the pairs' overall differences. "
            "e-values and anytime intervals hold however often one looks.",
            *(f"{note}." for note in dict.fromkeys(note for one in corrected for note in one.notes)),
        ),
        notes=tuple(failed),
        data={"first": first, "comparisons": [one.to_json() for one in corrected]},
        brief=True,
    )


def _examinees(runs: Iterator[StoredRun]) -> Mapping[str, Sequence[Outcome]]:
    gathered: dict[str, list[Outcome]] = {}
    for run in runs:
        for name, outcomes in run.by_examinee.items():
            gathered.setdefault(name, []).extend(outcomes)
    return gathered


def _corrected(found: Sequence[Comparison], level: float) -> list[Comparison]:
    """The comparisons with p-values adjusted over the families of all pairs, and over the overall differences of all pairs."""
    families = iter(holm([contrast for one in found for contrast in one.families], level))
    overall = holm([one.overall for one in found], level)
    scope = "Holm over the families" if len(found) == 1 else "Holm over the families of all pairs"
    return [
        replace(one, overall=whole, families=tuple(next(families) for _ in one.families), multiplicity=scope)
        for one, whole in zip(found, overall, strict=True)
    ]


def _sentence(one: Comparison) -> str:
    points = one.overall.points
    verdict = "no difference shown" if not one.overall.differs else "better" if points.value > 0 else "worse"
    apart = [contrast.name for contrast in one.families if contrast.differs]
    where = f" Differs in {', '.join(apart)}." if apart and len(one.families) > 1 else ""
    return f"{one.first} minus {one.second}: {_interval(one.overall)}, {verdict}.{where}"


def _interval(contrast: Difference) -> str:
    value, low, high = (signed(100 * number) for number in (contrast.points.value, contrast.points.low, contrast.points.high))
    return f"{value} points ({low} to {high})"


def _caption(level: float) -> str:
    return f"Difference of pass rates with {level:.0%} intervals, not adjusted for their number; the table holds p-values that are."


def _chart(found: Sequence[Comparison], first: str) -> alt.LayerChart:
    rows = [
        {
            "model": one.first,
            "label": contrast.name,
            "difference": contrast.points.value,
            "low": contrast.points.low,
            "high": contrast.points.high,
        }
        for one in found
        for contrast in (one.overall, *one.families)
    ]
    order = list(dict.fromkeys(str(row["label"]) for row in rows))
    title, models = f"Where does the pass rate differ from that of {first}?", [one.first for one in found]
    return difference_chart(title, rows, models, order, axis="difference of pass rates (points)")


def _table(found: Sequence[Comparison]) -> Table:
    rows: list[tuple[str, ...]] = []
    for one in found:
        for contrast in (one.overall, *one.families):
            evidence = contrast.evidence
            rows.append(
                (
                    one.first,
                    contrast.name,
                    contrast.method.value,
                    str(contrast.tasks),
                    _interval(contrast) + (" *" if contrast.differs else ""),
                    f"{contrast.holm_p:.2g}",
                    f"{evidence.e_value:.3g}",
                    f"{signed(100 * evidence.low)} to {signed(100 * evidence.high)}",
                )
            )
    if len(found) == 1:
        rows = [row[1:] for row in rows]
    columns = (
        *(("model",) if len(found) > 1 else ()),
        "where",
        "how",
        "tasks",
        "difference of pass rates",
        "p (Holm)",
        "e-value",
        "anytime, points",
    )
    return Table(
        f"{found[0].first if len(found) == 1 else 'Each'} minus {found[0].second}; * where it differs",
        columns,
        tuple(rows),
        ("tasks", "p (Holm)", "e-value"),
    )

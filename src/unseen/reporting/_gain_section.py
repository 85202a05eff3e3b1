"""The gain section: what the gain from one model to another on a static test is made of, and how both fare farther from what is familiar."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from unseen.families import all_families
from unseen.measuring import Crossing, Effect, GainAccount, GainPart, GainSplit, NoveltyGradient, SiblingSummary, account_gain
from unseen.outcome import Familiarity, Outcome
from unseen.reporting._charts import difference_chart, novelty_chart
from unseen.reporting._section import Figure, Section, StoredRun, Table, command, slug
from unseen.reporting._wording import percent, plural, signed

_GROUPS = {
    Familiarity.STATIC: "static tasks",
    Familiarity.FRESH: "fresh siblings of them",
    Familiarity.NEW: "new templates",
}


def gains(runs: Sequence[StoredRun], level: float) -> Iterator[Section]:
    """One section for each model beside the first of the gain runs that asked the same sets."""
    spaces = {name: family.space for name, family in all_families().items()}
    for together in _asked_alike([run for run in runs if run.plan.gain]):
        sides: dict[str, list[Outcome]] = {}
        for run in together:
            for name, outcomes in run.by_examinee.items():
                sides.setdefault(name, []).extend(outcomes)
        first, *others = sides
        where = together[0]
        if not others:
            yield _alone(where, first)
        for other in others:
            try:
                found = account_gain(sides[first], sides[other], spaces, names=(first, other), level=level)
            except (ValueError, KeyError) as error:
                yield _unreadable(where, first, other, str(error))
                continue
            yield gain_section(found, where)


def gain_section(found: GainAccount, run: StoredRun) -> Section:
    """The section of one account."""
    split = found.split
    title = f"What is the gain from {split.first} to {split.second} made of?"
    figures = [Figure("parts", _parts_chart(split), _caption(split))]
    if found.gradient is not None:
        figures.append(Figure("novelty", _novelty_chart(found.gradient), _novelty_caption(found.gradient)))
    return Section(
        kind="gain",
        name=f"gain-{slug(run.record.id)}-{slug(split.second)}",
        title=title,
        answer=answer(found),
        figures=tuple(figures),
        tables=tuple(tables(found)),
        text=tuple(_text(found)),
        reproduce=command(run.plan),
        notes=tuple(note for note in split.notes if "speak of these" not in note),
        data={"run": run.record.id, **found.to_json()},
    )


def answer(found: GainAccount) -> str:
    """The gain and its parts in a sentence or two."""
    split = found.split
    whole = split.rates[0].points
    parts = "; ".join(f"{part.name} {_points(part.points)}{' *' if part.shown else ''}{_share(part)}" for part in split.parts)
    gradient = f" {_crossing(found.gradient)}" if found.gradient is not None else ""
    return (
        f"{split.second} minus {split.first} on {plural(split.sets, 'static task')}: {_points(whole)} points, of which {parts}.{gradient}"
    )


def tables(found: GainAccount) -> Iterator[Table]:
    """Rates and parts; families; distance; siblings."""
    split = found.split
    rates = tuple(
        (_GROUPS[r.familiarity], percent(r.first), percent(r.second), _points(r.points), _effort(found, r.familiarity)) for r in split.rates
    )
    columns = ("asked", "A", "B", "gain, points", "effort against static")
    yield Table(f"Pass rates on the same sets. A: {split.first}. B: {split.second}", columns, rates, ("A", "B"))
    yield Table(
        f"Parts of the gain; * where shown at {split.level:.0%} (Holm over the parts)",
        ("part", "points", "share of the gain", "p", "p (Holm)"),
        tuple(_part_row(one.name, part) for one in (split, *split.families) for part in one.parts),
        ("p", "p (Holm)"),
    )
    if found.gradient is not None:
        rows = tuple((f"{b.low:.2g} to {b.high:.2g}", str(b.first.n), _rate(b.first), _rate(b.second)) for b in found.gradient.bins)
        yield Table("Pass rates by distance from the nearest static setting", ("distance", "tasks", "A", "B"), rows, ("tasks",))
    if found.siblings:
        yield siblings_table(found.siblings)


def siblings_table(summaries: Sequence[SiblingSummary]) -> Table:
    """pass@k, all of k and consistency, a row for each examinee and k."""
    rows: list[tuple[str, ...]] = []
    for summary in summaries:
        whole, model = summary.consistency, (summary.examinee,) if len(summaries) > 1 else ()
        seen = f"{percent(whole.mixed)} (independent: {percent(whole.expected_mixed)})"
        for k in summary.pass_at:
            alike = f"{whole.correlation.value:.2f} ({whole.correlation.low:.2f} to {whole.correlation.high:.2f})"
            rows.append((*model, str(k), _rate(summary.pass_at[k]), _rate(summary.all_of[k]), seen, alike))
    columns = ("k", "one of k siblings passes", "all of k pass", "settings with both", "correlation of siblings")
    return Table("Siblings: answers at the same setting", (*(("model",) if len(summaries) > 1 else ()), *columns), tuple(rows), ("k",))


def _part_row(where: str, part: GainPart) -> tuple[str, ...]:
    name = part.name if where == "overall" else f"{part.name}: {where}"
    shown = " *" if part.shown else ""
    return (name, _points(part.points) + shown, percent_share(part), f"{part.points.p_value:.2g}", f"{part.holm_p:.2g}")


def percent_share(part: GainPart) -> str:
    """``43% (20% to 71%)``, or that no share is defined."""
    share = part.share
    if not share.defined:
        return "not defined"
    return f"{100 * share.value:.0f}% ({100 * share.low:.0f}% to {100 * share.high:.0f}%)".replace("-", "−")


def _share(part: GainPart) -> str:
    return f" [{100 * part.share.value:.0f}%]".replace("-", "−") if part.share.defined else ""


def _crossing(gradient: NoveltyGradient) -> str:
    found, (first, second) = gradient.crossover, gradient.names
    if found.verdict is Crossing.NEVER:
        return f"{second} stays above {first} at every distance asked (to {found.asked:.2g})."
    if found.verdict is Crossing.THROUGHOUT:
        return f"{second} is below {first} at every distance asked (to {found.asked:.2g})."
    if found.verdict is Crossing.WITHIN:
        value = f"{found.value:.2g} " if math.isfinite(found.value) else ""
        return f"{second} falls below {first} at distance {value}({found.low:.2g} to {found.high:.2g})."
    if found.parts > 1 or (math.isinf(found.low) and math.isinf(found.high)):
        return f"Whether {second} falls below {first} within the distances asked (to {found.asked:.2g}) cannot be told."
    near = gradient.gain_at_zero.value
    far = near + gradient.gain.value * found.asked
    if math.isinf(found.high):
        nearer = f"is shown {'above' if near > 0 else 'below'} {first} up to distance {found.low:.2g}"
        return f"{second} {nearer}; farther, the two are not told apart."
    if math.isinf(found.low):
        farther = f"is shown {'above' if far > 0 else 'below'} {first} from distance {found.high:.2g} on"
        return f"{second} {farther}; nearer, the two are not told apart."
    return f"{second} rises above {first} between distances {found.low:.2g} and {found.high:.2g}."


def _text(found: GainAccount) -> Iterator[str]:
    split, new = found.split, found.new_templates
    yield (
        "Item memory: the gain on the static tasks minus that on fresh siblings of them (same setting, new choices). Template skill: the gain on "
        "siblings minus that on new templates. Transferable: the gain on new templates. Both models answered the same tasks; "
        f"clusters are {split.clusters} ({split.templates} templates, {split.new_templates} new ones), intervals t; {split.multiplicity}. "
        "A share is given where the whole gain differs from zero at this level, with Fieller's interval."
    )
    moved = ", ".join(f"{name} in {count}" for name, count in new.moved.items())
    same = f"{new.same_family} tasks of the same families with other levels of structure or story than any static task has together ({moved}); "
    same += f"{new.unseen_levels} of them show a level that no static task asked has. "
    elsewhere = ", ".join(f"{name} ({count})" for name, count in new.elsewhere.items())
    yield f"The new templates: {same if new.same_family else ''}{f'Tasks of families the static test does not hold: {elsewhere}.' if elsewhere else ''}".strip()
    if found.gradient is not None:
        g = found.gradient
        yield (
            f"Gradient in log odds per unit of distance: {g.names[0]} {_logits(g.first)}, {g.names[1]} {_logits(g.second)}, gain {_logits(g.gain)} "
            f"({g.method}). A unit is one variable changed outright; an ordered one counts the share of its domain it moved."
        )
    elif found.no_gradient:
        yield f"No gradient over distance: {found.no_gradient}."
    yield from (f"{note}." for note in split.notes)


def _effort(found: GainAccount, familiarity: Familiarity) -> str:
    for one in found.matching:
        if one.familiarity is familiarity:
            return f"{100 * (2**one.log2_effort - 1):+.0f}%".replace("-", "−")
    return ""


def _parts_chart(split: GainSplit) -> Any:
    model = f"{split.second} minus {split.first}"
    rows = [
        {"model": model, "label": label, "difference": effect.value, "low": max(effect.low, -1.0), "high": min(effect.high, 1.0)}
        for label, effect in (
            *((f"gain on {_GROUPS[rate.familiarity]}", rate.points) for rate in split.rates),
            *((part.name, part.points) for part in split.parts),
        )
    ]
    return difference_chart("Which part of the gain is genuine?", rows, [model], [str(row["label"]) for row in rows])


def _caption(split: GainSplit) -> str:
    return f"Above, gains on the three groups of tasks; below, the parts, which are their differences. {split.level:.0%} intervals, not adjusted for their number."


def _novelty_chart(gradient: NoveltyGradient) -> Any:
    curve = [
        {"model": name, "x": point.distance, "p": p, "low": low, "high": high}
        for point in gradient.curve
        for name, (p, low, high) in zip(gradient.names, (point.first, point.second), strict=True)
    ]
    bins = [
        {"model": name, "x": b.mean, "p": rate.value, "low": rate.low, "high": rate.high}
        for b in gradient.bins
        for name, rate in zip(gradient.names, (b.first, b.second), strict=True)
    ]
    return novelty_chart("How does each model fare farther from what is familiar?", curve, bins, gradient.names)


def _novelty_caption(gradient: NoveltyGradient) -> str:
    return (
        "Distance from the nearest static setting: one for each variable that differs outright, a share for an ordered one. Lines: fitted, averaged over the efforts asked, "
        f"with {gradient.level:.0%} pointwise bands; marks: what was observed, with intervals."
    )


def _points(effect: Effect) -> str:
    return f"{signed(100 * effect.value)} ({signed(100 * effect.low)} to {signed(100 * effect.high)})"


def _logits(effect: Effect) -> str:
    return f"{signed(effect.value, 2)} ({signed(effect.low, 2)} to {signed(effect.high, 2)})"


def _rate(estimate: Any) -> str:
    return f"{percent(estimate.value)} ({percent(estimate.low)} to {percent(estimate.high)})"


def _asked_alike(runs: Sequence[StoredRun]) -> list[list[StoredRun]]:
    groups: dict[str, list[StoredRun]] = {}
    for run in runs:
        groups.setdefault(f"{run.plan.gain!r} {run.plan.seed}", []).append(run)
    return list(groups.values())


def _alone(run: StoredRun, examinee: str) -> Section:
    return Section(
        kind="gain",
        name=f"gain-{slug(run.record.id)}",
        title="What is the gain made of?",
        answer=f"Run {run.record.id} asked {examinee} alone: ask a second model the same sets, and name both runs.",
        reproduce=command(run.plan),
        data={"run": run.record.id},
    )


def _unreadable(run: StoredRun, first: str, second: str, why: str) -> Section:
    return Section(
        kind="gain",
        name=f"gain-{slug(run.record.id)}-{slug(second)}",
        title=f"What is the gain from {first} to {second} made of?",
        answer=f"It cannot be split: {why}.",
        reproduce=command(run.plan),
        data={"run": run.record.id, "unreadable": why},
    )

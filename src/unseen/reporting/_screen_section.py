"""The screening section: which variables of a family matter to an examinee, by how much, and which were shown not to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unseen.errors import PlanError
from unseen.probing import ScreenReport, ScreenVerdict, VariableFinding, replay_screen
from unseen.reporting._charts import effects_chart
from unseen.reporting._section import Figure, Section, StoredRun, Table, command, slug
from unseen.reporting._wording import percent, plural, signed


def screenings(runs: Sequence[StoredRun], level: float) -> Iterator[Section]:
    """One section for each screening run, examinee and family. Its intervals have the level of the analysis, 95%."""
    for run in (run for run in runs if run.plan.screen):
        for examinee, outcomes in run.by_examinee.items():
            try:
                reports = replay_screen(run.plan, outcomes)
            except PlanError as error:
                yield _unreadable(run, examinee, str(error))
                continue
            for found in reports:
                yield _section(run, found)


def _section(run: StoredRun, found: ScreenReport) -> Section:
    title = f"Which variables of {found.family} matter to {found.examinee}?"
    rows = [
        {
            "label": f"{variable.name}: {effect.source} to {effect.target}",
            "verdict": variable.verdict.value,
            "fresh": variable.confirmation is not None,
            "points": effect.points,
            "low": effect.points_low,
            "high": effect.points_high,
        }
        for variable in found.ranked
        for effect in variable.shown
    ]
    caption = (
        f"Change of the pass rate from one value to another, over the settings of the design, with {found.level:.0%} intervals (not adjusted for their "
        f"number). Grey: the margin of ±{100 * found.margin:g} points within which a variable counts as not mattering. Variables that matter were "
        "measured again on fresh tasks, where there were any."
    )
    figures = (Figure("effects", effects_chart(title, rows, found.margin, [v.value for v in ScreenVerdict]), caption),) if rows else ()
    return Section(
        kind="screening",
        name=f"screening-{slug(run.record.id)}-{slug(found.examinee)}-{slug(found.family)}",
        title=title,
        answer=_answer(found),
        figures=figures,
        tables=tuple(_tables(found)) if rows else (),
        text=_text(found),
        reproduce=command(run.plan),
        notes=_notes(found),
        data={"run": run.record.id, **found.to_json()},
    )


def _answer(found: ScreenReport) -> str:
    if not found.variables:
        return f"Too few answers to tell: {found.screened}."
    parts = []
    for variable in (v for v in found.ranked if v.verdict is ScreenVerdict.MATTERS):
        through = f", through {' and '.join(variable.through)}" if variable.through else ""
        fresh = "" if variable.confirmation is None else ", confirmed" if variable.confirmation.confirmed else ", not confirmed"
        parts.append(f"{variable.name} ({_largest(variable)}{through}{fresh})")
    idle = [v.name for v in found.ranked if v.verdict is ScreenVerdict.EQUIVALENT]
    matters = f"Matters: {'; '.join(parts)}." if parts else "No variable was shown to matter."
    shown = f" Shown not to matter within ±{100 * found.margin:g} points: {', '.join(idle)}." if idle else ""
    open_ = sum(v.verdict is ScreenVerdict.NOT_SHOWN for v in found.variables)
    left = f" {plural(open_, 'variable')} left open." if open_ else ""
    return f"{matters}{shown}{left}"


def _largest(variable: VariableFinding) -> str:
    effect = variable.largest
    return f"{effect.source} to {effect.target}: {_points(effect.points, effect.points_low, effect.points_high)}"


def _points(value: float, low: float, high: float) -> str:
    return f"{signed(100 * value)} points ({signed(100 * low)} to {signed(100 * high)})"


def _tables(found: ScreenReport) -> Iterator[Table]:
    effects, logits = [], []
    for variable in found.ranked:
        effect = variable.largest
        name, change = f"{variable.name} ({variable.role.value})", f"{effect.source} to {effect.target}"
        fresh = "" if variable.confirmation is None else "confirmed" if variable.confirmation.confirmed else "not confirmed"
        points = _points(effect.points, effect.points_low, effect.points_high)
        effects.append((name, variable.verdict.value, change, points, fresh))
        odds = f"{signed(effect.logits, 2)} ({signed(effect.logits_low, 2)} to {signed(effect.logits_high, 2)})"
        logits.append((name, change, odds, f"{variable.p_value:.2g}"))
    columns = ("variable (role)", "verdict", "largest effect", "on the pass rate", "fresh tasks")
    yield Table("Surface variables are the negative controls, premises the positive ones", columns, tuple(effects))
    headings = ("variable (role)", "largest effect", "log odds", "p, average effect")
    yield Table("The same effects in log odds; p over all looks", headings, tuple(logits), ("p, average effect",))
    pairs = tuple(
        (
            f"{pair.first} = {pair.first_value} with {pair.second} = {pair.second_value}",
            f"{signed(pair.logits, 2)} ({signed(pair.low, 2)} to {signed(pair.high, 2)})",
            f"{pair.p_value:.2g}",
            {None: "not asked", True: "confirmed", False: "not confirmed"}[pair.confirmed],
        )
        for pair in found.interactions
    )
    if pairs:
        headings = ("together", "log odds beyond their sum", "p", "on fresh tasks")
        yield Table("Interactions: the difference of differences", headings, pairs, ("p",))


def _text(found: ScreenReport) -> tuple[str, ...]:
    return (
        f"{plural(found.screened, 'answer')} in a balanced design, {found.confirming} on fresh tasks; {percent(found.pass_rate)} right. "
        f"False discovery rate {found.fdr:g} among the variables. Shown not to matter: the average effect lies within "
        f"±{100 * found.margin:g} points by two one-sided tests. Not shown: too few answers to tell.",
    )


def _notes(found: ScreenReport) -> tuple[str, ...]:
    surface = [v.name for v in found.variables if v.role.value == "surface" and v.verdict is ScreenVerdict.MATTERS]
    if not surface:
        return ()
    return (f"{found.examinee} reads the story, not the problem, in {found.family}: {', '.join(surface)} should not matter",)


def _unreadable(run: StoredRun, examinee: str, why: str) -> Section:
    return Section(
        kind="screening",
        name=f"screening-{slug(run.record.id)}-{slug(examinee)}",
        title=f"Which variables matter to {examinee}?",
        answer=f"Run {run.record.id} cannot be analysed here: {why}.",
        reproduce=command(run.plan),
        data={"run": run.record.id, "unreadable": why},
    )

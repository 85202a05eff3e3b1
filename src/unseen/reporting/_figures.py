"""From summaries to charts: which rows each figure draws."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt

from unseen.measuring import DifficultyCurve, FamilySummary, PairedCheck, Summary
from unseen.reporting._charts import difference_chart, difficulty_chart, horizon_chart
from unseen.reporting._section import slug

FEWEST_STEPS, MOST_STEPS = 0.5, 4096.0  # where the horizon axis is cut


def figures(summaries: Sequence[Summary]) -> dict[str, alt.LayerChart]:
    """Every figure of the report by name: ``domain-…``, ``family-…``, ``horizons``, ``checks``."""
    models = [summary.examinee for summary in summaries]
    made: dict[str, alt.LayerChart] = {}
    for domain in sorted({domain.name for summary in summaries for domain in summary.domains}):
        curves = {s.examinee: d.curve_load for s in summaries for d in s.domains if d.name == domain}
        made[f"domain-{slug(domain)}"] = _curves(f"Where does {domain} get too hard?", curves, models)
    families = sorted({family.name for summary in summaries for family in summary.families})
    for name in families:
        by_model = {s.examinee: f.curve_effort for s in summaries for f in s.families if f.name == name}
        made[f"family-{slug(name)}"] = _curves(f"How do longer solutions of {name} fare?", by_model, models, effort=True)
    rows = [_horizon_row(s.examinee, f) for s in summaries for f in s.families]
    if rows:
        title = "After how many steps does each model fail half the time?"
        made["horizons"] = horizon_chart(title, [row for row in rows if row], models, families)
    checks = [row for s in summaries for row in _check_rows(s)]
    if checks:
        order = list(dict.fromkeys(row["label"] for row in checks))
        made["checks"] = difference_chart("What does changing one variable do to the pass rate?", checks, models, order)
    return made


def _curves(title: str, curves: Mapping[str, DifficultyCurve], models: Sequence[str], *, effort: bool = False) -> alt.LayerChart:
    lines = [{"model": m, "x": _x(p.x, effort), "p": p.p, "low": p.low, "high": p.high} for m, c in curves.items() for p in c.points]
    bins = [
        {"model": m, "x": _x(b.x, effort), "p": b.k / b.n, "low": b.low, "high": b.high, "n": b.n}
        for m, c in curves.items()
        for b in c.bins
        if b.n
    ]
    return difficulty_chart(title, lines, bins, models, effort=effort)


def _x(x: float, effort: bool) -> float:
    return 2**x if effort else x


def _horizon_row(model: str, family: FamilySummary) -> dict[str, Any] | None:
    value, low, high = family.horizon_effort.steps
    if math.isnan(low) or math.isnan(high):
        return None
    open_low, open_high = not low > FEWEST_STEPS, not high < MOST_STEPS
    shown = value if math.isfinite(value) and FEWEST_STEPS <= value <= MOST_STEPS else None
    return {
        "model": model,
        "family": family.name,
        "steps": shown,
        "low": FEWEST_STEPS if open_low else low,
        "high": MOST_STEPS if open_high else high,
        "open_low": open_low,
        "open_high": open_high,
    }


def _check_rows(summary: Summary) -> Iterator[dict[str, Any]]:
    for what, whole, part in (("story", summary.surface, "surface"), ("premise", summary.premise, "premise")):
        checks: list[tuple[str, PairedCheck]] = [(f"{what}: all families", whole)]
        checks += [(f"{what}: {family.name}", getattr(family, part)) for family in summary.families]
        for label, check in checks:
            if check.oriented and math.isfinite(check.value):
                yield {"model": summary.examinee, "label": label, "difference": check.value, "low": check.low, "high": check.high}

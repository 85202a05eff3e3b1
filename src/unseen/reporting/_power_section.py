"""The power section: which families still tell models apart, what a task of each is worth, and which are saturated."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from unseen.measuring import DiscriminativePower, Separation, discriminative_power, plain
from unseen.reporting._charts import band_chart
from unseen.reporting._section import Figure, Section, StoredRun, Table
from unseen.reporting._wording import percent, plural

if TYPE_CHECKING:
    import altair as alt


def powers(runs: Sequence[StoredRun], level: float) -> Iterator[Section]:
    """One section over the representative runs; the alarm's error rate is 1 − level for each family."""
    outcomes = [outcome for run in runs if run.representative for outcome in run.outcomes]
    found = discriminative_power(outcomes, alpha=1 - level)
    if not any(power.answers for power in found):
        return
    models = list(dict.fromkeys(outcome.examinee for outcome in outcomes))
    panel = len(models) > 1
    yield Section(
        kind="power",
        name="power",
        title=f"Which families still tell {plural(len(models), 'model')} apart?" if panel else f"Where is there something left to learn about {models[0]}?",
        answer=_answer(found, panel),
        figures=(Figure("bands", _chart(found), "Fisher information about ability per answer, logits⁻²; ¼ is the most there can be. Bands of declared difficulty."),),
        tables=(_table(found, panel, level), *([_bands(found)] if panel else [])),
        text=(
            "A family is saturated where every model is shown to be at the ceiling, every model at the floor, or the sd between models shown to be below "
            f"5 points. One that separates by 5 points or more is called saturated with probability at most {1 - level:.2g}. "
            "“Not enough answers to tell” is neither: the table says how many answers of each model would probably tell.",
            "Information about ability is what one answer adds to the precision of a model's ability in the family, in logits; separation is the variance "
            "between models over the noise of one task, so that 7.8 divided by it is the number of tasks that tells two typical ones apart.",
        ),
        notes=tuple(f"{power.family} is saturated: {power.reason}" for power in found if power.verdict.saturated) if panel else (),
        data={"families": [_data(power) for power in found]},
        brief=True,
    )  # fmt: skip


def _answer(found: Sequence[DiscriminativePower], panel: bool) -> str:
    named = {verdict: [power.family for power in found if power.verdict is verdict] for verdict in Separation}
    saturated = [name for verdict in Separation if verdict.saturated for name in named[verdict]]
    shown = "tell the models apart" if panel else "lie between floor and ceiling"
    parts = [f"{len(named[Separation.SEPARATES])} of {len(found)} {'family is' if len(found) == 1 else 'families are'} shown to {shown}"]
    if saturated:
        parts.append(f"{', '.join(saturated)} {'is' if len(saturated) == 1 else 'are'} saturated")
    if undecided := named[Separation.UNDECIDED]:
        parts.append(f"too few answers to tell for {', '.join(undecided)}")
    best = max(found, key=lambda power: _worth(power, panel))
    worth = f" Worth most for its {_price(found)}: {best.family}." if len(found) > 1 and _worth(best, panel) > 0 else ""
    return f"{'; '.join(parts)}.{worth}"


def _worth(power: DiscriminativePower, panel: bool) -> float:
    """What a family tells for its price: dollars where all are known and something, else tokens."""
    priced = math.isfinite(power.cost) and power.cost > 0
    if panel:
        value = power.separation_per_dollar if priced else power.separation_per_1000_tokens
    else:
        value = power.information_per_dollar if priced else power.information_per_1000_tokens
    return value if math.isfinite(value) else 0.0


def _price(found: Sequence[DiscriminativePower]) -> str:
    return "price" if all(math.isfinite(power.cost) and power.cost > 0 for power in found) else "tokens"


def _table(found: Sequence[DiscriminativePower], panel: bool, level: float) -> Table:
    rows = []
    for power in found:
        rates = [rate for rate in power.rates if math.isfinite(rate)]
        shown = "" if not rates else percent(rates[0]) if len(rates) == 1 else f"{percent(min(rates))} to {percent(max(rates))}"
        wanted = (
            "" if power.verdict is not Separation.UNDECIDED or math.isnan(power.wanted) else f"{max(power.wanted, power.answers + 1):,.0f}"
        )
        own = [f"{100 * power.spread:.0f} (≤ {100 * power.spread_high:.0f})", _count(power.tasks_to_separate)] if panel else []
        rows.append(
            (
                power.family,
                f"{power.answers:.0f}",
                shown,
                power.verdict.value,
                wanted,
                *own,
                f"{power.information:.3f}",
                _number(power.information_per_1000_tokens),
                *([_number(power.separation_per_1000_tokens)] if panel else []),
                _number(power.information_per_dollar) if power.cost else "",
            )
        )
    middle = ("sd between models, points", "tasks to separate two") if panel else ()
    last = ("separation per 1,000 tokens",) if panel else ()
    columns = (
        "family",
        "answers",
        "pass rate",
        "",
        "answers wanted",
        *middle,
        "information per answer",
        "per 1,000 tokens",
        *last,
        "per dollar",
    )
    caption = f"Exploration answers per model; upper limits at {level:.0%}" if panel else "Exploration answers"
    return Table(caption, columns, tuple(rows), tuple(column for column in columns[1:] if column))


def _bands(found: Sequence[DiscriminativePower]) -> Table:
    rows = [
        (power.family, f"{band.low:.1f} to {band.high:.1f}", str(band.n), f"{band.information:.3f}", f"{100 * band.spread:.0f}" if math.isfinite(band.spread) else "")
        for power in found
        for band in power.bands
        if band.n
    ]  # fmt: skip
    columns = ("family", "difficulty", "answers", "information per answer", "sd between models, points")
    return Table("By band of declared difficulty", columns, tuple(rows), columns[2:])


def _chart(found: Sequence[DiscriminativePower]) -> alt.LayerChart:
    rows = [
        {"family": power.family, "band": f"{band.low:.1f}–{band.high:.1f}", "value": band.information}
        for power in found
        for band in power.bands
        if band.n
    ]
    return band_chart("Where does one more answer tell most?", rows, [power.family for power in found], "information per answer", 0.25)


def _data(power: DiscriminativePower) -> dict[str, object]:
    rates = ("information_per_dollar", "separation_per_dollar", "information_per_1000_tokens", "separation_per_1000_tokens")
    return {**plain(power), **{name: getattr(power, name) for name in rates}}


def _number(value: float) -> str:
    return f"{value:.2g}" if math.isfinite(value) else ""


def _count(value: float) -> str:
    return f"{math.ceil(value):,}" if math.isfinite(value) else "never"

"""The error section: how much of each headline's uncertainty is sampling and how much the engine's, and what would overturn its conclusions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from unseen.measuring import (
    Breakdown,
    ErrorAccount,
    FamilySummary,
    Summary,
    difference_breakdown,
    error_account,
    horizon_shift,
    plain,
    rate_breakdown,
)
from unseen.reporting._section import Section, Table
from unseen.reporting._wording import UNKNOWN, percent

_HALF = 0.5


def error_section(summaries: Sequence[Summary], advantages: Sequence[tuple[str, str, float]] = ()) -> Section | None:
    """The section for some summaries; None where none has an answer.

    ``advantages`` are (better, other, lower limit of the difference of observed pass rates): conclusions whose robustness is told beside those
    about single rates.
    """
    told = [summary for summary in summaries if summary.calibrated.observed.effective_n]
    if not told:
        return None
    accounts = {summary.examinee: error_account(summary.calibrated) for summary in told}
    conclusions = {summary.examinee: rate_breakdown(summary.calibrated, _HALF) for summary in told}
    by_name = {summary.examinee: summary for summary in told}
    better = [_advantage(by_name[one], by_name[other], low) for one, other, low in advantages if one in by_name and other in by_name]
    return Section(
        kind="errors",
        name="errors",
        title="How much of the uncertainty is the engine's own?",
        answer=" ".join(_sentence(name, account, conclusions[name]) for name, account in accounts.items()),
        tables=(_parts(accounts), _conclusions([*conclusions.items(), *better]), _horizons(told), _grid(accounts)),
        text=(
            "Half-widths of the interval of the pass rate corrected for wrong keys: all of it; with e (the share of wrong keys) and q (how often the "
            "model passes one) known; with the observed rate known. They do not add up: squares nearly do.",
            "A conclusion breaks at the smallest share of wrong keys for which its confidence limit, corrected, no longer supports it: with wrong keys "
            "passed as often as planted ones were, and at worst. Above e's upper limit, it is safe from the engine's errors.",
        ),
        data={
            "accounts": {name: {**plain(account), "system_share": account.system_share} for name, account in accounts.items()},
            "conclusions": [{"about": name, **plain(found)} for name, found in (*conclusions.items(), *better)],
        },
        brief=True,
    )


def _advantage(one: Summary, other: Summary, low: float) -> tuple[str, Breakdown]:
    first, second = one.calibrated.false_pass, other.calibrated.false_pass
    found = difference_breakdown(
        f"better than {other.examinee}", low, first.value, second.value, one.calibrated.error.high, known=first.n > 0 < second.n
    )
    return one.examinee, found


def _sentence(name: str, account: ErrorAccount, found: Breakdown) -> str:
    whole, few = (f"{100 * half:.1f}" for half in (account.total, account.sampling))
    said = f"{name}: ± {whole} points, ± {few} were the keys' errors known exactly"
    if not found.holds:
        return f"{said}; on which side of {_HALF:.0%} it passes is open even with every key right."
    worst = "no share of wrong keys" if found.e_worst is None else f"{percent(found.e_worst)} wrong keys"
    return f"{said}; that {found.claim} would take {worst} to overturn{'' if found.e_worst is None else ' at worst'} (e is at most {percent(account.e_high)})."


def _parts(accounts: dict[str, ErrorAccount]) -> Table:
    rows = tuple(
        (
            name,
            *(f"{100 * half:.1f}" for half in (a.total, a.sampling, a.system, a.wrong_keys, a.false_passes)),
            percent(a.system_share),
            f"{percent(a.e)} (≤ {percent(a.e_high)})",
            percent(a.q),
        )
        for name, a in accounts.items()
    )
    columns = ("model", "all", "sampling alone", "e and q alone", "e alone", "q alone", "share of the engine", "e", "q")
    return Table("Half-widths in points", columns, rows, columns[1:])


def _conclusions(found: Sequence[tuple[str, Breakdown]]) -> Table:
    rows = tuple(
        (name, one.claim, "yes" if one.holds else "no", *(_share(e) if one.holds else "" for e in (one.e_at_q, one.e_worst, one.q_at_e)))
        for name, one in found
    )
    columns = (
        "model",
        "conclusion",
        "stands if every key is right",
        "breaks at e, q as measured",
        "at e, q at worst",
        "at q, e at its upper limit",
    )
    return Table("What would overturn it", columns, rows, columns[3:])


def _horizons(summaries: Sequence[Summary]) -> Table:
    rows = tuple((summary.examinee, family.name, *_shifts(summary, family)) for summary in summaries for family in summary.families)
    columns = ("model", "family", "every key right", "e at its upper limit, none passed", "e at its upper limit, all passed")
    return Table("50% horizon of the fitted curve, in elementary steps", columns, rows, columns[2:])


def _shifts(summary: Summary, family: FamilySummary) -> list[str]:
    high = min(summary.calibrated.error.high, 0.99)
    found = [horizon_shift(family.curve_effort, e, q) for e, q in ((0.0, 0.0), (high, 0.0), (high, 1.0))]
    return [f"{2**x:.1f}" if math.isfinite(x) else "beyond what was asked" if x > 0 else "below what was asked" for x in found]


def _grid(accounts: dict[str, ErrorAccount]) -> Table:
    lucky = sorted({point.q for account in accounts.values() for point in account.grid if point.e})
    rows = []
    for name, account in accounts.items():
        for e in sorted({point.e for point in account.grid}):
            values = {point.q: point.value for point in account.grid if point.e == e}
            rows.append((name, percent(e), *(percent(values.get(q, values.get(0.0, math.nan))) for q in lucky)))
    columns = ("model", "e", *(f"q = {percent(q)}" for q in lucky))
    return Table("Corrected pass rate, were e and q these", columns, tuple(rows), columns[1:])


def _share(e: float | None) -> str:
    return "nothing breaks it" if e is None else UNKNOWN if math.isnan(e) else percent(e)

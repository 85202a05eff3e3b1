"""Numbers in words: rates, intervals, horizons and effects as the report and the terminal print them."""

from __future__ import annotations

import math

from unseen.measuring import Censored, Estimate, Horizon, PairedCheck

UNKNOWN = "unknown"


def percent(value: float) -> str:
    """A share as a percentage; one decimal below ten per cent and above ninety."""
    if math.isnan(value):
        return UNKNOWN
    points = 100 * value
    return f"{points:.1f}%" if 0 < points < 10 or 90 < points < 100 else f"{points:.0f}%"


def interval(estimate: Estimate) -> str:
    """``31% (24% to 39%)``."""
    if math.isnan(estimate.value):
        return f"{UNKNOWN} ({percent(estimate.low)} to {percent(estimate.high)})"
    return f"{percent(estimate.value)} ({percent(estimate.low)} to {percent(estimate.high)})"


def horizon(found: Horizon) -> str:
    """``6.1 steps (4.0 to 9.2)``; one-sided where the data say no more."""
    value, low, high = found.steps
    if found.censored is Censored.UNDEFINED or math.isnan(low) or math.isnan(high):
        return "cannot be told"
    if low == 0 and math.isinf(high):
        return "too few answers to tell"
    if found.censored is Censored.ABOVE:
        return f"more than {_count(low)}" if low else "too few answers to tell"
    if found.censored is Censored.BELOW:
        return f"less than {_count(high)}" if math.isfinite(high) else "too few answers to tell"
    ends = f"at least {_steps(low)}" if math.isinf(high) else f"{_steps(low)} to {_steps(high)}" if low else f"at most {_steps(high)}"
    return f"{_count(value)} ({ends})"


def effect(check: PairedCheck) -> str:
    """``−12 points (−20 to −4)``."""
    if not check.oriented or math.isnan(check.value):
        return "no pairs"
    return f"{_points(check.value)} points ({_points(check.low)} to {_points(check.high)})"


def conclusion(check: PairedCheck) -> str:
    """What a paired check shows, at its own level, in a few words."""
    if not check.oriented or math.isnan(check.value):
        return "not asked"
    if check.low > 0:
        return "passes more often when changed"
    if check.high < 0:
        return "passes less often when changed"
    width = max(abs(check.low), abs(check.high))
    return (
        f"no difference shown; any lies within {100 * width:.0f} points"
        if width <= 0.1
        else "no difference shown; too few pairs to rule one out"
    )


def signed(value: float, digits: int = 0) -> str:
    """``+4``, ``−12``: a number with its sign; ``unknown`` for NaN, ``?`` for an end that is infinite."""
    if math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "?"
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}".replace("-", "−") if rounded else f"{0:.{digits}f}"


def dollars(cost: float | None) -> str:
    """A cost, or that it is not known."""
    return "price unknown" if cost is None else f"${cost:.2f}" if cost else "nothing"


def duration(seconds: float) -> str:
    """``3 min 20 s``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{seconds:.0f} s"


def plural(count: int, noun: str) -> str:
    """``1 task``, ``2 tasks``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _count(value: float) -> str:
    shown = _steps(value)
    return f"{shown} step{'' if shown == '1' else 's'}"


def _steps(value: float) -> str:
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def _points(value: float) -> str:
    return signed(100 * value)

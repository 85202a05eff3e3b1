"""The selfcheck: every check on every one of its examinees, and one table of what was planted and what was found.

A new estimator gets one more file with a :class:`PlantedCheck`, and one more line in :data:`CHECKS`.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unseen import __version__
from unseen.errors import PlanError
from unseen.measuring import plain
from unseen.validating import _comparing, _faults, _gains, _hunting, _memory, _rates, _screening, _twins
from unseen.validating._check import Line, PlantedCheck, judge
from unseen.validating._lab import FULL, QUICK, Lab

CHECKS: tuple[PlantedCheck, ...] = (
    _memory.STATIC,
    _memory.EDITION,
    _gains.GAIN,
    _screening.SHORTCUT,
    _screening.CONTROLS,
    _twins.SURFACE,
    _twins.PREMISE,
    _comparing.FORMATTER,
    _faults.FLAKY,
    _rates.FIXED,
    _rates.ADAPTIVE,
    _rates.CALIBRATED,
    _comparing.SCALE,
    _comparing.COMPARE,
    _hunting.HUNT,
)
FALSE_ALARM = 0.01  # bound on the chance that a sound engine gets a flag somewhere that it must not get


@dataclass(frozen=True)
class Selfcheck:
    """Every line, and how sure they are: each flag that must not be raised has the error rate ``alpha``, so that together they stay
    within ``false_alarm`` (union bound).
    """

    version: str
    seed: int
    quick: bool
    false_alarm: float
    alpha: float
    lines: tuple[Line, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether every line passed."""
        return all(line.passed for line in self.lines)

    def to_json(self) -> dict[str, Any]:
        """One JSON object; ``format`` rises when a field changes its meaning."""
        return {"format": 1, "passed": self.passed, **plain(self)}


def alpha_of(checks: Sequence[PlantedCheck]) -> float:
    """The error rate of each flag that must not be raised: Bonferroni over all of them."""
    return FALSE_ALARM / sum(len(case.never) for check in checks for case in check.cases)


def selfcheck(
    *,
    quick: bool = False,
    seed: int = 0,
    checks: Sequence[PlantedCheck] | None = None,
    progress: Callable[[int, int, str], object] | None = None,
) -> Selfcheck:
    """Put the engine's estimators to the test on examinees with planted truth.

    Args:
        quick: fewer questions; a line passes by the same rule.
        seed: same seed, same questions and the same luck, so the same result.
        checks: which ones, by default all; the error rate of a flag is always that of the whole set.
        progress: called with the number of lines done, their total and the check at hand.

    Raises:
        UnseenError: something could not be asked at all.
    """
    clock, alpha = time.perf_counter, alpha_of(CHECKS)
    started, lines = clock(), list[Line]()
    cases = [(check, case) for check in (CHECKS if checks is None else checks) for case in check.cases]
    with tempfile.TemporaryDirectory(prefix="unseen-selfcheck-") as folder:
        lab = Lab(seed, alpha, Path(folder), QUICK if quick else FULL)
        for check, case in cases:
            if progress is not None:
                progress(len(lines), len(cases), check.name)
            lines.append(judge(check, case, lab, clock))
    return Selfcheck(__version__, seed, quick, FALSE_ALARM, alpha, tuple(lines), clock() - started)


def checks_named(names: Sequence[str]) -> tuple[PlantedCheck, ...]:
    """The checks of these names, in their order in the table; all where none is named. Raises :class:`PlanError`."""
    known = [check.name for check in CHECKS]
    if unknown := [name for name in names if name not in known]:
        raise PlanError(f"--only '{unknown[0]}': no such check; there are: {', '.join(known)}")
    return tuple(check for check in CHECKS if not names or check.name in names)

"""How fast an examinee answers, measured as it goes: what fits in the time left, and when the rest will be done."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

WINDOW = 64  # completions; recent ones only, since an adaptive run drifts towards longer tasks
ENOUGH_SECONDS = 2.0
ENOUGH_TASKS = 5


@dataclass
class Pace:
    """Completions over time. Times are seconds on any one clock that does not run backwards.

    The rate is that of the last ``WINDOW`` completions, so it follows a run whose tasks grow longer. It is unknown
    (None) until ``ENOUGH_TASKS`` tasks are done and ``ENOUGH_SECONDS`` have passed.
    """

    started: float
    finished: int = 0
    _recent: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))

    def done(self, now: float) -> None:
        """One more task is done."""
        self.finished += 1
        self._recent.append(now)

    def rate(self, now: float) -> float | None:
        """Tasks per second."""
        if self.finished < ENOUGH_TASKS or now - self.started < ENOUGH_SECONDS:
            return None
        since = self.started if self.finished <= WINDOW else self._recent[0]
        counted = self.finished if self.finished <= WINDOW else len(self._recent) - 1
        return counted / max(now - since, 1e-9)

    def fits(self, now: float, seconds: float) -> int | None:
        """How many further tasks will be done within so many seconds; None while the rate is unknown."""
        rate = self.rate(now)
        return None if rate is None else max(0, int(rate * seconds))

    def eta(self, now: float, tasks: int) -> float | None:
        """Seconds until so many further tasks are done; None while the rate is unknown."""
        rate = self.rate(now)
        return None if rate is None else max(0, tasks) / rate

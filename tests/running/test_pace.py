"""Speed is measured from completions, and says what fits in the time left."""

from __future__ import annotations

import pytest

from unseen.running import Pace


def paced(every: float, count: int, pace: Pace | None = None, at: float = 0.0) -> Pace:
    pace = pace or Pace(at)
    for i in range(1, count + 1):
        pace.done(at + i * every)
    return pace


def test_nothing_is_said_before_enough_was_seen() -> None:
    assert paced(1.0, 4).rate(4.0) is None
    assert paced(0.1, 12).rate(1.2) is None


def test_a_steady_pace_says_what_fits_and_when_the_rest_is_done() -> None:
    pace = paced(0.5, 20)
    assert pace.rate(10.0) == pytest.approx(2.0)
    assert pace.fits(10.0, 60.0) == 120
    assert pace.eta(10.0, 30) == pytest.approx(15.0)


def test_the_pace_follows_tasks_that_grow_longer() -> None:
    pace = paced(2.0, 100, paced(0.5, 100), at=50.0)
    assert pace.rate(250.0) == pytest.approx(0.5)


def test_a_stall_slows_the_pace_down() -> None:
    pace = paced(0.5, 20)
    assert pace.rate(40.0) == pytest.approx(0.5)
    assert pace.fits(40.0, -5.0) == 0

"""What ten times more buys: slopes, their differences, and the number of settings at which a gap closes."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from scipy.special import expit

from unseen.measuring import Answers, ComputeTable, Condition, Learner, compute_table, state_space

COMPUTE = {"small": 1e20, "medium": 1e21, "large": 1e22, "huge": 1e23}


def table(
    rng: np.random.Generator, slopes: dict[str, float], *, count: int = 150, scatter: float = 0.0, compute: dict[str, float] = COMPUTE
) -> ComputeTable:
    """Pass rates that rise in points per tenfold from .2 at the smallest, with each model's own deviation."""
    x = np.log10(list(compute.values()))
    own = rng.normal(0, scatter, x.size)
    conditions = {}
    for name, slope in slopes.items():
        p = np.clip(0.2 + slope * (x - x.min()) + own, 0, 1)
        names = [f"{name} {i}" for i in range(count)]
        conditions[name] = Answers(rng.random((count, x.size)) < p, names, names)
    return compute_table(compute, conditions)


def test_the_slope_is_the_gain_per_tenfold_whatever_the_order_of_the_models() -> None:
    passed = np.array([[True, False, True, False]] * 10 + [[True, False, True, True]] * 10)
    names = [str(i) for i in range(20)]
    shuffled = {"huge": 1e23, "small": 1e20, "large": 1e22, "medium": 1e21}
    found = compute_table(shuffled, {Condition.FRESH: Answers(passed, names, names)})
    assert found.models == ("small", "medium", "large", "huge")
    assert found.rows[0].rates == (0, 0.5, 1, 1)
    assert found.rows[0].points.value == pytest.approx(np.polyfit([20, 21, 22, 23], [0, 0.5, 1, 1], 1)[0])


def test_planted_slopes_are_covered_and_equal_ones_not_told_apart() -> None:
    rng, covered, false, repeats = np.random.default_rng(1), 0, 0, 300
    for _ in range(repeats):
        found = table(rng, {"static": 0.15, "fresh": 0.15})
        covered += found.rows[0].points.low <= 0.15 <= found.rows[0].points.high
        false += found.differences[0].points.p_value <= 0.05
    error = math.sqrt(0.05 * 0.95 / repeats)
    assert covered / repeats > 0.95 - 3 * error
    assert false / repeats < 0.05 + 3 * error


def test_models_that_scatter_are_no_news_about_models_like_these() -> None:
    rng, tasks_only, models, repeats = np.random.default_rng(2), 0, 0, 200
    for _ in range(repeats):
        row = table(rng, {"fresh": 0.1}, scatter=0.08).rows[0]
        tasks_only += row.points.low <= 0.1 <= row.points.high
        models += row.points_models.low <= 0.1 <= row.points_models.high
    assert tasks_only / repeats < 0.8
    assert models / repeats > 0.95 - 3 * math.sqrt(0.05 * 0.95 / repeats)


def test_a_static_test_that_rises_faster_is_told_from_fresh_tasks() -> None:
    found = table(np.random.default_rng(3), {"static": 0.22, "fresh": 0.05, "composed": 0.05}, count=400)
    static, composed = found.differences
    assert (static.condition, static.differs, composed.differs) == ("static", True, False)
    assert found.scope == "models like these"
    assert json.dumps(found.to_json(), allow_nan=False)


def test_two_models_speak_for_themselves_alone() -> None:
    found = table(np.random.default_rng(4), {"fresh": 0.2}, compute={"a": 1.0, "b": 100.0})
    assert found.scope == "these models"
    assert math.isinf(found.rows[0].points_models.high)
    assert math.isfinite(found.rows[0].points.high)


def test_a_task_in_two_conditions_is_one_task() -> None:
    rng = np.random.default_rng(5)
    passed = rng.random((60, 4)) < expit(np.linspace(-1, 1, 4))
    names = [str(i) for i in range(60)]
    whole = Answers(passed, names, names)
    found = compute_table(COMPUTE, {"fresh": whole, "composed": whole})
    assert found.differences[0].points.value == 0
    assert found.differences[0].points.p_value > 0.99


@pytest.mark.parametrize("compute", [{"a": 1.0}, {"a": 1.0, "b": 1.0}, {"a": 1.0, "b": -2.0}])
def test_compute_that_gives_no_slope_is_refused(compute: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="a slope needs"):
        compute_table(compute, {})


def learners(rng: np.random.Generator, count: int, seen: tuple[int, ...] = (10, 100, 1_000, 10_000)) -> list[Learner]:
    """The gap halves with every 4.6-fold number of settings: .45 at ten, .05 at 1,320."""
    return [Learner(n, (rng.random(count) < 0.85).tolist(), (rng.random(count) < 0.85 - 0.45 * (10 / n) ** 0.45).tolist()) for n in seen]


def test_the_number_of_settings_that_closes_the_gap_is_bracketed() -> None:
    rng, inside, repeats = np.random.default_rng(6), 0, 60
    for _ in range(repeats):
        found = state_space(learners(rng, 1000), margin=0.05)
        inside += found.low < 1320 <= found.high
        assert found.low >= 10
    assert inside / repeats > 0.95 - 3 * math.sqrt(0.05 * 0.95 / repeats)


def test_a_gap_that_stays_open_or_was_never_open_has_one_limit() -> None:
    rng = np.random.default_rng(7)
    still_open = state_space(learners(rng, 2000, (10, 30, 100)), margin=0.05)
    assert (still_open.low, still_open.high) == (100, math.inf)
    assert math.isnan(still_open.closes)
    closed = state_space(learners(rng, 20_000, (30_000, 100_000)), margin=0.05)
    assert (closed.low, closed.high) == (0, 30_000)


def test_the_fitted_gap_never_grows() -> None:
    found = state_space(learners(np.random.default_rng(8), 60, (10, 20, 40, 80, 160, 320)), margin=0.05)
    fitted = [point.fitted for point in found.points]
    assert all(a >= b - 1e-12 for a, b in itertools.pairwise(fitted))
    assert found.gap_per_tenfold.value < 0

"""Novelty: what the distance means, the gradient against planted slopes, and the crossover when it is open, empty or bounded."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from scipy.special import expit

from tests.measuring.outcomes import outcome
from unseen.errors import SettingError
from unseen.measuring import Crossing, NoveltyGradient, fit_gradient, novelty, novelty_gradient
from unseen.outcome import Arm, Familiarity
from unseen.space import Category, Integer, Space

SPACE = Space(steps=Integer(1, 11), shape=Category("line", "tree", "ring"), story=Category("shop", "ship", role="surface"))
HOME = {"steps": 1, "shape": "line", "story": "shop"}


def simulated(rng: np.random.Generator, *, gap: float, slopes: tuple[float, float], templates: int = 40, items: int = 6) -> NoveltyGradient:
    far = np.repeat(np.concatenate([np.zeros(templates // 2), rng.uniform(0.5, 3, templates - templates // 2)]), items)
    lift = np.repeat(rng.normal(0, 0.2, templates), items)
    chances = [expit(0.5 + slopes[0] * far), expit(0.5 + gap + slopes[1] * far + lift)]
    passed = np.stack([rng.random(far.size) < p for p in chances], axis=1)
    return fit_gradient(far, passed, np.repeat(np.arange(templates), items).tolist())


def test_distance_counts_changed_variables_and_shares_of_ordered_domains() -> None:
    assert novelty(HOME, [HOME], SPACE) == 0
    assert novelty(HOME | {"shape": "ring"}, [HOME], SPACE) == 1
    assert novelty(HOME | {"shape": "ring", "story": "ship"}, [HOME], SPACE) == 2
    assert novelty(HOME | {"steps": 6}, [HOME], SPACE) == pytest.approx(0.5)


def test_distance_is_to_the_nearest_and_never_grows_with_what_is_familiar() -> None:
    rng = np.random.default_rng(1)
    everything = list(SPACE.enumerate())
    there = everything[17]
    picked = [everything[i] for i in rng.permutation(len(everything))]
    distances = [novelty(there, picked[:count], SPACE) for count in range(1, len(picked))]
    assert all(a >= b for a, b in itertools.pairwise(distances))
    assert novelty(there, [], SPACE) == math.inf


def test_distance_is_a_metric_between_settings() -> None:
    rng = np.random.default_rng(2)
    everything = list(SPACE.enumerate())
    for _ in range(200):
        a, b, c = (everything[i] for i in rng.integers(0, len(everything), 3))
        assert novelty(a, [b], SPACE) == pytest.approx(novelty(b, [a], SPACE))
        assert novelty(a, [c], SPACE) <= novelty(a, [b], SPACE) + novelty(b, [c], SPACE) + 1e-12


def test_weights_are_by_variable_and_unknown_names_are_refused() -> None:
    told = HOME | {"story": "ship"}
    assert novelty(told, [HOME], SPACE, weights={"story": 0.25}) == 0.25
    with pytest.raises(SettingError, match="no variable 'plot'"):
        novelty(told, [HOME], SPACE, weights={"plot": 1.0})


def test_planted_gradients_are_covered() -> None:
    rng, covered, repeats = np.random.default_rng(3), np.zeros(2), 120
    for _ in range(repeats):
        found = simulated(rng, gap=0.5, slopes=(-0.2, -0.6))
        covered += [found.first.low <= -0.2 <= found.first.high, found.gain.low <= -0.4 <= found.gain.high]
    assert (covered / repeats > 0.95 - 3 * math.sqrt(0.05 * 0.95 / repeats)).all()


def test_a_specialist_that_falls_below_its_base_is_found_where_it_does() -> None:
    found = simulated(np.random.default_rng(4), gap=1.5, slopes=(0.0, -1.0), templates=200)
    assert found.crossover.verdict is Crossing.WITHIN
    assert found.crossover.low < 1.5 < found.crossover.high
    assert found.gain.high < 0


def test_a_model_above_throughout_has_an_empty_set_and_one_below_throughout_too() -> None:
    rng = np.random.default_rng(5)
    above, below = (simulated(rng, gap=gap, slopes=(-0.3, -0.3), templates=200).crossover for gap in (2.0, -2.0))
    assert (above.verdict, below.verdict) == (Crossing.NEVER, Crossing.THROUGHOUT)
    assert math.isnan(above.low)


def test_models_that_cannot_be_told_apart_leave_the_set_open() -> None:
    found = simulated(np.random.default_rng(6), gap=0.0, slopes=(-0.3, -0.3), templates=20, items=2).crossover
    assert found.verdict is Crossing.OPEN
    assert (found.low, found.high) == (-math.inf, math.inf)


def test_effort_is_taken_out_of_the_gradient() -> None:
    rng = np.random.default_rng(7)
    far = np.repeat(rng.uniform(0, 3, 200), 4)
    effort = 2 * far + rng.normal(0, 1, far.size)  # farther tasks are longer, and length is all that matters
    passed = np.stack([rng.random(far.size) < expit(3 - effort) for _ in range(2)], axis=1)
    clusters = np.repeat(np.arange(200), 4).tolist()
    raw, adjusted = (fit_gradient(far, passed, clusters, effort=e) for e in (None, effort))
    assert raw.first.high < -0.8
    assert adjusted.first.low < 0 < adjusted.first.high


def test_a_gain_run_says_what_is_familiar_and_what_is_elsewhere() -> None:
    rng, first, second = np.random.default_rng(8), [], []
    for number in range(40):
        home = {"steps": int(rng.integers(1, 12)), "shape": "line", "story": "shop"}
        new = home | {"shape": "ring"} if number % 2 else home | {"shape": "ring", "story": "ship"}
        family = "toy/z" if number == 0 else "toy/a"
        for who, side in (("A", first), ("B", second)):
            common = {"examinee": who, "group": f"set {number}"}
            side.append(outcome(True, task_id=f"{number}s", role="static", arm=Arm.STATIC, setting=home, **common))
            side.append(outcome(bool(rng.random() < 0.6), task_id=f"{number}f", role="fresh", setting=home, **common))
            side.append(outcome(bool(rng.random() < 0.4), task_id=f"{number}n", role="new", setting=new, family=family, **common))
    found = novelty_gradient(first, second, {"toy/a": SPACE, "toy/z": SPACE}, names=("A", "B"))
    assert (found.tasks, found.elsewhere) == (79, 1)
    assert [(b.low, b.first.n) for b in found.bins][:2] == [(0.0, 40), (1.0, found.bins[1].first.n)]
    assert found.crossover.asked == 2
    assert json.dumps(found.to_json(), allow_nan=False)
    assert {Familiarity(o.role) for o in first} == set(Familiarity)


def test_one_distance_gives_no_gradient() -> None:
    with pytest.raises(ValueError, match="more than one distance"):
        fit_gradient(np.ones(30), np.ones((30, 2), bool), list(range(30)))

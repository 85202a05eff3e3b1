"""Assisted rates: every weighted answer counts, and no curve can make them wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.measuring.outcomes import outcome
from unseen.measuring import Basis, Estimate, assisted_mean, assisted_rate, mean_anytime, mean_rate, modelled_rate, summarise
from unseen.outcome import Arm, Outcome

MIX = np.linspace(0, 1, 257)
EXPLORE = 0.3


def curve(load: float) -> float:
    """No logistic: a quarter of what is hard is passed all the same."""
    return 0.95 if load < 0.45 else 0.25


TRUTH = float(np.mean([curve(load) for load in MIX]))


def drawn(rng: np.random.Generator, count: int) -> list[Outcome]:
    """Exploration and draws crowded about .45, each with the weight that undoes it."""
    found = []
    for _ in range(count):
        arm = Arm.EXPLORE if rng.random() < EXPLORE else Arm.ADAPT
        load = float(rng.random() if arm is Arm.EXPLORE else rng.triangular(0.2, 0.45, 0.7))
        density = max(4 - 16 * abs(load - 0.45), 0.0)
        weight = 1 / (EXPLORE + (1 - EXPLORE) * density)
        found.append(outcome(bool(rng.random() < curve(load)), load=load, arm=arm, weight=weight))
    return found


def test_weights_and_a_wrong_curve_still_give_the_rate_over_the_mix() -> None:
    """60 samples of 80 answers: Monte Carlo error .008 of the biases, .028 of coverages at .95."""
    rng, found = np.random.default_rng(1), []
    for _ in range(60):
        answers = drawn(rng, 80)
        plain = float(np.mean([o.correct for o in answers]))
        found.append((assisted_rate(answers, MIX), assisted_rate(answers), plain))
    for which in (0, 1):
        assert np.mean([row[which].value for row in found]) == pytest.approx(TRUTH, abs=0.025)
        assert np.mean([row[which].low <= TRUTH <= row[which].high for row in found]) >= 0.95 - 3 * 0.028
    assert abs(np.mean([row[2] for row in found]) - TRUTH) > 0.02  # the plain mean of all answers is another number
    widths = [np.mean([row[which].high - row[which].low for row in found]) for which in (0, 1)]
    assert widths[0] < widths[1]  # the curve helps, wrong as it is


def test_an_anytime_interval_survives_a_look_after_every_answer() -> None:
    """100 streams, looked at from answer 16 to answer 96: Monte Carlo error .022 at .95; the fixed interval is looked at alike."""
    rng, missed = np.random.default_rng(2), np.zeros(2)
    for _ in range(100):
        answers = drawn(rng, 96)
        for which, anytime in enumerate((True, False)):
            looks = (assisted_rate(answers[:n], anytime=anytime) for n in range(16, 97, 4))
            missed[which] += any(not look.low <= TRUTH <= look.high for look in looks)
    assert missed[0] <= 5 + 3 * 2.2
    assert missed[1] > missed[0]


def test_an_anytime_interval_says_nothing_too_early() -> None:
    answers = drawn(np.random.default_rng(3), 15)
    assert (assisted_rate(answers, anytime=True).low, assisted_rate(answers, anytime=True).high) == (0, 1)
    assert assisted_rate(answers).high < 1


def test_another_mix_is_reached_by_its_density() -> None:
    """A mix that holds only the easier half: its rate is known from the same answers. 60 samples, Monte Carlo error .006."""
    rng = np.random.default_rng(4)
    easy = [assisted_rate(drawn(rng, 120), mix=lambda o: 2.0 * (o.load < 0.5)) for _ in range(60)]
    assert np.mean([e.value for e in easy]) == pytest.approx(np.mean([curve(x) for x in MIX if x < 0.5]), abs=0.03)


def test_answers_without_a_known_draw_are_left_out() -> None:
    kept = [outcome(True), outcome(False), outcome(True, weight=0.5, arm=Arm.ADAPT)]
    unknown = [outcome(False, arm=Arm.ADAPT), outcome(False, arm=Arm.TWIN), outcome(False, arm=Arm.PLANTED)]
    assert assisted_rate(kept + unknown) == assisted_rate(kept)
    assert assisted_rate(kept).n == 3
    nothing = assisted_rate(unknown)
    assert math.isnan(nothing.value) and (nothing.low, nothing.high) == (0, 1)


def test_answers_that_all_came_as_predicted_claim_no_certainty() -> None:
    found = assisted_mean(0.5, np.r_[np.ones(10), np.zeros(10)], np.r_[np.ones(10), np.zeros(10)], np.ones(20))
    assert found.value == 0.5
    assert found.se > 0.02
    assert assisted_mean(0.5, [0.5], [True], [1.0]).se == math.inf


def test_siblings_count_as_one() -> None:
    rng = np.random.default_rng(5)
    passed = rng.random(20) < 0.5
    alone = assisted_mean(0.5, np.full(20, 0.5), passed, np.ones(20))
    doubled = assisted_mean(0.5, np.full(40, 0.5), np.repeat(passed, 2), np.ones(40), np.repeat(np.arange(20), 2).tolist())
    assert doubled.value == pytest.approx(alone.value)
    assert doubled.se == pytest.approx(alone.se)


def test_the_modelled_rate_says_that_it_rests_on_a_model() -> None:
    answers = drawn(np.random.default_rng(6), 100)
    modelled, assisted = modelled_rate(answers, MIX), assisted_rate(answers, MIX)
    assert (modelled.basis, assisted.basis) == (Basis.MODEL, Basis.DESIGN)
    assert modelled.low < modelled.value < modelled.high
    assert modelled.high - modelled.low < 1.1 * (assisted.high - assisted.low)
    assert math.isnan(modelled_rate(answers, ()).value)


def test_a_mean_of_assisted_rates_may_be_looked_at_too() -> None:
    rng = np.random.default_rng(7)
    mean = mean_rate([assisted_rate(drawn(rng, 60), MIX) for _ in range(4)], estimand="mean")
    anytime = mean_anytime(mean)
    assert anytime.low < mean.low < mean.high < anytime.high
    unknown = Estimate(math.nan, 0, 1, 0.95, 0, 0.0, "mean", "none")
    assert mean_anytime(unknown) == unknown


def test_a_summary_holds_them_side_by_side() -> None:
    rng = np.random.default_rng(8)
    answers = drawn(rng, 60) + [outcome(True, family="toy/b", domain="games", load=x, weight=1.0) for x in np.linspace(0, 1, 12)]
    with_mix, without = summarise(answers, {}, mixes={"toy/a": MIX}), summarise(answers, {})
    first = with_mix.families[0]
    assert first.assisted_rate == assisted_rate([o for o in answers if o.family == "toy/a"], MIX)
    assert first.rate.n < first.assisted_rate.n == first.anytime_rate.n == 60
    assert first.anytime_rate.low < first.assisted_rate.low
    assert math.isnan(without.families[0].modelled_rate.value) and not math.isnan(first.modelled_rate.value)
    assert with_mix.overall_assisted.value == pytest.approx(np.mean([domain.assisted_rate.value for domain in with_mix.domains]))
    assert with_mix.overall_anytime.low < with_mix.overall_assisted.low
    assert with_mix.to_json()["families"][0]["assisted_rate"]["basis"] == "design-based"

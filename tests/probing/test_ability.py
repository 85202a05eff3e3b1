"""The ability posterior."""

import numpy as np
import pytest

from unseen.probing import Ability, AbilityPrior, calibrate
from unseen.probing._ability import LUCKS
from unseen.probing._allocation import PLACES

EVEN = np.full(PLACES.size, 1 / PLACES.size)


def test_passing_raises_ability_and_failing_lowers_it() -> None:
    better, worse = Ability(), Ability()
    for load in (0.3, 0.5, 0.7):
        better.learn(load, True)
        worse.learn(load, False)
    assert worse.mean < 0 < better.mean
    assert better.state().load_at_half > 0.7 > 0.3 > worse.state().load_at_half


def test_the_order_of_answers_does_not_matter() -> None:
    answers = [(0.2, True), (0.4, True), (0.5, False), (0.7, False)]
    one, other = Ability(), Ability()
    for load, passed in answers:
        one.learn(load, passed)
    for load, passed in reversed(answers):
        other.learn(load, passed)
    assert one.mean == pytest.approx(other.mean)
    assert one.sd == pytest.approx(other.sd)


def test_a_pass_that_guessing_explains_says_less() -> None:
    guessed, earned = Ability(0.4), Ability(0.0)
    for _ in range(4):
        guessed.learn(0.8, True)
        earned.learn(0.8, True)
    assert guessed.mean < earned.mean


def test_it_aims_wide_while_it_knows_little_and_close_once_it_knows() -> None:
    fresh, settled = Ability(), Ability()
    for load in np.linspace(0, 1, 60):
        settled.learn(float(load), bool(load < 0.4))
    spread = {}
    for ability in (fresh, settled):
        density = ability.aims(EVEN, np.ones_like(PLACES))
        assert density @ EVEN == pytest.approx(1)  # relative to the mix
        spread[ability] = np.sqrt(density * EVEN @ (PLACES - density * EVEN @ PLACES) ** 2)
    assert spread[fresh] > 0.2 > 0.1 > spread[settled]
    assert settled.aims(EVEN, np.ones_like(PLACES)) * EVEN @ PLACES == pytest.approx(0.4, abs=0.1)


def test_dear_questions_are_asked_less() -> None:
    ability = Ability()
    for load in np.linspace(0, 1, 60):
        ability.learn(float(load), bool(load < 0.5))
    cheap, dear = (density * EVEN @ PLACES for density in (ability.aims(EVEN, np.exp(4 * PLACES * sign)) for sign in (-1, 1)))
    assert cheap > ability.quantile(0.5) > dear
    assert ability.noise(np.exp(4 * PLACES)).argmax() < ability.noise(np.ones_like(PLACES)).argmax()


def test_a_prior_is_learned_from_examinees_measured_before() -> None:
    """25 of 80 answers each, slope 14, a twentieth of all tasks passed by luck: the slope within a quarter, the luck seen."""
    rng, panel = np.random.default_rng(5), []
    for _ in range(25):
        at, loads = rng.normal(0.6, 0.15), rng.random(80)
        chance = 0.05 + 0.95 / (1 + np.exp(-14 * (at - loads)))
        panel.append([(float(load), bool(rng.random() < p)) for load, p in zip(loads, chance, strict=True)])
    prior = calibrate(panel)
    assert prior.slope == pytest.approx(14, rel=0.25)
    assert prior.half == pytest.approx(0.6, abs=0.1)
    assert 0.1 < prior.half_sd < 0.3
    assert np.dot(prior.lucks, LUCKS) > 2 * np.dot(AbilityPrior().lucks, LUCKS) > 0
    assert calibrate([]) == AbilityPrior()


def test_information_peaks_near_the_threshold() -> None:
    ability = Ability()
    for load in np.linspace(0, 1, 60):
        ability.learn(float(load), bool(load < 0.4))
    assert ability.information(0.4) > 5 * ability.information(0.9)


def test_intervals_cover_abilities_drawn_over_the_range() -> None:
    """120 examinees, 24 answers each, slopes 4 to 16: Monte Carlo error .020 at .95."""
    rng, hits = np.random.default_rng(8), 0
    for _ in range(120):
        at, slope, ability = rng.uniform(0.0, 1.0), rng.uniform(4, 16), Ability()
        for load in (np.arange(24) + rng.random(24)) / 24:
            ability.learn(float(load), bool(rng.random() < 1 / (1 + np.exp(-slope * (at - load)))))
        state = ability.state()
        hits += state.load_low <= at <= state.load_high
    assert hits / 120 >= 0.95 - 3 * 0.020

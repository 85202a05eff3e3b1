"""Discriminations and a slip, where they are asked for: recovered, with standard errors that are true, and out of the way where they are not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.measuring.test_item_response import planted as plain_panel
from unseen.measuring import ItemResponseFit, ItemResponses, fit_item_responses
from unseen.measuring._item_response_extended import ExtendedMarginal
from unseen.measuring._item_response_marginal import Answers, Marginal

ETA = np.array([1.0, -0.5, 0.0, 0.0])
STEEP = np.exp(np.array([0.4, 0.2, -0.1, -0.5]))
SLIP, REPEATS = 0.08, 40


def planted(seed: int, *, examinees: int = 16, tasks: int = 320, slip: float = SLIP) -> ItemResponses:
    rng = np.random.default_rng([99, seed])
    x = rng.integers(0, 2, (tasks, ETA.size)) - 0.5
    family = np.arange(tasks) % 4
    difficulty = x @ ETA + rng.normal(0, 0.7, 4)[family] + rng.normal(0, 0.8, tasks)
    examinee, task = np.divmod(np.arange(examinees * tasks), tasks)
    p = (1 - slip) / (1 + np.exp(-STEEP[family[task]] * (np.linspace(-2, 3, examinees)[examinee] - difficulty[task])))
    names = tuple((f"m{i}", "all") for i in range(examinees))
    return ItemResponses(examinee, task, rng.random(p.size) < p, np.zeros(p.size), x, family, names, tuple("abcd"), tuple("1234"))


@pytest.fixture(scope="module")
def fits() -> list[ItemResponseFit]:
    return [fit_item_responses(planted(seed), discrimination=True, slip=True) for seed in range(REPEATS)]


def test_every_fit_converges(fits: list[ItemResponseFit]) -> None:
    assert all(fit.converged for fit in fits)


def test_discriminations_slip_and_effects_are_recovered(fits: list[ItemResponseFit]) -> None:
    found = np.array([[e.value for e in (*fit.discriminations, fit.slip, *fit.effects) if e] for fit in fits])
    truth = np.array([*STEEP, SLIP, *ETA])
    assert np.all(np.abs(found.mean(0) - truth) < 4 * found.std(0) / math.sqrt(REPEATS))  # four Monte Carlo errors
    assert np.mean([fit.residual_sd for fit in fits]) == pytest.approx(0.8, abs=0.06)


def test_their_standard_errors_are_those_seen_over_replications(fits: list[ItemResponseFit]) -> None:
    """40 fits: each ratio's Monte Carlo error is about .11, that of their mean about .06."""
    errors = np.array([[math.log(e.value / true) for e, true in zip(fit.discriminations, STEEP, strict=True)] for fit in fits])
    ses = np.array([[e.se / e.value for e in fit.discriminations] for fit in fits])
    ratios = ses.mean(0) / np.sqrt((errors**2).mean(0))
    assert ratios == pytest.approx(np.ones(4), abs=0.35)
    assert ratios.mean() == pytest.approx(1, abs=0.15)


def test_their_intervals_cover(fits: list[ItemResponseFit]) -> None:
    """160 intervals for discriminations, 40 for the slip."""
    assert np.mean([e.low <= t <= e.high for fit in fits for e, t in zip(fit.discriminations, STEEP, strict=True)]) >= 0.91
    assert np.mean([fit.slip.low <= SLIP <= fit.slip.high for fit in fits if fit.slip]) >= 0.87


def test_discriminations_have_a_geometric_mean_of_one(fits: list[ItemResponseFit]) -> None:
    assert math.prod(e.value for e in fits[0].discriminations) == pytest.approx(1, abs=1e-3)


def test_without_them_the_model_and_its_likelihood_are_the_plain_ones() -> None:
    of = plain_panel(2, examinees=5, tasks=60, guess=0.1)
    answers = Answers(of.ability, of.task, of.correct, of.guess, np.hstack([of.x, np.eye(4)[of.family]]), 5)
    at = np.random.default_rng(3).normal(0, 0.3, 5 + 8 + 1)
    one, other = Marginal(answers), ExtendedMarginal(answers, of.family, 4, discrimination=False, slip=False)
    for _ in range(4):
        a, b = one.curvature(at), other.curvature(at)
    assert a.value == pytest.approx(b.value)
    assert a.gradient == pytest.approx(b.gradient, abs=1e-9)
    assert a.information == pytest.approx(b.information, abs=1e-9)


@pytest.mark.parametrize("guess", [0.0, 0.2])
def test_gradient_and_information_are_the_derivatives_of_the_likelihood(guess: float) -> None:
    of = plain_panel(2, examinees=5, tasks=60, guess=guess)
    answers = Answers(of.ability, of.task, of.correct, of.guess, np.hstack([of.x, np.eye(4)[of.family]]), 5)
    likelihood = ExtendedMarginal(answers, of.family, 4, discrimination=True, slip=True)
    rng = np.random.default_rng(3)
    at = np.concatenate([rng.normal(0, 0.3, 5 + 8 + 1), rng.normal(0, 0.2, 4), [-3.0]])
    for _ in range(4):
        here = likelihood.curvature(at)
    for i in range(at.size):
        step = np.zeros(at.size)
        step[i] = 1e-4
        up, down = likelihood.curvature(at + step), likelihood.curvature(at - step)
        assert (up.value - down.value) / 2e-4 == pytest.approx(here.gradient[i], abs=2e-3)
        assert (down.gradient - up.gradient) / 2e-4 == pytest.approx(here.information[i], abs=2e-2)


def test_a_slip_that_is_not_there_is_found_to_be_small() -> None:
    found = [fit_item_responses(planted(seed, slip=0.0), slip=True).slip for seed in range(10)]
    assert np.mean([slip.value for slip in found if slip]) < 0.02


def test_the_expected_pass_rate_has_the_gradient_of_itself() -> None:
    fit = fit_item_responses(planted(1), discrimination=True, slip=True)
    tasks = np.arange(0, 320, 3)
    rate, gradient = fit.pass_rate(9, tasks, 0.1)
    assert 0.1 < rate < 1
    for i in [9, 16, 21, 24, 25, 28, 29]:  # ability, effect, family, log residual sd, two log discriminations, the slip's log odds
        rates = []
        for sign in (1, -1):
            moved = fit.estimate.copy()
            moved[i] += sign * 1e-5
            other = ItemResponseFit(fit.responses, moved, fit.covariance, math.exp(moved[24]), fit.family_sd, 0.0, 0.95, True, True, True)
            rates.append(other.pass_rate(9, tasks, 0.1)[0])
        assert (rates[0] - rates[1]) / 2e-5 == pytest.approx(gradient[i], abs=1e-6)


def test_they_are_in_the_plain_json_only_where_asked_for() -> None:
    whole, plain = (fit_item_responses(planted(2), discrimination=wanted, slip=wanted) for wanted in (True, False))
    assert len(whole.to_json()["discriminations"]) == 4 and whole.to_json()["slip"]["name"] == "slip"
    assert "slip" not in plain.to_json() and plain.discriminations == () and plain.slip is None

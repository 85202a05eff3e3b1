"""What a task tells, and when a family tells no more: an alarm that a separating family seldom sets off."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from tests.measuring.outcomes import outcome
from unseen.measuring import DiscriminativePower, Separation, discriminative_power
from unseen.outcome import Outcome


def panel(rates: Sequence[float], n: int, rng: np.random.Generator, *, shared: bool = True, **fields: object) -> list[Outcome]:
    """One family: each model at its rate; shared tasks are hard or easy for all alike."""
    luck = rng.random(n)
    found = []
    for model, rate in enumerate(rates):
        own = np.where(rng.random(n) < 0.5, luck, rng.random(n)) if shared else rng.random(n)
        for at in range(n):
            name = f"t{at}" if shared else f"t{model}-{at}"
            found.append(outcome(bool(own[at] < rate), examinee=f"m{model}", task_id=name, group=name, load=(at + 0.5) / n, **fields))
    return found


def judged(outcomes: list[Outcome], **options: float) -> DiscriminativePower:
    (found,) = discriminative_power(outcomes, **options)
    return found


@pytest.mark.parametrize("rates", [(1.0, 0.929), (0.96, 0.96, 0.96, 0.86), (0.0, 0.0, 0.0, 0.1), (0.535, 0.464)])
@pytest.mark.parametrize("shared", [True, False])
def test_a_family_that_separates_by_the_margin_is_seldom_called_saturated(rates: tuple[float, ...], shared: bool) -> None:
    """120 panels at 90 tasks; at most .05 alarms, with a Monte Carlo error of .02."""
    assert np.std(rates, ddof=1) >= 0.0499
    rng = np.random.default_rng([7, len(rates), shared])
    alarms = [judged(panel(rates, 90, rng, shared=shared)).verdict.saturated for _ in range(120)]
    assert np.mean(alarms) <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 120)


@pytest.mark.parametrize(
    ("rates", "verdict"),
    [
        ((0.995, 0.99), Separation.CEILING),
        ((0.01, 0.0, 0.005), Separation.FLOOR),
        ((0.85, 0.85, 0.85), Separation.ALIKE),
        ((0.9, 0.4), Separation.SEPARATES),
    ],
)
def test_with_answers_enough_each_case_is_told_from_the_others(rates: tuple[float, ...], verdict: Separation) -> None:
    rng = np.random.default_rng(3)
    found = [judged(panel(rates, 600, rng)).verdict for _ in range(10)]
    assert found.count(verdict) >= 9


def test_the_floor_lies_at_the_guess_rate() -> None:
    found = judged(panel((0.25, 0.25), 700, np.random.default_rng(4), guess_rate=0.25))
    assert found.verdict is Separation.FLOOR


def test_too_few_answers_are_not_an_alarm_and_say_how_many_would_do() -> None:
    found = judged(panel((1.0, 1.0), 12, np.random.default_rng(5)))
    assert found.verdict is Separation.UNDECIDED
    assert found.wanted > 12
    assert found.spread_high > 0.05


@pytest.mark.parametrize(
    ("passes", "verdict"), [(40, Separation.CEILING), (0, Separation.FLOOR), (20, Separation.SEPARATES), (37, Separation.UNDECIDED)]
)
def test_one_model_alone_is_at_an_end_or_not(passes: int, verdict: Separation) -> None:
    found = judged([outcome(at < passes) for at in range(40)])
    assert found.verdict is verdict
    assert math.isnan(found.spread)


def test_one_model_below_the_ceiling_is_seldom_put_there() -> None:
    """Exact: the chance that a model at .9 gets so many right that it is called above .9 is at most .05."""
    rng = np.random.default_rng(6)
    alarms = [judged(panel((0.9,), 60, rng)).verdict is Separation.CEILING for _ in range(400)]
    assert np.mean(alarms) <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 400)


def test_answers_of_siblings_count_for_less() -> None:
    together = [outcome(True, group=f"g{at // 10}") for at in range(40)]
    assert judged(together).verdict is Separation.UNDECIDED


def test_the_spread_is_that_of_the_rates_and_not_of_their_noise() -> None:
    """30 panels of four: the mean of spread², unbiased but for the cut at 0."""
    rng = np.random.default_rng(8)
    rates = (0.3, 0.45, 0.6, 0.75)
    found = [judged(panel(rates, 60, rng)).spread ** 2 for _ in range(30)]
    assert math.sqrt(np.mean(found)) == pytest.approx(np.std(rates, ddof=1), rel=0.1)
    alike = [judged(panel((0.5,) * 4, 60, rng)).spread for _ in range(30)]
    assert np.mean(alike) < 0.05


def test_information_is_greatest_where_half_pass_and_shrinks_with_guessing() -> None:
    middle, end = (judged(panel((rate,), 2000, np.random.default_rng(9))).information for rate in (0.5, 0.95))
    assert middle == pytest.approx(0.25, abs=0.01)
    assert end == pytest.approx(0.95 * 0.05, abs=0.01)
    guessed = judged(panel((0.625,), 2000, np.random.default_rng(9), guess_rate=0.25)).information
    assert guessed == pytest.approx((0.75 * 0.25) ** 2 / (0.625 * 0.375), abs=0.01)


def test_information_is_what_a_maximum_likelihood_ability_has() -> None:
    """The variance of logit(pass rate) over 800 runs of 200 answers, against 1/(n I)."""
    rng = np.random.default_rng(10)
    k = rng.binomial(200, 0.8, 800)
    variance = np.var(np.log((k + 0.5) / (200 - k + 0.5)))
    known = judged(panel((0.8,), 20_000, rng)).information
    assert 1 / (200 * known) == pytest.approx(variance, rel=0.15)


def test_a_family_is_worth_its_cost() -> None:
    rng = np.random.default_rng(11)
    cheap, dear = (panel((0.8, 0.4), 100, rng, family=name, cost=cost) for name, cost in (("toy/cheap", 0.01), ("toy/dear", 0.04)))
    one, other = discriminative_power([*cheap, *dear])
    assert one.separation_per_dollar > 2 * other.separation_per_dollar
    assert one.information_per_dollar == pytest.approx(one.information / 0.01)
    assert math.isnan(judged(panel((0.5,), 10, rng)).information_per_dollar)


def test_the_tasks_to_separate_two_models_are_those_a_paired_test_needs() -> None:
    """80 panels: power of the paired z-test at that size near .8."""
    rng = np.random.default_rng(12)
    size = math.ceil(judged(panel((0.6, 0.5), 20_000, rng)).tasks_to_separate)
    found = []
    for _ in range(300):
        answers = np.array([o.correct for o in panel((0.6, 0.5), size, rng)], float).reshape(2, size)
        d = answers[0] - answers[1]
        found.append(abs(d.mean()) > 1.96 * d.std(ddof=1) / math.sqrt(size))
    assert np.mean(found) == pytest.approx(0.8, abs=0.08)

"""What is promised before asking is what the intervals and comparisons then give."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.measuring.outcomes import outcome
from unseen.measuring import (
    Estimate,
    Expectation,
    compare,
    detectable_difference,
    draws_for_difference,
    draws_for_half_width,
    expected_half_width,
    family_rate,
    mean_rate,
    plausible,
    power,
    sampled_half_width,
    simulated_half_widths,
    summarise,
)
from unseen.outcome import Outcome
from unseen.space import Integer, Space

STEEP = (0.96, 0.83, 0.5, 0.17, 0.04)
FAMILIES = [Expectation("toy/a", "toys", STEEP), Expectation("toy/b", "toys", (0.9,) * 5), Expectation("game/c", "games", (0.3,) * 5)]
SPACE = Space(steps=Integer(1, 5, role="difficulty"))


def run(expected: list[Expectation], draws: int, rng: np.random.Generator) -> list[Outcome]:
    """One examinee's answers: loads spread evenly, passes as expected in each fifth of them."""
    answers = []
    for one in expected:
        for load in (np.arange(draws) + rng.random(draws)) / draws:
            passed = rng.random() < one.rates[min(int(load * 5), 4)]
            answers.append(outcome(bool(passed), family=one.family, domain=one.domain, load=float(load)))
    return answers


def overall(outcomes: list[Outcome]) -> Estimate:
    """The overall rate as a summary states it."""
    rates = {one.family: family_rate([o for o in outcomes if o.family == one.family]) for one in FAMILIES}
    toys = mean_rate([rates["toy/a"], rates["toy/b"]], estimand="toys")
    return mean_rate([toys, rates["game/c"]], estimand="overall")


def test_the_overall_rate_of_this_file_is_that_of_a_summary() -> None:
    outcomes = run(FAMILIES, 12, np.random.default_rng(0))
    ours, stated = overall(outcomes), summarise(outcomes, {}).overall
    assert (ours.low, ours.high) == pytest.approx((stated.low, stated.high))


@pytest.mark.parametrize("draws", [12, 30, 90])
def test_the_promised_half_width_is_what_a_summary_states(draws: int) -> None:
    """40 runs each: the mean half-width within 4% of the promise (its Monte Carlo error is below 1%)."""
    rng = np.random.default_rng(draws)
    achieved = np.array([(rate.high - rate.low) / 2 for rate in (overall(run(FAMILIES, draws, rng)) for _ in range(40))])
    promised = simulated_half_widths(FAMILIES, draws)
    assert promised.mean == pytest.approx(achieved.mean(), rel=0.04)
    assert expected_half_width(FAMILIES, draws) == pytest.approx(promised.mean, rel=0.05)
    assert 0.6 <= np.mean((achieved >= promised.low) & (achieved <= promised.high)) <= 0.97  # 80% of runs, ± 6% of Monte Carlo error


def test_the_number_of_draws_is_the_smallest_that_will_do() -> None:
    draws = draws_for_half_width(FAMILIES, 0.05)
    assert draws is not None
    assert expected_half_width(FAMILIES, draws) <= 0.05 < expected_half_width(FAMILIES, draws - 1)


def test_what_cannot_be_reached_is_none() -> None:
    assert draws_for_half_width(FAMILIES, 1e-6) is None
    assert draws_for_difference(FAMILIES, 1e-6) is None
    assert detectable_difference(FAMILIES, 1) is None


def test_siblings_cost_their_design_effect() -> None:
    alone = [Expectation("toy/a", "toys", (0.5,) * 5)]
    together = [Expectation("toy/a", "toys", (0.5,) * 5, siblings=5, alike=0.5)]
    one, other = draws_for_half_width(alone, 0.05), draws_for_half_width(together, 0.05)
    assert one is not None and other is not None
    assert other / one == pytest.approx(together[0].design_effect, rel=0.05)
    assert together[0].design_effect == 3


def test_more_tasks_do_not_tell_about_families_that_were_not_sampled() -> None:
    assert sampled_half_width(FAMILIES, 100_000) == pytest.approx(sampled_half_width(FAMILIES, 1000), rel=0.01)
    assert math.isnan(sampled_half_width(FAMILIES[:2], 100))


def pair(draws: int, rng: np.random.Generator) -> list[list[Outcome]]:
    """Two models, ten points apart in both of two families, on the same tasks; each task has a difficulty of its own."""
    answers: list[list[Outcome]] = [[], []]
    for name in ("toy/a", "toy/b"):
        p = rng.choice([0.2, 0.8], draws)
        for at, chance in enumerate(p):
            for side, shift in enumerate((0.05, -0.05)):
                task = f"{name} {at}"
                answers[side].append(
                    outcome(bool(rng.random() < chance + shift), family=name, task_id=task, group=task, setting={"steps": 3})
                )
    return answers


def test_the_promised_power_is_how_often_a_comparison_finds_the_difference() -> None:
    """150 simulated comparisons: within three Monte Carlo errors, about .11."""
    rng = np.random.default_rng(1)
    apart = 0.5 * (0.25 * 0.85 + 0.75 * 0.15) + 0.5 * (0.85 * 0.25 + 0.15 * 0.75)
    expected = [Expectation(name, "toys", (0.5,) * 5, discordance=apart) for name in ("toy/a", "toy/b")]
    promised = power(expected, 0.1, 100)
    spaces = {"toy/a": SPACE, "toy/b": SPACE}
    found = np.mean([compare(*pair(100, rng), spaces).overall.points.p_value <= 0.05 for _ in range(150)])
    assert 0.4 < promised < 0.9
    assert abs(found - promised) < 3 * math.sqrt(promised * (1 - promised) / 150)


def test_pairing_saves_tasks_where_tasks_differ_in_difficulty() -> None:
    varied = [Expectation("toy/a", "toys", (0.5,) * 5, residual=3.0)]
    paired, unpaired = draws_for_difference(varied, 0.1), draws_for_difference(varied, 0.1, paired=False)
    assert paired is not None and unpaired is not None
    assert paired < 0.7 * unpaired


@pytest.mark.parametrize("paired", [True, False])
def test_the_detectable_difference_is_found_with_the_wanted_chance(paired: bool) -> None:
    found = detectable_difference(FAMILIES, 60, paired=paired)
    assert found is not None
    assert power(FAMILIES, found, 60, paired=paired) >= 0.8 > power(FAMILIES, found - 0.002, 60, paired=paired)
    draws = draws_for_difference(FAMILIES, found, paired=paired)
    assert draws is not None and abs(draws - 60) <= 2


def test_plausible_truths_scatter_about_what_was_seen_and_less_so_after_more_answers() -> None:
    few, many = (plausible(FAMILIES[0], [size] * 5, 200) for size in (10, 1000))
    assert np.mean([one.rate for one in few]) == pytest.approx(FAMILIES[0].rate, abs=0.02)
    assert np.std([one.rate for one in many]) < 0.2 * np.std([one.rate for one in few])

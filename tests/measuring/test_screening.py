"""Statistics of screening: estimates, errors and decisions hold on simulated answers with planted truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from unseen.measuring import (
    ScreeningLook,
    adaptive_step_up,
    clustered_logit,
    decide_screening,
    equivalence_p,
    residual_contrasts,
    step_up,
)
from unseen.probing._screen_design import folded_block

VARIABLES = 7


def answers(
    effects: dict[int, float], seed: int, *, blocks: int = 20, residual: float = 1.0, pair: tuple[int, int, float] | None = None
) -> ScreeningLook:
    """Twins in clusters of four under a planted truth."""
    random = np.random.default_rng(seed)
    x = np.vstack([folded_block(VARIABLES, random) for _ in range(blocks)]) / 2
    codes = np.arange(len(x)) // 4
    logits = 0.3 + sum(value * x[:, at] for at, value in effects.items()) + random.normal(0, residual, codes.max() + 1)[codes]
    if pair:
        logits = logits + pair[2] * x[:, pair[0]] * x[:, pair[1]]
    return ScreeningLook(x, random.random(len(x)) < expit(logits), codes)


def decide(look: ScreeningLook, *, fdr: float = 0.1, margin: float = 0.1) -> set[int]:
    return set(np.flatnonzero(decide_screening([look], range(VARIABLES), fdr=fdr, margin=margin).matters).tolist())


def test_standard_errors_match_the_spread_of_estimates_among_twins() -> None:
    fits = [clustered_logit(look.x, look.passed, look.codes) for look in (answers({0: 1.0}, seed) for seed in range(300))]
    estimates = np.array([fit.coefficients[1:] for fit in fits])
    claimed = np.mean([np.sqrt(np.diag(fit.covariance))[1:] for fit in fits], axis=0)
    # 7 columns x 300 repetitions: Monte Carlo error of the ratio below 2% on average over columns
    assert np.mean(claimed / estimates.std(axis=0)) == pytest.approx(1, abs=0.06)
    assert np.mean([fit.alike for fit in fits]) > 0.1


def test_twins_are_more_precise_than_fresh_tasks_for_every_answer() -> None:
    twins = clustered_logit(*_parts(answers({}, 1, residual=2.0)))
    look = answers({}, 1, residual=2.0)
    alone = clustered_logit(look.x, look.passed, np.arange(len(look.x)))
    assert twins.effect(0)[1] < 0.85 * alone.effect(0)[1]


def test_an_interaction_is_estimated_without_bias_and_its_p_value_is_uniform_where_there_is_none() -> None:
    found, null = [], []
    for seed in range(200):
        look = answers({0: 0.8}, seed, residual=0.5, pair=(1, 2, 1.0))
        contrasts = residual_contrasts(clustered_logit(look.x, look.passed, look.codes), [(1, 2), (3, 4)])
        found.append(contrasts[0].value)
        null.append(contrasts[1].p_value)
    assert np.mean(found) == pytest.approx(0.93, abs=0.12)  # attenuated by the residual; Monte Carlo error .03
    assert np.mean(np.array(null) < 0.1) == pytest.approx(0.1, abs=0.065)  # Monte Carlo error .021


def test_a_variable_that_acts_only_through_an_interaction_is_found() -> None:
    hits = [decide(answers({}, seed, pair=(1, 2, 3.0))) >= {1, 2} for seed in range(30)]
    assert np.mean(hits) > 0.7  # Monte Carlo error below .08


def test_false_discoveries_stay_below_the_rate_asked_for() -> None:
    shares = []
    for seed in range(150):
        found = decide(answers({0: 1.0, 1: -1.0}, seed))
        shares.append(len(found - {0, 1}) / max(len(found), 1))
    assert np.mean(shares) < 0.1 + 0.035  # two Monte Carlo errors


def test_no_relation_stays_finite_when_every_answer_agrees() -> None:
    look = answers({}, 0)
    for passed in (np.ones(len(look.x), bool), look.x[:, 0] > 0):
        fit = clustered_logit(look.x, passed, look.codes)
        assert np.isfinite(fit.coefficients).all()
    assert decide(ScreeningLook(look.x, np.ones(len(look.x), bool), look.codes)) == set()


def test_no_effect_and_much_data_is_shown_not_to_matter_and_little_data_is_not() -> None:
    much = decide_screening([answers({}, 3, blocks=150)], range(VARIABLES), fdr=0.1, margin=0.1)
    little = decide_screening([answers({}, 3, blocks=6)], range(VARIABLES), fdr=0.1, margin=0.1)
    assert much.equivalent.sum() >= 6 and much.matters.sum() <= 1
    assert not little.equivalent.any()


def test_a_first_look_spends_little_and_settles_only_what_is_plain() -> None:
    look = answers({0: 1.5}, 4, blocks=15)
    early = decide_screening([look], range(VARIABLES), fdr=0.1, margin=0.1, complete=False)
    final = decide_screening([look], range(VARIABLES), fdr=0.1, margin=0.1, complete=True)
    assert early.p_values == pytest.approx(np.minimum(final.p_values / 0.002, 1))
    assert early.p_values.min() < 1
    assert not early.settled


def test_several_columns_of_one_variable_are_tested_together() -> None:
    look = answers({0: 1.5, 1: -1.5}, 5)
    found = decide_screening([look], [0, 0, 0, 1, 2, 3, 4], fdr=0.1, margin=0.1)
    assert found.p_values.shape == (5,)
    assert found.matters[0] and found.p_values[0] < 1e-4


def test_step_up_rejects_as_the_worked_example_of_benjamini_and_hochberg() -> None:
    p = np.array([0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0])
    assert step_up(p, 0.05).sum() == 4
    assert adaptive_step_up(p, 0.05).sum() == 8  # two in three are taken to be null: (1 + 4) / 7.5


@pytest.mark.parametrize(("value", "shown"), [(0.0, True), (0.09, False), (-0.09, False), (0.2, False)])
def test_equivalence_needs_the_whole_interval_within_the_margin(value: float, shown: bool) -> None:
    assert (equivalence_p(value, 0.02, 0.1, 100.0) < 0.05) is shown


def _parts(look: ScreeningLook) -> tuple[object, object, object]:
    return look.x, look.passed, look.codes

"""pass@k and consistency over siblings."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from scipy.special import expit

from tests.measuring.outcomes import outcome
from unseen.measuring import all_of_k, consistency, pass_at_k, summarise_siblings
from unseen.outcome import Arm


@pytest.mark.parametrize("passes", range(6))
@pytest.mark.parametrize("k", range(1, 6))
def test_pass_at_k_is_the_mean_over_every_choice_of_k_answers(passes: int, k: int) -> None:
    answers = [True] * passes + [False] * (5 - passes)
    chosen = list(itertools.combinations(answers, k))
    assert pass_at_k([5], [passes], k)[0] == pytest.approx(np.mean([any(c) for c in chosen]))
    assert all_of_k([5], [passes], k)[0] == pytest.approx(np.mean([all(c) for c in chosen]))


def test_fewer_answers_than_k_are_an_error() -> None:
    with pytest.raises(ValueError, match="3 answers or more"):
        pass_at_k([5, 2], [1, 1], 3)


def test_independent_answers_show_no_consistency_and_settings_that_decide_show_all() -> None:
    rng = np.random.default_rng(1)
    coin = consistency(np.full(400, 4), rng.binomial(4, 0.6, 400))
    decided = consistency(np.full(400, 4), 4 * rng.binomial(1, 0.6, 400))
    assert coin.correlation.low < 0 < coin.correlation.high
    assert coin.beyond_chance.low < 0 < coin.beyond_chance.high
    assert decided.mixed == 0
    assert decided.correlation.value == pytest.approx(1.0)
    assert decided.correlation.low > 0.95
    assert decided.expected_mixed > 0.8


def test_the_correlation_is_covered() -> None:
    rng, repeats, covered = np.random.default_rng(2), 300, 0
    chances = expit(rng.normal(0, 1, 2_000_000))
    truth = float(chances.var() / (chances.mean() * (1 - chances.mean())))
    for _ in range(repeats):
        found = consistency(np.full(100, 3), rng.binomial(3, expit(rng.normal(0, 1, 100)))).correlation
        covered += found.low <= truth <= found.high
    assert covered / repeats > 0.95 - 3 * math.sqrt(0.05 * 0.95 / repeats)


def test_siblings_are_found_in_the_outcomes_of_a_run() -> None:
    rng, outcomes = np.random.default_rng(3), []
    for number in range(30):
        chance = rng.random()
        outcomes += [outcome(bool(rng.random() < chance), setting={"steps": number}) for _ in range(3)]
        outcomes.append(outcome(False, setting={"steps": number}, arm=Arm.PLANTED))
        outcomes.append(outcome(True, setting={"steps": number}, arm=Arm.STATIC))
    found = summarise_siblings(outcomes)
    assert found is not None
    assert (found.answers, found.consistency.settings) == (90, 30)
    assert sorted(found.pass_at) == [1, 2, 3]
    assert found.pass_at[1].value == pytest.approx(np.mean([o.correct for o in outcomes if o.arm is Arm.EXPLORE]))
    assert found.pass_at[1].value < found.pass_at[2].value < found.pass_at[3].value
    assert found.all_of[3].value < found.all_of[2].value < found.all_of[1].value == pytest.approx(found.pass_at[1].value)
    assert set(json.loads(json.dumps(found.to_json(), allow_nan=False))["pass_at"]) == {"1", "2", "3"}


def test_a_run_without_siblings_has_no_such_summary() -> None:
    assert summarise_siblings([outcome(setting={"steps": number}) for number in range(30)]) is None

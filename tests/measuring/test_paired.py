"""Surface and premise checks."""

import numpy as np
import pytest

from tests.measuring.outcomes import outcome, pair
from unseen.measuring import paired_check, paired_difference, pairs_of, references_of, roles_of
from unseen.outcome import Arm
from unseen.space import Category, Integer, Role, Space
from unseen.verdict import Kind

SPACES = {
    "toy/a": Space(
        steps=Integer(1, 4), rule=Category("usual", "odd", role="premise"), story=Category("bare", "shop", "boat", role="surface")
    )
}
ROLES, REFERENCES = roles_of(SPACES), references_of(SPACES)
STORIES = ("bare", "shop", "boat")


def check(outcomes, role=Role.PREMISE, references=REFERENCES):
    return paired_check(pairs_of(outcomes, ROLES, role, references), role)


def test_roles_and_references_come_from_the_space() -> None:
    assert ROLES["toy/a", "rule"] is Role.PREMISE
    assert REFERENCES == {("toy/a", "rule"): "usual", ("toy/a", "story"): "bare"}


def test_a_premise_effect_is_counterfactual_minus_habitual_whichever_was_asked_first() -> None:
    found = check([*pair(True, False, "rule", "usual", "odd"), *pair(False, True, "rule", "odd", "usual")])
    assert (found.value, found.pairs, found.gained, found.lost) == (-1.0, 2, 0, 2)
    unknown = check([*pair(True, False, "rule", "usual", "odd"), *pair(False, True, "rule", "odd", "usual")], references=None)
    assert unknown.value == 0.0


def test_only_pairs_whose_answers_both_count_are_pairs() -> None:
    lost = pair(True, True, "rule", "usual", "odd")
    lost[0] = outcome(kind=Kind.INFRASTRUCTURE, group=lost[1].group, setting={"rule": "usual"})
    orphan = pair(True, True, "rule", "usual", "odd")[1:]
    surface = pair(True, False, "story", "bare", "shop")
    assert check([*lost, *orphan, *surface]).pairs == 0
    assert check([]).p_value == check([]).omnibus_p == 1.0


def test_the_p_value_is_the_exact_mcnemar_one() -> None:
    lost = [o for _ in range(6) for o in pair(True, False, "rule", "usual", "odd")]
    same = [o for _ in range(5) for o in pair(True, True, "rule", "usual", "odd")]
    assert check(lost + same).p_value == pytest.approx(2 * 0.5**6)


def test_a_recited_prior_is_caught_and_an_indifferent_model_is_not() -> None:
    reciter = [o for _ in range(12) for o in pair(True, False, "rule", "usual", "odd")]
    steady = [o for i in range(12) for o in pair(i % 2 == 0, i % 2 == 0, "rule", "usual", "odd")]
    assert check(reciter).high < -0.4
    assert check(steady).low < 0 < check(steady).high


def test_one_bad_story_is_caught_though_stories_are_drawn_on_both_sides() -> None:
    rng, outcomes = np.random.default_rng(0), []
    for _ in range(60):
        at, to = rng.choice(STORIES, 2, replace=False)
        outcomes += pair(at != "boat", to != "boat", "story", str(at), str(to))
    found = check(outcomes, Role.SURFACE)
    worst = min(found.levels, key=lambda effect: effect.value)
    assert found.omnibus_p < 0.001
    assert (worst.level, worst.value) == ("boat", -1.0)
    assert worst.high < 0


def test_a_surface_that_does_not_matter_is_rarely_called_one_that_does() -> None:
    """300 runs of 40 pairs: Monte Carlo error .013 at .05, for the omnibus and for the simultaneous intervals."""
    rng, calls, excluded = np.random.default_rng(1), 0, 0
    for _ in range(300):
        outcomes = []
        for _ in range(40):
            at, to = rng.choice(STORIES, 2, replace=False)
            chance = rng.random()
            outcomes += pair(bool(rng.random() < chance), bool(rng.random() < chance), "story", str(at), str(to))
        found = check(outcomes, Role.SURFACE)
        calls += found.omnibus_p < 0.05
        excluded += any(effect.low > 0 or effect.high < 0 for effect in found.levels)
    assert calls / 300 <= 0.05 + 3 * 0.013
    assert excluded / 300 <= 0.05 + 3 * 0.013


@pytest.mark.parametrize(("n", "habitual", "odd"), [(8, 0.8, 0.3), (20, 0.5, 0.5), (40, 0.95, 0.85)])
def test_the_interval_of_a_paired_difference_covers(n: int, habitual: float, odd: float) -> None:
    """1,000 runs: Monte Carlo error .007 at .95."""
    rng, hits = np.random.default_rng(6), 0
    for _ in range(1000):
        u = rng.random(n)  # one task's difficulty bears on both answers
        both = (u < habitual, np.where(rng.random(n) < 0.7, u, rng.random(n)) < odd)
        _, low, high = paired_difference((both[1] * 1.0 - both[0]).tolist(), [str(i) for i in range(n)])
        hits += low <= odd - habitual <= high
    assert hits / 1000 >= 0.95 - 3 * 0.007


def test_twins_of_one_anchor_are_one_observation() -> None:
    ten, groups = [1.0] * 10, ["same"] * 10
    assert paired_difference(ten, groups)[1] < paired_difference(ten, [str(i) for i in range(10)])[1]


def test_planted_tasks_anchor_no_twin() -> None:
    anchor, twin = pair(True, False, "rule", "usual", "odd")
    planted = outcome(arm=Arm.PLANTED, group=twin.group, setting=anchor.setting)
    assert check([planted, twin]).pairs == 0

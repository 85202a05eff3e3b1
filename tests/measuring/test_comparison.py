"""Comparing two models: paired where tasks are shared, equated where not."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from tests.measuring.outcomes import outcome
from unseen.measuring import Method, compare
from unseen.outcome import Arm, Outcome
from unseen.space import Category, Integer, Space

SPACE = Space(steps=Integer(1, 9, role="difficulty"), rule=Category("usual", "odd", role="premise"))
SPACES = {f"toy/{f}": SPACE for f in "abc"}


def answers(
    rng: np.random.Generator, who: str, ability: float, tasks: dict[str, tuple[dict[str, Any], float]], family: str = "toy/a"
) -> list[Outcome]:
    return [
        outcome(
            bool(rng.random() < 1 / (1 + math.exp(hard - ability))), examinee=who, task_id=name, group=name, setting=setting, family=family
        )
        for name, (setting, hard) in tasks.items()
    ]


def drawn(rng: np.random.Generator, prefix: str, count: int, *, low: int = 1, high: int = 9) -> dict[str, tuple[dict[str, Any], float]]:
    """Tasks whose difficulty is a quarter logit per step, one for an odd rule, and a residual."""
    found = {}
    for number in range(count):
        setting = {"steps": int(rng.integers(low, high + 1)), "rule": str(rng.choice(["usual", "odd"]))}
        hard = 0.25 * (setting["steps"] - 5) + (setting["rule"] == "odd") + rng.normal(0, 0.8)
        found[f"{prefix}{number}"] = (setting, float(hard))
    return found


def two(seed: int, gap: float = 0.0, count: int = 80, *, shared: bool, **second: Any) -> tuple[list[Outcome], list[Outcome]]:
    rng = np.random.default_rng(seed)
    mine = drawn(rng, "t", count)
    theirs = mine if shared else drawn(rng, "u", count, **second)
    return answers(rng, "a", gap, mine), answers(rng, "b", 0.0, theirs)


def test_shared_tasks_are_paired_and_others_equated() -> None:
    assert compare(*two(1, shared=True), SPACES).overall.method is Method.PAIRED
    found = compare(*two(1, shared=False), SPACES)
    assert found.overall.method is Method.EQUATED
    assert (found.overall.tasks, found.overall.shared) == (160, 0)


@pytest.mark.parametrize("shared", [True, False], ids=["paired", "equated"])
def test_equal_models_are_rarely_told_apart_and_intervals_cover(shared: bool) -> None:
    """150 comparisons, .05 with a Monte Carlo error of .018."""
    p_values = [compare(*two(seed, shared=shared), SPACES).overall.points.p_value for seed in range(150)]
    assert np.mean(np.array(p_values) <= 0.05) <= 0.05 + 2 * 0.018


def test_equating_takes_out_that_one_model_was_asked_harder_tasks() -> None:
    """Two equal models, one asked 1..6 steps, the other 4..9: raw rates differ, the equated ones do not."""
    found = []
    for seed in range(40):
        rng = np.random.default_rng([9, seed])
        sides = [answers(rng, who, 0.5, drawn(rng, who, 150, low=low, high=high)) for who, low, high in (("a", 1, 6), ("b", 4, 9))]
        comparison = compare(sides[0], sides[1], SPACES)
        assert comparison.overall.ability is None and comparison.families[0].ability is not None
        found.append((comparison.overall.points.value, np.mean([o.correct for o in sides[0]]) - np.mean([o.correct for o in sides[1]])))
    equated, raw = np.mean(found, axis=0)
    assert raw > 0.1
    assert abs(equated) < 4 * np.std([e for e, _ in found]) / math.sqrt(40)


def test_siblings_of_a_template_are_not_independent() -> None:
    """10 templates x 50 siblings, models that suit different templates: type-I near .05 (Monte Carlo error .015), naively .2 and more."""
    clustered, naive = [], []
    for seed in range(200):
        rng = np.random.default_rng([3, seed])
        rates = 1 / (1 + np.exp(rng.normal(0, 0.8, 10)[:, None] - rng.normal(0, 0.5, (10, 2))))
        passed = rng.random((50, 10, 2)) < rates
        sides = [
            [
                outcome(bool(passed[s, t, m]), examinee=str(m), task_id=f"{s}/{t}", group=f"template {t}", setting={})
                for s in range(50)
                for t in range(10)
            ]
            for m in (0, 1)
        ]
        clustered.append(compare(sides[0], sides[1], SPACES).overall.points.p_value <= 0.05)
        d = passed[..., 0].astype(float).ravel() - passed[..., 1].ravel()
        naive.append(abs(d.mean()) > 1.96 * d.std() / math.sqrt(d.size))
    assert np.mean(clustered) <= 0.06 + 2 * 0.015
    assert np.mean(naive) > 0.15


def test_identical_answers_do_not_claim_certainty() -> None:
    rng = np.random.default_rng(1)
    tasks = drawn(rng, "t", 20)
    for ability in (-30.0, 30.0):
        found = compare(answers(rng, "a", ability, tasks), answers(rng, "b", ability, tasks), SPACES).overall.points
        assert found.value == 0
        assert 0.1 < found.high < 0.25
        apart = compare(answers(rng, "a", ability, tasks), answers(rng, "b", ability, drawn(rng, "u", 20)), SPACES).overall.points
        assert 0.05 < apart.high < 0.3


def test_one_template_says_nothing_about_others() -> None:
    sides = [
        [outcome(examinee=who, task_id=str(i), group="the one", setting={"steps": 1, "rule": "odd"}) for i in range(30)] for who in "ab"
    ]
    found = compare(sides[0], sides[1], SPACES).overall
    assert (found.points.low, found.points.high, found.points.p_value) == (-math.inf, math.inf, 1.0)


def test_a_family_that_differs_is_found_and_the_others_are_rarely_named() -> None:
    """100 comparisons of three families, one of which differs: any false claim in at most .05, Monte Carlo error .022."""
    right, wrong = [], []
    for seed in range(100):
        rng = np.random.default_rng([5, seed])
        sides: tuple[list[Outcome], list[Outcome]] = ([], [])
        for family, gap in (("toy/a", 0.0), ("toy/b", 3.0), ("toy/c", 0.0)):
            tasks = drawn(rng, family, 40)
            sides[0].extend(answers(rng, "a", gap, tasks, family))
            sides[1].extend(answers(rng, "b", 0.0, tasks, family))
        found = compare(*sides, SPACES)
        claimed = {f.name for f in found.families if f.differs}
        right.append("toy/b" in claimed)
        wrong.append(bool(claimed - {"toy/b"}))
        assert all(f.holm_p >= f.points.p_value for f in found.families)
        assert found.overall.points.value == pytest.approx(np.mean([f.points.value for f in found.families]))
    assert np.mean(right) > 0.95
    assert np.mean(wrong) <= 0.05 + 2 * 0.022


def test_different_families_of_one_domain_are_linked_and_the_interval_says_so() -> None:
    rng = np.random.default_rng(6)
    first = answers(rng, "a", 0.0, drawn(rng, "t", 80), "toy/a")
    same, other = (answers(rng, "b", 0.0, drawn(rng, f"{family}u", 80), family) for family in ("toy/a", "toy/b"))
    equated, linked = compare(first, same, SPACES).overall, compare(first, other, SPACES).overall
    assert linked.method is Method.LINKED
    assert linked.points.se > 1.5 * equated.points.se


def test_families_of_one_model_only_are_left_out_and_named() -> None:
    first, second = two(2, shared=True)
    extra = answers(np.random.default_rng(0), "a", 0, drawn(np.random.default_rng(0), "x", 5), "toy/b")
    found = compare([*first, *extra], second, SPACES)
    assert [f.name for f in found.families] == ["toy/a"]
    assert "toy/b" in found.notes[0]


def test_twins_and_planted_tasks_are_left_out() -> None:
    first, second = two(3, shared=True)
    more = [outcome(examinee="a", arm=arm, setting={"steps": 1, "rule": "odd"}) for arm in (Arm.TWIN, Arm.PLANTED)]
    assert compare([*first, *more], second, SPACES) == compare(first, second, SPACES)


def test_nothing_in_common_is_refused() -> None:
    first, second = two(4, shared=True, count=5)
    with pytest.raises(ValueError, match="no family and no domain"):
        compare(first, [], SPACES)
    assert second


def test_swapping_the_models_turns_the_sign() -> None:
    first, second = two(8, gap=1.0, shared=True)
    one, other = compare(first, second, SPACES).overall, compare(second, first, SPACES).overall
    assert one.points.value == pytest.approx(-other.points.value)
    assert one.logits.low == pytest.approx(-other.logits.high)
    assert one.evidence.e_value == pytest.approx(other.evidence.e_value)


def test_the_result_is_plain_json() -> None:
    text = json.dumps(compare(*two(1, shared=True), SPACES).to_json(), allow_nan=False)
    assert json.loads(text)["overall"]["method"] == "paired"

"""Choices: each draw depends on its seed and label alone, is recorded, and can be replayed."""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unseen.choices import Choices, Namespace, derive_seed, task_seed
from unseen.errors import ChoiceError

SEED = derive_seed("tests")
LABELS = st.text("abc/", min_size=1, max_size=6)
QUICK = settings(max_examples=80, deadline=None, database=None, derandomize=True)


def draw_all(choose, labels=("a", "b", "c")):
    drawn = [choose.integer(f"{label}/integer", 0, 1000) for label in labels]
    drawn += [choose.pick(f"{label}/pick", "xyz") for label in labels]
    drawn += [choose.sample(f"{label}/sample", range(10), 4) for label in labels]
    drawn += [choose.chance(f"{label}/chance", 0.5) for label in labels]
    return drawn


@QUICK
@given(st.binary(min_size=1, max_size=40), st.lists(LABELS, unique=True, min_size=1, max_size=5))
def test_what_was_recorded_replays_exactly(seed, labels):
    choose = Choices(derive_seed(seed))
    drawn = draw_all(choose, labels)
    again = Choices.replay(choose.recorded)
    assert draw_all(again, labels) == drawn
    assert again.recorded == choose.recorded


@QUICK
@given(st.permutations(["a", "b", "c", "d"]))
def test_a_draw_does_not_depend_on_the_draws_before_it(order):
    choose = Choices(SEED)
    drawn = {label: choose.integer(label, 0, 10**9) for label in order}
    assert drawn == {label: Choices(SEED).integer(label, 0, 10**9) for label in order}


def test_a_twin_keeps_what_was_recorded_and_draws_the_rest():
    first = Choices(SEED)
    kept = first.integer("kept", 0, 10**6)
    twin = Choices(derive_seed("other"), first.recorded)
    assert twin.integer("kept", 0, 10**6) == kept
    assert twin.integer("new", 0, 10**6) == Choices(derive_seed("other")).integer("new", 0, 10**6)


def test_a_twin_draws_again_where_the_recorded_value_no_longer_fits():
    first = Choices(SEED, {"digit": 900})
    assert 0 <= first.integer("digit", 0, 9) <= 9
    assert Choices(SEED, {"picked": [5, 6]}).sample("picked", "abc", 2) == Choices(SEED).sample("picked", "abc", 2)


def test_labels_nest_under_prefixes():
    choose = Choices(SEED)
    choose.within("step").within("3").integer("operand", 0, 9)
    assert list(choose.recorded) == ["step/3/operand"]


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (lambda choose: [choose.integer("twice", 0, 1), choose.integer("twice", 0, 1)], "'twice' was drawn twice"),
        (lambda choose: choose.integer("none", 2, 1), "empty range 2..1"),
        (lambda choose: choose.pick("none", []), "no options"),
        (lambda choose: choose.sample("many", "ab", 3), "cannot take 3 of 2"),
        (lambda choose: Choices.replay({}).integer("lost", 0, 1), "no choice was recorded for 'lost'"),
        (lambda choose: Choices.replay({"far": 9}).integer("far", 0, 1), "'far' is 9, outside 0..1"),
        (lambda choose: Choices.replay({"few": [0]}).sample("few", "abc", 2), "not 2 of 3 options"),
    ],
)
def test_impossible_choices_are_named(use, said):
    with pytest.raises(ChoiceError, match=said):
        use(Choices(SEED))


def test_integers_are_uniform():
    """Chi-square over 10 cells and 20,000 draws: 27.9 is exceeded once in 1,000 runs, and the seed is fixed."""
    choose = Choices(SEED)
    counts = [0] * 10
    for index in range(20_000):
        counts[choose.integer(str(index), 0, 9)] += 1
    assert sum((count - 2000) ** 2 / 2000 for count in counts) < 27.9


def test_chance_and_shuffle_are_fair():
    """Each rate within 4 standard errors."""
    choose = Choices(SEED)
    hits = sum(choose.chance(f"chance/{index}", 0.3) for index in range(10_000))
    assert abs(hits / 10_000 - 0.3) < 4 * (0.3 * 0.7 / 10_000) ** 0.5
    first = sum(choose.shuffle(f"shuffle/{index}", "abcd")[0] == "a" for index in range(10_000))
    assert abs(first / 10_000 - 0.25) < 4 * (0.25 * 0.75 / 10_000) ** 0.5


def test_seed_parts_do_not_run_together():
    parts = [("ab", "c"), ("a", "bc"), ("abc",), (1, "c"), ("1", "c"), (b"1", "c"), (12,), (1, 2)]
    assert len({derive_seed(*part) for part in parts}) == len(parts)


def test_namespaces_families_versions_keys_and_indices_have_seeds_of_their_own():
    seeds = {
        task_seed(family, version, namespace, key, index)
        for family in ("a/b", "a/c")
        for version in (1, 2)
        for namespace in Namespace
        for key in (b"", b"key")
        for index in range(20)
    }
    assert len(seeds) == 2 * 2 * 3 * 2 * 20


def test_the_same_seed_draws_the_same_in_any_process():
    code = "from tests.test_choices import *; print(draw_all(Choices(SEED)))"
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "random")
    }
    assert told == {f"{draw_all(Choices(SEED))}\n"}

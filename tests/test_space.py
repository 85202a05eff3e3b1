"""Spaces: typed variables that know their domain, and settings that are checked against it."""

import pickle
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unseen.choices import Choices, derive_seed
from unseen.errors import SettingError
from unseen.space import Category, Integer, Ordinal, Real, Role, Space

SPACE = Space(
    steps=Integer(1, 12),
    slack=Integer(0, 4, falling=True),
    depth=Ordinal("flat", "nested", "deep"),
    rule=Category("usual", "odd", role="premise"),
    story=Category("plain", "shop", "sea", role="surface"),
)
QUICK = settings(max_examples=60, deadline=None, database=None, derandomize=True)


def test_the_size_is_the_number_of_settings():
    small = Space(a=Integer(1, 3), b=Category("x", "y"))
    assert small.size == len(list(small.enumerate())) == len(set(small.enumerate())) == 6
    assert SPACE.size == 12 * 5 * 3 * 2 * 3
    assert Space(real=Real(0, 1)).size == float("inf")


def test_enumeration_varies_the_last_variable_fastest():
    assert [setting["story"] for setting in islice(SPACE.enumerate(), 4)] == ["plain", "shop", "sea", "plain"]


@QUICK
@given(st.integers())
def test_every_sample_is_valid_and_every_load_is_between_zero_and_one(seed):
    for setting in (SPACE.sample(Choices(derive_seed(seed))), SPACE.sample_near(Choices(derive_seed(seed)), 0.4)):
        assert SPACE.validate(setting) == setting
        assert 0 <= SPACE.load(setting) <= 1


def test_samples_cover_a_domain_evenly():
    """Each of 12 values within 4 standard errors of its share of 6,000."""
    counts = dict.fromkeys(range(1, 13), 0)
    for index in range(6000):
        counts[SPACE.sample(Choices(derive_seed("cover", index)))["steps"]] += 1
    assert all(abs(count - 500) < 4 * (6000 * (1 / 12) * (11 / 12)) ** 0.5 for count in counts.values())


@pytest.mark.parametrize("load", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_a_sample_near_a_load_stands_near_it(load):
    loads = [SPACE.load(SPACE.sample_near(Choices(derive_seed("near", index)), load)) for index in range(300)]
    assert abs(sum(loads) / 300 - load) < 0.12
    fixed = SPACE.sample_near(Choices(derive_seed("fixed")), load, fixed={"steps": 7})
    assert fixed["steps"] == 7


def test_falling_variables_are_hardest_at_their_small_end():
    easiest = {name: SPACE.variables[name].at(0.0) for name in SPACE.named(Role.DIFFICULTY)}
    assert easiest == {"steps": 1, "slack": 4, "depth": "flat"}
    assert SPACE.load(SPACE.validate(easiest)) == 0
    assert SPACE.load(SPACE.validate({"steps": 12, "slack": 0, "depth": "deep"})) == 1


@pytest.mark.parametrize(
    "variable", [Integer(1, 12), Integer(0, 4, falling=True), Ordinal("a", "b", "c"), Category("x", "y"), Real(0, 2, digits=1)]
)
def test_at_and_position_are_inverse(variable):
    values = variable.values() if not isinstance(variable, Real) else [0.0, 0.5, 2.0]
    for value in values:
        assert variable.at(min(variable.position(value), 1 - 1e-12)) == value


def test_neighbours_differ_in_one_variable_by_one_change():
    here = SPACE.validate({"steps": 1, "depth": "nested"})
    neighbours = list(SPACE.neighbours(here))
    assert all(sum(here[name] != other[name] for name in here) == 1 for other in neighbours)
    assert {other["steps"] for other in neighbours} == {1, 2}
    assert {other["depth"] for other in neighbours} == {"flat", "nested", "deep"}
    assert {other["story"] for other in neighbours} == {"plain", "shop", "sea"}
    assert Real(0, 1).neighbours(0.0) == [0.1]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"stps": 3}, "no variable 'stps'; there are: steps, slack, depth, rule, story"),
        ({"steps": 13}, r"'steps': 13 is not in 1..12"),
        ({"steps": 3.0}, "'steps': 3.0"),
        ({"steps": True}, "'steps': True"),
        ({"steps": "3"}, "'steps': '3'"),
        ({"depth": "steep"}, "'depth': 'steep' is not in flat < nested < deep"),
        ({"story": "war"}, r"'story': 'war' is not in plain \| shop \| sea"),
    ],
)
def test_a_bad_setting_is_refused_with_the_variable_the_value_and_the_domain(values, said):
    with pytest.raises(SettingError, match=said):
        SPACE.validate(values)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Integer(3, 1),
        lambda: Integer(1, 3, default=9),
        lambda: Ordinal("one"),
        lambda: Category("a", "a"),
        lambda: Category("a", "b", role="difficulty"),
        lambda: Real(0, float("inf")),
        lambda: Space(),
        lambda: Real(0, 1).values(),
    ],
)
def test_impossible_variables_are_refused(make):
    with pytest.raises(SettingError):
        make()


def test_a_setting_is_immutable_hashable_and_travels_between_processes():
    setting = SPACE.validate({"steps": 5})
    assert setting.steps == 5
    assert setting.but(steps=6)["steps"] == 6
    assert pickle.loads(pickle.dumps(setting)) == setting
    assert len({setting, SPACE.validate({"steps": 5})}) == 1
    with pytest.raises(AttributeError):
        setting.steps = 7
    with pytest.raises(AttributeError, match="no variable 'stps'"):
        _ = setting.stps


@pytest.mark.parametrize(
    ("variable", "text", "value"), [(Integer(1, 5), "3", 3), (Real(0, 1), "0.25", 0.25), (Ordinal("a", "b"), "b", "b")]
)
def test_values_are_read_from_text(variable, text, value):
    assert variable.parse(text) == value
    assert variable.contains(variable.parse(text))

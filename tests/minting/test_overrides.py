"""``--set``: what may be held, and what is said about what may not."""

from __future__ import annotations

import pytest

from unseen.errors import SettingError
from unseen.minting import parse_overrides
from unseen.minting._overrides import narrow
from unseen.space import Category, Integer, Ordinal, Real, Space

SPACE = Space(
    steps=Integer(1, 12),
    hours=Integer(1, 24, falling=True),
    size=Ordinal("small", "middling", "large"),
    noise=Real(0.0, 1.0),
    story=Category("shop", "to be.. or not", role="surface"),
)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("steps=3", {"steps": 3}),
        ("steps=2..4", {"steps": (2, 4)}),
        (" steps = 2 .. 4 ", {"steps": (2, 4)}),
        ("size=small..middling", {"size": ("small", "middling")}),
        ("noise=0.25", {"noise": 0.25}),
        ("noise=0..0.5", {"noise": (0.0, 0.5)}),
        ("story=to be.. or not", {"story": "to be.. or not"}),
    ],
)
def test_values_and_ranges_are_read_with_the_variables_own_type(text: str, held: dict[str, object]) -> None:
    assert parse_overrides([text], SPACE) == held


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["steps=13"], r"variable 'steps': 13 is not in 1\.\.12"),
        (["steps=three"], r"variable 'steps': 'three' is not in 1\.\.12"),
        (["steps=2..13"], r"variable 'steps': 13 is not in 1\.\.12"),
        (["steps=4..2"], r"variable 'steps': the range 4\.\.2 runs backwards"),
        (["size=large..small"], r"variable 'size': the range large\.\.small runs backwards"),
        (["size=huge"], "variable 'size': 'huge' is not in small < middling < large"),
        (["story=shop..shop"], "has no order; name one value"),
        (["stpes=3"], "no variable 'stpes'; there are: hours, noise, size, steps, story"),
        (["steps"], "write variable=value or variable=lo..hi"),
        (["steps="], "write variable=value or variable=lo..hi"),
        (["steps=1", "steps=2"], "variable 'steps' is set twice"),
        (["noise=nan"], "variable 'noise'"),
    ],
)
def test_errors_name_the_variable_the_value_and_the_domain(texts: list[str], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        parse_overrides(texts, SPACE)


def test_a_variable_must_fit_every_space_that_has_it() -> None:
    smaller = Space(steps=Integer(1, 3))
    assert parse_overrides(["steps=3", "noise=0.5"], SPACE, smaller) == {"steps": 3, "noise": 0.5}
    with pytest.raises(SettingError, match=r"variable 'steps': 4 is not in 1\.\.3"):
        parse_overrides(["steps=4"], SPACE, smaller)


def test_narrowing_keeps_the_direction_of_difficulty() -> None:
    narrowed, held = narrow(SPACE, {"hours": (3, 6), "size": ("middling", "large"), "noise": (0.2, 0.4), "steps": (5, 5)})
    assert list(narrowed.variables["hours"].values()) == [6, 5, 4, 3]
    assert narrowed.variables["size"].at(0.0) == "middling"
    assert narrowed.variables["noise"].at(1.0) == 0.4
    assert held == {"steps": 5}
    assert narrowed.variables["story"] == SPACE.variables["story"]

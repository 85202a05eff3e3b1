"""Splitting a gain: the parts add up, planted truth is found, and what cannot be told is said to be so."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from tests.measuring.outcomes import outcome
from unseen.measuring import ITEM_MEMORY, TEMPLATE_SKILL, TRANSFERABLE, GainSet, gain_sets, split_gain, template_of
from unseen.measuring._effects import fieller, holm
from unseen.outcome import Arm, Familiarity, Outcome
from unseen.space import Category, Integer, Space
from unseen.verdict import Kind

SPACE = Space(steps=Integer(1, 9), shape=Category("line", "tree"), story=Category("shop", "ship", "farm", role="surface"))
SPACES = {"toy/a": SPACE, "toy/b": SPACE}


def panel(
    rng: np.random.Generator, *, memory: float = 0.0, skill: float = 0.0, transfer: float = 0.0, templates: int = 20, items: int = 10
) -> list[GainSet]:
    """Sets in points: the first model passes half; the second adds each part as planted, in pass rate."""
    made = []
    for template in range(templates):
        for item in range(items):
            new = 0.5 + transfer
            fresh = new + skill
            first = rng.random(3) < 0.5
            second = rng.random(3) < (fresh + memory * (1 - fresh), fresh, new)
            rates = [(float(a), float(b)) for a, b in zip(first, second, strict=True)]
            made.append(GainSet("toy/a", template, (template, item), rates[0], rates[1], rates[2], ("new", (7 * template + item) % 37)))
    return made


def answered(who: str, passed: tuple[bool, bool, bool], number: int, **fields: object) -> list[Outcome]:
    """One set of one model: static, fresh, new."""
    setting = {"steps": 3, "shape": "line", "story": "shop"}
    parts = zip(passed, Familiarity, (setting, setting, setting | {"story": "farm"}), (Arm.STATIC, Arm.EXPLORE, Arm.ADAPT), strict=True)
    common = {"examinee": who, "group": f"set {number}", **fields}
    return [outcome(ok, task_id=f"{number} {part}", role=part.value, setting=where, arm=arm, **common) for ok, part, where, arm in parts]


def test_the_parts_add_up_to_the_gain_on_the_static_test() -> None:
    split = split_gain(panel(np.random.default_rng(1), memory=0.4, skill=0.2, transfer=0.1))
    total = split.rates[0].points.value
    assert sum(part.points.value for part in split.parts) == pytest.approx(total, abs=1e-12)
    assert sum(part.logits.value for part in split.parts) == pytest.approx(split.rates[0].logits.value, abs=1e-9)
    assert sum(part.share.value for part in split.parts) == pytest.approx(1.0, abs=1e-9)


def test_planted_parts_are_covered_at_the_stated_level_and_absent_ones_are_not_claimed() -> None:
    rng, covered, false, repeats = np.random.default_rng(2), np.zeros(3), 0, 300
    for _ in range(repeats):
        split = split_gain(panel(rng, memory=0.5, transfer=0.1))
        for at, (name, truth) in enumerate(((ITEM_MEMORY, 0.2), (TEMPLATE_SKILL, 0.0), (TRANSFERABLE, 0.1))):
            points = split.part(name).points
            covered[at] += points.low <= truth <= points.high
        false += split.part(TEMPLATE_SKILL).points.p_value <= 0.05
    error = math.sqrt(0.05 * 0.95 / repeats)  # .013
    assert (covered / repeats > 0.95 - 3 * error).all()
    assert false / repeats < 0.05 + 3 * error


def test_templates_that_gain_alike_widen_the_interval() -> None:
    rng, together, alone = np.random.default_rng(3), [], []
    for template in range(10):
        lift = rng.random() < 0.5  # the whole template is gained, or nothing of it
        for item in range(20):
            row = ((0.0, float(lift)),) * 3
            together.append(GainSet("toy/a", template, item, *row[:2], row[2], template))
            alone.append(GainSet("toy/a", (template, item), item, *row[:2], row[2], (template, item)))
    wide, narrow = (split_gain(sets).rates[1].points for sets in (together, alone))
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


def test_agreement_everywhere_does_not_claim_certainty() -> None:
    sets = [GainSet("toy/a", i, i, (1.0, 1.0), (1.0, 1.0), (1.0, 1.0), ("new", i)) for i in range(40)]
    part = split_gain(sets).part(ITEM_MEMORY)
    assert part.points.value == 0
    assert part.points.low < -0.02 < 0.02 < part.points.high
    assert not part.share.defined


def test_a_share_is_defined_only_where_the_whole_differs_from_zero() -> None:
    assert not fieller(0.1, 0.1, (0.01, 0.01), 0.0, 100, 0.95).defined
    share = fieller(0.2, 0.4, (0.0004, 0.0004), 0.0, 1e6, 0.95)
    assert share.defined
    assert share.low < 0.5 < share.high
    # the limits are where part − r·whole is just told from zero
    for limit in (share.low, share.high):
        assert abs(0.2 - limit * 0.4) / math.sqrt(0.0004 * (1 + limit**2)) == pytest.approx(1.96, abs=0.001)


def test_with_few_templates_the_numbers_speak_of_these_and_say_so() -> None:
    sets = [GainSet("toy/a", i % 2, i, (0.0, float(i % 3 == 0)), (0.0, 0.0), (0.0, 0.0), ("new", i)) for i in range(40)]
    split = split_gain(sets)
    assert split.clusters == "settings"
    assert any("these templates" in note for note in split.notes)
    assert math.isfinite(split.part(ITEM_MEMORY).points.high)


def test_sets_are_read_from_outcomes_and_incomplete_ones_dropped() -> None:
    first = [o for n in range(6) for o in answered("A", (True, False, True), n)]
    second = [o for n in range(6) for o in answered("B", (True, True, False), n)]
    second[1] = outcome(task_id="0 fresh", role="fresh", group="set 0", setting=second[1].setting, kind=Kind.INFRASTRUCTURE)
    sets, dropped = gain_sets(first, second, SPACES)
    assert (len(sets), dropped) == (5, 1)
    assert (sets[0].static, sets[0].fresh, sets[0].new) == ((1, 1), (0, 1), (1, 0))
    assert sets[0].template != sets[0].new_template


def test_siblings_of_one_set_are_averaged() -> None:
    first, second = answered("A", (True, False, True), 0), answered("B", (True, True, False), 0)
    extra = {"group": "set 0", "role": "fresh", "setting": first[0].setting, "task_id": "another"}
    sets, _ = gain_sets([*first, outcome(True, **extra)], [*second, outcome(True, **extra)], SPACES)
    assert sets[0].fresh == (0.5, 1.0)


def test_without_new_templates_what_lies_beyond_the_items_is_one_part() -> None:
    first = [o for n in range(8) for o in answered("A", (False, False, True), n)[:2]]
    second = [o for n in range(8) for o in answered("B", (True, True, False), n)[:2]]
    sets, _ = gain_sets(first, second, SPACES)
    split = split_gain(sets)
    assert [part.name for part in split.parts] == [ITEM_MEMORY, "beyond the items"]
    assert any("cannot be told apart" in note for note in split.notes)


def test_several_families_are_also_split_one_by_one() -> None:
    rng = np.random.default_rng(4)
    other = [GainSet("toy/b", ("b", s.template), s.setting, s.static, s.fresh, s.new, s.new_template) for s in panel(rng, memory=0.9)]
    split = split_gain([*panel(rng), *other], names=("base", "tuned"))
    assert [family.name for family in split.families] == ["toy/a", "toy/b"]
    assert split.families[1].part(ITEM_MEMORY).shown
    assert not split.families[0].part(ITEM_MEMORY).shown
    assert json.loads(json.dumps(split.to_json(), allow_nan=False))["first"] == "base"


def test_no_set_is_an_error() -> None:
    with pytest.raises(ValueError, match="no complete set"):
        split_gain([])


def test_a_template_is_everything_but_difficulty() -> None:
    easy, hard, told = ({"steps": s, "shape": "tree", "story": t} for s, t in ((1, "shop"), (9, "shop"), (1, "ship")))
    assert template_of("toy/a", easy, SPACE) == template_of("toy/a", hard, SPACE) != template_of("toy/a", told, SPACE)


def test_holm_never_adjusts_a_p_value_down() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))

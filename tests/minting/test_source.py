"""Fixed sources, twins and plants: what is asked, in which order, and what a resumed run asks again."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.minting.sums_family import DOUBLES, FAMILIES, SUMS
from unseen.choices import Choices
from unseen.errors import FamilyError, PlanError
from unseen.minting import FixedSource, check_task, differs, fixed_source, mint, plant, true_task, twin_pair
from unseen.outcome import Arm, Assignment, Outcome, Response, record
from unseen.space import Category, Integer, Role, Space
from unseen.task import Task
from unseen.verdict import Kind, Verdict


def everything(source: FixedSource, at_once: int = 7) -> list[Assignment]:
    taken: list[Assignment] = []
    while not source.done:
        taken += source.take(at_once)
    return taken


def finished(given: Assignment) -> Outcome:
    verdict = Verdict(Kind.CORRECT, "1")
    return record(given, "someone", Response("1"), verdict, domain="", guess_rate=0.0, load=0.0, key="1", finished_at="")


ALL = everything(fixed_source([SUMS, DOUBLES], 100, 5))


def test_each_family_gets_exactly_what_was_asked_for_and_every_task_is_new() -> None:
    assert Counter(given.task.family for given in ALL) == {"test/sums": 100, "test/doubles": 100}
    assert len({given.task.id for given in ALL}) == 200
    assert len({given.task.prompt for given in ALL}) == 200


def test_shares_of_twins_and_plants_are_met() -> None:
    arms = Counter(given.arm for given in ALL)
    assert abs(arms[Arm.TWIN] - 30) <= 2
    assert abs(arms[Arm.PLANTED] - 10) <= 2


def test_the_same_arguments_give_the_same_assignments_however_they_are_taken() -> None:
    assert everything(fixed_source([SUMS, DOUBLES], 100, 5), at_once=1) == ALL


def test_neighbouring_seeds_share_no_task() -> None:
    # At 5 or more terms of 5 or more digits, two tasks agree by chance with probability below 1e-19.
    one, other = (everything(fixed_source([SUMS], 60, seed, fixed={"terms": (5, 9), "digits": (5, 9)})) for seed in (5, 6))
    assert not {given.task.id for given in one} & {given.task.id for given in other}


@pytest.mark.parametrize("stop", [20, 64, 100, 150])
def test_any_prefix_is_balanced_over_families_and_difficulty(stop: int) -> None:
    prefix = ALL[:stop]
    families = Counter(given.task.family for given in prefix)
    assert abs(families["test/sums"] - families["test/doubles"]) <= 1
    explored = [SUMS.space.load(given.task.setting) for given in prefix if given.arm is Arm.EXPLORE]
    assert abs(sum(explored) / len(explored) - 0.5) < 0.1
    easy = sum(load < 0.5 for load in explored)
    assert 0.35 * len(explored) <= easy <= 0.65 * len(explored)


def test_a_twin_follows_its_anchor_and_differs_in_the_variable_its_role_names() -> None:
    by_id = {given.task.id: position for position, given in enumerate(ALL)}
    kinds = Counter[Role]()
    for position, given in enumerate(ALL):
        if given.arm is not Arm.TWIN:
            continue
        anchor = ALL[by_id[given.group]]
        assert anchor.arm is Arm.EXPLORE
        assert 0 < position - by_id[given.group] <= 2  # two families take turns
        name, _, value = given.role.partition("=")
        changed = {field for field in given.task.setting if given.task.setting[field] != anchor.task.setting[field]}
        assert changed == {name}
        assert given.task.setting[name] == value
        assert given.task.choices == anchor.task.choices
        kinds[SUMS.space.variables[name].role] += 1
    assert abs(kinds[Role.SURFACE] - kinds[Role.PREMISE]) <= 2


def test_a_plant_keeps_its_prompt_and_carries_a_siblings_key() -> None:
    for given in ALL:
        family = FAMILIES[given.task.family]
        truth = true_task(family, given.task)
        if given.arm is not Arm.PLANTED:
            assert truth == given.task
            continue
        assert given.task.id == given.task.content() != truth.id
        assert (given.task.prompt, given.task.setting, given.task.effort) == (truth.prompt, truth.setting, truth.effort)
        assert not family.check(given.task, f"Answer: {truth.key}").correct
        assert family.check(given.task, f"Answer: {given.task.key}").correct
        assert check_task(given.task, FAMILIES)  # the prompt, read back, gives a plant away


def test_resuming_asks_the_rest_and_nothing_twice() -> None:
    resumed = fixed_source([SUMS, DOUBLES], 100, 5)
    told = ALL[:40] + ALL[50:60]
    for given in told:
        resumed.tell(finished(given))
    assert everything(resumed) == ALL[40:50] + ALL[60:]


def test_a_source_that_was_told_everything_is_done() -> None:
    source = FixedSource(ALL[:5])
    assert source.total == 5
    for given in ALL[:5]:
        source.tell(finished(given))
    assert source.done
    assert source.take(3) == []


def test_no_twins_and_no_plants_leave_exploration_alone() -> None:
    assert {given.arm for given in everything(fixed_source([SUMS], 30, 1, twins=0, planted=0))} == {Arm.EXPLORE}


def test_half_of_everything_may_be_twins() -> None:
    arms = Counter(given.arm for given in everything(fixed_source([SUMS], 40, 1, twins=0.5, planted=0)))
    assert arms == {Arm.EXPLORE: 20, Arm.TWIN: 20}


@pytest.mark.parametrize("shares", [{"twins": 0.6}, {"planted": -0.1}, {"twins": 0.4, "planted": 0.4}])
def test_shares_that_do_not_fit_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(PlanError, match="every twin needs an exploration task of its own"):
        fixed_source([SUMS], 10, 1, **shares)  # type: ignore[arg-type]


def _task(**setting: Any) -> Task:
    return SUMS.make(setting, Choices(b"t" * 32))


def test_a_premise_twin_always_contrasts_the_habitual_rule() -> None:
    habitual, altered = _task(counting="usual"), _task(counting="one more")
    for number in range(5):
        there = twin_pair(SUMS, habitual, Choices(bytes([number]) * 32), [Role.PREMISE])
        back = twin_pair(SUMS, altered, Choices(bytes([number]) * 32), [Role.PREMISE])
        assert there is not None
        assert back is not None
        assert (there.role, back.role) == ("counting=one more", "counting=usual")
        assert there.task.key == habitual.key + 1


def test_every_story_can_become_the_twin() -> None:
    seen = {twin.value for n in range(40) if (twin := twin_pair(SUMS, _task(), Choices(bytes([n]) * 32), [Role.SURFACE]))}
    assert seen == {"shop", "harbour"}


class Plain(type(SUMS)):  # type: ignore[misc]
    name = "test/plain"
    space = Space(terms=Integer(2, 9), digits=Integer(1, 9), counting=Category("usual", "idle", role="premise"))

    def render(self, problem: Any, at: Any, choose: Choices) -> Any:
        return super().render(problem, at.but(story="symbols", counting="usual"), choose)


def test_a_variable_that_changes_nothing_makes_no_twin() -> None:
    assert twin_pair(Plain(), Plain().make({}, Choices(b"t" * 32)), Choices(b"c" * 32)) is None
    arms = Counter(given.arm for given in everything(fixed_source([Plain()], 40, 1)))
    assert arms[Arm.TWIN] == 0
    assert arms.total() == 40


class OneAnswer(type(SUMS)):  # type: ignore[misc]
    name = "test/one-answer"

    def key(self, problem: Any) -> Any:
        return 1

    def solve(self, problem: Any) -> Any:
        return 1


def test_a_family_whose_siblings_agree_cannot_be_planted_and_says_so() -> None:
    with pytest.raises(FamilyError, match="use planted = 0"):
        everything(fixed_source([OneAnswer()], 20, 1, planted=0.5, twins=0))


def test_a_donor_with_the_same_answer_does_not_differ() -> None:
    one, other = list(mint([SUMS], 2, 1))
    assert differs(SUMS, one, other)
    assert not differs(SUMS, one, SUMS.twin(one, story="harbour"))
    assert plant(one, other).prompt == one.prompt


def test_siblings_follow_their_task_at_its_setting_and_count_among_the_questions() -> None:
    asked = everything(fixed_source([SUMS], 60, 5, siblings=3, twins=0.1, planted=0.05))
    assert len(asked) == 60
    groups: dict[str, list[Assignment]] = {}
    for given in asked:
        if given.arm is Arm.EXPLORE:
            groups.setdefault(given.group, []).append(given)
    twinned = {given.group for given in asked if given.arm is Arm.TWIN}
    sizes = Counter(len(members) for group, members in groups.items() if group not in twinned)
    assert sizes[3] >= 12
    for members in groups.values():
        assert len({given.task.setting for given in members}) == 1
        assert [given.role for given in members] == ["", *["sibling"] * (len(members) - 1)]
    assert len({given.task.prompt for given in asked}) == 60
    assert all(len(groups[group]) == 1 for group in twinned)

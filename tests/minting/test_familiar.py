"""Sets of a gain run: siblings at the same setting, templates the static test does not hold, difficulty matched, nothing seen twice."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.minting.sums_family import DOUBLES, SUMS
from unseen.errors import FamilyError, PlanError, TaskFileError
from unseen.families import family
from unseen.families.base import Family
from unseen.minting import Familiar, FixedSource, check_task, familiar_source, mint
from unseen.minting._familiar import template_levels
from unseen.outcome import Arm, Assignment, Familiarity, Outcome, Response, record
from unseen.space import Role
from unseen.task import Task
from unseen.verdict import Kind, Verdict

CHAIN = family("arithmetic/chain")
FAMILIES: dict[str, Family[Any]] = {kind.name: kind for kind in (CHAIN, SUMS, DOUBLES)}
STATIC = list(mint([CHAIN], 24, 3))
SHOP = list(mint([SUMS], 20, 4, fixed={"story": "shop"}))


def everything(source: FixedSource, at_once: int = 7) -> list[Assignment]:
    taken: list[Assignment] = []
    while not source.done:
        taken += source.take(at_once)
    return taken


def sets_of(assignments: list[Assignment]) -> dict[str, dict[str, list[Task]]]:
    found: dict[str, dict[str, list[Task]]] = {}
    for given in assignments:
        found.setdefault(given.group, {}).setdefault(given.role, []).append(given.task)
    return found


ALL = everything(familiar_source(STATIC, 5, siblings=2, families=FAMILIES))
SETS = sets_of(ALL)


def test_every_static_task_is_asked_with_its_siblings_and_a_new_template() -> None:
    assert {task.id for task in STATIC} == set(SETS)
    assert all([len(members[role]) for role in Familiarity] == [1, 2, 1] for members in SETS.values())
    assert {(given.role, given.arm) for given in ALL} == {("static", Arm.STATIC), ("fresh", Arm.EXPLORE), ("new", Arm.ADAPT)}


def test_siblings_share_the_setting_and_no_task_comes_twice() -> None:
    for members in SETS.values():
        assert all(sibling.setting == members["static"][0].setting for sibling in members["fresh"])
    assert len({given.task.id for given in ALL}) == len({given.task.prompt for given in ALL}) == len(ALL)


def test_new_templates_do_not_occur_in_the_static_test_and_keep_difficulty_and_premises() -> None:
    held = Familiar.of(STATIC, FAMILIES).templates["arithmetic/chain"]
    own = [(m["static"][0], m["new"][0]) for m in SETS.values() if m["new"][0].family == "arithmetic/chain"]
    assert len(own) > 15
    kept = [name for role in (Role.DIFFICULTY, Role.PREMISE) for name in CHAIN.space.named(role)]
    for static, new in own:
        assert template_levels(CHAIN.space, new.setting) not in held
        assert [new.setting[name] for name in kept] == [static.setting[name] for name in kept]


def test_the_effort_of_new_tasks_is_near_that_of_the_static_ones() -> None:
    apart = [abs(math.log2(m["new"][0].effort / m["static"][0].effort)) for m in SETS.values() if m["new"][0].family == "arithmetic/chain"]
    siblings = [abs(math.log2(m["fresh"][0].effort / m["static"][0].effort)) for m in SETS.values()]
    assert sum(apart) / len(apart) < sum(siblings) / len(siblings)


def test_levels_that_the_test_never_shows_come_first() -> None:
    made = sets_of(everything(familiar_source(SHOP, 1, families=FAMILIES)))
    new = [members["new"][0] for members in made.values()]
    assert {task.setting["story"] for task in new} == {"symbols", "harbour"}


def test_every_task_has_a_key_that_checks() -> None:
    for given in ALL[:20]:
        assert not check_task(given.task, FAMILIES)


def test_families_named_as_new_are_used_and_must_not_be_familiar() -> None:
    made = sets_of(everything(familiar_source(SHOP, 1, new=["test/doubles"], families=FAMILIES)))
    assert {members["new"][0].family for members in made.values()} == {"test/doubles"}
    loads = [(SUMS.space.load(m["static"][0].setting), DOUBLES.space.load(m["new"][0].setting)) for m in made.values()]
    assert sum(abs(a - b) for a, b in loads) / len(loads) < 0.15
    with pytest.raises(PlanError, match="the static test holds tasks of it"):
        familiar_source(SHOP, 1, new=["test/sums"], families=FAMILIES)
    with pytest.raises(FamilyError, match="no family 'test/nowhere'"):
        familiar_source(SHOP, 1, new=["test/nowhere"], families=FAMILIES)


def test_where_a_family_has_no_template_left_another_family_stands_in() -> None:
    stories = [list(mint([SUMS], 8, seed, fixed={"story": story})) for seed, story in enumerate(("symbols", "shop", "harbour"))]
    full = [task for tasks in stories for task in tasks]
    made = sets_of(everything(familiar_source(full, 1, families=FAMILIES)))
    assert {members["new"][0].family for members in made.values()} <= {"test/doubles", "arithmetic/chain"}
    alone = sets_of(everything(familiar_source(full, 1, families={"test/sums": SUMS})))
    assert not any("new" in members for members in alone.values())


def test_a_number_of_sets_is_a_random_choice_and_the_same_one_each_time() -> None:
    few, again, other = (everything(familiar_source(STATIC, seed, sets=6, families=FAMILIES)) for seed in (5, 5, 6))
    assert few == again
    assert len({given.group for given in few}) == 6
    assert {given.group for given in few} != {given.group for given in other}


def test_what_was_asked_before_is_passed_over_on_resuming() -> None:
    source = familiar_source(STATIC, 5, siblings=2, families=FAMILIES)
    for given in ALL[:10]:
        verdict = Verdict(Kind.CORRECT, "1")
        source.tell(_finished(given, verdict))
    assert everything(source) == ALL[10:]


def _finished(given: Assignment, verdict: Verdict) -> Outcome:
    return record(given, "someone", Response("1"), verdict, domain="", guess_rate=0.0, load=0.0, key="1", finished_at="")


def test_tasks_of_families_or_versions_that_are_not_installed_are_refused() -> None:
    with pytest.raises(TaskFileError, match="not installed"):
        familiar_source(STATIC, 1, families={"test/sums": SUMS})
    with pytest.raises(TaskFileError, match="holds no task"):
        familiar_source([], 1, families=FAMILIES)

"""Shrinking: the smallest setting and task that still fail, with a passing twin beside them."""

from __future__ import annotations

from tests.probing.hunting_ground import Breaks, Sums
from unseen.probing import Grid, HuntSource, Rule, Shrunk, interview

FAMILY = Sums()
GRID = Grid(Sums.space)


def shrunk_case(region: Rule, *, inside: float = 1.0, outside: float = 0.0) -> Shrunk:
    source = HuntSource([FAMILY], 5)
    interview(source, Breaks([region], inside=inside, outside=outside), families={FAMILY.name: FAMILY})
    found = source.results()[0].findings[0].shrunk
    assert found is not None
    return found


REGION = GRID.rule(GRID.condition(0, 8, 11), GRID.condition(7, 1, 1), GRID.condition(2, 5, 8))  # steps ≥ 9, base = eight, depth ≥ 5


def test_the_smallest_setting_stands_at_the_corner_of_the_region_and_at_defaults_elsewhere() -> None:
    assert shrunk_case(REGION).setting == FAMILY.space.default.but(steps=9, base="eight", depth=5)


def test_it_finds_the_corner_although_tasks_pass_and_fail_by_chance() -> None:
    found = shrunk_case(REGION, inside=0.85, outside=0.1)
    assert found.setting == FAMILY.space.default.but(steps=9, base="eight", depth=5)
    assert found.minimal


def test_the_smallest_task_has_lowered_choices_and_fails() -> None:
    found = shrunk_case(REGION)
    assert found.task is not None and found.task.setting == found.setting
    assert found.task.effort <= 6  # three numbers that would have five or six digits each


def test_the_twin_differs_in_one_variable_and_passes() -> None:
    found = shrunk_case(REGION)
    assert found.task is not None and found.twin is not None
    moved = [name for name in found.twin.setting if found.twin.setting[name] != found.task.setting[name]]
    assert moved == [found.changed] and not REGION.holds(found.twin.setting)
    assert found.twin.problem == found.task.problem

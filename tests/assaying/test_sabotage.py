"""Every check catches the fault it is meant for, and no check cries out about another's: one broken family for each."""

import pytest

from tests.assaying import sabotaged_families as broken
from tests.assaying.honest_family import ThoughtOf
from unseen.assaying import Check, assay
from unseen.assaying._draws import Draws
from unseen.assaying._sampling import speed_row
from unseen.choices import derive_seed

DRAWS = 150


def caught(family, **options):
    return {row.check for row in assay(family, draws=DRAWS, **options).breaches}


def test_the_honest_family_passes_every_check():
    report = assay(ThoughtOf(), draws=DRAWS)
    assert report.passed, report.breaches
    assert {row.check for row in report.rows} == set(Check)


@pytest.mark.parametrize(
    ("family", "check"), broken.SABOTAGE, ids=lambda value: value.value if isinstance(value, Check) else value.__name__
)
def test_a_broken_family_is_caught_by_the_check_meant_for_it_and_by_no_other(family, check):
    assert caught(family()) == {check}


def test_seeds_that_are_added_up_are_caught_by_the_overlap_of_neighbouring_seeds_alone():
    def seed_plus_index(family, seed, index):
        return derive_seed("sum", seed + index)

    assert caught(ThoughtOf(), seeding=seed_plus_index) == {Check.SEED_OVERLAP}


def test_a_slow_family_is_caught_by_its_speed():
    drawn = Draws(broken.Slow(), seed=0)
    drawn.draw(20)
    assert not speed_row(drawn).passed
    drawn = Draws(ThoughtOf(), seed=0)
    drawn.draw(20)
    assert speed_row(drawn).passed


def test_the_worst_example_names_a_task_that_shows_the_fault():
    report = assay(broken.WrongKey(), draws=100)
    row = report.row(Check.SECOND_SOLVER)
    assert row.example
    assert "second solver" in row.detail

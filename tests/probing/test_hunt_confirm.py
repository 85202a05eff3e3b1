"""Confirmation in stages: the hopeless are given up early, open cases asked on, and error rates hold although one stops when one likes."""

from __future__ import annotations

import numpy as np

from tests.probing.hunting_ground import Breaks, Sums
from unseen.choices import Choices, derive_seed
from unseen.minting import Gates
from unseen.probing import Candidate, Confirmation, Grid, Rule, e_value
from unseen.probing._hunt_bench import Bench
from unseen.probing._hunt_confirm import confirm

FAMILY = Sums()
GRID = Grid(Sums.space)
DEEP = GRID.rule(GRID.condition(2, 5, 8), GRID.condition(7, 1, 1))  # depth ≥ 5 and base = eight
LONG = GRID.rule(GRID.condition(0, 9, 11), GRID.condition(9, 1, 1))  # steps ≥ 10 and story = shop


def confirmed(examinee: Breaks, *rules: Rule, answers: int = 2000, seed: int = 0) -> list[Confirmation]:
    bench = Bench(FAMILY, GRID, derive_seed("confirm", seed), answers, Gates(0.0))
    anchor = FAMILY.make(FAMILY.space.default, Choices(b"anchor"))
    asking = confirm(bench, [Candidate(rule, anchor, 5.0, 0) for rule in rules], each=32, alpha=0.05, least_gap=0.1)
    try:
        tasks = next(asking)
        while True:
            tasks = asking.send([examinee.fails(task) for task in tasks])
    except StopIteration as end:
        return list(end.value)


def test_a_plain_region_is_confirmed_in_the_first_stage_and_what_is_none_is_given_up_before_its_end() -> None:
    deep, long = confirmed(Breaks([DEEP], inside=1.0, outside=0.0), DEEP, LONG)
    assert deep.confirmed and deep.inside.asked == 32 and deep.inside.value == 0
    long = confirmed(Breaks([DEEP], inside=0.6, outside=0.6), LONG, seed=1)[0]
    assert not long.confirmed


def test_a_small_gap_is_asked_on_as_far_as_answers_are_left() -> None:
    """Half against fifteen in a hundred: some cases are open after 32 tasks inside. The sizes at which samples end are those announced."""
    sizes = [confirmed(Breaks([DEEP], inside=0.5, outside=0.15, seed=seed), DEEP, seed=seed)[0] for seed in range(12)]
    assert {one.inside.asked for one in sizes if one.confirmed} <= {32, 64, 96}
    assert max(one.inside.asked for one in sizes) > 32
    cut = [confirmed(Breaks([DEEP], inside=0.5, outside=0.15, seed=seed), DEEP, answers=90, seed=seed)[0] for seed in range(12)]
    assert max(one.inside.asked for one in cut) == 32


def test_an_e_value_that_is_watched_rarely_ever_speaks_for_a_gap_that_is_not_there() -> None:
    """At the edge of the hypothesis, looked at after every eight pairs: ever above 20 in at most 5% of runs (4,000 runs, error .0035)."""
    rng, ever = np.random.default_rng(0), 0
    for _ in range(4000):
        inside, outside = rng.random(96) < 0.5, rng.random(96) < 0.4
        ever += any(e_value(inside[:n], outside[:n], 0.1) >= 20 for n in range(8, 97, 8))
    assert ever / 4000 <= 0.05

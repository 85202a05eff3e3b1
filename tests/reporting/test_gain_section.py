"""The gain section says what its numbers mean: every kind of crossover in words, shares only where defined."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from unseen.measuring import Crossing, GainAccount, GainSet, NewTemplates, fit_gradient, split_gain
from unseen.reporting import gain_answer, gain_tables


def account(low: float, high: float, verdict: Crossing, *, parts: int = 1, lead: float = 1.0, change: float = -1.0) -> GainAccount:
    """An account whose gradient says what is asked of it."""
    rng = np.random.default_rng(1)
    sets = [
        GainSet("toy/a", i % 8, i, *((float(a), float(b)) for a, b in zip(rng.random(3) < 0.5, rng.random(3) < 0.8, strict=True)), i)
        for i in range(60)
    ]
    far = np.tile([0.0, 1.0, 2.0], 20)
    gradient = fit_gradient(far, rng.random((60, 2)) < 0.5, list(range(60)), names=("A", "B"))
    gradient = replace(
        gradient,
        crossover=replace(gradient.crossover, low=low, high=high, verdict=verdict, parts=parts, asked=2.0, value=1.1),
        gain_at_zero=replace(gradient.gain_at_zero, value=lead),
        gain=replace(gradient.gain, value=change),
    )
    return GainAccount(split_gain(sets, names=("A", "B")), gradient, "", NewTemplates(60, {"story": 60}, 60, {}), (), ())


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (account(0.8, 1.5, Crossing.WITHIN), "B falls below A at distance 1.1 (0.8 to 1.5)."),
        (account(math.nan, math.nan, Crossing.NEVER, parts=0), "B stays above A at every distance asked (to 2)."),
        (account(math.nan, math.nan, Crossing.THROUGHOUT, parts=0), "B is below A at every distance asked (to 2)."),
        (account(0.8, math.inf, Crossing.OPEN), "B is shown above A up to distance 0.8; farther, the two are not told apart."),
        (account(-math.inf, 0.8, Crossing.OPEN), "B is shown below A from distance 0.8 on; nearer, the two are not told apart."),
        (account(-math.inf, math.inf, Crossing.OPEN), "Whether B falls below A within the distances asked (to 2) cannot be told."),
        (account(0.8, 1.5, Crossing.OPEN, lead=-1.0, change=1.0), "B rises above A between distances 0.8 and 1.5."),
    ],
)
def test_every_crossover_is_said_in_words(found: GainAccount, said: str) -> None:
    assert gain_answer(found).endswith(said)


def test_a_share_that_is_not_defined_is_said_to_be_so() -> None:
    alike = [GainSet("toy/a", i % 8, i, (1.0, 1.0), (1.0, 1.0), (1.0, 1.0), i) for i in range(40)]
    found = replace(account(0.8, 1.5, Crossing.WITHIN), split=split_gain(alike, names=("A", "B")))
    (parts,) = [table for table in gain_tables(found) if "Parts of the gain" in table.caption]
    assert {row[2] for row in parts.rows} == {"not defined"}
    assert "%" not in gain_answer(found)

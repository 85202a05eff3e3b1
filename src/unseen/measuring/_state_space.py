"""Success against the number of distinct settings seen in training, and the number at which the gap to fresh ones closes.

``state_space`` is Procgen's curve (Cobbe et al. 2020, figure 2) for any learner: pass rate on the settings trained on and on fresh ones
against how many were seen, and the number at which the gap closes to a stated margin. That number comes with an interval that assumes no curve,
only that the gap does not grow: going up from the fewest settings, the gap is shown to be open as long as its interval lies above the
margin; going down from the most, shown to be closed as long as it lies below. Each walk stops at its first failure, so no correction is due.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from unseen.measuring._binomial import Floats
from unseen.measuring._clustered import clustered_rate
from unseen.measuring._effects import t_effect
from unseen.measuring._estimate import Estimate, plain
from unseen.measuring._item_response import Effect
from unseen.measuring._tenfold import Line, log10


@dataclass(frozen=True)
class Learner:
    """A model after training on ``seen`` distinct settings: its answers on tasks of those settings, and on fresh settings.

    Clusters name what answers have in common (a setting, a template); without them every answer stands alone.
    """

    seen: float
    trained: Sequence[bool]
    fresh: Sequence[bool]
    trained_clusters: Sequence[Hashable] | None = None
    fresh_clusters: Sequence[Hashable] | None = None


@dataclass(frozen=True)
class StateSpacePoint:
    """Both pass rates and their gap (trained minus fresh) after ``seen`` settings; ``fitted`` is the gap made monotone."""

    seen: float
    trained: Estimate
    fresh: Estimate
    gap: Estimate
    fitted: float


@dataclass(frozen=True)
class StateSpaceCurve:
    """Success against the number of distinct settings seen.

    ``closes`` is the number at which the gap falls to ``margin``: the value on the monotone curve, interpolated in the logarithm (NaN where it does
    not cross within the numbers seen); above ``low`` (0: not shown to be open anywhere) and at most ``high`` (inf: not shown to close).
    """

    points: tuple[StateSpacePoint, ...]
    margin: float
    level: float
    closes: float
    low: float
    high: float
    gap_per_tenfold: Effect
    estimand: str = "fewest distinct settings at which the gap is within the margin, the gap not growing with settings"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(plain(self))


def state_space(learners: Sequence[Learner], *, margin: float = 0.05, level: float = 0.95) -> StateSpaceCurve:
    """The curve over learners, one for each number of settings seen. Raises ``ValueError`` for fewer than two, or for a number given twice."""
    ordered = sorted(learners, key=lambda learner: learner.seen)
    x = log10([learner.seen for learner in ordered])
    if len({learner.seen for learner in ordered}) < len(ordered):
        raise ValueError("two learners saw equally many settings: pool their answers, or leave one out")
    rates = [[_rate(a, c, level) for a, c in _sides(learner)] for learner in ordered]
    gaps = [_gap(trained, fresh, level) for trained, fresh in rates]
    values, widths = np.array([gap.value for gap in gaps]), np.array([gap.high - gap.low for gap in gaps])
    fitted = _falling(values, 1 / np.maximum(widths, 1e-9) ** 2)
    line = Line.through(x)
    variances = (widths / 2 / float(ndtri((1 + level) / 2))) ** 2
    slope = t_effect("gap per tenfold settings", float(values @ line.weights), float(line.weights**2 @ variances), 1e6, level)
    low, high = 0.0, math.inf
    for learner, gap in zip(ordered, gaps, strict=True):
        if gap.low <= margin:
            break
        low = learner.seen
    for learner, gap in zip(reversed(ordered), reversed(gaps), strict=True):
        if gap.high > margin:
            break
        high = learner.seen
    points = [
        StateSpacePoint(learner.seen, trained, fresh, gap, float(fit))
        for learner, (trained, fresh), gap, fit in zip(ordered, rates, gaps, fitted, strict=True)
    ]
    return StateSpaceCurve(tuple(points), margin, level, _closes(x, fitted, margin), low, high, slope)


def _sides(learner: Learner) -> tuple[tuple[Sequence[bool], Sequence[Hashable]], ...]:
    return tuple(
        (answers, list(range(len(answers))) if clusters is None else clusters)
        for answers, clusters in ((learner.trained, learner.trained_clusters), (learner.fresh, learner.fresh_clusters))
    )


def _rate(answers: Sequence[bool], clusters: Sequence[Hashable], level: float) -> Estimate:
    if not len(answers):
        raise ValueError("a learner has no answer on trained or on fresh settings")
    return clustered_rate(np.asarray(answers, bool), clusters, level=level, estimand="pass rate over settings like these")


def _gap(trained: Estimate, fresh: Estimate, level: float) -> Estimate:
    """The difference of two independent rates, by Newcombe's square-and-add of their own intervals (1998, method 10)."""
    value = trained.value - fresh.value
    low = value - math.hypot(trained.value - trained.low, fresh.high - fresh.value)
    high = value + math.hypot(trained.high - trained.value, fresh.value - fresh.low)
    size = trained.effective_n + fresh.effective_n
    return Estimate(
        value, low, high, level, trained.n + fresh.n, size, "trained minus fresh pass rate", "square-and-add of mid-p intervals"
    )


def _falling(values: Floats, weights: Floats) -> Floats:
    """The nearest values that never rise (weighted least squares, pooling adjacent violators)."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        blocks.append((float(value), float(weight), 1))
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            (a, wa, na), (b, wb, nb) = blocks[-2:]
            blocks[-2:] = [((a * wa + b * wb) / (wa + wb), wa + wb, na + nb)]
    return np.concatenate([np.full(count, value) for value, _, count in blocks])


def _closes(x: Floats, fitted: Floats, margin: float) -> float:
    within = np.flatnonzero(fitted <= margin)
    if not within.size or within[0] == 0:
        return math.nan
    at = int(within[0])
    share = (fitted[at - 1] - margin) / (fitted[at - 1] - fitted[at])
    return float(10 ** (x[at - 1] + share * (x[at] - x[at - 1])))

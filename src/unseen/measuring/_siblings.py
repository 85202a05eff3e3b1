"""What several answers at one setting say: pass@k, all-of-k, and whether a model is consistent over siblings.

Siblings are fresh draws at one setting (repeated samples of one task serve alike). pass@k is the chance that at least one of k passes, estimated
without bias from n ≥ k answers of which c pass as 1 − C(n−c, k)/C(n, k) (Chen et al. 2021, eq. 1); its sterner sister, the chance that all k pass,
as C(c, k)/C(n, k). Both are means over settings.

Consistency compares what is seen with two yardsticks: answers that know nothing of their setting (each right with the overall rate, independently)
and settings that decide everything. The intra-setting correlation runs from 0 at the first to 1 at the second.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, stdtrit

from unseen.measuring._binomial import Floats, midp_interval
from unseen.measuring._estimate import Estimate, plain
from unseen.outcome import Arm, Outcome


@dataclass(frozen=True)
class Consistency:
    """How alike siblings fare. Shares are of settings, weighted alike; ``expected_*`` is what independent answers of this pass rate would give.

    ``beyond_chance`` is mixed minus expected mixed, with its interval: above zero, a model fails siblings of tasks it passes more often than
    even a coin of its pass rate would. ``correlation`` is that of two siblings' answers.
    """

    settings: int
    siblings: tuple[int, int]  # fewest and most answers per setting
    all_pass: float
    all_fail: float
    mixed: float
    expected_all_pass: float
    expected_all_fail: float
    expected_mixed: float
    beyond_chance: Estimate
    correlation: Estimate

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(plain(self))


@dataclass(frozen=True)
class SiblingSummary:
    """pass@k and all-of-k for every k that some settings allow, and consistency, of one examinee."""

    examinee: str
    answers: int
    pass_at: Mapping[int, Estimate]
    all_of: Mapping[int, Estimate]
    consistency: Consistency

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; k as text."""
        return dict(plain(self)) | {
            name: {str(k): estimate.to_json() for k, estimate in found.items()}
            for name, found in (("pass_at", self.pass_at), ("all_of", self.all_of))
        }


def pass_at_k(answers: ArrayLike, passes: ArrayLike, k: int) -> Floats:
    """The unbiased estimate for each setting: ``answers`` (m,) given, ``passes`` (m,) right. Raises ``ValueError`` where answers < k.

    >>> pass_at_k([2, 2, 10], [0, 1, 3], 2).round(3).tolist()
    [0.0, 1.0, 0.533]
    """
    n, c = _counts(answers, passes, k)
    return np.where(n - c < k, 1.0, 1 - np.exp(_log_choose(np.maximum(n - c, k), k) - _log_choose(n, k)))


def all_of_k(answers: ArrayLike, passes: ArrayLike, k: int) -> Floats:
    """The unbiased estimate of the chance that all of k pass, for each setting; arguments as in :func:`pass_at_k`."""
    n, c = _counts(answers, passes, k)
    return np.where(c < k, 0.0, np.exp(_log_choose(np.maximum(c, k), k) - _log_choose(n, k)))


def siblings_of(outcomes: Sequence[Outcome]) -> dict[tuple[Hashable, ...], list[bool]]:
    """The answers at each setting that has two or more, of fresh tasks (exploration and adaptation) that count."""
    found: dict[tuple[Hashable, ...], list[bool]] = {}
    for o in outcomes:
        if o.counts and o.arm in (Arm.EXPLORE, Arm.ADAPT):
            found.setdefault((o.family, *((name, o.setting[name]) for name in sorted(o.setting))), []).append(o.correct)
    return {setting: answers for setting, answers in found.items() if len(answers) > 1}


def summarise_siblings(outcomes: Sequence[Outcome], *, level: float = 0.95) -> SiblingSummary | None:
    """The summary of one examinee's outcomes; None when fewer than five settings have two answers or more."""
    groups = siblings_of(outcomes)
    if len(groups) < 5:
        return None
    n, c = (np.array([float(count(answers)) for answers in groups.values()]) for count in (len, sum))
    usable = [k for k in range(1, int(n.max()) + 1) if int(np.sum(n >= k)) >= 5]
    pass_at = {k: _of_k(pass_at_k, n, c, k, f"chance that one of {k} siblings passes", level) for k in usable}
    all_of = {k: _of_k(all_of_k, n, c, k, f"chance that all of {k} siblings pass", level) for k in usable}
    return SiblingSummary(outcomes[0].examinee, int(n.sum()), pass_at, all_of, consistency(n, c, level=level))


def _of_k(estimate: Callable[[Floats, Floats, int], Floats], n: Floats, c: Floats, k: int, estimand: str, level: float) -> Estimate:
    enough = n >= k
    return _mean_rate(estimate(n[enough], c[enough], k), float(np.sum(n[enough])) / k, estimand, level)


def consistency(answers: ArrayLike, passes: ArrayLike, *, level: float = 0.95) -> Consistency:
    """Consistency over settings with ``answers`` (m,) each at least 2, of which ``passes`` (m,) are right.

    Intervals are by the jackknife over settings, that of the correlation on the scale of Fisher's z; neither is narrower than if answers were
    independent, for where failures are rare the jackknife sees too few of them. Raises ``ValueError`` for fewer than two settings.
    """
    n, c = _counts(answers, passes, 2)
    if n.size < 2:
        raise ValueError("consistency needs two settings with two answers or more")
    rate, mixed = float(c.sum() / n.sum()), (c > 0) & (c < n)
    beyond = float(np.mean(mixed - _mixed_by_chance(n, rate)))
    rates = (c.sum() - c) / (n.sum() - n)
    left_out = np.array([_left_out_mean(mixed - _mixed_by_chance(n, r), at) for at, r in enumerate(rates)])
    return Consistency(
        settings=n.size,
        siblings=(int(n.min()), int(n.max())),
        all_pass=float(np.mean(c == n)),
        all_fail=float(np.mean(c == 0)),
        mixed=float(np.mean(mixed)),
        expected_all_pass=float(np.mean(rate**n)),
        expected_all_fail=float(np.mean((1 - rate) ** n)),
        expected_mixed=float(np.mean(_mixed_by_chance(n, rate))),
        beyond_chance=_jackknifed(beyond, left_out, _least_spread(n, rate), level, "mixed settings beyond what independent answers give"),
        correlation=_correlation(n, c, level),
    )


def _correlation(n: Floats, c: Floats, level: float) -> Estimate:
    """Of two answers at one setting: (P(both pass) − p²)/(p(1 − p)), the pairs of a setting weighted by its answers."""
    estimand = "correlation of two siblings' answers"
    pairs = n * c * (c - 1) / (n * (n - 1))  # n times the share of pairs in which both pass

    def value(total: Floats, passed: Floats, both: Floats) -> Floats:
        p = passed / total
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where((p > 0) & (p < 1), (both / total - p * p) / (p * (1 - p)), np.nan)

    found = float(value(n.sum(), c.sum(), pairs.sum()))
    each = value(n.sum() - n, c.sum() - c, pairs.sum() - pairs)
    if math.isnan(found) or np.isnan(each).any():
        return Estimate(math.nan, -1.0, 1.0, level, int(n.sum()), float(n.size), estimand, "every answer alike, or all but one setting's")
    least = 1 / ((1 + max(found, 0.0)) * math.sqrt(float(np.sum(n * (n - 1) / 2))))
    squeezed = _jackknifed(math.atanh(_inside(found)), np.arctanh(np.clip(each, -0.999, 0.999)), least, level, estimand)
    return Estimate(found, math.tanh(squeezed.low), math.tanh(squeezed.high), level, int(n.sum()), float(n.size), estimand, squeezed.method)


def _least_spread(n: Floats, rate: float) -> float:
    """The standard error that mixed minus expected would have if answers were independent."""
    total, slope = 0.0, float(np.mean(n * ((1 - rate) ** (n - 1) - rate ** (n - 1)))) * n.size / float(n.sum())
    for size in np.unique(n):
        c = np.arange(size + 1)
        chance = np.exp(_log_choose(size, c)) * rate**c * (1 - rate) ** (size - c)
        pull = ((c > 0) & (c < size)) - _mixed_by_chance(size, rate) - slope * (c - size * rate)
        total += float(np.sum(n == size)) * float(chance @ pull**2)
    return math.sqrt(total) / n.size


def _jackknifed(value: float, left_out: Floats, least: float, level: float, estimand: str) -> Estimate:
    count = left_out.size
    se = max(math.sqrt((count - 1) / count * float(np.sum((left_out - left_out.mean()) ** 2))), least)
    half = float(stdtrit(count - 1, (1 + level) / 2)) * se
    return Estimate(value, value - half, value + half, level, count, float(count), estimand, "jackknife over settings, t")


def _mean_rate(values: Floats, tries: float, estimand: str, level: float) -> Estimate:
    """The mean of values in [0, 1], one per setting, by the mid-p interval at the size at which a binomial would vary as they do.

    ``tries`` is how many separate draws of k the answers hold: no more can be known than from so many.
    """
    count, mean = values.size, float(values.mean())
    spread = float(values.var(ddof=1))
    size = float(count) if spread == 0 or mean in (0.0, 1.0) else min(max(mean * (1 - mean) / spread * count, float(count)), tries)
    interval = midp_interval(mean * size, size, level)
    return Estimate(
        mean,
        float(interval.low),
        float(interval.high),
        level,
        count,
        size,
        f"{estimand}, over settings like these",
        "mid-p at the effective size",
    )


def _mixed_by_chance(n: Floats, rate: float) -> Floats:
    expected: Floats = 1 - rate**n - (1 - rate) ** n
    return expected


def _left_out_mean(values: Floats, at: int) -> float:
    return float((values.sum() - values[at]) / (values.size - 1))


def _inside(value: float) -> float:
    return max(min(value, 0.999), -0.999)


def _counts(answers: ArrayLike, passes: ArrayLike, k: int) -> tuple[Floats, Floats]:
    n, c = np.asarray(answers, float), np.asarray(passes, float)
    if k < 1 or n.shape != c.shape or bool(np.any(n < k)) or bool(np.any((c < 0) | (c > n))):
        raise ValueError(f"every setting needs {max(k, 1)} answers or more, and no more passes than answers")
    return n, c


def _log_choose(n: ArrayLike, k: ArrayLike) -> Floats:
    n, k = np.asarray(n, float), np.asarray(k, float)
    found: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return found

"""How many tasks a wanted certainty takes, worked out before any is asked.

The promise is about what :func:`unseen.measuring.summarise` and :func:`unseen.measuring.compare` will compute, so the same formulas are
used here: bands of load, effective sizes, equal weights on families and domains, the mid-p interval; for two models the paired t with its
two pseudo-tasks. What is assumed is an :class:`Expectation` per family; where it came from, and how far it may be off, is the caller's to say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit, ndtr, stdtrit

from unseen.measuring._binomial import Floats, midp_interval
from unseen.measuring._reference import MOST_STRATA, STRATUM_SIZE, combined_size, smooth

MOST_DRAWS = 200_000  # per family; what needs more is beyond asking
REPEATS = 400
_SEED = 20177
_Z, _WEIGHT = np.polynomial.hermite_e.hermegauss(15)
_WEIGHT = _WEIGHT / _WEIGHT.sum()


@dataclass(frozen=True)
class Expectation:
    """What one family is expected to give: pass rates in equal bands of load, easiest first.

    ``siblings`` tasks are drawn together from each template, and their answers correlate by ``alike`` within it (1 and 0: no clusters).
    ``discordance`` is the share of tasks that one of two models passes and the other does not; None derives it from ``rates`` and
    ``residual``, the sd in logits of what sets apart tasks of one band.
    """

    family: str
    domain: str
    rates: tuple[float, ...]
    siblings: int = 1
    alike: float = 0.0
    discordance: float | None = None
    residual: float = 0.8

    @property
    def rate(self) -> float:
        """The expected pass rate over the reference mix."""
        return math.fsum(self.rates) / len(self.rates)

    @property
    def design_effect(self) -> float:
        """Variance with siblings over variance without (Kish 1965)."""
        return 1 + (self.siblings - 1) * self.alike


class HalfWidths(NamedTuple):
    """Half-widths of one interval over repeated runs: their mean, and the 10th and 90th percentile."""

    mean: float
    low: float
    high: float


def expected_half_width(expected: Sequence[Expectation], draws: int, *, level: float = 0.95) -> float:
    """The half-width of the overall rate's interval with ``draws`` exploration answers per family, at what is expected of each."""
    sizes, rates = zip(*(_expected_size(one, draws) for one in expected), strict=True)
    rate, size = _overall(expected, np.array(rates), np.array(sizes))
    return float(_half(rate, size, level))


def simulated_half_widths(
    expected: Sequence[Expectation], draws: int, *, level: float = 0.95, repeats: int = REPEATS, seed: int = _SEED
) -> HalfWidths:
    """The same over ``repeats`` simulated runs: what the interval of one run will be, and how much it varies."""
    rng = np.random.default_rng(seed)
    rates, sizes = zip(*(_drawn(one, draws, repeats, rng) for one in expected), strict=True)
    halves = _half(*_overall(expected, np.stack(rates, -1), np.stack(sizes, -1)), level)
    return HalfWidths(float(halves.mean()), *(float(q) for q in np.quantile(halves, (0.1, 0.9))))


def sampled_half_width(expected: Sequence[Expectation], draws: int, *, level: float = 0.95) -> float:
    """The half-width for *domains like these*: t on their spread. NaN for fewer than two domains; more tasks do not bring it below the spread."""
    domains = sorted({one.domain for one in expected})
    if len(domains) < 2:
        return math.nan
    members = [[one for one in expected if one.domain == name] for name in domains]
    means = np.array([np.mean([one.rate for one in inside]) for inside in members])
    noise = [sum(one.rate * (1 - one.rate) / _expected_size(one, draws)[0] for one in inside) / len(inside) ** 2 for inside in members]
    spread = math.sqrt((float(means.var(ddof=1)) + float(np.mean(noise))) / len(domains))
    return float(stdtrit(len(domains) - 1, (1 + level) / 2)) * spread


def draws_for_half_width(expected: Sequence[Expectation], half_width: float, *, level: float = 0.95) -> int | None:
    """The fewest exploration answers per family whose overall interval is expected to be ``half_width`` or narrower; None beyond 200,000."""
    return _fewest(lambda n: expected_half_width(expected, n, level=level) <= half_width)


def power(expected: Sequence[Expectation], difference: float, draws: int, *, paired: bool = True, level: float = 0.95) -> float:
    """The chance that ``compare`` finds two models different, ``difference`` apart in every family's mean, ``draws`` tasks per family.

    ``paired``: both answer the same tasks; else each its own, equated through the families' variables.
    """
    own = [_variance(one, difference, paired) for one in expected]
    count = len(expected)
    truth = sum(v * one.design_effect for v, one in zip(own, expected, strict=True)) / draws / count**2
    if paired:
        # compare's own estimate: two pseudo-tasks of opposite sign in every family, t at the Welch–Satterthwaite degrees of freedom
        clusters = [draws / one.siblings for one in expected]
        parts = [
            (draws * v * one.design_effect + 2) / ((draws + 2) * (draws + 2 - one.siblings)) if draws + 2 > one.siblings else math.inf
            for v, one in zip(own, expected, strict=True)
        ]
        if min(clusters) < 2 or not all(map(math.isfinite, parts)):
            return 0.0
        freedom = sum(parts) ** 2 / sum(v**2 / (g - 1) for v, g in zip(parts, clusters, strict=True))
        stated, cut = sum(parts) / count**2, float(stdtrit(freedom, (1 + level) / 2))
    else:
        # the model's standard error is near that of two simple random samples: not all of the bands' gain is stated
        total = sum(one.design_effect * _simple(one.rate, difference) for one in expected)
        stated, cut = (total / draws + count / draws**2) / count**2, float(stdtrit(1e6, (1 + level) / 2))
    sd, edge = math.sqrt(truth), cut * math.sqrt(stated)
    return float(ndtr((abs(difference) - edge) / sd) + ndtr((-abs(difference) - edge) / sd))


def draws_for_difference(
    expected: Sequence[Expectation], difference: float, *, wanted: float = 0.8, paired: bool = True, level: float = 0.95
) -> int | None:
    """The fewest tasks per family and model with which the difference is found with the ``wanted`` chance; None beyond 200,000."""
    return _fewest(lambda n: power(expected, difference, n, paired=paired, level=level) >= wanted)


def detectable_difference(
    expected: Sequence[Expectation], draws: int, *, wanted: float = 0.8, paired: bool = True, level: float = 0.95
) -> float | None:
    """The smallest difference found with the ``wanted`` chance by ``draws`` tasks per family; None when not even one of half the scale is."""
    steps = np.arange(1, 501) / 1000
    low, high = 0, len(steps)
    while low < high:
        middle = (low + high) // 2
        if power(expected, float(steps[middle]), draws, paired=paired, level=level) >= wanted:
            high = middle
        else:
            low = middle + 1
    return float(steps[low]) if low < len(steps) else None


def plausible(expected: Expectation, sizes: Sequence[int], repeats: int, seed: int = _SEED) -> list[Expectation]:
    """What else the family may give when ``rates`` were seen in bands of ``sizes`` answers: draws from their beta posteriors."""
    n, p = np.asarray(sizes, float), np.asarray(expected.rates)
    drawn = np.random.default_rng(seed).beta(p * (n + 1), (1 - p) * (n + 1), (repeats, n.size))
    return [replace(expected, rates=tuple(float(rate) for rate in row)) for row in drawn]


def _fewest(enough: Callable[[int], bool]) -> int | None:
    """The smallest n from 1 on for which it is enough, by doubling and halving."""
    high = 1
    while not enough(high):
        if high >= MOST_DRAWS:
            return None
        high = min(2 * high, MOST_DRAWS)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _bands(expected: Expectation, draws: int) -> tuple[Floats, Floats]:
    """The rate and the size of each band of load that :func:`unseen.measuring.family_rate` would make of so many answers."""
    count = min(max(draws // STRATUM_SIZE, 1), MOST_STRATA)
    sizes = np.array([len(part) for part in np.array_split(np.empty(draws), count)], float)
    edges = np.concatenate([[0], np.cumsum(sizes)]) / draws
    given = np.linspace(0, 1, len(expected.rates) + 1)
    total = np.interp(edges, given, np.concatenate([[0], np.cumsum(expected.rates)]) / len(expected.rates))
    return np.diff(total) / np.diff(edges), sizes


def _expected_size(expected: Expectation, draws: int) -> tuple[float, float]:
    """The effective size to expect of so many answers, and the rate."""
    rate = expected.rate
    if expected.siblings > 1:
        return _clustered_size(expected, draws), rate
    p, n = _bands(expected, draws)
    if n.size == 1:
        return float(draws), rate
    centre = smooth(p, n)
    within = centre * (1 - centre) - n * p * (1 - p) / (n + 1) ** 2  # the mean of p̃(1 − p̃) over answers
    mean = float((n / draws) @ centre)
    return mean * (1 - mean) / float(((n / draws) ** 2 * within * (n + 1) / n**2).sum()), rate


def _clustered_size(expected: Expectation, draws: int) -> float:
    groups = draws / expected.siblings
    if groups < 2:
        return 1.0
    shrink = (float(stdtrit(draws - 1, 0.975)) / float(stdtrit(groups - 1, 0.975))) ** 2
    return max(draws / expected.design_effect * shrink, 1.0)


def _drawn(expected: Expectation, draws: int, repeats: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Rates and effective sizes (repeats,) of simulated runs."""
    if expected.siblings > 1:
        size = _clustered_size(expected, draws)
        return rng.binomial(round(size), expected.rate, repeats) / round(size), np.full(repeats, size)
    p, n = _bands(expected, draws)
    passes = rng.binomial(n.astype(int), np.clip(p, 0, 1), (repeats, n.size))
    rates = passes.sum(1) / draws
    if n.size == 1:
        return rates, np.full(repeats, float(draws))
    return rates, combined_size(n / draws, smooth(passes / n, n), n**2 / (n + 1))


def _overall(expected: Sequence[Expectation], rates: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    """The equal-weight mean over domains of equal-weight means over families (last axis), and its effective size."""
    domains = [one.domain for one in expected]
    values, total = [], []
    for name in dict.fromkeys(domains):
        inside = [at for at, domain in enumerate(domains) if domain == name]
        rate, size = _mean(rates[..., inside], sizes[..., inside])
        values.append(rate)
        total.append(size)
    return _mean(np.stack(values, -1), np.stack(total, -1))


def _mean(rates: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    weights = np.full(rates.shape[-1], 1 / rates.shape[-1])
    return rates.mean(-1), combined_size(weights, smooth(rates, sizes), sizes)


def _half(rate: Floats, size: Floats, level: float) -> Floats:
    interval = midp_interval(rate * size, size, level)
    half: Floats = (interval.high - interval.low) / 2
    return half


def _variance(expected: Expectation, difference: float, paired: bool) -> float:
    """The variance of one task's difference between two models: over tasks where paired, of two answers within bands where not."""
    first = np.clip(np.asarray(expected.rates), 1e-6, 1 - 1e-6)
    if paired and expected.discordance is not None:
        return max(expected.discordance, abs(difference)) - difference**2
    first, second = _two_models(first, difference, expected.residual)
    if paired:
        either = first * (1 - second) + second * (1 - first)
        return max(float((either @ _WEIGHT).mean()), abs(difference)) - difference**2
    p, q = first @ _WEIGHT, second @ _WEIGHT
    return float((p * (1 - p) + q * (1 - q)).mean())


def _simple(rate: float, difference: float) -> float:
    """The variance of the difference of two independent answers, at rates so far apart about one."""
    first, second = (min(max(rate + side * difference / 2, 0.0), 1.0) for side in (1, -1))
    return first * (1 - first) + second * (1 - second)


def _two_models(rates: Floats, difference: float, residual: float) -> tuple[Floats, Floats]:
    """Chances (bands, nodes) of two models at tasks of every band, shifted in logits about what is expected until their means differ so much."""
    middle = logit(rates) * math.sqrt(1 + residual**2 / 2.89)  # so that the mean over residuals is the band's rate (Zeger et al. 1988)
    low, high = 0.0, 60.0
    for _ in range(50):
        shift = (low + high) / 2
        first, second = (expit(middle[:, None] + sign * shift / 2 - residual * _Z) for sign in (1, -1))
        if float(((first - second) @ _WEIGHT).mean()) < abs(difference):
            low = shift
        else:
            high = shift
    return first, second

"""Discriminative power: what one task of a family tells about an examinee and about differences within a panel, and when it tells no more.

*About an examinee*: Fisher information about ability per answer, P'²/(P(1 − P)), ability in logits along the family's own curve; from the rates in
bands of load. *About the panel*: between-model variance over the noise of one task, from exploration answers, with shared tasks paired.

A family is *saturated* when it no longer separates the panel: all at the ceiling, all at the floor, or a between-model sd shown to be below a
margin. Each is a test whose null is that the family separates, so that a separating family is alarmed with probability at most alpha; too few
answers give no alarm, they give "not enough answers to tell".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import ndtri

from unseen.measuring._binomial import Floats, lower_confidence, upper_confidence
from unseen.measuring._clustered import effective_size
from unseen.measuring._panel_contrast import PanelContrast
from unseen.measuring._reference import MOST_STRATA, explored
from unseen.outcome import Outcome

ALPHA = 0.05
MARGIN = 0.05  # a between-model sd of pass rates below this separates nobody: five points
EDGE = 0.1  # one model alone is at the ceiling above 1 − EDGE, at the floor below guess rate + EDGE
_TWO = ndtri(0.975) + ndtri(0.8)  # two-sided test at .05 with power .8


class Separation(StrEnum):
    """What a family can still tell."""

    SEPARATES = "separates"
    CEILING = "at the ceiling"
    FLOOR = "at the floor"
    ALIKE = "too alike"
    UNDECIDED = "not enough answers to tell"

    @property
    def saturated(self) -> bool:
        """Whether this is an alarm."""
        return self in (Separation.CEILING, Separation.FLOOR, Separation.ALIKE)


@dataclass(frozen=True)
class BandPower:
    """A band of load: mean information about ability per answer, in logits⁻², and the between-model sd of pass rates (NaN for one model)."""

    low: float
    high: float
    n: int
    information: float
    spread: float


@dataclass(frozen=True)
class DiscriminativePower:
    """One family and one panel.

    ``answers`` is the mean number of exploration answers per examinee. ``information`` is about ability per answer (logits⁻²), averaged over
    the panel and the reference mix. ``spread`` is the between-model sd of pass rates, corrected for noise, ``spread_high`` its upper
    1 − alpha limit; ``separation`` = spread² over the variance of one task's contrast is the information about differences per task, and
    ``tasks_to_separate`` how many tasks tell two typical models of the panel apart (.8 at .05; infinite where spread is 0).
    ``tokens`` and ``cost`` are means per question; ``cost`` is NaN where unknown. ``wanted`` estimates how many answers per examinee would decide.
    """

    family: str
    domain: str
    examinees: tuple[str, ...]
    rates: tuple[float, ...]
    answers: float
    information: float
    spread: float
    spread_high: float
    separation: float
    tasks_to_separate: float
    tokens: float
    cost: float
    bands: tuple[BandPower, ...]
    verdict: Separation
    reason: str
    wanted: float

    @property
    def information_per_dollar(self) -> float:
        """About ability; NaN where the price is unknown, infinite where there is none."""
        return _over(self.information, self.cost)

    @property
    def separation_per_dollar(self) -> float:
        """About differences of the panel."""
        return _over(self.separation, self.cost)

    @property
    def information_per_1000_tokens(self) -> float:
        """About ability, where dollars say nothing."""
        return _over(1000 * self.information, self.tokens)

    @property
    def separation_per_1000_tokens(self) -> float:
        """About differences of the panel, where dollars say nothing."""
        return _over(1000 * self.separation, self.tokens)


def discriminative_power(
    outcomes: Sequence[Outcome], *, margin: float = MARGIN, edge: float = EDGE, alpha: float = ALPHA
) -> tuple[DiscriminativePower, ...]:
    """What each family tells about these examinees, one entry per family, by name.

    Args:
        margin: the between-model sd below which a family does not separate a panel of two or more.
        edge: for one examinee alone, how near to certainty (or to the guess rate) is at the ceiling (floor).
        alpha: the probability with which a family that separates is called saturated, at most, for each family.
    """
    families = sorted({o.family for o in outcomes})
    return tuple(_family([o for o in outcomes if o.family == name], margin, edge, alpha) for name in families)


def _family(outcomes: Sequence[Outcome], margin: float, edge: float, alpha: float) -> DiscriminativePower:
    used, first = explored(outcomes), outcomes[0]
    panel = {name: [o for o in used if o.examinee == name] for name in dict.fromkeys(o.examinee for o in outcomes)}
    guess = max((o.guess_rate for o in used), default=0.0)
    asked = [o for o in outcomes if o.counts]
    tokens = float(np.mean([o.input_tokens + o.output_tokens for o in asked])) if asked else math.nan
    costs = [o.cost for o in asked]
    cost = math.nan if None in costs or not costs else float(np.mean([c for c in costs if c is not None]))
    contrast = PanelContrast.of(panel, margin)
    verdict, reason, wanted = (_decide_one if len(panel) == 1 else _decide)(
        panel, contrast, guess, margin if len(panel) > 1 else edge, alpha
    )
    bands = tuple(_band(panel, at, guess) for at in range(MOST_STRATA))
    known = [band.information for band in bands if band.n]
    separation = contrast.spread**2 / contrast.noise if contrast.noise > 0 else math.nan
    return DiscriminativePower(
        family=first.family,
        domain=first.domain,
        examinees=tuple(panel),
        rates=tuple(float(rate) for rate in contrast.rates),
        answers=len(used) / len(panel),
        information=float(np.mean(known)) if known else math.nan,
        spread=contrast.spread,
        spread_high=contrast.upper(alpha),
        separation=separation,
        tasks_to_separate=_TWO**2 / separation if separation > 0 else math.inf,
        tokens=tokens,
        cost=cost,
        bands=bands,
        verdict=verdict,
        reason=reason,
        wanted=wanted,
    )


def _decide(
    panel: Mapping[str, Sequence[Outcome]], contrast: PanelContrast, guess: float, margin: float, alpha: float
) -> tuple[Separation, str, float]:
    """Half of alpha goes to the two ends, half to likeness."""
    if contrast.clusters < 2:
        return Separation.UNDECIDED, "no answers to tell by", math.nan
    near = math.sqrt(2) * margin  # rates that close to one end have an sd of at most the margin
    lows, highs = _limits(panel, alpha / 2)
    high, least = contrast.upper(alpha / 2), contrast.upper(alpha / 2, 0.0)
    wanted = contrast.answers * (least / margin) ** 2
    if lows.min() >= 1 - near:
        return Separation.CEILING, f"every model passes more than {100 * (1 - near):.0f}%", wanted
    if highs.max() <= guess + near:
        return Separation.FLOOR, f"no model passes more than {100 * near:.0f} points above guessing", wanted
    if high < margin:
        return Separation.ALIKE, f"the sd between models is below {100 * margin:g} points (at most {100 * high:.1f})", wanted
    if contrast.p_value() <= alpha:
        return Separation.SEPARATES, f"an sd of {100 * contrast.spread:.0f} points between models", wanted
    return Separation.UNDECIDED, f"the sd between models may be anything up to {100 * high:.0f} points", wanted


def _decide_one(
    panel: Mapping[str, Sequence[Outcome]], contrast: PanelContrast, guess: float, edge: float, alpha: float
) -> tuple[Separation, str, float]:
    """One examinee: the ceiling and the floor exclude each other, so each may use all of alpha."""
    if not contrast.answers:
        return Separation.UNDECIDED, "no answers to tell by", math.nan
    (low,), (high,) = _limits(panel, alpha)
    wanted = math.log(alpha) / math.log(1 - edge)
    if low >= 1 - edge:
        return Separation.CEILING, f"passes more than {100 * (1 - edge):.0f}%", wanted
    if high <= guess + edge:
        return Separation.FLOOR, f"passes less than {100 * edge:.0f} points above guessing", wanted
    if high < 1 - edge and low > guess + edge:
        return Separation.SEPARATES, "neither at the ceiling nor at the floor", wanted
    return Separation.UNDECIDED, f"passes between {100 * low:.0f}% and {100 * high:.0f}%", wanted


def _limits(panel: Mapping[str, Sequence[Outcome]], alpha: float) -> tuple[Floats, Floats]:
    """One-sided Clopper–Pearson limits of every examinee's rate, at the effective size of clustered answers."""
    passed = [np.array([o.correct for o in answers], bool) for answers in panel.values()]
    sizes = np.array([effective_size(p, [o.group for o in answers]) for p, answers in zip(passed, panel.values(), strict=True)])
    passes = np.array([p.mean() for p in passed]) * sizes
    return lower_confidence(passes, sizes, alpha), upper_confidence(passes, sizes, 1 - alpha)


def _band(panel: Mapping[str, Sequence[Outcome]], at: int, guess: float) -> BandPower:
    inside = {name: [o for o in answers if min(int(o.load * MOST_STRATA), MOST_STRATA - 1) == at] for name, answers in panel.items()}
    some = [answers for answers in inside.values() if answers]
    informations = [_information(sum(o.correct for o in answers), len(answers), guess) for answers in some]
    information = float(np.mean(informations)) if informations else math.nan
    spread = PanelContrast.of(inside, MARGIN).spread if len(some) == len(inside) > 1 else math.nan
    return BandPower(at / MOST_STRATA, (at + 1) / MOST_STRATA, sum(map(len, some)), information, spread)


def _information(passes: int, n: int, guess: float) -> float:
    """P'²/(P(1 − P)) of a logistic above the guess floor, at the smoothed rate: at most ¼, without a floor P(1 − P)."""
    p = (passes + 0.5) / (n + 1)
    share = max((p - guess) / (1 - guess), 0.0)
    return ((1 - guess) * share * (1 - share)) ** 2 / (p * (1 - p))


def _over(value: float, price: float) -> float:
    return math.inf if price == 0 else value / price

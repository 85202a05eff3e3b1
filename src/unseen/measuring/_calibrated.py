"""The pass rate corrected for the generator's own mistakes: p = (obs - e q) / (1 - e).

``e`` is the share of tasks whose key is wrong, from an audit; ``q`` how often this examinee passes a task with a wrong key,
from planted ones. All three are uncertain, and the interval carries all three: confidence distributions of the rates
are drawn together and combined (melding: Fay, Proschan & Brittain 2015), Clopper-Pearson for ``obs`` and mid-p for ``e`` and ``q``.
The draws are a fixed Sobol sequence, so the same counts always give the same interval. ``benchmarks/coverage.py``
enumerates its coverage exactly beside the naive, delta and smoothed Lang-Reiczigel intervals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from unseen.measuring._binomial import Floats, lower_confidence, midp_interval, upper_confidence
from unseen.measuring._estimate import Basis, Estimate

DRAWS = 2048
METHOD = "melded confidence distributions (Clopper-Pearson for the observed rate, mid-p for e and q)"


@dataclass(frozen=True)
class Audit:
    """Tasks whose keys were checked: ``wrong`` of ``checked``, and how (an audit file, or the second solver's cross-check)."""

    wrong: int
    checked: int
    basis: str = "audit"

    def __post_init__(self) -> None:
        if not 0 <= self.wrong <= self.checked:
            raise ValueError(f"an audit with {self.wrong} wrong of {self.checked} checked")

    def rate(self, level: float = 0.95) -> Estimate:
        """e with its interval; with none wrong, the upper limit is the rule of three's, 3 / checked."""
        estimand = "share of minted tasks whose key is wrong (e)"
        if not self.checked:
            return Estimate(math.nan, 0.0, 1.0, level, 0, 0.0, estimand, "nothing was checked")
        if not self.wrong:
            return Estimate(
                0.0, 0.0, min(3 / self.checked, 1.0), level, self.checked, float(self.checked), estimand, f"rule of three, {self.basis}"
            )
        low, high = midp_interval(self.wrong, self.checked, level)
        return Estimate(
            self.wrong / self.checked, float(low), float(high), level, self.checked, float(self.checked), estimand, f"mid-p, {self.basis}"
        )


@dataclass(frozen=True)
class Calibrated:
    """The calibrated pass rate and what went into it."""

    rate: Estimate
    observed: Estimate
    error: Estimate  # e
    false_pass: Estimate  # q
    error_basis: str


def calibrated_rate(observed: Estimate, audit: Audit, planted_passes: int, planted: int, *, level: float = 0.95) -> Calibrated:
    """The calibrated rate of ``observed`` (taken as binomial at its effective size) given an audit and planted tasks.

    What was not measured is taken to be unknown: without planted tasks q may be anything in [0, 1], without an audit so may e,
    and then the interval is [0, 1].
    """
    estimand = f"{observed.estimand}, were every key right"
    passes = observed.value * observed.effective_n if observed.effective_n else 0.0
    low, high = calibrated_interval(passes, observed.effective_n, audit.wrong, audit.checked, planted_passes, planted, level)
    e = audit.wrong / audit.checked if audit.checked else math.nan
    q = planted_passes / planted if planted else 0.5
    value = observed.value if e == 0 else (observed.value - e * q) / (1 - e) if e < 1 else math.nan
    value = min(max(value, low), high) if math.isfinite(value) else math.nan
    rate = Estimate(value, low, high, level, observed.n, observed.effective_n, estimand, METHOD, Basis.DESIGN)
    return Calibrated(rate, observed, audit.rate(level), false_pass_rate(planted_passes, planted, level=level), audit.basis)


def false_pass_rate(passes: int, planted: int, *, level: float = 0.95) -> Estimate:
    """q with its mid-p interval."""
    estimand = "rate at which this examinee passes a task with a wrong key (q)"
    low, high = midp_interval(passes, planted, level)
    value = passes / planted if planted else math.nan
    return Estimate(value, float(low), float(high), level, planted, float(planted), estimand, "mid-p" if planted else "nothing was planted")


def calibrated_interval(
    passes: float, n: float, wrong: float, audited: float, planted_passes: float, planted: float, level: float = 0.95
) -> tuple[float, float]:
    """The interval of p = (obs - e q)/(1 - e) from passes of n, wrong of audited, planted_passes of planted."""
    draws = uniforms()
    e = midp_draws(wrong, audited, draws[:, 1], draws[:, 3])
    q = midp_draws(planted_passes, planted, draws[:, 2], draws[:, 4]) if planted else None
    return meld(lower_confidence(passes, n, draws[:, 0]), upper_confidence(passes, n, draws[:, 0]), e, q, level)


def meld(lowest: Floats, highest: Floats, e: Floats, q: Floats | None, level: float) -> tuple[float, float]:
    """The limits of p from matching draws (M,) of obs (from its lower and its upper confidence distribution), e and q.

    Where q was not measured (None), each limit takes the q that is worst for it: 1 below, 0 above.
    """
    most, least = (q, q) if q is not None else (np.ones_like(e), np.zeros_like(e))
    index = int((1 - level) / 2 * e.size)
    hopeless = e > 1 - 1e-6  # every key wrong: nothing is known of p
    rest = np.where(hopeless, 1.0, 1 - e)
    low = np.where(hopeless, 0.0, np.clip((lowest - e * most) / rest, 0, 1))
    high = np.where(hopeless, 1.0, np.clip((highest - e * least) / rest, 0, 1))
    return float(np.partition(low, index)[index]), float(np.partition(high, e.size - 1 - index)[e.size - 1 - index])


def midp_draws(k: ArrayLike, n: ArrayLike, u: ArrayLike, coin: ArrayLike) -> Floats:
    """Draws from the mid-p confidence distribution: the lower or the upper one, as a coin (uniform on [0, 1]) falls."""
    return np.where(np.asarray(coin) < 0.5, lower_confidence(k, n, u), upper_confidence(k, n, u))


@lru_cache(maxsize=1)
def uniforms() -> Floats:
    """(DRAWS, 5) Sobol points in the open unit cube: three for the rates, two for the coins."""
    from scipy.stats import qmc

    points: Floats = qmc.Sobol(5, scramble=False).random(DRAWS)
    return (points + 0.5 / DRAWS) % 1.0

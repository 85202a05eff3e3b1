"""What is known of an examinee's ability in one family: a posterior on a grid, and how much each question would tell.

The model is the pass curve of measuring on declared load (guess floor fixed, slope and lapse unknown). Ability is its 50% load,
in logits: θ = 8 (t - ½), so that the declared range spans 8 logits at a usual slope.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unseen.measuring import LOAD, CurveGrid
from unseen.probing._allocation import PLACES, Floats

LOGITS = LOAD.slope  # logits per unit of load at a usual slope
FOCUS = 4  # power of belief by which aims are drawn in: half as spread out as belief, since an answer in the middle tells about both sides
SHARPNESS = 32  # power of the information by which a draw aimed at one ability is spread: keeps 98% of what the best load would tell
LAPSES, LUCKS = (0.0, 0.02, 0.05, 0.1, 0.18), (0.0, 0.03, 0.08)
_NEGLIGIBLE = 1e-5
_ROUNDS = 20  # of expectation and maximisation
_SPREADS = (0.12, 0.17, 0.24, 0.34, 0.48, 0.68)  # of log slopes: no panel shows that all examinees are alike
_FLAT = 20.0


@dataclass(frozen=True)
class AbilityPrior:
    """What is believed before anything was asked.

    The 50% load is normal, the slope (logits per unit of load) log-normal. ``lapses`` and ``lucks`` are the probabilities of the values in
    :data:`LAPSES` (share failed however easy) and :data:`LUCKS` (share passed beyond guessing, however hard). The default spans the declared range at a usual slope, held more firmly than for
    reporting: a lucky start must not pass for a steep curve and stop the asking. :func:`calibrate` learns another from examinees
    measured before.
    """

    half: float = 0.5
    half_sd: float = 0.6
    slope: float = LOAD.slope
    slope_log_sd: float = 0.6
    lapses: tuple[float, ...] = (0.17, 0.20, 0.24, 0.22, 0.17)
    lucks: tuple[float, ...] = (0.7, 0.2, 0.1)


@dataclass(frozen=True)
class AbilityState:
    """The posterior in numbers: mean and sd in logits, the 50% load with its credible interval, and the answers behind it."""

    mean: float
    sd: float
    load_at_half: float
    load_low: float
    load_high: float
    level: float
    n: int
    stopped: str = ""  # why no more is asked, empty while asking goes on


class Ability:
    """The posterior over 50% load, slope and lapse. Starts at the prior; :meth:`learn` is exact and order-free."""

    def __init__(self, guess_rate: float = 0.0, prior: AbilityPrior | None = None) -> None:
        before = prior or AbilityPrior()
        self._grid, self._chances, self._tells = _tables(guess_rate, before.slope, before.slope_log_sd)
        self._log = _log_prior(self._grid, before)
        self._posterior = _normal(self._log)
        self._curve: Floats | None = None  # the pass probability believed at PLACES, until the next answer
        self.n = 0

    def learn(self, load: float, passed: bool) -> None:
        """Take in one answer."""
        chance = self._grid.probability([load])[0]
        self._log = self._log + np.log(np.maximum(chance if passed else 1 - chance, 1e-12))
        self._posterior = _normal(self._log)
        self._curve = None
        self.n += 1

    @property
    def mean(self) -> float:
        """Posterior mean, in logits."""
        return float(self._marginal @ self._logits)

    @property
    def sd(self) -> float:
        """Posterior standard deviation, in logits: the standard error of ability."""
        return math.sqrt(max(float(self._marginal @ self._logits**2) - self.mean**2, 0.0))

    def beyond(self, low: float, high: float) -> tuple[float, float]:
        """The probabilities that the 50% load lies below ``low`` and above ``high``."""
        at = self._grid.horizons
        return float(self._marginal[at < low].sum()), float(self._marginal[at > high].sum())

    def quantile(self, share: float) -> float:
        """A quantile of the 50% load."""
        return float(np.interp(share, np.cumsum(self._marginal) - self._marginal / 2, self._grid.horizons))

    def state(self, *, level: float = 0.95, stopped: str = "") -> AbilityState:
        """The posterior in numbers."""
        low, high = self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)
        return AbilityState(self.mean, self.sd, self.quantile(0.5), low, high, level, self.n, stopped)

    def chance(self, loads: ArrayLike) -> Floats:
        """The pass probability believed at each load (n,)."""
        if self._curve is None:  # in single precision, as the table is: converting it would cost more than the product
            self._curve = (self._chances.reshape(PLACES.size, -1) @ self._posterior.astype(np.float32).ravel()).astype(float)
        return np.asarray(np.interp(np.asarray(loads, float), PLACES, self._curve))

    def information(self, load: float) -> float:
        """The expected Fisher information of one question about ability, per squared logit."""
        place = int(np.abs(PLACES - load).argmin())
        return float(np.sum(self._tells[place] * self._posterior))

    def aims(self, mix: Floats, costs: Floats) -> Floats:
        """The density (65,) at ``PLACES``, relative to the mix, of draws for ability: each is aimed at one ability, chosen as likely as it is believed.

        A draw aimed at a 50% load falls where information about it, per cost, is high. Since aims are as spread out as belief, a batch is
        useful while its answers are still out: wide apart when little is known, close together when much is.

        Args:
            mix: (65,) the share of the reference mix at each place.
            costs: (65,) of a question there.
        """
        believed = self._marginal > _NEGLIGIBLE
        within = self._posterior[believed] / self._marginal[believed][:, None, None]
        told = np.einsum("xhbl,hbl->hx", self._tells[:, believed], within.astype(np.float32)) / costs
        peaks: Floats = (told / told.max(axis=1, keepdims=True)) ** SHARPNESS
        aimed = self._marginal[believed] ** FOCUS / np.gradient(self._grid.horizons)[believed] ** (FOCUS - 1)
        density: Floats = aimed / aimed.sum() @ (peaks / np.maximum(peaks @ mix, 1e-12)[:, None])
        return density

    def noise(self, costs: Floats) -> Floats:
        """The standard deviation (65,) of an answer at ``PLACES``, per root of its cost: the density of draws for a pass rate (Neyman 1934)."""
        p = self.chance(PLACES)
        spread: Floats = np.sqrt(np.maximum(p * (1 - p), 1e-4) / costs)
        return spread

    @property
    def _marginal(self) -> Floats:
        marginal: Floats = self._posterior.sum(axis=(1, 2))
        return marginal

    @property
    def _logits(self) -> Floats:
        return LOGITS * (self._grid.horizons - 0.5)


def calibrate(panel: Sequence[Sequence[tuple[float, bool]]], guess_rate: float = 0.0) -> AbilityPrior:
    """The prior of one family for a new examinee, from the (load, passed) answers of each earlier one.

    Empirical Bayes (expectation and maximisation; slopes by marginal likelihood), with the default prior worth one examinee. An empty panel gives the default.
    """
    default = prior = AbilityPrior()
    grid = _curves(guess_rate, np.exp(np.linspace(math.log(2.0), math.log(40.0), 27)))
    told = []
    for answers in panel:
        passed = np.array([right for _, right in answers], float)
        told.append(grid.log_likelihood([load for load, _ in answers], passed, 1 - passed))
    for _ in range(_ROUNDS if panel else 0):
        flat = [_normal(log + _log_prior(grid, replace(prior, slope_log_sd=_FLAT))) for log in told]
        slope, slope_sd = _likeliest(np.log(grid.slopes), np.array([p.sum(axis=(0, 2)) for p in flat]), default)
        likely = np.exp(-0.5 * ((np.log(grid.slopes) - slope) / slope_sd) ** 2)[:, None]
        posteriors = [p * likely / float((p * likely).sum()) for p in flat]
        half, half_sd = _moments([p.sum(axis=(1, 2)) for p in posteriors], grid.horizons, default.half, default.half_sd)
        ends = sum(p.sum(axis=(0, 1)) for p in posteriors)
        lapses, lucks = (
            tuple(float(ends[at == value].sum() + mass) / (len(panel) + 1) for value, mass in zip(values, masses, strict=True))
            for at, values, masses in (
                (grid.lapses, LAPSES, default.lapses),
                (np.round(grid.floors - guess_rate, 9), LUCKS, default.lucks),
            )
        )
        prior = AbilityPrior(half, half_sd, math.exp(slope), slope_sd, lapses, lucks)
    return prior


def _likeliest(logs: Floats, likelihoods: Floats, default: AbilityPrior) -> tuple[float, float]:
    """The mean and sd of log slopes, normal over ``logs`` (B,), that make rows of ``likelihoods`` (n, B) likeliest, one more row being the default's."""
    usual = np.exp(-0.5 * ((logs - math.log(default.slope)) / default.slope_log_sd) ** 2)
    rows = np.vstack([likelihoods, usual / usual.sum()])
    best, found = -math.inf, (math.log(default.slope), default.slope_log_sd)
    for spread in _SPREADS:
        for centre in np.linspace(logs[0], logs[-1], 61):
            share = np.exp(-0.5 * ((logs - centre) / spread) ** 2)
            value = float(np.log(rows @ (share / share.sum()) + 1e-300).sum())
            if value > best:
                best, found = value, (float(centre), spread)
    return found


def _moments(posteriors: Sequence[Floats], at: Floats, mean: float, sd: float) -> tuple[float, float]:
    """The mean and sd of a population, given the posterior of each member over ``at`` and a guess worth one member."""
    n = len(posteriors) + 1
    centre = (sum(float(p @ at) for p in posteriors) + mean) / n
    return centre, math.sqrt((sum(float(p @ (at - centre) ** 2) for p in posteriors) + sd**2) / n)


def _curves(guess_rate: float, slopes: Floats) -> CurveGrid:
    """Every curve considered: lapses and floors in all pairs that leave room between them."""
    horizons = CurveGrid.over(LOAD, 0.0, 1.0, guess_rate).horizons
    pairs = [(lapse, guess_rate + luck) for lapse in LAPSES for luck in LUCKS if lapse + max(guess_rate + luck, 0.5) < 0.95]
    lapses, floors = (np.array(column) for column in zip(*pairs, strict=True))
    return CurveGrid(horizons, slopes, lapses, floors, guess_rate, np.zeros((horizons.size, slopes.size, lapses.size)))


def _log_prior(grid: CurveGrid, prior: AbilityPrior) -> Floats:
    """The log prior (H, B, L) of every curve on the grid."""
    half = -0.5 * ((grid.horizons - prior.half) / prior.half_sd) ** 2 + np.log(np.gradient(grid.horizons))
    slope = -0.5 * (np.log(grid.slopes / prior.slope) / prior.slope_log_sd) ** 2
    lapse = np.array(prior.lapses)[np.searchsorted(LAPSES, grid.lapses)]
    luck = np.array(prior.lucks)[np.searchsorted(LUCKS, grid.floors - grid.guess_rate - 1e-9)]
    log: Floats = half[:, None, None] + slope[:, None] + np.log(lapse * luck)
    return log


@lru_cache(maxsize=8)
def _tables(guess_rate: float, slope: float, slope_log_sd: float) -> tuple[CurveGrid, NDArray[np.float32], NDArray[np.float32]]:
    """The curves considered, and at each of ``PLACES`` every curve's pass probability and information about ability: (65, H, B, L)."""
    grid = _curves(guess_rate, replace(LOAD, slope=slope, slope_spread=slope_log_sd).slopes())
    p = grid.probability(PLACES)
    above = p - grid.floors
    steepness = grid.slopes[:, None] / LOGITS * above * (1 - above / (1 - grid.floors - grid.lapses))
    information = steepness**2 / np.clip(p * (1 - p), 1e-9, None)
    return grid, p.astype(np.float32), information.astype(np.float32)


def _normal(log: Floats) -> Floats:
    weights: Floats = np.exp(log - log.max())
    total = float(weights.sum())
    normal: Floats = weights / total
    return normal

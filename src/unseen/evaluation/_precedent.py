"""What a stored run tells about a run to come: pass rates by difficulty, replies, tokens, speed, and how often two models disagree."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

import numpy as np

from unseen.errors import UnseenError
from unseen.measuring import Expectation, clustered_mean, plausible
from unseen.outcome import Arm, Outcome
from unseen.storing import Store

BANDS = 5
_TENTH = 1.2815515655446004  # normal quantile of the 90th percentile
_PARTS = 4  # of a run, whose speeds are compared
_PAUSE = 20.0  # a gap between answers this many times the usual one is a pause, not asking


class Amount(NamedTuple):
    """A number with the range in which it will probably lie: 10th to 90th percentile where measured, the extremes where assumed."""

    low: float
    value: float
    high: float

    @classmethod
    def around(cls, values: Sequence[float]) -> Amount:
        """The mean of some values, and what its standard error leaves open."""
        mean = float(np.mean(values))
        se = float(np.std(values, ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else mean / 2
        return cls(max(mean - _TENTH * se, 0.0), mean, mean + _TENTH * se)

    def times(self, factor: Amount | float) -> Amount:
        """The product, ends with ends."""
        other = factor if isinstance(factor, Amount) else Amount(factor, factor, factor)
        return Amount(self.low * other.low, self.value * other.value, self.high * other.high)

    def plus(self, other: Amount) -> Amount:
        """The sum, ends with ends."""
        return Amount(self.low + other.low, self.value + other.value, self.high + other.high)


@dataclass(frozen=True)
class Precedent:
    """One examinee's answers in a stored run, by family; ``beside`` are those of a second examinee to the same tasks."""

    name: str = ""
    examinee: str = ""
    outcomes: Mapping[str, Sequence[Outcome]] = field(default_factory=dict)
    beside: Mapping[str, Outcome] = field(default_factory=dict)

    @classmethod
    def read(cls, like: str, models: Sequence[str], store: Store | None = None) -> Precedent:
        """From ``RUN`` or ``RUN:EXAMINEE``; by default the examinee that is to be asked, else the run's first. Raises :class:`UnseenError`."""
        run, _, wanted = like.partition(":")
        store = store or Store()
        record = store.run(run)
        outcomes = list(store.outcomes(record.id))
        there = list(dict.fromkeys(outcome.examinee for outcome in outcomes))
        if not there:
            raise UnseenError(f"--like {like}: run {record.id} has no outcome to go by")
        if wanted and wanted not in there:
            raise UnseenError(f"--like {like}: the run has no examinee '{wanted}'; there are: {', '.join(there)}")
        planned = [model for model in models if model in there]
        first = wanted or next(iter(planned), there[0])
        second = next((name for name in [*planned, *there] if name != first), None)
        found: dict[str, list[Outcome]] = {}
        for outcome in outcomes:
            if outcome.examinee == first and outcome.counts:
                found.setdefault(outcome.family, []).append(outcome)
        return cls(f"{first} in run {record.id}", first, found, {o.task_id: o for o in outcomes if o.examinee == second and _explored(o)})

    def expectation(self, family: str, domain: str, rate: float) -> Expectation:
        """What to expect of a family: as it was, each band with one pseudo-answer at the family's rate; flat at ``rate`` where it was not asked."""
        seen = self._seen(family)
        if not seen:
            return Expectation(family, domain, (rate,) * BANDS)
        groups = [o.group for o in seen]
        whole = (sum(o.correct for o in seen) + 0.5) / (len(seen) + 1)
        rates = tuple((sum(o.correct for o in band) + whole) / (len(band) + 1) for band in _bands(seen))
        siblings, alike = _clusters([o.correct for o in seen], groups)
        pairs = [(o, self.beside[o.task_id]) for o in seen if o.task_id in self.beside]
        apart = (sum(a.correct != b.correct for a, b in pairs) + 0.5) / (len(pairs) + 1) if len(pairs) >= BANDS else None
        return Expectation(family, domain, rates, siblings, alike, apart)

    def variants(self, expected: Sequence[Expectation], repeats: int) -> list[list[Expectation]]:
        """Other truths that the answers seen leave open; families that were not asked stay as they are. None without a precedent."""
        if not self.outcomes:
            return []
        columns = []
        for at, one in enumerate(expected):
            seen = self._seen(one.family)
            found = plausible(one, [len(band) for band in _bands(seen)], repeats, seed=at) if seen else [one] * repeats
            if one.discordance is not None:
                n = len(seen)
                drawn = np.random.default_rng([n, at]).beta(one.discordance * (n + 1), (1 - one.discordance) * (n + 1), repeats)
                found = [replace(other, discordance=float(value)) for other, value in zip(found, drawn, strict=True)]
            columns.append(found)
        return [list(row) for row in zip(*columns, strict=True)]

    def knows(self, family: str) -> bool:
        """Whether the run has exploration answers of a family."""
        return bool(self._seen(family))

    def replies(self, family: str) -> Amount | None:
        """Tokens per reply, from this family's answers or else everybody's; None where no reply was counted."""
        return _mean_of([o.output_tokens for o in self._asked(family)])

    def tokens_per_byte(self, family: str) -> float | None:
        """Input tokens for each byte of the prompt, the chat template included; None where they were not counted."""
        asked = self._asked(family)
        tokens, size = sum(o.input_tokens for o in asked), sum(len(o.prompt.encode()) for o in asked)
        return tokens / size if tokens and size else None

    def costs(self, family: str) -> Amount | None:
        """Dollars per question; None where unknown."""
        costs = [o.cost for o in self._asked(family) if o.cost is not None]
        return Amount.around(costs) if costs else None

    def seconds(self) -> Amount | None:
        """Wall seconds per question, from when answers came, pauses left out; the range is over quarters of the run. None for too few."""
        times = sorted(
            datetime.fromisoformat(o.finished_at).timestamp() for found in self.outcomes.values() for o in found if o.finished_at
        )
        gaps = np.diff(times)
        if gaps.size < 2 * _PARTS:
            return None
        gaps = np.minimum(gaps, max(_PAUSE * float(np.mean(gaps)), 60.0)) if gaps.max() > 60 else gaps
        speeds = [float(part.mean()) for part in np.array_split(gaps, _PARTS)]
        return Amount(min(speeds), float(gaps.mean()), max(speeds))

    def _seen(self, family: str) -> list[Outcome]:
        return sorted((o for o in self.outcomes.get(family, ()) if _explored(o)), key=lambda o: (o.load, o.task_id))

    def _asked(self, family: str) -> list[Outcome]:
        return list(self.outcomes.get(family, ())) or [o for found in self.outcomes.values() for o in found]


def _explored(outcome: Outcome) -> bool:
    return outcome.arm is Arm.EXPLORE and outcome.counts


def _bands(seen: Sequence[Outcome]) -> list[list[Outcome]]:
    cuts = np.array_split(np.arange(len(seen)), min(BANDS, len(seen)))
    return [[seen[at] for at in part] for part in cuts]


def _mean_of(counts: Sequence[int]) -> Amount | None:
    return Amount.around(counts) if any(counts) else None


def _clusters(passed: Sequence[bool], groups: Sequence[str]) -> tuple[int, float]:
    """Siblings per template, and how alike their answers are: from the CR1 variance over the binomial one."""
    n, count = len(groups), len(set(groups))
    size, rate = round(n / count), float(np.mean(passed))
    if size < 2 or count < 2 or rate in (0.0, 1.0):
        return max(size, 1), float(size > 1)
    effect = clustered_mean(passed, groups).se ** 2 * n / (rate * (1 - rate))
    return size, float(np.clip((effect - 1) / (size - 1), 0.0, 1.0))

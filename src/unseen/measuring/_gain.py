"""Genuine or artefact: what a gain on a static test is made of.

Two models answer *sets*: a static task, fresh siblings of it (the same setting, new choices) and a task of a template that does not
occur in the static test, matched on difficulty. With G the second model's pass rate minus the first's, over the same sets::

    G(static) = [G(static) − G(fresh)] + [G(fresh) − G(new)] + G(new)
                    item memory            template skill       transferable

A model that learned the items gains where it has seen them and not on their siblings; one that learned the templates gains on siblings and
not on new templates. Everything is paired within sets, and sets are clustered by template, the new tasks by theirs as well
(Cameron, Gelbach & Miller 2011), with t at the number of templates minus one. One pseudo-answer for each group of tasks keeps
agreement from claiming certainty. Below :data:`FEWEST_TEMPLATES` templates there is no telling how templates differ: the numbers then
speak of these templates alone, and settings are the clusters.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unseen.measuring._binomial import Floats
from unseen.measuring._effects import Ratio, fieller, holm, t_effect
from unseen.measuring._estimate import Basis, plain
from unseen.measuring._gain_sets import GainSet
from unseen.measuring._item_response import Effect
from unseen.outcome import Familiarity

FEWEST_TEMPLATES = 5
_PSEUDO = 1.0  # variance of the pseudo-answer of each group of tasks
_ORDER = tuple(Familiarity)
ITEM_MEMORY, TEMPLATE_SKILL, TRANSFERABLE = "item memory", "template skill", "transferable"
_PARTS: Mapping[str, tuple[float, float, float]] = {
    ITEM_MEMORY: (1, -1, 0),
    TEMPLATE_SKILL: (0, 1, -1),
    TRANSFERABLE: (0, 0, 1),
}
_BEYOND = "beyond the items"  # where no new template was asked: template skill and transferable, together


@dataclass(frozen=True)
class GainRates:
    """Both models' pass rates on one group of tasks, and the gain from the first to the second, in pass rate and in logits."""

    familiarity: Familiarity
    first: float
    second: float
    points: Effect
    logits: Effect


@dataclass(frozen=True)
class GainPart:
    """One part of the gain. ``share`` is its part of the static gain, where that is defined; ``holm_p`` is adjusted over the parts."""

    name: str
    points: Effect
    logits: Effect
    share: Ratio
    holm_p: float
    shown: bool


@dataclass(frozen=True)
class GainSplit:
    """The gain of the second model over the first, split. ``families`` holds the same for each family where there are several."""

    name: str
    first: str
    second: str
    level: float
    sets: int
    dropped: int  # sets in which an answer is missing
    templates: int
    new_templates: int
    clusters: str
    rates: tuple[GainRates, ...]
    parts: tuple[GainPart, ...]
    notes: tuple[str, ...]
    families: tuple[GainSplit, ...] = ()
    estimand: str = "mean over static tasks and templates like these of the second model's pass rate minus the first's"
    multiplicity: str = "each interval at its own level; p-values by Holm over the parts"
    basis: Basis = Basis.DESIGN

    def part(self, name: str) -> GainPart:
        """The part of this name. Raises :class:`KeyError`."""
        return {part.name: part for part in self.parts}[name]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(plain(self))


def split_gain(
    sets: Sequence[GainSet], *, names: tuple[str, str] = ("first", "second"), dropped: int = 0, level: float = 0.95, name: str = "overall"
) -> GainSplit:
    """Split the gain over complete sets, overall and for each family that has five sets or more.

    Raises:
        ValueError: no set, or some sets with a new task and some without.
    """
    with_new = {item.new is not None for item in sets}
    if not sets or len(with_new) > 1:
        raise ValueError(
            "no complete set was answered by both" if not sets else "some sets have a task of a new template and some have none"
        )
    panel = _Panel.of(sets)
    families = sorted({item.family for item in sets})
    each = {family: [item for item in sets if item.family == family] for family in families}
    several = [(family, members) for family, members in each.items() if len(members) >= 5] if len(families) > 1 else []
    return GainSplit(
        name=name,
        first=names[0],
        second=names[1],
        level=level,
        sets=len(sets),
        dropped=dropped,
        templates=len({item.template for item in sets}),
        new_templates=len({item.new_template for item in sets if item.new}),
        clusters=panel.clusters,
        rates=panel.rates(level),
        parts=_parts(panel, level),
        notes=tuple(_notes(panel, dropped)),
        families=tuple(split_gain(members, names=names, level=level, name=family) for family, members in several),
    )


@dataclass(frozen=True)
class _Panel:
    """Answers (n, 3 groups of tasks, 2 models); the new tasks' column is absent where none was asked."""

    answers: Floats
    origin: NDArray[np.intp]  # (n,) cluster of the static task and its siblings
    own: NDArray[np.intp]  # (n,) cluster of the new task
    clusters: str

    @classmethod
    def of(cls, sets: Sequence[GainSet]) -> _Panel:
        rows = [[item.static, item.fresh, *([item.new] if item.new else [])] for item in sets]
        few = len({item.template for item in sets}) < FEWEST_TEMPLATES
        origin = _codes([item.setting if few else item.template for item in sets])
        scarce = len({item.new_template for item in sets}) < FEWEST_TEMPLATES
        own = np.arange(len(sets)) if scarce else _codes([item.new_template for item in sets])
        clusters = "settings" if few else "templates"
        return cls(np.array(rows, float), origin, own, f"{clusters}, new tasks by set" if scarce and rows[0][2:] else clusters)

    @property
    def columns(self) -> int:
        return int(self.answers.shape[1])

    def freedom(self, weights: Floats) -> float:
        """Degrees of freedom of a contrast of gains: clusters minus one, the fewer of the two where new tasks enter."""
        uses_new = weights.size == 3 and weights[2] != 0
        only_new = uses_new and not weights[:2].any()
        counts = [self.own.max()] if only_new else [self.origin.max(), *([self.own.max()] if uses_new else [])]
        return float(min(counts))

    def gains(self, logits: bool) -> tuple[Floats, Floats]:
        """The gain on each group of tasks (c,), and what each set adds to its deviation (n, c)."""
        count = self.answers.shape[0]
        if not logits:
            each = self.answers[:, :, 1] - self.answers[:, :, 0]
            return each.mean(axis=0), each - each.mean(axis=0)
        rates = (self.answers.sum(axis=0) + 0.5) / (count + 1)
        pulls = (self.answers - rates) / (rates * (1 - rates))
        odds = np.log(rates / (1 - rates))
        return odds[:, 1] - odds[:, 0], pulls[:, :, 1] - pulls[:, :, 0]

    def scales(self, logits: bool) -> Floats:
        """What one whole answer more is worth on each group of tasks (c,)."""
        rates = (self.answers.sum(axis=0) + 0.5) / (self.answers.shape[0] + 1)
        return (1 / (rates * (1 - rates))).mean(axis=1) if logits else np.ones(self.columns)

    def variance(self, weights: Floats, *, logits: bool) -> float:
        """Of a contrast of gains: clustered by the static task's template, plus what new tasks of one template share across sets."""
        _, deviations = self.gains(logits)
        count = deviations.shape[0]
        whole = _clustered(deviations @ weights, self.origin)
        pseudo = float(_PSEUDO * np.sum((weights * self.scales(logits)) ** 2)) / float(count**2)
        if weights.size < 3 or not weights[2]:
            return whole + pseudo
        new = deviations[:, 2] * weights[2]
        if not weights[:2].any():  # the new tasks alone: their own templates, and what those matched to one template share
            whole = _clustered(new, self.own)
            shared = _clustered(new, self.origin) - _clustered(new, self._cross)
        else:
            shared = _clustered(new, self.own) - _clustered(new, self._cross)
        return (
            whole + max(shared, -whole / 4) + pseudo
        )  # an estimate of nothing may fall below it: a floor of zero would widen every interval

    @property
    def _cross(self) -> NDArray[np.intp]:
        return _codes(list(zip(self.origin.tolist(), self.own.tolist(), strict=True)))

    def contrast(self, name: str, weights: Floats, level: float, *, logits: bool) -> Effect:
        gains, _ = self.gains(logits)
        return t_effect(name, float(weights @ gains), self.variance(weights, logits=logits), self.freedom(weights), level)

    def rates(self, level: float) -> tuple[GainRates, ...]:
        found = []
        for at, familiarity in enumerate(_ORDER[: self.columns]):
            weights = np.eye(self.columns)[at]
            points, logits = (self.contrast("gain", weights, level, logits=scale) for scale in (False, True))
            first, second = self.answers[:, at].mean(axis=0)
            found.append(GainRates(familiarity, float(first), float(second), points, logits))
        return tuple(found)


def _parts(panel: _Panel, level: float) -> tuple[GainPart, ...]:
    weights = {name: np.array(w[: panel.columns], float) for name, w in _PARTS.items()}
    if panel.columns < 3:
        weights = {ITEM_MEMORY: np.array([1.0, -1.0]), _BEYOND: np.array([0.0, 1.0])}
    found = []
    for name, contrast in weights.items():
        points, logits = (panel.contrast(name, contrast, level, logits=scale) for scale in (False, True))
        found.append(GainPart(name, points, logits, _share(panel, contrast, level), 1.0, False))
    adjusted = holm([part.points.p_value for part in found])
    return tuple(replace(part, holm_p=p, shown=p <= 1 - level) for part, p in zip(found, adjusted, strict=True))


def _share(panel: _Panel, part: Floats, level: float) -> Ratio:
    whole = np.eye(panel.columns)[0]
    gains, _ = panel.gains(logits=False)
    of_part, of_whole, plus, minus = (panel.variance(w, logits=False) for w in (part, whole, part + whole, part - whole))
    freedom = min(panel.freedom(part), panel.freedom(whole))
    return fieller(float(part @ gains), float(whole @ gains), (of_part, of_whole), (plus - minus) / 4, freedom, level)


def _clustered(deviations: Floats, codes: NDArray[np.intp]) -> float:
    """The CR1 variance of a mean whose deviations (n,) come in clusters; infinite for one cluster."""
    count = int(codes.max()) + 1
    if count < 2:
        return math.inf
    sums = np.bincount(codes, deviations, minlength=count) / deviations.size
    return count / (count - 1) * float(sums @ sums)


def _codes(labels: Sequence[Hashable]) -> NDArray[np.intp]:
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels], dtype=np.intp)


def _notes(panel: _Panel, dropped: int) -> list[str]:
    notes = []
    if panel.clusters.startswith("settings"):
        notes.append(f"fewer than {FEWEST_TEMPLATES} templates: the numbers speak of these templates, not of templates like them")
    if "new tasks by set" in panel.clusters:
        notes.append(f"fewer than {FEWEST_TEMPLATES} new templates: what new tasks show holds for these new templates")
    if dropped:
        notes.append(f"{dropped} sets left out, because one of the models has no answer to a task of theirs")
    if panel.columns < 3:
        notes.append("no task of a new template was asked: template skill and what transfers cannot be told apart")
    return notes

"""The whole account of a gain from two models' outcomes: its parts, the gradient over novelty, what the new templates are, how well they match."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unseen.measuring._distance import Weights
from unseen.measuring._estimate import plain
from unseen.measuring._gain import GainSplit, split_gain
from unseen.measuring._gain_sets import gain_sets
from unseen.measuring._novelty import NoveltyGradient, novelty_gradient
from unseen.measuring._siblings import SiblingSummary, summarise_siblings
from unseen.outcome import Familiarity, Outcome
from unseen.space import Role, Space


@dataclass(frozen=True)
class NewTemplates:
    """What the new tasks are: how many stand in the static task's own family, which variables moved (and in how many), and in how many tasks a
    level stands that no static task asked shows; and how many stand in ``elsewhere``, families the static test does not hold."""

    same_family: int
    moved: Mapping[str, int]
    unseen_levels: int
    elsewhere: Mapping[str, int]


@dataclass(frozen=True)
class Matching:
    """How hard one group of tasks is beside the static ones: the mean difference in doublings of effort, and in declared difficulty."""

    familiarity: Familiarity
    log2_effort: float
    load: float


@dataclass(frozen=True)
class GainAccount:
    """``gradient`` is None where ``no_gradient`` says why; ``siblings`` holds a summary of each model that answered siblings enough."""

    split: GainSplit
    gradient: NoveltyGradient | None
    no_gradient: str
    new_templates: NewTemplates
    matching: tuple[Matching, ...]
    siblings: tuple[SiblingSummary, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(plain(self)) | {"siblings": [summary.to_json() for summary in self.siblings]}


def account_gain(
    first: Sequence[Outcome],
    second: Sequence[Outcome],
    spaces: Mapping[str, Space],
    *,
    names: tuple[str, str] = ("first", "second"),
    weights: Weights | None = None,
    level: float = 0.95,
) -> GainAccount:
    """The account of two models' outcomes of gain runs. Raises ``ValueError`` where no complete set was answered by both."""
    sets, dropped = gain_sets(first, second, spaces)
    split = split_gain(sets, names=names, dropped=dropped, level=level)
    gradient, why = None, ""
    try:
        gradient = novelty_gradient(first, second, spaces, names=names, weights=weights, level=level)
    except ValueError as error:
        why = str(error)
    asked = list({o.task_id: o for o in (*second, *first) if o.role in tuple(Familiarity)}.values())
    fresh = [[o for o in side if o.role == Familiarity.FRESH] for side in (first, second)]
    summaries = [summary for side in fresh if (summary := summarise_siblings(side, level=level)) is not None]
    return GainAccount(split, gradient, why, _new_templates(asked, spaces), _matching(asked), tuple(summaries))


def _new_templates(asked: Sequence[Outcome], spaces: Mapping[str, Space]) -> NewTemplates:
    static = {o.group: o for o in asked if o.role == Familiarity.STATIC}
    levels = {(o.family, name, value) for o in static.values() for name, value in o.setting.items()}
    moved: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    same = unseen = 0
    for new in (o for o in asked if o.role == Familiarity.NEW and o.group in static):
        origin = static[new.group]
        if new.family != origin.family:
            elsewhere[new.family] += 1
            continue
        same += 1
        changed = [
            n for n, v in spaces[new.family].variables.items() if v.role is not Role.DIFFICULTY and new.setting[n] != origin.setting[n]
        ]
        moved.update(changed)
        unseen += any((new.family, name, new.setting[name]) not in levels for name in changed)
    return NewTemplates(same, dict(moved.most_common()), unseen, dict(elsewhere.most_common()))


def _matching(asked: Sequence[Outcome]) -> tuple[Matching, ...]:
    static = {o.group: o for o in asked if o.role == Familiarity.STATIC}
    found = []
    for familiarity in (Familiarity.FRESH, Familiarity.NEW):
        pairs = [(o, static[o.group]) for o in asked if o.role == familiarity and o.group in static]
        if pairs:
            effort = [math.log2(max(o.effort, 1.0)) - math.log2(max(s.effort, 1.0)) for o, s in pairs]
            load = [o.load - s.load for o, s in pairs]
            found.append(Matching(familiarity, sum(effort) / len(pairs), sum(load) / len(pairs)))
    return tuple(found)

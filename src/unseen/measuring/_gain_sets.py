"""Sets of a gain run: a static task, its fresh siblings and a task of a new template, as two models answered them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from unseen.outcome import Familiarity, Outcome
from unseen.space import Role, Space, Value

_ORDER = tuple(Familiarity)


@dataclass(frozen=True)
class GainSet:
    """One static task with what goes with it. Rates are (first model, second model), a mean over siblings for ``fresh``."""

    family: str
    template: Hashable
    setting: Hashable
    static: tuple[float, float]
    fresh: tuple[float, float]
    new: tuple[float, float] | None = None
    new_template: Hashable = None


def template_of(family: str, setting: Mapping[str, Value], space: Space) -> tuple[Hashable, ...]:
    """The template of a setting: its family and everything about it but difficulty."""
    return (family, *((name, setting[name]) for name, variable in space.variables.items() if variable.role is not Role.DIFFICULTY))


def gain_sets(first: Sequence[Outcome], second: Sequence[Outcome], spaces: Mapping[str, Space]) -> tuple[list[GainSet], int]:
    """The sets both models answered in full, in order, and how many were dropped because an answer is missing.

    A set is a group of outcomes whose ``role`` is a :class:`Familiarity`. New tasks are needed of every set when any set has one.
    """
    answers = [{o.task_id: o for o in outcomes if o.role in _ORDER} for outcomes in (first, second)]
    counted = [{task: o.correct for task, o in side.items() if o.counts} for side in answers]
    groups: dict[str, list[Outcome]] = {}
    for outcome in {**answers[1], **answers[0]}.values():
        groups.setdefault(outcome.group, []).append(outcome)
    with_new = any(o.role == Familiarity.NEW for members in groups.values() for o in members)
    sets: list[GainSet] = []
    for members in groups.values():
        both = [o for o in members if o.task_id in counted[0] and o.task_id in counted[1]]
        made = _set_of(both, counted, spaces, with_new)
        if made is not None:
            sets.append(made)
    return sets, len(groups) - len(sets)


def _set_of(
    members: Sequence[Outcome], counted: Sequence[Mapping[str, bool]], spaces: Mapping[str, Space], with_new: bool
) -> GainSet | None:
    by_role = {role: [o for o in members if o.role == role] for role in _ORDER}
    if any(not by_role[role] for role in (_ORDER if with_new else _ORDER[:2])):
        return None
    rates = [tuple(sum(side[o.task_id] for o in by_role[role]) / max(len(by_role[role]), 1) for side in counted) for role in _ORDER]
    static = by_role[Familiarity.STATIC][0]
    new = by_role[Familiarity.NEW][0] if with_new else None
    return GainSet(
        static.family,
        template_of(static.family, static.setting, spaces[static.family]),
        (static.family, *static.setting.values()),
        (rates[0][0], rates[0][1]),
        (rates[1][0], rates[1][1]),
        (rates[2][0], rates[2][1]) if new else None,
        template_of(new.family, new.setting, spaces[new.family]) if new else None,
    )

"""From outcomes to what the item response model is fitted to: which ability met which task, and what the variables say about it.

Ordered variables enter by their position along the domain, easiest −½ to hardest +½, so their effect is that of the whole range; a category
by one effect for each level but its first. Names read ``family: variable`` and ``family: variable=level``, interactions
``family: first × second``. With ``monotone``, difficulty variables rise from each level seen to the next, by an amount that cannot be negative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from unseen.measuring._item_response import ItemResponses, abilities_of
from unseen.outcome import Arm, Outcome
from unseen.space import Category, Role, Space, Value, Variable

Columns = dict[str, Callable[[Mapping[str, Value]], float]]


def item_responses(
    outcomes: Sequence[Outcome],
    spaces: Mapping[str, Space],
    *,
    interactions: Sequence[tuple[str, str]] = (),
    monotone: bool = False,
    ability: Callable[[Outcome], tuple[str, str]] = lambda o: (o.examinee, o.domain),
) -> ItemResponses:
    """What :func:`fit_item_responses` takes, from outcomes of any number of examinees, editions and families.

    Planted tasks, twins and answers that do not count are left out. Tasks of one group share one residual, which keeps standard errors honest when
    many siblings come from one template.

    Args:
        spaces: the families' spaces by name.
        interactions: pairs of variable names; their product enters in every family that has both.
        ability: which (examinee, domain) an outcome measures.
    """
    used = [o for o in outcomes if o.counts and o.arm in (Arm.EXPLORE, Arm.ADAPT)]
    abilities, codes = abilities_of([ability(o) for o in used])
    families = tuple(sorted({o.family for o in used}))
    shared = _siblings(used)
    tasks: dict[tuple[str, ...], int] = {}
    first: list[Outcome] = []
    task = np.zeros(len(used), dtype=np.intp)
    for row, o in enumerate(used):
        identity = (o.family, o.group, *(str(v) for v in o.setting.values())) if o.group in shared else (o.family, o.task_id)
        if identity not in tasks:
            tasks[identity] = len(tasks)
            first.append(o)
        task[row] = tasks[identity]
    x, names, increasing = _design(first, spaces, families, interactions, monotone)
    family = np.array([families.index(o.family) for o in first], dtype=np.intp)
    correct, guess = np.array([o.correct for o in used], bool), np.array([o.guess_rate for o in used], float)
    return ItemResponses(codes, task, correct, guess, x, family, abilities, names, families, increasing)


def _siblings(outcomes: Sequence[Outcome]) -> set[str]:
    """Groups that hold more than one task."""
    tasks: dict[str, set[str]] = {}
    for o in outcomes:
        tasks.setdefault(o.group, set()).add(o.task_id)
    return {group for group, members in tasks.items() if len(members) > 1}


def _design(
    tasks: Sequence[Outcome], spaces: Mapping[str, Space], families: Sequence[str], interactions: Sequence[tuple[str, str]], monotone: bool
) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float64]], tuple[str, ...], frozenset[str]]:
    columns, names, increasing = [], [], set()
    for family in families:
        rows = [i for i, o in enumerate(tasks) if o.family == family]
        settings = [tasks[i].setting for i in rows]
        for name, (column, rises) in _family_columns(spaces[family], settings, interactions, monotone).items():
            values = np.array([column(setting) for setting in settings])
            if np.ptp(values) == 0:
                continue  # never varied: its effect is part of the family's
            whole = np.zeros(len(tasks))
            whole[rows] = values
            columns.append(whole)
            names.append(f"{family}: {name}")
            if rises:
                increasing.add(names[-1])
    x = np.column_stack(columns) if columns else np.zeros((len(tasks), 0))
    return x, tuple(names), frozenset(increasing)


def _family_columns(
    space: Space, settings: Sequence[Mapping[str, Value]], interactions: Sequence[tuple[str, str]], monotone: bool
) -> dict[str, tuple[Callable[[Mapping[str, Value]], float], bool]]:
    found: dict[str, tuple[Callable[[Mapping[str, Value]], float], bool]] = {}
    coded: dict[str, Columns] = {}
    for name, variable in space.variables.items():
        rising = monotone and variable.role is Role.DIFFICULTY
        coded[name] = _steps(name, variable, settings) if rising else _main(name, variable)
        found |= {label: (column, rising) for label, column in coded[name].items()}
    for one, other in interactions:
        if one in space.variables and other in space.variables:
            for label, a in _main(one, space.variables[one]).items():
                found |= {f"{label} × {with_}": (_product(a, b), False) for with_, b in _main(other, space.variables[other]).items()}
    return found


def _main(name: str, variable: Variable) -> Columns:
    if isinstance(variable, Category):
        return {f"{name}={level}": (lambda s, level=level: float(s[name] == level)) for level in variable.levels[1:]}  # type: ignore[misc]
    return {name: lambda s: variable.position(s[name]) - 0.5}


def _steps(name: str, variable: Variable, settings: Sequence[Mapping[str, Value]]) -> Columns:
    """One column for each rise from a position seen to the next, at most five of them (at quantiles of what was asked)."""
    seen = np.array([variable.position(s[name]) for s in settings])
    cuts = np.unique(seen)[1:]
    if cuts.size > 5:
        cuts = np.unique(np.quantile(seen, np.linspace(0, 1, 7)[1:-1]))
        cuts = cuts[cuts > seen.min()]
    return {f"{name}≥{cut:.2g}": (lambda s, cut=cut: float(variable.position(s[name]) >= cut)) for cut in cuts}  # type: ignore[misc]


def _product(
    one: Callable[[Mapping[str, Value]], float], other: Callable[[Mapping[str, Value]], float]
) -> Callable[[Mapping[str, Value]], float]:
    return lambda setting: one(setting) * other(setting)

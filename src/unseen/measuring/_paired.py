"""Surface and premise checks: what changing one variable, and nothing else, does to the pass rate.

A twin shares every choice with its anchor but one variable. For a *premise*, the effect is counterfactual minus
habitual; for a *surface*, any other story minus the default one. Because stories are drawn at random on both sides, a story that breaks a model need
not move that one contrast, so the surface check also looks at every level against its partners and tests all of these
at once by swapping answers within pairs (a permutation test: under the null the two are exchangeable).

The interval of a mean difference adds two pseudo-pairs, one of each sign (Bonett & Price 2012), and uses t; it treats the
differences of a group as one. The p-value is exact (McNemar) when each group has one pair.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit
from scipy.stats import binom

from unseen.measuring._binomial import Floats
from unseen.measuring._estimate import Basis
from unseen.outcome import Arm, Outcome
from unseen.space import Role, Space, Value

Roles = Mapping[tuple[str, str], Role]
References = Mapping[tuple[str, str], Value]

_FLIPS = 4095
_SEED = 20177  # the flips are part of the method, not of the data: the same pairs always give the same p-value


@dataclass(frozen=True)
class Pair:
    """Two answers to twins: at ``reference`` and at ``changed`` of one variable."""

    family: str
    group: str
    variable: str
    reference: Value
    changed: Value
    reference_passed: bool
    changed_passed: bool
    oriented: bool  # whether the reference side stands at the variable's reference level

    @property
    def difference(self) -> int:
        return int(self.changed_passed) - int(self.reference_passed)


@dataclass(frozen=True)
class LevelEffect:
    """One level of one variable against its partners: mean paired difference, with a simultaneous (Bonferroni) interval."""

    family: str
    variable: str
    level: str
    value: float
    low: float
    high: float
    pairs: int


@dataclass(frozen=True)
class PairedCheck:
    """The effect of changing variables of one role.

    ``value`` is the pass rate at changed levels minus that at the reference level, over the ``oriented`` pairs (those with the
    reference level on one side; all pairs where no reference is known). ``gained`` and ``lost`` are its discordant
    counts: passed only when changed, passed only at the reference. ``omnibus_p`` tests every level at once over all ``pairs``.
    """

    role: Role
    family: str | None
    value: float
    low: float
    high: float
    p_value: float
    level: float
    oriented: int
    gained: int
    lost: int
    pairs: int
    discordant: int
    omnibus_p: float
    levels: tuple[LevelEffect, ...]
    estimand: str
    method: str
    basis: Basis = Basis.DESIGN


def roles_of(spaces: Mapping[str, Space]) -> dict[tuple[str, str], Role]:
    """(family, variable) -> role, from the families' spaces by name."""
    return {(family, name): Role(variable.role) for family, space in spaces.items() for name, variable in space.variables.items()}


def references_of(spaces: Mapping[str, Space]) -> dict[tuple[str, str], Value]:
    """(family, variable) -> the level others are compared with: the habitual (first) premise, the default surface."""
    found: dict[tuple[str, str], Value] = {}
    for family, space in spaces.items():
        for name in [*space.named(Role.PREMISE), *space.named(Role.SURFACE)]:
            variable = space.variables[name]
            found[family, name] = variable.default if variable.role is Role.SURFACE or math.isinf(variable.size) else variable.values()[0]
    return found


def pairs_of(outcomes: Sequence[Outcome], roles: Roles, role: Role, references: References | None = None) -> list[Pair]:
    """Every anchor and twin whose answers both count and whose changed variable has this role."""
    anchors = {o.group: o for o in outcomes if o.counts and not o.role and o.arm in (Arm.EXPLORE, Arm.ADAPT)}
    pairs = []
    for twin in outcomes:
        anchor = anchors.get(twin.group)
        variable = twin.role.partition("=")[0]
        if twin.arm is not Arm.TWIN or not twin.counts or anchor is None or roles.get((twin.family, variable)) is not role:
            continue
        pairs.append(_oriented(anchor, twin, variable, references or {}))
    return pairs


def paired_check(pairs: Sequence[Pair], role: Role, *, family: str | None = None, level: float = 0.95) -> PairedCheck:
    """The check over these pairs. Estimand: the mean difference over tasks like those that were twinned."""
    used = [pair for pair in pairs if pair.oriented]
    value, low, high = paired_difference([p.difference for p in used], [p.group for p in used], level=level)
    gained, lost = sum(p.difference > 0 for p in used), sum(p.difference < 0 for p in used)
    contrast = "counterfactual minus habitual" if role is Role.PREMISE else "other stories minus the default one"
    return PairedCheck(
        role=role,
        family=family,
        value=value,
        low=low,
        high=high,
        p_value=_sign_flip_p(used),
        level=level,
        oriented=len(used),
        gained=gained,
        lost=lost,
        pairs=len(pairs),
        discordant=sum(p.difference != 0 for p in pairs),
        omnibus_p=_omnibus_p(pairs),
        levels=_level_effects(pairs, level),
        estimand=f"pass rate, {contrast}, over the tasks that were twinned",
        method="paired difference with two pseudo-pairs and t; exact McNemar; within-pair permutation over levels",
    )


def paired_difference(differences: Sequence[float], groups: Sequence[str], *, level: float = 0.95) -> tuple[float, float, float]:
    """The mean of paired differences (each in [-1, 1]) and its interval, one observation per group; (NaN, -1, 1) for none."""
    if not differences:
        return math.nan, -1.0, 1.0
    d = _by_group(differences, groups)
    count = d.size + 2
    centre = float(d.sum()) / count
    se = math.sqrt((float(np.sum(d**2)) + 2) / count - centre**2) / math.sqrt(count)
    half = float(stdtrit(count - 1, (1 + level) / 2)) * se
    return float(d.mean()), max(centre - half, -1.0), min(centre + half, 1.0)


def _oriented(anchor: Outcome, twin: Outcome, variable: str, references: References) -> Pair:
    level_of = {id(o): o.setting[variable] for o in (anchor, twin)}
    key = (twin.family, variable)
    reference, changed = (twin, anchor) if key in references and twin.setting[variable] == references[key] else (anchor, twin)
    oriented = key not in references or reference.setting[variable] == references[key]
    return Pair(
        twin.family, twin.group, variable, level_of[id(reference)], level_of[id(changed)], reference.correct, changed.correct, oriented
    )


def _by_group(values: Sequence[float], groups: Sequence[str]) -> Floats:
    gathered: dict[str, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        gathered.setdefault(group, []).append(value)
    return np.array([sum(members) / len(members) for members in gathered.values()], float)


def _level_effects(pairs: Sequence[Pair], level: float) -> tuple[LevelEffect, ...]:
    gathered: dict[tuple[str, str, str], list[tuple[float, str]]] = {}
    for pair in pairs:
        gathered.setdefault((pair.family, pair.variable, str(pair.changed)), []).append((pair.difference, pair.group))
        gathered.setdefault((pair.family, pair.variable, str(pair.reference)), []).append((-pair.difference, pair.group))
    each = 1 - (1 - level) / max(len(gathered), 1)
    effects = []
    for (family, variable, name), members in sorted(gathered.items()):
        value, low, high = paired_difference([d for d, _ in members], [g for _, g in members], level=each)
        effects.append(LevelEffect(family, variable, name, value, low, high, len(members)))
    return tuple(effects)


def _sign_flip_p(pairs: Sequence[Pair]) -> float:
    """Two-sided: exact for one pair per group; by random flips of whole groups otherwise."""
    if len({p.group for p in pairs}) == len(pairs):
        gained, lost = sum(p.difference > 0 for p in pairs), sum(p.difference < 0 for p in pairs)
        return min(1.0, 2 * float(binom.cdf(min(gained, lost), gained + lost, 0.5))) if gained + lost else 1.0
    sums = _by_group([p.difference for p in pairs], [p.group for p in pairs])
    flipped = np.abs(_flips(sums.size) @ sums)
    return float(1 + np.sum(flipped >= abs(sums.sum()) - 1e-9)) / (_FLIPS + 1)


def _omnibus_p(pairs: Sequence[Pair]) -> float:
    """Whether changing the variable does anything: the largest S²/m among contrasts, S the sum of m discordant differences.

    The contrasts are each level against its partners and, over all oriented pairs, the reference against everything else.
    """
    discordant = [p for p in pairs if p.difference]
    if not discordant:
        return 1.0
    contrasts: dict[tuple[object, ...], int] = {}
    groups: dict[str, int] = {}
    entries: list[tuple[int, int, int]] = []
    for pair in discordant:
        row = groups.setdefault(pair.group, len(groups))
        sides: list[tuple[tuple[object, ...], int]] = [
            ((pair.family, pair.variable, level), sign) for level, sign in ((pair.changed, 1), (pair.reference, -1))
        ]
        for contrast, sign in [*sides, *([((), 1)] if pair.oriented else [])]:
            entries.append((row, contrasts.setdefault(contrast, len(contrasts)), sign * pair.difference))
    scores, sizes = np.zeros((len(groups), len(contrasts))), np.zeros(len(contrasts))
    for row, column, score in entries:
        scores[row, column] += score
        sizes[column] += 1
    observed = float(np.max(scores.sum(axis=0) ** 2 / sizes))
    permuted = np.max((_flips(len(groups)) @ scores) ** 2 / sizes, axis=1)
    return float(1 + np.sum(permuted >= observed - 1e-9)) / (_FLIPS + 1)


def _flips(count: int) -> Floats:
    signs: Floats = np.random.default_rng(_SEED).integers(0, 2, size=(_FLIPS, count)).astype(float) * 2 - 1
    return signs

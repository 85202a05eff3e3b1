"""Which of two models is better, where, and by how much: paired where they answered the same tasks, equated where they did not.

Each family is compared on its own. Paired: the mean difference over shared tasks, siblings clustered (CR1, t(G − 1)), with two
pseudo-tasks of opposite sign that keep agreement from claiming certainty. Equated: the item response model puts both on one scale through
the family and its variables; the difference is that of their expected pass rates over fresh siblings of all tasks either answered.
A domain in which the two answered different families is compared as a whole, and its interval says how much harder one family may be than another.
Overall is the equal-weight mean; Holm's procedure keeps the chance of any false claim among the families within 1 − level.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from scipy.special import stdtr, stdtrit

from unseen.measuring._binomial import Floats
from unseen.measuring._clustered import clustered_mean
from unseen.measuring._estimate import plain
from unseen.measuring._evidence import Evidence, betting_evidence, normal_evidence
from unseen.measuring._item_response import Effect, ItemResponseFit, Priors, fit_item_responses
from unseen.measuring._item_response_design import item_responses
from unseen.outcome import Arm, Outcome
from unseen.space import Space

PRIORS = Priors(effect_sd=2.0)
_BET = 0.1  # the sd, as a difference of pass rates, of what the normal mixture bets on
_A, _B = "first", "second"
Sides = tuple[list[Outcome], list[Outcome]]


class Method(StrEnum):
    """How two models were compared."""

    PAIRED = "paired"  # on the same tasks
    EQUATED = "equated"  # on different tasks of the same families
    LINKED = "linked"  # on different families of one domain
    MIXED = "mixed"  # an overall of several


@dataclass(frozen=True)
class Difference:
    """First minus second. ``points`` is the difference of pass rates (0.1 is ten points), ``logits`` that of their log odds.

    ``holm_p`` is the p-value of ``points`` adjusted over the families; ``differs`` whether it is within 1 − level. ``ability`` is the
    difference of θ, at equal tasks, where the model was fitted. ``tasks`` counts distinct tasks, ``shared`` those both answered.
    """

    name: str
    method: Method
    points: Effect
    logits: Effect
    ability: Effect | None
    evidence: Evidence
    tasks: int
    shared: int
    holm_p: float = math.nan
    differs: bool = False


@dataclass(frozen=True)
class Comparison:
    """Two models, overall and family by family."""

    first: str
    second: str
    level: float
    overall: Difference
    families: tuple[Difference, ...]
    notes: tuple[str, ...]
    multiplicity: str = "Holm over the families"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(plain(self))


@dataclass(frozen=True)
class _Part:
    """A difference before its overall. Paired: degrees of freedom and the stream to bet on; equated: for points and logits, the gradient over
    the fit and the variance of two pseudo-answers, one right and one wrong, on each side."""

    contrast: Difference
    freedom: float = math.inf
    stream: tuple[float, ...] | None = None
    gradient: tuple[Floats, Floats] | None = None
    pseudo: tuple[float, float] = (0.0, 0.0)


def compare(
    first: Sequence[Outcome],
    second: Sequence[Outcome],
    spaces: Mapping[str, Space],
    *,
    names: tuple[str, str] = (_A, _B),
    level: float = 0.95,
) -> Comparison:
    """Compare two models' outcomes (any arms; twins, planted tasks and infrastructure failures are left out).

    Args:
        spaces: the families' spaces by name.
        names: what to call the two.

    Raises:
        ValueError: there is no family and no domain in which both have an answer that counts.
    """
    units, notes = _units([o for o in first if _usable(o)], [o for o in second if _usable(o)])
    if not units:
        raise ValueError("no family and no domain has answers of both")
    paired = {name: _shared(sides) for name, sides in units.items()}
    fitted = {name: sides for name, sides in units.items() if not _worth_pairing(sides, len(paired[name]))}
    fit = _fit(fitted, spaces, level) if fitted else None
    parts = [
        _equated(name, sides, len(paired[name]), fit, level) if fit and name in fitted else _paired(name, sides, paired[name], level)
        for name, sides in units.items()
    ]
    overall = _overall(parts, fit, level)
    return Comparison(*names, level, overall, holm([part.contrast for part in parts], level), tuple(notes))


def _usable(outcome: Outcome) -> bool:
    return outcome.counts and outcome.arm in (Arm.EXPLORE, Arm.ADAPT)


def _units(first: Sequence[Outcome], second: Sequence[Outcome]) -> tuple[dict[str, Sides], list[str]]:
    """What is compared as one: families both answered; else domains in which they answered different ones."""
    domains = {o.family: o.domain for o in (*first, *second)}
    both = {o.family for o in first} & {o.family for o in second}
    bridged = {domains[family] for family in both}
    units: dict[str, Sides] = {}
    for family, domain in sorted(domains.items()):
        if family in both or domain not in bridged:
            sides = units.setdefault(family if family in both else domain, ([], []))
            for outcomes, side in zip((first, second), sides, strict=True):
                side += [o for o in outcomes if o.family == family]
    kept = {name: sides for name, sides in units.items() if all(sides)}
    used = {o.family for sides in kept.values() for side in sides for o in side}
    alone = sorted(set(domains) - used)
    return kept, [f"answered by one of the two only, and left out: {', '.join(alone)}"] if alone else []


def _shared(sides: Sides) -> list[tuple[Outcome, Outcome]]:
    """The two answers to each task both answered (the first, where one was asked again), in the order in which they came to be complete."""
    found: list[dict[str, tuple[int, Outcome]]] = [{}, {}]
    for side, seen in zip(sides, found, strict=True):
        for at, outcome in enumerate(side):
            seen.setdefault(outcome.task_id, (at, outcome))
    both = [(max(at, found[1][task][0]), task) for task, (at, _) in found[0].items() if task in found[1]]
    return [(found[0][task][1], found[1][task][1]) for _, task in sorted(both)]


def _worth_pairing(sides: Sides, shared: int) -> bool:
    return 2 * shared >= min(len({o.task_id for o in side}) for side in sides)


def _paired(name: str, sides: Sides, pairs: Sequence[tuple[Outcome, Outcome]], level: float) -> _Part:
    a, b = (np.array([pair[i].correct for pair in pairs], float) for i in (0, 1))
    groups: list[str | int] = [pair[0].group for pair in pairs]
    clusters = len(set(groups))
    pseudo = np.array([1.0, -1.0])
    rates = [(x.sum() + 0.5) / (x.size + 1) for x in (a, b)]
    slopes = [1 / (rate * (1 - rate)) for rate in rates]
    log_odds = math.log(rates[0] / (1 - rates[0])) - math.log(rates[1] / (1 - rates[1]))
    pulls = slopes[0] * (a - rates[0]) - slopes[1] * (b - rates[1])
    effects = [
        _effect(label, value, clustered_mean(np.concatenate([d, pseudo * scale]), [*groups, 0, 1]).se, clusters, level)
        for label, value, d, scale in (("points", float((a - b).mean()), a - b, 1.0), ("logits", log_odds, pulls, float(np.mean(slopes))))
    ]
    gathered: dict[str, list[float]] = {}
    for one, other in pairs:
        gathered.setdefault(one.group, []).append(float(one.correct) - float(other.correct))
    stream = tuple(sum(d) / len(d) for d in gathered.values())
    count = len({o.task_id for side in sides for o in side})
    contrast = Difference(name, Method.PAIRED, effects[0], effects[1], None, betting_evidence(stream, level=level), count, len(pairs))
    return _Part(contrast, max(clusters - 1, 0), stream)


def _fit(units: Mapping[str, Sides], spaces: Mapping[str, Space], level: float) -> ItemResponseFit:
    """All units that need the model, fitted together."""
    outcomes = [
        replace(o, examinee=label, domain=name)
        for name, sides in units.items()
        for label, side in zip((_A, _B), sides, strict=True)
        for o in side
    ]
    return fit_item_responses(item_responses(outcomes, spaces), priors=PRIORS, level=level)


def _equated(name: str, sides: Sides, shared: int, fit: ItemResponseFit, level: float) -> _Part:
    of = fit.responses
    at = [of.abilities.index((label, name)) for label in (_A, _B)]
    tasks = np.unique(of.task[np.isin(of.ability, at)])
    floor = float(np.mean([o.guess_rate for side in sides for o in side]))
    (p, dp), (q, dq) = (fit.pass_rate(ability, tasks, floor) for ability in at)
    slopes = (1 / (p * (1 - p)), 1 / (q * (1 - q)))
    gradients = (dp - dq, dp * slopes[0] - dq * slopes[1])
    values = (p - q, math.log(p / (1 - p)) - math.log(q / (1 - q)))
    sizes = [len(side) for side in sides]
    pseudo = (sum(0.5 / n**2 for n in sizes), sum(0.5 * (slope / n) ** 2 for slope, n in zip(slopes, sizes, strict=True)))
    points, logits = (
        _effect(label, value, math.sqrt(float(g @ fit.covariance @ g) + extra), math.inf, level)
        for label, value, g, extra in zip(("points", "logits"), values, gradients, pseudo, strict=True)
    )
    families = {o.family for o in sides[0]} & {o.family for o in sides[1]}
    count = len({o.task_id for side in sides for o in side})
    ability = replace(fit.difference((_A, name), (_B, name)), name="ability")
    evidence = normal_evidence(points.value, points.se, count, scale=_BET, level=level)
    method = Method.EQUATED if families else Method.LINKED
    return _Part(Difference(name, method, points, logits, ability, evidence, count, shared), gradient=gradients, pseudo=pseudo)


def _overall(parts: Sequence[_Part], fit: ItemResponseFit | None, level: float) -> Difference:
    """The equal-weight mean, with t at the Welch–Satterthwaite degrees of freedom."""
    contrasts = [part.contrast for part in parts]
    effects = [_mean([getattr(c, kind) for c in contrasts], parts, fit, at, level) for at, kind in enumerate(("points", "logits"))]
    streams = [part.stream for part in parts if part.stream is not None]
    tasks = sum(c.tasks for c in contrasts)
    if len(streams) == len(parts):
        # A round takes one group of each family, so that its mean is the equal-weight difference whatever the families are.
        evidence = betting_evidence([sum(round_) / len(round_) for round_ in zip(*streams, strict=False)], level=level)
    else:
        evidence = normal_evidence(effects[0].value, effects[0].se, tasks, scale=_BET, level=level)
    methods = {c.method for c in contrasts}
    method = methods.pop() if len(methods) == 1 else Method.MIXED
    return Difference("overall", method, effects[0], effects[1], None, evidence, tasks, sum(c.shared for c in contrasts))


def _mean(effects: Sequence[Effect], parts: Sequence[_Part], fit: ItemResponseFit | None, at: int, level: float) -> Effect:
    own = [(e.se**2, part.freedom) for e, part in zip(effects, parts, strict=True) if part.gradient is None]
    pulls = [part.gradient[at] for part in parts if part.gradient is not None]
    joint = np.sum(pulls, axis=0) if pulls else np.zeros(0)
    variance = (
        sum(v for v, _ in own)
        + sum(part.pseudo[at] for part in parts)
        + (float(joint @ fit.covariance @ joint) if fit is not None and pulls else 0.0)
    )
    spread = sum(v**2 / freedom for v, freedom in own if freedom)
    freedom = variance**2 / spread if spread and all(f for _, f in own) else (math.inf if not own else 0.0)
    value = sum(e.value for e in effects) / len(effects)
    return _effect(effects[0].name, value, math.sqrt(variance) / len(effects), freedom + 1, level)


def _effect(name: str, value: float, se: float, clusters: float, level: float) -> Effect:
    """A t interval with ``clusters`` − 1 degrees of freedom; the whole line when there is one cluster."""
    if clusters < 2:
        return Effect(name, value, math.inf, -math.inf, math.inf, 1.0)
    freedom = min(clusters - 1, 1e6)
    half = float(stdtrit(freedom, (1 + level) / 2)) * se
    return Effect(name, value, se, value - half, value + half, 2 * float(stdtr(freedom, -abs(value) / se)))


def holm(contrasts: Sequence[Difference], level: float) -> tuple[Difference, ...]:
    """The differences with p-values adjusted over all of them (Holm 1979): the chance of any false claim is at most 1 − ``level``."""
    order = sorted(range(len(contrasts)), key=lambda i: contrasts[i].points.p_value)
    adjusted, worst = [0.0] * len(contrasts), 0.0
    for rank, index in enumerate(order):
        worst = max(worst, min(1.0, (len(contrasts) - rank) * contrasts[index].points.p_value))
        adjusted[index] = worst
    return tuple(replace(c, holm_p=p, differs=p <= 1 - level) for c, p in zip(contrasts, adjusted, strict=True))

"""What ten times more compute buys: pass rate against the logarithm of compute, on static, fresh, composed and counterfactual tasks.

``compute_table`` sets improvement per tenfold compute on static tasks beside that on fresh, composed and counterfactual ones, all models having
answered the same tasks. Two kinds of interval are given. *For these models*: only tasks are a sample, clustered by template (CR1, t(G − 1)).
*For models like these*: the models' scatter about the line counts as well (t near M − 2 degrees of freedom), which takes three models.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unseen.measuring._binomial import Floats
from unseen.measuring._effects import holm, t_effect
from unseen.measuring._estimate import Basis, plain
from unseen.measuring._gain import FEWEST_TEMPLATES
from unseen.measuring._gain_sets import template_of
from unseen.measuring._item_response import Effect
from unseen.measuring._tenfold import Line, log10
from unseen.outcome import Arm, Familiarity, Outcome
from unseen.space import Role, Space, Value

FEWEST_MODELS = 4  # from which the table speaks of models like these
_UNASKED = Effect("", math.nan, math.inf, -math.inf, math.inf, 1.0)


class Condition(StrEnum):
    """The rows of the compute table."""

    STATIC = "static"  # tasks of a static test
    FRESH = "fresh"  # tasks nobody has seen
    COMPOSED = "composed"  # those of them under habitual rules that make two demands or more at once: see :func:`demands`
    COUNTERFACTUAL = "counterfactual"  # those of them under a rule against habit
    NEW = "new templates"  # tasks of templates that a static test does not hold


@dataclass(frozen=True)
class Answers:
    """One condition: ``passed`` (n, M) of every task by every model, tasks named by ``tasks`` (n,) in ``clusters`` (n,).

    A task may belong to several conditions; its name then says that it is the same.
    """

    passed: NDArray[np.bool_]
    tasks: Sequence[str]
    clusters: Sequence[Hashable]


@dataclass(frozen=True)
class ScalingRow:
    """One condition. ``rates`` (M,) in order of compute; slopes are per tenfold compute, in pass rate (points) and logits.

    ``points`` and ``logits`` speak of these models, ``points_models`` of models like these.
    """

    condition: str
    tasks: int
    clusters: int
    rates: tuple[float, ...]
    points: Effect
    logits: Effect
    points_models: Effect


@dataclass(frozen=True)
class SlopeDifference:
    """The slope on one condition minus that on fresh tasks. ``holm_p`` is adjusted over the table's differences, and decides."""

    condition: str
    points: Effect
    logits: Effect
    points_models: Effect
    holm_p: float
    differs: bool


@dataclass(frozen=True)
class ComputeTable:
    """Improvement per tenfold compute. ``scope`` says of what the decisions speak: these models, or models like these."""

    models: tuple[str, ...]
    compute: tuple[float, ...]
    level: float
    rows: tuple[ScalingRow, ...]
    differences: tuple[SlopeDifference, ...]
    scope: str
    multiplicity: str = "Holm over the differences"
    basis: Basis = Basis.MODEL

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(plain(self))


def demands(setting: Mapping[str, Value], space: Space) -> int:
    """How many things a setting asks for at once: difficulty variables above the middle of their domain, structures other than the first.

    A setting with two or more counts as composed. Composed settings are the harder ones by design, so the table gives log odds as well.
    """
    found = 0
    for name, variable in space.variables.items():
        place = variable.position(setting[name])
        found += (variable.role is Role.DIFFICULTY and place > 0.5) or (variable.role is Role.STRUCTURE and place > 0)
    return found


def conditions_of(
    outcomes: Mapping[str, Sequence[Outcome]], spaces: Mapping[str, Space], models: Sequence[str]
) -> tuple[dict[str, Answers], int]:
    """The answers of every condition, from the models' outcomes by name, and how many tasks were left out because a model has no answer.

    Fresh are exploration and adaptation tasks, of a gain run its fresh siblings; twins and planted tasks are left out.
    """
    answered = [{o.task_id: o.correct for o in outcomes[model] if o.counts} for model in models]
    asked = {o.task_id: o for model in models for o in outcomes[model] if o.arm in (Arm.EXPLORE, Arm.ADAPT, Arm.STATIC)}
    whole = [o for o in asked.values() if all(o.task_id in side for side in answered)]
    found: dict[str, Answers] = {}
    for condition in Condition:
        members = [o for o in whole if _belongs(o, condition, spaces[o.family])]
        passed = np.array([[side[o.task_id] for side in answered] for o in members], bool).reshape(len(members), len(models))
        clusters = [template_of(o.family, o.setting, spaces[o.family]) for o in members]
        few = len(set(clusters)) < FEWEST_TEMPLATES
        found[condition] = Answers(passed, [o.task_id for o in members], [o.group for o in members] if few else clusters)
    return found, len(asked) - len(whole)


def _belongs(o: Outcome, condition: Condition, space: Space) -> bool:
    if condition in (Condition.STATIC, Condition.NEW):
        return o.arm is Arm.STATIC if condition is Condition.STATIC else o.role == Familiarity.NEW
    if o.arm is Arm.STATIC or o.role == Familiarity.NEW:
        return False
    habitual = all(space.variables[name].position(o.setting[name]) == 0 for name in space.named(Role.PREMISE))
    if condition is Condition.COUNTERFACTUAL:
        return not habitual
    return condition is Condition.FRESH or (habitual and demands(o.setting, space) > 1)


def compute_table(
    compute: Mapping[str, float], conditions: Mapping[str, Answers], *, against: str = Condition.FRESH, level: float = 0.95
) -> ComputeTable:
    """The table for models with ``compute`` (FLOPs, parameters, anything positive; in the order of the columns of every condition).

    Differences are taken against the condition ``against`` where it is there.

    Raises:
        ValueError: fewer than two models, a compute that is not positive, or all of them equal.
    """
    x = log10(list(compute.values()))
    order = np.argsort(x, kind="stable")
    line = Line.through(x[order])
    used = {name: answers for name, answers in conditions.items() if len(answers.tasks)}
    panel = _Panel.of({name: replace(answers, passed=answers.passed[:, order]) for name, answers in used.items()}, line)
    rows = [
        ScalingRow(
            name,
            len(answers.tasks),
            len(set(answers.clusters)),
            tuple(float(rate) for rate in panel.rates[name]),
            *panel.slopes(name, None, level),
        )
        for name, answers in used.items()
    ]
    found = [(name, panel.slopes(name, against, level)) for name in used if name != against and against in used]
    wide = x.size >= FEWEST_MODELS
    adjusted = holm([(effects[2] if wide else effects[0]).p_value for _, effects in found])
    differences = [SlopeDifference(name, *effects, p, p <= 1 - level) for (name, effects), p in zip(found, adjusted, strict=True)]
    names = list(compute)
    return ComputeTable(
        tuple(names[i] for i in order),
        tuple(float(list(compute.values())[i]) for i in order),
        level,
        tuple(rows),
        tuple(differences),
        "models like these" if wide else "these models",
    )


@dataclass(frozen=True)
class _Panel:
    """Per condition: rates (M,), and over all tasks (N, M) what each answer adds to them, zero where a task is not of the condition."""

    line: Line
    rates: Mapping[str, Floats]
    shares: Mapping[str, Floats]
    codes: NDArray[np.intp]

    @classmethod
    def of(cls, conditions: Mapping[str, Answers], line: Line) -> _Panel:
        index: dict[str, int] = {}
        clusters: list[Hashable] = []
        for answers in conditions.values():
            for task, cluster in zip(answers.tasks, answers.clusters, strict=True):
                if task not in index:
                    index[task] = len(index)
                    clusters.append(cluster)
        shares = {}
        for name, answers in conditions.items():
            whole = np.zeros((len(index), line.x.size))
            passed = answers.passed.astype(float)
            whole[[index[task] for task in answers.tasks]] = (passed - passed.mean(axis=0)) / len(answers.tasks)
            shares[name] = whole
        seen: dict[Hashable, int] = {}
        codes = np.array([seen.setdefault(cluster, len(seen)) for cluster in clusters], dtype=np.intp)
        return cls(line, {name: answers.passed.mean(axis=0) for name, answers in conditions.items()}, shares, codes)

    def slopes(self, name: str, minus: str | None, level: float) -> tuple[Effect, Effect, Effect]:
        """Points and logits for these models, and points for models like these; of one condition, or of its difference from another."""
        signs = {name: 1.0} if minus is None else {name: 1.0, minus: -1.0}
        rates = np.sum([sign * self.rates[c] for c, sign in signs.items()], axis=0)
        pulls = np.sum([sign * self.shares[c] for c, sign in signs.items()], axis=0)
        inside = np.any([np.any(self.shares[c] != 0, axis=1) for c in signs], axis=0)
        clusters = len(np.unique(self.codes[inside])) if inside.any() else len(np.unique(self.codes))
        sizes = [max(int(np.any(self.shares[c] != 0, axis=1).sum()), 1) for c in signs]
        pseudo = sum(1 / size**2 for size in sizes) * float(self.line.weights @ self.line.weights) / 2
        by_tasks = self._clustered(pulls @ self.line.weights, clusters) + pseudo
        points = t_effect("points", float(rates @ self.line.weights), by_tasks, clusters - 1, level)
        logits = self._logits(signs, clusters, level)
        return points, logits, self._wide(rates, pulls, by_tasks, clusters, level)

    def _logits(self, signs: Mapping[str, float], clusters: int, level: float) -> Effect:
        value, pulls, pseudo = 0.0, np.zeros(self.codes.size), 0.0
        for condition, sign in signs.items():
            count = max(int(np.any(self.shares[condition] != 0, axis=1).sum()), 1)
            rates = (self.rates[condition] * count + 0.5) / (count + 1)
            steep = self.line.weights / (rates * (1 - rates))
            value += sign * float(self.line.weights @ np.log(rates / (1 - rates)))
            pulls += sign * (self.shares[condition] @ steep)
            pseudo += float(steep @ steep) / 2 / count**2
        return t_effect("logits", value, self._clustered(pulls, clusters) + pseudo, clusters - 1, level)

    def _wide(self, rates: Floats, pulls: Floats, by_tasks: float, clusters: int, level: float) -> Effect:
        """Scatter about the line, which holds each answer's own noise, and how tasks differ in slope, which it does not."""
        models = self.line.x.size
        if models < 3:
            return replace(_UNASKED, name="points", value=float(rates @ self.line.weights))
        scatter = self.line.scatter(rates)
        left = self.line.residuals(pulls)
        noise = models / (models - 2) * float(np.sum((left * self.line.weights) ** 2))
        sampled = max(by_tasks - noise, 0.0)
        whole = scatter + sampled
        freedom = whole**2 / (scatter**2 / (models - 2) + sampled**2 / max(clusters - 1, 1)) if whole > 0 else 0.0
        return t_effect("points", float(rates @ self.line.weights), whole, freedom, level)

    def _clustered(self, pulls: Floats, clusters: int) -> float:
        if clusters < 2:
            return math.inf
        return clusters / (clusters - 1) * float(np.sum(np.bincount(self.codes, pulls) ** 2))

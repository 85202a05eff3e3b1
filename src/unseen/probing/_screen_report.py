"""What a screening found, from its answers alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from unseen.measuring import (
    ClusteredLogit,
    Contrast,
    Estimate,
    ScreeningDecision,
    ScreeningLook,
    clustered_logit,
    clustered_rate,
    decide_screening,
    plain,
    residual_contrasts,
    step_up,
    t_interval,
)
from unseen.probing._screen_factors import Factors
from unseen.space import Role, Setting, Value


class ScreenVerdict(StrEnum):
    """What is concluded about a variable."""

    MATTERS = "matters"
    EQUIVALENT = "shown not to matter"  # its average effect lies within the margin
    NOT_SHOWN = "not shown"  # neither: too few answers to tell


@dataclass(frozen=True)
class Answered:
    """One answer, as the analysis needs it: where in the screen its cluster stands, and whether it was right."""

    confirming: bool
    cluster: int
    setting: Setting
    passed: bool


@dataclass(frozen=True)
class VariableEffect:
    """What going from one value to another does to the pass rate: in points (-1..1) and in log odds, averaged over the design."""

    source: Value
    target: Value
    points: float
    points_low: float
    points_high: float
    logits: float
    logits_low: float
    logits_high: float


@dataclass(frozen=True)
class FreshEvidence:
    """The same on fresh tasks alone, free of selection: the largest effect there, the p-value, whether it holds up."""

    confirmed: bool
    p_value: float
    effects: tuple[VariableEffect, ...]
    rates: tuple[tuple[Value, Estimate], ...]  # the pass rate at every value that was asked


@dataclass(frozen=True)
class VariableFinding:
    """One variable: what was concluded and from what. ``p_value`` is that of the average effect over all looks."""

    name: str
    role: Role
    verdict: ScreenVerdict
    through: tuple[str, ...]  # the variables it interacts with
    p_value: float
    effects: tuple[VariableEffect, ...]
    confirmation: FreshEvidence | None = None

    @property
    def shown(self) -> tuple[VariableEffect, ...]:
        """The effects as measured on fresh tasks where there were any, else as screened."""
        return self.confirmation.effects if self.confirmation else self.effects

    @property
    def largest(self) -> VariableEffect:
        """The effect of greatest size among those shown."""
        return max(self.shown, key=lambda effect: abs(effect.logits))


@dataclass(frozen=True)
class Interaction:
    """Two variables whose effects depend on each other: the difference of differences in log odds, and how it did on fresh tasks."""

    first: str
    second: str
    first_value: Value
    second_value: Value
    logits: float
    low: float
    high: float
    p_value: float
    confirmed: bool | None = None


@dataclass(frozen=True)
class ScreenReport:
    """What was found about one examinee in one family. ``level`` is that of every interval."""

    examinee: str
    family: str
    screened: int
    confirming: int
    pass_rate: float
    fdr: float
    margin: float
    level: float
    settled: bool
    variables: tuple[VariableFinding, ...]
    interactions: tuple[Interaction, ...]

    @property
    def ranked(self) -> list[VariableFinding]:
        """The variables, those that matter first, then by the size of the effect."""
        order = list(ScreenVerdict)
        return sorted(self.variables, key=lambda found: (order.index(found.verdict), -abs(found.largest.logits)))

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON."""
        return dict(plain(self))


@dataclass(frozen=True)
class Analyst:
    """Turns answers into decisions: ``cuts`` are the numbers of clusters at which one looks."""

    factors: Factors
    cuts: tuple[int, ...]
    fdr: float
    margin: float
    level: float = 0.95

    def decision(self, answers: Sequence[Answered], *, complete: bool) -> ScreeningDecision | None:
        """What may be concluded now; None while there is nothing to go by."""
        screened = [answer for answer in answers if not answer.confirming]
        reached = max((answer.cluster for answer in screened), default=-1) + 1
        cuts = [cut for cut in self.cuts if cut <= reached]
        if complete and (not cuts or cuts[-1] < reached):
            cuts.append(reached)
        looks = [self._look([answer for answer in screened if answer.cluster < cut]) for cut in cuts]
        if not looks or min(len(look.passed) for look in looks) < 2:
            return None
        return decide_screening(looks, self.factors.owners, fdr=self.fdr, margin=self.margin, alpha=1 - self.level, complete=complete)

    def report(self, examinee: str, family: str, answers: Sequence[Answered], *, complete: bool = True) -> ScreenReport:
        """Everything that was found. ``complete`` unless the asking stopped at an early look because of what was found."""
        decision = self.decision(answers, complete=complete)
        fresh = [answer for answer in answers if answer.confirming]
        screened = len(answers) - len(fresh)
        rate = float(np.mean([answer.passed for answer in answers])) if answers else math.nan
        variables: tuple[VariableFinding, ...] = ()
        interactions: tuple[Interaction, ...] = ()
        if decision is not None:
            variables = self._variables(decision, self._confirmations(decision, fresh))
            interactions = self._interactions(decision, fresh)
        settled = decision is not None and decision.settled
        return ScreenReport(
            examinee, family, screened, len(fresh), rate, self.fdr, self.margin, self.level, settled, variables, interactions
        )

    def _look(self, answers: Sequence[Answered]) -> ScreeningLook:
        _, codes = np.unique([answer.cluster for answer in answers], return_inverse=True)
        x = self.factors.columns([answer.setting for answer in answers])
        return ScreeningLook(x, np.array([answer.passed for answer in answers], bool), codes.astype(np.intp))

    def _columns(self, variable: int) -> list[int]:
        return [at for at, owner in enumerate(self.factors.owners) if owner == variable]

    def _effects(self, fit: ClusteredLogit, variable: int) -> tuple[VariableEffect, ...]:
        contrasts = zip(self.factors.factors[variable].contrasts, self._columns(variable), strict=True)
        return tuple(self._effect(fit, source, target, column) for (source, target), column in contrasts)

    def _effect(self, fit: ClusteredLogit, source: Value, target: Value, column: int) -> VariableEffect:
        (logits, logits_se), (points, points_se) = fit.effect(column), fit.points(column)
        return VariableEffect(
            source,
            target,
            points,
            *t_interval(points, points_se, fit.df, self.level),
            logits,
            *t_interval(logits, logits_se, fit.df, self.level),
        )

    def _variables(self, decision: ScreeningDecision, confirmations: dict[int, FreshEvidence]) -> tuple[VariableFinding, ...]:
        found = []
        for at, factor in enumerate(self.factors.factors):
            kind = (
                ScreenVerdict.MATTERS
                if decision.matters[at]
                else ScreenVerdict.EQUIVALENT
                if decision.equivalent[at]
                else ScreenVerdict.NOT_SHOWN
            )
            partners = {self._other(contrast, at) for contrast in decision.interactions} - {None}
            through = tuple(other.name for position, other in enumerate(self.factors.factors) if position in partners)
            p_value = min(float(decision.p_values[at]), 1.0)
            effects = self._effects(decision.fit, at)
            found.append(VariableFinding(factor.name, factor.role, kind, through, p_value, effects, confirmations.get(at)))
        return tuple(found)

    def _other(self, contrast: Contrast, variable: int) -> int | None:
        ends = (self.factors.owners[contrast.first], self.factors.owners[contrast.second])
        return ends[1 - ends.index(variable)] if variable in ends else None

    def _confirmations(self, decision: ScreeningDecision, fresh: Sequence[Answered]) -> dict[int, FreshEvidence]:
        """Survivors on fresh tasks: step-up among them, and the sign of the largest effect must stay."""
        survivors = [int(at) for at in np.flatnonzero(decision.matters)]
        if not survivors or len(fresh) < 2:
            return {}
        look = self._look(fresh)
        fit = clustered_logit(look.x, look.passed, look.codes)
        again = residual_contrasts(fit, [(c.first, c.second) for c in decision.interactions])
        tests = []
        for at in survivors:
            before, after = self._effects(decision.fit, at), self._effects(fit, at)
            strongest = max(range(len(before)), key=lambda i: abs(before[i].logits))
            repeats = [(fit.p_value(self._columns(at)), before[strongest].logits * after[strongest].logits > 0)]
            pairs = zip(decision.interactions, again, strict=True)
            repeats += [(new.p_value, old.value * new.value > 0) for old, new in pairs if self._other(old, at) is not None]
            p_value, same = min(repeats)
            tests.append((min(p_value * len(repeats), 1.0), same))
        p_values, signs = zip(*tests, strict=True)
        holds = step_up(np.array(p_values), self.fdr) & np.array(signs)
        return {
            at: FreshEvidence(bool(ok), p, self._effects(fit, at), self._rates(fresh, look, at))
            for at, ok, p in zip(survivors, holds, p_values, strict=True)
        }

    def _rates(self, fresh: Sequence[Answered], look: ScreeningLook, variable: int) -> tuple[tuple[Value, Estimate], ...]:
        """The pass rate at every value of a variable, over the settings of the design."""
        name = self.factors.factors[variable].name
        given = [answer.setting[name] for answer in fresh]
        rates = []
        for value in sorted(set(given), key=lambda value: (isinstance(value, str), value)):
            at = np.array([other == value for other in given])
            groups = [int(code) for code in look.codes[at]]
            rates.append((value, clustered_rate(look.passed[at], groups, level=self.level, estimand=f"pass rate at {name}={value}")))
        return tuple(rates)

    def _interactions(self, decision: ScreeningDecision, fresh: Sequence[Answered]) -> tuple[Interaction, ...]:
        pairs = [(contrast.first, contrast.second) for contrast in decision.interactions]
        again: list[Contrast] = []
        if pairs and len(fresh) > 1:
            look = self._look(fresh)
            again = residual_contrasts(clustered_logit(look.x, look.passed, look.codes), pairs)
        held = step_up(np.array([contrast.p_value for contrast in again]), self.fdr)
        owners, targets = self.factors.owners, [to for factor in self.factors.factors for _, to in factor.contrasts]
        found = []
        for at, contrast in enumerate(decision.interactions):
            first, second = (self.factors.factors[owners[column]].name for column in (contrast.first, contrast.second))
            low, high = t_interval(contrast.value, contrast.se, decision.fit.df, self.level)
            same = bool(held[at] and again[at].value * contrast.value > 0) if again else None
            ends = targets[contrast.first], targets[contrast.second]
            found.append(Interaction(first, second, *ends, contrast.value, low, high, contrast.p_value, same))
        return tuple(found)

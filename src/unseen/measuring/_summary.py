"""Everything a report needs about one examinee, in one frozen object.

Design-based numbers (rates) come from the exploration arm alone, assisted ones from every weighted answer; model-based ones (horizons, curves,
modelled rates) from exploration and adaptation together; the surface and premise checks from twins; q from planted tasks. Infrastructure failures and invalid
tasks count nowhere; unparsed answers count as failures and are reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from unseen.measuring._assisted import mean_anytime, mix_rates
from unseen.measuring._calibrated import Audit, Calibrated, calibrated_rate
from unseen.measuring._emergence import Emergence, emergence
from unseen.measuring._estimate import Estimate, plain
from unseen.measuring._horizon import CurveFit, DifficultyCurve, Horizon
from unseen.measuring._information import discriminative_power
from unseen.measuring._paired import PairedCheck, References, Roles, paired_check, pairs_of
from unseen.measuring._pass_curve import EFFORT, LOAD, log_steps
from unseen.measuring._reference import Stratum, family_rate, mean_rate, sampled_mean_rate, strata
from unseen.outcome import Arm, Outcome
from unseen.space import Role
from unseen.verdict import Kind


@dataclass(frozen=True)
class Usage:
    """What was spent. ``cost`` is in US dollars, None when any price is unknown; ``seconds`` adds up the questions' own times."""

    questions: int
    input_tokens: int
    output_tokens: int
    seconds: float
    cost: float | None

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Usage:
        costs = [o.cost for o in outcomes]
        known = None if None in costs else float(sum(c for c in costs if c is not None))
        tokens_in, tokens_out = sum(o.input_tokens for o in outcomes), sum(o.output_tokens for o in outcomes)
        return cls(len(outcomes), tokens_in, tokens_out, float(sum(o.seconds for o in outcomes)), known)


@dataclass(frozen=True)
class FamilySummary:
    """One family. ``verdicts`` counts every verdict but those on planted tasks; ``arms`` every outcome.

    Four numbers speak of the same pass rate over the reference mix: ``rate`` by exploration alone; ``assisted_rate`` by every weighted answer,
    whatever the curve; ``anytime_rate`` the same with an interval that holds at whatever moment one looked; ``modelled_rate`` by the curve alone.
    """

    name: str
    version: int
    domain: str
    guess_rate: float
    rate: Estimate
    assisted_rate: Estimate
    anytime_rate: Estimate
    modelled_rate: Estimate
    strata: tuple[Stratum, ...]
    horizon_effort: Horizon
    horizon_load: Horizon
    emergence: Emergence
    curve_load: DifficultyCurve
    curve_effort: DifficultyCurve
    surface: PairedCheck
    premise: PairedCheck
    verdicts: dict[Kind, int]
    arms: dict[Arm, int]
    usage: Usage


@dataclass(frozen=True)
class DomainSummary:
    """One domain: the equal-weight mean over its families (these families, not a sample of them), and a curve fitted to all of them."""

    name: str
    rate: Estimate
    families: tuple[str, ...]
    curve_load: DifficultyCurve
    assisted_rate: Estimate


@dataclass(frozen=True)
class Summary:
    """One examinee. ``overall`` weighs domains equally and speaks of these families; ``overall_sampled`` of families like them.

    ``overall_assisted`` and ``overall_anytime`` are the same mean of the families' assisted rates, from every weighted answer.
    """

    examinee: str
    level: float
    overall: Estimate
    overall_sampled: Estimate
    overall_assisted: Estimate
    overall_anytime: Estimate
    calibrated: Calibrated
    domains: tuple[DomainSummary, ...]
    families: tuple[FamilySummary, ...]
    surface: PairedCheck
    premise: PairedCheck
    verdicts: dict[Kind, int]
    arms: dict[Arm, int]
    usage: Usage
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: enums as text, NaN and infinities as null."""
        return dict(plain(self))


def summarise(
    outcomes: Sequence[Outcome],
    roles: Roles,
    *,
    audit: Audit | None = None,
    level: float = 0.95,
    references: References | None = None,
    cross_checked: int = 0,
    mixes: Mapping[str, ArrayLike] | None = None,
) -> Summary:
    """The summary of one examinee's outcomes (any order, any arms).

    Args:
        roles: (family, variable) -> role; see :func:`unseen.measuring.roles_of`.
        audit: checked keys, for e. Without it e is bounded by ``cross_checked``, the tasks on which the second solver agreed.
        references: (family, variable) -> the level twins are compared with; see :func:`unseen.measuring.references_of`.
            Without it the checks compare twin with anchor, whichever way each pair was drawn.
        mixes: family -> declared loads of a large draw of its reference mix (:func:`unseen.probing.reference_loads`), which make assisted
            rates more precise and modelled ones possible.

    Raises:
        ValueError: outcomes of more than one examinee.
    """
    names = sorted({o.examinee for o in outcomes})
    if len(names) > 1:
        raise ValueError(f"one summary speaks of one examinee, not of {', '.join(names)}")
    families = tuple(
        _family(name, [o for o in outcomes if o.family == name], roles, references, level, (mixes or {}).get(name, ()))
        for name in sorted({o.family for o in outcomes})
    )
    domains = tuple(_domain(name, families, outcomes, level) for name in sorted({f.domain for f in families}))
    rates = [domain.rate for domain in domains]
    estimand = "pass rate, equal weight on each domain and each family in it, for these families"
    overall = mean_rate(rates, level=level, estimand=estimand)
    assisted = mean_rate([domain.assisted_rate for domain in domains], level=level, estimand=estimand)
    sampled = sampled_mean_rate(rates, level=level, estimand="mean pass rate over domains like these (families as a sample)")
    planted = [o for o in outcomes if o.arm is Arm.PLANTED and o.counts]
    checked = audit or Audit(0, cross_checked, "cross-check")
    return Summary(
        examinee=names[0] if names else "",
        level=level,
        overall=overall,
        overall_sampled=sampled,
        overall_assisted=assisted,
        overall_anytime=mean_anytime(assisted),
        calibrated=calibrated_rate(overall, checked, sum(o.correct for o in planted), len(planted), level=level),
        domains=domains,
        families=families,
        surface=paired_check(pairs_of(outcomes, roles, Role.SURFACE, references), Role.SURFACE, level=level),
        premise=paired_check(pairs_of(outcomes, roles, Role.PREMISE, references), Role.PREMISE, level=level),
        verdicts=_verdicts(outcomes),
        arms=_arms(outcomes),
        usage=Usage.of(outcomes),
        notes=_notes(outcomes, checked, planted, overall),
    )


def _family(
    name: str, outcomes: Sequence[Outcome], roles: Roles, references: References | None, level: float, mix_loads: ArrayLike
) -> FamilySummary:
    first, over_mix = outcomes[0], mix_rates(outcomes, mix_loads, level=level)
    on_effort, on_load = _fit(outcomes, effort=True), _fit(outcomes, effort=False)
    checks = {
        role: paired_check(pairs_of(outcomes, roles, role, references), role, family=name, level=level)
        for role in (Role.SURFACE, Role.PREMISE)
    }
    return FamilySummary(
        name=name,
        version=first.version,
        domain=first.domain,
        guess_rate=first.guess_rate,
        rate=family_rate(outcomes, level=level),
        assisted_rate=over_mix.assisted,
        anytime_rate=over_mix.anytime,
        modelled_rate=over_mix.modelled,
        strata=strata(outcomes, level=level),
        horizon_effort=on_effort.horizon(level=level),
        horizon_load=on_load.horizon(level=level),
        emergence=emergence(on_effort, level=level),
        curve_load=on_load.curve(level=level),
        curve_effort=on_effort.curve(level=level),
        surface=checks[Role.SURFACE],
        premise=checks[Role.PREMISE],
        verdicts=_verdicts(outcomes),
        arms=_arms(outcomes),
        usage=Usage.of(outcomes),
    )


def _domain(name: str, families: Sequence[FamilySummary], outcomes: Sequence[Outcome], level: float) -> DomainSummary:
    members = [family for family in families if family.domain == name]
    estimand = "pass rate, equal weight on each family of the domain, for these families"
    if len(members) == 1:
        return DomainSummary(name, members[0].rate, (members[0].name,), members[0].curve_load, members[0].assisted_rate)
    rate = mean_rate([family.rate for family in members], level=level, estimand=estimand)
    assisted = mean_rate([family.assisted_rate for family in members], level=level, estimand=estimand)
    curve = _fit([o for o in outcomes if o.domain == name], effort=False).curve(level=level)
    return DomainSummary(name, rate, tuple(family.name for family in members), curve, assisted)


def _fit(outcomes: Sequence[Outcome], *, effort: bool) -> CurveFit:
    used = [o for o in outcomes if o.counts and o.arm in (Arm.EXPLORE, Arm.ADAPT)]
    x = log_steps([o.effort for o in used]) if effort else [o.load for o in used]
    floor = max((o.guess_rate for o in used), default=0.0)
    return CurveFit.to(x, [o.correct for o in used], EFFORT if effort else LOAD, guess_rate=floor, groups=[o.group for o in used])


def _verdicts(outcomes: Sequence[Outcome]) -> dict[Kind, int]:
    return {kind: sum(o.kind is kind and o.arm is not Arm.PLANTED for o in outcomes) for kind in Kind}


def _arms(outcomes: Sequence[Outcome]) -> dict[Arm, int]:
    return {arm: sum(o.arm is arm for o in outcomes) for arm in Arm}


def _notes(outcomes: Sequence[Outcome], audit: Audit, planted: Sequence[Outcome], overall: Estimate) -> tuple[str, ...]:
    """What a reader must know to read the numbers, in plain words."""
    notes = []
    lost = sum(o.kind is Kind.INFRASTRUCTURE for o in outcomes)
    unparsed = sum(o.kind is Kind.UNPARSED and o.arm is not Arm.PLANTED for o in outcomes)
    if lost:
        notes.append(f"{lost} questions got no answer (infrastructure failure) and count nowhere")
    if unparsed:
        notes.append(f"{unparsed} answers committed to nothing the grader can read; they count as failures")
    if audit.basis == "cross-check" and audit.checked:
        notes.append(
            f"no audit was given: e is bounded by {audit.checked} cross-checked tasks without a disagreement (e < {min(3 / audit.checked, 1):.2g})"
        )
    if not audit.checked:
        notes.append("no key was audited or cross-checked: e is unknown, and so is the calibrated rate")
    if not planted:
        notes.append("no planted task was answered: q is unknown and taken as anything from 0 to 1")
    if outcomes and not overall.effective_n:
        notes.append("a family has no exploration outcome: its rate, and every mean that includes it, is unknown")
    notes += [f"{f.family} is saturated: it {f.reason}" for f in discriminative_power(outcomes) if f.verdict.saturated]
    return tuple(notes)

"""Measuring: statistics on outcomes. Pure functions of frozen values; numpy and scipy only, no I/O.

``summarise(outcomes, roles)`` gives everything a report needs; the parts are here for those who want one of them.
"""

from unseen.measuring._binomial import Interval, clopper_pearson_interval, midp_interval, wilson_interval
from unseen.measuring._calibrated import Audit, Calibrated, calibrated_interval, calibrated_rate, false_pass_rate
from unseen.measuring._clustered import ClusteredMean, clustered_mean, clustered_rate, effective_size
from unseen.measuring._comparison import Comparison, Difference, Method, compare, holm
from unseen.measuring._estimate import Basis, Estimate, plain
from unseen.measuring._evidence import Evidence, betting_evidence, normal_evidence
from unseen.measuring._horizon import Censored, CurveBin, CurveFit, CurvePoint, DifficultyCurve, Horizon, difficulty_curve, horizon
from unseen.measuring._information import BandPower, DiscriminativePower, Separation, discriminative_power
from unseen.measuring._item_response import Effect, ItemResponseFit, ItemResponses, Priors, fit_item_responses
from unseen.measuring._item_response_design import item_responses
from unseen.measuring._paired import LevelEffect, Pair, PairedCheck, paired_check, paired_difference, pairs_of, references_of, roles_of
from unseen.measuring._pass_curve import EFFORT, LOAD, CurveGrid, Scale, log_steps
from unseen.measuring._planning import (
    Expectation,
    HalfWidths,
    detectable_difference,
    draws_for_difference,
    draws_for_half_width,
    expected_half_width,
    plausible,
    power,
    sampled_half_width,
    simulated_half_widths,
)
from unseen.measuring._reference import Stratum, family_rate, mean_rate, sampled_mean_rate, strata
from unseen.measuring._screening import (
    ClusteredLogit,
    Contrast,
    adaptive_step_up,
    clustered_logit,
    equivalence_p,
    residual_contrasts,
    step_up,
    t_interval,
)
from unseen.measuring._screening_decision import SCREENING_LOOKS, ScreeningDecision, ScreeningLook, decide_screening
from unseen.measuring._summary import DomainSummary, FamilySummary, Summary, Usage, summarise

__all__ = [
    "EFFORT",
    "LOAD",
    "SCREENING_LOOKS",
    "Audit",
    "BandPower",
    "Basis",
    "Calibrated",
    "Censored",
    "ClusteredLogit",
    "ClusteredMean",
    "Comparison",
    "Contrast",
    "CurveBin",
    "CurveFit",
    "CurveGrid",
    "CurvePoint",
    "Difference",
    "DifficultyCurve",
    "DiscriminativePower",
    "DomainSummary",
    "Effect",
    "Estimate",
    "Evidence",
    "Expectation",
    "FamilySummary",
    "HalfWidths",
    "Horizon",
    "Interval",
    "ItemResponseFit",
    "ItemResponses",
    "LevelEffect",
    "Method",
    "Pair",
    "PairedCheck",
    "Priors",
    "Scale",
    "ScreeningDecision",
    "ScreeningLook",
    "Separation",
    "Stratum",
    "Summary",
    "Usage",
    "adaptive_step_up",
    "betting_evidence",
    "calibrated_interval",
    "calibrated_rate",
    "clopper_pearson_interval",
    "clustered_logit",
    "clustered_mean",
    "clustered_rate",
    "compare",
    "decide_screening",
    "detectable_difference",
    "difficulty_curve",
    "discriminative_power",
    "draws_for_difference",
    "draws_for_half_width",
    "effective_size",
    "equivalence_p",
    "expected_half_width",
    "false_pass_rate",
    "family_rate",
    "fit_item_responses",
    "holm",
    "horizon",
    "item_responses",
    "log_steps",
    "mean_rate",
    "midp_interval",
    "normal_evidence",
    "paired_check",
    "paired_difference",
    "pairs_of",
    "plain",
    "plausible",
    "power",
    "references_of",
    "residual_contrasts",
    "roles_of",
    "sampled_half_width",
    "sampled_mean_rate",
    "simulated_half_widths",
    "step_up",
    "strata",
    "summarise",
    "t_interval",
    "wilson_interval",
]

"""Probing: searches over a space that outcomes drive. So far: where to ask next, and the loop that asks simulated examinees."""

from unseen.probing._ability import Ability, AbilityState
from unseen.probing._adaptive import AdaptiveSource, Stop
from unseen.probing._archive import Archive
from unseen.probing._hunt import Finding, Hunted, HuntOptions, HuntSource
from unseen.probing._hunt_confirm import Confirmation, Rate, e_benjamini_hochberg, e_value
from unseen.probing._hunt_model import hunt, hunt_document
from unseen.probing._hunt_search import Candidate
from unseen.probing._interview import interview
from unseen.probing._rules import Condition, Grid, Hypotheses, Rule
from unseen.probing._screen import ScreenPlan, ScreenSource, screen
from unseen.probing._screen_chart import save_chart, screen_chart
from unseen.probing._screen_report import (
    FreshEvidence,
    Interaction,
    ScreenReport,
    ScreenVerdict,
    VariableEffect,
    VariableFinding,
)
from unseen.probing._shrink import Shrunk

__all__ = [
    "Ability",
    "AbilityState",
    "AdaptiveSource",
    "Archive",
    "Candidate",
    "Condition",
    "Confirmation",
    "Finding",
    "FreshEvidence",
    "Grid",
    "HuntOptions",
    "HuntSource",
    "Hunted",
    "Hypotheses",
    "Interaction",
    "Rate",
    "Rule",
    "ScreenPlan",
    "ScreenReport",
    "ScreenSource",
    "ScreenVerdict",
    "Shrunk",
    "Stop",
    "VariableEffect",
    "VariableFinding",
    "e_benjamini_hochberg",
    "e_value",
    "hunt",
    "hunt_document",
    "interview",
    "save_chart",
    "screen",
    "screen_chart",
]

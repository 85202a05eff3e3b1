"""Probing: searches over a space that outcomes drive: where to ask next, which variables matter, where an examinee fails."""

from unseen.probing._ability import Ability, AbilityState
from unseen.probing._adaptive import AdaptiveSource, Stop
from unseen.probing._archive import Archive
from unseen.probing._hunt import Finding, Hunted, HuntSource
from unseen.probing._hunt_confirm import Confirmation, Rate, e_benjamini_hochberg, e_value
from unseen.probing._hunt_search import Candidate
from unseen.probing._interview import interview
from unseen.probing._replay import replay_hunt, replay_screen
from unseen.probing._rules import Condition, Grid, Hypotheses, Rule
from unseen.probing._screen import ScreenSource
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
    "HuntSource",
    "Hunted",
    "Hypotheses",
    "Interaction",
    "Rate",
    "Rule",
    "ScreenReport",
    "ScreenSource",
    "ScreenVerdict",
    "Shrunk",
    "Stop",
    "VariableEffect",
    "VariableFinding",
    "e_benjamini_hochberg",
    "e_value",
    "interview",
    "replay_hunt",
    "replay_screen",
]

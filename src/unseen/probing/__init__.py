"""Probing: searches over a space that outcomes drive: where to ask next, which variables matter, where an examinee fails."""

from unseen.probing._ability import Ability, AbilityPrior, AbilityState, calibrate
from unseen.probing._adaptive import AdaptiveSource, Stop
from unseen.probing._allocation import PoolDraw, draw_from_pool
from unseen.probing._archive import Archive
from unseen.probing._hunt import Finding, Hunted, HuntSource
from unseen.probing._hunt_confirm import Confirmation, Rate, e_benjamini_hochberg, e_value
from unseen.probing._hunt_search import Candidate
from unseen.probing._hypotheses import Hypotheses
from unseen.probing._interview import interview
from unseen.probing._pool import PoolProbe
from unseen.probing._region_archive import DuelRound, Meeting, Region, RegionArchive
from unseen.probing._replay import replay_hunt, replay_screen
from unseen.probing._revisit import Revisit, Standing
from unseen.probing._rules import Condition, Grid, Rule
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
from unseen.probing._supply import reference_loads

__all__ = [
    "Ability",
    "AbilityPrior",
    "AbilityState",
    "AdaptiveSource",
    "Archive",
    "Candidate",
    "Condition",
    "Confirmation",
    "DuelRound",
    "Finding",
    "FreshEvidence",
    "Grid",
    "HuntSource",
    "Hunted",
    "Hypotheses",
    "Interaction",
    "Meeting",
    "PoolDraw",
    "PoolProbe",
    "Rate",
    "Region",
    "RegionArchive",
    "Revisit",
    "Rule",
    "ScreenReport",
    "ScreenSource",
    "ScreenVerdict",
    "Shrunk",
    "Standing",
    "Stop",
    "VariableEffect",
    "VariableFinding",
    "calibrate",
    "draw_from_pool",
    "e_benjamini_hochberg",
    "e_value",
    "interview",
    "reference_loads",
    "replay_hunt",
    "replay_screen",
]

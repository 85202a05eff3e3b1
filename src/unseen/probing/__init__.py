"""Probing: searches over a space that outcomes drive. So far: where to ask next, and the loop that asks simulated examinees."""

from unseen.probing._ability import Ability, AbilityState
from unseen.probing._adaptive import AdaptiveSource, Stop
from unseen.probing._interview import interview
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

__all__ = [
    "Ability",
    "AbilityState",
    "AdaptiveSource",
    "FreshEvidence",
    "Interaction",
    "ScreenPlan",
    "ScreenReport",
    "ScreenSource",
    "ScreenVerdict",
    "Stop",
    "VariableEffect",
    "VariableFinding",
    "interview",
    "save_chart",
    "screen",
    "screen_chart",
]

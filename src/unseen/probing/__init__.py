"""Probing: searches over a space that outcomes drive. So far: where to ask next, and the loop that asks simulated examinees."""

from unseen.probing._ability import Ability, AbilityState
from unseen.probing._adaptive import AdaptiveSource, Stop
from unseen.probing._interview import interview

__all__ = ["Ability", "AbilityState", "AdaptiveSource", "Stop", "interview"]

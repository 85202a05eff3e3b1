"""Running: asks models, real ones through Inspect and simulated ones in a plain loop, and hands over what they answered.

The only room that imports Inspect, and only when a real model is asked: importing this package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unseen.running._evaluate import Evaluation, evaluate
    from unseen.running._inspect_run import Patience
    from unseen.running._interview import interview
    from unseen.running._pace import Pace
    from unseen.running._session import Ending, ModelRun, Progress
    from unseen.running._weights import cache_folder

_HOMES = {
    "Ending": "_session",
    "Evaluation": "_evaluate",
    "ModelRun": "_session",
    "Pace": "_pace",
    "Patience": "_inspect_run",
    "Progress": "_session",
    "cache_folder": "_weights",
    "evaluate": "_evaluate",
    "interview": "_interview",
}

__all__ = ["Ending", "Evaluation", "ModelRun", "Pace", "Patience", "Progress", "cache_folder", "evaluate", "interview"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'unseen.running' has no attribute '{name}'")
    return getattr(importlib.import_module(f"unseen.running.{_HOMES[name]}"), name)

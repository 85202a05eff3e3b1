"""Unseen: a generative evaluation engine for language models.

The whole engine in a dozen names::

    import unseen

    tasks = list(unseen.mint(["arithmetic/chain"], 100, seed=1))   # certified, deduplicated, reproducible
    unseen.check_task(tasks[0])                                    # re-verified without the generator
    run = unseen.evaluate(unseen.Plan(fixed=20))                   # ask the embedded model
    unseen.report([run.id]).save("report.html")                    # curves and intervals

Names load on first use, so that ``import unseen`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unseen.assaying import assay
    from unseen.evaluation import evaluate, report
    from unseen.examinees import simulated
    from unseen.families import Family, all_families, family
    from unseen.measuring import summarise
    from unseen.minting import Edition, check_file, check_task, mint, read_tasks, write_tasks
    from unseen.plan import Budget, HuntPlan, Plan, ScreenPlan
    from unseen.storing import Store

__version__ = "0.1.0"

_HOMES = {
    "unseen.assaying": ("assay",),
    "unseen.evaluation": ("evaluate", "report"),
    "unseen.examinees": ("simulated",),
    "unseen.families": ("Family", "all_families", "family"),
    "unseen.measuring": ("summarise",),
    "unseen.minting": ("Edition", "check_file", "check_task", "mint", "read_tasks", "write_tasks"),
    "unseen.plan": ("Budget", "HuntPlan", "Plan", "ScreenPlan"),
    "unseen.storing": ("Store",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Budget",
    "Edition",
    "Family",
    "HuntPlan",
    "Plan",
    "ScreenPlan",
    "Store",
    "all_families",
    "assay",
    "check_file",
    "check_task",
    "evaluate",
    "family",
    "mint",
    "read_tasks",
    "report",
    "simulated",
    "summarise",
    "write_tasks",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its one home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'unseen' has no attribute '{name}'")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])

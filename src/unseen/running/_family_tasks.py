"""Each family as a task of Inspect's own: ``inspect eval unseen/arithmetic/chain -T n=20 -T seed=1 -T steps=3``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from inspect_ai import Task as InspectTask
from inspect_ai import task as register
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.dataset import MemoryDataset
from inspect_ai.solver import generate

from unseen.errors import UnseenError
from unseen.families.base import Family
from unseen.families.registry import all_families
from unseen.minting import mint, parse_overrides
from unseen.running._asking import verdict
from unseen.running._samples import sample_of


def register_families() -> None:
    """Register every family with Inspect, under its own name."""
    for family in all_families().values():
        register(name=family.name)(_task_factory(family))


def _task_factory(family: Family[Any]) -> Callable[..., InspectTask]:
    """A function of ``n``, ``seed`` and every variable of the family; a variable takes a value or a range ``lo..hi``."""

    def factory(n: int = 100, seed: int = 0, **settings: Any) -> InspectTask:
        try:
            held = parse_overrides([f"{name}={value}" for name, value in settings.items() if value is not None], family.space)
            tasks = list(mint([family], n, seed, fixed=held))
        except UnseenError as error:
            raise PrerequisiteError(str(error)) from None  # what Inspect shows on one line
        samples = [sample_of(task, task.id) for task in tasks]
        return InspectTask(
            dataset=MemoryDataset(samples, name=f"{family.name} v{family.version}"),
            solver=generate(),
            scorer=verdict(),
            version=family.version,
            metadata={"family": family.name, "domain": family.domain, "guess_rate": family.guess_rate},
        )

    given = {"n": 100, "seed": 0} | dict.fromkeys(family.space.variables)
    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default) for name, default in given.items()]
    factory.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    factory.__name__ = family.name.replace("/", "_")
    factory.__doc__ = type(family).__doc__
    return factory

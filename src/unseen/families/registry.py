"""Finds families: every module of this package, and every ``unseen.families`` entry point of other packages."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from typing import Any

import unseen.families as package
from unseen.errors import FamilyError
from unseen.families.base import Family


@cache
def all_families() -> dict[str, Family[Any]]:
    """Every registered family, by name, in alphabetical order. Raises :class:`FamilyError` when two share a name."""
    modules = [
        importlib.import_module(f"{package.__name__}.{found.name}")
        for found in pkgutil.iter_modules(package.__path__)
        if not found.name.startswith("_")
    ]
    classes = [kind for module in modules for kind in _families_defined_in(module)]
    classes += [point.load() for point in entry_points(group="unseen.families")]
    found: dict[str, Family[Any]] = {}
    for kind in classes:
        if kind.name in found:
            raise FamilyError(f"two families are called '{kind.name}': {type(found[kind.name]).__qualname__} and {kind.__qualname__}")
        found[kind.name] = kind()
    return dict(sorted(found.items()))


def family(name: str) -> Family[Any]:
    """The family of this name. Raises :class:`FamilyError` with the nearest names."""
    families = all_families()
    if name in families:
        return families[name]
    near = difflib.get_close_matches(name, families, n=2, cutoff=0.4) or list(families)
    raise FamilyError(f"no family '{name}'; did you mean {' or '.join(near)}? `unseen families` lists them all")


def _families_defined_in(module: Any) -> list[type[Family[Any]]]:
    return [
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Family) and not inspect.isabstract(kind) and kind.__module__.startswith(module.__name__)
    ]

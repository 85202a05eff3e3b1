"""What a number must carry: its interval, level, sample size, estimand and method."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any


class Basis(StrEnum):
    """What a number rests on."""

    DESIGN = "design-based"  # how the tasks were drawn, and nothing else
    MODEL = "model-based"  # an assumed curve as well


@dataclass(frozen=True)
class Estimate:
    """One number with its interval.

    ``n`` counts the outcomes used; ``effective_n`` is the size of a simple random sample that would know as much
    (smaller than ``n`` under clustering, larger under stratification). ``value`` is NaN, and the interval the whole
    range, when there is nothing to go by.
    """

    value: float
    low: float
    high: float
    level: float
    n: int
    effective_n: float
    estimand: str
    method: str
    basis: Basis = Basis.DESIGN

    def to_json(self) -> dict[str, Any]:
        return dict(plain(self))


def plain(value: Any) -> Any:
    """Any result as plain JSON: dataclasses as objects, enums as their text, NaN and infinities as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {plain(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    if isinstance(value, bool | str | int) or value is None:
        return value
    number = float(value)
    return number if math.isfinite(number) else None

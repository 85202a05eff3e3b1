"""The variables of a family as factors of a two-level design: which two values each block sets against each other.

Two-level designs handle variables of any size because each block contrasts *two* values of each variable, and blocks take turns:
a category sets its reference against each other level in turn, an ordered variable sets its low end against its high end
and, at the higher resolution, both against the middle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unseen.errors import PlanError
from unseen.families.base import Family
from unseen.minting import Fixed, Settings
from unseen.space import Category, Role, Setting, Value, Variable

HALF_WIDTH = 0.25  # how far from the load in the middle difficulty variables are set, in units of their domain


@dataclass(frozen=True)
class Factor:
    """One variable: its values, the reference first; for an ordered one ``(low, high)`` and, where there is one, the ``middle``."""

    name: str
    role: Role
    values: tuple[Value, ...]
    ordered: bool
    middle: Value | None = None

    def pairs(self, fine: bool) -> list[tuple[Value, Value]]:
        """The pairs of values that blocks take turns with."""
        first, *others = self.values
        pairs = [(first, other) for other in others]
        if fine and self.middle is not None:
            pairs += [(first, self.middle), (self.middle, others[0])]
        return pairs

    @property
    def contrasts(self) -> list[tuple[Value, Value]]:
        """What is estimated: from which value to which. One column of the analysis for each."""
        return [(self.values[0], other) for other in self.values[1:]]

    def column(self, contrast: Value, settings: Sequence[Mapping[str, Value]]) -> NDArray[np.float64]:
        """The coding of answers, (n,): a half above and below for the two ends of a contrast."""
        given = [setting[self.name] for setting in settings]
        if self.ordered:
            places = {self.values[0]: -0.5, self.values[1]: 0.5}
            return np.array([places.get(value, 0.0) for value in given])
        return np.array([0.5 if value == contrast else -0.5 for value in given])


@dataclass(frozen=True)
class Factors:
    """The factors of one family, and the values of the variables that are held."""

    factors: tuple[Factor, ...]
    held: Mapping[str, Value]

    @classmethod
    def of(cls, family: Family[Any], fixed: Fixed, load: float) -> Factors:
        """What can vary within what is held. Raises :class:`PlanError` when nothing can."""
        settings = Settings.of(family.space, "uniform", fixed, b"")
        space, held = settings.space, dict(settings.held)
        factors = []
        for name, variable in space.variables.items():
            if name in held:
                continue
            found = _factor(name, variable, load)
            if len(found.values) < 2:
                held[name] = found.values[0]
            else:
                factors.append(found)
        if not factors:
            raise PlanError(f"{family.name}: no variable is left to screen; hold fewer with --set")
        return cls(tuple(factors), held)

    @property
    def owners(self) -> list[int]:
        """The factor that each column of the analysis belongs to."""
        return [at for at, factor in enumerate(self.factors) for _ in factor.contrasts]

    def setting(self, signs: Sequence[int], block: int, shifts: Sequence[int], fine: Sequence[bool]) -> Setting:
        """The setting of one row of a block. ``shifts`` (one for each factor) start its turns elsewhere; ``fine`` asks for the middle."""
        chosen: dict[str, Value] = {}
        for factor, sign, shift, closer in zip(self.factors, signs, shifts, fine, strict=True):
            pairs = factor.pairs(closer)
            chosen[factor.name] = pairs[(block + shift) % len(pairs)][int(sign > 0)]
        return Setting({**chosen, **self.held})

    def columns(self, settings: Sequence[Mapping[str, Value]]) -> NDArray[np.float64]:
        """The columns of the analysis, (n, p)."""
        return np.column_stack([factor.column(to, settings) for factor in self.factors for _, to in factor.contrasts])


def _factor(name: str, variable: Variable, load: float) -> Factor:
    if isinstance(variable, Category):
        levels = list(variable.values())
        reference = levels[0] if variable.role is Role.PREMISE else variable.default
        reference = reference if reference in levels else levels[0]
        return Factor(name, variable.role, (reference, *(level for level in levels if level != reference)), ordered=False)
    middle = min(max(load, HALF_WIDTH), 1 - HALF_WIDTH)
    low, centre, high = (variable.at(middle + step) for step in (-HALF_WIDTH, 0.0, HALF_WIDTH))
    if variable.role is not Role.DIFFICULTY or low == high:
        low, centre, high = (variable.at(place) for place in (0.0, 0.5, 1.0))
    ends = (low,) if low == high else (low, high)
    return Factor(name, variable.role, ends, ordered=True, middle=None if centre in ends else centre)

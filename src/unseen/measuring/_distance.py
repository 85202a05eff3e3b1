"""How far a setting is from what is familiar.

The *novelty* of a setting is its distance from the nearest familiar setting of its family: over the declared variables, an ordered
one counts how far it moved as a share of its domain, an unordered one counts one when it differs (Gower 1971), each times its weight. With
unit weights a distance of 2 means two variables changed outright. It is in units of the family's own design and depends on
nothing else: not on which other tasks were embedded with it, on a random start or on a perplexity, as distances in a t-SNE map do (which
keeps neighbourhoods and not distances); and tasks can be minted at any distance wanted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unseen.measuring._binomial import Floats
from unseen.space import Category, Space, Value

Weights = Mapping[str, float]


def novelty(
    setting: Mapping[str, Value], familiar: Sequence[Mapping[str, Value]], space: Space, *, weights: Weights | None = None
) -> float:
    """The distance of a setting from the nearest of the familiar ones; infinite when there is none.

    ``weights`` gives the weight of a variable by name; what it leaves out weighs 1.

    >>> from unseen.space import Category, Integer, Space
    >>> space = Space(steps=Integer(1, 11), story=Category("shop", "ship", role="surface"))
    >>> novelty({"steps": 6, "story": "ship"}, [{"steps": 1, "story": "shop"}, {"steps": 4, "story": "shop"}], space)
    1.2
    """
    return float(Places.of(familiar, space, weights or {}).distance(setting))


@dataclass(frozen=True)
class Places:
    """Familiar settings (m, v) as positions, or as codes of unordered levels; one row of weights."""

    space: Space
    at: Floats
    unordered: NDArray[np.bool_]
    weights: Floats

    @classmethod
    def of(cls, familiar: Sequence[Mapping[str, Value]], space: Space, weights: Weights) -> Places:
        for name in weights:
            space.variable(name)
        rows = np.array([_row(setting, space) for setting in familiar], float).reshape(len(familiar), len(space.variables))
        unordered = np.array([isinstance(variable, Category) for variable in space.variables.values()])
        return cls(space, rows, unordered, np.array([weights.get(name, 1.0) for name in space.variables]))

    def distance(self, setting: Mapping[str, Value]) -> float:
        if not self.at.shape[0]:
            return math.inf
        apart = np.abs(self.at - np.array(_row(setting, self.space), float))
        steps = np.where(self.unordered, apart > 0, apart)
        return float((steps @ self.weights).min())


def _row(setting: Mapping[str, Value], space: Space) -> list[float]:
    return [variable.position(setting[name]) for name, variable in space.variables.items()]

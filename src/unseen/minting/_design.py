"""Designs: which setting the task at each index stands at.

Every design is a function of (key, index) alone, so any worker can compute any index, and any prefix of the stream is
already spread over difficulty: a budget that ends early leaves a usable sample.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from unseen.choices import Choices, derive_seed
from unseen.errors import SettingError
from unseen.minting._overrides import Fixed, narrow
from unseen.space import Setting, Space, Value

LADDER, UNIFORM, STRATIFIED = "ladder", "uniform", "stratified"
Design = str | Sequence[Mapping[str, Value]]

_BITS = 32
_SPAN = 1 << _BITS
_BLOCK = 32  # a Latin hypercube is laid over every 32 consecutive indices


@dataclass(frozen=True)
class Settings:
    """The settings of one family under a design, by index.

    ``ladder`` (the reference mix): the load is a base-2 van der Corput sequence under a random digital shift, so it is
    uniform on [0, 1], and every aligned block of 2^k indices has one load in each of 2^k equal strata; the difficulty
    variables then stand near the load and all others are uniform. ``uniform``: every variable uniform and independent.
    ``stratified``: a fresh Latin hypercube over all variables for every 32 consecutive indices. A sequence of settings is
    cycled through, what it leaves out taking its default.
    """

    space: Space
    held: Mapping[str, Value]
    design: Design
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, space: Space, design: Design, fixed: Fixed, key: bytes) -> Settings:
        """Raises :class:`SettingError` for an unknown design, an empty one, or a value outside its domain."""
        narrowed, held = narrow(space, fixed)
        if isinstance(design, str):
            if design not in (LADDER, UNIFORM, STRATIFIED):
                raise SettingError(f"no design '{design}'; there are: {LADDER}, {UNIFORM}, {STRATIFIED}, or a list of settings")
            return cls(narrowed, held, design, key)
        given = tuple(dict(space.validate({**setting, **held})) for setting in design)
        if not given:
            raise SettingError("the given design holds no setting")
        return cls(space, held, given, key)

    def at(self, index: int) -> Setting:
        """The setting of the task at this index."""
        if not isinstance(self.design, str):
            return Setting(self.design[index % len(self.design)])
        choose = Choices(derive_seed(self.key, "setting", index))
        if self.design == UNIFORM:
            return self.space.sample(choose, self.held)
        if self.design == LADDER:
            return self.space.sample_near(choose, self.load(index), fixed=self.held)
        drawn = {name: variable.at(self._cell(name, index, choose)) for name, variable in self.space.variables.items()}
        return Setting({**drawn, **self.held})

    def load(self, index: int) -> float:
        """The load in [0, 1) that the ladder aims at."""
        return (_reversed_bits(index % _SPAN) ^ _shift(self.key)) / _SPAN

    def _cell(self, name: str, index: int, choose: Choices) -> float:
        block, slot = divmod(index, _BLOCK)
        within = choose.integer(name, 0, 2**30 - 1) / 2**30
        return (_permutation(self.key, name, block)[slot] + within) / _BLOCK


def _reversed_bits(index: int) -> int:
    return int(f"{index:0{_BITS}b}"[::-1], 2)


@lru_cache(maxsize=256)
def _shift(key: bytes) -> int:
    return int.from_bytes(derive_seed(key, "shift")[:4], "big")


@lru_cache(maxsize=256)
def _permutation(key: bytes, name: str, block: int) -> tuple[int, ...]:
    return tuple(Choices(derive_seed(key, "hypercube", name, block)).shuffle("order", range(_BLOCK)))

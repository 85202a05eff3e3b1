"""Control variables, their roles, and the space they span.

A :class:`Space` knows its size, validates a setting, samples, enumerates, and lists one-change
neighbours. Its *load* places a setting between 0 (easiest declared) and 1 (hardest declared).
"""

from __future__ import annotations

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from unseen.choices import Choices
from unseen.errors import SettingError

Value = int | float | str


class Role(StrEnum):
    """What a variable is expected to do to an examinee."""

    DIFFICULTY = "difficulty"  # declared monotone load
    STRUCTURE = "structure"  # changes the reasoning pattern
    PREMISE = "premise"  # a rule that may contradict prior knowledge; its first level is the habitual one
    SURFACE = "surface"  # names, story, format: must not matter


@dataclass(frozen=True)
class Variable(ABC):
    """One typed control variable. Domains list values from easiest to hardest where the role is difficulty."""

    role: Role
    default: Value
    summary: str

    @property
    @abstractmethod
    def size(self) -> float:
        """How many values the domain holds (``inf`` for a continuous one)."""

    @property
    @abstractmethod
    def domain(self) -> str:
        """The domain in words, as shown in errors and in the catalogue."""

    @abstractmethod
    def contains(self, value: object) -> bool:
        """Whether the value lies in the domain, with the right type."""

    @abstractmethod
    def at(self, position: float) -> Value:
        """The value at a position in [0, 1] along the domain."""

    @abstractmethod
    def position(self, value: Value) -> float:
        """Where in [0, 1] a value stands along the domain; the inverse of :meth:`at`."""

    @abstractmethod
    def values(self) -> Sequence[Value]:
        """Every value, in order. Raises :class:`SettingError` for a continuous domain."""

    def neighbours(self, value: Value) -> Sequence[Value]:
        """The values one change away: the adjacent ones for ordered domains, all others for categories."""
        values = self.values()
        here = values.index(value)
        return [values[i] for i in (here - 1, here + 1) if 0 <= i < len(values)]

    @abstractmethod
    def parse(self, text: str) -> Value:
        """A value from the command line. Raises :class:`ValueError` when it has the wrong form."""


class _Ordered(Variable):
    """What variables with a finite ordered domain share."""

    @property
    def size(self) -> float:
        return len(self.values())

    def at(self, position: float) -> Value:
        values = self.values()
        return values[min(int(position * len(values)), len(values) - 1)]

    def position(self, value: Value) -> float:
        values = self.values()
        return values.index(value) / (len(values) - 1) if len(values) > 1 else 0.0


@dataclass(frozen=True, init=False)
class Integer(_Ordered):
    """Whole numbers ``low..high``; with ``falling=True`` the smaller number is the harder one."""

    low: int
    high: int
    falling: bool

    def __init__(
        self, low: int, high: int, *, role: str = "difficulty", default: int | None = None, falling: bool = False, summary: str = ""
    ) -> None:
        if low > high:
            raise SettingError(f"Integer({low}, {high}): the low end lies above the high end")
        easiest = high if falling else low
        _set(self, low=low, high=high, falling=falling, role=Role(role), default=easiest if default is None else default, summary=summary)
        _require_default(self)

    @property
    def domain(self) -> str:
        return f"{self.low}..{self.high}"

    def contains(self, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high

    def values(self) -> Sequence[int]:
        return range(self.high, self.low - 1, -1) if self.falling else range(self.low, self.high + 1)

    def parse(self, text: str) -> Value:
        return int(text)


@dataclass(frozen=True, init=False)
class Ordinal(_Ordered):
    """Named levels in order, easiest first where the role is difficulty."""

    levels: tuple[str, ...]

    def __init__(self, *levels: str, role: str = "difficulty", default: str | None = None, summary: str = "") -> None:
        _require_levels(levels)
        _set(self, levels=levels, role=Role(role), default=levels[0] if default is None else default, summary=summary)
        _require_default(self)

    @property
    def domain(self) -> str:
        return " < ".join(self.levels)

    def contains(self, value: object) -> bool:
        return value in self.levels

    def values(self) -> Sequence[str]:
        return self.levels

    def parse(self, text: str) -> Value:
        return text


@dataclass(frozen=True, init=False)
class Category(_Ordered):
    """Named levels with no order. For a premise, the first level is the habitual rule."""

    levels: tuple[str, ...]

    def __init__(self, *levels: str, role: str = "structure", default: str | None = None, summary: str = "") -> None:
        _require_levels(levels)
        if role == "difficulty":
            raise SettingError("a Category has no order, so it cannot have the role difficulty; use Ordinal")
        _set(self, levels=levels, role=Role(role), default=levels[0] if default is None else default, summary=summary)
        _require_default(self)

    @property
    def domain(self) -> str:
        return " | ".join(self.levels)

    def contains(self, value: object) -> bool:
        return value in self.levels

    def values(self) -> Sequence[str]:
        return self.levels

    def neighbours(self, value: Value) -> Sequence[Value]:
        return [level for level in self.levels if level != value]

    def parse(self, text: str) -> Value:
        return text


@dataclass(frozen=True, init=False)
class Real(Variable):
    """A real interval, resolved to ``digits`` decimal places so that settings print and hash exactly."""

    low: float
    high: float
    digits: int

    def __init__(
        self, low: float, high: float, *, role: str = "difficulty", default: float | None = None, digits: int = 3, summary: str = ""
    ) -> None:
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            raise SettingError(f"Real({low}, {high}): both ends must be finite and in order")
        _set(
            self,
            low=float(low),
            high=float(high),
            digits=digits,
            role=Role(role),
            default=float(low if default is None else default),
            summary=summary,
        )
        _require_default(self)

    @property
    def size(self) -> float:
        return math.inf

    @property
    def domain(self) -> str:
        return f"{self.low:g}..{self.high:g} (real)"

    def contains(self, value: object) -> bool:
        return isinstance(value, float) and self.low <= value <= self.high and round(value, self.digits) == value

    def at(self, position: float) -> Value:
        return round(self.low + position * (self.high - self.low), self.digits)

    def position(self, value: Value) -> float:
        width = self.high - self.low
        return (float(value) - self.low) / width if width else 0.0

    def values(self) -> Sequence[Value]:
        raise SettingError("a real variable has no list of values")

    def neighbours(self, value: Value) -> Sequence[Value]:
        step = (self.high - self.low) / 10
        near = (round(float(value) + sign * step, self.digits) for sign in (-1, 1))
        return [v for v in near if self.low <= v <= self.high]

    def parse(self, text: str) -> Value:
        return float(text)


class Setting(Mapping[str, Value]):
    """One value for each variable: an immutable mapping that also answers ``setting.steps``."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Value]) -> None:
        object.__setattr__(self, "_values", dict(values))

    def __getitem__(self, name: str) -> Value:
        return self._values[name]  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"the setting has no variable '{name}'") from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a setting is immutable; use setting.but(...)")

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._values.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self) == dict(other)

    def __repr__(self) -> str:
        return "Setting(" + ", ".join(f"{k}={v!r}" for k, v in self._values.items()) + ")"

    def __reduce__(self) -> tuple[type[Setting], tuple[dict[str, Value]]]:
        return Setting, (dict(self._values),)

    def but(self, **changes: Value) -> Setting:
        """The same setting with some values changed (not validated; see :meth:`Space.validate`)."""
        return Setting({**self._values, **changes})


class Space:
    """The product of a family's variables."""

    def __init__(self, **variables: Variable) -> None:
        if not variables:
            raise SettingError("a space needs at least one variable")
        self.variables: Mapping[str, Variable] = dict(variables)

    @property
    def size(self) -> float:
        """The number of distinct settings (``inf`` when a variable is real)."""
        return math.prod(variable.size for variable in self.variables.values())

    @property
    def default(self) -> Setting:
        """Every variable at its default."""
        return Setting({name: variable.default for name, variable in self.variables.items()})

    def named(self, role: Role | str) -> list[str]:
        """The names of the variables with this role."""
        return [name for name, variable in self.variables.items() if variable.role == role]

    def variable(self, name: str) -> Variable:
        """The variable of this name. Raises :class:`SettingError` that lists the names there are."""
        if name not in self.variables:
            raise SettingError(f"no variable '{name}'; there are: {', '.join(self.variables)}")
        return self.variables[name]

    def validate(self, values: Mapping[str, Any]) -> Setting:
        """A setting from (possibly partial) values; what is missing takes its default.

        Raises :class:`SettingError` that names the variable, the value and the domain.
        """
        for name, value in values.items():
            variable = self.variable(name)
            if not variable.contains(value):
                raise SettingError(f"variable '{name}': {value!r} is not in {variable.domain}")
        return Setting({name: values.get(name, variable.default) for name, variable in self.variables.items()})

    def sample(self, choose: Choices, fixed: Mapping[str, Value] | None = None) -> Setting:
        """A setting drawn uniformly and independently, apart from the fixed values."""
        fixed = fixed or {}
        drawn = {name: v.at(_unit(choose, name)) for name, v in self.variables.items() if name not in fixed}
        return self.validate({**drawn, **fixed})

    def sample_near(self, choose: Choices, load: float, *, spread: float = 0.15, fixed: Mapping[str, Value] | None = None) -> Setting:
        """A setting whose difficulty variables stand near ``load`` in [0, 1]; all others are uniform.

        Each difficulty variable is placed at ``load`` plus an independent uniform offset within ``±spread``,
        clipped to [0, 1]: varied, yet of a chosen hardness, where a uniform draw would crowd the middle. Half the
        settings keep every premise at its habitual level, so that counterfactual rules do not swamp the mix.
        """
        fixed = fixed or {}
        habitual = choose.chance("habitual premises", 0.5)
        drawn: dict[str, Value] = {}
        for name, variable in self.variables.items():
            if name in fixed:
                continue
            unit = 0.0 if habitual and variable.role is Role.PREMISE else _unit(choose, name)
            position = min(max(load + (2 * unit - 1) * spread, 0.0), 1.0) if variable.role is Role.DIFFICULTY else unit
            drawn[name] = variable.at(position)
        return self.validate({**drawn, **fixed})

    def enumerate(self, limit: int | None = None) -> Iterator[Setting]:
        """Every setting, the last variable varying fastest."""
        product = itertools.product(*(variable.values() for variable in self.variables.values()))
        for combination in itertools.islice(product, limit):
            yield Setting(dict(zip(self.variables, combination, strict=True)))

    def neighbours(self, setting: Setting) -> Iterator[Setting]:
        """Every setting that differs in one variable by one change."""
        for name, variable in self.variables.items():
            for value in variable.neighbours(setting[name]):
                yield setting.but(**{name: value})

    def load(self, setting: Mapping[str, Value]) -> float:
        """The declared difficulty in [0, 1]: the mean position of the difficulty variables along their domains."""
        names = self.named(Role.DIFFICULTY)
        return math.fsum(self.variables[n].position(setting[n]) for n in names) / len(names) if names else 0.0


def _unit(choose: Choices, label: str) -> float:
    return choose.integer(label, 0, 2**30 - 1) / 2**30


def _set(variable: Variable, **fields: object) -> None:
    for name, value in fields.items():
        object.__setattr__(variable, name, value)


def _require_default(variable: Variable) -> None:
    if not variable.contains(variable.default):
        raise SettingError(f"default {variable.default!r} is not in {variable.domain}")


def _require_levels(levels: tuple[str, ...]) -> None:
    if len(levels) < 2 or len(set(levels)) != len(levels):
        raise SettingError(f"levels must be two or more distinct names, not {levels!r}")

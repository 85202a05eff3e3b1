"""What an assay found: one row per check, and all rows of a family together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from unseen.task import JSON


class Check(StrEnum):
    """The checks, in the order in which they are made and shown."""

    DRAWS = "draws"
    KEY_SCORES_ONE = "key scores one"
    SECOND_SOLVER = "second solver"
    CERTIFICATE = "certificate"
    READER = "reader"
    CONSTANT = "constant"
    MAJORITY = "majority"
    RANDOM = "random"
    ZERO_INFORMATION = "zero information"
    ECHO = "echo"
    GRADER_ADDRESSING = "grader addressing"
    FORMATS = "formats"
    NONSENSE = "nonsense"
    DUPLICATES = "duplicates"
    SEED_OVERLAP = "seed overlap"
    LABEL_BALANCE = "label balance"
    DETERMINISM = "determinism"
    LIVE_VARIABLES = "live variables"
    MONOTONE_DIFFICULTY = "monotone difficulty"
    PREMISE_BITES = "premise bites"
    SPEED = "speed"


class Unit(StrEnum):
    """What the number of a row counts."""

    SHARE = "share"
    COUNT = "count"
    PER_SECOND = "per second"
    SCORES = "standard errors"


@dataclass(frozen=True)
class Row:
    """One check: what was measured, the limit it is held to, and the worst example when it fails.

    ``at_most`` says on which side of the limit the value must lie. A check that does not apply to a family has no
    limit and passes.
    """

    check: Check
    passed: bool
    value: float
    limit: float | None
    unit: Unit
    at_most: bool = True
    detail: str = ""
    example: str | None = None

    @property
    def shown(self) -> str:
        """The value as text."""
        return "—" if self.limit is None else _text(self.value, self.unit)

    @property
    def limit_shown(self) -> str:
        """The limit as text, with its direction."""
        return "—" if self.limit is None else f"{'≤' if self.at_most else '≥'} {_text(self.limit, self.unit)}"

    def to_json(self) -> dict[str, JSON]:
        return {
            "check": self.check.value,
            "passed": self.passed,
            "value": self.value,
            "limit": self.limit,
            "bound": "at most" if self.at_most else "at least",
            "unit": self.unit.value,
            "detail": self.detail,
            "example": self.example,
        }


def at_most(check: Check, value: float, limit: float, unit: Unit, detail: str = "", example: str | None = None) -> Row:
    """A row that passes while the value does not exceed the limit."""
    return Row(check, value <= limit, value, limit, unit, True, detail, None if value <= limit else example)


def at_least(check: Check, value: float, limit: float, unit: Unit, detail: str = "", example: str | None = None) -> Row:
    """A row that passes while the value does not fall below the limit."""
    return Row(check, value >= limit, value, limit, unit, False, detail, None if value >= limit else example)


def not_applicable(check: Check, why: str) -> Row:
    """A row for a check that has nothing to look at."""
    return Row(check, True, 0.0, None, Unit.COUNT, True, why)


@dataclass(frozen=True)
class AssayReport:
    """What the assay of one family found."""

    family: str
    version: int
    draws: int
    seed: int
    seconds: float
    rows: tuple[Row, ...]

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return not self.breaches

    @property
    def breaches(self) -> tuple[Row, ...]:
        """The rows that failed."""
        return tuple(row for row in self.rows if not row.passed)

    def row(self, check: Check | str) -> Row:
        """The row of a check. Raises :class:`KeyError` when it was not made."""
        for row in self.rows:
            if row.check == check:
                return row
        raise KeyError(check)

    def to_json(self) -> dict[str, JSON]:
        """The whole report as plain JSON values."""
        return {
            "family": self.family,
            "version": self.version,
            "draws": self.draws,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "passed": self.passed,
            "rows": [row.to_json() for row in self.rows],
        }


def _text(value: float, unit: Unit) -> str:
    if unit is Unit.SHARE:
        return f"{value:.1%}"
    if unit is Unit.PER_SECOND:
        return f"{value:,.0f}/s"
    return f"{value:,.0f}" if unit is Unit.COUNT else f"{value:.1f} SE"

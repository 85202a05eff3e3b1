"""The shape in which every benchmark says what it measured: claims that were computed, and whether they hold."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Claim:
    """One measured claim.

    ``monte_carlo_error`` is the standard error of ``value`` over the run's own repetitions; where the baseline was measured in
    the same run, that of their difference. None where nothing was random.
    """

    name: str
    value: float
    baseline: float | None
    target: float
    holds: bool
    monte_carlo_error: float | None

    @classmethod
    def at_least(cls, name: str, value: float, target: float, *, baseline: float | None = None, error: float | None = None) -> Claim:
        """That the value reaches the target."""
        return cls(name, value, baseline, target, value >= target, error)

    @classmethod
    def at_most(cls, name: str, value: float, target: float, *, baseline: float | None = None, error: float | None = None) -> Claim:
        """That the value stays within the target."""
        return cls(name, value, baseline, target, value <= target, error)


def arguments(description: str | None) -> argparse.ArgumentParser:
    """A parser with the option that every benchmark has."""
    parser = argparse.ArgumentParser(description=(description or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    return parser


def show(claims: Sequence[Claim], *, as_json: bool, **details: Any) -> int:
    """Print claims and details; returns the exit code: 0 when every claim holds, else 1."""
    if as_json:
        json.dump(_plain({"claims": [asdict(claim) for claim in claims], **details}), sys.stdout, indent=1, allow_nan=False)
        print()
    else:
        for name, detail in details.items():
            print(f"{name}:")
            for line in _lines(detail):
                print(f"  {line}")
        for claim in claims:
            error = "" if claim.monte_carlo_error is None else f" ± {claim.monte_carlo_error:.2g}"
            baseline = "" if claim.baseline is None else f", baseline {_spell(claim.baseline)}"
            print(
                f"{'holds' if claim.holds else 'FAILS'}  {claim.name}: {_spell(claim.value)}{error} (target {_spell(claim.target)}{baseline})"
            )
    return 0 if all(claim.holds for claim in claims) else 1


def _lines(detail: Any) -> list[str]:
    if isinstance(detail, Mapping):
        return [f"{name}: {_spell(value)}" for name, value in detail.items()]
    return [_spell(item) for item in detail] if isinstance(detail, list | tuple) else [_spell(detail)]


def _spell(value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _plain(value: Any) -> Any:
    """Numbers that JSON cannot spell become null; numbers of NumPy become Python's."""
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        value = value.item()
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

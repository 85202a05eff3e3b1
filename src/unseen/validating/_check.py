"""What a check is: an estimator of the engine, examinees with planted truth, and a rule that was stated before anything was asked.

A check *flags* things about an examinee: ``"story=receipt"`` (a level that costs it answers), ``"remembers"``, ``"rate is off"``. A case says
which flags an examinee must get and which it must never get. Every check has cases of both kinds: an estimator that always flags fails it,
and so does one that never does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unseen.validating._lab import Lab


@dataclass(frozen=True)
class Found:
    """What an estimator said of one examinee: flags, and the numbers behind them in words."""

    flags: frozenset[str]
    words: str

    @classmethod
    def of(cls, words: str, **flags: bool) -> Found:
        """Flags by keyword, underscores for spaces: those that are true are raised."""
        return cls(frozenset(name.replace("_", " ") for name, raised in flags.items() if raised), words)


@dataclass(frozen=True)
class Case:
    """One examinee and what is known about it.

    ``examinee`` is a model string; ``{static}`` and ``{public}`` in it stand for the files a memoriser has seen. ``planted`` says in words what
    is planted. ``must`` are the flags it has to get, ``never`` those it may not get.
    """

    examinee: str
    planted: str
    must: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not (self.must or self.never) or self.must & self.never:
            raise ValueError(f"{self.examinee}: a case asks for flags, forbids flags, and not the same ones")

    @property
    def rule(self) -> str:
        """The rule in words, stated beforehand."""
        parts = ("flags " + " and ".join(sorted(self.must)) if self.must else "", "not " + " nor ".join(sorted(self.never)))
        return ", ".join(part for part in parts if part and part != "not ")

    def missed(self, flags: frozenset[str]) -> frozenset[str]:
        """What had to be flagged and was not."""
        return self.must - flags

    def raised(self, flags: frozenset[str]) -> frozenset[str]:
        """What was flagged and must not be."""
        return self.never & flags

    def holds(self, flags: frozenset[str]) -> bool:
        """Whether the flags obey the rule."""
        return not self.missed(flags) and not self.raised(flags)


@dataclass(frozen=True)
class PlantedCheck:
    """An estimator put to the test: ``detect`` flags what it finds about an examinee at the error rate ``lab.alpha``."""

    name: str
    estimator: str
    cases: tuple[Case, ...]
    detect: Callable[[Lab, str], Found]

    def __post_init__(self) -> None:
        wanted = frozenset[str]().union(*(case.must for case in self.cases))
        refused = frozenset[str]().union(*(case.never for case in self.cases))
        if not wanted or not refused:
            raise ValueError(f"{self.name}: a check that never has to flag, or may always flag, cannot fail")


@dataclass(frozen=True)
class Line:
    """One line of the table: what was planted, what was found, by which rule, and whether the rule holds."""

    check: str
    estimator: str
    examinee: str
    planted: str
    rule: str
    found: str
    flags: tuple[str, ...]
    missed: tuple[str, ...]  # flags that had to be raised and were not
    raised: tuple[str, ...]  # flags that must not be raised and were
    seconds: float
    passed: bool

    @property
    def kind(self) -> str:
        """The kind of examinee, without its options."""
        return self.examinee.partition("?")[0]


def judge(check: PlantedCheck, case: Case, lab: Lab, seconds: Callable[[], float]) -> Line:
    """Put one case of a check to the test."""
    started = seconds()
    found = check.detect(lab, lab.named(case.examinee))
    shown = case.examinee.removeprefix("simulated/").replace("{static}", "static.jsonl").replace("{public}", "public.jsonl")
    return Line(
        check=check.name,
        estimator=check.estimator,
        examinee=shown,
        planted=case.planted,
        rule=case.rule,
        found=found.words,
        flags=tuple(sorted(found.flags)),
        missed=tuple(sorted(case.missed(found.flags))),
        raised=tuple(sorted(case.raised(found.flags))),
        seconds=seconds() - started,
        passed=case.holds(found.flags),
    )

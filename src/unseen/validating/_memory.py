"""Does the engine tell memory from skill? A static set against fresh siblings of its tasks; the public part of an edition against the secret one."""

from __future__ import annotations

from unseen.measuring import compare, paired_difference
from unseen.validating._check import Case, Found, PlantedCheck
from unseen.validating._lab import Lab, spaces

_REMEMBERS = frozenset({"remembers"})


def _siblings(lab: Lab, examinee: str) -> Found:
    """Static minus fresh at the same settings, settings as clusters."""
    static, fresh = lab.sit(examinee, "static"), lab.sit(examinee, "siblings")
    pairs = [(first, second) for first, second in zip(static, fresh, strict=True) if first.counts and second.counts]
    differences = [float(first.correct) - float(second.correct) for first, second in pairs]
    value, low, high = paired_difference(differences, [first.group for first, _ in pairs], level=1 - 2 * lab.alpha)
    return Found.of(f"static minus fresh {100 * value:+.0f} points ({100 * low:+.0f} to {100 * high:+.0f})", remembers=low > 0)


def _edition(lab: Lab, examinee: str) -> Found:
    """Public minus secret part of one edition: different tasks, equated."""
    found = compare(lab.sit(examinee, "public"), lab.sit(examinee, "secret"), spaces(), names=("public", "secret"), level=1 - 2 * lab.alpha)
    points = found.overall.points
    words = f"public minus secret {100 * points.value:+.0f} points ({100 * points.low:+.0f} to {100 * points.high:+.0f})"
    return Found.of(words, remembers=points.low > 0)


_HONEST = Case("simulated/item-response?ability=7", "nothing: as able on seen tasks as on others", never=_REMEMBERS)

STATIC = PlantedCheck(
    "memory: fresh siblings",
    "paired difference, static against fresh",
    (
        Case("simulated/memoriser?ability=7&seen={static}", "has seen every task of the static set", must=_REMEMBERS),
        _HONEST,
        Case("simulated/memoriser?ability=7&share=0.3", "has seen 30% of all tasks, static or not", never=_REMEMBERS),
    ),
    _siblings,
)
EDITION = PlantedCheck(
    "memory: edition",
    "compare, public against secret part",
    (Case("simulated/memoriser?ability=7&seen={public}", "has seen the public part", must=_REMEMBERS), _HONEST),
    _edition,
)

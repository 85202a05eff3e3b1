"""Genuine or artefact: is a gain from one examinee to another put down to memory where it is memory, and to ability where it is ability?"""

from __future__ import annotations

from unseen.families.registry import all_families
from unseen.measuring import gain_sets, split_gain
from unseen.validating._check import Case, Found, PlantedCheck
from unseen.validating._lab import Lab

BEFORE, AFTER = 5, 11


def _gain(lab: Lab, examinee: str) -> Found:
    """The parts of the gain from an examinee of ability 5 to this one that are shown at the level."""
    before = lab.named(f"simulated/item-response?ability={BEFORE}&seed={lab.luck('before')}")
    known = {name: family.space for name, family in all_families().items()}
    sets, _ = gain_sets(lab.sit(before, "gain"), lab.sit(examinee, "gain"), known)
    parts = split_gain(sets, level=lab.level).parts
    shown = ", ".join(f"{p.name} {100 * p.points.value:+.0f} ({100 * p.points.low:+.0f} to {100 * p.points.high:+.0f})" for p in parts)
    return Found(frozenset(part.name for part in parts if part.points.low > 0), f"{shown} points")


_MEMORY, _TRANSFERS = frozenset({"item memory"}), frozenset({"transferable"})

GAIN = PlantedCheck(
    "gain",
    "gain split over static, fresh and new",
    (
        Case("simulated/memoriser?ability=5&seen={static}", "no abler, has seen the static set", must=_MEMORY, never=_TRANSFERS),
        Case(f"simulated/item-response?ability={AFTER}", "six doublings abler, has seen nothing", must=_TRANSFERS, never=_MEMORY),
    ),
    _gain,
)

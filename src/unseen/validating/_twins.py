"""Surface and premise checks on twins: is the story named that costs answers, is the reciter of habits found, and nobody else?"""

from __future__ import annotations

from unseen.measuring import PairedCheck, paired_check, pairs_of, references_of, roles_of
from unseen.space import Role
from unseen.validating._check import Case, Found, PlantedCheck
from unseen.validating._lab import Lab, spaces

MINDED = "receipt"  # one of six stories of commerce/pricing, not its default
_SENSITIVE = f"simulated/surface-sensitive?ability=10&variable=story&levels={MINDED}&penalty=9"
_RECITER = "simulated/prior-reciter?ability=10"
_HONEST = "simulated/item-response?ability=10"


def _paired(lab: Lab, examinee: str, role: Role) -> PairedCheck:
    known = spaces()
    references = references_of(known)
    return paired_check(pairs_of(lab.sit(examinee, "twins"), roles_of(known), role, references), role, level=lab.level)


def _surface(lab: Lab, examinee: str) -> Found:
    """The levels that lose against their partners by simultaneous intervals; and the test of all levels at once."""
    found = _paired(lab, examinee, Role.SURFACE)
    losing = {f"{effect.variable}={effect.level}" for effect in found.levels if effect.high < 0}
    worst = min(found.levels, key=lambda effect: effect.value)
    words = f"worst {worst.variable}={worst.level} {100 * worst.value:+.0f} points ({100 * worst.low:+.0f} to {100 * worst.high:+.0f})"
    others = {"another level"} if losing - {f"story={MINDED}"} else set()
    return Found(frozenset(losing | others), words)


def _premise(lab: Lab, examinee: str) -> Found:
    """Counterfactual minus habitual."""
    found = _paired(lab, examinee, Role.PREMISE)
    words = f"counterfactual minus habitual {100 * found.value:+.0f} points ({100 * found.low:+.0f} to {100 * found.high:+.0f})"
    return Found.of(words, recites=found.high < 0)


_LEVEL, _OTHER, _RECITES = frozenset({f"story={MINDED}"}), frozenset({"another level"}), frozenset({"recites"})

SURFACE = PlantedCheck(
    "surface twins",
    "paired check of stories, level by level",
    (
        Case(_SENSITIVE, f"loses 9 doublings of ability in the story '{MINDED}'", must=_LEVEL, never=_OTHER),
        Case(_RECITER, "minds no story", never=_LEVEL | _OTHER),
        Case(_HONEST, "minds no story", never=_LEVEL | _OTHER),
    ),
    _surface,
)
PREMISE = PlantedCheck(
    "premise twins",
    "paired check of premises",
    (
        Case(_RECITER, "solves everything under the habitual rules", must=_RECITES),
        Case(_SENSITIVE, "minds no premise", never=_RECITES),
        Case(_HONEST, "minds no premise", never=_RECITES),
    ),
    _premise,
)

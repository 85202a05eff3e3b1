"""Screening: is the variable found by which a shortcut pays, a premise that is not read, a story that is minded, and no other?"""

from __future__ import annotations

from functools import partial

from unseen.families.registry import family as family_named
from unseen.plan import ScreenPlan
from unseen.probing import ScreenSource, ScreenVerdict
from unseen.validating._check import Case, Found, PlantedCheck
from unseen.validating._lab import Lab


def _screen(lab: Lab, examinee: str, family: str) -> Found:
    """The variables that matter at the false discovery rate ``alpha``."""
    plan = ScreenPlan(answers=lab.size.screen, confirm=0, fdr=lab.alpha)
    source = ScreenSource([family_named(family)], lab.seed, plan, cross_check=0.0)
    lab.ask(source, examinee)
    (report,) = source.reports(examinee)
    matter = [found for found in report.ranked if found.verdict is ScreenVerdict.MATTERS]
    words = ", ".join(f"{found.name} {100 * found.largest.points:+.0f}" for found in matter[:4])
    more = f" and {len(matter) - 4} more" if len(matter) > 4 else ""
    return Found(frozenset(found.name for found in matter), f"{words}{more} (points)" if matter else "no variable matters")


_SURFACE = frozenset({"story", "layout"})

SHORTCUT = PlantedCheck(
    "screening: shortcut",
    "screen of logic/deduction",
    (
        Case(
            "simulated/shortcut-taker?cue=most-mentioned",
            "names who is mentioned most: right where the deduction is short",
            must=frozenset({"depth"}),
            never=_SURFACE,
        ),
        Case("simulated/shortcut-taker?cue=first-option", "names the first: right by chance alone", never=_SURFACE | {"depth"}),
        Case("simulated/item-response?ability=6", "reads no story and no layout", never=_SURFACE),
    ),
    partial(_screen, family="logic/deduction"),
)
CONTROLS = PlantedCheck(
    "screening: controls",
    "screen of commerce/pricing",
    (
        Case("simulated/prior-reciter?ability=9", "ignores the rule", must=frozenset({"rule"}), never=frozenset({"story"})),
        Case(
            "simulated/surface-sensitive?ability=9&variable=story&penalty=9",
            "loses 9 doublings of ability in every story but the first",
            must=frozenset({"story"}),
            never=frozenset({"rule"}),
        ),
        Case("simulated/item-response?ability=8", "minds neither rule nor story", never=frozenset({"rule", "story"})),
    ),
    partial(_screen, family="commerce/pricing"),
)

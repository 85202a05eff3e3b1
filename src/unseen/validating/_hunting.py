"""The hunt: is a planted failing region found, is it the one claimed, and is nothing claimed where failures are spread evenly?"""

from __future__ import annotations

from unseen.examinees import BlindSpot
from unseen.families.registry import family as family_named
from unseen.plan import HuntPlan
from unseen.probing import Grid, HuntSource, Rule
from unseen.space import Value
from unseen.validating._check import Case, Found, PlantedCheck
from unseen.validating._lab import Lab

FAMILY = "arithmetic/chain"
WHERE = "steps=9..16,story=shop"


def _hunt(lab: Lab, examinee: str) -> Found:
    """Confirmed rules: those that share at least half of the larger of rule and region, and those that lie mostly elsewhere."""
    family = family_named(FAMILY)
    plan = HuntPlan(answers=lab.size.hunt, alpha=lab.alpha, confirm=60, shrink=0, most=4)
    source = HuntSource([family], lab.seed, plan, cross_check=0.0)
    lab.ask(source, examinee)
    rules = [finding.rule for finding in source.results()[0].findings]
    grid = Grid(family.space)
    region = BlindSpot(where=WHERE).region(family.space) or {}
    overlaps = [(rule, _shared(grid, rule, region)) for rule in rules]
    volume = _shared(grid, Rule((), 1.0), region)
    words = "; ".join(finding.words for finding in source.results()[0].findings) or "nothing confirmed"
    return Found.of(
        words,
        the_region=any(both >= 0.5 * max(rule.volume, volume) for rule, both in overlaps),
        another_region=any(both < 0.5 * rule.volume for rule, both in overlaps),
    )


def _shared(grid: Grid, rule: Rule, region: dict[str, tuple[Value, ...]]) -> float:
    """The share of all settings that lies in both."""
    volume = 1.0
    for name, levels in zip(grid.names, grid.levels, strict=True):
        inside = [set(condition.values) for condition in rule.conditions if condition.variable == name]
        inside += [set(region[name])] if name in region else []
        volume *= sum(all(value in values for values in inside) for value in levels) / len(levels)
    return volume


HUNT = PlantedCheck(
    "hunt",
    f"hunt of {FAMILY}",
    (
        Case(
            f"simulated/blind-spot?ability=1000&where={WHERE}&rate=0.95&slip=0.05",
            "fails 95% where steps are 9..16 in the story 'shop', 5% elsewhere",
            must=frozenset({"the region"}),
            never=frozenset({"another region"}),
        ),
        Case("simulated/item-response?ability=1000&slip=0.15", "fails 15% everywhere", never=frozenset({"the region", "another region"})),
    ),
    _hunt,
)

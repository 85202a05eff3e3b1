"""The hunt against planted failing regions: recall, false claims, answers saved over uniform search, minimality of shrunk cases.

Each examinee fails in one to three regions of one to three conditions that hold 0.5 to 5% of the space, at one rate inside and
another outside. A region is found when a confirmed rule and the region share at least half of the larger of the two; a claim is false
when less than half of the rule lies in a region. Uniform search reads its answers with the same surrogate, anchored at its first failing
setting inside each region, and is told which answers lie in the other regions and when its rule is right: it is, if anything, favoured.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from _claims import Claim, arguments, show

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.probing.hunting_ground import Breaks, Sums, planted_regions, shared

from unseen.probing import Finding, Grid, HuntSource, Hypotheses, Rule, interview

FAMILY, GRID = Sums(), Grid(Sums.space)
RATES = {"fails 85% against 10%": (0.85, 0.10), "fails 88% against 29%": (0.88, 0.29)}
ENOUGH = 3.0  # log odds for a rule, as in the hunt
UNIFORM_MOST, UNIFORM_STEP = 20_000, 50


@dataclass
class Tally:
    """Counts over the hunts of one pair of rates; per hunt the answers until all regions were proposed."""

    planted: list[int] = field(default_factory=list)  # per hunt
    recalled: list[int] = field(default_factory=list)
    claims: list[int] = field(default_factory=list)
    false: list[int] = field(default_factory=list)
    covered: list[bool] = field(default_factory=list)
    minimal: list[bool] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    proposed_at: list[int] = field(default_factory=list)  # per region, the answers until a rule that matches it is proposed
    uniform_at: list[int] = field(default_factory=list)


def matches(rule: Rule, region: Rule) -> bool:
    return shared(GRID, rule, region) >= 0.5 * max(rule.volume, region.volume)


def pure(rule: Rule, regions: Sequence[Rule]) -> float:
    """The share of a rule that lies in the regions (which do not overlap)."""
    return sum(shared(GRID, rule, region) for region in regions) / rule.volume


def hunt(seed: int, rates: tuple[float, float], tally: Tally) -> None:
    rng = np.random.default_rng(seed)
    regions = planted_regions(rng, int(rng.integers(1, 4)))
    inside, outside = rates
    source = HuntSource([FAMILY], seed)
    interview(source, Breaks(regions, inside=inside, outside=outside, seed=seed), families={FAMILY.name: FAMILY})
    (found,) = source.results()
    rules = [finding.rule for finding in found.findings]
    tally.planted.append(len(regions))
    tally.recalled.append(sum(any(matches(rule, region) for rule in rules) for region in regions))
    tally.claims.append(len(rules))
    tally.false.append(sum(pure(rule, regions) < 0.5 for rule in rules))
    tally.answers.append(found.answers)
    for finding in found.findings:
        rate = 1 - outside - (inside - outside) * pure(finding.rule, regions)
        tally.covered.append(finding.inside.low <= rate <= finding.inside.high)
        tally.minimal.append(minimal(finding, regions))
    for region in regions:
        tally.proposed_at.append(min((c.answers for c in found.candidates if matches(c.rule, region)), default=UNIFORM_MOST))
        tally.uniform_at.append(uniform(rng, region, regions, rates))


def minimal(finding: Finding, regions: Sequence[Rule]) -> bool:
    """Whether the shrunk setting truly fails and no single step nearer to the defaults does."""
    assert finding.shrunk is not None
    row = GRID.row(finding.shrunk.setting)
    steps = []
    for at in np.flatnonzero(row != GRID.default):
        step = row.copy()
        step[at] = row[at] + np.sign(GRID.default[at] - row[at]) if GRID.ordered[at] else GRID.default[at]
        steps.append(GRID.setting(step))
    return fails(finding.shrunk.setting, regions) and not any(fails(step, regions) for step in steps)


def fails(setting: object, regions: Sequence[Rule]) -> bool:
    return any(region.holds(setting) for region in regions)  # type: ignore[arg-type]


def uniform(rng: np.random.Generator, region: Rule, regions: Sequence[Rule], rates: tuple[float, float]) -> int:
    """Uniform answers until the surrogate, anchored inside the region, is sure of a rule that matches it."""
    beliefs, kept, missed = None, np.empty((0, len(GRID.names)), dtype=int), np.empty(0, dtype=bool)
    for asked in range(UNIFORM_STEP, UNIFORM_MOST, UNIFORM_STEP):
        rows = GRID.draw(rng, UNIFORM_STEP)
        rows = rows[~np.any([np.zeros(len(rows), bool)] + [GRID.inside(other, rows) for other in regions if other is not region], axis=0)]
        inside = GRID.inside(region, rows)
        failed = rng.random(len(rows)) < np.where(inside, *rates)
        kept, missed = np.vstack([kept, rows]), np.concatenate([missed, failed])
        if beliefs is not None:
            beliefs.learn(rows, failed)
        elif (inside & failed).any():
            beliefs = Hypotheses(GRID, rows[inside & failed][0], kept, missed)
        if beliefs is not None and beliefs.evidence > ENOUGH and matches(beliefs.best, region):
            return asked
    return UNIFORM_MOST


def nothing_planted(seed: int, outside: float) -> int:
    """Claims made of an examinee that fails at one rate everywhere."""
    source = HuntSource([FAMILY], seed)
    interview(source, Breaks([], outside=outside, seed=seed), families={FAMILY.name: FAMILY})
    return len(source.results()[0].findings)


def ratio(parts: Sequence[float], wholes: Sequence[float]) -> tuple[float, float]:
    """A ratio of sums over hunts and its standard error (linearised)."""
    top, bottom = np.asarray(parts, float), np.asarray(wholes, float)
    if not bottom.sum():
        return 0.0, 0.0
    value = top.sum() / bottom.sum()
    return float(value), float(math.sqrt(((top - value * bottom) ** 2).sum()) / bottom.sum())


def ninth(tally: Tally) -> tuple[float, float, float, float]:
    """Answers until nine of ten regions are proposed, by the hunt and by uniform search, their ratio, and its bootstrap standard error."""
    hunted, plain = np.array(tally.proposed_at, float), np.array(tally.uniform_at, float)
    drawn = np.random.default_rng(0).integers(0, len(hunted), size=(1000, len(hunted)))
    ratios = np.quantile(plain[drawn], 0.9, axis=1) / np.quantile(hunted[drawn], 0.9, axis=1)
    own, other = float(np.quantile(hunted, 0.9)), float(np.quantile(plain, 0.9))
    return own, other, other / own, float(ratios.std())


def claims_of(name: str, tally: Tally) -> list[Claim]:
    recall, recall_error = ratio(tally.recalled, tally.planted)
    false, false_error = ratio(tally.false, tally.claims)
    _, _, saved, saved_error = ninth(tally)
    shrunk, shrunk_error = ratio(tally.minimal, np.ones(len(tally.minimal)))  # type: ignore[arg-type]
    return [
        Claim.at_least(f"{name}: recall of planted regions", recall, 0.9, error=recall_error),
        Claim.at_most(f"{name}: false claims among the claims", false, 0.05, error=false_error),
        Claim.at_most(f"{name}: most answers asked", max(tally.answers), 2000),
        Claim.at_least(
            f"{name}: answers until nine of ten regions are proposed, uniform / hunt", saved, 5.0, baseline=1.0, error=saved_error
        ),
        Claim.at_least(f"{name}: shrunk settings that are minimal", shrunk, 0.9, error=shrunk_error),
    ]


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--hunts", type=int, default=100, help="hunts per pair of rates")
    options = parser.parse_args()
    started, claims, details = time.perf_counter(), list[Claim](), {}
    for name, rates in RATES.items():
        tally = Tally()
        for seed in range(options.hunts):
            hunt(1000 + seed, rates, tally)
        claims += claims_of(name, tally)
        coverage, _ = ratio(tally.covered, np.ones(len(tally.covered)))  # type: ignore[arg-type]
        details[name] = {
            "regions": sum(tally.planted),
            "claims": sum(tally.claims),
            "mean answers": float(np.mean(tally.answers)),
            "answers until nine of ten regions are proposed": ninth(tally)[0],
            "the same, uniform": ninth(tally)[1],
            "median answers until a region is proposed": float(np.median(tally.proposed_at)),
            "the same, uniform search": float(np.median(tally.uniform_at)),
            "coverage of the inside interval": coverage,
        }
    idle = [nothing_planted(5000 + seed, rates[1]) for rates in RATES.values() for seed in range(options.hunts // 2)]
    share = float(np.mean([count > 0 for count in idle]))
    claims.append(
        Claim.at_most("nothing planted: hunts that claim something", share, 0.05, error=math.sqrt(share * (1 - share) / len(idle)))
    )
    return show(claims, as_json=options.json, **details, seconds=time.perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main())

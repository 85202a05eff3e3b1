"""The hunt against planted failing regions: recall, false claims, answers saved over uniform search, minimality of shrunk cases.

Each examinee fails in one to three regions of one to three conditions that hold 0.5 to 5% of the space, at one rate inside and
another outside. A region is found when a confirmed rule and the region share at least half of the larger of the two; a claim is false
when less than half of the rule lies in a region. Uniform search is the same search with other questions: drawn uniformly, read by the same
surrogate, proposing at the same moment and by the same measure.
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

from unseen.choices import derive_seed
from unseen.minting import Gates
from unseen.probing import Finding, Grid, HuntSource, Rule, interview
from unseen.probing._hunt_bench import Asking, Bench
from unseen.probing._hunt_search import Search
from unseen.task import Task

FAMILY, GRID = Sums(), Grid(Sums.space)
RATES = {"fails 85% against 10%": (0.85, 0.10), "fails 88% against 29%": (0.88, 0.29), "fails 95% against 50%": (0.95, 0.50)}
ENOUGH = 3.0  # log odds for a rule, as in the hunt
SURE = 0.9  # chance of matching, as in the hunt
UNIFORM_MOST, UNIFORM_STEP, MISSED = 8_000, 25, 20_000
BANDS = ((0.005, 0.015), (0.015, 0.03), (0.03, 0.051))


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
    hit_at: list[int] = field(default_factory=list)  # per region, the answers until one failed inside
    uniform_at: list[int] = field(default_factory=list)
    uniform_told: list[int] = field(default_factory=list)
    uniform_hit: list[int] = field(default_factory=list)
    uniform_proposed: list[int] = field(default_factory=list)
    volumes: list[float] = field(default_factory=list)
    proposed: list[int] = field(default_factory=list)
    phases: list[tuple[int, int, int]] = field(default_factory=list)  # per hunt, the answers of search, confirmation and shrinking


@dataclass(frozen=True)
class Saving:
    """Answers by the hunt and by uniform search, their ratio, and its bootstrap standard error."""

    hunt: float
    plain: float
    ratio: float
    error: float


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
    outcomes = interview(source, Breaks(regions, inside=inside, outside=outside, seed=seed), families={FAMILY.name: FAMILY})
    (found,) = source.results()
    tally.proposed.append(found.proposed)
    tally.phases.append((found.searching, found.confirming, found.answers - found.searching - found.confirming))
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
        tally.volumes.append(region.volume)
        tally.hit_at.append(next((at for at, o in enumerate(outcomes, 1) if not o.correct and region.holds(o.setting)), MISSED))
        tally.proposed_at.append(min((c.answers for c in found.candidates if matches(c.rule, region)), default=MISSED))
    uniform(seed, regions, rates, tally)


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


class UniformSearch(Search):
    """The hunt's own search with questions drawn uniformly: same surrogate, same moment to propose. Ends when every region is proposed."""

    def __init__(self, bench: Bench, regions: Sequence[Rule]) -> None:
        super().__init__(bench)
        self.regions, self.hit, self.told = regions, dict[int, int](), dict[int, int]()
        self._promise = np.inf  # nothing is ever settled for want of better questions

    def questions(self) -> list[Task]:
        if all(any(matches(c.rule, region) for c in self.candidates) for region in self.regions):
            return []
        return self.bench.several(GRID.draw(self.bench.rng, UNIFORM_STEP))

    def _propose(self, most: int) -> Asking[None]:
        asked = UNIFORM_MOST - self.bench.left
        for at, region in enumerate(self.regions):
            if at not in self.hit and any(region.holds(task.setting) for task in self.archive.failing):
                self.hit[at] = asked
            if at not in self.told and self.beliefs.evidence > ENOUGH and matches(self.beliefs.verdict(self.bench.rng)[0], region):
                self.told[at] = asked
        while len(self.candidates) < most and self.beliefs.evidence > ENOUGH:
            rule, chance = self.beliefs.verdict(self.bench.rng)
            if chance < SURE:
                return
            self._checked.append(rule)  # what was drawn uniformly need not be asked uniformly again
            yield from super()._propose(len(self.candidates) + 1)


def uniform(seed: int, regions: Sequence[Rule], rates: tuple[float, float], tally: Tally) -> None:
    """Uniform answers until a rule that matches each region is proposed; the same, for one who is told when the likeliest rule is right."""
    search = UniformSearch(Bench(FAMILY, GRID, derive_seed("uniform", seed), UNIFORM_MOST, Gates(0.0)), regions)
    examinee, asking = Breaks(regions, inside=rates[0], outside=rates[1], seed=seed), search.run(6, 0, 0)
    try:
        tasks = next(asking)
        while True:
            tasks = asking.send([examinee.fails(task) for task in tasks])
    except StopIteration:
        pass
    for at, region in enumerate(regions):
        proposed = min((c.answers for c in search.candidates if matches(c.rule, region)), default=MISSED)
        tally.uniform_at.append(proposed)
        tally.uniform_told.append(min(proposed, search.told.get(at, MISSED)))
        tally.uniform_hit.append(search.hit.get(at, MISSED))
    tally.uniform_proposed.append(len(search.candidates))


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


def saving(hunted: Sequence[float], plain: Sequence[float], share: float, hunts: Sequence[int]) -> Saving:
    """Answers until a share of the regions is proposed, by the hunt and by uniform search; bootstrap over hunts."""
    own, other = np.array(hunted, float), np.array(plain, float)
    bounds, rng = np.concatenate([[0], np.cumsum(hunts)]), np.random.default_rng(0)
    ratios = []
    for _ in range(500):
        drawn = np.concatenate([np.arange(bounds[at], bounds[at + 1]) for at in rng.integers(0, len(hunts), len(hunts))]).astype(int)
        ratios.append(np.quantile(other[drawn], share) / np.quantile(own[drawn], share))
    a, b = float(np.quantile(own, share)), float(np.quantile(other, share))
    return Saving(a, b, b / a, float(np.std(ratios)))


def bands(tally: Tally) -> dict[str, str]:
    """Median answers until the first failure inside and until the rule is proposed, by the region's share of the space."""
    volumes, found = np.array(tally.volumes), {}
    for low, high in BANDS:
        here = (volumes >= low) & (volumes < high)
        if here.any():
            middle = [
                float(np.median(np.array(times)[here])) for times in (tally.hit_at, tally.proposed_at, tally.uniform_hit, tally.uniform_at)
            ]
            hunt_hit, hunt_at, plain_hit, plain_at = middle
            found[f"{low:.1%} to {high:.1%} ({here.sum()} regions)"] = (
                f"hunt: hit {hunt_hit:.0f}, proposed {hunt_at:.0f}; uniform: hit {plain_hit:.0f}, proposed {plain_at:.0f}; "
                f"ratio {plain_at / hunt_at:.1f}"
            )
    return found


def claims_of(name: str, tally: Tally) -> list[Claim]:
    recall, recall_error = ratio(tally.recalled, tally.planted)
    false, false_error = ratio(tally.false, tally.claims)
    saved = saving(tally.proposed_at, tally.uniform_at, 0.9, tally.planted)
    shrunk, shrunk_error = ratio(tally.minimal, np.ones(len(tally.minimal)))  # type: ignore[arg-type]
    return [
        Claim.at_least(f"{name}: recall of planted regions", recall, 0.9, error=recall_error),
        Claim.at_most(f"{name}: false claims among the claims", false, 0.05, error=false_error),
        Claim.at_most(f"{name}: most answers asked", max(tally.answers), 2000),
        Claim.at_least(
            f"{name}: answers until nine of ten regions are proposed, uniform / hunt", saved.ratio, 5.0, baseline=1.0, error=saved.error
        ),
        Claim.at_least(f"{name}: shrunk settings that are minimal", shrunk, 0.9, error=shrunk_error),
    ]


def details_of(tally: Tally) -> dict[str, object]:
    coverage, _ = ratio(tally.covered, np.ones(len(tally.covered)))  # type: ignore[arg-type]
    search, confirming, shrinking = np.mean(tally.phases, axis=0)
    found: dict[str, object] = {
        "regions": sum(tally.planted),
        "claims": sum(tally.claims),
        "rules proposed": sum(tally.proposed),
        "mean answers of the search, which spends what is not kept back": search,
        "mean answers of confirmation": confirming,
        "mean answers of shrinking": shrinking,
        "coverage of the inside interval": coverage,
    }
    for share, words in ((0.9, "nine of ten regions"), (0.5, "half of the regions")):
        for plain, whose in ((tally.uniform_at, "uniform"), (tally.uniform_told, "uniform, told when it is right")):
            here = saving(tally.proposed_at, plain, share, tally.planted)
            found[f"answers until {words} are proposed: hunt, {whose}"] = (
                f"{here.hunt:.0f}, {here.plain:.0f}: {here.ratio:.2f} ± {here.error:.2f}"
            )
    return {**found, **bands(tally)}


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--hunts", type=int, default=100, help="hunts per pair of rates")
    parser.add_argument("--rates", type=int, choices=range(len(RATES)), help="only the pair of rates at this place")
    options = parser.parse_args()
    chosen = list(RATES.items()) if options.rates is None else [list(RATES.items())[options.rates]]
    started, claims, details = time.perf_counter(), list[Claim](), {}
    for name, rates in chosen:
        tally = Tally()
        for seed in range(options.hunts):
            hunt(1000 + seed, rates, tally)
        claims += claims_of(name, tally)
        details[name] = details_of(tally)
    idle = [nothing_planted(5000 + seed, rates[1]) for _, rates in chosen for seed in range(options.hunts // 2)]
    share = float(np.mean([count > 0 for count in idle]))
    claims.append(
        Claim.at_most("nothing planted: hunts that claim something", share, 0.05, error=math.sqrt(share * (1 - share) / len(idle)))
    )
    return show(claims, as_json=options.json, **details, seconds=time.perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main())

"""Does the split of a gain find what was planted? Coverage, false claims and power of ``split_gain`` on simulated panels.

Truth: logit P = ability + template + item + model's own template effect. The second model is better by ``transfer`` logits everywhere, by
``skill`` logits more on templates of the static test, and remembers a share ``memory`` of the static items. True parts, in points, are
computed from a large panel; models' gains differ from template to template by ``spread`` logits.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

import numpy as np
from _claims import Claim, arguments, show
from numpy.typing import NDArray
from scipy.special import expit

from unseen.examinees import ItemResponse, simulated
from unseen.examinees._item_response import Simulated
from unseen.families import Family, family
from unseen.measuring import ITEM_MEMORY, TEMPLATE_SKILL, TRANSFERABLE, GainSet, split_gain, template_of
from unseen.minting import familiar_source, mint
from unseen.outcome import Assignment
from unseen.task import Task

PARTS = (ITEM_MEMORY, TEMPLATE_SKILL, TRANSFERABLE)


class Truth(NamedTuple):
    memory: float = 0.0  # share of the static items that the second model remembers
    skill: float = 0.0  # logits on templates of the static test
    transfer: float = 0.0  # logits everywhere
    ability: float = 0.0
    spread: float = 0.4  # sd of the gain's own template effect, logits


class Layout(NamedTuple):
    templates: int
    items: int  # per template
    siblings: int = 1
    new_templates: int = 0  # 0: as many as there are sets


LAYOUTS = {
    "8 templates x 25": Layout(8, 25, 1, 8),
    "20 templates x 10": Layout(20, 10, 1, 20),
    "100 templates x 2": Layout(100, 2, 1, 0),
    "100 templates x 1, 2 siblings": Layout(100, 1, 2, 0),
}
TRUTHS = {
    "nothing": Truth(),
    "memory": Truth(memory=0.4),
    "skill": Truth(skill=1.0),
    "transfer": Truth(transfer=1.0),
    "all three": Truth(memory=0.3, skill=0.7, transfer=0.5),
    "all three, easy": Truth(memory=0.3, skill=0.7, transfer=0.5, ability=1.5),
    "no spread": Truth(memory=0.3, skill=0.7, transfer=0.5, spread=0.0),
}


def answers(truth: Truth, layout: Layout, rng: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Answers (n, 3, 2) as rates, and the templates of static (n,) and of new tasks (n,)."""
    n = layout.templates * layout.items
    origin = np.repeat(np.arange(layout.templates), layout.items)
    many = layout.new_templates or n
    own = rng.permutation(np.arange(n) % many)
    hard, new_hard = rng.normal(0, 0.7, layout.templates)[origin], rng.normal(0, 0.7, many)[own]
    lift, new_lift = rng.normal(0, truth.spread, layout.templates)[origin], rng.normal(0, truth.spread, many)[own]

    def pair(difficulty: NDArray[Any], gain: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        item = difficulty + rng.normal(0, 1, n)
        return tuple(rng.random(n) < expit(truth.ability - item + g) for g in (0.0, gain))  # type: ignore[return-value]

    seen = truth.transfer + truth.skill + lift
    static = pair(hard, seen)
    remembered = rng.random(n) < truth.memory
    fresh = [pair(hard, seen) for _ in range(layout.siblings)]
    new = pair(new_hard, truth.transfer + new_lift)
    rows = (
        (static[0], static[1] | remembered),
        (np.mean([f[0] for f in fresh], axis=0), np.mean([f[1] for f in fresh], axis=0)),
        new,
    )
    return np.array(rows, float).transpose(2, 0, 1), origin, own


def sets_of(made: tuple[NDArray[Any], NDArray[Any], NDArray[Any]]) -> list[GainSet]:
    """The sets that ``split_gain`` takes."""
    return [
        GainSet("simulated", int(o), (int(o), i), tuple(r[0]), tuple(r[1]), tuple(r[2]), ("new", int(w)))  # type: ignore[arg-type]
        for i, (r, o, w) in enumerate(zip(made[0].tolist(), made[1], made[2], strict=True))
    ]


def true_parts(truth: Truth) -> NDArray[Any]:
    """The three parts in points, from 400,000 items each of its own template."""
    rng = np.random.default_rng(1)
    made, _, _ = answers(truth, Layout(400_000, 1), rng)
    gain = (made[:, :, 1] - made[:, :, 0]).mean(axis=0)
    return np.array([gain[0] - gain[1], gain[1] - gain[2], gain[2], gain[0]])


def simulate(truth: Truth, layout: Layout, repeats: int, seed: int) -> dict[str, NDArray[Any]]:
    """For each repeat and part: covered, claimed (p <= .05), claimed after Holm; share covered or NaN; the width."""
    rng, parts = np.random.default_rng(seed), true_parts(truth)
    kept: dict[str, list[list[float]]] = {name: [] for name in ("covered", "claimed", "holm", "share", "width")}
    for _ in range(repeats):
        split = split_gain(sets_of(answers(truth, layout, rng)))
        found = [split.part(name) for name in PARTS]
        kept["covered"].append([p.points.low <= t <= p.points.high for p, t in zip(found, parts, strict=False)])
        kept["claimed"].append([p.points.p_value <= 0.05 for p in found])
        kept["holm"].append([p.shown for p in found])
        kept["share"].append(
            [
                p.share.low <= t / parts[3] <= p.share.high if p.share.defined and abs(parts[3]) > 1e-3 else np.nan
                for p, t in zip(found, parts, strict=False)
            ]
        )
        kept["width"].append([p.points.high - p.points.low for p in found])
    return {name: np.array(values, float) for name, values in kept.items()}


ON_TASKS = {
    "no better": ("simulated/item-response?ability=5", set[str]()),
    "better": ("simulated/item-response?ability=7", {TRANSFERABLE}),
    "has seen two thirds": ("simulated/memoriser?ability=5&seen={seen}", {ITEM_MEMORY}),
    "trained on the story": ("simulated/surface-sensitive?ability=8&penalty=3&variable=story&levels={others}", {TEMPLATE_SKILL}),
}


def on_tasks(tests: int, pairs: int) -> dict[str, dict[str, float]]:
    """Simulated examinees on real tasks: how often each part is claimed (Holm), for ``tests`` static tests of 60 and ``pairs`` of examinees each."""
    chain = family("arithmetic/chain")
    others = "|".join(str(story) for story in chain.space.variables["story"].values() if story != "shop")
    claims: dict[str, dict[str, float]] = {name: dict.fromkeys(PARTS, 0.0) for name in ON_TASKS}
    for test in range(tests):
        static = list(mint([chain], 60, 100 + test, fixed={"story": "shop", "steps": (1, 8)}))
        asked = familiar_source(static, test).take(10_000)
        with NamedTemporaryFile("w", suffix=".txt") as seen:
            seen.write("".join(f"{task.id}\n" for at, task in enumerate(static) if at % 3))
            seen.flush()
            for pair in range(pairs):
                base = simulated(f"simulated/item-response?ability=5&seed={2 * pair}").truth
                for name, (second, _) in ON_TASKS.items():
                    tuned = simulated(f"{second.format(seen=seen.name, others=others)}&seed={2 * pair + 1}")
                    split = split_gain(sets_on_tasks(asked, base, tuned, chain))
                    for part in split.parts:
                        claims[name][part.name] += part.shown / (tests * pairs)
    return claims


def sets_on_tasks(asked: Sequence[Assignment], base: ItemResponse, tuned: Simulated, chain: Family[Any]) -> list[GainSet]:
    """What the two would have answered; the second is graded as in a run, for its replies depend on more than ability."""
    groups: dict[str, dict[str, Task]] = {}
    for given in asked:
        groups.setdefault(given.group, {})[given.role] = given.task
    made = []
    for tasks in groups.values():
        static, fresh, new = (tasks[part] for part in ("static", "fresh", "new"))
        rates = [
            (float(base.succeeds(task)), float(chain.check(task, reply.text).correct))
            for task, reply in zip((static, fresh, new), tuned.respond([static, fresh, new]), strict=True)
        ]
        templates = [template_of(task.family, task.setting, chain.space) for task in (static, new)]
        made.append(GainSet(chain.name, templates[0], static.id, rates[0], rates[1], rates[2], templates[1]))
    return made


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--repeats", type=int, default=1000)
    given = parser.parse_args()
    start, claims, rows = time.perf_counter(), [], []
    coverage, shares, false = [], [], []
    for at, (layout_name, layout) in enumerate(LAYOUTS.items()):
        for truth_at, (truth_name, truth) in enumerate(TRUTHS.items()):
            found = simulate(truth, layout, given.repeats, 100 * at + truth_at)
            nil = [truth.memory == 0, truth.skill == 0, truth.transfer == 0]
            cover, claim = found["covered"].mean(axis=0), found["claimed"].mean(axis=0)
            coverage += list(cover)
            false += [c for c, is_nil in zip(claim, nil, strict=True) if is_nil]
            defined = ~np.isnan(found["share"])
            if defined.sum() > 0.5 * given.repeats:
                shares += [float(np.nanmean(found["share"][:, i])) for i in range(3)]
            rows.append(
                f"{layout_name:30s} {truth_name:16s} covered {np.round(cover, 3)} claimed {np.round(claim, 3)} "
                f"holm {np.round(found['holm'].mean(axis=0), 3)} width {np.round(found['width'].mean(axis=0), 2)} "
                f"share covered {np.round(np.nanmean(found['share'], axis=0) if defined.any() else np.nan, 3)} of {defined.mean():.2f}"
            )
    error = float(np.sqrt(0.05 * 0.95 / given.repeats))
    claims.append(Claim.at_least("lowest coverage of a part", min(coverage), 0.93, error=error))
    claims.append(Claim.at_most("highest coverage of a part", max(coverage), 0.97, error=error))
    claims.append(Claim.at_most("highest rate of false claims of an absent part", max(false), 0.06, error=error))
    claims.append(Claim.at_least("mean coverage", float(np.mean(coverage)), 0.945, error=error / np.sqrt(len(coverage))))
    claims.append(Claim.at_least("lowest coverage of a share, where defined in most panels", min(shares), 0.93, error=error))
    power = {}
    for size in (50, 100, 200, 400):
        layout = Layout(size // 2, 2, 1, 0)
        for name, truth in (
            ("memory .2", Truth(memory=0.2)),
            ("skill 1 logit", Truth(skill=1.0)),
            ("transfer 1 logit", Truth(transfer=1.0)),
        ):
            found = simulate(truth, layout, given.repeats // 2, 9_000 + size)
            at = 0 if name.startswith("mem") else 1 if name.startswith("skill") else 2
            power[f"{size} sets, {name} ({100 * true_parts(truth)[at]:.0f} points)"] = float(found["holm"][:, at].mean())
    tests, pairs = (10, given.repeats // 50) if given.repeats >= 200 else (2, 3)
    tasks = on_tasks(tests, pairs)
    absent = [rate for name, parts in tasks.items() for part, rate in parts.items() if part not in ON_TASKS[name][1]]
    error = float(np.sqrt(0.05 * 0.95 / (tests * pairs)))
    claims.append(Claim.at_most("highest rate of false claims on real tasks, after Holm", max(absent), 0.06, error=error))
    spelled = {name: ", ".join(f"{part} {rate:.3f}" for part, rate in parts.items()) for name, parts in tasks.items()}
    return show(
        claims, as_json=given.json, panels=rows, power_after_holm=power, claimed_on_real_tasks=spelled, seconds=time.perf_counter() - start
    )


if __name__ == "__main__":
    sys.exit(main())

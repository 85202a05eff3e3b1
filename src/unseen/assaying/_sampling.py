"""Whether draws are what they should be: fresh, balanced, the same everywhere, and quick."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections import Counter, defaultdict
from typing import Any

from unseen.assaying._draws import Draws, draw_task, keyed_seed
from unseen.assaying._report import Check, Row, Unit, at_least, at_most, not_applicable
from unseen.families.base import Family

MOST_DUPLICATES = 0.10
OVERLAP_DRAWS = 300
REPLAYED = 40  # draws made again in another process, and 200 in this one
SLOWEST = 30.0  # tasks a second of processor time
MIN_EXPECTED = 5.0  # per cell of a chi-square
SMALLEST_P = 1e-4
SMALLEST_EFFECT = 0.15  # Cohen's w below which an imbalance does not matter


def sampling_rows(draws: Draws) -> list[Row]:
    """The rows on sampling."""
    return [_duplicates(draws), _seed_overlap(draws), _label_balance(draws), _determinism(draws)]


def speed_row(draws: Draws) -> Row:
    """Tasks made a second of processor time, certificate included."""
    made = len(draws.tasks)
    rate = made / draws.cpu_seconds if draws.cpu_seconds else float("inf")
    return at_least(Check.SPEED, round(rate, 1), SLOWEST, Unit.PER_SECOND, f"{made} tasks in {draws.cpu_seconds:.2f} CPU-seconds")


def _duplicates(draws: Draws) -> Row:
    first: dict[str, str] = {}
    repeats = [task for task in draws.tasks if first.setdefault(task.prompt, task.id) != task.id]
    share = len(repeats) / max(len(draws.tasks), 1)
    return at_most(
        Check.DUPLICATES,
        share,
        MOST_DUPLICATES,
        Unit.SHARE,
        f"{len(repeats)} of {len(draws.tasks)} prompts seen before",
        repeats[0].id if repeats else None,
    )


def _seed_overlap(draws: Draws) -> Row:
    """Prompts that the next seed shares with this one, against what chance repeats within this seed predict."""
    from scipy.stats import binom

    ours = draws.tasks[:OVERLAP_DRAWS]
    neighbour = Draws(draws.family, draws.seed + 1, draws.seeding)
    neighbour.draw(len(ours))
    prompts = Counter(task.prompt for task in ours)
    shared = [task for task in neighbour.tasks if task.prompt in prompts]
    # Any of n draws meets one of n others about twice as often as it meets one of those before it.
    repeats = len(ours) - len(prompts)
    chance = min((2 * repeats + 3) / max(len(ours), 1), 1.0)
    limit = float(binom.isf(1e-4, len(neighbour.tasks), chance)) / max(len(neighbour.tasks), 1)
    share = len(shared) / max(len(neighbour.tasks), 1)
    detail = (
        f"{len(shared)} of {len(neighbour.tasks)} prompts of seed {draws.seed + 1} also under seed {draws.seed}; {repeats} repeats within"
    )
    return at_most(Check.SEED_OVERLAP, share, limit, Unit.SHARE, detail, shared[0].id if shared else None)


def _label_balance(draws: Draws) -> Row:
    """Chi-square of the key's position among the options, pooled over the numbers of options."""
    from scipy.stats import chi2

    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for task in draws.tasks:
        options = list(draws.options(task))
        if len(options) > 1 and task.key in options:
            counts[len(options)][options.index(task.key)] += 1
    cells = {size: seen for size, seen in counts.items() if seen.total() / size >= MIN_EXPECTED}
    if not cells:
        return not_applicable(Check.LABEL_BALANCE, "no options, or too few draws at any number of them")
    total = sum(seen.total() for seen in cells.values())
    statistic = sum((seen[at] - seen.total() / size) ** 2 / (seen.total() / size) for size, seen in cells.items() for at in range(size))
    freedom = sum(size - 1 for size in cells)
    limit = max(SMALLEST_EFFECT, math.sqrt(float(chi2.isf(SMALLEST_P, freedom)) / total))
    detail = f"Cohen's w of the key's position among {', '.join(map(str, sorted(cells)))} options: chi-square p = {float(chi2.sf(statistic, freedom)):.3g}, {total} draws"
    return at_most(Check.LABEL_BALANCE, math.sqrt(statistic / total), limit, Unit.SHARE, detail)


def _determinism(draws: Draws) -> Row:
    """Replays tasks from their choices, and makes some again in a process with other string hashes."""
    family = draws.family
    unlike = [task.id for task in draws.tasks[:200] if family.replay(task.setting, task.choices).id != task.id]
    if unlike:
        return at_most(Check.DETERMINISM, len(unlike), 0, Unit.COUNT, "tasks that differ when replayed from their choices", unlike[0])
    here = [draw_task(family, keyed_seed(family, draws.seed, index)).id for index in range(REPLAYED)]
    there, complaint = _ids_elsewhere(family, draws.seed)
    unlike = [one for one, other in zip(here, there, strict=False) if one != other]
    if complaint or unlike:
        detail = complaint or f"tasks of {REPLAYED} that differ in a process with another PYTHONHASHSEED"
        return at_most(Check.DETERMINISM, len(unlike) or REPLAYED, 0, Unit.COUNT, detail, unlike[0] if unlike else None)
    return at_most(
        Check.DETERMINISM,
        0,
        0,
        Unit.COUNT,
        f"{REPLAYED} tasks the same in another process, {min(len(draws.tasks), 200)} replayed bit for bit",
    )


def _ids_elsewhere(family: Family[Any], seed: int) -> tuple[list[str], str]:
    kind = type(family)
    hash_seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "unseen.assaying._elsewhere", kind.__module__, kind.__qualname__, str(seed), str(REPLAYED)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
    if done.returncode:
        return [], f"the family cannot be made in another process: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"[:160]
    return done.stdout.split(), ""

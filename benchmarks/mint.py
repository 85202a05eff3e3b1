"""How fast tasks are minted on one core, certificates included, beside reasoning-gym's nearest generators.

Both run in this process, a block of one and a block of the other by turns, so that whatever else the machine does hits
both alike. Seconds are processor seconds of this process and its children (``--clock wall`` for elapsed time): on a core
of one's own the two agree. Ours are drawn from the reference mix, trivial to very hard, through every gate, with 5%
cross-checked; theirs from their default configuration, uncertified. *Drawing equally* takes as many tasks from each
family, so its rate is the harmonic mean of theirs: a slow family counts in full.

The pairs were settled by reading what the generators ask, before anything was timed. Where two generators are near, their
tasks are drawn equally. A mean of this kind hangs on its slowest member (zebra_puzzles, among theirs), so the rate against
the faster generator of each pair alone is printed beside it.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import math
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from _claims import Claim, arguments, show

PAIRS = {
    "arithmetic/chain": ("basic_arithmetic", "chain_sum"),  # expressions with brackets and precedence; plain chains
    "commerce/pricing": ("gsm_symbolic",),  # word problems about quantities and prices; there is no bill
    "logic/deduction": ("zebra_puzzles", "knights_knaves"),  # clues with one solution
    "graphs/routes": ("shortest_path",),  # a shortest path, in a grid
    "planning/blocks": ("tower_of_hanoi",),  # stacked pieces moved one at a time
    "programs/trace": ("codeio", "bf"),  # what a program returns; what a program prints
    "time/calendar": ("calendar_arithmetic", "time_intervals"),
    "language/rewriting": ("string_manipulation", "word_sorting"),
}
EQUAL_RATE, LEAST_RATE = 500.0, 100.0  # tasks per second
_BLOCK_SECONDS = 0.15
_SIZE = 10**6  # of each of their datasets, more than a run draws


@dataclass
class Runner:
    """Something that makes tasks one after another, and the seconds each block of ``size`` took."""

    name: str
    make: Callable[[], object]
    size: int = 1
    blocks: list[float] = field(default_factory=list)

    def calibrate(self, clock: Callable[[], float]) -> None:
        """Warm up, and choose a block that takes about ``_BLOCK_SECONDS``."""
        while True:
            start = clock()
            for _ in range(self.size):
                self.make()
            if (spent := clock() - start) >= _BLOCK_SECONDS:
                self.size = max(1, round(self.size * _BLOCK_SECONDS / spent))
                return
            self.size *= 2

    def block(self, clock: Callable[[], float]) -> None:
        """Time one block."""
        start = clock()
        for _ in range(self.size):
            self.make()
        self.blocks.append((clock() - start) / self.size)

    @property
    def seconds(self) -> float:
        """Mean seconds per task."""
        return statistics.fmean(self.blocks)

    @property
    def variance(self) -> float:
        """Of that mean, over blocks."""
        return statistics.variance(self.blocks) / len(self.blocks) if len(self.blocks) > 1 else math.inf

    @property
    def rate(self) -> float:
        return 1 / self.seconds


def drawn_equally(groups: Sequence[Sequence[Runner]]) -> tuple[float, float]:
    """Tasks per second and its standard error (delta method), each group getting an equal share, and its members equal parts of it."""
    seconds = statistics.fmean(statistics.fmean(runner.seconds for runner in group) for group in groups)
    variance = sum(sum(runner.variance for runner in group) / len(group) ** 2 for group in groups) / len(groups) ** 2
    return 1 / seconds, math.sqrt(variance) / seconds**2


def processor_seconds() -> float:
    """Of this process and its children, those still running included (Linux; elsewhere once they have ended)."""
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system + sum(_seconds_of(pid) for pid in _descendants(os.getpid()))


def _descendants(pid: int) -> Iterator[int]:
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in listing.read_text().split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from _descendants(child)


def _seconds_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def ours(seed: int) -> dict[str, Runner]:
    """Every family we have, each minting on its own."""
    from unseen.families import all_families
    from unseen.minting import mint

    return {name: Runner(name, mint([family], None, seed).__next__) for name, family in all_families().items()}


def theirs(seed: int) -> dict[str, Runner]:
    """The nearest generators."""
    import reasoning_gym

    def maker(name: str) -> Callable[[], object]:
        dataset = reasoning_gym.create_dataset(name, seed=seed, size=_SIZE)
        count = itertools.count()
        return lambda: dataset[next(count) % _SIZE]

    return {name: Runner(name, maker(name)) for name in itertools.chain.from_iterable(PAIRS.values())}


def measure(runners: Sequence[Runner], seconds: float, clock: Callable[[], float]) -> None:
    """Blocks of every runner by turns, the order turned round each time, until the time is up."""
    for runner in runners:
        runner.calibrate(clock)
    start = clock()
    for turn in itertools.count():
        for runner in runners if turn % 2 else reversed(runners):
            runner.block(clock)
        if turn and clock() - start > seconds:
            return


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="time to spend measuring (default 60)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clock", choices=["cpu", "wall"], default="cpu")
    options = parser.parse_args()
    clock = processor_seconds if options.clock == "cpu" else time.perf_counter
    mine = ours(options.seed)
    missing = sorted(set(PAIRS) - set(mine))
    if missing:
        print(f"these families are not installed: {', '.join(missing)}", file=sys.stderr)
        return 2
    # Their generators print progress, warn about their own code and leave files behind; none of it belongs in a result.
    quiet = warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO())
    with tempfile.TemporaryDirectory() as elsewhere, contextlib.chdir(elsewhere), quiet[0], quiet[1]:
        warnings.simplefilter("ignore")
        other = theirs(options.seed)
        beside = [runner for name in mine for runner in (mine[name], *(other[near] for near in PAIRS.get(name, ())))]
        measure(beside, options.seconds, clock)
    return show(claims(mine, other), as_json=options.json, clock=options.clock, seconds=options.seconds, **rates(mine, other))


def claims(mine: dict[str, Runner], other: dict[str, Runner]) -> list[Claim]:
    """What the run shows."""
    paired, paired_error = drawn_equally([[mine[name]] for name in PAIRS])
    near, near_error = drawn_equally([[other[name] for name in names] for names in PAIRS.values()])
    apart = math.hypot(paired_error, near_error)  # both sides are sampled: we are faster only beyond two standard errors
    equally, equal_error = drawn_equally([[runner] for runner in mine.values()])
    slowest = min(mine.values(), key=lambda runner: runner.rate)
    slowest_error = math.sqrt(slowest.variance) * slowest.rate**2
    over = "tasks/s, drawing equally over"
    return [
        Claim.at_least(f"{over} the comparable pairs", paired, near + 2 * apart, baseline=near, error=apart),
        Claim.at_least(f"{over} our {len(mine)} families", equally, EQUAL_RATE, error=equal_error),
        Claim.at_least(f"tasks/s of our slowest family ({slowest.name})", slowest.rate, LEAST_RATE, error=slowest_error),
    ]


def rates(mine: dict[str, Runner], other: dict[str, Runner]) -> dict[str, Any]:
    """Tasks per second of each, theirs beside ours; and what the comparison would be against the faster of two near generators."""
    faster = [[max((other[name] for name in names), key=lambda runner: runner.rate)] for names in PAIRS.values()]
    return {
        "drawing equally over the pairs (tasks/s)": {
            "ours": round(drawn_equally([[mine[name]] for name in PAIRS])[0], 1),
            "nearest generators": round(drawn_equally([[other[name] for name in names] for names in PAIRS.values()])[0], 1),
            "the faster generator of each pair alone": round(drawn_equally(faster)[0], 1),
        },
        "families (tasks/s)": {name: round(runner.rate, 1) for name, runner in mine.items()},
        "reasoning-gym generators (tasks/s)": {
            f"{near} (beside {name})": round(other[near].rate, 1) for name in PAIRS for near in PAIRS[name]
        },
    }


if __name__ == "__main__":
    sys.exit(main())

"""All statistical claims of the project, measured anew and written down: docs/validation.json, docs/validation.md and its plots.

python benchmarks/validate.py --budget 20          # minutes of wall time; every benchmark repeats as often as its share allows
python benchmarks/validate.py --quick              # a few repetitions of each, to see that everything runs
python benchmarks/validate.py --page               # measure nothing: write the page again from docs/validation.json

Each benchmark's result is kept under its inputs (its own code, the package's, the arguments), so that a run that was cut short goes on where it
stopped. A benchmark is piloted on few repetitions first, for its speed; how precise the numbers became is their Monte Carlo error.
A further benchmark is one more line in SUITES.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _validation_page import write_page

import unseen

HERE = Path(__file__).parent
ROOT = HERE.parent
LEAST_SECONDS = 60.0  # before a benchmark is taken to hang
LONGEST_DETAIL = 20_000  # characters of one of a benchmark's tables; longer ones stay in the cache


@dataclass(frozen=True)
class Suite:
    """A benchmark and how often it repeats what: ``full`` numbers where time allows, ``least`` where it does not.

    ``weight`` is its share of the time. ``reads_responses`` says whether it takes a file of real answers.
    """

    name: str
    about: str
    full: Mapping[str, int]
    least: Mapping[str, int]
    weight: float = 1.0
    pilot: float = 0.02  # share of the full numbers from which the time of one repetition is told
    reads_responses: bool = False

    def arguments(self, scale: float) -> list[str]:
        """The command line at a share of the full numbers."""
        counts = {option: max(round(full * scale), self.least[option]) for option, full in self.full.items()}
        return [word for option, count in counts.items() for word in (option, str(count))]


SUITES = (
    Suite("selfcheck", "The selfcheck over seeds", {"--seeds": 100}, {"--seeds": 1}, weight=4, pilot=0.01),
    Suite("coverage", "Intervals of rates and horizons", {"--repeats": 400}, {"--repeats": 2}, weight=2),
    Suite(
        "irt",
        "The item response model",
        {"--repeats": 200, "--peer-repeats": 5},
        {"--repeats": 3, "--peer-repeats": 1},
        weight=2,
        pilot=0.08,
    ),
    Suite(
        "equating",
        "Comparing and equating models",
        {"--repeats": 200, "--templates": 1000, "--streams": 500, "--equated-streams": 200},
        {"--repeats": 2, "--templates": 10, "--streams": 4, "--equated-streams": 2},
        weight=3,
        reads_responses=True,
    ),
    Suite("screening", "Screening variables", {"--repetitions": 1000}, {"--repetitions": 4}, weight=2),
    Suite(
        "adapting",
        "Asking adaptively",
        {"--members": 300, "--pairs": 150, "--repeats": 40, "--draws": 200},
        {"--members": 8, "--pairs": 6, "--repeats": 2, "--draws": 4},
        weight=5,
        pilot=0.05,
        reads_responses=True,
    ),
    Suite("hunting", "Hunting failures", {"--hunts": 100}, {"--hunts": 4}, weight=6, pilot=0.04),
    Suite("gain", "Genuine or artefact", {"--repeats": 1000}, {"--repeats": 10}, weight=1),
    Suite("curves", "Curves, gradients and tables", {"--repeats": 1000}, {"--repeats": 10}, weight=1),
    Suite("information", "Discriminative power and saturation", {"--repeats": 400}, {"--repeats": 8}, weight=1),
    Suite("planning", "Planning sample sizes", {"--repeats": 400, "--pilots": 12}, {"--repeats": 10, "--pilots": 2}, weight=3, pilot=0.17),
)


class BenchmarkError(Exception):
    """A benchmark that gave no result, and why."""


@dataclass(frozen=True)
class Runner:
    """Runs benchmarks in processes of their own, one thread of numerics each, and keeps what they say."""

    cache: Path
    responses: Path | None = None

    def measured(self, suite: Suite, scale: float, limit: float) -> dict[str, Any]:
        """The result at a share of the full numbers: from the cache, or measured. Raises :class:`BenchmarkError`."""
        arguments = suite.arguments(scale)
        real = ["--responses", str(self.responses)] if suite.reads_responses and self.responses else []
        kept = self.cache / f"{suite.name}-{self._key(suite.name, arguments, bool(real))}.json"
        if kept.exists():
            return {**json.loads(kept.read_text(encoding="utf-8")), "cached": True}
        started = time.perf_counter()
        result = _run([sys.executable, str(HERE / f"{suite.name}.py"), "--json", *arguments, *real], limit)
        shown = [*arguments, *(["--responses", "FILE"] if real else [])]
        found = {"name": suite.name, "about": suite.about, "arguments": shown, "wall_seconds": time.perf_counter() - started, **result}
        self.cache.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".partial")
        partial.write_text(json.dumps(found), encoding="utf-8")
        partial.replace(kept)
        return {**found, "cached": False}

    def _key(self, name: str, arguments: Sequence[str], real: bool) -> str:
        """A hash of everything the result depends on."""
        digest = hashlib.blake2b(" ".join([platform.python_version(), *arguments]).encode(), digest_size=10)
        data = [self.responses] if real and self.responses else []
        for path in (HERE / f"{name}.py", *_sources(), *data):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def within(self, suite: Suite, seconds: float) -> dict[str, Any]:
        """The result with as many repetitions as fit into a number of seconds. Raises :class:`BenchmarkError`.

        Repetitions grow at most fourfold from one run to the next, so that each tells how long the next may take, fixed parts included.
        """
        left, limit = seconds, max(4 * seconds, LEAST_SECONDS)
        best, scale, further = self.measured(suite, 0.0, limit), 0.0, suite.pilot
        while True:
            left -= 0.0 if best["cached"] else best["wall_seconds"]
            if scale:
                further = _rounded(min(4 * scale, 0.9 * scale * max(left, 0.001) / best["wall_seconds"], 1.0))
            if further < 1.5 * scale:
                return best
            try:
                best, scale = self.measured(suite, further, max(1.5 * left, LEAST_SECONDS)), further
            except BenchmarkError:
                return best  # slower than it was: what was measured stands


def _rounded(scale: float) -> float:
    """To one step in eight, downwards: two runs with nearly the same time share one result."""
    return min(2 ** (math.floor(8 * math.log2(scale)) / 8), 1.0)


def _sources() -> list[Path]:
    """What a statistical result may depend on: the package but for its command line and its pages, what benchmarks share, the tests' families."""
    package = (path for path in (ROOT / "src" / "unseen").rglob("*.py") if not {"cli", "reporting"} & set(path.parts))
    families = (ROOT / "tests" / name for name in ("probing/hunting_ground.py", "probing/counting.py", "measuring/outcomes.py"))
    shared = (path for path in HERE.glob("_*.py") if path.name != "_validation_page.py")
    return sorted([*package, *shared, *(path for path in families if path.exists())])


def _run(command: list[str], limit: float) -> dict[str, Any]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, env=environment, cwd=ROOT)
    except subprocess.TimeoutExpired:
        raise BenchmarkError(f"gave no result within {limit:.0f} seconds") from None
    if done.returncode not in (0, 1):  # 1: it ran, and a claim does not hold
        raise BenchmarkError((done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1])
    try:
        return dict(json.loads(done.stdout))
    except ValueError:
        raise BenchmarkError((done.stderr.strip().splitlines() or ["printed no JSON"])[-1]) from None


def measure(suites: Sequence[Suite], runner: Runner, minutes: float | None, workers: int) -> list[dict[str, Any]]:
    """Every suite's result, or why there is none. Without minutes: the least numbers."""
    total, said = sum(suite.weight for suite in suites), threading.Lock()

    def one(suite: Suite) -> dict[str, Any]:
        try:
            share = 60 * (minutes or 0) * workers * suite.weight / total
            found = runner.within(suite, share) if minutes else runner.measured(suite, 0.0, 600)
        except BenchmarkError as failure:
            found = {"name": suite.name, "about": suite.about, "failure": str(failure), "claims": []}
        with said:
            met = f"{sum(claim['holds'] for claim in found['claims'])} of {len(found['claims'])} claims met"
            sys.stderr.write(f"{suite.name}: {found.get('failure', met)}\n")
        return found

    longest_first = sorted(suites, key=lambda suite: -suite.weight)
    with ThreadPoolExecutor(workers) as pool:
        found = dict(zip((suite.name for suite in longest_first), pool.map(one, longest_first), strict=True))
    return [found[suite.name] for suite in suites]


def document(results: list[dict[str, Any]], minutes: float | None, workers: int, seconds: float) -> dict[str, Any]:
    """What is written to validation.json, without the longest tables. ``format`` rises when a field changes its meaning."""
    short = [{name: value for name, value in suite.items() if len(json.dumps(value)) <= LONGEST_DETAIL} for suite in results]
    return {
        "format": 1,
        "unseen": unseen.__version__,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "budget_minutes": minutes,
        "workers": workers,
        "seconds": seconds,
        "suites": short,
    }


def merged(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What was measured before with what ``--only`` measured anew in its place; times add up. Other versions' results are not kept."""
    if any(before.get(what) != now[what] for what in ("format", "unseen", "python", "platform")):
        return now
    suites = {suite["name"]: suite for suite in (*before["suites"], *now["suites"])}
    minutes = None if now["budget_minutes"] is None else (before["budget_minutes"] or 0) + now["budget_minutes"]
    ordered = [suites[suite.name] for suite in SUITES if suite.name in suites]
    workers, seconds = max(before["workers"], now["workers"]), before["seconds"] + now["seconds"]
    return {**now, "budget_minutes": minutes, "workers": workers, "seconds": seconds, "suites": ordered}


def main(words: Sequence[str] | None = None) -> int:
    """Measure and write; 1 when a benchmark gave no result, whether or not the claims are met (the page says which are)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--budget", type=float, default=20.0, metavar="MINUTES", help="wall time to spend (default 20)")
    parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 2), help="benchmarks at once")
    parser.add_argument("--quick", action="store_true", help="the least numbers of repetitions instead of a budget")
    parser.add_argument(
        "--only",
        action="append",
        choices=[suite.name for suite in SUITES],
        help="this benchmark, keeping what was measured of the others; repeatable",
    )
    parser.add_argument(
        "--responses", type=Path, help="real answers in KUMO's response format (.csv.gz), for the benchmarks that read them"
    )
    parser.add_argument("--page", action="store_true", help="write the page again from validation.json, measuring nothing")
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder of validation.json and validation.md")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "validation", help="folder of finished results")
    options = parser.parse_args(words)
    data = options.out / "validation.json"
    if not options.page:
        started, minutes = time.perf_counter(), None if options.quick else options.budget
        chosen = [
            suite for suite in SUITES if (options.only is None or suite.name in options.only) and (HERE / f"{suite.name}.py").exists()
        ]
        results = measure(chosen, Runner(options.cache, options.responses and options.responses.resolve()), minutes, options.workers)
        options.out.mkdir(parents=True, exist_ok=True)
        made = document(results, minutes, options.workers, time.perf_counter() - started)
        if options.only and data.exists():
            made = merged(json.loads(data.read_text(encoding="utf-8")), made)
        data.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    made = json.loads(data.read_text(encoding="utf-8"))
    write_page(made, options.out)
    return 1 if any("failure" in suite for suite in made["suites"]) else 0


if __name__ == "__main__":
    sys.exit(main())

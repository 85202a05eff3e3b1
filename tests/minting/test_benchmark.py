"""The arithmetic of the minting benchmark: what "drawing equally" means, and what a claim says."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType

import pytest

from unseen.families import all_families


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    return importlib.import_module("mint")


def test_drawing_equally_is_the_harmonic_mean(benchmark: ModuleType) -> None:
    fast, slow = benchmark.Runner("fast", int, blocks=[0.001, 0.001]), benchmark.Runner("slow", int, blocks=[0.1, 0.1])
    assert benchmark.drawn_equally([[fast], [slow]]) == (pytest.approx(2 / 0.101), 0.0)
    # Two members of one group share its part: half the tasks fast, a quarter each from the others.
    assert benchmark.drawn_equally([[fast], [fast, slow]])[0] == pytest.approx(4 / (0.002 + 0.001 + 0.1))


def test_the_error_of_a_rate_covers_what_repetition_shows(benchmark: ModuleType) -> None:
    import random
    import statistics

    random.seed(1)
    runs = []
    for _ in range(400):
        runner = benchmark.Runner("noisy", int, blocks=[random.gauss(0.01, 0.002) for _ in range(25)])
        runs.append(benchmark.drawn_equally([[runner]]))
    spread, said = statistics.stdev(rate for rate, _ in runs), statistics.fmean(error for _, error in runs)
    assert said == pytest.approx(spread, rel=0.15)  # the spread of 400 runs is known to 3.5%


def test_every_family_stands_in_a_pair(benchmark: ModuleType) -> None:
    assert set(benchmark.PAIRS) == set(all_families())


def test_processor_seconds_count_work_and_not_waiting(benchmark: ModuleType) -> None:
    import subprocess
    import sys
    import time

    start = benchmark.processor_seconds()
    time.sleep(0.2)
    assert benchmark.processor_seconds() - start < 0.1
    with subprocess.Popen(
        [sys.executable, "-c", "sum(range(10**7)); print('done', flush=True); input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        running = benchmark.processor_seconds() - start  # counted while the child still runs
        child.communicate(b"\n")
    assert running > 0.05


def test_claims_print_as_one_json_object_and_decide_the_exit_code(benchmark: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    claims = importlib.import_module("_claims")
    made = [claims.Claim.at_least("fast", 5.0, 4.0, error=0.1), claims.Claim.at_most("small", 2.0, 1.0, baseline=3.0)]
    assert claims.show(made, as_json=True, rates={"a": float("inf")}) == 1
    printed = json.loads(capsys.readouterr().out)
    assert [claim["holds"] for claim in printed["claims"]] == [True, False]
    assert set(printed["claims"][0]) == {"name", "value", "baseline", "target", "holds", "monte_carlo_error"}
    assert printed["rates"] == {"a": None}
    assert claims.show(made[:1], as_json=False) == 0
    assert "holds  fast: 5 ± 0.1 (target 4)" in capsys.readouterr().out

"""The embedded model answers through Inspect, with servers that come and go by themselves."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from inspect_ai.model import GenerateConfig, get_model

import unseen.running._provider  # noqa: F401  (makes the provider known)
from tests.running.sitting import SUMS, Sitting
from unseen.outcome import Outcome
from unseen.running import Ending, Patience
from unseen.running._servers import shared_pool
from unseen.verdict import Kind

EMBEDDED = "unseen/smollm2"


@pytest.fixture(autouse=True)
def one_server(gguf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNSEEN_SERVERS", "1")


@pytest.fixture
def sitting(sitting: Sitting) -> Sitting:
    sitting.patience = Patience()
    return sitting


def servers() -> list[int]:
    return [child.pid for child in psutil.Process().children() if "unseen.running._server" in child.cmdline()]


def test_the_embedded_model_answers_some_sums_and_leaves_nothing_running(sitting: Sitting) -> None:
    run = sitting.ask(SUMS[:5], [EMBEDDED], max_tokens=8).runs[0]
    assert run.ending is Ending.DONE
    assert len(sitting.outcomes) == 5
    assert all(o.kind.counts and o.response and o.input_tokens > 20 and o.output_tokens > 0 for o in sitting.outcomes)
    assert run.cost == 0.0
    assert servers() == []


def test_the_same_questions_one_at_a_time_get_the_same_answers(sitting: Sitting) -> None:
    sitting.ask(SUMS[:3], [EMBEDDED], connections=1, max_tokens=8)
    sitting.ask(SUMS[:3], [EMBEDDED], connections=1, max_tokens=8)
    assert [o.response for o in sitting.outcomes[:3]] == [o.response for o in sitting.outcomes[3:]]


def test_any_gguf_file_is_served_the_same_way(gguf: Path, sitting: Sitting) -> None:
    outcomes = sitting.outcomes
    sitting.ask(SUMS[:2], [f"gguf:{gguf}"], max_tokens=4)
    assert [o.examinee for o in outcomes] == [f"gguf:{gguf}"] * 2
    assert all(o.response for o in outcomes)


def test_siblings_share_the_prefix_and_a_prompt_beyond_the_context_is_no_answer() -> None:
    async def ask() -> tuple[int, str, str]:
        model = get_model(EMBEDDED, memoize=False)
        config = GenerateConfig(max_tokens=4, temperature=0)
        shared = "Answer the question with one whole number and nothing else, as a careful person would."
        await model.generate(f"{shared}\n\nWhat is 2 + 2?", config=config)
        second = await model.generate(f"{shared}\n\nWhat is 3 + 4?", config=config)
        endless = await model.generate("word " * 9000, config=config)
        await model.api.aclose()
        assert second.usage is not None
        return second.usage.input_tokens_cache_read or 0, endless.stop_reason, endless.completion

    cached, reason, text = asyncio.run(ask())
    assert cached > 20
    assert (reason, text) == ("model_length", "")


def test_a_server_that_dies_under_way_comes_back_and_no_question_is_lost(gguf: Path, sitting: Sitting) -> None:
    killed: list[int] = []

    def record(outcome: Outcome) -> None:
        sitting.outcomes.append(outcome)
        if not killed:
            killed.extend(shared_pool(gguf).processes)
            os.kill(killed[0], signal.SIGKILL)

    run = sitting.ask(SUMS[:5], [EMBEDDED], record=record, max_tokens=4, connections=2).runs[0]
    assert run.ending is Ending.DONE
    assert Counter(o.kind.counts for o in sitting.outcomes) == {True: 5}


RUN = """
import sys
from pathlib import Path
from tests.running.sitting import SUMS, Sitting
from unseen.running import Patience
from unseen.running._servers import shared_pool
from unseen.running._weights import fetch
sitting = Sitting(Path(sys.argv[1]), Patience())
def record(outcome):
    sitting.outcomes.append(outcome)
    print("outcome", *shared_pool(fetch()).processes, flush=True)
done = sitting.ask(SUMS, ["unseen/smollm2"], record=record, max_tokens=8)
print("ending", done.runs[0].ending.value, done.interrupted, len(sitting.outcomes), done.runs[0].log, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_run_at_once_with_its_outcomes_kept_its_log_written_and_its_servers_gone(tmp_path: Path, number: int) -> None:
    with subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        server = int(process.stdout.readline().split()[1])
        process.send_signal(number)
        at = time.monotonic()
        lines = process.stdout.read().splitlines()
        assert process.wait() == 0
        assert time.monotonic() - at < 10
    word, ending, interrupted, finished, log = lines[-1].split()
    assert (word, ending, interrupted) == ("ending", "interrupted", "True")
    assert 1 <= int(finished) == len(lines) < 40
    assert Path(log).stat().st_size > 0
    assert not psutil.pid_exists(server)


def test_a_model_that_is_killed_twice_is_unreachable(gguf: Path, sitting: Sitting) -> None:
    def record(outcome: Outcome) -> None:
        sitting.outcomes.append(outcome)
        for pid in shared_pool(gguf).processes:
            os.kill(pid, signal.SIGKILL)

    run = sitting.ask(SUMS, [EMBEDDED], record=record, max_tokens=4, connections=2).runs[0]
    assert run.ending is Ending.UNREACHABLE
    assert "died twice" in run.detail
    assert Kind.INFRASTRUCTURE not in {o.kind for o in sitting.outcomes}

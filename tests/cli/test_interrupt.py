"""Ctrl-C at any moment: exit code 130, one line, every finished outcome kept, and the run can go on."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from unseen.storing import Status, Store

ASK = [
    "eval",
    "--model",
    "simulated/item-response?ability=5",
    "--fixed",
    "4000",
    "--family",
    "logic/deduction",
    "--family",
    "arithmetic/chain",
    "--seed",
    "1",
]


def interrupted(folder: Path, *, after_outcomes: int | None = None, after_seconds: float = 0.0) -> subprocess.CompletedProcess[str]:
    child = subprocess.Popen(
        [sys.executable, "-m", "unseen.cli", *ASK, "--store", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(after_seconds)
    while after_outcomes is not None and sum(run.outcomes for run in Store(folder).runs()) < after_outcomes and child.poll() is None:
        time.sleep(0.01)
    for _ in range(5):  # an extension that clears errors can swallow one Ctrl-C: press it again, as anybody would
        os.kill(child.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            out, err = child.communicate(timeout=20)
            break
    return subprocess.CompletedProcess(child.args, child.returncode, out, err)


@pytest.mark.parametrize("seconds", [0.2, 0.6, 1.0])
def test_while_starting(tmp_path: Path, seconds: float) -> None:
    said = interrupted(tmp_path, after_seconds=seconds)
    assert said.returncode == 130
    assert said.stderr == "unseen: interrupted; nothing finished was lost\n"


@pytest.mark.parametrize("outcomes", [1, 60])
def test_while_asking(tmp_path: Path, outcomes: int) -> None:
    said = interrupted(tmp_path, after_outcomes=outcomes)
    assert said.returncode == 130, said.stderr
    assert said.stderr.splitlines()[-1] == "unseen: interrupted; nothing finished was lost"
    assert "Traceback" not in said.stderr
    [run] = Store(tmp_path).runs()
    assert run.status is Status.INTERRUPTED
    assert outcomes <= run.outcomes < 8000
    assert f"--resume {run.id}" in said.stdout

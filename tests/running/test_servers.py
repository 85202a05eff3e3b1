"""Real servers of the real model: guarded, balanced, restarted once, and never left behind."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from unseen.errors import ExamineeError
from unseen.running._servers import Server, ServerLostError, ServerPool, free_cores, shared_pool


@pytest.fixture
def pool(gguf: Path) -> Iterator[ServerPool]:
    with ServerPool(gguf, count=1) as running:
        yield running


def ask(server: Server, token: str | None = None) -> str:
    body = json.dumps({"messages": [{"role": "user", "content": "What is 2 + 3?"}], "max_tokens": 8, "temperature": 0}).encode()
    headers = {"Authorization": f"Bearer {token or server.token}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{server.address}/v1/chat/completions", body, headers)) as response:
        return str(json.load(response)["choices"][0]["message"]["content"])


def gone(pid: int, seconds: float = 5.0) -> bool:
    """Whether the process ends within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_a_server_answers_on_loopback_and_only_to_its_token(pool: ServerPool) -> None:
    with pool.lease() as server:
        assert server.address.startswith("http://127.0.0.1:")
        assert "5" in ask(server)
        with pytest.raises(urllib.error.HTTPError, match="401"):
            ask(server, token="guess")


def test_the_token_does_not_show_in_the_process_list(pool: ServerPool) -> None:
    with pool.lease() as server:
        process = psutil.Process(server.process.pid)
        assert server.token not in " ".join(process.cmdline()) + str(process.environ())


def kill(pool: ServerPool) -> None:
    with pool.lease() as server:
        server.process.kill()
        assert server.ends(5.0)


def test_a_dead_server_comes_back_once(pool: ServerPool) -> None:
    first = pool.processes
    kill(pool)
    pool.start()
    with pool.lease() as server:
        assert "5" in ask(server)
    second = pool.processes
    assert second != first
    kill(pool)
    pool.start()
    with pytest.raises(ServerLostError, match="died twice"), pool.lease():
        pass


def test_the_least_busy_server_is_next(gguf: Path) -> None:
    with ServerPool(gguf, count=2) as pool, pool.lease() as one, pool.lease() as other:
        assert one.process.pid != other.process.pid
        assert pool.capacity == 16
        processes = pool.processes
    assert all(gone(pid) for pid in processes)


PARENT = """
import sys, time
from pathlib import Path
from unseen.running._servers import ServerPool
pool = ServerPool(Path(sys.argv[1]), count=1)
pool.start()
if sys.argv[2] == "fork":
    import os
    if os.fork() == 0:
        time.sleep(20)
        os._exit(0)
print(pool.processes[0], flush=True)
if sys.argv[2] == "exit":
    sys.exit(0)
time.sleep(60)
"""


@pytest.mark.parametrize("way", ["kill", "fork", "exit"])
def test_no_server_outlives_its_parent(gguf: Path, way: str) -> None:
    """Killed with -9, killed while a forked child holds the pipe open, or ended without stopping the pool."""
    with subprocess.Popen([sys.executable, "-c", PARENT, str(gguf), way], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        children = psutil.Process(parent.pid).children() if way == "fork" else []
        if way != "exit":
            assert psutil.pid_exists(server)
            parent.kill()
        assert gone(server)
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot read the model file"), (b"<html>", "is not a GGUF file"), (b"GGUF" + b"\x00" * 64, "cannot serve")],
    ids=["missing", "another format", "cut short"],
)
def test_a_file_that_cannot_be_served_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    pool = ServerPool(path, count=1)
    with pytest.raises(ExamineeError, match=message):
        pool.start()
    pool.stop()
    assert pool.processes == []


def test_servers_are_as_many_as_the_cores_this_process_may_use(gguf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNSEEN_SERVERS", raising=False)
    assert 1 <= free_cores(gguf) <= len(os.sched_getaffinity(0))
    monkeypatch.setenv("UNSEEN_SERVERS", "3")
    assert free_cores(gguf) == 3
    monkeypatch.setenv("UNSEEN_SERVERS", "none")
    with pytest.raises(ExamineeError, match="UNSEEN_SERVERS='none'"):
        free_cores(gguf)


def test_one_pool_serves_a_file(gguf: Path) -> None:
    assert shared_pool(gguf) is shared_pool(gguf)

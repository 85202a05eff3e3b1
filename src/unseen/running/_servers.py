"""A pool of single-threaded model servers on loopback: started, balanced over, restarted once, and always stopped."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import secrets
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from unseen.errors import DependencyError, ExamineeError

SLOTS = 8
CONTEXT = 2048  # tokens per slot
_START_SECONDS = 120.0
_BYTES_PER_SERVER = 450 << 20  # beyond the weights, which servers share through the page cache


class ServerLostError(ConnectionError):
    """A server process ended and may not be started again."""


@dataclass
class Server:
    """One server process. ``address`` is its URL, ``token`` its access key, ``busy`` the requests in flight."""

    process: subprocess.Popen[bytes]
    address: str
    token: str
    restarts: int = 0
    busy: int = field(default=0)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def ends(self, seconds: float = 1.0) -> bool:
        """Whether the process ends within so many seconds: one that was killed drops its connections before it is gone."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


class ServerPool:
    """Several servers of one GGUF file.

    Use as a context manager, or call :meth:`start` and :meth:`stop`. Each server may die and come back once.
    """

    def __init__(self, gguf: Path, *, count: int | None = None, slots: int = SLOTS, context: int = CONTEXT) -> None:
        self.gguf = gguf
        self.count = count or free_cores(gguf)
        self.slots = slots
        self.context = context
        self._servers: list[Server] = []
        self._lock = threading.RLock()
        self._troubled = False
        self.log = Path(tempfile.gettempdir()) / f"unseen-server-{os.getpid()}-{secrets.token_hex(3)}.log"

    @property
    def capacity(self) -> int:
        """How many questions can be answered at once."""
        return self.count * self.slots

    @property
    def processes(self) -> list[int]:
        """The process ids of the servers that run."""
        return [server.process.pid for server in self._servers if server.alive]

    @property
    def whole(self) -> bool:
        """Whether every server runs."""
        return bool(self._servers) and all(server.alive for server in self._servers)

    def start(self) -> None:
        """Start every server and wait until each answers; where they once ran, bring back those that died and still may.

        Raises :class:`ExamineeError` or :class:`DependencyError` when there is nothing to serve, or nothing to serve it with.
        """
        with self._lock:
            if self._servers:
                self._revive()
                return
            require_gguf(self.gguf)
            require_xllamacpp()
            started = [self._spawn() for _ in range(self.count)]
            try:
                self._servers = [self._shake_hands(process, token) for process, token in started]
            except BaseException:
                for process, _ in started:
                    _end(process)
                raise

    def _revive(self) -> None:
        for position, server in enumerate(self._servers):
            self._troubled |= not server.alive
            if not server.alive and server.restarts == 0:
                _end(server.process)
                self._servers[position] = fresh = self._shake_hands(*self._spawn())
                fresh.restarts = server.restarts + 1

    def stop(self) -> None:
        """End every server, at once. Safe to call twice."""
        with self._lock:
            for server in self._servers:
                _end(server.process)
            self._servers = []
            if not self._troubled:  # the log of a pool that failed stays, for its user to read
                self.log.unlink(missing_ok=True)

    def __enter__(self) -> ServerPool:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @contextmanager
    def lease(self) -> Iterator[Server]:
        """The least busy server that runs, counted as busy while in use. Raises :class:`ServerLostError` when there is none."""
        living = [server for server in self._servers if server.alive]
        if not living:
            raise ServerLostError(f"the server of {self.gguf.name} died twice; its log is {self.log}")
        server = min(living, key=lambda server: server.busy)
        server.busy += 1
        try:
            yield server
        finally:
            server.busy -= 1

    def _spawn(self) -> tuple[subprocess.Popen[bytes], str]:
        token = secrets.token_urlsafe(24)
        process = subprocess.Popen(
            [sys.executable, "-m", "unseen.running._server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C at the terminal is ours to handle; the servers end when we say so
        )
        settings = {"model": str(self.gguf), "slots": self.slots, "context": self.context, "token": token, "log": str(self.log)}
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # a process that died at once is reported by the handshake
            process.stdin.write(json.dumps(settings).encode() + b"\n")
            process.stdin.flush()
        return process, token

    def _shake_hands(self, process: subprocess.Popen[bytes], token: str) -> Server:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], _START_SECONDS)
        line = process.stdout.readline() if ready else b""
        process.stdout.close()
        reply = (
            json.loads(line) if line else {"error": "it ended without a word" if ready else f"it did not start within {_START_SECONDS:g} s"}
        )
        if "address" not in reply:
            _end(process)
            raise ExamineeError(
                f"cannot serve {self.gguf}: {reply['error']}; is it a complete GGUF file of a chat model? (log: {self.log})"
            )
        return Server(process, reply["address"], token)


def require_gguf(path: Path) -> None:
    """Raise :class:`ExamineeError` unless the file exists and starts like a GGUF file."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ExamineeError(f"cannot read the model file {path}: {error.strerror}; write gguf:/path/to/model.gguf") from None
    if magic != b"GGUF":
        raise ExamineeError(f"{path} is not a GGUF file (it starts with {magic!r}); convert the model with llama.cpp first")


def require_xllamacpp() -> None:
    """Raise :class:`DependencyError` unless the llama.cpp runtime is installed."""
    import importlib.util

    if importlib.util.find_spec("xllamacpp") is None:
        raise DependencyError('the llama.cpp runtime is missing; install it with `pip install "unseen[embedded]"`')


def free_cores(gguf: Path) -> int:
    """How many servers to run: one per core this process may use, as far as memory goes; ``$UNSEEN_SERVERS`` overrides."""
    if chosen := os.environ.get("UNSEEN_SERVERS"):
        if not chosen.isdigit() or int(chosen) < 1:
            raise ExamineeError(f"UNSEEN_SERVERS={chosen!r} is not a positive whole number")
        return int(chosen)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    return max(1, min(cores, _cores_of_the_container(), _servers_that_fit(gguf)))


def _cores_of_the_container() -> int:
    """The processor quota of control groups (version 2), rounded down; containers see all cores but may not use them."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError):
        return 1 << 16


def _servers_that_fit(gguf: Path) -> int:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        available = next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable"))
        return max(1, (available - gguf.stat().st_size) // _BYTES_PER_SERVER)
    except (OSError, StopIteration, ValueError):
        return 1 << 16


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    if process.poll() is None:
        process.kill()
    process.wait()


_shared: dict[Path, ServerPool] = {}
_shared_lock = threading.Lock()


def shared_pool(gguf: Path) -> ServerPool:
    """The one pool of this process that serves a file, not yet started when new; ended at exit at the latest."""
    with _shared_lock:
        if gguf not in _shared:
            _shared[gguf] = ServerPool(gguf)
            atexit.register(_shared[gguf].stop)
        return _shared[gguf]


def close_shared_pool(gguf: Path) -> None:
    """Stop the shared pool of a file, if there is one."""
    with _shared_lock:
        pool = _shared.pop(gguf, None)
    if pool is not None:
        atexit.unregister(pool.stop)
        pool.stop()

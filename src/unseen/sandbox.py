"""The one place where generated code runs.

``run_batch`` runs programs of a closed grammar: each is checked against an allow-list (no imports, no attributes beyond a
few list methods, no underscores), then executed by a worker process that is kept between calls, so a program costs well
under a millisecond. ``run_untrusted`` runs any Python, each program in a sandbox of its own, and refuses where
bubblewrap is missing.

Under bubblewrap a process has no network, sees a read-only system and nothing else of the disk, is nobody, and dies with
its parent. Where bubblewrap is missing the worker is a bare interpreter under the same limits, which the allow-list makes
safe enough for the closed grammar and for nothing more. Either way it cannot start processes, write files, or outgrow its
memory, and it is killed when a program overruns its time. ``Result.isolation`` says which of the two was used.
"""

from __future__ import annotations

import ast
import atexit
import json
import os
import selectors
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import IO

from unseen.errors import DependencyError, UnseenError


class Isolation(StrEnum):
    """How a program was kept away from the machine."""

    BUBBLEWRAP = "bubblewrap"
    LIMITS = "separate process with limits"


class ForbiddenCodeError(UnseenError):
    """A program outside the grammar that may run here; the message names the construct and its line."""


@dataclass(frozen=True)
class Limits:
    """What one program may use: wall-clock seconds, address space in MB, characters of output."""

    seconds: float = 2.0
    memory_mb: int = 256
    output: int = 10_000


@dataclass(frozen=True)
class Result:
    """What a program printed, and why it ended early (empty when it did not)."""

    stdout: str
    error: str
    isolation: Isolation


# ---- the allow-list ----

METHODS = frozenset({"append", "pop", "copy"})
BUILTINS = (
    "abs",
    "bool",
    "dict",
    "int",
    "isinstance",
    "len",
    "list",
    "max",
    "min",
    "print",
    "range",
    "reversed",
    "sorted",
    "str",
    "sum",
    "tuple",
    "zip",
)
LONGEST_SOURCE = 50_000  # characters
_NODES: tuple[type[ast.AST], ...] = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Nonlocal, ast.Global, ast.Assign, ast.AugAssign, ast.Expr, ast.Pass,
    ast.For, ast.While, ast.If, ast.Break, ast.Continue, ast.Lambda, ast.IfExp, ast.Call, ast.keyword, ast.Name, ast.Constant, ast.Attribute,
    ast.Subscript, ast.Slice, ast.List, ast.Tuple, ast.Dict, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare,
    ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context,
)  # fmt: skip
_POWERS = (ast.Pow, ast.LShift)  # a few characters of these fill any memory


def check_allowed(source: str) -> None:
    """Raise :class:`ForbiddenCodeError` unless the program stays within the closed grammar."""
    if len(source) > LONGEST_SOURCE:
        raise ForbiddenCodeError(f"program of {len(source)} characters; at most {LONGEST_SOURCE} may run")
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ForbiddenCodeError(f"not a program: {type(error).__name__} {error}") from None
    for node in ast.walk(tree):
        if found := _fault(node):
            raise ForbiddenCodeError(f"line {getattr(node, 'lineno', 1)}: {found} may not run in the sandbox")


def _fault(node: ast.AST) -> str:
    if not isinstance(node, _NODES) or isinstance(node, _POWERS):
        return f"the construct {type(node).__name__}"
    if isinstance(node, ast.Attribute) and node.attr not in METHODS:
        return f"the attribute '{node.attr}'"
    names = [getattr(node, field, None) for field in ("id", "arg", "name")] + list(getattr(node, "names", []))
    hidden = next((name for name in names if isinstance(name, str) and name.startswith("__")), None)
    return f"the name '{hidden}'" if hidden else ""


# ---- the process that runs programs ----

_LIMIT_PROCESS = """
import builtins, io, json, os, resource, signal, sys  # now, for nobody may not be able to read the library
memory, cpu = int(sys.argv[1]) << 20, int(sys.argv[2])
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
for kind, most in (("AS", memory), ("FSIZE", 0), ("NPROC", 0), ("CORE", 0), ("NOFILE", 32)) + ((("CPU", cpu),) if cpu else ()):
    resource.setrlimit(getattr(resource, "RLIMIT_" + kind), (most, most))
"""
_WORKER = """
channel = os.fdopen(os.dup(1), "w", buffering=1)
allowed = {name: getattr(builtins, name) for name in sys.argv[3].split(",")}
sys.setrecursionlimit(2000)

class Overrun(BaseException): pass
class Flood(BaseException): pass

class Capped(io.StringIO):
    def write(self, text):
        room = most - self.tell()
        super().write(text[:room])
        if len(text) > room: raise Flood
        return len(text)

def overrun(*_): raise Overrun
signal.signal(signal.SIGALRM, overrun)
for line in sys.stdin:
    source, seconds, most = json.loads(line)
    sys.stdout, error = Capped(), ""
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            exec(compile(source, "<program>", "exec"), {"__builtins__": dict(allowed), "__name__": "program"})
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)  # so that the report itself cannot overrun
    except Overrun: error = "ran out of time"
    except Flood: error = "printed too much"
    except BaseException as problem: error = f"{type(problem).__name__}: {problem}"[:200]
    channel.write(json.dumps([sys.stdout.getvalue(), error]) + "\\n")
"""
_ALONE = """
exec(compile(sys.stdin.read(), "<program>", "exec"), {"__name__": "__main__"})
"""


def isolation() -> Isolation:
    """The isolation that this machine offers."""
    return Isolation.BUBBLEWRAP if _bubblewrap_works() else Isolation.LIMITS


@cache
def _bubblewrap_works() -> bool:
    """Whether bubblewrap is installed and allowed to make namespaces here (containers may forbid it)."""
    if shutil.which("bwrap") is None:
        return False
    command = _command(Isolation.BUBBLEWRAP, "print(6 * 7)", Limits())
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == "42"


def _command(how: Isolation, script: str, limits: Limits, cpu: int = 0) -> list[str]:
    """The command line of an interpreter that first limits itself, then runs the script."""
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    executable = str(python) if python.exists() else os.path.realpath(sys.executable)
    run = [executable, "-I", "-S", "-B", "-X", "utf8", "-c", _LIMIT_PROCESS + script, str(limits.memory_mb), str(cpu), ",".join(BUILTINS)]
    return run if how is Isolation.LIMITS else [*_bubblewrap(executable), *run]


def _bubblewrap(executable: str) -> list[str]:
    """Its arguments. As root no user namespace is needed: the interpreter itself turns into nobody and keeps no capability."""
    own = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if os.getuid() == 0 else ["--unshare-user"]
    binds = [path for path in ("/usr", "/lib", "/lib64", "/bin", "/etc/alternatives", "/etc/ld.so.cache") if Path(path).exists()]
    binds += [path for path in (sys.base_prefix, str(Path(executable).parent)) if not path.startswith("/usr")]
    parents = dict.fromkeys(str(parent) for path in binds for parent in reversed(Path(path).parents))  # made private unless told
    return [
        "bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", *own, "--die-with-parent",
        "--new-session", "--clearenv", *(word for parent in parents if parent != "/" for word in ("--perms", "0755", "--dir", parent)),
        *(word for path in binds for word in ("--ro-bind", path, path)),
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/", "--",
    ]  # fmt: skip


# ---- many programs, one worker ----


class _Worker:
    """An interpreter that reads programs from a pipe. Not safe to share between processes; see :func:`_worker`."""

    def __init__(self, how: Isolation, memory_mb: int) -> None:
        self.isolation = how
        self._command = _command(how, _WORKER, Limits(memory_mb=memory_mb))
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""
        self.lock = threading.Lock()

    def run(self, source: str, limits: Limits) -> Result:
        """One program. A worker that had died before is replaced; one that dies of the program is reported."""
        for _ in range(2):
            process = self._started()
            try:
                message = json.dumps([source, limits.seconds, limits.output]).encode() + b"\n"
                while message:
                    message = message[self._pipe(process.stdin).write(message) :]
                line = self._line(process, limits.seconds + 1.0)
            except BrokenPipeError:
                line = b""
            if line:
                stdout, error = json.loads(line)
                return Result(stdout, error, self.isolation)
            ended = process.poll() is not None
            self.stop()
            if not ended:
                return Result("", "ran out of time", self.isolation)
        return Result("", "the sandboxed process died", self.isolation)

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._pipe(self._process.stdin).close()
            self._pipe(self._process.stdout).close()
        self._process, self._unread = None, b""

    def forget(self) -> None:
        """Leave the process to the parent this one was forked from."""
        if self._process is not None:
            self._process.returncode = 0  # it is not ours to wait for
            self._pipe(self._process.stdin).close()
            self._pipe(self._process.stdout).close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._process = subprocess.Popen(
                self._command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
            )
        return self._process

    def _line(self, process: subprocess.Popen[bytes], seconds: float) -> bytes:
        """The next line of the worker, or nothing when it stays silent or dies."""
        deadline = time.monotonic() + seconds
        descriptor = self._pipe(process.stdout).fileno()
        with selectors.DefaultSelector() as ready:
            ready.register(descriptor, selectors.EVENT_READ)
            while b"\n" not in self._unread:
                left = deadline - time.monotonic()
                if left <= 0 or not ready.select(left):
                    return b""
                chunk = os.read(descriptor, 1 << 16)
                if not chunk:
                    process.wait()
                    return b""
                self._unread += chunk
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe


_workers: dict[int, _Worker] = {}  # by memory limit
_lock = threading.Lock()  # two threads must not each start one


def _worker(memory_mb: int) -> _Worker:
    with _lock:
        if memory_mb not in _workers:
            _workers[memory_mb] = _Worker(isolation(), memory_mb)
        return _workers[memory_mb]


@atexit.register
def close() -> None:
    """End the workers of this process; the next batch starts new ones."""
    for worker in _workers.values():
        worker.stop()
    _workers.clear()


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()
    for worker in _workers.values():
        worker.forget()
    _workers.clear()


os.register_at_fork(after_in_child=_after_fork)


def run_batch(programs: Sequence[str], limits: Limits | None = None) -> list[Result]:
    """What each program of the closed grammar prints, in order.

    Raises :class:`ForbiddenCodeError` before anything runs when one of them leaves the grammar.
    """
    limits = limits or Limits()
    for program in programs:
        check_allowed(program)
    worker = _worker(limits.memory_mb)
    with worker.lock:
        return [worker.run(program, limits) for program in programs]


def run_untrusted(program: str, limits: Limits | None = None) -> Result:
    """What any Python program prints, in a sandbox of its own. Raises :class:`DependencyError` without bubblewrap."""
    if isolation() is not Isolation.BUBBLEWRAP:
        raise DependencyError("code from outside runs only under bubblewrap, which is missing here: apt-get install bubblewrap")
    limits = limits or Limits()
    command = _command(Isolation.BUBBLEWRAP, _ALONE, limits, cpu=max(1, round(limits.seconds + 1)))
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={}, cwd="/")
    return _supervised(process, program.encode(), limits)


def _supervised(process: subprocess.Popen[bytes], program: bytes, limits: Limits) -> Result:
    """Feed the program, read at most the allowed output, and end the process at the latest when its time is up."""
    deadline = time.monotonic() + limits.seconds
    assert process.stdin and process.stdout and process.stderr
    received = {process.stdout: bytearray(), process.stderr: bytearray()}
    error = ""
    try:
        process.stdin.write(program)
        process.stdin.close()
    except BrokenPipeError:
        error = "the sandboxed process died"
    with selectors.DefaultSelector() as ready:
        for pipe in received:
            ready.register(pipe, selectors.EVENT_READ)
        while ready.get_map() and not error:
            left = deadline - time.monotonic()
            error = "ran out of time" if left <= 0 else ""
            for key, _ in ready.select(max(left, 0)):
                chunk = os.read(key.fd, 1 << 16)
                received[key.fileobj] += chunk  # type: ignore[index]
                if not chunk:
                    ready.unregister(key.fileobj)
                if len(received[key.fileobj]) > 4 * limits.output:  # type: ignore[index]
                    error = "printed too much"
    process.kill()
    code = process.wait()
    process.stdout.close()
    process.stderr.close()
    stdout, stderr = (bytes(received[pipe]).decode("utf-8", "replace")[: limits.output] for pipe in received)
    last = (stderr.strip().splitlines() or [f"ended with code {code}"])[-1][:200]
    return Result(stdout, error or (last if code else ""), Isolation.BUBBLEWRAP)

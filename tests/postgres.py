"""A real PostgreSQL server for tests, on a socket in a temporary folder, run by an unprivileged user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of an empty database; skips the test, naming the one line that would install the server, where there is none."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries or shutil.which("pg_ctl", path=str(binaries[-1])) is None:
        pytest.skip("no PostgreSQL server: sudo apt-get install -y postgresql")
    pytest.importorskip("psycopg", reason="no PostgreSQL driver: pip install 'unseen[postgres]'")
    folder = Path(tempfile.mkdtemp(prefix="unseen-pg-"))
    # The server refuses to run as root, so a root user lends it to the account that Debian's package made.
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)

    def run(*command: str) -> None:
        subprocess.run(
            command, check=True, capture_output=True, cwd=folder, **({"user": user.pw_uid, "group": user.pw_gid} if user else {})
        )

    data, tool = str(folder / "data"), binaries[-1]
    run(str(tool / "initdb"), "-D", data, "-A", "trust", "-U", "unseen", "-E", "UTF8", "--no-sync")
    run(str(tool / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", f"-k {folder} -c listen_addresses=''", "start")
    try:
        run(str(tool / "createdb"), "-h", str(folder), "-U", "unseen", "outcomes")
        yield f"postgresql://unseen@/outcomes?host={folder}"
    finally:
        run(str(tool / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

"""A store keeps every finished outcome, whatever happens to the process, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.postgres import running_postgres
from unseen.errors import StoreError
from unseen.outcome import Arm, Outcome
from unseen.plan import Plan
from unseen.storing import Status, Store
from unseen.verdict import Kind

OUTCOME = Outcome(
    examinee="simulated/item-response",
    task_id="ab" * 16,
    family="arithmetic/chain",
    version=1,
    domain="mathematics",
    setting={"steps": 3, "story": "shop", "share": 0.25},
    load=0.25,
    effort=7.0,
    arm=Arm.EXPLORE,
    group="g1",
    role="",
    kind=Kind.INCORRECT,
    answer="12",
    reason="",
    prompt="What is 7 + 4?",
    key="11",
    response="It is 12 — naïve ☃.",
    input_tokens=12,
    output_tokens=3,
    seconds=0.5,
    cost=None,
    features={"carries": 1.0},
    finished_at="2026-01-01T00:00:00+00:00",
    weight=1.25,
)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "store") if request.param == "sqlite" else request.getfixturevalue("postgres")


def test_an_outcome_comes_back_as_it_was_stored(where: str) -> None:
    store = Store(where)
    with store.begin("round-trip", Plan(seed=1), {"unseen": "x"}) as writer:
        writer.append(OUTCOME)
        writer.finish(Status.FINISHED, "2026-01-01T00:00:01+00:00")
    assert list(Store(where).outcomes("round-trip")) == [OUTCOME]
    record = store.run("round-trip")
    assert (record.status, record.outcomes, Plan.of(dict(record.plan))) == (Status.FINISHED, 1, Plan(seed=1))


def test_storing_the_same_outcome_twice_keeps_the_first(where: str) -> None:
    store = Store(where)
    with store.begin("twice", Plan(), {}) as writer:
        writer.append(OUTCOME)
        writer.append(replace(OUTCOME, kind=Kind.CORRECT))
        writer.append(replace(OUTCOME, examinee="another"))
    assert [o.kind for o in store.outcomes("twice")] == [Kind.INCORRECT, Kind.INCORRECT]
    assert [o.examinee for o in store.outcomes("twice", "another")] == ["another"]


def test_text_that_databases_refuse_is_stored_readably(where: str) -> None:
    store = Store(where)
    with store.begin("odd-text", Plan(), {}) as writer:
        writer.append(replace(OUTCOME, response="a\x00b\udcffc"))
    assert [o.response for o in store.outcomes("odd-text")] == ["a\N{REPLACEMENT CHARACTER}b?c"]


def test_a_run_has_one_writer_at_a_time(where: str) -> None:
    store = Store(where)
    with store.begin("busy", Plan(), {}):
        assert store.alive("busy")
        with pytest.raises(StoreError, match="run busy is being written by another process"):
            Store(where).resume("busy")
        with store.begin("another-run", Plan(), {}) as other:
            other.append(OUTCOME)
    assert not store.alive("busy")
    with store.resume("busy") as again:
        again.append(OUTCOME)
    assert len(list(store.outcomes("busy"))) == 1


def test_a_run_id_cannot_be_begun_twice(where: str) -> None:
    store = Store(where)
    store.begin("taken", Plan(), {}).__exit__(None, None, None)
    with pytest.raises(StoreError, match="cannot start run taken"):
        store.begin("taken", Plan(), {})
    store.resume("taken").__exit__(None, None, None)


def test_a_run_is_found_by_prefix_or_as_the_last(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for name in ("alpha-1", "alpha-2", "beta-1"):
        store.begin(name, Plan(), {}).__exit__(None, None, None)
    assert store.run("beta").id == "beta-1"
    assert store.run("last").id == "beta-1"
    with pytest.raises(StoreError, match="could be alpha-2, alpha-1"):
        store.run("alpha")
    with pytest.raises(StoreError, match="no run 'gamma'"):
        store.run("gamma")


def test_finished_outcomes_survive_kill_9(where: str) -> None:
    """The child is killed with no chance to clean up, right after it says how many outcomes were stored."""
    script = f"""
        from dataclasses import replace
        from tests.storing.test_store import OUTCOME
        from unseen.plan import Plan
        from unseen.storing import Store
        writer = Store({where!r}).begin("killed", Plan(), {{}})
        for number in range(10_000):
            writer.append(replace(OUTCOME, task_id=str(number)))
            print(number, flush=True)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert child.stdout is not None
    said = [int(child.stdout.readline()) for _ in range(20)]
    os.kill(child.pid, signal.SIGKILL)
    said += [int(line) for line in child.stdout]
    child.stdout.close()
    child.wait()
    store = Store(where)
    kept = [int(outcome.task_id) for outcome in store.outcomes("killed")]
    assert kept[: len(said)] == said
    with store.resume("killed") as writer:
        writer.append(replace(OUTCOME, task_id="after"))
    assert [o.task_id for o in store.outcomes("killed")][-1] == "after"


def test_a_full_disk_is_one_clear_error_and_loses_nothing(tmp_path: Path) -> None:
    """The child may not grow any file past 200 kB: what a full disk looks like to SQLite."""
    script = f"""
        import resource, signal
        from dataclasses import replace
        from tests.storing.test_store import OUTCOME
        from unseen.errors import StoreError
        from unseen.plan import Plan
        from unseen.storing import Store
        writer = Store({str(tmp_path)!r}).begin("full", Plan(), {{}})
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        stored = 0
        try:
            while True:
                writer.append(replace(OUTCOME, task_id=str(stored), response="x" * 5000))
                stored += 1
        except StoreError as error:
            print(stored, error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, cwd=Path(__file__).parents[2], check=True
    )
    stored, message = done.stdout.split(" ", 1)
    assert int(stored) > 5
    assert "cannot store an outcome of run full" in message and "--resume full" in message
    assert len(list(Store(tmp_path).outcomes("full"))) == int(stored)


def test_places_that_cannot_be_a_store_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot make the store folder"):
        Store(tmp_path / "file" / "inside")
    (tmp_path / "unseen.db").write_text("this is no database, but a letter to one" * 100)
    with pytest.raises(StoreError, match="cannot open the store"):
        Store(tmp_path)
    with pytest.raises(StoreError, match="no driver for 'carrier'"):
        Store("carrier://pigeon/1")


def test_a_password_never_shows_in_an_error() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="cannot open the store") as caught:
        Store("postgresql://someone:hunter2@127.0.0.1:1/none?connect_timeout=2")
    assert "hunter2" not in str(caught.value)

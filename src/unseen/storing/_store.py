"""A store of runs, by path (SQLite) or URL (PostgreSQL)."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, delete, event, func, insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from unseen.errors import StoreError
from unseen.outcome import Outcome
from unseen.plan import Plan
from unseen.storing._runs import RunRecord, RunWriter, Status, _cause, outcome_from_row
from unseen.storing._schema import outcomes, runs

DEFAULT_FOLDER = Path("runs")
_SQLITE_NAME = "unseen.db"


class Store:
    """All runs of one place. Opening creates the tables or migrates them; several processes may share a store.

    ``Store()`` keeps ``runs/unseen.db``; ``Store("some/folder")`` keeps it there; ``Store("postgresql://…")`` uses a server.
    Raises :class:`StoreError` when the place cannot be reached or read.
    """

    def __init__(self, where: str | Path | None = None) -> None:
        self.url = _url(where)
        try:
            self._engine = _engine(self.url)
            self._migrate()
        except (SQLAlchemyError, OSError) as error:
            cause = _cause(error) if isinstance(error, SQLAlchemyError) else str(error)
            raise StoreError(f"cannot open the store {self.shown}: {cause}") from None

    @property
    def shown(self) -> str:
        """The place, without its password."""
        return make_url(self.url).render_as_string(hide_password=True)

    def begin(self, run_id: str, plan: Plan, versions: Mapping[str, Any]) -> RunWriter:
        """Start a run. Raises :class:`StoreError` when the id is taken."""
        writer = self._writer(run_id)
        row = {
            "id": run_id,
            "status": Status.RUNNING.value,
            "started_at": utc_now(),
            "plan": plan.model_dump(mode="json"),
            "versions": dict(versions),
            "note": "",
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(runs).values(**row))
        except SQLAlchemyError as error:
            writer.__exit__(None, None, None)
            raise StoreError(f"cannot start run {run_id} in {self.shown}: {_cause(error)}") from None
        return writer

    def resume(self, run_id: str) -> RunWriter:
        """Go on with a run. Raises :class:`StoreError` when there is none, or when another process is at it."""
        self.run(run_id)
        writer = self._writer(run_id)
        with self._engine.begin() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(status=Status.RUNNING.value))
        return writer

    def discard(self, run_id: str) -> None:
        """Delete a run that has no outcomes. Raises :class:`StoreError` when it has some: those are never thrown away."""
        if self.run(run_id).outcomes:
            raise StoreError(f"run {run_id} holds outcomes; it is not discarded")
        with self._engine.begin() as connection:
            connection.execute(delete(runs).where(runs.c.id == run_id))

    def run(self, run_id: str) -> RunRecord:
        """The record of one run, by id or unambiguous prefix; ``last`` is the newest."""
        records = self.runs()
        found = (
            records[:1] if run_id == "last" else [r for r in records if r.id == run_id] or [r for r in records if r.id.startswith(run_id)]
        )
        if len(found) == 1:
            return found[0]
        if not found:
            raise StoreError(f"no run '{run_id}' in {self.shown}; `unseen runs` lists them")
        raise StoreError(f"'{run_id}' could be {', '.join(r.id for r in found)}: write more of the id")

    def runs(self) -> list[RunRecord]:
        """Every run, newest first."""
        counted = select(outcomes.c.run_id, func.count().label("outcomes")).group_by(outcomes.c.run_id).subquery()
        query = select(runs, func.coalesce(counted.c.outcomes, 0).label("outcomes")).outerjoin(counted, runs.c.id == counted.c.run_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(runs.c.started_at.desc(), runs.c.id.desc())).all()
        return [RunRecord(r.id, Status(r.status), r.started_at, r.finished_at, r.plan, r.versions, r.note, r.outcomes) for r in rows]

    def alive(self, run_id: str) -> bool:
        """Whether some process is writing this run at the moment."""
        try:
            _lock(self._engine, f"run {run_id}", wait=False)()
        except StoreError:
            return True
        return False

    def outcomes(self, run_id: str, examinee: str | None = None) -> Iterator[Outcome]:
        """The finished outcomes of a run, in the order they finished."""
        query = select(outcomes).where(outcomes.c.run_id == run_id).order_by(outcomes.c.sequence)
        if examinee is not None:
            query = query.where(outcomes.c.examinee == examinee)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield outcome_from_row(row)

    def _migrate(self) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        with _locked(self._engine, "migration"), self._engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()

    def _writer(self, run_id: str) -> RunWriter:
        release = _lock(self._engine, f"run {run_id}", wait=False)
        return RunWriter(run_id, self._engine.connect(), release)


def utc_now() -> str:
    """The time in UTC, to the second, ISO 8601."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _url(where: str | Path | None) -> str:
    if where is None:
        where = DEFAULT_FOLDER
    if isinstance(where, str) and "://" in where:
        try:
            url = make_url(where)
        except (ArgumentError, ValueError):
            raise StoreError(f"store '{where.split('@')[-1]}' is not a URL; write postgresql://user@host/name or a folder") from None
        return (url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url).render_as_string(
            hide_password=False
        )
    folder = Path(where)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot make the store folder {folder}: {error.strerror}") from None
    return f"sqlite:///{folder / _SQLITE_NAME}"


def _engine(url: str) -> Engine:
    try:
        engine = create_engine(url, poolclass=NullPool)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise StoreError(f"no driver for '{make_url(url).drivername}'; for PostgreSQL: pip install 'unseen[postgres]'") from None
    if engine.dialect.name == "sqlite":
        # synchronous=FULL: a committed outcome survives a power cut, not only a crash of the process.
        @event.listens_for(engine, "connect")
        def _durable(connection: Any, _record: Any) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")

    return engine


class _locked:  # noqa: N801 (reads as a statement: `with _locked(...)`)
    """Hold a named lock of a store, waiting for it."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._name = engine, name

    def __enter__(self) -> None:
        self._release = _lock(self._engine, self._name, wait=True)

    def __exit__(self, *_: object) -> None:
        self._release()


def _lock(engine: Engine, name: str, *, wait: bool) -> Callable[[], None]:
    """Take a lock that dies with this process; returns what frees it. Raises :class:`StoreError` if it is held and ``wait`` is false."""
    busy = StoreError(f"{name} is being written by another process; wait for it, or stop it")
    if engine.dialect.name == "sqlite":
        # The file stays: removing a lock file that another process waits on would let two hold "the same" lock.
        path = Path(str(engine.url.database)).parent / ".locks" / hashlib.sha256(name.encode()).hexdigest()[:16]
        path.parent.mkdir(exist_ok=True)
        handle = path.open("w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            handle.close()
            raise busy from None
        return handle.close
    number = int.from_bytes(hashlib.sha256(f"unseen {name}".encode()).digest()[:8], "big", signed=True)
    connection: Connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    if wait:
        connection.execute(text("select pg_advisory_lock(:n)"), {"n": number})
    elif not cast(Sequence[Any], connection.execute(text("select pg_try_advisory_lock(:n)"), {"n": number}).one())[0]:
        connection.close()
        raise busy

    def unlock() -> None:
        connection.execute(text("select pg_advisory_unlock(:n)"), {"n": number})
        connection.close()

    return unlock

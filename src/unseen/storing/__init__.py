"""Outcomes at rest: SQLite by default, PostgreSQL by URL; each finished outcome is durable before the next begins."""

from unseen.storing._runs import RunRecord, RunWriter, Status
from unseen.storing._store import DEFAULT_FOLDER, Store, utc_now

__all__ = ["DEFAULT_FOLDER", "RunRecord", "RunWriter", "Status", "Store", "utc_now"]

"""The tables, as the newest migration leaves them. Change one only together with a migration in ``migrations/versions``."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("finished_at", String(32)),
    Column("plan", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("note", Text, nullable=False),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String(64), ForeignKey("runs.id"), nullable=False),
    Column("examinee", String(256), nullable=False),
    Column("task_id", String(64), nullable=False),
    Column("family", String(128), nullable=False),
    Column("version", Integer, nullable=False),
    Column("domain", String(64), nullable=False),
    Column("setting", JSON, nullable=False),
    Column("load", Float, nullable=False),
    Column("effort", Float, nullable=False),
    Column("arm", String(16), nullable=False),
    Column("group", String(128), nullable=False),
    Column("role", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("answer", Text),
    Column("reason", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("response", Text, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("cost", Float),
    Column("truncated", Boolean, nullable=False),
    Column("guess_rate", Float, nullable=False),
    Column("features", JSON, nullable=False),
    Column("finished_at", String(32), nullable=False),
    Column("weight", Float),
    UniqueConstraint("run_id", "examinee", "task_id", name="one_outcome_per_task"),
    Index("outcomes_by_run", "run_id", "examinee"),
)

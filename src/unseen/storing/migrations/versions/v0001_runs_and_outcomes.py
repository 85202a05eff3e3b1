"""Runs and outcomes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "runs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("finished_at", sa.String(32)),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("versions", sa.JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    text = {name: sa.Column(name, sa.Text, nullable=False) for name in ("reason", "prompt", "key", "response")}
    op.create_table(
        "outcomes",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run_id", sa.String(64), sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("examinee", sa.String(256), nullable=False),
        sa.Column("task_id", sa.String(64), nullable=False),
        sa.Column("family", sa.String(128), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("domain", sa.String(64), nullable=False),
        sa.Column("setting", sa.JSON, nullable=False),
        sa.Column("load", sa.Float, nullable=False),
        sa.Column("effort", sa.Float, nullable=False),
        sa.Column("arm", sa.String(16), nullable=False),
        sa.Column("group", sa.String(128), nullable=False),
        sa.Column("role", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("answer", sa.Text),
        *text.values(),
        sa.Column("input_tokens", sa.Integer, nullable=False),
        sa.Column("output_tokens", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("cost", sa.Float),
        sa.Column("truncated", sa.Boolean, nullable=False),
        sa.Column("guess_rate", sa.Float, nullable=False),
        sa.Column("features", sa.JSON, nullable=False),
        sa.Column("finished_at", sa.String(32), nullable=False),
        sa.UniqueConstraint("run_id", "examinee", "task_id", name="one_outcome_per_task"),
    )
    op.create_index("outcomes_by_run", "outcomes", ["run_id", "examinee"])


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("outcomes")
    op.drop_table("runs")

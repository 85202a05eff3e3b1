"""The weight of each outcome: how many draws of the reference mix it stands for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; outcomes stored before have no known weight."""
    op.add_column("outcomes", sa.Column("weight", sa.Float))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("outcomes", "weight")

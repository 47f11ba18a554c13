"""Keep who has seen the faults of a station."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "fault_acknowledgements",
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_fault_acknowledgements")),
    )

"""Keep what the sessions of each site brought on a closed day."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("ledger_days", sa.Column("is_summed", sa.SmallInteger(), server_default="0", nullable=False))
    op.create_table(
        "ledger_day_sites",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("closed_until", Instant(), nullable=False),
        sa.Column("site_key", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("sessions", sa.BigInteger(), nullable=False),
        sa.Column("energy_wh", sa.BigInteger(), nullable=False),
        sa.Column("electricity", sa.BigInteger(), nullable=False),
        sa.Column("service", sa.BigInteger(), nullable=False),
        sa.Column("discounts", sa.BigInteger(), nullable=False),
        sa.Column("commission", sa.BigInteger(), nullable=False),
        sa.Column("taxes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "operator_id", "closed_until", "site_key", "currency", name=op.f("pk_ledger_day_sites")
        ),
    )

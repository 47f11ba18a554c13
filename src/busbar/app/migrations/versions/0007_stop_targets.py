"""Keep where a session shall end by itself."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply this step."""
    for column in (
        sa.Column("target_energy_wh", sa.BigInteger()),
        sa.Column("target_soc_permille", sa.BigInteger()),
        sa.Column("target_at", Instant()),
        sa.Column("target_by", sa.String(length=120)),
        sa.Column("target_tries", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("sessions", column)  # older processes go on: they leave these as they are

"""Fix with a session the taxes of what its tariff names none for."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Json

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("session_prices", sa.Column("taxes", Json(), server_default="[]", nullable=False))

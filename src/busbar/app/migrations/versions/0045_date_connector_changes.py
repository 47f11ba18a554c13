"""Keep since when, by our clock, a connector has reported what it reports."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("connectors", sa.Column("changed_at", Instant(), nullable=True))

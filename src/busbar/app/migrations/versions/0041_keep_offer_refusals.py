"""Keep with a price which offers took nothing off it, and why."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Json

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("price_revisions", sa.Column("refusals", Json(), nullable=False, server_default="[]"))

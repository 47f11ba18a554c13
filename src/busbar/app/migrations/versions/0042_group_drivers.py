"""Let drivers belong to a group."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("drivers", sa.Column("group_id", sa.String(length=64), nullable=True))

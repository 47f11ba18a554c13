"""Keep the opening hours of sites."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("sites", sa.Column("hours", sa.Text(), nullable=True))

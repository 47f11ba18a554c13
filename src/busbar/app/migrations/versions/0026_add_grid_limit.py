"""Say what a site's grid connection gives at most."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("sites", sa.Column("grid_limit_w", sa.BigInteger(), nullable=True))

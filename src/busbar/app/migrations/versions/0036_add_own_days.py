"""Add the own days of sites, the country of operators, and keep with a session the days it is priced by."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Json

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("sites", sa.Column("days", Json(), server_default="{}", nullable=False))
    op.add_column("operators", sa.Column("country", sa.String(length=2), server_default="", nullable=False))
    op.add_column("session_prices", sa.Column("days", Json(), server_default="{}", nullable=False))

"""Let people set a password by a link that is mailed."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "password_links",
        sa.Column("link_hash", sa.String(length=80), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("seen", sa.String(length=80), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("link_hash", name=op.f("pk_password_links")),
    )
    op.create_index(op.f("ix_password_links_person"), "password_links", ["person"])
    op.create_index(op.f("ix_password_links_expires_at"), "password_links", ["expires_at"])

"""Keep how operators' driver apps look."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "app_brands",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("short_name", sa.String(length=20), nullable=False),
        sa.Column("accent_light", sa.String(length=7), nullable=True),
        sa.Column("accent_dark", sa.String(length=7), nullable=True),
        sa.Column("imprint", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("support_phone", sa.String(length=40), nullable=False),
        sa.Column("support_email", sa.String(length=254), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_app_brands")),
    )
    op.create_table(
        "app_logos",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_app_logos")),
    )
    op.create_table(
        "app_hosts",
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_app_hosts")),
    )
    op.create_index(op.f("ix_app_hosts_operator_id"), "app_hosts", ["operator_id"])

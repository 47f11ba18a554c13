"""Keep lists that staff want to see again, and how sites are drawn."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "saved_views",
        sa.Column("view_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=128), nullable=False),
        sa.Column("list_name", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=1500), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_saved_views")),
    )
    op.create_index(op.f("ix_saved_views_operator_id_owner"), "saved_views", ["operator_id", "owner"])
    op.create_table(
        "site_layouts",
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("layout", Json(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_site_layouts")),
    )
    op.create_index(op.f("ix_site_layouts_operator_id"), "site_layouts", ["operator_id"])

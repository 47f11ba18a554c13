"""Let operators keep how stations are to be set."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "configuration_templates",
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=480), nullable=False),
        sa.Column("dialect", sa.String(length=8), nullable=False),
        sa.Column("vendor", sa.String(length=50), nullable=True),
        sa.Column("model", sa.String(length=50), nullable=True),
        sa.Column("site_id", sa.String(length=64), nullable=True),
        sa.Column("settings", Json(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("template_id", name=op.f("pk_configuration_templates")),
    )
    op.create_index(op.f("ix_configuration_templates_operator_id"), "configuration_templates", ["operator_id"])
    op.create_table(
        "station_templates",
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_templates")),
    )
    op.create_index(op.f("ix_station_templates_template_id"), "station_templates", ["template_id"])

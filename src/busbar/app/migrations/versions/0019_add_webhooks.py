"""Add webhooks, and what they were told."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0019"
down_revision = "0018"

ID = sa.String(length=64)


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", ID, nullable=False),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", Json(), nullable=False),
        sa.Column("stopped", sa.String(length=20), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("paused_until", Instant(), nullable=True),
        sa.Column("delivered_at", Instant(), nullable=True),
        sa.Column("old_secret_until", Instant(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("old_secret", sa.LargeBinary(), nullable=True),
        sa.Column("read_until", Instant(), nullable=False),
        sa.Column("awake_until", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.operator_id"], name=op.f("fk_webhooks_operator_id_operators")
        ),
        sa.PrimaryKeyConstraint("webhook_id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_operator_id"), "webhooks", ["operator_id"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("delivery_id", ID, nullable=False),
        sa.Column("webhook_id", ID, nullable=False),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("happened_at", Instant(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("log", Json(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.webhook_id"], name=op.f("fk_webhook_deliveries_webhook_id_webhooks")
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint("webhook_id", "message_id", name=op.f("uq_webhook_deliveries_webhook_id_message_id")),
    )
    op.create_index(
        op.f("ix_webhook_deliveries_webhook_id_delivery_id"), "webhook_deliveries", ["webhook_id", "delivery_id"]
    )
    op.create_index(op.f("ix_webhook_deliveries_state_next_at"), "webhook_deliveries", ["state", "next_at"])
    op.create_index(op.f("ix_webhook_deliveries_created_at"), "webhook_deliveries", ["created_at"])

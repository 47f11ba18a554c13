"""Keep wallets that are being closed, and who froze a wallet."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("accounts", sa.Column("status_by", sa.String(length=200), nullable=True))
    op.create_table(
        "wallet_closings",
        sa.Column("closing_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("driver_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("by_hand", sa.BigInteger(), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("holder", sa.String(length=70), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("paid_by", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("closing_id", name=op.f("pk_wallet_closings")),
    )
    op.create_index(op.f("ix_wallet_closings_driver_id"), "wallet_closings", ["driver_id"])
    op.create_index(op.f("ix_wallet_closings_operator_id_created_at"), "wallet_closings", ["operator_id", "created_at"])
    op.create_index(
        "uq_wallet_closings_open",
        "wallet_closings",
        ["operator_id", "driver_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('refunding', 'to_pay')"),
        postgresql_where=sa.text("state IN ('refunding', 'to_pay')"),
    )

"""Keep payments at providers: accounts, payments, refunds, disputes, notices, saved cards, statements, differences."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply this step."""
    _add_payment_accounts()
    _add_payments()
    _add_payment_refunds()
    _add_payment_disputes()
    _add_payment_notices()
    _add_payment_cards()
    _add_payment_statements()
    _add_payment_statement_lines()
    _add_payment_differences()


def _add_payment_accounts() -> None:
    op.create_table(
        "payment_accounts",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("settings", Json(), nullable=False),
        sa.Column("secrets", Json(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_payment_accounts")),
        sa.UniqueConstraint("operator_id", "provider", name=op.f("uq_payment_accounts_operator_id_provider")),
    )


def _add_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("payment_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("disputed", sa.BigInteger(), nullable=False),
        sa.Column("is_hold", sa.Boolean(), nullable=False),
        sa.Column("driver_id", sa.String(length=64)),
        sa.Column("session_id", sa.String(length=64)),
        sa.Column("station_id", sa.String(length=64)),
        sa.Column("evse_id", sa.Integer()),
        sa.Column("connector_id", sa.Integer()),
        sa.Column("page_url", sa.Text(), nullable=False),
        sa.Column("code_text", sa.Text(), nullable=False),
        sa.Column("order_text", sa.Text(), nullable=False),
        sa.Column("checkout_ref", sa.String(length=255), nullable=False),
        sa.Column("provider_ref", sa.String(length=255), nullable=False),
        sa.Column("method_label", sa.String(length=120), nullable=False),
        sa.Column("payer_ref", sa.String(length=128), nullable=False),
        sa.Column("method_id", sa.String(length=64)),
        sa.Column("return_url", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("address_key", sa.String(length=80), nullable=False),
        sa.Column("failure_code", sa.String(length=200), nullable=False),
        sa.Column("failure_text", sa.String(length=200), nullable=False),
        sa.Column("receivable_id", sa.String(length=64)),
        sa.Column("due_amount", sa.BigInteger()),
        sa.Column("wish", sa.String(length=20), nullable=False),
        sa.Column("wish_amount", sa.BigInteger(), nullable=False),
        sa.Column("due_at", Instant()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("captured_at", Instant()),
        sa.Column("expires_at", Instant()),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_account_id_provider_ref"), "payments", ["account_id", "provider_ref"])
    op.create_index(op.f("ix_payments_driver_id"), "payments", ["driver_id"])
    op.create_index(
        "ix_payments_due",
        "payments",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_payments_operator_id_created_at"), "payments", ["operator_id", "created_at"])
    op.create_index(op.f("ix_payments_session_id"), "payments", ["session_id"])


def _add_payment_refunds() -> None:
    op.create_table(
        "payment_refunds",
        sa.Column("refund_id", sa.String(length=64), nullable=False),
        sa.Column("payment_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=250), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("provider_ref", sa.String(length=255), nullable=False),
        sa.Column("failure_text", sa.String(length=200), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("due_at", Instant()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.payment_id"], name=op.f("fk_payment_refunds_payment_id_payments")
        ),
        sa.PrimaryKeyConstraint("refund_id", name=op.f("pk_payment_refunds")),
    )
    op.create_index(
        "ix_payment_refunds_due",
        "payment_refunds",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_payment_refunds_payment_id"), "payment_refunds", ["payment_id"])


def _add_payment_disputes() -> None:
    op.create_table(
        "payment_disputes",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("dispute_ref", sa.String(length=255), nullable=False),
        sa.Column("payment_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("is_lost", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.payment_id"], name=op.f("fk_payment_disputes_payment_id_payments")
        ),
        sa.PrimaryKeyConstraint("account_id", "dispute_ref", name=op.f("pk_payment_disputes")),
    )
    op.create_index(op.f("ix_payment_disputes_payment_id"), "payment_disputes", ["payment_id"])


def _add_payment_notices() -> None:
    op.create_table(
        "payment_notices",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=120), nullable=False),
        sa.Column("payment_id", sa.String(length=64)),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(length=250), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "event_id", name=op.f("pk_payment_notices")),
    )
    op.create_index(op.f("ix_payment_notices_payment_id"), "payment_notices", ["payment_id"])
    op.create_index(op.f("ix_payment_notices_received_at"), "payment_notices", ["received_at"])


def _add_payment_cards() -> None:
    op.create_table(
        "payment_cards",
        sa.Column("method_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("driver_id", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("customer_ref", sa.String(length=255), nullable=False),
        sa.Column("card_ref", sa.String(length=255), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("expires", sa.String(length=7), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("method_id", name=op.f("pk_payment_cards")),
        sa.UniqueConstraint("driver_id", "card_ref", name=op.f("uq_payment_cards_driver_id_card_ref")),
    )
    op.create_index(op.f("ix_payment_cards_driver_id"), "payment_cards", ["driver_id"])


def _add_payment_statements() -> None:
    op.create_table(
        "payment_statements",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fetched_at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_payment_statements")),
    )


def _add_payment_statement_lines() -> None:
    op.create_table(
        "payment_statement_lines",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("line_ref", sa.String(length=255), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payment_id", sa.String(length=64)),
        sa.Column("refund_id", sa.String(length=64)),
        sa.Column("provider_ref", sa.String(length=255), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "line_ref", name=op.f("pk_payment_statement_lines")),
    )
    op.create_index(op.f("ix_payment_statement_lines_payment_id"), "payment_statement_lines", ["payment_id"])
    op.create_index(op.f("ix_payment_statement_lines_refund_id"), "payment_statement_lines", ["refund_id"])


def _add_payment_differences() -> None:
    op.create_table(
        "payment_differences",
        sa.Column("difference_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("payment_id", sa.String(length=64)),
        sa.Column("refund_id", sa.String(length=64)),
        sa.Column("provider_ref", sa.String(length=255), nullable=False),
        sa.Column("here", sa.BigInteger()),
        sa.Column("there", sa.BigInteger()),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("found_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("difference_id", name=op.f("pk_payment_differences")),
        sa.UniqueConstraint(
            "account_id", "subject", "reason", name=op.f("uq_payment_differences_account_id_subject_reason")
        ),
    )
    op.create_index(op.f("ix_payment_differences_operator_id_state"), "payment_differences", ["operator_id", "state"])

"""Keep the books: accounts, transfers and legs, which the database itself guards; debts, companies, closed days."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json
from busbar.domain.ledger.guards import GUARDS

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply this step."""
    _make_accounts()
    _make_transfers()
    _make_days()
    _make_debts()
    _make_tabs()
    connection = op.get_bind()
    for statement in GUARDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)  # older processes go on: the triggers stand on tables made here


def _make_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        sa.Column("moved_by", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('wallet', 'held', 'receivable') AND balance IS NOT NULL)"
            " OR (kind NOT IN ('wallet', 'held', 'receivable') AND balance IS NULL)",
            name=op.f("ck_accounts_is_bounded"),
        ),
        sa.CheckConstraint("kind <> 'receivable' OR balance <= 0", name=op.f("ck_accounts_ceiling")),
        sa.CheckConstraint("kind NOT IN ('wallet', 'held') OR balance >= 0", name=op.f("ck_accounts_floor")),
        sa.CheckConstraint("status IN ('open', 'frozen', 'closed')", name=op.f("ck_accounts_status")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
        sa.UniqueConstraint(
            "operator_id", "currency", "kind", "owner", name=op.f("uq_accounts_operator_id_currency_kind_owner")
        ),
    )
    op.create_index(op.f("ix_accounts_operator_id_owner"), "accounts", ["operator_id", "owner"], unique=False)


def _make_transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("transfer_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("leg_count", sa.SmallInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=True),
        sa.Column("driver_id", sa.String(length=64), nullable=True),
        sa.Column("payment_id", sa.String(length=64), nullable=True),
        sa.Column("reverses", sa.String(length=64), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name=op.f("ck_transfers_is_hold")),
        sa.CheckConstraint("state IN ('pending', 'posted', 'voided', 'expired')", name=op.f("ck_transfers_state")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_transfers_amount")),
        sa.PrimaryKeyConstraint("operator_id", "transfer_id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("operator_id", "reverses", name=op.f("uq_transfers_operator_id_reverses")),
    )
    op.create_index(op.f("ix_transfers_driver_id_at"), "transfers", ["driver_id", "at"], unique=False)
    op.create_index(op.f("ix_transfers_operator_id_at"), "transfers", ["operator_id", "at"], unique=False)
    op.create_index(op.f("ix_transfers_payment_id"), "transfers", ["payment_id"], unique=False)
    op.create_index(
        "ix_transfers_pending",
        "transfers",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(op.f("ix_transfers_session_id"), "transfers", ["session_id"], unique=False)
    op.create_table(
        "legs",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("transfer_id", sa.String(length=64), nullable=False),
        sa.Column("phase", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("debit_id", sa.String(length=64), nullable=False),
        sa.Column("credit_id", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_legs_amount")),
        sa.CheckConstraint("debit_id <> credit_id", name=op.f("ck_legs_two_accounts")),
        sa.CheckConstraint("phase IN (1, 2)", name=op.f("ck_legs_phase")),
        sa.ForeignKeyConstraint(["credit_id"], ["accounts.account_id"], name=op.f("fk_legs_credit_id_accounts")),
        sa.ForeignKeyConstraint(["debit_id"], ["accounts.account_id"], name=op.f("fk_legs_debit_id_accounts")),
        sa.ForeignKeyConstraint(
            ["operator_id", "transfer_id"],
            ["transfers.operator_id", "transfers.transfer_id"],
            name=op.f("fk_legs_operator_id_transfer_id_transfers"),
        ),
        sa.PrimaryKeyConstraint("operator_id", "transfer_id", "phase", "line", name=op.f("pk_legs")),
    )
    op.create_index("ix_legs_credit", "legs", ["credit_id", "at", "amount"], unique=False)
    op.create_index("ix_legs_debit", "legs", ["debit_id", "at", "amount"], unique=False)


def _make_days() -> None:
    op.create_table(
        "ledger_days",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("closed_until", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=False),
        sa.Column("legs", sa.BigInteger(), nullable=False),
        sa.Column("debits", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", "closed_until", name=op.f("pk_ledger_days")),
    )
    op.create_table(
        "ledger_balances",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("closed_until", Instant(), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("debits", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "closed_until", name=op.f("pk_ledger_balances")),
    )
    op.create_index(
        op.f("ix_ledger_balances_operator_id_closed_until"),
        "ledger_balances",
        ["operator_id", "closed_until"],
        unique=False,
    )


def _make_debts() -> None:
    op.create_table(
        "receivables",
        sa.Column("receivable_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("debtor", sa.String(length=80), nullable=False),
        sa.Column("driver_id", sa.String(length=64), nullable=True),
        sa.Column("session_id", sa.String(length=64), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("open_amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("reminded_at", Instant(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("open_amount >= 0 AND open_amount <= amount", name=op.f("ck_receivables_open")),
        sa.PrimaryKeyConstraint("receivable_id", name=op.f("pk_receivables")),
    )
    op.create_index(
        op.f("ix_receivables_operator_id_debtor_state"), "receivables", ["operator_id", "debtor", "state"], unique=False
    )
    op.create_index(op.f("ix_receivables_session_id"), "receivables", ["session_id"], unique=False)
    op.create_index(op.f("ix_receivables_state_due_at"), "receivables", ["state", "due_at"], unique=False)
    op.create_table(
        "companies",
        sa.Column("company_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("is_active", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_companies")),
    )
    op.create_index(op.f("ix_companies_operator_id"), "companies", ["operator_id"], unique=False)
    op.create_table(
        "company_drivers",
        sa.Column("driver_id", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("since", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.company_id"], name=op.f("fk_company_drivers_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("driver_id", name=op.f("pk_company_drivers")),
    )
    op.create_index(op.f("ix_company_drivers_company_id"), "company_drivers", ["company_id"], unique=False)


def _make_tabs() -> None:
    op.create_table(
        "money_policies",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("policy", Json(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_money_policies")),
    )
    op.create_table(
        "tabs",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("driver_id", sa.String(length=64), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payer", sa.String(length=80), nullable=False),
        sa.Column("holds", sa.Integer(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("is_stopped", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("postings", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("shares", Json(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_tabs")),
    )
    op.create_index(op.f("ix_tabs_driver_id_revision"), "tabs", ["driver_id", "revision"], unique=False)
    op.create_index(op.f("ix_tabs_payer_at"), "tabs", ["payer", "at"], unique=False)

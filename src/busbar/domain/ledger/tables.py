"""The tables of the ledger room. What may be written into them, the database itself decides: `guards.py`."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)

from busbar.db.schema import Id, Instant, Json, metadata
from busbar.domain.ledger.guards import guard

REASON_MAX_CHARS = 500
_PENDING = "state = 'pending'"

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("owner", String(80), nullable=False),
    Column("status", String(16), nullable=False),
    Column("status_by", String(200)),
    Column("balance", BigInteger),
    Column("moved_by", BigInteger),
    Column("opened_at", Instant(), nullable=False),
    UniqueConstraint("operator_id", "currency", "kind", "owner"),
    Index(None, "operator_id", "owner"),
    CheckConstraint("status IN ('open', 'frozen', 'closed')", name="status"),
    CheckConstraint(
        "(kind IN ('wallet', 'held', 'receivable') AND balance IS NOT NULL)"
        " OR (kind NOT IN ('wallet', 'held', 'receivable') AND balance IS NULL)",
        name="is_bounded",
    ),
    CheckConstraint("kind NOT IN ('wallet', 'held') OR balance >= 0", name="floor"),
    CheckConstraint("kind <> 'receivable' OR balance <= 0", name="ceiling"),
)
"""`balance` (what it got less what it gave) stands in the accounts that are bounded; the others' is the sum of their
legs, so that revenue is no row that all cores wait for. `moved_by`: the leg that moved it last (SQLite)."""

transfers = Table(
    "transfers",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("transfer_id", Id(), primary_key=True),
    Column("currency", String(3), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("state", String(16), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("leg_count", SmallInteger, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("actor", String(120), nullable=False),
    Column("reason", String(REASON_MAX_CHARS), nullable=False),
    Column("session_id", Id(), index=True),
    Column("driver_id", Id()),
    Column("payment_id", Id(), index=True),
    Column("reverses", Id()),
    Column("expires_at", Instant()),
    Column("ended_at", Instant()),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("state IN ('pending', 'posted', 'voided', 'expired')", name="state"),
    CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name="is_hold"),
    UniqueConstraint("operator_id", "reverses"),
    Index(None, "operator_id", "at"),
    Index(None, "driver_id", "at"),
    Index("ix_transfers_pending", "expires_at", sqlite_where=text(_PENDING), postgresql_where=text(_PENDING)),
)

legs = Table(
    "legs",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("transfer_id", Id(), primary_key=True),
    Column("phase", SmallInteger, primary_key=True, autoincrement=False),
    Column("line", SmallInteger, primary_key=True, autoincrement=False),
    Column("debit_id", Id(), ForeignKey("accounts.account_id"), nullable=False),
    Column("credit_id", Id(), ForeignKey("accounts.account_id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("at", Instant(), nullable=False),
    ForeignKeyConstraint(["operator_id", "transfer_id"], ["transfers.operator_id", "transfers.transfer_id"]),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("debit_id <> credit_id", name="two_accounts"),
    CheckConstraint("phase IN (1, 2)", name="phase"),
    Index("ix_legs_debit", "debit_id", "at", "amount"),
    Index("ix_legs_credit", "credit_id", "at", "amount"),
)
"""What one account gives another gets. Phase 2 is what became of a pending transfer."""

receivables = Table(
    "receivables",
    metadata,
    Column("receivable_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("debtor", String(80), nullable=False),
    Column("driver_id", Id()),
    Column("session_id", Id(), index=True),
    Column("amount", BigInteger, nullable=False),
    Column("open_amount", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("opened_at", Instant(), nullable=False),
    Column("due_at", Instant(), nullable=False),
    Column("reminded_at", Instant()),
    Column("reminders", Integer, nullable=False),
    Column("ended_at", Instant()),
    CheckConstraint("open_amount >= 0 AND open_amount <= amount", name="open"),
    Index(None, "operator_id", "debtor", "state"),
    Index(None, "state", "due_at"),
)

tabs = Table(
    "tabs",
    metadata,
    Column("session_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("station_id", Id(), nullable=False),
    Column("driver_id", Id()),
    Column("currency", String(3), nullable=False),
    Column("payer", String(80), nullable=False),
    Column("holds", Integer, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("is_stopped", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("postings", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("shares", Json(), nullable=False),
    Column("site_id", Id()),
    Column("energy_wh", BigInteger, nullable=False, server_default="0"),
    Column("at", Instant(), nullable=False),
    Index(None, "driver_id", "revision"),
    Index(None, "payer", "at"),
)
"""What the ledger knows of a session: its open holds, and what is posted of its price. `revision` 0: no price yet."""

tab_energies = Table(
    "tab_energies",
    metadata,
    Column("session_id", Id(), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("site_id", Id()),
    Column("currency", String(3), nullable=False),
    Column("sessions", SmallInteger, nullable=False),
    Column("energy_wh", BigInteger, nullable=False),
    Column("at", Instant(), nullable=False),
    Index(None, "operator_id", "at"),
)
"""What energy each posted price was for: the first counts the session, a later one holds the difference."""

money_policies = Table(
    "money_policies",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("policy", Json(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
)

companies = Table(
    "companies",
    metadata,
    Column("company_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("is_active", Integer, nullable=False),
    Column("created_at", Instant(), nullable=False),
)

company_drivers = Table(
    "company_drivers",
    metadata,
    Column("driver_id", Id(), primary_key=True),
    Column("company_id", Id(), ForeignKey("companies.company_id"), nullable=False, index=True),
    Column("operator_id", Id(), nullable=False),
    Column("budget", BigInteger),
    Column("since", Instant(), nullable=False),
)

ledger_days = Table(
    "ledger_days",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("closed_until", Instant(), primary_key=True),
    Column("closed_at", Instant(), nullable=False),
    Column("legs", BigInteger, nullable=False),
    Column("debits", BigInteger, nullable=False),
    Column("is_summed", SmallInteger, nullable=False, server_default="0"),
)
"""Days that are closed: `legs` and `debits` are of the day alone. `is_summed`: what its sessions brought stands in
`ledger_day_sites`; 0 where it was closed before that was kept."""

ledger_day_sites = Table(
    "ledger_day_sites",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("closed_until", Instant(), primary_key=True),
    Column("site_key", Id(), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("sessions", BigInteger, nullable=False),
    Column("energy_wh", BigInteger, nullable=False),
    Column("electricity", BigInteger, nullable=False),
    Column("service", BigInteger, nullable=False),
    Column("discounts", BigInteger, nullable=False),
    Column("commission", BigInteger, nullable=False),
    Column("taxes", BigInteger, nullable=False),
)
"""What the sessions of a site brought on a closed day; `site_key` is empty for what was of no site."""

ledger_balances = Table(
    "ledger_balances",
    metadata,
    Column("account_id", Id(), primary_key=True),
    Column("closed_until", Instant(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("debits", BigInteger, nullable=False),
    Column("credits", BigInteger, nullable=False),
    Index(None, "operator_id", "closed_until"),
)
"""All that an account ever gave and got, at the end of a day on which it moved."""

legs.add_is_dependent_on(ledger_days)
guard(legs)

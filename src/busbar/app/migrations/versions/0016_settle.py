"""Settle with those whom the revenue is shared with; keep site and energy beside what is posted."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0016"
down_revision = "0015"

ID = sa.String(length=64)


def upgrade() -> None:
    """Apply this step."""
    op.add_column("tabs", sa.Column("site_id", ID, nullable=True))
    op.add_column("tabs", sa.Column("energy_wh", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "tab_energies",
        sa.Column("session_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("sessions", sa.SmallInteger(), nullable=False),
        sa.Column("energy_wh", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "revision", name=op.f("pk_tab_energies")),
    )
    op.create_index(op.f("ix_tab_energies_operator_id_at"), "tab_energies", ["operator_id", "at"])
    _fill()
    op.create_table(
        "settlement_terms",
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("is_automatic", sa.Integer(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_settlement_terms")),
    )
    op.create_table(
        "payees",
        sa.Column("payee_id", ID, nullable=False),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("is_active", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.PrimaryKeyConstraint("payee_id", name=op.f("pk_payees")),
    )
    op.create_index(op.f("ix_payees_operator_id_name"), "payees", ["operator_id", "name"])
    op.create_table(
        "agreements",
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("payee_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_agreements")),
    )
    op.create_index(op.f("ix_agreements_payee_id"), "agreements", ["payee_id"])
    op.create_index(op.f("ix_agreements_operator_id_created_at"), "agreements", ["operator_id", "created_at"])
    _create_settlements()


def _fill() -> None:
    """Give what was posted before its site and energy."""
    op.execute(
        "UPDATE tabs SET"
        " site_id = (SELECT p.site_id FROM session_prices p WHERE p.session_id = tabs.session_id),"
        " energy_wh = coalesce((SELECT p.energy_wh FROM session_prices p WHERE p.session_id = tabs.session_id), 0)"
        " WHERE revision > 0"
    )
    op.execute(
        "INSERT INTO tab_energies (session_id, revision, operator_id, site_id, currency, sessions, energy_wh, at)"
        " SELECT session_id, revision, operator_id, site_id, currency, 1, energy_wh, at FROM tabs WHERE revision > 0"
    )


def _create_settlements() -> None:
    op.create_table(
        "settlements",
        sa.Column("settlement_id", ID, nullable=False),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("payee_id", ID, nullable=False),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("payable", sa.BigInteger(), nullable=False),
        sa.Column("payout_id", ID, nullable=True),
        sa.Column("taken_by", ID, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.PrimaryKeyConstraint("settlement_id", name=op.f("pk_settlements")),
    )
    op.create_index(op.f("ix_settlements_payout_id"), "settlements", ["payout_id"])
    op.create_index(op.f("ix_settlements_taken_by"), "settlements", ["taken_by"])
    op.create_index(op.f("ix_settlements_operator_id_since"), "settlements", ["operator_id", "since"])
    op.create_index(op.f("ix_settlements_payee_id_state"), "settlements", ["payee_id", "state"])
    op.create_table(
        "payouts",
        sa.Column("payout_id", ID, nullable=False),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("is_cancelled", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.PrimaryKeyConstraint("payout_id", name=op.f("pk_payouts")),
    )
    op.create_index(op.f("ix_payouts_operator_id_created_at"), "payouts", ["operator_id", "created_at"])


def downgrade() -> None:
    """Take this step back."""
    for table in ("payouts", "settlements", "agreements", "payees", "settlement_terms", "tab_energies"):
        op.drop_table(table)
    op.drop_column("tabs", "energy_wh")
    op.drop_column("tabs", "site_id")

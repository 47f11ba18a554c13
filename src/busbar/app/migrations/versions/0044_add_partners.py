"""Keep roaming partners, their tokens, what operators are called by them, and records of sessions."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "partners",
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("party_id", sa.String(length=3), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", name=op.f("pk_partners")),
        sa.UniqueConstraint(
            "operator_id", "country_code", "party_id", name=op.f("uq_partners_operator_id_country_code_party_id")
        ),
    )
    op.create_table(
        "own_parties",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("party_id", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_own_parties")),
    )
    op.create_table(
        "cdrs",
        sa.Column("cdr_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_credit", sa.Boolean(), nullable=False),
        sa.Column("credited_id", sa.String(length=64), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("energy_wh", sa.BigInteger(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.PrimaryKeyConstraint("cdr_id", name=op.f("pk_cdrs")),
        sa.UniqueConstraint("credited_id", name=op.f("uq_cdrs_credited_id")),
        sa.UniqueConstraint("session_id", "revision", "is_credit", name=op.f("uq_cdrs_session_id_revision_is_credit")),
    )
    op.create_index("ix_cdrs_operator_made", "cdrs", ["operator_id", "made_at", "cdr_id"])
    op.create_index("ix_cdrs_partner_made", "cdrs", ["partner_id", "made_at", "cdr_id"])
    op.add_column("id_tokens", sa.Column("partner_id", sa.String(length=64), nullable=True))
    op.add_column("id_tokens", sa.Column("contract_id", sa.String(length=36), nullable=False, server_default=""))

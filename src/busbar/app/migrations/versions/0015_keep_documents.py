"""Keep documents: profiles, series, receipts and invoices, requests."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0015"
down_revision = "0014"

ID = sa.String(length=64)


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "invoice_profiles",
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_invoice_profiles")),
    )
    op.create_table(
        "invoice_series",
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("series", sa.String(length=16), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", "series", name=op.f("pk_invoice_series")),
    )
    _create_documents()
    op.create_table(
        "invoice_requests",
        sa.Column("request_id", ID, nullable=False),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("driver_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("buyer_name", sa.String(length=250), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_invoice_requests")),
    )
    op.create_index(op.f("ix_invoice_requests_driver_id"), "invoice_requests", ["driver_id"])
    op.create_index(
        "ix_invoice_requests_operator_requested", "invoice_requests", ["operator_id", "requested_at", "request_id"]
    )


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("document_id", ID, nullable=False),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("series", sa.String(length=16), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("driver_id", ID, nullable=True),
        sa.Column("session_id", ID, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("station_id", ID, nullable=True),
        sa.Column("buyer_name", sa.String(length=250), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("energy_wh", sa.BigInteger(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.Column("invoice_id", ID, nullable=True),
        sa.Column("credit_id", ID, nullable=True),
        sa.Column("request_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_documents")),
        sa.UniqueConstraint("operator_id", "series", "number", name=op.f("uq_documents_operator_id_series_number")),
    )
    op.create_index("ix_documents_driver", "documents", ["driver_id", "issued_at"])
    op.create_index(op.f("ix_documents_invoice_id"), "documents", ["invoice_id"])
    op.create_index("ix_documents_operator_issued", "documents", ["operator_id", "issued_at", "document_id"])
    op.create_index(op.f("ix_documents_request_id"), "documents", ["request_id"])
    op.create_index("ix_documents_session", "documents", ["session_id"])


def downgrade() -> None:
    """Take this step back."""
    op.drop_table("invoice_requests")
    op.drop_table("documents")
    op.drop_table("invoice_series")
    op.drop_table("invoice_profiles")

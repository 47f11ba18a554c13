"""Let staff sign in over identity providers."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "identity_providers",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("terms", Json(), nullable=False),
        sa.Column("client_secret", sa.LargeBinary(), nullable=True),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.operator_id"], name=op.f("fk_identity_providers_operator_id_operators")
        ),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_identity_providers")),
    )
    op.create_table(
        "identity_domains",
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.operator_id"], name=op.f("fk_identity_domains_operator_id_operators")
        ),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_identity_domains")),
    )
    op.create_index(op.f("ix_identity_domains_operator_id"), "identity_domains", ["operator_id"])
    op.create_table(
        "staff_identities",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.operator_id"], name=op.f("fk_staff_identities_operator_id_operators")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name=op.f("fk_staff_identities_staff_id_staff")),
        sa.PrimaryKeyConstraint("operator_id", "issuer", "subject", name=op.f("pk_staff_identities")),
    )
    op.create_index(op.f("ix_staff_identities_staff_id"), "staff_identities", ["staff_id"])

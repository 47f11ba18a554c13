"""Let staff prove who they are by phones and passkeys."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0021"
down_revision = "0020"

ID = sa.String(length=64)


def upgrade() -> None:
    """Apply this step."""
    op.add_column(
        "operators", sa.Column("requires_second_factor", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "staff_sign_ins", sa.Column("method", sa.String(length=20), nullable=False, server_default="password")
    )
    op.create_table(
        "staff_totp",
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("recovery_hashes", Json(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name=op.f("fk_staff_totp_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_totp")),
    )
    op.create_table(
        "staff_passkeys",
        sa.Column("passkey_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name=op.f("fk_staff_passkeys_staff_id_staff")),
        sa.PrimaryKeyConstraint("passkey_id", name=op.f("pk_staff_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_staff_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_staff_passkeys_staff_id"), "staff_passkeys", ["staff_id"])
    op.create_table(
        "staff_challenges",
        sa.Column("challenge_hash", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_staff_challenges")),
    )
    op.create_index(op.f("ix_staff_challenges_expires_at"), "staff_challenges", ["expires_at"])

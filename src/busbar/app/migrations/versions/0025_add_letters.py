"""Keep which letters are mailed to whom."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "letters",
        sa.Column("letter_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("detail_json", Json(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("reply", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_letters")),
    )
    op.create_index(op.f("ix_letters_settled_at"), "letters", ["settled_at"])
    op.create_index(op.f("ix_letters_operator_id_queued_at"), "letters", ["operator_id", "queued_at"])
    op.create_index(op.f("ix_letters_operator_id_state"), "letters", ["operator_id", "state"])
    op.create_index(op.f("ix_letters_person_kind_queued_at"), "letters", ["person", "kind", "queued_at"])

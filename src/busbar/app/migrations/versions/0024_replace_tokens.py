"""Let tokens be replaced by others."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("id_tokens", sa.Column("replaced_by", sa.String(length=255), nullable=True))


def downgrade() -> None:
    """Take this step back."""
    with op.batch_alter_table("id_tokens", schema=None) as batch_op:
        batch_op.drop_column("replaced_by")

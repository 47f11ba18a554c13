"""${message.capitalize()}.

Written by tools/revision.py and read before use. Once released, do not edit: write the next one.
"""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Apply this step."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Take this step back."""
    ${downgrades if downgrades else "pass"}

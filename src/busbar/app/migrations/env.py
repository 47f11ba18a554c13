"""Alembic's entry point: runs revisions on the connection that it is handed."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from busbar.app.migrations.tables import gather_metadata
from busbar.db.schema import Instant, Json


def write_type(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types by their names; the template imports them."""
    if kind == "type" and isinstance(item, Instant | Json):
        return f"{type(item).__name__}()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=gather_metadata(),
    render_as_batch=True,
    compare_type=True,
    render_item=write_type,
    transaction_per_migration=True,  # unless the connection has one open already
)
with context.begin_transaction():
    context.run_migrations()

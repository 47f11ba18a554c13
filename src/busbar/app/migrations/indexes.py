"""Indexes on tables that are there: a step that makes one must not hold up those who write to the table."""

from collections.abc import Sequence

from alembic import op

from busbar.app.migrations import LOCK_WAIT_MS


def add_index(name: str, table: str, columns: Sequence[str]) -> None:
    """Add an index; on a PostgreSQL that others work on it is made beside them, however long that takes.

    What was done before in the same step is committed first, so a step does this alone. PostgreSQL does not make an
    index of a table in parts (`sample_blocks`) in this way.
    """
    context = op.get_context()
    is_served = context.config is not None and context.config.attributes["is_served"]
    if context.dialect.name != "postgresql" or not is_served:
        op.create_index(name, table, columns)
        return
    with context.autocommit_block():
        op.execute("SET lock_timeout = 0")  # nobody has to wait behind it
        # what a try left that broke off is an index that nobody uses
        op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_concurrently=True)
        op.execute(f"SET lock_timeout = {LOCK_WAIT_MS}")

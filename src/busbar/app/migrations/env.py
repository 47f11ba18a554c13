"""Alembic's entry point: runs revisions on the connection that it is handed."""

from alembic import context

from busbar.app.migrations.tables import gather_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=gather_metadata(),
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

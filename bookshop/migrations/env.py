"""Runs migrations on the connection that `migrate` was given."""

from alembic import context

from bookshop.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a table by making it anew
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

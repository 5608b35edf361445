"""Alembic's environment: run the migrations on the connection that `migrate` has passed."""

from alembic import context

from bookshop.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most things: Alembic copies the table instead
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

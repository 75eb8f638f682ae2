"""What Alembic runs: the migrations on the connection it was given, which commits each by itself.

Where a transaction has begun already, as on SQLite, all are part of that one.
"""

from alembic import context

from store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()

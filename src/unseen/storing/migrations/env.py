"""Alembic's entry: migrates the connection that :class:`unseen.storing.Store` hands over."""

from alembic import context

from unseen.storing._schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()

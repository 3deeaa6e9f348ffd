"""Run by Alembic. The connection, with its transaction, is the caller's."""

from __future__ import annotations

from alembic import context

from orchestrator.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()

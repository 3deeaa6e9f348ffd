"""Bring a database's tables to the newest revision, inside the caller's transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text

_MIGRATIONS = Path(__file__).parent / "migrations"
_POSTGRES_LOCK = 0x636F756E63696C  # "council": any number that no other program here locks


class SchemaError(Exception):
    """The tables are of a revision that this version does not know."""


def upgrade(connection: Connection) -> None:
    """Apply what is missing. Raise SchemaError when a newer Council wrote the database."""
    if connection.dialect.name == "postgresql":
        # Two replicas that start at once: the second waits here and then finds nothing to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
    try:
        command.upgrade(alembic_config(connection), "head")
    except CommandError as error:
        raise SchemaError(
            "its tables are of a revision unknown to this version, probably written by a newer one"
        ) from error


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config

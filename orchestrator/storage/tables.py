"""The tables of `council.db`, as SQLite and PostgreSQL both have them.

Money is whole nano-dollars (1e-9 USD), so that sums are exact. Times are Unix seconds. No table holds a prompt, an
answer or a secret. `migrations/` builds these tables; a test holds the two together.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
)

# SQLite counts up only a column whose type is exactly INTEGER.
ROW_ID = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# The one row that whoever spends locks first; NULL means "as the settings say".
controls = Table(
    "controls",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("cap_nano_usd", BigInteger),
    Column("cloud_enabled", Boolean),
    CheckConstraint("id = 1", name="one_row"),
)

# A reservation counts at its full amount until it is settled, also when its process died before that.
charges = Table(
    "charges",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("at_s", Double, nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("model", String(200), nullable=False),
    Column("served_by", String(8), nullable=False),
    Column("settled", Boolean, nullable=False),
    Column("nano_usd", BigInteger, nullable=False),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("completion_tokens", BigInteger, nullable=False),
    CheckConstraint("nano_usd >= 0", name="not_negative"),
    Index(None, "at_s"),
)

turns = Table(
    "turns",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("at_s", Double, nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("route", String(100), nullable=False),
    Column("requested", String(256), nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("served_by", String(8), nullable=False),
    Column("skill", String(100)),
    Column("model", String(200)),
    Column("method", String(20)),
    Column("decision", JSON, nullable=False),
    Column("confidence", Double),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("completion_tokens", BigInteger, nullable=False),
    Column("nano_usd", BigInteger, nullable=False),
    Column("first_text_ms", Double),
    Column("latency_ms", Double, nullable=False),
    Column("cloud", JSON),
    Index(None, "request_id"),
    Index(None, "at_s"),
)

# Sums a minute, kept apart from `turns` because those are only kept up to a number.
usage = Table(
    "usage",
    metadata,
    Column("minute", BigInteger, primary_key=True, autoincrement=False),
    Column("model", String(200), primary_key=True),
    Column("served_by", String(8), primary_key=True),
    Column("turns", BigInteger, nullable=False),
    Column("succeeded", BigInteger, nullable=False),
    Column("prompt_tokens", BigInteger, nullable=False),
    Column("completion_tokens", BigInteger, nullable=False),
    Column("nano_usd", BigInteger, nullable=False),
)

"""Ledger, journal of turns, their sums a minute, and what an administrator set."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _controls()
    _charges()
    _turns()
    _usage()


def _controls() -> None:
    controls = op.create_table(
        "controls",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("cap_nano_usd", sa.BigInteger),
        sa.Column("cloud_enabled", sa.Boolean),
        sa.PrimaryKeyConstraint("id", name="pk_controls"),
        sa.CheckConstraint("id = 1", name="ck_controls_one_row"),
    )
    op.bulk_insert(controls, [{"id": 1}])


def _charges() -> None:
    op.create_table(
        "charges",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("at_s", sa.Double, nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("served_by", sa.String(8), nullable=False),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("nano_usd", sa.BigInteger, nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger, nullable=False),
        sa.Column("completion_tokens", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_charges"),
        sa.CheckConstraint("nano_usd >= 0", name="ck_charges_not_negative"),
    )
    op.create_index("ix_charges_at_s", "charges", ["at_s"])


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("at_s", sa.Double, nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("route", sa.String(100), nullable=False),
        sa.Column("requested", sa.String(256), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("served_by", sa.String(8), nullable=False),
        sa.Column("skill", sa.String(100)),
        sa.Column("model", sa.String(200)),
        sa.Column("method", sa.String(20)),
        sa.Column("decision", sa.JSON, nullable=False),
        sa.Column("confidence", sa.Double),
        sa.Column("prompt_tokens", sa.BigInteger, nullable=False),
        sa.Column("completion_tokens", sa.BigInteger, nullable=False),
        sa.Column("nano_usd", sa.BigInteger, nullable=False),
        sa.Column("first_text_ms", sa.Double),
        sa.Column("latency_ms", sa.Double, nullable=False),
        sa.Column("cloud", sa.JSON),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
    )
    op.create_index("ix_turns_request_id", "turns", ["request_id"])
    op.create_index("ix_turns_at_s", "turns", ["at_s"])


def _usage() -> None:
    op.create_table(
        "usage",
        sa.Column("minute", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("served_by", sa.String(8), nullable=False),
        sa.Column("turns", sa.BigInteger, nullable=False),
        sa.Column("succeeded", sa.BigInteger, nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger, nullable=False),
        sa.Column("completion_tokens", sa.BigInteger, nullable=False),
        sa.Column("nano_usd", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("minute", "model", "served_by", name="pk_usage"),
    )


def downgrade() -> None:
    for table in ("usage", "turns", "charges", "controls"):
        op.drop_table(table)

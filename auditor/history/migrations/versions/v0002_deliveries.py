"""What was sent, what was told of end dates, what schedules did, and whole results to report again."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def upgrade() -> None:
    """From 0001; nothing that stands there is touched."""
    op.create_table(
        "history_delivery",
        *_text("key", "portfolio", "channel", "route", "run", "at"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("history_delivery_at", "history_delivery", ["portfolio", "at"])
    op.create_table(
        "history_rung",
        *_whole("portfolio"),
        *_text("target", "day"),
        *_whole("rung"),
        *_text("at"),
        sa.PrimaryKeyConstraint("portfolio", "target", "day", "rung"),
    )
    op.create_table(
        "history_schedule_event",
        *_text("schedule"),
        *_whole("number"),
        *_text("what", "at", "run", "detail"),
        sa.PrimaryKeyConstraint("schedule", "number"),
    )
    op.create_table(
        "history_kept",
        *_whole("portfolio", "number"),
        *_text("run", "version", "fields"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("portfolio", "number"),
    )

"""Runs, findings and facts by spans, members, the trail of waivers, answers."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _flags(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def _spanned(table: str, keys: list[sa.Column[Any]], *columns: sa.Column[Any]) -> None:
    names = ["portfolio", *(one.name for one in keys), "first"]
    op.create_table(
        table,
        *_whole("portfolio"),
        *keys,
        *_whole("first", "last"),
        *columns,
        sa.PrimaryKeyConstraint(*names),
        sqlite_with_rowid=False,
    )
    op.create_index(f"{table}_first", table, ["portfolio", "first"])
    op.create_index(f"{table}_last", table, ["portfolio", "last"])


def upgrade() -> None:
    """From nothing."""
    op.create_table("history_setting", *_text("name", "value"), sa.PrimaryKeyConstraint("name"))
    op.create_table(
        "history_portfolio",
        *_whole("id"),
        *_text("name"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", name="history_portfolio_name"),
    )
    op.create_table(
        "history_run",
        *_whole("portfolio", "number"),
        *_text("id", "as_of", "started", "finished", "recorded", "version"),
        *_flags("offline", "complete"),
        *_whole("critical", "high", "medium", "low", "info", "unknown", "waived", "passed"),
        *_text("digest"),
        sa.Column("baseline", sa.Integer(), nullable=True),
        *_text("inputs", "evidence", "because", "checks"),
        sa.PrimaryKeyConstraint("portfolio", "number"),
    )
    op.create_index("history_run_id", "history_run", ["id"])
    op.create_index("history_run_digest", "history_run", ["portfolio", "digest"])
    op.create_index("history_run_as_of", "history_run", ["portfolio", "as_of", "number"])
    op.create_table(
        "history_finding",
        *_whole("portfolio", "id"),
        *_text("fingerprint", "check_id", "scope", "target", "entity_number", "entity_name", "domain"),
        sa.PrimaryKeyConstraint("portfolio", "id"),
        sa.UniqueConstraint("portfolio", "fingerprint", name="history_finding_fingerprint"),
        sqlite_with_rowid=False,
    )
    _spanned(
        "history_span",
        _whole("finding"),
        *_whole("verdict", "severity"),
        *_flags("pending"),
        *_text("zh", "en"),
    )
    _spanned("history_fact", _text("attribute", "key"), *_text("subject", "label", "said"))
    _spanned("history_member", _text("kind", "key"))
    op.create_table(
        "history_waiver_event",
        *_whole("portfolio", "number"),
        *_text("waiver", "what", "at", "made_by", "why"),
        *_text("reason", "owner", "approver", "until", "made_at", "origin"),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("fingerprint", "check_id", "target")),
        sa.PrimaryKeyConstraint("portfolio", "number"),
    )
    op.create_index("history_waiver_event_waiver", "history_waiver_event", ["waiver"])
    op.create_table(
        "history_answer",
        *_whole("portfolio", "number"),
        *_text("fingerprint", "noted", "body"),
        sa.PrimaryKeyConstraint("portfolio", "number"),
    )
    op.create_index("history_answer_fingerprint", "history_answer", ["portfolio", "fingerprint"])
    _guard_the_trail()
    # Digests of personal values are keyed, so that they cannot be looked up by trying all ID numbers elsewhere.
    salt = sa.table("history_setting", sa.column("name"), sa.column("value"))
    op.execute(salt.insert().values(name="salt", value=secrets.token_hex(32)))


def _guard_the_trail() -> None:
    """What was written of a waiver can be neither altered nor removed."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION history_waiver_event_guard() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the trail of waivers can only be added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER history_waiver_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON history_waiver_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION history_waiver_event_guard()"
        )
        return
    refuse = "SELECT RAISE(ABORT, 'the trail of waivers can only be added to');"
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER history_waiver_event_{event.lower()} BEFORE {event} ON history_waiver_event "
            f"BEGIN {refuse} END"
        )
    # INSERT OR REPLACE removes the row in its way without asking the triggers for DELETE.
    op.execute(
        "CREATE TRIGGER history_waiver_event_insert BEFORE INSERT ON history_waiver_event "
        "WHEN EXISTS (SELECT 1 FROM history_waiver_event WHERE portfolio = NEW.portfolio AND number = NEW.number) "
        f"BEGIN {refuse} END"
    )

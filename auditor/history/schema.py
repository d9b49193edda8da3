"""The tables of the history as the program uses them; the numbered migrations make them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

VERSION_TABLE = "history_schema_version"
REVISIONS = ("0001", "0002")
"""The migrations in order; the last one is what this program works with."""

OPEN = 2_147_483_647
"""The last run of a span that still goes on."""

METADATA = sa.MetaData()


def _column(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _key(name: str, kind: Any = sa.Integer) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False, nullable=False)


def _spans(table: str) -> tuple[sa.Index, sa.Index]:
    """A span is found by either of its ends."""
    return sa.Index(f"{table}_first", "portfolio", "first"), sa.Index(f"{table}_last", "portfolio", "last")


SETTING = sa.Table("history_setting", METADATA, _key("name", sa.Text), _column("value", sa.Text))

PORTFOLIO = sa.Table(
    "history_portfolio",
    METADATA,
    _key("id"),
    _column("name", sa.Text),
    sa.UniqueConstraint("name", name="history_portfolio_name"),
)

# number: counts the runs of a portfolio from 1, in the order in which they were recorded. baseline: the run that
# this one was compared with of its own accord. Moments: UTC, ISO form of a fixed width. inputs, evidence, because,
# checks: JSON.
RUN = sa.Table(
    "history_run",
    METADATA,
    _key("portfolio"),
    _key("number"),
    _column("id", sa.Text),
    _column("as_of", sa.Text),
    _column("started", sa.Text),
    _column("finished", sa.Text),
    _column("recorded", sa.Text),
    _column("version", sa.Text),
    _column("offline", sa.Boolean),
    _column("complete", sa.Boolean),
    *(_column(name, sa.Integer) for name in ("critical", "high", "medium", "low", "info")),
    *(_column(name, sa.Integer) for name in ("unknown", "waived", "passed")),
    _column("digest", sa.Text),
    sa.Column("baseline", sa.Integer, nullable=True),
    _column("inputs", sa.Text),
    _column("evidence", sa.Text),
    _column("because", sa.Text),
    _column("checks", sa.Text),
    sa.Index("history_run_id", "id"),
    sa.Index("history_run_digest", "portfolio", "digest"),
    sa.Index("history_run_as_of", "portfolio", "as_of", "number"),
)

# Once for each fingerprint of a portfolio; where it stands is what the newest run said.
FINDING = sa.Table(
    "history_finding",
    METADATA,
    _key("portfolio"),
    _key("id"),
    _column("fingerprint", sa.Text),
    *(
        _column(name, sa.Text)
        for name in ("check_id", "scope", "target", "entity_number", "entity_name", "domain")
    ),
    sa.UniqueConstraint("portfolio", "fingerprint", name="history_finding_fingerprint"),
    sqlite_with_rowid=False,
)

# What a finding said from one run to another, both included. pending: not in those runs' reports, because nobody
# could judge it again; it stands as it was last judged.
SPAN = sa.Table(
    "history_span",
    METADATA,
    _key("portfolio"),
    _key("finding"),
    _key("first"),
    *(_column(name, sa.Integer) for name in ("last", "verdict", "severity")),
    _column("pending", sa.Boolean),
    _column("zh", sa.Text),
    _column("en", sa.Text),
    *_spans("history_span"),
    sqlite_with_rowid=False,
)

# A fact of the world. said: JSON, [source, server, shown, digest] for each statement, best first.
FACT = sa.Table(
    "history_fact",
    METADATA,
    _key("portfolio"),
    _key("attribute", sa.Text),
    _key("key", sa.Text),
    _key("first"),
    _column("last", sa.Integer),
    *(_column(name, sa.Text) for name in ("subject", "label", "said")),
    *_spans("history_fact"),
    sqlite_with_rowid=False,
)

# kind: "domain" or "entity".
MEMBER = sa.Table(
    "history_member",
    METADATA,
    _key("portfolio"),
    _key("kind", sa.Text),
    _key("key", sa.Text),
    _key("first"),
    _column("last", sa.Integer),
    *_spans("history_member"),
    sqlite_with_rowid=False,
)

# Rows are only ever added; triggers refuse everything else. what: a code of waiver_log.EventKind.
WAIVER_EVENT = sa.Table(
    "history_waiver_event",
    METADATA,
    _key("portfolio"),
    _key("number"),
    *(_column(name, sa.Text) for name in ("waiver", "what", "at", "made_by", "why")),
    *(_column(name, sa.Text) for name in ("reason", "owner", "approver", "until", "made_at", "origin")),
    *(sa.Column(name, sa.Text, nullable=True) for name in ("fingerprint", "check_id", "target")),
    sa.Index("history_waiver_event_waiver", "waiver"),
)

ANSWER = sa.Table(
    "history_answer",
    METADATA,
    _key("portfolio"),
    _key("number"),
    *(_column(name, sa.Text) for name in ("fingerprint", "noted", "body")),
    sa.Index("history_answer_fingerprint", "portfolio", "fingerprint"),
)

DELIVERY = sa.Table(
    "history_delivery",
    METADATA,
    _key("key", sa.Text),
    *(_column(name, sa.Text) for name in ("portfolio", "channel", "route", "run", "at")),
    sa.Index("history_delivery_at", "portfolio", "at"),
)

RUNG = sa.Table(
    "history_rung",
    METADATA,
    _key("portfolio"),
    _key("target", sa.Text),
    _key("day", sa.Text),
    _key("rung"),
    _column("at", sa.Text),
)

SCHEDULE_EVENT = sa.Table(
    "history_schedule_event",
    METADATA,
    _key("schedule", sa.Text),
    _key("number"),
    *(_column(name, sa.Text) for name in ("what", "at", "run", "detail")),
)

# A whole result, to be reported again. fields: a digest of the model's classes. body: zlib of a pickle.
KEPT = sa.Table(
    "history_kept",
    METADATA,
    _key("portfolio"),
    _key("number"),
    *(_column(name, sa.Text) for name in ("run", "version", "fields")),
    _column("body", sa.LargeBinary),
)

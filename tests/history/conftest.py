"""Histories for the tests: each on SQLite and on a PostgreSQL of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.history.store import History
from tests.history.past import Clock
from tests.servers.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/history.sqlite3"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.url("history")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def history(address: str, clock: Clock) -> Iterator[History]:
    with History.open(address, clock) as opened:
        yield opened

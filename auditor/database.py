"""SQLite and PostgreSQL opened alike for every store: addresses read, files made, faults told without secrets."""

from __future__ import annotations

import re
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import StaticPool

from auditor.errors import PolicyError


@dataclass(frozen=True, slots=True)
class Named:
    """How messages speak of a database: its name in both languages, and the policy's table with its `store`."""

    zh: str
    en: str
    table: str


def read_url(address: str, named: Named) -> URL:
    """`sqlite:///path`, a bare path, or `postgresql://user:password@host/database`. PolicyError for anything else."""
    text = address.strip()
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (sa.exc.ArgumentError, ValueError):
        backend = ""
    if backend == "sqlite":
        return url.set(drivername="sqlite")
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    raise PolicyError(
        f"{named.zh}地址无法识别: {without_password(text)}",
        f"The address of the {named.en} is not understood: {without_password(text)}",
        hint_zh="写作 sqlite:///路径 或 postgresql://用户:密码@主机/数据库",
        hint_en="Write sqlite:///path or postgresql://user:password@host/database",
    )


def engine_of(url: URL, named: Named, wait_s: float) -> Engine:
    """The engine of a database; a SQLite file is made where there is none. Nothing is connected yet.

    wait_s: how long a SQLite file is waited for while another program writes. PolicyError where the file cannot be made or
    the driver is not installed.
    """
    if url.get_backend_name() != "sqlite":
        return _postgresql(url)
    name = url.database or ""
    options: dict[str, Any] = {"connect_args": {"timeout": wait_s}}
    if name in ("", ":memory:"):
        # One connection for all: a second one would see another, empty database.
        options |= {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    else:
        path = Path(name).expanduser()
        _make_file(path, named)
        url = url.set(database=str(path))
    engine = sa.create_engine(url, **options)

    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        # Transactions begin where the store says so, never by a guess of the driver.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {int(wait_s * 1000)}")
        connection.execute("PRAGMA synchronous = NORMAL")

    sa.event.listen(engine, "connect", set_up)
    return engine


def _make_file(path: Path, named: Named) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)  # it tells of people; SQLite gives the files beside it the same mode
    except OSError as problem:
        raise PolicyError(
            f"无法建立{named.zh}文件: {problem.strerror}",
            f"The file of the {named.en} cannot be made: {problem.strerror}",
            hint_zh=f"核对 [{named.table}] store 的路径与权限",
            hint_en=f"Check the path in [{named.table}] store and its permissions",
            where=str(path),
        ) from problem


def _postgresql(url: URL) -> Engine:
    try:
        return sa.create_engine(
            url, connect_args={"connect_timeout": 10}, pool_pre_ping=True, hide_parameters=True
        )
    except ModuleNotFoundError as problem:
        raise PolicyError(
            "连接 PostgreSQL 需要 psycopg, 尚未安装",
            "PostgreSQL needs psycopg, which is not installed",
            hint_zh='pip install "icp-audit[postgres]"',
            hint_en='pip install "icp-audit[postgres]"',
        ) from problem


def write_ahead(connection: Connection) -> None:
    """Let readers and one writer work side by side (SQLite's write-ahead log); the file keeps the setting."""
    for left in reversed(range(100)):
        try:
            if connection.exec_driver_sql("PRAGMA journal_mode").scalar() not in ("wal", "memory"):
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            return
        except sa.exc.OperationalError as problem:
            # The change wants the file for itself, and does not always wait for it of its own accord.
            if not left or "locked" not in str(problem.orig):
                raise
            time.sleep(0.05)


def without_password(address: str) -> str:
    """An address fit for messages: no password, wherever in the address it stands."""
    try:
        url = make_url(address)
    except (sa.exc.ArgumentError, ValueError):
        return re.sub(r"//[^@]*@", "//***@", address)
    kept = ("host", "port", "dbname", "sslmode", "connect_timeout")
    query = {key: value for key, value in url.query.items() if key in kept}
    return url.set(query=query).render_as_string(hide_password=True)


def reason_of(problem: sa.exc.SQLAlchemyError, url: URL) -> str:
    """The driver's own words in one line, without the statement, its values and any password."""
    cause = problem.orig if isinstance(problem, sa.exc.DBAPIError) and problem.orig is not None else problem
    words = " ".join(str(cause).split())[:300] or type(cause).__name__
    secrets = [url.password, *(url.query.get(key) for key in ("password", "sslpassword", "passfile"))]
    for secret in secrets:
        for form in (secret, unquote(secret)) if isinstance(secret, str) else ():
            if form:
                words = words.replace(form, "***")
    return words

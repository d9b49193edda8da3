"""The database of the history: opened, locked, written to in bulk, and its faults told in words."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from auditor.errors import AuditError, OutputError, PolicyError
from auditor.history.migration import migrate

_RUN_LOCK = 0x69637072  # one half of the advisory locks that runs of a portfolio take on PostgreSQL
_LOCK_NOT_AVAILABLE = "55P03"


class Database:
    """An open, migrated database. wait_s: how long to wait for another program that is writing."""

    def __init__(self, address: str, wait_s: float) -> None:
        self.wait_s = wait_s
        self.engine = _engine(_url(address), wait_s)
        try:
            if self.engine.dialect.name == "sqlite":
                _write_ahead(self.engine)
            migrate(self.engine, self.where, wait_s)
        except SQLAlchemyError as problem:
            self.engine.dispose()
            self._refuse(problem)
        except PolicyError:
            self.engine.dispose()
            raise

    @property
    def where(self) -> str:
        """The address for messages, without its password."""
        url = self.engine.url
        if url.get_backend_name() == "sqlite":
            return url.database or ""
        return without_password(url.render_as_string(hide_password=False))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading. PolicyError where the database fails."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except SQLAlchemyError as problem:
            self._fail(problem, "读取", "read", PolicyError)

    @contextmanager
    def writing(self, portfolio: str) -> Iterator[Connection]:
        """A transaction that nobody else has for the portfolio, kept only if the block ends well.

        OutputError where the database fails, or another program still writes after the wait.
        """
        try:
            with self.engine.connect() as connection:
                if self.engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                else:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(self.wait_s * 1000)}")
                    number = crc32(portfolio.encode("utf-8", "replace")) - (1 << 31)
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_RUN_LOCK, number)))
                yield connection
                connection.commit()
        except SQLAlchemyError as problem:
            if _is_locked(problem):
                self._tell_locked(OutputError)
            self._fail(problem, "写入", "written to", OutputError)

    def _fail(self, problem: SQLAlchemyError, zh: str, en: str, kind: type[AuditError]) -> NoReturn:
        reason = reason_of(problem, self.engine.url)
        # Without the chain: a driver's message may repeat what it was given to connect with.
        raise kind(
            f"审计历史库无法{zh}: {reason}",
            f"The history of audits cannot be {en}: {reason}",
            hint_zh="先前各次审计的记录不受影响; 核对磁盘空间与权限后再次运行, 损坏的库请用备份替换",
            hint_en="What was recorded before stays as it is; check disk space and permissions and run again, and replace a damaged store by its backup",
            where=self.where,
        ) from None

    def _tell_locked(self, kind: type[AuditError]) -> NoReturn:
        raise kind(
            f"另一个审计正在写入历史库, 等待 {self.wait_s:g} 秒后仍未结束",
            f"Another audit is writing to the history and had not ended after {self.wait_s:g} seconds",
            hint_zh="待其结束后再次运行; 若没有其他审计在运行, 检查是否有程序占用该库",
            hint_en="Run again when it has ended; where no other audit runs, look for a program that holds the store",
            where=self.where,
        ) from None

    def _refuse(self, problem: SQLAlchemyError) -> NoReturn:
        if _is_locked(problem):
            self._tell_locked(PolicyError)
        reason = reason_of(problem, self.engine.url)
        if self.engine.dialect.name == "sqlite":
            if "not a database" in reason:
                raise PolicyError(
                    "该文件不是 SQLite 数据库",
                    "The file is no SQLite database",
                    hint_zh="核对 [history] store; 损坏的历史库请用备份替换, 或移走后重新开始",
                    hint_en="Check [history] store; replace a damaged history by its backup, or move it away and begin anew",
                    where=self.where,
                ) from None
            raise PolicyError(
                f"审计历史库无法打开: {reason}",
                f"The history of audits cannot be opened: {reason}",
                hint_zh="核对 [history] store 的路径、权限与磁盘空间; 损坏的库请用备份替换",
                hint_en="Check the path in [history] store, its permissions and the space on the disk; replace a damaged store by its backup",
                where=self.where,
            ) from None
        raise PolicyError(
            f"连接不上审计历史库的数据库服务器: {reason}",
            f"The database server of the history cannot be used: {reason}",
            hint_zh="核对 [history] store 的主机、端口、用户与密码, 以及服务器是否在运行",
            hint_en="Check host, port, user and password in [history] store, and that the server runs",
            where=self.where,
        ) from None


def bulk_insert(
    connection: Connection, table: sa.Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Write many rows by the driver's own fast way: a prepared statement on SQLite, COPY on PostgreSQL."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({places})", list(rows))
        return
    raw: Any = connection.connection.driver_connection
    driver: Any = connection.dialect.loaded_dbapi
    try:
        with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except driver.Error as problem:
        raise sa.exc.DBAPIError("COPY", None, problem) from None


def without_password(address: str) -> str:
    """An address fit for messages: no password, wherever in the address it stands."""
    try:
        url = make_url(address)
    except (sa.exc.ArgumentError, ValueError):
        return re.sub(r"//[^@]*@", "//***@", address)
    kept = ("host", "port", "dbname", "sslmode", "connect_timeout")
    query = {key: value for key, value in url.query.items() if key in kept}
    return url.set(query=query).render_as_string(hide_password=True)


def reason_of(problem: SQLAlchemyError, url: URL) -> str:
    """The driver's own words in one line, without the statement, its values and any password."""
    cause = problem.orig if isinstance(problem, sa.exc.DBAPIError) and problem.orig is not None else problem
    words = " ".join(str(cause).split())[:300] or type(cause).__name__
    secrets = [url.password, *(url.query.get(key) for key in ("password", "sslpassword", "passfile"))]
    for secret in secrets:
        for form in (secret, unquote(secret)) if isinstance(secret, str) else ():
            if form:
                words = words.replace(form, "***")
    return words


def _is_locked(problem: SQLAlchemyError) -> bool:
    if not isinstance(problem, sa.exc.DBAPIError) or problem.orig is None:
        return False
    if isinstance(problem.orig, sqlite3.OperationalError):
        return "locked" in str(problem.orig)
    return getattr(problem.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE


def _url(address: str) -> URL:
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
        f"历史库地址无法识别: {without_password(text)}",
        f"The address of the history is not understood: {without_password(text)}",
        hint_zh="写作 sqlite:///路径 或 postgresql://用户:密码@主机/数据库",
        hint_en="Write sqlite:///path or postgresql://user:password@host/database",
    )


def _engine(url: URL, wait_s: float) -> Engine:
    if url.get_backend_name() != "sqlite":
        return _postgresql(url)
    name = url.database or ""
    options: dict[str, Any] = {"connect_args": {"timeout": wait_s}}
    if name in ("", ":memory:"):
        # One connection for all: a second one would see another, empty database.
        options |= {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    else:
        path = Path(name).expanduser()
        _make_file(path)
        url = url.set(database=str(path))
    engine = sa.create_engine(url, **options)

    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        # Transactions begin where the history says so, never by a guess of the driver.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {int(wait_s * 1000)}")
        connection.execute("PRAGMA synchronous = NORMAL")

    sa.event.listen(engine, "connect", set_up)
    return engine


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)  # it tells of people; SQLite gives the files beside it the same mode
    except OSError as problem:
        raise PolicyError(
            f"无法建立历史库文件: {problem.strerror}",
            f"The file of the history cannot be made: {problem.strerror}",
            hint_zh="核对 [history] store 的路径与权限",
            hint_en="Check the path in [history] store and its permissions",
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


def _write_ahead(engine: Engine) -> None:
    """Let readers and one writer work side by side (SQLite's write-ahead log); the file keeps the setting."""
    for left in reversed(range(100)):
        try:
            with engine.connect() as connection:
                # A file of somebody else's is refused later and must stay as it is.
                foreign = (
                    not sa.inspect(connection).has_table("history_run")
                    and sa.inspect(connection).get_table_names()
                )
                if not foreign and connection.exec_driver_sql("PRAGMA journal_mode").scalar() not in (
                    "wal",
                    "memory",
                ):
                    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            return
        except sa.exc.OperationalError as problem:
            # The change wants the file for itself, and does not always wait for it of its own accord.
            if not left or "locked" not in str(problem.orig):
                raise
            time.sleep(0.05)

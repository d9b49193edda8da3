"""The database of the history: opened, locked, written to in bulk, and its faults told in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from auditor.database import Named, engine_of, read_url, reason_of, without_password, write_ahead
from auditor.errors import AuditError, OutputError, PolicyError
from auditor.history.migration import migrate

_RUN_LOCK = 0x69637072  # one half of the advisory locks that runs of a portfolio take on PostgreSQL
_LOCK_NOT_AVAILABLE = "55P03"
_NAMED = Named("历史库", "history", "history")


class Database:
    """An open, migrated database. wait_s: how long to wait for another program that is writing."""

    def __init__(self, address: str, wait_s: float) -> None:
        self.wait_s = wait_s
        self.engine = engine_of(read_url(address, _NAMED), _NAMED, wait_s)
        try:
            if self.engine.dialect.name == "sqlite":
                self._set_up_file()
            migrate(self.engine, self.where, wait_s)
        except SQLAlchemyError as problem:
            self.engine.dispose()
            self._refuse(problem)
        except PolicyError:
            self.engine.dispose()
            raise

    def _set_up_file(self) -> None:
        with self.engine.connect() as connection:
            names = sa.inspect(connection).get_table_names()
            # A file of somebody else's is refused by the migration and must stay as it is.
            if not names or "history_run" in names:
                write_ahead(connection)

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


def _is_locked(problem: SQLAlchemyError) -> bool:
    if not isinstance(problem, sa.exc.DBAPIError) or problem.orig is None:
        return False
    if isinstance(problem.orig, sqlite3.OperationalError):
        return "locked" in str(problem.orig)
    return getattr(problem.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE

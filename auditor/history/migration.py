"""Brings the tables of a history to the form that this program works with."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from auditor.errors import PolicyError
from auditor.history.schema import REVISIONS, VERSION_TABLE

# An arbitrary number that all programs migrating a history in one PostgreSQL database agree upon.
_MIGRATION_LOCK = 0x69637068
# Alembic works through names of its module, which two threads with two databases must not share.
_one_at_a_time = Lock()


def migrate(engine: Engine, where: str, wait_s: float, upto: str = REVISIONS[-1]) -> None:
    """Run the migrations that are missing, all or none; two programs at once wait for each other.

    where: the address for messages. PolicyError where a newer program made the tables, or they are damaged.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            _refuse_foreign(connection, where)
        # Looked at without a lock first: a run that is being recorded must not keep readers waiting.
        if _current(connection, where) == upto:
            return
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(wait_s * 1000)}")
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        if _current(connection, where) != upto:
            _upgrade(connection, upto)
        connection.commit()


def _upgrade(connection: Connection, upto: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    with _one_at_a_time:
        command.upgrade(config, upto)


def _current(connection: Connection, where: str) -> str | None:
    """The last migration that was run; None for a new database."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    version = connection.execute(sa.text(f"SELECT max(version_num) FROM {VERSION_TABLE}")).scalar()
    if version is None or version in REVISIONS:
        return version
    if str(version) > REVISIONS[-1]:
        raise PolicyError(
            f"历史库由更新的版本建立 (格式 {version}, 本程序支持到 {REVISIONS[-1]})",
            f"The history was made by a newer version (format {version}; this one knows {REVISIONS[-1]})",
            hint_zh="请升级本程序, 或另用一个历史库",
            hint_en="Upgrade this program, or use another store",
            where=where,
        )
    raise PolicyError(
        f"历史库的格式编号无法识别: {version}",
        f"The history's format number is not understood: {version}",
        hint_zh="用完好的副本替换历史库, 或另用一个",
        hint_en="Put a sound copy of the store in its place, or use another one",
        where=where,
    )


def _refuse_foreign(connection: Connection, where: str) -> None:
    names = sa.inspect(connection).get_table_names()
    if names and VERSION_TABLE not in names:
        raise PolicyError(
            "该 SQLite 文件不是审计历史库",
            "This SQLite file is no history of audits",
            hint_zh="[history] store 请指向另一个文件; 该文件未被改动",
            hint_en="Point [history] store at another file; this one was left as it was",
            where=where,
        )

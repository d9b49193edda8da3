"""The tables of the evidence store and how a database is opened: created when new, refused when it is not ours."""

from __future__ import annotations

from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Engine

from auditor.database import Named, engine_of, read_url, reason_of, without_password, write_ahead
from auditor.errors import PolicyError

SCHEMA_VERSION = 1
BUSY_S = 30.0
_NAMED = Named("证据库", "evidence store", "evidence")
# An arbitrary number that all programs creating these tables in one PostgreSQL database agree upon.
_CREATION_LOCK = 0x69637061

METADATA = sa.MetaData()

VERSION = sa.Table("evidence_schema_version", METADATA, sa.Column("version", sa.Integer, primary_key=True))

# Answers as they came; body: zlib of the UTF-8 text, or of canonical JSON.
RAW = sa.Table(
    "evidence_raw",
    METADATA,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

# One asking each; rows are only ever added. id: a digest of all that makes an observation one of its own.
# fetched_at: UTC, ISO form of a fixed width, so that order of text is order of time; "" where it is not known.
# kind: "text", "json", or "" where there is no raw answer.
OBSERVATION = sa.Table(
    "evidence_observation",
    METADATA,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("domain", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("server", sa.Text, nullable=False),
    sa.Column("fetched_at", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Index("evidence_observation_newest", "domain", "source", "server", "fetched_at"),
)

# What an answer was read to mean, by which version of the readers: a copy that can be made anew at any time.
READING = sa.Table(
    "evidence_reading",
    METADATA,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("meaning", sa.Text, nullable=False),
    sa.Column("expires", sa.Text, nullable=False),
    sa.Column("unsettled", sa.Boolean, nullable=False),
)

# Questions that must be remembered: those that an earlier answer opened (parent: its source and server), those that
# failed (attempts, not_before), and those that another server answered (answered_as).
QUESTION = sa.Table(
    "evidence_question",
    METADATA,
    sa.Column("domain", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("server", sa.Text, primary_key=True),
    sa.Column("alabel", sa.Text, nullable=False),
    sa.Column("limiter", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("parent", sa.Text, nullable=False),
    sa.Column("answered_as", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("not_before", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
)

# What was learned about the pace that each operator bears.
LIMITER = sa.Table(
    "evidence_limiter",
    METADATA,
    sa.Column("limiter", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
)


def insert(engine: Engine, table: sa.Table) -> Any:
    """An INSERT that can say what to do with rows that are there already (`on_conflict_…`)."""
    if engine.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_new(engine: Engine, table: sa.Table) -> Any:
    """An INSERT that leaves rows alone that are there already."""
    return insert(engine, table).on_conflict_do_nothing()


def insert_or_replace(engine: Engine, table: sa.Table) -> Any:
    """An INSERT that overwrites a row of the same primary key."""
    statement = insert(engine, table)
    keys = [column.name for column in table.primary_key.columns]
    others = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=others)


def begin_writing(connection: Connection) -> None:
    """Take SQLite's write lock at once, waiting for it; a lock asked for later could be refused without a wait."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def open_engine(address: str) -> Engine:
    """Open the database of a store and create what it lacks. PolicyError in words for everything that can be wrong."""
    url = read_url(address, _NAMED)
    engine = engine_of(url, _NAMED, BUSY_S)
    try:
        _prepare(engine)
    except sa.exc.SQLAlchemyError as problem:
        engine.dispose()
        _refuse(url, problem)
    except PolicyError:
        engine.dispose()
        raise
    return engine


def _prepare(engine: Engine) -> None:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            _refuse_foreign(connection)
            write_ahead(connection)
        begin_writing(connection)
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CREATION_LOCK)))
        if sa.inspect(connection).has_table(VERSION.name):
            version = connection.execute(sa.select(sa.func.max(VERSION.c.version))).scalar() or 0
            if version > SCHEMA_VERSION:
                raise PolicyError(
                    f"证据库由更新的版本建立 (格式 {version}, 本程序支持到 {SCHEMA_VERSION})",
                    f"The evidence store was made by a newer version (format {version}; this one knows {SCHEMA_VERSION})",
                    hint_zh="请升级本程序, 或另用一个证据库",
                    hint_en="Upgrade this program, or use another store",
                    where=without_password(engine.url.render_as_string(hide_password=False)),
                )
        else:
            METADATA.create_all(connection)
            connection.execute(VERSION.insert(), [{"version": SCHEMA_VERSION}])
        connection.commit()


def _refuse_foreign(connection: Connection) -> None:
    names = sa.inspect(connection).get_table_names()
    if names and VERSION.name not in names:
        raise PolicyError(
            "该 SQLite 文件不是证据库",
            "This SQLite file is no evidence store",
            hint_zh="[evidence] store 请指向另一个文件; 该文件未被改动",
            hint_en="Point [evidence] store at another file; this one was left as it was",
            where=str(connection.engine.url.database),
        )


def _refuse(url: URL, problem: sa.exc.SQLAlchemyError) -> NoReturn:
    # Without the chain: a driver's message may repeat what it was given to connect with.
    shown, reason = without_password(url.render_as_string(hide_password=False)), reason_of(problem, url)
    if url.get_backend_name() == "sqlite":
        if "not a database" in reason:
            raise PolicyError(
                "该文件不是 SQLite 数据库",
                "The file is no SQLite database",
                hint_zh="核对 [evidence] store; 损坏的证据库可移走后用 `audit evidence import` 重建",
                hint_en="Check [evidence] store; move a broken store away and rebuild it with `audit evidence import`",
                where=url.database or "",
            ) from None
        raise PolicyError(
            f"证据库无法打开: {reason}",
            f"The evidence store cannot be opened: {reason}",
            hint_zh="核对 [evidence] store 的路径、权限与磁盘空间",
            hint_en="Check the path in [evidence] store, its permissions and the space on the disk",
            where=url.database or "",
        ) from None
    raise PolicyError(
        f"连接不上证据库的数据库服务器: {reason}",
        f"The database server of the evidence store cannot be used: {reason}",
        hint_zh="核对 [evidence] store 的主机、端口、用户与密码, 以及服务器是否在运行",
        hint_en="Check host, port, user and password in [evidence] store, and that the server runs",
        where=shown,
    ) from None

"""The newest results of a portfolio, kept whole so that they can be reported again."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from auditor import __version__
from auditor.errors import InputError
from auditor.history.archive import PackingError, model_digest, pack, unpack
from auditor.history.records import RunRecord
from auditor.history.schema import KEPT
from auditor.model.result import AuditResult
from auditor.model.text import Text

KEPT_RUNS = 10
"""How many results of a portfolio are kept."""
BYTES_AT_MOST = 64_000_000
"""A packed result larger than that is not kept."""
ROWS_AT_MOST = 250_000
"""Packing takes memory: a result with more rows and findings than that is not even tried."""


def keep(connection: Connection, portfolio: int, number: int, result: AuditResult, count: int) -> Text | None:
    """Keep the result of a recorded run, and of the portfolio no more than `count`. Returns why it was not kept."""
    if count > 0:
        if len(result.reading.portfolio.rows) + len(result.findings) > ROWS_AT_MOST:
            return _too_large()
        try:
            body = pack(result)
        except PackingError:
            return Text(
                "本次结果无法整体留存, 日后不能由历史库重新生成报告; 其余记录不受影响",
                "This result cannot be kept whole, so that its report cannot be made again from the history; all else is recorded",
            )
        if len(body) > BYTES_AT_MOST:
            return _too_large()
        connection.execute(KEPT.delete().where(KEPT.c.portfolio == portfolio, KEPT.c.number == number))
        row = {
            "portfolio": portfolio,
            "number": number,
            "run": result.run.id,
            "version": __version__,
            "fields": model_digest(),
            "body": body,
        }
        connection.execute(KEPT.insert(), row)
    numbers = sa.select(KEPT.c.number).where(KEPT.c.portfolio == portfolio).order_by(KEPT.c.number.desc())
    old = list(connection.execute(numbers).scalars())[max(count, 0) :]
    for start in range(0, len(old), 500):
        some = old[start : start + 500]
        connection.execute(KEPT.delete().where(KEPT.c.portfolio == portfolio, KEPT.c.number.in_(some)))
    return None


def _too_large() -> Text:
    return Text(
        "本次结果过大, 未整体留存, 日后不能由历史库重新生成报告; 其余记录不受影响",
        "This result is too large to be kept whole, so that its report cannot be made again from the history; all else is recorded",
    )


def restored(connection: Connection, portfolio: int, run: RunRecord) -> AuditResult:
    """A kept result. InputError where it was not kept, or by a version whose results this one cannot read."""
    statement = KEPT.select().where(KEPT.c.portfolio == portfolio, KEPT.c.number == run.number)
    row = connection.execute(statement).first()
    if row is None:
        raise _refusal(
            run,
            f"历史库没有留存审计 {run.id} 的完整结果 (只留存最近 {KEPT_RUNS} 次, 过大的不留存)",
            f"The history has not kept the whole result of run {run.id} (the newest {KEPT_RUNS} are kept, and none that is too large)",
        )
    if row.fields != model_digest():
        raise _refusal(
            run,
            f"审计 {run.id} 的结果由版本 {row.version} 留存, 本版本 {__version__} 无法读取",
            f"The result of run {run.id} was kept by version {row.version}, which this version {__version__} cannot read",
        )
    try:
        return unpack(row.body)
    except PackingError:
        raise _refusal(
            run,
            f"审计 {run.id} 留存的结果已损坏",
            f"The kept result of run {run.id} is damaged",
        ) from None


def _refusal(run: RunRecord, zh: str, en: str) -> InputError:
    books = " ".join(path for path, _sha256 in run.inputs)
    command = f"audit run {books} --as-of {run.as_of.isoformat()}"
    return InputError(
        zh,
        en,
        hint_zh=f"可用当时的台账重新审计: {command}",
        hint_en=f"Audit the books of that time again: {command}",
    )

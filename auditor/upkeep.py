"""The evidence store between audits: looking up ahead, age and coverage, moving it between machines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from auditor.errors import InputError
from auditor.evidence.store_rows import Imported
from auditor.evidence.store_status import StoreStatus
from auditor.lookups import Known, look_up, mail_domains, opened_store
from auditor.model.evidence import Observation
from auditor.pipeline import Progress, Request, beijing_now, gathering, read, refuse_nothing, rule_data

_JSON_LINES = (".jsonl", ".jsonl.gz", ".ndjson")


def refresh_evidence(
    request: Request, progress: Progress | None = None, clock: Callable[[], datetime] = beijing_now
) -> Known:
    """Look up what is not known of the books' domains, ahead of an audit; everything answered is in the store."""
    reading = read(request, progress).reading
    refuse_nothing(reading)
    return look_up(
        reading.portfolio,
        request.settings,
        rule_data(request.settings),
        clock,
        offline=False,
        retry_unknown=request.retry_unknown,
        progress=gathering(progress),
    )


def evidence_status(request: Request, clock: Callable[[], datetime] = beijing_now) -> StoreStatus | None:
    """Age and coverage of the store for the books' domains, or for all it knows; None where there is no store yet."""
    store = opened_store(request.settings, rule_data(request.settings), clock, create=False)
    if store is None:
        return None
    with store:
        return store.status(_names(request), clock().date(), request.settings.file.evidence.max_age_days)


def export_evidence(request: Request, file: Path, clock: Callable[[], datetime] = beijing_now) -> int:
    """Write the store's observations (of the books' domains, or all) as JSON Lines; returns how many."""
    store = opened_store(request.settings, rule_data(request.settings), clock, create=False)
    if store is None:
        raise InputError(
            "证据库还不存在, 没有可导出的内容",
            "There is no evidence store yet, nothing to export",
            hint_zh="先运行 audit evidence refresh 或 audit evidence import",
            hint_en="Run audit evidence refresh or audit evidence import first",
        )
    with store:
        return store.export(file, _names(request))


def import_evidence(request: Request, clock: Callable[[], datetime] = beijing_now) -> Imported:
    """Take JSON Lines and the evidence that stands in books (registrar exports, ministry results) into the store."""
    lines = [name for name in request.books if name.endswith(_JSON_LINES)]
    books = tuple(name for name in request.books if not name.endswith(_JSON_LINES))
    moment = clock()
    found: list[Observation] = []
    if books:
        reading = read(replace(request, books=books)).reading
        found = [
            # A sheet that does not say when it was made is as old as its import: nothing younger can be claimed.
            replace(one, fetched_at=one.fetched_at or moment, cells=())
            for one in reading.observations
            if isinstance(one, Observation)
        ]
    store = opened_store(request.settings, rule_data(request.settings), clock, create=True)
    assert store is not None
    with store:
        taken = store.import_files([(Path(name), Path(name).name) for name in lines])
        added = store.add(found)
    return Imported(taken.added + added, taken.known + len(found) - added, taken.problems)


def _names(request: Request) -> list[str] | None:
    """The domains of the books with their mail hosts; None where no book is named: everything."""
    if not request.books:
        return None
    portfolio = read(request).reading.portfolio
    return sorted(
        {one.ulabel for one in (*(one.name for one in portfolio.domains), *mail_domains(portfolio))}
    )

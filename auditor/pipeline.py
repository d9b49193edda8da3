"""Spreadsheet to AuditResult on one page; owns the clock."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from zoneinfo import ZoneInfo

from auditor import __version__
from auditor.checks.catalogue import CATALOGUE
from auditor.checks.runner import Verdicts, run_checks, selected
from auditor.errors import PolicyError, UsageError
from auditor.evidence.dossier import build_dossier, coverage
from auditor.evidence.gathering_report import Progress as Asking
from auditor.evidence.recorded import RecordedEvidence, read_evidence
from auditor.intake.read import Books, Mapping, SheetRule, read_books
from auditor.intake.scans import look_at_scans
from auditor.lookups import Known, look_up, shortfalls
from auditor.model.evidence import Dossier, Observation, Outcome, Unavailable
from auditor.model.policy import Policy
from auditor.model.portfolio import FiledDomain, Portfolio
from auditor.model.result import AuditResult, Expiry, Reading, RunInfo
from auditor.model.text import Message, Text, say
from auditor.model.values import Validity
from auditor.model.verdict import Reason
from auditor.rules.load import RuleData, RuleFiles
from auditor.settings import Settings

BEIJING = ZoneInfo("Asia/Shanghai")
Progress = Callable[[str, str], None]
"""Called with a stage ("read", "evidence", "checks") and what is being looked at."""


@dataclass(frozen=True)
class Request:
    """What to audit. as_of: the audit date (Beijing day), None for today; only, skip: check ids or families.

    offline: nobody is asked, the evidence store and the recorded files must do; retry_unknown: ask only what an audit
    of today would not know.
    """

    books: tuple[str, ...]
    settings: Settings
    evidence: tuple[Path, ...] = ()
    as_of: date | None = None
    offline: bool = True
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    retry_unknown: bool = False


@dataclass(frozen=True)
class Audit:
    """A finished audit: the result for the outputs, the real paths that no output may touch, and what else to tell."""

    result: AuditResult
    protected: tuple[Path, ...]
    notes: tuple[Text, ...] = ()


def beijing_now() -> datetime:
    """The only clock of the program."""
    return datetime.now(BEIJING)


def read(request: Request, progress: Progress | None = None) -> Books:
    """Read and map the books; the first stage of `audit run`, the whole of `audit validate`."""
    return read_books(request.books, mapping=_mapping(request.settings), progress=_stage(progress, "read"))


@contextmanager
def without_collector() -> Iterator[None]:
    """A run makes many objects and drops none: the cycle collector would only walk them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@without_collector()
def audit(
    request: Request, progress: Progress | None = None, clock: Callable[[], datetime] = beijing_now
) -> Audit:
    """Read the books, gather the recorded evidence, judge.

    Raises the AuditError family for what the user must mend; everything else about the data is in the result.
    """
    started = clock()
    as_of = request.as_of or request.settings.file.audit.as_of or started.date()
    _check_ids(request)
    books = read(request, progress)
    reading = books.reading
    rules = _rules(request.settings)
    recorded = read_evidence([(path, path.name) for path in request.evidence])
    known = look_up(
        reading.portfolio,
        request.settings,
        rules,
        clock,
        offline=request.offline,
        retry_unknown=request.retry_unknown,
        as_of=as_of,
        progress=_gathering(progress),
    )
    dossier, asked = _dossier(reading, recorded, known, request.settings, as_of, progress)
    policy = replace(
        request.settings.policy(as_of),
        scans=look_at_scans(reading.portfolio, books.folders),
        base_folders={},
    )
    verdicts = run_checks(
        reading.portfolio,
        dossier,
        policy,
        rules,
        CATALOGUE,
        only=request.only,
        skip=request.skip,
        progress=_stage(progress, "checks"),
    )
    because = tuple(_incomplete(reading, recorded, known, dossier, verdicts, asked))
    run = RunInfo(
        id=_run_id(started, reading),
        as_of=as_of,
        started_at=started,
        finished_at=clock(),
        version=__version__,
        offline=request.offline,
        complete=not because,
        evidence_files=(*recorded.files, *((("evidence store", "", known.stored),) if known.stored else ())),
        rule_data=tuple((one.file, one.as_of, one.source) for one in rules.versions()),
        incomplete_because=because,
    )
    result = AuditResult(
        run=run,
        reading=reading,
        tallies=verdicts.tallies,
        findings=verdicts.findings,
        coverage=coverage(
            dossier, sorted(asked), as_of, max_age_days=request.settings.file.evidence.max_age_days
        ),
        evidence_problems=dossier.problems,
        expiries=tuple(_expiries(reading.portfolio, dossier, policy)),
        dossier=dossier,
    )
    protected = books.paths + tuple(path.resolve() for path in request.evidence)
    if request.settings.path is not None:
        protected += (request.settings.path.resolve(),)
    return Audit(result, protected, known.notes)


def _mapping(settings: Settings) -> Mapping:
    sheets = {
        name: SheetRule(role=one.role, header_row=one.header_row, columns=dict(one.columns))
        for name, one in settings.file.sheets.items()
    }
    return Mapping(columns=dict(settings.file.columns), sheets=sheets)


def _rules(settings: Settings) -> RuleData:
    file = settings.file.rules
    return RuleData(
        RuleFiles(
            tlds=settings.beside(file.tlds),
            registrars=settings.beside(file.registrars),
            provinces=settings.beside(file.provinces),
            calendar=settings.beside(file.calendar),
            lead_times=settings.beside(file.lead_times),
        )
    )


def _check_ids(request: Request) -> None:
    ids = {check.id for check in CATALOGUE}
    families = {check.family for check in CATALOGUE}
    for id in request.settings.file.checks:
        if id.upper() not in ids:
            raise PolicyError(
                f"没有编号为 {id} 的检查",
                f"There is no check {id}",
                hint_zh="`audit checks` 列出全部检查",
                hint_en="`audit checks` lists them all",
                where=request.settings.where("checks", id),
            )
    for word in (*request.only, *request.skip):
        if word.upper() not in ids | families:
            raise UsageError(
                f"没有编号或类别为 {word} 的检查",
                f"There is no check or family {word}",
                hint_zh=f"类别有: {'、'.join(sorted(families))}; `audit checks` 列出全部检查",
                hint_en=f"Families are {', '.join(sorted(families))}; `audit checks` lists the checks",
            )
    if not any(selected(id, request.only, request.skip) for id in ids):
        raise UsageError("--only 与 --skip 没有留下任何检查", "--only and --skip leave no check to run")


def _dossier(
    reading: Reading,
    recorded: RecordedEvidence,
    known: Known,
    settings: Settings,
    as_of: date,
    progress: Progress | None,
) -> tuple[Dossier, Collection[str]]:
    if progress:
        progress("evidence", str(len(recorded.observations)))
    from_sheets = [one for one in reading.observations if isinstance(one, Observation)]
    asked = {domain.key for domain in reading.portfolio.domains}
    dossier = build_dossier(
        (*recorded.observations, *known.observations, *from_sheets),
        as_of=as_of,
        max_age_days=settings.file.evidence.max_age_days,
        domains=sorted(asked),
        authorities=known.authorities,
    )
    return replace(dossier, problems=recorded.problems + dossier.problems), asked


# Reasons that say "nobody got an answer", unlike those that say "the answer does not tell".
_FAILED_LOOKUPS = {Outcome.THROTTLED, Outcome.REFUSED, Outcome.TIMEOUT, Outcome.ERROR, Outcome.TRUNCATED}


def _incomplete(
    reading: Reading,
    recorded: RecordedEvidence,
    known: Known,
    dossier: Dossier,
    verdicts: Verdicts,
    asked: Collection[str],
) -> Iterator[Message]:
    """Why this audit is not the whole truth; nothing yielded = complete."""
    if reading.rejected:
        yield say("有 {n} 行未能纳入审计", "{n} rows could not be taken in", n=len(reading.rejected))
    if recorded.problems:
        yield say(
            "证据文件中有 {n} 处无法使用",
            "{n} places in the evidence files could not be used",
            n=len(recorded.problems),
        )
    if known.report is not None:
        yield from shortfalls(known.report)
    nobody_asked = 0
    failed = 0
    for domain in asked:
        evidence = dossier.of(domain)
        if isinstance(evidence.existence, Unavailable) and evidence.existence.reason is Reason.NO_EVIDENCE:
            nobody_asked += 1
        answered = {one.source for one, outcome, _ in evidence.outcomes if outcome is Outcome.FOUND}
        if any(
            outcome in _FAILED_LOOKUPS and one.source not in answered for one, outcome, _ in evidence.outcomes
        ):
            failed += 1
    if failed:
        yield say("有 {n} 个域名的查询失败", "look-ups failed for {n} domains", n=failed)
    if nobody_asked:
        yield say(
            "有 {n} 个域名没有任何注册信息证据",
            "{n} domains have no registration evidence at all",
            n=nobody_asked,
        )
    crashed = sum(1 for one in verdicts.findings if one.reason is Reason.CRASHED)
    if crashed:
        yield say("有 {n} 项检查程序出错", "{n} checks failed to run", n=crashed)


def _expiries(portfolio: Portfolio, dossier: Dossier, policy: Policy) -> Iterator[Expiry]:
    """Everything with an end date, for the expiry list; the source that counts for each."""
    for domain in portfolio.domains:
        evidence = dossier.of(domain.key).expiries
        if not isinstance(evidence, Unavailable):
            best = evidence.best
            yield Expiry(
                "domain",
                domain.key,
                domain.key,
                best.value,
                _owner(domain),
                domain.cells("domain"),
                best.evidence,
            )
        elif isinstance(listed := domain.value("domain_expiry"), Validity) and listed.end:
            yield Expiry(
                "domain", domain.key, domain.key, listed.end, _owner(domain), domain.cells("domain_expiry")
            )
    for document in portfolio.documents:
        if document.end is not None:
            owner = document.entity.name if document.entity else None
            holder = document.holder or (document.subject.name if document.subject else None)
            label = f"{document.title}（{holder}）" if holder else document.title
            yield Expiry("document", document.target, label, document.end, owner, document.cells)


def _owner(domain: FiledDomain) -> str | None:
    return domain.entity.name if domain.entity else None


def _run_id(started: datetime, reading: Reading) -> str:
    inputs = blake2b(digest_size=4)
    for one in reading.inputs:
        inputs.update(one.sha256.encode())
    return f"{started:%Y%m%dT%H%M%S}-{inputs.hexdigest()}"


def _gathering(progress: Progress | None) -> Callable[[Asking], None] | None:
    if progress is None:
        return None
    tell = progress

    def told(state: Asking) -> None:
        slow = "; ".join(
            f"{one.group} {one.done}/{one.done + one.left}"
            + (f" ~{one.eta_s:.0f}s" if one.eta_s is not None else "")
            for one in state.groups[:3]
        )
        tell(
            "gather",
            f"{state.done}/{state.done + state.left} (refused {state.refused}, failed {state.failed}) {slow}",
        )

    return told


def _stage(progress: Progress | None, stage: str) -> Callable[[str], None] | None:
    return (lambda what: progress(stage, what)) if progress else None

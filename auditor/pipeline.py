"""Spreadsheet to AuditResult on one page; owns the clock."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator
from collections.abc import Mapping as Map
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from zoneinfo import ZoneInfo

from auditor import __version__
from auditor.account import expiries, incomplete_because
from auditor.checks.catalogue import CATALOGUE
from auditor.checks.runner import run_checks, selected
from auditor.errors import InputError, PolicyError, UsageError
from auditor.evidence.dossier import build_dossier, coverage
from auditor.evidence.gathering_report import Progress as Asking
from auditor.evidence.recorded import RecordedEvidence, read_evidence
from auditor.intake.read import Books, Mapping, SheetRule, read_books
from auditor.intake.scans import look_at_scans
from auditor.lookups import Known, look_up
from auditor.model.evidence import Dossier, Observation
from auditor.model.result import AuditResult, Reading, RunInfo
from auditor.model.text import Text
from auditor.past import Past, Wanted, beside, look_back, recorded
from auditor.planning.plan import dated, make_plan
from auditor.rules.load import RuleData, RuleFiles
from auditor.settings.policy_file import Settings

BEIJING = ZoneInfo("Asia/Shanghai")
_JSON_LINES = (".jsonl", ".jsonl.gz", ".ndjson")
_EARLIEST, _LATEST = date(2000, 1, 1), date(2200, 12, 31)
Progress = Callable[[str, str], None]
"""Called with a stage ("read", "evidence", "checks", "plan") and what is being looked at."""


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
    past: Wanted = Wanted(remember=False)  # noqa: RUF009 - frozen, so that one may serve all


@dataclass(frozen=True)
class Audit:
    """A finished audit: the result for the outputs, the real paths that no output may touch, and what else to tell.

    books: display path → real path of the books. choice: what of the policy and the options made the verdicts.
    """

    result: AuditResult
    protected: tuple[Path, ...]
    past: Past
    books: Map[str, Path]
    choice: str = ""
    notes: tuple[Text, ...] = ()

    def recorded(self) -> AbstractContextManager[list[Text]]:
        """Record the run around the writing of its reports; see `past.recorded`."""
        return recorded(self.past, self.result, self.choice)


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
    """Read the books, gather the recorded evidence, judge, and plan the work that cures what failed.

    Raises the AuditError family for what the user must mend; everything else about the data is in the result.
    """
    started = clock()
    as_of = request.as_of or request.settings.file.audit.as_of or started.date()
    if not _EARLIEST <= as_of <= _LATEST:
        raise UsageError(
            f"审计基准日应在 {_EARLIEST} 至 {_LATEST} 之间, 现在是 {as_of}",
            f"The audit date must lie between {_EARLIEST} and {_LATEST}; it is {as_of}",
        )
    _check_ids(request)
    past = look_back(request.settings, request.past, request.books, clock)
    books = read(request, progress)
    reading = books.reading
    refuse_nothing(reading)
    rules = rule_data(request.settings)
    if progress and request.evidence:
        progress("evidence", ", ".join(path.name for path in request.evidence))
    recorded = read_evidence([(path, path.name) for path in request.evidence])
    known = look_up(
        reading.portfolio,
        request.settings,
        rules,
        clock,
        offline=request.offline,
        retry_unknown=request.retry_unknown,
        as_of=as_of,
        progress=gathering(progress),
    )
    dossier, asked = _dossier(reading, recorded, known, request.settings, as_of, progress)
    policy = replace(
        request.settings.policy(as_of),
        scans=look_at_scans(reading.portfolio, books.folders),
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
    because = tuple(incomplete_because(reading, recorded, known, dossier, verdicts.findings, asked))
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
        expiries=tuple(expiries(reading.portfolio, dossier)),
        dossier=dossier,
    )
    choice = _choice(request, run)
    result = beside(past, result, choice)
    if progress:
        progress("plan", str(len(result.failures)))
    plan = make_plan(result, rules, policy)
    result = replace(result, plan=plan, findings=dated(result.findings, plan))
    protected = books.paths + tuple(path.resolve() for path in request.evidence)
    if request.settings.path is not None:
        protected += (request.settings.path.resolve(),)
    return Audit(result, protected, past, books.files, choice, (*past.notes, *known.notes))


def _choice(request: Request, run: RunInfo) -> str:
    """32 hex digits over what besides books and evidence decides verdicts: policy, choice of checks, rule data, program."""
    parts = [request.settings.text, *sorted(request.only), "", *sorted(request.skip), run.version]
    parts += ["\x1f".join(one) for one in run.rule_data]
    return blake2b("\x1e".join(parts).encode(), digest_size=16).hexdigest()


def refuse_nothing(reading: Reading) -> None:
    """An audit of nothing must not end as one that found nothing."""
    book = reading.portfolio
    if book.rows or reading.rejected:
        return
    names = "、".join(one.path for one in reading.inputs)
    raise InputError(
        f"没有读到任何备案记录: {names}",
        f"No filing was found in: {names}",
        hint_zh="需要有表头的备案台账 (至少有域名、备案号或主办单位列); `audit validate` 显示表格被识别成什么, 列名特殊时可在 audit.toml 的 [columns] 与 [sheets] 中指定",
        hint_en="A sheet with a header row is needed (at least domain, record number or owner); `audit validate` shows what the sheets are taken for, and [columns] and [sheets] in audit.toml can say it",
    )


def _mapping(settings: Settings) -> Mapping:
    sheets = {
        name: SheetRule(role=one.role, header_row=one.header_row, columns=dict(one.columns))
        for name, one in settings.file.sheets.items()
    }
    return Mapping(columns=dict(settings.file.columns), sheets=sheets)


def rule_data(settings: Settings) -> RuleData:
    """The shipped rule data with the policy's newer files in place of some."""
    named = settings.file.rules.model_dump(exclude={"strict_provinces"})
    data = RuleData(RuleFiles(**{table: settings.beside(path) for table, path in named.items()}))
    data.check()
    return data


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


def _run_id(started: datetime, reading: Reading) -> str:
    inputs = blake2b(digest_size=4)
    for one in reading.inputs:
        inputs.update(one.sha256.encode())
    return f"{started:%Y%m%dT%H%M%S}{started.microsecond // 1000:03d}-{inputs.hexdigest()}"


def gathering(progress: Progress | None) -> Callable[[Asking], None] | None:
    """What a gathering tells, as one line for the caller's progress."""
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

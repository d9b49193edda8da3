"""The runner: every check on every target it applies to, one verdict each, counted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from auditor.checks.check import Check, NotApplicable, Undecided, Violation, Yielded
from auditor.checks.fingerprint import fingerprint, identities
from auditor.model.evidence import Dossier, Evidence, Unavailable
from auditor.model.place import CellRef
from auditor.model.policy import CheckPolicy, Policy
from auditor.model.portfolio import Document, Entity, FiledDomain, Order, Person, Portfolio, Row, Service
from auditor.model.result import Finding, Tally
from auditor.model.text import Message, Text, say
from auditor.model.verdict import Reason, Scope, Severity, Verdict
from auditor.model.words import EntityKind
from auditor.rules.load import RuleData

_UNCHANGED = CheckPolicy()
# Targets that all checks look at before the next ones: what a check has worked out of them is still at hand for the next.
_BATCH = 256
_CRASHED = Text("检查程序对这一对象出错: {error}", "The check failed on this target: {error}")


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the catalogue says of a portfolio: findings in canonical order, and counts that add up."""

    findings: tuple[Finding, ...]
    tallies: tuple[Tally, ...]


@dataclass(slots=True)
class _Bench:
    """What the checks of one run share."""

    portfolio: Portfolio
    dossier: Dossier
    policy: Policy
    rules: RuleData
    targets: dict[Scope, Sequence[object]] = field(default_factory=dict)
    identities: dict[Scope, list[str]] = field(default_factory=dict)
    places: dict[int, _Place] = field(default_factory=dict)
    default_due: tuple[date, bool] | None = None
    remedies: dict[tuple[str, EntityKind | None, str, tuple[Text, ...]], tuple[Text, ...]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        book = self.portfolio
        self.targets = {
            Scope.ENTITY: book.entities,
            Scope.SERVICE: book.services,
            Scope.DOMAIN: book.domains,
            Scope.PERSON: book.persons,
            Scope.DOCUMENT: book.documents,
            Scope.ORDER: book.orders,
            Scope.ROW: book.rows,
        }

    def names(self, scope: Scope) -> list[str]:
        if scope not in self.identities:
            self.identities[scope] = identities(self.targets[scope])
        return self.identities[scope]

    def remedy(self, check_id: str, own: tuple[Text, ...], place: _Place) -> tuple[Text, ...]:
        """A check's own lines, then what this kind of entity and this province do in addition."""
        key = (check_id, place.kind, place.province, own)
        if key not in self.remedies:
            extra = self.rules.remedies.lines(check_id, place.kind, place.province)
            self.remedies[key] = tuple(dict.fromkeys((*own, *(line.text for line in extra))))
        return self.remedies[key]

    def place(self, target: object) -> _Place:
        """What a target belongs to, worked out once; the portfolio holds the targets, so that an id is theirs alone."""
        found = self.places.get(id(target))
        if found is None:
            found = self.places[id(target)] = _place(target)
        return found


@dataclass(slots=True)
class _Task:
    """One check of a run, as the policy has it, and the verdicts it has given so far."""

    check: Check
    decided: CheckPolicy
    counts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))

    def tally(self) -> Tally:
        """The counts."""
        check, counts = self.check, self.counts
        return Tally(
            check.id,
            check.title,
            check.scope,
            self.decided.severity or check.severity,
            counts[Verdict.PASS],
            counts[Verdict.FAIL],
            counts[Verdict.UNKNOWN],
            counts[Verdict.NOT_APPLICABLE],
            enabled=self.decided.enabled,
        )


def selected(check_id: str, only: Collection[str], skip: Collection[str]) -> bool:
    """Whether --only and --skip (ids or families, any case) leave a check in."""
    words = {check_id, check_id.rstrip("0123456789")}
    if only and not words & {word.upper() for word in only}:
        return False
    return not words & {word.upper() for word in skip}


def run_checks(
    portfolio: Portfolio,
    dossier: Dossier,
    policy: Policy,
    rules: RuleData,
    catalogue: Sequence[Check],
    *,
    only: Collection[str] = (),
    skip: Collection[str] = (),
    progress: Callable[[str], None] | None = None,
) -> Verdicts:
    """Judge everything. Deterministic: the same arguments give the same verdicts in the same order.

    progress: called with each check's id before it runs.
    """
    bench = _Bench(portfolio, dossier, policy, rules)
    tasks = [
        _Task(check, policy.checks.get(check.id, _UNCHANGED))
        for check in catalogue
        if selected(check.id, only, skip)
    ]
    findings: list[Finding] = []
    for scope in Scope:
        own = [task for task in tasks if task.check.scope is scope and task.decided.enabled]
        for start in range(0, len(bench.targets[scope]) or 1, _BATCH):
            for task in own:
                if progress and not start:
                    progress(task.check.id)
                findings += _run(task, slice(start, start + _BATCH), bench)
    findings.sort(key=lambda one: one.sort_key)
    return Verdicts(tuple(findings), tuple(task.tally() for task in tasks))


def _run(task: _Task, part: slice, bench: _Bench) -> Iterator[Finding]:
    """One check on some of its targets."""
    check, scope = task.check, task.check.scope
    basis = tuple(clause.text for clause in check.cites)
    for target, identity in zip(bench.targets[scope][part], bench.names(scope)[part], strict=True):
        verdict, yielded = _judge(check, target, bench)
        task.counts[verdict] += 1
        if yielded:
            yield _finding(check, task.decided, target, identity, verdict, yielded, basis, bench)


def _judge(check: Check, target: object, bench: _Bench) -> tuple[Verdict, list[Violation | Undecided]]:
    """The verdict on one target, with what was yielded for it."""
    arguments = []
    for need in check.needs:
        if need.is_fact:
            assert isinstance(target, FiledDomain)
            value = getattr(bench.dossier.of(target.key), need.attribute)
            if isinstance(value, Unavailable) and not need.judges_absence:
                return Verdict.UNKNOWN, [_unavailable(value)]
        else:
            value = getattr(bench, need.attribute)
        arguments.append(value)
    try:
        yielded = list(check.judge(target, *arguments))
    except Exception as error:  # noqa: BLE001
        # A fault in one check must not cost the office its audit: this target is unknown, by name, and the run goes on.
        crash = Message(_CRASHED, {"error": type(error).__name__})
        return Verdict.UNKNOWN, [Undecided(Reason.CRASHED, crash)]
    return _weigh(yielded)


def _weigh(yielded: list[Yielded]) -> tuple[Verdict, list[Violation | Undecided]]:
    if not yielded:
        return Verdict.PASS, []
    failures: list[Violation | Undecided] = [one for one in yielded if isinstance(one, Violation)]
    if failures:
        return Verdict.FAIL, failures
    undecided: list[Violation | Undecided] = [one for one in yielded if isinstance(one, Undecided)]
    if undecided:
        return Verdict.UNKNOWN, undecided
    if any(isinstance(one, NotApplicable) for one in yielded):
        return Verdict.NOT_APPLICABLE, []
    return Verdict.PASS, []


def _unavailable(answer: Unavailable) -> Undecided:
    message = Message(answer.detail) if answer.detail else None
    return Undecided(answer.reason, message, evidence=answer.evidence)


def _severity(check: Check, decided: CheckPolicy, yielded: Sequence[Violation | Undecided]) -> Severity:
    if decided.severity:
        return decided.severity
    own = [one.severity for one in yielded if isinstance(one, Violation) and one.severity is not None]
    plain = any(isinstance(one, Undecided) or one.severity is None for one in yielded)
    return max([*own, check.severity] if plain else own)


def _finding(
    check: Check,
    decided: CheckPolicy,
    target: object,
    identity: str,
    verdict: Verdict,
    yielded: Sequence[Violation | Undecided],
    basis: tuple[Text, ...],
    bench: _Bench,
) -> Finding:
    first = yielded[0]
    severity = _severity(check, decided, yielded)
    messages = tuple(one.message for one in yielded if one.message is not None)
    keys = sorted(one.key for one in yielded if isinstance(one, Violation) and one.key)
    place = bench.place(target)
    cells = _merge([one.cells for one in yielded]) or place.cells
    due, start_by, estimated = _dates(check, yielded, verdict, severity, bench)
    remedies = [one.remedy for one in yielded if isinstance(one, Violation) and one.remedy]
    remedy: tuple[Text, ...] = _merge(remedies) or check.remedy
    reason = first.reason if isinstance(first, Undecided) else None
    if reason is not None:
        remedy = (reason.way_out,)
    elif verdict is Verdict.FAIL:
        remedy = bench.remedy(check.id, remedy, place)
    return Finding(
        fingerprint=fingerprint(check.id, identity, "|".join(keys)),
        check=check.id,
        title=check.title,
        verdict=verdict,
        severity=severity,
        scope=check.scope,
        target=place.target,
        message=messages or (_plain_message(check, reason),),
        expected=_all([one.expected for one in yielded]),
        observed=_all([one.observed for one in yielded]),
        reason=reason,
        entity_number=place.entity_number,
        service_number=place.service_number,
        domain=place.domain,
        entity_name=place.entity_name,
        province=place.province,
        provider=place.provider,
        group=place.group,
        cells=cells,
        evidence=_merge([one.evidence for one in yielded]),
        basis=basis,
        remedy=remedy,
        due=due,
        start_by=start_by,
        estimated=estimated,
        sort_key=(-severity, verdict is not Verdict.FAIL, check.id, place.target, identity),
    )


def _plain_message(check: Check, reason: Reason | None) -> Message:
    if reason is None:
        return Message(check.title)
    return say("无法判定: {reason}", "Cannot be decided: {reason}", reason=reason.text)


def _merge(parts: Sequence[tuple[object, ...]]) -> tuple:  # type: ignore[type-arg]
    if len(parts) == 1 and len(parts[0]) < 2:
        return parts[0]
    return tuple(dict.fromkeys(item for part in parts for item in part))


def _all(values: Sequence[object]) -> object:
    found = [value for value in values if value is not None]
    if not found:
        return None
    return found[0] if len(found) == 1 else tuple(found)


def _dates(
    check: Check,
    yielded: Sequence[Violation | Undecided],
    verdict: Verdict,
    severity: Severity,
    bench: _Bench,
) -> tuple[date | None, date | None, bool]:
    """By when, and when to begin: the facts' own deadline, or the policy's working days for wrong data."""
    if verdict is not Verdict.FAIL or severity is Severity.INFO:
        return None, None, False
    calendar = bench.rules.calendar
    natural = [one.due for one in yielded if isinstance(one, Violation) and one.due is not None]
    if natural:
        due = min(natural)
        if not check.lead_working_days:
            return due, None, False
        start = calendar.subtract_working_days(due, check.lead_working_days)
        return due, start.date, start.estimated
    if bench.default_due is None:
        day = calendar.add_working_days(bench.policy.as_of, bench.policy.thresholds.fix_working_days)
        bench.default_due = (day.date, day.estimated)
    return bench.default_due[0], None, bench.default_due[1]


@dataclass(frozen=True, slots=True)
class _Place:
    """What a target belongs to, as every finding names it."""

    target: str
    cells: tuple[CellRef, ...]
    entity_number: str | None = None
    service_number: str | None = None
    domain: str | None = None
    entity_name: str | None = None
    province: str = ""
    provider: str = ""
    group: str = ""
    kind: EntityKind | None = None


def _place(target: object) -> _Place:
    match target:
        case Entity():
            return _entity_place(target.target, target, None, None, target.rows, target)
        case Service():
            domain = target.domains[0].key if len(target.domains) == 1 else None
            return _entity_place(target.target, target.entity, target, domain, target.rows, target)
        case FiledDomain():
            return _entity_place(
                target.target, target.entity, target.service, target.key, target.rows, target
            )
        case Person():
            return _entity_place(target.target, target.entity, target.service, None, target.rows, None)
        case Document():
            service = target.subject.service if target.subject else None
            place = _entity_place(target.target, target.entity, service, None, (target.row,), None)
            return _with_cells(place, target.cells)
        case Order():
            return _entity_place(target.target, target.entity, None, None, target.rows, None)
        case Row():
            return _row_place(target)
        case _:
            raise TypeError(f"not a target: {target!r}")


def _entity_place(
    target: str,
    entity: Entity | None,
    service: Service | None,
    domain: str | None,
    rows: Sequence[Row],
    speaker: Entity | Service | FiledDomain | None,
) -> _Place:
    return _Place(
        target=target,
        cells=tuple(row.cell() for row in rows),
        entity_number=str(entity.number) if entity and entity.number else None,
        service_number=str(service.number) if service else None,
        domain=domain,
        entity_name=entity.name if entity else None,
        province=entity.province if entity else "",
        provider=(speaker.text("access_provider") or "") if speaker else "",
        group=next(_groups(rows), ""),
        kind=entity.kind if entity else None,
    )


def _with_cells(place: _Place, cells: tuple[CellRef, ...]) -> _Place:
    return _Place(
        place.target, cells or place.cells, place.entity_number, place.service_number, place.domain,
        place.entity_name, place.province, place.provider, place.group, place.kind,
    )  # fmt: skip


def _row_place(row: Row) -> _Place:
    entity_number = row.number("entity_number")
    service_number = row.number("service_number")
    if service_number is not None and not service_number.is_service:
        entity_number, service_number = entity_number or service_number, None
    if entity_number is None and service_number is not None:
        entity_number = service_number.entity
    domains = row.domains
    return _Place(
        target=row.ref.target,
        cells=(row.cell(),),
        entity_number=str(entity_number.entity) if entity_number else None,
        service_number=str(service_number) if service_number else None,
        domain=domains[0].ulabel if len(domains) == 1 else None,
        entity_name=row.text("entity_name"),
        province=entity_number.province if entity_number else "",
        provider=row.text("access_provider") or "",
        group=row.text("group") or "",
    )


def _groups(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        group = row.text("group")
        if group:
            yield group


def evidence_of(*facts: object) -> tuple[Evidence, ...]:
    """The observations behind some stated facts, without repeats."""
    found: dict[Evidence, None] = {}
    for fact in facts:
        own = getattr(fact, "evidence", None)
        for one in own if isinstance(own, tuple) else (own,):
            if isinstance(one, Evidence):
                found[one] = None
    return tuple(found)

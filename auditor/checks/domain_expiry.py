"""DOM301, DOM302 and DOM307: when the registration ends, and whether the book knows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.filing_record import cells_of, missing
from auditor.checks.runner import evidence_of
from auditor.model.evidence import Evidence, Existence, Expiries, Stated, Unavailable
from auditor.model.place import CellRef
from auditor.model.policy import Policy
from auditor.model.portfolio import FiledDomain, Said
from auditor.model.text import Message, Text, say
from auditor.model.values import Validity
from auditor.model.verdict import Reason, Severity
from auditor.rules.regulations import FORM_64, PROVIDER_RULES, PROVINCE_RULES

_BOOK = Text("台账", "the book")


@dataclass(frozen=True, slots=True)
class LastDay:
    """The last day of the registration (a Beijing day), who says so, and where."""

    day: date
    source: object
    cells: tuple[CellRef, ...]
    evidence: tuple[Evidence, ...] = ()


def source_of(stated: Stated[date]) -> Message:
    """A source as a sentence names it: kind, server, day of the look-up."""
    evidence = stated.evidence
    seen = evidence.fetched_at.date() if evidence.fetched_at else None
    return say(
        "{source} {server}, {seen}",
        "{source} {server}, {seen}",
        source=evidence.source,
        server=evidence.server,
        seen=seen,
    )


def book_days(domain: FiledDomain) -> tuple[tuple[date, Said], ...]:
    """The expiry days that the book's rows give, most often said first; 长期 is no end of a registration."""
    return tuple(
        (said.value.end, said)
        for said in domain.readable("domain_expiry")
        if isinstance(said.value, Validity) and said.value.end is not None
    )


def last_day(
    domain: FiledDomain, expiries: Expiries | Unavailable, existence: Existence | Unavailable
) -> LastDay | Undecided:
    """The day that counts: registry, then registrar export, then registrar, and the book where nobody else answers.

    An answer that the domain is not registered is no answer on its term: the book's date must not hide it.
    """
    if isinstance(existence, Existence) and existence.confirmed_absent:
        return Undecided(Reason.NOT_FOUND, evidence=existence.absent + existence.nxdomain)
    if isinstance(expiries, Expiries):
        best = expiries.best
        return LastDay(best.value, source_of(best), cells_of(domain, "domain_expiry"), evidence_of(best))
    detail = Message(expiries.detail) if expiries.detail else None
    if expiries.reason is Reason.NOT_FOUND:
        return Undecided(Reason.NOT_FOUND, detail, evidence=expiries.evidence)
    listed = book_days(domain)
    if listed:
        day, _said = listed[0]
        return LastDay(day, _BOOK, cells_of(domain, "domain_expiry"))
    if domain.said("domain_expiry"):
        return _unreadable(domain)
    if domain.has_column("domain_expiry") and expiries.reason is Reason.NO_EVIDENCE:
        return missing(domain, "domain_expiry")
    return Undecided(expiries.reason, detail, evidence=expiries.evidence)


def _unreadable(domain: FiledDomain) -> Undecided:
    said = domain.said("domain_expiry")
    message = say(
        "台账中的域名到期日 {shown} 不是日期",
        "The domain expiry {shown} in the book is no date",
        shown=[one.shown for one in said],
    )
    return Undecided(
        Reason.UNPARSED,
        message,
        observed=said[0].shown,
        cells=tuple(cell for one in said for cell in one.cells),
    )


@check(
    "DOM301",
    title="域名在注册有效期内",
    title_en="The domain's registration has not run out",
    meaning="审计日当天域名注册已过期",
    meaning_en="The registration had run out on the audit date",
    severity=Severity.CRITICAL,
    cites=(PROVIDER_RULES, FORM_64),
    remedy=(
        "立即在注册商处续费或赎回; 宽限期和赎回期随后缀与注册商而异, 错过后任何人都可重新注册",
        "不再使用的, 先注销备案或从备案中移除该域名, 以免被他人抢注后冒用备案",
    ),
    remedy_en=(
        "Renew or redeem it at the registrar at once; grace and redemption differ by suffix and registrar, and afterwards "
        "anybody may register it",
        "Where it is no longer used, cancel the filing or take the domain out of it, so that nobody abuses the record",
    ),
)
def not_expired(
    domain: FiledDomain, expiries: Expiries | Unavailable, existence: Existence | Unavailable, policy: Policy
) -> Iterator[Violation | Undecided | NotApplicable]:
    """The last day still counts; days are Beijing days."""
    found = last_day(domain, expiries, existence)
    if isinstance(found, Undecided):
        yield found
    elif found.day < policy.as_of:
        message = say(
            "域名注册已于 {day} 到期, 距审计日 {past} 天 ({source})",
            "The registration ran out on {day}, {past} days before the audit date ({source})",
            day=found.day,
            past=(policy.as_of - found.day).days,
            source=found.source,
        )
        yield Violation(
            message, expected=say("不早于 {day}", "not before {day}", day=policy.as_of), observed=found.day, cells=found.cells, evidence=found.evidence,
            due=policy.as_of, key=found.day.isoformat(),
        )  # fmt: skip


@check(
    "DOM302",
    title="域名注册剩余有效期充足",
    title_en="The domain's registration does not end soon",
    meaning="域名注册将在 90 天内到期 (45 天内为高, 30 天内为严重); 备案与变更要求剩余有效期, 多数省份为三个月",
    meaning_en="The registration ends within 90 days (high within 45, critical within 30); filings and amendments ask for a "
    "remaining term, three months in most provinces",
    severity=Severity.MEDIUM,
    cites=(PROVIDER_RULES, PROVINCE_RULES),
    remedy="在注册商处续费至少一年, 并开启自动续费; 续费后更新台账中的到期日",
    remedy_en="Renew it at the registrar for a year or longer and switch on automatic renewal; then update the date in the book",
    thresholds=("domain_days",),
    lead_working_days=1,
)
def not_expiring(
    domain: FiledDomain, expiries: Expiries | Unavailable, existence: Existence | Unavailable, policy: Policy
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Windows in calendar days, the last day of each included; an expired domain is DOM301's."""
    found = last_day(domain, expiries, existence)
    if isinstance(found, Undecided):
        yield found
        return
    left = (found.day - policy.as_of).days
    medium, high, critical = policy.thresholds.domain_days
    if left < 0:
        yield NOT_APPLICABLE
    elif left <= medium:
        severity = (
            Severity.CRITICAL if left <= critical else Severity.HIGH if left <= high else Severity.MEDIUM
        )
        message = say(
            "域名注册将于 {day} 到期, 还有 {left} 天 ({source})",
            "The registration ends on {day}, in {left} days ({source})",
            day=found.day,
            left=left,
            source=found.source,
        )
        yield Violation(
            message, expected=None, observed=found.day, cells=found.cells, evidence=found.evidence,
            severity=severity, due=found.day, key=found.day.isoformat(),
        )  # fmt: skip


@check(
    "DOM307",
    title="台账中的域名到期日与注册信息一致",
    title_en="The book's expiry date agrees with the registration",
    meaning="台账写的域名到期日与注册局或注册商给出的相差一天以上",
    meaning_en="The book's expiry date and the one that the registry or registrar gives lie over one day apart",
    severity=Severity.MEDIUM,
    cites=PROVIDER_RULES,
    remedy="以注册局和注册商控制台的日期更正台账; 两者也不一致时以较早的一天安排续费",
    remedy_en="Correct the book after the registry and the registrar's console; where those differ too, plan the renewal by the "
    "earlier day",
    thresholds=("expiry_tolerance_days",),
)
def listed_expiry(
    domain: FiledDomain, expiries: Expiries | Unavailable, policy: Policy
) -> Iterator[Violation | Undecided | NotApplicable]:
    """One day of tolerance: consoles show local days of instants that registries keep in UTC."""
    if not domain.said("domain_expiry"):
        yield missing(domain, "domain_expiry") if domain.has_column("domain_expiry") else NOT_APPLICABLE
        return
    listed = book_days(domain)
    if not listed:
        yield _unreadable(domain)
        return
    if isinstance(expiries, Unavailable):
        detail = Message(expiries.detail) if expiries.detail else None
        yield Undecided(expiries.reason, detail, evidence=expiries.evidence)
        return
    tolerance = policy.thresholds.expiry_tolerance_days
    best = expiries.best
    wrong = [(day, said) for day, said in listed if abs((day - best.value).days) > tolerance]
    if not wrong:
        return
    others = [
        one for one in expiries.stated if any(abs((day - one.value).days) > tolerance for day, _said in wrong)
    ]
    shown = [
        say("{day} ({source})", "{day} ({source})", day=one.value, source=source_of(one)) for one in others
    ]
    days = [day for day, _said in wrong]
    message = say(
        "台账写的域名到期日是 {listed}, 查询结果是 {found}",
        "The book gives the expiry as {listed}, the look-up says {found}",
        listed=days,
        found=shown,
    )
    yield Violation(
        message,
        expected=best.value,
        observed=days[0] if len(days) == 1 else tuple(days),
        cells=tuple(cell for _day, said in wrong for cell in said.cells),
        evidence=evidence_of(*others),
        key="|".join(sorted(day.isoformat() for day in days)),
    )

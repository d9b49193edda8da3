"""OWN203 and OWN206: real-name verification, which only the registrar's own record can tell."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.filing_record import cells_of, missing, said_of
from auditor.checks.related_party import standing
from auditor.checks.runner import evidence_of
from auditor.model.evidence import RealName, RealNameState, Registrants, Statuses, Unavailable
from auditor.model.identity import credit_code_problem
from auditor.model.place import CellRef
from auditor.model.policy import Policy
from auditor.model.portfolio import FiledDomain, Said
from auditor.model.text import Message, Personal, PersonalKind, Text, say
from auditor.model.values import plain
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind
from auditor.rules.certificates import CertificateType, certificate_type
from auditor.rules.regulations import (
    CNNIC_REAL_NAME,
    NOTICE_2017_264_IDENTITY,
    NOTICE_2017_264_OWNER,
    PROVIDER_RULES,
)

_CN_SUFFIXES = ("cn", "xn--fiqs8s", "xn--fiqz9s")
# At the .cn registry these mostly mean that the identity was not verified in time; they do not prove it.
_SIGNS = ("serverhold", "pendingverification")


def is_cn(domain: FiledDomain) -> bool:
    """True for a name of the .cn registry: .cn, .中国, .中國."""
    return domain.name.alabel.rpartition(".")[2] in _CN_SUFFIXES


@check(
    "OWN203",
    title="域名已通过实名认证",
    title_en="The domain is real-name verified",
    meaning="注册商的记录显示域名尚未通过实名认证; 未实名的域名不得解析和接入",
    meaning_en="The registrar's record says that the domain is not real-name verified; such a name may be neither resolved nor "
    "given access",
    severity=Severity.CRITICAL,
    cites=(NOTICE_2017_264_IDENTITY, CNNIC_REAL_NAME),
    remedy=(
        "立即在注册商控制台提交实名认证资料, 审核约 3 至 5 个工作日",
        "认证通过并同步到工信部后 (再约 3 个工作日) 重新导出域名列表, 再提交备案或变更",
    ),
    remedy_en=(
        "Submit the real-name documents at the registrar at once; the review takes 3 to 5 working days",
        "When it has passed and reached the ministry (some 3 working days more), export the domain list again, then submit "
        "a filing or amendment",
    ),
)
def real_name_verified(
    domain: FiledDomain, real_name: RealName | Unavailable, statuses: Statuses | Unavailable
) -> Iterator[Violation | Undecided | NotApplicable]:
    """No public protocol carries the state, and an "ok" status proves nothing: without the registrar it is unknown."""
    if isinstance(real_name, RealName) and real_name.state is not RealNameState.UNKNOWN:
        if real_name.state is RealNameState.VERIFIED:
            return
        evidence = evidence_of(real_name)
        if real_name.state is RealNameState.NOT_VERIFIED:
            message = say(
                "注册商记录的实名认证状态是 {state}",
                "The registrar's record gives the real-name state as {state}",
                state=real_name.raw,
            )
            yield Violation(
                message,
                expected=Text("已实名认证", "verified"),
                observed=real_name.raw,
                cells=cells_of(domain),
                evidence=evidence,
            )
            return
        message = say(
            "实名认证正在审核: {state}", "The identity is under review: {state}", state=real_name.raw
        )
        yield Undecided(Reason.UNCONFIRMED, message, observed=real_name.raw, evidence=evidence)
        return
    signs = _signs(domain, statuses)
    if signs and isinstance(statuses, Statuses):
        message = say(
            "域名状态是 {signs}, 可能未通过实名认证, 需注册商记录确认",
            "The status is {signs}: perhaps not real-name verified; the registrar's record must tell",
            signs=signs,
        )
        yield Undecided(Reason.SUSPECTED, message, observed=tuple(signs), evidence=statuses.evidence)
    elif isinstance(real_name, Unavailable):
        detail = Message(real_name.detail) if real_name.detail else None
        yield Undecided(real_name.reason, detail, evidence=real_name.evidence)
    elif not real_name.raw:
        message = say("注册商记录没有实名认证状态", "The registrar's record gives no real-name state")
        yield Undecided(Reason.NO_EVIDENCE, message, evidence=evidence_of(real_name))
    else:
        message = say(
            "注册商记录的实名认证状态 {state} 无法识别",
            "The real-name state {state} in the registrar's record is not recognised",
            state=real_name.raw,
        )
        yield Undecided(Reason.UNPARSED, message, observed=real_name.raw, evidence=evidence_of(real_name))


def _signs(domain: FiledDomain, statuses: Statuses | Unavailable) -> list[str]:
    if isinstance(statuses, Unavailable) or not is_cn(domain):
        return []
    return sorted(code for code in statuses.codes if plain(code) in _SIGNS)


@check(
    "OWN206",
    title="域名实名证件号码与备案主体证件号码一致",
    title_en="The certificate behind the real-name record is the entity's",
    meaning="注册商实名记录的证件号码与备案主体的不同; 号码相同而证件类型不同时仅为低",
    meaning_en="The certificate number in the registrar's real-name record differs from the entity's; the same number under "
    "another type of certificate weighs only low",
    severity=Severity.HIGH,
    cites=(NOTICE_2017_264_OWNER, PROVIDER_RULES),
    remedy=(
        "在注册商处用备案主体现行证件重新实名认证",
        "若备案仍用旧证件 (如三证合一前的注册号或组织机构代码证), 先变更备案主体证件",
    ),
    remedy_en=(
        "Verify the domain again at the registrar with the entity's present certificate",
        "Where the filing still carries an old certificate (a registration number or organisation code from before the "
        "unified code), amend the entity's certificate first",
    ),
)
def real_name_certificate(
    domain: FiledDomain, real_name: RealName, registrants: Registrants | Unavailable, policy: Policy
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Name, type and number are compared on submission; the number weighs more than the type it stands under."""
    if (
        isinstance(registrants, Registrants)
        and standing(registrants.best.value, domain, policy.aliases).is_related
    ):
        # A related party holds the domain with a certificate of its own: OWN202 speaks.
        yield NOT_APPLICABLE
        return
    evidence = evidence_of(real_name)
    observed = real_name.certificate_number
    if not observed or not plain(observed):
        message = say("注册商记录没有证件号码", "The registrar's record gives no certificate number")
        yield Undecided(Reason.NO_EVIDENCE, message, evidence=evidence)
        return
    if "*" in plain(observed):
        message = say(
            "注册商记录的证件号码被遮盖", "The certificate number in the registrar's record is masked"
        )
        yield Undecided(Reason.WITHHELD, message, evidence=evidence)
        return
    known = _numbers_on_record(domain)
    readable = [one for one in known if one.readable]
    if not readable:
        yield missing(domain, "entity_certificate_number")
        return
    if all("*" in plain(one.shown) for one in readable):
        message = say("台账中的主体证件号码被遮盖", "The entity's certificate number in the book is masked")
        yield Undecided(Reason.WITHHELD, message, evidence=evidence)
        return
    expected = readable[0].shown
    cells = cells_of(domain, "entity_certificate_number")
    shown, wanted = _shown(domain, observed), _shown(domain, expected)
    if _number(observed) in {_number(one.shown) for one in readable}:
        yield from _type_differs(domain, real_name, cells)
    elif any(_is_organisation_code(observed, one.shown) for one in readable):
        message = say(
            "实名记录的证件号码 {observed} 是备案主体信用代码 {expected} 中的组织机构代码, 证件已换发",
            "The real-name record's number {observed} is the organisation code inside the entity's credit code {expected}: "
            "the certificate has since been replaced",
            observed=shown,
            expected=wanted,
        )
        yield Violation(message, wanted, shown, cells, evidence, Severity.LOW, key="type")
    else:
        message = say(
            "备案主体证件号码是 {expected}, 域名实名记录是 {observed}",
            "The entity's certificate number is {expected}, the real-name record has {observed}",
            expected=wanted,
            observed=shown,
        )
        yield Violation(message, wanted, shown, cells, evidence)


def _numbers_on_record(domain: FiledDomain) -> list[Said]:
    """The entity's certificate numbers; an individual's may stand only in the leader's column."""
    found = list(said_of(domain, "entity_certificate_number"))
    for entity in domain.entities:
        if entity.kind is EntityKind.INDIVIDUAL and entity.leader is not None:
            found.extend(entity.leader.said("id_number"))
    return found


def _number(text: str) -> str:
    return plain(text).replace("-", "")


def _is_organisation_code(one: str, other: str) -> bool:
    """True where one is the nine-character organisation code that positions 9 to 17 of the other hold (GB 32100)."""
    short, long = sorted((_number(one), _number(other)), key=len)
    return len(short) == 9 and len(long) == 18 and long[8:17] == short


def _shown(domain: FiledDomain, number: str) -> object:
    """A number as a message may show it: masked where it is, or may be, a person's."""
    individual = any(entity.kind is EntityKind.INDIVIDUAL for entity in domain.entities)
    if individual or credit_code_problem(_number(number).upper()) is not None:
        return Personal(PersonalKind.ID_NUMBER, number)
    return number


def _type_differs(
    domain: FiledDomain, real_name: RealName, cells: tuple[CellRef, ...]
) -> Iterator[Violation | Undecided | NotApplicable]:
    listed = [one for one in said_of(domain, "entity_certificate_type") if one.readable]
    known = {found for one in listed if (found := certificate_type(one.shown)) is not None}
    observed = certificate_type(real_name.certificate_type) if real_name.certificate_type else None
    if not known or observed is None or observed in known or CertificateType.OTHER in (observed, *known):
        return
    message = say(
        "证件号码一致, 但备案的证件类型是 {expected}, 域名实名记录是 {observed}",
        "The number is the same, but the filing names the certificate {expected}, the real-name record {observed}",
        expected=listed[0].shown,
        observed=observed.text,
    )
    yield Violation(
        message,
        expected=listed[0].shown,
        observed=real_name.certificate_type,
        cells=(*cells, *(cell for one in listed[:1] for cell in one.cells[:1])),
        evidence=evidence_of(real_name),
        severity=Severity.LOW,
        key="type",
    )

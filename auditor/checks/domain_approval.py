"""DOM305, DOM306 and DOM309: the suffix and the registrar, after the ministry's dated lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.filing_record import cells_of, missing
from auditor.checks.runner import evidence_of
from auditor.model.evidence import RegistrarNames, Unavailable
from auditor.model.portfolio import FiledDomain
from auditor.model.text import Message, Text, say
from auditor.model.values import plain
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind
from auditor.rules.load import RuleData
from auditor.rules.registrars import RegistrarRow, RegistrarStatus
from auditor.rules.regulations import GOV_APPS, NOTICE_2017_264_IDENTITY, NOTICE_2018_7, ORDER_43_APPROVAL
from auditor.rules.tlds import TldStatus


@check(
    "DOM305",
    title="顶级域可以备案",
    title_en="The suffix can be filed",
    meaning="域名后缀在带日期的未获批准名单上; 两份名单都没有的为无法判定",
    meaning_en="The suffix is on the dated list of suffixes that are not approved; one on neither list is unknown",
    severity=Severity.HIGH,
    cites=(NOTICE_2018_7, ORDER_43_APPROVAL),
    remedy=(
        "到 domain.miit.gov.cn 核实后缀是否已获批准; 未获批准的, 服务改用已批准后缀的域名另行备案",
        "注意: 这类域名的备案一旦注销便无法再次备案, 损失不可挽回; 改用新域名之前不要注销",
    ),
    remedy_en=(
        "Look up the suffix at domain.miit.gov.cn; where it is not approved, file the service under a domain with an approved one",
        "Mind: a filing under such a suffix cannot be had again once cancelled, the loss is irreversible; do not cancel it before "
        "the service has moved",
    ),
)
def suffix_approved(domain: FiledDomain, rules: RuleData) -> Iterator[Violation | Undecided | NotApplicable]:
    """The longest suffix on the list decides: .org.cn is approved, .org is not."""
    status, row = rules.tlds.status(domain.name.ulabel)
    if status is TldStatus.APPROVED:
        return
    suffix = "." + (row.tld if row else domain.name.ulabel.rpartition(".")[2])
    if status is TldStatus.NOT_APPROVED and row is not None:
        message = say(
            "{suffix} 不在工信部批准的后缀之列 (截至 {as_of}); 现有备案一旦注销无法恢复",
            "{suffix} is not among the suffixes that the ministry approved (as of {as_of}); an existing filing cannot be had again "
            "once cancelled",
            suffix=suffix,
            as_of=row.as_of or None,
        )
        yield Violation(message, observed=suffix, cells=cells_of(domain))
    else:
        message = say(
            "{suffix} 是否获批, 名单未收录",
            "The lists do not tell whether {suffix} is approved",
            suffix=suffix,
        )
        yield Undecided(Reason.NO_RULE_DATA, message, observed=suffix, cells=cells_of(domain))


_IANA = re.compile(r"^IANA\s+(\d{1,9})$", re.IGNORECASE)


@check(
    "DOM306",
    title="域名注册服务机构已获批准",
    title_en="The registrar is approved by the ministry",
    meaning="注册商未经工信部批准; 名单上没有的注册商为无法判定",
    meaning_en="The registrar is not approved by the ministry; one on no list is unknown",
    severity=Severity.HIGH,
    cites=(ORDER_43_APPROVAL, NOTICE_2017_264_IDENTITY),
    remedy="把域名转入工信部批准的注册商并完成实名认证 (注册、转移或过户后 60 天内通常不能转移)",
    remedy_en="Transfer the domain to an approved registrar and verify its identity there (usually barred within 60 days of a "
    "registration, transfer or change of holder)",
)
def registrar_approved(
    domain: FiledDomain, registrars: RegistrarNames | Unavailable, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """The best source whose registrar the list decides.

    Where no source answers, the book's own column may accuse, but it does not acquit: nobody has confirmed it.
    """
    if isinstance(registrars, Unavailable):
        named = domain.text("registrar")
        if registrars.reason is Reason.NOT_FOUND or named is None:
            detail = Message(registrars.detail) if registrars.detail else None
            yield Undecided(registrars.reason, detail, evidence=registrars.evidence)
            return
        candidates = [(named, evidence_of())]
    else:
        candidates = [(one.value, evidence_of(one)) for one in registrars.stated]
    for name, evidence in candidates:
        status, row = _registrar_status(name, rules)
        if status is RegistrarStatus.APPROVED:
            if isinstance(registrars, Unavailable):
                yield _unconfirmed(domain, name, registrars)
            return
        if status is RegistrarStatus.NOT_APPROVED:
            shown = row.name if row and _IANA.match(name) else name
            message = say(
                "注册商 {registrar} 不在工信部批准的域名注册服务机构之列",
                "The registrar {registrar} is not among those that the ministry approved",
                registrar=shown,
            )
            yield Violation(message, None, shown, cells_of(domain, "registrar"), evidence, key=plain(shown))
            return
    name, evidence = candidates[0]
    message = say(
        "注册商 {registrar} 是否获批, 名单未收录",
        "The list does not tell whether the registrar {registrar} is approved",
        registrar=name,
    )
    yield Undecided(Reason.NO_RULE_DATA, message, None, name, cells_of(domain, "registrar"), evidence)


def _unconfirmed(domain: FiledDomain, name: str, registrars: Unavailable) -> Undecided:
    message = say(
        "台账写的注册商 {registrar} 已获批准, 但没有来源证实 ({reason})",
        "The book names the registrar {registrar}, which is approved, but no source confirms it ({reason})",
        registrar=name,
        reason=registrars.reason.text,
    )
    cells = cells_of(domain, "registrar")
    return Undecided(registrars.reason, message, None, name, cells, registrars.evidence)


def _registrar_status(name: str, rules: RuleData) -> tuple[RegistrarStatus, RegistrarRow | None]:
    by_id = _IANA.match(name.strip())
    return rules.registrars.status(None, int(by_id.group(1))) if by_id else rules.registrars.status(name)


# Suffixes by kind of entity, in A-label form; 政务.cn and 公益.cn are the same registry's names under .cn.
_ASKED: dict[EntityKind, tuple[tuple[str, ...], Text]] = {
    EntityKind.GOVERNMENT: (
        ("gov.cn", "xn--zfr164b", "xn--zfr164b.cn"),
        Text(".gov.cn 或 .政务", ".gov.cn or .政务"),
    ),
    EntityKind.PUBLIC_INSTITUTION: (("cn", "xn--55qw42g"), Text(".cn 或 .公益", ".cn or .公益")),
}


@check(
    "DOM309",
    title="机关、事业单位使用规定的域名后缀",
    title_en="Government bodies and public institutions use the suffixes asked of them",
    meaning="党政机关的域名不是 .gov.cn 或 .政务, 或事业单位的域名不是 .cn 或 .公益",
    meaning_en="A government body's domain is not under .gov.cn or .政务, or a public institution's not under .cn or .公益",
    severity=Severity.MEDIUM,
    cites=GOV_APPS,
    remedy="改用规定后缀的域名并备案; 主办单位性质写错的, 更正台账",
    remedy_en="Move to a domain under the suffix asked for and file it; where the kind of entity is wrong, correct the book",
)
def public_suffix(domain: FiledDomain) -> Iterator[Violation | Undecided | NotApplicable]:
    """Which suffix depends on what the entity is; without its kind nothing can be said."""
    entity = domain.entity
    if entity is None or entity.kind is None:
        yield missing(domain, "entity_kind")
        return
    if entity.kind not in _ASKED:
        yield NOT_APPLICABLE
        return
    suffixes, asked = _ASKED[entity.kind]
    name = domain.name.alabel
    if any(name == suffix or name.endswith("." + suffix) for suffix in suffixes):
        return
    message = say(
        "{entity} 是{kind}, 应使用 {asked}, 备案域名是 {domain}",
        "{entity} is a {kind} and should use {asked}; the domain filed is {domain}",
        entity=entity.name or entity.key,
        kind=entity.kind,
        asked=asked,
        domain=domain.name.ulabel,
    )
    yield Violation(message, asked, domain.name.ulabel, cells_of(domain, "entity_kind"))

"""Checks on a responsible person's mobile, emergency phone and e-mail address (PER503–505)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks.check import NotApplicable, Undecided, Violation, check
from auditor.checks.person_identity import (
    Phone,
    addresses,
    cells_of,
    field_cells,
    hidden,
    phone_numbers,
    phones,
    undecided_value,
)
from auditor.model.evidence import Dossier, Evidence
from auditor.model.identity import is_email, is_mobile, is_phone
from auditor.model.portfolio import Person, Said
from auditor.model.text import Message, Personal, PersonalKind, Text, say
from auditor.model.verdict import Reason, Severity
from auditor.rules.regulations import (
    FORM_64,
    GUIDE,
    ORDER_33_TRUTHFUL,
    PROVIDER_RULES,
    SMS_CHECK,
)


def _secret(kind: PersonalKind, values: list[str]) -> tuple[Personal, ...]:
    return tuple(Personal(kind, value) for value in values)


def _told(faulty: list[Phone]) -> tuple[Personal, ...]:
    return _secret(PersonalKind.PHONE, list(dict.fromkeys(one.shown for one in faulty)))


@check(
    "PER503",
    title="负责人手机号码有效",
    title_en="The responsible person's mobile number is valid",
    meaning="手机号码不是中国内地 11 位手机号码",
    meaning_en="The mobile number is not an 11-digit mainland mobile number",
    severity=Severity.HIGH,
    cites=(SMS_CHECK, ORDER_33_TRUTHFUL),
    remedy="改填本人正在使用的内地 11 位手机号码, 并变更备案",
    remedy_en="Give the person's own 11-digit mainland mobile number in use, and amend the filing",
)
def mobile_is_valid(person: Person) -> Iterator[Violation | Undecided | NotApplicable]:
    """The ministry's SMS goes to this number: 11 digits, 13x to 19x."""
    wrong = [one for one in phones(person, "mobile") if not is_mobile(one.number) and not one.masked]
    if wrong:
        yield Violation(
            say("手机号码 {number} 无效", "The mobile number {number} is not valid", number=_told(wrong)),
            expected=Text("内地 11 位手机号码", "an 11-digit mainland mobile number"),
            observed=_told(wrong),
            cells=cells_of([one.said for one in wrong]),
        )
    if hidden(person, "mobile") or not person.said("mobile"):
        yield undecided_value(person, "mobile")


@check(
    "PER504",
    title="应急电话有效且不同于手机号码",
    title_en="The emergency phone is valid and differs from the mobile",
    meaning="应急电话未填、无效, 或就是本人手机号码",
    meaning_en="The emergency phone is missing, not valid, or the mobile itself",
    severity=Severity.MEDIUM,
    cites=(GUIDE, PROVIDER_RULES),
    remedy="填写另一个随时可以接通的应急电话, 不得与本人手机号码相同",
    remedy_en="Give another phone that is answered at any time and is not the person's own mobile",
)
def emergency_phone_is_another(person: Person) -> Iterator[Violation | Undecided | NotApplicable]:
    """Two ways to reach a person are asked for; one number in both places is one way."""
    given = phones(person, "emergency_phone")
    if not person.said("emergency_phone"):
        if person.has_column("emergency_phone"):
            yield Violation(
                say("未填应急电话", "No emergency phone is given"),
                expected=Text("一个与手机不同的号码", "a number other than the mobile"),
                cells=field_cells(person, "emergency_phone"),
            )
        else:
            yield undecided_value(person, "emergency_phone")
        return
    mobiles = phone_numbers(person, "mobile")
    invalid = [
        one for one in given if not is_phone(one.shown) and not is_phone(one.number) and not one.masked
    ]
    same = [one for one in given if one.number in mobiles]
    if invalid or same:
        said = [one.said for one in (*invalid, *same)]
        own = [one.said for one in phones(person, "mobile") if one.number in {other.number for other in same}]
        yield Violation(
            _emergency_message(invalid, same),
            expected=Text("一个与手机不同的有效号码", "a valid number other than the mobile"),
            observed=_told([*invalid, *same]),
            cells=cells_of([*said, *own]),
        )
    if hidden(person, "emergency_phone"):
        yield undecided_value(person, "emergency_phone")
    if hidden(person, "mobile") or not person.said("mobile"):
        yield undecided_value(person, "mobile")
    elif not mobiles:
        message = say(
            "手机号码无效, 无法与应急电话比对",
            "The mobile number is not valid, so the two cannot be compared",
        )
        yield Undecided(Reason.UNPARSED, message, cells=field_cells(person, "mobile"))


def _emergency_message(invalid: list[Phone], same: list[Phone]) -> Message:
    if invalid and same:
        return say(
            "应急电话 {number} 无效; {own} 与本人手机号码相同",
            "The emergency phone {number} is not valid; {own} is the person's own mobile",
            number=_told(invalid), own=_told(same),
        )  # fmt: skip
    if invalid:
        return say(
            "应急电话 {number} 无效", "The emergency phone {number} is not valid", number=_told(invalid)
        )
    return say(
        "应急电话 {own} 与本人手机号码相同",
        "The emergency phone {own} is the person's own mobile",
        own=_told(same),
    )


def mail_domain(address: str) -> str:
    """The domain of an e-mail address as lower-case A-label; "" where it cannot be written as one."""
    host = address.strip().rpartition("@")[2].rstrip(".").lower()
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _is_address(address: str) -> bool:
    local, _at, host = address.strip().rpartition("@")
    ascii_host = mail_domain(address)
    return bool(host and ascii_host) and is_email(f"{local}@{ascii_host}")


@check(
    "PER505",
    title="负责人电子邮箱可用",
    title_en="The responsible person's e-mail address can be used",
    meaning="电子邮箱写法无效, 或其域名既无 MX 记录也无地址记录",
    meaning_en="The e-mail address is not valid, or its domain has neither an MX nor an address record",
    severity=Severity.MEDIUM,
    cites=(GUIDE, FORM_64),
    remedy="改填可以收信的邮箱地址, 并变更备案",
    remedy_en="Give an address that receives mail, and amend the filing",
)
def email_can_receive(person: Person, dossier: Dossier) -> Iterator[Violation | Undecided | NotApplicable]:
    """Syntax by the book; whether the host receives, only where mail hosts were looked up (RFC 5321 5.1, RFC 7505)."""
    wrong: dict[str, Said] = {}
    dead: dict[str, Said] = {}
    open_: dict[Reason, dict[str, Said]] = {}
    seen: list[Evidence] = []
    tried: list[Evidence] = []
    for address, said in addresses(person):
        host = dossier.mail_hosts.get(mail_domain(address))
        if not _is_address(address):
            wrong[address] = said
        elif host is not None and host.receives is False:
            dead[address] = said
            seen.extend(host.evidence)
        elif dossier.mail_hosts and (host is None or host.receives is None):
            reason = (host.reason if host else None) or Reason.NO_EVIDENCE
            open_.setdefault(reason, {})[address] = said
            tried.extend(host.evidence if host and host.reason else ())
    if wrong or dead:
        values = {
            "address": _secret(PersonalKind.EMAIL, [*wrong]),
            "dead": _secret(PersonalKind.EMAIL, [*dead]),
        }
        parts = []
        if wrong:
            parts.append(Text("电子邮箱 {address} 写法无效", "The e-mail address {address} is not valid"))
        if dead:
            parts.append(Text("{dead} 的域名不能收信", "the domain of {dead} cannot receive mail"))
        text = Text("; ".join(part.zh for part in parts), "; ".join(part.en for part in parts))
        yield Violation(
            Message(text, values),
            expected=Text("可以收信的邮箱", "an address that receives mail"),
            observed=_secret(PersonalKind.EMAIL, [*wrong, *dead]),
            cells=cells_of([*wrong.values(), *dead.values()]),
            evidence=tuple(dict.fromkeys(seen)),
        )
    # What was asked in vain is told before what nobody asked.
    for reason, own in sorted(open_.items(), key=lambda one: (one[0] is Reason.NO_EVIDENCE, one[0])):
        yield Undecided(
            reason,
            say("{host} 能否收信没有查到", "Whether {host} receives mail is not known",
                host=tuple(sorted({mail_domain(one) for one in own}))),
            cells=cells_of(own.values()),
            evidence=tuple(dict.fromkeys(tried)) if reason is not Reason.NO_EVIDENCE else (),
        )  # fmt: skip
    if hidden(person, "email") or not person.said("email"):
        yield undecided_value(person, "email")


CHECKS = (mobile_is_valid, emergency_phone_is_another, email_can_receive)

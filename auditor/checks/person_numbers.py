"""Checks on what a responsible person gives: ID number, age, mobile, emergency phone, e-mail (PER501–505)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks.check import NOT_APPLICABLE, Undecided, Violation, Yielded, check
from auditor.checks.person_identity import (
    Phone,
    cells_of,
    field_cells,
    looks_foreign,
    phone_numbers,
    phones,
    shows_resident_card,
    undecided_value,
    unread,
)
from auditor.model.evidence import Dossier, Evidence
from auditor.model.identity import age_on, birth_date, id_number_problem, is_email, is_mobile, is_phone
from auditor.model.policy import Policy
from auditor.model.portfolio import Person, Said
from auditor.model.text import Message, Personal, PersonalKind, Text, say
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind
from auditor.rules.load import RuleData
from auditor.rules.regulations import GB_11643, MIIT_33_TRUTH, MIIT_64

_ID_PROBLEMS = {
    "first_generation": Text("是 15 位第一代号码, 已停用", "is a 15-digit first-generation number, no longer in use"),
    "length": Text("不是 18 位", "does not have 18 characters"),
    "characters": Text("含有不该出现的字符", "holds characters that cannot stand there"),
    "date": Text("其中的出生日期不存在或晚于审计日", "holds a birth date that does not exist or lies ahead"),
    "check": Text("校验位不对", "has a wrong check digit"),
}


def _secret(kind: PersonalKind, values: list[str]) -> tuple[Personal, ...]:
    return tuple(Personal(kind, value) for value in values)


def _number(said: Said) -> str:
    return str(said.value).strip().upper()


def _id_problem(number: str, policy: Policy) -> str | None:
    problem = id_number_problem(number)
    born = birth_date(number)
    if problem is None and born is not None and born > policy.as_of:
        return "date"
    return problem


@check(
    "PER501",
    title="负责人身份证号码符合国家标准",
    title_en="The responsible person's ID number follows the national standard",
    meaning="居民身份证号码的位数、字符、出生日期或校验位不符合 GB 11643, 或仍是 15 位旧号码",
    meaning_en="A resident ID number breaks GB 11643 in length, characters, birth date or check digit, or still has 15 digits",
    severity=Severity.HIGH,
    cites=(GB_11643, MIIT_33_TRUTH),
    remedy="对照证件原件更正身份证号码, 15 位旧号码须换领新证后变更备案",
    remedy_en="Correct the ID number from the card itself; a 15-digit number needs a new card and an amendment",
)
def id_number_is_valid(person: Person, policy: Policy) -> Iterator[Yielded]:
    """Every number of a resident ID card must stand the test of GB 11643; other papers have other numbers."""
    if shows_resident_card(person) is False:
        yield NOT_APPLICABLE
        return
    wrong: list[tuple[Said, str, str]] = []
    foreign: list[Said] = []
    for said in person.readable("id_number"):
        number = _number(said)
        if shows_resident_card(person) is None and looks_foreign(number):
            foreign.append(said)
        elif problem := _id_problem(number, policy):
            wrong.append((said, number, problem))
    if wrong:
        yield Violation(
            say("身份证号码 {number} {why}", "The ID number {number} {why}",
                number=_secret(PersonalKind.ID_NUMBER, [number for _said, number, _why in wrong]),
                why=tuple(dict.fromkeys(_ID_PROBLEMS[why] for _said, _number, why in wrong))),
            expected=Text("符合 GB 11643 的 18 位号码", "an 18-character number by GB 11643"),
            observed=_secret(PersonalKind.ID_NUMBER, [number for _said, number, _why in wrong]),
            cells=cells_of([said for said, _number, _why in wrong]),
        )  # fmt: skip
    if foreign:
        yield Undecided(
            Reason.MISSING_VALUE,
            say("号码 {number} 像护照或通行证号码, 但未填证件类型",
                "{number} looks like a passport or permit number, but the certificate type is not given",
                number=_secret(PersonalKind.ID_NUMBER, [_number(said) for said in foreign])),
            cells=cells_of(foreign),
        )  # fmt: skip
    if unread(person, "id_number") or not person.said("id_number"):
        yield undecided_value(person, "id_number")


@check(
    "PER502",
    title="负责人已达到规定年龄",
    title_en="The responsible person is old enough",
    meaning="按身份证号码中的出生日期, 负责人在审计日未满策略规定的年龄",
    meaning_en="By the birth date in the ID number the person is under the policy's age on the audit date",
    severity=Severity.HIGH,
    cites=(MIIT_64,),
    remedy="更换为达到年龄要求的负责人; 当地管局允许未成年人办理的, 按其要求备齐证明",
    remedy_en="Name a person who is old enough; where the Administration admits minors, have the proof that it asks for ready",
    thresholds=("minimum_age",),
)
def person_is_of_age(person: Person, policy: Policy, rules: RuleData) -> Iterator[Yielded]:
    """The office's minimum age holds; what the province is known to ask for is told beside it."""
    minimum = policy.thresholds.minimum_age
    resident = shows_resident_card(person)
    if resident is False:
        yield Undecided(
            Reason.MISSING_VALUE,
            say("证件不是居民身份证, 台账没有出生日期", "The papers are no resident ID card and the book gives no birth date"),
            cells=field_cells(person, "id_type", "id_number"),
        )
        return
    young: list[tuple[Said, int]] = []
    broken: list[Said] = []
    for said in person.readable("id_number"):
        number = _number(said)
        born = birth_date(number)
        if _id_problem(number, policy) or born is None:
            broken.append(said)
        elif (age := age_on(born, policy.as_of)) < minimum:
            young.append((said, age))
    if young:
        yield Violation(
            _too_young(person, young, minimum, rules),
            expected=minimum,
            observed=tuple(age for _said, age in young) if len(young) > 1 else young[0][1],
            cells=cells_of([said for said, _age in young]),
        )
    if broken:
        yield Undecided(
            Reason.UNPARSED,
            say("身份证号码有误, 无法算出年龄", "The ID number is wrong, so the age cannot be worked out"),
            cells=cells_of(broken),
        )
    if unread(person, "id_number") or not person.said("id_number"):
        yield undecided_value(person, "id_number")


def _too_young(person: Person, young: list[tuple[Said, int]], minimum: int, rules: RuleData) -> Message:
    values: dict[str, object] = {
        "number": _secret(PersonalKind.ID_NUMBER, [_number(said) for said, _age in young]),
        "age": tuple(age for _said, age in young),
        "minimum": minimum,
    }
    province = rules.provinces.by_icp(person.entity.province) if person.entity else None
    local = None
    if province is not None and person.entity is not None:
        individual = person.entity.kind is EntityKind.INDIVIDUAL
        local = province.minimum_age_individual if individual else province.minimum_age
    if province is None or local is None or local == minimum:
        return say("{number} 在审计日 {age} 岁, 未满 {minimum} 岁", "{number} is {age} on the audit date, under {minimum}", **values)
    return say(
        "{number} 在审计日 {age} 岁, 未满 {minimum} 岁 ({province}参考要求为 {local} 岁)",
        "{number} is {age} on the audit date, under {minimum} ({province} is reported to ask for {local})",
        **values, province=province.name, local=local,
    )  # fmt: skip


def _told(faulty: list[Phone]) -> tuple[Personal, ...]:
    return _secret(PersonalKind.PHONE, list(dict.fromkeys(one.shown for one in faulty)))


@check(
    "PER503",
    title="负责人手机号码有效",
    title_en="The responsible person's mobile number is valid",
    meaning="手机号码不是中国内地 11 位手机号码",
    meaning_en="The mobile number is not an 11-digit mainland mobile number",
    severity=Severity.HIGH,
    cites=(MIIT_64, MIIT_33_TRUTH),
    remedy="改填本人正在使用的内地 11 位手机号码, 并变更备案",
    remedy_en="Give the person's own 11-digit mainland mobile number in use, and amend the filing",
)
def mobile_is_valid(person: Person) -> Iterator[Yielded]:
    """The ministry's SMS goes to this number: 11 digits, 13x to 19x."""
    wrong = [one for one in phones(person, "mobile") if not is_mobile(one.number)]
    if wrong:
        yield Violation(
            say("手机号码 {number} 无效", "The mobile number {number} is not valid", number=_told(wrong)),
            expected=Text("内地 11 位手机号码", "an 11-digit mainland mobile number"),
            observed=_told(wrong),
            cells=cells_of([one.said for one in wrong]),
        )
    if unread(person, "mobile") or not person.said("mobile"):
        yield undecided_value(person, "mobile")


@check(
    "PER504",
    title="应急电话有效且不同于手机号码",
    title_en="The emergency phone is valid and differs from the mobile",
    meaning="应急电话未填、无效, 或就是本人手机号码",
    meaning_en="The emergency phone is missing, not valid, or the mobile itself",
    severity=Severity.MEDIUM,
    cites=(MIIT_64,),
    remedy="填写另一个随时可以接通的应急电话, 不得与本人手机号码相同",
    remedy_en="Give another phone that is answered at any time and is not the person's own mobile",
)
def emergency_phone_is_another(person: Person) -> Iterator[Yielded]:
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
    invalid = [one for one in given if not is_phone(one.shown) and not is_phone(one.number)]
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
    if unread(person, "emergency_phone"):
        yield undecided_value(person, "emergency_phone")
    if not mobiles:
        yield undecided_value(person, "mobile") if not person.readable("mobile") else Undecided(
            Reason.UNPARSED,
            say("手机号码无效, 无法与应急电话比对", "The mobile number is not valid, so the two cannot be compared"),
            cells=field_cells(person, "mobile"),
        )


def _emergency_message(invalid: list[Phone], same: list[Phone]) -> Message:
    if invalid and same:
        return say(
            "应急电话 {number} 无效; {own} 与本人手机号码相同",
            "The emergency phone {number} is not valid; {own} is the person's own mobile",
            number=_told(invalid), own=_told(same),
        )  # fmt: skip
    if invalid:
        return say("应急电话 {number} 无效", "The emergency phone {number} is not valid", number=_told(invalid))
    return say("应急电话 {own} 与本人手机号码相同", "The emergency phone {own} is the person's own mobile", own=_told(same))


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
    cites=(MIIT_64,),
    remedy="改填可以收信的邮箱地址, 并变更备案",
    remedy_en="Give an address that receives mail, and amend the filing",
)
def email_can_receive(person: Person, dossier: Dossier) -> Iterator[Yielded]:
    """Syntax by the book; whether the host receives, only where mail hosts were looked up (RFC 5321 5.1, RFC 7505)."""
    wrong: list[Said] = []
    dead: list[Said] = []
    open_: list[Said] = []
    seen: list[Evidence] = []
    for said in person.readable("email"):
        address = str(said.value)
        host = dossier.mail_hosts.get(mail_domain(address))
        if not _is_address(address):
            wrong.append(said)
        elif host is not None and host.receives is False:
            dead.append(said)
            seen.extend(host.evidence)
        elif dossier.mail_hosts and (host is None or host.receives is None):
            open_.append(said)
    if wrong or dead:
        values = {
            "address": _secret(PersonalKind.EMAIL, [one.shown for one in wrong]),
            "dead": _secret(PersonalKind.EMAIL, [one.shown for one in dead]),
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
            observed=_secret(PersonalKind.EMAIL, [one.shown for one in (*wrong, *dead)]),
            cells=cells_of([*wrong, *dead]),
            evidence=tuple(dict.fromkeys(seen)),
        )
    if open_:
        yield Undecided(
            Reason.NO_EVIDENCE,
            say("{host} 能否收信没有查到", "Whether {host} receives mail is not known",
                host=tuple(sorted({mail_domain(str(one.value)) for one in open_}))),
            cells=cells_of(open_),
        )  # fmt: skip
    if unread(person, "email") or not person.said("email"):
        yield undecided_value(person, "email")


CHECKS = (id_number_is_valid, person_is_of_age, mobile_is_valid, emergency_phone_is_another, email_can_receive)

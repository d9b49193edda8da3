"""A WHOIS answer in its order of trust: the domain's data first, then the registry's exact templates, else unread."""

from __future__ import annotations

import re

from auditor.evidence.answer import Answer, Registration, unread
from auditor.evidence.hostnames import alabel, same_name
from auditor.evidence.keyvalue import text_lines
from auditor.evidence.servers import NOT_THE_REGISTRY, Authorities
from auditor.evidence.statuses import known_codes
from auditor.evidence.times import beijing_day
from auditor.evidence.whois_cnnic import read_cnnic
from auditor.evidence.whois_gtld import read_gtld
from auditor.evidence.whois_tail import Record, TailReader
from auditor.evidence.withheld import holder, name_part
from auditor.model.evidence import Outcome
from auditor.model.text import Text
from auditor.rules.registries import Registry

CNNIC_SUFFIXES = ("cn", "中国", "中國")
# A refusal in words that no template lists. It only ever turns "could not be read" into "ask again more slowly".
_REFUSAL = re.compile(
    r"(?i)quota exceeded|limit (?:exceeded|reached)|exceeded .{0,40}(?:quota|limit)|too (?:fast|many (?:requests|queries))"
    r"|try again (?:later|after)|rate.?limit|access (?:is )?(?:temporarily )?(?:denied|blocked)|lookup refused|查询过于频繁|请稍后"
)
_SHORT = 2000
_SISTER = Text(
    "与同一运营者其他后缀的“未注册”应答相同, 但该后缀未经证实",
    "the same words mean “not registered” at the operator's other TLDs, but that is not confirmed for this one",
)
_TAIL_TEXT = {
    "hung": Text("解析超时, 已中止", "reading it took too long and was stopped"),
    "crashed": Text("解析程序崩溃", "the parser crashed on it"),
    "failed": Text("通用解析器无法识别", "the general parser could not read it"),
    "too_long": Text("应答过长", "the answer is too long"),
    "given_up": Text("此前多次解析超时, 不再尝试", "not tried: too many answers before it hung the parser"),
}


def read_whois(
    domain: str, server: str, text: str, authorities: Authorities, tail: TailReader | None
) -> Answer:
    """Read the text that a WHOIS server gave for a domain (U-label). tail: None leaves the long tail unread."""
    if not text.strip():
        return unread("应答为空", "the answer is empty")
    registry = authorities.registry(domain)
    at_registry = authorities.speaks_whois(domain, server)
    zone = registry.time_zone if registry else "UTC"
    answer: Answer | None = None
    if domain.rpartition(".")[2] in CNNIC_SUFFIXES and (
        registry is None or registry.suffix in CNNIC_SUFFIXES
    ):
        answer = read_cnnic(domain, text)
    else:
        answer = read_gtld(domain, text, at_registry=at_registry, zone=zone)
    if answer is not None:
        return answer
    answer = _template(domain, text, registry, at_registry)
    if answer is not None:
        return answer
    if len(text) <= _SHORT and _REFUSAL.search(text):
        return Answer(Outcome.THROTTLED)
    if text.lstrip()[:1] == "<":
        return unread("应答是网页, 不是 WHOIS 文本", "the answer is a web page, no WHOIS text")
    if tail is not None and _may_name(domain, text):
        return _from_tail(domain, text, zone, at_registry, tail)
    return unread("不是可识别的 WHOIS 应答", "no WHOIS answer that could be recognised")


def _template(domain: str, text: str, registry: Registry | None, at_registry: bool) -> Answer | None:
    """Match the first line that is no remark against the registry's exact words."""
    if registry is None:
        return None
    line = next((line for line in text_lines(text) if line and line[0] not in "%#>"), "")
    line = " ".join(line.split())
    for templates, outcome in (
        (registry.throttled, Outcome.THROTTLED),
        (registry.refused, Outcome.REFUSED),
        (registry.reserved, Outcome.RESERVED),
        (registry.not_found, Outcome.NOT_FOUND),
    ):
        for template in templates:
            matched = _matches(template, line, domain)
            if matched is None:
                continue
            if not matched:
                return Answer(Outcome.WRONG_ANSWER)
            if outcome in (Outcome.RESERVED, Outcome.NOT_FOUND):
                if not at_registry:
                    return Answer(Outcome.UNPARSED, None, NOT_THE_REGISTRY)
                if not registry.not_found_confirmed:
                    return Answer(Outcome.UNPARSED, None, _SISTER)
            return Answer(outcome)
    return None


def _matches(template: str, line: str, domain: str) -> bool | None:
    """True: the template about this domain. False: the template about another name. None: not the template."""
    if template.endswith("…"):
        return True if line.startswith(template[:-1]) else None
    head, place, end = template.replace("{DOMAIN}", "{domain}").partition("{domain}")
    if not place:
        return True if line == template else None
    if len(line) <= len(head) + len(end) or not (line.startswith(head) and line.endswith(end)):
        return None
    name = line[len(head) : len(line) - len(end)]
    if alabel(name) is None or "." not in name:
        return None
    return same_name(name, domain)


def _may_name(domain: str, text: str) -> bool:
    lowered = text[:65_536].lower()
    return domain in lowered or (alabel(domain) or domain) in lowered


def _from_tail(domain: str, text: str, zone: str, at_registry: bool, tail: TailReader) -> Answer:
    record = tail.read(domain, text)
    if isinstance(record, str):
        return Answer(Outcome.UNPARSED, None, _TAIL_TEXT[record])
    names = [
        name for value in record.get("domain_name", []) + record.get("domain", []) for name in value.split()
    ]
    if not any(same_name(domain, name) for name in names):
        if any("." in name and alabel(name) for name in names):
            return Answer(Outcome.WRONG_ANSWER)
        return unread("应答未指明域名", "the answer does not name the domain")
    if not any(record.get(key) for key in ("registrar", "creation_date", "expiration_date", "name_servers")):
        return unread(
            "应答中没有注册商、日期或域名服务器", "the answer has no registrar, no date and no name server"
        )
    organisation = _first(
        record, "registrant_organization", "registrant_org", "registrant_company_name", "org"
    )
    name = _first(record, "registrant_name", "registrant", "name")
    registrant, hidden = holder(
        name_part(organisation),
        name_part(name),
        organisation_text=organisation,
        email=_first(record, "registrant_email"),
        block=any(key.startswith("registrant") for key in record),
    )
    days = {
        beijing_day(value, zone)
        for value in record.get("expiration_date", [])
        for value in (_local(value, zone),)
        if _is_certain(value, text)
    } - {None}
    day = days.pop() if len(days) == 1 else None
    return Answer(
        Outcome.FOUND,
        Registration(
            at_registry=at_registry,
            registrant=registrant,
            hidden=hidden,
            registry_expiry=day if at_registry else None,
            registrar_expiry=None if at_registry else day,
            registrar=_first(record, "registrar"),
            statuses=known_codes(record.get("status", [])),
        ),
        None if hidden is None else hidden.text,
    )


def _first(record: Record, *keys: str) -> str | None:
    for key in keys:
        for value in record.get(key, []):
            if value.strip():
                return " ".join(value.split())[:400]
    return None


def _local(value: str, zone: str) -> str:
    """The library stamps UTC on times without a zone; where the registry writes local time, drop the stamp."""
    return value if zone == "UTC" else value.removesuffix("+00:00")


def _is_certain(value: str, text: str) -> bool:
    """False where day and month may have been taken for one another: 01/02/2027 has two readings."""
    year, month, day = value[:4], value[5:7], value[8:10]
    if not (year + month + day).isdigit():
        return False
    if day == month or int(day) > 12:
        return True
    year_first = re.compile(rf"{year}(?:[-/.年]?0?{int(month)}[-/.月]?0?{int(day)})(?!\d)")
    named = re.compile(
        rf"(?i)(?:{int(day)}[ -]+{_NAMES[int(month)]}|{_NAMES[int(month)]}[a-z]*[ -]+0?{int(day)}\b)"
    )
    return bool(year_first.search(text) or named.search(text))


_NAMES = ("", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

"""Rare WHOIS layouts: what a general parser's record says, taken with care."""

from __future__ import annotations

import re

from auditor.evidence.answer import Answer, Registration, unread
from auditor.evidence.hostnames import alabel, same_name
from auditor.evidence.statuses import known_codes
from auditor.evidence.times import beijing_day
from auditor.evidence.whois_tail import Record, TailReader
from auditor.evidence.withheld import holder, name_part
from auditor.model.evidence import Outcome
from auditor.model.text import Text

_TAIL_TEXT = {
    "hung": Text("解析超时, 已中止", "reading it took too long and was stopped"),
    "crashed": Text("解析程序崩溃", "the parser crashed on it"),
    "failed": Text("通用解析器无法识别", "the general parser could not read it"),
    "too_long": Text("应答过长", "the answer is too long"),
    "given_up": Text("此前多次解析超时, 不再尝试", "not tried: too many answers before it hung the parser"),
}
_ISO_DAY = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_MONTHS = ("", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_rare(domain: str, text: str, tail: TailReader, *, at_registry: bool, zone: str) -> Answer:
    """Read an answer by way of the worker: a record counts only where it names the domain and holds some data."""
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
        beijing_day(_local(value, zone), zone)
        for value in record.get("expiration_date", [])
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
    """Undo what the library adds: midnight to a bare date, UTC to a time that the registry writes in its own zone."""
    if "T00:00:00" in value:
        return value[:10]
    return value if zone == "UTC" else value.removesuffix("+00:00")


def _is_certain(value: str, text: str) -> bool:
    """False where day and month may have been taken for one another: 01/02/2027 has two readings."""
    found = _ISO_DAY.match(value)
    if found is None:
        return False
    year, month, day = (int(part) for part in found.groups())
    if day == month or day > 12:
        return True
    name = _MONTHS[month]
    year_first = re.compile(rf"{year}[-/.年]?0?{month}[-/.月]?0?{day}(?!\d)")
    named = re.compile(rf"(?i){day}[ -]{{1,3}}{name}|{name}[a-z]{{0,6}}[ -]{{1,3}}0?{day}\b")
    return bool(year_first.search(text) or named.search(text))

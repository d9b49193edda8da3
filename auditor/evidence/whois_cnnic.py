"""CNNIC's WHOIS answers for .cn and .中国: today's wording and those of 2012 and 2014; times are Beijing time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.evidence.answer import Answer, Hidden, Registration, unread
from auditor.evidence.hostnames import same_name
from auditor.evidence.keyvalue import Line, all_values, first_value, key_values
from auditor.evidence.statuses import status_codes
from auditor.evidence.times import beijing_day
from auditor.evidence.withheld import holder, name_part
from auditor.model.evidence import Outcome

_ZONE = "Asia/Shanghai"
_EXPIRY = ("expiration time", "expiration date")
_CREATED = ("registration time", "registration date")
# Cut anywhere, a time would still look like a date: only the whole of it counts.
_WHOLE_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?")
_BETWEEN_NAMES = re.compile(r"[\s()（）,;]+")


def read_cnnic(domain: str, text: str) -> Answer | None:
    """Read an answer with the domain's data; None where the text is no such answer (a template, junk, empty).

    An answer that lists several name pairs (简/繁 × 中国/中國) is about all of them. One without its closing
    DNSSEC line is cut short; the wordings of 2012 may end with the expiry.
    """
    lines = key_values(text)
    names = [(name, line.complete) for line in lines if _names(line) for name in _split(line.value)]
    if not names:
        return None
    if not any(same_name(domain, name) for name, _complete in names):
        if not any(complete for _name, complete in names):
            return Answer(Outcome.TRUNCATED)
        return Answer(Outcome.WRONG_ANSWER)
    if not _is_complete(lines):
        return Answer(Outcome.TRUNCATED)
    expiry = first_value(lines, *_EXPIRY)
    registrar = first_value(lines, "sponsoring registrar", "registrar")
    if not (expiry or registrar or first_value(lines, *_CREATED, "name server")):
        return unread(
            "应答中没有注册商、日期或域名服务器", "the answer has no registrar, no date and no name server"
        )
    registrant, hidden = _holder(lines)
    return Answer(
        Outcome.FOUND,
        Registration(
            at_registry=True,
            registrant=registrant,
            hidden=hidden,
            registry_expiry=beijing_day(expiry, _ZONE) if expiry else None,
            registrar=registrar,
            statuses=status_codes(all_values(lines, "domain status")),
        ),
        None if hidden is None else hidden.text,
    )


def _names(line: Line) -> bool:
    return line.key.startswith("domain name") or "puny" in line.key


def _split(value: str) -> list[str]:
    return [name for name in _BETWEEN_NAMES.split(value[:1000]) if "." in name]


def _is_complete(lines: Sequence[Line]) -> bool:
    if any(line.key.startswith("dnssec") for line in lines):
        return True
    expiry = next((line for line in lines if line.key == "expiration date"), None)
    old = any(line.key == "registration date" for line in lines)
    return old and expiry is not None and _WHOLE_TIME.fullmatch(expiry.value) is not None


def _holder(lines: Sequence[Line]) -> tuple[str | None, Hidden | None]:
    email = first_value(lines, "registrant contact email", "administrative email")
    today = first_value(lines, "registrant")
    if today is not None:
        return holder(name_part(today), name_part(None), organisation_text=today, email=email)
    organisation = first_value(lines, "registrant organization")
    name = first_value(lines, "registrant name")
    return holder(name_part(organisation), name_part(name), organisation_text=organisation, email=email)

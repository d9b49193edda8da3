"""DNS answers as recorded: a map from host to its records or its rcode."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from auditor.evidence.answer import Answer, DnsAnswers, unread
from auditor.evidence.hostnames import alabel, ulabel
from auditor.model.evidence import HostAnswer, Outcome
from auditor.model.text import Text

NOT_ASKED = "NOT_ASKED"
NULL_MX = "."
_MAX_HOSTS, _MAX_RECORDS = 500, 100
_RCODES = {
    0: "NOERROR",
    1: "FORMERR",
    2: "SERVFAIL",
    3: "NXDOMAIN",
    4: "NOTIMP",
    5: "REFUSED",
}
_ALIASES = {"NODATA": "NOERROR", "NOANSWER": "NOERROR", "TIMEDOUT": "TIMEOUT", "SERVERFAILURE": "SERVFAIL"}


def read_dns(raw: object) -> Answer:
    """Read {host: {"A": […], "CNAME": …, …} or {"rcode": "NXDOMAIN"}}.

    A single record may stand as text, hosts in either label form with or without the final dot; IDN hosts are
    found under both forms. A host with a record that cannot be one is left out: half an answer proves nothing.
    """
    if not isinstance(raw, dict) or not raw:
        return unread("应答为空或不是映射", "the answer is empty or no map")
    hosts: dict[str, HostAnswer] = {}
    receives: dict[str, bool | None] = {}
    mail_failures: dict[str, str] = {}
    torn: list[str] = []
    for name in sorted(str(key) for key in raw)[:_MAX_HOSTS]:
        records = raw.get(name)
        host = alabel(name)
        by_type = (
            {str(key).upper(): value for key, value in records.items()} if isinstance(records, dict) else {}
        )
        answer = _host(by_type) if host is not None and isinstance(records, dict) else None
        if host is None or answer is None:
            torn.append(name[:80])
            continue
        for form in (host, ulabel(host) or host):
            hosts[form] = answer
            receives[form] = _receives_mail(by_type, answer)
            if receives[form] is None and (failure := _mail_failure(by_type, answer)):
                mail_failures[form] = failure
    detail = None
    if torn:
        names = "、".join(torn[:5])
        detail = Text(
            f"无法识别的主机记录: {names}", f"records that could not be read: {', '.join(torn[:5])}"
        )
    if not hosts:
        return Answer(Outcome.UNPARSED, None, detail)
    return Answer(Outcome.FOUND, DnsAnswers(hosts, receives, mail_failures), detail)


def _receives_mail(by_type: Mapping[str, object], answer: HostAnswer) -> bool | None:
    """Whether a host can receive mail (RFC 5321 5.1, RFC 7505); None where the answer does not settle it."""
    if answer.mx:
        return any(host != NULL_MX for host in answer.mx)
    if answer.rcode == "NXDOMAIN":
        return False
    failed = by_type.get("FAILED")
    if isinstance(failed, Mapping) and "MX" in failed:
        # An address would do where there is no MX, but nobody got to hear that there is none.
        return None
    if answer.addresses:
        return True
    if answer.rcode == "NOERROR" and "MX" in by_type and ("A" in by_type or "RCODE" in by_type):
        return False
    return None


def _mail_failure(by_type: Mapping[str, object], answer: HostAnswer) -> str:
    """The rcode in the way of knowing about mail: that of the MX, else the host's; "" where nobody asked."""
    failed = by_type.get("FAILED")
    if isinstance(failed, Mapping) and "MX" in failed:
        return _rcode(failed["MX"]) or "ERROR"
    return "" if answer.rcode in ("NOERROR", NOT_ASKED) else answer.rcode


def _host(by_type: Mapping[str, object]) -> HostAnswer | None:
    lists: dict[str, tuple[str, ...]] = {}
    for kind in ("A", "AAAA", "CNAME", "NS", "MX"):
        texts = _texts(by_type.get(kind), kind)
        if texts is None:
            return None
        lists[kind] = texts
    written = by_type.get("RCODE")
    rcode = _rcode(written)
    if rcode is None:
        if written is not None:
            return None
        # Without addresses and without an rcode nobody asked for addresses: that is no "there is none".
        rcode = "NOERROR" if by_type.get("A") is not None or by_type.get("AAAA") is not None else NOT_ASKED
    return HostAnswer(rcode, lists["A"], lists["AAAA"], lists["CNAME"], lists["NS"], lists["MX"])


def _rcode(value: object) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return _RCODES.get(value) or (f"RCODE{value}" if 0 <= value < 65536 else None)
    if not isinstance(value, str) or not value.strip():
        return None
    word = "".join(ch for ch in value.upper() if ch.isascii() and ch.isalnum())[:20]
    return _ALIASES.get(word, word) or None


def _texts(value: object, kind: str) -> tuple[str, ...] | None:
    """The records of one type in order, without repeats; None where one of them cannot be of that type."""
    values = value if isinstance(value, list) else [] if value is None or value == "" else [value]
    found: list[str] = []
    for one in values[:_MAX_RECORDS]:
        text = _record(one, kind)
        if text is None:
            return None
        if text not in found:
            found.append(text)
    return tuple(found)


def _record(value: object, kind: str) -> str | None:
    if kind == "MX":
        if isinstance(value, list) and value:
            value = value[-1]
        if isinstance(value, dict):
            value = value.get("exchange") or value.get("host")
        if isinstance(value, str):
            parts = value.split()
            host = parts[-1] if parts else ""
            return NULL_MX if host == NULL_MX else alabel(host)
        return None
    if not isinstance(value, str):
        return None
    if kind in ("CNAME", "NS"):
        return alabel(value)
    try:
        address = ipaddress.ip_address(value.strip())
    except ValueError:
        return None
    return str(address) if address.version == (4 if kind == "A" else 6) else None

"""What one DNS message says of one name and type, and the records of a host put together from several."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.evidence.hostnames import alabel

if TYPE_CHECKING:
    import dns.message
    import dns.name
    import dns.rdatatype

_MAX_CHAIN = 16
_MAX_RECORDS = 50
_SETTLED = frozenset({"NOERROR", "NXDOMAIN"})


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer for one type. rcode: the server's, or TIMEOUT, ERROR, BADNAME, NORECURSION, CNAMELOOP, BADDATA.

    target_rcode: NXDOMAIN where the name exists as an alias and it is the alias's target that does not.
    """

    rcode: str
    records: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    target_rcode: str = ""

    @property
    def failed(self) -> bool:
        """True where the reply says nothing of the name: it is neither "these" nor "none"."""
        return self.rcode not in _SETTLED


def read_reply(message: dns.message.Message, host: str, kind: str) -> Reply:
    """Read the answer section from the name asked along its CNAMEs; records of other names count for nothing."""
    import dns.flags
    import dns.name
    import dns.rcode
    import dns.rdatatype

    rcode = dns.rcode.to_text(message.rcode())
    if rcode not in _SETTLED:
        return Reply(rcode)
    wanted = dns.rdatatype.from_text(kind)
    name = dns.name.from_text(host)
    chain: list[str] = []
    seen = {name}
    while True:
        found = _texts(message, name, wanted)
        # An apex has name servers of its own; those at the end of an alias are somebody else's.
        if found is None or found or kind == "NS":
            break
        target = _alias(message, name)
        if target is None:
            break
        text = alabel(target.to_text(omit_final_dot=True))
        if text is None:
            return Reply("BADDATA", (), tuple(chain))
        chain.append(text)
        if target in seen or len(chain) >= _MAX_CHAIN:
            return Reply("CNAMELOOP", (), tuple(chain))
        seen.add(target)
        name = target
    if found is None:
        return Reply("BADDATA", (), tuple(chain))
    if found:
        return Reply("NOERROR", found, tuple(chain))
    if chain:
        # RFC 6604: the rcode tells of the end of the chain; the name asked is there.
        return Reply("NOERROR", (), tuple(chain), rcode if rcode != "NOERROR" else "")
    if rcode == "NOERROR" and _is_referral(message):
        return Reply("NORECURSION")
    return Reply(rcode)


def host_records(replies: Mapping[str, Reply]) -> dict[str, object]:
    """The recorded form of a host from its replies by type.

    `rcode` is about addresses: a type that failed is left out, told in `failed`, and never reads as "none". Without
    addresses the failure of one of the two address types is the host's rcode.
    """
    record: dict[str, object] = {}
    addresses = [replies[kind] for kind in ("A", "AAAA") if kind in replies]
    record["rcode"] = _rcode(addresses or list(replies.values()))
    chain = next((reply.chain for reply in addresses if reply.chain), ())
    if chain:
        record["CNAME"] = list(chain)
    for kind, reply in replies.items():
        if not reply.failed:
            record[kind] = list(reply.records)
    failed = {kind: reply.rcode for kind, reply in replies.items() if reply.failed}
    if failed:
        record["failed"] = failed
    target = next((reply.target_rcode for reply in addresses if reply.target_rcode), "")
    if target:
        record["target_rcode"] = target
    return record


def _rcode(replies: Iterable[Reply]) -> str:
    ordered = list(replies)
    if any(reply.records for reply in ordered):
        return "NOERROR"
    failure = next((reply.rcode for reply in ordered if reply.failed), None)
    if failure is not None:
        return failure
    # "No such name" is said of the name, not of a type (RFC 8020): where the types disagree, the name is there.
    return "NXDOMAIN" if ordered and all(reply.rcode == "NXDOMAIN" for reply in ordered) else "NOERROR"


def _is_referral(message: dns.message.Message) -> bool:
    """True for an empty answer by a server that neither owns the zone nor recurses: it says nothing of the name."""
    import dns.flags
    import dns.rdatatype

    if message.flags & (dns.flags.AA | dns.flags.RA):
        return False
    return not any(rrset.rdtype == dns.rdatatype.SOA for rrset in message.authority)


def _alias(message: dns.message.Message, name: dns.name.Name) -> dns.name.Name | None:
    import dns.rdataclass
    import dns.rdatatype

    rrset = message.get_rrset(message.answer, name, dns.rdataclass.IN, dns.rdatatype.CNAME)
    if not rrset:
        return None
    target: dns.name.Name = rrset[0].target
    return target


def _texts(
    message: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType
) -> tuple[str, ...] | None:
    """The records of a type at a name in a fixed order; None where there are some and none can be read."""
    import dns.rdataclass
    import dns.rdatatype

    rrset = message.get_rrset(message.answer, name, dns.rdataclass.IN, kind)
    if not rrset:
        return ()
    if kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
        addresses = sorted({ipaddress.ip_address(rdata.address) for rdata in rrset})
        return tuple(str(address) for address in addresses[:_MAX_RECORDS])
    if kind == dns.rdatatype.MX:
        hosts = sorted({(rdata.preference, rdata.exchange.to_text(omit_final_dot=True)) for rdata in rrset})
        found = [
            f"{preference} {known}"
            for preference, host in hosts
            if (known := "." if host in (".", "@", "") else alabel(host)) is not None
        ]
    else:
        names = sorted({rdata.target.to_text(omit_final_dot=True).lower() for rdata in rrset})
        found = [known for host in names if (known := alabel(host)) is not None]
    return tuple(found[:_MAX_RECORDS]) or None

"""A DNS resolver on 127.0.0.1, UDP and TCP on one port, that answers from scripted zones, faults included.

zones = {
    "example.cn": {"A": ["192.0.2.1"], "NS": ["ns1.example.net."], "MX": ["10 mx.example.cn."]},
    "www.example.cn": {"CNAME": ["cdn.example.net."]},
    "gone.cn": NXDOMAIN, "sick.cn": SERVFAIL, "mute.cn": SILENT, "nomail.cn": {"MX": ["0 ."]},
    "*.wild.cn": {"A": ["192.0.2.9"]},
}
with DnsServer(zones) as server:
    ask(server.address)
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from tests.servers.serving import LOOPBACK, LoopbackServer, Patience, listening, reset

_UDP_SIZE = 1232
_TTL = 60
_LONGEST_CHAIN = 16


@dataclass(frozen=True)
class Fault:
    """How an answer goes wrong. rcode: the code instead of data. silent: nothing ever comes; on UDP only with
    `udp`. reset: TCP ends by RST. other_name: the question section and the data name another host. wrong_id: the
    number of another query. junk: bytes that are no message. truncated: UDP comes with TC and no data, TCP as
    `records` say. delay_s: seconds more."""

    rcode: str | None = None
    silent: bool = False
    udp: bool = False
    reset: bool = False
    other_name: str | None = None
    wrong_id: bool = False
    junk: bytes | None = None
    truncated: bool = False
    delay_s: float = 0.0
    records: Mapping[str, list[str]] | None = None


NXDOMAIN = Fault(rcode="NXDOMAIN")
SERVFAIL = Fault(rcode="SERVFAIL")
REFUSED = Fault(rcode="REFUSED")
SILENT = Fault(silent=True)
NODATA: Mapping[str, list[str]] = {}
Zone = Mapping[str, list[str]] | Fault


class DnsServer(LoopbackServer):
    """zones: host (A-label, no final dot; `*.parent` for any other below parent) → records by type, or a fault.

    A type may be given its own fault by the key "host TYPE". A host that no zone names is NXDOMAIN. CNAMEs are
    followed within the zones and the chain is in the answer; a loop ends the answer where it closes. A function may
    stand in place of the zones. refusal and banned: the fault of those who are faster than the patience.
    """

    def __init__(
        self,
        zones: Mapping[str, Zone] | Callable[[str, str], Zone | None],
        *,
        latency_s: float | Callable[[], float] = 0.0,
        patience: Patience | None = None,
        refusal: Fault = REFUSED,
        banned: Fault = SILENT,
        clock: Callable[[], float] = time.monotonic,
        port: int = 0,
    ) -> None:
        super().__init__(latency_s=latency_s, patience=patience, clock=clock, port=port)
        self.zones, self.refusal, self.banned = zones, refusal, banned
        self._server: asyncio.Server | None = None
        self._udp: asyncio.DatagramTransport | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        for attempts_left in reversed(range(20)):
            server = await listening(None, lambda: _Stream(self), self.port)
            port = server.sockets[0].getsockname()[1]
            try:
                self._udp, _ = await loop.create_datagram_endpoint(
                    lambda: _Datagrams(self), local_addr=(LOOPBACK, port)
                )
            except OSError:
                server.close()
                if not attempts_left or self.port:
                    raise
                continue
            self._server, self.port = server, port
            return

    async def shut(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._udp is not None:
            self._udp.close()

    def zone(self, host: str, kind: str) -> Zone | None:
        """What the script says of a host and a type."""
        if callable(self.zones):
            return self.zones(host, kind)
        for key in (f"{host} {kind}", host):
            if key in self.zones:
                return self.zones[key]
        labels = host.split(".")
        for at in range(1, len(labels)):
            found = self.zones.get("*." + ".".join(labels[at:]))
            if found is not None:
                return found
        return None

    def answer(self, wire: bytes, transport: str) -> tuple[bytes | None, float, bool]:
        """(answer or None for silence, seconds to wait, reset the connection)."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None, 0.0, False
        if not query.question:
            return None, 0.0, False
        asked = query.question[0]
        host = asked.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(asked.rdtype)
        verdict = self.visit(f"{host} {kind}", transport)
        zone: Zone | None = self.zone(host, kind)
        if verdict != "ok":
            zone = self.banned if verdict == "banned" else self.refusal
        fault = zone if isinstance(zone, Fault) else Fault()
        wait_s = self.latency_s() + fault.delay_s
        if fault.silent and (transport == "udp" or not fault.udp):
            return None, 0.0, False
        if fault.reset and transport == "tcp":
            return None, wait_s, True
        if fault.junk is not None:
            return fault.junk, wait_s, False
        return self._message(query, host, kind, zone, fault, transport), wait_s, False

    def _message(
        self,
        query: dns.message.Message,
        host: str,
        kind: str,
        zone: Zone | None,
        fault: Fault,
        transport: str,
    ) -> bytes:
        reply = dns.message.make_response(query, recursion_available=True)
        if fault.wrong_id:
            reply.id = query.id ^ 0x5555
        if fault.other_name is not None:
            name = dns.name.from_text(fault.other_name)
            reply.question = [dns.rrset.RRset(name, dns.rdataclass.IN, query.question[0].rdtype)]
            host, zone = fault.other_name.rstrip("."), self.zone(fault.other_name.rstrip("."), kind)
        if fault.truncated and transport == "udp":
            reply.flags |= dns.flags.TC
        elif fault.rcode is not None:
            reply.set_rcode(dns.rcode.from_text(fault.rcode))
        else:
            self._fill(reply, host, kind, fault.records if isinstance(zone, Fault) else zone)
        wire = reply.to_wire(max_size=65_535)
        if transport == "udp" and len(wire) > _UDP_SIZE:
            short = dns.message.make_response(query, recursion_available=True)
            short.flags |= dns.flags.TC
            wire = short.to_wire()
        return wire

    def _fill(
        self, reply: dns.message.Message, host: str, kind: str, zone: Mapping[str, list[str]] | None
    ) -> None:
        seen: set[str] = set()
        while len(seen) < _LONGEST_CHAIN:
            seen.add(host)
            if zone is None:
                reply.set_rcode(dns.rcode.NXDOMAIN)
                return
            found = "CNAME" if kind != "CNAME" and kind not in zone and "CNAME" in zone else kind
            if not zone.get(found):
                return
            reply.answer.append(dns.rrset.from_text(host + ".", _TTL, "IN", found, *zone[found]))
            if found == kind:
                return
            host = zone["CNAME"][0].rstrip(".").lower()
            if host in seen:
                return
            target = self.zone(host, kind)
            if isinstance(target, Fault):
                reply.set_rcode(dns.rcode.from_text(target.rcode or "SERVFAIL"))
                return
            zone = target


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        wire, wait_s, _reset = self._server.answer(data, "udp")
        if wire is not None:
            asyncio.get_running_loop().call_later(wait_s, self._send, wire, addr)

    def _send(self, wire: bytes, addr: tuple[str, int]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(wire, addr)


class _Stream(asyncio.Protocol):
    def __init__(self, server: DnsServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._server.came(transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while len(self._received) >= 2:
            size = int.from_bytes(self._received[:2], "big")
            if len(self._received) < 2 + size:
                return
            query, self._received = self._received[2 : 2 + size], self._received[2 + size :]
            wire, wait_s, broken = self._server.answer(query, "tcp")
            asyncio.get_running_loop().call_later(wait_s, self._send, wire, broken)

    def _send(self, wire: bytes | None, broken: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if broken:
            reset(self._transport)
        elif wire is not None:
            self._transport.write(struct.pack("!H", len(wire)) + wire)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._server.went(self._transport)

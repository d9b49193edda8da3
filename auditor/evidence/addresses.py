"""Where the program may connect: never to a private address that a stranger's text named, unless the policy names it."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from auditor.evidence.hostnames import alabel

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]

# Prefixes that carry an IPv4 address: of NAT64 (RFC 6052) and the old compatible form (RFC 4291 2.5.5.1).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
# A public address that a cloud answers on from inside its virtual machines, with their secrets.
_CLOUD_INSIDE = ipaddress.IPv4Address("168.63.129.16")
_MAX_TRIED = 4
_THREADS = 64


class DestinationRefused(OSError):  # noqa: N818 - a decision, not a fault
    """The destination has no public address, and the policy does not name it."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Private destinations that the policy permits. hosts: "host" or "host:port", lower case; networks: CIDR."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> Allowed:
        """From hosts, host:port, single addresses and CIDR ranges in any mixture."""
        hosts: set[str] = set()
        networks: list[Network] = []
        for entry in sorted({entry.strip().lower() for entry in entries}):
            if "/" in entry:
                with contextlib.suppress(ValueError):
                    networks.append(ipaddress.ip_network(entry, strict=False))
            elif entry:
                hosts.add(entry)
        return cls(frozenset(hosts), tuple(networks))

    def names(self, host: str, port: int) -> bool:
        """True where the policy names the host, or the host with this port."""
        bare = host.strip("[]").lower().rstrip(".")
        both = f"[{bare}]:{port}" if ":" in bare else f"{bare}:{port}"
        return bool(self.hosts & {bare, f"[{bare}]", both})

    def covers(self, address: str) -> bool:
        """True where an address stands in one of the ranges."""
        found = _address(address)
        return found is not None and any(found in network for network in self.networks)


NOTHING_PRIVATE = Allowed()


@lru_cache(maxsize=8192)
def is_private(address: str) -> bool:
    """True for every address that is not a public unicast one: private, loopback, link-local, shared (RFC 6598),
    reserved, multicast, unspecified; also where an IPv6 form carries such an IPv4 address, and for no address at
    all. Addresses by RFC 6890."""
    found = _address(address)
    return found is None or not _is_public(found)


async def checked_addresses(host: str, port: int, allowed: Allowed, resolve: Resolve) -> tuple[str, ...]:
    """The addresses of a host that may be connected to, at most four, in the resolver's order.

    Connect to one of these and not to the name: a second look-up could answer otherwise (DNS rebinding).
    DestinationRefused where none is left; OSError where the name does not resolve.
    """
    literal = _address(host)
    if literal is not None:
        found: Sequence[str] = [str(literal)]
    else:
        name = alabel(host)
        if name is None:
            raise DestinationRefused(f"{host[:80]!r} is no host name")
        found = await resolve(name, port)
    if not allowed.names(host, port):
        found = [one for one in found if not is_private(one) or allowed.covers(one)]
    if not found:
        raise DestinationRefused(f"{host} has no public address")
    return tuple(dict.fromkeys(found))[:_MAX_TRIED]


class SystemResolver:
    """The system's own resolver (hosts file included), in daemon threads: one that hangs holds up neither the
    deadline of a look-up nor the end of the program. Bound to one event loop; threads: how many at once."""

    def __init__(self, threads: int = _THREADS) -> None:
        self._free = asyncio.Semaphore(threads)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host; OSError where it has none."""
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[str]] = loop.create_future()

        def deliver(found: Sequence[str], problem: OSError | None) -> None:
            self._free.release()
            if answer.done():
                return
            if problem is None:
                answer.set_result(found)
            else:
                answer.set_exception(problem)

        def look() -> None:
            found: Sequence[str] = ()
            problem: OSError | None = None
            try:
                found = [
                    str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                ]
            except OSError as caught:
                problem = caught
            except UnicodeError as caught:
                problem = OSError(str(caught))
            # The loop may have ended meanwhile; nobody waits for the answer then.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(deliver, found, problem)

        threading.Thread(target=look, name="name look-up", daemon=True).start()
        return await answer


@lru_cache(maxsize=8192)
def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64_LOCAL or address.is_site_local:
            return False
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None:
            inner = address.teredo[1]
        elif address in _NAT64 or address in _COMPATIBLE:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return _is_public(inner)
    return (
        address.is_global
        and not (address.is_multicast or address.is_reserved or address.is_unspecified)
        and address != _CLOUD_INSIDE
    )

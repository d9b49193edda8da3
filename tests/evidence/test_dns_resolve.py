"""Addresses by the run's own resolvers: the first that knows, none where all say so, a failure where one cannot say."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

import pytest

from auditor.evidence.dns_resolve import NamedResolver
from tests.servers.dns_server import NODATA, NXDOMAIN, SERVFAIL, SILENT, DnsServer, Zone

HOST = "www.example.cn"
KNOWN: Zone = {"A": ["192.0.2.1"], "AAAA": ["2001:db8::1"]}


def look(*zones: Mapping[str, Zone], times: int = 1) -> tuple[Sequence[str], list[int]]:
    """The addresses, and how many questions each resolver saw."""
    with ExitStack() as stack:
        servers = [stack.enter_context(DnsServer(one)) for one in zones]
        resolver = NamedResolver([one.address for one in servers], timeout_s=0.6)

        async def ask() -> Sequence[str]:
            for _ in range(times):
                found = await resolver(HOST, 443)
            return found

        return asyncio.run(ask()), [len(one.requests) for one in servers]


def test_both_kinds_of_addresses_come_from_the_first_resolver_and_are_kept() -> None:
    found, asked = look({HOST: KNOWN}, {HOST: NXDOMAIN}, times=3)
    assert (found, asked) == (("192.0.2.1", "2001:db8::1"), [2, 0])


def test_an_alias_is_followed() -> None:
    found, _asked = look({HOST: {"CNAME": ["cdn.example.net."]}, "cdn.example.net": {"A": ["192.0.2.9"]}})
    assert found == ("192.0.2.9",)


@pytest.mark.parametrize("fault", [SERVFAIL, SILENT, NXDOMAIN, NODATA])
def test_where_one_resolver_has_nothing_the_next_is_asked(fault: Zone) -> None:
    found, _asked = look({HOST: fault}, {HOST: KNOWN})
    assert found == ("192.0.2.1", "2001:db8::1")


@pytest.mark.parametrize("nothing", [NXDOMAIN, NODATA])
def test_a_name_that_all_deny_has_no_address(nothing: Zone) -> None:
    with pytest.raises(socket.gaierror) as told:
        look({HOST: nothing}, {HOST: NXDOMAIN})
    assert told.value.errno == socket.EAI_NONAME


@pytest.mark.parametrize("fault", [SERVFAIL, SILENT])
def test_a_resolver_that_cannot_say_leaves_it_open(fault: Zone) -> None:
    with pytest.raises(socket.gaierror) as told:
        look({HOST: NXDOMAIN}, {HOST: fault})
    assert told.value.errno == socket.EAI_AGAIN

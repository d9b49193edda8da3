"""Which destinations may be connected to."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.evidence.addresses import (
    NOTHING_PRIVATE,
    Allowed,
    DestinationRefused,
    SystemResolver,
    checked_addresses,
    is_private,
)


class Resolver:
    """Answers from a table, and counts."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0)


def checked(
    host: str, resolver: Resolver, allowed: Allowed = NOTHING_PRIVATE, port: int = 443
) -> tuple[str, ...]:
    return asyncio.run(checked_addresses(host, port, allowed, resolver))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0",
        "255.255.255.255", "224.0.0.1", "240.0.0.1", "198.18.0.7", "192.0.2.1", "168.63.129.16",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "64:ff9b:1::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_unicast_is_private(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "223.5.5.5", "47.92.0.1", "2001:4860:4860::8888", "2400:3200::1"]
)
def test_a_public_address_is_not_private(address: str) -> None:
    assert not is_private(address)


@pytest.mark.parametrize(
    "text", ["", "example.com", "1.2.3", "1.2.3.4.5", "0x7f.1", "2130706433", "localhost"]
)
def test_what_is_no_address_counts_as_private(text: str) -> None:
    assert is_private(text)


@settings(deadline=None, max_examples=60)
@given(st.ip_addresses(v=4))
def test_an_ipv6_form_is_no_more_public_than_the_ipv4_address_in_it(inner: ipaddress.IPv4Address) -> None:
    carried = int(inner)
    forms = [
        ipaddress.IPv6Address((0xFFFF << 32) | carried),
        ipaddress.IPv6Address(carried),
        ipaddress.IPv6Address((0x64FF9B << 96) | carried),
        ipaddress.IPv6Address((0x2002 << 112) | (carried << 80)),
        ipaddress.IPv6Address((0x2001 << 112) | (carried ^ 0xFFFF_FFFF)),
    ]
    if is_private(str(inner)):
        assert all(is_private(str(form)) for form in forms)


def test_a_private_literal_is_refused_without_a_look_up() -> None:
    resolver = Resolver()
    for host in ("127.0.0.1", "[::1]", "169.254.169.254", "::ffff:10.0.0.1"):
        with pytest.raises(DestinationRefused):
            checked(host, resolver)
    assert resolver.asked == []


def test_a_name_that_resolves_to_a_private_address_is_refused() -> None:
    with pytest.raises(DestinationRefused):
        checked("inside.example", Resolver(["10.0.0.7", "::1"]))


def test_of_several_addresses_only_the_public_ones_are_left() -> None:
    resolver = Resolver(["127.0.0.1", "8.8.8.8", "fe80::1", "2400:3200::1", "8.8.8.8"])
    assert checked("mixed.example", resolver) == ("8.8.8.8", "2400:3200::1")


def test_the_name_is_looked_up_once_so_that_a_second_answer_cannot_differ() -> None:
    resolver = Resolver(["8.8.8.8"], ["127.0.0.1"])
    assert checked("rebinding.example", resolver) == ("8.8.8.8",)
    assert resolver.asked == ["rebinding.example"]


@pytest.mark.parametrize(
    ("entry", "host", "port", "passes"),
    [
        ("127.0.0.1", "127.0.0.1", 80, True),
        ("127.0.0.1:8080", "127.0.0.1", 8080, True),
        ("127.0.0.1:8080", "127.0.0.1", 80, False),
        ("127.0.0.0/8", "127.9.9.9", 80, True),
        ("10.0.0.0/8", "127.0.0.1", 80, False),
        ("[::1]:43", "::1", 43, True),
        ("::1", "[::1]", 43, True),
        ("not a range/99", "127.0.0.1", 80, False),
    ],
)
def test_only_what_the_policy_names_may_be_private(entry: str, host: str, port: int, passes: bool) -> None:
    if passes:
        assert checked(host, Resolver(), Allowed.of([entry]), port)
    else:
        with pytest.raises(DestinationRefused):
            checked(host, Resolver(), Allowed.of([entry]), port)


def test_a_named_host_may_be_anywhere_and_another_name_of_it_may_not() -> None:
    allowed = Allowed.of(["rdap.inside.example"])
    assert checked("RDAP.inside.example.", Resolver(["10.0.0.7"]), allowed) == ("10.0.0.7",)
    with pytest.raises(DestinationRefused):
        checked("other.inside.example", Resolver(["10.0.0.7"]), allowed)


@pytest.mark.parametrize("host", ["", "a b", "a\r\nb", "a/b", "x" * 300, "user@host"])
def test_what_is_no_host_name_is_never_looked_up(host: str) -> None:
    resolver = Resolver()
    with pytest.raises(DestinationRefused):
        checked(host, resolver)
    assert resolver.asked == []


def test_the_system_resolver_knows_this_machine_and_fails_as_a_value_would() -> None:
    async def run() -> None:
        resolver = SystemResolver(threads=1)
        assert "127.0.0.1" in await resolver("127.0.0.1", 80)
        with pytest.raises(OSError):
            await resolver("x" * 70 + ".example", 80)
        assert "127.0.0.1" in await resolver("127.0.0.1", 80)

    asyncio.run(run())

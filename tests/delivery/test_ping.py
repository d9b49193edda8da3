"""Pings: their addresses and bodies, and monitors that are down, slow, broken or pointing elsewhere."""

from __future__ import annotations

import pytest

from auditor.delivery.ping import BODY_LIMIT, Pinger, Signal
from tests.servers.pings import PingServer
from tests.servers.serving import unused_port


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def pinger(url: str, pauses: list[float] | None = None, timeout_s: float = 5.0) -> Pinger:
    return Pinger(url, timeout_s, pause=(pauses if pauses is not None else []).append)


def test_start_success_and_failure_have_their_own_addresses() -> None:
    with PingServer() as monitor:
        for signal in (Signal.START, Signal.SUCCESS, Signal.FAIL):
            assert pinger(monitor.url).ping(signal, "第一行\n").problem == ""
    assert monitor.paths == ["/check/start", "/check", "/check/fail"]
    assert {one.method for one in monitor.pings} == {"POST"}
    assert monitor.pings[0].body.decode() == "第一行\n"


def test_the_signal_goes_before_the_query_of_an_address_and_after_no_double_slash() -> None:
    with PingServer() as monitor:
        pinger(monitor.url + "/?create=1").ping(Signal.FAIL)
    assert monitor.paths == ["/check/fail?create=1"]


def test_the_end_is_told_again_until_it_is_heard() -> None:
    pauses: list[float] = []
    with PingServer([500, 503, 200]) as monitor:
        assert pinger(monitor.url, pauses).ping(Signal.SUCCESS).problem == ""
    assert monitor.paths == ["/check"] * 3
    assert len(pauses) == 2


def test_a_monitor_that_stays_broken_is_a_value_and_not_an_error() -> None:
    with PingServer([500]) as monitor:
        assert pinger(monitor.url).ping(Signal.SUCCESS).problem == "answered 500"
    assert len(monitor.pings) == 3


def test_the_start_is_told_once_only() -> None:
    with PingServer([500]) as monitor:
        assert pinger(monitor.url).ping(Signal.START).problem == "answered 500"
    assert len(monitor.pings) == 1


def test_an_address_that_is_not_known_is_not_asked_again() -> None:
    with PingServer([404]) as monitor:
        assert pinger(monitor.url).ping(Signal.SUCCESS).problem == "answered 404"
    assert len(monitor.pings) == 1


def test_a_monitor_that_is_down_is_a_value_and_its_address_stays_secret() -> None:
    url = f"http://127.0.0.1:{unused_port()}/secret-check"
    result = pinger(url).ping(Signal.SUCCESS)
    assert result.problem == "ConnectError"
    assert "secret" not in repr(result)


def test_a_monitor_that_drips_is_left_after_the_time_limit() -> None:
    with PingServer(dripping=True) as monitor:
        result = pinger(monitor.url, timeout_s=0.3).ping(Signal.START)
    assert result.problem == "no answer within 0.3 s"


def test_redirections_are_not_followed() -> None:
    with PingServer() as other, PingServer([302], location=other.url) as monitor:
        assert pinger(monitor.url).ping(Signal.SUCCESS).problem == "answered 302"
    assert other.pings == []


@pytest.mark.parametrize(
    "url",
    ["ftp://127.0.0.1/x", "file:///etc/passwd", "no address", "http://", "http://[::1", "http://a\x00b/"],
)
def test_something_that_is_no_address_is_told_and_not_asked(url: str) -> None:
    assert pinger(url).ping(Signal.SUCCESS).problem


def test_a_long_log_is_sent_from_its_end() -> None:
    with PingServer() as monitor:
        pinger(monitor.url).ping(Signal.FAIL, "".join(f"第 {number} 行\n" for number in range(5000)))
    body = monitor.pings[0].body
    assert len(body) <= BODY_LIMIT
    assert body.decode().startswith("第 ")
    assert body.decode().endswith("第 4999 行\n")

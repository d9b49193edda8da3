"""What stands in a book never becomes a query unless it is a name, and no secret leaves its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from loopback_run import (
    EXIT_CLEAN,
    EXIT_FOUND,
    EXIT_INCOMPLETE,
    EXIT_UNABLE,
    World,
    cnnic,
    command,
    page,
    stored,
)

from tests.servers.serving import STALLED, unused_port

GOOD = "shili-good.cn"
BAD = {
    "a line break and an option": "shili-a.cn\r\n-T evil",
    "only a line feed": "shili-b.cn\nshili-c.cn",
    "a blank within": "shili d.cn",
    "300 characters": "a" * 296 + ".cn",
    "a label of 64": "b" * 64 + ".cn",
    "an emoji": "shili😀.cn",
    "an address": "192.0.2.1",
    "an IPv6 address": "2001:db8::1",
    "not to be written in IDNA": "a‿b.cn",
    "a label that begins with a combining mark": "\u0301shili.cn",
    "a forged A-label": "xn--zzzzzz99999.cn",
    "a hyphen first": "-shili.cn",
    "an option": "-h whois.evil.example x.cn",
    "a suffix alone": "com.cn",
    "no dot": "localhost",
    "a path": "../../etc/passwd",
    "a template": "${jndi:ldap://127.0.0.1/x}.cn",
    "a null": "shili-e.cn%00",
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(
        tmp_path,
        whois={GOOD: cnnic(GOOD)},
        rdap={},
        dns={"*.cn": {"A": ["127.0.0.1"]}},
        web={"*": page()},
    )


def test_a_cell_that_is_no_name_is_told_with_its_place_and_never_asked_about(world: World) -> None:
    with world:
        world.write_book(GOOD, *BAD.values())
        code, result = world.audit()
        whois, dns, web = (world.servers[name] for name in ("whois", "dns", "web"))
        queries = whois.raw_queries  # type: ignore[attr-defined]
        hosts = {one.headers["host"] for one in web.seen}  # type: ignore[attr-defined]
    assert code == EXIT_FOUND
    clean = re.compile(rb"[a-z0-9-]+(\.[a-z0-9-]+)+\r\n")
    assert all(clean.fullmatch(query) for query in queries)
    # Of a cell of several words those that are names are taken, and the cell is told.
    possible = {GOOD, "shili-a.cn", "shili-b.cn", "shili-c.cn", "d.cn", "evil.example", "x.cn"}
    assert {query.decode().strip() for query in queries} <= possible
    names = {query.partition(" ")[0].removeprefix("www.") for query in dns.queries}
    assert names <= possible
    assert {host.partition(":")[0].removeprefix("www.") for host in hosts} <= possible
    told = {cell["cell"] for one in result["findings"] for cell in one["cells"]}
    rejected = {one["row"] for one in result["rejected"]}
    silent = [why for row, why in enumerate(BAD, 3) if f"A{row}" not in told and row not in rejected]
    assert silent == []


def test_a_password_of_the_store_is_never_shown(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    world.store = f"postgresql://auditor:geheim-4711@127.0.0.1:{unused_port()}/evidence"
    with world:
        world.write_book(GOOD)
        for words in (["run", world.here / "book.xlsx"], ["evidence", "status"]):
            assert command(*words, "--config", world.here / "audit.toml") == EXIT_UNABLE
    shown = capsys.readouterr()
    assert "geheim" not in shown.out + shown.err + caplog.text
    assert "127.0.0.1" in shown.err


def test_keys_in_the_environment_reach_no_report_store_or_output(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI-loopback-id",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "loopback-secret-1",
        "TENCENTCLOUD_SECRET_ID": "AKID-loopback-id",
        "TENCENTCLOUD_SECRET_KEY": "loopback-secret-2",
        "AUDIT_SMTP_PASSWORD": "loopback-secret-3",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    with world:
        world.whois[GOOD] = STALLED
        world.write_book(GOOD)
        code, _result = world.audit("--format", "html,xlsx,json,csv", "--lang", "en")
        assert code in (EXIT_CLEAN, EXIT_FOUND, EXIT_INCOMPLETE)
        assert stored(world)
    shown = capsys.readouterr()
    everything = [shown.out.encode(), shown.err.encode()]
    everything += [file.read_bytes() for file in world.here.rglob("*") if file.is_file()]
    for secret in secrets.values():
        assert not any(secret.encode() in content for content in everything)

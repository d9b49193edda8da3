"""Which RDAP service speaks for a suffix, from shipped, given and fetched files."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from live_asking import NOW

from auditor.errors import PolicyError
from auditor.evidence.bootstrap import Bootstrap, load_bootstrap
from auditor.rules.files import RuleFile
from tests.servers.http_server import HttpServer, Page, html_page, json_page
from tests.servers.serving import RESET, STALLED, Reply, unused_port

WHOIS = RuleFile.packaged("whois.csv")
SHIPPED = RuleFile(
    "rdap.json",
    json.dumps(
        {
            "publication": "2026-07-01T00:00:00Z",
            "services": [
                [["com"], ["https://rdap.old.example/com/"]],
                [["net"], ["https://rdap.old.example/net/"]],
            ],
            "limiter_groups": {"verisign": ["com", "net"]},
            "no_rdap": ["cn", "hk"],
        }
    ),
)
NEWER = {
    "publication": "2026-11-01T00:00:00Z",
    "services": [
        [["com"], ["https://rdap.new.example/com/"]],
        [["hk", "zz"], ["https://rdap.new.example/hk/"]],
    ],
}


class Clock:
    """A clock that is set by hand."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def load(
    source: str | None, cache: Path | None = None, clock: Clock | None = None, **more: object
) -> Bootstrap:
    return asyncio.run(
        load_bootstrap(
            WHOIS, SHIPPED, source, clock or Clock(), cache_dir=cache, **{"timeout_s": 0.3, **more}
        )  # type: ignore[arg-type]
    )


def com(bootstrap: Bootstrap) -> str:
    return bootstrap.registries.rdap_bases("example.com")[0]


OLD, NEW = "https://rdap.old.example/com/", "https://rdap.new.example/com/"


def test_without_a_setting_the_shipped_rows_count_and_nobody_is_asked() -> None:
    found = load(None)
    assert (com(found), found.shipped_of, found.refreshed_of, found.note) == (
        OLD,
        "2026-07-01T00:00:00Z",
        "",
        None,
    )


def test_a_file_overlays_the_shipped_rows_suffix_by_suffix_and_both_dates_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "dns.json"
    path.write_text(json.dumps(NEWER), encoding="utf-8")
    found = load(str(path))
    tables = found.registries
    assert com(found) == NEW
    assert tables.rdap_bases("example.net") == ("https://rdap.old.example/net/",)
    assert tables.rdap_group("example.com") == "verisign"
    assert tables.has_no_rdap("example.cn")
    assert not tables.has_no_rdap("example.hk")
    assert tables.registry("example.cn") is not None
    assert (found.shipped_of, found.refreshed_of) == ("2026-07-01T00:00:00Z", "2026-11-01T00:00:00Z")


@pytest.mark.parametrize("content", [None, "not json", "[]", '{"services": 7}', '{"services": [["com"]]}'])
def test_a_file_that_cannot_be_used_is_an_error_of_the_policy(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "dns.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(PolicyError):
        load(str(path))


def test_an_address_is_asked_once_a_day_and_then_only_whether_it_has_changed(tmp_path: Path) -> None:
    fresh = json_page(NEWER).with_headers(ETag='"one"')
    clock = Clock()
    with HttpServer({"/dns.json": [fresh, Page(status=304)]}) as server:
        source = f"{server.url}/dns.json"
        assert com(load(source, tmp_path, clock)) == NEW
        clock.moment += timedelta(hours=23)
        assert com(load(source, tmp_path, clock)) == NEW
        assert len(server.requests) == 1
        clock.moment += timedelta(hours=2)
        again = load(source, tmp_path, clock)
        assert (com(again), again.note) == (NEW, None)
        clock.moment += timedelta(hours=2)
        load(source, tmp_path, clock)
    assert [one.headers.get("if-none-match") for one in server.seen] == [None, '"one"']


def test_what_changed_is_taken_over(tmp_path: Path) -> None:
    changed = {**NEWER, "services": [[["com"], ["https://rdap.third.example/"]]]}
    clock = Clock()
    with HttpServer({"*": [json_page(NEWER).with_headers(ETag='"one"'), json_page(changed)]}) as server:
        load(f"{server.url}/dns.json", tmp_path, clock)
        clock.moment += timedelta(days=2)
        assert com(load(f"{server.url}/dns.json", tmp_path, clock)) == "https://rdap.third.example/"


FAULTS = {
    "stalls": STALLED,
    "resets": RESET,
    "is not there": Page(status=404),
    "is broken": Page(status=500),
    "redirects": Page(status=302, headers={"Location": "http://127.0.0.1/"}),
    "sends a web page": html_page("<html>登录</html>"),
    "sends no services": json_page({"services": []}),
    "sends other JSON": json_page({"services": [[1, 2]]}),
    "nests without end": Page(b'{"services":' + b"[" * 100_000),
    "sends 10 MB": Page(b" " * 10_000_000),
    "cuts off": Page(b'{"services":', length=100),
    "says unchanged of nothing": Page(status=304),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failed_refresh_leaves_the_shipped_rows_or_the_copy_with_a_note(fault: str, tmp_path: Path) -> None:
    page: Reply = FAULTS[fault]
    clock = Clock()
    with HttpServer({"*": [page, json_page(NEWER), page]}) as server:
        source = f"{server.url}/dns.json"
        first = load(source, tmp_path, clock)
        assert com(first) == OLD
        assert first.note is not None
        assert "shipped" in first.note.en
        assert com(load(source, tmp_path, clock)) == NEW
        clock.moment += timedelta(days=2)
        third = load(source, tmp_path, clock)
    assert com(third) == NEW
    if fault != "says unchanged of nothing":
        assert third.note is not None
        assert "2026-11-01" in third.note.en
        assert "2026-11-01" in third.note.zh


def test_offline_the_copy_counts_and_nobody_is_asked(tmp_path: Path) -> None:
    with HttpServer({"*": json_page(NEWER)}) as server:
        source = f"{server.url}/dns.json"
        load(source, tmp_path)
        later = Clock(NOW + timedelta(days=30))
        assert com(load(source, tmp_path, later, offline=True)) == NEW
        assert com(load(source, tmp_path / "empty", later, offline=True)) == OLD
        assert len(server.requests) == 1


def test_a_copy_older_than_the_shipped_rows_does_not_stand_in_for_them(tmp_path: Path) -> None:
    older = {**NEWER, "publication": "2024-02-07T00:00:00Z"}
    with HttpServer({"*": json_page(older)}) as server:
        source = f"{server.url}/dns.json"
        assert com(load(source, tmp_path)) == NEW
        assert com(load(source, tmp_path, offline=True)) == OLD


@pytest.mark.parametrize("content", ["", "{}", "[]", "junk", '{"text": 1, "etag": "", "checked_at": "x"}'])
def test_a_damaged_copy_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    with HttpServer({"*": json_page(NEWER)}) as server:
        source = f"{server.url}/dns.json"
        load(source, tmp_path)
        (kept,) = tmp_path.iterdir()
        kept.write_text(content, encoding="utf-8")
        assert com(load(source, tmp_path)) == NEW
        assert len(server.requests) == 2


def test_a_copy_from_the_future_is_asked_about_again(tmp_path: Path) -> None:
    with HttpServer({"*": json_page(NEWER)}) as server:
        source = f"{server.url}/dns.json"
        load(source, tmp_path, Clock(NOW + timedelta(days=300)))
        load(source, tmp_path)
        assert len(server.requests) == 2


def test_a_folder_that_cannot_be_written_costs_only_the_copy(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    with HttpServer({"*": json_page(NEWER)}) as server:
        assert com(load(f"{server.url}/dns.json", blocked / "cache")) == NEW


def test_a_server_that_is_not_there_leaves_the_shipped_rows(tmp_path: Path) -> None:
    found = load(f"http://127.0.0.1:{unused_port()}/dns.json", tmp_path)
    assert com(found) == OLD
    assert found.note is not None
    assert list(tmp_path.iterdir()) == []

"""Servers that misbehave in every known way: what could not be learned is unknown, the run goes on and ends soon."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from loopback_run import (
    EXIT_CLEAN,
    EXIT_INCOMPLETE,
    NUMBER,
    OTHER,
    OWNER,
    World,
    cnnic,
    page,
    passes,
    rdap,
    told,
)

from tests.servers.dns_server import NXDOMAIN, REFUSED, SERVFAIL, SILENT, Fault, Zone
from tests.servers.http_server import Page, html_page, json_page, redirect, too_many
from tests.servers.serving import CLOSED, RESET, STALLED, Ending, Lines, Reply, flood, gbk, text

GOOD = "shili-good.cn"
AT_ONCE = 50


@pytest.fixture
def soon() -> Iterator[None]:
    """However the servers behave, the command ends."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < 60


def reasons(result: Mapping[str, Any], check: str) -> dict[str, str]:
    """target → reason of the unknown ones, "FAIL" for failures."""
    verdicts = {target: one for (id, target), one in told(result).items() if id == check}
    return {target: reason or "FAIL" for target, (_verdict, reason) in sorted(verdicts.items())}


def whole(domain: str) -> Reply:
    return text(cnnic(domain))


def test_no_fault_of_a_whois_server_becomes_a_verdict(tmp_path: Path, soon: None) -> None:
    body = cnnic("shili-cut.cn").encode()
    replies: dict[str, Lines[Reply]] = {
        GOOD: whole(GOOD),
        "shili-split.cn": whole("shili-split.cn").split_inside("测"),
        "shili-gbk.cn": gbk(cnnic("shili-gbk.cn")),
        "shili-late.cn": whole("shili-late.cn").late(0.15),
        "shili-twice.cn": [RESET, whole("shili-twice.cn")],
        "shili-cut.cn": whole("shili-cut.cn").truncated(body.index(b"Registrant:") + 3),
        "shili-cutreset.cn": text(cnnic("shili-cutreset.cn")).truncated(len(body) // 2, Ending.RESET),
        "shili-stall.cn": STALLED,
        "shili-dribble.cn": whole("shili-dribble.cn").truncated(40, Ending.STALL),
        "shili-reset.cn": RESET,
        "shili-empty.cn": text("\r\n"),
        "shili-other.cn": cnnic("shili-another.cn", OTHER),
        "shili-flood.cn": flood(head=cnnic("shili-flood.cn").encode()),
        "shili-prose.cn": "Requests of this client are not permitted. Please see the web site.\r\n",
    }
    with World(tmp_path, whois=replies, sources=("whois",)) as world:
        world.write_book(*replies)
        code, result = world.audit("--only", "OWN201,DOM303")
        assert code == EXIT_INCOMPLETE
        good = {GOOD, "shili-split.cn", "shili-late.cn", "shili-twice.cn", "shili-gbk.cn"}
        unknown = {
            "shili-cut.cn": "unparsed",
            "shili-cutreset.cn": "error",
            "shili-stall.cn": "timeout",
            "shili-dribble.cn": "timeout",
            "shili-reset.cn": "error",
            "shili-flood.cn": "error",
        }
        found = reasons(result, "OWN201")
        assert found.keys() == replies.keys() - good
        assert {name: found[name] for name in unknown} == unknown
        assert "FAIL" not in {*found.values(), *reasons(result, "DOM303").values()}
        assert passes(result, "OWN201") == passes(result, "DOM303") == len(good)
        # What went wrong is tried again a bounded number of times.
        assert max(world.servers["whois"].queries.count(name) for name in replies) <= 3
        # And once the server is well, the next run learns the rest.
        for name in replies:
            world.whois[name] = whole(name)
        before = world.counts["whois"]
        code, again = world.audit("--only", "OWN201,DOM303", "--retry-unknown")
        assert sorted(world.servers["whois"].queries[before:]) == sorted(found)
        assert passes(again, "OWN201") == len(replies)


@pytest.mark.parametrize(
    "words", ["Queried interval is too short.\r\n", "Query rate exceeded. Try again after: 24h0m0s\r\n"]
)
def test_a_server_that_refuses_is_let_alone_and_nothing_is_known(
    tmp_path: Path, soon: None, words: str
) -> None:
    names = [f"shili{number:03}.cn" for number in range(200)]
    with World(tmp_path, whois={"*": words}, sources=("whois",)) as world:
        world.write_book(*names)
        code, result = world.audit("--only", "OWN201,DOM303")
        assert code == EXIT_INCOMPLETE
        # At most what was under way when it first said no, and one more to see whether it still does.
        assert len(world.servers["whois"].requests) <= AT_ONCE + 1
        for check in ("OWN201", "DOM303"):
            assert reasons(result, check) == dict.fromkeys(names, "throttled")
        if "24h" not in words:
            return
        # A run a moment later keeps to the wait.
        before = world.counts["whois"]
        code, result = world.audit("--only", "OWN201,DOM303")
        assert world.counts["whois"] == before
        assert reasons(result, "OWN201") == dict.fromkeys(names, "throttled")


def test_no_fault_of_an_rdap_service_becomes_a_verdict(tmp_path: Path, soon: None) -> None:
    whole_object = json_page(rdap("shili-cut.com", OWNER))
    pages: dict[str, Lines[Reply]] = {
        "shili-good.com": json_page(rdap("shili-good.com", OWNER)),
        "shili-split.com": json_page(rdap("shili-split.com", OWNER)).split_inside("测"),
        "shili-chunked.com": Page(json_page(rdap("shili-chunked.com", OWNER)).body, chunked=True),
        "shili-html.com": html_page("<html>maintenance</html>"),
        "shili-html404.com": html_page("<html>not found</html>", 404),
        "shili-500.com": json_page({"errorCode": 500}, 500),
        "shili-stall.com": STALLED,
        "shili-reset.com": RESET,
        "shili-close.com": CLOSED,
        "shili-cut.com": Page(
            whole_object.body[:60], length=len(whole_object.body), headers=whole_object.headers
        ),
        "shili-other.com": json_page(rdap("shili-another.com", OTHER)),
        "shili-flood.com": Page(b'{"objectClassName":"domain","remarks":"' + b"x" * 10_000_000 + b'"}'),
        "shili-private.com": redirect("http://10.255.0.1:8080/domain/shili-private.com"),
        "shili-file.com": redirect("file:///etc/passwd"),
        "shili-loop.com": redirect("/com/v1/domain/shili-loop.com"),
    }
    script: dict[str, Lines[Reply]] = {f"/com/v1/domain/{name}": one for name, one in pages.items()}
    with World(tmp_path, rdap=script, sources=("rdap",)) as world:
        world.write_book(*pages)
        code, result = world.audit("--only", "OWN201,DOM303")
        assert code == EXIT_INCOMPLETE
        good = {"shili-good.com", "shili-split.com", "shili-chunked.com"}
        found = reasons(result, "OWN201")
        assert found.keys() == pages.keys() - good
        assert found["shili-stall.com"] == "timeout"
        assert "FAIL" not in {*found.values(), *reasons(result, "DOM303").values()}
        assert passes(result, "OWN201") == passes(result, "DOM303") == len(good)
        assert max(world.servers["rdap"].queries.count(path) for path in script) <= 3 * 4


@pytest.mark.parametrize("retry_after", ["86400", None, "soon"])
def test_429_is_honoured(tmp_path: Path, soon: None, retry_after: str | None) -> None:
    names = [f"shili{number:03}.com" for number in range(200)]
    # Every question is answered at once: only a machine that stands still could make a short limit speak here.
    script = {"*": too_many(retry_after)}
    with World(tmp_path, rdap=script, sources=("rdap",), timeout_s=30.0) as world:
        world.write_book(*names)
        code, result = world.audit("--only", "OWN201,DOM303")
        assert code == EXIT_INCOMPLETE
        assert len(world.servers["rdap"].requests) <= AT_ONCE + 1
        for check in ("OWN201", "DOM303"):
            assert reasons(result, check) == dict.fromkeys(names, "throttled")


def test_no_fault_of_a_resolver_becomes_a_verdict(tmp_path: Path, soon: None) -> None:
    address: Zone = {"A": ["127.0.0.1"], "NS": ["ns1.example.net."]}
    faults: dict[str, Zone] = {
        "shili-sick.cn": SERVFAIL,
        "shili-mute.cn": SILENT,
        "shili-no.cn": REFUSED,
        "shili-liar.cn": Fault(other_name="shili-another.cn"),
        "shili-junk.cn": Fault(junk=b"\x00\x01"),
        "shili-wrong.cn": Fault(wrong_id=True),
        "shili-tcp.cn": Fault(truncated=True, reset=True),
    }
    zones: dict[str, Zone] = {GOOD: address, f"www.{GOOD}": address, "shili-gone.cn": NXDOMAIN}
    for name, fault in faults.items():
        zones |= {name: fault, f"www.{name}": fault}
    with World(tmp_path, dns=zones, sources=("dns",)) as world:
        world.write_book(GOOD, "shili-gone.cn", *faults)
        code, result = world.audit("--only", "ACC801", "--fail-on", "never")
        assert code == EXIT_INCOMPLETE
        found = reasons(result, "ACC801")
        assert found.pop("shili-gone.cn") == "FAIL"
        assert found.keys() == faults.keys()
        assert "FAIL" not in found.values()
        assert passes(result, "ACC801") == 1


def test_no_fault_of_a_web_site_becomes_a_verdict(tmp_path: Path, soon: None) -> None:
    pages: dict[str, Lines[Reply]] = {
        GOOD: page(),
        "shili-gbk.cn": html_page(page(), charset="gbk"),
        "shili-stall.cn": STALLED,
        "shili-reset.cn": RESET,
        "shili-close.cn": CLOSED,
        "shili-private.cn": redirect("http://10.255.0.1/"),
        "shili-metadata.cn": redirect("http://169.254.169.254/latest/meta-data/"),
        "shili-loop.cn": redirect("/"),
        "shili-flood.cn": html_page("<html><body>" + "<p>更多</p>" * 1_000_000 + page()),
        "shili-image.cn": Page(b"\x89PNG\r\n", headers={"Content-Type": "image/png"}),
    }
    script: dict[str, Lines[Reply]] = {
        f"{host} /": one for name, one in pages.items() for host in (name, f"www.{name}")
    }
    address: Zone = {"A": ["127.0.0.1"]}
    with World(tmp_path, dns={"*.cn": address}, web=script, sources=("web",)) as world:
        world.write_book(*pages)
        code, result = world.audit("--only", "WEB901,WEB902,WEB903", "--fail-on", "never")
        assert code == EXIT_INCOMPLETE
        found = reasons(result, "WEB901")
        assert found.keys() == pages.keys() - {GOOD, "shili-gbk.cn"}
        assert "FAIL" not in found.values()
        assert passes(result, "WEB901") == 2
        # Nobody resolved the sites but the run's own resolvers.
        assert f"www.{GOOD} A" in world.servers["dns"].queries
        assert NUMBER in page()


def test_with_everything_down_a_large_run_ends_soon_and_the_next_goes_on(
    tmp_path: Path, soon: None, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"shili{number:04}.cn" for number in range(1000)]
    with World(tmp_path) as world:
        book = world.write_book(*names)
        code, result = world.audit("--only", "OWN201,DOM303,ACC801,WEB901")
        assert code == EXIT_INCOMPLETE
        for check in ("OWN201", "DOM303", "ACC801", "WEB901"):
            assert reasons(result, check).keys() == set(names)
            assert set(reasons(result, check).values()) <= {"timeout", "error", "no_evidence"}
            assert passes(result, check) == 0
        capsys.readouterr()
        world.evidence("status", book, "--lang", "en")
        observations = int(capsys.readouterr().out.partition(" observations")[0])
        assert observations < 1000
    with World(
        tmp_path,
        whois={name: cnnic(name) for name in names},
        dns={"*.cn": {"A": ["127.0.0.1"]}},
        web={"*": page()},
        timeout_s=10.0,
    ) as world:
        code, result = world.audit("--only", "OWN201,DOM303,ACC801,WEB901")
        assert code == EXIT_CLEAN
        for check in ("OWN201", "DOM303", "ACC801", "WEB901"):
            assert passes(result, check) == 1000
        assert sorted(world.servers["whois"].queries) == names


def test_with_one_server_down_the_others_are_asked_all_the_same(tmp_path: Path, soon: None) -> None:
    coms = [f"shili{number:02}.com" for number in range(60)]
    script: dict[str, Lines[Reply]] = {
        f"/com/v1/domain/{name}": json_page(rdap(name, OWNER)) for name in coms
    }
    with World(tmp_path, rdap=script, sources=("whois", "rdap")) as world:
        cns = [f"shili{number:02}.cn" for number in range(60)]
        world.write_book(*cns, *coms)
        code, result = world.audit("--only", "OWN201,DOM303")
        assert code == EXIT_INCOMPLETE
        assert passes(result, "OWN201") == 60
        assert reasons(result, "OWN201").keys() == set(cns)

"""The whole of `audit run` and `audit evidence` against a small world on 127.0.0.1."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_run import (
    EXIT_CLEAN,
    EXIT_FOUND,
    EXIT_INCOMPLETE,
    OTHER,
    OWNER,
    World,
    cnnic,
    findings,
    page,
    passes,
    rdap,
    told,
)

from tests.servers.http_server import json_page
from tests.servers.serving import STALLED, most_within

OK, THEIRS, GONE, COM, IDN = "shili-ok.cn", "shili-theirs.cn", "shili-gone.cn", "shili-ok.com", "示例.中国"
IDN_SENT = "xn--fsq092h.xn--fiqs8s"
ADDRESS = {"A": ["127.0.0.1"], "NS": ["ns1.example.net."]}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    names = (OK, THEIRS, COM, IDN_SENT)
    made = World(
        tmp_path,
        whois={
            OK: cnnic(OK),
            THEIRS: cnnic(THEIRS, OTHER),
            IDN_SENT: cnnic("示例.中国"),
        },
        rdap={},
        registrar={f"/r/domain/{COM}": json_page(rdap(COM, OWNER))},
        dns={host: ADDRESS for name in names for host in (name, f"www.{name}")},
        web={"*": page()},
    )
    with made:
        link = f"http://127.0.0.1:{made.port('registrar')}/r/domain/{COM}"
        made.rdap[f"/com/v1/domain/{COM}"] = json_page(rdap(COM, link=link))
        made.write_book(OK, THEIRS, GONE, COM, IDN)
        yield made


def test_verdicts_come_from_what_the_servers_say(world: World) -> None:
    code, result = world.audit()
    assert code == EXIT_FOUND
    verdicts = told(result)
    assert verdicts["OWN201", THEIRS] == ("fail", None)
    assert verdicts["DOM303", GONE] == ("fail", None)
    assert not {("OWN201", OK), ("OWN201", COM), ("OWN201", IDN), ("DOM303", COM)} & verdicts.keys()
    assert passes(result, "OWN201") == 3
    assert passes(result, "WEB901") == 4
    (theirs,) = (one for one in result["findings"] if (one["check"], one["target"]) == ("OWN201", THEIRS))
    assert [one["server"] for one in theirs["evidence"]] == [f"127.0.0.1:{world.port('whois')}"]
    # One question each: the registrar's object only behind the registry's link; no .cn goes to RDAP.
    assert sorted(world.servers["whois"].queries) == sorted([OK, THEIRS, GONE, IDN_SENT])
    assert world.servers["rdap"].queries == [f"/com/v1/domain/{COM}"]
    assert world.servers["registrar"].queries == [f"/r/domain/{COM}"]
    assert f"{GONE} A" in world.servers["dns"].queries
    assert f"{GONE} A" in world.servers["dns2"].queries


def test_the_second_run_asks_nothing_and_offline_finds_the_same(world: World) -> None:
    _code, first = world.audit()
    seen = world.counts
    code, second = world.audit(out="again")
    assert world.counts == seen
    assert code == EXIT_FOUND
    assert findings(second) == findings(first)
    _code, offline = world.audit("--offline", out="offline")
    assert world.counts == seen
    assert findings(offline) == findings(first)
    assert offline["run"]["offline"] is True
    assert first["run"]["offline"] is False


def test_retry_unknown_asks_only_for_what_is_not_known(world: World) -> None:
    world.whois[THEIRS] = STALLED
    _code, first = world.audit("--only", "OWN201")
    assert told(first)["OWN201", THEIRS] == ("unknown", "timeout")
    world.whois[THEIRS] = cnnic(THEIRS, OTHER)
    before = {name: len(server.requests) for name, server in world.servers.items()}
    _code, again = world.audit("--retry-unknown", "--only", "OWN201")
    new = {name: server.queries[before[name] :] for name, server in world.servers.items()}
    assert new == {"whois": [THEIRS], "rdap": [], "registrar": [], "dns": [], "dns2": [], "web": []}
    assert told(again)["OWN201", THEIRS] == ("fail", None)


def test_refresh_then_status_then_an_audit_that_asks_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    book = world.here / "book.xlsx"
    assert world.evidence("status") == EXIT_CLEAN
    assert "证据库是空的" in capsys.readouterr().out
    assert world.evidence("refresh", book) == EXIT_CLEAN
    told_of = capsys.readouterr().out
    assert "被拒绝 0, 无应答 0" in told_of
    seen = world.counts
    assert world.evidence("status", book, "--lang", "en") == EXIT_CLEAN
    words = capsys.readouterr().out
    assert "5 domains, 0 of them never looked up" in words
    assert "whois: fresh 4, old 0, failed 0" in words
    assert "rdap: fresh 1, old 0, failed 0" in words
    assert world.evidence("refresh", book, "--lang", "en") == EXIT_CLEAN
    assert "asked 0:" in capsys.readouterr().out
    world.audit()
    assert world.counts == seen


@pytest.mark.parametrize("name", ["moved.jsonl", "moved.jsonl.gz"])
def test_evidence_moved_to_an_offline_machine_gives_the_same_audit(world: World, name: str) -> None:
    assert world.evidence("refresh", world.here / "book.xlsx", "--quiet") == EXIT_CLEAN
    assert world.evidence("export", world.here / name) == EXIT_CLEAN
    world.audit("--offline", "--no-history", out="here")
    seen = world.counts
    world.store = "elsewhere.sqlite3"
    _rewrite_store(world)
    assert world.evidence("import", world.here / name) == EXIT_CLEAN
    world.audit("--offline", "--no-history", out="there")
    assert world.counts == seen
    texts = []
    for folder in ("here", "there"):
        content = json.loads((world.here / folder / "audit.json").read_text(encoding="utf-8"))
        kept = {key: content["run"].pop(key) for key in ("id", "started_at", "finished_at")}
        assert all(kept.values())
        texts.append(json.dumps(content, ensure_ascii=False))
    assert texts[0] == texts[1]
    # And out again: the same bytes.
    assert world.evidence("export", world.here / f"again-{name}") == EXIT_CLEAN
    assert (world.here / f"again-{name}").read_bytes() == (world.here / name).read_bytes()


def _rewrite_store(world: World) -> None:
    policy = world.here / "audit.toml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("evidence.sqlite3", world.store), encoding="utf-8")


def test_a_run_of_registration_checks_may_leave_the_other_sources_out(tmp_path: Path) -> None:
    with World(tmp_path, whois={"*": cnnic(OK)}, dns={}, web={}, sources=("whois",)) as world:
        world.write_book(OK)
        code, result = world.audit("--only", "OWN201,DOM303")
        assert world.counts == {"whois": 1, "dns": 0, "dns2": 0, "web": 0}
    assert code == EXIT_CLEAN
    assert passes(result, "OWN201") == 1


def test_a_suffix_that_nobody_answers_for_is_told_and_never_asked(tmp_path: Path) -> None:
    with World(tmp_path, whois={}, rdap={}, dns={}, web={}, sources=("whois", "rdap")) as world:
        world.write_book("shili.invalidtld", "shili.mo")
        code, result = world.audit("--only", "DOM303")
        assert world.counts["whois"] == world.counts["rdap"] == 0
    assert code in (EXIT_CLEAN, EXIT_INCOMPLETE)
    assert all(one["verdict"] == "unknown" for one in result["findings"])


def test_the_rate_that_the_policy_allows_is_never_exceeded_at_the_server(tmp_path: Path) -> None:
    names = [f"shili{number:02}.cn" for number in range(60)]
    with World(tmp_path, whois={name: cnnic(name) for name in names}, sources=("whois",)) as world:
        world.write_book(*names)
        policy = tmp_path / "audit.toml"
        text = policy.read_text(encoding="utf-8").replace(
            "[evidence.whois]", "[evidence.whois]\nrate_per_s = 20"
        )
        policy.write_text(text, encoding="utf-8")
        assert world.evidence("refresh", tmp_path / "book.xlsx", "--quiet") == EXIT_CLEAN
        arrivals = world.servers["whois"].arrivals
    assert len(arrivals) == 60
    assert most_within(arrivals, 1.0) <= 20
    assert arrivals[-1] - arrivals[0] < 1.5 * 60 / 20

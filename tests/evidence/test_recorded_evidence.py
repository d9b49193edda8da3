"""Evidence files: every good line is taken, every broken one is told with its place, none stops the reading."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from evidence_replies import cnnic

from auditor.errors import InputError
from auditor.evidence.recorded import MAX_TOLD, RecordedEvidence, raw_sha256, read_evidence
from auditor.evidence.sources import RecordedSource

GOOD: dict[str, object] = {
    "domain": "example.cn",
    "source": "whois",
    "server": "whois.cnnic.cn",
    "fetched_at": "2026-11-20T08:00:00+08:00",
    "outcome": "answered",
    "raw": cnnic(),
}


def line(**changes: object) -> str:
    return json.dumps({**GOOD, **changes}, ensure_ascii=False)


def without(key: str) -> str:
    return json.dumps({name: value for name, value in GOOD.items() if name != key})


def read(tmp_path: Path, *lines: str | bytes, name: str = "evidence.jsonl") -> RecordedEvidence:
    path = tmp_path / name
    path.write_bytes(b"\n".join(one if isinstance(one, bytes) else one.encode() for one in lines) + b"\n")
    return read_evidence([(path, name)])


def test_a_good_line_becomes_an_observation(tmp_path: Path) -> None:
    found = read(tmp_path, line())
    (one,) = found.observations
    assert (one.domain, one.source, one.outcome, one.line) == (
        "example.cn",
        "whois",
        "answered",
        "evidence.jsonl:1",
    )
    assert one.sha256 == hashlib.sha256(cnnic().encode()).hexdigest()
    assert found.problems == ()
    digest = hashlib.sha256((tmp_path / "evidence.jsonl").read_bytes()).hexdigest()
    assert found.files == (("evidence.jsonl", digest, 1),)


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ("{", "JSON"),
        ("[]", "object"),
        ("NaN", "JSON"),
        (line(raw=float("nan")), "JSON"),
        ("[" * 100_000, "JSON"),
        (b"\xff\xfe\xfa{}", "UTF"),
        ("9" * 5000, "JSON"),
        (without("server"), "server"),
        (without("raw"), "raw"),
        (without("fetched_at"), "fetched_at"),
        (line(source="gossip"), "gossip"),
        (line(source=["whois"]), "whois"),
        (line(outcome="found"), "found"),
        (line(server=None), "server"),
        (line(fetched_at="2026-11-20T08:00:00"), "zone"),
        (line(fetched_at="2026-11-20"), "zone"),
        (line(fetched_at="2026-13-40T08:00:00Z"), "valid"),
        (line(fetched_at="0001-01-01T00:00:00+08:00"), "impossible"),
        (line(fetched_at=1763596800), "fetched_at"),
        (line(fetched_at=None), "fetched_at"),
        (line(domain="com.cn"), "suffix"),
        (line(domain="not a domain"), "domain"),
        (line(domain=7), "domain"),
        (line(domain="192.0.2.1"), "address"),
    ],
)
def test_a_broken_line_is_told_and_the_others_are_read(tmp_path: Path, bad: str | bytes, word: str) -> None:
    found = read(tmp_path, line(), bad, "", line(domain="other-example.cn"))
    if isinstance(bad, bytes):
        assert len(found.observations) == 2
    assert [one.domain for one in found.observations] == ["example.cn", "other-example.cn"]
    (problem,) = found.problems
    assert problem.en.startswith("evidence.jsonl:2: ")
    assert word in problem.en
    assert problem.zh.startswith("evidence.jsonl:2：")


def test_domains_are_brought_to_their_registrable_form(tmp_path: Path) -> None:
    found = read(tmp_path, line(domain="WWW.Example.CN"), line(domain="xn--fsq092h.com.cn"))
    assert [one.domain for one in found.observations] == ["example.cn", "示例.com.cn"]


def test_the_same_observation_twice_counts_once(tmp_path: Path) -> None:
    other_zone = line(fetched_at="2026-11-20T00:00:00Z")
    found = read(tmp_path, line(), line(), other_zone, line(raw="No matching record."))
    assert len(found.observations) == 2


def test_a_failed_asking_needs_no_raw_answer(tmp_path: Path) -> None:
    record = {key: value for key, value in GOOD.items() if key != "raw"} | {"outcome": "timeout"}
    found = read(tmp_path, json.dumps(record))
    assert found.observations[0].raw is None
    assert found.observations[0].sha256 == ""


def test_byte_order_mark_packing_and_lone_surrogates_are_understood(tmp_path: Path) -> None:
    assert len(read(tmp_path, b"\xef\xbb\xbf" + line().encode()).observations) == 1
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress(line().encode()))
    assert len(read_evidence([(packed, "packed")]).observations) == 1
    found = read(tmp_path, json.dumps({**GOOD, "raw": "a\ud800b \U0001f600"}))
    assert found.observations[0].raw == "a?b \U0001f600"


def test_the_hash_of_an_object_does_not_depend_on_the_order_of_its_keys() -> None:
    assert raw_sha256({"b": 1, "a": "示"}) == raw_sha256({"a": "示", "b": 1})
    assert raw_sha256({"a": "示"}) == hashlib.sha256('{"a":"示"}'.encode()).hexdigest()
    assert raw_sha256(None) == ""


def test_many_broken_lines_are_told_in_a_bounded_way(tmp_path: Path) -> None:
    found = read(tmp_path, *["{"] * (MAX_TOLD + 7))
    assert len(found.problems) == MAX_TOLD + 1
    assert "7" in found.problems[-1].en


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_evidence([(tmp_path / "nowhere.jsonl", "nowhere.jsonl")])
    with pytest.raises(InputError):
        read_evidence([(tmp_path, "folder")])
    torn = tmp_path / "torn.jsonl.gz"
    torn.write_bytes(gzip.compress(line().encode() * 50)[:-20])
    with pytest.raises(InputError):
        read_evidence([(torn, "torn.jsonl.gz")])
    wide = tmp_path / "wide.jsonl"
    wide.write_bytes(line().encode("utf-16"))
    with pytest.raises(InputError, match="UTF-16"):
        read_evidence([(wide, "wide.jsonl")])


def test_personal_numbers_never_stand_in_a_problem(tmp_path: Path) -> None:
    found = read(tmp_path, line(domain="13800138000"))
    assert "13800138000" not in found.problems[0].en + found.problems[0].zh


def test_a_recorded_source_replays_the_newest_answer(tmp_path: Path) -> None:
    found = read(tmp_path, line(fetched_at="2026-11-20T01:00:00Z", raw="newer"), line(raw="older"))
    source = RecordedSource("whois", found.observations)
    assert source.name == "whois"
    assert source.fetch("example.cn").raw == "newer"
    assert source.fetch("other-example.cn").outcome == "unsupported"

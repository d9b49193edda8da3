"""`audit history` and `audit diff` as people and scripts use them."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from auditor.cli.difference import side_by_side
from auditor.cli.difference_lines import difference_lines
from auditor.cli.history_lines import table_lines
from auditor.history.store import History
from auditor.history.waiver_policy import WaiverRules
from auditor.model.change import Change
from auditor.model.waiver import Waiver
from auditor.report.wording import Wording
from tests.cli.past_audits import FAR, audit, book, document, fingerprints, refused, run, told
from tests.history.past import MONDAY, START, Clock, audited, fault


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_history_there_is_nothing_to_list_and_none_is_made(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "还没有审计记录" in told(capsys, "history")
    assert "no run yet" in told(capsys, "history", "--lang", "en")
    assert document(capsys, "history") == {"schema": "filing-history/1", "portfolios": []}
    assert "audit run" in refused(capsys, "diff")
    assert "还没有审计记录" in refused(capsys, "history", "--portfolio", "甲")
    assert not list(Path(os.environ["XDG_DATA_HOME"]).rglob("history.sqlite3"))


def test_runs_are_listed_newest_first_with_their_counts(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(here, as_of="2026-12-31") == 1
    assert run(here, wrong=(1, 2), as_of="2027-01-01") == 1
    lines = told(capsys, "history").splitlines()
    assert str(here / "book.xlsx") in lines[0]
    assert [line.split()[1] for line in lines[2:4]] == ["2027-01-01", "2026-12-31"]
    one = document(capsys, "history")["portfolios"][0]  # type: ignore[index]
    assert [each["findings"]["critical"] + each["findings"]["high"] for each in one["runs"]] == [2, 1]
    assert one["runs"][0]["baseline"] == one["runs"][1]["id"]
    assert one["runs"][0]["inputs"][0]["path"] == "book.xlsx"
    assert one["runs"][0]["kept"] is True


def test_a_limit_says_what_it_leaves_out(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for day in ("2026-11-21", "2026-11-22", "2026-11-23"):
        run(here, as_of=day)
    said = told(capsys, "history", "--limit", "1")
    assert "2026-11-23" in said
    assert "2026-11-22" not in said
    assert "2 次" in said
    assert "2026-11-21" in told(capsys, "history", "--limit", "0")
    assert len(document(capsys, "history", "--limit", "2")["portfolios"][0]["runs"]) == 2  # type: ignore[index]


def test_several_portfolios_are_grouped_and_one_can_be_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, "--portfolio", "甲组")
    run(here, "--portfolio", "乙组")
    run(here)
    said = told(capsys, "history")
    assert "甲组" in said
    assert "乙组" in said
    assert "甲组" not in told(capsys, "history", "--portfolio", "乙组")
    assert str(here) in told(capsys, "history", "--portfolio", "book.xlsx")
    assert "甲组" in refused(capsys, "history", "--portfolio", "丙组")
    assert "--portfolio" in refused(capsys, "diff")


def test_columns_stand_under_one_another_whatever_the_width_of_their_characters() -> None:
    lines = list(table_lines([["编号", "数"], ["abcdef", "12"]], right={1}))
    assert lines == ["  编号    数", "  abcdef  12"]


def test_the_last_two_runs_are_compared_where_none_is_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, wrong=(1,), as_of="2026-12-31")
    run(here, wrong=(2,), rows=(2, 3), as_of="2027-01-01")
    said = told(capsys, "diff")
    assert said.index("2026-12-31") < said.index("2027-01-01")
    assert "新增 1" in said
    assert "已解决 1" in said
    content = document(capsys, "diff")
    assert [one["target"] for one in content["new"]] == ["shili-2.cn"]  # type: ignore[attr-defined, index]
    assert [one["target"] for one in content["resolved"]] == ["shili-1.cn"]  # type: ignore[attr-defined, index]
    assert content["domains"] == {"arrived": ["shili-3.cn"], "gone": ["shili-1.cn"]}
    facts = [one for one in content["world"] if one["kind"] == "registrant"]  # type: ignore[attr-defined]
    assert facts == [
        {
            "kind": "registrant",
            "target": "shili-2.cn",
            "before": "北京示例测试有限公司",
            "after": "上海他人有限公司",
        }
    ]
    assert "北京示例测试有限公司 → 上海他人有限公司" in said
    english = told(capsys, "diff", "--lang", "en")
    assert "new 1 · worse 0 · waiver lapsed 0 · better 0 · resolved 1 · persisting 0" in english


def test_runs_may_be_named_by_id_prefix_or_last_in_any_order(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong, day in (((1,), "2026-11-21"), ((1, 2), "2026-11-22"), ((2,), "2026-11-23")):
        run(here, wrong=wrong, as_of=day)
    runs = [one["id"] for one in document(capsys, "history")["portfolios"][0]["runs"]]  # type: ignore[index]
    assert [one["target"] for one in document(capsys, "diff", runs[2])["new"]] == ["shili-2.cn"]  # type: ignore[attr-defined, index]
    back = document(capsys, "diff", "last", runs[2])
    assert [one["target"] for one in back["new"]] == ["shili-1.cn"]  # type: ignore[attr-defined, index]
    assert document(capsys, "diff", runs[1], runs[1])["counts"]["persisting"] == 2  # type: ignore[index]
    # The newest alone is meant against the one before it.
    assert document(capsys, "diff", "last")["from"]["id"] == runs[1]  # type: ignore[index]
    assert "没有变化" in told(capsys, "diff", runs[1], runs[1])
    assert "没有这次审计" in refused(capsys, "diff", "19990101")
    assert "不止一次" in refused(capsys, "diff", "2")
    assert "最多比较两次" in refused(capsys, "diff", "a", "b", "c")


def test_one_run_alone_cannot_be_compared(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(here)
    for words in (("diff",), ("diff", "last")):
        assert "只有一次" in refused(capsys, *words)
    assert "one run only" in refused(capsys, "diff", "--lang", "en")


def test_runs_of_different_portfolios_are_not_compared(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, "--portfolio", "甲组")
    run(here, "--portfolio", "乙组", rows=(1, 2, 3))
    groups = document(capsys, "history")["portfolios"]
    ids = [one["runs"][0]["id"] for one in groups]  # type: ignore[attr-defined]
    assert "甲组" in refused(capsys, "diff", *ids)


def test_the_exit_status_tells_of_worse_things_only_where_it_is_asked_to(here: Path) -> None:
    run(here, wrong=(1,), as_of="2026-11-22")
    run(here, wrong=(1, 2), as_of="2026-11-23")
    run(here, wrong=(), as_of="2026-11-24")
    assert audit("diff") == 0
    assert audit("diff", "--exit-code") == 0
    assert audit("history") == 0


def test_the_exit_status_is_1_where_something_is_new(here: Path) -> None:
    run(here, wrong=(1,), as_of="2026-11-22")
    run(here, wrong=(1, 2), as_of="2026-11-23")
    assert audit("diff") == 0
    assert audit("diff", "--exit-code") == 1
    assert audit("diff", "--exit-code", "--json") == 1


def test_what_is_no_longer_waived_is_told_apart_from_what_is_new(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, wrong=(1, 2), as_of="2026-11-22")
    marks = fingerprints(here)
    assert audit("waive", marks["shili-1.cn"], "--until", FAR, "--reason", "迁移中", "--by", "张某") == 0
    run(here, wrong=(1, 2), as_of="2026-11-23")
    since = document(capsys, "diff")
    assert [one["target"] for one in since["waived_since"]] == ["shili-1.cn"]  # type: ignore[attr-defined, index]
    assert since["counts"]["persisting"] == 1  # type: ignore[index]
    own = document(capsys, "waivers")["portfolios"][0]["waivers"][0]["id"]  # type: ignore[index]
    assert audit("waivers", "withdraw", own, "--by", "李某", "--reason", "误登") == 0
    run(here, wrong=(1, 2), as_of="2026-11-24")
    content = document(capsys, "diff", "--exit-code", status=1)
    assert [one["target"] for one in content["lapsed"]] == ["shili-1.cn"]  # type: ignore[attr-defined, index]
    assert content["counts"] == {
        "new": 0,
        "worse": 0,
        "lapsed": 1,
        "better": 0,
        "resolved": 0,
        "persisting": 1,
    }
    assert content["waived_estimated"] is False
    assert "豁免到期 (1)" in told(capsys, "diff")


def test_what_was_waived_at_a_run_that_is_not_kept_follows_from_the_trail(tmp_path: Path) -> None:
    clock = Clock()
    rules = WaiverRules()
    until = (MONDAY + timedelta(weeks=1)).isoformat()
    with History.open(f"sqlite:///{tmp_path}/h.db", clock) as store:
        by_name = waiver(check="own201", target="d1.cn", until=until)
        store.waive(by_name, "甲组")
        store.waive(waiver(fingerprint=f"{2:032x}", until="2199-12-31"), "甲组")
        findings = (fault(1), fault(2), fault(3))
        for week in range(3):
            clock.at = START + timedelta(weeks=week)
            covered = [by_name if (number == 1 and week < 2) or number == 2 else None for number in (1, 2, 3)]
            result = audited(
                *(replace(one, waiver=own) for one, own in zip(findings, covered, strict=True)), week=week
            )
            with store.recording(result, "甲组", f"{week}", keep=0):
                pass
        last, middle, first = store.runs("甲组")
        same = side_by_side(store, first, middle, rules)
        assert not same.worsened
        assert same.counts[Change.PERSISTING] == 1
        told_of = side_by_side(store, first, last, rules)
        assert [one.target for one in told_of.lists[Change.LAPSED]] == ["d1.cn"]
        assert told_of.counts[Change.PERSISTING] == 1
        assert told_of.estimated
        assert told_of.worsened
        assert "推算" in "\n".join(difference_lines(told_of, Wording("zh"), 0))


def waiver(until: str, **subject: str) -> Waiver:
    key = next(iter(subject.values()))
    return Waiver(f"{len(key):016x}", "迁移中", "张某", date.fromisoformat(until), **subject)


def test_a_long_list_is_cut_aloud_and_whole_in_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(here, wrong=(), rows=(1, 2, 3), as_of="2026-11-22")
    run(here, wrong=(1, 2, 3), rows=(1, 2, 3), as_of="2026-11-23")
    said = told(capsys, "diff", "--limit", "1")
    assert "新增 (3)" in said
    assert "未列出 2 项" in said
    assert "未列出" not in told(capsys, "diff", "--limit", "0")
    assert len(document(capsys, "diff", "--limit", "1")["new"]) == 3  # type: ignore[arg-type]


def test_a_history_that_cannot_be_read_is_an_error_in_words(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "audit.toml").write_text('[history]\nstore = "broken.db"\n', encoding="utf-8")
    (here / "broken.db").write_bytes(b"this is no database " * 100)
    for words in (("history",), ("diff",), ("waivers",), ("report", "last")):
        assert "broken.db" in refused(capsys, *words)


def test_nothing_personal_in_a_path_reaches_the_terminal(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, name="台账 13800138001.xlsx")
    assert "13800138001" not in told(capsys, "history")
    assert "13800138001" not in told(capsys, "history", "--json")
    assert book(here / "x.xlsx", 1).exists()

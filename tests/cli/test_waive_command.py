"""`audit waive` and `audit waivers` as people use them: accepting, taking over a filled-in report, taking back."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest

from auditor.cli.waive_answers import take_answers
from auditor.cli.waive_finding import Acceptance, accept_finding
from auditor.errors import UsageError
from auditor.history.store import History
from auditor.model.result import Finding
from auditor.settings.policy_file import read_settings
from tests.cli.past_audits import FAR, at, audit, document, fingerprints, refused, report, run, told
from tests.history.past import Clock, audited, fault
from tests.servers.postgres import PostgresServer

TERMS = ("--until", FAR, "--reason", "迁移中", "--by", "张某")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def policy(here: Path, text: str) -> None:
    (here / "audit.toml").write_text(text, encoding="utf-8")


def waivers(capsys: pytest.CaptureFixture[str], *words: object) -> list[dict[str, object]]:
    """The acceptances of the only portfolio."""
    groups = document(capsys, "waivers", *words)["portfolios"]
    assert isinstance(groups, list)
    return [one for group in groups for one in group["waivers"]]


def fill(path: Path, answers: dict[str, dict[str, object]]) -> Path:
    """Type answers (heading → value) beside the findings of a report, by target."""
    book = openpyxl.load_workbook(path)
    left = dict(answers)
    for sheet in book:
        heads: dict[object, int] = {}
        for cells in sheet.iter_rows():
            values = {cell.value: cell.column for cell in cells if isinstance(cell.value, str)}
            if {"处理状态", "指纹", "对象"} <= values.keys():
                heads = dict(values)
            elif heads and (target := sheet.cell(cells[0].row, heads["对象"]).value) in left:
                for heading, value in left.pop(target).items():
                    sheet.cell(cells[0].row, heads[heading]).value = value
    assert not left
    book.save(path)
    return path


def accepted(
    owner: str = "张某", until: object = date(2199, 12, 31), reason: str = "迁移中"
) -> dict[str, object]:
    return {"处理状态": "接受风险", "处理人": owner, "接受理由": reason, "接受至": until}


def remember(here: Path, *findings: Finding, rules: str = "") -> None:
    """A history with one run in it, quicker than an audit."""
    policy(here, f'{rules}[history]\nstore = "past.db"\n')
    with (
        History.open(str(here / "past.db"), Clock()) as store,
        store.recording(audited(*findings), "甲组", "a"),
    ):
        pass


# One finding


def test_an_accepted_finding_is_shown_recorded_and_waived_in_the_next_run(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(here) == 1
    mark = fingerprints(here)["shili-1.cn"]
    said = told(capsys, "waive", mark[:8], *TERMS, "--approver", "李某")
    for word in (mark, "OWN201", "shili-1.cn", FAR, "张某", "李某", "迁移中", "已登记"):
        assert word in said
    assert run(here, as_of="2026-11-24") == 0
    assert report(here)["totals"]["waived"] == 1  # type: ignore[index]
    (one,) = waivers(capsys)
    assert one["state"] == "active"
    assert one["fingerprint"] == mark
    assert one["findings"][0]["target"] == "shili-1.cn"  # type: ignore[index]


def test_a_finding_can_be_named_by_check_and_target(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(here)
    said = told(capsys, "waive", "--check", "own201", "--target", "shili-1.cn", *TERMS, "--lang", "en")
    assert "OWN201 × shili-1.cn" in said
    assert "accepted by 张某 until 2199-12-31 (that day included)" in said
    assert run(here, as_of="2026-11-24") == 0


def test_accepting_again_renews_the_acceptance_and_a_second_time_changes_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    mark = fingerprints(here)["shili-1.cn"]
    for until, word in (
        ("2190-01-01", "已登记"),
        (FAR, "已延长"),
        (FAR, "没有改动"),
        ("2180-01-01", "已缩短"),
    ):
        assert word in told(capsys, "waive", mark, "--until", until, "--reason", "迁移中", "--by", "张某")
    (one,) = waivers(capsys)
    assert one["until"] == "2180-01-01"
    said = told(capsys, "waive", mark, "--until", FAR, "--reason", "另一人", "--by", "李某")
    assert str(one["id"]) in said
    assert len(waivers(capsys)) == 2
    trail = document(capsys, "waivers", "--trail")["portfolios"][0]["trail"]  # type: ignore[index]
    assert [event["what"] for event in trail] == ["made", "extended", "shortened", "made"]


def test_a_dry_run_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(here)
    assert "将登记" in told(capsys, "waive", fingerprints(here)["shili-1.cn"], *TERMS, "--dry-run")
    assert waivers(capsys) == []


def test_quiet_says_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(here)
    assert told(capsys, "waive", fingerprints(here)["shili-1.cn"], *TERMS, "--quiet") == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "FINGERPRINT"),
        (("1234abcd",), "--until"),
        (("--check", "OWN201", *TERMS), "--target"),
        (("--target", "a.cn", *TERMS), "--check"),
        (("1234abcd", "--check", "OWN201", "--target", "a.cn", *TERMS), "只能用一种"),
        (("1234abc", *TERMS), "8 位"),
        (("zzzzzzzzz", *TERMS), "十六进制"),
        (("1234abcd", *TERMS), "没有发现"),
        (("1234abcd" * 4, *TERMS), "--force"),
        (("1234abcd", *TERMS, "--force"), "写全 32 位"),
        (("--check", "NOPE1", "--target", "a.cn", *TERMS), "audit checks"),
        (("--check", "OWN201", "--target", "SHILI-1.cn", *TERMS), "shili-1.cn"),
        (("1234abcd", "--until", "2020-01-01", "--reason", "a", "--by", "b"), "已经过去"),
        (("1234abcd", "--until", FAR, "--reason", "  ", "--by", "b"), "--reason"),
        (("1234abcd", "--until", FAR, "--reason", "a", "--by", " "), "--by"),
        (("1234abcd", *TERMS, "--portfolio", "无此组"), "无此组"),
        (("1234abcd", *TERMS, "--from", "r.xlsx"), "--from"),
        (("--from", "nowhere.xlsx"), "nowhere.xlsx"),
    ],
)
def test_what_is_missing_wrong_or_unknown_is_refused_in_words(
    here: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    remember(here, fault(1, target="shili-1.cn"))
    assert said in refused(capsys, "waive", *words)
    assert waivers(capsys) == []


def test_a_day_that_is_none_is_a_usage_error(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, "waive", "1234abcd", "--until", "2027-02-30", "--reason", "a", "--by", "b")


def test_a_prefix_of_two_findings_names_them_both(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    remember(here, fault(1), fault(2), fault(3 << 64))
    said = refused(capsys, "waive", "0" * 20, *TERMS)
    assert f"#{1:032x}" in said
    assert f"#{2:032x}" in said
    assert f"{3 << 64:032x}" not in said
    assert f"{1:032x}" in told(capsys, "waive", f"#{1:032X}", *TERMS)
    assert f"{3 << 64:032x}" in told(capsys, "waive", f"{3 << 64:032x}"[:16], *TERMS)


def test_nothing_is_accepted_where_nothing_was_ever_audited(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "audit run" in refused(capsys, "waive", "1234abcd", *TERMS)
    assert "没有登记" in told(capsys, "waivers")
    assert "audit run" in refused(capsys, "waivers", "withdraw", "12", "--by", "a", "--reason", "b")


def test_what_the_history_does_not_know_needs_force_and_is_told(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    assert "出现时即被豁免" in told(capsys, "waive", "12ab" * 8, *TERMS, "--force")
    assert "出现时即被豁免" in told(
        capsys, "waive", "--check", "OWN201", "--target", "a.cn", *TERMS, "--force"
    )
    assert [one["used"] for one in waivers(capsys)] == [False, False]
    assert "未用到" in told(capsys, "waivers")


def test_a_finding_of_an_earlier_run_is_known_by_its_whole_fingerprint(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, as_of="2026-11-22")
    mark = fingerprints(here)["shili-1.cn"]
    run(here, wrong=(), as_of="2026-11-23")
    assert "最近一次审计中没有此项" in told(capsys, "waive", mark, *TERMS)
    assert "没有发现" in refused(capsys, "waive", mark[:12], *TERMS)


def test_the_portfolio_that_has_the_finding_is_meant_where_only_one_has_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, "--portfolio", "甲组", wrong=(1,))
    first = fingerprints(here)["shili-1.cn"]
    run(here, "--portfolio", "乙组", wrong=(2,))
    assert "甲组" in told(capsys, "waive", first, *TERMS)
    assert "乙组" in told(capsys, "waive", "--check", "OWN201", "--target", "shili-2.cn", *TERMS)
    assert "--portfolio" in refused(capsys, "waive", "12ab" * 8, *TERMS, "--force")
    assert "丙组" in told(capsys, "waive", "12ab" * 8, *TERMS, "--force", "--portfolio", "丙组")


# The policy


@pytest.mark.parametrize(
    ("rules", "words", "said"),
    [
        ("longest_days = 90", (), "最迟可填"),
        ("approver = true", (), "--approver"),
        ("approver = true", ("--approver", "张 某"), "同一人"),
        ('never = ["OWN201"]', (), "不得豁免"),
        ('never = ["own"]', (), "不得豁免"),
    ],
)
def test_the_policy_refuses_with_its_place(
    here: Path, capsys: pytest.CaptureFixture[str], rules: str, words: tuple[str, ...], said: str
) -> None:
    remember(here, fault(1), rules=f"[waivers]\n{rules}\n")
    mark = f"{1:032x}"
    told_of = refused(capsys, "waive", mark, *TERMS, *words)
    assert said in told_of
    assert "audit.toml:2" in told_of
    assert waivers(capsys) == []
    assert "Not recorded" in refused(capsys, "waive", mark, *TERMS, *words, "--lang", "en")


def test_an_approver_who_is_another_person_is_enough(here: Path) -> None:
    run(here)
    policy(here, "[waivers]\napprover = true\n")
    assert audit("waive", fingerprints(here)["shili-1.cn"], *TERMS, "--approver", "李某") == 0


def test_where_the_history_is_switched_off_nothing_is_accepted(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    policy(here, "[history]\nenabled = false\n")
    assert "audit.toml:2" in refused(capsys, "waive", fingerprints(here)["shili-1.cn"], *TERMS)


def test_the_last_day_is_counted_in_beijing_across_the_new_year(here: Path) -> None:
    run(here, as_of="2026-12-31")
    policy(here, "[waivers]\nlongest_days = 31\n")
    settings = read_settings(None)
    asked = Acceptance(
        fingerprint=fingerprints(here)["shili-1.cn"], until=date(2026, 12, 31), reason="迁移", by="张某"
    )
    done = accept_finding(asked, settings, at("2026-12-31 23:59:59"))
    assert done.what is not None
    with pytest.raises(UsageError) as over:
        accept_finding(asked, settings, at("2027-01-01 00:00:00"))
    assert "2027-01-01" in over.value.zh
    january = Acceptance(fingerprint=asked.fingerprint, until=date(2027, 1, 31), reason="迁移", by="张某")
    assert accept_finding(january, settings, at("2026-12-31 23:59:59")).what is not None
    february = Acceptance(fingerprint=asked.fingerprint, until=date(2027, 2, 1), reason="迁移", by="张某")
    with pytest.raises(UsageError) as long:
        accept_finding(february, settings, at("2026-12-31 23:59:59"))
    assert "2027-01-31" in long.value.hint_zh
    # A renewal is a decision of its own day.
    assert accept_finding(february, settings, at("2027-01-01 00:00:00")).what is not None


# The list


def test_states_follow_the_audit_date(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(here)
    mark = fingerprints(here)["shili-1.cn"]
    assert audit("waive", mark, *TERMS) == 0
    for day, state in (
        ("2199-11-30", "active"),
        ("2199-12-01", "soon"),
        ("2199-12-31", "soon"),
        ("2200-01-01", "lapsed"),
    ):
        assert [one["state"] for one in waivers(capsys, "--as-of", day)] == [state]
    assert "即将到期" in told(capsys, "waivers", "--as-of", "2199-12-31")
    assert "lapsed" in told(capsys, "waivers", "--as-of", "2200-01-01", "--lang", "en")
    policy(here, '[waivers]\nnever = ["OWN201"]\n')
    (one,) = waivers(capsys, "--as-of", "2026-11-24")
    assert one["state"] == "refused"
    assert "OWN201" in str(one["why"])
    assert "不得豁免" in told(capsys, "waivers")


def test_a_lapsed_waiver_whose_finding_is_gone_is_hidden_aloud(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    assert audit("waive", fingerprints(here)["shili-1.cn"], *TERMS) == 0
    run(here, wrong=(), as_of="2026-11-24")
    assert "未列出" not in told(capsys, "waivers")
    assert "未列出" in told(capsys, "waivers", "--as-of", "2200-01-01")
    assert "迁移中" in told(capsys, "waivers", "--as-of", "2200-01-01", "--all")


def test_a_waiver_is_taken_back_and_the_trail_keeps_both(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    assert audit("waive", fingerprints(here)["shili-1.cn"], *TERMS) == 0
    (one,) = waivers(capsys)
    said = told(capsys, "waivers", "withdraw", str(one["id"])[:6], "--by", "李某", "--reason", "误登")
    assert "重新计为问题" in said
    assert "shili-1.cn" in said
    assert waivers(capsys) == []
    (kept,) = waivers(capsys, "--all")
    assert kept["state"] == "withdrawn"
    trail = told(capsys, "waivers", "--trail")
    assert trail.index("登记 ") < trail.index("撤销 ")
    assert "李某" in trail
    assert "李某" in refused(
        capsys, "waivers", "withdraw", str(one["id"]), "--by", "王某", "--reason", "再撤"
    )
    assert run(here, as_of="2026-11-24") == 1
    # What was taken back can be accepted anew.
    assert audit("waive", fingerprints(here)["shili-1.cn"], *TERMS) == 0
    assert [each["state"] for each in waivers(capsys, "--all")] == ["active"]


@pytest.mark.parametrize("words", [("no-such",), ("",), ("abc", "--by", " ")])
def test_a_withdrawal_that_names_nothing_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    run(here)
    assert audit("waive", fingerprints(here)["shili-1.cn"], *TERMS) == 0
    refused(capsys, "waivers", "withdraw", "--by", "a", "--reason", "b", *words)
    assert len(waivers(capsys)) == 1


def test_options_before_the_word_withdraw_are_meant_for_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, "--portfolio", "甲组")
    assert audit("waive", fingerprints(here)["shili-1.cn"], *TERMS) == 0
    refused(capsys, "waivers", "--portfolio", "乙组", "withdraw", "1", "--by", "a", "--reason", "b")
    key = waivers(capsys)[0]["id"]
    words = ("waivers", "--lang", "en", "withdraw", key, "--by", "a", "--reason", "b")
    assert "withdrawn" in told(capsys, *words)


def test_hidden_characters_and_phone_numbers_of_a_reason_are_made_plain(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    mark = fingerprints(here)["shili-1.cn"]
    said = told(
        capsys, "waive", mark, "--until", FAR, "--reason", "问 13800138001\u202e\n{x}", "--by", "张某"
    )
    listed = told(capsys, "waivers", "--trail") + told(capsys, "waivers", "--json", "--trail")
    for text in (said, listed):
        assert "13800138001" not in text
        assert "\u202e" not in text
        assert "{x}" in text


# A filled-in report


def test_a_filled_in_report_becomes_waivers_and_notes_and_stays_as_it_is(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, wrong=(1, 2))
    path = fill(
        here / "audit-report" / "report.xlsx",
        {"shili-1.cn": accepted(), "shili-2.cn": {"处理人": "王某", "处理状态": "处理中"}},
    )
    before = sha256(path.read_bytes()).hexdigest()
    dry = told(capsys, "waive", "--from", path, "--dry-run")
    assert "将登记" in dry
    assert "未写入" in dry
    assert waivers(capsys) == []
    said = told(capsys, "waive", "--from", path, "--approver", "李某")
    assert "接受 1 项" in said
    assert "新记下 2 条" in said
    assert "shili-1.cn" in said
    (one,) = waivers(capsys)
    assert (one["by"], one["approver"], one["origin"], one["recorded"]) == (
        "张某",
        "李某",
        "report.xlsx",
        True,
    )
    again = told(capsys, "waive", "--from", path)
    assert "新记下 0 条" in again
    assert "已在登记簿中" in again
    assert waivers(capsys) == [one]
    assert sha256(path.read_bytes()).hexdigest() == before
    assert run(here, wrong=(1, 2), as_of="2026-11-24") == 1
    answers = {each["target"]: each["answer"] for each in report(here)["findings"]}  # type: ignore[attr-defined, index]
    assert answers["shili-2.cn"]["owner"] == "王某"
    assert report(here)["totals"]["waived"] == 1  # type: ignore[index]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (accepted(reason=""), "接受理由"),
        (accepted(until=None), "接受至"),
        (accepted(until="明年"), "明年"),
        (accepted(until=date(2020, 1, 1)), "2020-01-01"),
        ({"接受理由": "迁移", "接受至": date(2199, 1, 1), "处理状态": "再议"}, "再议"),
    ],
)
def test_a_row_that_cannot_be_used_is_listed_with_its_place_and_what_was_typed(
    here: Path, capsys: pytest.CaptureFixture[str], answer: dict[str, object], why: str
) -> None:
    run(here)
    path = fill(here / "audit-report" / "report.xlsx", {"shili-1.cn": answer})
    capsys.readouterr()
    assert audit("waive", "--from", path, "--quiet") == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "report.xlsx › 待办 › 第" in said.err
    assert why in said.err
    assert "shili-1.cn" in said.err
    assert [one["state"] for one in waivers(capsys) if one["recorded"] or one["state"] != "lapsed"] == []


def test_what_the_policy_refuses_in_a_report_is_listed_and_still_noted(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    path = fill(here / "audit-report" / "report.xlsx", {"shili-1.cn": accepted()})
    policy(here, '[waivers]\nnever = ["OWN"]\n')
    said = told(capsys, "waive", "--from", path, status=3)
    assert "新记下 1 条" in said
    (one,) = waivers(capsys)
    assert (one["state"], one["recorded"]) == ("refused", False)


def test_the_report_of_another_portfolio_is_not_taken_without_force(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here, "--portfolio", "甲组")
    path = fill(here / "audit-report" / "report.xlsx", {"shili-1.cn": accepted()})
    run(here, "--portfolio", "乙组", "--out", "other", wrong=(2,))
    assert "新记下 0 条" in told(capsys, "waive", "--from", path, "--portfolio", "乙组", status=3)
    assert waivers(capsys) == []
    # Unnamed, the portfolio that has the findings is meant.
    assert "甲组" in told(capsys, "waive", "--from", path)
    assert "乙组" in told(capsys, "waive", "--from", path, "--portfolio", "乙组", "--force")
    assert len(waivers(capsys)) == 2


def test_an_answer_that_was_changed_replaces_the_acceptance_that_it_made(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    path = here / "audit-report" / "report.xlsx"
    fill(path, {"shili-1.cn": accepted()})
    assert audit("waive", "--from", path) == 0
    fill(path, {"shili-1.cn": accepted(until=date(2198, 1, 1))})
    assert "撤销" in told(capsys, "waive", "--from", path)
    assert [one["until"] for one in waivers(capsys)] == ["2198-01-01"]
    fill(path, {"shili-1.cn": {"接受理由": None}})
    assert audit("waive", "--from", path) == 3
    assert [one["until"] for one in waivers(capsys)] == ["2198-01-01"]
    fill(path, {"shili-1.cn": {"处理状态": "处理中", "处理人": "张某"}})
    assert audit("waive", "--from", path) == 0
    assert waivers(capsys) == []
    assert run(here, as_of="2026-11-24") == 1


def test_an_acceptance_of_an_answer_can_be_taken_back_for_good(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    path = fill(here / "audit-report" / "report.xlsx", {"shili-1.cn": accepted()})
    assert run(here, "--answers", path.rename(here / "filled.xlsx"), as_of="2026-11-24") == 0
    (one,) = waivers(capsys)
    assert one["recorded"] is False
    assert "未登记" in told(capsys, "waivers")
    assert audit("waivers", "withdraw", one["id"], "--by", "李某", "--reason", "不同意") == 0
    assert waivers(capsys) == []
    assert run(here, as_of="2026-11-25") == 1
    assert [each["state"] for each in waivers(capsys, "--all")] == ["withdrawn"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"no workbook at all"])
def test_a_file_that_is_no_report_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    run(here)
    (here / "bad.xlsx").write_bytes(content)
    assert "bad.xlsx" in refused(capsys, "waive", "--from", "bad.xlsx")


def test_a_report_that_nobody_filled_in_changes_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(here)
    assert "答复 0 条" in told(capsys, "waive", "--from", "audit-report/report.xlsx")
    assert waivers(capsys) == []


def test_the_term_of_an_answer_counts_from_the_day_it_is_taken_over(here: Path) -> None:
    run(here, as_of="2026-12-31")
    path = fill(here / "audit-report" / "report.xlsx", {"shili-1.cn": accepted(until=date(2027, 1, 31))})
    policy(here, "[waivers]\nlongest_days = 31\n")
    settings = read_settings(None)
    assert len(take_answers(path, settings, at("2026-12-30 12:00"), dry_run=True).unused) == 1
    assert not take_answers(path, settings, at("2026-12-31 00:00")).unused
    assert not take_answers(path, settings, at("2027-01-31 23:59")).unused
    assert len(take_answers(path, settings, at("2027-02-01 00:00")).unused) == 1


# PostgreSQL


def test_history_and_waivers_work_on_postgresql(
    here: Path, capsys: pytest.CaptureFixture[str], postgres: PostgresServer
) -> None:
    policy(here, f'[history]\nstore = "{postgres.url("past")}"\nportfolio = "集团"\n')
    run(here, wrong=(1, 2), as_of="2026-11-22")
    mark = fingerprints(here)["shili-1.cn"]
    assert audit("waive", mark[:10], *TERMS) == 0
    assert run(here, wrong=(1, 2), as_of="2026-11-23") == 1
    assert "集团" in told(capsys, "history")
    assert document(capsys, "diff")["counts"]["persisting"] == 1  # type: ignore[index]
    (one,) = waivers(capsys)
    assert audit("waivers", "withdraw", one["id"], "--by", "李某", "--reason", "误登") == 0
    assert waivers(capsys) == []
    assert audit("report", "last", "--format", "csv") == 0

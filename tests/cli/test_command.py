"""The command as people and schedulers use it: words in, exit status and files out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from auditor.cli.main import main
from auditor.model.text import mask_digits
from tests.bookwriters import FILING_HEADERS
from tests.builders import credit_code, id_number

HEADERS = (*FILING_HEADERS, "主体负责人手机号")
OWNER = "北京示例测试有限公司"
ROW = (
    "shili-one.cn",
    "京ICP备20260001号-1",
    OWNER,
    "企业",
    credit_code(1),
    "甲某某",
    id_number(1),
    "13800138001",
)


def write_book(path: Path, *rows: Sequence[object], headers: Sequence[str] = HEADERS) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "备案台账"
    sheet.append(list(headers))
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def whois(domain: str, registrant: str, expiry: str = "2028-03-01") -> str:
    raw = (
        f"Domain Name: {domain}\r\nROID: 20200101s10001s00000001-cn\r\nDomain Status: ok\r\nRegistrant: {registrant}\r\n"
        "Sponsoring Registrar: 阿里云计算有限公司（万网）\r\nName Server: dns1.example.net\r\n"
        f"Registration Time: 2019-01-01 10:00:00\r\nExpiration Time: {expiry} 10:00:00\r\nDNSSEC: unsigned\r\n"
    )
    line = {"domain": domain, "source": "whois", "server": "whois.cnnic.cn", "fetched_at": "2026-11-20T08:00:00+08:00", "outcome": "answered", "raw": raw}  # fmt: skip
    return json.dumps(line, ensure_ascii=False) + "\n"


def audit(*words: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    assert isinstance(end.value.code, int)
    return end.value.code


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AUDIT_LANG", raising=False)
    monkeypatch.delenv("AUDIT_CONFIG", raising=False)
    return tmp_path


def result(folder: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(
        (folder / "audit-report" / "audit.json").read_text(encoding="utf-8")
    )
    return loaded


def run(here: Path, *words: object, registrant: str = OWNER, row: Sequence[object] = ROW) -> int:
    book = write_book(here / "book.xlsx", row)
    evidence = here / "evidence.jsonl"
    evidence.write_text(whois("shili-one.cn", registrant), encoding="utf-8")
    return audit("run", book, "--offline", "--as-of", "2026-11-23", "--evidence", evidence, "--quiet", *words)


def test_a_book_that_is_in_order_ends_with_0(here: Path) -> None:
    assert run(here, "--only", "OWN201,DOM301") == 0
    assert result(here)["run"]["complete"] is True  # type: ignore[index]


def test_a_finding_at_the_threshold_ends_with_1(here: Path) -> None:
    assert run(here, "--only", "OWN201", registrant="上海他人有限公司") == 1


def test_a_finding_below_the_threshold_ends_with_0(here: Path) -> None:
    assert run(here, "--only", "OWN201", "--fail-on", "never", registrant="上海他人有限公司") == 0


def test_an_incomplete_audit_without_findings_ends_with_3(here: Path) -> None:
    book = write_book(here / "book.xlsx", ROW)
    assert audit("run", book, "--offline", "--as-of", "2026-11-23", "--only", "DOM301", "--quiet") == 3
    assert result(here)["run"]["complete"] is False  # type: ignore[index]


def test_findings_win_over_incompleteness(here: Path) -> None:
    book = write_book(here / "book.xlsx", (*ROW[:4], "91110000MA00000000", *ROW[5:]))
    assert audit("run", book, "--offline", "--as-of", "2026-11-23", "--only", "REC109", "--quiet") == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\x00 a program", ["run"]),
        (b"<html><table><tr><td>a</td></tr></table></html>", ["run"]),
        (b"PK\x03\x04 cut short", ["run"]),
        (b"", ["validate"]),
    ],
)
def test_an_unreadable_book_ends_with_2_and_writes_nothing(
    here: Path, capsys: pytest.CaptureFixture[str], content: bytes, words: list[str]
) -> None:
    (here / "audit-report").mkdir()
    (here / "audit-report" / "audit.json").write_text("the last good report")
    (here / "bad.xlsx").write_bytes(content)
    assert audit(*words, "bad.xlsx") == 2
    told = capsys.readouterr().err
    assert "bad.xlsx" in told
    assert "Traceback" not in told
    assert (here / "audit-report" / "audit.json").read_text() == "the last good report"


@pytest.mark.parametrize(
    "words",
    [
        ["run"],
        ["run", "nothing-here.xlsx"],
        ["run", "book.xlsx", "--format", "pdf"],
        ["run", "book.xlsx", "--as-of", "23.11.2026"],
        ["run", "book.xlsx", "--only", "NOPE99"],
        ["run", "book.xlsx", "--only", "OWN", "--skip", "OWN"],
        ["run", "book.xlsx", "--config", "nowhere.toml"],
        ["run", "book.xlsx", "--evidence", "nowhere.jsonl"],
        ["explain", "XYZ1"],
        ["frobnicate"],
    ],
)
def test_a_wrong_command_line_ends_with_2_without_a_traceback(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    write_book(here / "book.xlsx", ROW)
    assert audit(*words) == 2
    told = capsys.readouterr().err
    assert told.strip()
    assert "Traceback" not in told
    assert not (here / "audit-report").exists()


@pytest.mark.parametrize(
    ("policy", "place", "word"),
    [
        ("[audit]\nlangg = 'zh'\n", "audit.toml:2", "langg"),
        ("[thresholds]\n\ndomain_days = 'soon'\n", "audit.toml:3", "domain_days"),
        ("[checks.OWN201]\nseverity = 'awful'\n", "audit.toml:2", "severity"),
        ("[checks.OWN999]\nenabled = false\n", "audit.toml:1", "OWN999"),
        ("[access.x]\nranges = ['300.0.0.0/8']\n", "audit.toml:2", "300.0.0.0/8"),
        ("[audit\n", "audit.toml:1", "TOML"),
    ],
)
def test_a_wrong_policy_names_key_file_and_line(
    here: Path, capsys: pytest.CaptureFixture[str], policy: str, place: str, word: str
) -> None:
    write_book(here / "book.xlsx", ROW)
    (here / "audit.toml").write_text(policy, encoding="utf-8")
    assert audit("run", "book.xlsx") == 2
    told = capsys.readouterr().err
    assert place in told
    assert word in told


def test_the_policy_file_decides_what_nobody_types(here: Path) -> None:
    (here / "audit.toml").write_text(
        '[audit]\nas_of = 2026-11-23\nlang = "en"\nout = "elsewhere"\nformats = ["json", "csv"]\nfail_on = "never"\n'
        '[checks.OWN201]\nseverity = "low"\n[checks.REC113]\nenabled = false\n',
        encoding="utf-8",
    )
    book = write_book(here / "book.xlsx", ROW)
    evidence = here / "evidence.jsonl"
    evidence.write_text(whois("shili-one.cn", "上海他人有限公司"), encoding="utf-8")
    assert audit("run", book, "--evidence", evidence, "--offline", "--quiet") == 0
    assert sorted(path.name for path in (here / "elsewhere").iterdir()) == ["audit.json", "findings.csv"]
    found = json.loads((here / "elsewhere" / "audit.json").read_text(encoding="utf-8"))
    owner = next(one for one in found["findings"] if one["check"] == "OWN201")
    assert (owner["severity"], owner["verdict"]) == ("low", "fail")
    assert found["run"]["as_of"] == "2026-11-23"


def test_the_same_input_gives_the_same_bytes(here: Path) -> None:
    texts = []
    run(here, "--format", "json,csv")  # writes the book, and a book written anew is another input
    words = (
        "--evidence",
        here / "evidence.jsonl",
        "--offline",
        "--as-of",
        "2026-11-23",
        "--format",
        "json,csv",
    )
    for _ in range(2):
        audit("run", here / "book.xlsx", *words, "--quiet")
        found = result(here)
        for key in ("id", "started_at", "finished_at"):
            found["run"].pop(key)  # type: ignore[attr-defined]
        texts.append((json.dumps(found), (here / "audit-report" / "findings.csv").read_bytes()))
    assert texts[0] == texts[1]


def test_every_row_is_accounted_for(here: Path) -> None:
    book = write_book(here / "book.xlsx", ROW, ("不是域名", *[None] * 7), ROW)
    audit("run", book, "--offline", "--as-of", "2026-11-23", "--quiet")
    found = result(here)
    (sheet,) = found["run"]["inputs"][0]["sheets"]  # type: ignore[index]
    assert (sheet["rows"], sheet["accepted"], sheet["rejected"]) == (3, 2, 1)
    assert [one["row"] for one in found["rejected"]] == [3]  # type: ignore[attr-defined, index]


def test_personal_numbers_are_masked_unless_asked_for(here: Path) -> None:
    bad = (*ROW[:6], "110101199001010000", "1380013800")
    run(here, "--format", "html,json,csv", row=bad)
    for name in ("report.html", "audit.json", "findings.csv"):
        text = (here / "audit-report" / name).read_text(encoding="utf-8-sig")
        assert "110101199001010000" not in text
        assert mask_digits("110101199001010000") in text
    run(here, "--format", "json", "--show-pii", row=bad)
    assert "110101199001010000" in (here / "audit-report" / "audit.json").read_text(encoding="utf-8")


def test_the_book_itself_is_never_written_over(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = write_book(here / "report.xlsx", ROW)
    before = book.read_bytes()
    assert audit("run", book, "--offline", "--out", here, "--quiet") == 2
    assert book.read_bytes() == before
    assert "report.xlsx" in capsys.readouterr().err


def test_quiet_prints_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(here)
    assert capsys.readouterr().out == ""


def test_the_summary_says_where_the_reports_are(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = write_book(here / "book.xlsx", ROW)
    audit("run", book, "--offline", "--as-of", "2026-11-23")
    told = capsys.readouterr().out
    assert "report.html" in told
    assert "report.xlsx" in told


def test_validate_tells_parts_mapping_ignored_columns_and_problems(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = write_book(
        here / "book.xlsx", (*ROW, "随便"), ("不是域名", *[None] * 8), headers=(*HEADERS, "我的备注列")
    )
    assert audit("validate", book) == 3
    told = capsys.readouterr().out
    for word in ("备案台账", "→ domain", "我的备注列", "book.xlsx › 备案台账 › A3", "不是域名"):
        assert word in told


def test_checks_lists_every_check_in_both_languages(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from auditor.checks.catalogue import CATALOGUE

    for lang in ("zh", "en"):
        assert audit("checks", "--lang", lang) == 0
        told = capsys.readouterr().out
        assert all(check.id in told and check.title.in_language(lang) in told for check in CATALOGUE)


def test_explain_shows_meaning_basis_thresholds_and_remedy(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from auditor.checks.catalogue import CATALOGUE

    for check in CATALOGUE:
        assert audit("explain", check.id.lower(), "--lang", "en") == 0
        told = capsys.readouterr().out
        for text in (check.meaning, *check.remedy, *(clause.text for clause in check.cites)):
            assert text.in_language("en") in told
        assert all(name in told for name in check.thresholds)


def test_help_names_every_command(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit("--help") == 0
    told = capsys.readouterr().out
    assert all(word in told for word in ("run", "validate", "checks", "explain"))


def test_explain_tells_what_kinds_and_provinces_do_in_addition_and_on_what_basis(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from auditor.rules.load import RuleData

    remedies = RuleData().remedies
    for lang, head in (("zh", "按主体性质与省份的补充"), ("en", "further, by entity kind and province")):
        for check_id in sorted({check_id for rule in remedies for check_id in rule.checks}):
            assert audit("explain", check_id, "--lang", lang) == 0
            told = capsys.readouterr().out
            assert head in told
            for rule in remedies.of(check_id):
                assert rule.line.text.in_language(lang) in told
                assert rule.line.basis.in_language(lang) in told
        assert audit("explain", "REC107", "--lang", lang) == 0
        assert head not in capsys.readouterr().out


def test_version_tells_the_program_and_the_day_of_every_rule_file(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from auditor import __version__
    from auditor.rules.load import RuleData

    assert audit("--version") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"audit, version {__version__}"
    assert all(f"{one.file} {one.as_of}" in second for one in RuleData().versions())

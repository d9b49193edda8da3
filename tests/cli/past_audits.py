"""Audits of tiny books through the real command, and clocks that stand still, for the commands about the past."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from auditor.cli.main import main
from auditor.model.values import BEIJING
from tests.bookwriters import FILING_HEADERS
from tests.builders import credit_code, id_number

OWNER, OTHER = "北京示例测试有限公司", "上海他人有限公司"
HEADERS = (*FILING_HEADERS, "主体负责人手机号")
FAR = "2199-12-31"


def row(number: int) -> tuple[object, ...]:
    return (f"shili-{number}.cn", f"京ICP备20260001号-{number}", OWNER, "企业", credit_code(1), "甲某某", id_number(1), "13800138001")  # fmt: skip


def book(path: Path, *numbers: int) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "备案台账"
    for one in (HEADERS, *(row(number) for number in numbers)):
        sheet.append(list(one))
    made.save(path)
    return path


def whois(number: int, registrant: str, day: str) -> str:
    domain = f"shili-{number}.cn"
    raw = (
        f"Domain Name: {domain}\r\nROID: 20200101s10001s00000001-cn\r\nDomain Status: ok\r\nRegistrant: {registrant}\r\n"
        "Sponsoring Registrar: 阿里云计算有限公司（万网）\r\nName Server: dns1.example.net\r\n"
        "Registration Time: 2019-01-01 10:00:00\r\nExpiration Time: 2029-03-01 10:00:00\r\nDNSSEC: unsigned\r\n"
    )
    line = {"domain": domain, "source": "whois", "server": "whois.cnnic.cn", "fetched_at": f"{day}T08:00:00+08:00", "outcome": "answered", "raw": raw}  # fmt: skip
    return json.dumps(line, ensure_ascii=False) + "\n"


def audit(*words: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    assert isinstance(end.value.code, int)
    return end.value.code


def run(here: Path, *words: object, wrong: tuple[int, ...] = (1,), rows: tuple[int, ...] = (1, 2), as_of: str = "2026-11-23", name: str = "book.xlsx") -> int:  # fmt: skip
    """Audit a book in which the domains of some rows belong to somebody else."""
    path = book(here / name, *rows)
    evidence = here / "evidence.jsonl"
    evidence.write_text(
        "".join(whois(one, OTHER if one in wrong else OWNER, as_of) for one in rows), encoding="utf-8"
    )
    return audit(
        "run",
        path,
        "--offline",
        "--as-of",
        as_of,
        "--evidence",
        evidence,
        "--only",
        "OWN201",
        "--quiet",
        *words,
    )


def report(here: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((here / "audit-report" / "audit.json").read_text(encoding="utf-8"))
    return loaded


def fingerprints(here: Path) -> dict[str, str]:
    """Target → fingerprint of the newest report."""
    findings = report(here)["findings"]
    assert isinstance(findings, list)
    return {one["target"]: one["fingerprint"] for one in findings}


def told(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> str:
    """What a command prints on standard output."""
    capsys.readouterr()
    assert audit(*words) == status
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """What a command says that ends with 2 and no traceback."""
    capsys.readouterr()
    assert audit(*words) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "程序内部错误" not in said
    return said


def document(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(told(capsys, *words, "--json", status=status))
    return loaded


def at(text: str) -> Callable[[], datetime]:
    """A clock that stands still, in Beijing."""
    moment = datetime.fromisoformat(text).replace(tzinfo=BEIJING)
    return lambda: moment

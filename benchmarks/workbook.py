"""How long 100,000 findings take as report.xlsx, and how much memory, beside xlsxwriter's own way with the same rows."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from operator import itemgetter
from pathlib import Path
from typing import Any

from auditor.model.evidence import Evidence
from auditor.model.place import CellRef
from auditor.model.portfolio import Portfolio
from auditor.model.result import AuditResult, Finding, Reading, RunInfo, Tally
from auditor.model.text import Text, say
from auditor.model.verdict import Scope, Severity, Verdict
from auditor.pipeline import without_collector
from auditor.report.columns import LISTED_COLUMNS, TODO_COLUMNS, Cell, Column
from auditor.report.excel import write_excel
from auditor.report.links import Links
from auditor.report.view import View, build_view
from auditor.report.wording import Wording

FINDINGS = 100_000
AS_OF = date(2026, 11, 23)
WAYS = ("make", "ours", "linked", "peer")
_MOMENT = datetime(2026, 11, 23, 8, tzinfo=timezone(timedelta(hours=8)))
_SEVERITIES = (Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.CRITICAL)


def _finding(number: int) -> Finding:
    """One finding as real ones are: some texts shared by many, some its own."""
    owner = number % 20_000
    name = f"测算第{owner}号科技有限公司"
    domain = f"cesuan-{number}.cn"
    return Finding(
        fingerprint=f"{number * 2654435761 % (1 << 128):032x}",
        check="OWN201",
        title=Text("域名注册者为备案主体或规则允许的关联方", "The registrant is the filing entity"),
        verdict=Verdict.FAIL,
        severity=_SEVERITIES[number % 4],
        scope=Scope.DOMAIN,
        target=domain,
        message=(
            say(
                "备案主体是 {a}, 注册者是 {b}",
                "The entity is {a}, the registrant {b}",
                a=name,
                b="别家有限公司",
            ),
        ),
        expected=name,
        observed=f"别家{number % 700}有限公司",
        entity_number=f"京ICP备{2020000000 + owner}号",
        service_number=f"京ICP备{2020000000 + owner}号-1",
        domain=domain,
        entity_name=name,
        province="京",
        provider="示例云",
        cells=(CellRef("台账.xlsx", "网站备案", number + 2, 5),),
        evidence=(Evidence("whois", "whois.cnnic.cn", _MOMENT, f"{number:064x}"),),
        basis=(Text("信管〔2017〕264号 第一条", "Notice 264 of 2017, Art. 1"),),
        remedy=(Text("在注册商处把域名过户给备案主体并完成实名认证", "Transfer the domain to the entity"),),
        due=AS_OF + timedelta(days=number % 90),
        start_by=AS_OF + timedelta(days=number % 60),
    )


def _result(findings: int) -> AuditResult:
    run = RunInfo("bench", AS_OF, _MOMENT, _MOMENT, "0", offline=True, complete=True)
    reading = Reading(Portfolio((), (), (), (), (), (), ()), (), (), ())
    tally = Tally("OWN201", Text("甲", "A"), Scope.DOMAIN, Severity.HIGH, failed=findings)
    return AuditResult(run, reading, (tally,), tuple(map(_finding, range(findings))), ())


def _ours(view: View, path: Path, *, linked: bool) -> None:
    links = Links("report.html", {"台账.xlsx": "台账.annotated.xlsx"}) if linked else None
    write_excel(view, path, Wording("zh"), links=links)


def _values(columns: Sequence[Column[Finding]], view: View) -> Iterator[list[Cell]]:
    words = Wording("zh")
    for finding in view.failures:
        yield [column.value(finding, words) for column in columns]


def _make(view: View, path: Path) -> None:
    """Only the values of the cells."""
    for columns in (TODO_COLUMNS, LISTED_COLUMNS):
        for _ in _values(columns, view):
            pass
    path.write_bytes(b"")


def _peer(view: View, path: Path) -> None:
    """The same rows of the two long sheets through xlsxwriter in constant memory: no tables, no row heights."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})  # fmt: skip
    text = book.add_format({"num_format": "@", "bottom": 1, "text_wrap": True})
    day = book.add_format({"num_format": "yyyy-mm-dd", "bottom": 1})
    for columns in (TODO_COLUMNS, LISTED_COLUMNS):
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(view.failures), len(columns) - 1)
        for row, values in enumerate(_values(columns, view), 1):
            for column, value in enumerate(values):
                if isinstance(value, date):
                    sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                elif isinstance(value, str) and value:
                    sheet.write_string(row, column, value, text)
    book.close()


def measure(way: str, findings: int) -> dict[str, float]:
    """CPU seconds of one way, the peak memory before and at its end in MB, and the size of the file in MB."""
    ways: dict[str, Callable[[View, Path], None]] = {
        "make": _make,
        "ours": lambda view, path: _ours(view, path, linked=False),
        "linked": lambda view, path: _ours(view, path, linked=True),
        "peer": _peer,
    }
    with without_collector(), tempfile.TemporaryDirectory() as folder:  # as the command runs it
        path = Path(folder, "report.xlsx")
        view = build_view(_result(findings))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        start = time.process_time()
        ways[way](view, path)
        spent = time.process_time() - start
        size = path.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": spent, "before_mb": before, "peak_mb": peak, "file_mb": size}


def compare(findings: int = FINDINGS, rounds: int = 1) -> dict[str, dict[str, float]]:
    """Every way in processes of its own, interleaved; the median of each figure."""
    taken: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            command = [sys.executable, "-m", "benchmarks.workbook", "--way", way, "--findings", str(findings)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            taken[way].append(json.loads(done.stdout))
    middle = rounds // 2
    return {
        way: {key: sorted(map(itemgetter(key), own))[middle] for key in own[0]} for way, own in taken.items()
    }


def table(marks: dict[str, dict[str, float]]) -> Iterator[str]:
    """The figures as a table; ratios of what is left when the making of the values is taken off."""
    made = marks["make"]["cpu"]
    peer = marks["peer"]["cpu"] - made
    yield "| | CPU s | CPU s without the values | × xlsxwriter | peak MB | over the findings, MB | file MB |"
    yield "|---|---|---|---|---|---|---|"
    for way, one in marks.items():
        net = one["cpu"] - made
        yield (
            f"| {way} | {one['cpu']:.1f} | {net:.1f} | {net / peer:.2f} | {one['peak_mb']:.0f} "
            f"| {one['peak_mb'] - one['before_mb']:.0f} | {one['file_mb']:.1f} |"
        )


def main() -> None:
    """`python -m benchmarks.workbook` compares; `--way` measures one way and prints JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workbook", description=__doc__)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--findings", type=int, default=FINDINGS)
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    if asked.way:
        found: Any = measure(asked.way, asked.findings)
        print(json.dumps(found))
        return
    for line in table(compare(asked.findings, asked.rounds)):
        print(line)


if __name__ == "__main__":
    main()

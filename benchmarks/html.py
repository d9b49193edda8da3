"""`python -m benchmarks.html`: report.html in headless Chromium from file://, each figure beside its limit.

`--sizes 5000,100000` and `--rounds 5` for others; medians count. Needs Chromium and playwright, as the tests do.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

from auditor.intake.assemble import assemble
from auditor.model.evidence import Evidence
from auditor.model.place import CellRef, RowRef, SheetRef
from auditor.model.policy import Policy
from auditor.model.portfolio import Row
from auditor.model.recordnumber import read_record_number
from auditor.model.result import AuditResult, Finding, Reading, RunInfo, SourceCoverage, Tally
from auditor.model.text import Text, say
from auditor.model.values import DomainCell, DomainName, Value
from auditor.model.verdict import Reason, Scope, Severity, Verdict
from auditor.model.words import EntityKind, SheetRole
from auditor.pipeline import without_collector
from auditor.planning.plan import make_plan
from auditor.report.html import write_html
from auditor.report.view import build_view
from auditor.report.wording import Wording
from auditor.rules.load import RuleData

AS_OF = date(2026, 11, 23)
_MOMENT = datetime(2026, 11, 20, 8, 1, tzinfo=timezone(timedelta(hours=8)))
_PROVINCES = "京沪粤浙苏川蜀鲁豫闽湘鄂"
_PER_ENTITY = 20  # findings
SHELL_LIMIT, SIZE_5000_LIMIT = 150, 2_500  # KB
USABLE_LIMIT, FILTER_LIMIT = 1_000, 200  # ms

# check, title, scope, severity, message, remedy, undecided
_KINDS = (
    ("OWN201", "域名注册者为备案主体", Severity.CRITICAL, "备案主体是 {owner}, {t} 的注册人是 {other}; 两者不一致", "办理域名过户, 或变更备案主体", False),
    ("DOM302", "域名未临近到期", Severity.MEDIUM, "{t} 的注册将于 2026-12-11 到期, 还有 18 天", "在到期前续费", False),
    ("MIT952", "查询结果与台账一致", Severity.HIGH, "公开查询所载的主体与台账不同: {other}", "核对后办理变更备案", False),
    ("WEB901", "首页标明备案号", Severity.LOW, "{t} 首页底部没有备案号", "在首页底部中央标明备案号并链接", False),
    ("OWN205", "来源一致", Severity.MEDIUM, "{t} 的各来源说法不同", "以注册商的记录为准核对", False),
    ("OWN203", "域名已实名认证", Severity.HIGH, "无法判定 {t}: 信息被隐藏", "提供域名证书", True),
)  # fmt: skip


def _number(owner: int) -> str:
    return f"{_PROVINCES[owner % len(_PROVINCES)]}ICP备{2020000000 + owner}号"


def _name(owner: int) -> str:
    return f"测算第{owner}信息技术有限公司"


def _book(findings: int) -> Reading:
    """The entities that the findings are of, with three services each and their domains."""
    fields = ("domain", "entity_number", "service_number", "entity_name", "entity_kind")
    sheet = SheetRef("book", "域名", SheetRole.FILINGS, 1, {code: n for n, code in enumerate(fields, 1)}, {})
    rows = []
    for index in range(max(findings // 2, 1)):
        owner = index * 2 // _PER_ENTITY
        domain = f"yuming-{index}.example.cn"
        raw = {
            "domain": domain,
            "entity_number": _number(owner),
            "service_number": f"{_number(owner)}-{index % 3 + 1}",
            "entity_name": _name(owner),
            "entity_kind": "企业",
        }
        values: dict[str, Value] = {**raw, "domain": DomainCell(domain, (DomainName(domain, domain),)), "entity_kind": EntityKind.ENTERPRISE}  # fmt: skip
        for code in ("entity_number", "service_number"):
            read = read_record_number(raw[code])
            assert read is not None
            values[code] = read
        rows.append(Row(RowRef(sheet, index + 2), values, raw))
    return Reading(assemble(rows, [sheet]), (), (), ())


def made_finding(number: int) -> Finding:
    """One finding as a real run makes it, distinct in target, message, evidence, cell and fingerprint."""
    owner = number // _PER_ENTITY
    check, title, severity, message, remedy, undecided = _KINDS[number * 7 % len(_KINDS)]
    target = f"yuming-{number // 2}.example.cn"
    digest = sha256(target.encode()).hexdigest()
    return Finding(
        fingerprint=sha256(f"{check}{number}".encode()).hexdigest()[:32],
        check=check,
        title=Text(title, title),
        verdict=Verdict.UNKNOWN if undecided else Verdict.FAIL,
        severity=severity,
        scope=Scope.DOMAIN,
        target=target,
        message=(say(message, message, t=target, owner=_name(owner), other=f"别家{number % 977}有限公司"),),
        expected=_name(owner),
        observed=f"别家{number % 977}有限公司",
        reason=(Reason.WITHHELD, Reason.TIMEOUT, Reason.NO_EVIDENCE)[number % 3] if undecided else None,
        entity_number=_number(owner),
        service_number=f"{_number(owner)}-{number // 2 % 3 + 1}",
        domain=target,
        entity_name=_name(owner),
        province=_PROVINCES[owner % len(_PROVINCES)],
        provider=f"云服务商{owner % 9}",
        group=f"第{owner % 5}组",
        cells=(CellRef("台账.xlsx", "域名", number + 2, 4), CellRef("台账.xlsx", "域名", number + 2, 9)),
        evidence=(Evidence("whois", "whois.cnnic.cn", _MOMENT + timedelta(minutes=number // 2 % 700), digest),),
        basis=(Text("《互联网信息服务管理办法》第四条", "Measures, Art. 4"),),
        remedy=(Text(remedy, remedy),),
        due=None if undecided else AS_OF + timedelta(days=number % 90 - 5),
        start_by=None if undecided else AS_OF + timedelta(days=number % 90 - 20),
        sort_key=(-severity, undecided, check, target, number),
    )  # fmt: skip


def made_result(count: int) -> AuditResult:
    """A result of so many findings with its plan; none for a quiet one."""
    found = sorted((made_finding(number) for number in range(count)), key=lambda one: one.sort_key)
    tallies = [
        Tally(
            check, Text(title, title), Scope.DOMAIN, severity, 0 if count else 1,
            sum(1 for one in found if one.check == check and one.verdict is Verdict.FAIL),
            sum(1 for one in found if one.check == check and one.verdict is Verdict.UNKNOWN),
        )
        for check, title, severity, *_rest in sorted(_KINDS)
    ]  # fmt: skip
    run = RunInfo("bench", AS_OF, _MOMENT, _MOMENT, "0", offline=True, complete=True)
    asked = SourceCoverage("whois", max(count, 1), {}, 0)
    result = AuditResult(run, _book(count), tuple(tallies), tuple(found), (asked,))
    rules = RuleData()
    rules.check()
    return replace(result, plan=make_plan(result, rules, Policy(AS_OF)))


@contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit("Chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


# Marks, within the page, of when the list stands on the screen: two frames after its rows are drawn.
_WATCH = """
window.__marks = {};
const seen = new MutationObserver(() => {
  const app = document.getElementById("list-app");
  if (!app || app.hidden || !document.querySelector(".list-body .list-row")) return;
  if (!window.__marks.ready) {
    window.__marks.ready = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => { window.__marks.usable = performance.now(); }));
  }
  if (app.dataset.state === "whole" && !window.__marks.whole) window.__marks.whole = performance.now();
});
document.addEventListener("readystatechange", () => {
  if (document.readyState === "interactive") {
    window.__marks.parsed = performance.now();
    seen.observe(document.body, { subtree: true, childList: true, attributes: true });
  }
});
"""

# How long one thing takes until the next frame is drawn; the page's policy forbids it to make code of a text.
_STEP = """() => new Promise((done) => {
  const start = performance.now();
  WHAT;
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""
_CHECKBOX = "document.querySelector('[data-facet=severity] input').click()"
_MENU = (
    "const menu = document.getElementById('list-{key}'); menu.dispatchEvent(new Event('focus')); "
    "menu.value = menu.options[1].value; menu.dispatchEvent(new Event('change'))"
)
# As the script does when the typing pauses, without the pause.
_TEXT = "location.hash = '#list?q={q}'; dispatchEvent(new Event('hashchange'))"
_SORT = "document.querySelector('[data-sort={key}]').click();"
_CLEAR = "document.getElementById('list-clear').click();"
STEPS = (
    ("filter by severity", _CHECKBOX),
    ("filter by family", _MENU.format(key="family")),
    ("filter by entity, menu filled", _MENU.format(key="entity")),
    ("filter by province", _MENU.format(key="province")),
    ("all filters cleared", _CLEAR),
    ("text that few rows hold", _TEXT.format(q="yuming-77")),
    ("text that every row holds", _TEXT.format(q="yuming")),
    ("text of two words", _TEXT.format(q="%E6%B3%A8%E5%86%8C+cn")),
    ("text that no row holds", _TEXT.format(q="zzzz")),
    ("sort by target, all rows", _CLEAR + _SORT.format(key="target")),
    ("sort by due date, last first", _SORT.format(key="due") + _SORT.format(key="due")),
    ("jump to the middle", "const g = document.getElementById('list-grid'); g.scrollTop = g.scrollHeight / 2"),
)  # fmt: skip


def _open(chromium: Any, path: Path) -> dict[str, float]:
    """Milliseconds of one opening in a fresh window, and of each step."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(_WATCH)
    page = context.new_page()
    page.goto(path.as_uri(), wait_until="commit")
    page.wait_for_function("() => window.__marks?.usable && window.__marks?.whole", timeout=120_000)
    found: dict[str, float] = dict(page.evaluate("window.__marks"))
    found["paint"] = page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
    )
    for name, script in STEPS:
        found[name] = page.evaluate(_STEP.replace("WHAT", script))
    context.close()
    return found


def _line(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |")


def _head(*cells: str) -> None:
    _line(*cells)
    _line(*("---" for _ in cells))


def _sizes(text: str) -> list[int]:
    sizes = sorted({int(part) for part in text.split(",")})
    if not sizes or sizes[0] < 100:
        raise argparse.ArgumentTypeError("numbers of findings, 100 and more, such as 1000,5000")
    return sizes


def _write(folder: Path, sizes: list[int]) -> dict[int, Path]:
    """The pages, and a table of what they weigh."""
    paths: dict[int, Path] = {}
    limits = {0: SHELL_LIMIT, 5_000: SIZE_5000_LIMIT}
    _head("findings", "file, KB", "limit, KB", "written in, CPU s")
    for size in (0, 1, *sizes):
        with without_collector():  # as the command does
            view = build_view(made_result(size))
            start = time.process_time()
            paths[size] = folder / f"{size}.html"
            write_html(view, paths[size], Wording("zh"))
            spent = time.process_time() - start
        limit = f"{limits[size]:,}" if size in limits else ""
        _line(f"{size:,}", f"{paths[size].stat().st_size / 1000:,.0f}", limit, f"{spent:.2f}")
    print()
    return paths


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.html", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default=[1_000, 5_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, browser() as chromium:
        print(
            f"Chromium {chromium.version}, {os.cpu_count()} cores; medians of {asked.rounds} interleaved rounds.\n"
        )
        paths = _write(Path(name), asked.sizes)
        rounds: dict[int, list[dict[str, float]]] = {size: [] for size in asked.sizes}
        for _ in range(asked.rounds):
            for size in asked.sizes:
                rounds[size].append(_open(chromium, paths[size]))
    medians = [
        {key: statistics.median(one[key] for one in rounds[size]) for key in rounds[size][0]}
        for size in asked.sizes
    ]
    _head("opening, ms", *(f"{size:,}" for size in asked.sizes), "limit")
    for key, label, limit in (
        ("paint", "first paint", ""),
        ("parsed", "page parsed", ""),
        ("ready", "list drawn", ""),
        ("usable", "list usable, two frames later", f"{USABLE_LIMIT:,}"),
        ("whole", "details and search there", ""),
    ):
        _line(label, *(f"{one[key]:,.0f}" for one in medians), limit)
    print()
    _head("until drawn, ms", *(f"{size:,}" for size in asked.sizes), "limit")
    for key, _script in STEPS:
        _line(key, *(f"{one[key]:,.0f}" for one in medians), f"{FILTER_LIMIT}")


if __name__ == "__main__":
    main()

"""Text that means harm, from the books through the real command into every output and back."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import openpyxl
import pytest
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from python_calamine import CalamineWorkbook

from auditor.report.labels import LABELS
from tests.hostile_portfolio import FILE, LONG, SCRIPT, SHEETS, TEXTS, Inputs, write_inputs
from tests.report.browser import chromium, opened
from tests.report.pages import read_page

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
FORMATS = "html,xlsx,json,csv,annotated"
_ACTIVE = {
    "img",
    "iframe",
    "object",
    "embed",
    "base",
    "form",
    "audio",
    "video",
    "link",
    "applet",
    "frame",
    "portal",
}
_FUNCTIONS = {"HYPERLINK", "COUNTIF", "COUNTIFS", "COUNTBLANK", "SUM", "ROWS", "DATE"}
_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?%?")
_NOT_XML = re.compile(
    f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ufffe\uffff]"
)  # no typing program would write these
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Ran:
    """One command: its exit status and all that it said on the terminal."""

    status: int
    said: str


@dataclass(frozen=True)
class Audited:
    """The portfolio, hashes of its files before anything ran, the folder with what was made, and what was said."""

    inputs: Inputs
    hashes: dict[Path, str]
    folder: Path
    said: dict[str, Ran]

    def made(self, lang: str, name: str) -> Path:
        """A report."""
        return self.folder / f"run-{lang}" / name

    def result(self, lang: str) -> Any:
        """audit.json, read strictly."""
        return strict_json(self.made(lang, "audit.json"))


def strict_json(path: Path) -> Any:
    """JSON as RFC 8259 has it: UTF-8, no NaN, no lone surrogate."""

    def refused(word: str) -> None:
        raise ValueError(word)

    found = json.loads(path.read_bytes().decode("utf-8"), parse_constant=refused)
    json.dumps(found, ensure_ascii=False).encode("utf-8")
    return found


def command(inputs: Inputs, *words: str, evidence: bool = True) -> list[str]:
    """A command line over the portfolio."""
    line = [
        sys.executable,
        "-m",
        "auditor",
        words[0],
        *map(str, inputs.books),
        "--config",
        str(inputs.policy),
    ]
    if evidence:
        line += ["--evidence", str(inputs.evidence), "--offline"]
    return [*line, *words[1:]]


def run(line: list[str], home: Path) -> Ran:
    """Run a command whose faults show; what it says is kept as bytes, for pipes have no colours to strip."""
    environment = {**os.environ, "XDG_DATA_HOME": str(home), "AUDIT_DEBUG": "1"}
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode in (0, 1, 3), done.stderr.decode()[-4000:]
    return Ran(done.returncode, done.stdout.decode() + done.stderr.decode())


def type_answers(path: Path) -> None:
    """Harm in every answer column of the earlier report."""
    book = openpyxl.load_workbook(path)
    sheet = book["待办"]
    rows = sheet.iter_rows()
    head = next(row for row in rows if "处理人" in [cell.value for cell in row])
    columns = [
        cell.column for cell in head if cell.value in ("处理人", "计划完成", "处理状态", "接受理由", "接受至")
    ]
    assert len(columns) == 5
    for text, row in zip(TEXTS, rows, strict=False):
        for column in columns:
            cell = sheet.cell(row[0].row, column)
            cell.value, cell.data_type = _NOT_XML.sub("", text), "s"
    book.save(path)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """An earlier run, answers typed into its report, a run in each language with every format, and plans."""
    folder = tmp_path_factory.mktemp("hostile")
    home = folder / "home"
    before = folder / "before"
    calm = write_inputs(folder / "in", calm=True)
    said = {
        "before": run(
            command(calm, "run", "--as-of", "2026-11-16", "--format", "xlsx", "--out", str(before)), home
        )
    }
    type_answers(before / "report.xlsx")
    inputs = write_inputs(folder / "in")
    files = (*inputs.books, inputs.evidence, inputs.policy, before / "report.xlsx")
    hashes = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    for lang in ("zh", "en"):
        words = ["--as-of", "2026-11-23", "--lang", lang]
        out, answers = str(folder / f"run-{lang}"), str(before / "report.xlsx")
        line = command(inputs, "run", *words, "--format", FORMATS, "--out", out, "--answers", answers)
        said[f"run {lang}"] = run(line, home)
        said[f"plan {lang}"] = run(
            command(inputs, "plan", *words, "--out", str(folder / f"plan-{lang}")), home
        )
        said[f"validate {lang}"] = run(
            command(inputs, "validate", "--lang", lang, "--all", evidence=False), home
        )
    return Audited(inputs, hashes, folder, said)


def test_no_input_was_touched(audited: Audited) -> None:
    assert {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in audited.hashes} == audited.hashes


def test_the_harm_really_is_in_the_audit(audited: Audited) -> None:
    result = audited.result("zh")
    sheets = [one for book in result["run"]["inputs"] for one in book["sheets"]]
    assert [one["role"] for one in sheets] == ["filings", "documents", "registrar", "filings"]
    assert all(one["rows"] >= len(TEXTS) for one in sheets)
    assert len([one for one in result["findings"] if one["verdict"] == "fail"]) > 200
    assert result["comparison"]["counts"]["new"]
    assert result["stale_answers"]
    whole = audited.made("zh", "audit.json").read_text(encoding="utf-8")
    assert SCRIPT in whole


def unseen(text: str) -> list[str]:
    """Characters that steer a terminal or hide in it."""
    kept = "\n\t"
    hidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return sorted({repr(one) for one in text if one not in kept and unicodedata.category(one) in hidden})


def test_the_terminal_is_told_nothing_that_steers_it(audited: Audited) -> None:
    assert {name: unseen(ran.said) for name, ran in audited.said.items() if unseen(ran.said)} == {}


def at_a_terminal(line: list[str], home: Path) -> str:
    """What a command writes where both of its streams are a terminal, on which nothing is stripped."""
    mine, its = pty.openpty()
    environment = {**os.environ, "XDG_DATA_HOME": str(home)}
    with subprocess.Popen(
        line, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=its, stderr=its
    ) as running:
        os.close(its)
        said = b""
        while True:
            try:
                part = os.read(mine, 65536)
            except OSError:  # the other side is closed (Linux says so with EIO)
                break
            if not part:
                break
            said += part
        os.close(mine)
        running.wait()
    return said.decode()


@pytest.mark.parametrize("words", [("run", "--only", "REC101", "--format", "json,annotated"), ("validate",)])
def test_a_real_terminal_gets_no_escape_sequence_but_ours(
    words: tuple[str, ...], audited: Audited, tmp_path: Path
) -> None:
    out = ("--out", str(tmp_path / "out")) if words[0] == "run" else ()
    said = at_a_terminal(command(audited.inputs, *words, *out, evidence=words[0] == "run"), tmp_path)
    assert "⟦U+001B⟧" in said
    assert unseen(said.replace("\r\n", "\n").replace("\r\x1b[K", "")) == []


def test_a_refusal_shows_a_hostile_name_instead_of_sending_it(tmp_path: Path) -> None:
    (tmp_path / "\x1b]0;title\x07\u202e.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    said = at_a_terminal([sys.executable, "-m", "auditor", "validate", str(tmp_path)], tmp_path)
    assert "⟦U+001B⟧]0;title⟦U+0007⟧⟦U+202E⟧" in said
    assert unseen(said.replace("\r\n", "\n").replace("\r\x1b[K", "")) == []


@LANGUAGES
def test_no_page_has_an_element_or_attribute_that_was_not_ours(audited: Audited, lang: str) -> None:
    pages = [
        audited.made(lang, "report.html"),
        *sorted((audited.folder / f"plan-{lang}" / "packets").iterdir()),
    ]
    assert len(pages) > 20
    for path in pages:
        page = read_page(path.read_text(encoding="utf-8"))
        assert page.unclosed == page.left_open == [], path.name
        assert not {one.tag for one in page.elements} & _ACTIVE
        assert not [
            one
            for one in page.elements
            for name in one.attributes
            if name.startswith("on") or name == "style"
        ]
        links = [one["href"] for one in page.all("a") if "href" in one]
        assert not [link for link in links if not link.startswith("#")]
        assert all("src" not in one for one in page.all("script"))
        assert not [text for text in page.texts if "\x00" in text or "\u202e" in text or "\x1b" in text]


@pytest.fixture
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.mark.browser
@LANGUAGES
def test_in_a_browser_nothing_runs_loads_or_complains(audited: Audited, lang: str, browser: Any) -> None:
    path = audited.made(lang, "report.html")
    with opened(browser, path) as watched:
        page = watched.ready().page
        page.set_default_timeout(30_000)
        grid = page.locator("#list-grid")
        for _ in range(12):
            grid.press("Enter")
            page.wait_for_selector("#list-detail")
            grid.press("ArrowDown")
        for text in (SCRIPT, "{{ 7*7 }}", "%s", "\u202e", "]]>"):
            page.locator("#list input[type=search]").fill(text)
        page.locator("#list input[type=search]").fill("")
        active = ",".join(sorted(_ACTIVE))
        assert page.evaluate(f"document.querySelectorAll('{active}').length") == 0
        handlers = "[...document.querySelectorAll('*')].filter(one => [...one.attributes].some(a => a.name.startsWith('on')))"
        assert page.evaluate(f"{handlers}.length") == 0
        links = (
            "[...document.links].map(one => one.getAttribute('href')).filter(href => !href.startsWith('#'))"
        )
        assert page.evaluate(links) == []
        assert page.evaluate("document.querySelectorAll('body script[src], body style').length") == 0
        assert (watched.requests, watched.complaints, watched.violations) == ([path.as_uri()], [], [])


@pytest.mark.browser
def test_packets_run_load_and_complain_of_nothing(audited: Audited, browser: Any) -> None:
    paths = sorted((audited.folder / "plan-zh" / "packets").iterdir())
    for path in paths[:: max(len(paths) // 8, 1)]:
        with opened(browser, path) as watched:
            assert (watched.requests, watched.complaints, watched.violations) == ([path.as_uri()], [], [])


def functions(formula: str) -> set[str]:
    """The functions of a formula, what stands in quotes left out."""
    assert formula.startswith("=")
    bare = re.sub(r"'(?:[^']|'')*'", "", re.sub(r'"(?:[^"]|"")*"', "", formula))
    assert "|" not in bare
    return set(re.findall(r"[A-Z]+(?=\()", bare))


def loaded(path: Path) -> Any:
    """A workbook as a second library reads it; that the hostile book has no style of its own is no fault of the copy."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Workbook contains no default style")
        return openpyxl.load_workbook(path)


def books_of(audited: Audited, lang: str) -> list[Path]:
    return sorted((audited.folder / f"run-{lang}").glob("*.xlsx"))


@LANGUAGES
def test_no_workbook_has_a_formula_or_a_link_that_was_not_ours(audited: Audited, lang: str) -> None:
    found = books_of(audited, lang)
    assert len(found) == 3
    for path in found:
        book = loaded(path)
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
        assert not [one for one in formulas if functions(one) - _FUNCTIONS]
        if path.name != "report.xlsx":
            assert formulas == []
        assert not [one for one in formulas if "evil" in one]
        targets = [cell.hyperlink.target for cell in cells if cell.hyperlink and cell.hyperlink.target]
        assert targets == []
        assert max(len(cell.value) for cell in cells if isinstance(cell.value, str)) <= 32_767
        with zipfile.ZipFile(path) as package:
            assert not [
                name for name in package.namelist() if "external" in name.lower() or "vba" in name.lower()
            ]
            for name in package.namelist():
                content = package.read(name)
                if name.endswith((".xml", ".rels", ".vml")):
                    ElementTree.fromstring(content)
                if name.endswith(".rels"):
                    assert b'TargetMode="External"' not in content
        again = CalamineWorkbook.from_path(str(path))
        assert again.sheet_names == book.sheetnames


@LANGUAGES
def test_an_annotated_copy_still_holds_what_stood_in_the_book(audited: Audited, lang: str) -> None:
    copy = next(path for path in books_of(audited, lang) if path.name.endswith(".annotated.xlsx"))
    assert copy.name == FILE.replace(".xlsx", ".annotated.xlsx")
    own, made = (
        CalamineWorkbook.from_path(str(audited.inputs.books[0])),
        CalamineWorkbook.from_path(str(copy)),
    )
    assert own.sheet_names == list(SHEETS) == made.sheet_names[: len(SHEETS)]
    for name in own.sheet_names:
        assert made.get_sheet_by_name(name).to_python() == own.get_sheet_by_name(name).to_python()
    book = loaded(copy)
    notes = [
        cell.comment.text
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    ]
    assert len(notes) > 50
    assert not [note for note in notes if set(unseen(note))]


@LANGUAGES
def test_the_csv_starts_no_formula_and_comes_back_whole(audited: Audited, lang: str) -> None:
    csv.field_size_limit(1_000_000)
    text = audited.made(lang, "findings.csv").read_bytes().decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    result = audited.result(lang)
    assert {len(row) for row in rows} == {len(head)}
    mark = head.index(LABELS["fingerprint"].in_language(lang))
    assert [row[mark] for row in rows] == [one["fingerprint"] for one in result["findings"]]
    risky = [
        cell for row in rows for cell in row if cell.startswith(_RISKY) and not _PLAIN_NUMBER.fullmatch(cell)
    ]
    assert risky == []
    assert not [cell for row in rows for cell in row if "\x00" in cell or "\x1b" in cell or "\u202e" in cell]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([head, *rows])
    assert out.getvalue() == text


@LANGUAGES
def test_the_json_is_strict_and_fits_its_schema(audited: Audited, lang: str) -> None:
    schema = json.loads(
        resources.files("auditor.report").joinpath("audit.schema.json").read_text(encoding="utf-8")
    )
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(
        audited.result(lang)
    )


def test_both_languages_say_the_same(audited: Audited) -> None:
    zh, en = (
        [(one["fingerprint"], one["verdict"], one["change"]) for one in audited.result(lang)["findings"]]
        for lang in ("zh", "en")
    )
    assert {one[:2] for one in zh} == {one[:2] for one in en}


@LANGUAGES
def test_a_calendar_has_no_event_and_no_line_that_was_not_ours(audited: Audited, lang: str) -> None:
    folder = audited.folder / f"plan-{lang}"
    data = (folder / "plan.ics").read_bytes()
    orders = [one for queue in strict_json(folder / "plan.json")["queues"] for one in queue["orders"]]
    assert data.count(b"\n") == data.count(b"\r") == data.count(b"\r\n")
    lines = data.decode("utf-8").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = re.sub(r"\r\n ", "", data.decode("utf-8")).split("\r\n")
    assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT") == 2 * len(orders)
    properties = {re.split("[:;]", line, maxsplit=1)[0] for line in whole if line}
    assert properties == {
        "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME", "UID", "DTSTAMP", "DTSTART", "DTEND",
        "SUMMARY", "DESCRIPTION", "CATEGORIES", "TRANSP", "ACTION", "TRIGGER",
    }  # fmt: skip
    assert not set("".join(whole)) & set("\x00\x07\x08\x1b\x7f\x9b\x85\u2028\u2029")


def test_mails_hold_the_harm_as_text_only(audited: Audited) -> None:
    from auditor.past import Wanted
    from auditor.pipeline import Request, audit
    from auditor.report.mail import audit_mail
    from auditor.report.view import build_view
    from auditor.report.wording import Wording
    from auditor.settings.policy_file import read_settings

    inputs = audited.inputs
    books = tuple(map(str, inputs.books))
    settings = read_settings(inputs.policy)
    made = audit(
        Request(books, settings, (inputs.evidence,), date(2026, 11, 23), past=Wanted(remember=False))
    )
    view = build_view(made.result)
    for lang in ("zh", "en"):
        for name in (text for text in TEXTS if text is not LONG):
            mail = audit_mail(view, Wording(lang), name=name, link=name, attachments=(name,))
            assert unseen(mail.subject) == []
            assert "\n" not in mail.subject
            assert unseen(mail.text) == []
            page = read_page(mail.html)
            assert page.unclosed == page.left_open == []
            assert not {one.tag for one in page.elements} & (_ACTIVE | {"script", "svg"})
            assert not [one for one in page.elements for key in one.attributes if key.startswith("on")]
            links = [one["href"] for one in page.all("a") if "href" in one]
            assert not [link for link in links if not link.startswith(("https://", "http://", "#"))]
            assert unseen("".join(page.texts)) == []

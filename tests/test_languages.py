"""Two languages everywhere, and a third one by a catalogue file alone."""

from __future__ import annotations

import ast
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from auditor.cli.main import main
from auditor.errors import PolicyError
from auditor.model.language import (
    ENVIRONMENT,
    Catalogue,
    agree,
    languages,
    refused,
    tag,
    translated,
    unreadable,
)
from auditor.model.text import Text, say, show
from auditor.settings.policy_file import read_settings
from docs import catalogue

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = sorted((ROOT / "reports" / "templates").rglob("*.j2"))
HAN = catalogue.HAN

# Modules whose Chinese literals are read, compared or looked up, never said; by room where all of a room are.
READ_NOT_SAID = {
    "auditor/intake/": "what headers, cells and file names may say",
    "auditor/evidence/": "what servers, registrars and pages may say",
    "auditor/rules/": "names of certificates and provinces as books write them",
    "auditor/checks/name_forms.py": "characters, company forms and numerals that names are compared by",
    "auditor/checks/name_owner.py": "surnames",
    "auditor/checks/names.py": "a company form",
    "auditor/checks/pinyin.py": "readings of characters",
    "auditor/checks/related_party.py": "roles as books write them",
    "auditor/checks/document.py": "kinds of paper as books write them",
    "auditor/checks/document_cover.py": "words for none",
    "auditor/checks/record_shells.py": "words for none",
    "auditor/checks/order_domains.py": "words that name the entity",
    "auditor/model/identity.py": "the police number's own characters",
    "auditor/model/recordnumber.py": "the record number's own characters",
    "auditor/model/values.py": "长期 as papers write it",
    "auditor/planning/choice.py": "provinces by their one character",
    "auditor/report/answers_headers.py": "headers of answer columns as people rename them",
    "auditor/report/answers_words.py": "dates and words as people type them",
    "auditor/report/masking.py": "certificate types as books write them",
    "auditor/cli/starter.py": "the empty template: its headers are Chinese, for the reader of books knows them",
}
# Texts joined piece by piece, their halves side by side: "file:constant".
JOINED = {
    "auditor/report/answers.py: 等（另有 ",
    "auditor/report/answers.py: 行）",
    "auditor/report/answers.py: 第 ",
    "auditor/report/answers.py: 行",
    "auditor/checks/sync_rows.py:另有 {rest} 种",
    "auditor/checks/sync_rows.py:} 行",
    "auditor/settings/policy_file.py:; 现在是 ",
}
# Conditionals on a language that no Text can stand for.
CONDITIONALS = {
    "auditor/report/answers.py",  # both halves of one Text are joined by one function
    "auditor/report/answers_headers.py",
    "auditor/model/language.py",  # the languages themselves
    "auditor/model/text.py",
    "auditor/errors.py",  # imports nothing, not even Text
    "auditor/cli/catalogue.py",  # one-character province names need no blank between them in Chinese
}
# Halves whose places differ for a reason: `_strictly` gives the encoding's name in either language.
UNBALANCED = {"csvfile.py"}


def places(template: str) -> set[str] | None:
    """The names in a template; None for a text with braces that is none."""
    try:
        found = {
            name for _text, name, _spec, _conversion in string.Formatter().parse(template) if name is not None
        }
    except ValueError:
        return None
    return found if all(name.isidentifier() for name in found) else None


def _aside(tree: ast.Module) -> set[int]:
    """Docstrings, patterns, and what text is compared with or cut by."""
    found: set[int] = set()
    methods = {"compile", "startswith", "endswith", "replace", "removeprefix", "removesuffix", "split", "strip", "lstrip",
               "rstrip", "partition", "rpartition", "sub", "fullmatch", "search", "maketrans", "frozenset"}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and isinstance(
            node.body[0], ast.Expr
        ):
            found.add(id(node.body[0].value))
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in methods:
                found.update(id(inner) for one in node.args for inner in ast.walk(one))
        elif isinstance(node, ast.Compare):
            found.update(id(inner) for inner in ast.walk(node))
    return found


def _one_language_only() -> Iterator[str]:
    trees = catalogue.modules()
    found = catalogue.of_code(trees)
    for path, tree in trees.items():
        name = path.relative_to(ROOT).as_posix()
        if any(name.startswith(room) for room in READ_NOT_SAID):
            continue
        fine = _aside(tree) | {node for entry in found[path] for node in entry.nodes}
        for node in ast.walk(tree):
            if not (
                isinstance(node, ast.Constant) and isinstance(node.value, str) and HAN.search(node.value)
            ):
                continue
            text = node.value
            both = " · " in text or re.search(r"[a-z]{4} [a-z]{2}|\([a-z][a-z -]+\)", text)
            if id(node) not in fine and not both and f"{name}:{text}" not in JOINED:
                yield f"{name}:{node.lineno} {text!r}"


def test_no_text_stands_in_chinese_only() -> None:
    assert list(_one_language_only()) == []


def test_both_halves_of_a_text_have_the_same_places() -> None:
    wrong = []
    for path, entries in catalogue.collected().items():
        for one in entries:
            same = one.balanced if one.filled else places(one.chinese) == places(one.english)
            if not same and (path is None or path.name not in UNBALANCED):
                wrong.append((path and path.name, one.chinese, one.english))
    assert wrong == []


def test_no_code_asks_for_a_language_where_a_text_could_stand() -> None:
    asks = re.compile(r"""(?:lang|language|english)\b\s*(?:==|!=|in)\s*\(?["'](?:zh|en)|\benglish\s*=""")
    found = {
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "auditor").rglob("*.py"))
        if asks.search(path.read_text(encoding="utf-8"))
    }
    assert found - CONDITIONALS == set()


def _bare_words(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"{#.*?#}|{{.*?}}|{%.*?%}", "\x00", text, flags=re.DOTALL)
    text = re.sub(r"<(style|script)\b.*?</\1>", "", text, flags=re.DOTALL)
    said = re.findall(r"""\b(?:title|alt|aria-label|placeholder|data-label)=["']([^"']*)""", text)
    rest = re.sub(r"<!?[A-Za-z/][^<>]*>", " ", text)
    rest = re.sub(r"&#?\w+;", " ", rest)
    return [word for part in (rest, *said) for word in re.findall(r"[A-Za-z]{2,}|[\u3400-\u9fff]+", part)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_words_of_its_own(path: Path) -> None:
    allowed = {"BOOK", "SHA", "sha", "CSV"}  # names that are the same in every language
    assert [word for word in _bare_words(path) if word not in allowed] == []


def test_the_texts_to_translate_are_written_anew() -> None:
    assert catalogue.POT.read_text(encoding="utf-8") == catalogue.pot(), "run `make catalogue`"


# A third language


def written(
    folder: Path, code: str, texts: dict[str, str], contexts: dict[tuple[str, str], str] | None = None
) -> Path:
    made = Catalog(locale=None, charset="utf-8")
    for english, text in texts.items():
        made.add(english, text)
    for (context, english), text in (contexts or {}).items():
        made.add(english, text, context=context)
    with (folder / f"{code}.mo").open("wb") as file:
        write_mo(file, made)
    return folder


def spoken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(folder))


def test_a_catalogue_file_makes_a_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken(written(tmp_path, "fr", {"domain": "domaine", "Due": "Échéance"}), monkeypatch)
    (tmp_path / "..mo").write_bytes(b"")
    (tmp_path / "README.md").write_bytes(b"")
    assert languages() == ("zh", "en", "fr")
    assert Text("域名", "domain").in_language("fr") == "domaine"
    assert Text("没有", "not in it").in_language("fr") == "not in it"
    assert Text("域名", "domain").in_language("xx") == "domain"


def test_chinese_and_english_are_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken(written(written(tmp_path, "en", {"domain": "x"}), "zh", {"domain": "y"}), monkeypatch)
    assert languages() == ("zh", "en")
    assert [Text("域名", "domain").in_language(lang) for lang in ("zh", "en")] == ["域名", "domain"]


def test_without_a_folder_there_are_the_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken(tmp_path / "missing", monkeypatch)
    assert languages() == ("zh", "en")
    monkeypatch.delenv(ENVIRONMENT)
    assert languages()[:2] == ("zh", "en")


def test_one_english_text_for_two_chinese_ones_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken(written(tmp_path, "fr", {}, {("到期", "Due"): "Expire", ("期限", "Due"): "Délai"}), monkeypatch)
    assert Text("到期", "Due").in_language("fr") == "Expire"
    assert Text("期限", "Due").in_language("fr") == "Délai"
    assert Text("其他", "Due").in_language("fr") == "Due"


@pytest.mark.parametrize(
    "broken", ["Le jour", "{day} {other}", "{days}", "{day", "{day:>5}", "{day!r}", "{}"]
)
def test_a_translation_that_would_lose_a_value_is_refused(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken(written(tmp_path, "fr", {"It ends on {day}": broken, "It ends": "Fin"}), monkeypatch)
    message = say("到期日是 {day}", "It ends on {day}", day="2026-11-23")
    assert message.render("fr") == "It ends on 2026-11-23"
    assert refused("fr") == ("It ends on {day}",)
    assert Text("完", "It ends").in_language("fr") == "Fin"


def test_a_damaged_catalogue_is_told_and_english_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spoken(written(tmp_path, "fr", {"domain": "domaine"}), monkeypatch)
    whole = (tmp_path / "fr.mo").read_bytes()
    for code, content in {
        "aa": b"",
        "bb": b"no catalogue at all",
        "cc": whole[:40],
        "dd": whole[:-9] + b"\xff" * 9,
    }.items():
        (tmp_path / f"{code}.mo").write_bytes(content)
        assert Text("域名", "domain").in_language(code) == "domain"
        assert code + ".mo" in unreadable(code)
        with pytest.raises(SystemExit) as end:
            main(["checks", "--lang", code])
        assert end.value.code == 2
        assert f"{code}.mo" in capsys.readouterr().err
    assert unreadable("fr") == "" == unreadable("zh")


def test_a_text_that_was_filled_before_is_known_by_its_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {
        "{days} years": "{days} ans",
        "line {line}: {why} in the file": "{why} dans le fichier, ligne {line}",
        "unreadable": "illisible",
        ": ": " : ",
    }
    spoken(written(tmp_path, "fr", texts), monkeypatch)
    assert Text("3 年", "3 years").in_language("fr") == "3 ans"
    # What differs between Chinese and English is a text and is translated too; what does not is data and stays.
    assert (
        Text("第 7 行: 文件中不可读", "line 7: unreadable in the file").in_language("fr")
        == "illisible dans le fichier, ligne 7"
    )
    data = Text("第 7 行: 文件中 unreadable", "line 7: unreadable in the file")
    assert data.in_language("fr") == "unreadable dans le fichier, ligne 7"
    assert (
        Text("甲：不可读；乙：不可读", "甲: unreadable; 乙: unreadable").in_language("fr")
        == "甲 : illisible; 乙 : illisible"
    )


def test_lists_take_the_separator_of_their_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken(written(tmp_path, "fr", {", ": " et "}), monkeypatch)
    assert [show(("a", "b"), lang) for lang in ("zh", "en", "fr", "xx")] == ["a、b", "a, b", "a et b", "a, b"]


def test_a_code_is_written_as_documents_want_it() -> None:
    assert [tag(lang) for lang in ("zh", "en", "fr", "pt_BR")] == ["zh-CN", "en", "fr", "pt-BR"]


_SNIPPET = st.text(alphabet="ab {}:!;,0é中", max_size=12)


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(_SNIPPET.filter(bool), _SNIPPET, max_size=6), _SNIPPET, _SNIPPET)
def test_whatever_a_catalogue_holds_no_text_fails(texts: dict[str, str], zh: str, en: str) -> None:
    made = Catalogue(dict(texts))
    for english in (*texts, en):
        told = made.translate(zh, english)
        assert isinstance(told, str)
        assert agree(english, told) or english not in texts or english in made.refused or "{" not in english


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet="ab; :é", max_size=20), st.text(alphabet="xy; 中", max_size=20))
def test_no_value_of_a_filled_text_is_lost(first: str, second: str) -> None:
    made = Catalogue({"we found {one} where {two} was needed": "il fallait {two}, pas {one}"})
    told = made.translate(f"{first}|{second}", f"we found {first} where {second} was needed")
    assert told == f"il fallait {second}, pas {first}"


def test_the_policy_file_takes_the_language_of_a_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "audit.toml"
    policy.write_text('[audit]\nlang = "fr"\n[email]\nlang = "fr"\n', encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_settings(policy)
    for lang in ("zh", "en"):
        assert "audit.lang" in caught.value.describe(lang)
        assert "'fr'" in caught.value.describe(lang)
    spoken(written(tmp_path, "fr", {"domain": "domaine"}), monkeypatch)
    assert read_settings(policy).file.audit.lang == read_settings(policy).file.email.lang == "fr"
    (tmp_path / "fr.mo").write_bytes(b"broken")


def test_an_unknown_language_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["checks", "--lang", "../fr"])
    assert end.value.code == 2
    assert "zh, en" in capsys.readouterr().err


def test_help_looks_for_no_catalogue() -> None:
    script = (
        "import sys; from auditor.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print('LOADED', {'gettext', 'auditor.model.language'} & {*sys.modules} - {*BEFORE})"
    )
    # click brings gettext along for its own words.
    script = "import sys, click; BEFORE = set(sys.modules)\n" + script
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "LOADED set()" in done.stdout


# The whole sample in a language of brackets: what stands outside of them escaped translation.


@pytest.fixture(scope="module")
def brackets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("languages")
    every = catalogue.messages(one for part in catalogue.collected().values() for one in part)
    return written(
        folder,
        "xx",
        {english: f"⟦{english}⟧" for context, english, _ in every if not context},
        {(context, english): f"⟦{english}⟧" for context, english, _ in every if context},
    )


def audited(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        ENVIRONMENT: str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "PYTHONUTF8": "1",
    }
    environment.pop("AUDIT_LANG", None)
    return subprocess.run(
        [sys.executable, "-m", "auditor", *arguments],
        capture_output=True, text=True, encoding="utf-8", env=environment, cwd=ROOT,
    )  # fmt: skip


def bare(text: str) -> str:
    """What stands outside of all brackets."""
    depth, left = 0, []
    for character in text:
        depth += {"⟦": 1, "⟧": -1}.get(character, 0)
        if not depth and character != "⟧":
            left.append(character)
    return re.sub(r"\s+", " ", "".join(left)).strip()


# Outside of the brackets stands data: what books, servers and file names say, and codes.
_DATA = re.compile(
    r"https?://\S+|[\w./-]+\.(?:xlsx|csv|pdf|png|jsonl?|txt|html|toml)\b|[\w-]*(?:\.[\w-]+)+|\S*/(?:leader|administrator)\b"
    r"|\b(?:branch|sha256|whois|rdap|dns|web|miit|App|Vercel|Yuehai(?: Global)?|Sample Trading L\w*|too_old)\b|[0-9a-f]{12,}"
)
_WORD = re.compile(r"\b[A-Za-z]?[a-z]{3,}\b")
# The sources of the rule data are named as their files name them.
# A row of a book is shown with the names of its own columns.
_NAMED_AS_IT_IS = re.compile(r"\.(?:csv|json|txt) · \d{4}-\d\d| \| [^|]+(?:：|⟦: ⟧)")


def escaped(texts: Iterator[str]) -> list[str]:
    found = {bare(text) for text in texts if not _NAMED_AS_IT_IS.search(text)}
    return sorted(text for text in found if _WORD.search(_DATA.sub("", text)))


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("style", "script")
        self.texts += [
            value for name, value in attrs if value and name in ("title", "aria-label", "placeholder", "alt")
        ]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def test_a_third_language_reaches_every_output(brackets: Path, tmp_path: Path) -> None:
    sample = ROOT / "sample_data"
    books = [str(path) for path in sorted([*sample.glob("*.xlsx"), *sample.glob("*.csv")])]
    evidence = [
        "--config",
        str(sample / "audit.toml"),
        "--evidence",
        str(sample / "evidence.jsonl"),
        "--offline",
    ]
    common = [*evidence, "--as-of", "2026-11-23", "--lang", "xx", "--out", str(tmp_path)]
    done = audited(brackets, "run", *books, *common, "--format", "html,xlsx,csv")
    assert done.returncode == 1, done.stderr
    assert "⟦The audit is incomplete⟧" in done.stdout
    assert escaped(iter(line for line in done.stdout.splitlines() if str(tmp_path) not in line)) == []

    page = _Visible()
    page.feed((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert escaped(iter(page.texts)) == []

    book = load_workbook(tmp_path / "report.xlsx")
    assert all(name.startswith("⟦") for name in book.sheetnames)
    cells = (value for sheet in book for row in sheet.iter_rows(values_only=True) for value in row)
    assert escaped(value for value in cells if isinstance(value, str) and not value.startswith("=")) == []

    head = (tmp_path / "findings.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert escaped(iter([head])) == []


def test_the_other_commands_and_errors_speak_it_too(brackets: Path, tmp_path: Path) -> None:
    sample = ROOT / "sample_data"
    told = audited(brackets, "validate", str(sample / "portfolio.xlsx"), "--lang", "xx").stdout
    assert escaped(iter(re.sub(r"⟦columns: .*", "", told).splitlines())) == []
    told = audited(brackets, "explain", "OWN201", "--lang=xx").stdout
    assert escaped(iter(told.splitlines())) == []
    told = audited(brackets, "checks", "--lang", "xx").stdout
    assert escaped(iter(re.sub(r"(?m)^.*\[", "[", told).splitlines())) == []
    told = audited(brackets, "init", str(tmp_path), "--lang", "xx").stdout
    assert told.count("⟦") == 2
    for arguments in (
        ("run", "nowhere.xlsx"),
        ("explain", "NOPE"),
        ("run", "x.csv", "--config", "gone.toml"),
    ):
        done = audited(brackets, *arguments, "--lang", "xx")
        assert done.returncode == 2
        assert "⟦" in done.stderr
        assert escaped(iter(done.stderr.splitlines())) == [], done.stderr


def test_a_translation_is_checked_and_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "fr.po"
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    source.write_text(f'{head}\nmsgid "domain"\nmsgstr "domaine"\n', encoding="utf-8")
    assert catalogue.compiled(source, tmp_path) == 0
    spoken(tmp_path, monkeypatch)
    assert translated("域名", "domain", "fr") == "domaine"
    source.write_text(f'{head}\nmsgid "gone {{day}}"\nmsgstr "parti"\n', encoding="utf-8")
    assert catalogue.compiled(source, tmp_path) == 1
    assert "gone {day}" in capsys.readouterr().out

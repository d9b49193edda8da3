"""Write docs/audit.pot, the texts to translate, and turn a finished translation into a catalogue file.

python docs/catalogue.py                 write docs/audit.pot anew (the same texts give the same bytes)
python docs/catalogue.py fr.po [DIR]     check a translation, say what is missing or refused, write DIR/fr.mo
"""

from __future__ import annotations

import ast
import csv
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
POT = ROOT / "docs" / "audit.pot"
CODE = ROOT / "auditor"
DATA = CODE / "rules" / "data"

HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[A-Za-z]")
# Columns of rule data that hold one text in two languages.
_COLUMNS = (("zh", "en"), ("name_zh", "name_en"), ("document_zh", "document_en"), ("note_zh", "note_en"))
# Names of companies and the like are said as they are.
_NO_TEXTS = {"registrars.csv", "providers.csv", "provinces.csv"}


@dataclass(frozen=True, order=True)
class Entry:
    """One text in both languages. nodes: the literals it comes from; filled: it is filled before it is a Text."""

    english: str
    chinese: str
    places: tuple[str, ...] = field(default=(), compare=False)
    nodes: tuple[int, ...] = field(default=(), compare=False)
    filled: bool = field(default=False, compare=False)
    balanced: bool = field(default=True, compare=False)


def _name(node: ast.expr) -> str:
    """A word for what stands in a place of an f-string."""
    if isinstance(node, ast.Name):
        return node.id.strip("_")
    if isinstance(node, ast.Attribute):
        return _name(node.value) if node.attr in ("zh", "en", "text") else node.attr
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            return _name(node.args[0])
        if isinstance(node.func, ast.Attribute) and node.func.attr in (
            "strip",
            "in_language",
            "isoformat",
            "upper",
        ):
            return _name(node.func.value)
        if node.args:
            return _name(node.args[0])
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        return _name(node.generators[0].iter)
    return "value"


@dataclass
class _Template:
    """The text of a literal, its places, and the constants that it is made of."""

    text: str
    holes: list[str]
    nodes: list[int]
    filled: bool = False


def _template(node: ast.expr | None) -> _Template | None:
    """The template that a literal stands for; None for an expression that is no literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _Template(node.value, [], [id(node)])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _template(node.left), _template(node.right)
        if left is None and right is None:
            return None
        left = left or _Template(f"\x00{_name(node.left)}\x00", [_name(node.left)], [], True)
        right = right or _Template(f"\x00{_name(node.right)}\x00", [_name(node.right)], [], True)
        return _Template(
            left.text + right.text,
            left.holes + right.holes,
            left.nodes + right.nodes,
            left.filled or right.filled,
        )
    if isinstance(node, ast.JoinedStr):
        made = _Template("", [], [], True)
        for part in node.values:
            if isinstance(part, ast.Constant):
                made.text += str(part.value)
                made.nodes.append(id(part))
            elif isinstance(part, ast.FormattedValue):
                name = _name(part.value)
                made.text += f"\x00{name}\x00"
                made.holes.append(name)
                made.nodes += [id(inner) for inner in ast.walk(part.value) if isinstance(inner, ast.Constant)]
        return made
    return None


def _entry(zh: _Template, en: _Template) -> Entry:
    filled = zh.filled or en.filled
    return Entry(
        _written(en),
        _written(zh),
        tuple(en.holes),
        tuple(zh.nodes + en.nodes),
        filled,
        not filled or len(set(zh.holes)) == len(set(en.holes)),
    )


def _written(template: _Template) -> str:
    if not template.filled:
        return template.text
    pieces = re.split("\x00(.*?)\x00", template.text)
    return "".join(
        f"{{{piece}}}" if index % 2 else piece.replace("{", "{{").replace("}", "}}")
        for index, piece in enumerate(pieces)
    )


class Texts(ast.NodeVisitor):
    """Every text of one module that stands in both languages."""

    def __init__(self, callables: dict[str, list[tuple[str, int, str, int]]]) -> None:
        self.entries: list[Entry] = []
        self._callables = callables

    def _pair(self, zh: ast.expr | None, en: ast.expr | None, *, sure: bool) -> None:
        if isinstance(zh, ast.IfExp) and isinstance(en, ast.IfExp):
            self._pair(zh.body, en.body, sure=sure)
            self._pair(zh.orelse, en.orelse, sure=sure)
            return
        if isinstance(zh, ast.Tuple) and isinstance(en, ast.Tuple) and len(zh.elts) == len(en.elts):
            for one, other in zip(zh.elts, en.elts, strict=True):
                self._pair(one, other, sure=sure)
            return
        first, second = _template(zh), _template(en)
        if first is None or second is None or not first.text or not second.text:
            return
        looks = HAN.search(first.text) and not HAN.search(second.text) and _LETTER.search(second.text)
        if sure or looks:
            self.entries.append(_entry(first, second))

    def _neighbours(self, elements: list[ast.expr]) -> None:
        index = 0
        while index + 1 < len(elements):
            before = len(self.entries)
            self._pair(elements[index], elements[index + 1], sure=False)
            index += 2 if len(self.entries) > before else 1

    def visit_Tuple(self, node: ast.Tuple) -> None:
        self._neighbours(node.elts)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        words = {one.arg: one.value for one in node.keywords if one.arg}
        pairs = self._callables.get(name, [])
        for zh_name, zh_at, en_name, en_at in pairs:
            shift = 0 if zh_at < len(node.args) or zh_name in words else None
            zh = words.get(zh_name) or (
                node.args[zh_at] if shift is not None and zh_at < len(node.args) else None
            )
            en = words.get(en_name) or (node.args[en_at] if en_at < len(node.args) else None)
            self._pair(zh, en, sure=True)
        if not pairs:
            self._neighbours(node.args)
        for word in words:
            for zh_name in (word.removesuffix("_en"), word.removesuffix("_en") + "_zh"):
                if word.endswith("_en") and zh_name in words and not pairs:
                    self._pair(words[zh_name], words[word], sure=True)
        self.generic_visit(node)

    def _body(self, body: list[ast.stmt]) -> None:
        """`zh = …` and `en = …` in one block, and `zh, en = …, …`."""
        waiting: dict[str, ast.expr] = {}
        for statement in body:
            if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
                target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
                value = statement.value
                if isinstance(target, ast.Name) and value is not None:
                    if (
                        target.id.endswith("en")
                        and (zh := waiting.pop(target.id[:-2] + "zh", None)) is not None
                    ):
                        self._pair(zh, value, sure=True)
                    elif target.id.endswith("zh"):
                        waiting[target.id] = value

    def generic_visit(self, node: ast.AST) -> None:
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                self._body(block)
        super().generic_visit(node)


def _bilingual(arguments: ast.arguments, *, method: bool) -> list[tuple[str, int, str, int]]:
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)][1 if method else 0 :]
    every = {name: index for index, name in enumerate(names)}
    every.update({one.arg: 99 for one in arguments.kwonlyargs})
    return [
        (zh, every[zh], name, at)
        for name, at in every.items()
        if name == "en" or name.endswith("_en")
        for zh in (("zh",) if name == "en" else (name.removesuffix("_en"), name.removesuffix("_en") + "_zh"))
        if zh in every
    ]


def _callables(tree: ast.Module) -> Iterator[tuple[str, list[tuple[str, int, str, int]]]]:
    """Functions, methods and classes that take one text in two languages, and where."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            own = [
                one.target.id
                for one in node.body
                if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
            ]
            if {"zh", "en"} <= set(own):
                yield node.name, [("zh", own.index("zh"), "en", own.index("en"))]
            for one in node.body:
                if isinstance(one, ast.FunctionDef):
                    static = any(
                        isinstance(mark, ast.Name) and mark.id == "staticmethod"
                        for mark in one.decorator_list
                    )
                    pairs = _bilingual(one.args, method=not static)
                    if pairs:
                        yield (node.name if one.name == "__init__" else one.name), pairs
        elif isinstance(node, ast.FunctionDef):
            pairs = _bilingual(
                node.args, method=bool(node.args.args) and node.args.args[0].arg in ("self", "cls")
            )
            if pairs and node.name not in ("__init__", "__new__"):
                yield node.name, pairs


def modules() -> dict[Path, ast.Module]:
    """Every module of the program, parsed."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(CODE.rglob("*.py"))}


def of_code(trees: dict[Path, ast.Module]) -> dict[Path, list[Entry]]:
    """The texts that stand in code, by module."""
    everywhere: dict[str, list[tuple[str, int, str, int]]] = {}
    own: dict[Path, dict[str, list[tuple[str, int, str, int]]]] = {}
    for path, tree in trees.items():
        own[path] = dict(_callables(tree))
        everywhere.update(own[path])
    errors = next(pairs for name, pairs in _callables(trees[CODE / "errors.py"]) if name == "AuditError")
    everywhere.update(dict.fromkeys(("UsageError", "InputError", "PolicyError", "OutputError"), errors))
    found = {}
    for path, tree in trees.items():
        texts = Texts({**everywhere, **own[path]})
        texts.visit(tree)
        # pydantic takes one string, so both languages stand in it.
        found[path] = texts.entries + list(_of_validators(tree))
    return found


def _of_validators(tree: ast.Module) -> Iterator[Entry]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "ValueError"
            and node.args
        ):
            both = _template(node.args[0])
            if both is not None and "|" in both.text and HAN.search(both.text):
                en, _, zh = both.text.partition("|")
                cut = len(re.findall("\x00(.*?)\x00", en))
                yield _entry(
                    _Template(zh, both.holes[cut:], both.nodes, both.filled),
                    _Template(en, both.holes[:cut], [], both.filled),
                )


def of_data() -> Iterator[Entry]:
    """The texts of the shipped rule data, and those that are put together when the program starts."""
    for path in sorted(DATA.glob("*.csv")):
        if path.name in _NO_TEXTS:
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for zh, en in _COLUMNS:
                    if row.get(zh) and row.get(en):
                        yield Entry(row[en].strip(), row[zh].strip())
    with (DATA / "provinces.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["note_zh"] and row["note_en"]:
                yield Entry(row["note_en"].strip(), row["note_zh"].strip())
    sys.path.insert(0, str(ROOT))
    from auditor.checks.catalogue import CATALOGUE
    from auditor.model.values import FIELDS
    from auditor.rules.load import RuleData

    texts = [one.text for one in FIELDS.values()]
    for check in CATALOGUE:
        texts += [check.title, check.meaning, *check.remedy, *(clause.text for clause in check.cites)]
        texts += [rule.line.basis for rule in RuleData().remedies.of(check.id)]
    for text in texts:
        yield Entry(text.en, text.zh)


def collected() -> dict[Path | None, list[Entry]]:
    """Every text by the module that it stands in; None for data."""
    found: dict[Path | None, list[Entry]] = dict(of_code(modules()))
    found[None] = list(of_data())
    return found


def messages(entries: Iterable[Entry]) -> list[tuple[str, str, str]]:
    """(context, English, Chinese), sorted. The context is the Chinese text where the English one stands for several."""
    meanings: dict[str, set[str]] = {}
    for one in entries:
        # What is all places says nothing that a translator could say otherwise.
        if _LETTER.search(re.sub(r"{.*?}", "", one.english)) or not one.filled:
            meanings.setdefault(one.english, set()).add(one.chinese)
    return [
        (zh if len(several) > 1 else "", en, zh)
        for en, several in sorted(meanings.items())
        for zh in sorted(several)
    ]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


_HEAD = """\
# The texts of audit. The key is the English text; the Chinese one stands above it.
# {places} keep their names; where a translation loses one, English is shown instead.
msgid ""
msgstr ""
"Project-Id-Version: audit\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def pot() -> str:
    """The whole of docs/audit.pot."""
    blocks = [_HEAD]
    every = (one for entries in collected().values() for one in entries)
    for context, english, chinese in messages(every):
        lines = [f"#. {line}" for line in chinese.split("\n")]
        if context:
            lines.append(f"msgctxt {_quoted(context)}")
        lines += [f"msgid {_quoted(english)}", 'msgstr ""', ""]
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def compiled(path: Path, folder: Path) -> int:
    """Write the catalogue of a translation; tells what it lacks. The exit status: 1 where something is refused."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    from auditor.model.language import agree

    with path.open("rb") as file:
        catalogue = read_po(file)
    known = {
        (context, english)
        for context, english, _ in messages(one for part in collected().values() for one in part)
    }
    done = {
        (one.context or "", str(one.id)): str(one.string)
        for one in catalogue
        if one.id and one.string and not one.fuzzy
    }
    lost = [english for (_context, english), text in sorted(done.items()) if not agree(english, text)]
    for english in lost:
        print(f"refused, other {{places}} than: {english}")
    print(
        f"{len(known & set(done))} of {len(known)} texts; {len(set(done) - known)} that the program no longer has"
    )
    target = folder / f"{path.stem}.mo"
    with target.open("wb") as file:
        write_mo(file, catalogue)
    print(target)
    return 1 if lost else 0


if __name__ == "__main__":
    if sys.argv[1:]:
        source = Path(sys.argv[1])
        sys.exit(compiled(source, Path(sys.argv[2]) if sys.argv[2:] else source.parent))
    POT.write_text(pot(), encoding="utf-8")

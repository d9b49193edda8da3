"""The documents say what the program does: each command, option, setting, variable and file that they name exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import click
import pytest
from pydantic import BaseModel

from auditor.cli.main import audit
from auditor.cli.starter import policy_text
from auditor.settings.delivery_tables import ChatHook, ChatTable, EmailTable, RouteTable, ScheduleTable
from auditor.settings.history_tables import HistoryTable, WaiverTable
from auditor.settings.policy_file import read_settings
from auditor.settings.tables import PolicyTables

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted(
    [
        *(ROOT / name for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        *(ROOT / "docs").glob("*.md"),
    ]
)
IDS = [path.name for path in DOCUMENTS]
READMES = ("README.md", "README.zh-CN.md")

_FENCE = re.compile(r"^[ \t]*```(\w*)\n(.*?)^[ \t]*```[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
_SETTING = re.compile(r"^\[\[?([a-z_]+(?:\.[a-z_]+)*)\]\]?(?: ([a-z_]+))?")
_VARIABLE = re.compile(r"\bAUDIT_[A-Z_]+\b")
# Lines of other programs whose options are not ours.
_OTHERS = ("python ", "pip ", "make ", "systemctl ", "install ", "keyring ")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, language: str) -> list[str]:
    return [dedent(body) for name, body in _FENCE.findall(text(path)) if name == language]


def inline(path: Path) -> list[str]:
    return _CODE.findall(_FENCE.sub("", text(path)))


def command_lines(path: Path) -> Iterator[list[str]]:
    """Each `audit …` that a document shows, in a block or in a sentence, as words without `audit`."""
    shown = [line.strip() for block in blocks(path, "sh") for line in block.splitlines()]
    for line in (*shown, *inline(path)):
        if line == "audit" or line.startswith("audit "):
            yield shlex.split(line, comments=True)[1:]


def options_of(command: click.Command) -> set[str]:
    found = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    return {*found, "--help", "-h", "--"}


def every_command(group: click.Group) -> Iterator[click.Command]:
    context = click.Context(group)
    yield group
    for name in group.list_commands(context):
        one = group.get_command(context, name)
        assert one is not None
        if isinstance(one, click.Group):
            yield from every_command(one)
        else:
            yield one


def found(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name and the words that are left; `list|status` stands for both, the last is returned."""
    here: click.Command = audit
    rest = list(words)
    while isinstance(here, click.Group) and rest and not rest[0].startswith("-"):
        names = re.split(r"[|/]", rest[0])
        subs = [here.get_command(click.Context(here), name) for name in names]
        if here is not audit and here.invoke_without_command and subs == [None]:
            break
        assert None not in subs, f"audit {' '.join(words)}: there is no {rest[0]}"
        rest.pop(0)
        here = subs[-1] or here
    return here, rest


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_command_line_names_a_command_and_its_options(path: Path) -> None:
    for words in command_lines(path):
        command, rest = found(words)
        known = options_of(command)
        if command.name == "install":
            run, _ = found(["run"])
            known |= options_of(run)
        named = {word.partition("=")[0] for word in rest if word.startswith("-")}
        assert named <= known, f"audit {' '.join(words)}: {sorted(named - known)}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_option_in_a_sentence_belongs_to_some_command(path: Path) -> None:
    known = set().union(*(options_of(one) for one in every_command(audit)))
    # The benchmarks and the browser have options of their own.
    if path.name.startswith("benchmarks"):
        return
    for code in inline(path):
        if not code.startswith(_OTHERS):
            assert set(_OPTION.findall(code)) <= known, code


def test_the_table_of_options_lists_those_of_run_and_nothing_else() -> None:
    run, _ = found(["run"])
    every = {one for one in options_of(run) if one.startswith("--") and one not in ("--", "--help")}
    for name in READMES:
        rows = [line for line in text(ROOT / name).splitlines() if line.startswith("| `--")]
        listed = {option for row in rows for option in _OPTION.findall(row.split(" | ")[0])}
        assert listed == every, name


def test_both_readmes_show_the_same_commands_pictures_and_settings() -> None:
    def shape(name: str) -> tuple[object, ...]:
        path = ROOT / name
        lines = [
            (found(words)[0].name, sorted(word for word in words if word.startswith("--")))
            for words in command_lines(path)
        ]
        pictures = [link for link in _LINK.findall(text(path)) if link.endswith(".png")]
        settings = sorted({"".join(one) for code in inline(path) for one in _SETTING.findall(code)})
        return sorted(lines, key=str), pictures, settings

    assert shape(READMES[0]) == shape(READMES[1])


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_policy_that_is_shown_is_read(path: Path, tmp_path: Path) -> None:
    for block in blocks(path, "toml"):
        shown = tmp_path / "audit.toml"
        shown.write_text(block, encoding="utf-8")
        assert read_settings(shown, {}).unused_sections == ()


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_setting_in_a_sentence_exists(path: Path) -> None:
    for code in inline(path):
        for match in _SETTING.finditer(code):
            model: type[BaseModel] | None = PolicyTables
            for name in filter(None, (*match[1].split("."), match[2])):
                assert name in (aliases(model) if model else {}), code
                model = inner(model, name) if model else None


def aliases(model: type[BaseModel]) -> dict[str, str]:
    """Name in the file → name in the model."""
    return {one.alias or name: name for name, one in model.model_fields.items()}


def inner(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The table that a key holds; None where it holds a value."""
    kind = model.model_fields[aliases(model)[name]].annotation
    for one in (kind, *getattr(kind, "__args__", ())):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_linked_file_and_heading_exists(path: Path) -> None:
    for link in _LINK.findall(text(path)):
        if link.startswith(("http:", "https:", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text(target)), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}, link


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_variable_of_the_environment_is_one_that_the_program_reads(path: Path) -> None:
    code = "\n".join(text(one) for one in sorted((ROOT / "auditor").rglob("*.py")))
    # The addresses and secrets of chat robots are put together from their names.
    read = set(_VARIABLE.findall(code))
    for name in sorted(set(_VARIABLE.findall(text(path)))):
        assert name in read, name


def test_the_policy_template_lists_every_setting_of_history_waivers_mail_chat_and_schedules() -> None:
    tables = (HistoryTable, WaiverTable, EmailTable, RouteTable, ChatTable, ChatHook, ScheduleTable)
    for table in tables:
        for name in aliases(table):
            if name not in {"route", "wecom", "dingtalk", "feishu"}:
                assert re.search(rf"(?m)^#{name} = ", policy_text()), f"{table.__name__}.{name}"
    for section in ("[[email.route]]", "[chat.wecom]", "[chat.dingtalk]", "[chat.feishu]"):
        assert f"\n#{section}\n" in policy_text()

"""Which files are meant: paths, folders and patterns become a list of inputs with stable display names."""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import InputError
from auditor.intake.table import Note
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Files of a folder that are read. Kinds that cannot be read but clearly hold a table are listed as well:
# reading them is refused aloud, which is better than an audit that lacks them.
TABLE_ENDINGS = frozenset(
    {
        ".xlsx",
        ".xlsm",
        ".xltx",
        ".xltm",
        ".xls",
        ".xlt",
        ".xlsb",
        ".ods",
        ".et",
        ".ett",
        ".csv",
        ".tsv",
        ".parquet",
    }
)


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file to read. display: what reports call it, the same on every machine."""

    path: Path
    display: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files to read, in order, and what was left out and why."""

    files: tuple[InputFile, ...]
    notes: tuple[Note, ...]


@dataclass(slots=True)
class _Candidate:
    path: Path
    # The parts of the display name, and the folders above it that can be put in front to make it unique.
    parts: tuple[str, ...]
    above: tuple[str, ...]

    @property
    def display(self) -> str:
        return "/".join(self.parts)

    def lengthen(self) -> bool:
        if not self.above:
            return False
        self.parts = (self.above[-1], *self.parts)
        self.above = self.above[:-1]
        return True


def find_inputs(arguments: Sequence[str]) -> tuple[InputFile, ...]:
    """The files named by the arguments; see `survey_inputs`."""
    return survey_inputs(arguments).files


def survey_inputs(arguments: Sequence[str]) -> Inputs:
    """Each argument is a file, a folder (with its sub-folders) or a pattern; in the order given, folders sorted.

    In folders and patterns, lock files of Office (`~$…`), hidden files and files that hold no table are left
    out and told. A file named twice is read once. Raises InputError for an argument that matches nothing.
    """
    notes: list[Note] = []
    seen: dict[tuple[int, int], str] = {}
    candidates: list[_Candidate] = []
    for argument in arguments:
        for candidate in _expand(argument, notes):
            status = _status(candidate)
            # Device and inode, so that a second spelling or a link of the same file is recognised.
            identity = (status.st_dev, status.st_ino)
            if identity in seen:
                notes.append(
                    _note(
                        f"{candidate.display} 与 {seen[identity]} 是同一个文件，只读一次",
                        f"{candidate.display} is the same file as {seen[identity]} and is read once",
                    )
                )
                continue
            seen[identity] = candidate.display
            candidates.append(candidate)
    _make_unique(candidates)
    files = tuple(InputFile(candidate.path, candidate.display) for candidate in candidates)
    return Inputs(files, tuple(notes))


def _status(candidate: _Candidate) -> os.stat_result:
    try:
        return candidate.path.stat()
    except OSError as error:
        raise InputError(
            f"文件打不开：{error.strerror}",
            f"The file cannot be opened: {error.strerror}",
            hint_zh="请检查路径和权限；文件若在 Excel 中打开，请先关闭。",
            hint_en="Check the path and its permissions; close it if Excel has it open.",
            where=candidate.display,
        ) from error


def _expand(argument: str, notes: list[Note]) -> Iterator[_Candidate]:
    path = Path(argument)
    if _exists(path):
        if path.is_dir():
            yield from _folder(path, notes)
        else:
            yield _single(path)
        return
    found = False
    if glob.has_magic(argument):
        for name in sorted(glob.glob(argument, recursive=True)):
            match = Path(name)
            if match.is_dir():
                if "**" not in argument:
                    found = True
                    yield from _folder(match, notes)
            elif _is_table(match, notes):
                found = True
                yield _single(match)
    if not found:
        raise _nothing(argument)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _single(path: Path) -> _Candidate:
    whole = Path(os.path.abspath(path))
    return _Candidate(path, (whole.name,), whole.parts[1:-1])


def _folder(folder: Path, notes: list[Note]) -> Iterator[_Candidate]:
    whole = Path(os.path.abspath(folder))
    found = False
    unreadable: list[OSError] = []
    for current, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(current, name)
            if _is_table(path, notes):
                found = True
                inside = path.relative_to(folder).parts
                top = (whole.name,) if whole.name else ()
                yield _Candidate(path, (*top, *inside), whole.parts[1:-1])
    if unreadable:
        raise InputError(
            f"文件夹无法列出：{unreadable[0].strerror}",
            f"The folder cannot be listed: {unreadable[0].strerror}",
            hint_zh="请检查权限后再试。",
            hint_en="Check its permissions and try again.",
            where=str(folder),
        )
    if not found:
        raise InputError(
            "文件夹里没有可读的表格文件（.xlsx .xlsm .xls .ods .csv .parquet）",
            "The folder holds no readable table file (.xlsx .xlsm .xls .ods .csv .parquet)",
            hint_zh="请检查路径，或直接写出文件名。",
            hint_en="Check the path or name the file itself.",
            where=str(folder),
        )


def _is_table(path: Path, notes: list[Note]) -> bool:
    name = path.name
    if name.startswith(("~$", ".~")):
        notes.append(
            _note(f"{name} 是办公软件的临时锁文件，已跳过", f"{name} is an Office lock file and is skipped")
        )
    elif name.startswith("."):
        notes.append(_note(f"{name} 是隐藏文件，已跳过", f"{name} is a hidden file and is skipped"))
    elif not _is_regular(path):
        notes.append(_note(f"{name} 不是普通文件，已跳过", f"{name} is not a regular file and is skipped"))
    elif path.suffix.lower() not in TABLE_ENDINGS:
        notes.append(
            _note(
                f"{name} 的扩展名不是表格，已跳过；要读它请直接写出文件名",
                f"{name} does not have a table's extension and is skipped; name it directly to have it read",
            )
        )
    else:
        return True
    return False


def _is_regular(path: Path) -> bool:
    """True for a regular file; whether one that may not be looked at is one shows when it is opened."""
    try:
        return path.is_file()
    except OSError:
        return path.suffix.lower() in TABLE_ENDINGS


def _make_unique(candidates: list[_Candidate]) -> None:
    """Put parent folders in front of equal display names until all differ."""
    while True:
        groups: dict[str, list[_Candidate]] = {}
        for candidate in candidates:
            groups.setdefault(candidate.display, []).append(candidate)
        clashes = [group for group in groups.values() if len(group) > 1]
        lengthened = [candidate.lengthen() for group in clashes for candidate in group]
        if not any(lengthened):
            return


def _nothing(argument: str) -> InputError:
    return InputError(
        f"找不到输入：“{argument}” 没有对应的文件、文件夹或匹配项",
        f"No input found: “{argument}” is no file, no folder, and as a pattern matches no table file",
        hint_zh="请检查路径和拼写；带空格的路径要加引号。",
        hint_en="Check the path and its spelling; quote paths with blanks.",
        where=argument,
    )


def _note(zh: str, en: str) -> Note:
    return Note(Text(zh, en))

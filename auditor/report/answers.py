"""The way back: what people typed into the answer columns of a report, read without changing the file."""

from __future__ import annotations

import os
import re
import stat
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from auditor.errors import InputError
from auditor.model.answer import Answer
from auditor.model.text import Text, mask_text
from auditor.report.answers_csv import csv_sheet
from auditor.report.answers_headers import headings
from auditor.report.answers_refusals import encrypted, no_columns, not_a_workbook, too_large
from auditor.report.answers_rows import SheetAnswers, Words, read_sheet, subjects
from auditor.report.answers_sheets import Sheet, Workbook

_MOST_BYTES = 512 << 20
_MOST_CSV = 128 << 20
_ROWS_SHOWN = 20
_CHUNK = 1 << 20
_ZIP, _COMPOUND = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_CSV_SHEET = "CSV"


@dataclass(frozen=True, slots=True)
class AnswerBook:
    """The answers of one file in reading order: sheet by sheet, row by row.

    answers: rows that name no finding are among them with fingerprint "", a row that names several stands once for each.
    problems: what could not be read as a day or a state, what is answered twice, and which columns are gone.
    sheets: those with answer columns.
    """

    path: str
    sha256: str
    answers: tuple[Answer, ...]
    problems: tuple[Text, ...]
    sheets: tuple[str, ...]


def read_answers(path: Path, display: str) -> AnswerBook:
    """The answer columns of a filled-in report.xlsx, in whatever program it was saved, or of a CSV of one of its sheets.

    display: what messages and answers call the file. Only the answer columns are read: owner, planned day, status, reason
    and last day; text in other columns is the report's. Where one finding is answered twice in different words both answers
    are kept and told, in reading order; the later one counts.
    Raises InputError for a missing, encrypted, damaged or absurdly large file, and for one without answer columns.
    """
    words = Words()
    with _opened(path, display) as file:
        digest = _digest(file)
        read = [
            found
            for sheet in _sheets(file, display)
            if (found := read_sheet(sheet, display, words)) is not None
        ]
    if not read:
        raise no_columns(display)
    replaced = [_drop_replaced(sheet, read) for sheet in read if sheet.leftover]
    answers = tuple(answer for sheet in read for answer in sheet.answers)
    problems = [problem for sheet in read for problem in _problems(sheet, display)]
    problems += [_told(sheet, rows, display, _REPLACED) for sheet, rows in replaced if rows]
    problems += _contradictions(answers, display)
    return AnswerBook(display, digest, answers, tuple(problems), tuple(sheet.sheet for sheet in read))


def saved_by_somebody(path: Path) -> bool:
    """Whether a report was saved by another program since it was written, so that something may be typed into it.

    This program writes one and the same moment as that of making and of changing; every office program puts its own.
    True as well for a file that cannot be understood.
    """
    try:
        with ZipFile(path) as package:
            core = package.read("docProps/core.xml")
    except (OSError, BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError, zlib.error):
        return True
    moments = re.findall(rb"<dcterms:(?:created|modified)[^>]*>([^<]*)<", core)
    return len(moments) != 2 or moments[0] != moments[1]


def _opened(path: Path, display: str) -> IO[bytes]:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise not_a_workbook(display)
        if status.st_size > _MOST_BYTES:
            raise too_large(display, f"{status.st_size >> 20} MB")
        return path.open("rb")
    except FileNotFoundError:
        raise InputError(
            "没有这个文件：需要一份填写过的 report.xlsx，而此路径下什么也没有",
            "There is no such file: a filled-in report.xlsx is needed, and nothing stands at this path",
            hint_zh="请检查路径与文件名；报告默认写在 --out 所指的文件夹中。",
            hint_en="Check the path and the name; reports are written into the folder that --out names.",
            where=display,
        ) from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise InputError(
            f"打不开已填写的报告：需要可读取的文件，而系统答复“{reason}”",
            f"The filled-in report cannot be opened: a readable file is needed, and the system says “{reason}”",
            hint_zh="请检查权限；若正被 Excel 或 WPS 占用，请先关闭。",
            hint_en="Check the permissions; if Excel or WPS holds the file, close it first.",
            where=display,
        ) from None


def _digest(file: IO[bytes]) -> str:
    digest = sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _sheets(file: IO[bytes], display: str) -> Iterator[Sheet]:
    head = file.read(len(_COMPOUND))
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if head.startswith(_ZIP):
        yield from Workbook(file, display, size).sheets()
    elif head == _COMPOUND:
        raise encrypted(display) if _ENCRYPTED_STREAM in file.read() else not_a_workbook(display)
    elif size > _MOST_CSV:
        raise too_large(display, f"{size >> 20} MB")
    else:
        yield csv_sheet(file.read(), _CSV_SHEET, display)


def _problems(sheet: SheetAnswers, display: str) -> Iterator[Text]:
    where = mask_text(f"{display} › {sheet.sheet}")
    if sheet.lacking:
        yield Text(
            f"{where}：缺少答复列 {headings(sheet.lacking, 'zh')}；若改了标题，其下的内容没有读取",
            f"{where}: the answer columns {headings(sheet.lacking, 'en')} are missing; what stands under a renamed heading "
            "was not read",
        )
    for rows, told in (
        (sheet.nameless, _NAMELESS),
        (sheet.unreadable, _UNREADABLE),
        (sheet.undated, _UNDATED),
        (sheet.other_states, _OTHER_STATES),
    ):
        if rows:
            yield _told(sheet, rows, display, told)


_NAMELESS = Text(
    "填写了答复但没有可用的指纹，无法对应到问题；内容已保留",
    "answers without a usable fingerprint, which belong to no finding; they are kept",
)
_UNREADABLE = Text(
    "指纹单元格中有无法识别的内容；其余指纹已采用",
    "something in the fingerprint cell is no fingerprint; the others were used",
)
_UNDATED = Text(
    "日期无法识别（须含年月日, 如 2026-12-31），按原文保留",
    "a date cannot be read (year, month and day are needed, as in 2026-12-31) and is kept as typed",
)
_OTHER_STATES = Text(
    "处理状态不是可选项之一，按原文保留",
    "the status is none of the choices and is kept as typed",
)
_REPLACED = Text(
    "所列问题在其他表中另有一行，以那一行为准，此处不同的填写未采用",
    "the finding has a row of its own on another sheet, which counts; what differs here was not used",
)


def _told(sheet: SheetAnswers, rows: Sequence[int], display: str, what: Text) -> Text:
    where = mask_text(f"{display} › {sheet.sheet}")
    return Text(
        f"{where}：第 {_rows(rows, 'zh')} 行：{what.zh}", f"{where}: rows {_rows(rows, 'en')}: {what.en}"
    )


def _drop_replaced(leftover: SheetAnswers, read: Iterable[SheetAnswers]) -> tuple[SheetAnswers, list[int]]:
    """Leave out what a list of answers left over repeats of findings that have a row of their own again.

    Their own rows hold the answers, even one that somebody blanked. The row numbers of those that say something else.
    """
    working = [sheet for sheet in read if not sheet.leftover]
    said: dict[object, set[tuple[str, ...]]] = {}
    for sheet in working:
        for key in (*sheet.fingerprints, *sheet.subjects):
            said.setdefault(key, set())
        for answer in sheet.answers:
            for about in (answer.fingerprint, *subjects(answer.check, answer.target)):
                said.setdefault(about, set()).add(answer.typed)
    kept, differing = [], []
    for answer in leftover.answers:
        own: list[object] = (
            [answer.fingerprint] if answer.fingerprint else [*subjects(answer.check, answer.target)]
        )
        repeated = [said[about] for about in own if about in said]
        if not repeated:
            kept.append(answer)
        elif not any(answer.typed in typed for typed in repeated):
            differing.append(answer.row)
    dropped = {answer.row for answer in leftover.answers} - {answer.row for answer in kept}
    leftover.answers = kept
    for rows in (leftover.nameless, leftover.unreadable, leftover.undated, leftover.other_states):
        rows[:] = [row for row in rows if row not in dropped]
    return leftover, sorted(set(differing))


def _rows(rows: Sequence[int], lang: str) -> str:
    shown = ("、" if lang == "zh" else ", ").join(str(row) for row in rows[:_ROWS_SHOWN])
    if len(rows) <= _ROWS_SHOWN:
        return shown
    more = len(rows) - _ROWS_SHOWN
    return f"{shown} 等（另有 {more} 行）" if lang == "zh" else f"{shown} and {more} more"


def _contradictions(answers: Iterable[Answer], display: str) -> Iterator[Text]:
    """What is answered more than once in different words."""
    each: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.fingerprint:
            each.setdefault(answer.fingerprint, []).append(answer)
    told: dict[tuple[tuple[str, int], ...], None] = {}
    for own in each.values():
        if len({answer.typed for answer in own}) > 1:
            told.setdefault(tuple((answer.sheet, answer.row) for answer in own))
    for places in told:
        zh = "、".join(f"{mask_text(sheet)} 第 {row} 行" for sheet, row in places[:_ROWS_SHOWN])
        en = ", ".join(f"{mask_text(sheet)} row {row}" for sheet, row in places[:_ROWS_SHOWN])
        last_sheet, last_row = places[-1]
        yield Text(
            f"{display}：同一问题有不同的答复（{zh}）；以最后一处（{mask_text(last_sheet)} 第 {last_row} 行）为准，其余列出",
            f"{display}: one finding has different answers ({en}); the last one ({mask_text(last_sheet)} row {last_row}) "
            "counts, the others are listed",
        )

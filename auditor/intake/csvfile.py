"""Text tables (.csv, .tsv, .txt): encoding, delimiter, quoting; every cell stays text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING

from auditor.errors import InputError
from auditor.intake.table import LongNumber, Note, Table
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.intake.table import CellValue, Limits

_DELIMITERS = {
    ",": ("逗号", "comma"),
    "\t": ("制表符", "tab"),
    ";": ("分号", "semicolon"),
    "|": ("竖线", "bar"),
}
_SAMPLE_CHARACTERS = 1 << 16
_SAMPLE_RECORDS = 60
_SEPARATOR_LINE = re.compile(r"sep=(.)[\r\n]*", re.IGNORECASE)
# Excel writes what a narrow column shows: the digits of an ID number are gone for good.
_EXPONENT = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+(?:1[5-9]|[2-9][0-9])")
_FORMULA_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_GUARDED_NUMBER = re.compile(r"['’]\s*([0-9][0-9A-Za-z-]*)")
_NEEDS_A_LOOK = ("=", "'", "’", "\t", "E+", "e+")
_FIELD_LIMIT = (1 << 31) - 1


def read_csv(data: bytes, where: str, stem: str, limits: Limits) -> Table:
    """Read a text table; rows[i] is record i+1 as a spreadsheet would show it, '' is None.

    Raises InputError where no encoding fits or the content is no text.
    """
    text, notes = decode(data, where)
    text, told = _without_nuls(text, where)
    notes += told
    lines = io.StringIO(text, newline="").readlines()
    del text
    declared = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    if declared is not None:
        delimiter = declared.group(1)
        lines = lines[1:]
        notes.append(
            _note(
                "首行 sep= 是分隔符声明，不算作数据行",
                "The first line, sep=, names the delimiter and is no row",
            )
        )
    else:
        delimiter = sniff_delimiter(lines)
    zh, en = _DELIMITERS.get(delimiter, (delimiter, delimiter))
    notes.append(_note(f"按分隔符“{zh}”分列", f"Columns are separated by {en}"))
    records, told = _records(lines, delimiter)
    notes += told
    if sum(map(len, records)) > limits.cells:
        raise InputError(
            f"表格太大：超过 {limits.cells} 个单元格",
            f"The table is too large: more than {limits.cells} cells",
            hint_zh="请拆成几个文件。",
            hint_en="Split it into several files.",
            where=where,
        )
    rows = [_cells(record) for record in records]
    while rows and not any(value is not None for value in rows[-1]):
        rows.pop()
    return Table(path=where, sheet=stem, rows=rows, notes=tuple(notes))


def decode(data: bytes, where: str) -> tuple[str, list[Note]]:
    """The text and a note on its encoding: a byte order mark, else strict UTF-8, else strict GB18030."""
    for mark, encoding, name in (
        (codecs.BOM_UTF8, "utf-8-sig", "UTF-8（带 BOM）|UTF-8 (with BOM)"),
        (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
        (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 LE"),
        (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 BE"),
    ):
        if data.startswith(mark):
            return _strictly(data, encoding, name, where)
    guessed = _unmarked_utf16(data)
    if guessed is not None:
        return _strictly(
            data, guessed, f"{guessed.upper()}（无 BOM，推断）|{guessed.upper()} (no BOM, inferred)", where
        )
    try:
        return _strictly(data, "utf-8", "UTF-8", where)
    except InputError as broken:
        if _is_damaged_utf8(data):
            # A few bad bytes in UTF-8 would come out of GB18030 as other, readable, wrong characters.
            raise broken from None
    return _strictly(data, "gb18030", "GB18030（GBK）|GB18030 (GBK)", where)


def _strictly(data: bytes, encoding: str, name: str, where: str) -> tuple[str, list[Note]]:
    zh, _, en = name.partition("|")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise InputError(
            f"文字编码读不通：第 {line} 行、第 {error.start + 1} 个字节（0x{byte:02X}）不符合 {zh}；"
            "需要 UTF-8 或 GB18030（GBK）",
            f"The text cannot be decoded: byte {error.start + 1} on line {line} (0x{byte:02X}) is not valid "
            f"{en or zh}; needed is UTF-8 or GB18030 (GBK)",
            hint_zh="请用 Excel 或 WPS 打开，另存为“CSV UTF-8（逗号分隔）”或 .xlsx。",
            hint_en="Open it in Excel or WPS and save it as “CSV UTF-8 (Comma delimited)” or as .xlsx.",
            where=f"{where}:{line}",
        ) from None
    return text, [_note(f"文字编码：{zh}", f"Text encoding: {en or zh}")]


def _unmarked_utf16(data: bytes) -> str | None:
    sample = data[: 1 << 14]
    if len(sample) < 8 or sample.count(0) < len(sample) // 8:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 8 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 8 * odd else None


def _is_damaged_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for character in text if character > "\x7f") - bad
    return good > 10 * bad


def _without_nuls(text: str, where: str) -> tuple[str, list[Note]]:
    nuls = text.count("\x00")
    sample = text[:_SAMPLE_CHARACTERS]
    controls = sum(1 for character in sample if character < " " and character not in "\t\r\n\f\x00")
    if 20 * controls > len(sample) or 20 * nuls > len(text):
        raise InputError(
            "内容不是文字：控制字符太多，像二进制数据；需要 CSV 文本",
            "The content is no text: too many control characters, binary data by the look of it; CSV text is needed",
            hint_zh="请核对文件，或从源系统重新导出 .xlsx 或 CSV。",
            hint_en="Check the file, or export .xlsx or CSV again.",
            where=where,
        )
    if not nuls:
        return text, []
    line = text.count("\n", 0, text.index("\x00")) + 1
    note = _note(
        f"去掉了 {nuls} 个空字符（NUL），第一个在文件第 {line} 行",
        f"{nuls} NUL characters were removed, the first on line {line} of the file",
    )
    return text.replace("\x00", ""), [note]


def sniff_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that cuts the first records most evenly into more than one column; comma in doubt."""
    sample: list[str] = []
    size = 0
    for line in lines:
        sample.append(line)
        size += len(line)
        if size > _SAMPLE_CHARACTERS:
            break
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths: list[int] = []
        csv.field_size_limit(_FIELD_LIMIT)
        for record in csv.reader(sample, delimiter=delimiter):
            if any(record):
                widths.append(len(record))
            if len(widths) == _SAMPLE_RECORDS:
                break
        split = [width for width in widths if width > 1]
        if not split:
            continue
        usual = max(sorted(set(split)), key=split.count)
        score = split.count(usual) / len(widths) + min(usual, 50) / 1000
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _records(lines: list[str], delimiter: str) -> tuple[list[list[str]], list[Note]]:
    """All records, and notes on quotes that do not close.

    A quote that never closes would swallow the rows after it. Where a record runs over several lines and its
    first line is no whole record, while the lines it would swallow look like records, the line is taken
    literally and reading goes on with the next one.
    """
    csv.field_size_limit(_FIELD_LIMIT)
    records: list[list[str]] = []
    notes: list[Note] = []
    position = 0
    while position < len(lines):
        rest = map(lines.__getitem__, range(position, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        line = 0
        try:
            for record in reader:
                first, line = line, reader.line_num
                if line - first > 1 and _has_swallowed(lines, position + first, position + line, delimiter):
                    line = first
                    break
                records.append(record)
            else:
                break
        except csv.Error:
            pass
        position += line
        text = lines[position].rstrip("\r\n")
        if text.count('"') % 2:
            literal = csv.reader([text], delimiter=delimiter, quoting=csv.QUOTE_NONE)
        else:
            literal = csv.reader([text], delimiter=delimiter)
        records.append(next(literal, []))
        position += 1
        notes.append(
            Note(
                Text(
                    f"第 {len(records)} 行的引号不配对，这一行按原文分列，请核对",
                    f"Row {len(records)} has unbalanced quotes; it was split as it stands, please check it",
                ),
                len(records),
            )
        )
    return records, notes


def _has_swallowed(lines: list[str], first: int, last: int, delimiter: str) -> bool:
    """Whether the lines after `first` look like records of their own rather than a cell's further lines."""
    opening = lines[first].count(delimiter)
    following = lines[first + 1 : min(last, first + 40)]
    alike = sum(1 for line in following if delimiter in line and line.count(delimiter) + 1 >= max(opening, 2))
    return 2 * alike > len(following)


def _cells(record: list[str]) -> list[CellValue]:
    return [_cell(value) if value else None for value in record]


def _cell(value: str) -> CellValue:
    for sign in _NEEDS_A_LOOK:
        if sign in value:
            break
    else:
        return value
    if (found := _FORMULA_TEXT.fullmatch(value.strip())) is not None:
        value = found.group(1).replace('""', '"')
    value = value.strip("\t")
    if (found := _GUARDED_NUMBER.fullmatch(value.strip())) is not None:
        value = found.group(1)
    if _EXPONENT.fullmatch(value.strip()) is not None:
        return LongNumber(value.strip())
    return value or None


def _note(zh: str, en: str) -> Note:
    return Note(Text(zh, en))

"""A last look at an annotated copy before anybody sees it: what the source holds must all be there, and be readable."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from typing import Any
from xml.etree.ElementTree import ParseError

from auditor.model.text import Message, Text, say
from auditor.report.ooxml_package import Package, spoken
from auditor.report.ooxml_xml import UnfitBookError, well_formed

_READ_AGAIN = 4 << 20  # unpacked bytes of sheets up to which a second library reads source and copy
_COUNTED = 64 << 20  # larger parts are only asked for the tags that carry content
_TAG = re.compile(rb"<([A-Za-z_][\w:.-]*)")
_CONTENT = (b"<c ", b"<row ", b"<v>", b"<f>", b"<f ")
_FAULTS = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, zipfile.BadZipFile, zlib.error, ParseError,
    RecursionError, AssertionError,
)  # fmt: skip

_BROKEN = Text(
    "写好的副本自检未通过, 已放弃", "The finished copy did not pass its own check and was given up"
)


def faults(package: Package, copy: bytes, noted: int) -> tuple[Message, ...]:
    """What is missing or unreadable in a copy of a package; empty where the copy is sound.

    noted: how many cells carry a note of the audit. Every part of the source must be in the copy, byte for byte
    where nothing was to change; the changed ones must be well-formed and hold at least the elements they held. Books
    of moderate size are read by openpyxl as well, and every value and number format compared.
    """
    try:
        found = _parts(package, copy)
    except (UnfitBookError, zipfile.BadZipFile) as problem:
        return (Message(_BROKEN), *((spoken(problem.why),) if isinstance(problem, UnfitBookError) else ()))
    if not found:
        found = second_reading(package, copy, noted)
    return (Message(_BROKEN), *found) if found else ()


def _parts(package: Package, copy: bytes) -> list[Message]:
    book = zipfile.ZipFile(io.BytesIO(copy))
    made = {one.filename: one for one in book.infolist()}
    found: list[Message] = []
    for entry in package.entries:
        key = entry.filename.replace("\\", "/").lstrip("/").lower()
        now = made.get(entry.filename)
        if now is None:
            found.append(_missing(entry.filename, "—"))
        elif key not in package.changed:
            if (now.CRC, now.file_size) != (entry.CRC, entry.file_size):
                found.append(_missing(entry.filename, "CRC"))
        else:
            before, after = package.original(key), package.changed[key]
            if not key.endswith(".vml"):
                well_formed(after, entry.filename)
            found += [_missing(entry.filename, name.decode()) for name in _fewer(before, after)]
    for name, data in package.added.items():
        if name not in made:
            found.append(_missing(name, "—"))
        well_formed(data, name)
    return found


def _fewer(before: bytes, after: bytes) -> list[bytes]:
    """The elements of which there are fewer than before."""
    if len(before) > _COUNTED:
        return [one for one in _CONTENT if after.count(one) < before.count(one)]
    had = Counter(found.group(1) for found in _TAG.finditer(before))
    has = Counter(found.group(1) for found in _TAG.finditer(after))
    return sorted(name for name, count in had.items() if has[name] < count)


def _missing(part: str, what: str) -> Message:
    return say("{part} 缺少 {what}", "{part} lacks {what}", part=part, what=what)


def second_reading(package: Package, copy: bytes, noted: int) -> list[Message]:
    """Where openpyxl reads a copy otherwise than its source; nothing where it cannot read the source either."""
    sheets = [one for one in package.entries if "/worksheets/" in one.filename.lower()]
    if sum(one.file_size for one in sheets) > _READ_AGAIN:
        return []
    before = _loaded(package.source)
    if before is None:
        return []
    after = _loaded(copy)
    if after is None:
        return [say("openpyxl 读不出副本", "openpyxl cannot read the copy")]
    return _differences(before, after, noted)


def _loaded(data: bytes) -> Any:
    """The workbook as openpyxl reads it; None where it cannot."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return openpyxl.load_workbook(io.BytesIO(data))
        except _FAULTS:
            return None


def _differences(before: Any, after: Any, noted: int) -> list[Message]:
    found = []
    if after.sheetnames[:-1] != before.sheetnames:
        found.append(say("工作表名单不同", "the list of sheets differs"))
    comments = 0
    for sheet in before.worksheets:
        other = after[sheet.title]
        mine, theirs = sheet._cells, other._cells
        for at, cell in mine.items():
            now = theirs.get(at)
            if (
                now is None
                or _plain(now.value) != _plain(cell.value)
                or now.number_format != cell.number_format
            ):
                found.append(_missing(sheet.title, cell.coordinate))
                break
        comments += sum(1 for cell in theirs.values() if cell.comment is not None)
    if comments < noted:
        found.append(say("批注少了 {n} 条", "{n} notes are missing", n=noted - comments))
    return found


def _plain(value: object) -> str:
    """A value to compare: array formulas are objects that know nothing of equality."""
    return str(vars(value)) if hasattr(value, "__dict__") else str(value)

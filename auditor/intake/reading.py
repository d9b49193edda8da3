"""One file is opened once, read-only, told apart by its bytes, and handed to the reader of its kind."""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
from typing import TYPE_CHECKING

from auditor.errors import InputError
from auditor.intake.archive import Archive, password_protected
from auditor.intake.kinds import Kind, kind_of, refuse_other_package
from auditor.intake.table import Book, Note
from auditor.intake.xlsx_package import read_relations
from auditor.model.text import Text

if TYPE_CHECKING:
    from auditor.intake.inputs import InputFile
    from auditor.intake.table import Limits, Table

_OPENDOCUMENT = b"application/vnd.oasis.opendocument."
_Contents = tuple[tuple["Table", ...], tuple[Note, ...]]


def read_file(source: InputFile, limits: Limits) -> Book:
    """Read a file into a book; see `auditor.intake.table.read_book`."""
    where = source.display
    data = _bytes_of(source, limits)
    ending = source.path.suffix.lower()
    kind = kind_of(data, ending, where)
    notes: tuple[Note, ...] = ()
    if ending and ending not in kind.value:
        notes = (_mismatch(ending, kind),)
    tables, told = _read_kind(kind, data, source, limits)
    return Book(
        path=where,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        tables=tables,
        notes=notes + told,
    )


def _bytes_of(source: InputFile, limits: Limits) -> bytes:
    """The whole file, read once, so that what is hashed is what is parsed."""
    try:
        if not stat.S_ISREG(source.path.stat().st_mode):
            raise _unreadable(source, "不是普通文件", "it is not a regular file")
        with source.path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            data = b"" if size > limits.file_bytes else stream.read(size + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _unreadable(source, reason, reason) from None
    if size > limits.file_bytes:
        raise InputError(
            f"文件太大：{size} 字节，上限是 {limits.file_bytes}",
            f"The file is too large: {size} bytes, the limit is {limits.file_bytes}",
            hint_zh="请拆成几个较小的文件。",
            hint_en="Split it into smaller files.",
            where=source.display,
        )
    if len(data) != size:
        raise _unreadable(source, "读取时文件正在被改写", "it is being changed while it is read")
    return data


def _read_kind(kind: Kind, data: bytes, source: InputFile, limits: Limits) -> _Contents:
    where, stem = source.display, source.path.stem
    if kind is Kind.ZIP:
        return _read_zip(Archive(data, where, limits), limits)
    if kind is Kind.COMPOUND:
        from auditor.intake.legacy import read_xls

        return read_xls(data, where, source.path.suffix.lower(), limits)
    if kind is Kind.PARQUET:
        from auditor.intake.parquet import read_parquet

        return (read_parquet(data, where, stem, limits),), ()
    from auditor.intake.csvfile import read_csv

    return (read_csv(data, where, stem, limits),), ()


def _read_zip(archive: Archive, limits: Limits) -> _Contents:
    if "mimetype" in archive:
        mimetype = archive.read("mimetype", 256).strip()
        if mimetype.startswith(_OPENDOCUMENT + b"spreadsheet"):
            from auditor.intake.ods import read_ods

            return read_ods(archive, limits), ()
    workbook = _workbook_part(archive)
    if workbook is None:
        if "encryptedpackage" in archive:
            raise password_protected(archive.where)
        raise refuse_other_package(archive)
    from auditor.intake.xlsx import read_xlsx

    return read_xlsx(archive, workbook, limits)


def _workbook_part(archive: Archive) -> str | None:
    """The part that is the workbook, by the package's own relations; None where it is no workbook."""
    targets = [
        relation.target
        for relation in read_relations(archive, "").values()
        if relation.kind == "officeDocument" and relation.target in archive
    ]
    targets.append("xl/workbook.xml")
    for target in targets:
        if target in archive:
            folder, name = posixpath.split(target.lower())
            if name.endswith(".xml") and (folder == "xl" or name == "workbook.xml"):
                return target
    return None


def _unreadable(source: InputFile, zh: str, en: str) -> InputError:
    return InputError(
        f"文件打不开：{zh}",
        f"The file cannot be opened: {en}",
        hint_zh="请检查路径和权限；文件若在 Excel 中打开，请先关闭。",
        hint_en="Check the path and the permissions; close the file if Excel has it open.",
        where=source.display,
    )


def _mismatch(ending: str, kind: Kind) -> Note:
    names = {
        Kind.ZIP: ("Excel 工作簿（.xlsx 格式）", "a workbook in .xlsx form"),
        Kind.COMPOUND: ("旧版 Excel 工作簿（.xls 格式）", "a workbook in .xls form"),
        Kind.PARQUET: ("Parquet 文件", "a Parquet file"),
        Kind.TEXT: ("文本表格（CSV）", "a text table (CSV)"),
    }
    zh, en = names[kind]
    return Note(
        Text(
            f"扩展名是 {ending}，内容其实是{zh}，按内容读取",
            f"The extension is {ending}, the content is {en}; it is read as what it is",
        )
    )

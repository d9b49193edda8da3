"""What a file really is, told by its bytes and never by its name, and the refusals for what is no table."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from auditor.errors import InputError

if TYPE_CHECKING:
    from auditor.intake.archive import Archive


class Kind(Enum):
    """The outer form of a file; the value lists the endings that belong to it."""

    ZIP = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".ods", ".ots")
    COMPOUND = (".xls", ".xlt", ".et", ".ett")
    PARQUET = (".parquet", ".pq")
    TEXT = (".csv", ".tsv", ".txt", ".tab")


_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"MZ", "Windows 程序（.exe/.dll）", "a Windows program (.exe/.dll)"),
    (b"\x7fELF", "Linux 程序", "a Linux program"),
    (b"\xfe\xed\xfa", "macOS 程序", "a macOS program"),
    (b"\xcf\xfa\xed\xfe", "macOS 程序", "a macOS program"),
    (b"#!", "脚本程序", "a script"),
    (b"%PDF", "PDF 文档", "a PDF document"),
    (b"\x89PNG", "图片（PNG）", "a picture (PNG)"),
    (b"\xff\xd8\xff", "图片（JPEG）", "a picture (JPEG)"),
    (b"GIF8", "图片（GIF）", "a picture (GIF)"),
    (b"\x1f\x8b", "gzip 压缩包", "a gzip archive"),
    (b"BZh", "bzip2 压缩包", "a bzip2 archive"),
    (b"\xfd7zXZ", "xz 压缩包", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "a 7z archive"),
    (b"Rar!", "RAR 压缩包", "a RAR archive"),
    (b"SQLite format 3\x00", "SQLite 数据库", "an SQLite database"),
    (b"{\\rtf", "RTF 文档", "an RTF document"),
    (b"PARE", "加密的 Parquet 文件", "an encrypted Parquet file"),
)
_OLD_EXCEL = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00")
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|table|meta|div|script|style|center|font)\b", re.IGNORECASE
)
_TEXT_ENDINGS = frozenset(Kind.TEXT.value)


def kind_of(data: bytes, ending: str, where: str) -> Kind:
    """The outer form of a file's bytes. ending: its lower-case extension, to word refusals and to let text be CSV.

    Raises InputError for what is no table: empty files, programs, web pages, archives, pictures …
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise InputError(
            f"文件是空的（{len(data)} 字节），没有任何内容",
            f"The file is empty ({len(data)} bytes, nothing in them)",
            hint_zh="请重新导出或重新拷贝；网盘文件请等同步完成。",
            hint_en="Export or copy it again; files in a cloud drive may not have been synchronised yet.",
            where=where,
        )
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        return Kind.ZIP
    if data.startswith(COMPOUND):
        return Kind.COMPOUND
    if data.startswith(b"PAR1"):
        return Kind.PARQUET
    for magic, zh, en in _FOREIGN:
        if data.startswith(magic):
            raise not_a_table(where, zh, en)
    if _OLD_EXCEL.match(data):
        raise not_a_table(where, "Excel 4.0 或更早的工作表", "a worksheet of Excel 4.0 or earlier")
    _refuse_markup(data, where)
    if ending in _TEXT_ENDINGS or not ending or ending not in _KNOWN_ENDINGS:
        return Kind.TEXT
    if ending in Kind.PARQUET.value:
        raise not_a_table(
            where, "不带 PAR1 标记、不是 Parquet 的数据", "data without the PAR1 mark, no Parquet"
        )
    if b"\x00" not in data[:4096]:
        raise InputError(
            f"扩展名是 {ending}，内容却是纯文本（像是 CSV）",
            f"The extension is {ending}, but the content is plain text (CSV by the look of it)",
            hint_zh="如果它是 CSV，请把扩展名改为 .csv 再试；否则用 Excel 或 WPS 打开后另存为 .xlsx。",
            hint_en="If it is CSV, rename it to .csv and try again; otherwise open it in Excel or WPS and save as .xlsx.",
            where=where,
        )
    raise not_a_table(where, "无法识别的数据", "data of no known kind")


_KNOWN_ENDINGS = frozenset(ending for kind in Kind for ending in kind.value)


def _refuse_markup(data: bytes, where: str) -> None:
    """Refuse web pages and XML, which many systems export under a spreadsheet's name."""
    beginning = data[:2048]
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = beginning.decode("utf-16", errors="ignore")
    else:
        text = beginning.decode("utf-8", errors="ignore")
    text = text.lstrip("\ufeff \t\r\n\x00")
    if not text.startswith("<"):
        if text[:13].lower() == "mime-version:":
            raise not_a_table(where, "网页归档（MHTML）", "a web archive (MHTML)")
        return
    if "urn:schemas-microsoft-com:office:spreadsheet" in text:
        raise not_a_table(
            where,
            "Excel 2003 的 XML 表格（SpreadsheetML）",
            "an XML spreadsheet of Excel 2003 (SpreadsheetML)",
        )
    if _HTML.search(text):
        raise not_a_table(where, "网页（HTML 表格）", "a web page (an HTML table)")
    if text.startswith("<?xml"):
        raise not_a_table(where, "XML 文件", "an XML file")


def not_a_table(where: str, zh: str, en: str) -> InputError:
    """The refusal for a file that is something else."""
    return InputError(
        f"这不是可读的表格：内容其实是{zh}，需要 .xlsx .xlsm .xls .ods .csv 或 .parquet",
        f"This is no readable table: it is really {en}; needed is .xlsx .xlsm .xls .ods .csv or .parquet",
        hint_zh="请核对文件。如果 Excel 或 WPS 能打开它，另存为 .xlsx（Excel 工作簿）再试；只改扩展名没有用。",
        hint_en="Check the file. If Excel or WPS opens it, save it as .xlsx (Excel workbook) and try again; "
        "renaming it does not help.",
        where=where,
    )


def refuse_other_package(archive: Archive) -> InputError:
    """The refusal for a zip that holds no workbook: names what it is instead."""
    names = archive.names()

    def has(prefix: str) -> bool:
        return any(name.startswith(prefix) for name in names)

    if has("word/"):
        return not_a_table(archive.where, "Word 文档（.docx）", "a Word document (.docx)")
    if has("ppt/"):
        return not_a_table(archive.where, "PowerPoint 演示文稿（.pptx）", "a PowerPoint presentation (.pptx)")
    if "xl/workbook.bin" in names:
        return not_a_table(
            archive.where,
            "Excel 二进制工作簿（.xlsb），本程序不读这种格式",
            "a binary workbook (.xlsb), which is not read",
        )
    if "index/document.iwa" in names or has("index/tables/"):
        return not_a_table(archive.where, "Apple Numbers 文档", "an Apple Numbers document")
    if "meta-inf/manifest.mf" in names:
        return not_a_table(archive.where, "Java 程序包（.jar）", "a Java archive (.jar)")
    if "androidmanifest.xml" in names:
        return not_a_table(archive.where, "安卓安装包（.apk）", "an Android package (.apk)")
    return not_a_table(
        archive.where,
        f"普通压缩包（{len(names)} 个文件），请先解压，再审计里面的表格",
        f"an ordinary zip archive ({len(names)} files); unpack it first and audit the tables inside",
    )

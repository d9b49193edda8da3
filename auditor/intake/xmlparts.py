"""XML parts of a package: encoding, refusal of entity declarations, and a walk over the elements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from auditor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
_DECLARED = re.compile(rb"""\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*?\?>""")
_PLAIN = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


def to_utf8(data: bytes, where: str) -> bytes:
    """The part as UTF-8 with line ends as XML 1.0, 2.11 has them; refuses a document type declaration.

    Entities can only be declared in a document type declaration, and that only stands before the root
    element, so a look at the prolog is enough.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = _transcoded(data, "utf-16", where)
    elif data[:2] in (b"<\x00", b"\x00<"):
        data = _transcoded(data, "utf-16-le" if data[:1] == b"<" else "utf-16-be", where)
    else:
        data = data.removeprefix(b"\xef\xbb\xbf")
        declared = _DECLARED.match(data)
        if declared is not None and (name := declared.group(1).decode("ascii").lower()) not in _PLAIN:
            data = _transcoded(data, name, where)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    refuse_doctype(data, where)
    return data


def refuse_doctype(data: bytes, where: str) -> None:
    """Raise InputError where a document type or an entity is declared before the root element."""
    prolog = _PROLOG.match(data)
    if data.startswith(b"<!", prolog.end() if prolog else 0):
        raise InputError(
            "文件内部的 XML 带有 DTD 或实体声明。表格文件应当没有这种声明，它可被用来耗尽内存或读取别的文件，所以不读",
            "The XML inside the file declares a document type or entities. A spreadsheet has none; such declarations "
            "can exhaust memory or reach for other files, so the file is not read",
            hint_zh="请用 Excel 或 WPS 打开后另存为新的 .xlsx 再试。",
            hint_en="Open it in Excel or WPS, save it as a new .xlsx, and try again.",
            where=where,
        )


def _transcoded(data: bytes, encoding: str, where: str) -> bytes:
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeError):
        raise malformed(where, f"encoding {encoding}") from None
    text = re.sub(r"^\ufeff?\s*<\?xml\b.*?\?>", "", text, count=1, flags=re.DOTALL)
    return text.encode("utf-8", errors="replace")


def malformed(where: str, detail: str) -> InputError:
    """The refusal for a part that is not well-formed XML."""
    return InputError(
        f"文件内部已损坏：XML 不完整或不合规（{detail}）",
        f"The file is damaged inside: its XML is incomplete or not well-formed ({detail})",
        hint_zh="请用 Excel 或 WPS 打开并修复，另存为新的 .xlsx；打不开时请重新导出或重新下载。",
        hint_en="Open and repair it in Excel or WPS and save it as a new .xlsx; if that fails, export or download it again.",
        where=where,
    )


def local_name(name: str) -> str:
    """`x:row` is `row`."""
    return name.rpartition(":")[2]


def walk(
    data: bytes,
    where: str,
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call start(local name, attributes as written), end(local name) and text(characters) over a UTF-8 part.

    Raises InputError where the part is not well-formed or declares a document type.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True

    def refuse(*_declaration: object) -> None:
        refuse_doctype(b"<!", where)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(local_name(name), attributes)
    if end is not None:
        finish = end
        parser.EndElementHandler = lambda name: finish(local_name(name))
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise malformed(where, f"{expat.ErrorString(error.code)}, {error.lineno}:{error.offset}") from None

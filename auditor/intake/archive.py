"""A zip archive read within limits: sizes are counted as the bytes come, headers are not believed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from auditor.errors import InputError
from auditor.intake.xmlparts import refuse_doctype, to_utf8

if TYPE_CHECKING:
    from auditor.intake.table import Limits

_CHUNK = 1 << 20
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    OverflowError,
)
_CENTRAL_HEADER = b"PK\x01\x02"
_LOCAL_HEADER_BYTES = 30
_XML_ENDINGS = (".xml", ".rels", ".vml")
_PROLOG_BYTES = 1 << 16


class Archive:
    """The parts of a zip by name; names compare without case, with forward slashes, without a leading one."""

    def __init__(self, data: bytes, where: str, limits: Limits) -> None:
        self.where = where
        self._limits = limits
        self._size = len(data)
        self._counted: dict[str, int] = {}
        self._total = 0
        if data.count(_CENTRAL_HEADER) > limits.members:
            raise self._too_much(
                f"部件多于 {limits.members} 个", f"it holds more than {limits.members} parts"
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN:
            raise broken_zip(where) from None
        self._members = self._checked_members()

    def _checked_members(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = normal_name(info.filename)
            if info.flag_bits & 0x1:
                raise password_protected(self.where)
            if name in members or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise broken_zip(self.where)
            members[name] = info
        end = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            # Members that share bytes are how a small archive unpacks to petabytes.
            if info.header_offset < end:
                raise self._too_much("部件互相重叠", "its parts overlap each other")
            end = info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size
        self._check_total(sum(info.file_size for info in infos))
        return members

    def names(self) -> list[str]:
        """The normalised names of all parts, sorted."""
        return sorted(self._members)

    def __contains__(self, name: str) -> bool:
        return normal_name(name) in self._members

    def read(self, name: str, most: int | None = None) -> bytes:
        """The bytes of a part, at most `most` of them; raises InputError where missing, broken or too big."""
        key = normal_name(name)
        info = self._members.get(key)
        if info is None:
            raise missing_part(self.where, name)
        others = self._total - self._counted.get(key, 0)
        # One step for parts of the size they claim, which is within limits; more would be a lie and is counted.
        step = max(_CHUNK, info.file_size) if most is None else most
        chunks = []
        size = 0
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(step if most is None else most - size):
                    chunks.append(chunk)
                    size += len(chunk)
                    self._check_total(others + size)
        except _BROKEN:
            raise broken_zip(self.where) from None
        self._counted[key] = size
        self._total = others + size
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def xml(self, name: str) -> bytes:
        """An XML part as UTF-8 without a document type declaration."""
        return to_utf8(self.read(name), self.where)

    def refuse_declarations(self) -> None:
        """Look at the beginning of every XML part, used or not, and refuse entity declarations."""
        for name in self.names():
            if name.endswith(_XML_ENDINGS):
                beginning = self.read(name, _PROLOG_BYTES)
                if beginning[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    beginning = beginning.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
                refuse_doctype(beginning.removeprefix(b"\xef\xbb\xbf"), self.where)

    def _check_total(self, total: int) -> None:
        limits = self._limits
        if total > limits.uncompressed_bytes:
            raise self._too_much(
                f"解压后超过 {limits.uncompressed_bytes >> 20} MB",
                f"it unpacks to more than {limits.uncompressed_bytes >> 20} MB",
            )
        if total > limits.ratio_floor and total > limits.ratio * self._size:
            raise self._too_much(
                f"{self._size} 字节解压成 {total} 字节以上，超过 {limits.ratio} 倍",
                f"{self._size} bytes unpack to {total} or more, over {limits.ratio} times",
            )

    def _too_much(self, zh: str, en: str) -> InputError:
        return InputError(
            f"文件像压缩炸弹，未读取：{zh}",
            f"The file looks like a zip bomb and was not read: {en}",
            hint_zh="如果它确实是台账，请拆成几个较小的文件，或用 Excel 另存一次。",
            hint_en="If it really is a portfolio, split it into smaller files or save it once more in Excel.",
            where=self.where,
        )


def normal_name(name: str) -> str:
    """A part's name as packages compare them (some exporters write backslashes)."""
    return name.replace("\\", "/").lstrip("/").lower()


def broken_zip(where: str) -> InputError:
    """The refusal for a zip that cannot be unpacked."""
    return InputError(
        "文件不完整或已损坏：它是压缩包格式（.xlsx/.ods 都是），但解不开",
        "The file is incomplete or damaged: it is a zip package (as .xlsx and .ods are) that cannot be unpacked",
        hint_zh="多半是下载、拷贝或传输中断。请重新获取原文件；能用 Excel 或 WPS 打开时，另存为新的 .xlsx。",
        hint_en="A download or copy was probably cut short. Fetch the file again; if Excel or WPS opens it, save a new .xlsx.",
        where=where,
    )


def missing_part(where: str, name: str) -> InputError:
    """The refusal for a workbook that names a part it does not hold."""
    return InputError(
        f"工作簿不完整：缺少内部部件 {name}",
        f"The workbook is incomplete: its part {name} is missing",
        hint_zh="请用 Excel 或 WPS 打开并修复，另存为新的 .xlsx。",
        hint_en="Open and repair it in Excel or WPS and save it as a new .xlsx.",
        where=where,
    )


def password_protected(where: str) -> InputError:
    """The refusal for an encrypted workbook."""
    return InputError(
        "工作簿设了打开密码，内容是加密的，需要未加密的文件",
        "The workbook is protected by a password and its content is encrypted; a file without encryption is needed",
        hint_zh="在 Excel 中：文件 → 信息 → 保护工作簿 → 用密码进行加密，清空密码后保存；"
        "WPS：文件 → 文档加密 → 密码加密，清空后保存。",
        hint_en="In Excel: File → Info → Protect Workbook → Encrypt with Password, clear the password, save; "
        "in WPS: File → Encryption, clear it, save.",
        where=where,
    )

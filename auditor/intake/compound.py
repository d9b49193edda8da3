"""The compound file container of .xls and of encrypted books: its directory and its streams, within bounds."""

from __future__ import annotations

import struct

from auditor.errors import InputError

_END = 0xFFFFFFFA  # Sector numbers from here on are marks (end of chain, free, table sectors).
_ENTRY = 128
_STREAM, _ROOT = 2, 5


class CompoundFile:
    """Streams by lower-case name (the last part of their path). Layout: [MS-CFB].

    Raises InputError where the container is damaged.
    """

    def __init__(self, data: bytes, where: str) -> None:
        self._data = data
        self._where = where
        if len(data) < 512:
            raise self._damaged()
        sector_shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if sector_shift not in (9, 12) or mini_shift != 6:
            raise self._damaged()
        self._sector = 1 << sector_shift
        self._table = self._allocation_table()
        directory_start, _, self._mini_cutoff, mini_start = struct.unpack_from("<IIII", data, 48)
        self._mini_table = _numbers(self._chain(mini_start))
        self._entries: dict[str, tuple[int, int]] = {}
        self._root = (_END, 0)
        self._read_directory(self._chain(directory_start))
        if self._root[0] == _END and not self._entries:
            raise self._damaged()

    def names(self) -> list[str]:
        """The lower-case names of all streams, sorted."""
        return sorted(self._entries)

    def stream(self, name: str) -> bytes:
        """The bytes of a stream; InputError where missing or cut short."""
        if name not in self._entries:
            raise self._damaged()
        start, size = self._entries[name]
        if size >= self._mini_cutoff:
            content = self._chain(start)
        else:
            mini = self._chain(self._root[0])
            pieces = []
            seen = 0
            while start < _END:
                if start >= len(self._mini_table) or seen > len(self._mini_table):
                    raise self._damaged()
                pieces.append(mini[start * 64 : start * 64 + 64])
                start = self._mini_table[start]
                seen += 1
            content = b"".join(pieces)
        if len(content) < size:
            raise self._damaged()
        return content[:size]

    def _allocation_table(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        following, count = struct.unpack_from("<II", self._data, 68)
        per_sector = self._sector // 4
        limit = len(self._data) // self._sector + 1
        for _ in range(min(count, limit)):
            if following >= _END:
                break
            numbers = _numbers(self._sector_bytes(following))
            if len(numbers) < per_sector:
                raise self._damaged()
            sectors.extend(numbers[:-1])
            following = numbers[-1]
        table: list[int] = []
        for sector in sectors:
            if sector < _END:
                table.extend(_numbers(self._sector_bytes(sector)))
                if len(table) > (limit + 1) * per_sector:
                    raise self._damaged()
        return table

    def _sector_bytes(self, number: int) -> bytes:
        offset = (number + 1) * self._sector
        if offset >= len(self._data):
            raise self._damaged()
        return self._data[offset : offset + self._sector]

    def _chain(self, start: int) -> bytes:
        pieces = []
        seen = 0
        while start < _END:
            # A chain that is longer than the table runs in a circle.
            if start >= len(self._table) or seen > len(self._table):
                raise self._damaged()
            pieces.append(self._sector_bytes(start))
            start = self._table[start]
            seen += 1
        return b"".join(pieces)

    def _read_directory(self, directory: bytes) -> None:
        for offset in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, offset + 64)
            start, size = struct.unpack_from("<II", directory, offset + 116)
            if kind == _ROOT:
                self._root = (start, size)
            elif kind == _STREAM and 2 <= length <= 64:
                name = directory[offset : offset + length - 2].decode("utf-16-le", errors="replace").lower()
                self._entries.setdefault(name, (start, size))

    def _damaged(self) -> InputError:
        return InputError(
            "旧版 Office 文件不完整或已损坏，内部目录读不通",
            "The file in the old Office format is incomplete or damaged: its inner directory cannot be followed",
            hint_zh="请重新获取原文件；能用 Excel 或 WPS 打开时，另存为 .xlsx。",
            hint_en="Fetch the file again; if Excel or WPS opens it, save it as .xlsx.",
            where=self._where,
        )


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack_from(f"<{len(data) // 4}I", data))

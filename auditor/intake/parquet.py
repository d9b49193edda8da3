"""Parquet files: the column names are the first row, whole numbers stay exact."""

from __future__ import annotations

import datetime
import decimal
import io
import math
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from auditor.errors import InputError
from auditor.intake.rawvalues import plain_number
from auditor.intake.table import Note, Table
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.intake.table import CellValue, Limits

_BEIJING = "Asia/Shanghai"


def read_parquet(data: bytes, where: str, stem: str, limits: Limits) -> Table:
    """Read all columns; timestamps with a zone become Beijing time, lists are joined with “、”.

    Raises InputError for a damaged file and for one that would unpack beyond the limits.
    """
    import pyarrow as arrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(data))
        _refuse_bomb(file, where, limits)
        table = file.read()
        names = [str(name) for name in table.column_names]
        notes = []
        columns: list[Sequence[CellValue]] = []
        for number, column in enumerate(table.columns, 1):
            if arrow.types.is_timestamp(column.type):
                if column.type.tz is not None:
                    notes.append(
                        Note(
                            Text(
                                "带时区的时间已换算成北京时间",
                                "Times with a zone were converted to Beijing time",
                            ),
                            None,
                            number,
                        )
                    )
                column = column.cast(arrow.timestamp("us", column.type.tz), safe=False)
            elif arrow.types.is_duration(column.type):
                column = column.cast(arrow.duration("us"), safe=False)
            elif arrow.types.is_time(column.type):
                column = column.cast(arrow.time64("us"), safe=False)
            columns.append([_cell(value) for value in column.to_pylist()])
    except (arrow.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        detail = str(error).partition("\n")[0][:120]
        raise InputError(
            f"Parquet 文件不完整或已损坏（{detail}）",
            f"The Parquet file is incomplete or damaged ({detail})",
            hint_zh="请重新生成或重新拷贝该文件。",
            hint_en="Write or copy the file again.",
            where=where,
        ) from None
    rows: list[Sequence[CellValue]] = [names, *zip(*columns, strict=True)]
    return Table(path=where, sheet=stem, rows=rows, notes=tuple(notes))


def _refuse_bomb(file: Any, where: str, limits: Limits) -> None:
    metadata = file.metadata
    cells = metadata.num_rows * metadata.num_columns
    size = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    if cells > limits.cells or size > limits.uncompressed_bytes:
        raise InputError(
            f"Parquet 文件太大：{cells} 个单元格，解压后 {size} 字节",
            f"The Parquet file is too large: {cells} cells, {size} bytes unpacked",
            hint_zh="请拆成几个较小的文件。",
            hint_en="Split it into smaller files.",
            where=where,
        )


def _cell(value: object) -> CellValue:
    if value is None or isinstance(value, (bool, int, datetime.date, datetime.time, datetime.timedelta)):
        if isinstance(value, datetime.datetime) and value.tzinfo is not None:
            return value.astimezone(ZoneInfo(_BEIJING)).replace(tzinfo=None)
        return value
    if isinstance(value, str):
        return value or None
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return plain_number(value) if math.isfinite(value) else str(value)
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="backslashreplace")
    if isinstance(value, dict):
        return "、".join(f"{key}: {_cell(item)}" for key, item in value.items() if item is not None) or None
    if isinstance(value, (list, tuple)):
        return "、".join(str(_cell(item)) for item in value if item is not None) or None
    return str(value)

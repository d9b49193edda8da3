"""The findings as the script of report.html reads them: columns with repeated values said once, packed into text."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from auditor.model.result import Finding
from auditor.report.columns import CSV_COLUMNS, Cell, Link
from auditor.report.foreign import cut
from auditor.report.list_labels import SCRIPT_WORDS
from auditor.report.listing_columns import (
    CHOICES,
    DETAIL_COLUMNS,
    INDEX_COLUMNS,
    MENUS,
    SHOWN,
    ListColumn,
)
from auditor.report.templating import CELL_LIMIT
from auditor.report.view import View
from auditor.report.wording import Wording

LIST_LIMIT = 200_000  # a scrolled element of many more rows would outgrow what browsers can lay out
TARGET = "\uffff"  # stands for the row's own target; no shown text can hold it, see foreign.visible
_SHORT_TARGET = 4  # replacing a shorter one gains nothing
_LEVEL = 6
_DIGITS = re.compile(r"(\d+)")

Packed = dict[str, list[str] | list[int]]
Facets = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a page embeds. count: findings in it; left_out: those beyond the limit; index, details: packed columns.

    words: a JSON text for the script. choices, menus: filters with more than one value to choose from, as key and
    label; shown: the columns of the rows.
    """

    count: int
    left_out: int
    index: str
    details: str
    words: str
    choices: Facets
    menus: Facets
    shown: Facets


def build_listing(view: View, words: Wording, limit: int = LIST_LIMIT) -> Listing:
    """All findings of a run in canonical order, waived ones among them.

    Beyond `limit` the failures stay before the undecided, and those before the waived. The same result gives the
    same bytes.
    """
    result = view.result
    findings: Sequence[Finding] = result.findings
    if len(findings) > limit:
        kept = {id(one) for one in (*result.failures, *result.unknowns, *result.waived)[:limit]}
        findings = [one for one in findings if id(one) in kept]
    targets = [_text(words.say(one.target), words) for one in findings]
    index = {one.key: _column(one, findings, words, targets, in_order=True) for one in INDEX_COLUMNS}
    details = {one.key: _column(one, findings, words, targets, in_order=False) for one in DETAIL_COLUMNS}
    empty = {key for key, own in index.items() if own["values"] in ([], [""])}
    single = {key for key, own in index.items() if len(own["values"]) < 2}
    # A first run calls everything new: not worth a column.
    shown = tuple(
        one for one in SHOWN if one[0] not in empty and not (one[0] == "change" and "change" in single)
    )
    for_script = {
        "as_of": result.run.as_of.isoformat(),
        "shown": shown,
        "csv": [(one.label, words.label(one.label)) for one in CSV_COLUMNS],
        "words": {key: words.label(key) for key in SCRIPT_WORDS},
    }
    return Listing(
        count=len(findings),
        left_out=len(result.findings) - len(findings),
        index=pack({"count": len(findings), "columns": index}),
        details=pack({"columns": details}),
        words=json_block(for_script),
        choices=tuple(one for one in CHOICES if one[0] not in single),
        menus=tuple(one for one in MENUS if one[0] not in single),
        shown=shown,
    )


def pack(data: Mapping[str, object]) -> str:
    """JSON, gzip without a date or a name, base64: nothing in it can end an element."""
    raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    into = io.BytesIO()
    # Not gzip.compress: what it notes as the operating system is the one it runs on.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=into, mtime=0) as file:
        file.write(raw)
    return base64.b64encode(into.getvalue()).decode("ascii")


def unpack(text: str) -> dict[str, object]:
    """What `pack` packed."""
    made: dict[str, object] = json.loads(gzip.decompress(base64.b64decode(text)))
    return made


def json_block(data: object) -> str:
    """JSON that may stand in a script element: nothing in it ends that element or opens a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _column(
    column: ListColumn, findings: Sequence[Finding], words: Wording, targets: Sequence[str], *, in_order: bool
) -> Packed:
    """One column: its different values, and for each row the place of its value among them.

    "rows" is left out where there is but one value, or where every row has its own in the order of the rows. "codes"
    stands beside "values" where links name them by something else. in_order: values stand in the order of sorting.
    """
    told: dict[str, str] = {}
    codes: list[str] = []
    for finding, target in zip(findings, targets, strict=True):
        if column.code is not None:
            code = column.code(finding, words)
            if code not in told:
                told[code] = _text(column.text(finding, words), words)
        else:
            code = _text(column.text(finding, words), words)
            if column.names_target and len(target) >= _SHORT_TARGET and target in code:
                code = code.replace(target, TARGET)
            told[code] = code
        codes.append(code)
    ordered = list(told)
    if in_order:
        rank = {code: place for place, code in enumerate(column.order)}
        ordered.sort(key=lambda code: (rank.get(code, len(rank)), *_natural(told[code]), code))
    packed: Packed = {"values": [told[code] for code in ordered]}
    if column.code is not None and packed["values"] != ordered:
        packed["codes"] = ordered
    if len(ordered) > 1 and ordered != codes:
        place = {code: number for number, code in enumerate(ordered)}
        packed["rows"] = [place[code] for code in codes]
    return packed


def _natural(text: str) -> tuple[bool, list[str | int]]:
    """Empty texts last, numbers within a text by their size."""
    parts: list[str | int] = [*_DIGITS.split(text)]
    parts[1::2] = [int(str(part)) for part in parts[1::2]]
    return (not text, parts)


def _text(value: Cell, words: Wording) -> str:
    if not value and value != 0:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    text = value.text if isinstance(value, Link) else str(value)
    return text if len(text) <= CELL_LIMIT else cut(text, CELL_LIMIT, words.lang)

"""The home page as fetched: the record numbers it shows, each with its link, and whether the whole page is at hand."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from auditor.evidence.answer import Answer, unread
from auditor.evidence.markup import Page, Piece, read_markup
from auditor.model.evidence import Evidence, HomePage, Outcome, ShownNumber
from auditor.model.recordnumber import PROVINCES, WRONG_ABBREVIATIONS
from auditor.model.text import Text

_ABBREVIATIONS = PROVINCES + "".join(WRONG_ABBREVIATIONS)
_DASH = r"[-‐‑‒–—―−－﹣]"
_TAIL = (
    rf"(?: {{0,2}}号)?(?: {{0,2}}{_DASH} {{0,2}}[1-9]\d{{0,5}}(?:[AXKaxk](?![A-Za-z0-9]))?(?: {{0,2}}号)?)?"
)
_RECORD = re.compile(
    rf"[{_ABBREVIATIONS}] {{0,2}}[Ii] ?[Cc] ?[Pp] {{0,2}}(?:备案?|证)(?: {{0,2}}[第字:]){{0,2}} {{0,2}}"
    rf"(?:[Bb]2{_DASH})?(?:\d{{10}}|\d{{8}}|(?<=证)\d{{6,7}}|(?<=证 )\d{{6,7}})(?!\d){_TAIL}"
)
# Something that means to be a record number and is none that can be read: a template left standing, a slip.
_TORN = re.compile(
    rf"[{_ABBREVIATIONS}] {{0,2}}[Ii] ?[Cc] ?[Pp] {{0,2}}(?:备案?|证) {{0,2}}[0-9Xx*]{{4,20}}(?: {{0,2}}号)?"
    rf"(?: {{0,2}}{_DASH} {{0,2}}[0-9Xx]{{1,6}})?"
)
_TELECOM = re.compile(rf"[{_ABBREVIATIONS}] {{0,2}}[AB][12]\.?(?:[AB][12])?{_DASH}\d{{8}}(?!\d){_TAIL}")
_POLICE = re.compile(
    r"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新] {0,2}公网安备 {0,2}(?:第 {0,2})?\d{14}(?!\d)(?: {0,2}号)?"
)
# Control and format characters but the line break, which ends a block.
_INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_MARKS = ("公网安备", "icp备", "icp证", "icp 备", "icp 证")
_MAX_NUMBERS = 100
# A page that shows less than this beside its scripts is filled by them.
_SCRIPTED, _SCRIPTED_ROOT = 40, 400


def read_web(server: str, raw: object, evidence: Evidence) -> Answer:
    """Read {"url": …, "status": 200, "html": "…", "truncated": false}, or the page's text alone.

    {"url": …, "error": "no_address"}: neither the domain nor its www name has an address, so there is no page.
    """
    if isinstance(raw, str):
        raw = {"url": server, "status": 200, "html": raw}
    if not isinstance(raw, dict):
        return unread("应答为空或不是网页", "the answer is empty or no page")
    if raw.get("error") == "no_address" and not raw.keys() & {"status", "html"}:
        return Answer(Outcome.NOT_FOUND, None, Text("域名没有地址", "the names have no address"))
    status, html = raw.get("status", 200), raw.get("html")
    if isinstance(status, bool) or not isinstance(status, int) or not (html is None or isinstance(html, str)):
        return unread("网页应答的字段类型不对", "the fields of the page's answer are of a wrong type")
    if html is None and 200 <= status < 300:
        return unread("应答中没有网页内容", "the answer holds no page")
    url = raw.get("url")
    address = url if isinstance(url, str) and url else server
    body = html or ""
    opened = 200 <= status < 300 and bool(body.strip())
    if not opened:
        page = HomePage(address, status, False, False, (), (), evidence)
        return Answer(Outcome.FOUND, page)
    read = read_markup(body)
    text, links = _shown(read.pieces)
    records, police = _records(text, links), _numbers(_POLICE, text, links)
    complete = (
        read.whole
        and not raw.get("truncated")
        and not _is_scripted(read, text)
        and not (_hinted(read.unseen) and not (records and police))
    )
    return Answer(
        Outcome.FOUND,
        HomePage(address, status, True, complete, records, police, evidence),
    )


def _shown(pieces: Sequence[Piece]) -> tuple[str, list[tuple[int, int, str]]]:
    """The shown text in one string of normal width, and the stretches of it that are links."""
    parts: list[str] = []
    links: list[tuple[int, int, str]] = []
    length = 0
    for piece in pieces:
        text = piece.text if piece.text.isascii() else _plain(piece.text)
        if piece.link:
            links.append((length, length + len(text), piece.link))
        parts.append(text)
        length += len(text)
    return "".join(parts), links


def _plain(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def _records(text: str, links: list[tuple[int, int, str]]) -> tuple[ShownNumber, ...]:
    found = _numbers(_RECORD, text, links)
    rest = _RECORD.sub(lambda match: " " * len(match.group()), text)
    found += _numbers(_TELECOM, rest, links) + _numbers(_TORN, rest, links)
    return tuple(dict.fromkeys(found))[:_MAX_NUMBERS]


def _numbers(
    pattern: re.Pattern[str], text: str, links: list[tuple[int, int, str]]
) -> tuple[ShownNumber, ...]:
    found: dict[ShownNumber, None] = {}
    for match in pattern.finditer(text):
        raw = " ".join(match.group().split())
        found[ShownNumber(raw, _link(match, links))] = None
        if len(found) >= _MAX_NUMBERS:
            break
    return tuple(found)


def _link(match: re.Match[str], links: list[tuple[int, int, str]]) -> str:
    """The link that holds the number, or the first part of it that is linked. Stretches stand in order, apart."""
    at = bisect_right(links, match.start(), key=lambda stretch: stretch[0])
    if at and links[at - 1][1] > match.start():
        return links[at - 1][2]
    return links[at][2] if at < len(links) and links[at][0] < match.end() else ""


def _is_scripted(page: Page, text: str) -> bool:
    """True where what a visitor sees is not in the markup: scripts, frames or a redirect bring it."""
    shown = len("".join(text.split()))
    if shown == 0 or (page.frames and shown < _SCRIPTED_ROOT) or (page.refresh and shown < _SCRIPTED_ROOT):
        return True
    if page.scripts == 0:
        return False
    return shown < (_SCRIPTED_ROOT if page.root else _SCRIPTED)


def _hinted(unseen: Iterable[str]) -> bool:
    """True where a number stands in a script, an attribute or a hidden part: it may be shown after all."""
    for text in unseen:
        lowered = text.lower()
        if any(mark in lowered for mark in _MARKS) and (
            _RECORD.search(text) or _POLICE.search(text) or _TORN.search(text) or "备案号" in text
        ):
            return True
    return False

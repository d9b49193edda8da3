"""Recorded evidence: JSON Lines files, one observation a line, read in a stream; a broken line is told, never fatal."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn, Protocol

from auditor.errors import InputError
from auditor.evidence.hostnames import registrable
from auditor.model.evidence import Observation
from auditor.model.text import Text, mask_text
from auditor.model.words import Source

SOURCES = frozenset(
    str(source)
    for source in (Source.REGISTRAR, Source.RDAP, Source.WHOIS, Source.DNS, Source.WEB, Source.MIIT)
)
OUTCOMES = frozenset({"answered", "throttled", "refused", "timeout", "error", "unsupported"})
MAX_LINE = 16 * 1024 * 1024
MAX_UNPACKED = 8 * 1024**3
MAX_TOLD = 100
_YEARS = range(1990, 2200)
_BOM = b"\xef\xbb\xbf"


class _Lines(Protocol):
    def readline(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class RecordedEvidence:
    """What some evidence files hold. files: (name as given, SHA-256 of the file, observations taken from it)."""

    observations: tuple[Observation, ...]
    problems: tuple[Text, ...]
    files: tuple[tuple[str, str, int], ...]


def read_evidence(paths: Sequence[tuple[Path, str]]) -> RecordedEvidence:
    """Read files of recorded evidence (.jsonl, or packed as .jsonl.gz) in the order given.

    paths: (file, the name that messages give it). The same observation in two places counts once. InputError where a
    file cannot be read at all.
    """
    observations: dict[tuple[object, ...], Observation] = {}
    problems: list[Text] = []
    files: list[tuple[str, str, int]] = []
    for path, name in paths:
        before, told, untold = len(observations), 0, 0
        for line, found in _read_file(path, name):
            if isinstance(found, Observation):
                key = (
                    found.domain,
                    found.source,
                    found.server,
                    found.fetched_at,
                    found.outcome,
                    found.sha256,
                )
                observations.setdefault(key, found)
            elif told < MAX_TOLD:
                told += 1
                problems.append(Text(f"{name}:{line}：{found.zh}", f"{name}:{line}: {found.en}"))
            else:
                untold += 1
        if untold:
            problems.append(
                Text(f"{name}：另有 {untold} 行无法使用", f"{name}: {untold} more lines could not be used")
            )
        files.append((name, _hash_file(path, name), len(observations) - before))
    return RecordedEvidence(tuple(observations.values()), tuple(problems), tuple(files))


def raw_sha256(raw: object) -> str:
    """The SHA-256 of a raw answer: of a text's UTF-8 bytes, of canonical JSON for anything else; "" for None."""
    if raw is None:
        return ""
    text = (
        raw
        if isinstance(raw, str)
        else json.dumps(raw, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    )
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _read_file(path: Path, name: str) -> Iterator[tuple[int, Observation | Text]]:
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=raw) as stream:
                    yield from _read_stream(stream, name)
            else:
                yield from _read_stream(raw, name)
    except (OSError, EOFError, zlib.error) as problem:
        _refuse(problem, name)


def _read_stream(stream: _Lines, name: str) -> Iterator[tuple[int, Observation | Text]]:
    number, size = 0, 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        size += len(line)
        if size > MAX_UNPACKED:
            raise InputError(
                f"证据文件解开后超过 {MAX_UNPACKED // 1024**3} GiB, 已停止读取",
                f"unpacked, the evidence file exceeds {MAX_UNPACKED // 1024**3} GiB; reading stopped",
                hint_zh="请拆分该文件",
                hint_en="Split the file",
                where=name,
            )
        if number == 1:
            line = line.removeprefix(_BOM)
            if line[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise InputError(
                    "证据文件必须是 UTF-8 编码的 JSON Lines, 实为 UTF-16",
                    "an evidence file must be JSON Lines in UTF-8; this one is UTF-16",
                    hint_zh="用 UTF-8 编码另存该文件",
                    hint_en="Save the file again as UTF-8",
                    where=name,
                )
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
                size += len(line)
            yield number, Text("该行过长, 未读取", "the line is too long and was not read")
        elif line.strip():
            yield number, _read_line(line, f"{name}:{number}")


def _refuse(problem: BaseException, name: str) -> NoReturn:
    reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else type(problem).__name__
    raise InputError(
        f"证据文件无法读取: {reason}",
        f"the evidence file cannot be read: {reason}",
        hint_zh="核对 --evidence 的路径; 压缩文件可能不完整",
        hint_en="Check the path given to --evidence; a packed file may be incomplete",
        where=name,
    ) from problem


def _hash_file(path: Path, name: str) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as problem:
        _refuse(problem, name)


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _read_line(line: bytes, where: str) -> Observation | Text:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return Text("不是有效的 UTF-8", "the line is not UTF-8")
    try:
        record = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Text("不是有效的 JSON", "the line is not JSON")
    if not isinstance(record, dict):
        return Text("应为 JSON 对象", "the line must be a JSON object")
    try:
        if "\\ud" in text or "\\uD" in text:
            record = {key: _without_surrogates(value) for key, value in record.items()}
        return _observation(record, where)
    except RecursionError:
        return Text("JSON 嵌套过深", "the JSON is nested too deeply")


def _observation(record: dict[str, object], where: str) -> Observation | Text:
    missing = [key for key in ("domain", "source", "server", "fetched_at", "outcome") if key not in record]
    outcome = record.get("outcome")
    if outcome == "answered" and "raw" not in record:
        missing.append("raw")
    if missing:
        names = ", ".join(missing)
        return Text(f"缺少 {names}", f"{names} missing")
    source, server, domain = record["source"], record["server"], record["domain"]
    if not isinstance(source, str) or source not in SOURCES:
        return _unknown("source", source, sorted(SOURCES))
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        return _unknown("outcome", outcome, sorted(OUTCOMES))
    if not isinstance(server, str):
        return Text("server 应为文本", "server must be text")
    fetched_at = _moment(record["fetched_at"])
    if isinstance(fetched_at, Text):
        return fetched_at
    name = registrable(domain) if isinstance(domain, str) else Text("应为文本", "it must be text")
    if isinstance(name, Text):
        shown = _short(domain)
        return Text(f"domain {shown} 无法使用: {name.zh}", f"domain {shown} cannot be used: {name.en}")
    raw = record.get("raw")
    return Observation(
        domain=name.ulabel,
        source=source,
        server=server,
        fetched_at=fetched_at,
        outcome=outcome,
        raw=raw,
        sha256=raw_sha256(raw),
        line=where,
    )


def _moment(value: object) -> datetime | Text:
    shown = _short(value)
    if not isinstance(value, str):
        return Text(
            f"fetched_at 应为带时区的时间, 实为 {shown}",
            f"fetched_at must be a time with its zone, not {shown}",
        )
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return Text(f"fetched_at {shown} 不是有效的时间", f"fetched_at {shown} is no valid time")
    if moment.tzinfo is None:
        return Text(f"fetched_at {shown} 缺少时区", f"fetched_at {shown} lacks its zone")
    if moment.year not in _YEARS:
        return Text(f"fetched_at {shown} 不可能", f"fetched_at {shown} is impossible")
    return moment


def _unknown(key: str, value: object, allowed: list[str]) -> Text:
    words, shown = " | ".join(allowed), _short(value)
    return Text(f"{key} 应为 {words}, 实为 {shown}", f"{key} must be one of {words}, not {shown}")


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return repr(mask_text(text[:60]))


def _without_surrogates(value: object) -> object:
    """Replace lone surrogates: they are no text, and no file could ever hold them."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_without_surrogates(one) for one in value]
    if isinstance(value, dict):
        return {str(_without_surrogates(key)): _without_surrogates(one) for key, one in value.items()}
    return value

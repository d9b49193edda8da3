"""Which RDAP service speaks for a suffix: the shipped rows, and newer ones from a file or an address (RFC 9224)."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import PolicyError
from auditor.evidence.observing import WallClock
from auditor.model.text import Text
from auditor.rules.files import RuleFile
from auditor.rules.registries import Registries, read_bootstrap

if TYPE_CHECKING:
    import httpx

FRESH_FOR = timedelta(days=1)
MAX_BYTES = 4 * 1024 * 1024
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """The registries with the newest rows at hand.

    shipped_of, refreshed_of: the `publication` of the shipped file and of the newer one ("" where there is none).
    note: what kept the newer one from being had or refreshed.
    """

    registries: Registries
    shipped_of: str
    refreshed_of: str = ""
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A copy from an earlier day. checked_at: when the server last said that it still holds."""

    text: str
    etag: str
    checked_at: datetime | None


async def load_bootstrap(
    whois: RuleFile,
    rdap: RuleFile,
    source: str | None,
    clock: WallClock,
    *,
    cache_dir: Path | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    timeout_s: float = _TIMEOUT_S,
    offline: bool = False,
) -> Bootstrap:
    """The shipped rows overlaid by those of the policy's `bootstrap`: a file, or an address refreshed once a day.

    PolicyError where the file cannot be read. An address that cannot be had leaves the copy kept in cache_dir, or the
    shipped rows, in place, with a note. offline: the kept copy only.
    """
    shipped_of = _publication(rdap.text)
    if source is None:
        return Bootstrap(Registries.read(whois, rdap), shipped_of)
    if not source.lower().startswith(("http://", "https://")):
        newer = RuleFile.at(Path(source))
        return Bootstrap(_overlaid(whois, rdap, newer), shipped_of, _publication(newer.text))
    kept = _kept(cache_dir, source)
    note = None
    text = kept.text if kept else None
    age = None if kept is None or kept.checked_at is None else clock.now() - kept.checked_at
    if not offline and (age is None or not timedelta(0) <= age < FRESH_FOR):
        got = await _fetch(source, kept, transport, timeout_s)
        if isinstance(got, Text):
            note = _note(source, got, kept)
        else:
            text = got.text
            _keep(cache_dir, source, got.text, got.etag, clock.now())
    unconfirmed = offline or note is not None
    if text is None or (unconfirmed and _publication(text) < shipped_of):
        return Bootstrap(Registries.read(whois, rdap), shipped_of, "", note)
    return Bootstrap(_overlaid(whois, rdap, RuleFile(source, text)), shipped_of, _publication(text), note)


def _overlaid(whois: RuleFile, rdap: RuleFile, newer: RuleFile) -> Registries:
    """Newer services in place of the shipped ones, suffix by suffix. A suffix that gains a service leaves the list
    of those without; groups that the newer file does not know stay."""
    shipped = Registries.read(whois, rdap)
    services, groups, none = read_bootstrap(rdap)
    newer_services, newer_groups, newer_none = read_bootstrap(newer)
    without = (none - newer_services.keys()) | newer_none
    return Registries(list(shipped), {**services, **newer_services}, {**groups, **newer_groups}, without)


async def _fetch(
    source: str, kept: _Kept | None, transport: httpx.AsyncBaseTransport | None, timeout_s: float
) -> _Kept | Text:
    import httpx

    from auditor.evidence.guarded_http import read_body

    headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
    if kept is not None and kept.etag:
        headers["If-None-Match"] = kept.etag
    try:
        async with (
            asyncio.timeout(timeout_s),
            httpx.AsyncClient(transport=transport, timeout=timeout_s) as client,
            client.stream("GET", source, headers=headers) as response,
        ):
            if response.status_code == 304 and kept is not None:
                return kept
            if response.status_code != 200:
                return Text(f"HTTP {response.status_code}", f"HTTP {response.status_code}")
            body = await read_body(response, MAX_BYTES)
            etag = response.headers.get("etag", "")[:200]
    except TimeoutError:
        return Text("超时", "timed out")
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        return Text(type(problem).__name__, type(problem).__name__)
    if not body.whole:
        return Text("应答过长或不完整", "the answer is too long or incomplete")
    try:
        text = body.data.decode("utf-8-sig")
        services, _groups, _none = read_bootstrap(RuleFile(source, text))
    except (UnicodeDecodeError, RecursionError, PolicyError):
        return Text("应答不是 RFC 9224 文件", "the answer is no file of RFC 9224")
    if not services:
        return Text("文件中没有任何服务", "the file lists no service")
    return _Kept(text, etag, None)


def _note(source: str, problem: Text, kept: _Kept | None) -> Text:
    since = _publication(kept.text) if kept else ""
    zh = f"沿用 {since or '先前'} 的副本" if kept else "使用自带数据"
    en = f"the copy of {since or 'an earlier day'} is used" if kept else "the shipped data are used"
    return Text(
        f"RDAP 引导文件 {source} 未能更新（{problem.zh}）：{zh}",
        f"the RDAP bootstrap file {source} could not be refreshed ({problem.en}): {en}",
    )


def _publication(text: str) -> str:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    found = data.get("publication") if isinstance(data, dict) else None
    return found[:40] if isinstance(found, str) else ""


def _place(cache_dir: Path, source: str) -> Path:
    return cache_dir / f"rdap-bootstrap-{sha256(source.encode()).hexdigest()[:16]}.json"


def _kept(cache_dir: Path | None, source: str) -> _Kept | None:
    """The copy of an earlier day; None where there is none or it cannot be used."""
    if cache_dir is None:
        return None
    try:
        entry = json.loads(_place(cache_dir, source).read_text(encoding="utf-8"))
        text, etag, checked = entry["text"], entry["etag"], datetime.fromisoformat(entry["checked_at"])
        if not (
            isinstance(text, str)
            and isinstance(etag, str)
            and checked.tzinfo
            and read_bootstrap(RuleFile(source, text))[0]
        ):
            return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, PolicyError):
        return None
    return _Kept(text, etag, checked)


def _keep(cache_dir: Path | None, source: str, text: str, etag: str, now: datetime) -> None:
    """Write the copy whole or not at all. A folder that cannot be written only costs a fetch next time."""
    if cache_dir is None:
        return
    entry: Mapping[str, str] = {"source": source, "etag": etag, "checked_at": now.isoformat(), "text": text}
    temporary = ""
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=cache_dir, delete=False) as stream:
            temporary = stream.name
            json.dump(entry, stream, ensure_ascii=False)
        os.replace(temporary, _place(cache_dir, source))
    except OSError:
        if temporary:
            Path(temporary).unlink(missing_ok=True)

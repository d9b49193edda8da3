"""Chat: a short note posted to a group's robot in 企业微信, 钉钉 or 飞书."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from auditor.errors import PolicyError
from auditor.model.text import Text
from auditor.model.words import Word

# What the services take, in bytes of UTF-8, with room left for the frame around the text.
_WECOM_BYTES, _DINGTALK_BYTES, _FEISHU_BYTES = 4000, 18_000, 18_000
# Answers that ask for patience: the service's own codes for "too often" and "busy".
_TRY_AGAIN = frozenset((-1, 45009, 45033, 130101, 9499, 11232, 99991400))
_ANSWER_SHOWN = 200
_TITLE_SHOWN = 120  # characters
_LINE_FRAME = 34  # bytes of JSON around one line of a 飞书 post
_HOST = re.compile(r"[\w.:-]+")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class ChatKind(Word):
    """The services whose robots are known."""

    WECOM = "wecom", "企业微信", "WeCom"
    DINGTALK = "dingtalk", "钉钉", "DingTalk"
    FEISHU = "feishu", "飞书", "Feishu"


@dataclass(frozen=True, slots=True)
class Hook:
    """One robot. url holds its key, so that neither url nor secret is ever shown. mention: user ids or mobile numbers."""

    kind: ChatKind
    url: str
    secret: str | None = None
    mention: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Hook({self.kind.code}, {self.host})"

    @property
    def host(self) -> str:
        """The host alone, fit to be shown."""
        return _parts(self.url)[1] or "?"

    @property
    def local(self) -> bool:
        """Whether the robot is on this machine, where neither TLS nor a proxy has a place."""
        return self.host in _LOOPBACK


@dataclass(frozen=True, slots=True)
class Note:
    """What is posted, in the readers' language: a title, plain lines, and where the report can be opened.

    link_text: what the link is called.
    """

    title: str
    lines: tuple[str, ...]
    link_text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """How it went. said: the service's own words or the fault, never with the address."""

    hook: Hook
    delivered: bool
    attempts: int
    said: Text


def check_hook(hook: Hook) -> None:
    """PolicyError for an address that no robot can have; plain HTTP is taken on this machine alone."""
    scheme, host = _parts(hook.url)
    if host and (scheme == "https" or (scheme == "http" and hook.local)):
        return
    raise PolicyError(
        f"{hook.kind.text.zh} 的 webhook 地址应以 https:// 开头",
        f"The webhook address of {hook.kind.text.en} must begin with https://",
        hint_zh="从群机器人的设置中复制完整地址, 最好放入环境变量",
        hint_en="Copy the whole address from the robot's settings; the environment is the best place for it",
    )


def _parts(url: str) -> tuple[str, str]:
    """Scheme and host of an address; both "" for what is none."""
    try:
        made = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return "", ""
    return (made.scheme, made.host) if _HOST.fullmatch(made.host) else ("", "")


def post(
    hook: Hook,
    note: Note,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    timeout_s: float = 15.0,
    attempts: int = 3,
    backoff_s: float = 5.0,
    ca_file: str | None = None,
) -> Posted:
    """Post a note; what asks for patience is tried again, `backoff_s` seconds apart and twice as long each time.

    Redirects are not followed, since the address is a secret. A fault is a value: a chat that cannot be reached must
    not cost a report.
    """
    check_hook(hook)
    verify: Any = _context(ca_file) if ca_file else True
    said = Text("没有发送", "not sent")
    with httpx.Client(
        timeout=timeout_s, verify=verify, follow_redirects=False, trust_env=not hook.local
    ) as client:
        for attempt in range(1, attempts + 1):
            # The signature holds for an hour from its moment, so that each attempt signs anew.
            url, body = signed(hook, note, clock())
            try:
                answer = client.post(url, json=body)
            except httpx.HTTPError as fault:
                said, again = _fault(hook, fault), True
            else:
                delivered, again, said = _read(answer, hook)
                if delivered:
                    return Posted(hook, True, attempt, said)
            if not again or attempt == attempts:
                return Posted(hook, False, attempt, said)
            sleep(backoff_s * 2 ** (attempt - 1))
    return Posted(hook, False, 0, said)


def signed(hook: Hook, note: Note, moment: datetime) -> tuple[str, dict[str, Any]]:
    """The address and the body of a post.

    钉钉 signs milliseconds and secret with the secret and wants the signature in the address; 飞书 takes seconds and
    secret as the key of an empty message and wants it in the body; 企业微信 has no signature.
    """
    if hook.kind is ChatKind.WECOM:
        return hook.url, _wecom(note, hook.mention)
    if hook.kind is ChatKind.DINGTALK:
        url = hook.url
        if hook.secret:
            stamp = str(round(moment.timestamp() * 1000))
            sign = _digest(hook.secret.encode(), f"{stamp}\n{hook.secret}".encode())
            url = str(httpx.URL(url).copy_merge_params({"timestamp": stamp, "sign": sign}))
        return url, _dingtalk(note, hook.mention)
    body = _feishu(note, hook.mention)
    if hook.secret:
        stamp = str(int(moment.timestamp()))
        body = {"timestamp": stamp, "sign": _digest(f"{stamp}\n{hook.secret}".encode(), b""), **body}
    return hook.url, body


def _digest(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode("ascii")


def _wecom(note: Note, mention: Sequence[str]) -> dict[str, Any]:
    tail = _tail(note, " ".join(f"<@{one}>" for one in mention))
    content = _fitting([f"**{_plain(_title(note))}**", *map(_plain, note.lines)], tail, _WECOM_BYTES)
    return {"msgtype": "markdown", "markdown": {"content": content}}


def _dingtalk(note: Note, mention: Sequence[str]) -> dict[str, Any]:
    tail = _tail(note, " ".join(f"@{one}" for one in mention))
    # A single line break is no break in this dialect.
    lines = [f"### {_plain(_title(note))}", *map(_plain, note.lines)]
    text = _fitting(lines, tail, _DINGTALK_BYTES, separator="\n\n")
    mobiles = [one for one in mention if one.isdigit() and len(one) == 11]
    others = [one for one in mention if one not in mobiles]
    return {
        "msgtype": "markdown",
        "markdown": {"title": _title(note), "text": text},
        "at": {"atMobiles": mobiles, "atUserIds": others, "isAtAll": False},
    }


def _feishu(note: Note, mention: Sequence[str]) -> dict[str, Any]:
    lines = _cut(note.lines, _FEISHU_BYTES, _LINE_FRAME)
    content: list[list[Mapping[str, str]]] = [[{"tag": "text", "text": one}] for one in lines]
    if note.link:
        content.append([{"tag": "a", "text": note.link_text, "href": note.link}])
    if mention:
        content.append([{"tag": "at", "user_id": one} for one in mention])
    return {"msg_type": "post", "content": {"post": {"zh_cn": {"title": _title(note), "content": content}}}}


def _tail(note: Note, mention: str) -> list[str]:
    # A parenthesis would end the address too early.
    address = (note.link or "").replace("(", "%28").replace(")", "%29").replace(" ", "%20")
    link = [f"[{_plain(note.link_text)}]({address})"] if address else []
    return link + ([mention] if mention else [])


def _title(note: Note) -> str:
    title = " ".join(note.title.split())
    return title if len(title) <= _TITLE_SHOWN else title[: _TITLE_SHOWN - 1] + "…"


def _plain(line: str) -> str:
    """A line in which nothing is read as markup: names from a book must not become links or mentions."""
    line = " ".join(line.splitlines())
    for mark in "\\`*_[]()#<>@!":
        line = line.replace(mark, _WIDE[mark])
    return line


# The robots' dialects know no common escape; the full-width twin reads the same and means nothing to them.
_WIDE = {mark: chr(ord(mark) + 0xFEE0) for mark in "\\`*_[]()#<>@!"}


def _fitting(lines: Sequence[str], tail: Sequence[str], limit: int, separator: str = "\n") -> str:
    """Lines and tail as one text of at most so many bytes; the tail (link, mentions) always stays.

    A line break takes two bytes in JSON.
    """
    end = separator.join(tail)
    room = limit - len((separator + end).encode())
    return separator.join([*_cut(lines, room, 2 * len(separator)), *tail])


def _cut(lines: Sequence[str], limit: int, frame: int = 1) -> list[str]:
    """The lines that fit, the last one shortened. frame: bytes that each line takes beside its own."""
    kept: list[str] = []
    left = limit
    for line in lines:
        size = len(line.encode()) + frame
        if size > left - 4:
            shortened = line.encode()[: max(left - frame - 7, 0)].decode(errors="ignore")
            kept.append(shortened + "…")
            break
        kept.append(line)
        left -= size
    return kept


def _read(answer: httpx.Response, hook: Hook) -> tuple[bool, bool, Text]:
    """Delivered, worth another try, and what was said; a status of 200 alone proves nothing here."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if answer.status_code != 200 or not isinstance(body, dict):
        again = answer.status_code == 429 or answer.status_code >= 500
        return False, again, Text(f"HTTP {answer.status_code}", f"HTTP {answer.status_code}")
    code = next((body[key] for key in ("errcode", "code", "StatusCode") if key in body), None)
    said = str(body.get("errmsg") or body.get("msg") or body.get("StatusMessage") or "")
    if code == 0:
        return True, False, Text("已发送", "sent")
    shown = _without_secrets(f"{code} {said}".strip(), hook)[:_ANSWER_SHOWN]
    return False, code in _TRY_AGAIN, Text(f"服务拒绝: {shown}", f"the service refused: {shown}")


def _without_secrets(said: str, hook: Hook) -> str:
    """What was said, should a service or a proxy repeat the address or its key."""
    url = httpx.URL(hook.url)
    keys = [hook.url, hook.secret or "", url.path.rpartition("/")[2], *url.params.values()]
    for key in sorted((one for one in keys if len(one) >= 6), key=len, reverse=True):
        said = said.replace(key, "***")
    return said


def _fault(hook: Hook, fault: httpx.HTTPError) -> Text:
    name = type(fault).__name__
    return Text(f"{hook.host}: 无法送达 ({name})", f"{hook.host}: could not be reached ({name})")


def _context(ca_file: str) -> Any:
    import ssl

    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as fault:
        raise PolicyError(
            "[chat] ca_file 无法读取, 需要 PEM 证书",
            "[chat] ca_file cannot be read; a PEM certificate is needed",
            where=ca_file,
        ) from fault

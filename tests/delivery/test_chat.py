"""Chat: what the robots of the three services are sent, signed, refused, told again, and never told of the address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.delivery.chat import ChatKind, Hook, Note, Posted, check_hook, post, signed
from auditor.errors import PolicyError
from tests.servers.http_server import HttpServer, Page, json_page, redirect, too_many
from tests.servers.serving import CLOSED, RESET, STALLED, Lines, Reply, unused_port
from tests.servers.tls import server_context, trusting_context

MOMENT = datetime(2026, 11, 23, 9, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=8)))
KEY = "0a1b2c3d-made-up-key"
SECRET = "SECmadeup0123456789"
PATHS = {
    ChatKind.WECOM: f"/cgi-bin/webhook/send?key={KEY}",
    ChatKind.DINGTALK: f"/robot/send?access_token={KEY}",
    ChatKind.FEISHU: f"/open-apis/bot/v2/hook/{KEY}",
}
SENT = {
    ChatKind.WECOM: {"errcode": 0, "errmsg": "ok"},
    ChatKind.DINGTALK: {"errcode": 0, "errmsg": "ok"},
    ChatKind.FEISHU: {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"},
}
LINK = "https://reports.example/2026-11-23/report.html"
NOTE = Note("备案审计", ("发现 3 项", "最严重: 严重"), "报告", LINK)
EVERY = pytest.mark.parametrize("kind", list(ChatKind), ids=lambda kind: kind.code)
OK = json_page({"errcode": 0, "errmsg": "ok"})


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def hook(
    server: HttpServer,
    kind: ChatKind = ChatKind.WECOM,
    secret: str | None = None,
    mention: tuple[str, ...] = (),
) -> Hook:
    return Hook(kind, server.url + PATHS[kind], secret, mention)


def posted(one: Hook, note: Note = NOTE, pauses: list[float] | None = None, **more: Any) -> Posted:
    slept = pauses if pauses is not None else []
    return post(one, note, clock=lambda: MOMENT, sleep=slept.append, **{"timeout_s": 5.0, **more})


def answering(*replies: Reply) -> HttpServer:
    lines: Lines[Reply] = list(replies)
    return HttpServer({"*": lines})


def body_of(one: Hook, note: Note = NOTE) -> dict[str, Any]:
    return signed(one, note, MOMENT)[1]


def lines_of(kind: ChatKind, body: Mapping[str, Any]) -> str:
    """The text of a post as its readers get it."""
    if kind is ChatKind.WECOM:
        return str(body["markdown"]["content"])
    if kind is ChatKind.DINGTALK:
        return str(body["markdown"]["text"])
    content = body["content"]["post"]["zh_cn"]["content"]
    return "\n".join(part.get("text", "") for line in content for part in line)


# What is sent


@EVERY
def test_a_note_arrives_in_the_form_of_its_service(kind: ChatKind) -> None:
    with answering(json_page(SENT[kind])) as server:
        told = posted(hook(server, kind, mention=("13800138000", "lisi")))
    assert (told.delivered, told.attempts) == (True, 1)
    (request,) = server.seen
    assert (request.method, request.target) == ("POST", PATHS[kind])
    assert request.headers["content-type"].startswith("application/json")
    body = json.loads(request.body)
    assert (
        body
        == {
            ChatKind.WECOM: {
                "msgtype": "markdown",
                "markdown": {
                    "content": f"**备案审计**\n发现 3 项\n最严重: 严重\n[报告]({LINK})\n<@13800138000> <@lisi>"
                },
            },
            ChatKind.DINGTALK: {
                "msgtype": "markdown",
                "markdown": {
                    "title": "备案审计",
                    "text": f"### 备案审计\n\n发现 3 项\n\n最严重: 严重\n\n[报告]({LINK})\n\n@13800138000 @lisi",
                },
                "at": {"atMobiles": ["13800138000"], "atUserIds": ["lisi"], "isAtAll": False},
            },
            ChatKind.FEISHU: {
                "msg_type": "post",
                "content": {
                    "post": {
                        "zh_cn": {
                            "title": "备案审计",
                            "content": [
                                [{"tag": "text", "text": "发现 3 项"}],
                                [{"tag": "text", "text": "最严重: 严重"}],
                                [{"tag": "a", "text": "报告", "href": LINK}],
                                [{"tag": "at", "user_id": "13800138000"}, {"tag": "at", "user_id": "lisi"}],
                            ],
                        }
                    }
                },
            },
        }[kind]
    )


@EVERY
def test_a_note_without_a_link_and_mentions_has_neither(kind: ChatKind) -> None:
    told = json.dumps(body_of(Hook(kind, "https://chat.example/x"), Note("题", ("行",), "报告")))
    assert "http" not in told
    assert '"a"' not in told
    assert "user_id" not in told


def test_the_words_of_the_link_are_the_readers() -> None:
    note = Note("Audit", ("3 findings",), "Report", LINK)
    assert f"[Report]({LINK})" in lines_of(
        ChatKind.WECOM, body_of(Hook(ChatKind.WECOM, "https://a.cn/"), note)
    )


@EVERY
def test_markup_in_a_name_is_only_its_letters(kind: ChatKind) -> None:
    name = "[甲](https://evil.example) <@all> @13800138000 **重** `x` # <font color='red'>"
    body = body_of(Hook(kind, "https://chat.example/x"), Note(name, (f"主体: {name}\n# 题",), "报告", LINK))
    if kind is ChatKind.FEISHU:
        content = body["content"]["post"]["zh_cn"]["content"]
        # Its text elements know no markup at all.
        assert [part["tag"] for line in content for part in line] == ["text", "a"]
        return
    text = lines_of(kind, body)
    head, _, rest = text.partition("主体: ")
    for mark in "[]()`<>@":
        assert mark not in head + rest.partition("[报告]")[0]
    assert "\n# 题" not in rest
    assert "[甲]" not in text
    assert "［甲］" in text


def test_a_parenthesis_in_the_link_does_not_end_it() -> None:
    note = Note("题", (), "报告", "https://reports.example/a (1).html")
    text = lines_of(ChatKind.WECOM, body_of(Hook(ChatKind.WECOM, "https://a.cn/"), note))
    assert text.endswith("[报告](https://reports.example/a%20%281%29.html)")


@pytest.mark.parametrize(
    ("kind", "limit"), [(ChatKind.WECOM, 4096), (ChatKind.DINGTALK, 20_000), (ChatKind.FEISHU, 20_480)]
)
@pytest.mark.parametrize("line", ["示例有限公司的域名即将到期", "x", "𠮷😀"])
def test_a_long_note_is_cut_between_characters_and_keeps_link_and_mentions(
    kind: ChatKind, limit: int, line: str
) -> None:
    for lines in ((line * 30_000,), (line,) * 30_000):
        body = body_of(
            Hook(kind, "https://chat.example/x", None, ("lisi",)), Note("题" * 500, lines, "报告", LINK)
        )
        text = lines_of(kind, body)
        whole = (
            text if kind is ChatKind.WECOM else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        )
        assert limit * 0.6 < len(whole.encode()) <= limit
        assert "…" in text
        assert set(text.split("题")[-1].split("[报告]")[0]) <= set(line) | set("…*\n报告")
        assert LINK in json.dumps(body)
        assert "lisi" in json.dumps(body)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=3_000), max_size=6))
def test_no_note_is_longer_than_the_service_takes(lines: list[str]) -> None:
    one = Hook(ChatKind.WECOM, "https://chat.example/x", None, ("lisi",))
    text = lines_of(ChatKind.WECOM, body_of(one, Note("题", tuple(lines), "报告", LINK)))
    assert len(text.encode()) <= 4096
    assert text.endswith(f"[报告]({LINK})\n<@lisi>")


# Signatures, worked out a second time here


def test_dingtalk_is_signed_in_the_address_in_milliseconds() -> None:
    with answering(OK) as server:
        assert posted(hook(server, ChatKind.DINGTALK, SECRET)).delivered
    (request,) = server.seen
    query = parse_qs(urlsplit(request.target).query, strict_parsing=True)
    stamp = "1795397415250"
    expected = hmac.digest(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256)
    assert query == {
        "access_token": [KEY],
        "timestamp": [stamp],
        "sign": [base64.b64encode(expected).decode()],
    }
    assert "sign" not in json.loads(request.body)


def test_feishu_is_signed_in_the_body_in_seconds() -> None:
    with answering(json_page(SENT[ChatKind.FEISHU])) as server:
        assert posted(hook(server, ChatKind.FEISHU, SECRET)).delivered
    (request,) = server.seen
    body = json.loads(request.body)
    expected = hmac.digest(f"1795397415\n{SECRET}".encode(), b"", hashlib.sha256)
    assert body["timestamp"] == "1795397415"
    assert body["sign"] == base64.b64encode(expected).decode()
    assert request.target == PATHS[ChatKind.FEISHU]


@EVERY
def test_without_a_secret_nothing_is_signed(kind: ChatKind) -> None:
    url, body = signed(Hook(kind, "https://chat.example/hook?key=a"), NOTE, MOMENT)
    assert url == "https://chat.example/hook?key=a"
    assert not {"sign", "timestamp"} & body.keys()


def test_each_attempt_is_signed_at_its_own_moment() -> None:
    moments = iter([MOMENT, MOMENT + timedelta(minutes=5)])
    with answering(too_many(), OK) as server:
        one = hook(server, ChatKind.DINGTALK, SECRET)
        assert post(one, NOTE, clock=lambda: next(moments), sleep=[].append).delivered
    first, second = (parse_qs(urlsplit(one.target).query) for one in server.seen)
    assert int(second["timestamp"][0]) - int(first["timestamp"][0]) == 300_000
    assert first["sign"] != second["sign"]


# Answers


@pytest.mark.parametrize(
    "answer",
    [
        {"errcode": 93000, "errmsg": "invalid webhook url"},
        {"errcode": 310000, "errmsg": "sign not match"},
        {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"},
        {"StatusCode": 1, "StatusMessage": "no"},
        {},
    ],
)
def test_a_refusal_with_status_200_is_a_failure_and_final(answer: dict[str, object]) -> None:
    pauses: list[float] = []
    with answering(json_page(answer)) as server:
        told = posted(hook(server), pauses=pauses)
    assert (told.delivered, told.attempts, pauses) == (False, 1, [])
    for value in answer.values():
        assert str(value) in told.said.zh
        assert str(value) in told.said.en


@pytest.mark.parametrize(
    "page", [Page(b"<html>portal</html>"), Page(b""), json_page([0]), json_page(None), json_page("ok")]
)
def test_an_answer_that_is_none_of_the_services_proves_nothing(page: Page) -> None:
    with answering(page) as server:
        assert not posted(hook(server)).delivered


@pytest.mark.parametrize("code", [-1, 45009, 45033, 130101, 9499, 11232, 99991400])
def test_a_busy_service_is_asked_again_with_doubled_pauses(code: int) -> None:
    pauses: list[float] = []
    with answering(json_page({"errcode": code, "errmsg": "busy"})) as server:
        told = posted(hook(server), pauses=pauses, attempts=4, backoff_s=5.0)
    assert (told.delivered, told.attempts, len(server.seen)) == (False, 4, 4)
    assert pauses == [5.0, 10.0, 20.0]
    assert str(code) in told.said.en


@pytest.mark.parametrize(
    "page", [Page(status=500), Page(status=502), Page(status=503), too_many(), RESET, CLOSED]
)
def test_what_may_pass_is_tried_again_until_it_goes(page: Reply) -> None:
    pauses: list[float] = []
    with answering(page, OK) as server:
        told = posted(hook(server), pauses=pauses)
    assert (told.delivered, told.attempts, pauses) == (True, 2, [5.0])


def test_a_service_that_says_nothing_is_left_and_tried_again() -> None:
    pauses: list[float] = []
    with answering(STALLED, OK) as server:
        told = posted(hook(server), pauses=pauses, timeout_s=0.3)
    assert (told.delivered, told.attempts, pauses) == (True, 2, [5.0])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_a_request_that_is_refused_is_not_repeated(status: int) -> None:
    with answering(Page(status=status)) as server:
        told = posted(hook(server))
    assert (told.delivered, told.attempts, len(server.seen)) == (False, 1, 1)
    assert told.said.en == f"HTTP {status}"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_is_not_followed_because_the_address_is_a_secret(status: int) -> None:
    with HttpServer({"*": OK}) as other, answering(redirect(other.url + "/taken", status)) as server:
        told = posted(hook(server, secret=SECRET))
        assert other.seen == []
    assert (told.delivered, told.attempts) == (False, 1)
    assert told.said.en == f"HTTP {status}"


def test_nobody_listening_is_a_value_and_not_an_error() -> None:
    pauses: list[float] = []
    one = Hook(ChatKind.WECOM, f"http://127.0.0.1:{unused_port()}/send?key={KEY}")
    told = posted(one, pauses=pauses)
    assert (told.delivered, told.attempts, pauses) == (False, 3, [5.0, 10.0])
    assert told.said.en == "127.0.0.1: could not be reached (ConnectError)"


# Secrets


@EVERY
def test_neither_address_nor_secret_is_ever_shown(kind: ChatKind) -> None:
    echo = "x" * 190 + f" no robot at {PATHS[kind]} with {KEY} and {SECRET}"
    replies = [json_page({"errcode": 1, "errmsg": echo[start:]}) for start in (0, 150, 180, 190)]
    replies += [Page(status=404), Page(status=500), RESET]
    shown = [repr(Hook(kind, f"https://chat.example{PATHS[kind]}", SECRET))]
    for reply in replies:
        with answering(reply) as server:
            told = posted(hook(server, kind, SECRET))
        shown += [repr(told), told.said.zh, told.said.en]
    with pytest.raises(PolicyError) as caught:
        check_hook(Hook(kind, f"http://chat.example{PATHS[kind]}", SECRET))
    shown += [str(caught.value), repr(caught.value), *map(caught.value.describe, ("zh", "en"))]
    for one in shown:
        assert KEY not in one
        assert SECRET not in one


@pytest.mark.parametrize(
    "url",
    [
        f"http://chat.example/send?key={KEY}",
        f"http://127.0.0.1.chat.example/send?key={KEY}",
        f"http://localhost@chat.example/send?key={KEY}",
        f"ftp://127.0.0.1/{KEY}",
        f"//chat.example/{KEY}",
        f"https:///{KEY}",
        f"https://[chat/{KEY}",
        f"https://chat.example:port/{KEY}",
        KEY,
        "",
    ],
)
def test_an_address_that_no_robot_has_is_refused_before_anything_is_sent(url: str) -> None:
    one = Hook(ChatKind.FEISHU, url)
    with pytest.raises(PolicyError) as caught:
        posted(one)
    assert KEY not in caught.value.describe("zh") + caught.value.describe("en") + repr(one)


@pytest.mark.parametrize(
    "url", ["https://chat.example/x", "http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:9/x"]
)
def test_plain_http_is_taken_on_this_machine_alone(url: str) -> None:
    check_hook(Hook(ChatKind.FEISHU, url))


# TLS


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with HttpServer({"*": OK}, tls=server_context()) as server:
        told = posted(hook(server), attempts=1)
        assert server.seen == []
    assert not told.delivered


def test_an_own_authority_is_believed_from_its_file(tmp_path: Path) -> None:
    (authority,) = trusting_context().get_ca_certs(binary_form=True)
    path = tmp_path / "own.pem"
    path.write_text(ssl.DER_cert_to_PEM_cert(authority), encoding="ascii")
    with HttpServer({"*": OK}, tls=server_context()) as server:
        assert posted(hook(server), ca_file=str(path)).delivered


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_an_authority_file_that_is_none_is_told_by_name(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "own.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PolicyError) as caught:
        posted(Hook(ChatKind.WECOM, f"https://127.0.0.1:9/{KEY}"), ca_file=str(path))
    assert "own.pem" in caught.value.describe("en")
    assert KEY not in caught.value.describe("en")

"""Sending through a real server: what is accepted, refused, tried again, and what is never told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor.delivery.mail_server import MailServer
from auditor.delivery.message import Attachment
from auditor.delivery.parcel import Fate, Parcel, SendReport
from auditor.delivery.smtp import Courier, send
from tests.delivery.letters import LETTER, mail
from tests.servers.serving import LOOPBACK, unused_port
from tests.servers.smtp_server import DROP, HANG, SmtpServer


class Pauses(list[float]):
    """A clock that only the pauses move."""

    def clock(self) -> float:
        return sum(self)

    def sleep(self, seconds: float) -> None:
        self.append(seconds)


def plain(port: int, **changes: Any) -> MailServer:
    return MailServer(LOOPBACK, port, security="none", **{"timeout_s": 5.0, "backoff_s": 4.0} | changes)


def hand_in(server: MailServer, *parcels: Parcel, pauses: Pauses | None = None) -> tuple[SendReport, ...]:
    pauses = pauses if pauses is not None else Pauses()
    return send(parcels or (mail(),), server, clock=pauses.clock, sleep=pauses.sleep)


def fates(report: SendReport) -> list[Fate]:
    return [one.fate for one in report.outcomes]


def test_a_mail_arrives_as_it_was_written() -> None:
    parcel = mail()
    with SmtpServer() as server:
        (report,) = hand_in(plain(server.port), parcel)
    assert report.delivered
    assert report.attempts == 1
    (got,) = server.mails
    assert got.content.rstrip() == parcel.content.rstrip()
    assert got.recipients == ("zhang@example.cn", "li@example.cn")
    assert got.sender == "audit@example.cn"
    assert got.message["Subject"] == LETTER.subject


def test_a_long_mail_arrives_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(bytes(range(256)) * 10_000)
    with SmtpServer() as server:
        (report,) = hand_in(plain(server.port), mail("a", attachments=(Attachment(path, "报告.html"),)))
    assert report.delivered
    (attached,) = server.mails[0].message.iter_attachments()
    assert attached.get_payload(decode=True) == path.read_bytes()


def test_lines_that_begin_with_a_full_stop_arrive_so() -> None:
    parcel = replace(mail(), content=b"Subject: x\r\n\r\n.\r\n..a\r\n.b")
    with SmtpServer() as server:
        assert hand_in(plain(server.port), parcel)[0].delivered
    assert server.mails[0].content == b"Subject: x\r\n\r\n.\r\n..a\r\n.b\r\n"


def test_several_mails_share_one_connection() -> None:
    with SmtpServer() as server:
        reports = hand_in(plain(server.port), mail("a"), mail("b"), mail("c"))
    assert [one.delivered for one in reports] == [True] * 3
    assert server.connections == 1
    assert [one.message["Message-ID"] for one in server.mails] == [one.message_id for one in reports]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "end"])
def test_a_temporary_refusal_is_tried_again_with_growing_pauses(stage: str) -> None:
    pauses = Pauses()
    with SmtpServer(faults={stage: ["451 Greylisted, come back", "450 Not yet"]}) as server:
        (report,) = hand_in(plain(server.port, attempts=5), mail("a", "a@example.cn"), pauses=pauses)
    assert report.delivered
    assert report.attempts == 3
    assert pauses == [4.0, 8.0]
    assert len(server.mails) == 1


def test_what_stays_temporary_is_left_for_another_day_with_the_servers_words() -> None:
    with SmtpServer(faults={"rcpt": ["451 4.7.1 Greylisted"] * 9}) as server:
        (report,) = hand_in(plain(server.port, attempts=2))
    assert fates(report) == [Fate.POSTPONED] * 2
    assert report.outcomes[0].code == 451
    assert report.outcomes[0].said.en == "the server answered 451 4.7.1 Greylisted"
    assert report.attempts == 2


@pytest.mark.parametrize("stage", ["mail", "rcpt", "end"])
def test_a_permanent_refusal_is_not_tried_again(stage: str) -> None:
    pauses = Pauses()
    with SmtpServer(faults={stage: ["550 5.1.1 No such user"] * 9}) as server:
        (report,) = hand_in(plain(server.port), mail("a", "a@example.cn"), pauses=pauses)
    assert fates(report) == [Fate.REFUSED]
    assert "550 5.1.1 No such user" in report.outcomes[0].said.zh
    assert pauses == []


def test_one_refused_recipient_does_not_cost_the_others_their_mail() -> None:
    faults = {"rcpt b@x.cn": ["550 gone"], "rcpt c@x.cn": ["450 greylisted"]}
    with SmtpServer(faults=faults) as server:
        (report,) = hand_in(plain(server.port), mail("a", "a@x.cn", "b@x.cn", "c@x.cn"))
    assert fates(report) == [Fate.ACCEPTED, Fate.REFUSED, Fate.ACCEPTED]
    assert [one.recipients for one in server.mails] == [("a@x.cn",), ("c@x.cn",)]
    assert server.mails[0].content == server.mails[1].content


def test_a_server_that_says_goodbye_between_recipients_is_asked_again() -> None:
    with SmtpServer(faults={"rcpt b@x.cn": ["421 Closing"]}) as server:
        (report,) = hand_in(plain(server.port), mail("a", "a@x.cn", "b@x.cn", "c@x.cn"))
    assert report.delivered
    assert len(server.mails) == 1
    assert server.connections == 2


@pytest.mark.parametrize("stage", ["connect", "mail", "rcpt", "middle", "end"])
def test_a_connection_that_breaks_is_made_again(stage: str) -> None:
    pauses = Pauses()
    with SmtpServer(faults={stage: [DROP]}) as server:
        (report,) = hand_in(plain(server.port), pauses=pauses)
    assert report.delivered
    assert server.connections == 2
    assert pauses == [4.0]
    assert len(server.mails) == 1


@pytest.mark.parametrize("stage", ["connect", "mail", "middle", "end"])
def test_a_server_that_hangs_is_left_after_the_time_limit(stage: str) -> None:
    with SmtpServer(faults={stage: [HANG]}) as server:
        (report,) = hand_in(plain(server.port, timeout_s=0.3, attempts=1))
        assert fates(report) == [Fate.POSTPONED] * 2
        assert "no answer within 0.3 s" in report.outcomes[0].said.en
        assert hand_in(plain(server.port))[0].delivered


def test_a_server_that_drips_for_ever_is_cut_off_at_the_deadline() -> None:
    with SmtpServer(faults={"connect": ["drip"]}) as server:
        (report,) = hand_in(plain(server.port, deadline_s=0.4, attempts=1))
    assert fates(report) == [Fate.POSTPONED] * 2
    assert "over the time limit" in report.outcomes[0].said.en


def test_no_pause_goes_beyond_the_deadline() -> None:
    pauses = Pauses()
    hand_in(plain(unused_port(), attempts=10, deadline_s=30.0), pauses=pauses)
    assert pauses == [4.0, 8.0, 16.0]


def test_a_server_that_is_down_is_not_tried_anew_for_each_mail() -> None:
    pauses = Pauses()
    reports = hand_in(plain(unused_port(), attempts=2), mail("a"), mail("b"), pauses=pauses)
    assert [fates(one) for one in reports] == [[Fate.POSTPONED] * 2] * 2
    assert [one.attempts for one in reports] == [2, 0]
    assert pauses == [4.0]
    assert reports[1].outcomes[0].said == reports[0].outcomes[0].said


def test_a_lost_answer_is_sent_again_under_the_same_message_id() -> None:
    with SmtpServer(faults={"end": ["lost"]}) as server:
        (report,) = hand_in(plain(server.port))
    assert report.delivered
    assert [one.message["Message-ID"] for one in server.mails] == [report.message_id] * 2


@pytest.mark.parametrize("word", [DROP, "421 Enough"])
def test_a_server_that_closed_the_connection_between_two_mails_is_no_failure(word: str) -> None:
    pauses = Pauses()
    with (
        SmtpServer(faults={"noop": [word]}) as server,
        Courier(plain(server.port), clock=pauses.clock, sleep=pauses.sleep) as courier,
    ):
        assert [courier.send(mail(key)).attempts for key in "abc"] == [1, 1, 1]
    assert len(server.mails) == 3
    assert server.connections == 2
    assert pauses == []


@pytest.mark.parametrize(
    ("greeting", "fate"),
    [("554 Go away", Fate.BLOCKED), ("421 Too busy", Fate.POSTPONED), ("SSH-2.0-x", Fate.POSTPONED)],
)
def test_a_greeting_that_is_none_is_told(greeting: str, fate: Fate) -> None:
    with SmtpServer(faults={"connect": [greeting] * 9}) as server:
        (report,) = hand_in(plain(server.port, attempts=2))
    assert fates(report) == [fate] * 2


def test_a_mail_over_the_servers_limit_is_refused_with_its_words() -> None:
    with SmtpServer(size=200) as server:
        (report,) = hand_in(plain(server.port))
    assert fates(report) == [Fate.REFUSED] * 2
    assert report.outcomes[0].code == 552
    assert server.mails == []


def test_a_chinese_local_part_is_sent_where_the_server_takes_it() -> None:
    with SmtpServer() as server:
        (report,) = hand_in(plain(server.port), mail("a", "李四@example.cn", "w@example.cn"))
    assert report.delivered
    assert server.mails[0].recipients == ("李四@example.cn", "w@example.cn")
    assert "SMTPUTF8" in server.mails[0].options


def test_a_chinese_local_part_is_told_where_the_server_does_not_take_it() -> None:
    with SmtpServer(utf8=False) as server:
        (report,) = hand_in(plain(server.port), mail("a", "李四@example.cn", "w@example.cn"))
        assert fates(report) == [Fate.REFUSED, Fate.ACCEPTED]
        assert "SMTPUTF8" in report.outcomes[0].said.zh
        assert server.mails[0].content.isascii()
        (report,) = hand_in(plain(server.port), mail("b", sender="审计@example.cn"))
    assert fates(report) == [Fate.REFUSED] * 2
    assert len(server.mails) == 1


def test_words_in_gbk_are_read() -> None:
    with SmtpServer(faults={"connect": ["554 拒绝连接"]}) as server:
        (report,) = hand_in(plain(server.port))
    assert "554 拒绝连接" in report.outcomes[0].said.zh


def test_control_characters_in_the_servers_words_are_not_repeated() -> None:
    with SmtpServer(faults={"end": ["550 \x1b[31mspam\x07"]}) as server:
        (report,) = hand_in(plain(server.port))
    assert report.outcomes[0].said.en.isprintable()

"""The outbox: nothing is lost, nothing is sent twice, and what goes wrong with the disk is told."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from auditor.delivery.mail_server import MailServer
from auditor.delivery.outbox import Outbox, Put, dispatch
from auditor.delivery.outbox_files import note_sent, write_waiting
from auditor.delivery.outbox_round import Flushed
from auditor.delivery.parcel import Fate, Outcome, Parcel, SendReport
from auditor.delivery.smtp import Courier
from auditor.errors import OutputError
from auditor.model.text import Text
from tests.delivery.letters import NOW, mail
from tests.servers.serving import LOOPBACK
from tests.servers.smtp_server import SmtpServer

ROOT = Path(__file__).resolve().parents[2]


class Post:
    """Sends as it was told: fates by recipient, ACCEPTED for the others."""

    def __init__(self, **fates: Fate) -> None:
        self.fates = fates
        self.sent: list[Parcel] = []

    def __call__(self, parcel: Parcel) -> SendReport:
        self.sent.append(parcel)
        outcomes = tuple(
            Outcome(one, fate := self.fates.get(one[0], Fate.ACCEPTED), Text(f"答复 {fate}", f"said {fate}"))
            for one in parcel.recipients
        )
        return SendReport(parcel.key, parcel.message_id, outcomes, 1)

    @property
    def keys(self) -> list[str]:
        return [one.key for one in self.sent]


def at(days: float = 0) -> Callable[[], datetime]:
    return lambda: NOW + timedelta(days=days)


def left(outbox: Outbox, drawer: str = "") -> list[str]:
    """The files of the outbox or a drawer, without its own lock."""
    place = outbox.folder / drawer
    return (
        sorted(one.name for one in place.iterdir() if one.is_file() and one.name != ".lock")
        if place.is_dir()
        else []
    )


@contextmanager
def full_disk(octets: int = 10) -> Iterator[None]:
    """No file may grow beyond so many octets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "data" / "outbox")


def test_what_could_not_be_sent_waits_and_goes_next_time_in_order_with_the_same_message_id(
    outbox: Outbox,
) -> None:
    down, up = Post(z=Fate.POSTPONED, l=Fate.POSTPONED), Post()
    first = dispatch(outbox, [mail("b"), mail("a"), mail("c")], down, at())
    assert [one.delivered for one in first.reports] == [False] * 3
    assert not first.quiet
    assert [(one.key, one.attempts, one.why and one.why.zh) for one in outbox.waiting()] == [
        ("b", 1, "答复 postponed"), ("a", 1, "答复 postponed"), ("c", 1, "答复 postponed"),
    ]  # fmt: skip
    flushed = dispatch(outbox, [mail("d")], up, at(1))
    assert up.keys == ["b", "a", "c", "d"]
    assert [one.content for one in up.sent[:3]] == [one.content for one in down.sent]
    assert [one.message_id for one in up.sent[:3]] == [one.message_id for one in down.sent]
    assert flushed.quiet
    assert outbox.waiting() == ()
    assert left(outbox) == []


def test_the_outbox_is_for_the_user_alone(outbox: Outbox) -> None:
    outbox.put(mail(), NOW)
    assert outbox.folder.stat().st_mode & 0o777 == 0o700
    assert [one.rpartition(".")[2] for one in left(outbox)] == ["eml", "json"]
    assert {one.stat().st_mode & 0o777 for one in outbox.folder.iterdir()} == {0o600}


def test_the_same_key_is_put_in_once_and_sent_once(outbox: Outbox) -> None:
    post = Post()
    assert outbox.put(mail("a"), NOW) is Put.NEW
    assert outbox.put(mail("a", subject="other"), NOW) is Put.WAITING
    outbox.flush(post, at())
    assert outbox.put(mail("a"), NOW) is Put.SENT
    assert outbox.sent("a") == NOW
    assert dispatch(outbox, [mail("a")], post, at()).sent_before == ("a",)
    assert outbox.sent("b") is None
    outbox.flush(post, at())
    assert post.keys == ["a"]
    assert outbox.put(mail("a"), NOW, again=True) is Put.NEW
    outbox.flush(post, at())
    assert post.keys == ["a", "a"]
    assert all(
        "@" not in (outbox.folder / "sent" / one).read_text().split('"message_id"')[0]
        for one in left(outbox, "sent")
    )


def test_only_the_recipients_that_are_left_get_it_later(outbox: Outbox) -> None:
    parcel = mail("a", "a@x.cn", "b@x.cn", "c@x.cn")
    dispatch(outbox, [parcel], Post(b=Fate.REFUSED, c=Fate.POSTPONED), at())
    (waits,) = outbox.waiting()
    assert waits.recipients == ("c@x.cn",)
    refused = json.loads((outbox.folder / "refused" / left(outbox, "refused")[1]).read_text())
    assert refused["recipients"] == ["b@x.cn"]
    assert refused["why"]["en"] == "said refused"
    later = Post(c=Fate.REFUSED)
    outbox.flush(later, at(1))
    assert later.sent[0].recipients == ("c@x.cn",)
    assert later.sent[0].content == parcel.content
    assert outbox.waiting() == ()
    assert outbox.put(parcel, NOW) is Put.SENT


def test_a_mail_that_everybody_refused_is_moved_away_and_may_be_put_in_anew(outbox: Outbox) -> None:
    flushed = dispatch(outbox, [mail("a", "a@x.cn")], Post(a=Fate.REFUSED), at())
    assert [one.fate for one in flushed.reports[0].outcomes] == [Fate.REFUSED]
    assert len(left(outbox, "refused")) == 2
    assert left(outbox) == []
    assert outbox.put(mail("a", "b@x.cn"), NOW) is Put.NEW


def test_wrong_settings_lose_no_mail(outbox: Outbox) -> None:
    dispatch(outbox, [mail("a", "a@x.cn")], Post(a=Fate.BLOCKED), at())
    assert [one.key for one in outbox.waiting()] == ["a"]


def test_a_mail_that_waited_too_long_is_moved_away_and_told(outbox: Outbox) -> None:
    down, post = Post(a=Fate.POSTPONED), Post()
    dispatch(outbox, [mail("a", "a@x.cn")], down, at())
    assert outbox.flush(down, at(14)).expired == ()
    flushed = outbox.flush(post, at(14.1))
    assert [one.key for one in flushed.expired] == ["a"]
    assert post.sent == []
    assert len(left(outbox, "expired")) == 2
    assert outbox.waiting() == ()
    assert not flushed.quiet


def test_two_that_send_at_once_never_send_the_same_mail(outbox: Outbox) -> None:
    inner, seen = Post(), list[Flushed]()
    for key in "abc":
        outbox.put(mail(key), NOW)

    class Nested(Post):
        def __call__(self, parcel: Parcel) -> SendReport:
            if parcel.key == "a":
                seen.append(Outbox(outbox.folder).flush(inner, at()))
            return super().__call__(parcel)

    outer = Nested()
    outbox.flush(outer, at())
    assert outer.keys == ["a"]
    assert inner.keys == ["b", "c"]
    assert seen[0].busy == ("a",)
    assert left(outbox) == []


def test_many_senders_with_a_real_server_send_each_mail_once(outbox: Outbox) -> None:
    keys = [f"run-{number:02d}" for number in range(12)]
    for key in keys:
        outbox.put(mail(key), NOW)
    with SmtpServer() as server:

        def flush() -> None:
            place = MailServer(LOOPBACK, server.port, security="none", timeout_s=10)
            with Courier(place) as courier:
                Outbox(outbox.folder).flush(courier.send, at())

        threads = [threading.Thread(target=flush) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(one.message["Message-ID"] for one in server.mails) == sorted(
        mail(key).message_id for key in keys
    )
    assert outbox.waiting() == ()


def test_a_program_that_died_while_sending_leaves_a_mail_that_is_sent_again_and_told(outbox: Outbox) -> None:
    outbox.put(mail("a"), NOW)
    script = (
        "import os, sys; from datetime import datetime, timezone; from pathlib import Path\n"
        "from auditor.delivery.outbox import Outbox\n"
        "Outbox(Path(sys.argv[1])).flush(lambda parcel: os._exit(7), lambda: datetime(2026, 11, 23, tzinfo=timezone.utc))"
    )
    died = subprocess.run([sys.executable, "-c", script, str(outbox.folder)], cwd=ROOT, check=False)
    assert died.returncode == 7
    (one,) = outbox.waiting()
    assert one.claimed is not None
    post = Post()
    flushed = outbox.flush(post, at())
    assert flushed.perhaps_twice == ("a",)
    assert post.sent[0].message_id == mail("a").message_id
    assert outbox.flush(post, at()).quiet
    assert post.keys == ["a"]


def test_a_program_that_died_after_noting_the_sending_leaves_nothing_to_send(outbox: Outbox) -> None:
    outbox.put(mail("a"), NOW)
    (one,) = outbox.waiting()
    write_waiting(outbox.folder, replace(one, claimed=NOW))
    note_sent(outbox.folder, one, NOW + timedelta(seconds=5))
    post = Post()
    assert outbox.flush(post, at()).quiet
    assert post.sent == []
    assert left(outbox) == []


def test_a_second_sending_that_was_asked_for_survives_the_death_of_its_sender(outbox: Outbox) -> None:
    dispatch(outbox, [mail("a")], Post(), at())
    assert outbox.put(mail("a"), NOW + timedelta(days=1), again=True) is Put.NEW
    (one,) = outbox.waiting()
    write_waiting(outbox.folder, replace(one, claimed=one.first))
    post = Post()
    assert outbox.flush(post, at(2)).perhaps_twice == ("a",)
    assert post.keys == ["a"]


def test_a_program_that_died_while_taking_a_settled_mail_out_is_no_damage(outbox: Outbox) -> None:
    dispatch(outbox, [mail("a", "a@x.cn")], Post(a=Fate.REFUSED), at())
    name = left(outbox, "refused")[0]
    (outbox.folder / name).write_bytes((outbox.folder / "refused" / name).read_bytes())
    assert outbox.flush(Post(), at()).quiet
    assert left(outbox) == []


@pytest.mark.parametrize("damage", ["content", "envelope", "lacking", "mail gone"])
def test_a_damaged_mail_is_not_sent_but_told_and_kept(outbox: Outbox, damage: str) -> None:
    outbox.put(mail("a"), NOW)
    outbox.put(mail("b"), NOW)
    letter, envelope = (outbox.folder / name for name in left(outbox)[:2])
    if damage == "content":
        letter.write_bytes(letter.read_bytes().replace(b"example.cn", b"example.org"))
    elif damage == "envelope":
        envelope.write_text('{"key": "a"')
    elif damage == "lacking":
        envelope.write_text('{"key": "a"}')
    else:
        letter.unlink()
    post = Post()
    flushed = outbox.flush(post, at())
    assert post.keys == ["b"]
    assert "damaged" in flushed.problems[0].en
    assert left(outbox, "damaged")
    assert outbox.flush(post, at()).quiet


def test_a_mail_without_an_envelope_is_moved_away_and_told(outbox: Outbox) -> None:
    outbox.put(mail("a"), NOW)
    (outbox.folder / left(outbox)[1]).unlink()
    post = Post()
    assert len(outbox.flush(post, at()).problems) == 1
    assert post.sent == []
    assert len(left(outbox, "damaged")) == 1


def test_an_outbox_that_cannot_be_written_is_told_and_the_mail_goes_without_it(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file")
    outbox, post = Outbox(tmp_path / "outbox"), Post()
    with pytest.raises(OutputError):
        outbox.put(mail("a"), NOW)
    flushed = dispatch(outbox, [mail("a")], post, at())
    assert post.keys == ["a"]
    assert str(tmp_path / "outbox") in flushed.problems[0].zh
    assert flushed.reports[0].delivered


def test_a_full_disk_is_told_and_leaves_no_half_mail(outbox: Outbox) -> None:
    with full_disk(), pytest.raises(OutputError):
        outbox.put(mail("a"), NOW)
    assert left(outbox) == []
    with full_disk(len(mail("a").content)):  # the mail fits, its envelope after it does as well
        assert outbox.put(mail("a"), NOW) is Put.NEW


def test_with_a_full_disk_nothing_that_waits_is_sent_unclaimed(outbox: Outbox) -> None:
    outbox.put(mail("a"), NOW)
    before, post = outbox.waiting(), Post()
    with full_disk():
        flushed = dispatch(outbox, [mail("b")], post, at())
    assert post.keys == ["b"]
    assert len(flushed.problems) >= 1
    assert outbox.waiting() == before
    assert outbox.flush(post, at()).quiet
    assert post.keys == ["b", "a"]


def test_a_disk_that_is_full_after_sending_does_not_make_it_be_sent_again(outbox: Outbox) -> None:
    outbox.put(mail("a"), NOW)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    class Filling(Post):
        def __call__(self, parcel: Parcel) -> SendReport:
            resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
            return super().__call__(parcel)

    post = Filling()
    try:
        flushed = outbox.flush(post, at())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(flushed.problems) == 1
    assert outbox.waiting() == ()
    assert post.keys == ["a"]


def test_old_lines_of_what_was_sent_and_half_written_files_go(outbox: Outbox) -> None:
    dispatch(outbox, [mail("a")], Post(), at())
    half = outbox.folder / ".x.json.1.part"
    half.write_text("{")
    for path in (half, *(outbox.folder / "sent").iterdir()):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    outbox.flush(Post(), at(0.5))
    assert half.exists()
    outbox.flush(Post(), at(399))
    assert not half.exists()
    assert outbox.sent("a") is not None
    outbox.flush(Post(), at(401))
    assert outbox.sent("a") is None


def test_an_outbox_that_is_not_there_is_empty_and_is_not_made(outbox: Outbox) -> None:
    assert outbox.waiting() == ()
    assert outbox.flush(Post(), at()).quiet
    assert not outbox.folder.exists()

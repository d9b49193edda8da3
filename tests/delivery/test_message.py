"""Mails as they are written: what the standard library's parser reads back, and what must never get in."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.delivery.mail_address import Address, parse_address
from auditor.delivery.mail_header import address_list, ascii_file_name, file_name, header_text
from auditor.delivery.message import (
    Attachment,
    build,
    encoded_size,
    fitting,
    message_id,
    parcel,
    write_eml,
)
from auditor.delivery.parcel import without_utf8
from auditor.errors import InputError, OutputError, PolicyError
from tests.delivery.letters import LETTER, letter

EXAMPLES = settings(deadline=None, max_examples=60)


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_letter_is_read_back_as_it_was_written() -> None:
    message = parsed(parcel(LETTER).content)
    assert message["Subject"] == LETTER.subject
    assert message["From"].addresses[0].display_name == "备案审计"
    assert [one.addr_spec for one in message["To"].addresses] == ["zhang@example.cn", "li@example.cn"]
    assert message["Date"].datetime == LETTER.date
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert text.get_content().splitlines() == LETTER.text.splitlines()
    assert html.get_content() == "<p>严重 2 项</p>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Precedence"] is None
    assert not message.defects


def test_the_built_message_reads_its_own_fields_decoded() -> None:
    message = build(LETTER)
    assert message["Subject"] == LETTER.subject
    assert message["To"].addresses[0].display_name == "张三"


def test_the_same_letter_gives_the_same_octets_and_no_long_lines(tmp_path: Path) -> None:
    report = tmp_path / "report.xlsx"
    report.write_bytes(bytes(range(256)) * 40)
    one = letter(attachments=(Attachment(report, "集团域名" * 30 + ".xlsx"),))
    content = parcel(one).content
    assert parcel(one).content == content
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")


def test_the_message_id_hangs_on_the_key_and_the_thread_on_the_portfolio() -> None:
    first, again, other = (
        parsed(parcel(letter(key=key, subject=subject)).content)
        for key, subject in (("run-7", "a"), ("run-7", "b"), ("run-8", "a"))
    )
    assert first["Message-ID"] == again["Message-ID"] == message_id("run-7", LETTER.sender)
    assert first["Message-ID"] != other["Message-ID"]
    assert first["Message-ID"].endswith("@example.cn>")
    assert first["References"] == first["In-Reply-To"] == other["References"]
    assert first["References"] != parsed(parcel(letter(thread="x")).content)["References"]


def test_chinese_attachment_names_have_an_ascii_twin(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"PK\x03\x04")
    named = Attachment(path, "备案审计 2026-11-23.xlsx")
    content = parcel(letter(attachments=(named, Attachment(path, "报告.xlsx")))).content
    assert b'filename="2026-11-23.xlsx"' in content
    assert b'filename="report.xlsx"' in content
    message = parsed(content)
    assert message.get_content_type() == "multipart/mixed"
    first, second = message.iter_attachments()
    assert first.get_filename() == "备案审计 2026-11-23.xlsx"
    assert second.get_filename() == "报告.xlsx"
    assert first.get_content() == b"PK\x03\x04"
    assert first.get_content_type().endswith("spreadsheetml.sheet")
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == LETTER.text.splitlines()


def test_a_letter_without_html_and_files_is_still_whole() -> None:
    message = parsed(parcel(letter(html="")).content)
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain"]


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: x@example.org", "a\nBcc: x", "a\rBcc: x", "a\u2028Bcc: x", "a\x00b\x85c"]
)
def test_no_value_can_begin_a_header_field_of_its_own(evil: str, tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_text("x")
    message = parsed(
        parcel(
            letter(subject=evil, key=evil, thread=evil, attachments=(Attachment(path, evil, evil),))
        ).content
    )
    assert "Bcc" not in message
    assert len(list(message.iter_attachments())) == 1
    for field in ("sender", "reply_to"):
        with pytest.raises(PolicyError):
            parcel(letter(**{field: f"{evil} <a@example.cn>"}))
    with pytest.raises(PolicyError):
        parcel(letter(to=(f"a@example.cn{evil[1:]}",)))
    with pytest.raises(ValueError, match="line break"):
        build(LETTER)["X-Other"] = "a\r\nBcc: x"


def test_marks_that_turn_the_reading_direction_do_not_disguise_a_file() -> None:
    assert file_name("a\u202excod.exe") == "axcod.exe"
    assert file_name("../../etc/报告?.xlsx") == "_.._etc_报告_.xlsx"
    assert file_name("\u200f..") == "attachment"
    assert ascii_file_name("报告") == "attachment"


@pytest.mark.parametrize(
    ("text", "spec", "name"),
    [
        ("a@b.cn", "a@b.cn", ""),
        ("张三<z.w+x@例子.中国>", "z.w+x@xn--fsqu00a.xn--fiqs8s", "张三"),
        ('"Wang, Wu" <w@EXAMPLE.cn>', "w@example.cn", "Wang, Wu"),
        ("ａ＠ｂ.cn", "a@b.cn", ""),
        ("root@localhost", "root@localhost", ""),
        ("张三@example.cn", "张三@example.cn", ""),
    ],
)
def test_addresses_are_read(text: str, spec: str, name: str) -> None:
    address = parse_address(text)
    assert (address.spec, address.name) == (spec, name)
    assert address.needs_utf8 == (not spec.isascii())


@pytest.mark.parametrize(
    "text",
    ["", "zhang", "@b.cn", "a@", "a b@c.cn", "a@b@c.cn", "a@b..cn", ".a@b.cn", "a@[127.0.0.1]", "a@127.0.0.1", "a@-b.cn",
     "a@b.cn, c@d.cn", "<a@b.cn", "a@b.cn>", "a\u200b@b.cn", "x" * 65 + "@b.cn", "a@" + "b." * 130 + "cn", "a@b_c.cn",
     '"a b"@c.cn', "a<b>@c.cn", "a@b.cn (note)"],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_shown(text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_address(text)
    assert caught.value.zh
    assert "\n" not in caught.value.en


def test_a_recipient_is_addressed_once() -> None:
    sent = parcel(letter(to=("a@b.cn", "甲 <a@B.cn>"), cc=("a@b.cn", "c@b.cn")))
    assert sent.recipients == ("a@b.cn", "c@b.cn")
    assert parsed(sent.content)["Cc"] == "c@b.cn"


def test_a_mail_to_nobody_is_refused() -> None:
    with pytest.raises(PolicyError):
        parcel(letter(to=()))


def test_a_chinese_local_part_stands_raw_and_can_be_left_out() -> None:
    sent = parcel(letter(to=("李四 <李四@example.cn>", "w@example.cn"), reply_to="回复@example.cn"))
    assert sent.needs_utf8
    assert "李四@example.cn".encode() in sent.content
    message = parsed(without_utf8(sent.content))
    assert [one.addr_spec for one in message["To"].addresses] == ["w@example.cn"]
    assert message["Reply-To"] is None
    assert message["Subject"] == LETTER.subject
    only = parsed(without_utf8(parcel(letter(to=("李四@example.cn",))).content))
    assert str(only["To"]) == "undisclosed-recipients:;"


def test_attachments_are_kept_in_the_order_of_their_importance(tmp_path: Path) -> None:
    files = []
    for name, size in (("a", 400_000), ("b", 400_000), ("c", 100_000)):
        path = tmp_path / name
        path.write_bytes(b"x" * size)
        files.append(Attachment(path, f"{name}.bin"))
    gone = Attachment(tmp_path / "gone", "gone.bin")
    kept, left = fitting([*files, gone], 1.0)
    assert [one.name for one in kept] == ["a.bin", "c.bin"]
    assert [one.attachment.name for one in left] == ["b.bin", "gone.bin"]
    assert "0.5 MB" in left[0].why.en
    assert left[1].size == 0


@EXAMPLES
@given(st.integers(0, 400))
def test_the_size_that_is_counted_is_the_size_on_the_wire(size: int) -> None:
    import base64

    assert encoded_size(size) == len(base64.encodebytes(b"x" * size).replace(b"\n", b"\r\n"))


def test_an_attachment_that_vanished_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        parcel(letter(attachments=(Attachment(tmp_path / "gone", "x"),)))


def test_a_dry_run_writes_the_mail_for_the_user_alone(tmp_path: Path) -> None:
    sent = parcel(LETTER)
    path = write_eml(sent, tmp_path / "出", "01 集团/..")
    assert path.name == "01 集团_.eml"
    assert path.read_bytes() == sent.content
    assert path.stat().st_mode & 0o777 == 0o600
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_eml(sent, tmp_path / "file", "x")


TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=120)


@EXAMPLES
@given(TEXTS)
def test_every_subject_comes_back(subject: str) -> None:
    message = parsed(parcel(letter(subject=subject)).content)
    expected = "".join(mark for mark in subject if header_text(f"x{mark}x") != "xx").strip()
    assert message["Subject"] == expected
    assert all(
        len(line) <= 78
        for line in parcel(letter(subject=subject)).content.split(b"\r\n\r\n")[0].split(b"\r\n")
    )


@EXAMPLES
@given(st.lists(st.text("张三 李,;<>()@\"\\'.:=?_ab12é", min_size=1, max_size=40), min_size=1, max_size=4))
def test_every_display_name_comes_back_and_moves_nobody(names: list[str]) -> None:
    people = [Address(f"p{number}", "example.cn", name) for number, name in enumerate(names)]
    raw = f"To: {address_list(people)}\n\n".encode("ascii")
    found = parsed(raw)["To"].addresses
    assert [one.addr_spec for one in found] == [one.spec for one in people]
    # The standard library's reader leaves blanks between the encoded words of a name, which RFC 2047 6.2 tells to drop.
    squeezed = [
        ["".join(name.split()) for name in side] for side in ([one.display_name for one in found], names)
    ]
    assert squeezed[0] == squeezed[1]


@EXAMPLES
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=120))
def test_every_file_name_comes_back(name: str) -> None:
    from auditor.delivery.mail_header import disposition

    raw = f"Content-Disposition: {disposition(name, ascii_file_name(name))}\n\n".encode("ascii")
    assert parsed(raw).get_filename() == file_name(name)
    assert max(map(len, raw.split(b"\n"))) <= 998

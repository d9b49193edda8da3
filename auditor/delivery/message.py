"""Letters as mails: text and HTML, attachments, and a Message-ID that is the same for the same run and route."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime
from pathlib import Path

from auditor.delivery.mail_address import Address, parse_address, parse_addresses
from auditor.delivery.mail_header import (
    ASCII_POLICY,
    UTF8_POLICY,
    address_list,
    ascii_file_name,
    disposition,
    file_name,
    header_text,
)
from auditor.delivery.parcel import Parcel
from auditor.delivery.schedule_files import cannot_write, write_whole
from auditor.errors import InputError, PolicyError
from auditor.model.text import Text

_MB = 1_000_000
# base64 writes 57 octets as a line of 76 characters, CR and LF (RFC 2045 6.8).
_LINE_OCTETS, _LINE_CHARACTERS = 57, 78
_DEFAULT_TYPE = "application/octet-stream"
_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".html": "text/html",
    ".json": "application/json",
    ".csv": "text/csv",
    ".ics": "text/calendar",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along. name: what the reader sees, may be Chinese; type: "" for that of the path's ending."""

    path: Path
    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An attachment that does not go along, and why. size: octets of the file, 0 where it cannot be read."""

    attachment: Attachment
    size: int
    why: Text


@dataclass(frozen=True, slots=True)
class Letter:
    """What shall be sent. Addresses as in the policy: `a@b.cn` or `张三 <a@b.cn>`.

    key: the same for the same run and route, makes the Message-ID; thread: the same for a portfolio and route, so that
    a reader's program puts this week's mail beside last week's; date: with its zone. html: "" for none.
    """

    subject: str
    text: str
    html: str
    sender: str
    to: tuple[str, ...]
    key: str
    thread: str
    date: datetime
    cc: tuple[str, ...] = ()
    reply_to: str | None = None
    attachments: tuple[Attachment, ...] = ()


def encoded_size(octets: int) -> int:
    """Octets on the wire of a file of so many octets: base64 in lines."""
    lines, rest = divmod(octets, _LINE_OCTETS)
    return lines * _LINE_CHARACTERS + ((rest + 2) // 3 * 4 + 2 if rest else 0)


def fitting(
    attachments: Sequence[Attachment], limit_mb: float
) -> tuple[tuple[Attachment, ...], tuple[LeftOut, ...]]:
    """Those that fit together under a limit, and those that do not, with why.

    The caller's order is that of importance: each is kept while there is room after those before it. limit_mb: millions
    of octets, counted as they are sent, a third more than the files have. A file that cannot be read is left out too.
    """
    room = int(limit_mb * _MB)
    kept: list[Attachment] = []
    left: list[LeftOut] = []
    for one in attachments:
        try:
            size = one.path.stat().st_size
        except OSError as problem:
            said = problem.strerror or str(problem)
            left.append(LeftOut(one, 0, Text(f"文件无法读取: {said}", f"the file cannot be read: {said}")))
            continue
        sent = encoded_size(size)
        if sent <= room:
            kept.append(one)
            room -= sent
        else:
            mb = f"{sent / _MB:.1f} MB"
            why = Text(
                f"编码后 {mb}, 超过附件上限 {limit_mb:g} MB 的余量",
                f"{mb} when encoded, more than is left of the limit of {limit_mb:g} MB",
            )
            left.append(LeftOut(one, size, why))
    return tuple(kept), tuple(left)


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a letter: a digest of its key at the sender's domain. Raises PolicyError for the sender."""
    return _identifier("letter", key, parse_address(sender))


def build(letter: Letter) -> EmailMessage:
    """The mail: multipart/alternative of text and HTML, inside multipart/mixed with the attachments.

    The same letter gives the same octets. `Auto-Submitted` (RFC 3834) and Exchange's X-Auto-Response-Suppress keep
    absence notes away; no `Precedence`, which no standard knows and some filters take for advertising. In-Reply-To and
    References name the thread's first mail, which need not exist. Raises PolicyError for an address that cannot be
    used and where nobody is addressed, InputError for an attachment that cannot be read.
    """
    return _message(letter, _people(letter))


def parcel(letter: Letter) -> Parcel:
    """The mail with its envelope, ready for the mail server or the outbox. Raises like `build`."""
    people = _people(letter)
    recipients = dict.fromkeys(one.spec for one in (*people.to, *people.cc))
    return Parcel(
        key=letter.key,
        message_id=_identifier("letter", letter.key, people.sender),
        sender=people.sender.spec,
        recipients=tuple(recipients),
        content=_message(letter, people).as_bytes(),
    )


def write_eml(sent: Parcel, folder: Path, name: str) -> Path:
    """Write a mail as `<name>.eml`, for the user alone, instead of sending it. Raises OutputError."""
    path = folder / f"{file_name(name)}.eml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, sent.content)
    except OSError as problem:
        raise cannot_write(path, problem) from problem
    return path


@dataclass(frozen=True, slots=True)
class _People:
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: Address | None

    @property
    def needs_utf8(self) -> bool:
        reply_to = (self.reply_to,) if self.reply_to else ()
        return any(one.needs_utf8 for one in (self.sender, *self.to, *self.cc, *reply_to))


def _people(letter: Letter) -> _People:
    to = parse_addresses(letter.to)
    specs = {one.spec for one in to}
    cc = tuple(one for one in parse_addresses(letter.cc) if one.spec not in specs)
    if not to and not cc:
        raise PolicyError(
            "邮件没有收件人", "The mail has no recipient", hint_zh="填写 to = […]", hint_en="Fill in to = […]"
        )
    reply_to = parse_address(letter.reply_to) if letter.reply_to else None
    return _People(parse_address(letter.sender), to, cc, reply_to)


def _message(letter: Letter, people: _People) -> EmailMessage:
    if letter.date.tzinfo is None:
        raise ValueError("the date of a letter needs a zone")
    message = EmailMessage(UTF8_POLICY if people.needs_utf8 else ASCII_POLICY)
    message["From"] = address_list([people.sender])
    message["To"] = address_list(people.to) if people.to else "undisclosed-recipients:;"
    if people.cc:
        message["Cc"] = address_list(people.cc)
    if people.reply_to:
        message["Reply-To"] = address_list([people.reply_to])
    message["Subject"] = header_text(letter.subject)
    message["Date"] = format_datetime(letter.date)
    message["Message-ID"] = _identifier("letter", letter.key, people.sender)
    root = _identifier("thread", letter.thread, people.sender)
    message["In-Reply-To"] = root
    message["References"] = root
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["MIME-Version"] = "1.0"
    bodies = [_body("plain", letter.text)]
    if letter.html:
        bodies.append(_body("html", letter.html))
    if not letter.attachments:
        _fill(message, "alternative", letter.key, bodies)
    else:
        inner = MIMEPart(ASCII_POLICY)
        _fill(inner, "alternative", letter.key, bodies)
        _fill(message, "mixed", letter.key, [inner, *(_attached(one) for one in letter.attachments)])
    return message


def _fill(whole: MIMEPart, kind: str, key: str, parts: Iterable[MIMEPart]) -> None:
    # `_` stands in no base64, so that no part can hold its own border.
    border = f"=_{kind}_{_digest(kind, key)}"
    whole["Content-Type"] = f'multipart/{kind};\n boundary="{border}"'
    whole.set_payload(list(parts))


def _body(kind: str, text: str) -> MIMEPart:
    lines = "\r\n".join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    part = MIMEPart(ASCII_POLICY)
    part["Content-Type"] = f"text/{kind}; charset=utf-8"
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(_base64(lines.encode("utf-8", "replace")))
    return part


def _attached(one: Attachment) -> MIMEPart:
    try:
        content = one.path.read_bytes()
    except OSError as problem:
        said = problem.strerror or str(problem)
        raise InputError(
            f"附件无法读取: {said}", f"The attachment cannot be read: {said}", where=str(one.path)
        ) from problem
    fallback = ascii_file_name(one.name, otherwise=one.path.stem if one.path.stem.isascii() else "attachment")
    part = MIMEPart(ASCII_POLICY)
    kind = header_text(one.type) or _TYPES.get(one.path.suffix.lower(), _DEFAULT_TYPE)
    part["Content-Type"] = f'{kind};\n name="{fallback}"'
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-Disposition"] = disposition(one.name, fallback)
    part.set_payload(_base64(content))
    return part


def _base64(content: bytes) -> str:
    return base64.encodebytes(content).decode("ascii")


def _identifier(kind: str, value: str, sender: Address) -> str:
    return f"<{kind}.{_digest(kind, value)}@{sender.domain}>"


def _digest(kind: str, value: str) -> str:
    return hashlib.blake2b(
        value.encode("utf-8", "surrogatepass"), digest_size=16, person=kind.encode()
    ).hexdigest()

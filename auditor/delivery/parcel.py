"""A mail in its envelope, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.model.text import Text
from auditor.model.words import Word

_ADDRESS_FIELDS = (b"to", b"cc", b"reply-to")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mail ready to be sent. key: the caller's, one for each run and route; recipients: `local@domain` each.

    content: the whole mail with CR LF; it holds personal data and is therefore not shown.
    """

    key: str
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes = field(repr=False)

    @property
    def needs_utf8(self) -> bool:
        """Whether sender, recipients or header fields ask for a server with SMTPUTF8 (RFC 6531)."""
        head = self.content[: self.content.find(b"\r\n\r\n")]
        return not (
            head.isascii() and self.sender.isascii() and all(one.isascii() for one in self.recipients)
        )


def without_utf8(content: bytes) -> bytes:
    """The mail without the addresses that only SMTPUTF8 can carry, for the recipients of a server that lacks it.

    Works on mails as `message.build` writes them: one address a line in To, Cc and Reply-To. No other field holds
    anything but ASCII, unless the sender itself does.
    """
    head, end, body = content.partition(b"\r\n\r\n")
    fields = head.replace(b"\r\n ", b"\n ").split(b"\r\n")
    kept = []
    for one in fields:
        name, colon, value = one.partition(b":")
        if name.lower() in _ADDRESS_FIELDS and not value.isascii():
            ascii_only = [each.strip() for each in value.split(b",\n ") if each.isascii()]
            if ascii_only:
                kept.append(name + colon + b" " + b",\n ".join(ascii_only))
            elif name.lower() == b"to":
                kept.append(name + colon + b" undisclosed-recipients:;")
        else:
            kept.append(one)
    return b"\r\n".join(kept).replace(b"\n ", b"\r\n ") + end + body


class Fate(Word):
    """What became of a mail for one recipient."""

    ACCEPTED = "accepted", "已发送", "sent"
    REFUSED = "refused", "被拒绝", "refused for good"
    POSTPONED = "postponed", "暂未送达", "not yet sent"
    BLOCKED = "blocked", "设置有误，未发送", "not sent, the settings are wrong"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of one recipient. said: why, with the server's own words; code: its reply code, None where there is none."""

    recipient: str
    fate: Fate
    said: Text
    code: int | None = None


@dataclass(frozen=True, slots=True)
class SendReport:
    """What became of one mail, recipients in the parcel's order. attempts: connections or transactions it took."""

    key: str
    message_id: str
    outcomes: tuple[Outcome, ...]
    attempts: int

    def of(self, *fates: Fate) -> tuple[Outcome, ...]:
        """The recipients with one of these fates."""
        return tuple(one for one in self.outcomes if one.fate in fates)

    @property
    def delivered(self) -> bool:
        """Whether the server took it for everybody."""
        return all(one.fate is Fate.ACCEPTED for one in self.outcomes)

    @property
    def waits(self) -> tuple[Outcome, ...]:
        """The recipients for whom another attempt makes sense, later or after the settings were mended."""
        return self.of(Fate.POSTPONED, Fate.BLOCKED)

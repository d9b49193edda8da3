"""Mail addresses as policies write them: `张三 <zhang@例子.中国>` in, names and ASCII domains out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.errors import PolicyError

# RFC 5321 4.5.3.1: a local part of 64 octets, a path of 256 with its angle brackets.
_LOCAL_OCTETS, _ADDRESS_OCTETS = 64, 254
# The atom of RFC 5322 3.2.3, widened by RFC 6531 3.3 to every character beyond ASCII.
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-]+")
_WITH_NAME = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
_HOST_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Address:
    """One person's mail address. domain: A-labels in lower case; name: for display, may be Chinese, "" for none."""

    local: str
    domain: str
    name: str = ""

    @property
    def spec(self) -> str:
        """`local@domain`, what the mail server is told."""
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server with SMTPUTF8 (RFC 6531) can take it."""
        return not self.local.isascii()


def parse_address(text: str) -> Address:
    """Read `local@domain` or `name <local@domain>`.

    A domain in Chinese becomes A-labels (UTS 46). Quoted local parts, address literals, comments and control characters
    are refused. Raises PolicyError that shows the text.
    """
    if visible(text) != text.strip():
        raise _refused(text, "含有控制字符或换行", "it holds control characters or a line break")
    text = text.strip()
    found = _WITH_NAME.fullmatch(text)
    name, plain = (found["name"].strip(), found["address"].strip()) if found else ("", text)
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"').replace("\\\\", "\\").strip()
    # Full-width ＠ and letters come from Chinese input methods; they never belong to a local part.
    local, at, host = unicodedata.normalize("NFKC", plain).rpartition("@")
    if not at or not local or not host:
        raise _refused(text, "应为 名称@域名", "name@domain is needed")
    if not all(_ATOM.fullmatch(piece) for piece in local.split(".")):
        raise _refused(text, "@ 之前有不允许的字符", "there are characters before @ that are not allowed")
    if any(unicodedata.category(mark)[0] in "CZ" for mark in local):
        raise _refused(text, "@ 之前有不可见字符", "there are invisible characters before @")
    domain = ascii_host(host)
    if domain is None:
        raise _refused(text, "@ 之后不是域名", "what follows @ is no domain")
    address = Address(local, domain, name)
    if len(local.encode()) > _LOCAL_OCTETS or len(address.spec.encode()) > _ADDRESS_OCTETS:
        raise _refused(text, "过长", "it is too long")
    return address


def parse_addresses(texts: Iterable[str]) -> tuple[Address, ...]:
    """Read several, each once, in their order. Raises PolicyError."""
    found: dict[str, Address] = {}
    for text in texts:
        address = parse_address(text)
        found.setdefault(address.spec, address)
    return tuple(found.values())


def ascii_host(host: str) -> str | None:
    """A host name in A-labels and lower case; None where it is none. A single label (`localhost`) is one."""
    host = host.rstrip(".").lower()
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii").lower()
        except idna.IDNAError:
            return None
    labels = host.split(".")
    if len(host) > 253 or not all(_HOST_LABEL.fullmatch(label) for label in labels):
        return None
    return None if labels[-1].isdigit() else host


def visible(text: str) -> str:
    """A text on one line: controls become blanks; marks that turn the reading direction and lone surrogates vanish."""
    kept = []
    for mark in text:
        category = unicodedata.category(mark)
        if category in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif category != "Cs" and mark not in _DIRECTIONS:
            kept.append(mark)
    return "".join(kept).strip()


# The embeddings, overrides and isolates of UAX 9: with them `exe.xslx` can be made to look like another name.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def _refused(text: str, zh: str, en: str) -> PolicyError:
    shown = visible(text)[:_SHOWN]
    return PolicyError(f"邮件地址 {shown!r} 不可用: {zh}", f"The mail address {shown!r} cannot be used: {en}")

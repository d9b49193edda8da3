"""Header fields of a mail, written out whole: encoded words, addresses and file names."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Sequence
from email.policy import EmailPolicy
from urllib.parse import quote

from auditor.delivery.mail_address import Address, visible

# An encoded word has at most 75 characters, its line 76 (RFC 2047 2): 39 octets leave room for the longest field name.
_WORD_OCTETS = 39
_PLAIN = re.compile(r"[\x20-\x7e]{0,60}")
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]{0,50}")
# Percent-encoded, a character of Chinese takes nine; a line of a mail may have 998 (RFC 5322 2.1.1).
_NAME_CHARACTERS = 80
_ATTRIBUTE_SAFE = "!#$&+-.^_`|~"


class AsWritten(EmailPolicy):
    """A policy that leaves header fields as they were written and reads them decoded.

    The library's own folding has, in several of its releases, lost blanks between encoded words and quotes around
    names; what is written here is the same under each of them.
    """

    def header_store_parse(self, name: str, value: object) -> tuple[str, str]:
        """Keep the text as it is; a line break must be a fold."""
        text = str(value)
        if re.search(r"[\r\n](?![ \t\n])", text):
            raise ValueError(f"a line break inside the header field {name}")
        return name, text


ASCII_POLICY = AsWritten(linesep="\r\n", refold_source="none")
UTF8_POLICY = AsWritten(linesep="\r\n", refold_source="none", utf8=True)


def header_text(text: str, longest: int = 300) -> str:
    """Free text as a field's value: encoded words (RFC 2047) of UTF-8, each of whole characters, one a line.

    Control characters become blanks, so that no value can begin a field of its own; longer texts end with `…`.
    """
    text = visible(text)
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    if _PLAIN.fullmatch(text) and "=?" not in text:
        return text
    return _encoded_words(text)


def address_list(addresses: Sequence[Address]) -> str:
    """Addresses as a field's value, one a line, names quoted or encoded."""
    return ",\n ".join(_mailbox(one) for one in addresses)


def file_name(name: str) -> str:
    """A file's name as others may take it: on one line, without paths and without what file systems forbid."""
    name = re.sub(r'[\\/:*?"<>|]', "_", visible(name)).strip(" .")
    if len(name) > _NAME_CHARACTERS:
        stem, dot, ending = name.rpartition(".")
        if not dot or len(ending) > 10:
            stem, dot, ending = name, "", ""
        name = stem[: _NAME_CHARACTERS - len(dot + ending)] + dot + ending
    return name or "attachment"


def ascii_file_name(name: str, otherwise: str = "attachment") -> str:
    """The name for those that read ASCII only: what of it is ASCII, else `otherwise`, with its ending."""
    stem, dot, ending = file_name(name).rpartition(".")
    if not dot:
        stem, ending = ending, ""
    plain = _ascii(stem) or otherwise
    ending = _ascii(ending)
    return f"{plain}.{ending}" if ending else plain


def disposition(name: str, fallback: str) -> str:
    """Content-Disposition of an attachment.

    `filename*` (RFC 2231) stands first: readers that know it take it wherever it is, but for some that take the first
    of the two; those that do not know it read `filename`. One long line, since continuations are known by fewer still.
    """
    name = file_name(name)
    value = f'attachment;\n filename="{fallback}"'
    if name == fallback:
        return value
    encoded = quote(name, safe=_ATTRIBUTE_SAFE)
    return f"attachment;\n filename*=utf-8''{encoded};\n filename=\"{fallback}\""


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-. ")


def _mailbox(address: Address) -> str:
    name = visible(address.name)
    if not name:
        return address.spec
    if _PHRASE.fullmatch(name) and "=?" not in name:
        shown = name
    elif _PLAIN.fullmatch(name) and "=?" not in name:
        shown = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        shown = _encoded_words(name[:100])
    return (
        f"{shown}\n <{address.spec}>" if len(shown) + len(address.spec) > 60 else f"{shown} <{address.spec}>"
    )


def _encoded_words(text: str) -> str:
    words, piece = [], b""
    for mark in text:
        octets = mark.encode("utf-8")
        if len(piece) + len(octets) > _WORD_OCTETS:
            words.append(piece)
            piece = b""
        piece += octets
    words.append(piece)
    return "\n ".join(f"=?utf-8?b?{base64.b64encode(one).decode('ascii')}?=" for one in words)

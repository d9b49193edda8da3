"""Domain names: what is registrable by the Public Suffix List, in both forms, or why a text is no domain."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING

import idna

from auditor.model.text import Text
from auditor.model.values import DomainName

if TYPE_CHECKING:
    import tldextract

_DOTS = re.compile("[。．｡]")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ASCII_NAME = re.compile(rf"^{_LABEL}(?:\.{_LABEL})*$")
_SUFFIX_LABEL = re.compile(r"^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$")

# RFC 1035: 255 octets on the wire, which leave 253 characters of text; 63 for a label.
_LONGEST_NAME = 253
_LONGEST_LABEL = 63

EMPTY = Text("域名为空", "the name is empty")
NO_DOT = Text("不是域名: 没有后缀", "not a domain: it has no suffix")
EMPTY_LABEL = Text("域名中有空的一段", "a part between the dots is empty")
TOO_LONG = Text("域名过长", "the name is too long")
IS_ADDRESS = Text("这是 IP 地址, 不是域名", "this is an IP address, not a domain")
IS_MAIL = Text("这是电子邮箱地址, 不是域名", "this is an e-mail address, not a domain")
IS_SUFFIX = Text("这是公共后缀, 不是可注册的域名", "this is a public suffix, nobody's domain")
BAD_SUFFIX = Text("后缀不可能是顶级域", "the last part cannot be a top-level domain")
BAD_HYPHEN = Text("连字符位置不当", "a hyphen stands where none may")
BAD_CHARACTER = Text("含有域名中不允许的字符", "it holds a character that no domain may have")
BAD_ENCODING = Text("国际化域名编码有误", "the encoding of the internationalised name is broken")


@lru_cache(maxsize=1)
def _suffixes() -> tldextract.TLDExtract:
    # The list that ships with the package: no look-up on the network, nothing written to a cache folder.
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=65536)
def read_domain(text: str) -> DomainName | Text:
    """Read one host name: the registrable domain it stands under, or the reason why it is none.

    Either IDN form, any case and width, ideographic dots and a trailing dot are understood (UTS #46, then IDNA
    2008, RFC 5890–5892). `host` of the result is the whole name as U-label where it is more than the domain.
    Names under a suffix that the list does not know fall under its rule for the rest: the last two labels.
    """
    name = _DOTS.sub(".", text.strip()).lower()
    if name.endswith(".") and not name.endswith(".."):
        name = name[:-1]
    refusal = _refusal(name)
    if refusal is not None:
        return refusal
    try:
        alabel, ulabel = _both_forms(name)
    except idna.IDNAError as problem:
        return _idna_refusal(problem)
    labels = alabel.split(".")
    if not _SUFFIX_LABEL.match(labels[-1]):
        return BAD_SUFFIX
    # www.gov.cn, the State Council's portal, is a name right below the suffix gov.cn: the list makes it a
    # registrable domain of its own, and that is also how it stands on record.
    parts = _suffixes().extract_str(alabel, include_psl_private_domains=False)
    suffix_length = parts.suffix.count(".") + 1 if parts.suffix else 1
    if len(labels) <= suffix_length:
        return IS_SUFFIX
    own = suffix_length + 1
    whole = ulabel.split(".")
    return DomainName(".".join(whole[-own:]), ".".join(labels[-own:]), "" if len(labels) == own else ulabel)


def registrable(text: str) -> DomainName | None:
    """The registrable domain of a host name without the host; None where the text is no domain."""
    found = read_domain(text)
    if isinstance(found, Text):
        return None
    return DomainName(found.ulabel, found.alabel) if found.host else found


def public_suffix(name: DomainName) -> str:
    """The public suffix that a registrable domain stands under, as U-label: `com.cn`, `公司.cn`."""
    return name.ulabel.partition(".")[2]


def is_address(text: str) -> bool:
    """True for an IPv4 or IPv6 address, brackets allowed."""
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def _refusal(name: str) -> Text | None:
    if not name:
        return EMPTY
    if "@" in name:
        return IS_MAIL
    if is_address(name):
        return IS_ADDRESS
    if len(name) > _LONGEST_NAME:
        return TOO_LONG
    if "." not in name:
        # A bare top-level domain is a suffix; any other single word is just no domain.
        known = name.isascii() and _suffixes().extract_str(name, include_psl_private_domains=False).suffix
        return IS_SUFFIX if known else NO_DOT
    labels = name.split(".")
    if not all(labels):
        return EMPTY_LABEL
    if any(len(label) > _LONGEST_LABEL for label in labels):
        return TOO_LONG
    return None


def _both_forms(name: str) -> tuple[str, str]:
    if "xn--" not in name and name.isascii():
        if not _ASCII_NAME.match(name):
            raise idna.InvalidCodepoint(name) if re.search(r"[^a-z0-9.-]", name) else _HyphenError(name)
        return name, name
    alabel = idna.encode(name, uts46=True, transitional=False).decode("ascii").lower()
    return alabel, idna.decode(alabel)


class _HyphenError(idna.IDNAError):
    """A label begins or ends with a hyphen."""


def _idna_refusal(problem: idna.IDNAError) -> Text:
    if isinstance(problem, idna.InvalidCodepoint | idna.InvalidCodepointContext):
        return BAD_CHARACTER
    words = str(problem).lower()
    if isinstance(problem, _HyphenError) or "hyphen" in words:
        return BAD_HYPHEN
    if "long" in words:
        return TOO_LONG
    return BAD_ENCODING

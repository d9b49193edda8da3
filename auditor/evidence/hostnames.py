"""Host and domain names of answers, brought to one form for comparison."""

from __future__ import annotations

from functools import lru_cache

from auditor.model.text import Text
from auditor.model.values import DomainName

_DOTS = str.maketrans({"。": ".", "．": ".", "｡": "."})


@lru_cache(maxsize=131072)
def alabel(name: str) -> str | None:
    """A host name as lower-case A-labels without the final dot; None for what cannot be a host name."""
    text = name.strip().translate(_DOTS).rstrip(".").lower()
    if not text or len(text) > 253 or any(ch.isspace() or ch in "/@:\\\x00" for ch in text):
        return None
    if text.isascii():
        return text if all(0 < len(label) <= 63 for label in text.split(".")) else None
    import idna

    try:
        return idna.encode(text, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return None


@lru_cache(maxsize=131072)
def ulabel(name: str) -> str | None:
    """A host name as lower-case U-labels without the final dot; None for what cannot be a host name."""
    ascii_name = alabel(name)
    if ascii_name is None or "xn--" not in ascii_name:
        return ascii_name
    import idna

    try:
        return idna.decode(ascii_name).lower()
    except (idna.IDNAError, UnicodeError):
        return ascii_name


def same_name(one: str, other: str) -> bool:
    """True where two names are the same host, whatever their form."""
    first = alabel(one)
    return first is not None and first == alabel(other)


def registrable(text: str) -> DomainName | Text:
    """The registrable domain of a name without its host, or the reason why it is none."""
    from auditor.rules.domains import read_domain

    found = read_domain(text)
    return found if isinstance(found, Text) else DomainName(found.ulabel, found.alabel)

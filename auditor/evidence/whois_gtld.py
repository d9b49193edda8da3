"""WHOIS answers in the modern gTLD layout (`key: value`), of registries, of registrars, and of both in one text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from auditor.evidence.answer import Answer, Hidden, Registration
from auditor.evidence.hostnames import same_name
from auditor.evidence.keyvalue import Line, all_values, first_value, key_values
from auditor.evidence.statuses import status_codes
from auditor.evidence.times import beijing_day
from auditor.evidence.withheld import holder, name_part
from auditor.model.evidence import Outcome

_AT_REGISTRY = ("registry expiry date", "registry expiration date")
_AT_REGISTRAR = ("registrar registration expiration date",)
_ANYWHERE = (
    "expiration date",
    "expiry date",
    "domain expiration date",
    "expires on",
    "expiration time",
    "registration expiration date",
)
_CREATED = ("creation date", "created date", "created on", "registration time", "registration date")
_HOLDER_LINES = ("registrant name", "registrant organization", "registrant organisation", "registrant")


def read_gtld(domain: str, text: str, *, at_registry: bool, zone: str = "UTC") -> Answer | None:
    """Read an answer with the domain's data; None where the text is none of this layout.

    A registry's and a registrar's answer may follow one another; each then keeps its own expiry. at_registry: the
    server asked is the registry's. zone: of times that carry none. A last line without its line break is not
    trusted, for half a name or date would read as another one.
    """
    blocks = _blocks(key_values(text))
    if not blocks:
        return None
    own = [block for block in blocks if any(same_name(domain, name) for name in _names(block))]
    if not own:
        if all(not block[0].complete for block in blocks):
            return Answer(Outcome.TRUNCATED)
        return Answer(Outcome.WRONG_ANSWER)
    if not any(_is_positive(block) for block in own):
        return None
    cut_name = any(line.key in _HOLDER_LINES and not line.complete for block in own for line in block)
    own = [[line for line in block if line.complete or line.key not in _FRAGILE] for block in own]
    registrant, hidden = (None, Hidden.OMITTED) if cut_name else _holder(own)
    content = Registration(
        at_registry=at_registry or any(_is_registry(block) for block in own),
        registrant=registrant,
        hidden=hidden,
        registry_expiry=_expiry(own, zone, registry=True, generic=at_registry),
        registrar_expiry=_expiry(own, zone, registry=False, generic=not at_registry),
        registrar=_registrar(own),
        statuses=_statuses(own),
    )
    return Answer(Outcome.FOUND, content, None if hidden is None else hidden.text)


_FRAGILE = frozenset((*_AT_REGISTRY, *_AT_REGISTRAR, *_ANYWHERE, *_HOLDER_LINES))


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    blocks: list[list[Line]] = []
    for line in lines:
        if line.key in ("domain name", "domain") and "." in line.value:
            if line.key == "domain" and not blocks:
                return []  # the RIPE layout, which other parsers read
            if line.key == "domain name":
                blocks.append([])
        if blocks:
            blocks[-1].append(line)
    return blocks


def _names(block: Sequence[Line]) -> list[str]:
    names = [block[0].value.split()[0]]
    names += all_values(block, "internationalized domain name") + all_values(block, "domain name ace")
    return names


def _is_positive(block: Sequence[Line]) -> bool:
    keys = ("registrar", "sponsoring registrar", "name server", "nserver", *_CREATED)
    return first_value(block, *keys, *_AT_REGISTRY, *_AT_REGISTRAR, *_ANYWHERE) is not None


def _is_registry(block: Sequence[Line]) -> bool:
    return first_value(block, *_AT_REGISTRY) is not None


def _holder(blocks: Sequence[Sequence[Line]]) -> tuple[str | None, Hidden | None]:
    """The holder from the last answer that names one: the registrar's stands behind the registry's."""
    reason: Hidden | None = None
    for block in reversed(blocks):
        organisation = first_value(block, "registrant organization", "registrant organisation")
        name = first_value(block, "registrant name", "registrant")
        value, hidden = holder(
            name_part(organisation),
            name_part(name),
            organisation_text=organisation,
            email=first_value(block, "registrant email"),
            block=any(line.key.startswith("registrant") for line in block),
        )
        if value is not None:
            return value, None
        if reason is None or reason is Hidden.NOT_CARRIED:
            reason = hidden
    return None, reason


def _expiry(blocks: Sequence[Sequence[Line]], zone: str, *, registry: bool, generic: bool) -> date | None:
    own = _AT_REGISTRY if registry else _AT_REGISTRAR
    for block in blocks:
        written = first_value(block, *own)
        if written is None and generic:
            written = first_value(block, *_ANYWHERE)
        day = beijing_day(written, zone) if written else None
        if day is not None:
            return day
    return None


def _registrar(blocks: Sequence[Sequence[Line]]) -> str | None:
    for block in blocks:
        name = first_value(block, "registrar", "sponsoring registrar", "registrar name")
        if name is not None and "\ufffd" not in name:
            return " ".join(name.split())[:200]
    for block in blocks:
        number = first_value(block, "registrar iana id")
        if number is not None and number.isascii() and number.isdigit():
            return f"IANA {number}"
    return None


def _statuses(blocks: Sequence[Sequence[Line]]) -> frozenset[str] | None:
    """The registry's statuses govern; a registrar's copy counts where the registry's is not there."""
    ordered = sorted(blocks, key=lambda block: not _is_registry(block))
    for block in ordered:
        codes = status_codes(all_values(block, "domain status") or all_values(block, "status"))
        if codes is not None:
            return codes
    return None

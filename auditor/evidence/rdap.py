"""RDAP answers: registry and registrar objects, thin or full, redacted in the old way or by RFC 9537."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date

from auditor.evidence.answer import Answer, Hidden, Registration, unread
from auditor.evidence.hostnames import same_name
from auditor.evidence.servers import NOT_THE_REGISTRY, Authorities
from auditor.evidence.statuses import status_codes
from auditor.evidence.times import beijing_day
from auditor.evidence.vcard import card_text
from auditor.evidence.withheld import ABSENT, NamePart, holder, name_part
from auditor.model.evidence import Outcome
from auditor.model.text import Text

_QUOTA = (
    "quota exceeded",
    "too many requests",
    "rate limit",
    "limit exceeded",
    "try again later",
    "too fast",
)
_MAX_ITEMS = 200
_HTTP = {403: Outcome.REFUSED, 429: Outcome.THROTTLED, 501: Outcome.UNSUPPORTED, 401: Outcome.REFUSED}


def read_rdap(domain: str, server: str, raw: object, authorities: Authorities) -> Answer:
    """Read the object that an RDAP server gave for a domain (U-label): positive evidence first, then its errors.

    Every part may be missing or of a wrong type (RFC 9537 servers remove handles, malformed `redacted` entries are
    about); what cannot be read is left out, never guessed.
    """
    if isinstance(raw, str):
        raw = _parsed(raw)
        if raw is None:
            return unread(
                "应答不是 RDAP 的 JSON (可能是网页)", "the answer is no RDAP JSON (a web page perhaps)"
            )
    if not isinstance(raw, dict) or not raw:
        return unread("应答为空或不是 JSON 对象", "the answer is empty or no JSON object")
    code = _number(raw.get("errorCode"))
    if code is None:
        if _is_domain(raw):
            return _domain(domain, server, raw, authorities)
        code = next(
            (found for key in ("status", "httpStatus", "http_status") if (found := _number(raw.get(key)))),
            None,
        )
    if code == 404:
        if authorities.speaks_rdap(domain, server):
            return Answer(Outcome.NOT_FOUND)
        return Answer(Outcome.UNPARSED, None, NOT_THE_REGISTRY)
    if code is not None and code >= 400:
        outcome = _HTTP.get(code, Outcome.ERROR if code >= 500 else Outcome.UNPARSED)
        return Answer(outcome, None, Text(f"RDAP 错误码 {code}", f"RDAP error code {code}"))
    if any(word in text for text in _notices(raw) for word in _QUOTA):
        return Answer(Outcome.THROTTLED, None, Text("应答仅为限流通知", "the answer is but a quota notice"))
    return unread("不是 RDAP 的域名对象", "no RDAP domain object")


def _domain(domain: str, server: str, raw: Mapping[str, object], authorities: Authorities) -> Answer:
    names = [name for key in ("ldhName", "unicodeName") if isinstance(name := raw.get(key), str) and name]
    if not names:
        names = list(_self_names(raw))
    if not names:
        if any(word in text for text in _notices(raw) for word in _QUOTA):
            return Answer(
                Outcome.THROTTLED, None, Text("应答仅为限流通知", "the answer is but a quota notice")
            )
        return unread("应答未指明域名", "the answer does not name the domain")
    if not any(same_name(domain, name) for name in names):
        return Answer(Outcome.WRONG_ANSWER)
    events = list(_events(raw))
    entities = list(_entities(raw))
    statuses = status_codes(_items(raw.get("status")))
    if not (events or entities or statuses or _items(raw.get("nameservers"))):
        return unread("域名对象为空", "the domain object is empty")
    expiry = _event_day(events, "expiration")
    registrar_expiry = _event_day(events, "registrar expiration") or _event_day(
        events, "registrar registration expiration"
    )
    at_registry = authorities.speaks_rdap(domain, server)
    registrant, hidden = _holder(raw, entities)
    return Answer(
        Outcome.FOUND,
        Registration(
            at_registry=at_registry,
            registrant=registrant,
            hidden=hidden,
            registry_expiry=expiry if at_registry else None,
            registrar_expiry=registrar_expiry if at_registry else registrar_expiry or expiry,
            registrar=_registrar(entities),
            statuses=statuses,
        ),
        None if hidden is None else hidden.text,
    )


def _holder(
    raw: Mapping[str, object], entities: list[Mapping[str, object]]
) -> tuple[str | None, Hidden | None]:
    own = [entity for entity in entities if "registrant" in _roles(entity)]
    if not own:
        redacted = any("registrant" in name for name, _method in _redactions(raw))
        return None, Hidden.MARKER if redacted else Hidden.NOT_CARRIED
    entity = own[0]
    organisation_text, name_text = card_text(entity, "org"), card_text(entity, "fn")
    organisation, name = name_part(organisation_text), name_part(name_text)
    for redacted_name, method in _redactions(raw):
        if "registrant" not in redacted_name:
            continue
        # A replaced value stands there, but is not the holder's; a partial one supports no comparison.
        if "organi" in redacted_name:
            organisation = _redacted(organisation, method)
        elif "name" in redacted_name:
            name = _redacted(name, method)
    value, hidden = holder(
        organisation, name, organisation_text=organisation_text, email=card_text(entity, "email")
    )
    if hidden is Hidden.OMITTED and _has_redaction_remark(entity):
        hidden = Hidden.MARKER
    return value, hidden


def _redacted(part: NamePart, method: str) -> NamePart:
    if method == "partialvalue":
        return NamePart(hidden=Hidden.PARTIAL)
    if part is ABSENT or part.absent or method in ("replacementvalue", "removal", "emptyvalue", ""):
        return NamePart(hidden=Hidden.MARKER)
    return part


def _redactions(raw: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """(what is redacted, method), both in lower case, of the entries that can be read (RFC 9537)."""
    for entry in _items(raw.get("redacted")):
        if not isinstance(entry, dict):
            continue
        name = entry.get("name")
        words = (name.get("type"), name.get("description")) if isinstance(name, dict) else (name,)
        text = " ".join(word for word in words if isinstance(word, str)).lower()
        method = entry.get("method")
        if text:
            yield text, method.strip().lower() if isinstance(method, str) else ""


def _has_redaction_remark(entity: Mapping[str, object]) -> bool:
    for remark in _items(entity.get("remarks")):
        if isinstance(remark, dict):
            texts = [remark.get("title"), remark.get("type"), *_items(remark.get("description"))]
            if any(isinstance(text, str) and _says_redacted(text.lower()) for text in texts):
                return True
    return False


def _says_redacted(text: str) -> bool:
    return any(word in text for word in ("redacted", "privacy", "truncated", "withheld", "masked"))


def _registrar(entities: list[Mapping[str, object]]) -> str | None:
    for entity in entities:
        if "registrar" in _roles(entity):
            for word in ("fn", "org"):
                name = card_text(entity, word)
                if name and "\ufffd" not in name:
                    return " ".join(name.split())[:200]
            for identifier in _items(entity.get("publicIds")):
                if isinstance(identifier, dict) and "registrar" in str(identifier.get("type", "")).lower():
                    number = str(identifier.get("identifier", "")).strip()
                    if number.isascii() and number.isdigit():
                        return f"IANA {number}"
    return None


def _entities(raw: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The entities of a domain and, behind them, those that stand below one of them."""
    below: list[Mapping[str, object]] = []
    for entity in _items(raw.get("entities")):
        if isinstance(entity, dict):
            yield entity
            below += [one for one in _items(entity.get("entities")) if isinstance(one, dict)]
    yield from below[:_MAX_ITEMS]


def _roles(entity: Mapping[str, object]) -> frozenset[str]:
    return frozenset(role.strip().lower() for role in _items(entity.get("roles")) if isinstance(role, str))


def _events(raw: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for event in _items(raw.get("events")):
        if isinstance(event, dict):
            action, day = event.get("eventAction"), event.get("eventDate")
            if isinstance(action, str) and isinstance(day, str):
                yield " ".join(action.lower().split()), day


def _event_day(events: list[tuple[str, str]], action: str) -> date | None:
    for name, text in events:
        if name == action:
            day = beijing_day(text)
            if day is not None:
                return day
    return None


def _is_domain(raw: Mapping[str, object]) -> bool:
    kind = raw.get("objectClassName")
    return (isinstance(kind, str) and kind.lower() == "domain") or isinstance(raw.get("ldhName"), str)


def _self_names(raw: Mapping[str, object]) -> Iterator[str]:
    """The names in the object's own address, where the server left ldhName out."""
    for link in _items(raw.get("links")):
        if isinstance(link, dict) and str(link.get("rel", "")).lower() == "self":
            address = link.get("href")
            if isinstance(address, str) and "/domain/" in address:
                yield address.rsplit("/domain/", 1)[1].partition("?")[0].strip("/")


def _notices(raw: Mapping[str, object]) -> Iterator[str]:
    for value in (*_items(raw.get("notices")), *_items(raw.get("remarks")), raw):
        if isinstance(value, dict):
            for text in (value.get("title"), value.get("message"), *_items(value.get("description"))):
                if isinstance(text, str):
                    yield text[:1000].lower()


def _items(value: object) -> list[object]:
    """A list as it is, one value as a list of itself, nothing as an empty list; no more than a bounded number."""
    if isinstance(value, list):
        return value[:_MAX_ITEMS]
    return [] if value is None else [value]


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isdigit():
        return int(value)
    return None


def _parsed(text: str) -> object:
    if text.lstrip()[:1] != "{":
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None

"""One text out of an RDAP contact: jCard (RFC 7095) or JSContact (RFC 9553), however torn."""

from __future__ import annotations

from collections.abc import Mapping

_MAX_PROPERTIES = 100


def card_text(entity: Mapping[str, object], word: str) -> str | None:
    """The first non-empty text of a property ("fn", "org", "email") of an entity's card; None where there is none."""
    array = entity.get("vcardArray")
    if isinstance(array, list):
        for part in array[:3]:
            if isinstance(part, list):
                found = _jcard(part, word)
                if found is not None:
                    return found
    for key in ("jscard", "jscard_0", "jscontact_card"):
        card = entity.get(key)
        if isinstance(card, dict):
            return _jscontact(card, word)
    return None


def _jcard(properties: list[object], word: str) -> str | None:
    for one in properties[:_MAX_PROPERTIES]:
        if isinstance(one, list) and len(one) >= 4 and isinstance(one[0], str) and one[0].lower() == word:
            for value in one[3:13]:
                text = _text(value)
                if text is not None:
                    return text
    return None


def _text(value: object) -> str | None:
    if isinstance(value, list):
        return next((text for one in value[:10] if isinstance(one, str) and (text := _text(one))), None)
    if isinstance(value, str) and value.strip():
        return value.strip()
    return None


def _jscontact(card: Mapping[str, object], word: str) -> str | None:
    if word == "fn":
        name = card.get("name")
        return _text(name.get("full")) if isinstance(name, dict) else None
    group = card.get({"org": "organizations", "email": "emails"}.get(word, ""))
    if isinstance(group, dict):
        for one in list(group.values())[:10]:
            if isinstance(one, dict):
                text = _text(one.get("name") or one.get("address"))
                if text is not None:
                    return text
    return None

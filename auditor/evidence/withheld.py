"""Whether a holder's name is a name, is hidden, or says nothing; and which of several lines names the holder."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.evidence.answer import Hidden
from auditor.rules.withheld import WithheldKind, withheld_kind, withheld_patterns

MAX_NAME = 400
_HIDDEN = {
    WithheldKind.MARKER: Hidden.MARKER,
    WithheldKind.PROXY: Hidden.PROXY,
    WithheldKind.FORM: Hidden.FORM,
    WithheldKind.ROLE: Hidden.ROLE,
    WithheldKind.PARTIAL: Hidden.PARTIAL,
}
# Words that say "there is no organisation" where an organisation's name is asked for: the holder is a person.
_NO_ORGANISATION = frozenset(
    {"n/a", "na", "none", "null", "not applicable", "nil", "无", "个人", "individual"}
)


@dataclass(frozen=True, slots=True)
class NamePart:
    """One line that may name the holder: a value, a reason why it is hidden, or neither (absent, empty)."""

    value: str | None = None
    hidden: Hidden | None = None

    @property
    def absent(self) -> bool:
        """True where the line is missing or empty."""
        return self.value is None and self.hidden is None


ABSENT = NamePart()


def name_part(text: object) -> NamePart:
    """Classify one value; anything but text is absent."""
    if not isinstance(text, str):
        return ABSENT
    value = " ".join(text.split())[:MAX_NAME]
    if not value:
        return ABSENT
    if "\ufffd" in value:
        return NamePart(hidden=Hidden.GARBLED)
    kind = withheld_kind(value)
    return NamePart(value=value) if kind is None else NamePart(hidden=_HIDDEN[kind])


def holder(
    organisation: NamePart,
    name: NamePart,
    *,
    organisation_text: object = None,
    email: object = None,
    block: bool = True,
) -> tuple[str | None, Hidden | None]:
    """The holder that an answer names, or why it names none.

    The organisation holds the domain where one is given; a person's name counts only where no organisation is
    held back, since that person may be but its contact. block: the answer has a holder's block at all.
    """
    if Hidden.PROXY in (organisation.hidden, name.hidden) or _is_proxy_mail(email):
        return None, Hidden.PROXY
    if organisation.value is not None:
        return organisation.value, None
    nobody = isinstance(organisation_text, str) and organisation_text.strip().casefold() in _NO_ORGANISATION
    if organisation.absent or organisation.hidden is Hidden.ROLE or nobody:
        if name.value is not None:
            return name.value, None
        hidden = name.hidden or organisation.hidden
        return None, hidden or (Hidden.OMITTED if block else Hidden.NOT_CARRIED)
    return None, organisation.hidden


def _is_proxy_mail(email: object) -> bool:
    if not isinstance(email, str) or "@" not in email:
        return False
    return withheld_patterns().is_proxy_host(email.rsplit("@", 1)[1].strip(" >;,"))

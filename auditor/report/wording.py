"""Values in a reader's words: one language, masked or not, hidden characters shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from auditor.model.evidence import Evidence
from auditor.model.place import CellRef
from auditor.model.result import Finding
from auditor.model.text import Message, Text, mask_text, show
from auditor.model.values import FIELDS
from auditor.model.verdict import Reason
from auditor.report.foreign import visible
from auditor.report.labels import CHANGES, COMPARE_WITH_FILING, FAMILIES, LABELS, SOURCES
from auditor.report.masking import masked_cell

BEIJING = timezone(timedelta(hours=8))
_SHORT_HASH = 12
_OFTEN = 80  # longer texts seldom come twice, and ASCII is looked through at once


@lru_cache(maxsize=1 << 16)
def _often_visible(text: str) -> str:
    return visible(text)


@lru_cache(maxsize=1 << 16)
def _often_masked(text: str) -> str:
    return visible(mask_text(text))


@lru_cache(maxsize=1 << 14)
def _minute(when: datetime) -> str:
    local = when.astimezone(BEIJING) if when.tzinfo else when
    return local.strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class Wording:
    """The reader: the language of the document, and whether personal values are shown whole."""

    lang: str = "zh"
    show_pii: bool = False

    def label(self, key: str, **values: object) -> str:
        """One of the reports' own words; KeyError for a key that no label has."""
        if not values:
            return LABELS[key].in_language(self.lang)
        if 1 in values.values() and f"{key}_one" in LABELS:  # one day, two days
            key = f"{key}_one"
        shown = {
            name: self.number(value) if isinstance(value, int) else value for name, value in values.items()
        }
        return visible(Message(LABELS[key], shown).render(self.lang, show_pii=self.show_pii))

    def say(self, value: object) -> str:
        """Any value as text: translated, masked, hidden characters made visible."""
        if type(value) is str:
            if len(value) > _OFTEN or value.isascii():
                return visible(value if self.show_pii else mask_text(value))
            return _often_visible(value) if self.show_pii else _often_masked(value)
        if type(value) is Text:
            return _often_visible(value.in_language(self.lang))
        if isinstance(value, datetime):
            return self.moment(value)
        return visible(show(value, self.lang, show_pii=self.show_pii))

    def raw(self, text: str) -> str:
        """A text that is masked already: hidden characters made visible, nothing else."""
        return visible(text)

    def number(self, count: int) -> str:
        """A count with thousands separated."""
        return f"{count:,}"

    def moment(self, when: datetime | None) -> str:
        """A point in time as Beijing date and minute; "—" where it is not known."""
        if when is None:
            return "—"
        return _minute(when)

    def day(self, day: date | None, *, estimated: bool = False) -> str:
        """A date in ISO form, marked where it rests on a calendar that is not out yet."""
        if day is None:
            return ""
        return f"{day.isoformat()} ({self.label('estimated')})" if estimated else day.isoformat()

    def sentences(self, messages: Iterable[Message | Text], separator: str = "") -> str:
        """Several messages as one text."""
        return (separator or self.label("sentence_break")).join(self.say(one) for one in messages)

    def message(self, finding: Finding) -> str:
        """What a finding says."""
        said = finding.message
        return self.say(said[0]) if len(said) == 1 else self.sentences(said)

    def compares_filing(self, finding: Finding) -> bool:
        """Whether what was expected is what the filing says, rather than what a rule asks for."""
        return finding.check in COMPARE_WITH_FILING

    def evidence(self, one: Evidence) -> str:
        """Source, server, moment and the head of the hash, in one line."""
        return _evidence_line(self, one)

    def cell(self, cell: CellRef) -> str:
        """`台账.xlsx › 域名 › D17`."""
        return visible(str(cell) if self.show_pii else mask_text(str(cell)))

    def places(self, cells: Iterable[CellRef], limit: int) -> list[str]:
        """Where some cells stand, a line for each sheet; beyond `limit` cells only how many more there are."""
        every = cells if isinstance(cells, tuple) else tuple(cells)
        sheets: dict[tuple[str, str], list[str]] = {}
        for cell in every[:limit]:
            sheets.setdefault((cell.path, cell.sheet), []).append(cell.cell)
        lines = [
            f"{self.say(f'{path} › {sheet}')} › {', '.join(own)}" for (path, sheet), own in sheets.items()
        ]
        if len(every) > limit:
            lines.append(self.label("more_cells", count=len(every) - limit))
        return lines

    def field(self, code: str) -> str:
        """The name of a field."""
        known = FIELDS.get(code)
        return known.text.in_language(self.lang) if known else visible(code)

    def cell_value(self, field: str, value: object) -> str:
        """What stands in a cell, masked by what its column is for."""
        if isinstance(value, str) and not self.show_pii:
            return visible(masked_cell(field, value))
        return self.say(value)

    def source(self, code: str) -> str:
        """Where evidence comes from."""
        known = SOURCES.get(str(code))
        return known.in_language(self.lang) if known else visible(str(code))

    def change(self, code: str) -> str:
        """How a finding stands against the run before."""
        known = CHANGES.get(code)
        return known.in_language(self.lang) if known else visible(code)

    def family(self, code: str) -> str:
        """The name of a family of checks; its letters where it has none."""
        known = FAMILIES.get(code)
        return known.in_language(self.lang) if known else visible(code)

    def reason(self, code: object) -> str:
        """Why something could not be decided, from a Reason or its code."""
        if code is None:
            return self.label("reason_none")
        if isinstance(code, Reason):
            return _often_visible(code.text.in_language(self.lang))
        words = {one.value: one for one in Reason}
        return self.say(words[str(code)].text) if str(code) in words else self.say(str(code))

    def span(self, oldest: datetime | None, newest: datetime | None) -> str:
        """From the oldest to the newest moment."""
        if oldest is None or newest is None or oldest == newest:
            return self.moment(newest or oldest)
        return f"{self.moment(oldest)} – {self.moment(newest)}"


@lru_cache(maxsize=1 << 14)
def _evidence_line(words: Wording, one: Evidence) -> str:
    parts = [words.source(one.source), words.say(one.server) if one.server else ""]
    parts.append(words.moment(one.fetched_at) if one.fetched_at else "")
    parts.append(f"sha256 {one.sha256[:_SHORT_HASH]}" if one.sha256 else "")
    parts.extend(words.cell(cell) for cell in one.cells[:1])
    return " · ".join(visible(part) for part in parts if part)

"""Mails for tests, and their HTML read back with the colours that a reader sees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from auditor.model.change import Change, Comparison
from auditor.model.result import AuditResult
from auditor.model.verdict import Severity, Verdict
from auditor.report.mail import MailDocument, audit_mail
from auditor.report.view import build_view
from auditor.report.wording import Wording
from tests.report.pasts import comparison
from tests.report.results import finding, quiet_result, tallies_for

NAME = "集团域名"
LINK = "https://reports.example.cn/审计/report.html?run=1"
_VOID = {"meta", "br"}
_BLANKS = re.compile(r"\s+")


def mail(result: AuditResult, lang: str = "zh", **changes: object) -> MailDocument:
    """The mail of a result, read by somebody who sees personal data elsewhere."""
    return audit_mail(build_view(result), Wording(lang, show_pii=True), **{"name": NAME, **changes})  # type: ignore[arg-type]


def squeezed(text: str) -> str:
    """A text without blanks and line ends, so that where it was broken does not matter."""
    return _BLANKS.sub("", text)


def still(**changes: object) -> Comparison:
    """A run before, since when nothing has changed."""
    plain = comparison(
        counts={Change.PERSISTING: 1}, resolved=(), not_judged=(), domains_arrived=(), domains_gone=(),
        entities_arrived=(), world=(),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def counted(critical: int, high: int, unknown: int, **changes: object) -> AuditResult:
    """A complete audit with so many findings, all of them there before."""
    found = [finding("OWN201", f"c{n}.cn", change="persisting") for n in range(critical)]
    found += [finding("SYN401", f"h{n}", severity=Severity.HIGH, change="persisting") for n in range(high)]
    found += [finding("OWN205", f"u{n}.cn", Verdict.UNKNOWN, change="persisting") for n in range(unknown)]
    base = quiet_result()
    # The little book has fewer targets than findings; of a check that is off nobody expects a verdict on each.
    tallies = tuple(replace(one, enabled=False) for one in tallies_for(base.reading, tuple(found)))
    result = replace(base, findings=tuple(found), tallies=tallies, plan=None)
    return replace(result, **changes)  # type: ignore[arg-type]


@dataclass
class Seen(HTMLParser):
    """A mail's HTML: its tags with attributes, its links, and every text with its colour and ground."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[tuple[str, str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {key: value or "" for key, value in attrs}
        self.tags.append((tag, own))
        if tag in _VOID:
            return
        style = {
            key.strip(): value.strip()
            for key, _, value in (one.partition(":") for one in own.get("style", "").split(";"))
            if value
        }
        _tag, colour, ground = self._open[-1] if self._open else ("", "", "")
        # Some programs do not hand a colour down into a table: a cell has to name its own.
        colour = style.get("color", "" if tag == "table" else colour)
        self._open.append((tag, colour, style.get("background-color", ground)))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        else:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open and self._open[-1][0] != "title":
            _tag, colour, ground = self._open[-1]
            self.texts.append((data, colour, ground))

    @property
    def text(self) -> str:
        """All that a reader sees."""
        return "".join(text for text, _colour, _ground in self.texts)


def seen(html: str) -> Seen:
    """Parse a mail."""
    page = Seen()
    page.feed(html)
    page.close()
    return page


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2 for two colours such as #1c2733."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

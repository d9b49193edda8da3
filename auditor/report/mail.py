"""The body of the mails: what an audit found, a digest of all routes, and a run that failed or did not happen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from auditor.errors import OutputError
from auditor.model.text import Text
from auditor.report.mail_changes import changes_section
from auditor.report.mail_dates import EndDate, expiries_section, waivers_section
from auditor.report.mail_digest import RouteLine, routes_section
from auditor.report.mail_findings import findings_section, unknown_section, work_section
from auditor.report.mail_head import audit_letter
from auditor.report.mail_html import TEMPLATE, html_of
from auditor.report.mail_kind import MailKind, mail_kind
from auditor.report.mail_letter import Entry, Letter, MailLimits, Pen, Section, safe_link
from auditor.report.mail_subject import audit_subject, clean_name, failure_subject, full_name
from auditor.report.mail_text import text_of
from auditor.report.view import View
from auditor.report.wording import Wording

__all__ = [
    "EndDate", "MailDocument", "MailKind", "RouteLine", "audit_mail", "digest_mail", "failure_mail", "mail_kind",
]  # fmt: skip

# Common mail programs cut a longer HTML part off, and what is cut may be what matters.
MOST_BYTES = 100_000
_SHARES = (1.0, 0.6, 0.35, 0.2, 0.1, 0.0)
_IN_DIGEST = 5


@dataclass(frozen=True, slots=True)
class MailDocument:
    """One mail: its subject without line ends or control characters, and both of its parts."""

    subject: str
    text: str
    html: str


def audit_mail(
    view: View,
    words: Wording,
    *,
    name: str,
    link: str | None = None,
    attachments: Sequence[str] = (),
    left_out: Sequence[Text] = (),
    rungs: Sequence[EndDate] = (),
    route: str | None = None,
    templates: Path | None = None,
) -> MailDocument:
    """The mail of a run. Personal data are masked whatever `words` says.

    name: the portfolio's; link: where the report can be opened; attachments: file names; left_out: what was too large to
    go along, and why; rungs: end dates of which this mail is the reminder; route: whose share it is; templates: the
    user's folder. OutputError for a template that is wrong or writes more than 100 KB.
    """

    def letter(pen: Pen) -> Letter:
        closing = _report(pen, link, attachments, left_out)
        sections = (*_body(view, pen, pen.limits.findings, rungs), closing)
        return audit_letter(view, pen, _title(pen, "mail_title", name, view, route), route, sections)

    subject = audit_subject(view, words, full_name(view, words, name, route))
    return _document(subject, letter, words, templates)


def digest_mail(
    view: View,
    words: Wording,
    *,
    name: str,
    routes: Sequence[RouteLine],
    link: str | None = None,
    attachments: Sequence[str] = (),
    left_out: Sequence[Text] = (),
    rungs: Sequence[EndDate] = (),
    unrouted: int = 0,
    templates: Path | None = None,
) -> MailDocument:
    """The manager's mail: the whole in numbers, a line for each route, the worst findings, and what must start now.

    unrouted: findings and undecided items that no route carries; the rest as for `audit_mail`.
    """

    def letter(pen: Pen) -> Letter:
        closing = _report(pen, link, attachments, left_out)
        body = _body(view, pen, min(_IN_DIGEST, pen.limits.findings), rungs)
        sections = (routes_section(routes, unrouted, pen), *body, closing)
        return audit_letter(view, pen, _title(pen, "mail_digest_title", name, view, None), None, sections)

    subject = audit_subject(view, words, full_name(view, words, name, None), tag="mail_digest_tag")
    return _document(subject, letter, words, templates)


def failure_mail(
    words: Wording,
    *,
    name: str,
    kind: MailKind,
    when: datetime,
    said: Sequence[str | Text],
    last_good: datetime | None,
    next_due: datetime | None,
) -> MailDocument:
    """The mail of a run that failed or did not happen. ValueError for another kind.

    when: the failure, or when the run was due; said: what the program said, a line each; times are told as Beijing time.
    """
    if kind not in (MailKind.FAILED, MailKind.MISSED):
        raise ValueError(f"not the kind of a failure: {kind}")
    missed = kind is MailKind.MISSED

    def letter(pen: Pen) -> Letter:
        def at(label: str, moment: datetime | None, otherwise: str) -> str:
            told = pen.label("mail_at", moment=pen.words.moment(moment)) if moment else pen.label(otherwise)
            return f"{pen.label(label)}{pen.label('colon')}{told}"

        lines = pen.lines(said) or (pen.label("mail_nothing_said"),)
        return Letter(
            title=pen.label("mail_title", name=clean_name(name, words)),
            intro=(),
            tone="critical",
            headline=pen.label("mail_missed_headline" if missed else "mail_failed_headline"),
            completeness="",
            limits=(),
            counts=(),
            notes=(
                at("mail_missed_at" if missed else "mail_failed_at", when, "mail_not_scheduled"),
                at("mail_last_good", last_good, "mail_never_good"),
                at("mail_next_due", next_due, "mail_not_scheduled"),
            ),
            sections=(
                Section(pen.label("mail_said"), lines),
                Section(
                    pen.label("mail_then"), (pen.label("mail_then_missed" if missed else "mail_then_failed"),)
                ),
            ),
            foot=(pen.label("mail_who"), pen.label("mail_stop")),
        )

    return _document(failure_subject(kind, words, name), letter, words, None)


def _document(
    subject: str, letter: Callable[[Pen], Letter], words: Wording, templates: Path | None
) -> MailDocument:
    """The letter in both forms, with lists cut further until each is small enough."""
    for share in _SHARES:
        pen = Pen.of(words, MailLimits().smaller(share))
        written = letter(pen)
        html = html_of(written, pen.words, templates)
        text = text_of(written, pen.words)
        if len(html.encode()) <= MOST_BYTES and len(text.encode()) <= MOST_BYTES:
            return MailDocument(subject, text, html)
    raise OutputError(
        f"邮件模板写出的内容超过 {MOST_BYTES:,} 字节",
        f"the mail template writes more than {MOST_BYTES:,} bytes",
        hint_zh="缩短 --templates 目录中的邮件模板",
        hint_en="Make the mail template in the --templates folder shorter",
        where=TEMPLATE,
    )


def _title(pen: Pen, key: str, name: str, view: View, route: str | None) -> str:
    return pen.label(key, name=full_name(view, pen.words, name, route))


def _body(view: View, pen: Pen, findings: int, rungs: Sequence[EndDate]) -> tuple[Section | None, ...]:
    """What every mail of a run says, at most so many findings in full."""
    return (
        changes_section(view, pen),
        findings_section(view, pen, findings),
        work_section(view, pen),
        unknown_section(view, pen),
        waivers_section(view, pen),
        expiries_section(view, pen, rungs),
        _stale(view, pen),
    )


def _stale(view: View, pen: Pen) -> Section | None:
    count = len(view.result.stale_answers)
    if not count:
        return None
    return Section(pen.label("mail_stale"), (pen.label("mail_stale_count", count=count),))


def _report(pen: Pen, link: str | None, attachments: Sequence[str], left_out: Sequence[Text]) -> Section:
    """Where the whole report is, and what could not go along."""
    address = safe_link(link, pen.words)
    colon = pen.label("colon")
    lead = []
    if not link and not attachments:
        lead.append(pen.label("mail_no_report"))
    groups = pen.group(
        pen.label("mail_attached"),
        [Entry(pen.line(one)) for one in attachments[: pen.limits.said]],
        len(attachments),
    )
    groups += pen.group(
        pen.label("mail_left_out"),
        [Entry(pen.line(one)) for one in left_out[: pen.limits.said]],
        len(left_out),
    )
    if address:
        lead.append(pen.label("mail_link") + colon.rstrip())
    elif link:
        lead.append(f"{pen.label('mail_link')}{colon}{pen.line(link)}")
    return Section(pen.label("mail_report"), tuple(lead), groups, address)

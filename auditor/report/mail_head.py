"""The head of a mail: whose audit, the conclusion, how complete it is, and the counts."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.report.conclusion import State
from auditor.report.mail_kind import incomplete
from auditor.report.mail_letter import Letter, Pen, Section
from auditor.report.view import View

_TONES = {State.PROBLEMS: "critical", State.OPEN: "undecided", State.ACCEPTED: "info", State.CLEAR: "good"}


def audit_letter(
    view: View, pen: Pen, title: str, route: str | None, sections: Iterable[Section | None]
) -> Letter:
    """The letter of an audit around its sections; those that are None have nothing to tell."""
    limits = view.conclusion.limits
    if not incomplete(view):
        completeness = pen.label("mail_complete")
    else:
        completeness = pen.label("mail_incomplete_because" if limits else "mail_incomplete_unsaid")
    discrepancies = [
        f"{pen.label('discrepancy')}{pen.label('colon')}{pen.line(one)}" for one in view.discrepancies
    ]
    return Letter(
        title=title,
        intro=_intro(view, pen, route),
        tone="undecided" if _odd(view) else _TONES[view.conclusion.state],
        headline=pen.line(view.conclusion.headline),
        completeness=completeness,
        limits=pen.lines(limits),
        counts=_counts(view, pen),
        notes=(*pen.lines(view.conclusion.notes), *pen.lines(discrepancies)),
        sections=tuple(one for one in sections if one is not None),
        foot=(pen.label("mail_who"), pen.label("mail_stop")),
    )


def _odd(view: View) -> bool:
    """Counts that contradict each other allow no good word."""
    return view.conclusion.state is State.CLEAR and bool(view.discrepancies)


def _intro(view: View, pen: Pen, route: str | None) -> tuple[str, ...]:
    run = view.result.run
    told = [pen.label("mail_run", day=run.as_of, run=run.id)]
    part = view.result.part
    if part is not None:
        told.append(pen.label("mail_part", part=pen.line(part)))
    elif route and route.strip():
        told.append(pen.label("mail_route", route=pen.line(route)))
    return tuple(told)


def _counts(view: View, pen: Pen) -> tuple[tuple[str, str, str], ...]:
    """The failures by severity, then what could not be decided; zeros left out."""
    counts = [
        (severity.code, pen.line(severity.text), pen.words.number(count))
        for severity, count in view.by_severity.items()
        if count
    ]
    if view.unknowns:
        counts.append(("undecided", pen.label("mail_undecided"), pen.words.number(len(view.unknowns))))
    return tuple(counts)

"""What sort of mail a run asks for."""

from __future__ import annotations

from enum import StrEnum

from auditor.report.view import View


class MailKind(StrEnum):
    """Why a mail is written; that an audit is incomplete is told in every kind."""

    FIRST = "first"  # the first run of the portfolio
    UNCHANGED = "unchanged"  # nothing is another thing than last time
    CHANGED = "changed"  # something is, or nobody can know because no history was looked at
    FAILED = "failed"  # the run did not finish
    MISSED = "missed"  # the run did not happen


def mail_kind(view: View) -> MailKind:
    """FIRST, UNCHANGED or CHANGED.

    Unchanged are verdicts, portfolio and world together, and only where every earlier finding was judged again.
    """
    changes = view.changes
    if changes is None:
        return MailKind.CHANGED
    if changes.first:
        return MailKind.FIRST
    moved = changes.portfolio_moved or changes.comparison.world or changes.not_judged or changes.resolved
    return MailKind.UNCHANGED if changes.still and not moved else MailKind.CHANGED


def incomplete(view: View) -> bool:
    """True where the audit did not see everything, whatever the reason."""
    return not view.result.run.complete or bool(view.conclusion.limits)

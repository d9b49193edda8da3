"""Whose turn it is: by what changed, by the days since the last mail, and by end dates that came nearer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property

from auditor.dispatch.outfit import Outfit, outbox_of
from auditor.dispatch.readers import Reader
from auditor.history.notices import Delivery, Rung
from auditor.history.records import kept
from auditor.history.store import History
from auditor.report.expiries import ExpiryLine
from auditor.report.mail import MailKind, mail_kind
from auditor.report.view import View

_SEEN_DELIVERIES = 2000
_Step = tuple[str, str, date]
"""Kind, target and day of what runs out."""


class Turns:
    """Decides who gets something of one audit. Without a history nobody is reminded, and a heartbeat is always due."""

    def __init__(self, view: View, portfolio: str, outfit: Outfit, history: History | None) -> None:
        self.view, self.portfolio, self.outfit, self.history = view, portfolio, outfit, history
        self.own = outfit.settings.file.email
        self.past = history.deliveries(portfolio, _SEEN_DELIVERIES) if history else ()
        self.rungs = self._fresh_rungs()
        self.warned: set[_Step] = set()

    def due(self, reader: Reader) -> bool:
        """Whether a reader gets something this time."""
        if self.outfit.again or reader.when == "always" or self.rungs_of(reader.view):
            return True
        if self._heartbeat(reader.channel, reader.route):
            return True
        if reader.when == "findings":
            return bool(reader.view.failures) or not reader.view.result.run.complete
        return mail_kind(reader.view) is not MailKind.UNCHANGED or self._newly_incomplete

    @cached_property
    def _newly_incomplete(self) -> bool:
        """Whether this run did not see everything while the one before did; asked of the whole, since a share has no trend."""
        compared = self.view.result.comparison
        before = [one.complete for one in compared.trend][-2:-1] if compared else []
        return not self.view.result.run.complete and before != [False]

    def _heartbeat(self, channel: str, route: str) -> bool:
        days = self.own.heartbeat_days
        if not days:
            return False
        if channel == "mail" and route in self._waiting:
            return False
        last = _newest(self.past, channel, route)
        return last is None or self.outfit.clock() - last >= timedelta(days=days)

    @cached_property
    def _waiting(self) -> set[str]:
        """The routes of this portfolio for which a mail of an earlier run waits in the outbox."""
        keys = [one.key.split("\x1f") for one in outbox_of(self.outfit.settings).waiting()]
        return {key[-1] for key in keys if key[0] == self.portfolio}

    def _fresh_rungs(self) -> dict[_Step, Rung]:
        """The step each end date has come down to, where nobody was warned of that step yet."""
        steps = sorted(self.own.expiry_rungs)
        if self.history is None or not steps:
            return {}
        told = self.history.rungs(self.portfolio)
        found: dict[_Step, Rung] = {}
        for line in self.view.expiries:
            step = next((days for days in steps if line.days_left <= days), None)
            if step is not None:
                # As the history keeps it, else a long name would be news for ever.
                rung = Rung(kept(f"{line.kind}\x1f{line.target}"), line.day, step)
                if rung not in told:
                    found[line.kind, line.target, line.day] = rung
        return found

    def rungs_of(self, view: View) -> list[ExpiryLine]:
        """The end dates of a view of which nobody was reminded at this step."""
        return [one for one in view.expiries if (one.kind, one.target, one.day) in self.rungs]

    def warn(self, view: View) -> None:
        """Note that a mail with the reminders of a view is on its way."""
        self.warned.update((one.kind, one.target, one.day) for one in self.rungs_of(view))

    def note_warned(self) -> None:
        """Keep which reminders are on their way, so that each step is told once."""
        if self.history is not None and self.warned:
            self.history.note_rungs(self.portfolio, [self.rungs[one] for one in sorted(self.warned)])


def _newest(past: Iterable[Delivery], channel: str, route: str) -> datetime | None:
    return max((one.at for one in past if one.channel == channel and one.route == route), default=None)

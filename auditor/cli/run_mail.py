"""The mail of `audit run --email`: checked before the audit, sent after it, and sent too where the audit fails."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from auditor.cli.bad_news import tell_of_error
from auditor.dispatch.audit_news import send_audit
from auditor.dispatch.outfit import Outfit, Sent, check_mail
from auditor.errors import AuditError
from auditor.past import open_history, portfolio_name
from auditor.pipeline import Audit, Request, beijing_now
from auditor.report.view import View


class Mailing:
    """What is sent for one run. PolicyError at once where the policy names no way to send."""

    def __init__(self, request: Request, lang: str, templates: Path | None) -> None:
        self.request = request
        self.outfit = Outfit(request.settings, os.environ, beijing_now, templates=templates, lang=lang)
        check_mail(request.settings, os.environ)

    @contextmanager
    def telling_failure(self) -> Iterator[None]:
        """A block whose error is told to people too before it ends the command."""
        started = beijing_now()
        try:
            yield
        except AuditError as error:
            wanted = self.request.past
            name = portfolio_name(self.request.settings, wanted.portfolio, self.request.books)
            tell_of_error(error, self.outfit, name, started)
            raise

    def send(self, finished: Audit, view: View, files: Mapping[str, Path]) -> Sent:
        """Send the audit; what became of it. Reports are written by then, so that no fault here is an error."""
        past = finished.past
        try:
            if past.address is None:
                return send_audit(view, past.portfolio, self.outfit, history=None, files=files)
            store = open_history(self.request.settings, beijing_now)
            assert store is not None
            with store:
                return send_audit(view, past.portfolio, self.outfit, history=store, files=files)
        except AuditError as fault:
            sent = Sent(refused=1)
            sent.add(fault.describe("zh"), fault.describe("en"), fault=True)
            return sent

"""A letter as HTML for mail programs: one template, no style sheet, no script, nothing that is fetched."""

from __future__ import annotations

from pathlib import Path

from auditor.report.mail_letter import Letter
from auditor.report.templating import FAULTS, environment, fault_of_user
from auditor.report.wording import Wording

TEMPLATE = "mail/mail.html.j2"


def html_of(letter: Letter, words: Wording, templates: Path | None = None) -> str:
    """The HTML part; OutputError for a fault in a user's template. templates: the user's folder, which wins."""
    try:
        template = environment(words, templates).get_template(TEMPLATE)
        return template.render(letter=letter)
    except FAULTS as problem:
        fault = fault_of_user(problem, templates, TEMPLATE)
        if fault is None:
            raise
        raise fault from problem

"""Bad news: a run that failed, or that did not happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from auditor.delivery.chat import Note
from auditor.delivery.message import Letter, parcel
from auditor.dispatch.channels import FAILURE_KEY, flush, post_note, tell_flushed
from auditor.dispatch.outfit import LINK_TEXT, Outfit, Sent, hooks_of, outbox_of
from auditor.model.text import Text
from auditor.report.mail import MailKind, failure_mail
from auditor.report.wording import Wording

_CHAT_LINES = 14


def send_failure(
    outfit: Outfit,
    *,
    name: str,
    key: str,
    missed: bool,
    when: datetime,
    said: Sequence[str | Text],
    last_good: datetime | None,
    next_due: datetime | None,
) -> Sent:
    """Mail and post that a run failed or did not happen. Nothing here raises for a server that cannot be reached.

    key: the same for the same bad news, so that it is sent once; said: what the program said, a line each.
    """
    own = outfit.settings.file.email
    sent = Sent()
    kind = MailKind.MISSED if missed else MailKind.FAILED
    shown = own.subject or outfit.settings.file.history.portfolio or name
    words = Wording(own.lang or outfit.lang)
    document = failure_mail(
        words, name=shown, kind=kind, when=when, said=said, last_good=last_good, next_due=next_due
    )
    readers = tuple(dict.fromkeys(own.on_failure or (*own.to, *own.digest)))
    if own.host and own.from_ and readers:
        letter = Letter(
            subject=document.subject,
            text=document.text,
            html=document.html,
            sender=own.from_,
            to=readers,
            key=f"{FAILURE_KEY}\x1f{key}",
            thread=f"{FAILURE_KEY}\x1f{name}",
            date=outfit.clock(),
        )
        tell_flushed(flush(outbox_of(outfit.settings), [parcel(letter)], outfit), sent)
    for hook in hooks_of(outfit.settings, outfit.environment):
        lines = tuple(line for line in document.text.splitlines() if line.strip())[:_CHAT_LINES]
        link = outfit.settings.file.chat.link
        note = Note(document.subject, lines, LINK_TEXT.in_language(words.lang), link)
        post_note(hook, note, outfit, sent)
    return sent

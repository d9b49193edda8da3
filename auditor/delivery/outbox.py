"""The outbox: what was not sent yet waits among the user's files and is sent next time, in order, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from auditor.delivery.lock import waiting_lock
from auditor.delivery.outbox_files import (
    Waiting,
    content_digest,
    digest_of,
    disk_text,
    key_digest,
    names_in,
    next_name,
    own_folder,
    read_waiting,
    sent_at,
    sweep,
    write_waiting,
)
from auditor.delivery.outbox_round import Flushed, Round, Send
from auditor.delivery.parcel import Parcel
from auditor.delivery.schedule_files import cannot_write, write_whole
from auditor.errors import OutputError
from auditor.model.text import Text
from auditor.model.words import Word


class Put(Word):
    """What putting a mail into the outbox came to."""

    NEW = "new", "已放入", "put in"
    WAITING = "waiting", "已在等待", "was waiting already"
    SENT = "sent", "此前已发送", "was sent before"


class Outbox:
    """A folder of mails. Several programs may use it at once: each mail is locked while it is being sent.

    What becomes of a mail: accepted for all → a line in `sent/` without content, by which a second sending of the same
    key does nothing; refused for good → `refused/`, for those recipients; temporary faults and wrong settings → it
    waits, for the recipients that are left; older than keep_days → `expired/`; damaged → `damaged/`. A program that
    died between sending and writing so leaves a claim: the mail is then sent again, since a report that comes twice
    does less harm than one that never comes; its Message-ID is the same, so that mail systems can tell.
    """

    def __init__(self, folder: Path, *, keep_days: int = 14) -> None:
        self.folder, self._keep = folder, timedelta(days=keep_days)

    def put(self, parcel: Parcel, now: datetime, *, again: bool = False) -> Put:
        """Put a mail in; one of the same key that waits or was sent is left alone. again: although it was sent.

        Raises OutputError; the outbox is as it was then.
        """
        try:
            own_folder(self.folder)
            with waiting_lock(self.folder / ".lock"):
                if any(digest_of(name) == key_digest(parcel.key) for name in names_in(self.folder, ".json")):
                    return Put.WAITING
                if self.sent(parcel.key) is not None and not again:
                    return Put.SENT
                self._write_new(parcel, now)
        except OSError as problem:
            raise cannot_write(self.folder, problem) from problem
        return Put.NEW

    def sent(self, key: str) -> datetime | None:
        """When a mail of this key was accepted, and nothing of it waits any more; None where it was not."""
        return sent_at(self.folder, key)

    def waiting(self) -> tuple[Waiting, ...]:
        """The mails that wait, in order; damaged envelopes are left to `flush`, which tells them."""
        found = []
        for name in names_in(self.folder, ".json"):
            try:
                found.append(read_waiting(self.folder, name))
            except (OSError, ValueError):
                continue
        return tuple(found)

    def flush(self, send: Send, clock: Callable[[], datetime]) -> Flushed:
        """Send what waits, oldest first. clock: the moment, asked for each mail. Faults of the disk are told."""
        round_ = Round(self.folder, self._keep, send, clock)
        problems = sweep(self.folder, clock())
        for name in names_in(self.folder, ".json"):
            round_.take(name)
        flushed = round_.flushed()
        return replace(flushed, problems=(*problems, *flushed.problems))

    def _write_new(self, parcel: Parcel, now: datetime) -> None:
        name = next_name(self.folder, parcel.key)
        mail = self.folder / f"{name}.eml"
        try:
            write_whole(mail, parcel.content)
            write_waiting(self.folder, _enveloped(name, parcel, now))
        except (OSError, OutputError):
            mail.unlink(missing_ok=True)
            raise


def dispatch(
    outbox: Outbox,
    parcels: Iterable[Parcel],
    send: Send,
    clock: Callable[[], datetime],
    *,
    again: bool = False,
) -> Flushed:
    """Put mails into the outbox and flush it, what waited there first.

    A mail that the outbox cannot take (a full disk, say) is sent without it, and the fault is told: if that fails too,
    it is not kept.
    """
    homeless: list[Parcel] = []
    before: list[str] = []
    problems: list[Text] = []
    for one in parcels:
        try:
            if outbox.put(one, clock(), again=again) is Put.SENT:
                before.append(one.key)
        except OutputError as problem:
            problems.append(disk_text(problem))
            homeless.append(one)
    flushed = outbox.flush(send, clock)
    reports = (*flushed.reports, *(send(one) for one in homeless))
    told = tuple(dict.fromkeys((*problems, *flushed.problems)))
    return replace(flushed, reports=reports, problems=told, sent_before=tuple(before))


def _enveloped(name: str, parcel: Parcel, now: datetime) -> Waiting:
    digest = content_digest(parcel.content)
    return Waiting(name, parcel.key, parcel.message_id, parcel.sender, parcel.recipients, digest, now)

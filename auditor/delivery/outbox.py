"""The outbox: what was not sent yet waits among the user's files and is sent next time, in order, once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from auditor.delivery.lock import Lock, waiting_lock
from auditor.delivery.outbox_files import (
    DAMAGED,
    EXPIRED,
    REFUSED,
    SENT,
    Waiting,
    content_digest,
    damaged_text,
    digest_of,
    disk_text,
    file_away,
    key_digest,
    names_in,
    next_name,
    own_folder,
    read_parcel,
    read_waiting,
    remove,
    write_waiting,
)
from auditor.delivery.parcel import Fate, Outcome, Parcel, SendReport
from auditor.delivery.schedule_files import cannot_write, read_json, write_json, write_whole
from auditor.errors import OutputError
from auditor.model.text import Text
from auditor.model.words import Word

Send = Callable[[Parcel], SendReport]
_KEPT_SENT = timedelta(days=400)
# A half-written file of this age belongs to no program that still writes.
_LEFT_BEHIND = timedelta(days=1)


class Put(Word):
    """What putting a mail into the outbox came to."""

    NEW = "new", "已放入", "put in"
    WAITING = "waiting", "已在等待", "was waiting already"
    SENT = "sent", "此前已发送", "was sent before"


@dataclass(frozen=True, slots=True)
class Flushed:
    """What became of the outbox. reports: of the mails that were tried, in order.

    expired: waited longer than they may and were moved away unsent; busy: keys that another program is sending just
    now; perhaps_twice: keys whose earlier sending ended without a word, sent again with the same Message-ID;
    problems: damaged mails and what the disk refused.
    """

    reports: tuple[SendReport, ...] = ()
    expired: tuple[Waiting, ...] = ()
    busy: tuple[str, ...] = ()
    perhaps_twice: tuple[str, ...] = ()
    problems: tuple[Text, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether everything that was there went out and nothing needs to be told."""
        told = self.expired or self.busy or self.perhaps_twice or self.problems
        return not told and all(one.delivered for one in self.reports)


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
                if self.sent(parcel.key) is not None:
                    if not again:
                        return Put.SENT
                    self._sent_file(parcel.key).unlink(missing_ok=True)
                self._write_new(parcel, now)
        except OSError as problem:
            raise cannot_write(self.folder, problem) from problem
        return Put.NEW

    def sent(self, key: str) -> datetime | None:
        """When a mail of this key was accepted for all its recipients; None where it was not."""
        try:
            return datetime.fromisoformat(read_json(self._sent_file(key))["at"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

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
        round_ = _Round(self, send, clock)
        problems = self._sweep(clock())
        for name in names_in(self.folder, ".json"):
            round_.take(name)
        return replace(round_.flushed(), problems=(*problems, *round_.problems))

    def _write_new(self, parcel: Parcel, now: datetime) -> None:
        name = next_name(self.folder, parcel.key)
        mail = self.folder / f"{name}.eml"
        try:
            write_whole(mail, parcel.content)
            write_waiting(self.folder, _enveloped(name, parcel, now))
        except (OSError, OutputError):
            mail.unlink(missing_ok=True)
            raise

    def _sent_file(self, key: str) -> Path:
        return self.folder / SENT / f"{key_digest(key)}.json"

    def note_sent(self, one: Waiting, now: datetime) -> None:
        """Write that a mail was sent; without its content. Raises OSError and OutputError."""
        own_folder(self.folder / SENT)
        write_json(self._sent_file(one.key), {"message_id": one.message_id, "at": now.isoformat()})

    def expires(self, one: Waiting, now: datetime) -> bool:
        """Whether it has waited too long."""
        return now - one.first > self._keep

    def _sweep(self, now: datetime) -> list[Text]:
        """Old lines of `sent/` go; mails without an envelope, left by a program that died, are moved away and told."""
        problems: list[Text] = []
        if not self.folder.is_dir():
            return problems
        try:
            with waiting_lock(self.folder / ".lock"):
                envelopes = set(names_in(self.folder, ".json"))
                sent = {path.stem for path in (self.folder / SENT).glob("*.json")}
                for name in names_in(self.folder, ".eml"):
                    if name in envelopes:
                        continue
                    mail = self.folder / f"{name}.eml"
                    if digest_of(name) in sent:
                        mail.unlink(missing_ok=True)
                    else:
                        own_folder(self.folder / DAMAGED)
                        mail.replace(self.folder / DAMAGED / mail.name)
                        problems.append(damaged_text(name))
                for pattern, age in ((f"{SENT}/*.json", _KEPT_SENT), (".*.part", _LEFT_BEHIND)):
                    for path in self.folder.glob(pattern):
                        with suppress(FileNotFoundError):
                            if path.stat().st_mtime < (now - age).timestamp():
                                path.unlink()
        except OSError as problem:
            problems.append(disk_text(cannot_write(self.folder, problem)))
        return problems


class _Round:
    """One flush: what was tried and what is to be told."""

    def __init__(self, outbox: Outbox, send: Send, clock: Callable[[], datetime]) -> None:
        self._outbox, self._folder, self._send, self._clock = outbox, outbox.folder, send, clock
        self._reports: list[SendReport] = []
        self._expired: list[Waiting] = []
        self._busy: list[str] = []
        self._twice: list[str] = []
        self.problems: list[Text] = []

    def flushed(self) -> Flushed:
        return Flushed(tuple(self._reports), tuple(self._expired), tuple(self._busy), tuple(self._twice))

    def take(self, name: str) -> None:
        """Send one mail, unless somebody else does."""
        try:
            with Lock(self._folder / f"{name}.lock") as lock:
                if lock.take(self._clock()) is not None:
                    self._busy.append(self._key(name))
                elif _still_there(lock):
                    self._locked(name)
        except OutputError as problem:
            self.problems.append(disk_text(problem))
        except OSError as problem:
            self.problems.append(disk_text(cannot_write(self._folder / name, problem)))

    def _key(self, name: str) -> str:
        try:
            return read_waiting(self._folder, name).key
        except (OSError, ValueError):
            return name

    def _locked(self, name: str) -> None:
        try:
            one = read_waiting(self._folder, name)
            parcel = read_parcel(self._folder, one)
        except FileNotFoundError:
            if (self._folder / f"{name}.json").exists():
                self._damaged(name)
            else:  # another program has sent it since we looked
                (self._folder / f"{name}.lock").unlink(missing_ok=True)
            return
        except ValueError:
            self._damaged(name)
            return
        if self._outbox.sent(one.key) is not None:  # it died after noting so and before taking it out
            remove(self._folder, name)
            return
        now = self._clock()
        if self._outbox.expires(one, now):
            file_away(self._folder, EXPIRED, one, parcel.content)
            self._noted(one, now)
            remove(self._folder, name)
            self._expired.append(one)
            return
        # Without a claim on the disk nothing is sent: a disk that cannot take it could not take the result either.
        write_waiting(self._folder, replace(one, claimed=now))
        if one.claimed is not None:
            self._twice.append(one.key)
        report = self._send(parcel)
        self._reports.append(report)
        self._settle(one, parcel, report)

    def _settle(self, one: Waiting, parcel: Parcel, report: SendReport) -> None:
        now = self._clock()
        one = replace(
            one,
            last=now,
            attempts=one.attempts + report.attempts,
            claimed=None,
            reached=one.reached + len(report.of(Fate.ACCEPTED)),
        )
        refused, left = report.of(Fate.REFUSED), report.waits
        if left:
            write_waiting(self._folder, replace(one, recipients=_recipients(left), why=left[0].said))
        else:
            self._noted(one, now)
        if refused:
            filed = replace(one, recipients=_recipients(refused), why=refused[0].said)
            try:
                file_away(self._folder, REFUSED, filed, parcel.content)
            except (OSError, OutputError) as problem:
                self.problems.append(disk_text(problem))
        if not left:
            remove(self._folder, one.name)

    def _noted(self, one: Waiting, now: datetime) -> None:
        """Write that it was sent, if anybody has it; a disk that cannot take this must not make it be sent again."""
        if one.reached:
            try:
                self._outbox.note_sent(one, now)
            except (OSError, OutputError) as problem:
                self.problems.append(disk_text(problem))

    def _damaged(self, name: str) -> None:
        own_folder(self._folder / DAMAGED)
        for ending in (".eml", ".json"):
            path = self._folder / f"{name}{ending}"
            if path.exists():
                path.replace(self._folder / DAMAGED / path.name)
        (self._folder / f"{name}.lock").unlink(missing_ok=True)
        self.problems.append(damaged_text(name))


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
    problems: list[Text] = []
    for one in parcels:
        try:
            outbox.put(one, clock(), again=again)
        except OutputError as problem:
            problems.append(disk_text(problem))
            homeless.append(one)
    flushed = outbox.flush(send, clock)
    reports = (*flushed.reports, *(send(one) for one in homeless))
    return replace(flushed, reports=reports, problems=tuple(dict.fromkeys((*problems, *flushed.problems))))


def _still_there(lock: Lock) -> bool:
    """Whether the locked file is the one that others would lock; not so once the mail's last sender removed it."""
    try:
        return os.path.samestat(os.fstat(lock.descriptor), os.stat(lock.path))
    except FileNotFoundError:
        return False


def _enveloped(name: str, parcel: Parcel, now: datetime) -> Waiting:
    digest = content_digest(parcel.content)
    return Waiting(name, parcel.key, parcel.message_id, parcel.sender, parcel.recipients, digest, now)


def _recipients(outcomes: tuple[Outcome, ...]) -> tuple[str, ...]:
    return tuple(one.recipient for one in outcomes)

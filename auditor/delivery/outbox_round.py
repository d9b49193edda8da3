"""One flush of the outbox: each mail locked, claimed, sent, and its fate written down."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from auditor.delivery.lock import Lock, waiting_lock
from auditor.delivery.outbox_files import (
    DAMAGED,
    EXPIRED,
    REFUSED,
    Waiting,
    damaged_text,
    disk_text,
    file_away,
    note_sent,
    own_folder,
    read_parcel,
    read_waiting,
    remove,
    sent_at,
    write_waiting,
)
from auditor.delivery.parcel import Fate, Outcome, Parcel, SendReport
from auditor.delivery.schedule_files import cannot_write
from auditor.errors import OutputError
from auditor.model.text import Text

Send = Callable[[Parcel], SendReport]


@dataclass(frozen=True, slots=True)
class Flushed:
    """What became of the outbox. reports: of the mails that were tried, in order.

    expired: waited longer than they may and were moved away unsent; busy: keys that another program is sending just
    now; perhaps_twice: keys whose earlier sending ended without a word, sent again with the same Message-ID;
    problems: damaged mails and what the disk refused; sent_before: keys that were handed to `dispatch` although they had
    been sent.
    """

    reports: tuple[SendReport, ...] = ()
    expired: tuple[Waiting, ...] = ()
    busy: tuple[str, ...] = ()
    perhaps_twice: tuple[str, ...] = ()
    problems: tuple[Text, ...] = ()
    sent_before: tuple[str, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether everything that was there went out and nothing needs to be told."""
        told = self.expired or self.busy or self.perhaps_twice or self.problems
        return not told and all(one.delivered for one in self.reports)


class Round:
    """One flush of a folder: what was tried and what is to be told. keep: how long a mail may wait."""

    def __init__(self, folder: Path, keep: timedelta, send: Send, clock: Callable[[], datetime]) -> None:
        self._folder, self._keep, self._send, self._clock = folder, keep, send, clock
        self._reports: list[SendReport] = []
        self._expired: list[Waiting] = []
        self._busy: list[str] = []
        self._twice: list[str] = []
        self._problems: list[Text] = []

    def flushed(self) -> Flushed:
        """What became of the mails that were taken so far."""
        return Flushed(
            tuple(self._reports),
            tuple(self._expired),
            tuple(self._busy),
            tuple(self._twice),
            tuple(self._problems),
        )

    def take(self, name: str) -> None:
        """Send one mail, unless somebody else does."""
        try:
            with Lock(self._folder / f"{name}.lock") as lock:
                if lock.take(self._clock()) is not None:
                    self._busy.append(self._key(name))
                elif _still_there(lock):
                    self._locked(name)
        except OutputError as problem:
            self._problems.append(disk_text(problem))
        except OSError as problem:
            self._problems.append(disk_text(cannot_write(self._folder / name, problem)))

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
        noted = sent_at(self._folder, one.key)
        if noted is not None and one.claimed is not None and noted >= one.claimed:
            self._remove(name)  # its sender died after noting that it was sent and before taking it out
            return
        now = self._clock()
        if now - one.first > self._keep:
            file_away(self._folder, EXPIRED, one, parcel.content)
            self._noted(one, now)
            self._remove(name)
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
                self._problems.append(disk_text(problem))
        if not left:
            self._remove(one.name)

    def _noted(self, one: Waiting, now: datetime) -> None:
        """Write that it was sent, if anybody has it; a disk that cannot take this must not make it be sent again."""
        if one.reached:
            try:
                note_sent(self._folder, one, now)
            except (OSError, OutputError) as problem:
                self._problems.append(disk_text(problem))

    def _remove(self, name: str) -> None:
        with waiting_lock(self._folder / ".lock"):  # else a sweep might see the half of it
            remove(self._folder, name)

    def _damaged(self, name: str) -> None:
        own_folder(self._folder / DAMAGED)
        for ending in (".eml", ".json"):
            path = self._folder / f"{name}{ending}"
            if path.exists():
                path.replace(self._folder / DAMAGED / path.name)
        (self._folder / f"{name}.lock").unlink(missing_ok=True)
        self._problems.append(damaged_text(name))


def _still_there(lock: Lock) -> bool:
    """Whether the locked file is the one that others would lock; not so once the mail's last sender removed it."""
    try:
        return os.path.samestat(os.fstat(lock.descriptor), os.stat(lock.path))
    except FileNotFoundError:
        return False


def _recipients(outcomes: tuple[Outcome, ...]) -> tuple[str, ...]:
    return tuple(one.recipient for one in outcomes)

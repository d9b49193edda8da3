"""The files of the outbox: a mail as `.eml` and its envelope as `.json`, for the user alone."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from auditor.delivery.lock import waiting_lock
from auditor.delivery.parcel import Parcel
from auditor.delivery.schedule_files import cannot_write, read_json, write_json, write_whole
from auditor.errors import OutputError
from auditor.model.text import Text

# Drawers of the outbox: told and kept, never sent again by themselves.
REFUSED, EXPIRED, DAMAGED, SENT = "refused", "expired", "damaged", "sent"
_KEPT_SENT = timedelta(days=400)
# A half-written file of this age belongs to no program that still writes.
_LEFT_BEHIND = timedelta(days=1)
_NAME = re.compile(r"(\d{8})-([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail in the outbox. recipients: those it still has to reach; reached: how many have it; first: when it was put in.

    claimed: when somebody began to send it and has not yet told how it went, None otherwise; why: of the last attempt.
    """

    name: str
    key: str
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    content_digest: str
    first: datetime
    last: datetime | None = None
    attempts: int = 0
    claimed: datetime | None = None
    why: Text | None = None
    reached: int = 0


def key_digest(key: str) -> str:
    """What stands for a key in file names."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def content_digest(content: bytes) -> str:
    """What tells that a mail is the one that was put in."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def own_folder(folder: Path) -> None:
    """Make a folder for the user alone. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def names_in(folder: Path, ending: str) -> list[str]:
    """Names without their ending, in the order in which the mails were put in; [] where there is no folder."""
    try:
        found = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
    stems = [name.removesuffix(ending) for name in found if name.endswith(ending)]
    return sorted(stem for stem in stems if _NAME.fullmatch(stem))


def digest_of(name: str) -> str:
    """The key's digest inside a name."""
    return name.partition("-")[2]


def next_name(folder: Path, key: str) -> str:
    """A name after all others."""
    taken = [int(name.partition("-")[0]) for ending in (".json", ".eml") for name in names_in(folder, ending)]
    return f"{max(taken, default=0) + 1:08d}-{key_digest(key)}"


def write_waiting(folder: Path, one: Waiting) -> None:
    """Write the envelope, whole or not at all. Raises OutputError."""
    write_json(
        folder / f"{one.name}.json",
        {
            "key": one.key,
            "message_id": one.message_id,
            "sender": one.sender,
            "recipients": list(one.recipients),
            "content": one.content_digest,
            "first": one.first.isoformat(),
            "last": one.last.isoformat() if one.last else None,
            "attempts": one.attempts,
            "reached": one.reached,
            "claimed": one.claimed.isoformat() if one.claimed else None,
            "why": {"zh": one.why.zh, "en": one.why.en} if one.why else None,
        },
    )


def read_waiting(folder: Path, name: str) -> Waiting:
    """Read an envelope. Raises FileNotFoundError where it is gone, OSError, and ValueError where it is damaged."""
    held = read_json(folder / f"{name}.json")
    try:
        why = held["why"]
        return Waiting(
            name,
            str(held["key"]),
            str(held["message_id"]),
            str(held["sender"]),
            tuple(str(one) for one in held["recipients"]),
            str(held["content"]),
            datetime.fromisoformat(held["first"]),
            _moment(held["last"]),
            int(held["attempts"]),
            _moment(held["claimed"]),
            Text(str(why["zh"]), str(why["en"])) if why else None,
            int(held["reached"]),
        )
    except (KeyError, TypeError) as problem:
        raise ValueError("the envelope lacks something") from problem


def read_parcel(folder: Path, one: Waiting) -> Parcel:
    """The mail of an envelope. Raises OSError, and ValueError where it is not the one that was put in."""
    content = (folder / f"{one.name}.eml").read_bytes()
    if content_digest(content) != one.content_digest:
        raise ValueError("the mail was changed")
    return Parcel(one.key, one.message_id, one.sender, one.recipients, content)


def file_away(folder: Path, drawer: str, one: Waiting, content: bytes) -> None:
    """Write envelope and mail into a drawer of the outbox. Raises OSError and OutputError."""
    place = folder / drawer
    own_folder(place)
    write_whole(place / f"{one.name}.eml", content)
    write_waiting(place, one)


def remove(folder: Path, name: str) -> None:
    """Take a mail out of the outbox, envelope first: without it nobody sends the mail. Raises OSError."""
    (folder / f"{name}.json").unlink(missing_ok=True)
    (folder / f"{name}.eml").unlink(missing_ok=True)
    with suppress(OSError):
        (folder / f"{name}.lock").unlink(missing_ok=True)


def sent_at(folder: Path, key: str) -> datetime | None:
    """When a mail of this key was noted as sent; None where it was not."""
    try:
        return datetime.fromisoformat(read_json(_sent_file(folder, key))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note_sent(folder: Path, one: Waiting, now: datetime) -> None:
    """Write that a mail was sent; without content and addresses. Raises OSError and OutputError."""
    own_folder(folder / SENT)
    write_json(_sent_file(folder, one.key), {"message_id": one.message_id, "at": now.isoformat()})


def sweep(folder: Path, now: datetime) -> list[Text]:
    """Old lines of `sent/` go; mails without an envelope, left by a program that died, are moved away and told."""
    problems: list[Text] = []
    if not folder.is_dir():
        return problems
    try:
        with waiting_lock(folder / ".lock"):
            envelopes = set(names_in(folder, ".json"))
            for name in names_in(folder, ".eml"):
                if name in envelopes:
                    continue
                mail = folder / f"{name}.eml"
                if _settled(folder, name):
                    mail.unlink(missing_ok=True)
                else:
                    own_folder(folder / DAMAGED)
                    mail.replace(folder / DAMAGED / mail.name)
                    problems.append(damaged_text(name))
            for pattern, age in ((f"{SENT}/*.json", _KEPT_SENT), (".*.part", _LEFT_BEHIND)):
                for path in folder.glob(pattern):
                    with suppress(FileNotFoundError):
                        if path.stat().st_mtime < (now - age).timestamp():
                            path.unlink()
    except OSError as problem:
        problems.append(disk_text(cannot_write(folder, problem)))
    return problems


def _settled(folder: Path, name: str) -> bool:
    """Whether it is known what became of a mail that has no envelope any more."""
    drawers = (folder / drawer / f"{name}.json" for drawer in (REFUSED, EXPIRED))
    return (folder / SENT / f"{digest_of(name)}.json").exists() or any(path.exists() for path in drawers)


def _sent_file(folder: Path, key: str) -> Path:
    return folder / SENT / f"{key_digest(key)}.json"


def disk_text(problem: OSError | OutputError) -> Text:
    """A fault of the disk as it is told."""
    if isinstance(problem, OutputError):
        return Text(f"发件箱 {problem.where}: {problem.zh}", f"outbox {problem.where}: {problem.en}")
    said = problem.strerror or str(problem)
    return Text(f"发件箱: {said}", f"outbox: {said}")


def damaged_text(name: str) -> Text:
    """A mail that is not what was put in."""
    return Text(
        f"发件箱中的邮件 {name} 已损坏, 没有发送, 已移至 {DAMAGED}/",
        f"the mail {name} in the outbox is damaged; it was not sent and moved to {DAMAGED}/",
    )


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None

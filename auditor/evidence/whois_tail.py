"""WHOIS answers of the many small TLDs, read by python-whois in a worker process that can be killed.

Some of that library's patterns never end on certain answers and hold the interpreter while they run, so that
neither a thread nor a timer gets through: only the end of the process does.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, TypeAlias

Record: TypeAlias = "Mapping[str, list[str]]"
Parse: TypeAlias = Callable[[str, str], Record]

_FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RuntimeError, re.error)
_MAX_TEXT = 65_536
_MAX_VALUES = 40


def parse_with_library(domain: str, text: str) -> Record:
    """Let python-whois read a text; every field as a list of texts, times in ISO form. Raises as the library does."""
    from whois.exceptions import WhoisError
    from whois.parser import WhoisEntry

    try:
        entry: Mapping[str, Any] = WhoisEntry.load(domain, text)
    except WhoisError as problem:
        # Its "not found" is a word search in the whole text: no evidence of absence, just no record.
        raise ValueError(type(problem).__name__) from problem
    record: dict[str, list[str]] = {}
    for key in sorted(entry):
        value = entry[key]
        several = value if isinstance(value, list) else [value]
        texts = [
            one.isoformat() if isinstance(one, datetime) else str(one)[:1000]
            for one in several[:_MAX_VALUES]
            if one is not None
        ]
        if texts:
            record[str(key)] = texts
    return record


def _serve(channel: Connection, parse: Parse) -> None:
    """The worker: one (domain, text) in, ("ok", record) or ("failed", name of the error) out."""
    if parse is parse_with_library:
        import whois.parser  # noqa: F401  # before the clock of the first call starts
    channel.send(("ready", None))
    while True:
        try:
            domain, text = channel.recv()
        except EOFError:
            return
        try:
            reply: tuple[str, object] = ("ok", parse(domain, text))
        # Whatever the library throws at a strange text is an answer too: it could not read it.
        except _FAULTS as problem:
            reply = ("failed", type(problem).__name__)
        channel.send(reply)


class TailReader:
    """Keeps one worker process, started when first needed and again after it had to be killed.

    deadline_s: for one text. start_deadline_s: for a new process to be ready. most_kills: after so many lost
    processes the rest of the texts stays unread. Use as a context manager, so that no process is left behind.
    """

    def __init__(
        self,
        *,
        deadline_s: float = 5.0,
        start_deadline_s: float = 60.0,
        most_kills: int = 20,
        parse: Parse = parse_with_library,
    ) -> None:
        self._deadline_s = deadline_s
        self._start_deadline_s = start_deadline_s
        self._kills_left = most_kills
        self._parse = parse
        self._process: BaseProcess | None = None
        self._channel: Connection | None = None
        self._memo: dict[tuple[str, str], Record | str] = {}

    def __enter__(self) -> TailReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, domain: str, text: str) -> Record | str:
        """The record, or a word for why there is none: "hung", "crashed", "failed", "too_long", "given_up"."""
        if len(text) > _MAX_TEXT:
            return "too_long"
        key = (domain, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._ask(domain, text)
        return found

    def close(self) -> None:
        """End the worker."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.join(0.2)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._process.close()
        self._channel = self._process = None

    def _ask(self, domain: str, text: str) -> Record | str:
        if self._kills_left <= 0:
            return "given_up"
        channel = self._channel or self._start()
        if channel is None:
            return self._lost("crashed")
        try:
            channel.send((domain, text))
            if not channel.poll(self._deadline_s):
                return self._lost("hung")
            word, record = channel.recv()
        except (EOFError, OSError):
            return self._lost("crashed")
        return record if word == "ok" and isinstance(record, dict) else "failed"

    def _start(self) -> Connection | None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._parse), daemon=True)
        process.start()
        theirs.close()
        self._process, self._channel = process, ours
        try:
            if not ours.poll(self._start_deadline_s):
                return None
            ours.recv()
        except (EOFError, OSError):
            return None
        return ours

    def _lost(self, word: str) -> str:
        self._kills_left -= 1
        if self._process is not None:
            self._process.kill()
        self.close()
        return word

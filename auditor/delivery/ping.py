"""Pings in the convention of healthchecks: `<url>/start`, `<url>` after success, `<url>/fail` after failure."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from auditor.delivery.logfile import last_bytes

BODY_LIMIT = 10_000
_PAUSES_S = (1.0, 3.0)


class Signal(StrEnum):
    """What a ping says; the value is what follows the address."""

    START = "/start"
    SUCCESS = ""
    FAIL = "/fail"


@dataclass(frozen=True)
class PingResult:
    """How a ping went. problem: empty after success, else what happened, never with the address: it is a secret."""

    signal: Signal
    problem: str = ""


class Pinger:
    """Tells a monitor. A ping that does not arrive is a value, it never fails a run.

    url: http or https; its certificate is checked, redirections are not followed. timeout_s: of one attempt, over
    all. pause: waits between the attempts; the start is told once only, so that a dead monitor delays no audit.
    """

    def __init__(self, url: str, timeout_s: float, pause: Callable[[float], None] = time.sleep) -> None:
        self._url, self._timeout_s, self._pause = url, timeout_s, pause

    def ping(self, signal: Signal, body: str = "") -> PingResult:
        """POST the signal with the last lines of the log (cut to 10 kB)."""
        pauses = () if signal is Signal.START else _PAUSES_S
        content = last_bytes(body, BODY_LIMIT)
        problem, again = self._attempt(signal, content)
        for pause_s in pauses:
            if not again:
                break
            self._pause(pause_s)
            problem, again = self._attempt(signal, content)
        return PingResult(signal, problem)

    def _attempt(self, signal: Signal, content: bytes) -> tuple[str, bool]:
        """The problem, and whether another attempt may help."""
        outcome: list[tuple[str, bool]] = []
        # The limits of the client are for each read; a server that drips is only stopped by a clock of its own.
        asking = threading.Thread(target=lambda: outcome.append(self._post(signal, content)), daemon=True)
        asking.start()
        asking.join(self._timeout_s)
        return outcome[0] if outcome else (f"no answer within {self._timeout_s:g} s", True)

    def _post(self, signal: Signal, content: bytes) -> tuple[str, bool]:
        import httpx

        try:
            address = httpx.URL(self._url)
            if address.scheme not in ("http", "https") or not address.host:
                return "the address is no http or https address", False
            address = address.copy_with(path=address.path.rstrip("/") + signal.value)
            with (
                httpx.Client(timeout=self._timeout_s, follow_redirects=False) as client,
                client.stream(
                    "POST", address, content=content, headers={"Content-Type": "text/plain; charset=utf-8"}
                ) as response,
            ):
                status = response.status_code
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as problem:
            # The name alone: messages of the client may hold the address.
            return type(problem).__name__, isinstance(problem, (httpx.TransportError, OSError))
        if 200 <= status < 300:
            return "", False
        return f"answered {status}", status >= 500 or status == 429

"""One line of the evidence file, and fixed moments for them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
Line = dict[str, object]


class Clock:
    """Fixed moments, one after the other."""

    def __init__(self, day: int, hour: int) -> None:
        self._next = datetime(2026, 11, day, hour, tzinfo=BEIJING)

    def __call__(self) -> str:
        self._next += timedelta(seconds=41)
        return self._next.isoformat()


def line(domain: str, source: str, server: str, at: str, raw: object, outcome: str = "answered") -> Line:
    """One observation in the form of the evidence file."""
    found: Line = {"domain": domain, "source": source, "server": server, "fetched_at": at, "outcome": outcome}
    if outcome == "answered":
        found["raw"] = raw
    return found

"""How fast each operator is asked to begin with, within which bounds that may adapt, and what ends the asking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from auditor.model.text import Text
from auditor.rules.registries import Registry


@dataclass(frozen=True, slots=True)
class Pace:
    """How one group is asked.

    interval_s: seconds between questions to begin with; floor_s: never less, however well it goes; concurrency:
    questions at once. breaker_after: refusals or failures in a row that open the breaker; open_s: for how long.
    patience_s: a wait longer than that ends the group's run. per_day: questions a day (Beijing), None without limit.
    kept: what was learned is kept for the next run.
    """

    interval_s: float = 2.0
    floor_s: float = 1.0
    concurrency: int = 1
    breaker_after: int = 5
    open_s: float = 30.0
    patience_s: float = 300.0
    per_day: int | None = None
    kept: bool = True

    def limited(self, rate_per_s: float) -> Pace:
        """The same pace under a hard upper bound, down to which it may adapt."""
        gap = 1.0 / rate_per_s
        return replace(self, interval_s=max(self.interval_s, gap), floor_s=gap)


UNKNOWN_OPERATOR = Pace()
"""For an operator that no table knows."""

_BY_KIND = {
    # A resolver answers many at once; a public one throttles whoever overdoes it.
    "dns": Pace(interval_s=0.02, floor_s=0.01, concurrency=50, breaker_after=20),
    # Every site is a server of its own and is asked one question.
    "web": Pace(
        interval_s=1.0, floor_s=0.5, concurrency=1, breaker_after=3, open_s=5.0, patience_s=30, kept=False
    ),
    "registrar": Pace(interval_s=1.0, floor_s=0.5, concurrency=1),
}


def kind_of(group: str) -> str:
    """The kind of a group named `kind:server`; an operator's own name is its kind."""
    return group.partition(":")[0]


def pace_of_kind(group: str) -> Pace | None:
    """The pace of a group named `dns:…`, `web:…` or `registrar:…`; None for others."""
    return _BY_KIND.get(kind_of(group))


def paces_of(registries: Iterable[Registry], rate_per_s: float | None = None) -> dict[str, Pace]:
    """The pace of every operator in the table of registries; of several intervals of one operator the longest.

    rate_per_s: the policy's upper bound for each.
    """
    found: dict[str, Pace] = {}
    for one in registries:
        gap = max(
            one.start_interval_s, found[one.limiter_group].interval_s if one.limiter_group in found else 0
        )
        pace = Pace(interval_s=gap, floor_s=gap / 2, concurrency=max(1, one.concurrency))
        found[one.limiter_group] = pace if rate_per_s is None else pace.limited(rate_per_s)
    return dict(sorted(found.items()))


class Halt(StrEnum):
    """Why nothing more is asked of a group in this run."""

    REFUSALS = "refusals"
    FAILURES = "failures"
    WAIT = "wait"
    BUDGET = "budget"
    NETWORK = "network"

    @property
    def outcome(self) -> str:
        """The `outcome` that stands for a question that was not asked for this reason."""
        return "timeout" if self in (Halt.FAILURES, Halt.NETWORK) else "throttled"

    @property
    def text(self) -> Text:
        """The reason for people."""
        return _HALT_TEXT[self]


_HALT_TEXT = {
    Halt.REFUSALS: Text(
        "服务器接连拒绝查询, 本次不再查询", "the server kept refusing; it is not asked again in this run"
    ),
    Halt.FAILURES: Text(
        "服务器接连无应答, 本次不再查询", "the server could not be reached; it is not asked again in this run"
    ),
    Halt.WAIT: Text(
        "服务器要求等待较长时间, 留待下次运行", "the server asks for a long wait; the next run goes on"
    ),
    Halt.BUDGET: Text("当日查询限额已用完", "the day's budget of look-ups is used up"),
    Halt.NETWORK: Text("网络不通, 没有服务器应答", "the network is down: no server answers at all"),
}

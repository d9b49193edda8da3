"""What of the plan stands on one HTML page: the late work, and the queues that press most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.model.plan import ChangeOrder, Material, MaterialState, Plan, Queue
from auditor.model.result import Finding

# The states of a paper that keep an order from being handed in.
LACKING = frozenset((MaterialState.MISSING, MaterialState.SHORT, MaterialState.EXPIRED))


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """How much of a plan one page holds; of each piece of work so many cured findings, services or domains."""

    queues: int = 60
    work: int = 400
    of_queue: int = 40
    late: int = 60
    cures: int = 12
    names: int = 12


@dataclass(frozen=True, slots=True)
class Cure:
    """A finding that some work cures. anchor: where it stands on the page, "" where it does not."""

    finding: Finding
    anchor: str


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work on the page. number: its place in the queue; anchor: "" where it is counted, not shown.

    hidden: cured findings without a line of their own; waits_for: the work that must be finished before it.
    """

    order: ChangeOrder
    number: int
    anchor: str
    cures: tuple[Cure, ...]
    hidden: int
    lacking: int
    waits_for: tuple[WorkLink, ...]


@dataclass(frozen=True, slots=True)
class WorkLink:
    """A piece of work as others name it: its place in its own queue and where it stands, "" for nowhere."""

    number: int
    anchor: str


@dataclass(frozen=True, slots=True)
class QueueSection:
    """One queue on the page. hidden: work that is counted but not shown."""

    queue: Queue
    anchor: str
    work: tuple[Work, ...]
    hidden: int
    late: int


class PlanPage:
    """The selection: late work first, then the queues by the day on which the first piece of work must begin.

    anchors: fingerprint → where that finding stands on the page.
    """

    def __init__(
        self, plan: Plan, findings: Mapping[str, Finding], anchors: Mapping[str, str], limits: PlanLimits
    ) -> None:
        self.plan = plan
        self.limits = limits
        self._findings = findings
        self._anchors = anchors
        self._links: dict[str, WorkLink] = {}
        self._owners = {order.id: queue for queue in plan.queues for order in queue.orders}
        queues = sorted(plan.queues, key=_pressing)[: limits.queues]
        shown = list(self._places(queues))
        self.queues = tuple(self._section(*one) for one in shown)
        late = plan.late
        self.late = late[: limits.late]
        self.late_hidden = len(late) - len(self.late)
        self.hidden_queues = len(plan.queues) - len(self.queues)
        self.total = len(self._owners)
        self.orders = sum(one.kind.is_order for one in plan.orders)
        self.hidden = self.total - sum(len(one.work) for one in self.queues)
        self._cured_by: dict[str, list[WorkLink]] = {}
        for section in self.queues:
            for work in section.work:
                for fingerprint in work.order.cures:
                    self._cured_by.setdefault(fingerprint, []).append(self._links[work.order.id])

    def owner(self, order: ChangeOrder) -> Queue:
        """The queue in which a piece of work stands."""
        return self._owners[order.id]

    def link(self, order: ChangeOrder) -> str:
        """Where a piece of work stands on the page, "" for nowhere."""
        return self._links[order.id].anchor

    def cured_by(self, finding: Finding) -> tuple[WorkLink, ...]:
        """The work on the page that cures a finding."""
        return tuple(self._cured_by.get(finding.fingerprint, ()))

    def _places(self, queues: list[Queue]) -> Iterator[tuple[Queue, str, int]]:
        """Each queue, its anchor and how much of it is shown; every piece of work learns its place."""
        left = self.limits.work
        counts: dict[str, int] = {}
        anchors: dict[str, str] = {}
        for number, queue in enumerate(queues, 1):
            count = min(len(queue.orders), self.limits.of_queue, left)
            left -= count
            counts[queue.entity_key], anchors[queue.entity_key] = count, f"queue-{number}"
        for queue in self.plan.queues:
            count = counts.get(queue.entity_key, 0)
            for number, order in enumerate(queue.orders, 1):
                self._links[order.id] = WorkLink(number, f"work-{order.id}" if number <= count else "")
        for queue in queues:
            if counts[queue.entity_key]:
                yield queue, anchors[queue.entity_key], counts[queue.entity_key]

    def _section(self, queue: Queue, anchor: str, count: int) -> QueueSection:
        return QueueSection(
            queue=queue,
            anchor=anchor,
            work=tuple(self._work(order) for order in queue.orders[:count]),
            hidden=len(queue.orders) - count,
            late=sum(one.late for one in queue.orders),
        )

    def _work(self, order: ChangeOrder) -> Work:
        known = [one for fingerprint in order.cures if (one := self._findings.get(fingerprint)) is not None]
        known.sort(key=lambda one: (-one.severity, one.check, one.target, one.fingerprint))
        link = self._links[order.id]
        return Work(
            order=order,
            number=link.number,
            anchor=link.anchor,
            cures=tuple(
                Cure(one, self._anchors.get(one.fingerprint, "")) for one in known[: self.limits.cures]
            ),
            hidden=max(len(order.cures) - self.limits.cures, 0),
            lacking=sum(lacks(paper) for paper in order.materials),
            waits_for=tuple(
                sorted((self._links[one] for one in order.needs if one in self._links), key=_number)
            ),
        )


def _number(link: WorkLink) -> int:
    return link.number


def lacks(paper: Material) -> bool:
    """Whether a paper has to be got or renewed before its order can be handed in."""
    return paper.state in LACKING


def _pressing(queue: Queue) -> tuple[object, ...]:
    """What cannot be done in time first, then by the day on which the queue must be begun."""
    late = min((one.slack_working_days for one in queue.orders if one.late), default=0)
    return late, min(one.latest_start for one in queue.orders), queue.entity_key

"""The work that cures the findings: steps, papers, change orders, a queue for each entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from auditor.model.place import CellRef
from auditor.model.text import Message, Text
from auditor.model.words import PersonRole, Word


class WorkKind(Word):
    """What a piece of work is: an order at the access provider, work at the registrar, or the office's own."""

    PREPARATION = "preparation", "准备事项", "preparation"
    REAL_NAME = "real_name", "域名实名", "real-name data"
    ENTITY = "entity", "变更主体", "entity change"
    SERVICE = "service", "变更互联网信息服务", "service change"
    BOTH = "both", "变更备案（主体与服务）", "change of entity and service"
    ACCESS = "access", "新增备案或接入", "new filing or access"
    CANCEL = "cancel", "注销", "cancellation"

    @property
    def is_order(self) -> bool:
        """True for what takes the entity's one place for an order, nation-wide."""
        return self not in (WorkKind.PREPARATION, WorkKind.REAL_NAME)


class StepKind(Word):
    """One stretch of work or waiting."""

    OWN_WORK = "own_work", "自行办理", "own work"
    PAPER = "paper", "补办材料", "getting a paper"
    REGISTRAR_TRANSFER = "registrar_transfer", "域名转入", "registrar transfer"
    HOLDER_TRANSFER = "holder_transfer", "域名过户", "holder transfer"
    VERIFICATION = "verification", "实名认证", "real-name verification"
    SYNC = "sync", "实名信息同步", "real-name synchronisation"
    SUBMIT = "submit", "填报与提交", "filling in and submitting"
    FIRST_REVIEW = "first_review", "接入服务商初审", "first review"
    SMS = "sms", "短信核验", "SMS verification"
    BUREAU = "bureau", "管局审核", "bureau review"
    FOLLOW_UP = "follow_up", "办结后", "afterwards"


class MaterialState(Word):
    """How it stands with a paper that an order needs."""

    LISTED = "listed", "已列出", "listed"
    MISSING = "missing", "缺少", "missing"
    SHORT = "short", "有效期不足", "too short-lived"
    EXPIRED = "expired", "已过期", "expired"
    NOT_KNOWN = "not_known", "未知", "not known"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain on its earliest days. working_days or hours: how long it may take, at the most.

    A step begins on the day the one before it ends; that day is day 0 and is not counted.
    """

    kind: StepKind
    text: Message
    working_days: int
    hours: int
    starts: date
    ends: date
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """One paper of an order. document: where the book lists it; ends: its last valid day, None for 长期 or unlisted."""

    key: str
    text: Text
    state: MaterialState
    document: CellRef | None = None
    ends: date | None = None
    note: Message | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who has to act. service: the number that an administrator stands for."""

    name: str | None
    role: PersonRole | None
    task: Text
    service: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """One piece of work: a change order, or what has to be done beside one (`kind.is_order` tells).

    id: 16 hex digits over entity, kind, action and targets, the same from run to run. action: a code for the kind of
    preparation or registrar work, "" elsewhere. cures: fingerprints. earliest_start, earliest_finish: when nothing
    waits; latest_start: the last working day to begin so that this and what waits for it is done in time; due: the
    day by which it must be finished; fixed: a fact sets that day (a paper or a domain runs out), else the policy's
    working days do. late: it cannot be finished by due any more. estimated: the names of those days that rest
    on a year whose holiday schedule is not out ("earliest_start", "earliest_finish", "latest_start", "due"). needs: ids of the work that must be finished before.
    """

    id: str
    kind: WorkKind
    action: str
    title: Message
    entity_key: str
    entity_number: str | None
    entity_name: str | None
    services: tuple[str, ...]
    domains: tuple[str, ...]
    cures: tuple[str, ...]
    reasons: tuple[Text, ...]
    steps: tuple[Step, ...]
    earliest_start: date
    earliest_finish: date
    latest_start: date
    due: date
    slack_working_days: int
    late: bool
    estimated: tuple[str, ...]
    fixed: bool = False
    materials: tuple[Material, ...] = ()
    who: tuple[Actor, ...] = ()
    warnings: tuple[Message, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """The work of one entity in the order in which it is to be done.

    occupied_by: open orders of the book that hold the entity's one place, until occupied_until at the latest.
    """

    entity_key: str
    entity_number: str | None
    entity_name: str | None
    orders: tuple[ChangeOrder, ...]
    occupied_by: tuple[str, ...] = ()
    occupied_until: date | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Dates:
    """When one finding must be put right, the last day to begin, and whether either is estimated."""

    due: date
    start_by: date
    estimated: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is to be done. queues: by entity number; late_first: ids of late work, the latest first.

    no_order: fingerprints of failures that need no order and no registrar; undecided: of findings that only need
    evidence. dates: by fingerprint of every failure that some work cures.
    """

    as_of: date
    queues: tuple[Queue, ...]
    late_first: tuple[str, ...] = ()
    no_order: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    dates: Mapping[str, Dates] = field(default_factory=dict)

    @property
    def orders(self) -> Iterator[ChangeOrder]:
        """Every piece of work, queue by queue."""
        for queue in self.queues:
            yield from queue.orders

    @property
    def late(self) -> tuple[ChangeOrder, ...]:
        """What cannot be done in time, the latest first."""
        known = {order.id: order for order in self.orders if order.late}
        return tuple(known[id] for id in self.late_first)

    @property
    def estimated(self) -> bool:
        """True where any date of the plan rests on a year whose holiday schedule is not out."""
        return any(
            queue.estimated or any(bool(one.estimated) for one in queue.orders) for queue in self.queues
        )

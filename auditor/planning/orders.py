"""A draft with its dates becomes an order: steps, papers, people, warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from auditor.model.plan import Actor, ChangeOrder, Step, StepKind, WorkKind
from auditor.model.policy import Policy
from auditor.model.portfolio import Entity, Person, Portfolio, Service
from auditor.model.text import Message, Text, say
from auditor.planning.chains import Chain, Chains, Leg, Walker
from auditor.planning.choice import lost_suffixes
from auditor.planning.cures import NO_WAY_BACK
from auditor.planning.drafts import Draft
from auditor.planning.papers import papers_for
from auditor.planning.queue import Slot
from auditor.planning.underway import Occupied
from auditor.rules.load import RuleData

_MOST_NAMED = 6
_SUBMIT = Leg(
    StepKind.SUBMIT,
    Text(
        "登录接入服务商备案系统, 填写变更内容, 上传材料并提交",
        "Sign in to the access provider's filing system, fill in the change, upload the papers and submit",
    ),
)
_FOLLOW_UP = Leg(
    StepKind.FOLLOW_UP,
    Text(
        "办结后更新台账; 新负责人登录并绑定通知方式",
        "Afterwards bring the book up to date; a new person signs in and binds a notification channel",
    ),
)
_CANCEL_SUBMIT = Leg(StepKind.SUBMIT, Text("提交注销申请", "Submit the cancellation"))
_REFILE_SUBMIT = Leg(
    StepKind.SUBMIT, Text("重新备案: 逐个服务提交", "File anew, one service after the other")
)
_SMS_TASK = Text(
    "短信发出后 24 小时内完成核验 (可输错 5 次, 第 6 次退回); 手机保持畅通",
    "Answer the SMS within 24 hours (five wrong tries are allowed, the sixth returns the order) and stay reachable",
)
_HOLDER_TASK = Text("注册商账号管理人在控制台办理", "Whoever runs the registrar's account, in its console")
_OWN_TASK = Text("备案专员办理并登记", "The filing clerk does it and records it")
_DEAD_PHONE = Text(
    "{name} 登记的手机号码有误, 收不到核验短信: 先联系接入服务商确认核验办法",
    "The mobile on record for {name} is wrong and gets no SMS: ask the access provider first how to be verified",
)


@dataclass(frozen=True)
class Office:
    """What every order of a plan is made with. dead_phones: targets of persons whose mobile fails its check."""

    portfolio: Portfolio
    rules: RuleData
    policy: Policy
    chains: Chains
    walker: Walker
    dead_phones: frozenset[str] = frozenset()
    _known: dict[tuple[object, ...], Chain] = field(default_factory=dict)
    _leaders: dict[str, Person | None] = field(default_factory=dict)

    def leader(self, entity: Entity | None) -> Person | None:
        """The entity leader, looked for once an entity: hundreds of orders may ask."""
        if entity is None:
            return None
        if entity.key not in self._leaders:
            self._leaders[entity.key] = entity.leader
        return self._leaders[entity.key]

    def chain(self, draft: Draft) -> Chain:
        """The steps of a draft, the longest each may take."""
        key = (
            draft.kind,
            draft.action,
            draft.lead,
            tuple(sorted(draft.actions)),
            tuple(draft.texts),
            draft.filings,
        )
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(_legs(draft, self.chains))
        return found


def _legs(draft: Draft, chains: Chains) -> Iterator[Leg]:
    match draft.kind:
        case WorkKind.PREPARATION:
            kind = StepKind.PAPER if draft.lead == "paper" else StepKind.OWN_WORK
            yield chains.leg(kind, draft.lead, next(iter(draft.texts), None))
        case WorkKind.REAL_NAME:
            if "change_registrar" in draft.actions:
                yield chains.leg(StepKind.REGISTRAR_TRANSFER, "registrar_transfer")
            if "transfer" in draft.actions:
                yield chains.leg(StepKind.HOLDER_TRANSFER, "holder_transfer")
            else:
                yield chains.leg(StepKind.VERIFICATION, "verification")
            yield chains.leg(StepKind.SYNC, "real_name_sync")
        case WorkKind.CANCEL:
            yield _CANCEL_SUBMIT
            yield from chains.review
            for _filing in range(draft.filings):
                yield _REFILE_SUBMIT
                yield from chains.review
            yield _FOLLOW_UP
        case _:
            yield _SUBMIT
            yield from chains.review
            yield _FOLLOW_UP


def order_of(
    slot: Slot, entity_key: str, entity: Entity | None, held: Occupied, office: Office, *, alone: bool = True
) -> ChangeOrder:
    """The finished order of a slot that has its dates. alone: no other order of the entity amends a service."""
    draft = slot.draft
    services = [one for one in draft.services.values() if one is not None]
    leader = office.leader(entity)
    return ChangeOrder(
        id=draft.identity(entity_key),
        kind=draft.kind,
        action=draft.action,
        title=_title(draft, entity),
        entity_key=entity_key,
        entity_number=str(entity.number) if entity is not None and entity.number else entity_key or None,
        entity_name=entity.name if entity is not None else None,
        services=tuple(sorted(draft.services)),
        domains=tuple(sorted(draft.domains)),
        cures=tuple(draft.cures),
        reasons=tuple(draft.reasons),
        steps=_steps(slot, office),
        earliest_start=slot.starts,
        earliest_finish=slot.ends,
        latest_start=slot.latest,
        due=slot.due,
        slack_working_days=office.walker.working_days_between(slot.starts, slot.latest),
        late=slot.late,
        estimated=slot.estimated,
        fixed=draft.fixed_due is not None and draft.fixed_due == slot.due,
        materials=papers_for(draft, entity, leader, slot.starts, slot.ends, office.portfolio, office.rules, office.policy),
        who=tuple(_who(draft, leader, services)),
        warnings=(*_warnings(slot, entity, services, held, office), *(() if alone else _may_join(draft))),
        needs=tuple(sorted({one.draft.identity(entity_key) for one in slot.after})),
    )  # fmt: skip


def _title(draft: Draft, entity: Entity | None) -> Message:
    """What is done to what, with the first few names."""
    what: object = draft.kind.text
    if draft.kind is WorkKind.PREPARATION:
        what = next(iter(draft.texts))
        names: Sequence[str] = sorted(draft.targets)
    elif draft.kind is WorkKind.REAL_NAME:
        names = sorted(draft.domains) or sorted(draft.targets)
    elif draft.services:
        names = sorted(draft.services)
    else:
        names = [(entity.name or entity.key) if entity is not None else ""]
        names = [one for one in names if one] or sorted(draft.targets)
    if len(names) > _MOST_NAMED:
        return say(
            "{what}: {names} 等 {count} 项", "{what}: {names} and others, {count} in all",
            what=what, names=tuple(names[:_MOST_NAMED]), count=len(names),
        )  # fmt: skip
    return say("{what}: {names}", "{what}: {names}", what=what, names=tuple(names))


def _steps(slot: Slot, office: Office) -> tuple[Step, ...]:
    """The legs on their earliest days."""
    found = []
    day = slot.starts
    estimated = slot.starts_estimated
    for leg in slot.chain:
        ended = office.walker.end(day, leg)
        estimated = estimated or ended.estimated
        found.append(
            Step(leg.kind, Message(leg.text), leg.working_days, leg.hours, day, ended.date, estimated)
        )
        day = ended.date
    return tuple(found)


def _who(draft: Draft, leader: Person | None, services: Sequence[Service]) -> Iterator[Actor]:
    """Who must act. The SMS goes to the leader for the entity's part, to each administrator for a service's."""
    if draft.kind is WorkKind.PREPARATION:
        yield Actor(None, None, _OWN_TASK)
        return
    if draft.kind is WorkKind.REAL_NAME:
        yield Actor(None, None, _HOLDER_TASK)
        return
    seen: set[tuple[str | None, str | None]] = set()
    for person in _involved(draft, leader, services):
        number = person.service.key if person.service is not None else None
        if (person.name, number) not in seen:
            seen.add((person.name, number))
            yield Actor(person.name, person.role, _SMS_TASK, number)


def _involved(draft: Draft, leader: Person | None, services: Sequence[Service]) -> Iterator[Person]:
    whole = draft.kind in (WorkKind.ENTITY, WorkKind.BOTH) or (
        draft.kind is WorkKind.CANCEL and draft.action == "entity"
    )
    if whole and leader is not None:
        yield leader
    for service in sorted(services, key=lambda one: one.number):
        yield from service.administrators


def _may_join(draft: Draft) -> Iterator[Message]:
    """How many services an order may carry differs; the plan counts on the number in its table."""
    if draft.kind in (WorkKind.SERVICE, WorkKind.BOTH):
        yield say(
            "接入服务商允许一个订单变更多个网站的, 可与本主体其他网站变更合并提交, 以缩短排队",
            "Where the access provider lets one order amend several services, file this one together with the entity's "
            "others: the queue becomes shorter",
        )


def _warnings(
    slot: Slot, entity: Entity | None, services: Sequence[Service], held: Occupied, office: Office
) -> Iterator[Message]:
    draft = slot.draft
    if slot.late:
        yield say(
            "来不及: 最早 {ends} 完成, 期限是 {due}",
            "Too late: done on {ends} at the earliest, due on {due}",
            ends=slot.ends, due=slot.due,
        )  # fmt: skip
    for text in sorted(draft.warnings, key=lambda one: (one != NO_WAY_BACK, one.zh)):
        yield Message(text)
    if draft.kind is WorkKind.CANCEL:
        domains = sorted(draft.domains)
        if draft.action == "entity" and entity is not None:
            domains = [one.key for one in entity.domains]
        for text in lost_suffixes(tuple(domains), office.rules):
            yield Message(text)
    if not draft.kind.is_order:
        return
    if held.orders:
        yield say(
            "订单 {orders} 在办, 预计最迟 {until} 办结; 在此之前不能提交",
            "Order {orders} is under way, done on {until} at the latest; nothing can be submitted before",
            orders=held.orders, until=held.until,
        )  # fmt: skip
        both = sorted(held.services & draft.services.keys())
        if both:
            yield say(
                "在办订单已涉及 {services}: 先看它是否已解决这些问题",
                "The order under way covers {services} as well: see first whether it cures this",
                services=tuple(both),
            )
    for service in sorted(services, key=lambda one: one.number):
        if len(service.domains) > 1 and draft.kind is not WorkKind.CANCEL:
            yield say(
                "{number} 下共 {count} 个域名, 须在同一订单中一并更新; 只能保留或移除域名, 不能更换",
                "{count} domains stand under {number} and are brought up to date in this one order; they can be kept or dropped, not replaced",
                number=service.key, count=len(service.domains),
            )  # fmt: skip
    told: set[str | None] = set()
    for person in _involved(draft, office.leader(entity), services):
        if person.key in office.dead_phones and person.name not in told:
            told.add(person.name)
            yield Message(_DEAD_PHONE, {"name": person.name or person.key})
    province = (
        office.rules.provinces.by_icp(entity.province) if entity is not None and entity.province else None
    )
    if province is not None and province.note is not None:
        yield say(
            "{province}提示 (以管局最新要求为准): {note}",
            "{province}, a hint (the Administration's current rules prevail): {note}",
            province=province.name, note=province.note,
        )  # fmt: skip

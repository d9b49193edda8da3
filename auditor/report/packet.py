"""A change packet: one printable page for each order, to be carried to the access provider's console and signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auditor.model.plan import ChangeOrder, Plan, Step, StepKind, WorkKind
from auditor.model.portfolio import Entity, Person, Service
from auditor.model.result import AuditResult, Finding
from auditor.model.values import FIELDS
from auditor.model.words import EntityKind
from auditor.report.html import STYLE, content_policy
from auditor.report.templating import FAULTS, environment, fault_of_user
from auditor.report.wording import Wording

TEMPLATE = "packet.html.j2"
_ENTITY_FIELDS = (
    "entity_name",
    "entity_number",
    "entity_kind",
    "entity_certificate_type",
    "entity_certificate_number",
    "entity_address",
    "legal_representative",
)
_PERSON_FIELDS = ("name", "id_type", "id_number", "id_expiry", "mobile", "emergency_phone", "email")
_SERVICE_FIELDS = ("service_number", "service_name", "home_url", "access_provider", "filed_ip")
_STEP_LIMIT = 60
_SIX = (StepKind.FIRST_REVIEW, StepKind.SMS, StepKind.BUREAU)


class Packets:
    """Writes the packets of one plan; the template is read once. templates: a folder that may override the shipped one."""

    def __init__(
        self, result: AuditResult, plan: Plan, words: Wording, *, templates: Path | None = None
    ) -> None:
        self._plan = plan
        self._words = words
        self._templates = templates
        self._env = environment(words, templates)
        book = result.reading.portfolio
        self._entities = {one.key: one for one in book.entities}
        self._services = {one.key: one for one in book.services}
        self._findings = {one.fingerprint: one for one in result.findings}

    @staticmethod
    def wanted(plan: Plan) -> Iterator[ChangeOrder]:
        """The orders that get a packet: everything but the office's own preparations."""
        return (one for one in plan.orders if one.kind is not WorkKind.PREPARATION)

    def write(self, order: ChangeOrder, path: Path) -> None:
        """One packet; OSError from the disk, OutputError for a fault in a user's template."""
        entity = self._entities.get(order.entity_key)
        services = [self._services[number] for number in order.services if number in self._services]
        try:
            assert self._env.loader is not None
            style = self._env.loader.get_source(self._env, STYLE)[0]
            page = self._env.get_template(TEMPLATE).render(
                order=order,
                plan=self._plan,
                style=style,
                policy=content_policy(style),
                findings=self._cured(order),
                six=tuple(self._six_steps(order, services)),
                steps=order.steps[:_STEP_LIMIT],
                fields=tuple(self._fields(order, entity, services)),
                actors=tuple(
                    (self._words.say(one.name) if one.name else "", one.role, one.service or "", one.task)
                    for one in order.who
                ),
            )
        except FAULTS as problem:
            fault = fault_of_user(problem, self._templates, TEMPLATE)
            if fault is None:
                raise
            raise fault from problem
        path.write_text(page, encoding="utf-8", newline="\n")

    def _cured(self, order: ChangeOrder) -> tuple[Finding, ...]:
        return tuple(self._findings[one] for one in order.cures if one in self._findings)

    def _six_steps(self, order: ChangeOrder, services: list[Service]) -> Iterator[str]:
        """The guide's six steps for an order at the access provider; none for registrar work."""
        if not order.kind.is_order:
            return
        words = self._words
        names = dict.fromkeys(service.text("access_provider") for service in services)
        provider = next((one for one in names if one), None)
        number = "、".join(order.services) or order.entity_number or order.entity_name or "—"
        yield words.label(
            "plan_do_sign_in", number=number,
            provider=provider if provider and len(names) == 1 else words.label("plan_any_provider"),
        )  # fmt: skip
        yield words.label("plan_do_choose", kind=order.kind.text)
        yield words.label("plan_do_fill")
        yield words.label("plan_do_upload")
        limits: dict[StepKind, Step] = {}
        for step in order.steps:
            limits.setdefault(step.kind, step)
        review, sms, bureau = (limits[kind] for kind in _SIX)
        yield words.label("plan_do_submit", days=review.working_days)
        yield words.label("plan_do_sms", hours=sms.hours, days=bureau.working_days)

    def _fields(
        self, order: ChangeOrder, entity: Entity | None, services: list[Service]
    ) -> Iterator[tuple[str, str]]:
        """(label, value) of what the order is about, ID numbers and phones masked unless asked for."""
        if entity is not None:
            for code in _ENTITY_FIELDS:
                field = code
                if code == "entity_certificate_number" and entity.kind is EntityKind.INDIVIDUAL:
                    field = "leader_id_number"  # the certificate of an individual is the person's own
                yield self._words.field(code), self._value(field, entity.text(code))
            if order.kind is not WorkKind.SERVICE and entity.leader is not None:
                yield from self._person(entity.leader, "leader_", "")
        for service in services:
            for code in _SERVICE_FIELDS:
                yield self._words.field(code), self._value(code, service.text(code) or _number(code, service))
            for person in service.administrators:
                yield from self._person(person, "administrator_", f" ({service.key})")

    def _person(self, person: Person, prefix: str, of: str) -> Iterator[tuple[str, str]]:
        for code in _PERSON_FIELDS:
            field = prefix + code
            if field in FIELDS:
                yield self._words.field(field) + of, self._value(field, person.text(code))

    def _value(self, field: str, value: str | None) -> str:
        return self._words.cell_value(field, value) if value else ""


def _number(code: str, service: Service) -> str | None:
    return service.key if code == "service_number" else None

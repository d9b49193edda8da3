"""Checks on documents: the whole family, with holders, scans and temporary cards (DOC607, DOC609, DOC610)."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks import document_cover, document_terms
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.document_kinds import (
    ENTITY_PAPER,
    ID_CARDS,
    LETTERS,
    PERSONAL,
    document_name,
    field_cells,
    is_temporary,
)
from auditor.checks.document_people import Circle, people_of
from auditor.checks.names import name_key
from auditor.checks.person_identity import SHOWN_OTHERS, compare_people, undecided_value, unread
from auditor.model.policy import Policy, scan_key
from auditor.model.portfolio import Document, Entity, Portfolio
from auditor.model.text import Text, say
from auditor.model.values import Unreadable
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind
from auditor.rules.load import RuleData
from auditor.rules.regulations import FORM_64, ORDER_33_TRUTHFUL, PROVIDER_RULES, PROVINCE_RULES

_LEADER_WORDS = ("主体负责人",)
_ADMINISTRATOR_WORDS = ("网站负责人", "服务负责人")
_REPRESENTATIVE_WORDS = ("法人", "法定代表人")


@check(
    "DOC607",
    title="持证人与备案记载一致",
    title_en="The holder is the person or entity on record",
    meaning="证照上的持证人不是备案记载的主体或负责人",
    meaning_en="The holder of the document is not the entity or the person that the record names",
    severity=Severity.HIGH,
    cites=(FORM_64, ORDER_33_TRUTHFUL),
    remedy="核对证照原件: 材料拿错的换成正确的, 人员或名称已变更的办理变更备案",
    remedy_en="Check the original: replace a wrong paper; where the person or the name has changed, amend the filing",
)
def holder_is_on_record(
    document: Document, portfolio: Portfolio, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """The entity's paper is held against its names, a person's against the persons that the title can mean."""
    if document.kind != ENTITY_PAPER and document.kind not in PERSONAL:
        yield NOT_APPLICABLE
        return
    cells = field_cells(document, "document_holder")
    if not document.holder:
        if document.inline:
            yield NOT_APPLICABLE
        elif isinstance(document.row.values.get("document_holder"), Unreadable):
            yield Undecided(
                Reason.UNPARSED, say("持证人无法识别", "The holder could not be read"), cells=cells
            )
        else:
            yield Undecided(Reason.MISSING_VALUE, say("未填持证人", "The holder is not given"), cells=cells)
        return
    entity = document.entity
    circle = _accepted_holders(document, entity, portfolio) if entity else Circle()
    if not circle.names:
        message = say(
            "台账没有可比对的主体或负责人姓名", "The book names no entity or person to compare with"
        )
        yield Undecided(Reason.MISSING_VALUE, message, observed=document.holder, cells=cells)
        return
    if name_key(document.holder) in circle.keys:
        return
    match = compare_people(document.holder, circle.names, policy.aliases)
    if match.matched:
        return
    accepted = circle.names[:SHOWN_OTHERS]
    name = document_name(document, rules)
    message = say(
        "{name}的持证人是 {holder}, 备案记载为 {accepted}",
        "The holder of {name} is {holder}; the record names {accepted}",
        name=name, holder=document.holder, accepted=accepted,
    )  # fmt: skip
    if match.undecided:
        yield Undecided(
            match.reason or Reason.VARIANT, message, expected=accepted, observed=document.holder, cells=cells
        )
    else:
        yield Violation(message, expected=accepted, observed=document.holder, cells=cells)


def _accepted_holders(document: Document, entity: Entity, portfolio: Portfolio) -> Circle:
    """Whose name may stand on a document."""
    if document.kind == ENTITY_PAPER:
        return Circle.of((), entity.names)
    people = people_of(entity, portfolio)
    if document.kind in ID_CARDS and entity.kind is not EntityKind.INDIVIDUAL:
        if any(word in document.title for word in _LEADER_WORDS) and people.leaders.names:
            return people.leaders
        if any(word in document.title for word in _ADMINISTRATOR_WORDS) and people.administrators.names:
            if len(document.services) != 1:
                return people.administrators
            own = Circle.of(document.services[0].administrators)
            return own if own.names else people.administrators
        if any(word in document.title for word in _REPRESENTATIVE_WORDS) and people.representatives:
            return Circle.of((), people.representatives)
    if document.kind in LETTERS or entity.kind is EntityKind.INDIVIDUAL:
        issuers = Circle.of((), entity.names)
        return issuers if document.holder and issuers.names_one(document.holder) else people.everybody
    return people.everybody


_SCAN_PROBLEMS = {
    "missing": Text("不存在", "does not exist"),
    "unreadable": Text("无法打开或不是有效的图片、PDF", "cannot be opened or is no valid image or PDF"),
    "empty": Text("是空文件", "is an empty file"),
    "outside": Text("不在台账所在目录之内", "lies outside the book's folder"),
}


@check(
    "DOC609",
    title="附件扫描件存在且可读",
    title_en="The scan that the row points to exists and can be read",
    meaning="材料行所指的扫描件不存在或无法读取",
    meaning_en="The scan that the row points to does not exist or cannot be read",
    severity=Severity.LOW,
    cites=(PROVIDER_RULES,),
    remedy="补齐扫描件, 或更正附件一栏的文件名 (相对台账所在目录)",
    remedy_en="Supply the scan, or correct the file name (relative to the book's folder)",
)
def scan_is_there(document: Document, policy: Policy) -> Iterator[Violation | Undecided | NotApplicable]:
    """The files were looked at before the audit; a row that points to none is not judged."""
    if not document.file:
        yield NOT_APPLICABLE
        return
    state = policy.scans.get(scan_key(document.row.ref.sheet.path, document.file))
    cells = field_cells(document, "document_file")
    if state is None:
        yield Undecided(
            Reason.NO_EVIDENCE,
            say("附件 {file} 未核对", "The file {file} was not looked at", file=document.file),
            observed=document.file,
            cells=cells,
        )
    elif state != "ok":
        why = _SCAN_PROBLEMS.get(state, _SCAN_PROBLEMS["unreadable"])
        yield Violation(
            say("附件 {file} {why}", "The file {file} {why}", file=document.file, why=why),
            expected=Text("可以打开的扫描件", "a scan that opens"),
            observed=document.file,
            cells=cells,
        )


@check(
    "DOC610",
    title="不使用临时身份证",
    title_en="No temporary ID card is used",
    meaning="使用临时居民身份证办理备案",
    meaning_en="A temporary resident ID card is used for the filing",
    severity=Severity.HIGH,
    cites=(PROVINCE_RULES, PROVIDER_RULES),
    remedy="待正式身份证办妥后再提交, 或更换负责人",
    remedy_en="Submit with the regular card once it is issued, or name another person",
)
def card_is_not_temporary(document: Document) -> Iterator[Violation | Undecided | NotApplicable]:
    """A temporary card lasts three months and is refused."""
    if is_temporary(document):
        title = document.title if document.title and not document.inline else "临时身份证"
        cells = field_cells(document, "document_type")
        if document.inline and document.subject is not None:
            cells = (
                tuple(cell for said in document.subject.readable("id_type") for cell in said.cells)
                or document.cells
            )
        yield Violation(
            say("列出的是{title}", "What is listed is {title}", title=title),
            expected=Text("居民身份证", "a resident ID card"),
            observed=title,
            cells=cells,
        )
    elif document.kind not in ID_CARDS:
        yield NOT_APPLICABLE
    elif document.inline and document.subject is not None and unread(document.subject, "id_type"):
        yield undecided_value(document.subject, "id_type")


CHECKS = tuple(
    sorted(
        (
            *document_terms.CHECKS,
            *document_cover.CHECKS,
            holder_is_on_record,
            scan_is_there,
            card_is_not_temporary,
        ),
        key=lambda one: one.id,
    )
)

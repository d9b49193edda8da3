"""REC101, REC102, REC107, REC108: what is wrong with single rows of the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from weakref import WeakKeyDictionary

from auditor.checks.agreement import joined, value_key
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.model.policy import Policy
from auditor.model.portfolio import Portfolio, Row
from auditor.model.recordnumber import WRONG_ABBREVIATIONS, ReadNumber, Repair
from auditor.model.text import Text, say
from auditor.model.values import FIELDS, DomainCell, Level, Problem, Unreadable
from auditor.model.verdict import Reason, Severity
from auditor.model.words import ServiceKind, SheetRole
from auditor.rules.regulations import ORDER_33_TRUTHFUL, PROVIDER_RULES

_NUMBER_FIELDS = ("entity_number", "service_number")


@check(
    "REC101",
    title="备案号可以识别",
    title_en="The record number can be recognised",
    meaning="备案号不是任何已知写法（ICP备、ICP证、电信业务许可证号及其后缀），宽松识别也不成功",
    meaning_en="The record number has none of the known shapes (ICP备, ICP证, telecom licence, with their suffixes), even when "
    "read leniently",
    severity=Severity.HIGH,
    cites=ORDER_33_TRUTHFUL,
    remedy="对照 beian.miit.gov.cn 的查询结果更正备案号",
    remedy_en="Correct the record number by what beian.miit.gov.cn shows",
)
def record_number_recognised(row: Row) -> Iterator[Violation | Undecided | NotApplicable]:
    """A number nobody can read leads to no filing; blank cells are REC108's business."""
    values = [(code, row.values[code]) for code in _NUMBER_FIELDS if code in row.values]
    if not values:
        yield NOT_APPLICABLE
        return
    unread = [(code, value) for code, value in values if isinstance(value, Unreadable)]
    wrong = [(code, value) for code, value in unread if value.problem is Problem.NOT_A_NUMBER]
    if wrong:
        raws = tuple(dict.fromkeys(value.raw for _code, value in wrong))
        yield Violation(
            say("备案号无法识别：{raws}", "The record number cannot be recognised: {raws}", raws=raws),
            expected=Text("如 京ICP备2021034386号-1", "such as 京ICP备2021034386号-1"),
            observed=raws if len(raws) > 1 else raws[0],
            cells=tuple(row.cell(code) for code, _value in wrong),
            key="|".join(sorted(raws)),
        )
    elif unread:
        yield Undecided(
            Reason.UNPARSED,
            say(
                "备案号单元格没有可用内容：{raw}",
                "The cell of the record number holds nothing usable: {raw}",
                raw=unread[0][1].raw,
            ),
            cells=tuple(row.cell(code) for code, _value in unread),
        )


@check(
    "REC102",
    title="备案号采用规范写法",
    title_en="The record number is written canonically",
    meaning="备案号能够识别，但写法不规范（缺“号”、有空格、全角字符，或把蜀黔滇陇陕写成川贵云甘秦）；审计按规范写法继续",
    meaning_en="The record number is recognised but not written canonically (no 号, blanks, full-width characters, or 川贵云甘秦 "
    "for 蜀黔滇陇陕); the audit goes on with the canonical form",
    severity=Severity.LOW,
    cites=PROVIDER_RULES,
    remedy="把单元格改为给出的规范写法",
    remedy_en="Write the canonical form given here into the cell",
)
def record_number_canonical(row: Row) -> Iterator[Violation | Undecided | NotApplicable]:
    """Footers, provider consoles and the ministry's query want the number to the letter."""
    read = [(code, value) for code in _NUMBER_FIELDS if isinstance(value := row.values.get(code), ReadNumber)]
    if not read:
        yield NOT_APPLICABLE
        return
    loose = [(code, value) for code, value in read if not value.canonical]
    if not loose:
        return
    parts = []
    for _code, value in loose:
        if Repair.ABBREVIATION in value.repairs:
            wrong = next(one for one in value.raw if one in WRONG_ABBREVIATIONS)
            parts.append(
                say(
                    "{raw} 的省份简称应为“{right}”而不是“{wrong}”，规范写法是 {canonical}",
                    "{raw} uses “{wrong}” where record numbers carry “{right}”; the canonical form is {canonical}",
                    raw=value.raw,
                    right=value.number.province,
                    wrong=wrong,
                    canonical=str(value.number),
                )
            )
        else:
            parts.append(
                say(
                    "{raw} 写法不规范，规范写法是 {canonical}",
                    "{raw} is not written canonically; the canonical form is {canonical}",
                    raw=value.raw,
                    canonical=str(value.number),
                )
            )
    raws = tuple(dict.fromkeys(value.raw for _code, value in loose))
    canonical = tuple(dict.fromkeys(str(value.number) for _code, value in loose))
    yield Violation(
        joined(parts),
        expected=canonical if len(canonical) > 1 else canonical[0],
        observed=raws if len(raws) > 1 else raws[0],
        cells=tuple(row.cell(code) for code, _value in loose),
        key="|".join(raws),
    )


_IMMATERIAL = frozenset({"row_number", "remark"})
_EARLIER: WeakKeyDictionary[Portfolio, Mapping[Row, Row]] = WeakKeyDictionary()


def _content(row: Row) -> tuple[object, ...]:
    """All that matters in a row, in a form where spelling does not matter."""
    parts = []
    for code in sorted(row.values):
        if code not in _IMMATERIAL:
            value = row.values[code]
            rest = tuple(sorted(raw for raw, _why in value.problems)) if isinstance(value, DomainCell) else ()
            parts.append((code, value_key(code, value), rest))
    return (row.role, *parts) if parts else ()


def earlier_rows(portfolio: Portfolio) -> Mapping[Row, Row]:
    """Each row that repeats another one, and the first row with its content (by file, sheet and row number)."""
    found = _EARLIER.get(portfolio)
    if found is None:
        first: dict[tuple[object, ...], Row] = {}
        repeats: dict[Row, Row] = {}
        for row in sorted(portfolio.rows, key=lambda one: one.ref.order):
            content = _content(row)
            if content and first.setdefault(content, row) is not row:
                repeats[row] = first[content]
        found = _EARLIER[portfolio] = repeats
    return found


@check(
    "REC107",
    title="没有重复的行",
    title_en="The row does not repeat another one",
    meaning="除序号和备注外，该行内容与前面的某一行完全相同",
    meaning_en="But for its row number and remark the row says the same as an earlier row",
    severity=Severity.LOW,
    cites=PROVIDER_RULES,
    remedy="确认后删除重复行",
    remedy_en="Make sure, then delete the repeated row",
)
def row_repeated(row: Row, portfolio: Portfolio) -> Iterator[Violation | Undecided | NotApplicable]:
    """Repeated rows are counted twice and corrected once."""
    earlier = earlier_rows(portfolio).get(row)
    if earlier is None:
        return
    place = earlier.ref.target
    if earlier.ref.sheet.path != row.ref.sheet.path:
        place = f"{earlier.ref.sheet.path} › {place}"
    if any(
        isinstance(value, Unreadable) and value.problem is Problem.ROUNDED for value in row.values.values()
    ):
        yield Undecided(
            Reason.UNPARSED,
            say(
                "与 {place} 看起来相同，但有号码被表格软件舍入，无法确认",
                "It looks the same as {place}, but a number was rounded by the spreadsheet program",
                place=place,
            ),
            cells=(row.cell(), earlier.cell()),
        )
        return
    yield Violation(
        say("与 {place} 重复", "It repeats {place}", place=place),
        observed=place,
        cells=(row.cell(), earlier.cell()),
    )


_LEVELS: Mapping[SheetRole, frozenset[Level]] = {
    SheetRole.FILINGS: frozenset({Level.ENTITY, Level.SERVICE, Level.DOMAIN}),
    SheetRole.ENTITIES: frozenset({Level.ENTITY}),
    SheetRole.SERVICES: frozenset({Level.SERVICE}),
    SheetRole.DOMAINS: frozenset({Level.DOMAIN}),
    SheetRole.PERSONS: frozenset({Level.PERSON}),
    SheetRole.DOCUMENTS: frozenset({Level.DOCUMENT}),
    SheetRole.ORDERS: frozenset({Level.ORDER}),
}
_RECORD_NUMBER = Text("备案号", "record number")
_BELONGING = Text("备案号或主办单位", "record number or owner on record")
_OWNERS = ("entity_number", "service_number", "entity_name", "domain", "order_domains")
# What a row of these sheets says nothing without, whatever the policy asks for.
_OWN: Mapping[SheetRole, tuple[tuple[Text, tuple[str, ...]], ...]] = {
    SheetRole.PERSONS: (
        (FIELDS["person_name"].text, ("person_name",)),
        (FIELDS["role"].text, ("role",)),
        (_BELONGING, _OWNERS),
    ),
    SheetRole.DOCUMENTS: (
        (FIELDS["document_type"].text, ("document_type",)),
        (_BELONGING, (*_OWNERS, "document_holder")),
    ),
    SheetRole.ORDERS: ((FIELDS["order_number"].text, ("order_number",)), (_BELONGING, _OWNERS)),
}


def _needs_no_domain(row: Row) -> bool:
    number = row.number("service_number") or row.number("entity_number")
    listed = row.values.get("service_kind")
    return (number is not None and number.kind is not ServiceKind.SITE) or (
        isinstance(listed, ServiceKind) and listed is not ServiceKind.SITE
    )


def _required(row: Row, policy: Policy, portfolio: Portfolio) -> Iterator[tuple[Text, tuple[str, ...]]]:
    """The fields that a row of this sheet has to fill, each with the columns that would do."""
    columns = row.ref.sheet.columns
    for label, codes in _OWN.get(row.role, ()):
        if codes != ("role",) or "role" in columns:
            yield label, codes
    levels = _LEVELS.get(row.role, frozenset())
    for code in policy.thresholds.required_fields:
        if code == "record_number":
            listed = any(one in columns for one in _NUMBER_FIELDS)
            if row.role in (SheetRole.FILINGS, SheetRole.ENTITIES, SheetRole.SERVICES) or (
                row.role is SheetRole.DOMAINS and listed
            ):
                yield _RECORD_NUMBER, _NUMBER_FIELDS
            continue
        described = FIELDS.get(code)
        if described is None or described.level not in levels or (code == "domain" and _needs_no_domain(row)):
            continue
        # What another sheet of the book tells need not be repeated here.
        elsewhere = (code, code.replace("leader_", "person_").replace("administrator_", "person_"))
        if code in columns or not portfolio.lists(*elsewhere):
            yield described.text, (code,)


@check(
    "REC108",
    title="必填项已填写",
    title_en="The required fields are filled in",
    meaning="必填项为空（哪些必填由策略文件决定；一行只报一次，列出全部空项）",
    meaning_en="A required field is empty (the policy says which; one finding a row, naming all of them)",
    severity=Severity.MEDIUM,
    cites=ORDER_33_TRUTHFUL,
    remedy="补填列出的各项",
    remedy_en="Fill in the fields named",
    thresholds=("required_fields",),
)
def required_fields_filled(
    row: Row, policy: Policy, portfolio: Portfolio
) -> Iterator[Violation | Undecided | NotApplicable]:
    """A cell that cannot be read is not empty; that is told elsewhere."""
    required = tuple(_required(row, policy, portfolio))
    if not required:
        yield NOT_APPLICABLE
        return
    empty = [(label, codes) for label, codes in required if not any(code in row.values for code in codes)]
    if not empty:
        return
    labels = tuple(label for label, _codes in empty)
    columns = row.ref.sheet.columns
    yield Violation(
        say("必填项为空：{fields}", "Required fields are empty: {fields}", fields=labels),
        expected=labels,
        cells=tuple(
            dict.fromkeys(
                row.cell(next((code for code in codes if code in columns), "")) for _label, codes in empty
            )
        ),
        key="|".join(codes[0] for _label, codes in empty),
    )


CHECKS = (record_number_recognised, record_number_canonical, row_repeated, required_fields_filled)

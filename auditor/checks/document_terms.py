"""Checks on how long documents last: run out, running out, too short for a change, odd terms, old receipts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from auditor.checks.agreement import is_masked
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.document_kinds import (
    FOR_CHANGE,
    ID_CARDS,
    RECEIPT,
    document_name,
    field_cells,
    is_temporary,
    may_have_term,
    term_cells,
    without_term,
)
from auditor.checks.person_identity import (
    is_resident_type,
    looks_foreign,
    shows_resident_card,
    withheld_numbers,
)
from auditor.model.identity import age_on, birth_date, id_number_problem
from auditor.model.policy import Policy
from auditor.model.portfolio import Document, Portfolio
from auditor.model.text import Text, say
from auditor.model.values import Unreadable, Validity
from auditor.model.verdict import Reason, Severity
from auditor.rules.load import RuleData
from auditor.rules.regulations import FORM_64, GUIDE, ID_CARD_LAW_TERM, ORDER_33_TRUTHFUL, PROVIDER_RULES

# Age at issue → years of validity, None for 长期 (居民身份证法 Art. 5).
_TERMS = ((16, 5), (26, 10), (46, 20))
_ONE_DAY = timedelta(days=1)
# DOC603's default lead time: holder transfer, synchronisation, first review, SMS, bureau.
_LEAD = 33


@check(
    "DOC601",
    title="证照材料在有效期内",
    title_en="The document is in force",
    meaning="证照或授权书在审计日已过有效期",
    meaning_en="The certificate or letter has run out on the audit date",
    severity=Severity.CRITICAL,
    cites=(FORM_64, PROVIDER_RULES),
    remedy="立即换领或重新出具, 并以新证件变更备案",
    remedy_en="Renew it or have it issued again at once, and amend the filing with the new document",
)
def document_in_force(
    document: Document, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """The last day of a term is still valid."""
    if not may_have_term(document):
        yield NOT_APPLICABLE
    elif not isinstance(document.validity, Validity):
        yield without_term(document, rules)
    elif document.end is not None and document.end < policy.as_of:
        yield Violation(
            say("{name}已于 {end} 到期, 过期 {days} 天", "{name} ran out on {end}, {days} days ago",
                name=document_name(document, rules), end=document.end, days=(policy.as_of - document.end).days),
            expected=policy.as_of,
            observed=document.end,
            cells=term_cells(document),
        )  # fmt: skip


def _open_end(document: Document, policy: Policy, rules: RuleData) -> date | Undecided | NotApplicable | None:
    """The end of a term still running; None for 长期, else why there is nothing to count from."""
    if not may_have_term(document):
        return NOT_APPLICABLE
    if not isinstance(document.validity, Validity):
        return without_term(document, rules)
    if document.end is not None and document.end < policy.as_of:
        return NOT_APPLICABLE
    return document.end


@check(
    "DOC602",
    title="证照材料不临近到期",
    title_en="The document is not about to run out",
    meaning="证照或授权书将在策略窗口内到期 (默认 90 天, 45 天内为高)",
    meaning_en="The document runs out within the policy's window (90 days by default; high within 45)",
    severity=Severity.MEDIUM,
    cites=(GUIDE, PROVIDER_RULES),
    remedy="到期前换领新证, 并在变更备案中更新",
    remedy_en="Have it renewed before it runs out and bring the filing up to date",
    thresholds=("document_days",),
    lead_working_days=_LEAD,
)
def document_lasts(
    document: Document, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """What has run out already is DOC601's matter."""
    end = _open_end(document, policy, rules)
    if not isinstance(end, date):
        if end is not None:
            yield end
        return
    medium, high = policy.thresholds.document_days
    left = (end - policy.as_of).days
    if left <= medium:
        yield Violation(
            say("{name}将于 {end} 到期, 剩余 {left} 天", "{name} runs out on {end}, in {left} days",
                name=document_name(document, rules), end=end, left=left),
            expected=policy.as_of + timedelta(days=medium),
            observed=end,
            cells=term_cells(document),
            severity=Severity.HIGH if left <= high else Severity.MEDIUM,
            due=end,
        )  # fmt: skip


@check(
    "DOC603",
    title="证照材料的有效期足以办完一次变更",
    title_en="The document lasts until a change could be finished",
    meaning="若今日开始变更备案, 证照会在办结之前到期 (按工作日历推算)",
    meaning_en="If a change started today, the document would run out before it could be finished, by the working-day calendar",
    severity=Severity.HIGH,
    cites=(GUIDE, PROVIDER_RULES),
    remedy="先换领证件再提交变更, 以免审核期间证件失效被退回",
    remedy_en="Renew the document first and submit the change after, or it will be returned under review",
    thresholds=("change_working_days",),
    lead_working_days=_LEAD,
)
def document_outlasts_change(
    document: Document, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Only papers that a change is submitted with; the day is marked where the calendar is an estimate."""
    if document.kind not in FOR_CHANGE:
        yield NOT_APPLICABLE
        return
    end = _open_end(document, policy, rules)
    if not isinstance(end, date):
        if end is not None:
            yield end
        return
    done = rules.calendar.add_working_days(policy.as_of, policy.thresholds.change_working_days)
    if end < done.date:
        note = Text(" (含估算的工作日)", " (working days partly estimated)") if done.estimated else ""
        yield Violation(
            say("{name} {end} 到期, 今日开始的变更预计 {done} 办结{note}",
                "{name} runs out on {end}; a change that starts today is done about {done}{note}",
                name=document_name(document, rules), end=end, done=done.date, note=note),
            expected=done.date,
            observed=end,
            cells=term_cells(document),
            due=end,
        )  # fmt: skip


@check(
    "DOC606",
    title="身份证有效期与签发时年龄相符",
    title_en="The ID card's term fits the holder's age at issue",
    meaning="身份证有效期限 (5 年、10 年、20 年、长期) 与签发时年龄不符",
    meaning_en="The term of the ID card (5, 10, 20 years or long-term) does not fit the age at issue",
    severity=Severity.MEDIUM,
    cites=(ID_CARD_LAW_TERM, ORDER_33_TRUTHFUL),
    remedy="对照身份证原件更正有效期起止和证件号码",
    remedy_en="Correct the dates and the number from the card itself",
)
def term_fits_age(
    document: Document, portfolio: Portfolio, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Under 16 five years, 16 to 25 ten, 26 to 45 twenty, from 46 长期; one day either way is forgiven."""
    if not _is_resident_card(document) or is_temporary(document):
        yield NOT_APPLICABLE
        return
    if not isinstance(document.validity, Validity):
        yield without_term(document, rules)
        return
    start = document.issued or document.validity.start
    if isinstance(start, Unreadable):
        message = say("签发日期无法识别", "The date of issue could not be read")
        yield Undecided(
            Reason.UNPARSED, message, observed=start.raw, cells=field_cells(document, "document_start")
        )
        return
    if start is None:
        if portfolio.lists("document_start", "leader_id_start", "administrator_id_start", "person_id_start"):
            message = say("未填身份证签发日期", "The ID card's date of issue is not given")
            cells = field_cells(document, "document_start", "document_expiry")
            yield Undecided(Reason.MISSING_VALUE, message, cells=cells)
        else:
            yield NOT_APPLICABLE
        return
    born = _birth(document)
    if not isinstance(born, date):
        yield born
        return
    ages = sorted({age_on(born, start + step * _ONE_DAY) for step in (-1, 0, 1)})
    fitting = {_years(age) for age in ages}
    if any(_fits(start, document.end, years) for years in fitting):
        return
    years = _years(age_on(born, start))
    yield Violation(
        say("签发时 {age} 岁, 有效期应为 {needed}, 实为 {start} 至 {end}",
            "Issued at the age of {age} the term should be {needed}; it is {start} to {end}",
            age=age_on(born, start), needed=_term_text(years), start=start,
            end=document.end or Text("长期", "long-term")),
        expected=_term_text(years),
        observed=document.validity if document.end else Text("长期", "long-term"),
        cells=field_cells(document, "document_start", "document_expiry"),
    )  # fmt: skip


def _is_resident_card(document: Document) -> bool:
    if document.kind not in ID_CARDS or is_resident_type(document.title) is False:
        return False
    if document.subject is not None and shows_resident_card(document.subject) is False:
        return False
    return not (isinstance(document.number, str) and looks_foreign(document.number))


def _birth(document: Document) -> date | Undecided:
    """The birth date in the number on the card, else in the number of the person it belongs to."""
    numbers = [document.number] if document.number else []
    starred = bool(numbers) and is_masked("document_number", numbers[0])
    if (starred or not numbers) and document.subject is not None:
        said = [
            one.value for one in document.subject.said("id_number") if isinstance(one.value, str | Unreadable)
        ]
        numbers = [one for one in said if not is_masked("leader_id_number", one)]
        starred = starred or len(numbers) < len(said)
    elif starred:
        numbers = []
    if not numbers and starred:
        return withheld_numbers(document.cells)
    if not numbers:
        message = say("没有身份证号码, 无法得知出生日期", "Without an ID number the birth date is not known")
        return Undecided(Reason.MISSING_VALUE, message, cells=document.cells)
    readable = [
        one.upper() for one in numbers if isinstance(one, str) and id_number_problem(one.upper()) is None
    ]
    born = birth_date(readable[0]) if len(set(readable)) == 1 else None
    if born is None:
        message = say(
            "身份证号码有误, 无法得知出生日期", "The ID number is wrong, so the birth date is not known"
        )
        return Undecided(Reason.UNPARSED, message, cells=document.cells)
    return born


def _years(age: int) -> int | None:
    return next((years for below, years in _TERMS if age < below), None)


def _term_text(years: int | None) -> Text:
    return Text("长期", "long-term") if years is None else Text(f"{years} 年", f"{years} years")


def _fits(start: date, end: date | None, years: int | None) -> bool:
    if years is None or end is None:
        return years is None and end is None
    try:
        due = start.replace(year=start.year + years)
    except ValueError:  # 29 February
        due = date(start.year + years, 2, 28)
    return abs((end - due).days) <= 1


@check(
    "DOC608",
    title="应急电话缴费凭证为近期凭证",
    title_en="The emergency phone's payment receipt is recent",
    meaning="应急电话缴费凭证的日期早于策略规定的天数 (默认 90 天)",
    meaning_en="The payment receipt for the emergency phone is older than the policy's window (90 days by default)",
    severity=Severity.LOW,
    cites=(GUIDE,),
    remedy="重新取得近期的应急电话缴费凭证",
    remedy_en="Get a recent payment receipt for the emergency phone",
    thresholds=("receipt_days",),
)
def receipt_is_recent(document: Document, policy: Policy) -> Iterator[Violation | Undecided | NotApplicable]:
    """The date of issue counts; where only one date is listed for a receipt, that is taken for it."""
    if document.kind != RECEIPT:
        yield NOT_APPLICABLE
        return
    term = document.validity
    day = document.issued or (term.start or term.end if isinstance(term, Validity) else term)
    cells = field_cells(document, "document_start", "document_expiry")
    if isinstance(day, Unreadable):
        message = say("缴费凭证的日期无法识别", "The receipt's date could not be read")
        yield Undecided(Reason.UNPARSED, message, observed=day.raw, cells=cells)
    elif day is None:
        message = say("未填缴费凭证的日期", "The receipt's date is not given")
        yield Undecided(Reason.MISSING_VALUE, message, cells=cells)
    elif (age := (policy.as_of - day).days) > policy.thresholds.receipt_days:
        yield Violation(
            say("缴费凭证日期 {day}, 距审计日 {age} 天, 超过 {limit} 天",
                "The receipt is of {day}, {age} days before the audit date, over {limit}",
                day=day, age=age, limit=policy.thresholds.receipt_days),
            expected=policy.as_of - timedelta(days=policy.thresholds.receipt_days),
            observed=day,
            cells=cells,
        )  # fmt: skip


CHECKS = (document_in_force, document_lasts, document_outlasts_change, term_fits_age, receipt_is_recent)

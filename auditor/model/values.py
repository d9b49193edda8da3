"""What a cell can hold once it has been read, and the fields it can feed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from auditor.model.recordnumber import ReadNumber
from auditor.model.text import PersonalKind, Text
from auditor.model.words import EntityKind, OrderKind, OrderStage, PersonRole, ServiceKind

# Beijing has had no other time since 1991; days and hours of filings are counted there.
BEIJING = timezone(timedelta(hours=8))


class Problem(StrEnum):
    """Why a cell could not be read; the words the reports explain."""

    NOT_A_DATE = "not_a_date"
    NOT_A_NUMBER = "not_a_record_number"
    NOT_A_DOMAIN = "not_a_domain"
    ROUNDED = "rounded"  # stored as a number: digits beyond 15 are not trustworthy
    ERROR_CELL = "error_cell"  # #N/A, #REF! …
    NO_CACHED_VALUE = "no_cached_value"  # a formula without a stored result
    NOT_A_WORD = "not_a_known_word"  # a kind, a type or a role that is not in the vocabulary


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that holds something, but nothing that could be read."""

    raw: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Validity:
    """A term of validity: from start (may be unknown) to end, both days included; end None is 长期."""

    end: date | None
    start: date | None = None

    @property
    def is_long_term(self) -> bool:
        """True for 长期, 永久, 至长期."""
        return self.end is None

    def __str__(self) -> str:
        end = self.end.isoformat() if self.end else "长期"
        return f"{self.start.isoformat()} – {end}" if self.start else end


@dataclass(frozen=True, slots=True, order=True)
class DomainName:
    """A registrable domain: U-label and A-label, lower case; host is what the cell named below it."""

    ulabel: str
    alabel: str
    host: str = ""

    def __str__(self) -> str:
        return self.ulabel


@dataclass(frozen=True, slots=True)
class DomainCell:
    """What was taken from a domain cell. plain: it held just one registrable domain, nothing else.

    problems: pieces of the cell that are no domain, each with why (text for people).
    """

    raw: str
    domains: tuple[DomainName, ...]
    plain: bool = True
    problems: tuple[tuple[str, Text], ...] = ()


# A moment is a day, or an aware datetime in Beijing time where the hour is known (a datetime is a date).
Value: TypeAlias = (
    "str | date | Validity | ReadNumber | EntityKind | ServiceKind | PersonRole | OrderKind | OrderStage | DomainCell"
    " | bool | Unreadable"
)


def day_of(moment: date) -> date:
    """The Beijing day of a day or a moment."""
    return moment.astimezone(BEIJING).date() if isinstance(moment, datetime) else moment


class FieldKind(StrEnum):
    """How the cells of a field are read."""

    TEXT = "text"
    NAME = "name"
    DATE = "date"
    VALIDITY = "validity"
    NUMBER = "record_number"
    ID = "id_number"
    PHONE = "phone"
    EMAIL = "email"
    DOMAIN = "domain"
    ENTITY_KIND = "entity_kind"
    SERVICE_KIND = "service_kind"
    ROLE = "role"
    ORDER_KIND = "order_kind"
    ORDER_STAGE = "order_stage"
    MOMENT = "moment"  # a day, with its time of day where the cell tells it
    DOMAINS = "domains"  # as many domains as the cell likes to name
    FLAG = "flag"


class Level(StrEnum):
    """What a field describes."""

    ENTITY = "entity"
    SERVICE = "service"
    DOMAIN = "domain"
    PERSON = "person"
    DOCUMENT = "document"
    ORDER = "order"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the field's vocabulary."""

    code: str
    level: Level
    kind: FieldKind
    text: Text


def _fields() -> dict[str, Field]:
    table: list[tuple[str, Level, FieldKind, str, str]] = [
        ("entity_number", Level.ENTITY, FieldKind.NUMBER, "主体备案号", "entity number"),
        ("entity_name", Level.ENTITY, FieldKind.NAME, "主办单位", "owner on record"),
        ("entity_kind", Level.ENTITY, FieldKind.ENTITY_KIND, "主办单位性质", "kind of entity"),
        ("entity_certificate_type", Level.ENTITY, FieldKind.TEXT, "主体证件类型", "entity certificate type"),
        (
            "entity_certificate_number",
            Level.ENTITY,
            FieldKind.ID,
            "主体证件号码",
            "entity certificate number",
        ),
        (
            "entity_certificate_expiry",
            Level.ENTITY,
            FieldKind.VALIDITY,
            "主体证件有效期",
            "entity certificate validity",
        ),
        ("entity_address", Level.ENTITY, FieldKind.TEXT, "主体地址", "entity address"),
        ("province", Level.ENTITY, FieldKind.TEXT, "省份", "province"),
        ("parent_organisation", Level.ENTITY, FieldKind.NAME, "上级主管单位", "parent organisation"),
        ("legal_representative", Level.ENTITY, FieldKind.NAME, "法定代表人", "legal representative"),
        ("shareholders", Level.ENTITY, FieldKind.TEXT, "股东", "shareholders"),
        ("senior_managers", Level.ENTITY, FieldKind.TEXT, "高级管理人员", "senior managers"),
        ("service_number", Level.SERVICE, FieldKind.NUMBER, "服务备案号", "service number"),
        ("service_name", Level.SERVICE, FieldKind.TEXT, "服务名称", "service name"),
        ("service_kind", Level.SERVICE, FieldKind.SERVICE_KIND, "服务类型", "kind of service"),
        ("home_url", Level.SERVICE, FieldKind.TEXT, "首页网址", "home page"),
        ("access_provider", Level.SERVICE, FieldKind.TEXT, "接入服务商", "access provider"),
        ("filed_ip", Level.SERVICE, FieldKind.TEXT, "备案 IP", "filed IP"),
        ("pre_approval", Level.SERVICE, FieldKind.TEXT, "前置审批项", "pre-approval"),
        ("police_number", Level.SERVICE, FieldKind.TEXT, "公安备案号", "police filing number"),
        ("site_open_date", Level.SERVICE, FieldKind.DATE, "开通日期", "opening date"),
        ("domain", Level.DOMAIN, FieldKind.DOMAIN, "域名", "domain"),
        ("registrant", Level.DOMAIN, FieldKind.NAME, "域名持有者", "registrant"),
        ("registrant_kind", Level.DOMAIN, FieldKind.TEXT, "持有者类型", "kind of registrant"),
        (
            "registrant_certificate_type",
            Level.DOMAIN,
            FieldKind.TEXT,
            "持有者证件类型",
            "registrant certificate type",
        ),
        (
            "registrant_certificate_number",
            Level.DOMAIN,
            FieldKind.ID,
            "持有者证件号码",
            "registrant certificate number",
        ),
        ("real_name_status", Level.DOMAIN, FieldKind.TEXT, "实名认证状态", "real-name verification state"),
        ("domain_expiry", Level.DOMAIN, FieldKind.VALIDITY, "域名到期日", "domain expiry"),
        ("domain_created", Level.DOMAIN, FieldKind.DATE, "域名注册日期", "registration date"),
        ("days_left", Level.DOMAIN, FieldKind.TEXT, "剩余天数", "days left"),
        ("registrar", Level.DOMAIN, FieldKind.TEXT, "注册商", "registrar"),
        ("domain_status", Level.DOMAIN, FieldKind.TEXT, "域名状态", "domain status"),
        ("name_servers", Level.DOMAIN, FieldKind.TEXT, "DNS 服务器", "name servers"),
        ("resolved_ip", Level.DOMAIN, FieldKind.TEXT, "解析 IP", "resolved address"),
        ("approved_date", Level.DOMAIN, FieldKind.DATE, "审核通过日期", "approval date"),
        ("updated_date", Level.DOMAIN, FieldKind.DATE, "更新日期", "update date"),
        ("restricted", Level.DOMAIN, FieldKind.FLAG, "是否限制接入", "access restricted"),
        ("filing_status", Level.DOMAIN, FieldKind.TEXT, "备案情况", "filing state"),
        ("person_name", Level.PERSON, FieldKind.NAME, "负责人姓名", "person in charge"),
        ("role", Level.PERSON, FieldKind.ROLE, "角色", "role"),
        ("document_type", Level.DOCUMENT, FieldKind.TEXT, "材料名称", "document"),
        ("document_holder", Level.DOCUMENT, FieldKind.NAME, "持证人", "holder"),
        ("document_number", Level.DOCUMENT, FieldKind.ID, "证件号码", "document number"),
        ("document_start", Level.DOCUMENT, FieldKind.DATE, "签发日期", "valid from"),
        ("document_expiry", Level.DOCUMENT, FieldKind.VALIDITY, "有效期至", "valid until"),
        ("document_file", Level.DOCUMENT, FieldKind.TEXT, "附件", "file"),
        ("order_number", Level.ORDER, FieldKind.TEXT, "订单号", "order number"),
        ("order_kind", Level.ORDER, FieldKind.ORDER_KIND, "订单类型", "kind of order"),
        ("order_changes", Level.ORDER, FieldKind.TEXT, "变更内容", "what changes"),
        ("new_person", Level.ORDER, FieldKind.NAME, "变更后负责人", "new person in charge"),
        ("order_domains", Level.ORDER, FieldKind.DOMAINS, "涉及域名", "domains covered"),
        ("order_stage", Level.ORDER, FieldKind.ORDER_STAGE, "当前阶段", "stage"),
        ("order_planned", Level.ORDER, FieldKind.DATE, "计划提交日期", "planned submission"),
        ("order_submitted", Level.ORDER, FieldKind.MOMENT, "提交时间", "submitted"),
        ("order_first_review_done", Level.ORDER, FieldKind.MOMENT, "初审通过时间", "first review passed"),
        ("order_sms_sent", Level.ORDER, FieldKind.MOMENT, "短信下发时间", "SMS sent"),
        ("order_sms_done", Level.ORDER, FieldKind.MOMENT, "短信核验完成时间", "SMS verified"),
        ("order_bureau_submitted", Level.ORDER, FieldKind.MOMENT, "提交管局时间", "passed to the bureau"),
        ("order_done", Level.ORDER, FieldKind.MOMENT, "办结时间", "done"),
        ("order_materials", Level.ORDER, FieldKind.TEXT, "已备材料", "materials at hand"),
        ("notification_bound", Level.ORDER, FieldKind.FLAG, "是否绑定通知", "notification channel bound"),
        ("group", Level.ROW, FieldKind.TEXT, "分组", "group"),
        ("remark", Level.ROW, FieldKind.TEXT, "备注", "remark"),
        ("row_number", Level.ROW, FieldKind.TEXT, "序号", "row number"),
    ]
    person: list[tuple[str, FieldKind, str, str]] = [
        ("name", FieldKind.NAME, "姓名", "name"),
        ("id_type", FieldKind.TEXT, "证件类型", "certificate type"),
        ("id_number", FieldKind.ID, "证件号码", "ID number"),
        ("id_start", FieldKind.DATE, "证件有效期起", "ID valid from"),
        ("id_expiry", FieldKind.VALIDITY, "证件有效期止", "ID valid until"),
        ("mobile", FieldKind.PHONE, "手机号码", "mobile"),
        ("emergency_phone", FieldKind.PHONE, "应急电话", "emergency phone"),
        ("office_phone", FieldKind.PHONE, "办公电话", "office phone"),
        ("email", FieldKind.EMAIL, "电子邮箱", "e-mail"),
        ("authorisation_letter", FieldKind.TEXT, "授权书", "letter of authorisation"),
        (
            "authorisation_letter_expiry",
            FieldKind.VALIDITY,
            "授权书有效期",
            "validity of the letter of authorisation",
        ),
    ]
    for prefix, level, zh, en in (
        ("leader_", Level.ENTITY, "主体负责人", "entity leader"),
        ("administrator_", Level.SERVICE, "网站负责人", "service administrator"),
        ("person_", Level.PERSON, "负责人", "person"),
    ):
        for code, kind, zh_part, en_part in person:
            if prefix + code != "person_name":
                table.append((prefix + code, level, kind, zh + zh_part, f"{en} {en_part}"))
    return {code: Field(code, level, kind, Text(zh, en)) for code, level, kind, zh, en in table}


FIELDS: dict[str, Field] = _fields()

PERSONAL_KINDS: dict[FieldKind, PersonalKind] = {
    FieldKind.PHONE: PersonalKind.PHONE,
    FieldKind.EMAIL: PersonalKind.EMAIL,
}


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """A text for comparing: NFKC, case folded, no blanks, no invisible characters."""
    if not (text.isascii() and text.isalnum()):
        text = unicodedata.normalize("NFKC", text)
        text = "".join(ch for ch in text if not ch.isspace() and unicodedata.category(ch) not in ("Cc", "Cf"))
    return text.casefold()

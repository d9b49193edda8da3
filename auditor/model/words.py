"""The field's fixed vocabularies, one English word for each Chinese term."""

from __future__ import annotations

from enum import Enum, StrEnum

from auditor.model.text import Text


class Word(Enum):
    """An enumeration whose members carry a code for machines and a text for people."""

    code: str
    text: Text

    def __new__(cls, code: str, zh: str, en: str) -> Word:
        member = object.__new__(cls)
        member._value_ = code
        member.code = code
        member.text = Text(zh, en)
        return member

    def __str__(self) -> str:
        return self.code


class EntityKind(Word):
    """主办单位性质: what the filing entity is."""

    ENTERPRISE = "enterprise", "企业", "enterprise"
    INDIVIDUAL = "individual", "个人", "individual"
    PUBLIC_INSTITUTION = "public_institution", "事业单位", "public institution"
    GOVERNMENT = "government", "政府机关", "government body"
    SOCIAL_GROUP = "social_group", "社会团体", "social organisation"
    MILITARY = "military", "国防机构", "military body"
    PRIVATE_NON_ENTERPRISE = "private_non_enterprise", "民办非企业单位", "private non-enterprise unit"
    FOUNDATION = "foundation", "基金会", "foundation"
    LAW_FIRM = "law_firm", "律师执业机构", "law firm"
    RELIGIOUS = "religious", "宗教团体", "religious body"
    MEDICAL = "medical", "医疗机构", "medical institution"
    NOTARY = "notary", "公证机构", "notary office"
    COLLECTIVE = "collective", "集体经济组织", "collective economic organisation"
    FOREIGN_OFFICE = "foreign_office", "外国企业常驻代表机构", "resident office of a foreign enterprise"
    OTHER = "other", "其他", "other"


class ServiceKind(Word):
    """互联网信息服务 kinds; the record number's suffix letter tells them apart."""

    SITE = "site", "网站", "site"
    APP = "app", "App", "App"
    MINI_PROGRAM = "mini_program", "小程序", "mini-program"
    QUICK_APP = "quick_app", "快应用", "quick app"


class SheetRole(Word):
    """The part that a sheet plays in the portfolio."""

    FILINGS = "filings", "备案台账", "filings (a row a domain)"
    ENTITIES = "entities", "备案主体", "entities"
    SERVICES = "services", "互联网信息服务", "services"
    DOMAINS = "domains", "域名", "domains"
    PERSONS = "persons", "负责人", "responsible persons"
    DOCUMENTS = "documents", "证照材料", "documents"
    ORDERS = "orders", "变更订单", "change orders"
    REGISTRAR = "registrar", "注册商导出", "registrar export"
    MINISTRY = "ministry", "工信部查询结果", "ministry query result"
    UNKNOWN = "unknown", "未识别", "not recognised"


class PersonRole(Word):
    """The two roles of responsible persons."""

    LEADER = "leader", "主体负责人", "entity leader"
    ADMINISTRATOR = "administrator", "互联网信息服务负责人", "service administrator"


class OrderKind(Word):
    """变更订单的类型: what an order does to the filing."""

    ENTITY = "entity", "变更主体", "entity change"
    SERVICE = "service", "变更互联网信息服务", "service change"
    BOTH = "both", "变更备案（主体与服务）", "change of entity and service"
    CANCEL = "cancel", "注销", "cancellation"
    ACCESS = "access", "接入", "access filing"

    @property
    def changes_entity(self) -> bool:
        """True where the entity's own data change."""
        return self in (OrderKind.ENTITY, OrderKind.BOTH)

    @property
    def changes_service(self) -> bool:
        """True where a service's data change."""
        return self in (OrderKind.SERVICE, OrderKind.BOTH)


class OrderStage(Word):
    """办理阶段: how far an order has come."""

    DRAFT = "draft", "待提交", "not yet submitted"
    FIRST_REVIEW = "first_review", "初审", "first review"
    SMS = "sms", "短信核验", "SMS verification"
    BUREAU = "bureau", "管局审核", "bureau review"
    DONE = "done", "已办结", "done"
    RETURNED = "returned", "已驳回", "returned"
    CANCELLED = "cancelled", "已取消", "withdrawn"

    @property
    def under_review(self) -> bool:
        """True from the submission until the bureau's answer."""
        return self in (OrderStage.FIRST_REVIEW, OrderStage.SMS, OrderStage.BUREAU)

    @property
    def is_open(self) -> bool:
        """True where the order takes the entity's one place: under review, or returned to be mended."""
        return self.under_review or self is OrderStage.RETURNED

    @property
    def is_finished(self) -> bool:
        """True where nothing more will happen to the order."""
        return self in (OrderStage.DONE, OrderStage.CANCELLED)


class Source(StrEnum):
    """Where evidence comes from, as `source` in a recorded line says it."""

    REGISTRAR = "registrar"
    RDAP = "rdap"
    WHOIS = "whois"
    DNS = "dns"
    WEB = "web"
    MIIT = "miit"
    BOOK = "book"

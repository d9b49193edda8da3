"""What the policy file may say: one model for each of its tables."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_network
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from auditor.model.policy import Thresholds
from auditor.model.values import FIELDS
from auditor.model.words import SheetRole
from auditor.settings.delivery_tables import ChatTable, EmailTable, ScheduleTable
from auditor.settings.history_tables import HistoryTable, WaiverTable
from auditor.settings.language import Language
from auditor.settings.section import Section

SeverityWord = Literal["critical", "high", "medium", "low", "info"]
FormatWord = Literal["html", "xlsx", "json", "csv", "annotated"]
Days = Annotated[int, Field(ge=0, le=36500)]


class AuditSection(Section):
    """[audit]: what the options of `audit run` say when nobody types them."""

    as_of: date | None = None
    lang: Language = "zh"
    fail_on: Literal["critical", "high", "medium", "low", "never"] = "high"
    out: str = "audit-report"
    formats: list[FormatWord] = ["html", "xlsx", "json"]
    show_pii: bool = False
    templates: str | None = None


class ThresholdSection(Section):
    """[thresholds]: numbers that decide verdicts."""

    document_days: Days | list[Days] = Field(default_factory=lambda: list(Thresholds().document_days))
    domain_days: list[Days] = Field(default_factory=lambda: list(Thresholds().domain_days))
    receipt_days: Days = Thresholds().receipt_days
    minimum_age: Annotated[int, Field(ge=0, le=120)] = Thresholds().minimum_age
    expiry_spread_days: Days = Thresholds().expiry_spread_days
    expiry_tolerance_days: Days = Thresholds().expiry_tolerance_days
    police_days: Days = Thresholds().police_days
    change_working_days: Annotated[int, Field(ge=0, le=500)] = Thresholds().change_working_days
    fix_working_days: Annotated[int, Field(ge=0, le=500)] = Thresholds().fix_working_days
    first_review_working_days: Annotated[int, Field(ge=0, le=500)] = Thresholds().first_review_working_days
    sms_hours: Annotated[int, Field(ge=0, le=8760)] = Thresholds().sms_hours
    bureau_working_days: Annotated[int, Field(ge=0, le=500)] = Thresholds().bureau_working_days
    required_fields: list[str] = Field(default_factory=lambda: list(Thresholds().required_fields))

    @field_validator("domain_days")
    @classmethod
    def _three_falling(cls, value: list[int]) -> list[int]:
        if len(value) != 3 or sorted(value, reverse=True) != value:
            raise ValueError("three falling numbers of days|三个由大到小的天数")
        return value

    @field_validator("document_days")
    @classmethod
    def _one_or_two(cls, value: int | list[int]) -> int | list[int]:
        if isinstance(value, list) and (len(value) != 2 or value[0] < value[1]):
            raise ValueError("a number of days, or two falling ones|一个天数, 或两个由大到小的天数")
        return value

    @field_validator("required_fields")
    @classmethod
    def _known_fields(cls, value: list[str]) -> list[str]:
        for name in value:
            if name not in FIELDS and name != "record_number":
                raise ValueError(
                    f"field names such as domain, entity_name, record_number, not {name!r}|字段名, 而不是 {name!r}"
                )
        return value

    def build(self) -> Thresholds:
        """The thresholds as the checks know them."""
        days = self.document_days if isinstance(self.document_days, list) else None
        first = days[0] if days else self.document_days
        assert isinstance(first, int)
        second = days[1] if days else min(first, Thresholds().document_days[1])
        return Thresholds(
            document_days=(first, second),
            domain_days=(self.domain_days[0], self.domain_days[1], self.domain_days[2]),
            receipt_days=self.receipt_days,
            minimum_age=self.minimum_age,
            expiry_spread_days=self.expiry_spread_days,
            expiry_tolerance_days=self.expiry_tolerance_days,
            police_days=self.police_days,
            change_working_days=self.change_working_days,
            fix_working_days=self.fix_working_days,
            first_review_working_days=self.first_review_working_days,
            sms_hours=self.sms_hours,
            bureau_working_days=self.bureau_working_days,
            required_fields=tuple(self.required_fields),
        )


class CheckSection(Section):
    """[checks.ID]: switch a check off or weigh it differently."""

    enabled: bool = True
    severity: SeverityWord | None = None


class RuleSection(Section):
    """[rules]: newer rule data files than the shipped ones; strict_provinces raises hints to failures."""

    tlds: str | None = None
    registrars: str | None = None
    provinces: str | None = None
    calendar: str | None = None
    materials: str | None = None
    providers: str | None = None
    cn_ipv4: str | None = None
    cn_ipv6: str | None = None
    whois: str | None = None
    rdap: str | None = None
    lead_times: str | None = None
    remedies: str | None = None
    strict_provinces: list[str] = []


Seconds = Annotated[float, Field(gt=0, le=600)]
Rate = Annotated[float, Field(gt=0, le=100000)]


class WhoisSection(Section):
    """[evidence.whois]: rate_per_s is the pace at one server; servers: suffix → host or host:port."""

    timeout_s: Seconds = 10.0
    rate_per_s: Rate | None = None
    servers: dict[str, str] = {}


class RdapSection(Section):
    """[evidence.rdap]: bootstrap is a file or an address in IANA's form (RFC 9224)."""

    bootstrap: str | None = None
    timeout_s: Seconds = 10.0


class DnsSection(Section):
    """[evidence.dns]: resolvers as address or address:port; the system's own where none is named."""

    nameservers: list[str] = []
    timeout_s: Seconds = 5.0
    rate_per_s: Rate | None = None


class WebSection(Section):
    """[evidence.web]: ports are others than 80 and 443, for sites that are tried out on a machine of one's own."""

    timeout_s: Seconds = 20.0
    ports: dict[Literal["http", "https"], Annotated[int, Field(ge=1, le=65535)]] = {}


class EvidenceSection(Section):
    """[evidence]: who is asked, how long an answer counts, where answers are kept.

    accounts: registrars' accounts, with keys from the environment; allow_private: private destinations that may be
    asked all the same (hosts, addresses, CIDR ranges).
    """

    sources: list[Literal["registrar", "rdap", "whois", "dns", "web", "miit"]] = [
        "registrar",
        "rdap",
        "whois",
        "dns",
        "web",
    ]
    max_age_days: Annotated[int, Field(ge=0, le=36500)] = 7
    store: str | None = None
    accounts: list[Literal["aliyun", "tencent"]] | None = None
    allow_private: list[str] = []
    whois: WhoisSection = WhoisSection()
    rdap: RdapSection = RdapSection()
    dns: DnsSection = DnsSection()
    web: WebSection = WebSection()


class AccessSection(Section):
    """[access.NAME]: an access provider's names and address ranges."""

    names: list[str] = []
    ranges: list[str] = []

    @field_validator("ranges")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        for one in value:
            try:
                ip_network(one, strict=False)
            except ValueError:
                raise ValueError(
                    f"address ranges such as 47.92.0.0/14, not {one!r}|地址段, 例如 47.92.0.0/14, 而不是 {one!r}"
                ) from None
        return value


class SheetSection(Section):
    """[sheets."NAME"]: the part a sheet plays and which of its columns feeds which field."""

    role: str | None = None
    header_row: Annotated[int, Field(ge=1)] | None = None
    columns: dict[str, str] = {}

    @field_validator("role")
    @classmethod
    def _known_role(cls, value: str | None) -> str | None:
        words = [role.code for role in SheetRole] + ["ignore"]
        if value is not None and value not in words:
            raise ValueError(
                f"one of {', '.join(words)}, not {value!r}|{'、'.join(words)} 之一, 而不是 {value!r}"
            )
        return value

    @field_validator("columns")
    @classmethod
    def _known_targets(cls, value: dict[str, str]) -> dict[str, str]:
        for header, name in value.items():
            if name not in FIELDS and name != "ignore":
                raise ValueError(
                    f'a field name or "ignore" for {header!r}, not {name!r}|{header!r} 应对应字段名或 "ignore", 而不是 {name!r}'
                )
        return value


class PolicyTables(Section):
    """The whole policy file."""

    audit: AuditSection = AuditSection()
    thresholds: ThresholdSection = ThresholdSection()
    checks: dict[str, CheckSection] = {}
    rules: RuleSection = RuleSection()
    evidence: EvidenceSection = EvidenceSection()
    access: dict[str, AccessSection] = {}
    aliases: dict[str, str | list[str]] = {}
    columns: dict[str, str] = {}
    sheets: dict[str, SheetSection] = {}
    email: EmailTable = EmailTable()
    chat: ChatTable = ChatTable()
    schedule: ScheduleTable = ScheduleTable()
    history: HistoryTable = HistoryTable()
    waivers: WaiverTable = WaiverTable()
    # House rules; read as they stand.
    rule: list[dict[str, Any]] = []

    @field_validator("columns")
    @classmethod
    def _known_targets(cls, value: dict[str, str]) -> dict[str, str]:
        return SheetSection.model_validate({"columns": value}).columns

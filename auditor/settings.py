"""audit.toml, environment and options become one frozen Settings, read once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from auditor.errors import PolicyError
from auditor.model.policy import AccessRanges, CheckPolicy, Policy, Thresholds
from auditor.model.values import FIELDS
from auditor.model.verdict import Severity
from auditor.model.words import SheetRole

DEFAULT_NAME = "audit.toml"
SeverityWord = Literal["critical", "high", "medium", "low", "info"]
FormatWord = Literal["html", "xlsx", "json", "csv"]
Days = Annotated[int, Field(ge=0, le=36500)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class AuditSection(_Section):
    """[audit]: what the options of `audit run` say when nobody types them."""

    as_of: date | None = None
    lang: Literal["zh", "en"] = "zh"
    fail_on: Literal["critical", "high", "medium", "low", "never"] = "high"
    out: str = "audit-report"
    formats: list[FormatWord] = ["html", "xlsx", "json"]
    show_pii: bool = False
    templates: str | None = None


class ThresholdSection(_Section):
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


class CheckSection(_Section):
    """[checks.ID]: switch a check off or weigh it differently."""

    enabled: bool = True
    severity: SeverityWord | None = None


class RuleSection(_Section):
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


class WhoisSection(_Section):
    """[evidence.whois]: rate_per_s is the pace at one server; servers: suffix → host or host:port."""

    timeout_s: Seconds = 10.0
    rate_per_s: Rate | None = None
    servers: dict[str, str] = {}


class RdapSection(_Section):
    """[evidence.rdap]: bootstrap is a file or an address in IANA's form (RFC 9224)."""

    bootstrap: str | None = None
    timeout_s: Seconds = 10.0


class DnsSection(_Section):
    """[evidence.dns]: resolvers as address or address:port; the system's own where none is named."""

    nameservers: list[str] = []
    timeout_s: Seconds = 5.0
    rate_per_s: Rate | None = None


class WebSection(_Section):
    """[evidence.web]: ports are others than 80 and 443, for sites that are tried out on a machine of one's own."""

    timeout_s: Seconds = 20.0
    ports: dict[Literal["http", "https"], Annotated[int, Field(ge=1, le=65535)]] = {}


class EvidenceSection(_Section):
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


class AccessSection(_Section):
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


class SheetSection(_Section):
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


class _File(_Section):
    audit: AuditSection = AuditSection()
    thresholds: ThresholdSection = ThresholdSection()
    checks: dict[str, CheckSection] = {}
    rules: RuleSection = RuleSection()
    evidence: EvidenceSection = EvidenceSection()
    access: dict[str, AccessSection] = {}
    aliases: dict[str, str | list[str]] = {}
    columns: dict[str, str] = {}
    sheets: dict[str, SheetSection] = {}
    # Parts of the policy that deliver, accept or add; they are read as they stand and used by those rooms.
    email: dict[str, Any] = {}
    chat: dict[str, Any] = {}
    rule: list[dict[str, Any]] = []
    waivers: dict[str, Any] = {}

    @field_validator("columns")
    @classmethod
    def _known_targets(cls, value: dict[str, str]) -> dict[str, str]:
        return SheetSection.model_validate({"columns": value}).columns


@dataclass(frozen=True)
class Settings:
    """Everything the policy file decides. path: the file read, None for the defaults."""

    path: Path | None
    file: _File
    text: str = ""

    @property
    def unused_sections(self) -> tuple[str, ...]:
        """Sections that stand in the file but that this version does not act on."""
        return tuple(name for name in ("email", "chat", "rule", "waivers") if getattr(self.file, name))

    def where(self, *keys: str) -> str:
        """`audit.toml:12`, for messages about a key."""
        if self.path is None:
            return ""
        return _where(self.path, self.text, keys)

    def beside(self, name: str | None) -> Path | None:
        """A path in the file is meant from the file's own folder."""
        if name is None:
            return None
        folder = self.path.parent if self.path else Path()
        return folder / Path(name).expanduser()

    def policy(self, as_of: date) -> Policy:
        """What the checks may know."""
        file = self.file
        return Policy(
            as_of=as_of,
            thresholds=file.thresholds.build(),
            checks={
                id.upper(): CheckPolicy(
                    one.enabled, Severity.from_code(one.severity) if one.severity else None
                )
                for id, one in file.checks.items()
            },
            aliases={
                name: (one,) if isinstance(one, str) else tuple(one)
                for name, one in sorted(file.aliases.items())
            },
            access=tuple(
                AccessRanges(code, tuple(one.names), tuple(one.ranges))
                for code, one in sorted(file.access.items())
            ),
            strict_provinces=frozenset(file.rules.strict_provinces),
        )


def read_settings(path: Path | None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the policy file: the one named, else $AUDIT_CONFIG, else ./audit.toml where there is one.

    Raises PolicyError for a file that is missing, no TOML, or has an unknown key or a wrong type; the message
    names key, file and line.
    """
    environment = os.environ if environment is None else environment
    named = path or (Path(environment["AUDIT_CONFIG"]) if environment.get("AUDIT_CONFIG") else None)
    chosen = named or Path(DEFAULT_NAME)
    if not chosen.is_file():
        if named is None:
            return Settings(None, _File())
        raise PolicyError("找不到策略文件", "The policy file does not exist", where=str(chosen))
    try:
        text = chosen.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(
            f"策略文件无法读取, 需要 UTF-8 文本 ({type(error).__name__})",
            f"The policy file cannot be read; UTF-8 text is needed ({type(error).__name__})",
            where=str(chosen),
        ) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise PolicyError(
            f"不是有效的 TOML: {error}",
            f"Not valid TOML: {error}",
            where=f"{chosen}:{line.group(1)}" if line else str(chosen),
        ) from error
    try:
        return Settings(chosen, _File.model_validate(table), text)
    except ValidationError as error:
        raise _explain(error, chosen, text, table) from error


_NEEDED = {
    "extra_forbidden": ("没有这个设置项", "There is no such key"),
    "missing": ("缺少必需的设置项", "A required key is missing"),
    "int_type": ("需要: 整数", "needed: a whole number"),
    "float_type": ("需要: 数字", "needed: a number"),
    "bool_type": ("需要: true 或 false", "needed: true or false"),
    "string_type": ("需要: 加引号的文字", "needed: text in quotes"),
    "list_type": ("需要: 方括号中的列表", "needed: a list in brackets"),
    "dict_type": ("需要: 一个表 [..]", "needed: a table [..]"),
    "model_type": ("需要: 一个表 [..]", "needed: a table [..]"),
    "date_type": ("需要: 日期, 例如 2026-11-23", "needed: a date such as 2026-11-23"),
    "greater_than": ("需要: 大于 {gt} 的数", "needed: a number above {gt}"),
    "greater_than_equal": ("需要: 不小于 {ge} 的数", "needed: a number of at least {ge}"),
    "less_than_equal": ("需要: 不大于 {le} 的数", "needed: a number of at most {le}"),
    "literal_error": ("需要: {expected} 之一", "needed: one of {expected}"),
}


# Keys that take one of two forms, by section: of each failed form pydantic says something, a reader needs one line.
_EITHER = {
    ("thresholds", "document_days"): (
        "需要: 一个天数, 或两个由大到小的天数 [90, 45] (0 至 36500)",
        "needed: a number of days, or two falling ones [90, 45] (0 to 36500)",
    ),
    ("aliases", "*"): (
        '需要: 一个加引号的名称, 或方括号中的几个名称 ["…", "…"]',
        'needed: a name in quotes, or several in brackets ["…", "…"]',
    ),
}


def _explain(error: ValidationError, path: Path, text: str, table: Mapping[str, Any]) -> PolicyError:
    zh, en = [], []
    places = []
    for one in error.errors(include_url=False):
        keys = [str(part) for part in one["loc"]]
        either = _EITHER.get((keys[0], keys[1])) or _EITHER.get((keys[0], "*")) if len(keys) > 1 else None
        # What follows in the place are the names of the forms.
        keys = keys[:2] if either else keys
        name = ".".join(keys)
        places.append(_where(path, text, keys))
        context = {key: str(value).replace(" or ", ", ") for key, value in one.get("ctx", {}).items()}
        words = _NEEDED.get(one["type"], ("", ""))
        needed_zh, needed_en = either or (word.format(**context) for word in words)
        if not needed_zh:
            message = one["msg"].removeprefix("Value error, ")
            needed_en, _, needed_zh = message.partition("|")
            needed_zh = needed_zh or needed_en
            needed_zh, needed_en = f"需要: {needed_zh}", f"needed: {needed_en}"
        shown = repr(table[keys[0]][keys[1]] if either else one["input"])
        shown = shown if len(shown) < 80 else shown[:77] + "…"
        zh.append(f"{places[-1]}: {name}: {needed_zh}; 现在是 {shown}")
        en.append(f"{places[-1]}: {name}: {needed_en}; it is {shown}")
    return PolicyError(
        "策略文件有误\n" + "\n".join(dict.fromkeys(zh)),
        "The policy file is wrong\n" + "\n".join(dict.fromkeys(en)),
        where=str(path),
    )


_TABLE = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"^\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*="
)
_PART = re.compile(r"[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'")


def _where(path: Path, text: str, keys: tuple[str, ...] | list[str]) -> str:
    """file:line of a key; the nearest table above it where the key itself stands nowhere."""
    best, best_length = 0, 0
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        header = _TABLE.match(line)
        if header:
            table = [part.strip("\"'") for part in _PART.findall(header.group(1))]
            full = table
        elif key := _KEY.match(line):
            full = table + [part.strip("\"'") for part in _PART.findall(key.group(1))]
        else:
            continue
        length = len(full)
        if full == list(keys[:length]) and length > best_length:
            best, best_length = number, length
    return f"{path}:{best}" if best else str(path)

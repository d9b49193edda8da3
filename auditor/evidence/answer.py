"""What one observation says, once its raw answer has been read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from auditor.model.evidence import HomePage, HostAnswer, MinistryRecord, Outcome, RealName
from auditor.model.text import Text

OUTCOME_TEXT: Mapping[Outcome, Text] = {
    Outcome.FOUND: Text("有应答", "answered"),
    Outcome.NOT_FOUND: Text("称域名不存在或无记录", "says that there is no such domain or record"),
    Outcome.RESERVED: Text("称域名为保留名", "says that the name is reserved"),
    Outcome.THROTTLED: Text("查询被限流", "throttled"),
    Outcome.REFUSED: Text("查询被拒绝", "refused"),
    Outcome.TIMEOUT: Text("查询超时", "timed out"),
    Outcome.ERROR: Text("查询出错", "failed"),
    Outcome.TRUNCATED: Text("应答不完整", "the answer is cut short"),
    Outcome.WRONG_ANSWER: Text("应答的是另一个域名", "the answer is about another name"),
    Outcome.UNPARSED: Text("应答无法识别", "the answer could not be read"),
    Outcome.UNSUPPORTED: Text("没有可用的查询渠道", "no source answers for this name"),
}


class Hidden(StrEnum):
    """Why an answer that should name the holder does not."""

    MARKER = "marker"
    PROXY = "proxy"
    FORM = "form"
    OMITTED = "omitted"
    PARTIAL = "partial"
    ROLE = "role"  # a role such as "Domain Admin": says nothing of the holder
    GARBLED = "garbled"  # characters were lost in decoding: no name can be read from it
    NOT_CARRIED = "not_carried"  # a thin registry answer: the holder stands at the registrar

    @property
    def text(self) -> Text:
        """The word for people."""
        return _HIDDEN_TEXT[self]


_HIDDEN_TEXT = {
    Hidden.MARKER: Text("持有者以隐私标记代替", "a privacy marker stands in place of the holder"),
    Hidden.PROXY: Text("持有者为隐私代理机构", "a privacy proxy stands in place of the holder"),
    Hidden.FORM: Text("持有者以联系表单代替", "a contact form stands in place of the holder"),
    Hidden.OMITTED: Text("应答略去了持有者名称", "the answer leaves the holder's name out"),
    Hidden.PARTIAL: Text("持有者名称部分打码", "the holder's name is masked in part"),
    Hidden.ROLE: Text("持有者栏仅为岗位名称", "a role stands in place of the holder"),
    Hidden.GARBLED: Text("持有者名称为乱码", "the holder's name is garbled"),
    Hidden.NOT_CARRIED: Text("该应答不含持有者信息", "the answer does not carry the holder"),
}


@dataclass(frozen=True, slots=True)
class Registration:
    """What a registrar or registry says of a domain.

    at_registry: the registry itself answers. hidden: why registrant is None. registry_expiry, registrar_expiry:
    Beijing days. registrar: the name, or "IANA <id>". statuses: EPP codes in camelCase, None where none are given.
    """

    at_registry: bool = False
    registrant: str | None = None
    hidden: Hidden | None = None
    registry_expiry: date | None = None
    registrar_expiry: date | None = None
    registrar: str | None = None
    statuses: frozenset[str] | None = None
    real_name: RealName | None = None


@dataclass(frozen=True, slots=True)
class DnsAnswers:
    """One resolver's answers by host (A-label and U-label), and whether each host can receive mail.

    mail_failures: the rcode that kept a host's mail from being known, for the hosts where one did.
    """

    hosts: Mapping[str, HostAnswer]
    receives: Mapping[str, bool | None]
    mail_failures: Mapping[str, str] = field(default_factory=dict)


Content: TypeAlias = "Registration | DnsAnswers | HomePage | tuple[MinistryRecord, ...] | None"


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one observation and, where something was found, what it says."""

    outcome: Outcome
    content: Content = None
    detail: Text | None = None


def unread(zh: str, en: str) -> Answer:
    """An answer of which nothing can be used, with what stands in the way."""
    return Answer(Outcome.UNPARSED, None, Text(zh, en))

"""Verdicts, their reasons and their weight."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from auditor.model.text import Text
from auditor.model.words import Word


class Verdict(Word):
    """What a check says of one target."""

    PASS = "pass", "通过", "pass"
    FAIL = "fail", "不符合", "fail"
    UNKNOWN = "unknown", "无法判定", "unknown"
    NOT_APPLICABLE = "not_applicable", "不适用", "not applicable"


class Severity(IntEnum):
    """How bad a failure is; higher is worse."""

    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @property
    def code(self) -> str:
        """The lower-case word of the contract."""
        return self.name.lower()

    @property
    def text(self) -> Text:
        """The word for people."""
        return _SEVERITY_TEXT[self]

    @classmethod
    def from_code(cls, code: str) -> Severity:
        """The severity of a lower-case word; KeyError for any other word."""
        return cls[code.upper()]


_SEVERITY_TEXT = {
    Severity.CRITICAL: Text("严重", "critical"),
    Severity.HIGH: Text("高", "high"),
    Severity.MEDIUM: Text("中", "medium"),
    Severity.LOW: Text("低", "low"),
    Severity.INFO: Text("提示", "info"),
}


class Scope(Word):
    """What one verdict is about."""

    ENTITY = "entity", "备案主体", "entity"
    SERVICE = "service", "服务", "service"
    DOMAIN = "domain", "域名", "domain"
    PERSON = "person", "负责人", "person"
    DOCUMENT = "document", "证照材料", "document"
    ORDER = "order", "变更订单", "order"
    ROW = "row", "表格行", "row"


class Reason(StrEnum):
    """Why a verdict is unknown; the words of the contract."""

    WITHHELD = "withheld"
    NOT_FOUND = "not_found"
    TIMEOUT = "timeout"
    THROTTLED = "throttled"
    ERROR = "error"
    UNSUPPORTED = "unsupported"
    UNPARSED = "unparsed"
    STALE = "stale"
    NO_EVIDENCE = "no_evidence"
    MISSING_VALUE = "missing_value"
    NO_RULE_DATA = "no_rule_data"
    TRANSLITERATED = "transliterated"
    VARIANT = "variant"
    SUSPECTED = "suspected"
    UNCONFIRMED = "unconfirmed"
    CRASHED = "crashed"

    @property
    def text(self) -> Text:
        """The reason in a few words."""
        return _REASON_TEXT[self][0]

    @property
    def way_out(self) -> Text:
        """What a reader can do so that the next audit can decide."""
        return _REASON_TEXT[self][1]


_REASON_TEXT = {
    Reason.WITHHELD: (
        Text("信息被隐藏", "hidden by the source"),
        Text(
            "在注册商控制台导出域名列表或下载域名证书, 随台账一起提供; 备案期间应关闭 WHOIS 隐私保护; 台账自行打码的, 请填写完整内容",
            "Export the domain list or download the domain certificate at the registrar and supply it with the "
            "book; WHOIS privacy should be off while a filing is under way; where the book itself masks a value, give it in full",
        ),
    ),
    Reason.NOT_FOUND: (
        Text("数据源称域名不存在", "the source says that the domain does not exist"),
        Text(
            "先处理域名未注册的问题, 或核对域名写法",
            "Settle first whether the domain is registered, or check its spelling",
        ),
    ),
    Reason.TIMEOUT: (
        Text("查询超时", "the look-up timed out"),
        Text("稍后重新查询", "Ask again later"),
    ),
    Reason.THROTTLED: (
        Text("查询被限流或拒绝", "the look-up was throttled or refused"),
        Text("降低查询频率后重新查询", "Ask again more slowly"),
    ),
    Reason.ERROR: (
        Text("查询出错", "the look-up failed"),
        Text("检查网络后重新查询", "Check the network and ask again"),
    ),
    Reason.UNSUPPORTED: (
        Text("没有可用的查询渠道", "no source answers for this"),
        Text("改用注册商导出或证书作为依据", "Use a registrar export or certificate instead"),
    ),
    Reason.UNPARSED: (
        Text("内容无法识别", "the content could not be read"),
        Text("更正单元格内容, 或核对原始应答", "Correct the cell, or look at the raw answer"),
    ),
    Reason.STALE: (
        Text("证据已过时", "the evidence is too old"),
        Text("重新查询后再审计", "Look it up again and audit again"),
    ),
    Reason.NO_EVIDENCE: (
        Text("没有证据", "there is no evidence"),
        Text(
            "补充查询结果、注册商导出或在线查询",
            "Supply look-up results or a registrar export, or audit on line",
        ),
    ),
    Reason.MISSING_VALUE: (
        Text("台账缺少所需内容", "the book lacks the value"),
        Text("在台账中补填该项", "Fill the value in"),
    ),
    Reason.NO_RULE_DATA: (
        Text("规则数据未收录", "the rule data do not cover it"),
        Text(
            "向当地管局或接入服务商核实, 或更新规则数据",
            "Ask the Administration or the access provider, or update the rule data",
        ),
    ),
    Reason.TRANSLITERATED: (
        Text("中外文名称无法直接比对", "names in different scripts cannot be compared"),
        Text(
            "提供中文注册人证明, 或在策略文件 [aliases] 登记英文名",
            "Supply proof of the Chinese registrant name, or register the English name under [aliases]",
        ),
    ),
    Reason.VARIANT: (
        Text("名称仅写法不同, 需人工确认", "the names differ in form only; a person must decide"),
        Text("对照营业执照确认是否同一主体", "Check against the licence whether it is the same party"),
    ),
    Reason.SUSPECTED: (
        Text("有迹象但不能确认", "signs point to it, but do not prove it"),
        Text("到注册商控制台核实", "Check at the registrar"),
    ),
    Reason.UNCONFIRMED: (
        Text("仅有一次结果, 尚未复核", "one result alone, not confirmed"),
        Text("再查一次以确认", "Ask a second time"),
    ),
    Reason.CRASHED: (
        Text("检查程序出错", "the check itself failed"),
        Text("请报告此问题; 其余检查不受影响", "Please report this; the other checks are not affected"),
    ),
}

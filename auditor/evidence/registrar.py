"""A registrar's own record of a domain: console export, account query or domain certificate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from auditor.evidence.answer import Answer, Registration, unread
from auditor.evidence.hostnames import same_name
from auditor.evidence.statuses import known_codes
from auditor.evidence.times import BEIJING, beijing_day
from auditor.evidence.withheld import ABSENT, holder, name_part
from auditor.model.evidence import Evidence, Outcome, RealName, RealNameState
from auditor.model.values import plain

# The keys of an exchanged record, then those of the registrars' own interfaces.
_REGISTRANT = (
    "registrant",
    "OrganizationNameCN",
    "ZhRegistrantOrganization",
    "RegistrantOrganization",
    "registrant_organization",
)
_STATUS = ("real_name_status", "DomainAuditStatus", "RealNameAuditStatus")
_EXPIRES = ("expires", "ExpirationDate", "expire_date", "expdate", "expiry", "ExpirationDateLong")
_REGISTRAR = ("registrar", "RegistrarType", "registrars")
_DOMAIN = ("domain", "DomainName", "domain_name")

# 阿里云: SUCCEED FAILED NONAUDIT AUDITING. 腾讯云: Approved Reject InAudit NotUpload, and NoAudit for names that need
# no verification, which says nothing of the holder.
_WORDS: dict[RealNameState, str] = {
    RealNameState.VERIFIED: (
        "succeed success succeeded approve approved pass passed verified certified 已实名 已实名认证 已认证 已通过 通过 "
        "审核通过 认证通过 认证成功 审核成功 实名认证成功 实名认证通过 实名认证已通过 实名审核通过 实名审核成功 已完成实名认证 "
        "已完成 实名成功 已审核"
    ),
    RealNameState.NOT_VERIFIED: (
        "failed fail nonaudit notupload reject rejected notverified unverified unaudited notsubmitted 未实名 未实名认证 "
        "未认证 未通过 审核失败 认证失败 审核不通过 认证不通过 审核未通过 认证未通过 实名认证失败 实名认证未通过 实名认证不通过 "
        "实名审核失败 实名审核未通过 未上传 未提交 未提交资料 未上传资料 实名未上传 未实名上传 待实名 待实名认证 需要实名认证 "
        "已驳回 驳回 实名失败 未完成实名认证"
    ),
    RealNameState.IN_REVIEW: (
        "auditing inaudit inreview pending reviewing processing 审核中 认证中 实名审核中 实名认证中 实名认证审核中 "
        "待审核 已提交 处理中"
    ),
}
_STATE = {plain(word): state for state, words in _WORDS.items() for word in words.split()}
_NOT_A_LETTER = re.compile(r"[^\w]|_")
_MASKED = re.compile(r"[*＊•●…]|[xX]{2,}")
_MIN_CERTIFICATE = 6


def read_registrar(domain: str, raw: object, evidence: Evidence) -> Answer:
    """Read {"registrant", "certificate_type", "certificate_number", "real_name_status", "expires", "registrar"}.

    Every key may be missing. Times without a zone are Beijing time. A masked certificate number keeps its asterisks.
    """
    if not isinstance(raw, dict):
        return unread("应答为空或不是映射", "the answer is empty or no map")
    named = _text(raw, *_DOMAIN)
    if named is not None and not same_name(domain, named):
        return Answer(Outcome.WRONG_ANSWER)
    registrant = _text(raw, *_REGISTRANT)
    status = _text(raw, *_STATUS)
    expires = _expiry(raw)
    registrar = _text(raw, *_REGISTRAR)
    certificate = _certificate(_text(raw, "certificate_number"))
    certificate_type = _text(raw, "certificate_type")
    statuses = known_codes(_several(raw.get("statuses") or raw.get("domain_status") or raw.get("status")))
    if not (registrant or status or expires or registrar or certificate or statuses):
        return unread("记录中没有可用的字段", "the record holds no field that can be used")
    value, hidden = holder(ABSENT, name_part(registrant), block=False)
    real_name = None
    if status or certificate or certificate_type:
        real_name = RealName(
            real_name_state(status), (status or "")[:100], certificate_type, certificate, evidence
        )
    content = Registration(
        registrant=value,
        hidden=hidden,
        registrar_expiry=expires,
        registrar=registrar,
        statuses=statuses,
        real_name=real_name,
    )
    return Answer(Outcome.FOUND, content, hidden.text if hidden and registrant else None)


def real_name_state(word: str | None) -> RealNameState:
    """The state that a registrar's word means; UNKNOWN for any word not known."""
    if word is None:
        return RealNameState.UNKNOWN
    return _STATE.get(_NOT_A_LETTER.sub("", plain(word)), RealNameState.UNKNOWN)


def _certificate(text: str | None) -> str | None:
    if text is None:
        return None
    number = "".join(text.split())
    if _MASKED.search(number):
        # Kept in one spelling, so that a check can tell a number that is hidden from one that is not given.
        return _MASKED.sub(lambda found: "*" * len(found.group()), number)
    return number if sum(ch.isalnum() for ch in number) >= _MIN_CERTIFICATE else None


def _expiry(raw: Mapping[str, object]) -> date | None:
    for key in _EXPIRES:
        value = raw.get(key)
        if isinstance(value, str):
            day = beijing_day(value, "Asia/Shanghai")
            if day is not None:
                return day
        if (
            isinstance(value, int)
            and not isinstance(value, bool)
            and 300_000_000_000 < value < 7_000_000_000_000
        ):
            return datetime.fromtimestamp(value // 1000, UTC).astimezone(BEIJING).date()
    return None


def _text(raw: Mapping[str, object], *keys: str) -> str | None:
    for key in keys:
        value = raw.get(key)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())[:400]
    return None


def _several(value: object) -> list[object]:
    if isinstance(value, list):
        return value[:50]
    return re.split(r"[,;、，；\s]+", value[:1000]) if isinstance(value, str) else []

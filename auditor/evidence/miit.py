"""Results of the ministry's public query (ICP/IP地址/域名信息备案管理系统), as records or as its own JSON."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.evidence.answer import Answer, unread
from auditor.evidence.hostnames import registrable
from auditor.model.evidence import Evidence, MinistryRecord, Outcome
from auditor.model.text import Text
from auditor.model.values import DomainName

_ENVELOPES = ("params", "data", "result")
_GOOD_CODES = (None, 0, 200, "0", "200")
_MAX_ROWS = 1000
_REFUSALS = ("频繁", "验证码", "拒绝", "限制访问", "黑名单", "token")


def read_miit(domain: str, raw: object, evidence: Evidence) -> Answer:
    """Read one record, a list of records, {"found": false}, or the query's JSON with `params.list`.

    An empty list counts as "no record" only in an answer that reports success. Rows about other names are passed
    over; where nothing but such rows came, the answer is to another question.
    """
    if isinstance(raw, list):
        return _rows(domain, raw, evidence)
    if not isinstance(raw, dict) or not raw:
        return unread("应答为空或不是映射", "the answer is empty or no map")
    if raw.get("found") is False:
        return Answer(Outcome.NOT_FOUND)
    if _is_record(raw):
        return _rows(domain, [raw], evidence)
    if raw.get("success") is False or raw.get("code") not in _GOOD_CODES:
        return _failure(raw)
    rows = _list(raw, 3)
    if rows is None:
        return unread("不是可识别的查询结果", "no query result that could be recognised")
    return _rows(domain, rows, evidence)


def _rows(domain: str, rows: list[object], evidence: Evidence) -> Answer:
    if not rows:
        return Answer(Outcome.NOT_FOUND)
    records: list[MinistryRecord] = []
    others = 0
    for row in rows[:_MAX_ROWS]:
        if not isinstance(row, dict) or not _is_record(row):
            continue
        name = _text(row, "domain", "域名")
        if not name:
            continue
        found = registrable(name)
        if isinstance(found, DomainName) and found.ulabel == domain:
            record = _record(row, evidence)
            if record not in records:
                records.append(record)
        else:
            others += 1
    if records:
        return Answer(Outcome.FOUND, tuple(records))
    if others:
        return Answer(Outcome.WRONG_ANSWER)
    return unread("查询结果中没有域名", "the result names no domain")


def _record(row: Mapping[str, object], evidence: Evidence) -> MinistryRecord:
    return MinistryRecord(
        entity_number=_text(row, "mainLicence", "主体许可证号", "备案许可证号"),
        service_number=_text(row, "serviceLicence", "服务许可证号", "网站备案号"),
        entity_name=_text(row, "unitName", "主办单位", "域名主办方"),
        entity_kind=_text(row, "natureName", "单位性质", "域名类型"),
        restricted=_flag(row.get("limitAccess", row.get("限制访问", row.get("是否限制接入")))),
        updated=_text(row, "updateRecordTime", "更新时间", "审核通过日期"),
        evidence=evidence,
    )


def _is_record(row: Mapping[str, object]) -> bool:
    keys = (
        "mainLicence",
        "serviceLicence",
        "unitName",
        "主体许可证号",
        "服务许可证号",
        "备案许可证号",
        "网站备案号",
    )
    return any(isinstance(row.get(key), str) and row.get(key) for key in keys)


def _list(raw: Mapping[str, object], depth: int) -> list[object] | None:
    rows = raw.get("list")
    if isinstance(rows, list):
        return rows
    for key in _ENVELOPES:
        inner = raw.get(key)
        if isinstance(inner, list):
            return inner
        if isinstance(inner, dict):
            if _is_record(inner):
                return [inner]
            if depth > 0:
                found = _list(inner, depth - 1)
                if found is not None:
                    return found
    return None


def _failure(raw: Mapping[str, object]) -> Answer:
    message = _text(raw, "msg", "message")
    code = raw.get("code")
    if code in (401, 403, 429, "401", "403", "429") or any(word in message for word in _REFUSALS):
        return Answer(Outcome.THROTTLED)
    shown = message[:60] or str(code)[:20]
    return Answer(Outcome.ERROR, None, Text(f"查询系统报错: {shown}", f"the query system reports: {shown}"))


def _flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"是": True, "否": False, "true": True, "false": False, "yes": True, "no": False}.get(
            value.strip().lower()
        )
    return None


def _text(row: Mapping[str, object], *keys: str) -> str:
    for key in keys:
        value = row.get(key)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())[:400]
    return ""

"""The reports' own words, each in both languages; templates and sheets take every word from here."""

from __future__ import annotations

from auditor.model.text import Text
from auditor.report.change_labels import CHANGE_LABELS
from auditor.report.list_labels import LIST_LABELS
from auditor.report.mail_labels import MAIL_LABELS
from auditor.report.plan_labels import PLAN_LABELS
from auditor.report.sheet_labels import SHEET_LABELS

FAMILIES: dict[str, Text] = {
    "REC": Text("台账记载", "The record as written"),
    "OWN": Text("域名归属", "Who owns the domain"),
    "DOM": Text("域名状态", "The domain itself"),
    "SYN": Text("共用备案号同步", "Shared numbers in step"),
    "PER": Text("负责人", "Responsible persons"),
    "DOC": Text("证照材料", "Documents and their expiry"),
    "CHG": Text("变更订单", "Change orders under way"),
    "ACC": Text("接入", "Access"),
    "WEB": Text("网站展示", "What the site shows"),
    "MIT": Text("工信部查询", "The ministry's public query"),
}

SOURCES: dict[str, Text] = {
    "registrar": Text("注册商", "registrar"),
    "rdap": Text("RDAP", "RDAP"),
    "whois": Text("WHOIS", "WHOIS"),
    "dns": Text("DNS", "DNS"),
    "web": Text("网站首页", "home page"),
    "miit": Text("工信部查询", "ministry query"),
    "book": Text("台账", "the book"),
}

CHANGES: dict[str, Text] = {
    "new": Text("新增", "new"),
    "persisting": Text("持续", "persisting"),
    "worse": Text("加重", "worse"),
    "better": Text("减轻", "better"),
    "lapsed": Text("豁免到期", "waiver lapsed"),
    "resolved": Text("已解决", "resolved"),
}

# The checks whose "expected" is what the filing says; elsewhere it is what the rule asks for.
COMPARE_WITH_FILING = frozenset(
    (
        "OWN201",
        "OWN204",
        "OWN206",
        "DOM307",
        "ACC802",
        "ACC804",
        "WEB902",
        "WEB905",
        "MIT952",
        "MIT953",
        "MIT954",
    )
)

_DOCUMENT: dict[str, Text] = {
    "report_title": Text("ICP 备案合规审计报告", "ICP filing compliance audit"),
    "audit_date_is": Text("审计基准日 {day}", "Audit date {day}"),
    "contents": Text("目录", "Contents"),
    "skip": Text("跳到正文", "Skip to the report"),
    "sentence_break": Text("；", "; "),
    "colon": Text("：", ": "),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "none": Text("无", "none"),
    "estimated": Text("估算", "estimated"),
    "beijing_time": Text("北京时间", "Beijing time"),
    "nothing_listed": Text("本表没有内容", "Nothing to list here"),
    "reason_none": Text("未注明原因", "no reason given"),
    "complete_in_excel": Text(
        "此处显示 {shown} 项, 另有 {hidden} 项未显示；完整清单见 Excel 报告与 CSV。",
        "Shown here: {shown}; not shown: {hidden}. The Excel report and the CSV hold the complete list.",
    ),
    "unnamed_entity": Text("未能归属到备案主体", "Not attributable to an entity"),
    "signature": Text("签署", "Sign-off"),
    "signature_note": Text(
        "本报告由程序依据所列文件与证据生成；签署人确认已阅读覆盖范围、结论、无法判定事项与已豁免事项。",
        "This report was made by a program from the files and evidence listed. The signatory has read the coverage, "
        "the conclusion, what could not be decided and what is waived.",
    ),
    "signature_date": Text("日期", "Date"),
}

_SECTIONS: dict[str, Text] = {
    "section_audited": Text("审计对象", "What was audited"),
    "section_coverage": Text("覆盖范围", "How complete the audit is"),
    "section_conclusion": Text("审计结论", "Conclusion"),
    "section_counts": Text("计数", "Counts"),
    "section_entities": Text("按备案主体的待办", "Work by entity"),
    "section_plan": Text("变更计划", "Change plan"),
    "section_list": Text("问题索引", "Index of findings"),
    "section_findings": Text("问题详情", "Findings in full"),
    "section_unknown": Text("无法判定的事项", "What could not be decided"),
    "section_shared": Text("共用备案号", "Shared record numbers"),
    "section_expiry": Text("到期日历", "What runs out when"),
    "section_rejected": Text("被拒绝与未计入的行", "Rows rejected or set aside"),
    "section_problems": Text("读取时发现的单元格问题", "Cells that were hard to read"),
    "section_checks": Text("检查目录", "The checks"),
    "section_run": Text("运行信息", "About this run"),
    "section_sheets": Text("本工作簿的各工作表", "The sheets of this workbook"),
}

_AUDITED: dict[str, Text] = {
    "input_file": Text("输入文件", "Input file"),
    "evidence_file": Text("证据文件", "Evidence file"),
    "rule_file": Text("规则数据", "Rule data"),
    "sheet": Text("工作表", "Sheet"),
    "role": Text("用途", "Part"),
    "header_row": Text("表头行", "Header row"),
    "rows": Text("行数", "Rows"),
    "row": Text("行号", "Row"),
    "accepted": Text("采用", "Accepted"),
    "rejected": Text("拒绝", "Rejected"),
    "set_aside": Text("未计入", "Set aside"),
    "ignored_columns": Text("未使用的列", "Columns not used"),
    "total": Text("合计", "Total"),
    "sheet_counts": Text(
        "{rows} 行 = 采用 {accepted} + 拒绝 {rejected}；另有 {aside} 行为表头重复、合计等, 未计入",
        "Rows {rows} = accepted {accepted} + rejected {rejected}; repeated headers, totals and the like set aside: {aside}",
    ),
    "not_recognised": Text("未参与审计", "not audited"),
    "portfolio_holds": Text(
        "识别出：主体 {entities} 个, 服务 {services} 个, 域名 {domains} 个, 负责人 {persons} 位, 材料 {documents} 份, 订单 {orders} 个",
        "Recognised: entities {entities}, services {services}, domains {domains}, persons {persons}, documents "
        "{documents}, orders {orders}",
    ),
    "complete": Text("审计是否完整", "Is the audit complete"),
    "complete_yes": Text(
        "完整：所有行均已采用, 所有查询均有结果", "Complete: every row was used, every look-up answered"
    ),
    "complete_no": Text("不完整", "Incomplete"),
    "source": Text("来源", "Source"),
    "answered": Text("有应答的域名", "Domains answered"),
    "failed_lookups": Text("查询失败", "Failed"),
    "failed_because": Text("失败原因", "Why they failed"),
    "not_asked": Text("未查询", "Not asked"),
    "evidence_age": Text("证据时间", "Dates of the evidence"),
    "coverage_counts": Text(
        "应答 {answered} · 失败 {failed} · 未查询 {not_asked}",
        "answered {answered} · failed {failed} · not asked {not_asked}",
    ),
    "no_coverage": Text(
        "没有任何外部证据；凡需要外部证据的检查均为“无法判定”。",
        "There is no evidence from outside; every check that needs it is undecided.",
    ),
    "disabled_checks": Text("已按策略停用的检查", "Checks switched off by the policy"),
    "verdicts_sentence": Text(
        "共判定 {total} 项 = 通过 {passed} + 不符合 {failed} + 无法判定 {unknown} + 不适用 {not_applicable} + 已豁免 {waived}",
        "Verdicts: {total} = passed {passed} + failed {failed} + undecided {unknown} + not applicable "
        "{not_applicable} + waived {waived}",
    ),
    "counts_explained": Text(
        "通过、不符合、无法判定、不适用与已豁免之和",
        "the sum of passed, failed, undecided, not applicable and waived",
    ),
    "discrepancy": Text("计数不符", "Counts that do not add up"),
    "state_problems": Text("有问题", "Problems"),
    "state_open": Text("待补充", "Open"),
    "state_clear": Text("无问题", "Clear"),
}

_FINDINGS: dict[str, Text] = {
    "severity": Text("严重程度", "Severity"),
    "verdict": Text("结论", "Verdict"),
    "check": Text("检查", "Check"),
    "check_title": Text("检查项", "What must hold"),
    "family": Text("类别", "Family"),
    "change": Text("变化", "Change"),
    "entity_name": Text("主办单位", "Owner on record"),
    "entity_number": Text("主体备案号", "Entity number"),
    "service_number": Text("服务备案号", "Service number"),
    "service_name": Text("服务名称", "Service name"),
    "domain": Text("域名", "Domain"),
    "domains": Text("域名", "Domains"),
    "services": Text("服务", "Services"),
    "scope": Text("对象类型", "Kind of target"),
    "target": Text("对象", "Target"),
    "message": Text("说明", "What is wrong"),
    "expected": Text("备案记载／要求", "Filing says / required"),
    "observed": Text("证据显示／现状", "Evidence says / found"),
    "filing_says": Text("备案记载", "The filing says"),
    "evidence_says": Text("证据显示", "The evidence says"),
    "required": Text("要求", "Required"),
    "found": Text("台账现状", "The book says"),
    "reason": Text("无法判定的原因", "Why undecided"),
    "evidence": Text("证据", "Evidence"),
    "cells": Text("位置", "Where"),
    "more_cells": Text("…… 另有 {count} 处", "… and {count} more"),
    "basis": Text("依据", "Basis"),
    "remedy": Text("处理办法", "What to do"),
    "due": Text("应完成日期", "Due"),
    "start_by": Text("最迟开始", "Start by"),
    "estimated_column": Text("估算", "Estimated"),
    "late": Text("已过", "past"),
    "province": Text("省份", "Province"),
    "provider": Text("接入服务商", "Access provider"),
    "group": Text("分组", "Group"),
    "fingerprint": Text("指纹", "Fingerprint"),
    "findings": Text("问题", "Findings"),
    "earliest_due": Text("最早应完成", "Earliest due"),
    "earliest_start": Text("最迟开始", "Start by"),
    "quiet_entities": Text(
        "其余 {count} 个备案主体没有问题, 也没有无法判定的事项。",
        "Entities with neither findings nor undecided verdicts: {count}.",
    ),
    "no_findings": Text("没有问题。", "There are no findings."),
    "no_findings_but": Text(
        "没有发现问题；但请先看“无法判定的事项”。", "No findings; but see first what could not be decided."
    ),
    "undecided_of_entity": Text("无法判定 {count} 项", "Undecided: {count}"),
}

_UNKNOWN: dict[str, Text] = {
    "unknown": Text("无法判定", "Undecided"),
    "passed": Text("通过", "Passed"),
    "failed": Text("不符合", "Failed"),
    "not_applicable": Text("不适用", "Not applicable"),
    "waived": Text("已豁免", "Waived"),
    "verdicts_total": Text("判定总数", "Verdicts in all"),
    "unknown_lead": Text(
        "“无法判定”不是通过：缺少的证据或内容补齐后, 下次审计即可判定。",
        "Undecided is not passed: once the missing evidence or value is there, the next audit can decide.",
    ),
    "no_unknowns": Text("没有无法判定的事项。", "Everything could be decided."),
    "way_out": Text("解决办法", "Way out"),
    "unknown_counts": Text("{count} 项, 涉及 {targets} 个对象", "Verdicts: {count}, on {targets} targets"),
    "targets_listed": Text("涉及的对象", "The targets"),
    "cause": Text("原因", "Cause"),
}

_SHARED: dict[str, Text] = {
    "registrant": Text("域名持有者", "Registrant"),
    "registrant_source": Text("依据来源", "Said by"),
    "in_step": Text("一致性", "In step"),
    "step_out": Text("不一致", "out of step"),
    "step_unknown": Text("无法判定", "undecided"),
    "step_quiet": Text("未见异常", "nothing found"),
    "sync_findings": Text("相关问题", "Findings"),
    "shared_lead": Text(
        "同一主体备案号下的变更会牵动其全部服务与域名；以下列出含两个及以上服务或域名的备案号。",
        "A change under one entity number touches all of its services and domains. Numbers with two or more of either:",
    ),
    "shared_counts": Text(
        "服务 {services} · 域名 {domains} · 持有者 {registrants}",
        "services {services} · domains {domains} · registrants {registrants}",
    ),
    "no_shared": Text("没有共用的备案号。", "No record number is shared."),
    "without_service": Text("未列服务号", "no service number listed"),
    "no_domain": Text("未列域名", "no domain listed"),
}

_EXPIRY: dict[str, Text] = {
    "expires": Text("到期日", "Runs out"),
    "days_left": Text("剩余天数", "Days left"),
    "kind": Text("种类", "Kind"),
    "what": Text("内容", "What"),
    "said_by": Text("依据来源", "Said by"),
    "expiry_domain": Text("域名", "domain"),
    "expiry_document": Text("证照材料", "document"),
    "expired": Text("已过期 {days} 天", "ran out {days} days ago"),
    "expired_one": Text("已过期 {days} 天", "ran out {days} day ago"),
    "in_days": Text("{days} 天", "{days} days"),
    "in_days_one": Text("{days} 天", "{days} day"),
    "today": Text("今天到期", "runs out today"),
    "expiry_lead": Text(
        "已过期及一年内到期的域名与材料；更晚到期的见 Excel 报告。",
        "What has run out or runs out within a year; the Excel report holds what comes later.",
    ),
    "no_expiry": Text("一年内没有已知的到期项。", "Nothing is known to run out within a year."),
    "later": Text("一年以后到期：{count} 项。", "Running out later than in a year: {count}."),
}

_INPUT: dict[str, Text] = {
    "fate": Text("处理结果", "Fate"),
    "fate_accepted": Text("采用", "accepted"),
    "fate_rejected": Text("拒绝", "rejected"),
    "fate_set_aside": Text("未计入", "set aside"),
    "fate_reason": Text("原因", "Reason"),
    "worst": Text("最严重", "Worst"),
    "fail_count": Text("问题数", "Findings"),
    "unknown_count": Text("无法判定", "Undecided"),
    "checks_touching": Text("涉及的检查", "Checks"),
    "content": Text("内容", "Content"),
    "no_rejected": Text("没有被拒绝或未计入的行。", "No row was rejected or set aside."),
    "field": Text("字段", "Field"),
    "wrong": Text("问题", "What is wrong"),
    "needed": Text("应为", "What is needed"),
    "stands": Text("现为", "What stands there"),
}

_RUN: dict[str, Text] = {
    "item": Text("项目", "Item"),
    "value": Text("内容", "Value"),
    "run_id": Text("运行编号", "Run"),
    "version": Text("程序版本", "Program version"),
    "as_of": Text("审计基准日", "Audit date"),
    "started_at": Text("开始时间", "Started"),
    "finished_at": Text("结束时间", "Finished"),
    "mode": Text("查询方式", "Mode"),
    "offline": Text("离线, 仅用已记录的证据", "offline, recorded evidence only"),
    "online": Text("在线查询", "on line"),
    "personal_data": Text("个人信息", "Personal data"),
    "pii_masked": Text("证件号码与电话已打码", "ID numbers and phones are masked"),
    "pii_shown": Text("完整显示, 请妥善保管", "shown in full; keep this file safe"),
    "observations": Text("{count} 条记录", "observations: {count}"),
    "evidence_problem": Text("无法使用的证据", "Evidence not usable"),
    "enabled": Text("启用", "On"),
    "off": Text("停用", "off"),
    "checks_lead": Text(
        "每项检查对每个适用对象给出且仅给出一个结论。",
        "Every check gives exactly one verdict on every target of its kind.",
    ),
}

_SHEETS: dict[str, Text] = {
    "sheet_summary": Text("摘要", "Summary"),
    "sheet_todo": Text("待办", "To do"),
    "sheet_findings": Text("发现", "Findings"),
    "sheet_unknown": Text("无法判定", "Undecided"),
    "sheet_shared": Text("共用备案号", "Shared numbers"),
    "sheet_expiry": Text("到期日历", "Expiry"),
    "sheet_plan": Text("变更计划", "Change plan"),
    "sheet_input": Text("输入行", "Input rows"),
    "sheet_checks": Text("规则", "Checks"),
    "sheet_run": Text("运行信息", "Run"),
    "note_todo": Text(
        "需要处理的问题, 最紧要的在前；浅黄色列供填写",
        "what asks for work, most pressing first; the pale columns are yours",
    ),
    "note_findings": Text("全部不符合项, 含提示", "every failure, hints included"),
    "note_unknown": Text(
        "无法判定的事项、原因与解决办法；同一对象的同一原因合为一行, 列出所涉检查",
        "what could not be decided, why, and the way out; one row for one cause on one target, with its checks",
    ),
    "note_shared": Text(
        "共用主体备案号的服务、域名与持有者", "services, domains and registrants under one number"
    ),
    "note_expiry": Text("域名与材料的到期日", "when domains and documents run out"),
    "note_plan": Text(
        "每个主体的工作队列, 按办理先后", "the work of each entity in the order in which it is to be done"
    ),
    "note_input": Text("每张表每一行的处理结果", "what became of every row of every sheet"),
    "note_checks": Text("检查目录与计数", "the checks and their counts"),
    "note_run": Text("版本、文件与规则数据", "version, files and rule data"),
    "answer_owner": Text("处理人", "Owner"),
    "answer_planned": Text("计划完成", "Planned for"),
    "answer_status": Text("处理状态", "Status"),
    "answer_reason": Text("接受理由", "Reason to accept"),
    "answer_until": Text("接受至", "Accept until"),
    "answer_date_title": Text("日期", "Date"),
    "answer_date_error": Text("请填写日期, 例如 2026-12-31", "Please enter a date such as 2026-12-31"),
    "status_open": Text("未开始", "open"),
    "status_doing": Text("处理中", "in progress"),
    "status_done": Text("已完成", "done"),
    "status_accepted": Text("接受风险", "accepted"),
}

_SUMMARY: dict[str, Text] = {
    "line_audited": Text(
        "已审计 {files} 个文件, {sheets} 张表, {rows} 行：采用 {accepted}, 拒绝 {rejected}",
        "Audited: files {files}, sheets {sheets}, rows {rows} ({accepted} accepted, {rejected} rejected)",
    ),
    "line_complete": Text("审计完整", "The audit is complete"),
    "line_incomplete": Text("审计不完整", "The audit is incomplete"),
    "line_counts": Text("不符合", "Failed"),
    "line_unknown": Text("无法判定：{count}", "Undecided: {count}"),
    "line_worst": Text("最紧要", "Most pressing"),
    "line_files": Text("报告", "Reports"),
}

LABELS: dict[str, Text] = {
    **_DOCUMENT, **_SECTIONS, **_AUDITED, **_FINDINGS, **_UNKNOWN, **_SHARED, **_EXPIRY, **_INPUT, **_RUN, **_SHEETS,
    **_SUMMARY, **PLAN_LABELS, **LIST_LABELS, **CHANGE_LABELS, **SHEET_LABELS, **MAIL_LABELS,
}  # fmt: skip

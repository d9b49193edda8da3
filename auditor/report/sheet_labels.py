"""The words of the workbook and of what people fill in."""

from __future__ import annotations

from auditor.model.text import Text

_COLUMNS: dict[str, Text] = {
    "link_cell": Text("批注副本", "Annotated copy"),
    "link_page": Text("网页报告", "On the page"),
    "link_open": Text("打开", "open"),
    "waiver_state": Text("豁免状态", "Waiver"),
    "waiver_by": Text("豁免人", "Waived by"),
    "waiver_approver": Text("批准人", "Approved by"),
    "waiver_until": Text("豁免至", "Waived until"),
    "waiver_reason": Text("豁免理由", "Why waived"),
    "waiver_note": Text("豁免备注", "Note"),
    "waiver_origin": Text("豁免来源", "Waived in"),
    "waiver_id": Text("豁免编号", "Waiver id"),
    "sheet_about": Text("变化内容", "What changed"),
    "sheet_before": Text("之前", "Before"),
    "sheet_after": Text("现在", "Now"),
    "sheet_why": Text("为何未沿用", "Why not carried over"),
    "sheet_typed_at": Text("填写位置", "Typed at"),
}

_WORDS: dict[str, Text] = {
    "sheet_about_verdict": Text("结论", "verdict"),
    "sheet_about_entity": Text("备案主体", "entity"),
    "sheet_about_domain": Text("域名", "domain"),
    "sheet_about_fact": Text("事实", "fact"),
    "sheet_fact_registrant": Text("域名持有者", "registrant"),
    "sheet_fact_registrar": Text("注册商", "registrar"),
    "sheet_fact_expiry": Text("到期日", "expiry"),
    "sheet_fact_nameservers": Text("域名服务器", "name servers"),
    "sheet_fact_addresses": Text("解析地址", "addresses"),
    "sheet_fact_status": Text("域名状态", "domain status"),
    "sheet_fact_document": Text("证照材料", "document"),
    "sheet_fact_certificate": Text("域名证书", "certificate"),
    "sheet_arrived": Text("新进入", "arrived"),
    "sheet_gone": Text("已移出", "gone"),
    "sheet_other_now": Text("已变更", "changed"),
    "sheet_not_judged": Text("本次未判定", "not judged now"),
    "sheet_none_known": Text("未知", "not known"),
    "sheet_waiver_unused": Text("本次未用到", "not used in this run"),
    "sheet_waiver_meets": Text("涉及 {count} 项问题", "findings it speaks of: {count}"),
}

_SUMMARY: dict[str, Text] = {
    "sheet_work": Text("待办进度", "Work by status"),
    "sheet_status_blank": Text("未填写", "not filled in"),
    "sheet_status_other": Text("其他状态", "other words"),
    "sheet_status_note": Text("随“待办”表的“处理状态”列更新", "follows the column Status of the sheet To do"),
    "sheet_late": Text("已过应完成日期, 尚未完成", "past its due date, not done"),
    "sheet_soon": Text("{days} 天内应完成, 尚未完成", "due within {days} days, not done"),
    "sheet_by_change": Text("问题按变化", "Findings by change"),
    "sheet_compared": Text("与上次审计相比", "Since the last audit"),
    "sheet_compared_note": Text("以下计数含无法判定的事项", "the counts below hold undecided ones too"),
    "sheet_first_run": Text("首次审计, 尚无可比较的结果", "The first audit: nothing to compare with"),
    "sheet_since": Text("上次运行", "The run before"),
    "sheet_not_judged_note": Text(
        "上次的问题, 本次没有得出结论, 不能视为已解决",
        "found last time and without a verdict now; nobody may call them resolved",
    ),
    "sheet_entities_arrived": Text("新进入的备案主体", "Entities arrived"),
    "sheet_entities_gone": Text("已移出的备案主体", "Entities gone"),
    "sheet_domains_arrived": Text("新进入的域名", "Domains arrived"),
    "sheet_domains_gone": Text("已移出的域名", "Domains gone"),
    "sheet_world": Text("外部事实的变化", "Facts that changed"),
    "sheet_acceptances": Text("豁免与填写", "Waivers and answers"),
}

_NAMES: dict[str, Text] = {
    "sheet_changes": Text("变化", "Changes"),
    "sheet_waived": Text("已豁免", "Waived"),
    "sheet_stale": Text("未沿用的填写", "Answers left over"),
    "note_changes": Text(
        "与上次审计相比：结论、主体、域名与外部事实的变化",
        "what is another thing than last time: verdicts, entities, domains, facts",
    ),
    "note_waived": Text(
        "已接受的问题及其自身结论；另列已到期、即将到期、不予采用和未用到的豁免",
        "accepted findings with their own verdicts; then waivers that lapsed, lapse soon, were refused or met nothing",
    ),
    "note_stale": Text(
        "上次填写而本次无法沿用的内容, 逐项保留",
        "what was typed last time and could not be carried over, every value of it",
    ),
}

_ERRORS: dict[str, Text] = {
    "sheet_choice_error": Text(
        "不是所列的选项, 仍要保留吗？", "This is none of the choices. Keep it all the same?"
    ),
    "sheet_until_error": Text(
        "请填写不早于审计基准日的日期, 例如 2026-12-31",
        "Please enter a date not before the audit date, such as 2026-12-31",
    ),
}

SHEET_LABELS: dict[str, Text] = {**_COLUMNS, **_WORDS, **_SUMMARY, **_NAMES, **_ERRORS}

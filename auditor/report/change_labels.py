"""The words about changes, waivers, charts and pictures."""

from __future__ import annotations

from auditor.model.text import Text

_CHANGES: dict[str, Text] = {
    "section_changes": Text("与上次审计相比", "What changed since the last run"),
    "changes_none": Text(
        "本次没有查看历史记录, 因此不说明变化；下文的问题不分新旧。",
        "No history was looked at, so nothing is said about changes; old and new findings are not told apart below.",
    ),
    "changes_first": Text(
        "这是该组台账的首次审计, 没有可供比较的记录。",
        "This is the first run of this portfolio; there is nothing to compare with.",
    ),
    "changes_since": Text(
        "对照的审计：{run} (审计基准日 {day}, 运行于 {at})",
        "Compared with run {run} (audit date {day}, made on {at})",
    ),
    "changes_counts": Text("变化的计数", "Changes in numbers"),
    "changes_findings": Text("有变化的问题与待定事项", "Findings and undecided items that changed"),
    "changes_no_findings": Text(
        "没有新增、加重、减轻或豁免到期的事项。", "Nothing is new, worse, better or no longer waived."
    ),
    "changes_before": Text("上次", "Before"),
    "changes_now": Text("本次", "Now"),
    "changes_resolved": Text("已解决", "Resolved"),
    "changes_not_judged": Text("不能视为已解决", "Not to be called resolved"),
    "changes_not_judged_lead": Text(
        "上次有、本次没有列为问题, 但本次未能判定的事项；不能据此认为已经解决。",
        "Found last time and no failure now, but not judged this time either; nobody may call these resolved.",
    ),
    "unjudged_undecided": Text("本次无法判定", "undecided this time"),
    "unjudged_off": Text("该检查本次未运行", "its check did not run this time"),
    "unjudged_unread": Text("所在的行本次被拒绝或未读到", "its rows were rejected or not read this time"),
    "changes_why": Text("为何不能视为已解决", "Why it cannot be called resolved"),
    "changes_portfolio": Text("台账的增减", "What came and went in the portfolio"),
    "domains_arrived": Text("新出现的域名", "Domains arrived"),
    "domains_gone": Text("不再出现的域名", "Domains gone"),
    "entities_arrived": Text("新出现的主体", "Entities arrived"),
    "entities_gone": Text("不再出现的主体", "Entities gone"),
    "changes_world": Text("外部事实的变化", "Facts that changed in the world"),
    "world_kind": Text("事项", "Fact"),
    "world_registrant": Text("域名持有者", "registrant"),
    "world_registrar": Text("域名注册服务机构", "registrar"),
    "world_expiry": Text("到期日", "end of registration"),
    "world_nameservers": Text("域名服务器", "name servers"),
    "world_addresses": Text("解析地址", "addresses"),
    "world_status": Text("域名状态", "domain status"),
    "world_document": Text("证照材料", "document"),
    "world_certificate": Text("证书", "certificate"),
    "world_nothing": Text("无记录", "nothing known"),
    "changes_more": Text(
        "此处显示 {shown} 项, 另有 {hidden} 项未显示。", "Shown here: {shown}; not shown: {hidden}."
    ),
    "trend": Text("历次审计", "Run by run"),
    "trend_chart": Text("历次审计的问题与无法判定", "Findings and undecided items, run by run"),
    "trend_incomplete": Text("审计不完整", "incomplete"),
}

_WAIVERS: dict[str, Text] = {
    "section_waived": Text("已豁免的事项", "What is waived"),
    "waived_lead": Text(
        "以下事项仍按检查的结论列出：豁免只表示在期限内接受, 不表示符合, 也不计入问题数。",
        "These keep the verdict of their check: a waiver accepts them for a time, makes nothing compliant, and they are not "
        "counted as problems.",
    ),
    "no_waived": Text("没有已豁免的事项。", "Nothing is waived."),
    "waiver": Text("豁免", "Waiver"),
    "waiver_no_approver": Text("未注明", "not named"),
    "waiver_by_command": Text("命令登记", "by command"),
    "waivers_state": Text("豁免的状态", "How it stands with the waivers"),
    "waiver_covers": Text("针对", "Speaks of"),
    "waiver_unused": Text("本次未用到", "not used in this run"),
    "waiver_used": Text("覆盖 {count} 项", "covers {count}"),
    "no_waivers": Text("没有登记任何豁免。", "No waiver is on record."),
}

_ANSWERS: dict[str, Text] = {
    "answer": Text("处理意见", "Answer"),
    "section_stale": Text("未能沿用的处理意见", "Answers that could not be carried over"),
    "stale_lead": Text(
        "以下内容由人填写, 本次没有对应的事项或不能照用；逐条列出, 无一丢弃。",
        "People typed these; nothing in this run answers to them, or they could not be used as they stand. None is dropped.",
    ),
    "stale_why": Text("为何未能沿用", "Why not carried over"),
    "stale_typed": Text("填写内容", "What was typed"),
    "stale_said": Text("原事项", "What it answered"),
    "no_stale": Text("没有未能沿用的处理意见。", "Every answer was carried over, or none was given."),
}

_CHARTS: dict[str, Text] = {
    "chart_severity": Text("各类检查的不符合项, 按严重程度", "Failures by family and severity"),
    "chart_coverage": Text("各来源的查询覆盖", "How far each source answered"),
    "chart_expiry": Text("今后十二个月的到期项", "What runs out in the next twelve months"),
    "chart_desc": Text(
        "合计 {count}；每一段的数目见旁边的表格。",
        "{count} in all; the table beside it holds the number of every part.",
    ),
    "chart_past": Text("已过期", "past"),
    "chart_month_counts": Text(
        "域名 {domains} · 材料 {documents}", "domains {domains} · documents {documents}"
    ),
    "picture": Text("{number} 的关系图", "Picture of {number}"),
    "picture_desc": Text(
        "主体、服务、域名与域名持有者的关系；虚线与文字标明不一致之处。下面的表格内容相同。",
        "Entity, services, domains and registrants; dashed lines and words mark what is out of step. The table below holds the same.",
    ),
    "picture_registrant_unknown": Text("持有者未知", "holder not known"),
    "picture_hidden": Text(
        "图中未画出 {count} 个域名, 见下表。", "Domains not drawn: {count}; see the table below."
    ),
    "step_waived": Text("不一致, 已豁免", "out, waived"),
    "legend": Text("图例", "Legend"),
}

_PAGE: dict[str, Text] = {
    "section_guides": Text("整改办法与依据", "What to do, and on what it rests"),
    "guides_lead": Text(
        "为使报告保持可读, 每项检查的处理办法与依据在此说明一次；各问题所列的检查编号指向这里。",
        "So that the report stays readable, the remedy and the basis of each check stand here once; the check's id at every "
        "finding points here.",
    ),
    "index_places": Text("问题所在", "Where"),
    "index_more": Text("…… 另有 {count} 个主体", "… entities beside these: {count}"),
    "dense_lead": Text(
        "问题较多, 每项占一行；处理办法与依据见“整改办法与依据”。说明中已写明的记载与现状不再重复；# 后为证据 sha256 的前 8 位；≈ 表示日期为估算。",
        "There are many findings, so each has one line; for remedy and basis see “What to do, and on what it rests”. What the "
        "filing and the evidence say is not repeated where the message says it; # begins the sha256 of an observation; ≈ "
        "marks an estimated date.",
    ),
    "state_accepted": Text("已接受风险", "Risks accepted"),
    "sign_statement": Text("本次签署针对", "This sign-off is for"),
    "sign_prepared": Text("编制", "Prepared by"),
    "sign_reviewed": Text("复核", "Reviewed by"),
    "sign_approved": Text("批准", "Approved by"),
}

CHANGE_LABELS: dict[str, Text] = {**_CHANGES, **_WAIVERS, **_ANSWERS, **_CHARTS, **_PAGE}

"""The words of the mails, in both languages."""

from __future__ import annotations

from auditor.model.text import Text

_SUBJECT: dict[str, Text] = {
    "mail_tag": Text("[备案审计] {name}", "[ICP audit] {name}"),
    "mail_digest_tag": Text("[备案审计汇总] {name}", "[ICP audit digest] {name}"),
    "mail_unnamed": Text("备案台账", "portfolio"),
    "mail_clear": Text("未发现问题", "no problem found"),
    "mail_not_clear": Text("尚不能下结论", "no conclusion yet"),
    "mail_incomplete": Text("审计不完整", "incomplete"),
    "mail_first": Text("首次", "first report"),
    "mail_unchanged": Text("无变化", "unchanged"),
    "mail_resolved": Text("解决", "resolved"),
    "mail_not_judged": Text("未再判定", "not judged again"),
    "mail_facts": Text("事实变化", "facts changed"),
    "mail_moves": Text("台账增减", "portfolio moves"),
    "mail_undecided": Text("无法判定", "undecided"),
    "mail_waived": Text("已豁免", "waived"),
    "mail_mismatch": Text("计数不符", "counts do not add up"),
    "mail_failed": Text("未能完成", "did not finish"),
    "mail_missed": Text("未按时运行", "did not run"),
}

_LETTER: dict[str, Text] = {
    "mail_title": Text("{name} · ICP 备案合规审计", "{name} · ICP filing compliance audit"),
    "mail_digest_title": Text(
        "{name} · ICP 备案合规审计汇总", "{name} · ICP filing compliance audit, digest"
    ),
    "mail_run": Text("审计基准日 {day} · 运行编号 {run}", "Audit date {day} · run {run}"),
    "mail_part": Text(
        "{part}；不是整个台账的审计结论。", "{part}; this is not the conclusion on the whole portfolio."
    ),
    "mail_route": Text(
        "本邮件只列出分给“{route}”的内容, 不是整个台账的审计结论。",
        "This mail lists only what falls to “{route}”; it is not the conclusion on the whole portfolio.",
    ),
    "mail_conclusion": Text("结论", "Conclusion"),
    "mail_complete": Text(
        "审计完整：所有行均已采用, 查询均有结果。",
        "The audit is complete: every row used, every look-up answered.",
    ),
    "mail_incomplete_because": Text(
        "审计不完整, 不能据此认为其余部分合规：",
        "The audit is incomplete; what it did not see is not a pass:",
    ),
    "mail_incomplete_unsaid": Text(
        "审计不完整, 不能据此认为其余部分合规。",
        "The audit is incomplete; what it did not see is not a pass.",
    ),
    "mail_counts": Text("计数", "Counts"),
}

_CHANGES: dict[str, Text] = {
    "mail_changes": Text("与上次相比", "What changed"),
    "mail_no_history": Text(
        "没有历史记录可供比较, 本邮件不说明变化。",
        "No history was looked at, so this mail cannot tell what changed.",
    ),
    "mail_no_change": Text("与上次相比没有任何变化。", "Nothing has changed since the last run."),
    "mail_from_to": Text("由 {before} 变为 {after}", "from {before} to {after}"),
    "mail_more_names": Text("…… 另有 {count} 个", "… and {count} more"),
}

_WORK: dict[str, Text] = {
    "mail_pressing": Text("最紧要的问题", "Most pressing findings"),
    "mail_hints": Text("另有提示 {count} 项, 不在此列出。", "Hints, which are not listed here: {count}."),
    "mail_work": Text("现在必须开始的工作", "Work that must start now"),
    "mail_work_lead": Text(
        "来不及按期完成的、以及最迟开始日在 {day} 或之前的工作。",
        "Work that is too late already, or whose latest start is on or before {day}.",
    ),
    "mail_undecided_title": Text("无法判定的事项", "What could not be decided"),
    "mail_undecided_lead": Text(
        "无法判定不是通过；按下列办法补齐后, 下次审计即可判定。",
        "Undecided is not passed; once the gap is closed as below, the next audit can decide.",
    ),
    "mail_waivers": Text("需要留意的豁免", "Waivers to look at"),
    "mail_waivers_soon": Text("即将到期", "Lapsing soon"),
    "mail_waivers_lapsed": Text("已到期", "Lapsed"),
    "mail_waivers_refused": Text("不予采用", "Refused by the policy"),
    "mail_waivers_unused": Text("本次未用到", "Not used in this run"),
    "mail_waiver_of": Text("指纹 {fingerprint}", "fingerprint {fingerprint}"),
    "mail_expiries": Text("到期提醒", "What runs out"),
    "mail_rungs": Text("今日提醒", "Reminders of today"),
    "mail_expired": Text("已过期", "Already run out"),
    "mail_expiring": Text("{days} 天内到期", "Running out within {days} days"),
    "mail_stale": Text("未能沿用的处理意见", "Answers that could not be carried over"),
    "mail_stale_count": Text(
        "有 {count} 条填写的处理意见本次未能沿用, 报告逐条列出。",
        "Answers that this run could not carry over: {count}; the report lists every one.",
    ),
}

_DIGEST: dict[str, Text] = {
    "mail_routes": Text("各收件部分", "Route by route"),
    "mail_routes_none": Text("没有设置分送。", "No routes are set up."),
    "mail_route_clear": Text("未发现问题", "no problem found"),
    "mail_unrouted": Text(
        "未分送给任何人的问题与无法判定事项：{count} 项。",
        "Findings and undecided items that went to nobody: {count}.",
    ),
}

_REPORT: dict[str, Text] = {
    "mail_report": Text("完整报告", "The whole report"),
    "mail_link": Text("报告地址", "Report at"),
    "mail_attached": Text("附件", "Attached"),
    "mail_left_out": Text("未能附上", "Not attached"),
    "mail_no_report": Text(
        "本邮件没有附件和链接；完整报告由运行该任务的人保存。",
        "Nothing is attached or linked; whoever runs this audit keeps the whole report.",
    ),
    "mail_who": Text(
        "本邮件由程序 audit 生成并发送 (通常按定时任务), 证件号码与电话均已打码。",
        "The program audit wrote and sent this mail (as a rule by schedule); ID numbers and phones are masked.",
    ),
    "mail_stop": Text(
        "不想再收到, 或收件人有误：请联系设置该任务的同事, 在策略文件的 [email] 中更改收件人；停止定时任务用命令 audit schedule remove。",
        "To stop these mails or to change who gets them, ask the colleague who set the task up: the recipients stand under "
        "[email] in the policy file, and the command audit schedule remove ends a scheduled task.",
    ),
}

_FAILURE: dict[str, Text] = {
    "mail_failed_headline": Text(
        "本次审计未能完成, 没有新的结论。", "The audit did not finish; there is no new conclusion."
    ),
    "mail_missed_headline": Text(
        "审计没有按时运行, 没有新的结论。",
        "The audit did not run when it was due; there is no new conclusion.",
    ),
    "mail_failed_at": Text("失败时间", "Failed at"),
    "mail_missed_at": Text("应运行时间", "Was due at"),
    "mail_last_good": Text("上次成功", "Last good run"),
    "mail_next_due": Text("下次运行", "Next run"),
    "mail_never_good": Text("尚无成功的审计", "there has been none"),
    "mail_not_scheduled": Text("没有安排", "none is scheduled"),
    "mail_at": Text("{moment} (北京时间)", "{moment} (Beijing time)"),
    "mail_said": Text("程序的说明", "What the program said"),
    "mail_nothing_said": Text("没有更多说明。", "It said nothing more."),
    "mail_then": Text("怎么办", "What to do"),
    "mail_then_failed": Text(
        "先按上面的说明排除原因, 再手动运行一次审计；此前的报告与历史仍然有效, 但不反映今天的情况。",
        "Remove the cause named above, then run the audit by hand; earlier reports and the history still stand, but do not tell "
        "how things are today.",
    ),
    "mail_then_missed": Text(
        "确认运行任务的电脑在该时间已开机并联网, 定时服务正常 (命令 audit schedule status), 再手动运行一次审计。",
        "See that the machine was on and connected at that time and that its scheduler works (command audit schedule status), "
        "then run the audit by hand.",
    ),
}

MAIL_LABELS: dict[str, Text] = {
    **_SUBJECT, **_LETTER, **_CHANGES, **_WORK, **_DIGEST, **_REPORT, **_FAILURE,
}  # fmt: skip

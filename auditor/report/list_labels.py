"""The words of the list that can be filtered and sorted."""

from __future__ import annotations

from auditor.model.text import Text

# Those whose key begins with list_ and stands in SCRIPT_WORDS are put on the page for the script, which fills their
# places in itself; the others stand in the template.
LIST_LABELS: dict[str, Text] = {
    "list_title": Text("筛选与查找", "Search and filter"),
    "list_noscript": Text(
        "筛选、排序与查找需要浏览器脚本, 此处脚本未启用。本页其余部分照常可读；全部条目见 Excel 报告与 CSV。",
        "Filtering, sorting and searching need scripts, which are off here. The rest of this page reads as ever; the "
        "Excel report and the CSV hold every entry.",
    ),
    "list_unsupported": Text(
        "此浏览器版本过旧, 无法展开内嵌清单。本页其余部分照常可读；全部条目见 Excel 报告与 CSV。",
        "This browser is too old to unpack the embedded list. The rest of this page reads as ever; the Excel report and "
        "the CSV hold every entry.",
    ),
    "list_capped": Text(
        "清单内嵌 {shown} 项, 另有 {hidden} 项未内嵌；完整清单见 Excel 报告与 CSV。",
        "The list holds {shown} entries; {hidden} more are not embedded. The Excel report and the CSV hold all of them.",
    ),
    "list_empty": Text("没有条目可供筛选。", "There is nothing to filter."),
    "list_loading": Text("正在载入清单……", "Loading the list …"),
    "list_search": Text("查找", "Search"),
    "list_search_hint": Text(
        "对象、说明、主办单位、域名、备案号、检查、指纹；多个词以空格分开",
        "Target, text, owner on record, domain, number, check, fingerprint; words apart by blanks",
    ),
    "list_status": Text("结论", "Verdict"),
    "list_entity": Text("备案主体", "Entity"),
    "list_owner": Text("负责处理", "In charge"),
    "list_all": Text("全部", "All"),
    "list_several": Text("已选 {count} 项", "{count} chosen"),
    "list_more_choices": Text(
        "…… 另有 {count} 项, 请用查找框", "… {count} more; use the search field"
    ),
    "list_blank": Text("（空）", "(empty)"),
    "list_shown": Text("显示 {shown} / {total}", "Showing {shown} of {total}"),
    "list_clear": Text("清除全部条件", "Clear all filters"),
    "list_remove": Text("去掉条件 {filter}", "Remove the filter {filter}"),
    "list_export": Text("导出所显示的为 CSV", "Export what is shown as CSV"),
    "list_exported": Text("已导出 {count} 项", "Exported: {count}"),
    "list_none": Text("没有符合条件的条目。", "No entry fits these filters."),
    "list_keys": Text(
        "上下键、翻页键、Home、End 移动, Enter 打开, Esc 关闭",
        "Arrow and page keys, Home and End move; Enter opens, Escape closes",
    ),
    "list_detail": Text("条目详情", "The entry in full"),
    "list_close": Text("关闭", "Close"),
    "list_previous": Text("上一项", "Previous"),
    "list_next": Text("下一项", "Next"),
    "list_copy": Text("复制豁免命令", "Copy the waiver command"),
    "list_copied": Text(
        "已复制, 填好日期、理由与姓名后运行", "Copied; fill in date, reason and name, then run it"
    ),
    "list_copy_by_hand": Text("浏览器不允许复制, 请手动复制：", "The browser forbids it; please copy by hand:"),
    "list_to_article": Text("转到本页条目", "Go to the entry on this page"),
    "list_not_found": Text(
        "清单中没有指纹为 {fingerprint} 的条目。", "The list has no entry with the fingerprint {fingerprint}."
    ),
    "list_waiver": Text("豁免", "Waiver"),
    "list_waiver_line": Text("{by}, 至 {until}：{reason}", "{by}, until {until}: {reason}"),
    "list_approver": Text("批准：{name}", "approved by {name}"),
    "list_answer": Text("处理反馈", "Answer"),
}  # fmt: skip

SCRIPT_WORDS = (
    "list_all", "list_several", "list_more_choices", "list_blank", "list_shown", "list_remove", "list_exported", "list_copied",
    "list_copy_by_hand", "list_not_found", "list_waiver", "list_answer",
    "late", "estimated", "check", "target", "message", "filing_says", "evidence_says", "required", "found", "reason",
    "way_out", "due", "start_by", "remedy", "cells", "evidence", "basis", "entity_name", "entity_number", "service_number",
    "domain", "province", "provider", "group", "change", "list_owner", "fingerprint", "scope", "list_search",
)  # fmt: skip

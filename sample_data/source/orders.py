"""Change orders of the group, planned, under way and done, and the DNS answers kept when two of them were submitted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from source import story
from source.evidence_lines import BEIJING, Line, line
from source.workbook import Cells

HEADER = (
    "订单号", "主体备案号", "订单类型", "变更内容", "变更后负责人", "涉及域名", "当前阶段", "计划提交日期", "提交时间", "初审通过时间",
    "短信下发时间", "短信核验完成时间", "提交管局时间", "办结时间", "已备材料", "是否绑定通知", "备注",
)  # fmt: skip
# A cell that is not named is blank.
_ORDERS: tuple[dict[str, object], ...] = (
    # Sound: under review since the ninth, everything as it was at the submission.
    {
        "订单号": "BA20261105001", "主体备案号": story.E1.number, "订单类型": "变更网站", "变更内容": "网站名称",
        "涉及域名": "xinghe-shili.cn", "当前阶段": "管局审核", "提交时间": "2026-11-05 10:20", "初审通过时间": date(2026, 11, 6),
        "短信下发时间": "2026-11-06 16:05", "短信核验完成时间": "2026-11-06 18:30", "提交管局时间": date(2026, 11, 9),
    },
    # CHG704: planned for one of the three domains that share the number.
    {
        "订单号": "计划-1", "主体备案号": story.E1.number, "订单类型": "变更网站", "变更内容": "网站负责人联系方式",
        "涉及域名": "xinghe-shili.com", "当前阶段": "待提交", "计划提交日期": date(2026, 12, 7),
    },
    # CHG708: done, and the new person has bound nothing.
    {
        "订单号": "BA20260928004", "主体备案号": story.E2.number, "订单类型": "变更网站", "变更内容": "网站负责人",
        "变更后负责人": "陈例文", "涉及域名": "baoguan-shili.com.cn", "当前阶段": "已办结", "提交时间": date(2026, 9, 28),
        "办结时间": "2026-10-28", "是否绑定通知": "否",
    },
    # Unknown: nobody wrote down whether the new person has bound a channel.
    {
        "订单号": "BA20260601008", "主体备案号": story.E1.number, "订单类型": "变更网站", "变更内容": "网站负责人",
        "变更后负责人": "林样本", "涉及域名": "xinwen-shili.com.cn", "当前阶段": "办结", "提交时间": date(2026, 6, 1),
        "办结时间": date(2026, 7, 1),
    },
    # CHG707, both: one returned, one under way. CHG705: the second one's records were changed on the way.
    {
        "订单号": "BA20261102002", "主体备案号": story.E4.number, "订单类型": "变更网站", "变更内容": "网站名称",
        "涉及域名": "zheli-shili.cn", "当前阶段": "驳回", "提交时间": date(2026, 11, 2),
    },
    {
        "订单号": "BA20261117003", "主体备案号": story.E4.number, "订单类型": "变更网站", "变更内容": "网站名称",
        "涉及域名": "zhibo-shili.cn", "当前阶段": "短信核验", "提交时间": "2026/11/17 9:40", "初审通过时间": date(2026, 11, 20),
        "短信下发时间": "2026年11月22日 15:30",
    },
    # CHG701: with the bureau for more than twenty working days.
    {
        "订单号": "BA20261012001", "主体备案号": story.E6.number, "订单类型": "变更网站", "变更内容": "服务器信息",
        "涉及域名": "xiangjiang-shili.cn", "当前阶段": "管局审核", "提交时间": date(2026, 10, 12), "初审通过时间": date(2026, 10, 13),
        "短信下发时间": "2026-10-14 09:00", "短信核验完成时间": "2026-10-14 11:20", "提交管局时间": date(2026, 10, 15),
    },
    # Sound: done, and the channel is bound.
    {
        "订单号": "BA20260810006", "主体备案号": story.E7.number, "订单类型": "变更网站", "变更内容": "网站负责人",
        "变更后负责人": "唐仿真", "涉及域名": "shilishi-fuwu.com", "当前阶段": "管局审核通过", "提交时间": date(2026, 8, 10),
        "办结时间": "2026-09-03 14:05", "是否绑定通知": "是",
    },
    # CHG703: the site goes ahead of the entity's own change.
    {
        "订单号": "BA20261120005", "主体备案号": story.E8.number, "订单类型": "变更互联网信息服务", "变更内容": "网站负责人联系方式",
        "涉及域名": "shilitushuguan.org.cn", "当前阶段": "初审", "提交时间": date(2026, 11, 20),
    },
    {
        "订单号": "计划-2", "主体备案号": story.E8.number, "订单类型": "变更主体", "变更内容": "主体地址",
        "涉及域名": "shilitushuguan.org.cn、yuedu-shili.cn、guancang-shili.cn", "当前阶段": "待提交",
        "计划提交日期": date(2026, 12, 1), "已备材料": "事业单位法人证书、主体负责人身份证、域名实名认证截图、应急电话缴费凭证",
    },
    # CHG702: a stranger holds the domain.
    {
        "订单号": "计划-3", "主体备案号": story.E11.number, "订单类型": "变更网站", "变更内容": "网站名称",
        "涉及域名": "dingpiao-shili.cn", "当前阶段": "计划中", "计划提交日期": date(2026, 11, 30),
        "已备材料": "网站负责人身份证、域名实名认证截图、缴费凭证",
    },
    # CHG706: neither screenshot nor receipt.
    {
        "订单号": "计划-4", "主体备案号": story.E13.number, "订单类型": "变更网站", "变更内容": "网站名称",
        "涉及域名": "caiyun-shili.cn", "当前阶段": "待提交", "计划提交日期": date(2026, 12, 14), "已备材料": "网站负责人身份证",
    },
)  # fmt: skip


def rows() -> Iterator[Cells]:
    """The rows of the sheet of orders."""
    for order in _ORDERS:
        yield [order.get(title, "") for title in HEADER]


def kept_answers() -> Iterator[Line]:
    """What DNS answered when the orders were submitted."""
    for domain, address, month, day in (
        ("xinghe-shili.cn", "198.51.100.10", 11, 4),
        ("xiangjiang-shili.cn", "198.51.100.61", 10, 11),
        ("zhibo-shili.cn", "198.51.100.144", 11, 16),  # CHG705
    ):
        apex = {"rcode": "NOERROR", "A": [address], "NS": ["dns9.hichina.com", "dns10.hichina.com"]}
        hosts = {domain: apex, f"www.{domain}": {"rcode": "NOERROR", "A": [address]}}
        at = datetime(2026, month, day, 9, 30, tzinfo=BEIJING).isoformat()
        yield line(domain, "dns", "192.0.2.53", at, hosts)

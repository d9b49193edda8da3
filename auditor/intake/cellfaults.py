"""Why a cell could not be read or had to be mended, and what is needed instead, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.text import Text
from auditor.model.values import FieldKind, Problem


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell could not be read, or what had to be mended to read it."""

    wrong: Text
    needed: Text


NEEDED = {
    FieldKind.DATE: Text("需要完整日期, 例如 2026-01-05", "a whole date is needed, such as 2026-01-05"),
    FieldKind.VALIDITY: Text(
        "需要完整日期、起止日期或“长期”, 例如 2036-05-01",
        "a whole date, a range or 长期 is needed, such as 2036-05-01",
    ),
    FieldKind.NUMBER: Text(
        "需要一个备案号, 例如 京ICP备12345678号-1", "one record number is needed, such as 京ICP备12345678号-1"
    ),
    FieldKind.ID: Text("需要按文本保存的完整号码", "the whole number is needed, kept as text"),
    FieldKind.PHONE: Text("需要按文本保存的电话号码", "a phone number is needed, kept as text"),
    FieldKind.DOMAIN: Text("需要域名, 例如 example.cn", "a domain is needed, such as example.cn"),
    FieldKind.ENTITY_KIND: Text(
        "需要主办单位性质, 例如 企业、个人、事业单位",
        "a kind of entity is needed, such as 企业, 个人 or 事业单位",
    ),
    FieldKind.SERVICE_KIND: Text(
        "需要服务类型: 网站、App、小程序或快应用", "a kind of service is needed: 网站, App, 小程序 or 快应用"
    ),
    FieldKind.ROLE: Text("需要角色: 主体负责人或网站负责人", "a role is needed: 主体负责人 or 网站负责人"),
    FieldKind.ORDER_KIND: Text(
        "需要订单类型: 变更主体、变更网站、变更备案、注销或接入",
        "a kind of order is needed: 变更主体, 变更网站, 变更备案, 注销 or 接入",
    ),
    FieldKind.ORDER_STAGE: Text(
        "需要办理阶段: 待提交、初审、短信核验、管局审核、已办结、已驳回或已取消",
        "a stage is needed: 待提交, 初审, 短信核验, 管局审核, 已办结, 已驳回 or 已取消",
    ),
    FieldKind.MOMENT: Text(
        "需要完整日期, 可带时刻, 例如 2026-01-05 15:30",
        "a whole date is needed, with its time where known, such as 2026-01-05 15:30",
    ),
    FieldKind.DOMAINS: Text(
        "需要域名, 多个用顿号分隔, 例如 example.cn",
        "domains are needed, several separated by 、, such as example.cn",
    ),
    FieldKind.FLAG: Text("需要“是”或“否”", "是 or 否 is needed"),
}
NEEDED_OTHERWISE = Text("需要能读出的内容", "content that can be read is needed")
AS_TEXT = Text(
    "需要把该列设为文本格式后重新填写完整号码",
    "the column must be set to text and the whole number typed again",
)
CANONICAL = Text("建议改为规范写法", "better written in the canonical form")

WRONG = {
    Problem.NOT_A_DATE: Text("不是能确定的日期", "not a date that can be told for certain"),
    Problem.NOT_A_NUMBER: Text("不是能识别的备案号", "not a record number that can be recognised"),
    Problem.NOT_A_DOMAIN: Text("没有可注册的域名", "it holds no registrable domain"),
    Problem.ROUNDED: Text(
        "号码按数字保存, 15 位之后的数字已不可信",
        "the number is stored as a number; digits beyond the 15th are not trustworthy",
    ),
    Problem.ERROR_CELL: Text("单元格是错误值", "the cell holds an error value"),
    Problem.NO_CACHED_VALUE: Text("公式没有保存计算结果", "the formula has no stored result"),
    Problem.NOT_A_WORD: Text("不是已知的词", "not a word that is known here"),
}
NO_CACHED_NEEDED = Text(
    "需要在表格软件中打开并保存一次, 或改填数值",
    "open and save the book once in a spreadsheet program, or put in the value",
)
SEVERAL_NUMBERS = Text("一格内有多个备案号", "the cell holds several record numbers")
MENDED_NUMBER = Text(
    "备案号写法不规范, 已按规范形式读取",
    "the record number is not in canonical form; it was read as if it were",
)
HIDDEN = Text("含有不可见的控制字符, 已去除", "it holds invisible control characters, which were dropped")
HIDDEN_NEEDED = Text("需要不含控制字符的文字", "text without control characters is needed")
NOT_PLAIN = Text(
    "一格内不止一个域名, 或写成了网址、主机名",
    "it holds several names, a URL or a host name; the registrable domains were taken",
)
PARTLY = Text("其中一部分不是域名", "a part of it is no domain")

"""Words in cells that stand for a member of a fixed vocabulary: kinds of service, roles, yes and no."""

from __future__ import annotations

import re

from auditor.model.values import plain
from auditor.model.words import EntityKind, OrderKind, OrderStage, PersonRole, ServiceKind

# The ministry's numbers for kinds of service (serviceType) and of entity (natureId) in its query results.
_SERVICE_KINDS = {
    ServiceKind.SITE: ("网站", "站点", "web", "website", "site", "1", "网站备案"),
    ServiceKind.APP: (
        "app",
        "apps",
        "应用",
        "移动应用",
        "移动应用程序",
        "手机应用",
        "客户端",
        "6",
        "app备案",
    ),
    ServiceKind.MINI_PROGRAM: (
        "小程序",
        "微信小程序",
        "miniprogram",
        "mini_program",
        "mini-program",
        "7",
        "小程序备案",
    ),
    ServiceKind.QUICK_APP: ("快应用", "quickapp", "quick_app", "8", "快应用备案"),
}
_SERVICE_WORDS = {word: kind for kind, words in _SERVICE_KINDS.items() for word in words}
_NATURE_NUMBERS = {
    "1": EntityKind.MILITARY,
    "2": EntityKind.GOVERNMENT,
    "3": EntityKind.PUBLIC_INSTITUTION,
    "4": EntityKind.ENTERPRISE,
    "5": EntityKind.INDIVIDUAL,
    "6": EntityKind.SOCIAL_GROUP,
}

_BOTH = re.compile(
    r"^(?:两者|二者|两者皆是|双重|兼任|both|主体负责人?兼.*|(?:主体|单位).*[及和与/、,;;+&].*(?:网站|服务|app|信息).*|"
    r"(?:网站|服务|app|互联网信息服务).*[及和与/、,;;+&].*(?:主体|单位).*|leader.*administrator|administrator.*leader)$"
)
_LEADER = re.compile(
    r"^(?:(?:备案)?(?:主体|单位|主办单位|主办者)(?:的)?(?:主要)?(?:负责人|负责人员)?|法人|法人代表|法定代表人|leader|entity_?leader)$"
)
_ADMINISTRATOR = re.compile(
    r"^(?:(?:网站|服务|app|小程序|快应用|icp|信息服务|互联网信息服务|网站备案|站点)(?:备案)?(?:的)?(?:主要)?(?:负责人|负责人员|管理员)?|"
    r"administrator|service_?administrator)$"
)

_YES = frozenset(
    ("是", "y", "yes", "true", "1", "有", "已限制", "限制", "√", "✓", "✔", "已绑定", "绑定", "已关注")
)
_NO = frozenset(
    (
        "否", "n", "no", "false", "0", "无", "没有", "未限制", "不限制", "正常", "未", "不", "×", "✗",
        "未绑定", "没绑定", "未关注",
    )
)  # fmt: skip

_CANCELS = re.compile(r"注销|取消接入|撤销备案|cancel")
_NEW_FILING = re.compile(r"首次|新增|新办|新建")
_OF_ENTITY = re.compile(r"主体|主办单位|主办者|单位|entity|subject")
_OF_SERVICE = re.compile(r"网站|服务|站点|app|小程序|快应用|service|site")
_OF_BOTH = re.compile(
    r"^(?:(?:申请)?变更备案(?:信息|订单|申请)?|备案(?:信息)?变更(?:订单|申请)?|(?:同时|全部)变更|both)$|both"
)
_STAGES: tuple[tuple[OrderStage, re.Pattern[str]], ...] = (
    (OrderStage.RETURNED, re.compile(r"驳回|退回|不通过|未通过|失败|补正|returned|rejected")),
    (
        OrderStage.CANCELLED,
        re.compile(r"^(?:订单)?(?:已)?(?:取消|撤销|撤回|作废|关闭|放弃|终止)|cancell?ed|withdrawn"),
    ),
    (OrderStage.DRAFT, re.compile(r"待提交|未提交|拟提交|草稿|计划|填写|准备|draft|planned")),
    (OrderStage.BUREAU, re.compile(r"(?:短信|核验|验证).*(?:完成|通过|成功)")),
    (
        OrderStage.SMS,
        re.compile(
            r"(?:初审|服务商审核|接入商审核|平台审核).*(?:通过|完成)|短信|^(?!.*(?:真实性|人脸)).*(?:核验|验证)|sms"
        ),
    ),
    (OrderStage.DONE, re.compile(r"(?<![未待])(?:办结|完成|通过|成功|生效)|done|completed|approved")),
    (OrderStage.BUREAU, re.compile(r"管局|通管局|通信管理局|终审|bureau")),
    (
        OrderStage.FIRST_REVIEW,
        re.compile(
            r"初审|服务商|接入商|平台审|阿里云审|腾讯云审|华为云审|^(?:已)?提交$|^提交成功$|first.?review"
        ),
    ),
)


def service_kind(text: str) -> ServiceKind | None:
    """The kind of service that a word or the ministry's serviceType names; None for any other word."""
    return _SERVICE_WORDS.get(plain(text))


def entity_kind(text: str) -> EntityKind | None:
    """The kind of entity that a word or the ministry's natureId names; None for any other word."""
    from auditor.rules.certificates import entity_kind as named

    return _NATURE_NUMBERS.get(plain(text)) or named(text)


def person_roles(text: str) -> tuple[PersonRole, ...]:
    """The roles that a cell gives to a person: none, one or both."""
    word = re.sub(r"[()[\]【】]", "", plain(text))
    if _BOTH.match(word):
        return (PersonRole.LEADER, PersonRole.ADMINISTRATOR)
    if _LEADER.match(word):
        return (PersonRole.LEADER,)
    if _ADMINISTRATOR.match(word):
        return (PersonRole.ADMINISTRATOR,)
    return ()


def flag(text: str) -> bool | None:
    """Yes or no; None for any other word."""
    word = plain(text)
    if word in _YES:
        return True
    return False if word in _NO else None


def order_kind(text: str) -> OrderKind | None:
    """What an order does, by its wording; None where that is not said (变更, 首次备案, 其他 …)."""
    word = plain(text)
    by_code = next((kind for kind in OrderKind if word == kind.code), None)
    if by_code is not None:
        return by_code
    if _CANCELS.search(word):
        return OrderKind.CANCEL
    if "接入" in word or word == "转入备案":
        return OrderKind.ACCESS
    if _NEW_FILING.search(word):
        return None
    if _OF_BOTH.match(word):
        return OrderKind.BOTH
    entity, service = bool(_OF_ENTITY.search(word)), bool(_OF_SERVICE.search(word))
    if entity and service:
        return OrderKind.BOTH
    return OrderKind.ENTITY if entity else OrderKind.SERVICE if service else None


def order_stage(text: str) -> OrderStage | None:
    """How far an order has come, by the provider's or the office's wording; None for any other word."""
    word = plain(text)
    by_code = next((stage for stage in OrderStage if word == stage.code), None)
    return by_code or next((stage for stage, pattern in _STAGES if pattern.search(word)), None)

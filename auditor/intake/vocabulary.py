"""Words in cells that stand for a member of a fixed vocabulary: kinds of service, roles, yes and no."""

from __future__ import annotations

import re

from auditor.model.values import plain
from auditor.model.words import EntityKind, PersonRole, ServiceKind

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

_YES = frozenset(("是", "y", "yes", "true", "1", "有", "已限制", "限制", "√", "✓", "✔"))
_NO = frozenset(
    ("否", "n", "no", "false", "0", "无", "没有", "未限制", "不限制", "正常", "未", "不", "×", "✗")
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

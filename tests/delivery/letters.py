"""Letters for the tests of mail; all people and domains are made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from auditor.delivery.message import Letter, parcel
from auditor.delivery.parcel import Parcel

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LETTER = Letter(
    subject="[备案审计] 集团域名 严重2 高5 ｜新增3 ↑ 解决4 ↓ ｜无法判定7",
    text="严重 2 项\n.以点开头的一行\n",
    html="<p>严重 2 项</p>",
    sender="备案审计 <audit@example.cn>",
    to=("张三 <zhang@example.cn>", "li@example.cn"),
    key="run-7/owner/集团",
    thread="集团域名/owner/集团",
    date=NOW,
)


def letter(**changes: Any) -> Letter:
    """The letter with some fields different."""
    return replace(LETTER, **changes)


def mail(key: str = "run-7", *to: str, **changes: Any) -> Parcel:
    """A mail ready to be sent."""
    return parcel(letter(key=key, to=to or LETTER.to, **changes))

"""The tables of the policy file about mail, chat and schedules."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from auditor.settings.language import Language
from auditor.settings.section import Section

When = Literal["always", "changed", "findings"]


class RouteTable(Section):
    """[[email.route]]: who gets which rows. Exactly one of owner, tag, entity says whose.

    owner: the person in charge typed into a report, the owner on record, or the group; tag: the group column; entity: an
    entity number or the owner on record. `*` alone makes a route of every value that `addresses` gives an address for.
    """

    owner: str | None = None
    tag: str | None = None
    entity: str | None = None
    to: list[str] = []
    cc: list[str] = []
    addresses: dict[str, str | list[str]] = {}
    lang: Language | None = None
    when: When | None = None

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        named = [one for one in (self.owner, self.tag, self.entity) if one]
        if len(named) != 1:
            raise ValueError("exactly one of owner, tag, entity|owner、tag、entity 三者之一")
        if (named[0] == "*") == bool(self.to):
            raise ValueError(
                'to = […] for a name, addresses = { name = "…" } for "*"|具名路由用 to = […], "*" 路由用 addresses = { 名称 = "…" }'
            )
        if (named[0] == "*") != bool(self.addresses):
            raise ValueError(
                'to = […] for a name, addresses = { name = "…" } for "*"|具名路由用 to = […], "*" 路由用 addresses = { 名称 = "…" }'
            )
        return self


class EmailTable(Section):
    """[email]: the mail server and who gets what. The password comes from AUDIT_SMTP_PASSWORD or the keyring.

    to: the whole report; digest: counts and a line for each route; subject: the portfolio's name in subjects;
    heartbeat_days: with when = "changed" or "findings", a mail at the latest after so many days, 0 for never;
    attach: what goes along while it fits under attach_limit_mb; link: where the report can be opened; on_failure: who
    hears of a run that failed or did not happen, `to` and `digest` where it is empty; outbox: a folder.
    """

    host: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    keyring: bool = False
    ca_file: str | None = None
    from_: Annotated[str | None, Field(alias="from")] = None
    reply_to: str | None = None
    to: list[str] = []
    cc: list[str] = []
    digest: list[str] = []
    on_failure: list[str] = []
    when: When = "always"
    heartbeat_days: Annotated[int, Field(ge=0, le=3660)] = 0
    expiry_rungs: list[Annotated[int, Field(ge=0, le=3660)]] = [90, 45, 30, 14, 7, 1, 0]
    subject: str | None = None
    lang: Language | None = None
    attach: list[Literal["xlsx", "html"]] = ["xlsx", "html"]
    attach_limit_mb: Annotated[float, Field(gt=0, le=100)] = 8.0
    link: str | None = None
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 30.0
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    backoff_s: Annotated[float, Field(ge=0, le=600)] = 5.0
    outbox: str | None = None
    route: list[RouteTable] = []


class ChatHook(Section):
    """One webhook. url: its address, else from the environment (AUDIT_WECOM_URL, AUDIT_DINGTALK_URL, AUDIT_FEISHU_URL).

    The signing secret comes from AUDIT_DINGTALK_SECRET or AUDIT_FEISHU_SECRET alone.
    """

    url: str | None = None
    when: When | None = None
    mention: list[str] = []


class ChatTable(Section):
    """[chat]: the summary with the link, posted to 企业微信, 钉钉 and 飞书."""

    link: str | None = None
    lang: Language | None = None
    when: When = "always"
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 15.0
    ca_file: str | None = None
    wecom: ChatHook | None = None
    dingtalk: ChatHook | None = None
    feishu: ChatHook | None = None


class ScheduleTable(Section):
    """[schedule]: what a scheduled run tells other machines.

    ping: the address of a check in the healthchecks convention (…/start before, the address itself after success,
    …/fail after failure); metrics: a file in Prometheus text form; log: a file, kept in `log_keep` pieces of
    `log_mb`; grace_minutes: how late a run may be before it counts as missed; timeout_minutes: 0 for none.
    """

    ping: str | None = None
    ping_timeout_s: Annotated[float, Field(gt=0, le=120)] = 10.0
    metrics: str | None = None
    log: str | None = None
    log_mb: Annotated[float, Field(gt=0, le=1000)] = 5.0
    log_keep: Annotated[int, Field(ge=1, le=100)] = 5
    grace_minutes: Annotated[int, Field(ge=1, le=100000)] = 60
    timeout_minutes: Annotated[int, Field(ge=0, le=100000)] = 0

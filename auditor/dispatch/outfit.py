"""What sending needs: the policy's mail server and robots, their secrets, a clock; and what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from auditor.delivery.chat import ChatKind, Hook, check_hook
from auditor.delivery.mail_address import parse_addresses
from auditor.delivery.mail_server import MailServer, check_server
from auditor.delivery.outbox import Outbox
from auditor.delivery.secrets import smtp_password
from auditor.errors import PolicyError
from auditor.model.text import Text
from auditor.settings.policy_file import Settings

LINK_TEXT = Text("打开报告", "Open the report")


@dataclass(frozen=True)
class Outfit:
    """What sending needs beside the result. environment: where secrets are; templates: the user's folder.

    dry_run: a folder that gets the mails as files, while nothing is sent and nothing is noted; again: although it was
    sent before.
    """

    settings: Settings
    environment: Mapping[str, str]
    clock: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep
    templates: Path | None = None
    dry_run: Path | None = None
    again: bool = False
    lang: str = "zh"


@dataclass
class Sent:
    """What became of it. told: a line each for the person at the terminal or the log; faults: those of them that somebody
    must hear of who asked for quiet.

    sent, waiting, refused, blocked: recipients; blocked: the settings are wrong, it waits until they are mended.
    """

    told: list[Text] = field(default_factory=list)
    faults: list[Text] = field(default_factory=list)
    sent: int = 0
    waiting: int = 0
    refused: int = 0
    blocked: int = 0

    def add(self, zh: str, en: str, *, fault: bool = False) -> None:
        """Add a line."""
        line = Text(zh, en)
        self.told.append(line)
        if fault:
            self.faults.append(line)

    def lines(self, *, quiet: bool) -> tuple[Text, ...]:
        """What to print."""
        return tuple(self.faults if quiet else self.told)


def check_mail(settings: Settings, environment: Mapping[str, str], *, dry: bool = False) -> None:
    """PolicyError where a mail is wanted and neither mail nor chat is set up, or what is set up cannot work.

    dry: nothing will be sent, so that no password is needed.
    """
    own = settings.file.email
    hooks = list(hooks_of(settings, environment))
    if own.host is None and not hooks:
        raise PolicyError(
            "没有可用的发送方式: 策略文件中需要 [email] host 或 [chat] 的 webhook",
            "There is no way to send: the policy file needs [email] host or a webhook under [chat]",
            hint_zh="`audit init` 生成的 audit.toml 中有示例",
            hint_en="The audit.toml that `audit init` writes has examples",
            where=settings.where("email"),
        )
    for hook in hooks:
        check_hook(hook)
    if own.host is None:
        return
    if own.from_ is None:
        raise PolicyError(
            "[email] 需要 from: 发件人地址",
            "[email] needs from: the sender's address",
            where=settings.where("email"),
        )
    if not (own.to or own.digest or own.route):
        raise PolicyError(
            "[email] 没有收件人: 需要 to、digest 或 [[email.route]]",
            "[email] names nobody to write to: it needs to, digest or [[email.route]]",
            where=settings.where("email"),
        )
    # A wrong address in one route would otherwise be met after the audit, and cost all others their mail.
    parse_addresses((own.from_, *([own.reply_to] if own.reply_to else [])))
    parse_addresses((*own.to, *own.cc, *own.digest, *own.on_failure))
    for route in own.route:
        parse_addresses((*route.to, *route.cc))
        for given in route.addresses.values():
            parse_addresses((given,) if isinstance(given, str) else given)
    server = mail_server(settings, environment)
    check_server(replace(server, username=None) if dry and not server.password else server)


def mail_server(settings: Settings, environment: Mapping[str, str]) -> MailServer:
    """The mail server that the policy names."""
    own = settings.file.email
    assert own.host is not None
    ca_file = settings.beside(own.ca_file)
    return MailServer(
        own.host,
        own.port,
        own.security,
        own.username,
        smtp_password(environment, host=own.host, username=own.username, keyring=own.keyring),
        str(ca_file) if ca_file else None,
        own.timeout_s,
        own.attempts,
        own.backoff_s,
    )


def outbox_of(settings: Settings) -> Outbox:
    """The outbox that the policy names, else one among the user's data."""
    named = settings.beside(settings.file.email.outbox)
    if named is None:
        from platformdirs import user_data_path

        named = user_data_path("icp-audit") / "outbox"
    return Outbox(named)


def hooks_when(settings: Settings, environment: Mapping[str, str]) -> Iterator[tuple[Hook, str]]:
    """The robots of the policy and when each is posted to. PolicyError for one without an address."""
    own = settings.file.chat
    for kind in ChatKind:
        table = getattr(own, kind.code)
        if table is None:
            continue
        word = kind.code.upper()
        url = table.url or environment.get(f"AUDIT_{word}_URL")
        if not url:
            raise PolicyError(
                f"[chat.{kind.code}] 没有地址: 设置环境变量 AUDIT_{word}_URL 或 url",
                f"[chat.{kind.code}] has no address: set AUDIT_{word}_URL in the environment, or url",
                where=settings.where("chat", kind.code),
            )
        secret = environment.get(f"AUDIT_{word}_SECRET")
        yield Hook(kind, url, secret, tuple(table.mention)), table.when or own.when


def hooks_of(settings: Settings, environment: Mapping[str, str]) -> Iterator[Hook]:
    """The robots of the policy."""
    return (hook for hook, _ in hooks_when(settings, environment))

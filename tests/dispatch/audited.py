"""An office of two entities whose audits are mailed: real audits of a tiny book, a policy, a clock that the test moves."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl

from auditor.dispatch.audit_news import send_audit
from auditor.dispatch.outfit import Outfit, Sent
from auditor.history.store import History
from auditor.model.values import BEIJING
from auditor.past import Wanted, open_history
from auditor.pipeline import Audit, Request, audit
from auditor.report.view import build_view
from auditor.settings.policy_file import Settings, read_settings
from tests.builders import credit_code, id_number
from tests.servers.smtp_server import SmtpServer

FIRST, SECOND, STRANGER = "北京甲方测试有限公司", "天津乙方测试有限公司", "广州丙方测试有限公司"
FIRST_NUMBER, SECOND_NUMBER = "京ICP备20260001号", "津ICP备20260002号"
FIRST_DOMAIN, SECOND_DOMAIN = "jiafang-1.cn", "yifang-1.cn"
FIRST_GROUP, SECOND_GROUP = "华北组", "渤海组"
OF_SECOND = (SECOND, SECOND_NUMBER, SECOND_DOMAIN, SECOND_GROUP, "乙某某")
OF_FIRST = (FIRST, FIRST_NUMBER, FIRST_DOMAIN, FIRST_GROUP, "甲某某")
HEADERS = ("域名", "网站备案号", "主办单位名称", "单位性质", "统一社会信用代码", "主体负责人", "主体负责人身份证号", "主体负责人手机号", "分组")  # fmt: skip
PHONE = "13800138001"
PORTFOLIO = "集团域名"
FAR = "2029-03-01"
START = datetime(2026, 11, 23, 7, tzinfo=BEIJING)
BOTH = (FIRST_DOMAIN, SECOND_DOMAIN)

_ROWS: dict[str, tuple[str, ...]] = {
    FIRST_DOMAIN: (f"{FIRST_NUMBER}-1", FIRST, "企业", credit_code(1), "甲某某", id_number(1), PHONE, FIRST_GROUP),
    SECOND_DOMAIN: (f"{SECOND_NUMBER}-1", SECOND, "企业", credit_code(2), "乙某某", id_number(2), "13800138002", SECOND_GROUP),
}  # fmt: skip


def write_book(path: Path, domains: Sequence[str] = BOTH) -> Path:
    """The book: a row for each domain."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "备案台账"
    sheet.append(list(HEADERS))
    for domain in domains:
        sheet.append([domain, *_ROWS[domain]])
    made.save(path)
    return path


def write_evidence(
    path: Path, day: date, wrong: Sequence[str], ends: Mapping[str, str], domains: Sequence[str] = BOTH
) -> Path:
    """What WHOIS said on a day. wrong: domains that belong to somebody else; ends: domain → its last day."""
    lines = []
    for domain in domains:
        registrant = STRANGER if domain in wrong else _ROWS[domain][1]
        raw = (
            f"Domain Name: {domain}\r\nROID: 20200101s10001s00000001-cn\r\nDomain Status: ok\r\nRegistrant: {registrant}\r\n"
            "Sponsoring Registrar: 阿里云计算有限公司（万网）\r\nName Server: dns1.example.net\r\n"
            f"Registration Time: 2019-01-01 10:00:00\r\nExpiration Time: {ends.get(domain, FAR)} 10:00:00\r\nDNSSEC: unsigned\r\n"
        )
        line = {"domain": domain, "source": "whois", "server": "whois.cnnic.cn", "fetched_at": f"{day}T06:00:00+08:00", "outcome": "answered", "raw": raw}  # fmt: skip
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    path.write_text("".join(lines), encoding="utf-8")
    return path


@dataclass
class Office:
    """One office. now: its clock; email, chat: more lines for the policy's sections; more: after all others."""

    here: Path
    server: SmtpServer
    email: str = 'to = ["leiter@example.cn"]'
    more: str = ""
    now: datetime = START
    slept: list[float] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    mail: bool = True

    def settings(self) -> Settings:
        path = self.here / "audit.toml"
        head = f'host = "127.0.0.1"\nport = {self.server.port}\nfrom = "备案审计 <audit@example.cn>"\n'
        own = f'[email]\nsecurity = "none"\ntimeout_s = 5\nattempts = 2\noutbox = "outbox"\n{head}'
        lines = f"{own if self.mail else ''}{self.email if self.mail else ''}\n{self.more}\n"
        path.write_text(f'{lines}[history]\nportfolio = "{PORTFOLIO}"\n', encoding="utf-8")
        return read_settings(path)

    def audited(
        self,
        wrong: Sequence[str] = (FIRST_DOMAIN,),
        *,
        days: int = 7,
        ends: Mapping[str, str] | None = None,
        only: Sequence[str] = ("OWN201",),
        domains: Sequence[str] = BOTH,
        known: Sequence[str] = BOTH,
        remember: bool = True,
    ) -> Audit:
        """One more audit, so many days after the last; recorded. known: the domains of which there is evidence."""
        self.now += timedelta(days=days)
        book = write_book(self.here / "台账.xlsx", domains)
        evidence = write_evidence(
            self.here / "evidence.jsonl", self.now.date(), wrong, ends or {}, [one for one in domains if one in known]
        )  # fmt: skip
        request = Request(
            (str(book),),
            self.settings(),
            (evidence,),
            as_of=self.now.date(),
            only=tuple(only),
            past=Wanted(remember),
        )
        made = audit(request, clock=lambda: self.now)
        with made.recorded():
            pass
        return made

    def history(self) -> History:
        opened = open_history(self.settings(), lambda: self.now)
        assert opened is not None
        return opened

    def outfit(self, **changes: Any) -> Outfit:
        given = {"clock": lambda: self.now, "sleep": self.slept.append} | changes
        return Outfit(self.settings(), self.environment, **given)

    def sends(
        self, made: Audit, *, files: Mapping[str, Path] | None = None, remember: bool = True, **changes: Any
    ) -> Sent:
        """Mail an audit, as the command does."""
        if not remember:
            return send_audit(
                build_view(made.result),
                made.past.portfolio,
                self.outfit(**changes),
                history=None,
                files=files,
            )
        with self.history() as store:
            return send_audit(
                build_view(made.result),
                made.past.portfolio,
                self.outfit(**changes),
                history=store,
                files=files,
            )

    def news(self, *wrong: str, **how: Any) -> list[EmailMessage]:
        """Audit, send, and the mails that came of it."""
        before = len(self.server.mails)
        self.sends(self.audited(wrong, **how))
        return self.arrived(before)

    def arrived(self, before: int = 0) -> list[EmailMessage]:
        return [one.message for one in self.server.mails[before:]]


def told(sent: Sent, lang: str = "zh") -> str:
    return "\n".join(one.in_language(lang) for one in sent.told)


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def attached(message: EmailMessage) -> dict[str, bytes]:
    """File name → content."""
    return {str(one.get_filename()): one.get_payload(decode=True) for one in message.iter_attachments()}  # type: ignore[misc]


def everything(message: EmailMessage) -> str:
    """All that a reader of the mail could find: headers, both parts, and what is inside the attached files."""
    found = [str(message["Subject"]), text_of(message), html_of(message)]
    for name, content in attached(message).items():
        found.append(name)
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                found += [package.read(one).decode("utf-8", "replace") for one in package.namelist()]
        else:
            found.append(content.decode("utf-8"))
    return "\n".join(found)

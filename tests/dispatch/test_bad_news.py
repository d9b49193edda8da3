"""Bad news: runs that failed or did not happen, told once to those who shall hear of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from auditor.cli.main import main
from auditor.delivery.lock import Lock
from auditor.dispatch.bad_news import send_failure
from auditor.dispatch.outfit import Sent
from auditor.model.text import Text
from tests.dispatch.audited import (
    FIRST_DOMAIN,
    START,
    Office,
    html_of,
    text_of,
    told,
    write_book,
    write_evidence,
)
from tests.servers.http_server import HttpServer, json_page
from tests.servers.smtp_server import SmtpServer

READERS = 'to = ["leiter@example.cn"]\ndigest = ["chef@example.cn"]'


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


def fails(office: Office, *, missed: bool = False, key: str = "run-1", **how: object) -> Sent:
    given: dict[str, object] = {
        "when": START,
        "said": ["第一行", Text("找不到台账", "No book was found")],
        "last_good": START - timedelta(days=7),
        "next_due": START + timedelta(days=7),
    }
    return send_failure(office.outfit(), name="周报", key=key, missed=missed, **given | how)  # type: ignore[arg-type]


def test_a_failure_is_told_with_what_the_program_said_and_when_it_last_went_well(
    tmp_path: Path, server: SmtpServer
) -> None:
    office = Office(tmp_path, server, READERS)
    sent = fails(office)
    (mail,) = office.arrived()
    assert mail["Subject"] == "[备案审计] 集团域名 未能完成"
    assert mail["To"] == "leiter@example.cn, chef@example.cn"
    for words in ("第一行", "找不到台账", "2026-11-23 07:00", "2026-11-16 07:00", "2026-11-30 07:00"):
        assert words in text_of(mail)
    assert "找不到台账" in html_of(mail)
    assert "故障通知 → leiter@example.cn: 已发送" in told(sent)


def test_a_missed_run_has_its_own_words_in_either_language(tmp_path: Path, server: SmtpServer) -> None:
    office = Office(tmp_path, server, READERS)
    fails(office, missed=True)
    office.email = f'{READERS}\nlang = "en"\non_failure = ["admin@example.cn"]\nsubject = "Group"'
    fails(office, missed=True, key="run-2", last_good=None, next_due=None)
    chinese, english = office.arrived()
    assert chinese["Subject"] == "[备案审计] 集团域名 未按时运行"
    assert english["Subject"] == "[ICP audit] Group did not run"
    assert english["To"] == "admin@example.cn"
    assert "No book was found" in text_of(english)


def test_the_same_bad_news_is_sent_once_and_stays_in_one_thread(tmp_path: Path, server: SmtpServer) -> None:
    office = Office(tmp_path, server, READERS)
    assert fails(office).sent == 2
    assert fails(office).sent == 0
    fails(office, key="run-2")
    first, second = office.arrived()
    assert first["Message-ID"] != second["Message-ID"]
    assert first["References"] == second["References"]


def test_a_server_that_is_away_gets_it_with_the_next_mail(tmp_path: Path, server: SmtpServer) -> None:
    with SmtpServer(faults={"mail": ["451 later"] * 9}) as busy:
        assert fails(Office(tmp_path, busy, READERS)).waiting == 2
    office = Office(tmp_path, server, f"{READERS}\nattach = []")
    office.news(FIRST_DOMAIN)
    assert [str(one["Subject"]).rpartition(" ")[2] for one in office.arrived()] == [
        "未能完成",
        "｜首次",
        "｜首次",
    ]


def test_robots_hear_of_it_too_and_routes_do_not(tmp_path: Path, server: SmtpServer) -> None:
    with HttpServer({"/robot": json_page({"errcode": 0})}) as chat:
        office = Office(tmp_path, server, '[[email.route]]\ntag = "华北组"\nto = ["jia@example.cn"]\n')
        office.more = f'[chat.wecom]\nurl = "{chat.url}/robot"\n'
        assert fails(office).sent == 1
        assert "集团域名 未能完成" in json.loads(chat.seen[0].body)["markdown"]["content"]
    assert office.arrived() == []


class Desk:
    """A schedule of a tiny book whose policy names who is written to."""

    def __init__(self, here: Path, server: SmtpServer, capsys: pytest.CaptureFixture[str]) -> None:
        self.here, self.server, self._capsys = here, server, capsys
        self.kept = here.parent / "state" / "icp-audit" / "schedules" / "周报"
        write_book(here / "台账.xlsx")
        write_evidence(here / "evidence.jsonl", datetime(2026, 11, 23).date(), (), {})  # noqa: DTZ001
        self.policy = (
            f'[email]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nfrom = "audit@example.cn"\n'
            'to = ["leiter@example.cn"]\nattach = []\noutbox = "ausgang"\n'
        )
        self.write(self.policy)

    def write(self, policy: str) -> None:
        (self.here / "audit.toml").write_text(policy, encoding="utf-8")

    def audit(self, *words: object) -> tuple[int, str]:
        """Exit status and what was said on standard error."""
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(word) for word in words])
        assert isinstance(end.value.code, int)
        return end.value.code, self._capsys.readouterr().err

    def install(self, *words: object) -> None:
        given = (
            "--offline",
            "--only",
            "OWN201",
            "--evidence",
            "evidence.jsonl",
            "--as-of",
            "2026-11-23",
            *words,
        )
        status, said = self.audit(
            "schedule", "install", "--name", "周报", "--cron", "0 7 * * *", "--print", *given, "台账.xlsx"
        )
        assert status == 0, said

    def run(self) -> tuple[int, str]:
        return self.audit("schedule", "run", "周报")

    def put_back(self, days: int) -> None:
        """As if it had been installed some days earlier."""
        path = self.kept / "schedule.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        at = datetime.fromisoformat(content["installed_at"]) - timedelta(days=days)
        content["installed_at"] = at.isoformat()
        path.write_text(json.dumps(content), encoding="utf-8")

    def subjects(self) -> list[str]:
        return [str(one.message["Subject"]) for one in self.server.mails]


@pytest.fixture
def desk(
    tmp_path: Path, server: SmtpServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    here = tmp_path / "办公"
    here.mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("AUDIT_SMTP_PASSWORD", "AUDIT_SCHEDULE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(here)
    return Desk(here, server, capsys)


def test_a_scheduled_audit_that_fails_is_told_once_although_it_mails_by_itself(desk: Desk) -> None:
    desk.install("--email")
    assert desk.run()[0] == 0
    assert desk.subjects() == ["[备案审计] 台账 未发现问题 ｜首次"]
    (desk.here / "台账.xlsx").unlink()
    status, said = desk.run()
    assert status == 2
    assert "故障通知 → leiter@example.cn: 已发送" in said
    assert desk.subjects()[1:] == ["[备案审计] 周报 未能完成"]
    text = text_of(desk.server.mails[1].message)
    assert "退出状态 2" in text
    assert "找不到输入" in text
    assert "台账.xlsx" in "".join(text.split())
    assert "从未成功" not in text


def test_a_broken_policy_does_not_keep_the_news_of_it_from_those_it_named(desk: Desk) -> None:
    desk.install()
    assert desk.run()[0] == 0
    assert desk.subjects() == []
    desk.write("[nonsense]\n")
    assert desk.run()[0] == 2
    assert desk.subjects() == ["[备案审计] 周报 未能完成"]
    assert "nonsense" in text_of(desk.server.mails[0].message)
    # What the copy names beside the policy is still meant from there.
    assert (desk.here / "ausgang").is_dir()
    assert os.stat(desk.kept / "policy.toml").st_mode & 0o077 == 0
    # Each failure is one piece of news.
    assert desk.run()[0] == 2
    assert len(desk.subjects()) == 2


def test_a_missed_run_is_told_at_the_next_chance_and_once(desk: Desk) -> None:
    desk.install()
    desk.put_back(3)
    status, _said = desk.run()
    assert status == 0
    assert desk.subjects() == ["[备案审计] 周报 未按时运行"]
    assert desk.run()[0] == 0
    assert len(desk.subjects()) == 1


def test_a_run_that_meets_another_is_told_as_skipped(desk: Desk) -> None:
    desk.install()
    desk.kept.mkdir(parents=True, exist_ok=True)
    with Lock(desk.kept / "run.lock") as lock:
        lock.take(START)
        assert desk.run()[0] == 2
    assert len(desk.subjects()) == 1
    assert "跳过" in text_of(desk.server.mails[0].message)


def test_a_password_file_that_others_may_read_does_not_keep_the_news_back(desk: Desk) -> None:
    secrets = desk.here / "secrets.env"
    secrets.write_text("AUDIT_SMTP_PASSWORD=geheim-4711\n", encoding="utf-8")
    secrets.chmod(0o600)
    desk.install("--env-file", "secrets.env")
    secrets.chmod(0o644)
    status, said = desk.run()
    assert status == 2
    assert "chmod 600" in said
    assert len(desk.subjects()) == 1
    assert "geheim" not in said + text_of(desk.server.mails[0].message)


def test_nobody_is_written_to_where_the_policy_names_no_server(desk: Desk) -> None:
    desk.write("")
    desk.install()
    (desk.here / "台账.xlsx").unlink()
    status, said = desk.run()
    assert status == 2
    assert "Traceback" not in said
    assert desk.server.connections == 0

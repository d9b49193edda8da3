"""`audit email` and `audit run --email`: a run's report on its way, and what the exit status says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.past_audits import FAR, audit, document, fingerprints, refused, run, told
from tests.dispatch.audited import attached, everything, text_of
from tests.servers.http_server import HttpServer, json_page
from tests.servers.smtp_server import SmtpServer

PASSWORD = "密码-s3cret"
PHONE = "13800138001"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("AUDIT_SMTP_PASSWORD", "AUDIT_SCHEDULE", "AUDIT_WECOM_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


def policy(here: Path, server: SmtpServer, more: str = "", *, security: str = "none") -> None:
    lines = f'host = "127.0.0.1"\nport = {server.port}\nsecurity = "{security}"\nfrom = "audit@example.cn"\nto = ["leiter@example.cn"]\n'
    rest = 'attach = []\noutbox = "outbox"\nattempts = 1\n'
    (here / "audit.toml").write_text(
        f'[history]\nportfolio = "集团域名"\n[email]\n{lines}{rest}{more}', encoding="utf-8"
    )


def says(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> str:
    """What a command prints on standard error."""
    capsys.readouterr()
    assert audit(*words) == status
    return capsys.readouterr().err


def run_ids(capsys: pytest.CaptureFixture[str]) -> list[str]:
    groups = document(capsys, "history")["portfolios"]
    return [one["id"] for one in groups[0]["runs"]]  # type: ignore[index]


def test_the_newest_run_is_sent_once(
    here: Path, server: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    policy(here, server)
    run(here)
    assert server.mails == []
    assert "整份报告 → leiter@example.cn: 已发送" in says(capsys, "email")
    assert "此前已发送" in says(capsys, "email")
    assert says(capsys, "email", "--quiet") == ""
    assert len(server.mails) == 1
    says(capsys, "email", "--again", "--lang", "en")
    assert [str(one.message["Subject"])[:6] for one in server.mails] == ["[备案审计]", "[ICP a"]
    assert server.mails[0].message["Message-ID"] == server.mails[1].message["Message-ID"]


def test_an_earlier_run_is_named_by_the_beginning_of_its_id(
    here: Path, server: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    policy(here, server)
    run(here, as_of="2026-12-31")
    run(here, wrong=(2,), as_of="2027-01-01")
    newest, first = run_ids(capsys)
    says(capsys, "email", first[:22])
    says(capsys, "email", newest)
    assert [str(one.message["Subject"]) for one in server.mails] == [
        "[备案审计] 集团域名 严重1 ｜首次",
        "[备案审计] 集团域名 严重1 ｜新增1 ↑ 解决1 ↓",
    ]
    assert "审计基准日 2026-12-31" in text_of(server.mails[0].message)
    assert "没有" in refused(capsys, "email", "19990101T")


def test_a_run_mails_what_it_wrote_and_a_second_sending_does_nothing(
    here: Path, server: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    policy(here, server)
    text = (
        (here / "audit.toml").read_text(encoding="utf-8").replace("attach = []", 'attach = ["html", "xlsx"]')
    )
    (here / "audit.toml").write_text(text, encoding="utf-8")
    assert run(here, "--email") == 1
    (mail,) = server.mails
    files = attached(mail.message)
    assert [one.rpartition(".")[2] for one in files] == ["html", "xlsx"]
    assert set(files.values()) == {
        (here / "audit-report" / name).read_bytes() for name in ("report.html", "report.xlsx")
    }
    assert "此前已发送" in says(capsys, "email")
    assert len(server.mails) == 1


def test_what_was_written_unmasked_is_not_what_is_sent(here: Path, server: SmtpServer) -> None:
    policy(here, server)
    text = (here / "audit.toml").read_text(encoding="utf-8").replace("attach = []", "")
    (here / "audit.toml").write_text(text, encoding="utf-8")
    run(here, "--email", "--show-pii", "--only", "PER")
    (mail,) = server.mails
    assert len(attached(mail.message)) == 2
    assert PHONE not in everything(mail.message)


def test_a_refused_mail_is_told_also_when_quiet_and_does_not_change_the_verdict_of_a_run(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with SmtpServer(faults={"rcpt": ["550 5.1.1 No such user"] * 3}) as server:
        policy(here, server)
        capsys.readouterr()
        assert run(here, "--email") == 1
        assert "550 5.1.1 No such user" in capsys.readouterr().err
        assert (here / "audit-report" / "audit.json").exists()
        said = says(capsys, "email", "--quiet", "--lang", "en", status=2)
        assert "refused for good" in said
        # The server has thought better of it.
        says(capsys, "email", status=2)
        assert "已发送" in says(capsys, "email")


def test_a_mail_that_has_to_wait_ends_with_3_and_goes_with_the_next_run(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with SmtpServer(faults={"connect": ["421 busy"] * 2}) as server:
        policy(here, server)
        run(here, "--email")
        assert "421" in says(capsys, "email", status=3)
        run(here, "--email", as_of="2026-11-30")
        assert [str(one.message["Subject"]).rpartition("｜")[2] for one in server.mails] == ["首次", "无变化"]


def test_a_certificate_that_does_not_hold_ends_with_2_and_nothing_is_sent(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with SmtpServer(tls="starttls") as server:
        policy(here, server, security="starttls")
        run(here)
        said = says(capsys, "email", "--quiet", status=2)
        assert "证书" in said
        assert server.mails == []


def test_a_wrong_password_ends_with_2_and_is_never_shown(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmtpServer(users={"robot": PASSWORD}) as server:
        policy(here, server, 'username = "robot"\n')
        run(here)
        assert "AUDIT_SMTP_PASSWORD" in refused(capsys, "email")
        monkeypatch.setenv("AUDIT_SMTP_PASSWORD", "falsch-123")
        said = says(capsys, "email", status=2)
        assert "falsch-123" not in said
        monkeypatch.setenv("AUDIT_SMTP_PASSWORD", PASSWORD)
        assert PASSWORD not in says(capsys, "email")
        assert [one.user for one in server.mails] == ["robot"]


def test_a_dry_run_writes_the_mails_and_the_real_one_follows(
    here: Path, server: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    policy(here, server)
    run(here)
    assert "已写出 mails" in says(capsys, "email", "--dry-run", "mails")
    (written,) = (here / "mails").iterdir()
    assert written.suffix == ".eml"
    assert server.connections == 0
    assert "已发送" in says(capsys, "email")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有可用的发送方式"),
        ("[chat.wecom]\n", "AUDIT_WECOM_URL"),
        ('[email]\nhost = "127.0.0.1"\nfrom = "a@example.cn"\nto = ["unvollständig"]', "unvollständig"),
    ],
)
def test_settings_that_cannot_work_stop_a_run_before_it_costs_time(
    here: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    (here / "audit.toml").write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert run(here, "--email") == 2
    assert said in capsys.readouterr().err
    assert not (here / "audit-report").exists()
    assert said in refused(capsys, "email")


def test_without_a_recorded_run_there_is_nothing_to_send(
    here: Path, server: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    policy(here, server)
    assert "audit run" in refused(capsys, "email")
    run(here, "--no-history")
    assert "audit run" in refused(capsys, "email")


def test_a_run_that_cannot_audit_mails_so_unless_a_schedule_does(
    here: Path, server: SmtpServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    policy(here, server)
    assert "没有对应的文件" in says(capsys, "run", "fehlt.xlsx", "--offline", "--email", status=2)
    (mail,) = server.mails
    assert mail.message["Subject"] == "[备案审计] 集团域名 未能完成"
    assert "fehlt.xlsx" in "".join(text_of(mail.message).split())
    monkeypatch.setenv("AUDIT_SCHEDULE", "周报")
    says(capsys, "run", "fehlt.xlsx", "--offline", "--email", status=2)
    assert len(server.mails) == 1


def test_a_run_without_history_is_mailed_too(here: Path, server: SmtpServer) -> None:
    policy(here, server)
    run(here, "--email", "--no-history")
    assert server.mails[0].message["Subject"] == "[备案审计] 集团域名 严重1"


def test_waived_findings_are_mailed_as_waived(
    here: Path, server: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    policy(here, server)
    run(here)
    (fingerprint,) = fingerprints(here).values()
    told(capsys, "waive", fingerprint, "--reason", "迁移中", "--by", "王示例", "--until", FAR)
    run(here, "--email", as_of="2026-11-30")
    assert "已豁免1" in str(server.mails[0].message["Subject"])


def test_a_robots_address_is_never_printed(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with HttpServer({"/robot": [json_page({"errcode": 93000, "errmsg": "invalid webhook"}), json_page({"errcode": 0})]}) as chat:  # fmt: skip
        monkeypatch.setenv("AUDIT_WECOM_URL", f"{chat.url}/robot?key=geheim-4711")
        (here / "audit.toml").write_text("[chat.wecom]\n", encoding="utf-8")
        run(here)
        said = says(capsys, "email", status=2)
        assert "企业微信: 服务拒绝: 93000 invalid webhook" in said
        assert "geheim" not in said
        says(capsys, "email")
        says(capsys, "email")
        assert len(chat.seen) == 2
        assert "严重1" in json.loads(chat.seen[1].body)["markdown"]["content"]

"""TLS, certificates and passwords: what is trusted, and that nothing secret is sent or told in clear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import keyring.errors
import pytest
import trustme

from auditor.delivery.mail_server import MailServer, check_server, tls_context
from auditor.delivery.parcel import Fate, SendReport
from auditor.delivery.secrets import keyring_service, smtp_password
from auditor.delivery.smtp import send
from auditor.errors import PolicyError
from tests.delivery.letters import mail
from tests.servers.serving import LOOPBACK
from tests.servers.smtp_server import SmtpServer, authority_file, certificate

PASSWORD = "密码-s3cret"
USERS = {"robot@example.cn": PASSWORD}


def server_at(port: int, **changes: Any) -> MailServer:
    fields: dict[str, Any] = {"ca_file": authority_file(), "timeout_s": 5.0, "attempts": 3, "backoff_s": 1.0}
    return MailServer(fields.pop("host", LOOPBACK), port, **fields | changes)


def hand_in(server: MailServer, pauses: list[float] | None = None) -> SendReport:
    slept = pauses if pauses is not None else []
    (report,) = send([mail()], server, clock=lambda: sum(slept), sleep=slept.append)
    return report


def blocked(report: SendReport) -> str:
    """What is told of a mail that only other settings will send; English."""
    assert {one.fate for one in report.outcomes} == {Fate.BLOCKED}
    assert report.attempts == 1
    said = report.outcomes[0].said
    assert PASSWORD not in said.zh + said.en
    return said.en


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("method", ["PLAIN", "LOGIN"])
def test_a_mail_goes_encrypted_and_authenticated(security: Any, method: str) -> None:
    with SmtpServer(tls=security, users=USERS, methods=(method,)) as server:
        report = hand_in(
            server_at(server.port, security=security, username="robot@example.cn", password=PASSWORD)
        )
    assert report.delivered
    assert server.mails[0].encrypted
    assert server.mails[0].user == "robot@example.cn"
    assert [one[0] for one in server.logins] == [method]


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("case", ["untrusted", "other name", "expired", "other authority"])
def test_a_certificate_that_does_not_hold_is_refused_at_once_and_for_good(
    security: Any, case: str, tmp_path: Path
) -> None:
    shown, changes = certificate(), {}
    if case == "untrusted":
        changes = {"ca_file": None}
    elif case == "other name":
        shown = certificate("mail.other.example")
    elif case == "expired":
        shown = certificate(expired=True)
    else:
        trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        changes = {"ca_file": str(tmp_path / "ca.pem")}
    pauses: list[float] = []
    with SmtpServer(tls=security, context=shown, users=USERS) as server:
        account = {"username": "robot@example.cn", "password": PASSWORD}
        said = blocked(hand_in(server_at(server.port, security=security, **account, **changes), pauses))
    assert "certificate is not valid, nothing was sent" in said
    assert server.mails == []
    assert server.logins == []
    assert pauses == []


def test_the_host_name_is_what_the_certificate_is_checked_against() -> None:
    with SmtpServer(tls="tls", context=certificate("localhost")) as server:
        assert hand_in(MailServer("localhost", server.port, "tls", ca_file=authority_file())).delivered
        assert "certificate" in blocked(hand_in(server_at(server.port, security="tls")))


def test_without_starttls_nothing_goes_out_in_clear() -> None:
    with SmtpServer(tls="none", users=USERS) as server:
        said = blocked(hand_in(server_at(server.port, username="robot@example.cn", password=PASSWORD)))
    assert "no STARTTLS" in said
    assert server.mails == []
    assert server.logins == []


def test_tls_with_a_server_that_speaks_in_clear_is_told_as_a_wrong_setting() -> None:
    with SmtpServer(tls="none") as server:
        assert "Look at port and security" in blocked(hand_in(server_at(server.port, security="tls")))


def test_tls_before_version_1_2_is_not_spoken(tmp_path: Path) -> None:
    assert tls_context(server_at(25)).minimum_version.name == "TLSv1_2"
    with pytest.raises(PolicyError):
        tls_context(server_at(25, ca_file=str(tmp_path / "gone.pem")))
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(PolicyError):
        tls_context(server_at(25, ca_file=str(tmp_path / "empty.pem")))
    assert "PEM" in blocked(hand_in(server_at(25, ca_file=str(tmp_path / "gone.pem"))))


def test_a_wrong_password_is_tried_once_and_told_without_it() -> None:
    with SmtpServer(tls="starttls", users=USERS) as server:
        said = blocked(hand_in(server_at(server.port, username="robot@example.cn", password=PASSWORD + "!")))
    assert "535" in said
    assert "app password" in said
    assert len(server.logins) == 1
    assert server.mails == []


def test_a_server_without_a_known_way_to_log_in_is_told() -> None:
    with SmtpServer(tls="starttls", users=USERS, methods=()) as server:
        said = blocked(hand_in(server_at(server.port, username="robot@example.cn", password=PASSWORD)))
    assert "neither PLAIN nor LOGIN" in said


def test_a_password_that_the_server_repeats_is_not_passed_on() -> None:
    with SmtpServer(tls="tls", users=USERS, faults={"mail": [f"550 {PASSWORD} is wrong"]}) as server:
        report = hand_in(
            server_at(server.port, security="tls", username="robot@example.cn", password=PASSWORD)
        )
    assert report.outcomes[0].fate is Fate.REFUSED
    assert "*** is wrong" in report.outcomes[0].said.en


def test_a_password_in_clear_goes_to_this_machine_only() -> None:
    account = {"username": "robot@example.cn", "password": PASSWORD, "security": "none"}
    with pytest.raises(PolicyError):
        check_server(MailServer("mail.example.cn", **account))
    check_server(MailServer("127.0.0.1", **account))
    check_server(MailServer("mail.example.cn", security="none"))
    assert "in clear" in blocked(hand_in(MailServer("mail.example.cn", **account)))
    with SmtpServer(users=USERS) as server:
        assert hand_in(MailServer("localhost", server.port, **account)).delivered


def test_a_user_without_a_password_is_a_wrong_setting() -> None:
    assert "no password" in blocked(hand_in(server_at(25, username="robot@example.cn")))


@pytest.mark.parametrize("host", ["", "a b", "mail.example.cn/x", "a\r\nb", "user@host", "例 子"])
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(PolicyError):
        check_server(MailServer(host))


def test_a_chinese_host_name_is_asked_for_in_a_labels() -> None:
    server = MailServer("邮件.例子.中国")
    check_server(server)
    assert server.name == "xn--5nq051n.xn--fsqu00a.xn--fiqs8s"


def test_ports_follow_the_security_and_a_password_is_never_shown() -> None:
    assert [MailServer("h", security=one).number for one in ("starttls", "tls", "none")] == [587, 465, 25]
    assert PASSWORD not in repr(MailServer("h", username="u", password=PASSWORD))
    parcel = mail()
    assert "5Lil" not in repr(parcel)
    assert len(repr(parcel)) < 300


class Keys(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, held: dict[tuple[str, str], str] | None) -> None:
        super().__init__()
        self._held = held

    def get_password(self, service: str, username: str) -> str | None:
        if self._held is None:
            raise keyring.errors.KeyringLocked("locked")
        return self._held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture
def _own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Keys({(keyring_service("h"), "u"): "from-keyring"}))
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("_own_keyring")
def test_the_password_comes_from_the_environment_before_the_keyring() -> None:
    named = {"AUDIT_SMTP_PASSWORD": "from-env"}
    assert smtp_password(named, host="h", username="u", keyring=True) == "from-env"
    assert smtp_password({}, host="h", username="u", keyring=True) == "from-keyring"
    assert smtp_password({}, host="h", username="u") is None
    assert smtp_password({}, host="h", username="other", keyring=True) is None
    assert smtp_password(named, host="h", username=None, keyring=True) is None
    keyring.set_keyring(Keys(None))
    with pytest.raises(PolicyError):
        smtp_password({}, host="h", username="u", keyring=True)


def test_a_password_with_a_line_break_is_told_and_not_shown() -> None:
    with pytest.raises(PolicyError) as caught:
        smtp_password({"AUDIT_SMTP_PASSWORD": "s3cret\n"}, host="h", username="u")
    assert "s3cret" not in caught.value.describe("zh") + caught.value.describe("en")

"""The mail server of a policy, and what must be so before anything is said to it."""

from __future__ import annotations

import ipaddress
import re
import ssl
from dataclasses import dataclass, field
from typing import Literal

from auditor.delivery.mail_address import ascii_host
from auditor.errors import PolicyError

Security = Literal["starttls", "tls", "none"]
# Submission with STARTTLS (RFC 6409), submission over TLS (RFC 8314), plain relay.
_PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
_HOST = re.compile(r"[^\s/@\\\x00-\x20\x7f\[\]]{1,253}")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. port: None for the one that goes with the security.

    timeout_s: for each answer; attempts: for each mail; backoff_s: the first pause, twice as long each time;
    deadline_s: for everything that is sent in one go. ca_file: a PEM file that is trusted instead of the system's.
    """

    host: str
    port: int | None = None
    security: Security = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    timeout_s: float = 30.0
    attempts: int = 3
    backoff_s: float = 5.0
    deadline_s: float = 600.0

    @property
    def number(self) -> int:
        """The port that is connected to."""
        return self.port or _PORTS[self.security]

    @property
    def place(self) -> str:
        """host:port, as it is told."""
        return f"{self.host}:{self.number}"

    @property
    def name(self) -> str:
        """The host as DNS and certificates know it."""
        if self.host.isascii():
            return self.host
        return ascii_host(self.host) or self.host


def check_server(server: MailServer) -> None:
    """PolicyError where the settings cannot work or would send a password in clear; nothing is connected."""
    if not _HOST.fullmatch(server.host) or not server.name.isascii():
        raise PolicyError(
            "[email] host 不是主机名", "[email] host is no host name", where=server.host.strip()[:80]
        )
    if server.username and not server.password:
        raise PolicyError(
            f"[email] 有 username, 但没有 {server.host} 的密码",
            f"[email] has a username, but there is no password for {server.host}",
            hint_zh="设置环境变量 AUDIT_SMTP_PASSWORD, 或 keyring = true 并存入密钥环",
            hint_en="Set AUDIT_SMTP_PASSWORD in the environment, or keyring = true and store it in the keyring",
        )
    if server.security == "none" and server.username and not _is_loopback(server.host):
        raise PolicyError(
            '[email] security = "none" 会明文发送密码',
            '[email] security = "none" would send the password in clear',
            hint_zh='改用 security = "starttls" 或 "tls"; 不加密仅可用于本机, 或没有 username 时',
            hint_en='Use security = "starttls" or "tls"; without encryption only this machine or no username',
        )


def tls_context(server: MailServer) -> ssl.SSLContext:
    """Certificates and host names checked, TLS 1.2 at least (RFC 8996). Raises PolicyError for a ca_file of no use."""
    try:
        context = ssl.create_default_context(cafile=server.ca_file)
    except (OSError, ValueError) as problem:
        raise PolicyError(
            "[email] ca_file 无法读取, 需要 PEM 证书",
            "[email] ca_file cannot be read; a PEM certificate is needed",
            where=server.ca_file or "",
        ) from problem
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

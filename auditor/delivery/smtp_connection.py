"""One connection to a mail server: greeting, TLS, authentication, and an end to servers that never end."""

from __future__ import annotations

import base64
import re
import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any

from auditor.delivery.mail_address import visible
from auditor.delivery.mail_server import MailServer, check_server, tls_context
from auditor.delivery.parcel import Fate
from auditor.errors import PolicyError
from auditor.model.text import Text

# Replies that speak of authentication rather than of the mail (RFC 4954 6).
_AUTHENTICATION = frozenset((530, 534, 535, 538))
# What OpenSSL says where both sides will not find a common version: no attempt will change that.
_NO_COMMON_TLS = re.compile(
    r"VERSION|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE|NO_PROTOCOLS|HTTP_REQUEST|NO_SHARED"
)
_QUIT_S = 5.0
# The time limit is for a piece of the mail of this size, not for the whole of it; the answer to the whole may take
# longer than others, while the server looks for viruses (RFC 5321 4.5.3.2.6 has ten minutes): giving up too early
# means that the mail arrives twice.
_PIECE_OCTETS = 65_536
_VERDICT_TIMES = 4
_WORDS_SHOWN = 300


class MailError(Exception):
    """Why a connection could not be made. fate: POSTPONED, or BLOCKED where only other settings will help."""

    def __init__(self, fate: Fate, said: Text, code: int | None = None) -> None:
        super().__init__(said.en)
        self.fate, self.said, self.code = fate, said, code


class _Conversation(smtplib.SMTP):
    """The commands, with the mail itself sent in pieces."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the mail, octets with CR LF, and wait for what the server says of it. Raises SMTPDataError."""
        code, reply = self.docmd("data")
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        content = re.sub(rb"(?m)^\.", b"..", msg)
        content += b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
        for start in range(0, len(content), _PIECE_OCTETS):
            self.send(content[start : start + _PIECE_OCTETS])
        sock = self.sock
        assert sock is not None  # else `send` would have said so
        timeout = sock.gettimeout() or 0.0
        sock.settimeout(timeout * _VERDICT_TIMES)
        code, reply = self.getreply()
        sock.settimeout(timeout)
        return code, reply


class Connection:
    """A mail server that has greeted, encrypted and authenticated as the settings ask. Raises MailError.

    remaining_s: seconds until the connection is cut, whatever the server is saying just then; the timeout alone would
    let a server that drips one octet after another go on for ever.
    """

    def __init__(self, server: MailServer, remaining_s: float) -> None:
        self._server = server
        self._overdue = threading.Event()
        try:
            check_server(server)
            self._context = None if server.security == "none" else tls_context(server)
        except PolicyError as problem:
            raise MailError(Fate.BLOCKED, Text(problem.zh, problem.en)) from problem
        timeout = min(server.timeout_s, max(remaining_s, 0.001))
        try:
            raw = socket.create_connection((server.name, server.number), timeout)
        except (OSError, UnicodeError) as problem:
            raise self.trouble(problem) from problem
        # A second handle on the same connection: TLS takes the first one over, and cutting it there would not be safe.
        self._handle = raw.dup()
        self._watch = threading.Timer(remaining_s, self._cut)
        self._watch.daemon = True
        self._watch.start()
        self.smtp = _Conversation(local_hostname=_own_name(), timeout=timeout)
        self.smtp.sock = raw
        try:
            self._greet(raw)
        except MailError:
            self.close(politely=False)
            raise
        except (smtplib.SMTPException, OSError) as problem:
            trouble = self.trouble(problem)
            self.close(politely=False)
            raise trouble from problem

    @property
    def alive(self) -> bool:
        """Whether the server still listens between two mails."""
        try:
            return self.smtp.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def close(self, politely: bool = True) -> None:
        """Take leave; what goes wrong then is of no interest."""
        if politely and self.smtp.sock is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.smtp.sock.settimeout(min(_QUIT_S, self._server.timeout_s))
                self.smtp.quit()
        self.smtp.close()
        self._watch.cancel()
        self._handle.close()

    def words(self, reply: bytes) -> str:
        """The server's own words on one line, in UTF-8 or GB 18030, with nothing of the password."""
        try:
            text = reply.decode("utf-8")
        except UnicodeDecodeError:
            text = reply.decode("gb18030", "replace")
        for secret in _spellings(self._server):
            text = text.replace(secret, "***")
        return re.sub(r"\s+", " ", visible(text))[:_WORDS_SHOWN]

    def trouble(self, problem: Exception) -> MailError:
        """What a fault of the connection means, told without addresses' and mails' contents."""
        place = self._server.place
        if self._overdue.is_set():
            return MailError(Fate.POSTPONED, Text(f"{place}: 超过总时限", f"{place}: over the time limit"))
        if isinstance(problem, smtplib.SMTPResponseException):
            reply = problem.smtp_error
            return self._answer(
                problem.smtp_code, reply if isinstance(reply, bytes) else reply.encode(), Fate.BLOCKED
            )
        cause = problem.__context__ if isinstance(problem, smtplib.SMTPServerDisconnected) else None
        if isinstance(problem, TimeoutError) or isinstance(cause, TimeoutError):
            return MailError(Fate.POSTPONED, _no_answer(self._server))
        if isinstance(problem, ssl.SSLCertVerificationError):
            why = visible(problem.verify_message or "certificate verify failed")
            return MailError(
                Fate.BLOCKED,
                Text(
                    f"{place}: 服务器证书无效, 没有发送 ({why})。请更正主机名或服务器证书, 内部 CA 用 ca_file",
                    f"{place}: the server's certificate is not valid, nothing was sent ({why}). "
                    "Mend the host name or the certificate; ca_file is for a CA of your own",
                ),
            )
        if isinstance(problem, ssl.SSLError) and _NO_COMMON_TLS.search(problem.reason or ""):
            return MailError(
                Fate.BLOCKED,
                Text(
                    f"{place}: 无法建立 TLS 1.2 或更高版本的连接 ({problem.reason})。请检查 port 与 security",
                    f"{place}: no connection with TLS 1.2 or later ({problem.reason}). Look at port and security",
                ),
            )
        said = (
            problem.strerror if isinstance(problem, OSError) and problem.strerror else type(problem).__name__
        )
        return MailError(
            Fate.POSTPONED, Text(f"{place}: 连接失败 ({said})", f"{place}: no connection ({said})")
        )

    def fate(self, code: int) -> Fate:
        """What a reply code about a mail means: 4xx may pass, 5xx stays (RFC 5321 4.2.1)."""
        if code in _AUTHENTICATION:
            return Fate.BLOCKED
        return Fate.REFUSED if 500 <= code <= 599 else Fate.POSTPONED

    def _greet(self, raw: socket.socket) -> None:
        if self._context is not None and self._server.security == "tls":
            self.smtp.sock = self._context.wrap_socket(raw, server_hostname=self._server.name)
        code, reply = self.smtp.getreply()
        if code != 220:
            raise self._answer(code, reply, Fate.BLOCKED)
        self.smtp.ehlo_or_helo_if_needed()
        if self._context is not None and self._server.security == "starttls":
            self._encrypt(self._context)
        if self._server.username and self._server.password:
            self._log_in(self._server.username, self._server.password)

    def _encrypt(self, context: ssl.SSLContext) -> None:
        place = self._server.place
        if not self.smtp.has_extn("starttls"):
            raise MailError(
                Fate.BLOCKED,
                Text(
                    f"{place}: 服务器不支持 STARTTLS, 没有明文发送。请检查 port 与 security",
                    f"{place}: the server offers no STARTTLS; nothing was sent in clear. Look at port and security",
                ),
            )
        code, reply = self.smtp.docmd("STARTTLS")
        if code != 220:
            raise self._answer(code, reply, Fate.BLOCKED)
        assert self.smtp.sock is not None
        self.smtp.sock = context.wrap_socket(self.smtp.sock, server_hostname=self._server.name)
        # What was said before in clear is forgotten, what came with it unread too (RFC 3207 4.2).
        self.smtp.file = None
        self.smtp.helo_resp = self.smtp.ehlo_resp = None
        self.smtp.esmtp_features = {}
        self.smtp.does_esmtp = False
        self.smtp.ehlo_or_helo_if_needed()

    def _log_in(self, username: str, password: str) -> None:
        """PLAIN (RFC 4616) in UTF-8, else LOGIN, which some servers offer alone."""
        methods = self.smtp.esmtp_features.get("auth", "").upper().split()
        code, reply = 504, b""
        if "PLAIN" in methods:
            code, reply = self.smtp.docmd("AUTH", "PLAIN " + _b64(f"\0{username}\0{password}"))
        if code == 504 and "LOGIN" in methods:
            code, reply = self.smtp.docmd("AUTH", "LOGIN")
            for word in (username, password):
                if code == 334:
                    code, reply = self.smtp.docmd(_b64(word))
        elif "PLAIN" not in methods:
            offered = " ".join(methods) or "—"
            raise MailError(
                Fate.BLOCKED,
                Text(
                    f"{self._server.place}: 服务器不支持 PLAIN 或 LOGIN 登录 (提供: {offered})",
                    f"{self._server.place}: the server offers neither PLAIN nor LOGIN (but: {offered})",
                ),
            )
        if code not in (235, 503):
            raise self._answer(code, reply, Fate.BLOCKED)

    def _answer(self, code: int, reply: bytes, lasting: Fate) -> MailError:
        said = f"{self._server.place}: {code} {self.words(reply)}".rstrip()
        fate = lasting if 500 <= code <= 599 else Fate.POSTPONED
        if code in _AUTHENTICATION:
            return MailError(
                fate,
                Text(
                    f"登录被拒绝, {said}。请检查用户名和密码 (许多邮箱要用授权码)",
                    f"Authentication refused, {said}. Check user name and password (many providers want an app password)",
                ),
                code,
            )
        return MailError(fate, Text(f"服务器答复 {said}", f"the server answered {said}"), code)

    def _cut(self) -> None:
        self._overdue.set()
        with suppress(OSError):
            self._handle.shutdown(socket.SHUT_RDWR)


def _no_answer(server: MailServer) -> Text:
    zh, en = (
        f"{server.place}: {server.timeout_s:g} 秒内没有答复",
        f"{server.place}: no answer within {server.timeout_s:g} s",
    )
    if server.number == 465 and server.security != "tls":
        zh, en = zh + '。465 端口通常要用 security = "tls"', en + '. Port 465 usually wants security = "tls"'
    return Text(zh, en)


def _own_name() -> str:
    """What EHLO is told: this machine's name where it is a full one; no name server is asked for it."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", name) else "[127.0.0.1]"


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _spellings(server: MailServer) -> list[str]:
    password = server.password
    if not password:
        return []
    return [password, _b64(password), _b64(f"\0{server.username}\0{password}")]

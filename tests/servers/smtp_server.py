"""A mail server on 127.0.0.1 with STARTTLS, TLS, authentication and every fault that a sender meets.

with SmtpServer(tls="starttls", users={"robot": "秘密"}) as server:
    send([parcel], MailServer("127.0.0.1", server.port, ca_file=authority_file()))
server.mails                                                # what it took, in order
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import ssl
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.serving import LOOPBACK, LoopbackServer, listening, reset

Tls = Literal["none", "starttls", "tls"]
# What happens at a stage: a reply of its own, silence, or the end of the connection.
HANG, DROP = "hang", "drop"
_FOREVER_S = 3600.0
_PAST = ZoneInfo("UTC")


@lru_cache(maxsize=1)
def authority() -> trustme.CA:
    """Who signs the certificates here; nobody trusts it unasked."""
    return trustme.CA()


@lru_cache(maxsize=1)
def authority_file() -> str:
    """A PEM file with the authority's certificate, for `ca_file`."""
    folder = tempfile.mkdtemp(prefix="mail-authority-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder, "ca.pem")
    authority().cert_pem.write_to_path(path)
    return str(path)


def certificate(*names: str, expired: bool = False, signer: trustme.CA | None = None) -> ssl.SSLContext:
    """What a server shows: valid for these names, 127.0.0.1 and localhost if none are given."""
    ends = datetime(2021, 1, 1, tzinfo=_PAST) if expired else None
    starts = datetime(2020, 1, 1, tzinfo=_PAST) if expired else None
    leaf = (signer or authority()).issue_cert(
        *(names or (LOOPBACK, "localhost")), not_before=starts, not_after=ends
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context


@dataclass(frozen=True)
class Mail:
    """One mail as it came. encrypted: whether over TLS; user: who had logged in."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    options: tuple[str, ...]
    encrypted: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        """As the standard library reads it."""
        message = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


class SmtpServer(LoopbackServer):
    """faults: stage → what it answers, one after another, then normally again. Stages: `connect` (HANG, DROP or a whole
    greeting, sent in GBK), `mail`, `rcpt` or `rcpt ADDRESS`, `data` (before the mail), `middle` (while it comes), `end` (after it), `noop` (between two mails).

    users: names and passwords, None for no authentication; methods: those it offers; lacking: words that EHLO leaves
    out, such as SMTPUTF8.
    """

    def __init__(
        self,
        *,
        tls: Tls = "none",
        context: ssl.SSLContext | None = None,
        users: Mapping[str, str] | None = None,
        methods: Sequence[str] = ("PLAIN", "LOGIN"),
        faults: Mapping[str, Sequence[str]] | None = None,
        utf8: bool = True,
        size: int | None = None,
    ) -> None:
        super().__init__()
        self._tls, self._context = tls, context or (certificate() if tls != "none" else None)
        self.users, self.methods, self.utf8, self.size = users, methods, utf8, size
        self._faults = {stage: list(replies) for stage, replies in (faults or {}).items()}
        self.mails: list[Mail] = []
        self.connections = 0
        self.logins: list[tuple[str, str, bool]] = []
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        over_all = self._context if self._tls == "tls" else None
        self._server = await listening(over_all, self._protocol, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        if self._server is not None:
            self._server.close()

    def fault(self, *stages: str) -> str | None:
        """The next fault of the first stage that has one left."""
        for stage in stages:
            if self._faults.get(stage):
                return self._faults[stage].pop(0)
        return None

    def _protocol(self) -> asyncio.Protocol:
        self.connections += 1
        fault = self.fault("connect")
        if fault is not None:
            return _Greeter(self, fault)
        return _Conversation(self, self._context if self._tls == "starttls" else None)


class _Greeter(asyncio.Protocol):
    """Says one thing, or nothing, and no more."""

    def __init__(self, server: SmtpServer, fault: str) -> None:
        self._server, self._fault = server, fault

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.came(transport)
        if self._fault == DROP:
            reset(transport)
        elif self._fault == "drip":
            self._server.spawn(self._drip())
        elif self._fault != HANG:
            transport.write(self._fault.encode("gbk") + b"\r\n")
            transport.close()

    async def _drip(self) -> None:
        while not self._transport.is_closing():
            self._transport.write(b"220-one more line\r\n")
            await asyncio.sleep(0.02)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.went(self._transport)


class _Conversation(SMTP):
    def __init__(self, server: SmtpServer, context: ssl.SSLContext | None) -> None:
        self._mail_server = server
        excluded = [one for one in ("PLAIN", "LOGIN") if server.users is None or one not in server.methods]
        super().__init__(
            _Handler(server),
            tls_context=context,
            enable_SMTPUTF8=server.utf8,
            data_size_limit=server.size or 33_554_432,
            auth_require_tls=False,
            auth_exclude_mechanism=excluded,
            authenticator=self._known,
            hostname="mail.test.example",
            ident="ESMTP",
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._mail_server.came(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            self._mail_server.went(self.transport)
        super().connection_lost(error)

    def _known(self, _s: Any, session: Session, _e: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        user, password = data.login.decode(), data.password.decode()
        self._mail_server.logins.append((mechanism, user, session.ssl is not None))
        success = (self._mail_server.users or {}).get(user) == password
        return AuthResult(success=success, handled=False, auth_data=user)

    async def smtp_DATA(self, arg: str) -> None:
        fault = self._mail_server.fault("middle")
        if fault is None:
            await super().smtp_DATA(arg)
            return
        await self.push("354 Go on")
        if fault == HANG:
            await asyncio.sleep(_FOREVER_S)
        await self._reader.read(1000)
        reset(self.transport)


class _Handler:
    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def _meet(self, smtp: SMTP, *stages: str) -> str | None:
        fault = self._server.fault(*stages)
        if fault == HANG:
            await asyncio.sleep(_FOREVER_S)
        if fault == DROP:
            reset(smtp.transport)
            await asyncio.sleep(_FOREVER_S)
        return fault

    async def handle_NOOP(self, smtp: SMTP, _session: Session, _envelope: Envelope, _arg: str) -> str:
        return await self._meet(smtp, "noop") or "250 OK"

    async def handle_MAIL(
        self, smtp: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = await self._meet(smtp, "mail")
        if fault:
            return fault
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, smtp: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        fault = await self._meet(smtp, f"rcpt {address}", "rcpt")
        if fault:
            return fault
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:
        fault = await self._meet(smtp, "end")
        if fault and fault != "lost":
            return fault
        assert isinstance(envelope.content, bytes)
        self._server.mails.append(
            Mail(
                str(envelope.mail_from),
                tuple(envelope.rcpt_tos),
                envelope.content,
                tuple(envelope.mail_options),
                session.ssl is not None or smtp.transport.get_extra_info("sslcontext") is not None,
                session.auth_data if session.authenticated else None,
            )
        )
        if fault == "lost":  # it has the mail, and the sender does not hear so
            reset(smtp.transport)
            await asyncio.sleep(_FOREVER_S)
        return "250 Taken"

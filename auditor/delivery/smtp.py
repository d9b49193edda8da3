"""Sending: mails handed to a mail server, tried again where that helps, each recipient's fate told."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Self

from auditor.delivery.mail_server import MailServer
from auditor.delivery.parcel import Fate, Outcome, Parcel, SendReport, without_utf8
from auditor.delivery.smtp_connection import Connection, MailError
from auditor.model.text import Text

_SENT = Text("已发送", "sent")
_NO_UTF8 = Text(
    "服务器不支持含中文的邮箱名 (SMTPUTF8)",
    "the server does not take mail addresses with characters beyond ASCII before the @ (SMTPUTF8)",
)
_CUT_SHORT = Text("连接在发送前中断", "the connection ended before the mail was sent")
_TIME_IS_UP = Text("超过总时限", "over the time limit")


class Courier:
    """Sends mails over one connection, which is opened for the first and kept for the others.

    What is temporary (4xx, no connection, no answer) is tried `attempts` times with pauses of `backoff_s`, twice as
    long each time; what is permanent (5xx) is not. After a server that could not be reached, or whose settings are
    wrong (certificate, password, no TLS), nothing more is tried: the other mails share its fate at once. A fault is
    never an exception. clock: seconds, for the deadline; sleep: the pauses.
    """

    def __init__(
        self,
        server: MailServer,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._server, self._clock, self._sleep = server, clock, sleep
        self._connection: Connection | None = None
        self._deadline: float | None = None
        self._given_up: MailError | None = None
        self._unreachable: MailError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take leave of the server."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def send(self, parcel: Parcel) -> SendReport:
        """Send one mail to all its recipients."""
        fates: dict[str, Outcome] = {}
        pending, attempts = list(parcel.recipients), 0
        while self._given_up is None:
            attempts += 1
            fates.update((one.recipient, one) for one in self._attempt(parcel, pending))
            pending = [one for one in pending if fates[one].fate is Fate.POSTPONED]
            pause = self._server.backoff_s * 2 ** (attempts - 1)
            if not pending or attempts >= self._server.attempts or pause >= self._remaining():
                break
            self._sleep(pause)
        if self._unreachable is not None:
            self._given_up = self._unreachable
        if attempts == 0 and self._given_up is not None:
            fates = {one: _outcome(one, self._given_up) for one in pending}
        return SendReport(
            parcel.key, parcel.message_id, tuple(fates[one] for one in parcel.recipients), attempts
        )

    def _remaining(self) -> float:
        now = self._clock()
        if self._deadline is None:
            self._deadline = now + self._server.deadline_s
        return self._deadline - now

    def _attempt(self, parcel: Parcel, recipients: Sequence[str]) -> list[Outcome]:
        try:
            connection = self._connected()
        except MailError as trouble:
            self._unreachable = trouble
            if trouble.fate is Fate.BLOCKED:
                self._given_up = trouble
            return [_outcome(one, trouble) for one in recipients]
        self._unreachable = None
        return self._hand_in(connection, parcel, recipients)

    def _connected(self) -> Connection:
        if self._connection is not None:
            if self._connection.alive:
                return self._connection
            self._drop()
        remaining = self._remaining()
        if remaining <= 0:
            raise MailError(Fate.POSTPONED, _TIME_IS_UP)
        self._connection = Connection(self._server, remaining)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close(politely=False)
            self._connection = None

    def _hand_in(self, connection: Connection, parcel: Parcel, recipients: Sequence[str]) -> list[Outcome]:
        smtp, content, options = connection.smtp, parcel.content, []
        told: list[Outcome] = []
        if parcel.needs_utf8:
            if smtp.has_extn("smtputf8"):
                options = ["SMTPUTF8"] + (["BODY=8BITMIME"] if smtp.has_extn("8bitmime") else [])
            else:
                lost = [one for one in recipients if not (one.isascii() and parcel.sender.isascii())]
                told = [Outcome(one, Fate.REFUSED, _NO_UTF8) for one in lost]
                recipients = [one for one in recipients if one not in lost]
                content = without_utf8(content)
        if not recipients:
            return told
        try:
            refused = smtp.sendmail(parcel.sender, list(recipients), content, options)
        except smtplib.SMTPRecipientsRefused as problem:
            refused = problem.recipients
            rest = Outcome("", Fate.POSTPONED, _CUT_SHORT)
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as problem:
            refused = {}
            rest = self._answered(connection, "", problem.smtp_code, problem.smtp_error)
        except (smtplib.SMTPException, OSError) as problem:
            refused = {}
            rest = _outcome("", connection.trouble(problem), Fate.POSTPONED)
            self._drop()
        else:
            rest = Outcome("", Fate.ACCEPTED, _SENT, 250)
        for one in recipients:
            if one in refused:
                told.append(self._answered(connection, one, *refused[one]))
            else:
                told.append(Outcome(one, rest.fate, rest.said, rest.code))
        return told

    def _answered(self, connection: Connection, recipient: str, code: int, reply: bytes | str) -> Outcome:
        words = connection.words(reply if isinstance(reply, bytes) else reply.encode())
        said = f"{code} {words}".rstrip()
        return Outcome(
            recipient,
            connection.fate(code),
            Text(f"服务器答复 {said}", f"the server answered {said}"),
            code,
        )


def send(
    parcels: Iterable[Parcel],
    server: MailServer,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[SendReport, ...]:
    """Send several mails over one connection; what became of each, in their order. See Courier."""
    with Courier(server, clock=clock, sleep=sleep) as courier:
        return tuple(courier.send(one) for one in parcels)


def _outcome(recipient: str, trouble: MailError, fate: Fate | None = None) -> Outcome:
    return Outcome(recipient, fate or trouble.fate, trouble.said, trouble.code)

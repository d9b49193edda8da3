"""A registrar account as a source: what its owner sees of his own domains, asked through the registrar's SDK."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from auditor.evidence.asking import Asked, Question, Signal
from auditor.evidence.hostnames import alabel
from auditor.evidence.observing import WallClock, observed
from auditor.model.evidence import Observation
from auditor.model.text import Text
from auditor.model.values import DomainName
from auditor.model.words import Source

_CODE = re.compile(r"[A-Za-z0-9._-]{1,80}")
_DENIED = (
    "authfailure",
    "failedoperation.permissiondenied",
    "forbidden",
    "incompletesignature",
    "invalidaccesskey",
    "invalidcredential",
    "invalidsecuritytoken",
    "invalidtimestamp",
    "nopermission",
    "signature",
    "unauthorized",
)
_THROTTLED = ("throttling", "requestlimitexceeded", "limitexceeded", "flowcontrol", "qpslimit")
_NOT_HELD = ("notexist", "notfound", "notbelong")


class AccountError(Exception):
    """No answer from an account. error: a short code of ours; code: the interface's own, fit to be shown.

    The message of an SDK is never kept: it may repeat the request with its signature.
    """

    def __init__(
        self, outcome: str, signal: Signal, error: str, code: str = "", wait_s: float | None = None
    ) -> None:
        super().__init__(error)
        self.outcome, self.signal, self.error, self.wait_s = outcome, signal, error, wait_s
        self.code = code if _CODE.fullmatch(code) else ""


TIMED_OUT = AccountError("timeout", Signal.FAILED, "timeout")


def refusal(code: str, wait_s: float | None = None) -> AccountError:
    """What an error code of a registrar's interface means."""
    word = code.lower()
    if word.startswith(_THROTTLED):
        return AccountError("throttled", Signal.REFUSED, "throttled", code, wait_s)
    if word.startswith(_DENIED):
        # To ask again with the same key is no use: the breaker should end it.
        return AccountError("error", Signal.FAILED, "access_denied", code)
    if ("domain" in word or word.startswith("resource")) and any(part in word for part in _NOT_HELD):
        return not_held(code)
    return AccountError("error", Signal.FAILED, "interface_error", code)


def not_held(code: str = "") -> AccountError:
    """The account does not hold the domain."""
    return AccountError("unsupported", Signal.OK, "not_in_account", code)


class Account(Protocol):
    """One account. Both methods raise AccountError, and nothing else, where no answer came."""

    async def page(self, number: int) -> tuple[Sequence[str], bool]:
        """One page of the list of domains, from 1 on: the names, and whether another page follows."""

    async def record(self, domain: DomainName) -> dict[str, object]:
        """What the account says of a domain, under the keys of a recorded registrar answer."""

    async def close(self) -> None:
        """Give back connections."""


class AccountAsker:
    """Asks one account about the domains it holds.

    server: how observations call it. account: None where there is none, for the reason in `problem`: every question
    then ends as "unsupported". timeout_s: for one call of the interface.
    """

    name = str(Source.REGISTRAR)

    def __init__(
        self,
        server: str,
        account: Account | None,
        clock: WallClock,
        *,
        timeout_s: float,
        problem: Text | None = None,
    ) -> None:
        self.server = server
        self.problem = problem
        self._account = account
        self._clock = clock
        self._timeout_s = timeout_s
        self._held: frozenset[str] | None = None

    @property
    def held(self) -> frozenset[str] | None:
        """The A-labels of the domains in the account; None as long as its list was not read."""
        return self._held

    async def load(self, *, max_pages: int = 2000) -> AccountError | None:
        """Read the account's whole list of domains, page by page, so that no question is put about others.

        Without it, or where it fails (the error is given back), every domain is asked about.
        """
        if self._account is None:
            return AccountError("unsupported", Signal.OK, "not_configured")
        held: set[str] = set()
        for number in range(1, max_pages + 1):
            try:
                async with asyncio.timeout(self._timeout_s):
                    names, more = await self._account.page(number)
            except TimeoutError:
                return TIMED_OUT
            except AccountError as problem:
                return problem
            held |= {name for one in names if (name := alabel(one)) is not None}
            if not more or not names:
                break
        self._held = frozenset(held)
        return None

    def questions(self, domain: DomainName) -> Sequence[Question]:
        """One look-up; none for a domain that the account's list does not have."""
        if self._held is not None and domain.alabel not in self._held:
            return []
        bare = DomainName(domain.ulabel, domain.alabel)
        return [Question(bare, self.name, self.server, f"registrar:{self.server}", domain.alabel)]

    async def ask(self, question: Question) -> Asked:
        """Ask the account about one domain."""
        if self._account is None:
            raw: dict[str, object] = {"error": "not_configured"}
            if self.problem is not None:
                raw["detail"] = {"zh": self.problem.zh, "en": self.problem.en}
            return Asked(self._observed(question, "unsupported", raw), Signal.OK)
        try:
            async with asyncio.timeout(self._timeout_s):
                record = await self._account.record(question.domain)
        except TimeoutError:
            return self._failed(question, TIMED_OUT)
        except AccountError as problem:
            return self._failed(question, problem)
        return Asked(self._observed(question, "answered", record), Signal.OK)

    async def close(self) -> None:
        """Give back connections."""
        if self._account is not None:
            await self._account.close()

    def _failed(self, question: Question, problem: AccountError) -> Asked:
        raw = {"error": problem.error}
        if problem.code:
            raw["code"] = problem.code
        return Asked(self._observed(question, problem.outcome, raw), problem.signal, problem.wait_s)

    def _observed(self, question: Question, outcome: str, raw: object) -> Observation:
        return observed(self._clock, question.domain, self.name, self.server, outcome, raw)


def filled(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """A record of the values that are there."""
    return {key: value for key, value in pairs if value not in (None, "", [])}


def missing_keys(names: Sequence[str]) -> Text:
    """The hint where the environment lacks the account's key."""
    listed = " / ".join(names)
    return Text(f"未设置环境变量 {listed}", f"the environment does not set {listed}")


def missing_package(extra: str) -> Text:
    """The hint where the registrar's SDK is not installed."""
    return Text(
        f'未安装该注册商的 SDK: pip install "icp-audit[{extra}]"',
        f'the registrar\'s SDK is not installed: pip install "icp-audit[{extra}]"',
    )

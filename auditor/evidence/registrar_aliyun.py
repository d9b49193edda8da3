"""阿里云 (万网) accounts: the domains they hold, with holder, certificate, real-name state and expiry."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from auditor.evidence.asking import Signal
from auditor.evidence.hostnames import same_name
from auditor.evidence.observing import WallClock
from auditor.evidence.registrar_account import (
    AccountAsker,
    AccountError,
    filled,
    missing_keys,
    missing_package,
    refusal,
)
from auditor.model.values import DomainName

SERVER = "aliyun"
EXTRA = "aliyun"
KEYS = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
_ENDPOINT = "https://domain.aliyuncs.com"
_PAGE = 100
_LANGUAGE = "zh"


def aliyun_asker(
    clock: WallClock,
    *,
    timeout_s: float,
    environ: Mapping[str, str] | None = None,
    endpoint: str = _ENDPOINT,
) -> AccountAsker:
    """The asker for the account whose key the environment holds; one with a `problem` where that cannot be.

    environ: os.environ by default. endpoint: the URL of the interface.
    """
    known = os.environ if environ is None else environ
    key_id, secret = (known.get(name, "").strip() for name in KEYS)
    if not (key_id and secret):
        return AccountAsker(SERVER, None, clock, timeout_s=timeout_s, problem=missing_keys(KEYS))
    try:
        account = _AliyunAccount(key_id, secret, endpoint, timeout_s)
    except ImportError:
        return AccountAsker(SERVER, None, clock, timeout_s=timeout_s, problem=missing_package(EXTRA))
    return AccountAsker(SERVER, account, clock, timeout_s=timeout_s)


class _AliyunAccount:
    """The account behind one access key, by Domain API 2018-01-29."""

    def __init__(self, key_id: str, secret: str, endpoint: str, timeout_s: float) -> None:
        from alibabacloud_domain20180129 import models
        from alibabacloud_domain20180129.client import Client
        from alibabacloud_tea_openapi import utils_models

        # The SDK's own debug log repeats requests with their signatures.
        logging.getLogger("darabonba-core").setLevel(logging.WARNING)
        where = urlsplit(endpoint)
        config = utils_models.Config(
            access_key_id=key_id,
            access_key_secret=secret,
            endpoint=where.netloc,
            protocol=where.scheme.upper(),
            # Our own deadline ends a call before these do.
            connect_timeout=int(timeout_s * 2000) + 1000,
            read_timeout=int(timeout_s * 2000) + 1000,
        )
        self._models: ModuleType = models
        self._client: Any = Client(config)

    async def page(self, number: int) -> tuple[Sequence[str], bool]:
        """One page of QueryDomainList."""
        request = self._models.QueryDomainListRequest(page_num=number, page_size=_PAGE, lang=_LANGUAGE)
        body = await self._call(self._client.query_domain_list_async, request)
        data = body.get("Data")
        rows = data.get("Domain") if isinstance(data, dict) else None
        if not isinstance(rows, list):
            raise _unreadable()
        names = [row["DomainName"] for row in rows if isinstance(row, dict) and row.get("DomainName")]
        total = body.get("TotalPageNum")
        return names, body.get("NextPage") is True or (isinstance(total, int) and number < total)

    async def record(self, domain: DomainName) -> dict[str, object]:
        """QueryDomainByDomainName, and the certificate by QueryDomainRealNameVerificationInfo where the key may see it."""
        request = self._models.QueryDomainByDomainNameRequest(domain_name=domain.ulabel, lang=_LANGUAGE)
        body = await self._call(self._client.query_domain_by_domain_name_async, request)
        named = body.get("DomainName")
        if not isinstance(named, str) or not same_name(named, domain.alabel):
            raise _unreadable()
        return filled(
            [
                ("domain", named),
                ("registrant", _holder(body)),
                ("real_name_status", body.get("RealNameStatus")),
                ("expires", body.get("ExpirationDate")),
                ("ExpirationDateLong", body.get("ExpirationDateLong")),
                ("created", body.get("RegistrationDate")),
                ("registrar", body.get("Registrar")),
                *(await self._certificate(domain)),
            ]
        )

    async def close(self) -> None:
        """The SDK opens a session for each call and closes it."""

    async def _certificate(self, domain: DomainName) -> list[tuple[str, object]]:
        request = self._models.QueryDomainRealNameVerificationInfoRequest(
            domain_name=domain.ulabel, fetch_image=False, lang=_LANGUAGE
        )
        try:
            body = await self._call(self._client.query_domain_real_name_verification_info_async, request)
        except AccountError as problem:
            # Many keys may list domains but not see certificates; that a call was put off must be told, though.
            if problem.signal is Signal.REFUSED or problem.outcome == "timeout":
                raise
            return [("certificate_problem", problem.code or problem.error)]
        return [
            ("certificate_type", body.get("IdentityCredentialType")),
            ("certificate_number", body.get("IdentityCredentialNo")),
        ]

    async def _call(self, method: Any, request: object) -> dict[str, Any]:
        """The body of an answer as its map."""
        from alibabacloud_tea_openapi.exceptions import AlibabaCloudException

        # The root of the SDK's exceptions stands in a package without type marks.
        tea_exception = import_module("Tea.exceptions").TeaException

        try:
            response = await method(request)
            body = response.body.to_map()
        except AlibabaCloudException as problem:
            wait = getattr(problem, "retry_after", None)
            wait_s = wait / 1000 if isinstance(wait, int) else None
            if wait_s is not None or getattr(problem, "status_code", None) == 429:
                raise AccountError(
                    "throttled", Signal.REFUSED, "throttled", str(problem.code), wait_s
                ) from None
            raise refusal(str(problem.code)) from None
        except tea_exception as problem:
            inner = getattr(problem, "inner_exception", problem)
            raise AccountError("error", Signal.FAILED, "no_answer", type(inner).__name__) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise AccountError("error", Signal.FAILED, "no_answer", type(problem).__name__) from None
        if not isinstance(body, dict):
            raise _unreadable()
        return body


def _holder(body: Mapping[str, object]) -> object:
    """The holder: the organisation in Chinese before its English name; an individual's own name where there is none."""
    keys = ["ZhRegistrantOrganization", "RegistrantOrganization"]
    if str(body.get("RegistrantType")) == "1":
        keys += ["ZhRegistrantName", "RegistrantName"]
    return next((body[key] for key in keys if body.get(key)), None)


def _unreadable() -> AccountError:
    return AccountError("error", Signal.FAILED, "unreadable_answer")

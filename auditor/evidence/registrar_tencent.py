"""腾讯云 (DNSPod) accounts: the domains they hold, with holder, real-name state, statuses and expiry."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
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

SERVER = "tencent"
EXTRA = "tencent"
KEYS = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY")
_ENDPOINT = "https://domain.tencentcloudapi.com"
_PAGE = 100
# RegistrarType of the interface, as the registrars are named in Chinese.
_REGISTRARS = {
    "epp": "烟台帝思普网络科技有限公司",
    "qcloud": "腾讯云计算（北京）有限责任公司",
    "yunxun": "广州云讯信息科技有限公司",
    "xinnet": "北京新网数码信息技术有限公司",
}


def tencent_asker(
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
        account = _TencentAccount(key_id, secret, endpoint, timeout_s)
    except ImportError:
        return AccountAsker(SERVER, None, clock, timeout_s=timeout_s, problem=missing_package(EXTRA))
    return AccountAsker(SERVER, account, clock, timeout_s=timeout_s)


class _TencentAccount:
    """The account behind one secret id, by Domain API 2018-08-08."""

    def __init__(self, key_id: str, secret: str, endpoint: str, timeout_s: float) -> None:
        from tencentcloud.common.credential import Credential
        from tencentcloud.common.profile.client_profile import ClientProfile
        from tencentcloud.common.profile.http_profile import HttpProfile
        from tencentcloud.domain.v20180808 import models
        from tencentcloud.domain.v20180808.domain_client_async import DomainClient

        # The SDK's own debug log repeats requests with their signatures.
        logging.getLogger("tencentcloud_sdk_common").setLevel(logging.WARNING)
        where = urlsplit(endpoint)
        # Our own deadline ends a call before the SDK's does.
        http = HttpProfile(protocol=where.scheme, endpoint=where.netloc, reqTimeout=timeout_s * 2 + 1)
        profile = ClientProfile(httpProfile=http)
        self._models: ModuleType = models
        # The interface knows no regions.
        self._client: Any = DomainClient(Credential(key_id, secret), "", profile)

    async def page(self, number: int) -> tuple[Sequence[str], bool]:
        """One page of DescribeDomainNameList."""
        request = self._models.DescribeDomainNameListRequest()
        request.Offset, request.Limit = (number - 1) * _PAGE, _PAGE
        body = await self._call(self._client.DescribeDomainNameList, request)
        rows, total = body.get("DomainSet", []), body.get("TotalCount")
        if not isinstance(rows, list) or not isinstance(total, int):
            raise _unreadable()
        names = [row["DomainName"] for row in rows if isinstance(row, dict) and row.get("DomainName")]
        return names, number * _PAGE < total

    async def record(self, domain: DomainName) -> dict[str, object]:
        """DescribeDomainSimpleInfo, which names the holder; the interface shows no certificate."""
        request = self._models.DescribeDomainSimpleInfoRequest()
        request.DomainName = domain.ulabel
        body = (await self._call(self._client.DescribeDomainSimpleInfo, request)).get("DomainInfo")
        named = body.get("DomainName") if isinstance(body, dict) else None
        if not isinstance(body, dict) or not isinstance(named, str) or not same_name(named, domain.alabel):
            raise _unreadable()
        kind = body.get("RegistrarType")
        return filled(
            [
                ("domain", named),
                ("registrant", _holder(body)),
                ("real_name_status", body.get("RealNameAuditStatus")),
                ("expires", body.get("ExpirationDate")),
                ("created", body.get("CreationDate")),
                ("registrar", _REGISTRARS.get(kind, kind) if isinstance(kind, str) else None),
                ("statuses", body.get("DomainStatus")),
            ]
        )

    async def close(self) -> None:
        """Close the SDK's connections."""
        await self._client.close()

    async def _call(self, method: Any, request: object) -> dict[str, Any]:
        """The answer as its map."""
        import httpx
        from tencentcloud.common.exception import TencentCloudSDKException

        try:
            body = json.loads((await method(request)).to_json_string())
        except TencentCloudSDKException as problem:
            raise refusal(str(problem.code)) from None
        except httpx.TimeoutException:
            raise AccountError("timeout", Signal.FAILED, "timeout") from None
        except (httpx.HTTPError, OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise AccountError("error", Signal.FAILED, "no_answer", type(problem).__name__) from None
        if not isinstance(body, dict):
            raise _unreadable()
        return body


def _holder(body: Mapping[str, object]) -> object:
    """The holder: the name in Chinese before the English one; an individual's own name where there is none."""
    keys = ["OrganizationNameCN", "OrganizationName"]
    if body.get("RegistrantType") == "I":
        keys += ["RegistrantNameCN", "RegistrantName"]
    return next((body[key] for key in keys if body.get(key)), None)


def _unreadable() -> AccountError:
    return AccountError("error", Signal.FAILED, "unreadable_answer")

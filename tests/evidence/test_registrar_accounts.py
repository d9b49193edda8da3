"""Registrar accounts asked through the official SDKs, at a little HTTP server that talks like their interfaces."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from auditor.evidence.answer import Registration
from auditor.evidence.asking import Asked, Signal
from auditor.evidence.interpretation import interpret
from auditor.evidence.registrar_account import AccountAsker, AccountError, refusal
from auditor.evidence.registrar_aliyun import aliyun_asker
from auditor.evidence.registrar_tencent import tencent_asker
from auditor.evidence.servers import shipped_authorities
from auditor.model.evidence import Outcome, RealNameState
from auditor.model.values import DomainName
from tests.servers.http_server import HttpServer, Page
from tests.servers.serving import RESET, STALLED, Reply

# The SDKs are optional extras of the package.
pytest.importorskip("alibabacloud_domain20180129")
pytest.importorskip("tencentcloud.domain")

EXAMPLE = DomainName("example.cn", "example.cn")
IDN = DomainName("例子.中国", "xn--fsqu00a.xn--fiqs8s")
CREDIT_CODE = "91110000MA0000000X"
SECRET = "made-up-secret-0123456789"
ENVIRONMENT = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "made-up-id",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET,
    "TENCENTCLOUD_SECRET_ID": "made-up-id",
    "TENCENTCLOUD_SECRET_KEY": SECRET,
}
Make = Callable[..., AccountAsker]
SDKS = pytest.mark.parametrize("make", [aliyun_asker, tencent_asker])

ALIYUN_DOMAIN = {
    "RequestId": "R1",
    "DomainName": "example.cn",
    "RegistrantType": "2",
    "RegistrantName": "Shi Li",
    "ZhRegistrantName": "示例联系人",
    "RegistrantOrganization": "Shi Li Ke Ji",
    "ZhRegistrantOrganization": "示例科技有限公司",
    "RealNameStatus": "SUCCEED",
    "RegistrationDate": "2020-01-31 10:00:00",
    "ExpirationDate": "2027-01-31 10:00:00",
    "ExpirationDateLong": 1801360800000,
    "Registrar": "阿里云计算有限公司（万网）",
    "Email": "nobody@example.cn",
}
ALIYUN_CERTIFICATE = {
    "RequestId": "R2",
    "DomainName": "example.cn",
    "IdentityCredentialType": "XYDM",
    "IdentityCredentialNo": CREDIT_CODE,
}
TENCENT_DOMAIN = {
    "DomainInfo": {
        "DomainName": "example.cn",
        "RealNameAuditStatus": "InAudit",
        "CreationDate": "2020-01-31",
        "ExpirationDate": "2027-01-31",
        "DomainStatus": ["clientTransferProhibited", "serverHold"],
        "RegistrarType": "qcloud",
        "RegistrantType": "E",
        "OrganizationNameCN": "示例科技有限公司",
        "OrganizationName": "Shi Li Ke Ji",
        "RegistrantNameCN": "示例联系人",
    },
    "Uin": "100000000000",
    "RequestId": "R1",
}


class FixedClock:
    """Always the same moment."""

    def now(self) -> datetime:
        """Some moment."""
        return datetime(2026, 11, 20, 0, 0, tzinfo=UTC)


def page(content: object, status: int = 200, **headers: str) -> Page:
    """An answer of an interface."""
    kinds = {"Content-Type": "application/json", **headers}
    return Page(json.dumps(content, ensure_ascii=False).encode(), status=status, headers=kinds)


def tencent(content: Mapping[str, object]) -> Page:
    """An answer of 腾讯云."""
    return page({"Response": content})


def refused(make: Make, code: str, status: int = 400, **headers: str) -> Page:
    """A refusal in the form of the registrar's interface."""
    if make is tencent_asker:
        return tencent({"Error": {"Code": code, "Message": f"no, {SECRET}"}, "RequestId": "R"})
    return page({"Code": code, "Message": f"no, {SECRET}", "RequestId": "R"}, status, **headers)


@dataclass
class Interface:
    """A registrar's interface: the answers to each action, one after another, the last one for good."""

    answers: Mapping[str, Reply | Sequence[Reply]]
    make: Make
    timeout_s: float = 5.0
    environ: Mapping[str, str] | None = None

    def run(self, work: Callable[[AccountAsker], Any]) -> Any:
        """Let some work be done with the asker while the interface is there."""
        self.calls: list[dict[str, str]] = []
        server = HttpServer(self._answer)
        self._server = server

        async def all_of_it() -> Any:
            asker = self.make(
                FixedClock(),
                timeout_s=self.timeout_s,
                environ=ENVIRONMENT if self.environ is None else self.environ,
                endpoint=server.url,
            )
            try:
                return await work(asker)
            finally:
                await asker.close()

        with server:
            return asyncio.run(all_of_it())

    def ask(self, domain: DomainName = EXAMPLE) -> Asked:
        """One look-up."""

        async def work(asker: AccountAsker) -> Asked:
            (question,) = asker.questions(domain)
            return await asker.ask(question)

        found = self.run(work)
        assert isinstance(found, Asked)
        return found

    def _answer(self, target: str) -> Reply:
        query = {key: values[0] for key, values in parse_qs(urlsplit(target).query).items()}
        action = query.get("Action") or self._action()
        self.calls.append({**query, "Action": action})
        found = self.answers.get(action) or self.answers["*"]
        if isinstance(found, Reply):
            return found
        told = sum(call["Action"] == action for call in self.calls)
        return found[min(told, len(found)) - 1]

    def _action(self) -> str:
        headers = self._server.seen[-1].headers
        return headers.get("x-tc-action") or headers.get("x-acs-action", "")


def aliyun(certificate: Reply | None = None, **body: object) -> Interface:
    """阿里云 with one domain."""
    return Interface(
        {
            "QueryDomainByDomainName": page({**ALIYUN_DOMAIN, **body}),
            "QueryDomainRealNameVerificationInfo": certificate or page(ALIYUN_CERTIFICATE),
        },
        aliyun_asker,
    )


def registration(asked: Asked) -> Registration:
    """What the reader of registrar records makes of the answer."""
    content = interpret(asked.observation, shipped_authorities()).content
    assert isinstance(content, Registration)
    return content


def test_an_aliyun_domain_is_recorded_with_holder_certificate_state_and_expiry() -> None:
    asked = aliyun().ask()
    observation = asked.observation
    assert (observation.source, observation.server) == ("registrar", "aliyun")
    assert (observation.outcome, asked.signal) == ("answered", Signal.OK)
    assert observation.raw == {
        "domain": "example.cn",
        "registrant": "示例科技有限公司",
        "real_name_status": "SUCCEED",
        "expires": "2027-01-31 10:00:00",
        "ExpirationDateLong": 1801360800000,
        "created": "2020-01-31 10:00:00",
        "registrar": "阿里云计算有限公司（万网）",
        "certificate_type": "XYDM",
        "certificate_number": CREDIT_CODE,
    }
    found = registration(asked)
    assert found.registrant == "示例科技有限公司"
    assert found.registrar_expiry == date(2027, 1, 31)
    assert found.real_name is not None
    assert found.real_name.state is RealNameState.VERIFIED
    assert found.real_name.certificate_number == CREDIT_CODE


def test_an_old_way_of_writing_the_expiry_is_helped_by_the_timestamp() -> None:
    found = registration(aliyun(ExpirationDate="Jan 31,2027 10:00:00").ask())
    assert found.registrar_expiry == date(2027, 1, 31)


def test_an_individuals_own_name_stands_where_there_is_no_organisation() -> None:
    person = {"ZhRegistrantOrganization": "", "RegistrantOrganization": "", "RegistrantType": "1"}
    assert registration(aliyun(**person).ask()).registrant == "示例联系人"


def test_the_contact_of_an_organisation_is_never_taken_for_the_holder() -> None:
    nameless = {"ZhRegistrantOrganization": "", "RegistrantOrganization": ""}
    assert registration(aliyun(**nameless).ask()).registrant is None


def test_a_key_that_may_not_see_certificates_still_brings_the_rest() -> None:
    asked = aliyun(refused(aliyun_asker, "Forbidden.RAM", 403)).ask()
    raw = asked.observation.raw
    assert isinstance(raw, dict)
    assert asked.observation.outcome == "answered"
    assert raw["certificate_problem"] == "Forbidden.RAM"
    assert "certificate_number" not in raw


def test_a_certificate_call_that_was_put_off_puts_off_the_whole_look_up() -> None:
    asked = aliyun(refused(aliyun_asker, "Throttling.User")).ask()
    assert (asked.observation.outcome, asked.signal) == ("throttled", Signal.REFUSED)


def test_a_tencent_domain_is_recorded_with_holder_state_statuses_and_expiry() -> None:
    asked = Interface({"DescribeDomainSimpleInfo": tencent(TENCENT_DOMAIN)}, tencent_asker).ask()
    observation = asked.observation
    assert (observation.source, observation.server) == ("registrar", "tencent")
    assert observation.raw == {
        "domain": "example.cn",
        "registrant": "示例科技有限公司",
        "real_name_status": "InAudit",
        "expires": "2027-01-31",
        "created": "2020-01-31",
        "registrar": "腾讯云计算（北京）有限责任公司",
        "statuses": ["clientTransferProhibited", "serverHold"],
    }
    found = registration(asked)
    assert found.statuses == {"clientTransferProhibited", "serverHold"}
    assert found.real_name is not None
    assert found.real_name.state is RealNameState.IN_REVIEW


@SDKS
def test_an_answer_about_another_domain_is_no_answer(make: Make) -> None:
    other = {**TENCENT_DOMAIN, "DomainInfo": {**TENCENT_DOMAIN["DomainInfo"], "DomainName": "other.cn"}}  # type: ignore[dict-item]
    aliyun_other = page({**ALIYUN_DOMAIN, "DomainName": "other.cn"})
    answers = {"*": tencent(other) if make is tencent_asker else aliyun_other}
    asked = Interface(answers, make).ask()
    assert (asked.observation.outcome, asked.signal) == ("error", Signal.FAILED)


@SDKS
@pytest.mark.parametrize("code", ["Throttling", "Throttling.User", "RequestLimitExceeded"])
def test_throttling_is_told_as_a_refusal(make: Make, code: str) -> None:
    asked = Interface({"*": refused(make, code)}, make).ask()
    assert (asked.observation.outcome, asked.signal) == ("throttled", Signal.REFUSED)
    assert asked.observation.raw == {"error": "throttled", "code": code}
    assert interpret(asked.observation, shipped_authorities()).outcome is Outcome.THROTTLED


def test_the_wait_that_aliyun_asks_for_is_handed_on() -> None:
    late = refused(aliyun_asker, "Throttling.Api", 429, **{"x-acs-retry-after": "4000"})
    asked = Interface({"*": late}, aliyun_asker).ask()
    assert (asked.signal, asked.wait_s) == (Signal.REFUSED, 4.0)


@SDKS
@pytest.mark.parametrize(
    "code", ["InvalidAccessKeyId.NotFound", "SignatureDoesNotMatch", "AuthFailure.SecretIdNotFound"]
)
def test_a_key_that_is_not_accepted_is_a_failure_and_no_missing_domain(make: Make, code: str) -> None:
    asked = Interface({"*": refused(make, code, 404)}, make).ask()
    assert (asked.observation.outcome, asked.signal) == ("error", Signal.FAILED)
    assert asked.observation.raw == {"error": "access_denied", "code": code}


@SDKS
def test_a_domain_of_somebody_else_is_unsupported_and_nobodys_fault(make: Make) -> None:
    asked = Interface({"*": refused(make, "ResourceNotFound.DomainNotFound")}, make).ask()
    assert (asked.observation.outcome, asked.signal) == ("unsupported", Signal.OK)


@SDKS
def test_an_interface_that_stalls_ends_with_the_deadline(make: Make) -> None:
    asked = Interface({"*": STALLED}, make, timeout_s=0.3).ask()
    assert (asked.observation.outcome, asked.signal) == ("timeout", Signal.FAILED)


@SDKS
@pytest.mark.parametrize(
    "reply",
    [RESET, page([]), page({"Response": []}), page({}), Page(b"<html>", status=500), Page(b"\xff\xfe")],
)
def test_whatever_comes_instead_of_an_answer_is_a_failure(make: Make, reply: Reply) -> None:
    asked = Interface({"*": reply}, make).ask()
    assert (asked.observation.outcome, asked.signal) == ("error", Signal.FAILED)


@SDKS
def test_without_a_key_nothing_is_asked_and_the_hint_names_the_variables(make: Make) -> None:
    interface = Interface({"*": RESET}, make, environ={"HOME": "/"})
    asked = interface.ask()
    assert (asked.observation.outcome, asked.signal) == ("unsupported", Signal.OK)
    raw = asked.observation.raw
    assert isinstance(raw, dict)
    assert raw["error"] == "not_configured"
    assert "_SECRET" in raw["detail"]["en"]
    assert interface.calls == []


@pytest.mark.parametrize(
    ("make", "package", "extra"),
    [
        (aliyun_asker, "alibabacloud_domain20180129", "icp-audit[aliyun]"),
        (tencent_asker, "tencentcloud.domain.v20180808", "icp-audit[tencent]"),
    ],
)
def test_without_the_sdk_the_hint_names_the_extra(
    make: Make, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith(package)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    asker = make(FixedClock(), timeout_s=1, environ=ENVIRONMENT)
    assert asker.problem is not None
    assert extra in asker.problem.zh
    assert extra in asker.problem.en
    asked = asyncio.run(asker.ask(asker.questions(EXAMPLE)[0]))
    assert asked.observation.outcome == "unsupported"
    failure = asyncio.run(asker.load())
    assert failure is not None
    assert failure.outcome == "unsupported"


def aliyun_list(names: Sequence[str], number: int, pages: int) -> Page:
    """A page of 阿里云's list."""
    rows = [{"DomainName": name, "DomainAuditStatus": "SUCCEED"} for name in names]
    return page(
        {
            "Data": {"Domain": rows},
            "CurrentPageNum": number,
            "TotalPageNum": pages,
            "NextPage": number < pages,
            "TotalItemNum": 3,
            "RequestId": "R",
        }
    )


def test_the_list_of_an_aliyun_account_is_read_page_by_page() -> None:
    async def work(asker: AccountAsker) -> tuple[object, list[int]]:
        failure = await asker.load()
        return failure, [
            len(asker.questions(one)) for one in (EXAMPLE, IDN, DomainName("other.cn", "other.cn"))
        ]

    pages = [aliyun_list(["a.cn", "EXAMPLE.cn"], 1, 2), aliyun_list(["例子.中国"], 2, 2)]
    interface = Interface({"QueryDomainList": pages}, aliyun_asker)
    assert interface.run(work) == (None, [1, 1, 0])
    assert [call["PageNum"] for call in interface.calls] == ["1", "2"]


def test_the_list_of_a_tencent_account_is_read_page_by_page() -> None:
    async def work(asker: AccountAsker) -> tuple[object, list[int]]:
        failure = await asker.load()
        return failure, [
            len(asker.questions(one)) for one in (EXAMPLE, IDN, DomainName("other.cn", "other.cn"))
        ]

    first = [{"DomainName": f"a{number}.cn"} for number in range(99)] + [{"DomainName": "example.cn"}]
    pages = [
        tencent({"DomainSet": first, "TotalCount": 101, "RequestId": "R"}),
        tencent({"DomainSet": [{"DomainName": "例子.中国"}], "TotalCount": 101, "RequestId": "R"}),
    ]
    interface = Interface({"DescribeDomainNameList": pages}, tencent_asker)
    assert interface.run(work) == (None, [1, 1, 0])
    assert len(interface.calls) == 2


@SDKS
def test_a_list_that_cannot_be_read_leaves_every_domain_to_be_asked_about(make: Make) -> None:
    async def work(asker: AccountAsker) -> tuple[AccountError | None, int, object]:
        return await asker.load(), len(asker.questions(EXAMPLE)), asker.held

    failure, questions, held = Interface({"*": refused(make, "Throttling.User")}, make).run(work)
    assert failure is not None
    assert failure.signal is Signal.REFUSED
    assert (questions, held) == (1, None)


@SDKS
def test_an_idn_is_asked_and_matched_in_either_form(make: Make) -> None:
    name = "xn--fsqu00a.xn--fiqs8s"
    info = {**TENCENT_DOMAIN["DomainInfo"], "DomainName": name}  # type: ignore[dict-item]
    answers = {
        "DescribeDomainSimpleInfo": tencent({"DomainInfo": info, "RequestId": "R"}),
        "QueryDomainByDomainName": page({**ALIYUN_DOMAIN, "DomainName": name}),
        "QueryDomainRealNameVerificationInfo": page(ALIYUN_CERTIFICATE),
    }
    asked = Interface(answers, make).ask(IDN)
    assert asked.observation.domain == "例子.中国"
    assert registration(asked).registrant == "示例科技有限公司"


@SDKS
def test_no_secret_is_logged_or_recorded(
    make: Make, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        asked = Interface({"*": refused(make, "SignatureDoesNotMatch")}, make).ask()
    printed = capfd.readouterr()
    for shown in (str(asked), caplog.text, printed.out, printed.err):
        assert SECRET not in shown
        assert "Signature=" not in shown


@pytest.mark.parametrize("code", ["a b", "<html>", "x" * 200, "", "签名"])
def test_a_code_that_is_no_code_is_not_handed_on(code: str) -> None:
    assert refusal(code).code == ""

"""WEB: what the home page shows, and what an incomplete page does not prove."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.checks.page_numbers import (
    linked_police_digits,
    links_to_ministry,
    links_to_retired_address,
    police_digits,
)
from auditor.checks.web import CHECKS
from auditor.model.evidence import HomePage, HostAnswer, Resolution, ShownNumber, Stated, Unavailable
from auditor.model.verdict import Reason, Severity
from tests.builders import entity_number, portfolio, service_number
from tests.judging import Judged, evidence_for, judge, seen

BY_ID = {check.id: check for check in CHECKS}
DOMAIN = "example.cn"
MIIT = "https://beian.miit.gov.cn/"
POLICE = "京公网安备11010502000001号"
OTHER_POLICE = "京公网安备11010502000002号"
MPS = "https://beian.mps.gov.cn/#/query/webSearch?code="


def row(**more: object) -> dict[str, object]:
    return {
        "domain": DOMAIN,
        "entity_name": "青禾示例科技有限公司",
        "service_number": service_number(1),
    } | more


def page(
    *numbers: str | tuple[str, str], police: tuple[tuple[str, str], ...] = (), complete: bool = True,
    status: int = 200, opened: bool = True,
) -> HomePage:  # fmt: skip
    shown = tuple(ShownNumber(*one) if isinstance(one, tuple) else ShownNumber(one) for one in numbers)
    return HomePage(
        f"https://www.{DOMAIN}/", status, opened, complete, shown, tuple(ShownNumber(*one) for one in police),
        seen("web", f"https://www.{DOMAIN}/"),
    )  # fmt: skip


def run(
    check_id: str,
    home_page: HomePage | Unavailable | None,
    filed: dict[str, object] | None = None,
    **facts: Any,
) -> Judged:
    if home_page is not None:
        facts["home_page"] = home_page
    return judge(BY_ID[check_id], portfolio(filed or row()), evidence_for(DOMAIN, **facts))


CLOSED = page(status=503, opened=False, complete=False)
PARTIAL = page(complete=False)


def test_the_family_holds_its_checks_in_order() -> None:
    assert list(BY_ID) == ["WEB901", "WEB902", "WEB903", "WEB904", "WEB905"]


@pytest.mark.parametrize("check_id", ["WEB901", "WEB902", "WEB903", "WEB905"])
def test_a_page_that_did_not_open_shows_nothing_and_hides_nothing(check_id: str) -> None:
    assert run(check_id, CLOSED).unknown == {DOMAIN: Reason.ERROR}
    assert run(check_id, PARTIAL).unknown == {DOMAIN: Reason.UNPARSED}
    assert run(check_id, None).unknown == {DOMAIN: Reason.NO_EVIDENCE}
    assert run(check_id, Unavailable(Reason.TIMEOUT)).unknown == {DOMAIN: Reason.TIMEOUT}


# WEB901


def test_a_number_on_the_page_passes_even_on_an_incomplete_one() -> None:
    assert run("WEB901", page(service_number(1))).counts == (1, 0, 0, 0)
    assert run("WEB901", page(service_number(9), complete=False)).counts == (1, 0, 0, 0)


def test_a_whole_page_without_a_number_fails() -> None:
    judged = run("WEB901", page())
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected) == (Severity.HIGH, service_number(1))
    assert finding.evidence[0].source == "web"
    assert "https://www.example.cn/" in judged.message(DOMAIN, "en")


# WEB902


@pytest.mark.parametrize(
    "shown",
    [
        "京ICP备2020000001号-1",
        "京ICP备2020000001-1",
        "京 ICP 备 2020000001 号 － 1",
        "ICP备案号:京ICP备2020000001号-1",
    ],
)
def test_the_number_on_record_passes_however_it_is_written(shown: str) -> None:
    assert run("WEB902", page(shown)).counts == (1, 0, 0, 0)


def test_the_right_number_beside_a_partners_passes() -> None:
    assert run("WEB902", page(service_number(7), service_number(1))).counts == (1, 0, 0, 0)


def test_guangdong_shows_the_entity_number() -> None:
    filed = row(service_number=service_number(1, 1, "粤"))
    assert run("WEB902", page(entity_number(1, "粤")), filed).counts == (1, 0, 0, 0)
    assert run("WEB902", page(service_number(1, 1, "粤")), filed).counts == (1, 0, 0, 0)
    judged = run("WEB902", page(service_number(2, 1, "粤")), filed)
    assert judged.findings[DOMAIN].expected == entity_number(1, "粤")


def test_a_page_without_a_number_is_another_checks() -> None:
    assert run("WEB902", page()).counts == (0, 0, 0, 1)
    assert run("WEB903", page()).counts == (0, 0, 0, 1)


@pytest.mark.parametrize("shown", [service_number(2), service_number(1, 2), "京ICP证030173号"])
def test_another_number_fails(shown: str) -> None:
    judged = run("WEB902", page(shown))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected, finding.observed) == (Severity.HIGH, service_number(1), shown)
    assert "C2" in {cell.cell for cell in finding.cells}
    assert shown in judged.message(DOMAIN, "en")


def test_elsewhere_the_entity_number_is_not_enough() -> None:
    judged = run("WEB902", page(entity_number(1)))
    assert judged.failed == {DOMAIN}
    assert "应标明服务备案号" in judged.message(DOMAIN)


def test_any_of_the_numbers_that_the_domain_stands_under_counts() -> None:
    book = portfolio(row(), row(service_number=service_number(5)))
    facts = evidence_for(DOMAIN, home_page=page(service_number(5)))
    assert judge(BY_ID["WEB902"], book, facts).counts == (1, 0, 0, 0)


def test_a_number_that_cannot_be_compared_is_unknown() -> None:
    assert run("WEB902", page("京ICP备12号")).unknown == {DOMAIN: Reason.UNPARSED}
    nothing = {"domain": DOMAIN, "entity_name": "青禾示例科技有限公司"}
    assert run("WEB902", page(service_number(1)), nothing).unknown == {DOMAIN: Reason.MISSING_VALUE}
    entity_only = {"domain": DOMAIN, "entity_number": entity_number(1), "entity_name": "青禾示例科技有限公司"}
    assert run("WEB902", page(service_number(1)), entity_only).unknown == {DOMAIN: Reason.MISSING_VALUE}
    unreadable = {**entity_only, "service_number": "第一个网站"}
    assert run("WEB902", page(service_number(1)), unreadable).unknown == {DOMAIN: Reason.UNPARSED}
    assert run("WEB902", page(service_number(2)), entity_only).failed == {DOMAIN}


# WEB903


@pytest.mark.parametrize(
    "link",
    [
        MIIT,
        "http://beian.miit.gov.cn",
        "//beian.miit.gov.cn/#/Integrated/index",
        "HTTPS://BEIAN.MIIT.GOV.CN/x",
    ],
)
def test_a_link_to_the_ministry_passes(link: str) -> None:
    assert run("WEB903", page((service_number(1), link))).counts == (1, 0, 0, 0)
    assert run("WEB903", page(service_number(1), (service_number(1), link))).counts == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("link", "word"),
    [
        ("", "没有链接"),
        ("http://www.miitbeian.gov.cn/", "已停用"),
        ("https://miibeian.gov.cn", "已停用"),
        ("https://beian.miit.gov.cn/publish/query/indexFirst.action", "已停用"),
        ("https://example.com/beian.miit.gov.cn", "链接到"),
        ("beian.miit.gov.cn", "链接到"),
    ],
)
def test_no_link_a_retired_one_or_another_fails(link: str, word: str) -> None:
    judged = run("WEB903", page((service_number(1), link)))
    assert judged.failed == {DOMAIN}
    assert judged.findings[DOMAIN].severity is Severity.MEDIUM
    assert judged.findings[DOMAIN].expected == MIIT
    assert word in judged.message(DOMAIN)


def test_a_link_may_hide_in_the_part_of_the_page_that_is_not_at_hand() -> None:
    assert run("WEB903", page(service_number(1), complete=False)).unknown == {DOMAIN: Reason.UNPARSED}
    retired = page((service_number(1), "http://miitbeian.gov.cn"), complete=False)
    assert run("WEB903", retired).failed == {DOMAIN}


def test_links_are_read_as_a_browser_reads_them() -> None:
    assert not links_to_ministry("javascript:void(0)")
    assert not links_to_ministry("https://beian.miit.gov.cn.example.com/")
    assert not links_to_ministry("https://[broken")
    assert links_to_ministry("https://beian.miit.gov.cn/publisher")
    assert not links_to_retired_address("https://notmiitbeian.gov.cn/")


# WEB904


def no_address(rcode: str) -> Resolution:
    answer = HostAnswer(rcode)
    hosts = {DOMAIN: answer, f"www.{DOMAIN}": answer}
    return Resolution((Stated(hosts, seen("dns", "a")), Stated(hosts, seen("dns", "b"))))


def test_a_page_that_opened_passes() -> None:
    assert run("WEB904", page()).counts == (1, 0, 0, 0)


@pytest.mark.parametrize("status", [403, 404, 500, 503, 200])
def test_a_servers_own_refusal_fails(status: int) -> None:
    judged = run("WEB904", page(status=status, opened=False))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.observed) == (Severity.MEDIUM, status)
    assert str(status) in judged.message(DOMAIN, "en")


@pytest.mark.parametrize(
    ("status", "reason"), [(429, Reason.THROTTLED), (302, Reason.ERROR), (0, Reason.ERROR)]
)
def test_an_answer_that_settles_nothing_is_unknown(status: int, reason: Reason) -> None:
    assert run("WEB904", page(status=status, opened=False)).unknown == {DOMAIN: reason}


@pytest.mark.parametrize("reason", [Reason.TIMEOUT, Reason.ERROR, Reason.NO_EVIDENCE])
def test_a_look_up_that_failed_does_not_close_the_site(reason: Reason) -> None:
    assert run("WEB904", Unavailable(reason)).unknown == {DOMAIN: reason}


def test_a_domain_without_an_address_is_not_reported_again() -> None:
    judged = run("WEB904", Unavailable(Reason.ERROR), resolution=no_address("NXDOMAIN"))
    assert judged.counts == (0, 0, 0, 1)
    judged = run("WEB904", Unavailable(Reason.ERROR), resolution=no_address("SERVFAIL"))
    assert judged.unknown == {DOMAIN: Reason.ERROR}


# WEB905


@pytest.mark.parametrize(
    ("shown", "link"),
    [
        (POLICE, ""),
        (POLICE, MPS + "11010502000001"),
        (
            "京公网安备 11010502000001",
            "http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=11010502000001",
        ),
    ],
)
def test_the_police_number_on_record_passes(shown: str, link: str) -> None:
    filed = row(police_number=POLICE)
    assert run("WEB905", page(police=((shown, link),)), filed).counts == (1, 0, 0, 0)


def test_a_page_without_a_police_number_is_not_judged() -> None:
    assert run("WEB905", page()).counts == (0, 0, 0, 1)
    assert run("WEB905", page(), row(police_number=POLICE)).counts == (0, 0, 0, 1)


def test_another_police_number_fails() -> None:
    judged = run("WEB905", page(police=((OTHER_POLICE, ""),)), row(police_number=POLICE))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected, finding.observed) == (Severity.LOW, POLICE, OTHER_POLICE)
    assert "D2" in {cell.cell for cell in finding.cells}
    assert OTHER_POLICE in judged.message(DOMAIN, "en")


@pytest.mark.parametrize("filed", [row(), row(police_number=POLICE)])
def test_a_link_that_names_another_number_fails_whatever_the_record_says(filed: dict[str, object]) -> None:
    judged = run("WEB905", page(police=((POLICE, MPS + "11010502000002"),)), filed)
    assert judged.failed == {DOMAIN}
    assert "11010502000002" in judged.message(DOMAIN)


def test_a_police_number_without_a_counterpart_is_unknown() -> None:
    assert run("WEB905", page(police=((POLICE, ""),))).unknown == {DOMAIN: Reason.MISSING_VALUE}
    assert run("WEB905", page(police=(("京公网安备号", ""),))).unknown == {DOMAIN: Reason.UNPARSED}
    listed = row(police_number="办理中")
    assert run("WEB905", page(police=((POLICE, ""),)), listed).unknown == {DOMAIN: Reason.UNPARSED}


def test_the_fourteen_digits_are_found_however_they_are_written() -> None:
    assert police_digits("京公网安备 1101 0502 000001 号") == "11010502000001"
    assert police_digits("110105020000012") is None
    assert linked_police_digits(MPS + "11010502000001") == "11010502000001"
    assert linked_police_digits("https://x/?a=1&recordcode%3D11010502000001") == "11010502000001"
    assert linked_police_digits("https://x/?code=1") is None

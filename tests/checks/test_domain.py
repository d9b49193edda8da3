"""DOM: the domain's term, registration, status, suffix and registrar, and how the book writes it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from auditor.checks.domain import CHECKS
from auditor.intake.table import ErrorCell
from auditor.model.evidence import Existence, Expiries, RegistrarNames, Stated, Statuses, Unavailable
from auditor.model.verdict import Reason, Severity
from tests.builders import days_from, portfolio, service_number
from tests.judging import AS_OF, Judged, evidence_for, judge, seen

BY_ID = {check.id: check for check in CHECKS}
COMPANY = "青禾示例科技有限公司"
DOMAIN = "example.cn"


def row(**more: object) -> dict[str, object]:
    return {"domain": DOMAIN, "entity_name": COMPANY, "service_number": service_number(1)} | more


def run(
    check_id: str, filed: dict[str, object] | None = None, *, columns: tuple[str, ...] = (), **facts: Any
) -> Judged:
    filed = filed or row()
    domain = str(filed.get("domain", DOMAIN))
    return judge(BY_ID[check_id], portfolio(filed, columns=columns), evidence_for(domain, **facts))


def ends(*days: date) -> Expiries:
    sources = ("whois", "registrar", "rdap")
    return Expiries(
        tuple(Stated(day, seen(source, source)) for day, source in zip(days, sources, strict=False))
    )


def in_days(days: int) -> date:
    return days_from(AS_OF, days)


def test_the_family_holds_its_checks_in_order() -> None:
    assert list(BY_ID) == [f"DOM30{n}" for n in range(1, 10)]


# DOM301


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_registration_that_still_runs_passes(days: int) -> None:
    assert run("DOM301", expiries=ends(in_days(days))).counts == (1, 0, 0, 0)


def test_the_registry_outranks_the_book_in_both_directions() -> None:
    assert run("DOM301", row(domain_expiry="2026-11-01"), expiries=ends(in_days(300))).counts == (1, 0, 0, 0)
    assert run("DOM301", row(domain_expiry="2027-11-01"), expiries=ends(in_days(-1))).failed == {DOMAIN}


def test_an_expired_registration_fails_with_day_and_source() -> None:
    judged = run("DOM301", expiries=ends(in_days(-1)))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.observed, finding.due) == (Severity.CRITICAL, in_days(-1), AS_OF)
    assert finding.evidence[0].source == "whois"
    for lang in ("zh", "en"):
        assert "2026-11-22" in judged.message(DOMAIN, lang)
        assert "whois" in judged.message(DOMAIN, lang)


def test_the_books_date_counts_where_nobody_else_answers() -> None:
    judged = run("DOM301", row(domain_expiry="2026-11-22"), expiries=Unavailable(Reason.THROTTLED))
    assert judged.failed == {DOMAIN}
    assert "台账" in judged.message(DOMAIN)
    assert "D2" in {cell.cell for cell in judged.findings[DOMAIN].cells}
    assert run("DOM301", row(domain_expiry="2026-11-23")).counts == (1, 0, 0, 0)
    assert run("DOM301", row(domain_expiry="2027-01-01"), expiries=Unavailable(Reason.STALE)).counts == (
        1,
        0,
        0,
        0,
    )


def test_a_domain_that_is_not_registered_has_no_term() -> None:
    gone = Existence(absent=(seen(number=1), seen(day=21, number=2)))
    filed = row(domain_expiry="2026-11-01")
    assert run("DOM301", filed, existence=gone).unknown == {DOMAIN: Reason.NOT_FOUND}
    assert run("DOM301", filed, expiries=Unavailable(Reason.NOT_FOUND)).unknown == {DOMAIN: Reason.NOT_FOUND}


@pytest.mark.parametrize("check_id", ["DOM301", "DOM302"])
def test_no_date_is_unknown_for_its_reason(check_id: str) -> None:
    assert run(check_id).unknown == {DOMAIN: Reason.NO_EVIDENCE}
    assert run(check_id, expiries=Unavailable(Reason.TIMEOUT)).unknown == {DOMAIN: Reason.TIMEOUT}
    assert run(check_id, expiries=Unavailable(Reason.STALE)).unknown == {DOMAIN: Reason.STALE}
    assert run(check_id, columns=("domain_expiry",)).unknown == {DOMAIN: Reason.MISSING_VALUE}
    assert run(check_id, row(domain_expiry="待查")).unknown == {DOMAIN: Reason.UNPARSED}
    assert run(check_id, row(domain_expiry="长期")).unknown == {DOMAIN: Reason.UNPARSED}


# DOM302


def test_a_long_term_passes_and_an_expired_one_is_another_checks() -> None:
    assert run("DOM302", expiries=ends(in_days(91))).counts == (1, 0, 0, 0)
    assert run("DOM302", expiries=ends(in_days(-1))).counts == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("days", "severity"),
    [
        (90, Severity.MEDIUM),
        (46, Severity.MEDIUM),
        (45, Severity.HIGH),
        (31, Severity.HIGH),
        (30, Severity.CRITICAL),
        (0, Severity.CRITICAL),
    ],
)
def test_the_nearer_the_end_the_worse(days: int, severity: Severity) -> None:
    judged = run("DOM302", expiries=ends(in_days(days)))
    finding = judged.findings[DOMAIN]
    assert judged.failed == {DOMAIN}
    assert (finding.severity, finding.due, finding.observed) == (severity, in_days(days), in_days(days))
    assert finding.start_by is not None
    assert finding.start_by <= in_days(days)
    assert str(days) in judged.message(DOMAIN, "en")


def test_the_windows_are_the_policys() -> None:
    book = portfolio(row())
    facts = evidence_for(DOMAIN, expiries=ends(in_days(50)))
    assert judge(BY_ID["DOM302"], book, facts, domain_days=(40, 20, 10)).counts == (1, 0, 0, 0)
    judged = judge(BY_ID["DOM302"], book, facts, domain_days=(90, 60, 10))
    assert judged.findings[DOMAIN].severity is Severity.HIGH


# DOM303


def test_a_registered_domain_passes_even_while_dns_denies_it() -> None:
    assert run("DOM303", existence=Existence(registered=(seen(),))).counts == (1, 0, 0, 0)
    facts = Existence(registered=(seen(),), nxdomain=(seen("dns", "127.0.0.1"),))
    assert run("DOM303", existence=facts).counts == (1, 0, 0, 0)


@pytest.mark.parametrize("second", ["absent", "nxdomain"])
def test_two_answers_that_agree_on_absence_fail(second: str) -> None:
    first = seen(number=1)
    other = seen("dns", "127.0.0.1") if second == "nxdomain" else seen(day=21, number=2)
    facts = (
        Existence(absent=(first,), nxdomain=(other,))
        if second == "nxdomain"
        else Existence(absent=(first, other))
    )
    judged = run("DOM303", existence=facts)
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert finding.severity is Severity.CRITICAL
    assert finding.evidence == (first, other)
    assert "not registered" in judged.message(DOMAIN, "en")


@pytest.mark.parametrize(
    "facts",
    [
        Existence(absent=(seen(),)),
        Existence(nxdomain=(seen("dns", "a"), seen("dns", "b"))),
        Existence(registered=(seen(),), absent=(seen(day=21), seen(day=22))),
        Existence(reserved=(seen(),)),
    ],
)
def test_one_answer_alone_or_a_contradiction_is_unconfirmed(facts: Existence) -> None:
    assert run("DOM303", existence=facts).unknown == {DOMAIN: Reason.UNCONFIRMED}


def test_without_a_look_up_registration_is_unknown() -> None:
    assert run("DOM303").unknown == {DOMAIN: Reason.NO_EVIDENCE}
    assert run("DOM303", existence=Existence()).unknown == {DOMAIN: Reason.NO_EVIDENCE}
    assert run("DOM303", existence=Unavailable(Reason.THROTTLED)).unknown == {DOMAIN: Reason.THROTTLED}


# DOM304


def has(*codes: str) -> Statuses:
    return Statuses(frozenset(codes), (seen(),))


def test_harmless_statuses_pass() -> None:
    harmless = has("ok", "clientTransferProhibited", "serverDeleteProhibited", "addPeriod", "autoRenewPeriod")
    assert run("DOM304", statuses=harmless).counts == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "code",
    [
        "serverHold",
        "clientHold",
        "pendingVerification",
        "redemptionPeriod",
        "pendingDelete",
        "inactive",
        "SERVERHOLD",
    ],
)
def test_each_status_that_stops_service_fails_and_is_explained(code: str) -> None:
    judged = run("DOM304", statuses=has("ok", code))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.observed) == (Severity.HIGH, (code,))
    assert f"{code} (" in judged.message(DOMAIN)
    assert f"{code} (" in judged.message(DOMAIN, "en")


def test_pending_delete_is_redemption_at_the_cn_registry_only() -> None:
    assert "赎回" in run("DOM304", statuses=has("pendingDelete")).message(DOMAIN)
    judged = run("DOM304", row(domain="example.com"), statuses=has("pendingDelete"))
    assert "即将删除" in judged.message("example.com")


def test_statuses_of_an_unregistered_domain_are_unknown() -> None:
    assert run("DOM304", statuses=Unavailable(Reason.NOT_FOUND)).unknown == {DOMAIN: Reason.NOT_FOUND}
    assert run("DOM304").unknown == {DOMAIN: Reason.NO_EVIDENCE}


# DOM305


@pytest.mark.parametrize("domain", ["example.cn", "example.com", "example.org.cn", "示例.中国", "示例.公司"])
def test_an_approved_suffix_passes(domain: str) -> None:
    assert run("DOM305", row(domain=domain)).counts == (1, 0, 0, 0)


@pytest.mark.parametrize("domain", ["example.io", "example.org", "example.dev"])
def test_a_suffix_on_the_not_approved_list_fails_with_the_warning(domain: str) -> None:
    judged = run("DOM305", row(domain=domain))
    assert judged.failed == {domain}
    finding = judged.findings[domain]
    assert (finding.severity, finding.observed) == (Severity.HIGH, domain[7:])
    assert any("不可挽回" in step.zh and "irreversible" in step.en for step in finding.remedy)


@pytest.mark.parametrize("domain", ["example.la", "example.ninja"])
def test_a_suffix_on_neither_list_is_unknown(domain: str) -> None:
    assert run("DOM305", row(domain=domain)).unknown == {domain: Reason.NO_RULE_DATA}


# DOM306


def at(*names: str) -> RegistrarNames:
    return RegistrarNames(tuple(Stated(name, seen()) for name in names))


@pytest.mark.parametrize("name", ["阿里云计算有限公司（万网）", "IANA 420", "北京新网数码信息技术有限公司"])
def test_an_approved_registrar_passes(name: str) -> None:
    assert run("DOM306", registrars=at(name)).counts == (1, 0, 0, 0)


@pytest.mark.parametrize("name", ["GoDaddy.com, LLC", "IANA 146"])
def test_a_registrar_named_as_not_approved_fails(name: str) -> None:
    judged = run("DOM306", registrars=at(name))
    assert judged.failed == {DOMAIN}
    assert judged.findings[DOMAIN].severity is Severity.HIGH
    assert "GoDaddy" in judged.message(DOMAIN, "en")


def test_the_books_registrar_counts_where_no_source_answers() -> None:
    judged = run("DOM306", row(registrar="GoDaddy"))
    assert judged.failed == {DOMAIN}
    assert "D2" in {cell.cell for cell in judged.findings[DOMAIN].cells}
    assert run("DOM306", row(registrar="GoDaddy"), registrars=at("IANA 420")).counts == (1, 0, 0, 0)


def test_the_books_registrar_alone_does_not_acquit() -> None:
    for reason in (Reason.NO_EVIDENCE, Reason.THROTTLED):
        judged = run("DOM306", row(registrar="阿里云"), registrars=Unavailable(reason))
        assert judged.unknown == {DOMAIN: reason}
        assert "D2" in {cell.cell for cell in judged.findings[DOMAIN].cells}


def test_a_second_source_decides_where_the_best_is_on_no_list() -> None:
    assert run("DOM306", registrars=at("某注册商示例", "IANA 420")).counts == (1, 0, 0, 0)


def test_a_registrar_on_no_list_is_unknown() -> None:
    assert run("DOM306", registrars=at("某注册商示例")).unknown == {DOMAIN: Reason.NO_RULE_DATA}
    assert run("DOM306").unknown == {DOMAIN: Reason.NO_EVIDENCE}
    gone = Unavailable(Reason.NOT_FOUND)
    assert run("DOM306", row(registrar="GoDaddy"), registrars=gone).unknown == {DOMAIN: Reason.NOT_FOUND}


# DOM307


def test_a_book_that_agrees_within_a_day_passes() -> None:
    for text in ("2027-05-01", "2027-05-02", "2027-04-30"):
        assert run("DOM307", row(domain_expiry=text), expiries=ends(date(2027, 5, 1))).counts == (1, 0, 0, 0)


def test_a_book_without_the_column_has_nothing_to_agree() -> None:
    assert run("DOM307", expiries=ends(date(2027, 5, 1))).counts == (0, 0, 0, 1)


def test_a_date_two_days_off_fails_and_shows_every_source_that_differs() -> None:
    judged = run(
        "DOM307",
        row(domain_expiry="2027-05-03"),
        expiries=ends(date(2027, 5, 1), date(2028, 5, 1), date(2027, 5, 3)),
    )
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected, finding.observed) == (
        Severity.MEDIUM,
        date(2027, 5, 1),
        date(2027, 5, 3),
    )
    assert [cell.cell for cell in finding.cells] == ["D2"]
    assert len(finding.evidence) == 2
    for part in ("2027-05-01", "2027-05-03", "2028-05-01"):
        assert part in judged.message(DOMAIN, "en")


def test_a_book_date_without_a_counterpart_is_unknown() -> None:
    filed = row(domain_expiry="2027-05-01")
    assert run("DOM307", filed).unknown == {DOMAIN: Reason.NO_EVIDENCE}
    assert run("DOM307", filed, expiries=Unavailable(Reason.STALE)).unknown == {DOMAIN: Reason.STALE}
    known = ends(date(2027, 5, 1))
    assert run("DOM307", row(domain_expiry="?"), expiries=known).unknown == {DOMAIN: Reason.UNPARSED}
    judged = run("DOM307", columns=("domain_expiry",), expiries=known)
    assert judged.unknown == {DOMAIN: Reason.MISSING_VALUE}


# DOM308


def test_one_registrable_domain_is_a_plain_cell() -> None:
    assert run("DOM308").counts == (1, 0, 0, 0)


def test_a_row_without_a_domain_is_not_judged() -> None:
    assert judge(BY_ID["DOM308"], portfolio(row(domain=None))).counts == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("cell", "taken"),
    [
        ("https://www.example.cn/index.html", "example.cn"),
        ("shop.example.cn", "example.cn"),
        ("example.cn、example.com", "example.com"),
    ],
)
def test_what_was_taken_from_an_address_is_told(cell: str, taken: str) -> None:
    judged = judge(BY_ID["DOM308"], portfolio(row(domain=cell)))
    assert judged.failed == {"台账!2"}
    finding = judged.findings["台账!2"]
    assert (finding.severity, finding.observed) == (Severity.INFO, cell)
    assert taken in judged.message("台账!2")
    assert taken in judged.message("台账!2", "en")
    assert [one.cell for one in finding.cells] == ["A2"]


def test_pieces_that_were_refused_are_named_beside_what_was_taken() -> None:
    judged = judge(BY_ID["DOM308"], portfolio(row(domain="example.cn、bad_name")))
    assert judged.failed == {"台账!2"}
    assert "bad_name" in judged.message("台账!2")
    assert "example.cn" in judged.message("台账!2")


@pytest.mark.parametrize("cell", ["待定", ErrorCell("#N/A")])
def test_a_cell_without_any_domain_is_unparsed(cell: object) -> None:
    judged = judge(BY_ID["DOM308"], portfolio(row(domain=cell)))
    assert judged.unknown == {"台账!2": Reason.UNPARSED}


# DOM309


@pytest.mark.parametrize(
    ("kind", "domain"),
    [
        ("政府机关", "example.gov.cn"),
        ("政府机关", "示例.政务"),
        ("事业单位", "example.cn"),
        ("事业单位", "example.org.cn"),
        ("事业单位", "示例.公益"),
    ],
)
def test_a_public_body_under_its_suffix_passes(kind: str, domain: str) -> None:
    assert run("DOM309", row(domain=domain, entity_kind=kind)).counts == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("kind", "domain"),
    [("政府机关", "example.cn"), ("政府机关", "example.com"), ("事业单位", "example.com")],
)
def test_a_public_body_outside_its_suffix_fails(kind: str, domain: str) -> None:
    judged = run("DOM309", row(domain=domain, entity_kind=kind))
    assert judged.failed == {domain}
    finding = judged.findings[domain]
    assert (finding.severity, finding.observed) == (Severity.MEDIUM, domain)
    assert kind in judged.message(domain)
    assert "D2" in {cell.cell for cell in finding.cells}


def test_other_kinds_are_free_and_an_unknown_kind_is_unknown() -> None:
    assert run("DOM309", row(domain="example.com", entity_kind="企业")).counts == (0, 0, 0, 1)
    assert run("DOM309").unknown == {DOMAIN: Reason.MISSING_VALUE}
    assert run("DOM309", row(entity_kind="甲乙丙")).unknown == {DOMAIN: Reason.UNPARSED}

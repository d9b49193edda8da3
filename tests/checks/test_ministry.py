"""MIT: the book against imported results of the ministry's public query."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.checks.ministry import CHECKS
from auditor.model.evidence import MinistryRecord, MinistryRecords, Unavailable
from auditor.model.verdict import Reason, Severity
from tests.builders import entity_number, portfolio, service_number
from tests.judging import Judged, evidence_for, judge, seen

BY_ID = {check.id: check for check in CHECKS}
COMPANY = "青禾示例科技有限公司"
DOMAIN = "example.cn"


def row(**more: object) -> dict[str, object]:
    return {
        "domain": DOMAIN,
        "entity_name": COMPANY,
        "service_number": service_number(1),
        "entity_kind": "企业",
    } | more


def record(day: int = 20, **more: Any) -> MinistryRecord:
    values: dict[str, Any] = {
        "entity_number": entity_number(1),
        "service_number": service_number(1),
        "entity_name": COMPANY,
        "entity_kind": "企业",
        "restricted": False,
        "updated": "2026-01-05 10:00:00",
        "evidence": seen("miit", "beian.miit.gov.cn", day),
    }
    return MinistryRecord(**(values | more))


def denial(day: int) -> Any:
    return seen("miit", "beian.miit.gov.cn", day)


def run(
    check_id: str,
    ministry: MinistryRecords | MinistryRecord | Unavailable | None,
    filed: dict[str, object] | None = None,
) -> Judged:
    facts: dict[str, Any] = {}
    if ministry is not None:
        facts["ministry"] = MinistryRecords((ministry,)) if isinstance(ministry, MinistryRecord) else ministry
    return judge(BY_ID[check_id], portfolio(filed or row()), evidence_for(DOMAIN, **facts))


def test_the_family_holds_its_checks_in_order() -> None:
    assert list(BY_ID) == ["MIT951", "MIT952", "MIT953", "MIT954", "MIT955"]


@pytest.mark.parametrize("check_id", list(BY_ID))
def test_a_record_that_agrees_passes_and_none_at_all_is_unknown(check_id: str) -> None:
    assert run(check_id, record()).counts == (1, 0, 0, 0)
    assert run(check_id, None).unknown == {DOMAIN: Reason.NO_EVIDENCE}
    assert run(check_id, Unavailable(Reason.THROTTLED)).unknown == {DOMAIN: Reason.THROTTLED}


@pytest.mark.parametrize("check_id", ["MIT952", "MIT953", "MIT954", "MIT955"])
def test_without_a_record_there_is_nothing_to_compare(check_id: str) -> None:
    denied = MinistryRecords((), (denial(19), denial(20)))
    assert run(check_id, denied).unknown == {DOMAIN: Reason.NOT_FOUND}
    gone = MinistryRecords((record(18, entity_name="苍耳示例有限公司", restricted=True),), (denial(20),))
    assert run(check_id, gone).unknown == {DOMAIN: Reason.NOT_FOUND}


@pytest.mark.parametrize("check_id", ["MIT952", "MIT953", "MIT954", "MIT955"])
def test_the_newest_record_counts(check_id: str) -> None:
    older = record(
        10,
        entity_name="苍耳示例有限公司",
        entity_kind="个人",
        service_number=service_number(9),
        restricted=True,
    )
    assert run(check_id, MinistryRecords((record(20), older))).counts == (1, 0, 0, 0)


# MIT951


def test_a_denial_older_than_a_record_is_settled() -> None:
    assert run("MIT951", MinistryRecords((record(20),), (denial(18), denial(19)))).counts == (1, 0, 0, 0)


@pytest.mark.parametrize("records", [(), (record(10),)])
def test_two_separate_denials_fail(records: tuple[MinistryRecord, ...]) -> None:
    judged = run("MIT951", MinistryRecords(records, (denial(20), denial(19))))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected) == (Severity.HIGH, service_number(1))
    assert len(finding.evidence) == 2
    assert DOMAIN in judged.message(DOMAIN, "en")


@pytest.mark.parametrize(
    "ministry",
    [
        MinistryRecords((), (denial(20),)),
        MinistryRecords((), (denial(20), denial(20))),
        MinistryRecords((record(10),), (denial(20),)),
    ],
)
def test_one_denial_is_unconfirmed_and_the_same_one_twice_is_one(ministry: MinistryRecords) -> None:
    assert run("MIT951", ministry).unknown == {DOMAIN: Reason.UNCONFIRMED}


# MIT952


def test_brackets_do_not_make_another_entity() -> None:
    filed = row(entity_name="青禾示例（北京）有限公司")
    assert run("MIT952", record(entity_name="青禾示例(北京)有限公司"), filed).counts == (1, 0, 0, 0)


def test_another_entity_name_fails() -> None:
    judged = run("MIT952", record(entity_name="苍耳示例有限公司"))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected, finding.observed) == (
        Severity.HIGH,
        COMPANY,
        "苍耳示例有限公司",
    )
    assert "B2" in {cell.cell for cell in finding.cells}
    assert "苍耳示例有限公司" in judged.message(DOMAIN, "en")


def test_a_name_that_cannot_be_compared_is_unknown() -> None:
    variant = record(entity_name="青禾示例科技有限责任公司")
    assert run("MIT952", variant).unknown == {DOMAIN: Reason.VARIANT}
    assert run("MIT952", record(entity_name="")).unknown == {DOMAIN: Reason.UNPARSED}
    assert run("MIT952", record(), row(entity_name=None)).unknown == {DOMAIN: Reason.MISSING_VALUE}


# MIT953


def test_a_sole_trader_files_as_an_enterprise() -> None:
    assert run("MIT953", record(), row(entity_kind="个体工商户")).counts == (1, 0, 0, 0)


def test_another_kind_fails() -> None:
    judged = run("MIT953", record(entity_kind="个人"))
    assert judged.failed == {DOMAIN}
    assert judged.findings[DOMAIN].severity is Severity.MEDIUM
    assert "个人" in judged.message(DOMAIN)
    assert "individual" in judged.message(DOMAIN, "en")
    assert "D2" in {cell.cell for cell in judged.findings[DOMAIN].cells}


def test_a_kind_that_is_blank_or_no_known_word_is_unknown() -> None:
    assert run("MIT953", record(), row(entity_kind=None)).unknown == {DOMAIN: Reason.MISSING_VALUE}
    assert run("MIT953", record(), row(entity_kind="甲乙丙")).unknown == {DOMAIN: Reason.UNPARSED}
    assert run("MIT953", record(entity_kind="甲乙丙")).unknown == {DOMAIN: Reason.UNPARSED}
    assert run("MIT953", record(entity_kind="")).unknown == {DOMAIN: Reason.UNPARSED}


# MIT954


def test_a_sloppy_number_is_still_the_same() -> None:
    assert run("MIT954", record(service_number="京ICP备2020000001-1")).counts == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("service", "entity"),
    [
        (service_number(1, 2), entity_number(1)),
        (service_number(2), entity_number(2)),
        ("", entity_number(2)),
        (entity_number(2), ""),
    ],
)
def test_another_number_fails(service: str, entity: str) -> None:
    judged = run("MIT954", record(service_number=service, entity_number=entity))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected) == (Severity.HIGH, service_number(1))
    assert (service or entity) in judged.message(DOMAIN, "en")
    assert "C2" in {cell.cell for cell in finding.cells}


def test_half_a_number_is_unknown() -> None:
    assert run("MIT954", record(service_number="")).unknown == {DOMAIN: Reason.NO_EVIDENCE}
    assert run("MIT954", record(service_number="?", entity_number="?")).unknown == {DOMAIN: Reason.UNPARSED}
    entity_only = {"domain": DOMAIN, "entity_number": entity_number(1), "entity_name": COMPANY}
    assert run("MIT954", record(), entity_only).unknown == {DOMAIN: Reason.MISSING_VALUE}
    unreadable = {**entity_only, "service_number": "第一个网站"}
    assert run("MIT954", record(), unreadable).unknown == {DOMAIN: Reason.UNPARSED}
    other = record(service_number=service_number(2), entity_number=entity_number(2))
    assert run("MIT954", other, entity_only).failed == {DOMAIN}
    nothing = {"domain": DOMAIN, "entity_name": COMPANY}
    assert run("MIT954", record(), nothing).unknown == {DOMAIN: Reason.MISSING_VALUE}


# MIT955


def test_restricted_access_fails() -> None:
    judged = run("MIT955", record(restricted=True))
    assert judged.failed == {DOMAIN}
    assert judged.findings[DOMAIN].severity is Severity.HIGH
    assert "restricted" in judged.message(DOMAIN, "en")


def test_a_result_without_the_word_is_unparsed() -> None:
    assert run("MIT955", record(restricted=None)).unknown == {DOMAIN: Reason.UNPARSED}

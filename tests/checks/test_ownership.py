"""OWN: who owns the domain, and who is accused of nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from auditor.checks.ownership import CHECKS
from auditor.checks.related_party import split_names
from auditor.intake.table import ErrorCell, LongNumber
from auditor.model import evidence as ev
from auditor.model.evidence import Outcome, RealName, RealNameState, Unavailable
from auditor.model.policy import Policy
from auditor.model.verdict import Reason, Severity
from auditor.model.words import SheetRole
from tests.builders import credit_code, entity_number, id_number, portfolio, portfolio_of, service_number
from tests.judging import AS_OF, Judged, evidence_for, judge, registrants, seen

BY_ID = {check.id: check for check in CHECKS}
COMPANY = "青禾示例科技有限公司"
OTHER = "苍耳示例贸易有限公司"
DOMAIN = "example.cn"


def row(**more: object) -> dict[str, object]:
    return {"domain": DOMAIN, "entity_name": COMPANY, "service_number": service_number(1)} | more


def run(
    check_id: str,
    rows: list[dict[str, object]] | dict[str, object],
    policy: Policy | None = None,
    **facts: Any,
) -> Judged:
    rows = rows if isinstance(rows, list) else [rows]
    return judge(BY_ID[check_id], portfolio(*rows), evidence_for(DOMAIN, **facts), policy=policy)


def held_by(*names: str) -> dict[str, Any]:
    return {"registrants": registrants(*names)}


def test_the_family_holds_its_checks_in_order() -> None:
    assert list(BY_ID) == ["OWN201", "OWN202", "OWN203", "OWN204", "OWN205", "OWN206"]


# OWN201


@pytest.mark.parametrize(
    "registrant",
    [COMPANY, "青禾示例科技有限公司 ", "青 禾示例科技有限公司", "青禾示例科技有限公司。"],
)
def test_the_entity_itself_may_hold_its_domain(registrant: str) -> None:
    assert run("OWN201", row(), **held_by(registrant)).counts == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("field", "cell", "registrant"),
    [
        ("legal_representative", "张示例", "张示例"),
        ("shareholders", "李样本（60%）、王样张 40%", "王样张"),
        ("shareholders", "苍耳示例贸易有限公司，李样本", OTHER),
        ("senior_managers", "总经理：赵样例；钱样例", "赵样例"),
    ],
)
def test_a_listed_related_party_is_left_to_the_check_on_proof(field: str, cell: str, registrant: str) -> None:
    assert run("OWN201", row(**{field: cell}), **held_by(registrant)).counts == (1, 0, 0, 0)


def test_a_registered_alias_is_the_entity() -> None:
    policy = Policy(AS_OF, aliases={COMPANY: ("Qinghe Sample Ltd",)})
    assert run("OWN201", row(), policy, **held_by("Qinghe Sample Ltd")).counts == (1, 0, 0, 0)


def test_a_name_cut_by_the_registry_is_the_entity() -> None:
    long_name = "示例" * 35 + "有限公司"
    assert run("OWN201", row(entity_name=long_name), **held_by(long_name[:64])).counts == (1, 0, 0, 0)


def test_any_of_the_names_that_rows_give_counts() -> None:
    rows = [row(), row(domain="other.cn", service_number=service_number(1, 2), entity_name=OTHER)]
    judged = judge(
        BY_ID["OWN201"],
        portfolio(*rows),
        evidence_for(DOMAIN, **held_by(OTHER)),
        evidence_for("other.cn", **held_by(COMPANY)),
    )
    assert judged.counts == (2, 0, 0, 0)


def test_a_number_with_hundreds_of_names_is_still_judged_by_all_of_them() -> None:
    rows = [
        row(domain=f"d{n}.cn", service_number=service_number(1, n), entity_name=f"青禾{n}示例有限公司")
        for n in range(1, 200)
    ]
    facts = [evidence_for(f"d{n}.cn", **held_by(f"青禾{200 - n}示例有限公司")) for n in range(1, 200)]
    assert judge(BY_ID["OWN201"], portfolio(*rows), *facts).counts == (199, 0, 0, 0)
    stranger = judge(BY_ID["OWN201"], portfolio(*rows), evidence_for("d7.cn", **held_by(OTHER)))
    assert stranger.failed == {"d7.cn"}


def test_another_company_fails_with_both_names() -> None:
    judged = run("OWN201", row(), **held_by(OTHER))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected, finding.observed) == (Severity.CRITICAL, COMPANY, OTHER)
    assert [cell.cell for cell in finding.cells] == ["A2", "B2"]
    assert finding.evidence[0].source == "registrar"
    assert judged.message(DOMAIN) == f"备案主体是 {COMPANY}, 注册人是 {OTHER}"
    assert OTHER in judged.message(DOMAIN, "en")


def test_another_registrant_later_is_another_finding() -> None:
    first = run("OWN201", row(), **held_by(OTHER)).findings[DOMAIN].fingerprint
    same = run("OWN201", row(remark="x"), **held_by(OTHER + " ")).findings[DOMAIN].fingerprint
    second = run("OWN201", row(), **held_by("白芷示例有限公司")).findings[DOMAIN].fingerprint
    assert first == same != second


def test_a_private_person_is_told_which_relation_would_be_accepted() -> None:
    judged = run("OWN201", row(legal_representative="张示例"), **held_by("李四平"))
    assert judged.failed == {DOMAIN}
    assert "自然人" in judged.message(DOMAIN)
    assert "张示例" in judged.message(DOMAIN)
    assert "natural person" in judged.message(DOMAIN, "en")


def test_an_individual_holds_the_domain_in_person_only() -> None:
    filed = row(entity_name="张示例", entity_kind="个人", legal_representative="李四平")
    assert run("OWN201", filed, **held_by("张示例")).counts == (1, 0, 0, 0)
    judged = run("OWN201", filed, **held_by("李四平"))
    assert judged.failed == {DOMAIN}
    assert "本人" in judged.message(DOMAIN)


@pytest.mark.parametrize(
    ("registrant", "reason"),
    [
        ("REDACTED FOR PRIVACY", Reason.WITHHELD),
        ("Domains By Proxy, LLC", Reason.WITHHELD),
        ("青禾****公司", Reason.WITHHELD),
        ("Qinghe Sample Technology Co., Ltd.", Reason.TRANSLITERATED),
        ("青禾示例科技有限责任公司", Reason.VARIANT),
        ("青禾示例科技有限公司（万网）", Reason.VARIANT),
        ("Domain Administrator", Reason.MISSING_VALUE),
    ],
)
def test_hidden_foreign_and_variant_names_are_never_a_mismatch(registrant: str, reason: Reason) -> None:
    judged = run("OWN201", row(), **held_by(registrant))
    assert judged.failed == set()
    assert judged.unknown == {DOMAIN: reason}


@pytest.mark.parametrize("reason", [Reason.WITHHELD, Reason.THROTTLED, Reason.NOT_FOUND, Reason.NO_EVIDENCE])
def test_no_registrant_is_unknown_for_its_reason(reason: Reason) -> None:
    assert run("OWN201", row(), registrants=Unavailable(reason)).unknown == {DOMAIN: reason}


def test_the_leader_as_holder_is_open_while_no_legal_representative_is_listed() -> None:
    judged = run("OWN201", row(leader_name="张示例"), **held_by("张示例"))
    assert judged.unknown == {DOMAIN: Reason.MISSING_VALUE}


def test_the_leader_as_holder_fails_beside_another_legal_representative() -> None:
    judged = run("OWN201", row(leader_name="张示例", legal_representative="李四平"), **held_by("张示例"))
    assert judged.failed == {DOMAIN}


def test_an_unreadable_cell_on_related_parties_leaves_it_open() -> None:
    judged = run("OWN201", row(legal_representative=ErrorCell("#REF!")), **held_by("李四平"))
    assert judged.unknown == {DOMAIN: Reason.UNPARSED}


def test_without_an_entity_there_is_nothing_to_compare() -> None:
    judged = run("OWN201", {"domain": DOMAIN, "remark": "无主体"}, **held_by(COMPANY))
    assert judged.unknown == {DOMAIN: Reason.MISSING_VALUE}
    judged = run("OWN201", row(entity_name=None), **held_by(COMPANY))
    assert judged.unknown == {DOMAIN: Reason.MISSING_VALUE}


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("张三、李四，王五;赵六/钱七", ("张三", "李四", "王五", "赵六", "钱七")),
        ("张三 李四", ("张三", "李四")),
        ("张 三", ("张三",)),
        ("John Smith, Jane Roe", ("John Smith", "Jane Roe")),
        ("Example Holdings Co., Ltd.、张三", ("Example Holdings Co., Ltd.", "张三")),
        ("张三(51%)\n李四（监事）", ("张三", "李四")),
        ("执行董事：张三；股东:李四 49%", ("张三", "李四")),
        ("阿里示例（中国）有限公司", ("阿里示例（中国）有限公司",)),
        ("张三60%、李四 40.5％", ("张三", "李四")),
        ("、", ()),
    ],
)
def test_names_in_one_cell_are_told_apart(cell: str, names: tuple[str, ...]) -> None:
    assert split_names(cell) == names


# OWN202


def proof(**more: object) -> dict[str, object]:
    return {
        "entity_number": entity_number(1),
        "document_type": "域名注册人证明",
        "document_holder": "张示例",
    } | more


def held_by_legal_representative(
    province: str, documents: list[dict[str, object]], policy: Policy | None = None
) -> Judged:
    filed = row(
        service_number=service_number(1, 1, province),
        entity_number=entity_number(1, province),
        legal_representative="张示例",
    )
    sheets: dict[str, Any] = {"台账": (SheetRole.FILINGS, [filed])}
    if documents:
        own = [one | {"entity_number": entity_number(1, province)} for one in documents]
        sheets["证照"] = (SheetRole.DOCUMENTS, own)
    return judge(
        BY_ID["OWN202"], portfolio_of(sheets), evidence_for(DOMAIN, **held_by("张示例")), policy=policy
    )


def test_a_related_party_with_valid_proof_is_accepted_nationally() -> None:
    assert held_by_legal_representative("浙", [proof(document_expiry="2027-05-01")]).counts == (1, 0, 0, 0)
    assert held_by_legal_representative("京", [proof()]).counts == (1, 0, 0, 0)
    assert held_by_legal_representative("浙", [proof(document_expiry="2026-11-23")]).counts == (1, 0, 0, 0)


def test_the_entity_itself_and_a_stranger_are_none_of_its_business() -> None:
    assert run("OWN202", row(), **held_by(COMPANY)).counts == (0, 0, 0, 1)
    assert run("OWN202", row(), **held_by(OTHER)).counts == (0, 0, 0, 1)


def test_a_related_party_without_proof_fails() -> None:
    judged = held_by_legal_representative("京", [])
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected, finding.observed) == (Severity.MEDIUM, COMPANY, "张示例")
    assert "法定代表人" in judged.message(DOMAIN)
    assert "no proof" in judged.message(DOMAIN, "en")
    assert {cell.cell for cell in finding.cells} == {"A2", "B2", "E2"}


def test_a_proof_that_ran_out_does_not_count() -> None:
    judged = held_by_legal_representative("京", [proof(document_expiry="2026-11-22")])
    assert judged.failed == {DOMAIN}
    assert "2026-11-22" in judged.message(DOMAIN)
    assert any(cell.sheet == "证照" for cell in judged.findings[DOMAIN].cells)


@pytest.mark.parametrize("province", ["宁", "湘", "藏"])
def test_a_province_that_asks_for_the_organisation_refuses_even_with_proof(province: str) -> None:
    judged = held_by_legal_representative(province, [proof()])
    assert judged.failed == {DOMAIN}
    assert "要求注册人就是备案主体" in judged.message(DOMAIN)


def test_a_province_on_which_sources_disagree_is_unknown_with_proof_and_fails_without() -> None:
    assert held_by_legal_representative("闽", [proof()]).unknown == {DOMAIN: Reason.NO_RULE_DATA}
    assert held_by_legal_representative("闽", []).failed == {DOMAIN}
    strict = Policy(AS_OF, strict_provinces=frozenset("闽"))
    assert held_by_legal_representative("闽", [proof()], strict).failed == {DOMAIN}


def test_an_unreadable_term_of_the_proof_leaves_it_open() -> None:
    judged = held_by_legal_representative("京", [proof(document_expiry="不详")])
    assert judged.unknown == {DOMAIN: Reason.UNPARSED}


def test_an_unknown_holder_leaves_the_relation_open() -> None:
    assert run("OWN202", row(), registrants=Unavailable(Reason.WITHHELD)).unknown == {DOMAIN: Reason.WITHHELD}
    judged = run("OWN202", row(), **held_by("Zhang Shili"))
    assert judged.unknown == {DOMAIN: Reason.TRANSLITERATED}
    assert run("OWN202", row(entity_name=None), **held_by(COMPANY)).unknown == {DOMAIN: Reason.MISSING_VALUE}


# OWN203


def real_name(state: RealNameState, raw: str = "x", **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"certificate_type": None, "certificate_number": None} | more
    return {"real_name": RealName(state, raw, evidence=seen("registrar", "aliyun"), **values)}


def statuses(*codes: str) -> ev.Statuses:
    return ev.Statuses(frozenset(codes), (seen(),))


def test_the_registrars_word_verified_is_a_pass() -> None:
    assert run("OWN203", row(), **real_name(RealNameState.VERIFIED, "SUCCEED")).counts == (1, 0, 0, 0)


def test_the_registrars_word_not_verified_fails() -> None:
    judged = run("OWN203", row(), **real_name(RealNameState.NOT_VERIFIED, "NONAUDIT"))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.observed) == (Severity.CRITICAL, "NONAUDIT")
    assert finding.evidence[0].server == "aliyun"
    assert "NONAUDIT" in judged.message(DOMAIN, "en")


def test_a_review_under_way_is_unconfirmed() -> None:
    judged = run("OWN203", row(), **real_name(RealNameState.IN_REVIEW, "AUDITING"))
    assert judged.unknown == {DOMAIN: Reason.UNCONFIRMED}


@pytest.mark.parametrize("code", ["serverHold", "pendingVerification"])
def test_a_hold_on_a_cn_name_is_a_suspicion_only(code: str) -> None:
    assert run("OWN203", row(), statuses=statuses("ok", code)).unknown == {DOMAIN: Reason.SUSPECTED}


def test_a_hold_on_another_suffix_says_nothing_about_the_identity() -> None:
    filed = row(domain="example.com")
    judged = judge(
        BY_ID["OWN203"], portfolio(filed), evidence_for("example.com", statuses=statuses("serverHold"))
    )
    assert judged.unknown == {"example.com": Reason.NO_EVIDENCE}


def test_an_ok_status_never_proves_verification() -> None:
    assert run("OWN203", row(), statuses=statuses("ok")).unknown == {DOMAIN: Reason.NO_EVIDENCE}


def test_the_books_own_column_is_no_registrars_word() -> None:
    assert run("OWN203", row(real_name_status="已实名")).unknown == {DOMAIN: Reason.NO_EVIDENCE}


def test_an_unread_state_is_unparsed_and_an_empty_one_no_evidence() -> None:
    assert run("OWN203", row(), **real_name(RealNameState.UNKNOWN, "??")).unknown == {DOMAIN: Reason.UNPARSED}
    assert run("OWN203", row(), **real_name(RealNameState.UNKNOWN, "")).unknown == {
        DOMAIN: Reason.NO_EVIDENCE
    }
    held = run("OWN203", row(), statuses=statuses("serverHold"), **real_name(RealNameState.UNKNOWN, "??"))
    assert held.unknown == {DOMAIN: Reason.SUSPECTED}


def test_the_reason_of_the_registrars_silence_is_kept() -> None:
    judged = run("OWN203", row(), real_name=Unavailable(Reason.STALE))
    assert judged.unknown == {DOMAIN: Reason.STALE}


# OWN204


def test_the_books_registrant_may_be_the_entity_or_a_related_party() -> None:
    assert run("OWN204", row(registrant=COMPANY)).counts == (1, 0, 0, 0)
    assert run("OWN204", row(registrant="张示例", legal_representative="张示例")).counts == (1, 0, 0, 0)


def test_a_book_without_the_column_is_not_judged() -> None:
    assert run("OWN204", row()).counts == (0, 0, 0, 1)


def test_the_books_own_contradiction_fails_with_its_cells() -> None:
    judged = run("OWN204", row(registrant=OTHER))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected, finding.observed) == (Severity.HIGH, COMPANY, OTHER)
    assert "D2" in {cell.cell for cell in finding.cells}
    assert OTHER in judged.message(DOMAIN, "en")


def test_one_wrong_row_of_two_fails_and_points_at_it() -> None:
    judged = run("OWN204", [row(registrant=COMPANY), row(registrant=OTHER)])
    assert judged.findings[DOMAIN].observed == OTHER
    cells = {cell.cell for cell in judged.findings[DOMAIN].cells}
    assert "D3" in cells
    assert "D2" not in cells


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("Qinghe Ltd", Reason.TRANSLITERATED),
        ("***", Reason.WITHHELD),
        ("青禾示例科技股份有限公司", Reason.VARIANT),
    ],
)
def test_an_open_comparison_in_the_book_stays_open(cell: str, reason: Reason) -> None:
    assert run("OWN204", row(registrant=cell)).unknown == {DOMAIN: reason}


def test_a_blank_cell_of_the_column_is_a_missing_value() -> None:
    judged = judge(BY_ID["OWN204"], portfolio(row(), columns=["registrant"]))
    assert judged.unknown == {DOMAIN: Reason.MISSING_VALUE}
    judged = run("OWN204", row(entity_name=None, registrant=OTHER))
    assert judged.unknown == {DOMAIN: Reason.MISSING_VALUE}


# OWN205


def test_two_sources_that_agree_pass() -> None:
    assert run("OWN205", row(), **held_by(COMPANY, "青 禾示例科技有限公司")).counts == (1, 0, 0, 0)
    long_name = "示例" * 35 + "有限公司"
    assert run("OWN205", row(), **held_by(long_name, long_name[:64])).counts == (1, 0, 0, 0)
    assert run("OWN205", row(), **held_by(long_name[:64], long_name)).counts == (1, 0, 0, 0)


def test_two_sources_that_differ_are_shown_with_their_dates() -> None:
    stated = (
        ev.Stated(COMPANY, seen("registrar", "aliyun", day=18)),
        ev.Stated(OTHER, seen("whois", "whois.cnnic.cn", day=20)),
    )
    judged = run("OWN205", row(), registrants=ev.Registrants(stated))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert finding.severity is Severity.MEDIUM
    assert len(finding.evidence) == 2
    for lang in ("zh", "en"):
        for part in (COMPANY, OTHER, "2026-11-18", "2026-11-20", "aliyun", "whois.cnnic.cn"):
            assert part in judged.message(DOMAIN, lang)


def test_sources_in_two_scripts_are_open() -> None:
    judged = run("OWN205", row(), **held_by(COMPANY, "Qinghe Sample Ltd"))
    assert judged.unknown == {DOMAIN: Reason.TRANSLITERATED}


def test_the_only_source_ever_asked_has_nothing_to_agree_with() -> None:
    stated = seen("registrar", "registrar")
    outcomes = (
        (stated, Outcome.FOUND, None),
        (seen("dns", "127.0.0.1"), Outcome.FOUND, None),
        (ev.Evidence("registrar", "registrar", datetime(2026, 1, 1, tzinfo=UTC)), Outcome.THROTTLED, None),
    )
    assert run("OWN205", row(), outcomes=outcomes, **held_by(COMPANY)).counts == (0, 0, 0, 1)
    assert run("OWN205", row(), **held_by(COMPANY)).counts == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome.FOUND, Reason.WITHHELD),
        (Outcome.THROTTLED, Reason.THROTTLED),
        (Outcome.TIMEOUT, Reason.TIMEOUT),
        (Outcome.TRUNCATED, Reason.UNPARSED),
    ],
)
def test_a_second_source_that_names_nobody_leaves_agreement_open(outcome: Outcome, reason: Reason) -> None:
    outcomes = ((seen("whois", "whois.cnnic.cn"), outcome, None),)
    assert run("OWN205", row(), outcomes=outcomes, **held_by(COMPANY)).unknown == {DOMAIN: reason}


def test_a_thin_registry_that_never_names_a_holder_hides_nothing() -> None:
    registry = seen("rdap", "https://rdap.verisign.com/com/v1/")
    outcomes = ((registry, Outcome.FOUND, None),)
    assert run("OWN205", row(), outcomes=outcomes, thin=(registry,), **held_by(COMPANY)).counts == (
        0,
        0,
        0,
        1,
    )


def test_no_source_at_all_is_unknown() -> None:
    assert run("OWN205", row()).unknown == {DOMAIN: Reason.NO_EVIDENCE}


# OWN206

CODE = credit_code(1)


def certificate(number: str | None, kind: str | None = None) -> dict[str, Any]:
    return real_name(RealNameState.VERIFIED, "SUCCEED", certificate_number=number, certificate_type=kind)


def test_the_same_number_passes_however_it_is_typed() -> None:
    filed = row(entity_certificate_number=CODE, entity_certificate_type="营业执照")
    for number in (CODE, CODE.lower(), f" {CODE[:8]} {CODE[8:]}"):
        assert run("OWN206", filed, **certificate(number, "YYZZ")).counts == (1, 0, 0, 0)
    assert run("OWN206", filed, **certificate(CODE, "未知类型")).counts == (1, 0, 0, 0)
    assert run("OWN206", filed, **certificate(CODE)).counts == (1, 0, 0, 0)


def test_an_individuals_number_may_stand_in_the_leaders_column() -> None:
    filed = row(entity_name="张示例", entity_kind="个人", leader_name="张示例", leader_id_number=id_number(1))
    assert run("OWN206", filed, **certificate(id_number(1), "SFZ")).counts == (1, 0, 0, 0)


def test_another_number_fails() -> None:
    filed = row(entity_certificate_number=CODE)
    judged = run("OWN206", filed, **certificate(credit_code(2)))
    assert judged.failed == {DOMAIN}
    finding = judged.findings[DOMAIN]
    assert (finding.severity, finding.expected, finding.observed) == (Severity.HIGH, CODE, credit_code(2))
    assert "D2" in {cell.cell for cell in finding.cells}
    assert credit_code(2) in judged.message(DOMAIN, "en")


def test_a_persons_number_is_masked_and_in_no_fingerprint() -> None:
    filed = row(entity_name="张示例", entity_kind="个人", entity_certificate_number=id_number(1))
    judged = run("OWN206", filed, **certificate(id_number(2)))
    assert judged.failed == {DOMAIN}
    for lang in ("zh", "en"):
        assert id_number(1) not in judged.message(DOMAIN, lang)
        assert id_number(2) not in judged.message(DOMAIN, lang)
    third = run("OWN206", filed, **certificate(id_number(3)))
    assert third.findings[DOMAIN].fingerprint == judged.findings[DOMAIN].fingerprint


def test_the_same_number_under_another_type_weighs_low() -> None:
    filed = row(entity_certificate_number=CODE, entity_certificate_type="统一社会信用代码证书")
    judged = run("OWN206", filed, **certificate(CODE, "YYZZ"))
    assert judged.failed == {DOMAIN}
    assert judged.findings[DOMAIN].severity is Severity.LOW
    assert "营业执照" in judged.message(DOMAIN)


def test_the_organisation_code_inside_the_credit_code_weighs_low() -> None:
    judged = run(
        "OWN206", row(entity_certificate_number=CODE), **certificate(f"{CODE[8:16]}-{CODE[16]}", "ORG")
    )
    assert judged.findings[DOMAIN].severity is Severity.LOW


def test_a_related_party_has_a_certificate_of_its_own() -> None:
    filed = row(entity_certificate_number=CODE, legal_representative="张示例")
    judged = run("OWN206", filed, **certificate(id_number(1), "SFZ"), **held_by("张示例"))
    assert judged.counts == (0, 0, 0, 1)


def test_masked_missing_and_rounded_numbers_are_unknown() -> None:
    filed = row(entity_certificate_number=CODE)
    assert run("OWN206", filed, **certificate("9111****0012")).unknown == {DOMAIN: Reason.WITHHELD}
    assert run("OWN206", filed, **certificate(None)).unknown == {DOMAIN: Reason.NO_EVIDENCE}
    assert run("OWN206", filed).unknown == {DOMAIN: Reason.NO_EVIDENCE}
    assert run("OWN206", row(), **certificate(CODE)).unknown == {DOMAIN: Reason.MISSING_VALUE}
    masked = row(entity_certificate_number="9111****0012")
    assert run("OWN206", masked, **certificate(CODE)).unknown == {DOMAIN: Reason.WITHHELD}
    rounded = row(entity_certificate_number=LongNumber("911100001234567000"))
    assert run("OWN206", rounded, **certificate(CODE)).unknown == {DOMAIN: Reason.UNPARSED}


def test_row_order_changes_no_verdict() -> None:
    rows = [row(registrant=COMPANY), row(registrant=OTHER), row(registrant="白芷示例有限公司")]
    one = run("OWN204", rows).findings[DOMAIN]
    other = run("OWN204", rows[::-1]).findings[DOMAIN]
    assert (one.fingerprint, one.observed) == (other.fingerprint, other.observed)

"""Registrar records: real-name words, certificates, dates, and names that are hidden there too."""

from __future__ import annotations

from datetime import date

import pytest
from evidence_replies import facts, seen

from auditor.evidence.registrar import real_name_state
from auditor.model.evidence import (
    DomainEvidence,
    Expiries,
    Outcome,
    RealName,
    RealNameState,
    Registrants,
    RegistrarNames,
    Unavailable,
)
from auditor.model.verdict import Reason


def export(at: str | None = "2026-11-20T08:00:00+08:00", **raw: object) -> DomainEvidence:
    return facts(seen("example.com", "registrar", "aliyun", raw, at=at))


def test_the_record_of_the_contract_is_read() -> None:
    found = export(
        registrant="北京示例科技有限公司",
        certificate_type="统一社会信用代码",
        certificate_number="91110108551385082Q",
        real_name_status="SUCCEED",
        expires="2027-01-31",
        registrar="阿里云",
    )
    assert isinstance(found.registrants, Registrants)
    assert found.registrants.best.value == "北京示例科技有限公司"
    assert isinstance(found.real_name, RealName)
    assert found.real_name.state is RealNameState.VERIFIED
    assert found.real_name.raw == "SUCCEED"
    assert found.real_name.certificate_number == "91110108551385082Q"
    assert isinstance(found.expiries, Expiries)
    assert found.expiries.best.value == date(2027, 1, 31)
    assert isinstance(found.registrars, RegistrarNames)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("SUCCEED", RealNameState.VERIFIED),
        ("Approved", RealNameState.VERIFIED),
        ("Approve", RealNameState.VERIFIED),
        (" 已实名认证 ", RealNameState.VERIFIED),
        ("已实名", RealNameState.VERIFIED),
        ("实名认证成功", RealNameState.VERIFIED),
        ("FAILED", RealNameState.NOT_VERIFIED),
        ("NONAUDIT", RealNameState.NOT_VERIFIED),
        ("NotUpload", RealNameState.NOT_VERIFIED),
        ("未实名", RealNameState.NOT_VERIFIED),
        ("未实名认证", RealNameState.NOT_VERIFIED),
        ("审核不通过", RealNameState.NOT_VERIFIED),
        ("AUDITING", RealNameState.IN_REVIEW),
        ("InAudit", RealNameState.IN_REVIEW),
        ("审核中", RealNameState.IN_REVIEW),
        ("NoAudit", RealNameState.UNKNOWN),
        ("ok", RealNameState.UNKNOWN),
        ("3", RealNameState.UNKNOWN),
        ("", RealNameState.UNKNOWN),
    ],
)
def test_the_words_of_the_registrars_are_told_apart(word: str, state: RealNameState) -> None:
    assert real_name_state(word) is state


@pytest.mark.parametrize("number", ["123", ""])
def test_a_certificate_number_that_can_be_none_is_no_value(number: str) -> None:
    found = export(real_name_status="SUCCEED", certificate_number=number)
    assert isinstance(found.real_name, RealName)
    assert found.real_name.certificate_number is None


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("9111****", "9111****"),
        ("9111＊＊＊＊0001", "9111****0001"),
        ("91XXXXXXXXXX01", "91**********01"),
        ("***", "***"),
    ],
)
def test_a_masked_certificate_number_stays_masked_so_that_it_reads_as_hidden(number: str, kept: str) -> None:
    found = export(real_name_status="SUCCEED", certificate_number=number)
    assert isinstance(found.real_name, RealName)
    assert found.real_name.certificate_number == kept


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2027-01-31 23:59:59", date(2027, 1, 31)),
        ("2027/1/31", date(2027, 1, 31)),
        ("Jan 31,2027 04:00:45", date(2027, 1, 31)),
        ("2027年1月31日", date(2027, 1, 31)),
        ("2027-01-31T20:00:00Z", date(2027, 2, 1)),
    ],
)
def test_expiry_dates_are_beijing_days(written: str, day: date) -> None:
    found = export(expires=written)
    assert isinstance(found.expiries, Expiries)
    assert found.expiries.best.value == day


def test_a_masked_holder_is_withheld() -> None:
    found = export(registrant="张*", expires="2027-01-31")
    assert isinstance(found.registrants, Unavailable)
    assert found.registrants.reason is Reason.WITHHELD


@pytest.mark.parametrize(
    "raw", [{}, {"note": "x"}, {"registrant": 3}, [], "text", {"domain": "other.com", "registrant": "x"}]
)
def test_a_record_without_use_gives_no_fact(raw: object) -> None:
    found = facts(seen("example.com", "registrar", "aliyun", raw))
    assert found.outcomes[0][1] in (Outcome.UNPARSED, Outcome.WRONG_ANSWER)
    assert isinstance(found.real_name, Unavailable)
    assert isinstance(found.existence, Unavailable) or not found.existence.absent


def test_two_accounts_that_contradict_one_another_settle_nothing() -> None:
    found = facts(
        seen("example.com", "registrar", "aliyun", {"real_name_status": "SUCCEED"}),
        seen("example.com", "registrar", "tencent", {"real_name_status": "NotUpload"}),
    )
    assert isinstance(found.real_name, RealName)
    assert found.real_name.state is RealNameState.UNKNOWN


def test_the_newest_word_of_the_registrar_counts() -> None:
    found = facts(
        seen("example.com", "registrar", "aliyun", {"real_name_status": "SUCCEED"}, at=None),
        seen("example.com", "registrar", "aliyun", {"real_name_status": "FAILED"}),
    )
    assert isinstance(found.real_name, RealName)
    assert found.real_name.state is RealNameState.NOT_VERIFIED

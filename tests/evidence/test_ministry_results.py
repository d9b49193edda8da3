"""The ministry's results: records, absence, refusals, and answers to another question."""

from __future__ import annotations

import pytest
from evidence_replies import facts, ministry, seen

from auditor.model.evidence import DomainEvidence, MinistryRecords, Outcome, Unavailable
from auditor.model.verdict import Reason

SERVER = "beian.miit.gov.cn"


def ask(*raws: object) -> DomainEvidence:
    days = range(20, 20 - len(raws), -1)
    return facts(
        *(
            seen("example.cn", "miit", SERVER, raw, at=f"2026-11-{day}T08:00:00+08:00")
            for day, raw in zip(days, raws, strict=True)
        )
    )


@pytest.mark.parametrize(
    "raw",
    [
        ministry(),
        [ministry()],
        {"code": 200, "msg": "操作成功", "success": True, "params": {"list": [ministry()], "total": 1}},
        {"code": 200, "data": {"list": [ministry(), ministry("other-example.cn")]}},
        ministry("www.example.cn"),
        ministry("EXAMPLE.CN"),
    ],
)
def test_a_record_is_read_from_every_shape(raw: object) -> None:
    found = ask(raw)
    assert isinstance(found.ministry, MinistryRecords)
    (record,) = found.ministry.records
    assert record.service_number == "京ICP备12345678号-1"
    assert record.restricted is False
    assert record.entity_kind == "企业"


@pytest.mark.parametrize(
    "raw",
    [{"found": False}, [], {"code": 200, "success": True, "params": {"list": [], "total": 0}}, {"list": []}],
)
def test_an_empty_result_says_that_there_is_no_record(raw: object) -> None:
    found = ask(raw)
    assert found.outcomes[0][1] is Outcome.NOT_FOUND
    assert isinstance(found.ministry, MinistryRecords)
    assert len(found.ministry.absent) == 1


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (ministry("other-example.cn"), Outcome.WRONG_ANSWER),
        (
            {"code": 200, "success": True, "params": {"list": [ministry("other-example.cn")]}},
            Outcome.WRONG_ANSWER,
        ),
        ({"code": 500, "msg": "服务器异常", "params": {"list": []}}, Outcome.ERROR),
        ({"success": False, "msg": "请求过于频繁"}, Outcome.THROTTLED),
        ({"code": 401, "msg": "token 过期"}, Outcome.THROTTLED),
        ({}, Outcome.UNPARSED),
        ({"total": 0}, Outcome.UNPARSED),
        ("", Outcome.UNPARSED),
        ({"params": {"list": [{"unitName": "北京示例科技有限公司"}]}}, Outcome.UNPARSED),
        ({"params": {"list": ["torn"]}}, Outcome.UNPARSED),
    ],
)
def test_no_other_answer_says_that_there_is_no_record(raw: object, outcome: Outcome) -> None:
    found = ask(raw)
    assert found.outcomes[0][1] is outcome
    assert isinstance(found.ministry, Unavailable)
    assert found.ministry.reason is not Reason.NOT_FOUND


def test_separate_results_of_absence_are_counted_once_each() -> None:
    found = ask({"found": False}, {"found": False})
    assert isinstance(found.ministry, MinistryRecords)
    assert len(found.ministry.absent) == 2
    same = {"found": False}
    again = facts(seen("example.cn", "miit", SERVER, same), seen("example.cn", "miit", SERVER, []))
    assert isinstance(again.ministry, MinistryRecords)
    assert len(again.ministry.absent) == 1


def test_the_newest_result_decides() -> None:
    gone = ask({"found": False}, ministry(), {"found": False})
    assert isinstance(gone.ministry, MinistryRecords)
    assert (len(gone.ministry.records), len(gone.ministry.absent)) == (0, 1)
    back = ask(ministry(limitAccess="是"), {"found": False}, {"found": False})
    assert isinstance(back.ministry, MinistryRecords)
    assert [one.restricted for one in back.ministry.records] == [True]
    assert back.ministry.absent == ()

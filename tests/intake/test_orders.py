"""Change orders in the book: their kinds, stages and moments in people's wording, and what an order covers."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from auditor.intake.moments import read_moment
from auditor.intake.read import read_portfolio
from auditor.intake.vocabulary import order_kind, order_stage
from auditor.model.values import BEIJING, Unreadable, day_of
from auditor.model.words import OrderKind, OrderStage, SheetRole
from tests.builders import RowDict, entity_number, portfolio_of, reading_of, service_number


def moment(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("2026-11-20 15:30", moment(2026, 11, 20, 15, 30)),
        ("2026/11/20 9:05:07", moment(2026, 11, 20, 9, 5, 7)),
        ("2026年11月20日15时30分", moment(2026, 11, 20, 15, 30)),
        ("2026年11月20日 15点", moment(2026, 11, 20, 15)),
        ("2026年11月20日 下午3:20", moment(2026, 11, 20, 15, 20)),
        ("2026-11-20 上午9：30", moment(2026, 11, 20, 9, 30)),
        ("2026-11-20T07:30:00Z", moment(2026, 11, 20, 15, 30)),
        ("2026-11-20T23:30:00-05:00", moment(2026, 11, 21, 12, 30)),
        ("20261120153000", moment(2026, 11, 20, 15, 30)),
        (moment(2026, 11, 20, 15, 30).replace(tzinfo=None), moment(2026, 11, 20, 15, 30)),
        # Midnight sharp is what a sheet writes where nobody gave an hour.
        (moment(2026, 11, 20).replace(tzinfo=None), date(2026, 11, 20)),
        ("2026-11-20 00:00:00", date(2026, 11, 20)),
        (46346.5, moment(2026, 11, 20, 12)),
        (46346, date(2026, 11, 20)),
    ],
)
def test_a_moment_keeps_the_hour_that_the_cell_tells(cell: object, expected: date) -> None:
    found = read_moment(cell)
    assert found == expected
    assert type(found) is type(expected)
    assert found is not None
    assert day_of(found) == (expected.date() if isinstance(expected, datetime) else expected)


@pytest.mark.parametrize(
    "cell", ["昨天", "11-20 15:30", "2026-11-20 25:00", "2026-11-20 9:05-10:05", "15:30", "2026年13月1日", ""]
)
def test_what_is_no_moment_is_refused(cell: str) -> None:
    assert read_moment(cell) is None


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (OrderKind.ENTITY, ("变更主体", "主体变更", "变更主办单位信息", "entity")),
        (
            OrderKind.SERVICE,
            ("变更互联网信息服务", "变更网站", "网站变更", "变更App", "变更互联网信息服务（网站）"),
        ),
        (OrderKind.BOTH, ("变更备案", "变更备案信息", "备案变更", "变更主体+网站", "变更备案（主体与服务）")),
        (OrderKind.CANCEL, ("注销", "注销主体", "注销网站", "取消接入")),
        (OrderKind.ACCESS, ("接入", "新增接入", "接入备案", "变更接入商")),
        (None, ("变更", "首次备案", "新增网站", "其他")),
    ],
)
def test_kinds_of_orders_are_told_by_their_wording(kind: OrderKind | None, words: tuple[str, ...]) -> None:
    assert {word: order_kind(word) for word in words} == dict.fromkeys(words, kind)


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (OrderStage.DRAFT, ("待提交", "计划中", "草稿", "未提交")),
        (OrderStage.FIRST_REVIEW, ("初审", "初审中", "待初审", "已提交", "服务商审核中")),
        (OrderStage.SMS, ("短信核验", "待短信核验", "初审通过", "待工信部核验")),
        (OrderStage.BUREAU, ("管局审核", "管局审核中", "已提交管局", "短信核验完成")),
        (OrderStage.DONE, ("已办结", "已完成", "管局审核通过", "审核通过", "备案成功")),
        (OrderStage.RETURNED, ("驳回", "管局驳回", "审核不通过", "退回修改")),
        (OrderStage.CANCELLED, ("已取消", "撤回", "订单已关闭")),
        (None, ("办理中", "未完成", "真实性核验", "待办结")),
    ],
)
def test_stages_are_told_by_their_wording(stage: OrderStage | None, words: tuple[str, ...]) -> None:
    assert {word: order_stage(word) for word in words} == dict.fromkeys(words, stage)


@pytest.mark.parametrize("word", [*OrderKind, *OrderStage])
def test_the_programs_own_words_are_read_back(word: OrderKind | OrderStage) -> None:
    read = order_kind if isinstance(word, OrderKind) else order_stage
    assert read(word.text.zh) is word
    assert read(word.code) is word


FILED: list[RowDict] = [
    {"domain": "a-shili.cn", "service_number": service_number(1, 1)},
    {"domain": "b-shili.cn", "service_number": service_number(1, 2)},
]


def test_an_order_knows_its_entity_by_the_domains_it_covers() -> None:
    rows: list[RowDict] = [
        {
            "order_number": "D1",
            "order_kind": "变更网站",
            "order_domains": "www.b-shili.cn、a-shili.cn\nnew-shili.cn",
        },
        {"order_number": "D2", "order_stage": "待提交", "service_number": service_number(1, 2)},
    ]
    made = portfolio_of({"台账": (SheetRole.FILINGS, FILED), "订单": (SheetRole.ORDERS, rows)})
    first, second = made.orders
    assert first.entity is made.entities[0]
    assert [domain.key for domain in first.domains] == ["a-shili.cn", "b-shili.cn"]
    assert [one.ulabel for one in first.unfiled] == ["new-shili.cn"]
    assert [one.key for one in first.services] == [service_number(1, 1), service_number(1, 2)]
    assert (first.kind, first.stage, first.is_open) == (OrderKind.SERVICE, None, False)
    assert (second.domains, [one.key for one in second.services]) == ((), [service_number(1, 2)])
    assert second.is_planned
    # What an order covers is not thereby filed.
    assert [domain.key for domain in made.domains] == ["a-shili.cn", "b-shili.cn"]


def test_the_typed_properties_say_what_the_cells_say() -> None:
    row: RowDict = {
        "order_number": "D1", "entity_number": entity_number(1), "order_stage": "已办结", "new_person": "郑演示",
        "order_submitted": "2026-11-03 10:05", "order_planned": "2026-11-02", "order_first_review_done": "2026-11-04",
        "order_sms_sent": "2026-11-04 15:20", "order_sms_done": "不详", "order_bureau_submitted": "2026-11-06",
        "order_done": "2026-11-20", "notification_bound": "未绑定",
    }  # fmt: skip
    order = portfolio_of({"订单": (SheetRole.ORDERS, [row])}).orders[0]
    assert order.submitted == moment(2026, 11, 3, 10, 5)
    assert (order.planned, order.first_review_done) == (date(2026, 11, 2), date(2026, 11, 4))
    assert (order.sms_sent, order.sms_done) == (moment(2026, 11, 4, 15, 20), None)
    assert isinstance(order.said("order_sms_done")[0].value, Unreadable)
    assert (order.bureau_submitted, order.done) == (date(2026, 11, 6), date(2026, 11, 20))
    assert (order.new_person, order.notification_bound) == ("郑演示", False)


def test_several_domains_in_a_cell_are_no_fault_but_a_piece_that_is_none_is() -> None:
    rows: list[RowDict] = [
        {"order_number": "D1", "order_domains": "a-shili.cn、b-shili.cn"},
        {"order_number": "D2", "order_domains": "a-shili.cn、见附件"},
        {"order_number": "D3", "order_kind": "变更", "order_stage": "办理中", "order_submitted": "上周"},
    ]
    read = reading_of({"台账": (SheetRole.FILINGS, FILED), "订单": (SheetRole.ORDERS, rows)})
    told = {(one.cell.row, one.field) for one in read.problems}
    assert told == {(3, "order_domains"), (4, "order_kind"), (4, "order_stage"), (4, "order_submitted")}


@pytest.mark.parametrize(
    ("title", "cell", "field"),
    [("变更内容", "网站负责人电话", "order_changes"), ("变更内容", "变更主体", "order_kind"), ("域名", "a-shili.cn", "order_domains")],
)  # fmt: skip
def test_a_column_of_a_list_of_orders_is_told_by_its_cells(
    tmp_path: Path, title: str, cell: str, field: str
) -> None:
    path = tmp_path / "变更订单.csv"
    path.write_text(
        f"订单号,当前阶段,提交管局时间,{title}\nD1,管局审核,2026-11-20,{cell}\n", encoding="utf-8"
    )
    (book,) = read_portfolio([str(path)]).inputs
    ref = book.sheets[0].ref
    assert ref.role is SheetRole.ORDERS
    assert list(ref.columns) == ["order_number", "order_stage", "order_bureau_submitted", field]

"""Rows become a portfolio: what belongs together, whatever the order and however it is spread over sheets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.portfolio import Portfolio
from auditor.model.values import Unreadable, Validity
from auditor.model.words import PersonRole, SheetRole
from tests.builders import (
    RowDict,
    book,
    credit_code,
    entity_number,
    id_number,
    mobile,
    portfolio,
    portfolio_of,
    service_number,
)

A, B = entity_number(1), entity_number(2)
A1, A2, B1 = service_number(1, 1), service_number(1, 2), service_number(2, 1)


def targets(objects: Sequence[Any]) -> list[str]:
    return [one.target for one in objects]


def test_a_flat_row_yields_entity_service_domain_and_both_persons() -> None:
    made = portfolio(
        {
            "domain": "a.cn",
            "entity_number": A,
            "service_number": A1,
            "entity_name": "甲公司",
            "leader_name": "张三",
            "administrator_name": "李四",
        }
    )
    entity, service, domain = made.entities[0], made.services[0], made.domains[0]
    assert targets(made.entities) == [A]
    assert targets(made.services) == [A1]
    assert targets(made.domains) == ["a.cn"]
    assert targets(made.persons) == [f"{A1}/administrator", f"{A}/leader"]
    assert entity.services == (service,)
    assert entity.domains == service.domains == (domain,)
    assert (domain.entity, domain.service, service.entity) == (entity, service, entity)
    assert entity.leader is not None
    assert entity.leader.name == "张三"
    assert service.administrators[0].name == "李四"
    assert entity.persons == made.persons
    assert made.roles == {SheetRole.FILINGS}


def test_a_row_that_names_three_domains_is_shared_by_three() -> None:
    made = portfolio({"domain": "a.cn、www.b.cn、c.cn", "service_number": A1})
    assert targets(made.domains) == ["a.cn", "b.cn", "c.cn"]
    assert {domain.rows for domain in made.domains} == {made.rows}
    assert made.domains[1].hosts == ("www.b.cn",)
    assert targets(made.entities) == [A]


def test_an_empty_column_is_known_to_exist() -> None:
    made = portfolio({"domain": "a.cn", "entity_name": "甲公司"}, columns=["police_number"])
    assert made.lists("police_number")
    assert made.entities[0].has_column("police_number")
    assert made.entities[0].said("police_number") == ()


def test_an_entity_number_in_the_service_column_names_the_entity() -> None:
    made = portfolio({"domain": "a.cn", "service_number": A})
    assert targets(made.entities) == [A]
    assert made.services == ()


def test_a_service_number_in_the_entity_column_names_both() -> None:
    made = portfolio({"domain": "a.cn", "entity_number": A1})
    assert targets(made.entities) == [A]
    assert targets(made.services) == [A1]


def test_numbers_that_contradict_each_other_keep_the_stated_entity() -> None:
    made = portfolio({"domain": "a.cn", "entity_number": B, "service_number": A1})
    assert targets(made.entities) == [B]
    assert made.services[0].entity.target == B
    assert made.entities[0].services == made.services


def test_one_wrong_row_does_not_move_a_service() -> None:
    rows: list[RowDict] = [{"domain": f"a{n}.cn", "entity_number": A, "service_number": A1} for n in range(2)]
    made = portfolio(*rows, {"domain": "b.cn", "entity_number": B, "service_number": A1})
    assert made.services[0].entity.target == A
    assert targets(made.entities) == [A]
    assert [entity.target for entity in made.domains[2].entities] == [A]


def test_a_row_that_contradicts_itself_belongs_to_the_entity_that_knows_its_name() -> None:
    rows: list[RowDict] = [
        {"domain": "a.cn", "entity_number": A, "service_number": A1, "entity_name": "甲公司"},
        {"domain": "b.cn", "entity_number": B, "service_number": f"{B}-1", "entity_name": "乙公司"},
        {"domain": "c.cn", "entity_number": B, "service_number": f"{A}-2", "entity_name": "甲公司"},
        {"domain": "d.cn", "entity_number": B, "service_number": f"{A}-3", "entity_name": "乙公司"},
    ]
    for order in (rows, rows[::-1]):
        made = {domain.target: domain for domain in portfolio(*order).domains}
        assert [entity.target for entity in made["c.cn"].entities] == [A]
        assert [entity.target for entity in made["d.cn"].entities] == [B]


def test_where_nothing_tells_the_stated_entity_number_counts() -> None:
    made = portfolio({"domain": "a.cn", "entity_number": B, "service_number": A1, "entity_name": "甲公司"})
    assert targets(made.entities) == [B]


def test_a_row_without_a_readable_number_joins_the_one_entity_of_its_name() -> None:
    made = portfolio(
        {"domain": "a.cn", "service_number": A1, "entity_name": "甲（北京）公司"},
        {"domain": "b.cn", "service_number": "备案中", "entity_name": "甲(北京)公司"},
    )
    assert targets(made.entities) == [A]
    assert targets(made.entities[0].domains) == ["a.cn", "b.cn"]
    assert isinstance(made.rows[1].values["service_number"], Unreadable)


def test_a_name_without_any_number_is_an_entity_of_its_own() -> None:
    made = portfolio(
        {"domain": "a.cn", "entity_name": "甲 公司"}, {"domain": "b.cn", "entity_name": "甲公司"}
    )
    assert [(entity.number, len(entity.rows)) for entity in made.entities] == [(None, 2)]


def test_a_name_that_two_entities_bear_joins_neither() -> None:
    made = portfolio(
        {"domain": "a.cn", "service_number": A1, "entity_name": "甲公司"},
        {"domain": "b.cn", "service_number": B1, "entity_name": "甲公司"},
        {"domain": "c.cn", "entity_name": "甲公司"},
    )
    assert targets(made.entities) == [A, B, "甲公司"]


def test_a_domain_under_two_numbers_lists_both() -> None:
    made = portfolio({"domain": "a.cn", "service_number": B1}, {"domain": "a.cn", "service_number": A2})
    domain = made.domains[0]
    assert targets(domain.entities) == [A, B]
    assert targets(domain.services) == [A2, B1]


def spread() -> Portfolio:
    return book(
        主体=(SheetRole.ENTITIES, [{"entity_number": A, "entity_name": "甲公司", "leader_name": "张三"}]),
        网站=(
            SheetRole.SERVICES,
            [
                {"service_number": A1, "administrator_name": "李四"},
                {"service_number": A2, "administrator_name": "王五"},
            ],
        ),
        域名=(
            SheetRole.DOMAINS,
            [{"domain": "a.cn", "service_number": A1}, {"domain": "b.cn", "service_number": A2}],
        ),
        人员=(
            SheetRole.PERSONS,
            [
                {
                    "role": "网站负责人",
                    "person_name": "李四",
                    "person_mobile": mobile(2),
                    "entity_name": "甲公司",
                },
                {"role": "主体负责人", "person_name": "张三", "person_mobile": mobile(1), "entity_number": A},
                {
                    "role": "网站负责人",
                    "person_name": "王五",
                    "person_mobile": mobile(3),
                    "service_number": A2,
                },
            ],
        ),
        材料=(
            SheetRole.DOCUMENTS,
            [
                {"document_type": "营业执照", "entity_name": "甲公司", "document_expiry": "长期"},
                {
                    "document_type": "身份证",
                    "document_holder": "李四",
                    "domain": "a.cn",
                    "document_expiry": "2030-01-01",
                },
                {"document_type": "主体负责人身份证", "entity_number": A, "document_expiry": "2031-01-01"},
                {"document_type": "授权委托书", "document_holder": "王五", "document_expiry": "2027-01-01"},
            ],
        ),
        订单=(
            SheetRole.ORDERS,
            [
                {"order_number": "D-1", "entity_name": "甲公司"},
                {"order_number": "D-1", "order_stage": "初审"},
            ],
        ),
    )


def test_sheets_join_by_number_domain_and_name() -> None:
    made = spread()
    assert targets(made.entities) == [A]
    assert targets(made.services) == [A1, A2]
    assert targets(made.domains) == ["a.cn", "b.cn"]
    assert targets(made.domains[0].entities) == [A]
    assert made.roles >= {SheetRole.PERSONS, SheetRole.DOCUMENTS, SheetRole.ORDERS}


def test_persons_rows_find_their_person() -> None:
    made = spread()
    assert {person.target: person.text("mobile") for person in made.persons} == {
        f"{A}/leader": mobile(1),
        f"{A1}/administrator": mobile(2),
        f"{A2}/administrator": mobile(3),
    }


def test_listed_documents_find_kind_subject_and_entity() -> None:
    made = spread()
    found = [(one.kind, one.subject.target if one.subject else None) for one in made.documents]
    assert found == [
        ("entity_certificate", None),
        ("administrator_id", f"{A1}/administrator"),
        ("leader_id", f"{A}/leader"),
        ("authorisation_letter_administrator", f"{A2}/administrator"),
    ]
    assert {one.entity.target for one in made.documents if one.entity} == {A}
    assert made.entities[0].documents == made.documents
    assert targets(made.documents[1].services) == [A1]


def test_an_order_of_several_rows_is_one_order() -> None:
    made = spread()
    assert targets(made.orders) == ["D-1"]
    assert len(made.orders[0].rows) == 2
    assert made.entities[0].orders == made.orders


def persons_of(*rows: RowDict) -> Portfolio:
    return portfolio_of(
        {
            "台账": (
                SheetRole.FILINGS,
                [
                    {
                        "domain": "a.cn",
                        "service_number": A1,
                        "entity_name": "甲公司",
                        "administrator_name": "李四",
                    },
                    {
                        "domain": "b.cn",
                        "service_number": A2,
                        "entity_name": "甲公司",
                        "administrator_name": "李四",
                    },
                    {"domain": "c.cn", "service_number": B1, "entity_name": "乙公司", "leader_name": "赵六"},
                ],
            ),
            "人员": (SheetRole.PERSONS, rows),
        }
    )


def test_an_administrator_of_a_whole_entity_speaks_for_each_service_with_that_name() -> None:
    made = persons_of(
        {"role": "网站负责人", "person_name": "李四", "entity_number": A, "person_mobile": mobile(1)}
    )
    assert [person.text("mobile") for person in made.persons if person.role is PersonRole.ADMINISTRATOR] == [
        mobile(1)
    ] * 2


def test_an_administrator_with_one_service_to_choose_from_belongs_to_it() -> None:
    made = persons_of({"role": "网站负责人", "person_name": "钱七", "entity_number": B})
    assert made.services[2].administrators[0].name == "钱七"


def test_administrators_of_nobody_knows_which_service_stay_with_the_entity_apart() -> None:
    made = persons_of(
        {"role": "网站负责人", "person_name": "钱七", "entity_number": A},
        {"role": "网站负责人", "person_name": "孙八", "entity_number": A},
    )
    loose = [
        person
        for person in made.persons
        if person.role is PersonRole.ADMINISTRATOR and person.service is None
    ]
    assert [person.target for person in loose] == [f"{A}/administrator", f"{A}/administrator#2"]
    assert all(person.entity is made.entities[0] for person in loose)


def test_one_person_in_both_roles_makes_both_statements() -> None:
    made = persons_of(
        {"role": "主体及网站负责人", "person_name": "赵六", "entity_number": B, "person_mobile": mobile(6)}
    )
    assert [person.target for person in made.persons if person.text("mobile")] == [
        f"{B1}/administrator",
        f"{B}/leader",
    ]


def test_a_persons_row_without_a_role_is_known_by_its_name() -> None:
    made = persons_of(
        {"person_name": "李四", "service_number": A1, "person_mobile": mobile(1)},
        {"person_name": "赵六", "entity_name": "乙公司", "person_mobile": mobile(2)},
    )
    assert {person.target: person.text("mobile") for person in made.persons if person.text("mobile")} == {
        f"{A1}/administrator": mobile(1),
        f"{B}/leader": mobile(2),
    }


def test_terms_in_other_sheets_make_one_document_for_each_paper() -> None:
    row = {
        "entity_name": "甲公司",
        "entity_certificate_expiry": "长期",
        "entity_certificate_number": credit_code(1),
    }
    admin = {
        "administrator_name": "李四",
        "administrator_id_number": id_number(1),
        "administrator_id_start": "2016-05-01",
        "administrator_id_expiry": "2036-05-01",
    }
    made = portfolio(
        {"domain": "a.cn", "service_number": A1, **row, **admin},
        {"domain": "b.cn", "service_number": A2, **row, **admin},
        {
            "domain": "c.cn",
            "service_number": A2,
            **row,
            "leader_name": "张三",
            "leader_authorisation_letter_expiry": "2027-01-01",
        },
    )
    papers = {one.kind: one for one in made.documents}
    assert sorted(papers) == ["administrator_id", "authorisation_letter_leader", "entity_certificate"]
    card = papers["administrator_id"]
    assert (card.inline, card.holder, card.number, card.end) == (True, "李四", id_number(1), date(2036, 5, 1))
    assert card.issued == date(2016, 5, 1)
    assert targets(card.services) == [A1, A2]
    assert len(card.cells) == 2
    assert len(papers["entity_certificate"].cells) == 3
    assert papers["entity_certificate"].validity == Validity(None)
    assert papers["entity_certificate"].number == credit_code(1)


def test_the_papers_of_an_individual_are_an_id_card() -> None:
    made = portfolio(
        {
            "domain": "a.cn",
            "service_number": A1,
            "entity_name": "张三",
            "entity_kind": "个人",
            "leader_name": "张三",
            "leader_id_expiry": "2036-05-01",
        }
    )
    assert [one.kind for one in made.documents] == ["id_card"]


def test_a_term_that_a_documents_sheet_lists_too_is_one_document() -> None:
    made = portfolio_of(
        {
            "台账": (
                SheetRole.FILINGS,
                [
                    {
                        "domain": "a.cn",
                        "service_number": A1,
                        "entity_name": "甲公司",
                        "entity_certificate_expiry": "2030-01-01",
                    }
                ],
            ),
            "材料": (
                SheetRole.DOCUMENTS,
                [{"document_type": "营业执照", "entity_name": "甲公司", "document_expiry": "2030.1.1"}],
            ),
        }
    )
    assert [(one.inline, one.target) for one in made.documents] == [(False, "材料!2")]
    assert [(cell.sheet, cell.row) for cell in made.documents[0].cells] == [
        ("材料", 2),
        ("材料", 2),
        ("台账", 2),
    ]


def test_an_unreadable_term_is_a_document_whose_end_is_not_known() -> None:
    made = portfolio({"domain": "a.cn", "service_number": A1, "entity_certificate_expiry": "2030年"})
    assert isinstance(made.documents[0].validity, Unreadable)


def view(made: Portfolio) -> object:
    """A portfolio without the places where its values stand."""

    def said(one: Any, *codes: str) -> object:
        return [[(str(s.value), len(s.cells)) for s in one.said(code)] for code in codes]

    return (
        [
            (
                e.key,
                targets(e.services),
                targets(e.domains),
                targets(e.persons),
                said(e, "entity_name", "leader_name"),
            )
            for e in made.entities
        ],
        [(s.key, s.entity.key, targets(s.domains), said(s, "service_name")) for s in made.services],
        [(d.key, targets(d.entities), targets(d.services), d.hosts) for d in made.domains],
        [(p.key, said(p, "name", "mobile")) for p in made.persons],
        sorted((d.key, str(d.validity), len(d.cells), d.inline) for d in made.documents),
        [(o.key, o.entity.key if o.entity else None) for o in made.orders],
    )


NUMBERS = st.sampled_from([A, B, A1, A2, B1, "坏号", None])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "domain": st.sampled_from(["a.cn", "b.cn", "www.a.cn、c.cn", "坏", None]),
            "entity_number": NUMBERS,
            "service_number": NUMBERS,
            "entity_name": st.sampled_from(["甲公司", "乙公司", "甲 公司", None]),
            "leader_name": st.sampled_from(["张三", "李四", None]),
            "administrator_name": st.sampled_from(["张三", "王五", None]),
            "administrator_id_expiry": st.sampled_from(["2030-01-01", "长期", "坏", None]),
            "entity_certificate_expiry": st.sampled_from(["2030-01-01", "2031-01-01", None]),
        }
    ),
    min_size=1,
    max_size=7,
)


@settings(deadline=None, max_examples=120)
@given(
    ROWS,
    st.randoms(use_true_random=False),
    st.sampled_from([SheetRole.FILINGS, SheetRole.DOMAINS, SheetRole.SERVICES]),
)
def test_the_order_of_rows_changes_nothing(rows: list[RowDict], random: Random, role: SheetRole) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert view(portfolio(*rows, role=role)) == view(portfolio(*shuffled, role=role))


@settings(deadline=None, max_examples=100)
@given(ROWS)
def test_every_link_has_its_way_back(rows: list[RowDict]) -> None:
    made = portfolio(*rows)
    for domain in made.domains:
        assert all(domain in entity.domains for entity in domain.entities)
        assert all(domain in service.domains for service in domain.services)
    for service in made.services:
        assert service in service.entity.services
        assert service.entity in made.entities
    for person in made.persons:
        assert person.entity is None or person in person.entity.persons
        assert person.service is None or person in person.service.administrators
    for document in made.documents:
        assert document.entity is None or document in document.entity.documents

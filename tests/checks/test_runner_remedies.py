"""A failed check's remedy: its own lines, then those of the entity's kind and province; an unknown keeps its way out."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks.check import Check, Undecided, Violation, check
from auditor.model.portfolio import Entity
from auditor.model.result import Finding
from auditor.model.text import Text, say
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind
from auditor.rules.regulations import PROVIDER_RULES
from tests.builders import portfolio
from tests.judging import judge, rule_data

OWN = Text("自己的办法", "its own way")
SPECIAL = Text("此处的办法", "the way of this case")
WRONG = say("错", "wrong")


def declared(id: str, *yielded: Violation | Undecided) -> Check:
    def judged(entity: Entity) -> Iterator[Violation | Undecided]:
        yield from yielded

    return check(
        id,
        title="题",
        title_en="title",
        meaning="义",
        meaning_en="meaning",
        severity=Severity.LOW,
        cites=PROVIDER_RULES,
        remedy=OWN.zh,
        remedy_en=OWN.en,
    )(judged)


def finding(one: Check, province: str = "粤", kind: str = "个人") -> Finding:
    number = f"{province}ICP备2020000001号"
    book = portfolio({"entity_number": number, "entity_name": "示例单位", "entity_kind": kind})
    return judge(one, book).findings[number]


def extra(id: str, kind: EntityKind, province: str) -> tuple[Text, ...]:
    return tuple(line.text for line in rule_data().remedies.lines(id, kind, province))


def test_a_failures_own_lines_come_first_and_then_those_of_kind_and_province() -> None:
    more = extra("DOC604", EntityKind.INDIVIDUAL, "粤")
    assert len(more) == 2
    assert finding(declared("DOC604", Violation(WRONG))).remedy == (OWN, *more)


def test_the_lines_of_a_violation_stand_in_the_place_of_the_checks_own() -> None:
    found = finding(declared("DOC604", Violation(WRONG, remedy=(SPECIAL,))))
    assert found.remedy == (SPECIAL, *extra("DOC604", EntityKind.INDIVIDUAL, "粤"))


def test_another_kind_and_province_get_other_lines() -> None:
    found = finding(declared("DOC604", Violation(WRONG)), "苏", "企业")
    assert found.remedy == (OWN, *extra("DOC604", EntityKind.ENTERPRISE, "苏"))
    assert any("告知书" in text.zh for text in found.remedy)


def test_a_check_without_further_lines_keeps_its_own() -> None:
    assert finding(declared("REC000", Violation(WRONG))).remedy == (OWN,)


def test_an_unknown_keeps_the_way_out_of_its_reason() -> None:
    found = finding(declared("DOC604", Undecided(Reason.MISSING_VALUE)))
    assert found.remedy == (Reason.MISSING_VALUE.way_out,)

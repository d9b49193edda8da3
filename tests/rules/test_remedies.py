"""The extra remedies: for checks that exist, in both languages, with a basis, the closest fit first."""

from __future__ import annotations

import re

import pytest

from auditor.checks.catalogue import CATALOGUE
from auditor.errors import PolicyError
from auditor.model.words import EntityKind
from auditor.rules.files import RuleFile
from auditor.rules.load import RuleData
from auditor.rules.remedies import Remedies

REMEDIES = RuleData().remedies
HEAD = "checks,kind,province,zh,en,basis,as_of,source,confidence\n"


def told(check: str, kind: EntityKind | None, province: str) -> str:
    return "\n".join(line.text.zh for line in REMEDIES.lines(check, kind, province))


def test_every_line_is_for_checks_that_exist_in_both_languages_with_a_dated_basis() -> None:
    known = {check.id for check in CATALOGUE}
    for rule in REMEDIES:
        assert set(rule.checks) <= known
        assert rule.line.text.zh != rule.line.text.en
        assert re.search(r" \[(20\d\d|日期不详)", rule.line.basis.zh)
        assert re.search(r" \[(20\d\d|undated)", rule.line.basis.en)


def test_the_province_comes_before_the_kind_and_the_kind_before_what_is_for_all() -> None:
    rows = [
        "REC101,any,any,甲,a,GUIDE,2025,S,low",
        "REC101,organisation,any,乙,b,GUIDE,2025,S,low",
        "REC101,government,any,丙,c,GUIDE,2025,S,low",
        "REC101,any,粤,丁,d,GUIDE,2025,S,low",
        "REC101,government,粤|湘,戊,e,GUIDE,2025,S,low",
    ]
    table = Remedies.read(RuleFile("own.csv", HEAD + "\n".join(rows)))

    def order(kind: EntityKind | None, province: str) -> str:
        return "".join(line.text.en for line in table.lines("REC101", kind, province))

    assert order(EntityKind.GOVERNMENT, "粤") == "edcba"
    assert order(EntityKind.ENTERPRISE, "粤") == "dba"
    assert order(EntityKind.INDIVIDUAL, "湘") == "a"
    assert order(None, "") == "a"


def test_what_a_province_asks_for_is_told_there_and_nowhere_else() -> None:
    assert "不带 -N" in told("WEB901", None, "粤")
    assert "不带 -N" not in told("WEB901", None, "京")
    assert "直接新增服务, 不必" in told("REC111", EntityKind.ENTERPRISE, "京")
    assert "手持身份证" in told("DOC604", EntityKind.INDIVIDUAL, "")
    assert "手持身份证" not in told("DOC604", EntityKind.ENTERPRISE, "")
    assert ".gov.cn" in told("DOM309", EntityKind.GOVERNMENT, "京")


def test_no_province_is_told_two_things_about_a_shell() -> None:
    for province in "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝蜀黔滇藏陕陇青宁新":
        assert len(REMEDIES.lines("REC111", None, province)) == 1


@pytest.mark.parametrize(
    "row",
    [
        "REC101,anyone,any,甲,a,GUIDE,2025,S,low",
        "REC101,any,川,甲,a,GUIDE,2025,S,low",
        "REC101,any,any,甲,a,HEARSAY,2025,S,low",
        "REC101,any,any,甲,a,GUIDE,soon,S,low",
        "REC101,any,any,甲,,GUIDE,2025,S,low",
    ],
)
def test_a_bad_row_is_told_with_its_line(row: str) -> None:
    with pytest.raises(PolicyError) as problem:
        Remedies.read(RuleFile("own.csv", HEAD + row))
    assert "own.csv:2" in problem.value.describe("en")

"""The clauses that checks cite say what the table of regulations says, and no article that was not seen quoted."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date
from importlib import resources

import pytest

from auditor.rules import regulations as law
from auditor.rules.regulations import CLAUSES, Standing, clause


def table() -> list[dict[str, str]]:
    text = resources.files("auditor.rules").joinpath("data", law.REGULATIONS_FILE).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_each_instrument_agrees_with_the_table() -> None:
    rows = {row["id"]: row for row in table()}
    own = {"GUIDE", "PROVIDER-RULES", "PROVINCE-RULES"}
    for one in CLAUSES:
        instrument = one.instrument
        if instrument.id in own:
            assert instrument.in_force_from is None
            continue
        row = rows[instrument.id]
        assert instrument.title.zh.strip("《》") == (
            row["title"].strip("（）") if row["title"].startswith("（") else row["title"]
        )
        assert (instrument.number.zh if instrument.number else "") == row["number"]
        said = row["in_force_from"]
        assert (instrument.in_force_from.isoformat() if instrument.in_force_from else "") == (
            said if len(said) == 10 else ""
        )


def test_an_article_is_printed_only_where_it_was_seen_quoted() -> None:
    seen = {(row["id"], row["article"]): row["seen_quoted"] for row in table()}
    for one in CLAUSES:
        if one.article is not None:
            assert seen[one.instrument.id, str(one.article)].startswith(("yes", "duty yes"))


def test_a_citation_reads_in_both_languages() -> None:
    assert (
        law.ORDER_33_DISPLAY.text.zh == "《非经营性互联网信息服务备案管理办法》（信息产业部令第33号）第十三条"
    )
    assert law.ORDER_33_DISPLAY.text.en.endswith("(MII Order 33), Art. 13")
    assert law.ID_CARD_LAW_TERM.text.zh == "《中华人民共和国居民身份证法》第五条"
    assert law.ORDER_292_DISPLAY.text.zh.endswith("第十二条")
    assert law.NOTICE_2017_264_OWNER.text.zh.endswith("（信管〔2017〕264号）")
    assert law.ORDER_33_DISPLAY.id == "MIIT-33:13"
    assert law.GUIDE.id == "GUIDE"


def test_a_clause_knows_its_day_of_force_and_its_standing() -> None:
    assert law.NOTICE_2017_264_OWNER.in_force_from == date(2018, 1, 1)
    assert law.ORDER_33_CHANGE.in_force_from == date(2005, 3, 20)
    assert law.GUIDE.standing is Standing.PROVIDER
    assert law.PROVINCE_RULES.standing is Standing.PROVINCE
    assert law.GB_11643.standing is Standing.STANDARD
    assert law.ORDER_33_CHANGE.standing is Standing.NATIONAL


def test_a_clause_is_found_by_instrument_and_article() -> None:
    assert clause("MIIT-33", "13") is law.ORDER_33_DISPLAY
    assert clause("MIIT-33", 7) is law.ORDER_33_TRUTHFUL
    assert clause("GB-11643") is law.GB_11643
    with pytest.raises(KeyError, match="MIIT-33 99"):
        clause("MIIT-33", 99)


def test_citing_a_clause_reads_no_file() -> None:
    program = (
        "import sys, builtins\n"
        "import auditor.rules.regulations as law\n"
        "assert law.GUIDE.text.zh\n"
        "assert not {'csv', 'json', 'pandas', 'opencc'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_chinese_numerals() -> None:
    told = [
        law.Clause(law.GUIDE.instrument, number, law.GUIDE.duty).text.zh[-5:]
        for number in (5, 10, 12, 20, 25)
    ]
    assert [text[text.index("第") :] for text in told] == [
        "第五条",
        "第十条",
        "第十二条",
        "第二十条",
        "第二十五条",
    ]

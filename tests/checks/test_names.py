"""Names: the same owner is found, another owner is never taken for it, and the rest is left to a person."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import ItemsView

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.checks.name_similarity import similarity
from auditor.checks.names import NameVerdict, compare_names, looks_like_organisation, name_key, normal_name
from auditor.checks.pinyin import pinyin_consistent
from auditor.model.verdict import Reason

# observed, accepted, note
SAME = [
    ("优酷信息技术（北京）有限公司", "优酷信息技术(北京)有限公司", "equal"),
    ("优酷信息技术 (北京) 有限公司", "优酷信息技术（北京）有限公司", "equal"),
    ("优酷信息技术〔北京〕有限公司", "优酷信息技术（北京）有限公司", "equal"),
    ("青禾示例科技有限公司。", "青禾示例科技有限公司", "equal"),
    ("\ufeff青禾示例\u200b科技有限公司", "青禾示例科技有限公司", "equal"),
    ("青 禾 示 例 科 技 有 限 公 司", "青禾示例科技有限公司", "equal"),
    ("青禾示例科技\n有限公司", "青禾示例科技有限公司", "equal"),
    ("ＡＢＣ示例科技有限公司", "abc示例科技有限公司", "equal"),
    ("ABC 示例科技有限公司", "ABC示例科技有限公司", "equal"),
    ("阿卜杜•示例", "阿卜杜·示例", "equal"),
    ("阿卜杜・示例", "阿卜杜‧示例", "equal"),
    ("“青禾”示例馆", '"青禾"示例馆', "equal"),
    ("青禾—示例工作室", "青禾-示例工作室", "equal"),
    ("⻄岭示例贸易有限公司", "西岭示例贸易有限公司", "equal"),
    ("⼭海示例有限公司", "山海示例有限公司", "equal"),
    ("張示例", "张示例", "script"),
    ("陳鍾麗", "陈钟丽", "script"),
    ("龍騰示例科技有限公司", "龙腾示例科技有限公司", "script"),
    ("騰訊科技（深圳）有限公司", "腾讯科技(深圳)有限公司", "script"),
    ("臺灣示例文化有限公司", "台湾示例文化有限公司", "script"),
    ("劉範雲", "刘范云", "script"),
    ("Example Trading Ltd.", "Example Trading Ltd", "equal"),
    ("EXAMPLE TRADING LTD", "Example Trading Ltd.", "equal"),
    ("Example Trading Co.,Ltd", "Example Trading Co., Ltd.", "alphanumerics"),
    ("Example-Trading Ltd", "Example Trading Ltd", "alphanumerics"),
    ("ExampleTrading Ltd", "Example Trading Ltd", "alphanumerics"),
    ("Example (China) Ltd", "Example(China) Ltd", "alphanumerics"),
    ("ZHANG SHI LI", "Zhang Shili", "alphanumerics"),
    ("Acme™ Sample Inc", "ACME Sample Inc", "equal"),
    ("（株）サンプル", "(株)サンプル", "equal"),
    ("샘플 전자", "샘플전자", "alphanumerics"),
]

DIFFERENT = [
    ("北京谷翔信息技术有限公司", "北京谷歌信息技术有限公司", "different"),
    ("王玉实", "王玉石", "different"),
    ("阿里巴巴（中国）有限公司", "阿里巴巴（杭州）有限公司", "different"),
    ("青禾示例科技有限公司", "青苗示例科技有限公司", "different"),
    ("青禾示例科技有限公司", "青禾示例贸易有限公司", "different"),
    ("北京青禾示例科技有限公司", "上海青禾示例科技有限公司", "different"),
    ("青禾示例科技有限公司北京分公司", "青禾示例科技有限公司", "different"),
    ("青禾示例集团有限公司", "青禾示例有限公司", "different"),
    ("示例市第一中学", "示例市第二中学", "different"),
    ("示例市第1中学", "示例市第二中学", "different"),
    ("示例大学（东校区）", "示例大学（西校区）", "different"),
    ("张示", "张例", "different"),
    ("张示例", "章示例", "different"),
    ("李四", "李四四", "different"),
    ("ABC示例科技有限公司", "XYZ示例科技有限公司", "different"),
    ("ABC示例科技有限公司", "青禾示例科技有限公司", "different"),
    ("張示例", "李示例", "different"),
    ("青禾示例厂", "青禾示例有限公司", "different"),
    ("张三", "青禾示例科技有限公司", "person_vs_company"),
    ("青禾示例科技有限公司", "欧阳示例", "person_vs_company"),
    ("阿卜杜·示例", "青禾示例科技有限公司", "person_vs_company"),
    ("李四（个体工商户）", "张三（个体工商户）", "different"),
    ("李四（个体工商户）", "张三", "different"),
    ("Acme Sample Trading Ltd", "Zenith Placeholder Holdings Inc", "different"),
    ("Li Si", "Zhang San", "different"),
    ("Blue Heron Media", "Granite Foods", "different"),
]

VARIANTS = [
    ("青禾示例科技有限责任公司", "青禾示例科技有限公司", "legal_form"),
    ("青禾示例科技股份有限公司", "青禾示例科技有限公司", "legal_form"),
    ("青禾示例集团公司", "青禾示例集团有限公司", "legal_form"),
    ("青禾示例科技", "青禾示例科技有限公司", "legal_form"),
    ("青禾示例（北京）科技有限责任公司", "青禾示例北京科技有限公司", "legal_form"),
    ("青禾示例（集团）有限责任公司", "青禾示例有限公司", "legal_form"),
    ("阿里云计算有限公司（万网）", "阿里云计算有限公司", "extra_bracket"),
    ("青禾示例有限公司", "青禾（中国）示例有限公司", "extra_bracket"),
    ("青禾示例合伙企业（有限合伙）", "青禾示例合伙企业", "extra_bracket"),
    ("优酷信息技术北京有限公司", "优酷信息技术（北京）有限公司", "brackets"),
    ("阿卜杜示例", "阿卜杜·示例", "brackets"),
    ("“青禾”示例馆", "青禾示例馆", "brackets"),
    ("张三（个体工商户）", "张三", "sole_trader"),
    ("张三", "张三(个体工商户)", "sole_trader"),
    ("干将", "乾将", "characters"),
    ("干照光电示例有限公司", "乾照光电示例有限公司", "characters"),
    ("李昇", "李升", "characters"),
    ("李後主", "李后主", "characters"),
    ("于示例", "於示例", "characters"),
    ("钟示例", "锺示例", "characters"),
    ("余示例", "馀示例", "characters"),
    ("王喆", "王哲", "characters"),
    ("李堃", "李坤", "characters"),
    ("甯示例", "宁示例", "characters"),
    ("示例市第1中学", "示例市第一中学", "characters"),
    ("青禾示例有限公司 Qinghe Sample Co., Ltd.", "青禾示例有限公司", "bilingual"),
    ("Qinghe Sample Limited 青禾示例有限公司", "青禾示例有限公司", "bilingual"),
    ("Example Trading Limited", "Example Trading Inc.", "legal_form"),
    ("Example Trading", "Example Trading Co., Ltd.", "legal_form"),
    ("Example Trading L.L.C.", "Example Trading", "legal_form"),
    ("Shili Zhang", "Zhang Shili", "word_order"),
    ("Société Exemple", "Societe Exemple", "legal_form"),
    ("Qinghe Sample Technologies", "Qinghe Sample Technology", "similar"),
    ("Shaogang Wang", "Wang Shao Gang", "similar"),
    ("Example & Sons", "Example and Sons", "similar"),
    ("QSB", "Qinghe Sample Bureau", "acronym"),
    ("サンプル商事", "サンプル商亊", "similar"),
]

TRANSLITERATED = [
    ("Wang Shao Gang", "王少刚", "pinyin"),
    ("Gang Shao Wang", "王少刚", "latin_vs_chinese"),
    ("SHAOGANG WANG", "王少刚", "pinyin"),
    ("Ouyang Shili", "欧阳示例", "pinyin"),
    ("Shili Ouyang", "欧阳示例", "pinyin"),
    ("Shan Shili", "单示例", "pinyin"),
    ("Dan Shili", "单示例", "pinyin"),
    ("Qiu Shi", "仇示", "pinyin"),
    ("Zeng Shi", "曾示", "pinyin"),
    ("He Shi", "黑示", "pinyin"),
    ("Moqi Shi", "万俟示", "pinyin"),
    ("Chanyu Shi", "单于示", "pinyin"),
    ("Wang Yi", "王一", "pinyin"),
    ("Lv Shi", "吕示", "pinyin"),
    ("Lyu Shi", "吕示", "pinyin"),
    ("Lü Shi", "吕示", "pinyin"),
    ("Chan Tai Man", "陈大文", "latin_vs_chinese"),
    ("Beijing Guxiang Information Technology Co., Ltd.", "北京谷翔信息技术有限公司", "pinyin"),
    ("Qing He Shi Li You Xian Gong Si", "青禾示例有限公司", "pinyin"),
    ("Green Grain Sample Limited", "青禾示例有限公司", "latin_vs_chinese"),
    ("青禾示例有限公司", "Qinghe Sample Ltd", "pinyin"),
    ("Youku示例科技有限公司", "优酷示例科技有限公司", "pinyin"),
    ("シャープ見本株式会社", "夏普示例株式会社", "scripts_differ"),
    ("샘플전자", "示例电子有限公司", "scripts_differ"),
    ("Пример", "Primer", "scripts_differ"),
    ("Пример", "示例有限公司", "scripts_differ"),
]

UNUSABLE = [
    ("张*", "张三", Reason.WITHHELD, "masked"),
    ("北京****公司", "北京青禾示例公司", Reason.WITHHELD, "masked"),
    ("张＊＊", "李四", Reason.WITHHELD, "masked"),
    ("张某", "张三", Reason.WITHHELD, "masked"),
    ("张某某", "李四", Reason.WITHHELD, "masked"),
    ("张XX", "张三丰", Reason.WITHHELD, "masked"),
    ("张××", "张三丰", Reason.WITHHELD, "masked"),
    ("***", "张三", Reason.WITHHELD, "marker"),
    ("REDACTED FOR PRIVACY", "张三", Reason.WITHHELD, "marker"),
    ("Redacted | Registry Policy", "张三", Reason.WITHHELD, "marker"),
    ("隐私保护", "青禾示例有限公司", Reason.WITHHELD, "marker"),
    ("Domains By Proxy, LLC", "Example Trading Ltd", Reason.WITHHELD, "proxy"),
    ("Nexperian Holding Limited", "青禾示例有限公司", Reason.WITHHELD, "proxy"),
    ("40fbdc9eb6185b9b", "青禾示例有限公司", Reason.WITHHELD, "marker"),
    ("https://whois.aliyun.com/whois/whoisForm", "青禾示例有限公司", Reason.WITHHELD, "form"),
    ("Domain Admin", "Example Trading Ltd", Reason.MISSING_VALUE, "role"),
    ("域名管理员", "青禾示例有限公司", Reason.MISSING_VALUE, "role"),
    ("-", "青禾示例有限公司", Reason.MISSING_VALUE, "role"),
    ("", "青禾示例有限公司", Reason.MISSING_VALUE, "empty"),
    ("  \u200b", "青禾示例有限公司", Reason.MISSING_VALUE, "empty"),
    ("12345", "青禾示例有限公司", Reason.MISSING_VALUE, "no_letters"),
]


@pytest.mark.parametrize(("observed", "accepted", "note"), SAME)
def test_the_same_owner_written_differently_is_a_match(observed: str, accepted: str, note: str) -> None:
    found = compare_names(observed, [accepted])
    assert (found.verdict, found.reason, found.note) == (NameVerdict.MATCH, None, note)
    assert compare_names(accepted, [observed]).matched
    assert name_key(observed) == name_key(accepted)


@pytest.mark.parametrize(("observed", "accepted", "note"), DIFFERENT)
def test_another_owner_is_refuted(observed: str, accepted: str, note: str) -> None:
    found = compare_names(observed, [accepted])
    assert (found.verdict, found.reason, found.note) == (NameVerdict.REFUTED, None, note)
    assert compare_names(accepted, [observed]).refuted
    assert name_key(observed) != name_key(accepted)


@pytest.mark.parametrize(("observed", "accepted", "note"), VARIANTS)
def test_what_mere_writing_explains_is_left_to_a_person(observed: str, accepted: str, note: str) -> None:
    found = compare_names(observed, [accepted])
    assert (found.verdict, found.reason, found.note) == (NameVerdict.UNDECIDED, Reason.VARIANT, note)
    assert compare_names(accepted, [observed]).reason is Reason.VARIANT
    assert name_key(observed) != name_key(accepted)


@pytest.mark.parametrize(("observed", "accepted", "note"), TRANSLITERATED)
def test_names_in_two_scripts_are_never_refuted(observed: str, accepted: str, note: str) -> None:
    found = compare_names(observed, [accepted])
    assert (found.verdict, found.reason, found.note) == (NameVerdict.UNDECIDED, Reason.TRANSLITERATED, note)
    assert compare_names(accepted, [observed]) == found


@pytest.mark.parametrize(("observed", "accepted", "reason", "note"), UNUSABLE)
def test_a_hidden_name_is_never_a_mismatch(observed: str, accepted: str, reason: Reason, note: str) -> None:
    found = compare_names(observed, [accepted])
    assert (found.verdict, found.reason, found.note) == (NameVerdict.UNDECIDED, reason, note)


def test_two_hidden_names_that_read_alike_are_not_one_owner() -> None:
    for value in ("REDACTED FOR PRIVACY", "张*", "Domain Admin", "Domains By Proxy, LLC"):
        assert compare_names(value, [value]).undecided


@pytest.mark.parametrize(
    "name", ["Redacted Solutions LLC", "Regina", "北京Nonemore科技有限公司", "XXL示例服饰"]
)
def test_a_true_name_that_resembles_a_marker_stays_a_name(name: str) -> None:
    assert compare_names(name, [name]).matched


def test_a_holder_cut_at_the_registrys_length_matches_the_longer_name() -> None:
    long = "中华示例" + "青禾" * 34 + "研究院"
    assert compare_names(long[:64], [long]).note == "truncated_64"
    assert compare_names(long[:64], [long]).matched
    assert compare_names(long[:63], [long]).refuted
    assert compare_names(long, [long[:64]]).refuted
    other = "中华示例" + "青苗" * 34 + "研究院"
    assert compare_names(long[:64], [other]).refuted
    latin = "Sample Institute of " + "Very Long Names and " * 8
    assert compare_names(latin[:128], [latin]).note == "truncated_128"


def test_a_cut_traditional_name_still_matches() -> None:
    long = "中华龍示例" + "青禾" * 34
    assert compare_names(long.replace("龍", "龙")[:64], [long]).note == "truncated_64"


def test_the_best_of_the_accepted_names_counts() -> None:
    assert compare_names("张三", ["青禾示例有限公司", "张三"]).matched
    assert compare_names("青禾示例科技", ["李四", "青禾示例科技有限公司"]).reason is Reason.VARIANT
    assert compare_names("李四", ["青禾示例有限公司", "Zhang San"]).undecided
    assert compare_names("李四", ["青禾示例有限公司", "张*"]).reason is Reason.WITHHELD
    assert compare_names("李四", ["张三", "青禾示例有限公司"]).note == "person_vs_company"
    assert compare_names("李四", ["", "张三"]).refuted


def test_nothing_to_compare_with_is_a_missing_value() -> None:
    assert compare_names("李四", []).note == "nothing_accepted"
    assert compare_names("李四", ["", " "]).reason is Reason.MISSING_VALUE


def test_a_registered_english_or_former_name_outranks_everything() -> None:
    aliases = {
        "青禾示例有限公司": ["Green Grain Sample Ltd", "旧禾示例有限公司"],
        "百草示例有限公司": ["Shared Ltd"],
    }
    assert (
        compare_names(
            "GREEN GRAIN SAMPLE, LTD.", ["青禾示例（有限公司）", "青禾示例有限公司"], aliases=aliases
        ).note
        == "alias"
    )
    assert compare_names("旧禾示例有限公司", ["青禾示例有限公司"], aliases=aliases).matched
    assert compare_names("旧禾示例有限公司", ["青禾示例有限公司"]).refuted
    assert compare_names("青禾示例有限公司", ["Green Grain Sample Ltd"], aliases=aliases).matched
    assert compare_names("Green Grain Sample Ltd", ["旧禾示例有限公司"], aliases=aliases).matched
    assert (
        compare_names("Green Grain Sample Inc", ["青禾示例有限公司"], aliases=aliases).reason
        is Reason.VARIANT
    )
    assert compare_names("Shared Ltd", ["青禾示例有限公司"], aliases=aliases).undecided


def test_an_english_name_shared_by_two_owners_does_not_make_them_one() -> None:
    aliases = {"青禾示例有限公司": ["Shared Ltd"], "百草示例有限公司": ["Shared Ltd"]}
    assert compare_names("百草示例有限公司", ["青禾示例有限公司"], aliases=aliases).refuted


def test_an_organisation_is_told_from_a_person() -> None:
    assert looks_like_organisation("青禾示例科技有限公司")
    assert looks_like_organisation("示例市卫生局")
    assert not looks_like_organisation("张三")
    assert not looks_like_organisation("阿卜杜·示例")


def test_a_place_alone_does_not_make_a_company_name_consistent() -> None:
    assert not pinyin_consistent("北京青禾有限公司", "beijing sample ltd")
    assert pinyin_consistent("青禾", "qinghe")
    assert not pinyin_consistent("青禾", "123")


def test_likeness_runs_from_nothing_to_one() -> None:
    assert similarity(["abc"], ["abc"]) == 1.0
    assert similarity(["abc"], ["xyz"]) == 0.0
    assert similarity(["abc", "trading"], ["abc"]) == 1.0


NAMES = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("青禾示例科技有限公司张三（）()·・ .,-“”ABCabc龍龙乾干钟鍾１1 ß™\u200b\n㈱ﾊΩ")),
        st.characters(max_codepoint=0x2FFFF, exclude_categories=["Cs"]),
    ),
    max_size=14,
)


@given(NAMES)
@settings(deadline=None, max_examples=300)
def test_the_canonical_form_is_stable_and_equals_itself(name: str) -> None:
    normal = normal_name(name)
    assert normal_name(normal) == normal
    assert not compare_names(name, [normal]).refuted


@given(NAMES, NAMES)
@settings(deadline=None, max_examples=300)
def test_the_verdict_does_not_depend_on_the_side_and_equal_keys_match(one: str, other: str) -> None:
    there, back = compare_names(one, [other]), compare_names(other, [one])
    assert there.verdict is back.verdict
    assert there.undecided == (there.reason is not None)
    if there.matched:
        assert name_key(one) == name_key(other)
    elif name_key(one) == name_key(other):
        assert there.undecided


def test_equal_names_need_no_converter() -> None:
    program = (
        "import sys\n"
        "from auditor.checks.names import compare_names\n"
        "assert compare_names('青禾示例（北京）有限公司', ['青禾示例(北京)有限公司']).matched\n"
        "assert not {'opencc', 'pypinyin'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


class _Counted(dict[str, tuple[str, ...]]):
    read = 0

    def items(self) -> ItemsView[str, tuple[str, ...]]:
        self.read += 1
        return super().items()


def test_the_aliases_of_a_run_are_read_once_and_those_of_another_anew() -> None:
    first = _Counted({"示例集团有限公司": ("Sample Group Ltd.",)})
    second = _Counted({"示例集团有限公司": ("Example Group Ltd.",)})
    for number in range(50):
        assert compare_names(
            "Sample Group Ltd.", ["示例集团有限公司", f"示例{number}"], aliases=first
        ).matched
    assert first.read == 1
    assert not compare_names("Sample Group Ltd.", ["示例集团有限公司"], aliases=second).matched
    assert compare_names("Example Group Ltd.", ["示例集团有限公司"], aliases=second).matched
    assert compare_names("Sample Group Ltd.", ["示例集团有限公司"], aliases=first).matched

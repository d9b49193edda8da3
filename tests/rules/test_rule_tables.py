"""Suffixes, registrars, provinces and their files: longest match, doubt kept as doubt, mistakes told with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import PolicyError
from auditor.rules.files import is_partial_date
from auditor.rules.load import RuleData, RuleFiles
from auditor.rules.provinces import FooterNumber, LeaderRule, LocalPhone, RegistrantRule, RolesRule
from auditor.rules.registrars import RegistrarStatus
from auditor.rules.tlds import TldStatus

RULES = RuleData()


@pytest.mark.parametrize(
    ("domain", "status"),
    [
        ("example.cn", "approved"),
        ("example.com", "approved"),
        ("example.org.cn", "approved"),
        ("example.org", "not_approved"),
        ("example.io", "not_approved"),
        ("EXAMPLE.IO.", "not_approved"),
        ("示例.中国", "approved"),
        ("xn--fsqu00a.xn--fiqs8s", "approved"),
        ("example.tw.cn", "approved"),
        ("example.tw", "not_approved"),
        ("example.la", "unknown"),
        ("example.nosuchtld", "unknown"),
        ("org", "not_approved"),
        ("", "unknown"),
    ],
)
def test_the_longest_suffix_decides_and_an_unlisted_one_is_unknown(domain: str, status: str) -> None:
    found, row = RULES.tlds.status(domain)
    assert found == status
    assert (row is None) is (domain in ("example.nosuchtld", ""))


def test_every_suffix_row_is_dated_and_sourced() -> None:
    assert len(RULES.tlds) == 246
    _, row = RULES.tlds.status("example.cn")
    assert row is not None
    assert is_partial_date(row.as_of)
    assert row.source
    assert row.confidence == "high"


@pytest.mark.parametrize(
    ("name", "iana_id", "status"),
    [
        ("阿里云计算有限公司（万网）", None, "approved"),
        ("阿里云计算有限公司(万网)", None, "approved"),
        ("Alibaba Cloud Computing (Beijing) Co., Ltd.", None, "approved"),
        ("ALIBABA CLOUD COMPUTING (BEIJING) CO.,LTD", None, "approved"),
        ("北京新网数码信息技术有限公司", None, "approved"),
        (None, 420, "approved"),
        ("some reseller", 420, "approved"),
        ("GoDaddy.com, LLC", None, "not_approved"),
        ("GoDaddy", None, "not_approved"),
        ("Cloudflare, Inc.", None, "not_approved"),
        ("NameSilo, LLC", None, "unknown"),
        ("Gandi SAS", None, "unknown"),
        ("成都西维数码科技有限公司", None, "unknown"),
        ("杭州爱名网络有限公司", None, "unknown"),
        ("谁也没听过的注册商有限公司", None, "unknown"),
        ("", None, "unknown"),
        (None, None, "unknown"),
        (None, 999999, "unknown"),
        ("...", None, "unknown"),
    ],
)
def test_a_registrar_is_found_by_any_name_and_doubt_stays_unknown(
    name: str | None, iana_id: int | None, status: str
) -> None:
    assert RULES.registrars.status(name, iana_id)[0] == status


def test_a_foreign_registrar_that_was_never_named_keeps_its_row_but_is_unknown() -> None:
    row = RULES.registrars.row("NameSilo, LLC")
    assert row is not None
    assert row.status is RegistrarStatus.NOT_APPROVED
    assert row.decided is RegistrarStatus.UNKNOWN
    assert row.name == "NameSilo, LLC"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("四川", "四川"),
        ("四川省", "四川"),
        ("川", "四川"),
        ("蜀", "四川"),
        ("51", "四川"),
        ("510000", "四川"),
        ("四川省成都市", "四川"),
        ("北京市", "北京"),
        ("北京海淀区", "北京"),
        ("内蒙古自治区", "内蒙古"),
        ("新疆维吾尔自治区", "新疆"),
        ("广西壮族自治区南宁市", "广西"),
        ("上海市通信管理局", "上海"),
        ("浙江管局", "浙江"),
        (" 贵 州 ", "贵州"),
    ],
)
def test_a_province_is_found_by_any_of_its_names(text: str, name: str) -> None:
    found = RULES.provinces.by_name(text)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("text", ["", "吉林大学", "海南州", "火星", "99", "1234567", "香港"])
def test_what_is_no_province_is_none(text: str) -> None:
    assert RULES.provinces.by_name(text) is None


def test_the_two_sets_of_abbreviations_are_kept_apart() -> None:
    every = list(RULES.provinces)
    assert len(every) == 31
    assert "".join(sorted(one.icp_abbr for one in every)) == "".join(
        sorted("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝蜀黔滇藏陕陇青宁新")
    )
    assert "".join(sorted(one.police_abbr for one in every)) == "".join(
        sorted("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新")
    )
    assert RULES.provinces.by_icp("川") is None
    sichuan = RULES.provinces.by_icp("蜀")
    assert sichuan is not None
    assert sichuan.police_abbr == "川"


def test_only_guangdong_shows_the_entity_number() -> None:
    shown = [one.name for one in RULES.provinces if one.footer_number is FooterNumber.ENTITY]
    assert shown == ["广东"]


def test_where_sources_disagree_there_is_no_rule() -> None:
    conflicts = {one.icp_abbr: sorted(one.conflicts) for one in RULES.provinces if one.conflicts}
    assert conflicts == {
        "京": ["leader_must_be_legal_rep"],
        "晋": ["leader_must_be_legal_rep"],
        "黑": ["leader_must_be_legal_rep"],
        "琼": ["leader_must_be_legal_rep"],
        "闽": ["related_party_registrant"],
    }
    beijing, fujian = RULES.provinces.by_icp("京"), RULES.provinces.by_icp("闽")
    assert beijing is not None
    assert beijing.leader_must_be_legal_rep is None
    assert beijing.detail("leader_must_be_legal_rep")
    assert beijing.source("leader_must_be_legal_rep")
    assert beijing.min_domain_days == 90
    assert fujian is not None
    assert fujian.related_party_registrant is None


def test_a_rule_that_nobody_stated_is_none() -> None:
    liaoning = RULES.provinces.by_icp("辽")
    assert liaoning is not None
    assert liaoning.same_person_roles is None
    assert liaoning.min_domain_days is None
    assert liaoning.detail("min_domain_days") == liaoning.source("min_domain_days") == ""


def test_the_rules_of_some_provinces() -> None:
    by = RULES.provinces.by_icp
    ningxia, jiangsu, tianjin, gansu = by("宁"), by("苏"), by("津"), by("陇")
    assert ningxia is not None
    assert ningxia.related_party_registrant is RegistrantRule.ORGANISATION_ONLY
    assert jiangsu is not None
    assert jiangsu.leader_must_be_legal_rep is LeaderRule.LETTER
    assert jiangsu.same_person_roles is RolesRule.MUST_BE_SAME_IF_NOT_LEGAL_REP
    assert jiangsu.minimum_age_individual == 16
    assert tianjin is not None
    assert tianjin.same_person_roles is RolesRule.MUST_DIFFER
    assert gansu is not None
    assert gansu.phone_must_be_local is LocalPhone.INDIVIDUAL_ONLY
    assert gansu.note is not None
    assert all(one.note and one.note.zh and one.note.en for one in RULES.provinces)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


TLD_HEAD = "tld,status,as_of,source,confidence\n"
BROKEN = [
    ("tlds", "tld,status\ncn,approved\n", ":1", "as_of, source, confidence"),
    ("tlds", TLD_HEAD + "cn,approved,2022-08-30,X,high\n\nio,maybe,2022,X,high\n", ":4", "maybe"),
    ("tlds", TLD_HEAD + "cn,approved,2022-13-30,X,high\n", ":2", "2022-13-30"),
    ("tlds", TLD_HEAD + "cn,approved,2022,X\n", ":2", "4"),
    ("tlds", TLD_HEAD + ",approved,2022,X,high\n", ":2", "tld"),
    ("tlds", TLD_HEAD + "cn,approved,2022,X,high\ncn,not_approved,2022,X,high\n", ":3", "approved"),
    ("tlds", "", ":1", "tld"),
    (
        "registrars",
        "iana_id,name_en,name_zh,aliases,status,as_of,source,confidence\nx1,A,,,approved,2022,X,high\n",
        ":2",
        "x1",
    ),
    (
        "registrars",
        "iana_id,name_en,name_zh,aliases,status,as_of,source,confidence\n1,,,,approved,2022,X,high\n",
        ":2",
        "name",
    ),
    (
        "provinces",
        "adcode_prefix,name,icp_abbr,police_abbr,footer_number,leader_must_be_legal_rep,same_person_roles,"
        "phone_must_be_local,minimum_age,minimum_age_individual,related_party_registrant,min_domain_days\n"
        "51,四川,蜀,川,service,perhaps,,,,,,\n",
        ":2",
        "perhaps",
    ),
    (
        "provinces",
        "adcode_prefix,name,icp_abbr,police_abbr,footer_number,leader_must_be_legal_rep,same_person_roles,"
        "phone_must_be_local,minimum_age,minimum_age_individual,related_party_registrant,min_domain_days\n"
        "51,四川,蜀川,川,service,yes,,,,,,\n",
        ":2",
        "蜀川",
    ),
    (
        "whois",
        "tld,host,port,limiter_group,start_interval_s,concurrency,not_found,refusal\ncn,h,43,g,fast,1,,\n",
        ":2",
        "fast",
    ),
    (
        "whois",
        "tld,host,port,limiter_group,start_interval_s,concurrency,not_found,refusal\ncn,h,43,g,1,1,,busy\n",
        ":2",
        "busy",
    ),
    ("rdap", '{"services": [\n[["com"]]]}', "", "com"),
    ("rdap", '{"services":\n [,]}', ":2", "JSON"),
    ("rdap", "[]", "", "services"),
    ("rdap", '{"services": [], "no_rdap": "cn"}', "", "no_rdap"),
    ("cn_ipv4", "# head\n1.2.3.0/24\n1.2.3.4/8\n", ":3", "1.2.3.4/8"),
    ("cn_ipv6", "1.2.3.0/24\n", ":1", "1.2.3.0/24"),
    (
        "materials",
        "entity_kind,situation,key,document_zh,document_en,synonyms,required\n"
        "common,all,a,甲,a,,yes\ncommon,all,a,乙,b,,yes\n",
        ":3",
        "a",
    ),
    ("providers", "id,name_zh,aliases,kind,cname_suffixes,ns_suffixes\na,甲,,planet,,\n", ":2", "planet"),
]


@pytest.mark.parametrize(("table", "text", "line", "told"), BROKEN)
def test_a_mistake_in_a_users_file_is_told_with_file_and_line(
    tmp_path: Path, table: str, text: str, line: str, told: str
) -> None:
    path = write(tmp_path, "own.csv", text)
    rules = RuleData(RuleFiles(**{table: path}))
    with pytest.raises(PolicyError) as caught:
        rules.check()
    assert caught.value.where == f"{path}{line}"
    assert told in caught.value.en
    assert told in caught.value.zh
    assert caught.value.hint_en
    assert caught.value.exit_status == 2


def test_a_file_that_is_missing_or_not_utf8_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="无法读取"):
        RuleData(RuleFiles(tlds=tmp_path / "none.csv")).check()
    bad = tmp_path / "bad.csv"
    bad.write_bytes(TLD_HEAD.encode() + "公司".encode("gb18030"))
    with pytest.raises(PolicyError, match="UTF-8"):
        RuleData(RuleFiles(tlds=bad)).check()


def test_a_users_file_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    path = write(tmp_path, "tlds.csv", "\ufeff" + TLD_HEAD + "la,approved,2026-11-01,ours,high\n")
    rules = RuleData(RuleFiles(tlds=path))
    rules.check()
    assert rules.tlds.status("example.la")[0] is TldStatus.APPROVED
    assert rules.tlds.status("example.cn")[0] is TldStatus.UNKNOWN
    own = next(version for version in rules.versions() if version.file == str(path))
    assert (own.as_of, own.source) == ("2026-11-01", "audit.toml [rules]")


def test_the_versions_name_every_shipped_file_with_a_date() -> None:
    versions = RULES.versions()
    folder = Path(__file__).parents[2] / "auditor" / "rules" / "data"
    assert {version.file for version in versions} == {
        path.name for path in folder.iterdir() if path.suffix != ".md"
    }
    assert all(is_partial_date(version.as_of) and version.source for version in versions)
    assert list(versions) == sorted(versions, key=lambda version: version.file)
    sources = (folder / "SOURCES.md").read_text(encoding="utf-8")
    assert all(f"`{version.file}`" in sources for version in versions)
    assert "Permission is hereby granted" in (folder / "LICENCES.md").read_text(encoding="utf-8")


def test_a_date_may_be_a_day_a_month_or_a_year() -> None:
    assert is_partial_date("2026")
    assert is_partial_date("2026-02")
    assert is_partial_date("2026-02-28")
    assert not is_partial_date("2026-02-30")
    assert not is_partial_date("2026/02/03")

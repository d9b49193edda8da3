"""Addresses, providers, registries and hidden names: precise lists whose silence is not an answer."""

from __future__ import annotations

import pytest

from auditor.rules.load import RuleData
from auditor.rules.mainland import AddressKind
from auditor.rules.withheld import WithheldKind, withheld_kind, withheld_patterns

RULES = RuleData()


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("1.1.8.1", "mainland"),
        ("1.1.9.1", "unlisted"),
        ("1.1.7.255", "unlisted"),
        ("::ffff:1.1.8.1", "mainland"),
        ("2001:250::1", "mainland"),
        ("2606:4700::1111", "unlisted"),
        ("8.8.8.8", "unlisted"),
        ("10.0.0.1", "reserved"),
        ("127.0.0.1", "reserved"),
        ("192.0.2.1", "reserved"),
        ("fe80::1%eth0", "reserved"),
        ("224.0.0.1", "reserved"),
        ("0.0.0.0", "reserved"),
        ("999.1.1.1", "invalid"),
        ("", "invalid"),
    ],
)
def test_an_address_is_mainland_or_not_known(address: str, kind: str) -> None:
    assert RULES.mainland.kind(address) is AddressKind(kind)
    assert RULES.mainland.is_mainland(address) is (True if kind == "mainland" else None)


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("阿里云", "aliyun"),
        ("阿里云计算有限公司", "aliyun"),
        ("Alibaba Cloud", "aliyun"),
        ("ALIYUN", "aliyun"),
        ("阿里云（万网）", "aliyun"),
        ("腾讯云", "tencent"),
        ("华为云-贵阳", "huawei"),
        ("移动云", "ecloud"),
        ("中国移动", "chinamobile"),
        ("阿里云、腾讯云", None),
        ("自建机房", None),
        ("", None),
    ],
)
def test_a_provider_is_known_by_its_names(text: str, provider: str | None) -> None:
    found = RULES.providers.by_name(text)
    assert (found.id if found else None) == provider


def test_a_host_gives_its_provider_away_by_whole_labels() -> None:
    cname = RULES.providers.by_cname
    assert (found := cname("www.example.cn.w.kunlunar.com.")) is not None
    assert found.id == "aliyun"
    assert cname("notkunlunar.com") is None
    assert (edge := cname("x.wscdns.com")) is not None
    assert edge.is_edge
    assert (server := RULES.providers.by_name_server("dns9.hichina.com")) is not None
    assert server.id == "aliyun"
    assert (aws := RULES.providers.by_name_server("ns-1.awsdns-cn-05.com")) is not None
    assert aws.id == "aws-cn"
    assert RULES.providers.by_name_server("ns1.example.net") is None
    assert len(list(RULES.providers)) == 44


def test_a_registry_is_found_by_the_longest_suffix() -> None:
    cn = RULES.registries.registry("example.com.cn")
    assert cn is not None
    assert (cn.host, cn.port, cn.limiter_group, cn.time_zone) == (
        "whois.cnnic.cn",
        43,
        "cnnic",
        "Asia/Shanghai",
    )
    assert (cn.start_interval_s, cn.concurrency) == (1.5, 1)
    assert RULES.registries.registry("xn--fsqu00a.xn--fiqs8s") == RULES.registries.registry("例子.中国")
    edu = RULES.registries.registry("example.edu.cn")
    assert edu is not None
    assert edu.host == "whois.edu.cn"
    info = RULES.registries.registry("example.info")
    assert info is not None
    assert info.host == ""
    assert RULES.registries.registry("example.nosuch") is None
    assert len(list(RULES.registries)) == 163


def test_a_reply_is_known_by_an_exact_line_only() -> None:
    cn, com, top = (RULES.registries.registry(name) for name in ("a.cn", "a.com", "a.top"))
    assert cn is not None
    assert com is not None
    assert top is not None
    assert cn.says_not_found("No matching record.\r\n", "a.cn")
    assert not cn.says_not_found("Registrant: No matching record. Ltd", "a.cn")
    assert cn.says_throttled("Queried interval is too short.")
    assert cn.says_refused("The domain you requested is prohibited.")
    assert cn.says_reserved("Sorry, The domain you requested is in the reserved list.")
    assert cn.says_reserved("the Domain Name you apply can not be registered online. Please consult")
    assert com.says_not_found('No match for "EXAMPLE.COM".\r\n>>> Last update', "example.com")
    assert not com.says_not_found('No match for "OTHER.COM".', "example.com")
    assert top.says_not_found("The queried object does not exist: example.top", "example.top")
    assert top.says_throttled("Your access is too fast,please try again later.")
    club = RULES.registries.registry("a.club")
    assert club is not None
    assert not club.not_found_confirmed
    assert cn.not_found_confirmed


def test_cn_has_no_rdap_and_com_has() -> None:
    registries = RULES.registries
    assert registries.rdap_bases("example.com") == ("https://rdap.verisign.com/com/v1/",)
    assert registries.rdap_group("example.com") == "verisign"
    assert registries.rdap_bases("example.cn") == ()
    assert registries.rdap_group("example.cn") == ""
    assert registries.has_no_rdap("example.cn")
    assert registries.has_no_rdap("xn--fsqu00a.xn--fiqs8s")
    assert not registries.has_no_rdap("example.com")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("REDACTED FOR PRIVACY", WithheldKind.MARKER),
        ("redacted  for privacy", WithheldKind.MARKER),
        ("Redacted | EU Registrar", WithheldKind.MARKER),
        ("N/A", WithheldKind.MARKER),
        ("已隐藏", WithheldKind.MARKER),
        ("40fbdc9eb6185b9b", WithheldKind.MARKER),
        ("Whois Privacy Protection Service by onamae.com", WithheldKind.PROXY),
        ("Reg 1234 c/o Dynadot Privacy", WithheldKind.PROXY),
        ("Nexperian Holding Limited", WithheldKind.PROXY),
        ("Please query the RDDS service of the Registrar of Record identified", WithheldKind.FORM),
        ("Hostmaster", WithheldKind.ROLE),
        ("张*", WithheldKind.PARTIAL),
        ("北京＊＊公司", WithheldKind.PARTIAL),
        ("张某", WithheldKind.PARTIAL),
        ("某某", WithheldKind.PARTIAL),
        ("张xx", WithheldKind.PARTIAL),
        ("Regina", None),
        ("Redacted Solutions LLC", None),
        ("Private joint-stock company Kyivstar", None),
        ("北京Nonemore科技有限公司", None),
        ("Exxon 示例", None),
        ("张三", None),
        ("", None),
    ],
)
def test_a_hidden_name_is_known_by_whole_value_or_prefix(value: str, kind: WithheldKind | None) -> None:
    assert withheld_kind(value) is kind


def test_a_privacy_service_is_known_by_its_mail_host() -> None:
    patterns = withheld_patterns()
    assert RULES.withheld is patterns
    assert patterns.is_proxy_host("YinSiBaoHu.AliYun.com")
    assert patterns.is_proxy_host("mail.whoisguard.com")
    assert not patterns.is_proxy_host("aliyun.com")

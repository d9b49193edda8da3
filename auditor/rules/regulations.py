"""The instruments that checks cite: title, number, article where it was seen quoted, and the day it came into force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from auditor.model.text import Text

REGULATIONS_FILE = (
    "regulations.csv"  # What the constants below rest on, with sources; read by people and by the tests.
)


class Standing(StrEnum):
    """How binding an instrument is; a reader must be able to tell a law from a provider's habit."""

    NATIONAL = "national"
    STANDARD = "standard"
    PROVINCE = "province"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, order, notice, standard or rule book, as the table of regulations has it."""

    id: str
    title: Text
    number: Text | None
    in_force_from: date | None
    standing: Standing = Standing.NATIONAL


@dataclass(frozen=True)
class Clause:
    """One duty of an instrument; article is empty where its number was never seen quoted, and is then not printed."""

    instrument: Instrument
    article: int | None
    duty: Text

    @property
    def id(self) -> str:
        """A stable code, such as MIIT-33:13."""
        return f"{self.instrument.id}:{self.article}" if self.article else self.instrument.id

    @property
    def in_force_from(self) -> date | None:
        """The day from which the clause binds; None where it is not known or there is none."""
        return self.instrument.in_force_from

    @property
    def standing(self) -> Standing:
        """How binding it is."""
        return self.instrument.standing

    @cached_property
    def text(self) -> Text:
        """The citation: title, number and, where it was seen quoted, the article."""
        zh, en = self.instrument.title.zh, self.instrument.title.en
        if self.instrument.number:
            zh, en = f"{zh}（{self.instrument.number.zh}）", f"{en} ({self.instrument.number.en})"
        if self.article:
            zh, en = f"{zh}第{_chinese_number(self.article)}条", f"{en}, Art. {self.article}"
        return Text(zh, en)


def _chinese_number(number: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones else "")


_MIIT_33 = Instrument(
    "MIIT-33",
    Text(
        "《非经营性互联网信息服务备案管理办法》",
        "Measures on the Filing of Non-commercial Internet Information Services",
    ),
    Text("信息产业部令第33号", "MII Order 33"),
    date(2005, 3, 20),
)
_SC_292 = Instrument(
    "SC-292",
    Text("《互联网信息服务管理办法》", "Measures on Internet Information Services"),
    Text("国务院令第292号", "State Council Order 292"),
    date(2000, 9, 25),
)
_MIIT_264 = Instrument(
    "MIIT-264",
    Text(
        "《工业和信息化部关于规范互联网信息服务使用域名的通知》",
        "MIIT Notice on the Use of Domain Names by Internet Information Services",
    ),
    Text("信管〔2017〕264号", "Xinguan [2017] 264"),
    date(2018, 1, 1),
)
_MIIT_43 = Instrument(
    "MIIT-43",
    Text("《互联网域名管理办法》", "Measures on Internet Domain Names"),
    Text("工业和信息化部令第43号", "MIIT Order 43"),
    date(2017, 11, 1),
)
_MIIT_2018_7 = Instrument(
    "MIIT-2018-7",
    Text("《中国互联网域名体系》", "The Chinese Internet Domain Name System"),
    Text("工业和信息化部公告2018年第7号", "MIIT Announcement 2018 No. 7"),
    date(2018, 1, 29),
)
_MIIT_633 = Instrument(
    "MIIT-633",
    Text("一个域名对应一个网站备案号的要求", "The requirement of one service number for each domain"),
    Text("工信管函〔2019〕633号", "Gongxinguanhan [2019] 633"),
    date(2019, 4, 22),
)
_MIIT_64 = Instrument(
    "MIIT-64",
    Text(
        "《工业和信息化部关于进一步落实网站备案信息真实性核验工作方案（试行）》",
        "MIIT Scheme for Verifying that Filing Data Are True (trial)",
    ),
    Text("工信部电管〔2010〕64号", "Gongxinbudianguan [2010] 64"),
    None,  # February 2010; the day was not seen
)
_MIIT_APP = Instrument(
    "MIIT-APP",
    Text(
        "《工业和信息化部关于开展移动互联网应用程序备案工作的通知》",
        "MIIT Notice on the Filing of Mobile Apps",
    ),
    Text("工信部信管〔2023〕105号", "Gongxinbuxinguan [2023] 105"),
    date(2023, 7, 21),
)
_MIIT_VERIFY = Instrument(
    "MIIT-VERIFY", Text("备案短信核验要求", "The SMS check of filings"), None, date(2020, 8, 17)
)
_CAC_GOV = Instrument(
    "CAC-GOV",
    Text("《互联网政务应用安全管理规定》", "Provisions on the Security of Government Internet Applications"),
    None,
    date(2024, 7, 1),
)
_MPS_33 = Instrument(
    "MPS-33",
    Text(
        "《计算机信息网络国际联网安全保护管理办法》",
        "Measures on the Security of Computer Networks Connected to the Internet",
    ),
    Text("公安部令第33号", "MPS Order 33"),
    date(1997, 12, 30),
)
_GA_POLICE = Instrument(
    "GA-POLICE",
    Text("公安联网备案要求（全国互联网安全管理服务平台）", "Police filing of websites (national platform)"),
    None,
    None,
)
_NPC_ID = Instrument(
    "NPC-ID",
    Text("《中华人民共和国居民身份证法》", "Law on Resident Identity Cards"),
    None,
    date(2004, 1, 1),
)
_GB_32100 = Instrument(
    "GB-32100",
    Text("《法人和其他组织统一社会信用代码编码规则》", "Coding Rule of the Unified Social Credit Identifier"),
    Text("GB 32100-2015", "GB 32100-2015"),
    date(2015, 10, 1),
    Standing.STANDARD,
)
_GB_11643 = Instrument(
    "GB-11643",
    Text("《公民身份号码》", "Citizen Identification Number"),
    Text("GB 11643-1999", "GB 11643-1999"),
    date(1999, 7, 1),
    Standing.STANDARD,
)
_CNNIC_RULES = Instrument(
    "CNNIC-RULES",
    Text(
        "《国家顶级域名注册实施细则》",
        "Implementing Rules for the Registration of National Top-level Domains",
    ),
    None,
    date(2019, 6, 18),
)
_GUIDE = Instrument(
    "GUIDE",
    Text(
        "备案网站负责人变更流程及材料指南（接入服务商）",
        "Guide to changing the person in charge of a filed site (access provider)",
    ),
    None,
    None,
    Standing.PROVIDER,
)
_PROVIDER_RULES = Instrument(
    "PROVIDER-RULES",
    Text("接入服务商备案审核与核查要求", "Access providers' rules for reviewing and re-checking filings"),
    None,
    None,
    Standing.PROVIDER,
)
_PROVINCE_RULES = Instrument(
    "PROVINCE-RULES",
    Text(
        "各省通信管理局备案要求（接入服务商转载, 以当地最新要求为准）",
        "Provincial filing rules (as republished by providers; the Administration's current rules prevail)",
    ),
    None,
    None,
    Standing.PROVINCE,
)

ORDER_33_FILE = Clause(
    _MIIT_33,
    5,
    Text(
        "提供服务前备案, 不得超出备案项目", "file before offering the service and stay within the filed items"
    ),
)
ORDER_33_TRUTHFUL = Clause(_MIIT_33, 7, Text("如实填报备案信息", "fill in the filing data truthfully"))
ORDER_33_REVIEW = Clause(
    _MIIT_33, None, Text("管局二十个工作日内办结", "the Administration decides within 20 working days")
)
ORDER_33_DISPLAY = Clause(
    _MIIT_33,
    13,
    Text(
        "首页底部标明备案号并链接至备案系统",
        "show the record number at the foot of the home page and link it to the ministry",
    ),
)
ORDER_33_CHANGE = Clause(
    _MIIT_33, 14, Text("信息变更提前三十日办理变更", "apply for an amendment 30 days ahead")
)
ORDER_33_CANCEL = Clause(
    _MIIT_33, None, Text("终止服务时办理注销", "cancel the filing when the service ends")
)
ORDER_292_DISPLAY = Clause(
    _SC_292, 12, Text("在首页显著位置标明备案编号", "show the record number prominently on the home page")
)
NOTICE_2017_264_OWNER = Clause(
    _MIIT_264,
    None,
    Text(
        "个人备案的域名属本人；单位备案的域名属单位（含公司股东）、主要负责人或高级管理人员",
        "an individual's domain belongs to that individual; an organisation's to the organisation (shareholders included), "
        "its principal or a senior manager",
    ),
)
NOTICE_2017_264_IDENTITY = Clause(
    _MIIT_264,
    None,
    Text(
        "域名须完成真实身份验证方可解析和接入",
        "a domain needs a verified identity before it is resolved or given access",
    ),
)
NOTICE_2019_633 = Clause(
    _MIIT_633, None, Text("一个域名对应一个服务备案号", "one domain, one service number")
)
NOTICE_2018_7 = Clause(
    _MIIT_2018_7,
    None,
    Text("使用域名体系内的顶级域", "use top-level domains of the Chinese domain-name system"),
)
NOTICE_APP = Clause(
    _MIIT_APP,
    None,
    Text("App、小程序应备案并标明备案号", "Apps and mini-programs file and show their number"),
)
SMS_CHECK = Clause(
    _MIIT_VERIFY,
    None,
    Text("负责人24小时内完成短信核验", "the person in charge answers the SMS check within 24 hours"),
)
ORDER_43_APPROVAL = Clause(
    _MIIT_43,
    None,
    Text(
        "顶级域注册管理机构和注册服务机构须经许可", "registries and registrars need the ministry's approval"
    ),
)
CNNIC_REAL_NAME = Clause(
    _CNNIC_RULES, None, Text(".CN 域名注册信息须真实完整", ".cn registrations need a verified identity")
)
ID_CARD_LAW_TERM = Clause(
    _NPC_ID,
    5,
    Text(
        "有效期按申领年龄为五年、十年、二十年或长期",
        "the term is 5, 10 or 20 years or 长期 by the age at issue",
    ),
)
GB_32100 = Clause(_GB_32100, None, Text("十八位, 含校验码", "18 characters with a check character"))
GB_11643 = Clause(_GB_11643, None, Text("十八位, 含校验码", "18 characters with a check character"))
GOV_APPS = Clause(
    _CAC_GOV,
    None,
    Text(
        "党政机关使用 .gov.cn 或 .政务, 事业单位使用 .cn 或 .公益",
        "party and government bodies use .gov.cn or .政务, public institutions .cn or .公益",
    ),
)
POLICE_33 = Clause(
    _MPS_33,
    None,
    Text("开通之日起三十日内办理公安联网备案", "file with the police within 30 days of opening"),
)
POLICE_DISPLAY = Clause(
    _GA_POLICE, None, Text("首页展示公安联网备案号及图标", "show the police filing number and its icon")
)
FORM_64 = Clause(
    _MIIT_64,
    None,
    Text("接入服务商核验备案信息真实性", "access providers verify that the filing data are true"),
)
GUIDE = Clause(
    _GUIDE,
    None,
    Text("负责人变更的流程与材料", "how a change of the person in charge is made, and with which materials"),
)
PROVIDER_RULES = Clause(
    _PROVIDER_RULES, None, Text("备案信息的审核与核查", "how filing data are reviewed and re-checked")
)
PROVINCE_RULES = Clause(
    _PROVINCE_RULES, None, Text("当地管局的附加要求", "what the Administration asks for in addition")
)

CLAUSES: tuple[Clause, ...] = (
    ORDER_33_FILE,
    ORDER_33_TRUTHFUL,
    ORDER_33_REVIEW,
    ORDER_33_DISPLAY,
    ORDER_33_CHANGE,
    ORDER_33_CANCEL,
    ORDER_292_DISPLAY,
    NOTICE_2017_264_OWNER,
    NOTICE_2017_264_IDENTITY,
    NOTICE_2019_633,
    NOTICE_2018_7,
    NOTICE_APP,
    SMS_CHECK,
    ORDER_43_APPROVAL,
    CNNIC_REAL_NAME,
    ID_CARD_LAW_TERM,
    GB_32100,
    GB_11643,
    GOV_APPS,
    POLICE_33,
    POLICE_DISPLAY,
    FORM_64,
    GUIDE,
    PROVIDER_RULES,
    PROVINCE_RULES,
)


def clause(instrument: str, article: int | str | None = None) -> Clause:
    """The first clause of an instrument (its id, such as MIIT-33), or the one with that article; KeyError without one."""
    for one in CLAUSES:
        if one.instrument.id == instrument and (article is None or str(one.article) == str(article)):
            return one
    raise KeyError(f"{instrument} {article or ''}".strip())

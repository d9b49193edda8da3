"""Kinds of entity (主办单位性质) and types of certificate (证件类型): their names, provider codes, and which suits which."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from auditor.model.words import EntityKind, Word

_NOISE = re.compile(r"[\W_]+")


class CertificateType(Word):
    """证件类型 of entities and persons."""

    BUSINESS_LICENCE = "business_licence", "营业执照", "business licence"
    CREDIT_CODE_CERTIFICATE = (
        "credit_code_certificate",
        "统一社会信用代码证书",
        "unified social credit code certificate",
    )
    ORGANISATION_CODE = "organisation_code", "组织机构代码证", "organisation code certificate"
    PUBLIC_INSTITUTION = "public_institution", "事业单位法人证书", "public institution certificate"
    SOCIAL_GROUP = "social_group", "社会团体法人登记证书", "social organisation registration"
    PRIVATE_NON_ENTERPRISE = (
        "private_non_enterprise",
        "民办非企业单位登记证书",
        "private non-enterprise unit registration",
    )
    SOCIAL_SERVICE = "social_service", "社会服务机构登记证书", "social service body registration"
    FOUNDATION = "foundation", "基金会法人登记证书", "foundation registration"
    LAW_FIRM = "law_firm", "律师事务所执业许可证", "law firm licence"
    RELIGIOUS = "religious", "宗教活动场所登记证", "religious venue registration"
    MEDICAL = "medical", "医疗机构执业许可证", "medical institution licence"
    NOTARY = "notary", "公证机构执业证", "notary office licence"
    FORENSIC = "forensic", "司法鉴定许可证", "forensic service licence"
    PRIVATE_SCHOOL = "private_school", "民办学校办学许可证", "private school licence"
    EMBASSY_SCHOOL = "embassy_school", "外国驻华使馆人员子女学校办学许可证", "embassy school licence"
    COLLECTIVE = "collective", "农村集体经济组织登记证", "rural collective registration"
    MILITARY_CODE = "military_code", "部队代号", "military unit code"
    MILITARY_SERVICE = "military_service", "军队单位对外有偿服务许可证", "military paid-service licence"
    FOREIGN_OFFICE = "foreign_office", "外国企业常驻代表机构登记证", "foreign resident office registration"
    FOREIGN_CULTURE = "foreign_culture", "外国在华文化中心登记证", "foreign cultural centre registration"
    FOREIGN_TOURISM = (
        "foreign_tourism",
        "外国旅游部门常驻代表机构登记证",
        "foreign tourism office registration",
    )
    FOREIGN_BODY = "foreign_body", "境外机构证件", "certificate of a foreign organisation"
    OTHER = "other", "其他", "other"
    ID_CARD = "id_card", "居民身份证", "resident ID card"
    TEMPORARY_ID_CARD = "temporary_id_card", "临时居民身份证", "temporary ID card"
    PASSPORT = "passport", "护照", "passport"
    HK_MACAU_PERMIT = "hk_macau_permit", "港澳居民来往内地通行证", "mainland travel permit (HK and Macau)"
    TAIWAN_PERMIT = "taiwan_permit", "台湾居民来往大陆通行证", "mainland travel permit (Taiwan)"
    RESIDENCE_PERMIT = "residence_permit", "港澳台居民居住证", "residence permit (HK, Macau, Taiwan)"
    FOREIGN_RESIDENT = "foreign_resident", "外国人永久居留身份证", "foreign permanent resident card"

    @property
    def is_personal(self) -> bool:
        """True for a certificate that only a person holds."""
        return self in _PERSONAL


_PERSONAL = frozenset(
    {
        CertificateType.ID_CARD,
        CertificateType.TEMPORARY_ID_CARD,
        CertificateType.PASSPORT,
        CertificateType.HK_MACAU_PERMIT,
        CertificateType.TAIWAN_PERMIT,
        CertificateType.RESIDENCE_PERMIT,
        CertificateType.FOREIGN_RESIDENT,
    }
)

# Other names, then the codes of Alibaba's and Tencent's domain APIs.
_TYPE_NAMES = {
    CertificateType.BUSINESS_LICENCE: "企业营业执照 工商营业执照 个体工商户营业执照 三证合一营业执照 五证合一营业执照 企业法人营业执照 营业执照正本 营业执照副本 工商执照 执照 YYZZ",
    CertificateType.CREDIT_CODE_CERTIFICATE: "统一社会信用代码 统一社会信用代码证 社会信用代码证书 信用代码证书 XYDM TYDMZ QTTYDM USCC",
    CertificateType.ORGANISATION_CODE: "组织机构代码证书 组织机构代码 机构代码证 ORG ZZJGDMZ",
    CertificateType.PUBLIC_INSTITUTION: "事业法人证书 事业单位法人证 事业单位证书 SHIYEDANWEI SYZS",
    CertificateType.SOCIAL_GROUP: "社团法人证书 社会团体法人证书 社会团体登记证书 社团登记证 SHEHUITUANTI STDJZ",
    CertificateType.PRIVATE_NON_ENTERPRISE: "民办非企业登记证 民办非企业单位登记证 民办非企业登记证书 民非登记证 MINBANFEIQIYE MBDJZ",
    CertificateType.SOCIAL_SERVICE: "社会服务机构登记证 SHEHUIFUWUJIGOU",
    CertificateType.FOUNDATION: "基金会登记证书 基金会登记证 基金会法人证书 JIJINHUI JJDJZ",
    CertificateType.LAW_FIRM: "律师执业许可证 律师事务所许可证 律所执业许可证 LVSHISHIWUSUO LSXKZ",
    CertificateType.RELIGIOUS: "宗教活动场所登记证书 宗教场所登记证 ZONGJIAOCHANGSUO ZJDJZ",
    CertificateType.MEDICAL: "医疗机构许可证 YILIAOJIGOU",
    CertificateType.NOTARY: "公证机构执业证书 公证处执业证 GONGZHENGJIGOU GZJGZY",
    CertificateType.FORENSIC: "司法鉴定机构许可证 SIFAJIANDING",
    CertificateType.PRIVATE_SCHOOL: "办学许可证 民办学校许可证 MINBANXUEXIAO",
    CertificateType.EMBASSY_SCHOOL: "驻华使馆子女学校办学许可证 ZHUHUAZINVXUEXIAO",
    CertificateType.COLLECTIVE: "集体经济组织登记证 农村集体经济组织登记证书",
    CertificateType.MILITARY_CODE: "军队代号 BUDUIDAIHAO BDDH",
    CertificateType.MILITARY_SERVICE: "军队有偿服务许可证 JUNDUIFUWU JDXKZ",
    CertificateType.FOREIGN_OFFICE: "外国地区企业常驻代表机构登记证 常驻代表机构登记证 外企常驻代表机构登记证 WAIGUOQIYE GWCZDJZ",
    CertificateType.FOREIGN_CULTURE: "文化中心登记证 WAIGUOWENHUA",
    CertificateType.FOREIGN_TOURISM: "旅游部门常驻代表机构登记证 WAIGUOLVYOU",
    CertificateType.FOREIGN_BODY: "外国机构证件 境外机构 WAIGUOJIGOU",
    CertificateType.OTHER: "其它 其他证件 QT",
    CertificateType.ID_CARD: "身份证 二代身份证 第二代身份证 中华人民共和国居民身份证 大陆身份证 SFZ IDCARD",
    CertificateType.TEMPORARY_ID_CARD: "临时身份证 临时居民身份证明",
    CertificateType.PASSPORT: "外国护照 外籍护照 中国护照 HZ",
    CertificateType.HK_MACAU_PERMIT: "港澳通行证 回乡证 港澳居民通行证 港澳来往内地通行证 TXZ",
    CertificateType.TAIWAN_PERMIT: "台胞证 台湾通行证 台湾居民通行证 TW TWSFZ",
    CertificateType.RESIDENCE_PERMIT: "港澳居民居住证 台湾居民居住证 居住证 HKMOJUMIN GAJZZ TWJZZ",
    CertificateType.FOREIGN_RESIDENT: "外国人永久居留证 永久居留身份证 永居证 WAIGUOREN GWSFZ",
}
_KIND_NAMES = {
    EntityKind.ENTERPRISE: "企业 企业单位 公司 工商企业 企业法人 有限公司 个体 个体工商户 个体户 个体经营 合伙企业 enterprise company E",
    EntityKind.INDIVIDUAL: "个人 自然人 公民 individual person I",
    EntityKind.PUBLIC_INSTITUTION: "事业单位 事业 事业法人 事业单位法人",
    EntityKind.GOVERNMENT: "政府机关 政府 机关 党政机关 国家机关 行政机关 政府部门 党政 government",
    EntityKind.SOCIAL_GROUP: "社会团体 社团 社团法人 社会团体法人",
    EntityKind.MILITARY: "国防机构 军队 国防 部队 军队单位",
    EntityKind.PRIVATE_NON_ENTERPRISE: "民办非企业单位 民办非企业 民非 民非企业 社会服务机构",
    EntityKind.FOUNDATION: "基金会",
    EntityKind.LAW_FIRM: "律师执业机构 律师事务所 律所",
    EntityKind.RELIGIOUS: "宗教团体 宗教 宗教活动场所 宗教场所",
    EntityKind.MEDICAL: "医疗机构 医院",
    EntityKind.NOTARY: "公证机构 公证处",
    EntityKind.COLLECTIVE: "集体经济 集体经济组织 农村集体经济组织 集体所有制",
    EntityKind.FOREIGN_OFFICE: "外国企业常驻代表机构 外国地区企业常驻代表机构 常驻代表机构 外企代表处",
    EntityKind.OTHER: "其他 其它",
}

# Accepted for any organisation: the first is issued to every one, the second stands in filings made before 2015.
_GENERAL = frozenset({CertificateType.CREDIT_CODE_CERTIFICATE, CertificateType.ORGANISATION_CODE})
_OWN: dict[EntityKind, frozenset[CertificateType]] = {
    EntityKind.ENTERPRISE: frozenset({CertificateType.BUSINESS_LICENCE}),
    EntityKind.PUBLIC_INSTITUTION: frozenset({CertificateType.PUBLIC_INSTITUTION}),
    EntityKind.GOVERNMENT: frozenset(),
    EntityKind.SOCIAL_GROUP: frozenset({CertificateType.SOCIAL_GROUP}),
    EntityKind.MILITARY: frozenset({CertificateType.MILITARY_CODE, CertificateType.MILITARY_SERVICE}),
    EntityKind.PRIVATE_NON_ENTERPRISE: frozenset(
        {
            CertificateType.PRIVATE_NON_ENTERPRISE,
            CertificateType.SOCIAL_SERVICE,
            CertificateType.PRIVATE_SCHOOL,
        }
    ),
    EntityKind.FOUNDATION: frozenset({CertificateType.FOUNDATION}),
    EntityKind.LAW_FIRM: frozenset({CertificateType.LAW_FIRM}),
    EntityKind.RELIGIOUS: frozenset({CertificateType.RELIGIOUS}),
    EntityKind.MEDICAL: frozenset({CertificateType.MEDICAL}),
    EntityKind.NOTARY: frozenset({CertificateType.NOTARY}),
    EntityKind.COLLECTIVE: frozenset({CertificateType.COLLECTIVE}),
    EntityKind.FOREIGN_OFFICE: frozenset(
        {CertificateType.FOREIGN_OFFICE, CertificateType.FOREIGN_CULTURE, CertificateType.FOREIGN_TOURISM}
    ),
}
# Certificates that name one kind of entity so plainly that they cannot be another kind's. A licence to practise
# (医疗, 办学, 律师 …) can be held by an enterprise or a public institution, so it refutes nothing.
_PLAIN = frozenset(
    {
        CertificateType.BUSINESS_LICENCE,
        CertificateType.PUBLIC_INSTITUTION,
        CertificateType.SOCIAL_GROUP,
        CertificateType.FOUNDATION,
        CertificateType.MILITARY_CODE,
        CertificateType.RELIGIOUS,
        CertificateType.PRIVATE_NON_ENTERPRISE,
    }
)
_PLAIN_KINDS = frozenset(
    {
        EntityKind.ENTERPRISE,
        EntityKind.PUBLIC_INSTITUTION,
        EntityKind.GOVERNMENT,
        EntityKind.SOCIAL_GROUP,
        EntityKind.MILITARY,
        EntityKind.PRIVATE_NON_ENTERPRISE,
        EntityKind.FOUNDATION,
        EntityKind.RELIGIOUS,
    }
)


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


_KINDS = {
    _plain(name): kind
    for kind, names in _KIND_NAMES.items()
    for name in (kind.code, kind.text.zh, *names.split())
}
_TYPES = {
    _plain(name): kind
    for kind, names in _TYPE_NAMES.items()
    for name in (kind.code, kind.text.zh, *names.split())
}
# Short names only count as a whole: 身份证 stands in the name of many things, but 执照 and TW would stand in too many.
_TYPES_INSIDE = sorted(
    (name for name in _TYPES if len(name) > 2 and not name.isascii()), key=lambda name: (-len(name), name)
)


@lru_cache(maxsize=4096)
def entity_kind(text: str) -> EntityKind | None:
    """The kind of entity that a cell names; None for any other word. A sole trader (个体工商户) files as an enterprise."""
    plain = _plain(re.sub(r"[(（].*?[)）]", "", text)) or _plain(text)
    return _KINDS.get(plain) or _KINDS.get(_plain(text))


@lru_cache(maxsize=4096)
def certificate_type(text: str) -> CertificateType | None:
    """The certificate type that a cell names, in words or by Alibaba's or Tencent's code; None where unknown."""
    plain = _plain(text)
    if plain in _TYPES:
        return _TYPES[plain]
    if "临时" in plain and "身份证" in plain:
        return CertificateType.TEMPORARY_ID_CARD
    for name in _TYPES_INSIDE:
        if name in plain:
            return _TYPES[name]
    return None


def suits(kind: EntityKind, certificate: CertificateType) -> bool | None:
    """Whether an entity of a kind files with a certificate of a type; None where that is not known."""
    if EntityKind.OTHER is kind or certificate in (CertificateType.OTHER, CertificateType.FOREIGN_BODY):
        return None
    if certificate.is_personal != (kind is EntityKind.INDIVIDUAL):
        return False
    if kind is EntityKind.INDIVIDUAL:
        # A temporary card is a person's, but no filing accepts it: that is a fault of the document.
        return None if certificate is CertificateType.TEMPORARY_ID_CARD else True
    if certificate in _GENERAL or certificate in _OWN[kind]:
        return True
    if kind is EntityKind.GOVERNMENT or (certificate in _PLAIN and kind in _PLAIN_KINDS):
        return False
    return None

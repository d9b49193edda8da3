"""Documents, kinds of entity and certificates, as sheets name them."""

from __future__ import annotations

import pytest

from auditor.model.words import EntityKind
from auditor.rules.certificates import CertificateType, certificate_type, entity_kind, suits
from auditor.rules.load import RuleData
from auditor.rules.materials import is_temporary_id

MATERIALS = RuleData().materials


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("营业执照", "entity_certificate"),
        ("营业执照（副本）", "entity_certificate"),
        ("统一社会信用代码证书", "entity_certificate"),
        ("主体负责人身份证", "leader_id"),
        ("法定代表人身份证 正反面", "leader_id"),
        ("网站负责人身份证", "administrator_id"),
        ("网站负责人身份证（正反面）", "administrator_id"),
        ("身份证", "id_card"),
        ("张三身份证", "id_card"),
        ("授权委托书", "authorisation_letter_leader"),
        ("网站负责人授权书", "authorisation_letter_administrator"),
        ("域名实名认证截图", "real_name_screenshot"),
        ("域名 证书", "domain_certificate"),
        ("应急电话缴费凭证", "phone_receipt"),
        ("近期话费缴费凭证", "phone_receipt"),
        ("手持身份证半身照", "holding_photo"),
        ("不涉及前置审批承诺书", "no_pre_approval_pledge"),
        ("备案承诺书", "commitment_letter"),
        ("居住证", "residence_permit"),
        ("护照", "foreign_id"),
        ("BUNDLE ID", "app_material"),
        ("午餐菜单", None),
        ("", None),
    ],
)
def test_a_document_is_known_by_its_name(text: str, key: str | None) -> None:
    assert MATERIALS.document_key(text) == key


def test_a_name_that_may_mean_several_documents_gives_them_all() -> None:
    assert MATERIALS.document_keys("授权委托书") == (
        "authorisation_letter_leader",
        "authorisation_letter_administrator",
    )
    assert MATERIALS.document_family("授权委托书") == "authorisation_letter"
    assert MATERIALS.document_family("网站负责人身份证") == MATERIALS.document_family("身份证") == "id_card"
    assert MATERIALS.document_family("营业执照") == "entity_certificate"
    assert MATERIALS.document_family("午餐菜单") is None


def test_what_every_entity_of_a_kind_needs() -> None:
    company = [one.key for one in MATERIALS.required(EntityKind.ENTERPRISE)]
    person = [one.key for one in MATERIALS.required(EntityKind.INDIVIDUAL)]
    assert company == [
        "entity_certificate",
        "leader_id",
        "administrator_id",
        "real_name_screenshot",
        "phone_receipt",
    ]
    assert person == ["id_card", "holding_photo", "real_name_screenshot", "phone_receipt"]
    assert MATERIALS.get("leader_id").name.en == "entity leader's ID card"
    assert all(one.name.zh and one.source for one in MATERIALS)


@pytest.mark.parametrize(
    ("text", "temporary"),
    [
        ("临时身份证", True),
        ("临时居民身份证", True),
        ("临 时 身份证", True),
        ("身份证", False),
        ("临时居住证", False),
    ],
)
def test_a_temporary_card_is_recognised(text: str, temporary: bool) -> None:
    assert is_temporary_id(text) is temporary


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("企业", EntityKind.ENTERPRISE),
        ("公司", EntityKind.ENTERPRISE),
        ("个体工商户", EntityKind.ENTERPRISE),
        ("企业（个体工商户）", EntityKind.ENTERPRISE),
        ("个人", EntityKind.INDIVIDUAL),
        (" 事业单位 ", EntityKind.PUBLIC_INSTITUTION),
        ("政府机关", EntityKind.GOVERNMENT),
        ("社会团体", EntityKind.SOCIAL_GROUP),
        ("国防机构", EntityKind.MILITARY),
        ("军队", EntityKind.MILITARY),
        ("民办非企业单位", EntityKind.PRIVATE_NON_ENTERPRISE),
        ("基金会", EntityKind.FOUNDATION),
        ("律师执业机构", EntityKind.LAW_FIRM),
        ("宗教团体", EntityKind.RELIGIOUS),
        ("医疗机构", EntityKind.MEDICAL),
        ("公证机构", EntityKind.NOTARY),
        ("集体经济", EntityKind.COLLECTIVE),
        ("外国（地区）企业常驻代表机构", EntityKind.FOREIGN_OFFICE),
        ("enterprise", EntityKind.ENTERPRISE),
        ("火星人", None),
        ("", None),
    ],
)
def test_a_kind_of_entity_is_known_by_its_names(text: str, kind: EntityKind | None) -> None:
    assert entity_kind(text) is kind


@pytest.mark.parametrize("kind", list(EntityKind))
def test_every_kind_is_known_by_its_own_words(kind: EntityKind) -> None:
    assert entity_kind(kind.text.zh) is kind
    assert entity_kind(kind.code) is kind


@pytest.mark.parametrize("kind", list(CertificateType))
def test_every_certificate_is_known_by_its_own_words(kind: CertificateType) -> None:
    assert certificate_type(kind.text.zh) is kind
    assert certificate_type(kind.code) is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("营业执照(个人或企业)", CertificateType.BUSINESS_LICENCE),
        ("YYZZ", CertificateType.BUSINESS_LICENCE),
        ("yyzz", CertificateType.BUSINESS_LICENCE),
        ("XYDM", CertificateType.CREDIT_CODE_CERTIFICATE),
        ("TYDMZ", CertificateType.CREDIT_CODE_CERTIFICATE),
        ("SHIYEDANWEI", CertificateType.PUBLIC_INSTITUTION),
        ("SYZS", CertificateType.PUBLIC_INSTITUTION),
        ("身份证", CertificateType.ID_CARD),
        ("中华人民共和国居民身份证", CertificateType.ID_CARD),
        ("临时身份证（三个月）", CertificateType.TEMPORARY_ID_CARD),
        ("外国人永久居留身份证", CertificateType.FOREIGN_RESIDENT),
        ("外国（地区）企业常驻代表机构登记证", CertificateType.FOREIGN_OFFICE),
        ("台胞证", CertificateType.TAIWAN_PERMIT),
        ("图书证", None),
        ("", None),
    ],
)
def test_a_certificate_is_known_in_words_and_by_provider_code(
    text: str, kind: CertificateType | None
) -> None:
    assert certificate_type(text) is kind


@pytest.mark.parametrize(
    ("kind", "certificate", "fits"),
    [
        (EntityKind.ENTERPRISE, CertificateType.BUSINESS_LICENCE, True),
        (EntityKind.ENTERPRISE, CertificateType.CREDIT_CODE_CERTIFICATE, True),
        (EntityKind.ENTERPRISE, CertificateType.ID_CARD, False),
        (EntityKind.ENTERPRISE, CertificateType.PUBLIC_INSTITUTION, False),
        (EntityKind.ENTERPRISE, CertificateType.MEDICAL, None),
        (EntityKind.INDIVIDUAL, CertificateType.ID_CARD, True),
        (EntityKind.INDIVIDUAL, CertificateType.PASSPORT, True),
        (EntityKind.INDIVIDUAL, CertificateType.TEMPORARY_ID_CARD, None),
        (EntityKind.INDIVIDUAL, CertificateType.BUSINESS_LICENCE, False),
        (EntityKind.GOVERNMENT, CertificateType.CREDIT_CODE_CERTIFICATE, True),
        (EntityKind.GOVERNMENT, CertificateType.ORGANISATION_CODE, True),
        (EntityKind.GOVERNMENT, CertificateType.BUSINESS_LICENCE, False),
        (EntityKind.PUBLIC_INSTITUTION, CertificateType.PUBLIC_INSTITUTION, True),
        (EntityKind.PUBLIC_INSTITUTION, CertificateType.BUSINESS_LICENCE, False),
        (EntityKind.MEDICAL, CertificateType.BUSINESS_LICENCE, None),
        (EntityKind.LAW_FIRM, CertificateType.LAW_FIRM, True),
        (EntityKind.FOREIGN_OFFICE, CertificateType.FOREIGN_OFFICE, True),
        (EntityKind.OTHER, CertificateType.BUSINESS_LICENCE, None),
        (EntityKind.ENTERPRISE, CertificateType.OTHER, None),
    ],
)
def test_which_certificate_suits_which_kind(
    kind: EntityKind, certificate: CertificateType, fits: bool | None
) -> None:
    assert suits(kind, certificate) is fits

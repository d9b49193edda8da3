"""Defects to plant in the made-up portfolio, each with every failure that must follow from it and no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from tests.builders import credit_code, id_number
from tests.generator import AS_OF, PNG, Facts, Row, Story, entity_number

Failure = tuple[str, str]
"""A check and its target. `@name` is the row of that name, `@one>two` whichever of the two rows stands later."""

Plant = Callable[[Story], set[Failure]]


@dataclass(frozen=True)
class Defect:
    """One kind of defect. flat: it cannot be written in a book that says everything once."""

    name: str
    plant: Plant
    flat: bool = False


DEFECTS: dict[str, Defect] = {}


def defect(*, flat: bool = False) -> Callable[[Plant], Plant]:
    """Enter a defect under the name of its function."""

    def enter(plant: Plant) -> Plant:
        DEFECTS[plant.__name__] = Defect(plant.__name__, plant, flat)
        return plant

    return enter


N = [entity_number(index) for index in range(8)]


def service(index: int, place: int = 1) -> str:
    """The service number of a party."""
    return f"{N[index]}-{place}"


def leader(index: int) -> str:
    """The leader of a party as a target."""
    return f"{N[index]}/leader"


def admin(index: int, place: int = 1) -> str:
    """The administrator of a service as a target."""
    return f"{service(index, place)}/administrator"


def every(story: Story, index: int, **values: Any) -> None:
    """Change fields in all rows of a party."""
    for row in story.rows_of(N[index]):
        row.update(values)


def same_day(story: Story, index: int) -> None:
    """Let all rows of a party bear one update date, so that none looks left behind."""
    every(story, index, updated_date=date(2026, 3, 2))


def rename_domain(story: Story, old: str, new: str) -> None:
    """Another domain in the place of one, with the same facts."""
    story.of(old)["domain"] = new
    story.facts[new] = story.facts.pop(old)


def second_domain(story: Story) -> tuple[Row, Facts]:
    """A legacy service number: a second domain under the first service of the first party."""
    first = story.of("qinghe-shili.cn")
    row = {**first, "_id": "second", "domain": "qinghe-old.cn"}
    story.filings.append(row)
    facts = story.facts["qinghe-old.cn"] = replace(story.facts["qinghe-shili.cn"])
    return row, facts


def paper(index: int, title: str) -> str:
    """The name of a document's row as a target."""
    return f"@paper {N[index]} {title}"


# REC


@defect(flat=True)
def a_record_number_nobody_can_read(story: Story) -> set[Failure]:
    story.of("qinghe-mall.com.cn")["service_number"] = "备案办理中"
    return {("REC101", "@filing 0.2")}


@defect(flat=True)
def a_record_number_without_its_last_character(story: Story) -> set[Failure]:
    row = story.of("qinghe-mall.com.cn")
    row["service_number"] = row["service_number"].replace("号", "")
    return {("REC102", "@filing 0.2")}


@defect(flat=True)
def a_modern_abbreviation_in_record_numbers(story: Story) -> set[Failure]:
    row = story.of("jinjiang-shili.cn")
    row["service_number"] = row["service_number"].replace("蜀", "川")
    return {("REC102", "@filing 3.1")}


@defect(flat=True)
def a_service_under_a_foreign_entity_number(story: Story) -> set[Failure]:
    story.of("qinghe-mall.com.cn")["entity_number"] = N[3]
    # The row's name is known under the service's own number: nothing else moves.
    return {("REC103", service(0, 2))}


@defect(flat=True)
def a_slip_in_an_entity_number(story: Story) -> set[Failure]:
    slip = "京ICP备2021900100号"
    story.of("qinghe-mall.com.cn")["entity_number"] = slip
    # The other rows of that name tell where the row belongs: the slip makes no entity of its own.
    return {("REC103", service(0, 2))}


@defect()
def a_province_that_is_not_the_numbers(story: Story) -> set[Failure]:
    every(story, 0, province="上海市")
    return {("REC104", N[0])}


@defect()
def two_names_under_one_entity_number(story: Story) -> set[Failure]:
    same_day(story, 6)
    story.of("shenpu-pay.cn")["entity_name"] = "申浦示例物流有限公司"
    return {("REC105", N[6]), ("SYN402", N[6])}


@defect()
def one_domain_under_two_services(story: Story) -> set[Failure]:
    row = {**story.of("shenpu-pay.cn"), "_id": "twice"}
    row |= {code: story.of("shenpu-data.cn")[code] for code in ("domain", "domain_expiry", "updated_date")}
    story.filings.append(row)
    return {("REC106", "shenpu-data.cn"), ("REC113", service(6, 3))}


@defect(flat=True)
def a_row_that_stands_twice(story: Story) -> set[Failure]:
    story.filings.append({**story.of("linshili.cn"), "_id": "copy"})
    return {("REC107", "@filing 5.1>copy")}


@defect(flat=True)
def an_empty_required_cell(story: Story) -> set[Failure]:
    story.of("shenpu-pay.cn")["entity_name"] = None
    return {("REC108", "@filing 6.3")}


@defect()
def a_credit_code_with_a_wrong_check_character(story: Story) -> set[Failure]:
    right = credit_code(8)
    wrong = right[:-1] + ("A" if right[-1] != "A" else "B")
    every(story, 7, entity_certificate_number=wrong)
    for domain in ("中原示例.中国", "zhongyuan-shili.com.cn"):
        story.facts[domain].certificate_number = wrong
    return {("REC109", N[7])}


@defect()
def a_certificate_that_does_not_suit_the_kind(story: Story) -> set[Failure]:
    every(story, 3, entity_certificate_type="营业执照")
    story.facts["jinjiang-shili.cn"].certificate_type = "营业执照"
    return {("REC110", N[3])}


@defect(flat=True)
def an_entity_without_a_service(story: Story) -> set[Failure]:
    shell = {
        code: value
        for code, value in story.of("yuexi-shili.com").items()
        if code.startswith(("entity_", "leader_"))
    }
    number = "皖ICP备2021000999号"
    shell |= {
        "_id": "shell",
        "entity_number": number,
        "entity_name": "徽北示例建材有限公司",
        "entity_certificate_number": credit_code(99),
        "legal_representative": "方示例空",
        "leader_name": "方示例空",
        "leader_id_number": id_number(999, date(1980, 2, 3)),
        "leader_mobile": "13500009999",
        "leader_emergency_phone": "13500008888",
        "province": "安徽",
    }
    story.filings.append(shell)
    return {("REC111", number), ("REC108", "@shell"), ("DOC604", number)}


@defect(flat=True)
def a_service_without_a_domain(story: Story) -> set[Failure]:
    domain_level = ("domain", "registrant", "registrar", "domain_expiry", "filed_ip")
    row = {
        **story.of("qinghe-mall.com.cn"),
        "_id": "empty",
        "service_number": service(0, 3),
        "service_name": "青禾示例旧站",
    }
    story.filings.append(row | dict.fromkeys(domain_level))
    return {("REC112", service(0, 3)), ("REC108", "@empty")}


@defect()
def a_legacy_number_of_two_domains(story: Story) -> set[Failure]:
    second_domain(story)
    return {("REC113", service(0))}


@defect()
def no_police_number_years_after_the_opening(story: Story) -> set[Failure]:
    story.of("jinjiang-shili.cn")["police_number"] = None
    return {("REC114", service(3))}


@defect()
def a_police_number_that_is_none(story: Story) -> set[Failure]:
    story.of("jinjiang-shili.cn")["police_number"] = "川公网安备5101号"
    return {("REC114", service(3))}


@defect()
def one_certificate_with_two_entity_numbers(story: Story) -> set[Failure]:
    certificate = story.of("shenpu-pay.cn")["entity_certificate_number"]
    every(story, 7, entity_certificate_number=certificate)
    for domain in ("中原示例.中国", "zhongyuan-shili.com.cn"):
        story.facts[domain].certificate_number = certificate
    return {("REC115", N[6]), ("REC115", N[7])}


# OWN


@defect()
def an_individuals_domain_in_strange_hands(story: Story) -> set[Failure]:
    story.facts["linshili.cn"].holder = "柯示例旁"
    return {("OWN201", "linshili.cn")}


@defect()
def one_domain_of_a_group_in_strange_hands(story: Story) -> set[Failure]:
    story.facts["shenpu-pay.cn"].holder = "河套示例投资有限公司"
    return {("OWN201", "shenpu-pay.cn"), ("SYN401", N[6])}


@defect()
def a_shareholder_without_proof(story: Story) -> set[Failure]:
    story.facts["yuexi-shili.com"].holder = "褚示例股"
    return {("OWN202", "yuexi-shili.com")}


@defect()
def a_legal_representative_where_the_province_refuses_it(story: Story) -> set[Failure]:
    domain = "zhongyuan-shili.com.cn"
    story.facts[domain].holder = story.of(domain)["legal_representative"]
    return {("OWN202", domain), ("SYN401", N[7])}


@defect()
def a_failed_real_name_verification(story: Story) -> set[Failure]:
    story.facts["nanpu-port.cn"].real_name = "FAILED"
    return {("OWN203", "nanpu-port.cn")}


@defect()
def a_strange_owner_in_the_books_own_column(story: Story) -> set[Failure]:
    story.of("nanpu-port.cn")["registrant"] = "河套示例投资有限公司"
    return {("OWN204", "nanpu-port.cn")}


@defect()
def two_sources_with_two_registrants(story: Story) -> set[Failure]:
    story.facts["nanpu-port.cn"].whois_holder = "河套示例投资有限公司"
    return {("OWN205", "nanpu-port.cn")}


@defect()
def another_certificate_number_behind_the_real_name(story: Story) -> set[Failure]:
    story.facts["nanpu-port.cn"].certificate_number = credit_code(77)
    return {("OWN206", "nanpu-port.cn")}


@defect()
def another_certificate_type_behind_the_real_name(story: Story) -> set[Failure]:
    story.facts["nanpu-port.cn"].certificate_type = "统一社会信用代码证书"
    return {("OWN206", "nanpu-port.cn")}


# DOM


def expire(story: Story, domain: str, day: date) -> None:
    """Let a registration end on a day, in the book and at the registry."""
    story.of(domain)["domain_expiry"] = day
    story.facts[domain].expires = day


@defect()
def a_registration_that_ran_out_yesterday(story: Story) -> set[Failure]:
    expire(story, "jinjiang-shili.cn", AS_OF - timedelta(days=1))
    return {("DOM301", "jinjiang-shili.cn")}


@defect()
def a_registration_that_ends_in_ninety_days(story: Story) -> set[Failure]:
    expire(story, "yuexi-shili.com", AS_OF + timedelta(days=90))
    return {("DOM302", "yuexi-shili.com")}


@defect()
def a_domain_that_is_not_registered(story: Story) -> set[Failure]:
    story.facts["jinjiang-shili.cn"].registered = False
    return {("DOM303", "jinjiang-shili.cn")}


@defect()
def a_domain_on_hold(story: Story) -> set[Failure]:
    story.facts["jinjiang-shili.cn"].statuses = ("clientHold",)
    return {("DOM304", "jinjiang-shili.cn")}


@defect()
def a_suffix_that_is_not_approved(story: Story) -> set[Failure]:
    rename_domain(story, "yuexi-shili.com", "yuexi-shili.io")
    return {("DOM305", "yuexi-shili.io")}


@defect()
def a_registrar_that_is_not_approved(story: Story) -> set[Failure]:
    story.facts["jinjiang-shili.cn"].registrar = "GoDaddy.com, LLC"
    return {("DOM306", "jinjiang-shili.cn")}


@defect()
def an_expiry_that_only_the_book_knows(story: Story) -> set[Failure]:
    row = story.of("jinjiang-shili.cn")
    row["domain_expiry"] += timedelta(days=20)
    return {("DOM307", "jinjiang-shili.cn")}


@defect()
def an_address_in_the_domain_cell(story: Story) -> set[Failure]:
    row = story.of("jinjiang-shili.cn")
    row["domain"] = "https://www.jinjiang-shili.cn/index.html"
    row["_verbatim"] = ("domain",)
    return {("DOM308", "@filing 3.1")}


@defect()
def a_government_body_outside_its_suffixes(story: Story) -> set[Failure]:
    rename_domain(story, "fenhe-shili.gov.cn", "fenhe-shili.com.cn")
    return {("DOM309", "fenhe-shili.com.cn")}


# SYN


@defect()
def a_leaders_mobile_that_one_row_gives_otherwise(story: Story) -> set[Failure]:
    same_day(story, 6)
    story.of("shenpu-pay.cn")["leader_mobile"] = "13600001111"
    return {("SYN402", N[6])}


@defect()
def two_access_providers_on_one_service_number(story: Story) -> set[Failure]:
    row, _facts = second_domain(story)
    row["access_provider"] = "腾讯云"
    return {("REC113", service(0)), ("SYN403", service(0))}


@defect(flat=True)
def a_change_that_left_one_domain_behind(story: Story) -> set[Failure]:
    for domain in ("shenpu-shili.cn", "shenpu-data.cn"):
        story.of(domain).update(leader_email="new-leader@shili-mail.cn", updated_date=date(2026, 9, 1))
    story.of("shenpu-pay.cn")["updated_date"] = date(2026, 2, 1)
    return {("SYN402", N[6]), ("SYN404", N[6])}


@defect()
def one_service_number_at_two_providers(story: Story) -> set[Failure]:
    _row, facts = second_domain(story)
    facts.chain = "qinghe.dnsv1.com"
    story.facts["qinghe-shili.cn"].chain = "qinghe.alikunlun.com"
    return {("REC113", service(0)), ("SYN405", service(0))}


@defect()
def expiries_far_apart(story: Story) -> set[Failure]:
    expire(story, "qinghe-mall.com.cn", story.facts["qinghe-mall.com.cn"].expires + timedelta(days=400))
    return {("SYN406", N[0])}


@defect()
def two_registrars_under_one_number(story: Story) -> set[Failure]:
    story.facts["qinghe-mall.com.cn"].registrar = "北京新网数码信息技术有限公司"
    return {("SYN406", N[0])}


# PER


@defect()
def an_id_number_with_a_wrong_check_digit(story: Story) -> set[Failure]:
    number = story.of("shenpu-pay.cn")["leader_id_number"]
    every(story, 6, leader_id_number=number[:-1] + ("1" if number[-1] != "1" else "2"))
    return {("PER501", leader(6))}


@defect()
def an_id_number_of_the_first_generation(story: Story) -> set[Failure]:
    every(story, 6, leader_id_number="990000850517001")
    return {("PER501", leader(6))}


@defect()
def a_person_of_sixteen(story: Story) -> set[Failure]:
    every(story, 3, administrator_id_number=id_number(901, date(2010, 1, 1)))
    return {("PER502", admin(3))}


@defect()
def a_mobile_one_digit_short(story: Story) -> set[Failure]:
    every(story, 3, leader_mobile="1380013800")
    return {("PER503", leader(3))}


@defect()
def an_emergency_phone_that_is_the_mobile(story: Story) -> set[Failure]:
    every(story, 3, leader_emergency_phone=story.of("jinjiang-shili.cn")["leader_mobile"])
    return {("PER504", leader(3))}


@defect()
def a_blank_emergency_phone(story: Story) -> set[Failure]:
    every(story, 3, leader_emergency_phone=None)
    return {("PER504", leader(3))}


@defect()
def an_address_that_is_none(story: Story) -> set[Failure]:
    every(story, 3, leader_email="leader@shili")
    return {("PER505", leader(3))}


@defect()
def a_mail_host_that_does_not_exist(story: Story) -> set[Failure]:
    every(story, 3, leader_email="leader@gone-shili.cn")
    story.mail["gone-shili.cn"] = {"gone-shili.cn": {"rcode": "NXDOMAIN"}}
    return {("PER505", leader(3))}


@defect()
def one_mobile_for_leaders_of_two_entities(story: Story) -> set[Failure]:
    every(story, 3, leader_mobile=story.of("qinghe-shili.cn")["leader_mobile"])
    return {("PER506", leader(0)), ("PER506", leader(3))}


@defect()
def two_people_with_one_mail_address(story: Story) -> set[Failure]:
    every(story, 3, administrator_email=story.of("jinjiang-shili.cn")["leader_email"])
    return {("PER507", leader(3)), ("PER507", admin(3))}


@defect()
def a_leader_who_is_not_the_legal_representative(story: Story) -> set[Failure]:
    every(story, 6, legal_representative="费示例东")
    return {("PER508", leader(6)), ("DOC605", leader(6))}


@defect()
def one_id_number_with_two_names(story: Story) -> set[Failure]:
    every(story, 3, administrator_id_number=story.of("linshili.cn")["leader_id_number"])
    return {("PER509", admin(3)), ("PER509", leader(5)), ("PER509", admin(5))}


@defect()
def one_leader_with_two_id_numbers(story: Story) -> set[Failure]:
    same_day(story, 6)
    story.of("shenpu-pay.cn")["leader_id_number"] = id_number(902, date(1980, 4, 4))
    return {("PER509", leader(6)), ("SYN402", N[6])}


# DOC


@defect()
def a_licence_that_ran_out(story: Story) -> set[Failure]:
    story.paper(N[7], "营业执照")["document_expiry"] = AS_OF - timedelta(days=10)
    return {("DOC601", paper(7, "营业执照"))}


@defect()
def a_licence_that_runs_out_in_eighty_days(story: Story) -> set[Failure]:
    story.paper(N[7], "营业执照")["document_expiry"] = AS_OF + timedelta(days=80)
    return {("DOC602", paper(7, "营业执照"))}


@defect()
def a_licence_too_short_for_a_change(story: Story) -> set[Failure]:
    story.paper(N[7], "营业执照")["document_expiry"] = AS_OF + timedelta(days=30)
    return {("DOC602", paper(7, "营业执照")), ("DOC603", paper(7, "营业执照"))}


@defect()
def a_receipt_that_nobody_listed(story: Story) -> set[Failure]:
    story.documents.remove(story.paper(N[2], "应急电话缴费凭证"))
    return {("DOC604", N[2])}


@defect()
def a_letter_that_ran_out(story: Story) -> set[Failure]:
    story.paper(N[0], "网站负责人授权书")["document_expiry"] = AS_OF - timedelta(days=1)
    return {("DOC601", paper(0, "网站负责人授权书")), ("DOC605", admin(0, 1)), ("DOC605", admin(0, 2))}


@defect()
def a_letter_that_nobody_listed(story: Story) -> set[Failure]:
    story.documents.remove(story.paper(N[3], "网站负责人授权书"))
    return {("DOC605", admin(3))}


@defect()
def a_card_with_the_term_of_another_age(story: Story) -> set[Failure]:
    story.paper(N[3], "主体负责人身份证")["document_expiry"] = date(2029, 5, 6)
    return {("DOC606", paper(3, "主体负责人身份证"))}


@defect()
def a_licence_of_another_company(story: Story) -> set[Failure]:
    story.paper(N[7], "营业执照")["document_holder"] = "河套示例投资有限公司"
    return {("DOC607", paper(7, "营业执照"))}


@defect()
def an_old_receipt(story: Story) -> set[Failure]:
    story.paper(N[3], "应急电话缴费凭证")["document_start"] = AS_OF - timedelta(days=200)
    return {("DOC608", paper(3, "应急电话缴费凭证"))}


@defect()
def a_scan_that_is_not_there(story: Story) -> set[Failure]:
    del story.scans[f"扫描件/{N[7]}.png"]
    return {("DOC609", paper(7, "营业执照"))}


@defect()
def a_scan_that_is_no_picture(story: Story) -> set[Failure]:
    story.scans[f"扫描件/{N[7]}.png"] = PNG[1:4] + b"not a picture"
    return {("DOC609", paper(7, "营业执照"))}


@defect()
def a_temporary_card(story: Story) -> set[Failure]:
    row = story.paper(N[5], "身份证")
    row.update(document_type="临时身份证", document_start=date(2026, 11, 1), document_expiry=date(2027, 4, 1))
    return {("DOC610", paper(5, "身份证"))}


# ACC, WEB, MIT


@defect()
def a_domain_that_does_not_resolve(story: Story) -> set[Failure]:
    story.facts["jinjiang-shili.cn"].resolves = False
    return {("ACC801", "jinjiang-shili.cn")}


@defect()
def a_domain_behind_a_foreign_provider(story: Story) -> set[Failure]:
    story.facts["jinjiang-shili.cn"].chain = "jinjiang-shili.cn.cdn.cloudflare.net"
    return {("ACC802", "jinjiang-shili.cn")}


@defect()
def apex_and_www_at_two_providers(story: Story) -> set[Failure]:
    facts = story.facts["jinjiang-shili.cn"]
    facts.chain, facts.www_chain, facts.www_address = (
        "jinjiang.dnsv1.com",
        "jinjiang.alikunlun.com",
        "39.96.200.9",
    )
    every(story, 3, filed_ip=f"{facts.address}、{facts.www_address}")
    return {("ACC803", "jinjiang-shili.cn")}


@defect()
def an_address_that_was_never_filed(story: Story) -> set[Failure]:
    story.facts["jinjiang-shili.cn"].address = "39.96.200.10"
    return {("ACC804", "jinjiang-shili.cn")}


@defect()
def a_page_without_a_number(story: Story) -> set[Failure]:
    story.facts["jinjiang-shili.cn"].footer = ""
    return {("WEB901", "jinjiang-shili.cn")}


@defect()
def a_page_with_a_strange_number(story: Story) -> set[Failure]:
    story.facts["jinjiang-shili.cn"].footer = "蜀ICP备2021999999号-1"
    return {("WEB902", "jinjiang-shili.cn")}


@defect()
def a_link_to_a_retired_address(story: Story) -> set[Failure]:
    story.facts["jinjiang-shili.cn"].link = "http://www.miitbeian.gov.cn/"
    return {("WEB903", "jinjiang-shili.cn")}


@defect()
def a_page_that_does_not_open(story: Story) -> set[Failure]:
    story.facts["jinjiang-shili.cn"].page_status = 502
    return {("WEB904", "jinjiang-shili.cn")}


@defect()
def a_strange_police_number_on_the_page(story: Story) -> set[Failure]:
    story.facts["jinjiang-shili.cn"].police_shown = "川公网安备99010002999999号"
    return {("WEB905", "jinjiang-shili.cn")}


@defect()
def a_record_that_two_queries_do_not_know(story: Story) -> set[Failure]:
    story.facts["jinjiang-shili.cn"].filed = False
    return {("MIT951", "jinjiang-shili.cn")}


MINISTRY: Mapping[str, Mapping[str, str]] = {
    "MIT952": {"entity_name": "河套示例水文站"},
    "MIT953": {"nature": "企业"},
    "MIT954": {"service_number": "蜀ICP备2021000103号-7"},
    "MIT955": {"restricted": "是"},
}


def _ministry(check: str, changes: Mapping[str, str]) -> Plant:
    def plant(story: Story) -> set[Failure]:
        story.facts["jinjiang-shili.cn"] = replace(story.facts["jinjiang-shili.cn"], **changes)
        return {(check, "jinjiang-shili.cn")}

    plant.__name__ = f"the_ministry_differs_{check}"
    return plant


for _check, _changes in MINISTRY.items():
    defect()(_ministry(_check, _changes))

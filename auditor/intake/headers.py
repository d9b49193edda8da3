"""Header words: what a column title may mean, whatever its case, width, blanks and brackets."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from auditor.model.values import FIELDS

_BRACKETS = re.compile(r"[(\[{【<《「『〔〈](.*?)[)\]}】>》」』〕〉]")
_NOISE = re.compile(r"[\W_]+")
_FILLER = re.compile(r"(?:信息|情况|资料|详情|登记|部分|的)+$")
_REQUIRED = re.compile(r"(?:必填|选填|必填项|可选)$")
LONGEST = 80  # a longer text is a remark, not a title

# Words that say whose column it is, in front of or behind a general title: 网站负责人手机号, 手机号(网站负责人).
OWNERS = {
    "leader_": ("主体负责人", "单位负责人", "主办单位负责人", "主办者负责人", "备案主体负责人", "主体联系人", "entityleader", "leader"),
    "administrator_": (
        "网站负责人", "服务负责人", "互联网信息服务负责人", "信息服务负责人", "icp负责人", "app负责人", "小程序负责人", "站点负责人",
        "网站管理员", "网站联系人", "网站备案负责人", "网站app负责人", "网站或app负责人", "服务网站负责人", "网站服务负责人",
        "serviceadministrator", "siteadministrator", "administrator",
    ),
    "person_": ("负责人", "人员", "联系人", "person"),
    "legal_": ("法定代表人", "法人代表", "法人"),
    "registrant_": ("域名持有者", "域名持有人", "域名所有者", "域名所有人", "域名注册人", "域名注册者", "注册人", "注册者", "持有者", "持有人", "所有者", "registrant"),
    "entity_": ("备案主体", "主体", "主办单位", "主办者", "主办方", "单位", "企业", "营业执照", "entity"),
    "domain_": ("域名", "domain"),
    "service_": ("网站", "服务", "互联网信息服务", "站点", "app", "小程序", "service", "site"),
}  # fmt: skip
_OWNER_WORDS = sorted(
    ((word, owner) for owner, words in OWNERS.items() for word in words),
    key=lambda one: (-len(one[0]), one[0]),
)
_OF_ENTITY = {
    "?certificate_type": "entity_certificate_type",
    "?certificate_number": "entity_certificate_number",
    "?certificate_expiry": "entity_certificate_expiry",
    "?licence_expiry": "entity_certificate_expiry",
    "?validity": "entity_certificate_expiry",
    "?expiry": "entity_certificate_expiry",
    "?name": "entity_name",
    "?organisation": "entity_name",
    "?kind": "entity_kind",
    "entity_address": "entity_address",
    "person.name": "leader_name",
}
_OF_DOMAIN = {
    "?validity": "domain_expiry",
    "?expiry": "domain_expiry",
    "?registered": "domain_created",
    "?valid_from": "domain_created",
    "?status": "?domain_state",
    "?domain_state": "?domain_state",
    "?owner": "registrant",
    "?provider": "registrar",
    "?name": "domain",
}
_OF_SERVICE = {
    "?name": "service_name",
    "?kind": "service_kind",
    "?record_number": "service_number",
    "?ip": "filed_ip",
    "?provider": "access_provider",
    "entity_address": "home_url",
}
_OF_REGISTRANT = {
    "?certificate_type": "registrant_certificate_type",
    "?certificate_number": "registrant_certificate_number",
    "person.id_number": "registrant_certificate_number",
    "person.id_type": "registrant_certificate_type",
    "?name": "registrant",
    "person.name": "registrant",
    "?organisation": "registrant",
    "?kind": "registrant_kind",
}
_OF_PERSON = {
    "?certificate_type": "id_type",
    "?certificate_number": "id_number",
    "?certificate_expiry": "id_expiry",
    "?validity": "id_expiry",
    "?expiry": "id_expiry",
    "?valid_from": "id_start",
    "?name": "name",
    "?licence_expiry": "id_expiry",
}
# 法人身份证号 stands where the leader's is asked for: in most provinces the two must be one person.
_OF_LEGAL = {"id_type", "id_number", "id_expiry", "id_start"}
# What cannot be composed: an owner in front of these says something else.
_WHOLE = frozenset(("row_number", "remark", "group"))


@lru_cache(maxsize=8192)
def header_key(text: str) -> str:
    """A header for comparing: NFKC, case folded, without blanks, punctuation and what stands in brackets."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return _NOISE.sub("", _BRACKETS.sub("", text)) or _NOISE.sub("", text)


@lru_cache(maxsize=1)
def table() -> dict[str, str]:
    """Every known title by its key: the table's words, the field codes, and the fields' own names."""
    found: dict[str, str] = {}
    for field, header in _rows():
        found.setdefault(header_key(header), field)
    for code in FIELDS:
        found.setdefault(header_key(code), code)
    for code, one in FIELDS.items():
        for name in (one.text.zh, one.text.en):
            found.setdefault(header_key(name), code)
    # Codes are said on purpose: they mean what they say.
    for code in FIELDS:
        if "_" in code and code not in ("domain_status", "domain_type"):
            found[header_key(code)] = code
    return found


def _rows() -> Iterator[tuple[str, str]]:
    text = resources.files("auditor.intake").joinpath("headers.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for row in csv.DictReader(lines):
        yield row["field"], row["header"]


@lru_cache(maxsize=8192)
def meaning(text: str) -> str | None:
    """What a title may mean: a field code, person.X, ?X (to be settled), -X (known, feeds no field); None if unknown.

    What stands in brackets is read too where it says whose column it is: 手机号（网站负责人）.
    """
    if not text or len(text) > LONGEST:
        return None
    folded = unicodedata.normalize("NFKC", text).casefold()
    head = header_key(folded)
    inside = "".join(_NOISE.sub("", part) for part in _BRACKETS.findall(folded))
    whole = _NOISE.sub("", folded)
    for key in (whole, inside + head if inside else "", head):
        found = _composed(key) if key else None
        if found is not None:
            return found
    return None


def _composed(key: str) -> str | None:
    known = table()
    key = _REQUIRED.sub("", key) or key
    if key in known:
        return known[key]
    for word, owner in _OWNER_WORDS:
        rest = (
            key.removeprefix(word)
            if key.startswith(word)
            else key.removesuffix(word)
            if key.endswith(word)
            else ""
        )
        token = known.get(rest.removeprefix("的")) if rest else None
        if token is not None:
            found = owned(owner, token)
            if found is not None:
                return found
    return None


def owned(owner: str, token: str) -> str | None:
    """A general title under an owner: person.mobile of "leader_" is leader_mobile; None where it makes no sense."""
    if token in _WHOLE:
        return None
    if owner in ("leader_", "administrator_", "person_", "legal_"):
        part = token.removeprefix("person.") if token.startswith("person.") else _OF_PERSON.get(token)
        if part is None or (owner == "legal_" and part not in (*_OF_LEGAL, "name")):
            return None
        if owner == "legal_":
            return "legal_representative" if part == "name" else "leader_" + part
        # 负责人手机号 does not say which of the two.
        return "person." + part if owner == "person_" else owner + part
    of = {
        "entity_": _OF_ENTITY,
        "domain_": _OF_DOMAIN,
        "service_": _OF_SERVICE,
        "registrant_": _OF_REGISTRANT,
    }[owner]
    return of.get(token)


def owner_of(title: str) -> str | None:
    """Whose columns stand under a group title: "leader_", "entity_" …; None for any other title."""
    key = _FILLER.sub("", header_key(title))
    return next((owner for word, owner in _OWNER_WORDS if key == word), None)

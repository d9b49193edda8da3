"""A WHOIS answer in its order of trust: the domain's data first, then the registry's exact templates, else unread."""

from __future__ import annotations

import re

from auditor.evidence.answer import Answer, unread
from auditor.evidence.hostnames import alabel, same_name
from auditor.evidence.keyvalue import text_lines
from auditor.evidence.servers import NOT_THE_REGISTRY, Authorities
from auditor.evidence.whois_cnnic import read_cnnic
from auditor.evidence.whois_gtld import read_gtld
from auditor.evidence.whois_rare import read_rare
from auditor.evidence.whois_tail import TailReader
from auditor.model.evidence import Outcome
from auditor.model.text import Text
from auditor.rules.registries import Registry

CNNIC_SUFFIXES = ("cn", "中国", "中國")
# A refusal in words that no template lists. It only ever turns "could not be read" into "ask again more slowly".
_REFUSAL = re.compile(
    r"(?i)quota exceeded|limit (?:exceeded|reached)|exceeded .{0,40}(?:quota|limit)|too (?:fast|many (?:requests|queries))"
    r"|try again (?:later|after)|rate.?limit|access (?:is )?(?:temporarily )?(?:denied|blocked)|lookup refused|查询过于频繁|请稍后"
    r"|go away for \d+ seconds|wait \d+ seconds|replenished in \d+ seconds"
)
_SHORT = 2000
_SISTER = Text(
    "与同一运营者其他后缀的“未注册”应答相同, 但该后缀未经证实",
    "the same words mean “not registered” at the operator's other TLDs, but that is not confirmed for this one",
)


def read_whois(
    domain: str, server: str, text: str, authorities: Authorities, tail: TailReader | None
) -> Answer:
    """Read the text that a WHOIS server gave for a domain (U-label). tail: None leaves the long tail unread."""
    if not text.strip():
        return unread("应答为空", "the answer is empty")
    registry = authorities.registry(domain)
    at_registry = authorities.speaks_whois(domain, server)
    zone = registry.time_zone if registry else "UTC"
    answer: Answer | None = None
    if domain.rpartition(".")[2] in CNNIC_SUFFIXES and (
        registry is None or registry.suffix in CNNIC_SUFFIXES
    ):
        answer = read_cnnic(domain, text)
    else:
        answer = read_gtld(domain, text, at_registry=at_registry, zone=zone)
    if answer is not None:
        return answer
    answer = _template(domain, text, registry, at_registry)
    if answer is not None:
        return answer
    if len(text) <= _SHORT and _REFUSAL.search(text):
        return Answer(Outcome.THROTTLED)
    if text.lstrip()[:1] == "<":
        return unread("应答是网页, 不是 WHOIS 文本", "the answer is a web page, no WHOIS text")
    if tail is not None and _is_rare(domain, registry) and _may_name(domain, text):
        return read_rare(domain, text, tail, at_registry=at_registry, zone=zone)
    return unread("不是可识别的 WHOIS 应答", "no WHOIS answer that could be recognised")


def _template(domain: str, text: str, registry: Registry | None, at_registry: bool) -> Answer | None:
    """Match the first line that is no remark against the registry's exact words."""
    if registry is None:
        return None
    line = next((line for line in text_lines(text) if line and line[0] not in "%#>"), "")
    line = " ".join(line.split())
    for templates, outcome in (
        (registry.throttled, Outcome.THROTTLED),
        (registry.refused, Outcome.REFUSED),
        (registry.reserved, Outcome.RESERVED),
        (registry.not_found, Outcome.NOT_FOUND),
    ):
        for template in templates:
            matched = _matches(template, line, domain)
            if matched is None:
                continue
            if not matched:
                return Answer(Outcome.WRONG_ANSWER)
            if outcome in (Outcome.RESERVED, Outcome.NOT_FOUND):
                if not at_registry:
                    return Answer(Outcome.UNPARSED, None, NOT_THE_REGISTRY)
                if not registry.not_found_confirmed:
                    return Answer(Outcome.UNPARSED, None, _SISTER)
            return Answer(outcome)
    return None


def _matches(template: str, line: str, domain: str) -> bool | None:
    """True: the template about this domain. False: the template about another name. None: not the template."""
    if template.endswith("…"):
        return True if line.startswith(template[:-1]) else None
    head, place, end = template.replace("{DOMAIN}", "{domain}").partition("{domain}")
    if not place:
        return True if line == template else None
    if len(line) <= len(head) + len(end) or not (line.startswith(head) and line.endswith(end)):
        return None
    name = line[len(head) : len(line) - len(end)]
    if alabel(name) is None or "." not in name:
        return None
    return same_name(name, domain)


def _is_rare(domain: str, registry: Registry | None) -> bool:
    """True for country codes and unlisted TLDs: CNNIC and the gTLDs have one layout, and a looser reading of theirs
    would take fragments for answers."""
    last = domain.rpartition(".")[2]
    return last not in CNNIC_SUFFIXES and (registry is None or len(last) == 2)


def _may_name(domain: str, text: str) -> bool:
    lowered = text[:65_536].lower()
    return domain in lowered or (alabel(domain) or domain) in lowered

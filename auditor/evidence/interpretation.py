"""From an observation to its answer: one door to the readers of all sources."""

from __future__ import annotations

from auditor.evidence.answer import Answer, unread
from auditor.evidence.dns import read_dns
from auditor.evidence.miit import read_miit
from auditor.evidence.rdap import read_rdap
from auditor.evidence.registrar import read_registrar
from auditor.evidence.servers import Authorities
from auditor.evidence.web import read_web
from auditor.evidence.whois import read_whois
from auditor.evidence.whois_tail import TailReader
from auditor.model.evidence import Observation, Outcome
from auditor.model.words import Source

# How an asking that brought no answer went; "answered" is decided by the answer itself.
_FAILED = {
    "throttled": Outcome.THROTTLED,
    "refused": Outcome.REFUSED,
    "timeout": Outcome.TIMEOUT,
    "error": Outcome.ERROR,
    "unsupported": Outcome.UNSUPPORTED,
}


def interpret(observation: Observation, authorities: Authorities, tail: TailReader | None = None) -> Answer:
    """Read one observation; never raises for what stands in it, and never takes the unrecognised for absence."""
    failed = _FAILED.get(observation.outcome)
    if failed is not None:
        return Answer(failed)
    domain, server, raw = observation.domain, observation.server, observation.raw
    if raw is None:
        return unread("没有应答内容", "there is no answer to read")
    match observation.source:
        case Source.WHOIS:
            if not isinstance(raw, str):
                return unread("WHOIS 应答不是文本", "the WHOIS answer is no text")
            return read_whois(domain, server, raw, authorities, tail)
        case Source.RDAP:
            return read_rdap(domain, server, raw, authorities)
        case Source.DNS:
            return read_dns(raw)
        case Source.WEB:
            return read_web(server, raw, observation.evidence)
        case Source.REGISTRAR:
            return read_registrar(domain, raw, observation.evidence)
        case Source.MIIT:
            return read_miit(domain, raw, observation.evidence)
    return unread("未知的数据源", "the source is not known")

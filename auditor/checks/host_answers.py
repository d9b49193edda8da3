"""What DNS says of a domain's two names, the apex and www, resolver by resolver."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from auditor.checks.check import NOT_APPLICABLE, Undecided, Yielded
from auditor.model.evidence import Evidence, HostAnswer, Resolution, Stated
from auditor.model.portfolio import FiledDomain
from auditor.model.text import say
from auditor.model.verdict import Reason
from auditor.rules.load import RuleData
from auditor.rules.providers import Provider

_TIMEOUT = "TIMEOUT"


@dataclass(frozen=True)
class NameAnswers:
    """The newest answer of each resolver for one name, newest first."""

    host: str
    answers: tuple[Stated[HostAnswer], ...]

    @cached_property
    def addresses(self) -> dict[str, Evidence]:
        """Every address that a resolver gives, with the observation that says so."""
        found: dict[str, Evidence] = {}
        for one in self.answers:
            for address in one.value.addresses:
                found.setdefault(address, one.evidence)
        return found

    @property
    def chain(self) -> tuple[str, ...]:
        """The CNAMEs of the newest answer that leads to an address."""
        return next((one.value.chain for one in self.answers if one.value.addresses), ())

    @property
    def denying(self) -> dict[str, Evidence]:
        """The resolvers that say there is no address: NXDOMAIN, or NOERROR without one."""
        return {one.evidence.server: one.evidence for one in self.answers if one.value.empty}

    @property
    def failed(self) -> tuple[Stated[HostAnswer], ...]:
        """Answers that say nothing: SERVFAIL, REFUSED, a time-out."""
        return tuple(one for one in self.answers if not one.value.empty and not one.value.addresses)


@dataclass(frozen=True)
class DomainAnswers:
    """The answers for apex and www together."""

    apex: NameAnswers
    www: NameAnswers

    @property
    def names(self) -> tuple[NameAnswers, NameAnswers]:
        """Apex, www."""
        return self.apex, self.www

    @cached_property
    def addresses(self) -> dict[str, Evidence]:
        """Every address of either name."""
        return self.www.addresses | self.apex.addresses

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All observations behind the answers."""
        return tuple(dict.fromkeys(one.evidence for name in self.names for one in name.answers))

    @property
    def absent(self) -> bool:
        """Two resolvers agree for both names that there is no address; one resolver or a failure proves nothing."""
        return not self.addresses and all(len(name.denying) >= 2 for name in self.names)

    def open_question(self) -> Undecided:
        """Why it is not known whether the names resolve; only asked where no address came and absence is not proven."""
        failed = [one for name in self.names for one in name.failed]
        if failed:
            codes = sorted({one.value.rcode for one in failed})
            timed_out = codes == [_TIMEOUT]
            message = say(
                "DNS 未给出结论: {codes}", "DNS gave no conclusive answer: {codes}", codes=", ".join(codes)
            )
            return Undecided(
                Reason.TIMEOUT if timed_out else Reason.ERROR,
                message,
                observed=", ".join(codes),
                evidence=self.evidence,
            )
        unasked = [name.host for name in self.names if not name.answers]
        if unasked:
            message = say("没有查询 {hosts}", "{hosts} was not looked up", hosts=unasked)
            return Undecided(Reason.NO_EVIDENCE, message, evidence=self.evidence)
        message = say("仅一台解析服务器称无解析", "One resolver alone says that there is no address")
        return Undecided(Reason.UNCONFIRMED, message, evidence=self.evidence)


def answers_for(domain: FiledDomain, resolution: Resolution) -> DomainAnswers:
    """The answers for apex and www; recorded hosts may stand as A-label or as U-label."""
    apex = _newest(domain.name.ulabel, _stated(domain, resolution, ""))
    www = _newest("www." + domain.name.ulabel, _stated(domain, resolution, "www."))
    asked = {one.evidence.server for one in www.answers}
    # Below a name that does not exist nothing exists (RFC 8020), so the apex answers for an unasked www.
    implied = tuple(
        one for one in apex.answers if one.value.rcode == "NXDOMAIN" and one.evidence.server not in asked
    )
    return DomainAnswers(apex, NameAnswers(www.host, www.answers + implied))


def _stated(domain: FiledDomain, resolution: Resolution, prefix: str) -> list[Stated[HostAnswer]]:
    labels = dict.fromkeys((prefix + domain.name.alabel, prefix + domain.name.ulabel))
    return [
        Stated(answers.value[host], answers.evidence)
        for answers in resolution.answers
        for host in labels
        if host in answers.value
    ]


def _newest(host: str, stated: list[Stated[HostAnswer]]) -> NameAnswers:
    found: dict[str, Stated[HostAnswer]] = {}
    for one in stated:
        found.setdefault(one.evidence.server, one)
    return NameAnswers(host, tuple(found.values()))


def unresolved(answers: DomainAnswers) -> Yielded:
    """What a check on addresses says where there is none: a proven absence is ACC801's, the rest is open."""
    return NOT_APPLICABLE if answers.absent else answers.open_question()


def seen_at(addresses: dict[str, Evidence], some: list[str]) -> tuple[Evidence, ...]:
    """The observations that gave some of the addresses."""
    return tuple(dict.fromkeys(addresses[address] for address in some))


def provider_behind(name: NameAnswers, rules: RuleData) -> Provider | None:
    """The provider that the CNAME chain gives away, the last link first: that is who answers."""
    for host in reversed(name.chain):
        provider = rules.providers.by_cname(host)
        if provider is not None:
            return provider
    return None

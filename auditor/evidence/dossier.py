"""From observations to the dossier: everything known of each domain, with what was tried in vain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import date

from auditor.evidence.answer import Answer, DnsAnswers
from auditor.evidence.freshness import WITHHELD, TimeToLive, reading_of
from auditor.evidence.hostnames import alabel, ulabel
from auditor.evidence.interpretation import interpret
from auditor.evidence.registration import RegistrationFacts
from auditor.evidence.selection import (
    READABLE,
    Read,
    by_server,
    chronological,
    current,
    is_stale,
    newest_first,
    of_sources,
    unavailable,
)
from auditor.evidence.servers import Authorities, shipped_authorities
from auditor.evidence.whois_tail import TailReader
from auditor.model.evidence import (
    REASON_OF_OUTCOME,
    DomainEvidence,
    Dossier,
    HomePage,
    MailHost,
    MinistryRecord,
    MinistryRecords,
    Observation,
    Outcome,
    Resolution,
    Stated,
    Unavailable,
)
from auditor.model.result import SourceCoverage
from auditor.model.text import Text
from auditor.model.verdict import Reason
from auditor.model.words import Source

COVERED = (Source.REGISTRAR, Source.RDAP, Source.WHOIS, Source.DNS, Source.WEB, Source.MIIT)
_REASON_OF_RCODE = {"TIMEOUT": Reason.TIMEOUT, "REFUSED": Reason.THROTTLED, "NORECURSION": Reason.THROTTLED}
# Why nothing is known of a mail host, the reason told first where resolvers failed in different ways.
_IN_VAIN = (
    Reason.STALE, Reason.THROTTLED, Reason.TIMEOUT, Reason.ERROR, Reason.UNPARSED, Reason.UNSUPPORTED, Reason.NOT_FOUND,
)  # fmt: skip
_STALE = Text("已过时, 未采用", "too old, not used")


_LASTING = frozenset((WITHHELD, str(Outcome.RESERVED)))
_LASTING_DAYS = TimeToLive().withheld


def build_dossier(
    observations: Iterable[Observation],
    *,
    as_of: date,
    max_age_days: int,
    domains: Iterable[str],
    problems: Sequence[Text] = (),
    authorities: Authorities | None = None,
    tail: TailReader | None = None,
) -> Dossier:
    """Read every observation and bring the facts together by domain.

    as_of: the audit day. max_age_days: an answer older than that is stale. domains: the registrable domains of the
    portfolio (U-labels); observations about others are counted as unused, but for DNS answers, which may be about
    mail hosts. authorities: the registries' servers (the shipped tables by default). tail: reader of rare WHOIS
    layouts; by default a worker process of its own, started only when needed. The order of observations never matters.
    """
    authorities = authorities or shipped_authorities()
    wanted = frozenset(domains)
    by_domain: dict[str, dict[tuple[object, ...], Observation]] = {}
    outside: dict[tuple[object, ...], Observation] = {}
    for one in observations:
        key = (one.domain, *chronological(one))
        if one.domain in wanted:
            by_domain.setdefault(one.domain, {})[key] = one
        else:
            outside[key] = one
    found: dict[str, DomainEvidence] = {}
    mail: list[Read] = []
    unused = 0
    with TailReader() if tail is None else nullcontext(tail) as reader:
        for domain in sorted(by_domain):
            reads = [
                _read(one, interpret(one, authorities, reader), as_of, max_age_days)
                for one in sorted(by_domain[domain].values(), key=chronological)
            ]
            found[domain] = _domain_evidence(domain, reads)
            mail += of_sources(reads, Source.DNS)
    for one in sorted(outside.values(), key=chronological):
        if one.source == Source.DNS:
            mail.append(Read(one, interpret(one, authorities), is_stale(one.fetched_at, as_of, max_age_days)))
        else:
            unused += 1
    return Dossier(
        domains=found,
        mail_hosts=_mail_hosts(mail),
        problems=tuple(problems),
        observations=len(outside) + sum(len(own) for own in by_domain.values()),
        unused=unused,
    )


def _read(observation: Observation, answer: Answer, as_of: date, max_age_days: int) -> Read:
    """An answer grows stale as fast as it is asked for again: what hides its holder or reserves a name lasts longer."""
    lasting = reading_of(answer).meaning in _LASTING
    days = max(max_age_days, _LASTING_DAYS) if lasting else max_age_days
    return Read(observation, answer, is_stale(observation.fetched_at, as_of, days))


def coverage(
    dossier: Dossier, domains: Iterable[str], as_of: date, *, max_age_days: int | None = None
) -> tuple[SourceCoverage, ...]:
    """How far each source was asked about the given domains, in a fixed order of sources.

    A domain counts as answered where some answer could be read (and, with max_age_days, is not too old), as failed
    with the reason of its newest observation otherwise.
    """
    names = sorted(set(domains))
    found = []
    for source in COVERED:
        answered, not_asked = 0, 0
        failed: dict[str, int] = {}
        moments = []
        for name in names:
            own = [
                (ref, outcome) for ref, outcome, _detail in dossier.of(name).outcomes if ref.source == source
            ]
            read = [ref for ref, outcome in own if outcome in READABLE]
            fresh = [
                ref
                for ref in read
                if max_age_days is None or not is_stale(ref.fetched_at, as_of, max_age_days)
            ]
            if fresh:
                answered += 1
                moments += [ref.fetched_at for ref in fresh if ref.fetched_at is not None]
            elif own:
                reason = Reason.STALE if read else REASON_OF_OUTCOME[own[0][1]]
                failed[str(reason)] = failed.get(str(reason), 0) + 1
            else:
                not_asked += 1
        found.append(
            SourceCoverage(
                str(source),
                answered,
                dict(sorted(failed.items())),
                not_asked,
                max(moments, default=None),
                min(moments, default=None),
            )
        )
    return tuple(found)


def _domain_evidence(domain: str, reads: Sequence[Read]) -> DomainEvidence:
    registration = RegistrationFacts(domain, reads)
    return DomainEvidence(
        domain=domain,
        existence=registration.existence,
        registrants=registration.registrants,
        expiries=registration.expiries,
        registrars=registration.registrars,
        statuses=registration.statuses,
        real_name=registration.real_name,
        resolution=_resolution(of_sources(reads, Source.DNS)),
        home_page=_home_page(of_sources(reads, Source.WEB)),
        ministry=_ministry(of_sources(reads, Source.MIIT)),
        outcomes=tuple(
            (read.evidence, read.outcome, read.answer.detail or (_STALE if read.stale else None))
            for read in newest_first(reads)
        ),
        thin=tuple(read.evidence for read in newest_first(reads) if read.thin),
        dns_history=tuple(
            Stated(read.answer.content.hosts, read.evidence)
            for read in of_sources(reads, Source.DNS)
            if isinstance(read.answer.content, DnsAnswers)
        ),
    )


def _resolution(reads: Sequence[Read]) -> Resolution | Unavailable:
    answers = tuple(
        Stated(read.answer.content.hosts, read.evidence)
        for read in current(reads)
        if isinstance(read.answer.content, DnsAnswers)
    )
    return Resolution(answers) if answers else unavailable(reads)


def _home_page(reads: Sequence[Read]) -> HomePage | Unavailable:
    """The newest page of each host asked; one that opened goes before one that did not."""
    pages = [read.answer.content for read in current(reads) if isinstance(read.answer.content, HomePage)]
    if not pages:
        return unavailable(reads)
    return next((page for page in pages if page.opened), pages[0])


def _ministry(reads: Sequence[Read]) -> MinistryRecords | Unavailable:
    """The newest result decides whether there is a record; the same word since then stands with it.

    Results that say "no record" are separate where their server or their moment differs.
    """
    counting = newest_first(read for read in reads if read.counts)
    if not counting:
        return unavailable(reads)
    newest = counting[0].moment
    if any(read.outcome is Outcome.FOUND for read in counting if read.moment == newest):
        records: dict[MinistryRecord, None] = {}
        for group in by_server(counting).values():
            content = next(
                (read.answer.content for read in newest_first(group) if read.outcome is Outcome.FOUND), None
            )
            if isinstance(content, tuple):
                records |= dict.fromkeys(content)
        ordered = sorted(records, key=lambda one: (one.service_number, one.entity_number, one.entity_name))
        ordered.sort(key=lambda one: (one.updated, one.evidence.order[2]), reverse=True)
        return MinistryRecords(tuple(ordered))
    since = next((read.moment for read in counting if read.outcome is Outcome.FOUND), None)
    absent = {
        (read.observation.server, read.moment): read.evidence
        for read in counting
        if since is None or read.moment > since
    }
    return MinistryRecords((), tuple(absent.values()))


def _mail_hosts(reads: Sequence[Read]) -> Mapping[str, MailHost]:
    """Each host that some DNS answer speaks of: it receives mail where any resolver says so."""
    newest: dict[tuple[str, str], tuple[bool | Reason | None, Read]] = {}
    vain: dict[tuple[str, str], tuple[bool | Reason | None, Read]] = {}
    for read in sorted(reads, key=lambda read: chronological(read.observation)):
        content, server = read.answer.content, read.observation.server
        if isinstance(content, DnsAnswers):
            for host, receives in content.receives.items():
                if read.stale:
                    vain[host, server] = (Reason.STALE, read)
                else:
                    failure = content.mail_failures.get(host)
                    word = _REASON_OF_RCODE.get(failure, Reason.ERROR) if failure else receives
                    newest[host, server] = (word, read)
        elif read.outcome in REASON_OF_OUTCOME:
            # Nobody got to hear of any host; the one that was surely asked about is the domain itself.
            asked = read.observation.domain
            for name in sorted({alabel(asked) or asked, ulabel(asked) or asked}):
                vain[name, server] = (REASON_OF_OUTCOME[read.outcome], read)
    newest = {**vain, **newest}
    said: dict[str, list[tuple[bool | Reason | None, Read]]] = {}
    for (host, _server), told in sorted(newest.items(), key=lambda entry: entry[0]):
        said.setdefault(host, []).append(told)
    found = {}
    for host, words in said.items():
        values = {word for word, _read in words}
        verdict = True if True in values else False if False in values else None
        reason = next((one for one in _IN_VAIN if one in values), None) if verdict is None else None
        found[host] = MailHost(verdict, tuple(read.evidence for _word, read in words), reason)
    return found

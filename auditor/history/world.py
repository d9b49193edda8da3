"""Facts of the world that a run found, and what is another one than before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from auditor.model.change import WorldChange
from auditor.model.evidence import (
    DomainEvidence,
    Evidence,
    Existence,
    Expiries,
    HostAnswer,
    RealName,
    Registrants,
    RegistrarNames,
    Resolution,
    Statuses,
)
from auditor.model.portfolio import Document, Entity, Portfolio, compare_key
from auditor.model.result import AuditResult
from auditor.model.text import Text, mask_digits, mask_text
from auditor.model.values import Validity, plain

KINDS = {
    "registrant": "registrant",
    "registrar": "registrar",
    "expiry": "expiry",
    "nameservers": "nameservers",
    "addresses": "addresses",
    "existence": "status",
    "status": "status",
    "real_name": "status",
    "document": "document",
    "certificate": "certificate",
}
"""Attribute → the kind of change that the reports know."""

# Different resolvers may rightly give different addresses: only what all of them say anew has changed.
_UNANIMOUS = ("nameservers", "addresses")
_SHOWN_AT_MOST = 300

_REGISTERED, _ABSENT, _LONG_TERM = "registered", "absent", "long_term"
_OURS = {
    "existence": {
        _REGISTERED: Text("已注册", "registered"),
        _ABSENT: Text("未注册", "not registered"),
    },
    "document": {_LONG_TERM: Text("长期", "long-term")},
}
"""Attribute → what is kept as a code because it is said in words of ours → those words."""

Said = list[list[str]]
"""[source, server, as shown, digest] for each statement, best first."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of one attribute of one thing. subject: the domain or entity it stands and falls with, "" for a
    document, which is what the book lists. label: what readers call it. said: JSON of a Said."""

    subject: str
    label: str
    said: str


Facts = Mapping[tuple[str, str], Fact]
"""(attribute, key) → fact."""


def facts(result: AuditResult, salt: str) -> dict[tuple[str, str], Fact]:
    """All that this run found; what nobody answered is not among it. salt: keys the digests."""
    keyed = bytes.fromhex(salt)

    def digest(value: str) -> str:
        return blake2b(plain(value).encode("utf-8", "replace"), digest_size=8, key=keyed).hexdigest()

    found: dict[tuple[str, str], Fact] = {}
    book = result.reading.portfolio
    for domain in book.domains:
        for attribute, key, said in _of_domain(result.dossier.of(domain.key), domain.name.alabel, digest):
            if said:
                found[attribute, key] = Fact(domain.target, key, _packed(said))
    found.update(_of_book(book, digest))
    return found


def _packed(said: Said) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _statement(evidence: Evidence, shown: str, value: str, digest: Callable[[str], str]) -> list[str]:
    return [evidence.source, evidence.server, mask_text(shown)[:_SHOWN_AT_MOST], digest(value)]


def _of_domain(
    known: DomainEvidence, alabel: str, digest: Callable[[str], str]
) -> Iterator[tuple[str, str, Said]]:
    name = known.domain
    for attribute, answer in (
        ("registrant", known.registrants),
        ("registrar", known.registrars),
        ("expiry", known.expiries),
    ):
        if isinstance(answer, (Registrants, RegistrarNames, Expiries)):
            said = [_statement(one.evidence, str(one.value), str(one.value), digest) for one in answer.stated]
            yield attribute, name, said
    yield "existence", name, _existence(known, digest)
    yield "status", name, _status(known, digest)
    if isinstance(known.real_name, RealName):
        state = known.real_name.state.value
        shown = known.real_name.raw or state
        yield "real_name", name, [_statement(known.real_name.evidence, shown, state, digest)]
    if isinstance(known.resolution, Resolution):
        yield from _resolved(known.resolution, name, alabel, digest)


def _existence(known: DomainEvidence, digest: Callable[[str], str]) -> Said:
    existence = known.existence
    if isinstance(existence, Existence) and (existence.registered or existence.confirmed_absent):
        shown = _REGISTERED if existence.registered else _ABSENT
        return [["all", "", shown, digest(shown)]]
    return []


def _status(known: DomainEvidence, digest: Callable[[str], str]) -> Said:
    if not isinstance(known.statuses, Statuses):
        return []
    # The set is made of what all these sources say; another choice of sources says nothing about a change.
    sources = "+".join(sorted({one.source for one in known.statuses.evidence}))
    shown = ", ".join(sorted(known.statuses.codes)) or "—"
    return [[sources, "", shown[:_SHOWN_AT_MOST], digest(shown)]]


def _resolved(
    resolution: Resolution, name: str, alabel: str, digest: Callable[[str], str]
) -> Iterator[tuple[str, str, Said]]:
    hosts = sorted({host for one in resolution.answers for host in one.value})
    for host in hosts:
        own = host in (name, alabel)
        if not own and not host.endswith((f".{name}", f".{alabel}")):
            continue
        addresses: Said = []
        servers: Said = []
        for one in resolution.of(host):
            shown = _addresses(one.value)
            if shown:
                addresses.append(_statement(one.evidence, shown, shown, digest))
            if own and one.value.rcode == "NOERROR" and one.value.ns:
                shown = ", ".join(sorted(ns.casefold().rstrip(".") for ns in one.value.ns))
                servers.append(_statement(one.evidence, shown, shown, digest))
        yield "addresses", name if own else host, addresses
        yield "nameservers", name, servers


def _addresses(answer: HostAnswer) -> str:
    """An alias stands for its addresses, which whoever runs it changes at will. "" where DNS did not answer."""
    if answer.rcode == "NXDOMAIN":
        return "NXDOMAIN"
    if answer.rcode != "NOERROR":
        return ""
    if answer.chain:
        return f"CNAME {answer.chain[0].casefold().rstrip('.')}"
    return ", ".join(sorted(answer.addresses)) or "—"


def _of_book(book: Portfolio, digest: Callable[[str], str]) -> dict[tuple[str, str], Fact]:
    found: dict[tuple[str, str], Fact] = {}
    for entity in book.entities:
        number = _certificate(entity)
        if number:
            said = [["book", "", mask_digits(number), digest(number)]]
            found["certificate", entity.target] = Fact(
                entity.target, entity.name or entity.target, _packed(said)
            )
    latest: dict[str, tuple[str, Document]] = {}
    for document in book.documents:
        if not isinstance(document.validity, Validity):
            continue
        end = document.end.isoformat() if document.end else "~"  # after every date
        key = digest("|".join(_names(document)))
        if key not in latest or end > latest[key][0]:
            latest[key] = (end, document)
    for key, (end, document) in latest.items():
        shown = _LONG_TERM if end == "~" else end
        found["document", key] = Fact("", _label(document), _packed([["book", "", shown, digest(shown)]]))
    return found


def _certificate(entity: Entity) -> str:
    for one in entity.readable("entity_certificate_number"):
        return compare_key(one.value)
    return ""


def _names(document: Document) -> tuple[str, ...]:
    """What a document is, whatever its row, its number and its term, so that the renewed one is the same."""
    owner = document.entity.key if document.entity else ""
    subject = document.subject.key if document.subject else ""
    return owner, document.kind or plain(document.title), plain(document.holder or ""), subject


def _label(document: Document) -> str:
    holder = document.holder or (document.entity.name or document.entity.target if document.entity else "")
    return mask_text(f"{holder} {document.title}".strip())[:_SHOWN_AT_MOST] or document.target


def merged(before: str, now: str) -> str:
    """What is known after a run: what it found, and what earlier ones heard from sources that said nothing now."""
    if before == now:
        return before
    fresh: Said = json.loads(now)
    sources = {one[0] for one in fresh}
    return _packed(fresh + [one for one in json.loads(before) if one[0] not in sources])


def after_run(before: Facts, found: Facts, subjects: frozenset[str]) -> dict[tuple[str, str], Fact]:
    """The facts known after a run. subjects: domains and entities of the portfolio now; what else there was goes."""
    known = {
        key: fact
        for key, fact in before.items()
        if key not in found and fact.subject and fact.subject in subjects
    }
    for key, fact in found.items():
        was = before.get(key)
        known[key] = fact if was is None else Fact(fact.subject, fact.label, merged(was.said, fact.said))
    return known


def changes(before: Facts, after: Facts) -> tuple[WorldChange, ...]:
    """What is known on both sides and is another one; sorted by kind and target."""
    found = []
    for key in sorted(before.keys() & after.keys()):
        was, now = before[key], after[key]
        if was.said != now.said:
            shown = _changed(key[0], json.loads(was.said), json.loads(now.said))
            if shown is not None:
                words = _OURS.get(key[0], {})
                was_shown, now_shown = (words.get(one, one) for one in shown)
                found.append(WorldChange(KINDS.get(key[0], key[0]), now.label, was_shown, now_shown))
    order = list(dict.fromkeys(KINDS.values()))
    found.sort(key=lambda one: (order.index(one.kind), one.target, str(one.before), str(one.after)))
    return tuple(found)


def _changed(attribute: str, before: Said, after: Said) -> tuple[str, str] | None:
    """As shown before and after; None where no source says another thing than it said itself."""
    was_said, now_said = _by_server(before), _by_server(after)
    shared = [(was_said[server], now) for server, now in now_said.items() if server in was_said]
    if attribute in _UNANIMOUS:
        if not shared or any(was[1] == now[1] for was, now in shared):
            return None
    elif not shared:
        # Another server of the same kind: a domain that moved to another registrar, say.
        shared = _same_source(before, after)
    if not shared or shared[0][0][1] == shared[0][1][1]:
        return None
    (was, _old), (now, _new) = shared[0]
    return (was, now) if was != now else (f"{was} (#1)", f"{now} (#2)")


def _by_server(said: Said) -> dict[tuple[str, str], tuple[str, str]]:
    """(source, server) → (as shown, digest), the best of each, in order."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for source, server, shown, digest in said:
        found.setdefault((source, server), (shown, digest))
    return found


def _same_source(before: Said, after: Said) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    first: dict[str, Sequence[str]] = {}
    for one in before:
        first.setdefault(one[0], one)
    return [((first[one[0]][2], first[one[0]][3]), (one[2], one[3])) for one in after if one[0] in first][:1]

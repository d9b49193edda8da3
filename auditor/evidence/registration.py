"""What registrar, registry and WHOIS say of one domain, brought together by precedence; nothing is averaged away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

from auditor.evidence.answer import DnsAnswers, Registration
from auditor.evidence.selection import Read, by_server, current, newest_first, of_sources, unavailable
from auditor.evidence.whois import CNNIC_SUFFIXES
from auditor.model.evidence import (
    Evidence,
    Existence,
    Expiries,
    Outcome,
    RealName,
    RealNameState,
    Registrants,
    RegistrarNames,
    Stated,
    Statuses,
    Unavailable,
)
from auditor.model.text import Text
from auditor.model.verdict import Reason
from auditor.model.words import Source

V = TypeVar("V")
Found = tuple[Read, Registration]


class RegistrationFacts:
    """The facts of registration of one domain (U-label), worked out from its reads."""

    def __init__(self, domain: str, reads: Sequence[Read]) -> None:
        self._cnnic = domain.rpartition(".")[2] in CNNIC_SUFFIXES
        self._reads = of_sources(reads, Source.REGISTRAR, Source.RDAP, Source.WHOIS)
        self._dns = of_sources(reads, Source.DNS)
        self._domain = domain
        self._found: list[Found] = [
            (read, read.answer.content)
            for read in current(self._reads)
            if isinstance(read.answer.content, Registration)
        ]
        self._existence = self._find_existence()
        self._absent = self._not_found()

    @property
    def existence(self) -> Existence | Unavailable:
        """Whether the domain is registered; NXDOMAIN alone never answers that."""
        found = self._existence
        if found.registered or found.absent or found.reserved:
            return found
        return unavailable(of_sources(self._reads, Source.RDAP, Source.WHOIS))

    @property
    def registrants(self) -> Registrants | Unavailable:
        """Every holder named: registrar, .cn WHOIS, registrar RDAP, registry RDAP, gTLD WHOIS."""
        stated = self._stated(lambda one: one.registrant, self._holder_rank)
        if self._absent is not None:
            return self._absent
        return Registrants(stated) if stated else unavailable(self._reads, holder=True)

    @property
    def expiries(self) -> Expiries | Unavailable:
        """Every expiry given: registry, then registrar export, then other words of the registrar."""
        if self._absent is not None:
            return self._absent
        ranked = [
            (rank, order, Stated(day, read.evidence))
            for order, (read, one) in enumerate(self._found)
            for rank, day in self._expiry_ranks(read, one)
        ]
        stated = tuple(value for _rank, _order, value in sorted(ranked, key=lambda entry: entry[:2]))
        return Expiries(stated) if stated else unavailable(self._reads)

    @property
    def registrars(self) -> RegistrarNames | Unavailable:
        """The sponsoring registrar: the registry's word, then the registrar's own."""
        if self._absent is not None:
            return self._absent
        stated = self._stated(lambda one: one.registrar, _registrar_rank)
        return RegistrarNames(stated) if stated else unavailable(self._reads)

    @property
    def statuses(self) -> Statuses | Unavailable:
        """The statuses of the newest answer of the registry; of a registrar where the registry gave none."""
        if self._absent is not None:
            return self._absent
        for at_registry in (True, False):
            giving = [
                (read, one.statuses)
                for read, one in self._found
                if one.at_registry is at_registry and one.statuses is not None
            ]
            if giving:
                same = [(read, codes) for read, codes in giving if read.moment == giving[0][0].moment]
                codes = frozenset(code for _read, own in same for code in own)
                return Statuses(codes, tuple(read.evidence for read, _codes in same))
        return unavailable(self._reads)

    @property
    def real_name(self) -> RealName | Unavailable:
        """The newest word of a registrar; no public protocol carries it."""
        if self._absent is not None:
            return self._absent
        said = [(read, one.real_name) for read, one in self._found if one.real_name is not None]
        if not said:
            return unavailable(of_sources(self._reads, Source.REGISTRAR))
        newest = [word for read, word in said if read.moment == said[0][0].moment]
        if len({word.state for word in newest}) == 1:
            return newest[0]
        # Two accounts that contradict one another at one moment settle nothing.
        raw = " / ".join(sorted({word.raw for word in newest}))
        return RealName(RealNameState.UNKNOWN, raw, None, None, newest[0].evidence)

    def _holder_rank(self, read: Read, one: Registration) -> int:
        source = read.observation.source
        if source == Source.REGISTRAR:
            return 0
        if source == Source.RDAP:
            return 3 if one.at_registry else 2
        if self._cnnic:
            return 1
        return 5 if one.at_registry else 4

    def _expiry_ranks(self, read: Read, one: Registration) -> Iterable[tuple[int, date]]:
        if one.registry_expiry is not None:
            yield 0, one.registry_expiry
        if one.registrar_expiry is not None:
            yield (1 if read.observation.source == Source.REGISTRAR else 2), one.registrar_expiry

    def _stated(
        self, value: Callable[[Registration], V | None], rank: Callable[[Read, Registration], int]
    ) -> tuple[Stated[V], ...]:
        ranked = [
            (rank(read, one), order, Stated(given, read.evidence))
            for order, (read, one) in enumerate(self._found)
            if (given := value(one)) is not None
        ]
        return tuple(stated for _rank, _order, stated in sorted(ranked, key=lambda entry: entry[:2]))

    def _find_existence(self) -> Existence:
        registered: list[Read] = []
        absent: list[Read] = []
        reserved: list[Read] = []
        for group in by_server(of_sources(self._reads, Source.RDAP, Source.WHOIS)).values():
            counting = newest_first(read for read in group if read.counts)
            if not counting:
                continue
            newest = [read for read in counting if read.moment == counting[0].moment]
            if any(read.outcome is Outcome.FOUND for read in newest):
                registered += [read for read in newest if read.outcome is Outcome.FOUND]
                continue
            outcome = counting[0].outcome
            # Every answer since the server last said otherwise stands: asking twice is what confirms an absence.
            same = counting[
                : next((i for i, read in enumerate(counting) if read.outcome is not outcome), None)
            ]
            (absent if outcome is Outcome.NOT_FOUND else reserved).extend(_distinct(same))
        last = max((read.moment for read in absent), default=None)
        for read, _one in self._found:
            # An export made before the registry said "not registered" does not contradict it.
            if read.observation.source == Source.REGISTRAR and (last is None or read.moment >= last):
                registered.append(read)
        return Existence(
            registered=_refs(registered),
            absent=_refs(absent),
            nxdomain=self._nxdomain(),
            reserved=_refs(reserved),
        )

    def _nxdomain(self) -> tuple[Evidence, ...]:
        said = []
        for read in current(self._dns):
            content = read.answer.content
            own = content.hosts.get(self._domain) if isinstance(content, DnsAnswers) else None
            if own is not None and own.rcode == "NXDOMAIN":
                said.append(read)
        return _refs(said)

    def _not_found(self) -> Unavailable | None:
        found = self._existence
        if found.registered or not (found.absent or found.reserved):
            return None
        refs = found.absent + found.reserved
        names = "、".join(dict.fromkeys(ref.server for ref in refs))
        if found.absent:
            detail = Text(f"{names} 称域名未注册", f"{names} says that the domain is not registered")
        else:
            detail = Text(f"{names} 称域名为保留名", f"{names} says that the name is reserved")
        return Unavailable(Reason.NOT_FOUND, refs, detail)


def _registrar_rank(read: Read, one: Registration) -> int:
    if one.at_registry:
        return 0
    return 2 if read.observation.source == Source.REGISTRAR else 1


def _distinct(reads: Sequence[Read]) -> list[Read]:
    """Answers of one server at different moments: a copy under another name is no second answer."""
    return list({read.moment: read for read in reversed(reads)}.values())


def _refs(reads: Iterable[Read]) -> tuple[Evidence, ...]:
    return tuple(read.evidence for read in newest_first(reads))

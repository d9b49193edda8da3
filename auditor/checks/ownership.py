"""OWN: who owns the domain, against who is on record."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from auditor.checks.check import NOT_APPLICABLE, Check, NotApplicable, Undecided, Violation, Yielded, check
from auditor.checks.filing_record import cells_of, entity_names, missing, name_on_record
from auditor.checks.name_owner import looks_like_person
from auditor.checks.names import NameMatch, compare_names, normal_name
from auditor.checks.real_name import real_name_certificate, real_name_verified
from auditor.checks.related_party import related_parties, standing, unreadable_relations
from auditor.checks.related_registrant import related_registrant
from auditor.checks.runner import evidence_of
from auditor.model.evidence import REASON_OF_OUTCOME, Dossier, Outcome, Registrants, Stated
from auditor.model.policy import Policy
from auditor.model.portfolio import FiledDomain
from auditor.model.text import Message, say
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind
from auditor.rules.regulations import FORM_64, NOTICE_2017_264_OWNER, ORDER_33_TRUTHFUL

_REGISTRATION_SOURCES = ("registrar", "rdap", "whois")


@check(
    "OWN201",
    title="域名注册者是备案主体或规则允许的关联方",
    title_en="The domain is registered to the filing entity or an accepted related party",
    meaning="注册者既不是备案主体, 也不是台账所列的法定代表人、股东或高级管理人员",
    meaning_en="The registrant is neither the entity nor the legal representative, a shareholder or a senior manager "
    "that the book lists",
    severity=Severity.CRITICAL,
    cites=NOTICE_2017_264_OWNER,
    remedy=(
        "在注册商处把域名过户给备案主体并完成实名认证, 约 3 至 5 个工作日",
        "若注册者才是实际主办者, 则变更备案主体信息, 或注销后由注册者重新备案",
        "若注册者是法定代表人、股东或高级管理人员, 在台账中补列并附证明",
    ),
    remedy_en=(
        "Transfer the domain to the entity at the registrar and verify its identity there, 3 to 5 working days",
        "If the registrant is the real owner of the site, amend the entity, or cancel and let the registrant file",
        "If the registrant is the legal representative, a shareholder or a senior manager, list that in the book with proof",
    ),
)
def domain_registrant(
    domain: FiledDomain, registrants: Registrants, policy: Policy
) -> Iterator[Violation | Undecided | NotApplicable]:
    """A unit's domain belongs to the unit, a shareholder, its head or a senior manager; a person's to that person."""
    names = entity_names(domain)
    if not names:
        yield missing(domain, "entity_name")
        return
    best = registrants.best
    found = standing(best.value, domain, policy.aliases)
    if found.match.matched:
        return
    evidence = evidence_of(best)
    cells = cells_of(domain, "entity_name")
    if found.match.undecided:
        assert found.match.reason is not None
        message = say(
            "备案主体是 {entity}, 注册人是 {registrant}: {reason}",
            "The filing entity is {entity}, the registrant is {registrant}: {reason}",
            entity=names[0],
            registrant=best.value,
            reason=found.match.reason.text,
        )
        yield Undecided(found.match.reason, message, names[0], best.value, cells, evidence)
        return
    open_question = _unsettled_relation(domain, best.value, policy)
    if open_question is not None:
        reason, message = open_question
        yield Undecided(reason, message, names[0], best.value, cells, evidence)
        return
    yield Violation(
        _stranger(domain, names[0], best.value, found.match.note),
        expected=names[0],
        observed=best.value,
        cells=cells,
        evidence=evidence,
        key=normal_name(best.value),
    )


def _unsettled_relation(
    domain: FiledDomain, registrant: str, policy: Policy
) -> tuple[Reason, Message] | None:
    """Why a registrant who matches nobody may still be a related party that the book does not let one see."""
    for entity in domain.entities:
        if entity.kind is EntityKind.INDIVIDUAL:
            continue
        if unreadable_relations(entity):
            return Reason.UNPARSED, say(
                "注册人是 {registrant}, 但台账中的关联方单元格无法识别",
                "The registrant is {registrant}, but a cell on related parties could not be read",
                registrant=registrant,
            )
        leader = entity.leader
        if leader is None or entity.readable("legal_representative"):
            continue
        own = [one.shown for one in leader.readable("name")]
        if own and compare_names(registrant, own, aliases=policy.aliases).matched:
            return Reason.MISSING_VALUE, say(
                "注册人 {registrant} 是主体负责人, 但台账未列法定代表人, 无法确认是否允许",
                "The registrant {registrant} is the entity leader, but the book lists no legal representative, so it "
                "cannot be told whether that is accepted",
                registrant=registrant,
            )
    return None


def _stranger(domain: FiledDomain, entity: str, registrant: str, note: str) -> Message:
    if any(one.kind is EntityKind.INDIVIDUAL for one in domain.entities):
        return say(
            "备案主体是个人 {entity}, 注册人是 {registrant}; 个人备案的域名须由本人持有",
            "The filing entity is the individual {entity}, the registrant is {registrant}; an individual's domain must be "
            "held by that individual",
            entity=entity,
            registrant=registrant,
        )
    listed = [party for one in domain.entities for party in related_parties(one)]
    # The note is symmetric: one of several accepted parties may be the person, and the registrant the company.
    if note == "person_vs_company" and looks_like_person(normal_name(registrant)):
        return say(
            "备案主体是 {entity}, 注册人是自然人 {registrant}, 不在台账所列的关联方 ({listed}) 之中; "
            "自然人只有是法定代表人、股东或高级管理人员时才可持有",
            "The filing entity is {entity}, the registrant is the natural person {registrant}, who is not among the related "
            "parties listed ({listed}); a person may hold it only as legal representative, shareholder or senior manager",
            entity=entity,
            registrant=registrant,
            listed=[party.name for party in listed[:10]] or say("未列出", "none listed"),
        )
    return say(
        "备案主体是 {entity}, 注册人是 {registrant}",
        "The filing entity is {entity}, the registrant is {registrant}",
        entity=entity,
        registrant=registrant,
    )


@check(
    "OWN204",
    title="台账中的域名持有者与备案主体一致",
    title_en="The registrant column of the book agrees with the entity on record",
    meaning="台账“域名持有者”一栏写的既不是备案主体, 也不是其关联方",
    meaning_en="The registrant column of the book names neither the entity on record nor a related party of it",
    severity=Severity.HIGH,
    cites=(NOTICE_2017_264_OWNER, ORDER_33_TRUTHFUL),
    remedy=("核对注册商的实名信息: 台账写错则更正台账", "域名确由他人持有则过户给备案主体, 或变更备案主体"),
    remedy_en=(
        "Check the registrar's record: where the book is wrong, correct the book",
        "Where another party really holds the domain, transfer it to the entity or amend the entity",
    ),
)
def listed_registrant(domain: FiledDomain, policy: Policy) -> Iterator[Violation | Undecided | NotApplicable]:
    """The book's own word on who holds the domain, judged as OWN201 judges a source's."""
    said = domain.said("registrant")
    if not said and not domain.has_column("registrant"):
        yield NOT_APPLICABLE
        return
    readable = domain.readable("registrant")
    if not readable:
        yield missing(domain, "registrant")
        return
    names = entity_names(domain)
    if not names:
        yield missing(domain, "entity_name")
        return
    found = [(one, standing(one.shown, domain, policy.aliases)) for one in readable]
    wrong = [one for one, own in found if own.match.refuted]
    own_cells = cells_of(domain, "entity_name")
    if wrong:
        shown = [one.shown for one in wrong]
        yield Violation(
            say(
                "备案主体是 {entity}, 台账写的域名持有者是 {registrant}",
                "The filing entity is {entity}, the book's registrant column says {registrant}",
                entity=names[0],
                registrant=shown,
            ),
            expected=names[0],
            observed=shown[0] if len(shown) == 1 else tuple(shown),
            cells=(*own_cells, *(cell for one in wrong for cell in one.cells)),
            key="|".join(sorted(normal_name(one) for one in shown)),
        )
        return
    for one, own in found:
        if own.match.reason is not None:
            message = say(
                "备案主体是 {entity}, 台账写的域名持有者是 {registrant}: {reason}",
                "The filing entity is {entity}, the book's registrant column says {registrant}: {reason}",
                entity=names[0],
                registrant=one.shown,
                reason=own.match.reason.text,
            )
            yield Undecided(own.match.reason, message, names[0], one.shown, (*own_cells, *one.cells))
            return


@check(
    "OWN205",
    title="各数据来源给出的注册者一致",
    title_en="The sources agree on the registrant",
    meaning="两个数据来源给出了不同的注册者, 常见于过户进行中, 或其中一份数据已过时",
    meaning_en="Two sources name different registrants, as happens while a transfer is under way or when one of them is old",
    severity=Severity.MEDIUM,
    cites=(NOTICE_2017_264_OWNER, FORM_64),
    remedy="在注册商控制台确认当前注册者; 正在过户的, 完成并同步后重新查询",
    remedy_en="Confirm the present registrant at the registrar; where a transfer is under way, let it finish and look it up again",
)
def sources_agree(
    domain: FiledDomain, registrants: Registrants, dossier: Dossier, policy: Policy
) -> Iterator[Violation | Undecided | NotApplicable]:
    """Both statements are shown with their dates; which of them counts is OWN201's business."""
    if len(registrants.stated) < 2:
        yield _silent_source(domain, registrants.best, dossier)
        return
    differing: dict[Stated[str], None] = {}
    undecided: NameMatch | None = None
    for first, second in combinations(registrants.stated, 2):
        match = _either_way(first.value, second.value, policy)
        if match.refuted:
            differing[first] = differing[second] = None
        elif match.undecided:
            undecided = undecided or match
    if differing:
        shown = [_dated(one) for one in differing]
        yield Violation(
            say(
                "各来源的注册者不一致: {stated}",
                "The sources name different registrants: {stated}",
                stated=shown,
            ),
            expected=name_on_record(domain) or None,
            observed=tuple(shown),
            cells=cells_of(domain),
            evidence=evidence_of(*differing),
            key="|".join(sorted({normal_name(one.value) for one in differing})),
        )
    elif undecided is not None and undecided.reason is not None:
        shown = [_dated(one) for one in registrants.stated]
        message = say(
            "各来源的注册者写法不同: {stated} ({reason})",
            "The sources write the registrant differently: {stated} ({reason})",
            stated=shown,
            reason=undecided.reason.text,
        )
        yield Undecided(
            undecided.reason, message, None, tuple(shown), evidence=evidence_of(*registrants.stated)
        )


def _either_way(first: str, second: str, policy: Policy) -> NameMatch:
    """The better outcome of both directions: either source may hold a registry's cut of the other's name."""
    match = compare_names(first, [second], aliases=policy.aliases)
    if match.matched:
        return match
    other = compare_names(second, [first], aliases=policy.aliases)
    return other if other.matched or match.refuted else match


def _dated(stated: Stated[str]) -> Message:
    evidence = stated.evidence
    day = evidence.fetched_at.date() if evidence.fetched_at else None
    return say(
        "{name} ({source} {server}, {day})",
        "{name} ({source} {server}, {day})",
        name=stated.value,
        source=evidence.source,
        server=evidence.server,
        day=day,
    )


def _silent_source(domain: FiledDomain, stated: Stated[str], dossier: Dossier) -> Yielded:
    """One source alone says nothing about agreement; where another was asked in vain, that is why it is open."""
    known = dossier.of(domain.key)
    asked = [
        (evidence, outcome)
        for evidence, outcome, _detail in known.outcomes
        if evidence.source in _REGISTRATION_SOURCES
        and evidence not in known.thin
        and (evidence.source, evidence.server) != (stated.evidence.source, stated.evidence.server)
    ]
    if not asked:
        return NOT_APPLICABLE
    evidence, outcome = min(asked, key=lambda one: (one[1] is not Outcome.FOUND, one[0].order))
    # A registration that was found but names nobody is one that hides its holder.
    reason = Reason.WITHHELD if outcome is Outcome.FOUND else REASON_OF_OUTCOME[outcome]
    message = say(
        "只有一个来源给出注册者 {registrant}; {server} 未给出: {reason}",
        "One source alone names the registrant {registrant}; {server} does not: {reason}",
        registrant=stated.value,
        server=evidence.server,
        reason=reason.text,
    )
    return Undecided(reason, message, observed=stated.value, evidence=(stated.evidence, evidence))


CHECKS: tuple[Check, ...] = (
    domain_registrant,
    related_registrant,
    real_name_verified,
    listed_registrant,
    sources_agree,
    real_name_certificate,
)

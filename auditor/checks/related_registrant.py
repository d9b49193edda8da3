"""OWN202: a domain held by a related party of the entity, the province's word on that, and the proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, Yielded, check
from auditor.checks.filing_record import cells_of, entity_names, missing
from auditor.checks.names import normal_name
from auditor.checks.related_party import RelatedParty, standing
from auditor.checks.runner import evidence_of
from auditor.model.evidence import Registrants, Stated
from auditor.model.place import CellRef
from auditor.model.policy import Policy
from auditor.model.portfolio import Document, FiledDomain
from auditor.model.text import Message, say
from auditor.model.values import Unreadable
from auditor.model.verdict import Reason, Severity
from auditor.rules.load import RuleData
from auditor.rules.provinces import RegistrantRule
from auditor.rules.regulations import NOTICE_2017_264_OWNER, PROVINCE_RULES

_PROOF = "related_party_proof"


@dataclass(frozen=True, slots=True)
class _Held:
    """A domain that a related party holds, as the verdicts put it."""

    domain: FiledDomain
    entity: str
    party: RelatedParty
    stated: Stated[str]

    def words(self, zh: str, en: str, **values: object) -> Message:
        return say(
            "注册人 {registrant} 是 {entity} 的{relation}" + zh,
            "The registrant {registrant} is the {relation} of {entity}" + en,
            registrant=self.stated.value,
            entity=self.entity,
            relation=self.party.relation,
            **values,
        )

    def cells(self, proofs: list[Document]) -> tuple[CellRef, ...]:
        own = (*cells_of(self.domain, "entity_name"), *self.party.cells[:1])
        return own + tuple(cell for proof in proofs for cell in proof.cells)

    def violation(self, message: Message, proofs: list[Document]) -> Violation:
        return Violation(
            message,
            expected=self.entity,
            observed=self.stated.value,
            cells=self.cells(proofs),
            evidence=evidence_of(self.stated),
            key=normal_name(self.stated.value),
        )

    def undecided(self, reason: Reason, message: Message, proofs: list[Document]) -> Undecided:
        return Undecided(
            reason, message, self.entity, self.stated.value, self.cells(proofs), evidence_of(self.stated)
        )


@check(
    "OWN202",
    title="由关联方持有的域名为当地所允许并附有证明",
    title_en="A domain held by a related party is accepted in the province and proof is listed",
    meaning="域名由法定代表人、股东或高级管理人员持有, 而当地管局不允许, 或台账中没有有效的关系证明",
    meaning_en="The domain is held by the legal representative, a shareholder or a senior manager, and the province refuses "
    "that, or no valid proof of the relation is listed",
    severity=Severity.MEDIUM,
    cites=(NOTICE_2017_264_OWNER, PROVINCE_RULES),
    remedy=(
        "最稳妥的办法是把域名过户给备案主体",
        "当地允许时, 备齐证明并列入证照材料: 股东附公司章程, 负责人或高管附约 6 个月社保证明, 法定代表人附身份证",
    ),
    remedy_en=(
        "The safe way is to transfer the domain to the entity",
        "Where the province accepts it, list the proof among the documents: articles of association for a shareholder, about "
        "six months of social-security record for a manager, the ID card for the legal representative",
    ),
)
def related_registrant(
    domain: FiledDomain, registrants: Registrants, policy: Policy, rules: RuleData
) -> Iterator[Violation | Undecided | NotApplicable]:
    """264号 accepts related parties nationally; provinces narrow it, and all of them ask for proof."""
    names = entity_names(domain)
    if not names:
        yield missing(domain, "entity_name")
        return
    best = registrants.best
    found = standing(best.value, domain, policy.aliases)
    if found.match.reason is not None:
        yield Undecided(found.match.reason, None, names[0], best.value, evidence=evidence_of(best))
        return
    if found.party is None:
        yield NOT_APPLICABLE
        return
    held = _Held(domain, names[0], found.party, best)
    code = domain.entities[0].province
    province = rules.provinces.by_icp(code)
    rule = province.related_party_registrant if province else None
    # Sources that disagree are a hint; an office that wants them held against it names the province in its policy.
    disputed = province is not None and "related_party_registrant" in province.conflicts
    refused = rule is RegistrantRule.ORGANISATION_ONLY or (disputed and code in policy.strict_provinces)
    if province is not None and refused:
        message = held.words(
            "; {province}要求注册人就是备案主体",
            "; {province} asks that the registrant be the entity itself",
            province=province.name,
        )
        yield held.violation(message, [])
        return
    proofs = [one for entity in domain.entities for one in entity.documents if one.kind == _PROOF]
    if not any(_is_valid(one, policy) for one in proofs):
        yield _without_proof(held, proofs)
    elif rule is None:
        message = held.words(
            "并附有证明, 但当地是否允许, 规则数据没有一致说法",
            " and proof is listed, but the rule data do not settle whether the province accepts that",
        )
        yield held.undecided(Reason.NO_RULE_DATA, message, [])


def _is_valid(proof: Document, policy: Policy) -> bool:
    """A proof without a date counts as valid: such papers often carry none."""
    if isinstance(proof.validity, Unreadable):
        return False
    return proof.end is None or proof.end >= policy.as_of


def _without_proof(held: _Held, proofs: list[Document]) -> Yielded:
    if any(isinstance(proof.validity, Unreadable) for proof in proofs):
        message = held.words(", 证明的有效期无法识别", "; the validity of the proof could not be read")
        return held.undecided(Reason.UNPARSED, message, proofs)
    ends = [proof.end for proof in proofs if proof.end is not None]
    if ends:
        message = held.words(
            ", 所附证明已于 {end} 到期", "; the proof listed ran out on {end}", end=max(ends)
        )
    else:
        message = held.words(
            ", 证照材料中没有列出关系证明", "; no proof of the relation is listed among the documents"
        )
    return held.violation(message, proofs)

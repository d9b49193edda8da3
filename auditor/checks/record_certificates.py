"""REC109 and REC110: the entity's certificate as the record gives it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks.agreement import guarded, is_masked, joined, looks_personal
from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.model.identity import credit_code_problem, id_number_problem
from auditor.model.portfolio import Entity, Said
from auditor.model.text import Message, Text, say
from auditor.model.values import Problem, Unreadable, plain
from auditor.model.verdict import Reason, Severity
from auditor.model.words import EntityKind
from auditor.rules.certificates import CertificateType, certificate_type, suits
from auditor.rules.regulations import GB_32100, ORDER_33_TRUTHFUL, PROVIDER_RULES

# Papers whose number is no 统一社会信用代码, whoever holds them.
_OTHER_NUMBERS = frozenset(
    {
        CertificateType.MILITARY_CODE,
        CertificateType.MILITARY_SERVICE,
        CertificateType.FOREIGN_BODY,
        CertificateType.EMBASSY_SCHOOL,
        CertificateType.PRIVATE_SCHOOL,
        CertificateType.MEDICAL,
        CertificateType.FORENSIC,
        CertificateType.NOTARY,
        CertificateType.OTHER,
    }
)
_PROBLEMS = {
    "length": Text("应为 18 位，实为 {length} 位", "18 characters are needed, {length} stand there"),
    "alphabet": Text(
        "含有不允许的字符（不使用 I O S V Z，第 3 至 8 位为数字）",
        "it has characters that are not allowed (I O S V Z are not used, places 3 to 8 are digits)",
    ),
    "check": Text("校验码不正确", "its check character is wrong"),
}


@check(
    "REC109",
    title="统一社会信用代码符合 GB 32100",
    title_en="The unified social credit code follows GB 32100",
    meaning="统一社会信用代码的长度、字符或校验码不符合 GB 32100-2015；15 位注册号、9 位组织机构代码属“三证合一”后未更新",
    meaning_en="The credit code fails GB 32100-2015 in length, alphabet or check character; a 15-digit registration number or "
    "a 9-character organisation code is an old paper's",
    severity=Severity.HIGH,
    cites=(GB_32100, ORDER_33_TRUTHFUL),
    remedy="对照营业执照更正代码；仍用旧证号的，先办理主体变更，换成统一社会信用代码",
    remedy_en="Correct the code by the licence; where an old number still stands, amend the entity to the credit code",
)
def credit_code_valid(entity: Entity) -> Iterator[Violation | Undecided | NotApplicable]:
    """The check character catches nearly every slip of one character."""
    if entity.kind is EntityKind.INDIVIDUAL:
        yield NOT_APPLICABLE
        return
    said = entity.said("entity_certificate_number")
    papers = [
        found for one in entity.readable("entity_certificate_type") if (found := certificate_type(one.shown))
    ]
    masked = [one for one in said if is_masked("entity_certificate_number", one.value)]
    judged = [
        one
        for one in said
        if one.readable and one not in masked and _is_credit_code(entity, _number(one), papers)
    ]
    wrong = [(one, problem) for one in judged if (problem := credit_code_problem(_number(one)))]
    if wrong:
        shown = tuple(guarded("entity_certificate_number", one.shown) for one, _problem in wrong)
        yield Violation(
            joined([_wrong_code(one, problem) for one, problem in wrong]),
            expected=Text("18 位统一社会信用代码", "an 18-character credit code"),
            observed=shown if len(shown) > 1 else shown[0],
            cells=tuple(cell for one, _problem in wrong for cell in one.cells),
        )
    elif unread := [one for one in said if not one.readable]:
        yield _unread_code(unread)
    elif masked:
        yield Undecided(
            Reason.WITHHELD,
            say(
                "台账中的证件号码被遮盖，无法校验",
                "The certificate number in the book is masked and cannot be checked",
            ),
            cells=tuple(cell for one in masked for cell in one.cells),
        )
    elif not said:
        if papers and all(paper.is_personal or paper in _OTHER_NUMBERS for paper in papers):
            yield NOT_APPLICABLE
        else:
            yield Undecided(
                Reason.MISSING_VALUE, say("台账没有该主体的证件号码", "The book gives no certificate number")
            )
    elif not judged:
        yield NOT_APPLICABLE


def _number(said: Said) -> str:
    """The number without blanks and dashes, in capitals: a code's spelling is free in these."""
    return plain(said.shown).replace("-", "").upper()


def _is_credit_code(entity: Entity, number: str, papers: list[CertificateType]) -> bool:
    """Whether the number is, or ought to be, a credit code."""
    if any(paper.is_personal for paper in papers) or (
        entity.kind is None
        and not papers
        and id_number_problem(number) in (None, "first_generation")
        and looks_personal(number)
    ):
        return False
    if entity.kind is EntityKind.MILITARY or any(paper in _OTHER_NUMBERS for paper in papers):
        return len(number) == 18 and credit_code_problem(number) is None
    return True


def _wrong_code(said: Said, problem: str) -> Message:
    number = _number(said)
    shown = guarded("entity_certificate_number", said.shown)
    if problem == "length" and (len(number) == 9 or (len(number) == 15 and number.isdigit())):
        old = (
            Text("组织机构代码", "organisation code")
            if len(number) == 9
            else Text("工商注册号", "business registration number")
        )
        return say(
            "证件号码 {number} 是旧的{old}，“三证合一”后未更新为统一社会信用代码",
            "Certificate number {number} is an old {old} that was never changed to the credit code",
            number=shown,
            old=old,
        )
    if len(number) == 18 and id_number_problem(number) is None:
        return say(
            "证件号码 {number} 是居民身份证号码，不是统一社会信用代码",
            "Certificate number {number} is a resident ID number, not a credit code",
            number=shown,
        )
    return say(
        "统一社会信用代码 {number} 不符合 GB 32100：{problem}",
        "Credit code {number} fails GB 32100: {problem}",
        number=shown,
        problem=Message(_PROBLEMS[problem], {"length": len(number)}),
    )


def _unread_code(unread: list[Said]) -> Undecided:
    rounded = any(
        isinstance(one.value, Unreadable) and one.value.problem is Problem.ROUNDED for one in unread
    )
    message = (
        say(
            "证件号码被表格软件舍入，无法校验",
            "The certificate number was rounded by the spreadsheet program and cannot be checked",
        )
        if rounded
        else say("证件号码无法识别", "The certificate number could not be read")
    )
    return Undecided(Reason.UNPARSED, message, cells=tuple(cell for one in unread for cell in one.cells))


@check(
    "REC110",
    title="证件类型与主办单位性质相符",
    title_en="The certificate type suits the kind of entity",
    meaning="证件类型不是该性质的主办单位所持的证件（如企业用身份证、事业单位用营业执照）",
    meaning_en="The certificate is not one that this kind of entity holds (an enterprise with an ID card, a public institution "
    "with a business licence)",
    severity=Severity.MEDIUM,
    cites=PROVIDER_RULES,
    remedy="对照证件原件，更正证件类型或主办单位性质",
    remedy_en="Correct the certificate type or the kind of entity by the original",
)
def certificate_suits_kind(entity: Entity) -> Iterator[Violation | Undecided | NotApplicable]:
    """Certificate types hang off the kind of entity; doubtful pairs are not failed."""
    kinds = entity.said("entity_kind")
    papers = entity.said("entity_certificate_type")
    cells = tuple(cell for one in (*kinds, *papers) for cell in one.cells)
    missing = tuple(
        text
        for said, text in (
            (kinds, Text("主办单位性质", "kind of entity")),
            (papers, Text("证件类型", "certificate type")),
        )
        if not said
    )
    if missing:
        message = say("未填写{fields}", "Not filled in: {fields}", fields=missing)
        yield Undecided(Reason.MISSING_VALUE, message, cells=cells)
        return
    known = [one for one in kinds if isinstance(one.value, EntityKind)]
    read = [(one, certificate_type(one.shown)) for one in papers if one.readable]
    open_pairs = False
    for kind in known:
        for paper, found in read:
            verdict = suits(kind.value, found) if found and isinstance(kind.value, EntityKind) else None
            if verdict is False:
                yield Violation(
                    say(
                        "主办单位性质为{kind}，证件类型却是{paper}",
                        "The entity is of the kind {kind}, its certificate is {paper}",
                        kind=kind.value,
                        paper=paper.shown,
                    ),
                    expected=kind.value,
                    observed=paper.shown,
                    cells=(*kind.cells, *paper.cells),
                )
                return
            open_pairs = open_pairs or (found is not None and verdict is None)
    if len(known) < len(kinds) or any(found is None for _one, found in read) or len(read) < len(papers):
        unclear = next(
            (one.shown for one in kinds if one not in known),
            next((one.shown for one, found in read if found is None), papers[0].shown),
        )
        yield Undecided(
            Reason.UNPARSED,
            say("“{text}”无法识别", "“{text}” is not recognised", text=unclear),
            cells=cells,
        )
    elif open_pairs:
        message = say(
            "没有{kind}使用{paper}的规则",
            "No rule tells whether the kind {kind} goes with {paper}",
            kind=known[0].value,
            paper=papers[0].shown,
        )
        yield Undecided(Reason.NO_RULE_DATA, message, cells=cells)


CHECKS = (credit_code_valid, certificate_suits_kind)

"""WEB905: the police filing number on the home page, against the record and against its own link."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.checks.check import NOT_APPLICABLE, NotApplicable, Undecided, Violation, check
from auditor.checks.filing_record import cells_of, missing, said_of
from auditor.checks.page_numbers import linked_police_digits, police_digits
from auditor.checks.runner import evidence_of
from auditor.model.evidence import HomePage, ShownNumber
from auditor.model.portfolio import FiledDomain
from auditor.model.text import say
from auditor.model.verdict import Reason, Severity
from auditor.rules.regulations import POLICE_33, POLICE_DISPLAY


@check(
    "WEB905",
    title="首页的公安备案号与台账及其链接一致",
    title_en="The police number on the home page agrees with the record and its link",
    meaning="首页标明的公安备案号与台账不同, 或与其自身链接所指的号码不同",
    meaning_en="The police number that the home page shows differs from the one on record, or from the one that its own link names",
    severity=Severity.LOW,
    cites=(POLICE_DISPLAY, POLICE_33),
    remedy="在首页标明本站的公安备案号, 链接到 https://beian.mps.gov.cn/#/query/webSearch?code=<14 位号码>; 台账有误则更正台账",
    remedy_en="Show the site's own police number and link it to https://beian.mps.gov.cn/#/query/webSearch?code=<its 14 digits>; "
    "where the book is wrong, correct the book",
)
def police_number_agrees(
    domain: FiledDomain, page: HomePage
) -> Iterator[Violation | Undecided | NotApplicable]:
    """The 14 digits decide; copied footers often keep the link of the site they came from."""
    evidence = evidence_of(page)
    if not page.opened:
        yield Undecided(Reason.ERROR, evidence=evidence)
        return
    if not page.police_numbers:
        yield NOT_APPLICABLE if page.complete else Undecided(Reason.UNPARSED, evidence=evidence)
        return
    for one in page.police_numbers:
        shown, linked = police_digits(one.raw), linked_police_digits(one.link)
        if shown and linked and shown != linked:
            message = say(
                "首页标明 {shown}, 其链接指向 {linked}",
                "The home page shows {shown}, its link names {linked}",
                shown=one.raw,
                linked=linked,
            )
            yield Violation(message, shown, linked, cells_of(domain, "police_number"), evidence, key="link")
            return
    yield from _against_record(domain, page, page.police_numbers)


def _against_record(
    domain: FiledDomain, page: HomePage, numbers: Sequence[ShownNumber]
) -> Iterator[Violation | Undecided | NotApplicable]:
    evidence = evidence_of(page)
    raw = tuple(one.raw for one in numbers)
    shown = {digits for one in numbers if (digits := police_digits(one.raw)) is not None}
    if not shown:
        message = say(
            "首页的公安备案号 {raw} 无法识别", "The police number {raw} was not recognised", raw=raw
        )
        yield Undecided(Reason.UNPARSED, message, None, raw, evidence=evidence)
        return
    said = [one for one in said_of(domain, "police_number") if one.readable]
    if not said:
        yield missing(domain, "police_number")
        return
    known = {digits for one in said if (digits := police_digits(one.shown)) is not None}
    cells = cells_of(domain, "police_number")
    listed = [one.shown for one in said]
    if not known:
        message = say(
            "台账的公安备案号 {listed} 无法识别",
            "The police number {listed} in the book was not recognised",
            listed=listed,
        )
        yield Undecided(Reason.UNPARSED, message, ", ".join(listed), raw, cells, evidence)
    elif not known & shown:
        message = say(
            "首页标明的公安备案号是 {shown}, 台账是 {listed}",
            "The home page shows the police number {shown}, the book has {listed}",
            shown=raw,
            listed=listed,
        )
        yield Violation(
            message,
            ", ".join(listed),
            raw[0] if len(raw) == 1 else raw,
            cells,
            evidence,
            key="|".join(sorted(shown)),
        )

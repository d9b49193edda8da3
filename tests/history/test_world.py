"""What changed in the world: told where the same source says another thing, never where somebody merely was silent."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.history.store import History
from auditor.history.world import Fact, after_run, changes, facts
from auditor.model.change import WorldChange
from auditor.model.evidence import (
    DomainEvidence,
    Dossier,
    Existence,
    HostAnswer,
    RealName,
    RealNameState,
    Registrants,
    Resolution,
    Stated,
    Statuses,
)
from auditor.model.portfolio import Portfolio
from auditor.model.result import AuditResult, Reading
from auditor.model.text import Text
from tests.builders import credit_code, entity_number
from tests.history.past import OWNER, Clock, audited, book, known, seen

SALT = "00" * 32
EMPTY = Dossier()


def told(*dossiers: Dossier, readings: tuple[Reading, ...] = ()) -> tuple[WorldChange, ...]:
    """What the last of several runs tells of the world."""
    before: dict[tuple[str, str], Fact] = {}
    found: tuple[WorldChange, ...] = ()
    for index, dossier in enumerate(dossiers):
        result = audited(dossier=dossier, reading=readings[index] if readings else None)
        after = after_run(before, facts(result, SALT), everything(result))
        found, before = changes(before, after), after
    return found


def everything(result: AuditResult) -> frozenset[str]:
    portfolio: Portfolio = result.reading.portfolio
    return frozenset(one.target for one in (*portfolio.domains, *portfolio.entities))


def answered(**hosts: str | tuple[str, ...]) -> dict[str, HostAnswer]:
    names = {"apex": "d0.cn", "www": "www.d0.cn"}
    return {
        names[host]: HostAnswer("NXDOMAIN") if value == "NXDOMAIN" else HostAnswer("NOERROR", tuple(value))
        for host, value in hosts.items()
    }


@pytest.mark.parametrize(
    ("before", "after", "kind", "shown"),
    [
        (known(holder="甲公司"), known(holder="乙公司"), "registrant", ("甲公司", "乙公司")),
        (known(registrar="甲云"), known(registrar="乙云"), "registrar", ("甲云", "乙云")),
        (
            known(ends=date(2026, 12, 31)),
            known(ends=date(2027, 12, 31)),
            "expiry",
            ("2026-12-31", "2027-12-31"),
        ),
        (
            known(hosts=answered(apex=("192.0.2.1",))),
            known(hosts=answered(apex=("192.0.2.9",))),
            "addresses",
            ("192.0.2.1", "192.0.2.9"),
        ),
        (
            known(hosts=answered(apex=("192.0.2.1",))),
            known(hosts=answered(apex="NXDOMAIN")),
            "addresses",
            ("192.0.2.1", "NXDOMAIN"),
        ),
        (
            known(hosts={"d0.cn": HostAnswer("NOERROR", ns=("NS1.a.cn.",))}),
            known(hosts={"d0.cn": HostAnswer("NOERROR", ns=("ns1.b.cn",))}),
            "nameservers",
            ("ns1.a.cn", "ns1.b.cn"),
        ),
    ],
)
def test_a_fact_that_is_another_one_is_told(
    before: Dossier, after: Dossier, kind: str, shown: tuple[str, str]
) -> None:
    assert told(before, after) == (WorldChange(kind, "d0.cn", *shown),)
    # Whoever is silent for a week hides no change.
    assert told(before, EMPTY, after) == (WorldChange(kind, "d0.cn", *shown),)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (known(holder="甲公司"), EMPTY),
        (EMPTY, known(holder="甲公司")),
        (known(holder="ＡＢＣ Ltd"), known(holder="abc ltd")),
        (
            known(hosts=answered(apex=("192.0.2.1", "192.0.2.2"))),
            known(hosts=answered(apex=("192.0.2.2", "192.0.2.1"))),
        ),
        (known(hosts=answered(apex=("192.0.2.1",))), known(hosts={"d0.cn": HostAnswer("SERVFAIL")})),
        # Another kind of source may well write the name otherwise.
        (known(holder="示例公司"), known(holder="Shili Co", evidence=seen("rdap", "https://rdap.example/"))),
        # An alias stands for whatever its owner makes it point to.
        (
            known(hosts={"d0.cn": HostAnswer("NOERROR", ("192.0.2.1",), chain=("cdn.example",))}),
            known(hosts={"d0.cn": HostAnswer("NOERROR", ("192.0.2.7",), chain=("CDN.example.",))}),
        ),
    ],
)
def test_what_nobody_says_is_no_change(before: Dossier, after: Dossier) -> None:
    assert told(before, after) == ()


def test_a_domain_that_moved_to_another_registrar_is_compared_across_their_servers() -> None:
    before = known(holder="甲公司", evidence=seen("whois", "whois.a.example"))
    after = known(holder="乙公司", evidence=seen("whois", "whois.b.example"))
    assert told(before, after) == (WorldChange("registrant", "d0.cn", "甲公司", "乙公司"),)


def test_one_resolver_that_still_says_the_old_is_enough_for_silence() -> None:
    def said(first: str, second: str) -> Dossier:
        answers = tuple(
            Stated({"d0.cn": HostAnswer("NOERROR", (address,))}, seen("dns", server))
            for server, address in (("192.0.2.53", first), ("198.51.100.53", second))
        )
        return Dossier({"d0.cn": DomainEvidence("d0.cn", resolution=Resolution(answers))})

    assert told(said("192.0.2.1", "192.0.2.1"), said("192.0.2.9", "192.0.2.1")) == ()
    assert [one.kind for one in told(said("192.0.2.1", "192.0.2.1"), said("192.0.2.9", "192.0.2.9"))] == [
        "addresses"
    ]


def test_the_best_source_that_speaks_again_is_believed() -> None:
    def said(registrar: str, registry: str) -> Dossier:
        stated = (Stated(registrar, seen("registrar", "导出")), Stated(registry, seen()))
        return Dossier({"d0.cn": DomainEvidence("d0.cn", registrants=Registrants(stated))})

    assert told(said("甲", "甲"), said("乙", "甲")) == (WorldChange("registrant", "d0.cn", "甲", "乙"),)
    assert told(said("甲", "甲"), known(holder="丙")) == (WorldChange("registrant", "d0.cn", "甲", "丙"),)


def test_statuses_and_real_name_states_are_told() -> None:
    def said(*codes: str, state: RealNameState = RealNameState.VERIFIED) -> Dossier:
        real_name = RealName(state, "", None, None, seen("registrar", "导出"))
        statuses = Statuses(frozenset(codes), (seen(),))
        return Dossier({"d0.cn": DomainEvidence("d0.cn", statuses=statuses, real_name=real_name)})

    assert told(said("ok"), said("serverHold", state=RealNameState.NOT_VERIFIED)) == (
        WorldChange("status", "d0.cn", "ok", "serverHold"),
        WorldChange("status", "d0.cn", "verified", "not_verified"),
    )
    there = Dossier({"d0.cn": DomainEvidence("d0.cn", existence=Existence(registered=(seen(),)))})
    gone = Dossier({"d0.cn": DomainEvidence("d0.cn", existence=Existence(absent=(seen(), seen("rdap"))))})
    on, off = Text("已注册", "registered"), Text("未注册", "not registered")
    assert told(there, gone) == (WorldChange("status", "d0.cn", on, off),)
    assert told(gone, EMPTY, there) == (WorldChange("status", "d0.cn", off, on),)
    once = Dossier({"d0.cn": DomainEvidence("d0.cn", existence=Existence(absent=(seen(),)))})
    assert told(there, once) == ()


def paper(ends: object, number: str = "A1") -> dict[str, object]:
    return {
        "entity_number": entity_number(1),
        "document_type": "营业执照",
        "document_holder": OWNER,
        "document_number": number,
        "document_expiry": ends,
    }


def test_a_renewed_document_is_told_also_where_the_old_one_is_still_listed() -> None:
    old, new = paper(date(2026, 12, 1)), paper(date(2036, 12, 1), "B2")
    change = (WorldChange("document", f"{OWNER} 营业执照", "2026-12-01", "2036-12-01"),)
    assert told(EMPTY, EMPTY, readings=(book(["d0.cn"], [old]), book(["d0.cn"], [new]))) == change
    assert told(EMPTY, EMPTY, readings=(book(["d0.cn"], [old]), book(["d0.cn"], [new, old]))) == change
    assert told(EMPTY, EMPTY, readings=(book(["d0.cn"], [old]), book(["d0.cn"]))) == ()
    long_term = book(["d0.cn"], [paper("长期")])
    (change_of_term,) = told(EMPTY, EMPTY, readings=(book(["d0.cn"], [old]), long_term))
    assert (change_of_term.before, change_of_term.after) == ("2026-12-01", Text("长期", "long-term"))


def test_another_certificate_number_is_told_masked_and_told_apart() -> None:
    numbers = [credit_code(number) for number in (1, 10_001)]
    readings = tuple(book(["d0.cn"], entity_certificate_number=number) for number in numbers)
    (change,) = told(EMPTY, EMPTY, readings=readings)
    assert (change.kind, change.target) == ("certificate", OWNER)
    assert change.before != change.after
    assert not any(number in f"{change.before} {change.after}" for number in numbers)


def test_what_left_the_portfolio_is_forgotten() -> None:
    readings = (book(["d0.cn"]), book(["d1.cn"]), book(["d0.cn"]))
    assert told(known(holder="甲"), EMPTY, known(holder="乙"), readings=readings) == ()


def test_recorded_runs_tell_the_same_of_the_world(history: History, clock: Clock) -> None:
    readings = [book(["d0.cn", "d1.cn"], entity_certificate_number=credit_code(n)) for n in (1, 1, 2)]
    dossiers = [known(holder="甲"), EMPTY, known(holder="乙", ends=date(2027, 1, 1))]
    found = []
    for week, (reading, dossier) in enumerate(zip(readings, dossiers, strict=True)):
        result = history.compared(audited(week=week, reading=reading, dossier=dossier), "p", digest=f"{week}")
        with history.recording(result, "p", f"{week}", keep=0):
            assert result.comparison is not None
            found.append(result.comparison.world)
    assert found[:2] == [(), ()]
    assert [one.kind for one in found[2]] == ["registrant", "certificate"]
    ids = [one.id for one in reversed(history.runs())]
    assert history.diff(ids[1], ids[2]).world == history.diff(ids[0], ids[2]).world == found[2]
    back = history.diff(ids[2], ids[0]).world
    assert [(one.before, one.after) for one in back] == [(one.after, one.before) for one in found[2]]


STATEMENTS = st.lists(
    st.tuples(st.sampled_from(["rdap", "whois"]), st.sampled_from(["s1", "s2"]), st.sampled_from("甲乙丙")),
    max_size=4,
)


@settings(deadline=None, max_examples=100)
@given(runs=st.lists(STATEMENTS, min_size=2, max_size=5))
def test_nothing_is_told_that_no_source_said(runs: list[list[tuple[str, str, str]]]) -> None:
    dossiers = []
    for one in runs:
        stated = tuple(Stated(name, seen(source, server)) for source, server, name in one)
        evidence = (
            DomainEvidence("d0.cn", registrants=Registrants(stated)) if stated else DomainEvidence("d0.cn")
        )
        dossiers.append(Dossier({"d0.cn": evidence}))
    assert told(*dossiers, dossiers[-1]) == ()
    for change in told(*dossiers):
        assert change.before != change.after
        assert change.after in {name for _source, _server, name in runs[-1]}
        assert change.before in {name for one in runs[:-1] for _source, _server, name in one}

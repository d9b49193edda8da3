"""The mail's two parts: every fact in both, in every branch and language, masked, and small enough."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from auditor.errors import OutputError
from auditor.model.change import Comparison
from auditor.model.language import ENVIRONMENT
from auditor.model.result import AuditResult
from auditor.model.text import Text, say
from auditor.model.verdict import Severity
from auditor.model.waiver import WaiverState, WaiverUse
from auditor.report.expiries import ExpiryLine
from auditor.report.heads import display_width
from auditor.report.mail import MOST_BYTES, MailDocument, MailKind, RouteLine, digest_mail, failure_mail
from auditor.report.mail_text import WIDTH, wrapped
from auditor.report.view import build_view
from auditor.report.wording import Wording
from tests.report.mails import LINK, NAME, contrast, counted, mail, seen, squeezed, still
from tests.report.pasts import hostile_past, lived_in, waiver
from tests.report.results import (
    AS_OF,
    BEIJING,
    HOSTILE,
    ID,
    OWNER,
    PHONE,
    crowd,
    finding,
    quiet_result,
    sample_result,
    sample_run,
)  # fmt: skip

LANGUAGES = ("zh", "en")
SAID: dict[str, object] = {"link": LINK, "attachments": ("审计报告.xlsx",),
        "left_out": (Text("report.html 超过 8 MB", "report.html is over 8 MB"),)}  # fmt: skip
FAILED: dict[str, object] = {
    "name": NAME,
    "when": datetime(2026, 11, 23, 7, tzinfo=BEIJING),
    "last_good": None,
    "next_due": None,
}


def failure(lang: str = "zh", **changes: object) -> MailDocument:
    return failure_mail(
        Wording(lang, show_pii=True),
        **{**FAILED, "kind": MailKind.FAILED, "said": (), **changes},  # type: ignore[arg-type]
    )


def digest(result: AuditResult, lang: str = "zh", **changes: object) -> MailDocument:
    view = build_view(result)
    told = {"name": NAME, "routes": (RouteLine.of("王示例", view),), **changes}
    return digest_mail(view, Wording(lang, show_pii=True), **told)  # type: ignore[arg-type]


def everything(lang: str) -> list[MailDocument]:
    return [
        mail(lived_in(), lang, route="王示例", **SAID),
        mail(sample_result(), lang),
        mail(
            hostile_past(),
            lang,
            name="".join(HOSTILE),
            link=HOSTILE[0],
            attachments=HOSTILE,
            route=HOSTILE[1],
        ),
        mail(quiet_result(), lang),
        mail(counted(1, 1, 1, comparison=still()), lang),
        mail(counted(1, 0, 0, comparison=Comparison(since=None)), lang),
        digest(lived_in(), lang, unrouted=3),
        digest(quiet_result(), lang, routes=()),
        failure(lang, said=HOSTILE),
        failure(lang, kind=MailKind.MISSED, last_good=datetime(2026, 11, 16, 7, tzinfo=BEIJING)),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_html_needs_nothing_and_runs_nothing(lang: str) -> None:
    for document in everything(lang):
        page = seen(document.html)
        assert page.faults == []
        names = {tag for tag, _own in page.tags}
        assert not names & {
            "style",
            "script",
            "link",
            "img",
            "svg",
            "iframe",
            "form",
            "object",
            "base",
            "input",
        }
        assert not re.search(r"url\(|@import|expression\(|<!DOCTYPE(?! html>)", document.html)
        for tag, own in page.tags:
            assert not [
                key for key in own if key.startswith("on") or key in ("class", "id", "src", "background")
            ]
            assert "href" not in own or (tag == "a" and own["href"] == LINK)
        assert next(own for tag, own in page.tags if tag == "html") == {
            "lang": {"zh": "zh-CN", "en": "en"}[lang]
        }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_names_its_own_colours_and_can_be_read(lang: str) -> None:
    for document in everything(lang):
        for text, colour, ground in seen(document.html).texts:
            assert contrast(colour, ground) >= 4.5, (text, colour, ground)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_parts_hold_the_same_facts(lang: str) -> None:
    for document in everything(lang):
        text, page = squeezed(document.text), seen(document.html)
        for piece, _colour, _ground in page.texts:
            for fact in piece.split(" · "):
                told = squeezed(fact).lstrip("–")
                assert told in text, fact


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lines_of_the_text_are_short_and_clean(lang: str) -> None:
    for document in everything(lang):
        assert document.text.endswith("\n")
        assert "\n\n\n" not in document.text
        for line in document.text.splitlines():
            assert line == line.rstrip()
            assert line.isprintable() or not line
            longest = max((display_width(word) for word in re.findall(r"[!-~⟦⟧]+", line)), default=0)
            assert display_width(line) <= max(WIDTH, longest + 12) or line == LINK


@pytest.mark.parametrize("lang", LANGUAGES)
def test_personal_data_are_masked_even_for_a_reader_who_may_see_them(lang: str) -> None:
    for document in (*everything(lang), failure(lang, said=(f"{PHONE} {ID}",), name=PHONE)):
        for part in (document.subject, document.text, document.html):
            assert PHONE not in part
            assert ID not in part
    assert "138****" in mail(lived_in(), lang).text


def test_the_same_result_gives_the_same_bytes() -> None:
    assert mail(lived_in(), "zh", **SAID) == mail(lived_in(), "zh", **SAID)


def test_the_conclusion_and_what_limits_it_come_first() -> None:
    text = mail(lived_in(), "en").text
    order = ["Conclusion: Problems found", "Counts: critical", "incomplete", "rows left out", "What changed",
             "Most pressing findings", "Work that must start now", "What could not be decided",
             "Waivers to look at", "What runs out", "could not be carried over\n", "The whole report"]  # fmt: skip
    places = [text.index(one) for one in order]
    assert places == sorted(places)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_finding_is_told_with_owner_days_and_cells(lang: str) -> None:
    late = finding(
        "OWN201", "a.cn", due=date(2026, 12, 7), start_by=date(2026, 11, 1), estimated=True,
        message=(say("注册者是 {name}", "The registrant is {name}", name="别家"),),
    )  # fmt: skip
    text = squeezed(mail(quiet_result(findings=(late,)), lang).text)
    words = Wording(lang)
    for fact in (OWNER, "OWN201 a.cn", words.message(late), "台账.xlsx › 台账 › C2",
                 f"2026-11-01 ({words.label('estimated')}) ({words.label('late')})",
                 f"2026-12-07 ({words.label('estimated')})\n"):  # fmt: skip
        assert squeezed(fact) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_changed_is_told_in_every_branch(lang: str) -> None:
    words = Wording(lang)
    assert (
        words.label("mail_no_history") in mail(quiet_result(), lang).text.replace("\n", " ") or lang == "zh"
    )
    for result, key in (
        (quiet_result(), "mail_no_history"),
        (quiet_result(comparison=Comparison(since=None)), "changes_first"),
        (quiet_result(comparison=still()), "mail_no_change"),
        (quiet_result(comparison=still(domains_gone=("x.cn",))), "changes_no_findings"),
    ):
        assert squeezed(words.label(key)) in squeezed(mail(result, lang).text)
    text = squeezed(mail(lived_in(), lang).text)
    for key in ("changes_not_judged", "unjudged_unread", "domains_gone", "world_registrant", "world_nothing"):
        assert squeezed(words.label(key)) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_is_told_with_its_way_out(lang: str) -> None:
    result = lived_in()
    text = squeezed(mail(result, lang).text)
    reasons = build_view(result).reasons
    assert len(reasons) > 10
    for one in reasons:
        assert one.reason is not None
        assert squeezed(one.reason.way_out.in_language(lang)) in text


def test_an_undecided_change_is_not_called_critical() -> None:
    text = mail(lived_in(), "en").text
    assert "[undecided] OWN201 h1.cn" in text
    assert "[critical] OWN201 h1.cn" not in text


def test_waivers_that_hold_and_are_used_are_not_told() -> None:
    print_ = "ab" * 16
    uses = (
        WaiverUse(
            waiver(1, date(2027, 1, 1), target="used.cn", check="OWN201"), WaiverState.ACTIVE, (print_,)
        ),
        WaiverUse(waiver(2, date(2026, 11, 30), target="soon.cn", check="OWN201"), WaiverState.SOON),
    )
    text = mail(quiet_result(waivers=uses), "en").text
    assert "used.cn" not in text
    assert "Lapsing soon (1):" in text
    assert "soon.cn" in text
    assert "not used in this run" in text
    assert "Waivers to look at" not in mail(quiet_result(waivers=uses[:1]), "en").text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_reminders_of_today_are_told_first_and_once(lang: str) -> None:
    near = quiet_result(expiries=sample_result().expiries)
    rung = build_view(near).expiries[0]
    text, words = mail(near, lang, rungs=(rung,)).text, Wording(lang)
    assert text.count("2026-11-10") == 1
    assert text.index(words.label("mail_rungs")) < text.index("2026-11-10")
    assert words.label("mail_expired") + " (" not in text
    assert "2027-03-01" not in text, "it runs out in more than ninety days"
    far = ExpiryLine("domain", "far.cn", "far.cn", AS_OF + timedelta(300), "", (), "book", 300)
    assert "far.cn" in mail(near, lang, rungs=(far,)).text


def test_work_is_told_that_must_start_before_the_next_mail() -> None:
    result = lived_in()
    plan = result.plan
    assert plan is not None
    text = mail(result, "zh").text
    for order in plan.orders:
        due = order.late or order.latest_start <= AS_OF + timedelta(days=7)
        told = squeezed(Wording("zh").say(order.title)) in squeezed(text)
        assert told or not due
    assert "来不及" in text
    assert "现在必须开始" not in mail(quiet_result()).text


def test_the_report_is_named_or_its_absence_is() -> None:
    text = mail(quiet_result(), "zh", **SAID).text
    assert f"\n{LINK}\n" in text
    assert "审计报告.xlsx" in text
    assert "超过 8 MB" in text
    assert "没有附件和链接" not in text
    assert "没有附件和链接" in mail(quiet_result()).text


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//x.cn", "ftp://x.cn", 'https://a"b', "https://a b",
                                  "https://", "https://x.cn/13800138000", "https://[x", "https://x.cn/" + "a" * 2_000, "https://x\u202ey"])  # fmt: skip
def test_only_a_plain_web_address_becomes_a_link(link: str) -> None:
    document = mail(quiet_result(), link=link)
    assert "<a " not in document.html
    assert "报告地址" in document.text
    assert "\u202e" not in document.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_share_is_never_taken_for_the_whole(lang: str) -> None:
    part = say("本邮件的“{who}”部分", "the share of “{who}”", who="王示例")
    for document in (
        mail(counted(1, 0, 0, part=part), lang),
        mail(counted(1, 0, 0), lang, route="王示例"),
    ):
        head = document.text.split("\n\n")[0]
        assert "王示例" in head
        assert {"zh": "不是整个台账的审计结论", "en": "not the conclusion on the whole"}[
            lang
        ] in head.replace("\n", " ")
        assert "王示例" in document.subject


def test_a_clean_audit_reads_clean_and_an_incomplete_one_does_not() -> None:
    assert "审计完整" in mail(quiet_result()).text
    broken = mail(quiet_result(run=sample_run(complete=False)))
    assert "审计不完整, 不能据此认为其余部分合规。" in broken.text
    assert "审计完整" not in broken.text


def test_the_digest_has_a_line_for_every_route() -> None:
    routes = (
        RouteLine.of("王示例", build_view(lived_in()), note=Text("未能发送", "could not be sent")),
        RouteLine.of("李示例", build_view(quiet_result())),
        RouteLine.of("赵示例", build_view(quiet_result(run=sample_run(complete=False)))),
        RouteLine("钱示例", {Severity.HIGH: 2}, new=0, resolved=1, due=date(2026, 12, 1)),
    )
    document = digest(lived_in(), "en", routes=routes, unrouted=3, link=LINK)
    assert document.subject.startswith("[ICP audit digest] 集团域名 critical 1")
    text = document.text
    assert "could not be sent" in text
    assert "went to nobody: 3" in text
    assert "2. 李示例\n    no problem found\n" in text
    assert "3. 赵示例\n    no conclusion yet · The audit is incomplete\n" in text
    assert "[high] 钱示例\n    high 2\n    new: 0\n    resolved: 1\n    Earliest due: 2026-12-01" in text
    assert "没有设置分送" in digest(quiet_result(), routes=()).text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_run_that_failed_tells_what_and_when(lang: str) -> None:
    words = Wording(lang)
    document = failure(
        lang, said=("台账.xlsx 无法读取", Text("磁盘已满", "the disk is full")),
        last_good=datetime(2026, 11, 15, 23, tzinfo=BEIJING), next_due=datetime(2026, 11, 30, 7, tzinfo=BEIJING),
    )  # fmt: skip
    assert (
        document.subject
        == {"zh": "[备案审计] 集团域名 未能完成", "en": "[ICP audit] 集团域名 did not finish"}[lang]
    )
    for fact in ("2026-11-23 07:00", "2026-11-15 23:00", "2026-11-30 07:00", "台账.xlsx",
                 words.say(Text("磁盘已满", "the disk is full")), words.label("beijing_time")):  # fmt: skip
        assert fact in document.text
        assert fact in document.html
    missed = failure(lang, kind=MailKind.MISSED)
    assert (
        missed.subject
        == {"zh": "[备案审计] 集团域名 未按时运行", "en": "[ICP audit] 集团域名 did not run"}[lang]
    )
    for key in ("mail_never_good", "mail_not_scheduled", "mail_nothing_said", "mail_missed_headline"):
        assert squeezed(words.label(key)) in squeezed(missed.text)


def test_a_failure_is_of_a_kind_that_fails() -> None:
    with pytest.raises(ValueError, match="changed"):
        failure(kind=MailKind.CHANGED)


def test_a_hundred_thousand_long_findings_fit_and_what_is_hidden_is_counted() -> None:
    long = say("{text}", "{text}", text='<&"长' * 8_000)
    base = crowd(100_000, 0)
    found = tuple(
        replace(one, message=(long,), entity_name="<" * 32_000, change="new") for one in base.findings
    )
    result = replace(base, findings=found, comparison=still())
    document = mail(
        result, name="<" * 32_000, attachments=("<" * 32_000,) * 500, left_out=(Text("<", "<"),) * 500
    )
    assert len(document.html.encode()) <= MOST_BYTES < 102_400
    assert len(document.text.encode()) <= MOST_BYTES
    assert "中100,000" in document.subject
    assert len(document.subject) < 300
    shown, hidden = re.findall(r"此处显示 ([\d,]+) 项, 另有 ([\d,]+) 项", document.text)[1]
    assert int(shown) + int(hidden.replace(",", "")) == 100_000
    assert f"另有 {hidden} 项" in document.html


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_long_at_once_still_fits(lang: str) -> None:
    long = "<\U00020000" * 16_000
    base = lived_in()
    uses = tuple(
        WaiverUse(waiver(n, AS_OF, reason=long, by=long, check=long, target=long), state)
        for n in range(60) for state in WaiverState
    )  # fmt: skip
    ends = tuple(ExpiryLine("x" * 9_000, long, f"{n}", AS_OF, long, (), "book", n - 30) for n in range(99))
    route = RouteLine(
        long, dict.fromkeys(Severity, 10**9), 10**9, 10**9, 10**9, AS_OF, False, note=Text(long, long)
    )
    limits = tuple(say("{text}", "{text}", text=long) for _ in range(500))
    found = tuple(replace(one, message=limits[:1], target=long, entity_name=long) for one in base.findings)
    result = replace(
        base, waivers=uses, findings=found, run=sample_run(complete=False, incomplete_because=limits)
    )
    for document in (
        mail(result, lang, rungs=ends, route=long, link="https://x.cn/" + "a" * 9_000),
        digest(result, lang, routes=(route,) * 999, rungs=ends),
        failure(lang, said=(long,) * 999),
    ):
        assert len(document.html.encode()) <= MOST_BYTES
        assert len(document.text.encode()) <= MOST_BYTES


def test_a_users_template_wins_and_its_faults_are_named(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    own = tmp_path / "mail" / "mail.html.j2"
    own.write_text("<p>{{ letter.headline }}</p>", encoding="utf-8")
    assert mail(quiet_result(), templates=tmp_path).html == "<p>未发现问题</p>"
    own.write_text("{{ letter.nothing }}", encoding="utf-8")
    with pytest.raises(OutputError):
        mail(quiet_result(), templates=tmp_path)
    own.write_text("x" * 200_000, encoding="utf-8")
    with pytest.raises(OutputError, match="100,000"):
        mail(quiet_result(), templates=tmp_path)


def test_a_third_language_is_spoken_throughout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Catalog(charset="utf-8")
    for english, french in (
        ("[ICP audit] {name}", "[Audit ICP] {name}"),
        ("critical", "critique"),
        ("Most pressing findings", "Constats urgents"),
        ("unchanged", "inchangé"),
    ):
        made.add(english, french)
    with (tmp_path / "fr.mo").open("wb") as file:
        write_mo(file, made)
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    document = mail(counted(1, 0, 0, comparison=still()), "fr")
    assert document.subject == "[Audit ICP] 集团域名 critique 1 | inchangé"
    assert "[critique] OWN201" in document.text
    for part in (document.text, document.html):
        assert "Constats urgents" in part
        assert "Conclusion" in part, "what the catalogue lacks stands there in English"
    assert '<html lang="fr">' in document.html


def test_lines_break_where_both_scripts_allow_it() -> None:
    assert wrapped("a " * 60, "- ", "  ") == ["- " + "a " * 36 + "a", "  " + "a " * 22 + "a"]
    chinese = wrapped("长" * 37 + "，长。")
    assert [display_width(line) for line in chinese] == [76, 4] or chinese[1][0] not in "，。"
    assert wrapped("长" * 37 + "（长）")[1].startswith("（")
    assert wrapped("x" * 200) == ["x" * 200]
    assert wrapped("") == [""]

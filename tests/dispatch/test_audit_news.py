"""Who hears of an audit: real audits, a real mail server on loopback, and what arrives there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from auditor.delivery.parcel import Fate
from auditor.dispatch.outfit import check_mail, outbox_of
from auditor.errors import PolicyError
from auditor.report.write import write_reports
from tests.dispatch.audited import (
    BOTH,
    FIRST,
    FIRST_DOMAIN,
    FIRST_GROUP,
    FIRST_NUMBER,
    OF_FIRST,
    OF_SECOND,
    PHONE,
    SECOND,
    SECOND_DOMAIN,
    SECOND_GROUP,
    SECOND_NUMBER,
    STRANGER,
    Office,
    attached,
    everything,
    text_of,
    told,
)
from tests.servers.http_server import HttpServer, Page, json_page
from tests.servers.serving import unused_port
from tests.servers.smtp_server import SmtpServer, authority_file

PLAIN = 'to = ["leiter@example.cn"]\nattach = []'
PASSWORD = "密码-s3cret"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, server: SmtpServer) -> Office:
    return Office(tmp_path, server, PLAIN)


def subjects(office: Office) -> list[str]:
    return [str(one["Subject"]) for one in office.arrived()]


# What each mail is about


def test_the_subject_tells_of_a_first_an_unchanged_a_changed_and_an_incomplete_audit(office: Office) -> None:
    office.news(FIRST_DOMAIN)
    office.news(FIRST_DOMAIN)
    office.news(SECOND_DOMAIN)
    office.news(SECOND_DOMAIN, known=(SECOND_DOMAIN,))
    assert subjects(office) == [
        "[备案审计] 集团域名 严重1 ｜首次",
        "[备案审计] 集团域名 严重1 ｜无变化",
        "[备案审计] 集团域名 严重1 ｜新增1 ↑ 解决1 ↓",
        "[备案审计] 集团域名 严重1 ｜审计不完整 ｜新增1 ↑ ｜无法判定1",
    ]


def test_an_english_mail_has_an_english_subject_and_english_reports(office: Office) -> None:
    office.email = 'to = ["leiter@example.cn"]\nlang = "en"\nattach = ["html"]\nsubject = "Group domains"'
    made = office.audited((FIRST_DOMAIN,))
    # The report of the run itself is Chinese, as the person at the terminal wanted it.
    (written,) = write_reports(made.result, office.here / "out", ["html"], lang="zh")
    office.sends(made, files={"html": written})
    (mail,) = office.arrived()
    assert mail["Subject"] == "[ICP audit] Group domains critical 1 | first report"
    ((name, page),) = attached(mail).items()
    assert name == "ICP audit report_2026-11-30.html"
    assert b'<html lang="en"' in page


def test_a_report_that_is_written_already_is_attached_as_it_is(office: Office) -> None:
    office.email = 'to = ["leiter@example.cn"]\nattach = ["html"]'
    made = office.audited()
    (written,) = write_reports(made.result, office.here / "out", ["html"])
    office.sends(made, files={"html": written})
    assert attached(office.arrived()[0]) == {"备案审计报告_2026-11-30.html": written.read_bytes()}


def test_a_mail_stands_alone_and_says_that_it_is_no_persons(office: Office) -> None:
    (mail,) = office.news(FIRST_DOMAIN)
    text = text_of(mail)
    for words in (FIRST_DOMAIN, FIRST, STRANGER, "审计基准日 2026-11-30", "证件号码与电话均已打码"):
        assert words in text
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == "备案审计 <audit@example.cn>"
    assert PHONE not in everything(mail)


# When


def test_when_changed_sends_the_first_and_what_is_new(office: Office) -> None:
    office.email = f'{PLAIN}\nwhen = "changed"'
    assert len(office.news(FIRST_DOMAIN)) == 1
    assert office.news(FIRST_DOMAIN) == []
    assert len(office.news()) == 1
    assert office.news() == []


def test_when_changed_tells_once_that_an_audit_became_incomplete(office: Office) -> None:
    office.email = f'{PLAIN}\nwhen = "changed"'
    office.news(known=(SECOND_DOMAIN,))
    assert office.news(known=(SECOND_DOMAIN,)) == []
    assert len(office.news()) == 1
    assert len(office.news(known=(SECOND_DOMAIN,))) == 1


def test_a_route_is_not_told_every_week_that_the_audit_is_as_incomplete_as_before(office: Office) -> None:
    office.email = (
        f'attach = []\nwhen = "changed"\n[[email.route]]\nentity = "{FIRST}"\nto = ["jia@example.cn"]'
    )
    assert len(office.news(FIRST_DOMAIN, known=(FIRST_DOMAIN,))) == 1
    assert office.news(FIRST_DOMAIN, known=(FIRST_DOMAIN,)) == []


def test_when_findings_is_silent_only_where_everything_was_seen_and_nothing_failed(office: Office) -> None:
    office.email = f'{PLAIN}\nwhen = "findings"'
    made = office.audited(())
    assert "按 when = “findings” 本次无需发送" in told(office.sends(made))
    assert office.arrived() == []
    assert len(office.news(FIRST_DOMAIN)) == 1
    assert len(office.news(FIRST_DOMAIN)) == 1
    assert len(office.news(known=(SECOND_DOMAIN,))) == 1


def test_a_route_may_have_a_when_of_its_own(office: Office) -> None:
    office.email = (
        f"{PLAIN}\n"
        f'[[email.route]]\nentity = "{FIRST}"\nto = ["jia@example.cn"]\nwhen = "findings"\n'
        f'[[email.route]]\nentity = "{SECOND}"\nto = ["yi@example.cn"]\nwhen = "findings"\n'
    )
    assert [one["To"] for one in office.news(SECOND_DOMAIN)] == ["leiter@example.cn", "yi@example.cn"]


def test_a_heartbeat_comes_when_nothing_else_did_for_so_long(office: Office) -> None:
    office.email = f'{PLAIN}\nwhen = "changed"\nheartbeat_days = 30'
    assert len(office.news(FIRST_DOMAIN)) == 1
    assert [len(office.news(FIRST_DOMAIN)) for _week in range(5)] == [0, 0, 0, 0, 1]
    assert [len(office.news(FIRST_DOMAIN)) for _week in range(5)] == [0, 0, 0, 0, 1]


# Reminders


def test_each_step_before_an_end_date_is_told_once_and_the_next_one_again(office: Office) -> None:
    office.email = f'{PLAIN}\nwhen = "changed"\nexpiry_rungs = [30, 14, 7, 0]'
    ends = {FIRST_DOMAIN: "2027-01-15"}
    office.news(ends=ends)  # 30 November
    news = {}
    for days in (1, 14, 2, 3, 12, 3, 5, 6, 2):
        mails = office.news(ends=ends, days=days)
        news[office.now.date().isoformat()] = [("今日提醒" in text_of(one)) for one in mails]
    assert news == {
        "2026-12-01": [],
        "2026-12-15": [],
        "2026-12-17": [True],  # 29 days left
        "2026-12-20": [],
        "2027-01-01": [True],  # 14 days left
        "2027-01-04": [],
        "2027-01-09": [True],  # 6 days left
        "2027-01-15": [True],  # the last day
        "2027-01-17": [],
    }


def test_a_new_end_date_begins_anew(office: Office) -> None:
    office.email = f'{PLAIN}\nwhen = "changed"\nexpiry_rungs = [30]'
    assert "今日提醒" in text_of(office.news(ends={FIRST_DOMAIN: "2026-12-10"})[0])
    assert office.news(ends={FIRST_DOMAIN: "2026-12-10"}, days=1) == []
    (renewed,) = office.news(ends={FIRST_DOMAIN: "2027-12-10"}, days=1)
    assert "今日提醒" not in text_of(renewed)
    assert "今日提醒" in text_of(office.news(ends={FIRST_DOMAIN: "2027-12-10"}, days=350)[0])


def test_a_reminder_is_owed_until_a_mail_with_it_is_on_its_way(office: Office, tmp_path: Path) -> None:
    office.email = f'{PLAIN}\nwhen = "changed"\nexpiry_rungs = [30]'
    ends = {FIRST_DOMAIN: "2026-12-20"}
    office.sends(office.audited((), ends=ends), dry_run=tmp_path / "dry")
    with SmtpServer(faults={"rcpt": ["550 No such user"] * 9}) as refusing:
        office.server, right = refusing, office.server
        assert office.sends(office.audited((), ends=ends, days=1)).refused == 1
        office.server = right
    (mail,) = office.news(ends=ends, days=1)
    assert "今日提醒" in text_of(mail)
    assert office.news(ends=ends, days=1) == []


def test_a_reminder_that_no_mail_carried_is_not_taken_for_told(office: Office) -> None:
    own = f'attach = []\nwhen = "changed"\nexpiry_rungs = [30]\n[[email.route]]\nentity = "{FIRST}"\nto = ["jia@example.cn"]'
    office.email = own
    ends = {SECOND_DOMAIN: "2026-12-20"}
    office.news(ends=ends)
    office.email = f'{own}\n[[email.route]]\nentity = "{SECOND}"\nto = ["yi@example.cn"]'
    (mail,) = office.news(ends=ends, days=1)
    assert mail["To"] == "yi@example.cn"
    assert "今日提醒" in text_of(mail)


# To whom


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f'entity = "{FIRST}"', f'entity = "{SECOND}"'),
        (f'entity = "{FIRST_NUMBER}"', f'entity = "{SECOND_NUMBER}"'),
        (f'tag = "{FIRST_GROUP}"', f'tag = "{SECOND_GROUP}"'),
        (f'owner = "{FIRST}"', f'owner = "{SECOND_GROUP}"'),
    ],
)
def test_each_route_gets_its_own_rows_and_no_word_of_another(office: Office, first: str, second: str) -> None:
    office.email = f'[[email.route]]\n{first}\nto = ["jia@example.cn"]\n[[email.route]]\n{second}\nto = ["yi@example.cn"]\n'
    mails = office.news(FIRST_DOMAIN, SECOND_DOMAIN)
    assert [one["To"] for one in mails] == ["jia@example.cn", "yi@example.cn"]
    for mail, own, others in zip(mails, (OF_FIRST, OF_SECOND), (OF_SECOND, OF_FIRST), strict=True):
        assert len(attached(mail)) == 2
        seen = everything(mail)
        assert own[2] in seen
        assert [name for name in others if name in seen] == []


def test_a_route_of_all_values_writes_to_each_and_names_whose_findings_go_to_nobody(office: Office) -> None:
    office.email = f'attach = []\n[[email.route]]\nentity = "*"\naddresses = {{ "{FIRST}" = ["jia@example.cn", "xin@example.cn"] }}\n'
    sent = office.sends(office.audited(BOTH))
    (mail,) = office.arrived()
    assert mail["To"] == "jia@example.cn, xin@example.cn"
    assert f"路由 entity = “*” 有 1 个值没有地址: {SECOND}" in told(sent)
    assert FIRST_NUMBER not in told(sent)
    assert f"主体“{FIRST}” → jia@example.cn: 已发送" in told(sent)
    # Who has no finding misses no mail.
    assert "值没有地址" not in told(office.sends(office.audited((FIRST_DOMAIN,))))


def test_a_route_of_all_groups_takes_each_spelling(office: Office) -> None:
    office.email = f'attach = []\n[[email.route]]\ntag = "*"\naddresses = {{ " {FIRST_GROUP}" = "jia@example.cn", "{SECOND_GROUP}" = "yi@example.cn" }}\n'
    sent = office.sends(office.audited(BOTH))
    assert len(office.arrived()) == 2
    assert "值没有地址" not in told(sent)


def test_a_route_that_matches_nothing_is_told_and_sends_nothing(office: Office) -> None:
    office.email = f'{PLAIN}\n[[email.route]]\ntag = "没有的组"\nto = ["x@example.cn"]\n'
    sent = office.sends(office.audited())
    assert "路由 tag = “没有的组” 与台账中的任何内容都不相符, 没有发送" in told(sent)
    assert "matches nothing in the book" in told(sent, "en")
    assert len(office.arrived()) == 1


def test_two_routes_of_the_same_share_are_two_mails(office: Office) -> None:
    office.email = (
        f'attach = []\n[[email.route]]\nentity = "{FIRST}"\nto = ["jia@example.cn"]\n'
        f'[[email.route]]\nentity = "{FIRST}"\nto = ["jane@example.cn"]\nlang = "en"\n'
    )
    one, other = office.news(FIRST_DOMAIN)
    assert (one["To"], other["To"]) == ("jia@example.cn", "jane@example.cn")
    assert other["Subject"].startswith("[ICP audit]")
    assert one["Message-ID"] != other["Message-ID"]


def test_the_digest_has_a_line_for_each_route_and_counts_what_went_to_nobody(office: Office) -> None:
    office.email = (
        f'digest = ["chef@example.cn"]\n[[email.route]]\nentity = "{FIRST}"\nto = ["jia@example.cn"]\n'
        'cc = ["ablage@example.cn"]\n'
    )
    route, digest = office.news(FIRST_DOMAIN, SECOND_DOMAIN)
    assert (digest["To"], route["Cc"]) == ("chef@example.cn", "ablage@example.cn")
    assert digest["Subject"] == "[备案审计汇总] 集团域名 严重2 ｜首次"
    assert "未分送给任何人的问题与无法判定事项：1 项。" in text_of(digest)
    assert f"[严重] {FIRST}" in text_of(digest)
    # Its reader gets the page; where it can be opened by a link not even that.
    assert list(attached(digest)) == ["备案审计报告_2026-11-30.html"]
    office.email = 'digest = ["chef@example.cn"]\nlink = "https://reports.example.cn/audit/"'
    (digest,) = office.news(FIRST_DOMAIN)
    assert attached(digest) == {}
    assert "https://reports.example.cn/audit/" in text_of(digest)


def test_where_no_route_matches_all_findings_are_counted_as_sent_to_nobody(office: Office) -> None:
    office.email = 'digest = ["chef@example.cn"]\nattach = []\n[[email.route]]\ntag = "没有的组"\nto = ["x@example.cn"]\n'
    (digest,) = office.news(FIRST_DOMAIN, SECOND_DOMAIN)
    assert "未分送给任何人的问题与无法判定事项：2 项。" in text_of(digest)


# What goes along


def test_reports_with_personal_data_are_never_attached(office: Office) -> None:
    office.email = 'to = ["leiter@example.cn"]'
    made = office.audited(BOTH, only=("OWN201", "PER"))
    (shown,) = write_reports(made.result, office.here / "out", ["html"], show_pii=True)
    # The command hands no file over that was written unmasked; what is made here is masked.
    office.sends(made, files={})
    (mail,) = office.arrived()
    assert len(attached(mail)) == 2
    assert PHONE not in everything(mail)
    assert shown.exists()


def test_attachments_over_the_limit_are_left_out_and_the_body_says_so(office: Office) -> None:
    office.email = 'to = ["leiter@example.cn"]\nattach_limit_mb = 0.06'
    (mail,) = office.news(FIRST_DOMAIN)
    assert list(attached(mail)) == ["备案审计报告_2026-11-30.xlsx"]
    assert "备案审计报告_2026-11-30.html" in text_of(mail)
    assert "超过附件上限 0.06 MB 的余量" in text_of(mail)


# Once


def test_a_second_sending_does_nothing_unless_it_is_asked_for(office: Office) -> None:
    made = office.audited()
    office.sends(made)
    again = office.sends(made)
    assert (again.sent, len(office.arrived())) == (0, 1)
    assert "整份报告: 本次运行此前已发送, 没有重发" in told(again)
    assert office.sends(made, again=True).sent == 1
    first, second = office.arrived()
    assert first["Message-ID"] == second["Message-ID"]


def test_again_sends_what_was_not_due(office: Office) -> None:
    office.email = f'{PLAIN}\nwhen = "findings"'
    assert office.sends(office.audited(()), again=True).sent == 1


def test_a_thread_holds_the_mails_of_a_route_and_no_others(office: Office) -> None:
    office.email = f'{PLAIN}\n[[email.route]]\nentity = "{FIRST}"\nto = ["jia@example.cn"]\n'
    mails = [*office.news(FIRST_DOMAIN), *office.news(FIRST_DOMAIN)]
    threads = [one["References"] for one in mails]
    assert threads[0] == threads[2] != threads[1] == threads[3]
    assert [one["In-Reply-To"] for one in mails] == threads
    assert len({one["Message-ID"] for one in mails}) == 4


def test_a_dry_run_writes_files_sends_nothing_and_notes_nothing(office: Office, tmp_path: Path) -> None:
    office.email = (
        f'{PLAIN}\nexpiry_rungs = [30]\n[[email.route]]\nentity = "{FIRST}"\nto = ["jia@example.cn"]\n'
    )
    made = office.audited(ends={FIRST_DOMAIN: "2026-12-20"})
    sent = office.sends(made, dry_run=tmp_path / "dry")
    assert (sent.sent, office.server.connections) == (0, 0)
    files = sorted((tmp_path / "dry").iterdir())
    assert [one.suffix for one in files] == [".eml", ".eml"]
    written = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert not outbox_of(office.settings()).folder.exists()
    with office.history() as history:
        assert history.deliveries(made.past.portfolio) == ()
        assert history.rungs(made.past.portfolio) == frozenset()
    office.sends(made)
    assert office.arrived()[0]["Message-ID"] == written["Message-ID"]


# Servers that do not do as they should


def test_what_a_server_postpones_waits_and_the_next_run_sends_it_as_the_same_mail(office: Office) -> None:
    office.email = f'{PLAIN}\nwhen = "changed"\nheartbeat_days = 20'
    with SmtpServer(faults={"rcpt": ["451 Greylisted"] * 9}) as busy:
        office.server, right = busy, office.server
        sent = office.sends(office.audited())
        assert (sent.sent, sent.waiting, sent.refused) == (0, 1, 0)
        assert "451 Greylisted" in told(sent)
        assert sent.faults
        office.server = right
    (waiting,) = outbox_of(office.settings()).waiting()
    assert office.slept == [5.0]
    # The next run has nothing to say for itself.
    (mail,) = office.news(FIRST_DOMAIN, days=1)
    assert mail["Message-ID"] == waiting.message_id
    assert mail["Subject"].endswith("首次")
    # And it counts as a sign of life from the day on which it went out.
    assert office.news(FIRST_DOMAIN, days=19) == []
    assert len(office.news(FIRST_DOMAIN, days=1)) == 1


def test_a_refusal_is_told_and_the_others_get_their_mail(tmp_path: Path) -> None:
    with SmtpServer(faults={"rcpt weg@example.cn": ["550 5.1.1 No such user"]}) as server:
        office = Office(tmp_path, server, 'to = ["da@example.cn", "weg@example.cn"]\nattach = []')
        sent = office.sends(office.audited())
        assert (sent.sent, sent.refused, sent.waiting) == (1, 1, 0)
        assert "整份报告 → weg@example.cn: 被拒绝: " in told(sent)
        assert [one.in_language("en") for one in sent.faults] == [
            one for one in told(sent, "en").splitlines() if "550 5.1.1" in one
        ]
        assert office.sends(office.audited(days=1)).sent == 2


@pytest.mark.parametrize("case", ["certificate", "password"])
def test_wrong_settings_are_told_and_the_mail_waits_until_they_are_mended(tmp_path: Path, case: str) -> None:
    users = {"robot@example.cn": PASSWORD}
    with SmtpServer(tls="starttls", users=users) as server:
        office = Office(tmp_path, server, PLAIN)
        office.environment["AUDIT_SMTP_PASSWORD"] = "falsch-123" if case == "password" else PASSWORD
        trusted = f'ca_file = "{authority_file()}"\n'
        office.email = f'{PLAIN}\nusername = "robot@example.cn"\n{trusted if case == "password" else ""}'
        settings = office.settings
        office.settings = lambda: _with_starttls(settings(), office)  # type: ignore[method-assign]
        sent = office.sends(office.audited())
        assert (sent.sent, sent.waiting, sent.refused, sent.blocked) == (0, 0, 0, 1)
        assert Fate.BLOCKED.text.zh in told(sent)
        assert PASSWORD not in told(sent) + told(sent, "en")
        assert "falsch-123" not in told(sent) + told(sent, "en")
        assert server.mails == []
        office.environment["AUDIT_SMTP_PASSWORD"] = PASSWORD
        office.email = f'{PLAIN}\nusername = "robot@example.cn"\n{trusted}'
        assert office.sends(office.audited(days=1)).sent == 2
        assert [one.encrypted for one in server.mails] == [True, True]


def _with_starttls(_made: object, office: Office) -> object:
    from auditor.settings.policy_file import read_settings

    path = office.here / "audit.toml"
    text = path.read_text(encoding="utf-8").replace('security = "none"', 'security = "starttls"')
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


def test_a_server_that_is_not_there_costs_nothing_but_time(office: Office, tmp_path: Path) -> None:
    office.server = SmtpServer()
    office.server.port = unused_port()
    sent = office.sends(office.audited())
    assert (sent.sent, sent.waiting) == (0, 1)


# Chats


def taken() -> Page:
    """What a robot says that took a note."""
    return json_page({"errcode": 0, "errmsg": "ok"})


def test_a_robot_hears_of_each_run_once(office: Office) -> None:
    with HttpServer({"/robot": taken()}) as chat:
        office.environment["AUDIT_WECOM_URL"] = f"{chat.url}/robot?key=geheim-4711"
        office.more = '[chat]\nlink = "https://reports.example.cn/"\n[chat.wecom]\n'
        made = office.audited()
        sent = office.sends(made)
        assert (sent.sent, len(chat.seen)) == (2, 1)
        posted = json.loads(chat.seen[0].body)["markdown"]["content"]
        assert "集团域名 严重1 ｜首次" in posted
        assert "https://reports.example.cn/" in posted
        assert office.sends(made).sent == 0
        assert len(chat.seen) == 1
        office.sends(made, again=True)
        assert len(chat.seen) == 2
        assert "geheim-4711" not in told(sent) + told(sent, "en")


def test_a_robot_has_its_own_when_whatever_the_mails_do(office: Office) -> None:
    with HttpServer({"/w": taken(), "/d": json_page({"errcode": 0}), "/f": json_page({"code": 0})}) as chat:
        office.email = f"{PLAIN}\nheartbeat_days = 30"
        office.more = (
            f'[chat]\nwhen = "changed"\n[chat.wecom]\nurl = "{chat.url}/w"\n'
            f'[chat.dingtalk]\nurl = "{chat.url}/d"\nwhen = "findings"\n[chat.feishu]\nurl = "{chat.url}/f"\nwhen = "always"\n'
        )
        paths = []
        for wrong in ((FIRST_DOMAIN,), (FIRST_DOMAIN,), (), ()):
            before = len(chat.seen)
            office.news(*wrong)
            paths.append("".join(one.target[1] for one in chat.seen[before:]))
        assert paths == ["wdf", "df", "wf", "f"]


def test_a_robot_alone_is_enough_and_its_failure_is_told_without_its_address(office: Office) -> None:
    office.mail = False
    with HttpServer(
        {"/robot": json_page({"errcode": 310000, "errmsg": "sign not match geheim-4711"})}
    ) as chat:
        office.more = f'[chat.dingtalk]\nurl = "{chat.url}/robot?access_token=geheim-4711"\n'
        office.environment["AUDIT_DINGTALK_SECRET"] = "SECgeheim-0815"
        made = office.audited(ends={FIRST_DOMAIN: "2026-12-20"})
        sent = office.sends(made)
        assert (sent.sent, sent.refused) == (0, 1)
        said = told(sent) + told(sent, "en")
        assert "钉钉: 服务拒绝: 310000 sign not match ***" in said
        assert "geheim" not in said
        with office.history() as history:
            assert history.deliveries(made.past.portfolio) == ()


def test_a_dry_run_posts_nothing(office: Office, tmp_path: Path) -> None:
    with HttpServer({"/robot": taken()}) as chat:
        office.more = f'[chat.wecom]\nurl = "{chat.url}/robot"\n'
        assert "试运行" in told(office.sends(office.audited(), dry_run=tmp_path / "dry"))
        assert chat.seen == []


# Settings that cannot work


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有可用的发送方式"),
        ('[email]\nhost = "mail.example.cn"\nto = ["a@example.cn"]', "需要 from"),
        ('[email]\nhost = "mail.example.cn"\nfrom = "a@example.cn"', "没有收件人"),
        ("[chat.wecom]\n", "AUDIT_WECOM_URL"),
        ('[chat.feishu]\nurl = "http://chat.example.cn/x"', "https://"),
        ('[email]\nhost = "mail.example.cn"\nfrom = "a@example.cn"\nto = ["b@example.cn"]\nusername = "r"', "AUDIT_SMTP_PASSWORD"),
        ('[email]\nhost = "mail.example.cn"\nfrom = "a@example.cn"\nto = ["kein Empfänger"]', "kein Empfänger"),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_an_error_of_the_policy(tmp_path: Path, text: str, said: str) -> None:
    from auditor.settings.policy_file import read_settings

    path = tmp_path / "audit.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        check_mail(read_settings(path), {})
    assert said in error.value.describe("zh")
    assert error.value.exit_status == 2


def test_without_a_history_everybody_is_told_and_nothing_is_compared(office: Office) -> None:
    office.email = f'{PLAIN}\nwhen = "changed"'
    office.sends(office.audited(remember=False), remember=False)
    office.sends(office.audited(remember=False), remember=False)
    assert subjects(office) == ["[备案审计] 集团域名 严重1"] * 2


def test_one_slow_week_is_no_heartbeat_too_early(office: Office) -> None:
    office.email = f'{PLAIN}\nwhen = "findings"\nheartbeat_days = 7'
    office.news(FIRST_DOMAIN)
    office.now += timedelta(seconds=-1)
    assert office.news(days=7) == []

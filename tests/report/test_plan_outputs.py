"""plan.json, plan.ics and the change packets: whole, masked, safe to open, the same bytes every time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import OutputError, UsageError
from auditor.model.plan import WorkKind
from auditor.model.text import Personal, PersonalKind, mask_digits, say
from auditor.report.plan_ics import escape, fold, write_plan_ics
from auditor.report.plan_json import SCHEMA_FILE, write_plan_json
from auditor.report.plan_lines import plan_lines
from auditor.report.plan_write import PLAN_FORMATS, write_plan
from auditor.report.wording import Wording
from tests.builders import id_number, mobile
from tests.planning.planned import NUMBER, S1, S2, Planned, book, filing, found, paper, planned
from tests.report.pages import Page
from tests.report.results import HOSTILE, SCRIPT

ID = id_number(7)
PHONE = mobile(13800138)
DAY = date(2026, 11, 23)


@cache
def made() -> Planned:
    """Registrar work, an order for entity and service, one for a service, preparations, something late, 2027."""
    rows = [
        filing(
            1, administrator_id_number=ID, administrator_mobile=PHONE, access_provider="阿里云", remark=SCRIPT
        ),
        filing(2, "shili-2.cn", administrator_name="丙示例", access_provider="阿里云"),
    ]
    reading = book(*rows, papers=[paper("网站负责人身份证", "乙示例", date(2026, 12, 1))])
    return planned(
        reading,
        found("OWN203", "shili-1.cn"),
        found("PER503", f"{NUMBER}/leader", message=(say("手机 {p}", "mobile {p}", p=Personal(PersonalKind.PHONE, PHONE)),)),
        found("SYN403", S1),
        found("PER509", f"{S2}/administrator", message=(say("号码 {n}；{s}", "number {n}; {s}", n=ID, s=SCRIPT),)),
        found("DOC602", "证照!2", date(2026, 12, 1)),
        found("WEB901", "shili-2.cn"),
        as_of=DAY,
    )  # fmt: skip


def written(
    folder: Path, lang: str = "zh", *, show_pii: bool = False, plan: Planned | None = None
) -> tuple[Path, ...]:
    chosen = plan or made()
    return write_plan(chosen.result, chosen.plan, folder, PLAN_FORMATS, Wording(lang, show_pii))


def schema() -> Any:
    return json.loads(resources.files("auditor.report").joinpath(SCHEMA_FILE).read_text(encoding="utf-8"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_plan_fits_the_schema_that_ships_with_it(lang: str, tmp_path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema(), format_checker=jsonschema.FormatChecker())
    written(tmp_path, lang)
    data = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert [error.message for error in validator.iter_errors(data)] == []
    assert data["totals"]["late"] == len(data["late_first"]) == 1
    assert {one["id"] for queue in data["queues"] for one in queue["orders"]} >= set(data["late_first"])


def test_an_empty_plan_fits_the_schema_too(tmp_path: Path) -> None:
    empty = planned(book(), as_of=DAY)
    written(tmp_path, plan=empty)
    data = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema()).validate(data)
    assert data["queues"] == []
    assert (tmp_path / "plan.ics").read_bytes().endswith(b"END:VCALENDAR\r\n")


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a"), written(tmp_path / "b")
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_personal_numbers_are_masked_everywhere_unless_asked_for(lang: str, tmp_path: Path) -> None:
    for path in written(tmp_path / "masked", lang):
        text = path.read_text(encoding="utf-8").replace("\r\n ", "")
        assert ID not in text
        assert PHONE not in text
    shown = "".join(
        path.read_text(encoding="utf-8") for path in written(tmp_path / "whole", lang, show_pii=True)
    )
    assert ID in shown
    assert PHONE in shown


def packets(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted((folder / "packets").glob("*.html")):
        yield path, path.read_text(encoding="utf-8")


def test_every_order_has_a_packet_and_preparations_have_none(tmp_path: Path) -> None:
    written(tmp_path)
    names = {path.stem for path, _text in packets(tmp_path)}
    assert names == {one.id for one in made().plan.orders if one.kind is not WorkKind.PREPARATION}


def test_a_packet_holds_the_six_steps_the_fields_the_papers_and_a_place_to_sign(tmp_path: Path) -> None:
    written(tmp_path)
    order = made().one(WorkKind.BOTH)
    text = (tmp_path / "packets" / f"{order.id}.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert page.unclosed == []
    six = text.split('<ol class="six">')[1].split("</ol>")[0]
    assert six.count("<li") == 6
    assert "登录阿里云备案系统" in six
    assert mask_digits(ID) in text
    for word in ("乙示例", "网站负责人身份证", "有效期不足", "经办人", "24 小时", "变更备案（主体与服务）"):
        assert word in text
    assert "☐" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_packets_run_nothing_and_load_nothing(lang: str, tmp_path: Path) -> None:
    written(tmp_path, lang)
    for _path, text in packets(tmp_path):
        page = Page()
        page.feed(text)
        assert not {one.tag for one in page.elements} & {"script", "img", "link", "iframe", "object", "form"}
        policies = [
            one.attributes.get("content", "") for one in page.elements if "http-equiv" in one.attributes
        ]
        assert policies[0].startswith("default-src 'none'; style-src 'sha256-")
        assert SCRIPT not in text


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    rows = [filing(n + 1, f"h{n}.cn", entity=1, access_provider=text, service_name=text, administrator_name=text) for n, text in enumerate(HOSTILE)]  # fmt: skip
    reading = book(*rows)
    findings = [found("SYN403", one.key, message=(say("{t}", "{t}", t=text),)) for one, text in zip(reading.portfolio.services, HOSTILE, strict=False)]  # fmt: skip
    hostile = planned(reading, *findings, as_of=DAY)
    written(tmp_path, plan=hostile)
    json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    for _path, text in packets(tmp_path):
        page = Page()
        page.feed(text)
        assert not {one.tag for one in page.elements} & {"script", "img", "svg"}
        assert not any(name.startswith("on") for one in page.elements for name in one.attributes)
    check_calendar((tmp_path / "plan.ics").read_bytes())


def unfolded(content: bytes) -> list[str]:
    assert b"\n" not in content.replace(b"\r\n", b""), "a line that does not end with CRLF"
    return content.decode("utf-8").replace("\r\n ", "").split("\r\n")[:-1]


def check_calendar(content: bytes) -> list[str]:
    """The rules of RFC 5545 that a calendar program trips over."""
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    lines = unfolded(content)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    open_parts: list[str] = []
    for line in lines:
        name, colon, value = line.partition(":")
        assert colon, line
        assert re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[A-Z]+)*", name), line
        if name == "BEGIN":
            open_parts.append(value)
        elif name == "END":
            assert open_parts.pop() == value
        elif name in ("SUMMARY", "DESCRIPTION"):
            assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), value
            assert not re.search(r"(?<!\\)(?:\\\\)*\\(?![\\;,nN])", value), value
    assert open_parts == []
    uids = [line for line in lines if line.startswith("UID:")]
    assert len(uids) == len(set(uids)) == lines.count("BEGIN:VEVENT")
    return lines


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_calendar_holds_a_deadline_and_a_latest_start_for_each_piece_of_work(
    lang: str, tmp_path: Path
) -> None:
    written(tmp_path, lang)
    lines = check_calendar((tmp_path / "plan.ics").read_bytes())
    orders = list(made().plan.orders)
    assert lines.count("BEGIN:VEVENT") == 2 * len(orders)
    assert lines.count("BEGIN:VALARM") == 4 * len(orders)
    for order in orders:
        at = lines.index(f"UID:{order.id}-due@filing-audit.invalid")
        assert lines[at + 1 : at + 3] == [
            "DTSTAMP:20261123T000000Z",
            f"DTSTART;VALUE=DATE:{order.due:%Y%m%d}",
        ]
        start = lines.index(f"UID:{order.id}-start@filing-audit.invalid")
        assert lines[start + 2] == f"DTSTART;VALUE=DATE:{max(order.latest_start, DAY):%Y%m%d}"


def test_what_should_have_begun_is_to_begin_at_once(tmp_path: Path) -> None:
    write_plan_ics(made().plan, tmp_path / "plan.ics", Wording())
    (late,) = made().plan.late
    text = "\n".join(unfolded((tmp_path / "plan.ics").read_bytes()))
    assert f"立即开始 (已过最迟开始日 {late.latest_start}" in text


def test_an_estimated_day_is_marked_in_every_output(tmp_path: Path) -> None:
    written(tmp_path)
    order = made().one(WorkKind.BOTH)
    assert order.earliest_finish.year == 2027
    assert f"{order.earliest_finish} (估算)" in "\n".join(unfolded((tmp_path / "plan.ics").read_bytes()))
    assert f"{order.earliest_finish} (估算)" in (tmp_path / "packets" / f"{order.id}.html").read_text(
        encoding="utf-8"
    )
    assert any(f"{order.earliest_finish} (估算)" in line for line in plan_lines(made().plan, Wording()))
    data = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    own = next(one for queue in data["queues"] for one in queue["orders"] if one["id"] == order.id)
    assert "earliest_finish" in own["estimated_dates"]


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_folding_and_escaping_lose_nothing(text: str) -> None:
    line = "SUMMARY:" + escape(text)
    folded = fold(line)
    assert folded.replace("\r\n ", "") == line
    assert all(len(piece.encode()) <= 75 for piece in folded.split("\r\n"))
    assert "\n" not in line
    assert "\r" not in line


def test_late_work_is_said_first() -> None:
    lines = list(plan_lines(made().plan, Wording("en")))
    late = next(index for index, line in enumerate(lines) if "cannot be done in time" in line)
    assert "too late" in lines[late + 1]
    assert late < next(index for index, line in enumerate(lines) if line == "Queues by entity")


def test_an_empty_plan_says_that_there_is_nothing_to_do() -> None:
    assert "没有需要办理的事项" in list(plan_lines(planned(book(), as_of=DAY).plan, Wording()))


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_plan(made().result, made().plan, tmp_path, ["pdf"], Wording())


def test_a_fault_in_a_users_packet_template_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "packet.html.j2").write_text("{{ nothing.like.this }}", encoding="utf-8")
    with pytest.raises(OutputError) as told:
        write_plan(made().result, made().plan, tmp_path / "out", ["packets"], Wording(), templates=tmp_path)
    assert "packet.html.j2" in told.value.describe()
    assert not list((tmp_path / "out").rglob("*.html"))


def test_the_json_alone_is_written_when_asked(tmp_path: Path) -> None:
    write_plan_json(made().result, made().plan, tmp_path / "plan.json", Wording())
    assert json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["schema"] == "filing-plan/1"

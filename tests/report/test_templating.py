"""Templates: found in the package or the checkout, overridable, and strict about what they are given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from auditor.errors import OutputError
from auditor.model.text import Personal, PersonalKind, Text
from auditor.report.html import write_html
from auditor.report.packet import Packets
from auditor.report.templating import FAULTS, environment, fault_of_user, shipped_templates
from auditor.report.view import View, build_view
from auditor.report.wording import Wording
from auditor.report.write import write_reports
from tests.report.results import BIDI, SCRIPT, sample_result


def rendered(template: str, **values: object) -> str:
    return environment(Wording("zh")).from_string(template).render(**values)


def test_every_value_is_escaped_and_made_visible_without_being_asked() -> None:
    assert rendered("{{ one }}", one=SCRIPT) == "&lt;script&gt;alert(1)&lt;/script&gt;"
    assert "⟦U+202E⟧" in rendered("<p title='{{ one }}'>", one=BIDI)
    assert "\u202e" not in rendered("{% for one in many %}{{ one }}{% endfor %}", many=[BIDI])
    assert rendered("{{ one }}", one=Text("中", "en")) == "中"
    assert rendered("{{ one }}", one=Personal(PersonalKind.PHONE, "13800138000")) == "138****8000"


@pytest.mark.parametrize(
    "address", ["http://example.cn/", "https://示例.中国/a?b=1&c=2", "HTTPS://example.cn"]
)
def test_a_web_address_becomes_a_link(address: str) -> None:
    assert rendered("{{ one|link }}", one=address).startswith('<a href="')


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", " http://example.cn", "http://a b", 'http://a"onclick="x', "http://a\u202eb", "data:text/html,x",
     "ftp://example.cn", "//example.cn", "http://", "http://a\nb", "whois.cnnic.cn"],
)  # fmt: skip
def test_anything_else_stays_text(address: str) -> None:
    assert "<a " not in rendered("{{ one|link }}", one=address)


def test_a_missing_value_is_an_error_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        rendered("{{ nothing_of_this_name }}")


@pytest.mark.parametrize(
    "name", ["../pyproject.toml", "sections/../../x", "shipped/../style.css", "missing.j2", "sections"]
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(TemplateNotFound):
        environment(Wording("zh")).get_template(name)


def test_a_users_template_wins_and_can_build_on_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text(
        '{% extends "shipped/report.html.j2" %}{% block masthead %}<h1>{{ view.result.run.as_of }} 某集团</h1>{% endblock %}',
        encoding="utf-8",
    )
    (path,) = write_reports(sample_result(), tmp_path / "out", ["html"], templates=tmp_path)
    source = path.read_text(encoding="utf-8")
    assert "<h1>2026-11-23 某集团</h1>" in source
    assert 'id="findings"' in source


def test_a_users_style_sheet_wins_and_is_allowed_by_the_policy(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("body { color: black; }", encoding="utf-8")
    (path,) = write_reports(sample_result(), tmp_path / "out", ["html"], templates=tmp_path)
    assert "<style>body { color: black; }</style>" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("template", "where"),
    [
        ("{% if %}", "report.html.j2:1"),
        ("\n{{ nowhere }}", "report.html.j2"),
        ('{% include "gone.j2" %}', "gone.j2"),
        ('\n\n{{ t("no_such") }}', "report.html.j2:3"),
        ("{{ 1/0 }}", "report.html.j2:1"),
        ('<p>\n{{ "a"+1 }}', "report.html.j2:2"),
        ("{{ words.nowhere() }}", "report.html.j2:1"),
        ("{{ words.number('many') }}", "report.html.j2:1"),
        ('\n{{ "%d"|format("x") }}', "report.html.j2:2"),
        ('{% include "report.html.j2" %}', "report.html.j2:1"),
        ("\n{% macro own(one) %}\n{{ one / 0 }}\n{% endmacro %}\n{{ own(1) }}", "report.html.j2:3"),
        (
            '{% extends "shipped/report.html.j2" %}\n{% block masthead %}\n{{ 1/0 }}{% endblock %}',
            "report.html.j2:3",
        ),
    ],
)
def test_a_fault_in_a_users_template_is_told_with_its_place(
    template: str, where: str, tmp_path: Path
) -> None:
    (tmp_path / "report.html.j2").write_text(template, encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_reports(sample_result(), tmp_path / "out", ["html", "json"], templates=tmp_path)
    for lang in ("zh", "en"):
        assert where in caught.value.describe(lang)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_users_section_wins_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / "masthead.html.j2").write_text(
        '<p id="own">{{ t("report_title") }}</p>{% include "shipped/sections/masthead.html.j2" %}',
        encoding="utf-8",
    )
    (path,) = write_reports(sample_result(), tmp_path / "out", ["html"], templates=tmp_path)
    source = path.read_text(encoding="utf-8")
    (shipped,) = write_reports(sample_result(), tmp_path / "shipped", ["html"])
    own = re.search(r'<p id="own">[^<]+</p>', source)
    assert own is not None
    assert source.replace(own.group(), "") == shipped.read_text(encoding="utf-8")


def test_every_shipped_template_stands_under_the_prefix_too(tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text("own", encoding="utf-8")
    own = environment(Wording("zh"), tmp_path)
    folder = shipped_templates()
    assert isinstance(folder, Path)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.j2"))
    assert "report.html.j2" in names
    for name in names:
        assert own.get_template(f"shipped/{name}").root_render_func is not None
    assert own.get_template("report.html.j2").render() == "own"
    with pytest.raises(UndefinedError):
        own.get_template("shipped/report.html.j2").render()


def test_values_are_escaped_in_a_users_template_as_well(tmp_path: Path) -> None:
    for name in ("report.html.j2", "report.html", "own.txt"):
        (tmp_path / name).write_text("{{ one }}", encoding="utf-8")
        made = environment(Wording("zh"), tmp_path).get_template(name).render(one=SCRIPT)
        assert made == "&lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.mark.parametrize(
    "name", ["../secret.j2", "/etc/hostname", "sections/../../secret.j2", "shipped/../../secret.j2"]
)
def test_a_users_template_cannot_reach_outside_of_its_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.j2").write_text("secret", encoding="utf-8")
    own = tmp_path / "own"
    own.mkdir()
    (own / "report.html.j2").write_text(f'{{% include "{name}" %}}', encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_reports(sample_result(), tmp_path / "out", ["html"], templates=own)
    assert name in caught.value.describe("en")


def test_an_unknown_attribute_in_a_users_template_is_told(tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text("{{ view.nothing_here }}", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_reports(sample_result(), tmp_path / "out", ["html"], templates=tmp_path)
    assert "nothing_here" in caught.value.describe("en")


@pytest.mark.parametrize("folder", ["own", "own/../own", "."])
def test_a_fault_in_a_users_section_is_told_with_its_place(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sections = tmp_path / folder.split("/")[0] / "sections"
    sections.mkdir(parents=True)
    (sections / "masthead.html.j2").write_text("<p>\n{{ none + 1 }}", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_reports(sample_result(), tmp_path / "out", ["html"], templates=Path(folder))
    assert "sections/masthead.html.j2:2" in caught.value.describe("en")


@pytest.mark.parametrize("name", ["report.html.j2", "style.css", "sections/masthead.html.j2"])
def test_a_template_in_another_encoding_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "sections").mkdir()
    (tmp_path / name).write_bytes("<p>\n某集团".encode("gbk"))
    with pytest.raises(OutputError) as caught:
        write_reports(sample_result(), tmp_path / "out", ["html"], templates=tmp_path)
    assert f"{name}:2" in caught.value.describe("en")
    assert "UTF-8" in caught.value.describe("zh")


@pytest.mark.parametrize("shipped", ["{{ 1/0 }}", "{{ t('no_such') }}"])
def test_a_fault_of_ours_stays_ours_also_beside_a_users_folder(shipped: str, tmp_path: Path) -> None:
    made = environment(Wording("zh"), tmp_path)
    (tmp_path / "own.j2").write_text("{% include ours %}", encoding="utf-8")
    ours = made.from_string(shipped)
    for template in (ours, made.get_template("own.j2")):
        with pytest.raises(FAULTS) as caught:
            template.render(ours=ours)
        assert isinstance(caught.value, (KeyError, ZeroDivisionError))
        assert fault_of_user(caught.value, tmp_path, "own.j2") is None
        assert fault_of_user(caught.value, None, "own.j2") is None


def test_a_fault_outside_of_all_templates_is_no_users(tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text("fine", encoding="utf-8")
    with pytest.raises(AttributeError):
        write_html(cast(View, None), tmp_path / "out.html", Wording("zh"), templates=tmp_path)


def test_a_fault_in_a_users_packet_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "packet.html.j2").write_text("<p>\n{{ order.id + 1 }}", encoding="utf-8")
    result = sample_result()
    assert result.plan is not None
    packets = Packets(result, result.plan, Wording("zh"), templates=tmp_path)
    with pytest.raises(OutputError) as caught:
        packets.write(next(packets.wanted(result.plan)), tmp_path / "packet.html")
    assert "packet.html.j2:2" in caught.value.describe("en")


@pytest.mark.parametrize(("lang", "tag"), [("zh", "zh-CN"), ("en", "en"), ("pt_BR", "pt-BR")])
def test_pages_name_their_language_as_documents_do(lang: str, tag: str, tmp_path: Path) -> None:
    result = sample_result()
    assert result.plan is not None
    write_html(build_view(result), tmp_path / "report.html", Wording(lang))
    packets = Packets(result, result.plan, Wording(lang))
    packets.write(next(packets.wanted(result.plan)), tmp_path / "packet.html")
    for name in ("report.html", "packet.html"):
        assert f'<html lang="{tag}">' in (tmp_path / name).read_text(encoding="utf-8")

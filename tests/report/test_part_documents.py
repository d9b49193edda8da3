"""The documents of a share: nothing of anybody else in them, and nothing claimed that a share cannot know."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import jsonschema
import pytest

from auditor.model.evidence import Observation
from auditor.model.result import AuditResult
from auditor.pipeline import Request, audit
from auditor.report.part import Division, Share, share_of, shares
from auditor.report.view import build_view
from auditor.settings.policy_file import read_settings
from tests.bookwriters import WRITERS
from tests.generator import AS_OF, make_story
from tests.order_defects import DEFECTS, add_orders
from tests.report.pasts import hostile_past, lived_in
from tests.report.results import HOSTILE, OWNER
from tests.report.shared_out import documents, strangers
from tests.report.test_json_v1 import schema
from tests.test_planted import TOGETHER

NORTH, EAST = "华北组", "华东组"
LANGUAGES = ("zh", "en")

# What is wrong between two entities names both, in the message of the finding or in the row that it is about:
# defect → the entity whose share it stands in → the words of the other that stand there too.
BETWEEN_TWO: Mapping[str, Mapping[str, set[str]]] = {
    "a_service_under_a_foreign_entity_number": {"京ICP备2021000100号": {"蜀ICP备2021000103号"}},
    "one_mobile_for_leaders_of_two_entities": {
        "京ICP备2021000100号": {"蜀ICP备2021000103号", "郑示例七"},
        "蜀ICP备2021000103号": {"京ICP备2021000100号", "赵示例一"},
    },
    "one_id_number_with_two_names": {
        "蜀ICP备2021000103号": {"林示例"},
        "鲁ICP备2021000105号": {"王示例八"},
    },
    "one_certificate_with_two_entity_numbers": {
        "沪ICP备2021000106号": {"豫ICP备2021000107号"},
        "豫ICP备2021000107号": {"沪ICP备2021000106号"},
    },
}


def audited(folder: Path, *defects: str, writer: str = "clean") -> AuditResult:
    """A made-up group with orders and two groups of domains, in which some defects were planted."""
    story = make_story(1)
    add_orders(story)
    for name in defects:
        DEFECTS[name].plant(story)
    for number, row in enumerate(story.filings):
        row["group"] = (NORTH, EAST)[number % 2]
    written = WRITERS[writer](story, folder, random.Random(1))
    books = tuple(str(path) for path in written.books)
    return audit(Request(books, read_settings(None, {}), (written.evidence,), AS_OF)).result


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> AuditResult:
    """One audit with defects in many entities."""
    return audited(tmp_path_factory.mktemp("group"), *TOGETHER)


def test_no_word_of_another_entity_stands_in_an_entitys_documents(group: AuditResult, tmp_path: Path) -> None:
    division = Division(group)
    for number, entity in enumerate(group.reading.portfolio.entities):
        share = division.of(Share("entity", entity.key))
        others = strangers(group, entity.key)
        for name, text in documents(share, tmp_path / str(number), LANGUAGES[number % 2]).items():
            assert not {word for word in others if word in text}, (entity.key, name)
            assert entity.key in text or (name == "findings.csv" and not share.findings)


def test_every_cell_of_an_entitys_documents_is_in_its_own_rows(group: AuditResult) -> None:
    division = Division(group)
    for entity in group.reading.portfolio.entities:
        share = division.of(Share("entity", entity.key))
        own = {row.ref.order for row in share.reading.portfolio.rows}
        for one in share.reading.observations:
            if isinstance(one, Observation):
                own |= {(cell.path, cell.sheet, cell.row) for cell in one.cells}
        for finding in share.findings:
            assert {(cell.path, cell.sheet, cell.row) for cell in finding.cells} <= own, finding.check


def test_a_groups_documents_hold_no_domain_and_no_row_of_the_other_group(
    group: AuditResult, tmp_path: Path
) -> None:
    book = group.reading.portfolio
    for tag, lang in ((NORTH, "zh"), (EAST, "en")):
        share = share_of(group, Share("tag", tag))
        kept = {row.ref.order for row in share.reading.portfolio.rows}
        assert {row.text("group") for row in share.reading.portfolio.rows} <= {tag, None}
        assert all(row.ref.order in kept for row in book.rows if row.text("group") == tag)
        own = {one.key for one in share.reading.portfolio.domains}
        told = " ".join(message.render("zh") for one in share.findings for message in one.message)
        others = {one.name.ulabel for one in book.domains if one.key not in own}
        # Findings about an entity as a whole name its domains of either group.
        others = {word for word in others if word not in told and not any(word in mine for mine in own)}
        assert others
        for name, text in documents(share, tmp_path / lang, lang).items():
            assert not {word for word in others if word in text}, (tag, name)


@pytest.mark.parametrize("defect", BETWEEN_TWO)
def test_what_is_wrong_between_two_entities_names_the_other_and_nothing_more(
    defect: str, tmp_path: Path
) -> None:
    whole = audited(tmp_path, defect)
    division = Division(whole)
    for key in sorted({key for own in BETWEEN_TWO.values() for key in own}):
        share = division.of(Share("entity", key))
        allowed = BETWEEN_TWO[defect].get(key, set())
        others = strangers(whole, key)
        for name, text in documents(share, tmp_path / key).items():
            found = {word for word in others if word in text}
            # A mobile that two people share is the other's mark as well as one's own.
            assert found <= allowed, (key, name)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_documents_say_whose_share_they_hold_and_count_no_passes(
    group: AuditResult, lang: str, tmp_path: Path
) -> None:
    share = share_of(group, Share("entity", "沪ICP备2021000106号"))
    assert share.part is not None
    told = share.part.render(lang)
    found = documents(share, tmp_path, lang)
    page = found["report.html"]
    assert page.index(told) < page.index('id="audited"')
    assert told in found["report.xlsx"]
    data = json.loads(found["audit.json"])
    assert list(data)[:3] == ["schema", "part", "run"]
    assert data["part"] == told
    assert (
        {one["pass"] for one in data["checks"]} == {one["not_applicable"] for one in data["checks"]} == {None}
    )
    jsonschema.Draft202012Validator(schema()).validate(data)
    checks = page[page.index('id="checks"') :]
    assert checks.count('<td class="n">—</td>') >= 2 * sum(one.enabled for one in share.tallies)
    uncounted = build_view(share).uncounted
    assert uncounted is not None
    assert uncounted.render(lang) in found["report.xlsx"]


def test_a_whole_result_is_told_as_before(group: AuditResult, tmp_path: Path) -> None:
    found = documents(group, tmp_path)
    assert build_view(group).uncounted is None
    assert "part" not in json.loads(found["audit.json"])
    assert 'class="part"' not in found["report.html"].replace('<rect class="part"', "")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("make", [lived_in, hostile_past])
def test_every_share_of_a_hostile_result_is_written_without_a_discrepancy(
    make: Callable[[], AuditResult], lang: str, tmp_path: Path
) -> None:
    whole = make()
    asked = [Share("owner", "赵示例"), Share("tag", HOSTILE[0]), Share("owner", HOSTILE[3]), Share("entity", HOSTILE[9]),
             Share("entity", OWNER), Share("owner", "{who} {"), Share("tag", "nobody")]  # fmt: skip
    for number, share in enumerate(asked):
        part = share_of(whole, share)
        assert build_view(part).discrepancies == ()
        data = json.loads(documents(part, tmp_path / str(number), lang)["audit.json"])
        jsonschema.Draft202012Validator(schema()).validate(data)


def test_the_same_share_gives_the_same_bytes(tmp_path: Path) -> None:
    share = Share("entity", OWNER)
    first = documents(share_of(lived_in(), share), tmp_path / "a")
    again = documents(share_of(lived_in(), share), tmp_path / "b")
    assert first == again


def test_every_finding_with_an_entity_is_in_the_share_of_its_entity(group: AuditResult) -> None:
    division = Division(group)
    found = set()
    for value in shares(group, "entity"):
        part = division.of(Share("entity", value))
        found |= {one.fingerprint for one in part.findings}
        assert build_view(part).discrepancies == ()
    assert {one.fingerprint for one in group.findings if one.entity_number or one.entity_name} == found

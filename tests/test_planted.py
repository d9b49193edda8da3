"""Planted defects are found one by one and exactly, however the book is written; the sound book raises no alarm."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from auditor.checks.catalogue import CATALOGUE
from auditor.model.result import AuditResult
from auditor.model.verdict import Scope
from auditor.pipeline import Request, audit
from auditor.settings.policy_file import read_settings
from tests.bookwriters import WRITERS, Written
from tests.defects import Failure
from tests.generator import AS_OF, Story, make_story
from tests.order_defects import DEFECTS, add_orders

# What an untidy hand causes by itself: numbers not in canonical form and addresses in the domain column.
OF_THE_HAND = {"REC102", "DOM308"}
TIDY = {"clean", "sheets"}
SETTINGS = read_settings(None, {})


def examine(story: Story, writer: str, folder: Path, seed: int) -> tuple[AuditResult, Written]:
    """Write the story and audit it."""
    folder.mkdir(parents=True, exist_ok=True)
    written = WRITERS[writer](story, folder, random.Random(seed))
    books = tuple(str(path) for path in written.books)
    return audit(Request(books, SETTINGS, (written.evidence,), AS_OF)).result, written


def failures(result: AuditResult, writer: str) -> set[Failure]:
    """Every failure but those of the hand that wrote the book."""
    hand = set() if writer in TIDY else OF_THE_HAND
    return {(one.check, one.target) for one in result.failures if one.check not in hand}


def expected(planted: Iterable[Failure], places: Mapping[str, str], writer: str) -> set[Failure]:
    """The planted failures with the names of rows turned into their places."""
    hand = set() if writer in TIDY else OF_THE_HAND
    found = set()
    for check, target in planted:
        if check not in hand:
            if target.startswith("@"):
                rows = [places[name] for name in target[1:].split(">")]
                target = max(rows, key=lambda place: int(place.rpartition("!")[2]))
            found.add((check, target))
    return found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("writer", WRITERS)
def test_a_sound_portfolio_raises_no_alarm(writer: str, seed: int, tmp_path: Path) -> None:
    result, _written = examine(make_story(seed), writer, tmp_path, seed)
    assert failures(result, writer) == set()
    assert result.reading.rejected == ()
    assert result.evidence_problems == ()
    # Everything that could be asked has its answer, so nothing may be left open either.
    assert result.unknowns == ()


@pytest.mark.parametrize("writer", WRITERS)
def test_sound_orders_raise_no_alarm(writer: str, tmp_path: Path) -> None:
    story = make_story(1)
    add_orders(story)
    result, _written = examine(story, writer, tmp_path, 2)
    assert failures(result, writer) == set()
    assert result.unknowns == ()
    assert len(result.reading.portfolio.orders) == len(story.orders)


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_found_exactly(name: str, tmp_path: Path) -> None:
    place = list(DEFECTS).index(name)
    writers = ["clean", ("messy", "gb18030")[place % 2]]
    if not DEFECTS[name].flat:
        writers.append("sheets")
    for writer in writers:
        story = make_story(place % 3)
        planted = DEFECTS[name].plant(story)
        result, written = examine(story, writer, tmp_path / writer, place)
        assert failures(result, writer) == expected(planted, written.places, writer), (name, writer)
        assert all(one.remedy and one.basis for one in result.findings)


# Defects in different entities, planted together: none may hide or feign another.
TOGETHER = (
    "a_modern_abbreviation_in_record_numbers",
    "expiries_far_apart",
    "a_failed_real_name_verification",
    "a_shareholder_without_proof",
    "a_government_body_outside_its_suffixes",
    "an_individuals_domain_in_strange_hands",
    "two_names_under_one_entity_number",
    "a_licence_too_short_for_a_change",
    "a_row_that_stands_twice",
    "a_temporary_card",
)


@pytest.mark.parametrize("writer", ["clean", "messy", "gb18030"])
def test_the_order_of_rows_changes_nothing(writer: str, tmp_path: Path) -> None:
    prints = []
    for seed in range(3):
        story = make_story(1)
        planted = {failure for name in TOGETHER for failure in DEFECTS[name].plant(story)}
        result, written = examine(story, writer, tmp_path / str(seed), seed)
        assert failures(result, writer) == expected(planted, written.places, writer)
        # An untidy hand spells each row anew, and a row is known by what stands in it.
        prints.append(
            {one.fingerprint for one in result.findings if writer in TIDY or one.scope is not Scope.ROW}
        )
    assert prints[0] == prints[1] == prints[2]


def test_an_untidy_hand_is_told_where_and_nothing_else(tmp_path: Path) -> None:
    result, written = examine(make_story(), "messy", tmp_path, 0)
    told = {(one.check, one.target) for one in result.failures}
    assert {check for check, _target in told} == OF_THE_HAND
    assert {target for _check, target in told} <= set(written.places.values())


def test_every_check_of_the_catalogue_is_planted_at_least_once() -> None:
    planted = {check for one in DEFECTS.values() for check, _target in one.plant(make_story())}
    # No table of number ranges is shipped, so PER510 never fails.
    assert {check.id for check in CATALOGUE} - planted == {"PER510"}

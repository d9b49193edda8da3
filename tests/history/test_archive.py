"""Whole results kept and restored, and what is refused when somebody tampers with them."""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from auditor.errors import InputError
from auditor.history import keeping
from auditor.history.archive import PackingError, model_digest, pack, unpack
from auditor.history.store import History
from auditor.model.result import AuditResult
from auditor.model.text import say
from tests.history.past import Clock, audited, book, fault, known
from tests.report.results import sample_result


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(str(tmp_path / "h.sqlite3"), Clock()) as opened:
        yield opened


def record(history: History, result: AuditResult, keep: int | None = None) -> None:
    with history.recording(result, "p", result.run.id, keep=keep) as pending:
        assert pending.note is None


def test_a_kept_result_comes_back_as_it_was(history: History) -> None:
    record(history, sample_result())
    found, given = history.restored("last"), sample_result()
    for name in ("run", "tallies", "findings", "coverage", "expiries", "dossier", "plan"):
        assert getattr(found, name) == getattr(given, name), name
    assert found.reading.inputs[0].sha256 == given.reading.inputs[0].sha256
    assert [one.target for one in found.reading.portfolio.domains] == [
        one.target for one in given.reading.portfolio.domains
    ]
    domain = found.reading.portfolio.domains[0]
    assert domain.entity is found.reading.portfolio.entities[0]
    assert history.run("last").kept


def test_times_in_any_zone_and_evidence_survive(history: History) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    message = (say("{at}", "{at}", at=datetime(2026, 11, 23, 8, tzinfo=shanghai)),)
    result = audited(fault(1, message=message), dossier=known(holder="甲", ends=date(2027, 1, 1)))
    record(history, result)
    found = history.restored(result.run.id)
    assert found.findings == result.findings
    assert found.findings[0].message[0].values["at"].tzinfo is shanghai  # type: ignore[attr-defined]
    assert found.dossier == result.dossier


def test_only_the_newest_results_are_kept(history: History) -> None:
    for week in range(4):
        record(history, audited(fault(1), week=week), keep=2)
    assert [one.kept for one in history.runs()] == [True, True, False, False]
    with pytest.raises(InputError, match="没有留存") as caught:
        history.restored(history.runs()[-1].id)
    assert "audit run 台账.xlsx --as-of 2026-11-23" in caught.value.hint_en
    record(history, audited(fault(1), week=9), keep=0)
    assert not any(one.kept for one in history.runs())


def test_a_result_can_be_kept_afterwards(history: History) -> None:
    result = audited(fault(1))
    record(history, result, keep=0)
    assert history.keep(replace(result, evidence_problems=()), "p") is None
    assert history.restored("last").findings == result.findings


def test_a_result_that_is_too_large_is_not_kept_and_that_is_told(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BYTES_AT_MOST", "ROWS_AT_MOST"):
        with monkeypatch.context() as patch:
            patch.setattr(keeping, name, 10)
            result = audited(fault(1), id=name)
            with history.recording(result, "p", name) as pending:
                assert pending.note is not None
                assert "too large" in pending.note.en
    assert not any(one.kept for one in history.runs())


def test_what_cannot_be_packed_is_told_and_the_run_recorded(history: History) -> None:
    odd = audited(fault(1, observed=(one for one in "ab")))
    with history.recording(odd, "p", "d") as pending:
        assert pending.note is not None
    assert len(history.runs()) == 1


def change_kept(tmp_path: Path, **values: object) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/h.sqlite3")
    with engine.begin() as connection:
        sets = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(sa.text(f"UPDATE history_kept SET {sets}"), values)
    engine.dispose()


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"fields": "00", "version": "9.9"}, "9.9"),
        ({"body": b""}, "damaged"),
        ({"body": zlib.compress(b"\x80\x05.")}, "damaged"),
        ({"body": zlib.compress(pickle.dumps("no result"))}, "damaged"),
        ({"body": zlib.compress(b"a" * 4096)[:-9]}, "damaged"),
    ],
)
def test_what_this_version_cannot_read_is_refused_in_words(
    history: History, tmp_path: Path, values: dict[str, object], word: str
) -> None:
    record(history, audited(fault(1)))
    change_kept(tmp_path, **values)
    with pytest.raises(InputError) as caught:
        history.restored("last")
    assert word in caught.value.en
    assert "audit run" in caught.value.hint_zh


class _Evil:
    def __init__(self, function: object, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


@pytest.mark.parametrize(
    "evil",
    [
        _Evil(eval, "1 + 1"),
        _Evil(getattr, str, "format"),
        _Evil(getattr, AuditResult, "__init__"),
        _Evil(__import__, "os"),
        _Evil(open, "/dev/null"),
        _Evil(Path, "/dev/null"),
        _Evil(say, "a", "b"),
        Path("/dev/null"),
        io.BytesIO(b""),
    ],
)
def test_nothing_is_called_that_does_not_belong_to_a_result(evil: object) -> None:
    for wrapped in (evil, replace(audited(), evidence_problems=(evil,))):  # type: ignore[arg-type]
        with pytest.raises(PackingError):
            unpack(zlib.compress(pickle.dumps(wrapped, 5)))


def test_names_behind_names_are_refused() -> None:
    for module, name in (
        ("auditor.model.text", "re"),
        ("auditor.model.text", "Text.in_language"),
        ("auditor.model", "text"),
    ):
        body = (
            b"\x80\x04\x8c"
            + bytes([len(module)])
            + module.encode()
            + b"\x8c"
            + bytes([len(name)])
            + name.encode()
        )
        with pytest.raises(PackingError):
            unpack(zlib.compress(body + b"\x93."))


def test_what_objects_worked_out_is_not_packed() -> None:
    reading = book(f"d{number}.cn" for number in range(50))
    bare = len(pack(audited(reading=reading)))
    for one in reading.portfolio.domains:
        one.said("domain")
    assert len(reading.portfolio.entities_by_certificate) == 0
    assert len(pack(audited(reading=reading))) <= bare * 1.01


def test_the_digest_of_the_model_is_the_same_in_every_process() -> None:
    assert model_digest() == model_digest()
    assert len(model_digest()) == 32

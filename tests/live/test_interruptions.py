"""Audits that are ended, killed, out of disk, or two at once: the last good report and the history stay whole."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.history.store import History
from auditor.model.values import BEIJING
from auditor.past import Wanted
from auditor.pipeline import Request, audit
from auditor.settings.policy_file import read_settings
from tests.cli.past_audits import OTHER, OWNER, book, whois
from tests.servers.postgres import PostgresServer

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here"),
]

REPORTS = ("audit.json", "report.html", "report.xlsx")
_PATIENCE_S = 60.0


class Office:
    """A folder with a book, its evidence, a history and reports; audits run in processes of their own."""

    def __init__(self, here: Path, *, store: str = "", portfolio: str = "") -> None:
        self.here = here
        self.out = here / "audit-report"
        self.portfolio = portfolio
        self.store = store or f"sqlite:///{here / 'history' / 'history.sqlite3'}"
        self.write(wrong=(1,))
        self.templates = here / "templates"
        self.templates.mkdir()

    def write(self, *, wrong: tuple[int, ...], day: str = "2026-11-23") -> None:
        """Book, evidence and policy. wrong: rows whose domain belongs to somebody else."""
        book(self.here / "book.xlsx", 1, 2)
        lines = [whois(one, OTHER if one in wrong else OWNER, day) for one in (1, 2)]
        (self.here / "evidence.jsonl").write_text("".join(lines), encoding="utf-8")
        named = f'portfolio = "{self.portfolio}"\n' if self.portfolio else ""
        (self.here / "audit.toml").write_text(f'[history]\nstore = "{self.store}"\n{named}', encoding="utf-8")

    def words(self, *more: object, as_of: str, evidence: str = "evidence.jsonl") -> list[str]:
        given = (
            "run",
            "book.xlsx",
            "--offline",
            "--only",
            "OWN201",
            "--evidence",
            evidence,
            "--as-of",
            as_of,
        )
        return [sys.executable, "-m", "auditor", *map(str, (*given, "--quiet", "--lang", "en", *more))]

    def start(
        self,
        *more: object,
        as_of: str = "2026-11-30",
        evidence: str = "evidence.jsonl",
        before: Callable[[], None] | None = None,
    ) -> subprocess.Popen[str]:
        words = self.words(*more, as_of=as_of, evidence=evidence)
        return subprocess.Popen(words, cwd=self.here, stderr=subprocess.PIPE, text=True, preexec_fn=before)

    def run(
        self, *more: object, as_of: str = "2026-11-30", before: Callable[[], None] | None = None
    ) -> tuple[int, str]:
        return ended(self.start(*more, as_of=as_of, before=before))

    @contextmanager
    def held(self, *more: object, as_of: str = "2026-11-30") -> Iterator[subprocess.Popen[str]]:
        """A run in the middle of writing: its page has a template that counts for an hour."""
        loop = "{% for each in range(100000) %}"
        (self.templates / "report.html.j2").write_text(loop * 2 + "{% endfor %}" * 2, encoding="utf-8")
        child = self.start("--templates", self.templates, "--format", "json,xlsx,html", *more, as_of=as_of)
        try:
            until = time.monotonic() + _PATIENCE_S
            while len(self.parts()) < 3:
                assert child.poll() is None, child.communicate()[1]
                assert time.monotonic() < until
                time.sleep(0.005)
            yield child
        finally:
            child.kill()
            child.communicate(timeout=_PATIENCE_S)

    def parts(self) -> list[str]:
        """The reports that are made and not in their places yet."""
        return [path.name for path in self.out.glob(".*.part")]

    def reports(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.out.iterdir())}

    def runs(self) -> list[str]:
        """The audit dates on record, of all portfolios, newest first."""
        with History.open(self.store, _Still()) as history:
            return [one.as_of.isoformat() for one in history.runs()]


class _Still:
    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=BEIJING)


def opened(pipe: Path, child: subprocess.Popen[str]) -> int:
    """The writing end of a pipe, as soon as somebody reads from it."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        assert child.poll() is None, child.communicate()[1]
        with suppress(OSError):
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.005)
    raise TimeoutError("nobody reads the pipe")


def ended(child: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit status and what it said."""
    said = child.communicate(timeout=_PATIENCE_S)[1]
    assert "Traceback" not in said
    assert "Internal error" not in said
    return child.returncode, said


def intact(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as plain:
        return bool(plain.execute("PRAGMA integrity_check").fetchone() == ("ok",))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    assert made.run(as_of="2026-11-23")[0] == 1
    assert tuple(made.reports()) == REPORTS
    return made


# Ended and killed


def test_sigterm_while_writing_leaves_the_last_report_and_the_history_as_they_were(office: Office) -> None:
    before = office.reports()
    office.write(wrong=(1, 2), day="2026-11-30")
    with office.held() as child:
        child.send_signal(signal.SIGTERM)
        status, said = ended(child)
    assert status == 2
    assert "nothing was written" in said
    assert office.reports() == before
    assert office.runs() == ["2026-11-23"]
    # The next one is compared with the last good one, as if nothing had been.
    assert office.run()[0] == 1
    assert office.runs() == ["2026-11-30", "2026-11-23"]


def test_sigterm_while_reading_ends_at_once(office: Office) -> None:
    before = office.reports()
    os.mkfifo(office.here / "slow.jsonl")
    child = office.start(evidence="slow.jsonl")
    gate = opened(office.here / "slow.jsonl", child)
    child.send_signal(signal.SIGTERM)
    status, said = ended(child)
    os.close(gate)
    assert status == 2
    assert "nothing was written" in said
    assert office.reports() == before
    assert office.runs() == ["2026-11-23"]


def test_a_kill_leaves_the_last_report_and_the_history_whole(office: Office) -> None:
    before = office.reports()
    office.write(wrong=(1, 2), day="2026-11-30")
    with office.held() as child:
        child.kill()
        child.wait(_PATIENCE_S)
    after = office.reports()
    assert {name: after[name] for name in REPORTS} == before
    assert intact(office.here / "history" / "history.sqlite3")
    assert office.runs() == ["2026-11-23"]
    assert office.run()[0] == 1
    assert office.runs() == ["2026-11-30", "2026-11-23"]


# A disk that is full


class Disk:
    """A small place, and what makes it full for an audit."""

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.folder, self._mounted = folder, mounted

    def fill(self, free: int) -> Callable[[], None] | None:
        """Leave so many bytes free; where it cannot be a disk of its own, what is to be called in the child."""
        if not self._mounted:
            return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (free, free))
        left = os.statvfs(self.folder)
        (self.folder / "filler").write_bytes(b"\0" * max(left.f_bavail * left.f_frsize - free, 0))
        return None


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, check=False, capture_output=True).returncode == 0
    yield Disk(folder, mounted=mounted)
    if mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_under_the_reports_leaves_the_last_ones_and_the_history(
    tmp_path: Path, disk: Disk
) -> None:
    office = Office(tmp_path)
    office.out = disk.folder / "out"
    assert office.run("--out", office.out, as_of="2026-11-23")[0] == 1
    before = office.reports()
    status, said = office.run("--out", office.out, before=disk.fill(20_480))
    assert status == 2
    assert "the report file cannot be written" in said
    assert "existing files were left as they are" in said
    assert office.reports() == before
    assert office.runs() == ["2026-11-23"]


def test_a_full_disk_under_the_history_leaves_the_last_reports_and_the_history(
    tmp_path: Path, disk: Disk
) -> None:
    store = disk.folder / "history.sqlite3"
    office = Office(tmp_path, store=f"sqlite:///{store}")
    assert office.run(as_of="2026-11-23")[0] == 1
    before = office.reports()
    office.write(wrong=(1, 2), day="2026-11-30")
    status, said = office.run(before=disk.fill(0))
    assert status == 2
    assert "history" in said
    assert office.reports() == before
    (disk.folder / "filler").unlink(missing_ok=True)
    assert intact(store)
    assert office.runs() == ["2026-11-23"]
    assert office.run()[0] == 1
    assert office.runs() == ["2026-11-30", "2026-11-23"]


# Two at once


def two(tmp_path: Path, store: str, *portfolios: str) -> list[Office]:
    made = []
    for number, name in enumerate(portfolios):
        (tmp_path / str(number)).mkdir()
        made.append(Office(tmp_path / str(number), store=store, portfolio=name))
    return made


@pytest.mark.parametrize("portfolios", [("集团", "集团"), ("华北", "华南")])
def test_two_audits_that_end_at_the_same_moment_are_both_recorded(
    tmp_path: Path, postgres: PostgresServer, portfolios: tuple[str, str]
) -> None:
    store = postgres.url("history_together")
    offices = two(tmp_path, store, *portfolios)
    children = []
    for one, day in zip(offices, ("2026-11-29", "2026-11-30"), strict=True):
        children.append(one.start(as_of=day))
    assert [ended(child) for child in children] == [(1, ""), (1, "")]
    assert sorted(offices[0].runs()) == ["2026-11-29", "2026-11-30"]
    with History.open(store, _Still()) as history:
        assert set(history.portfolios()) == set(portfolios)
        assert len({one.number for one in history.runs(portfolios[0])}) == len(history.runs(portfolios[0]))


def test_a_second_audit_of_a_portfolio_waits_for_the_first_and_one_of_another_does_not(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    import psycopg

    store = postgres.url("history_waiting")
    first, same, other = two(tmp_path, store, "集团", "集团", "他组")
    # Only known portfolios: a new one is given its number by one program at a time.
    assert first.run(as_of="2026-11-23") == (1, "")
    assert other.run(as_of="2026-11-23") == (1, "")
    with first.held(as_of="2026-11-24"):
        waiter = same.start(as_of="2026-11-30")
        assert other.run(as_of="2026-11-30") == (1, "")
        with psycopg.connect(store, autocommit=True) as watching:
            until = time.monotonic() + _PATIENCE_S
            while not watching.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
                assert time.monotonic() < until
                time.sleep(0.01)
        assert waiter.poll() is None
    # Killed in mid-run it gives way, and leaves nothing.
    assert ended(waiter) == (1, "")
    with History.open(store, _Still()) as history:
        assert [len(history.runs(name)) for name in ("他组", "集团")] == [2, 2]


# The New Year


def test_the_day_begins_at_midnight_in_beijing_also_on_new_years_eve(tmp_path: Path) -> None:
    office = Office(tmp_path)
    settings = read_settings(tmp_path / "audit.toml")
    found = []
    for moment in (
        datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC),
        datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC),
        datetime(2027, 1, 1, 0, 0, 0, tzinfo=UTC),
    ):
        # What is the same in all would be the same audit once more.
        office.write(wrong=(1 + len(found) % 2,), day=f"{moment.astimezone(BEIJING):%Y-%m-%d}")
        here = moment.astimezone(BEIJING)
        request = Request(
            (str(tmp_path / "book.xlsx"),), settings, (tmp_path / "evidence.jsonl",), only=("OWN201",), past=Wanted()
        )  # fmt: skip
        made = audit(request, clock=lambda here=here: here)  # type: ignore[misc]
        with made.recorded():
            pass
        run, compared = made.result.run, made.result.comparison
        assert compared is not None
        found.append((str(run.as_of), run.id[:15], compared.since and compared.since[:15]))
    assert found == [
        ("2026-12-31", "20261231T235959", None),
        ("2027-01-01", "20270101T000000", "20261231T235959"),
        ("2027-01-01", "20270101T080000", "20270101T000000"),
    ]
    assert office.runs() == ["2027-01-01", "2027-01-01", "2026-12-31"]


def test_runs_on_both_sides_of_new_year_are_one_history(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.write(wrong=(1,), day="2026-12-31")
    assert office.run(as_of="2026-12-31")[0] == 1
    office.write(wrong=(2,), day="2027-01-01")
    assert office.run("--new-only", as_of="2027-01-01")[0] == 1
    assert office.run("--new-only", as_of="2027-01-02")[0] == 0
    # One of the old year, made up for afterwards, is compared with what was before it, not with the new year.
    office.write(wrong=(1,), day="2026-12-31")
    assert office.run("--new-only", "--skip", "DOM", as_of="2026-12-31")[0] == 0
    assert office.runs() == ["2026-12-31", "2027-01-02", "2027-01-01", "2026-12-31"]

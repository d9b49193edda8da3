"""The history after 1,000 runs of 10,000 findings: time to record, compare, tell apart and list, beside plain rows.

Runs 2 to 989 are written straight into the tables in the form that recording gives them, which saves making their
results; the first run and the last eleven go through the program. The plain layout writes every finding of every run
as a row with an index, by the standard library's own driver, and is measured with 100 runs.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from auditor.history.store import History
from auditor.model.portfolio import Portfolio
from auditor.model.result import AuditResult, Finding, InputFate, Reading, RunInfo, Tally
from auditor.model.text import Text, say
from auditor.model.values import BEIJING
from auditor.model.verdict import Scope, Severity, Verdict

RUNS, FINDINGS, TURNOVER, PLAIN_RUNS, MEASURED = 1_000, 10_000, 100, 100, 10
OPEN = 2_147_483_647
FIRST_DAY = date(2026, 1, 1)
CHECKS = ("OWN201", "DOM302", "REC102", "WEB901", "SYN401")


class _Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, 7, tzinfo=BEIJING)

    def now(self) -> datetime:
        self.at += timedelta(hours=1)
        return self.at


def _finding(number: int) -> Finding:
    """The n-th made-up finding."""
    domain = f"cesu-{number:06d}.cn"
    return Finding(
        fingerprint=f"{number * 0x9E3779B97F4A7C15 % (1 << 128):032x}",
        check=CHECKS[number % 5],
        title=Text("检查", "a check"),
        verdict=Verdict.UNKNOWN if number % 3 == 0 else Verdict.FAIL,
        severity=Severity(1 + number % 5),
        scope=Scope.SERVICE,
        target=domain,
        message=(
            say(
                "{domain} 的注册者是 {name}, 与备案主体不一致",
                "{domain} is registered to {name}, not to the filing entity",
                domain=domain,
                name=f"示例测速第{number}有限公司",
            ),
        ),
        entity_name=f"示例测速第{number // 4}有限公司",
    )


def _result(run: int) -> AuditResult:
    """The audit of one day; each day the oldest hundred findings are gone and a hundred are new."""
    at = datetime.combine(FIRST_DAY + timedelta(days=run), datetime.min.time(), BEIJING)
    first = (run - 1) * TURNOVER
    empty = Portfolio((), (), (), (), (), (), ())
    return AuditResult(
        run=RunInfo(f"{at:%Y%m%dT%H%M%S}-{run:08x}", at.date(), at, at, "0.1.0", offline=True, complete=True),
        reading=Reading(empty, (InputFate("台账.xlsx", f"{run:064x}", ()),), (), ()),
        tallies=tuple(
            Tally(one, Text("检查", "a check"), Scope.SERVICE, Severity.HIGH, passed=9) for one in CHECKS
        ),
        findings=tuple(_finding(number) for number in range(first, first + FINDINGS)),
        coverage=(),
    )


def _record(history: History, run: int) -> tuple[float, float]:
    """CPU seconds of comparing and of recording one run."""
    result = _result(run)
    begin = time.process_time()
    compared = history.compared(result, "p", digest=str(run))
    middle = time.process_time()
    with history.recording(compared, "p", str(run), keep=0):
        pass
    return middle - begin, time.process_time() - middle


def _fill(path: Path, upto: int) -> None:
    """Runs 2 to `upto`, as recording would leave them."""
    with sqlite3.connect(path) as connection:
        row = list(connection.execute("SELECT * FROM history_run").fetchone())
        names = [one[1] for one in connection.execute("PRAGMA table_info(history_run)")]
        runs, findings, spans = [], [], []
        for run in range(2, upto + 1):
            day = FIRST_DAY + timedelta(days=run)
            own = dict(zip(names, row, strict=True))
            own |= {"number": run, "id": f"{day:%Y%m%dT%H%M%S}-{run:08x}", "as_of": day.isoformat()}
            own |= {
                "digest": str(run),
                "baseline": run - 1,
                "recorded": f"{day.isoformat()}T00:00:00.000000+00:00",
            }
            runs.append([own[name] for name in names])
            for number in range(FINDINGS + (run - 2) * TURNOVER, FINDINGS + (run - 1) * TURNOVER):
                one = _finding(number)
                verdict = 2 if one.verdict is Verdict.FAIL else 1
                said = (one.message[0].render("zh"), one.message[0].render("en"))
                findings.append(
                    (
                        1,
                        number + 1,
                        one.fingerprint,
                        one.check,
                        one.scope.code,
                        one.target,
                        "",
                        one.entity_name,
                        "",
                    )
                )
                last = run + FINDINGS // TURNOVER - 1
                spans.append(
                    (1, number + 1, run, last if last < upto else OPEN, verdict, int(one.severity), 0, *said)
                )
            gone = ((run - 1, number + 1) for number in range((run - 2) * TURNOVER, (run - 1) * TURNOVER))
            if run <= FINDINGS // TURNOVER + 1:
                connection.executemany(
                    "UPDATE history_span SET last = ? WHERE portfolio = 1 AND finding = ?", gone
                )
        for table, rows in (("history_run", runs), ("history_finding", findings), ("history_span", spans)):
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    connection.close()


def _cpu(work: Callable[[], object], rounds: int = 5) -> float:
    """The median of its CPU seconds."""
    taken = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return statistics.median(taken)


def _plain(folder: Path) -> tuple[float, float, float]:
    """Rows per run: CPU seconds of recording one run, and of a difference of two in counts and rows; bytes a run."""
    path = folder / "plain.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE f (run, fingerprint, check_id, target, name, verdict, severity, zh, en)")
    connection.execute("CREATE UNIQUE INDEX f_run ON f (run, fingerprint)")
    taken = []
    for run in range(PLAIN_RUNS):
        findings = _result(run + 1).findings
        begin = time.process_time()
        rows = [
            (run, f.fingerprint, f.check, f.target, f.entity_name, f.verdict.code, int(f.severity),
             f.message[0].render("zh"), f.message[0].render("en")) for f in findings
        ]  # fmt: skip
        with connection:
            connection.executemany("INSERT INTO f VALUES (?,?,?,?,?,?,?,?,?)", rows)
        taken.append(time.process_time() - begin)

    def difference() -> None:
        query = "SELECT * FROM f a WHERE run = ? AND NOT EXISTS (SELECT 1 FROM f b WHERE b.run = ? AND b.fingerprint = a.fingerprint)"
        for here, there in ((PLAIN_RUNS - 1, PLAIN_RUNS - 2), (PLAIN_RUNS - 2, PLAIN_RUNS - 1)):
            assert len(connection.execute(query, (here, there)).fetchall()) == TURNOVER
        both = (
            "SELECT count(*) FROM f a JOIN f b ON b.run = ? AND b.fingerprint = a.fingerprint WHERE a.run = ?"
        )
        assert connection.execute(both, (PLAIN_RUNS - 2, PLAIN_RUNS - 1)).fetchone()[0] == FINDINGS - TURNOVER

    found = (statistics.median(taken), _cpu(difference))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return (*found, path.stat().st_size / PLAIN_RUNS)


def measure_history() -> Iterator[str]:
    """The table, line by line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "history.sqlite3"
        with History.open(str(path), _Clock()) as history:
            first = _record(history, 1)[1]
        _fill(path, RUNS - MEASURED - 1)
        with History.open(str(path), _Clock()) as history:
            both = [_record(history, run) for run in range(RUNS - MEASURED, RUNS + 1)]
            compare, record = (statistics.median(one) for one in zip(*both, strict=True))
            # Two in the middle of the past, and two far from each other.
            ids = {run.number: run.id for run in history.runs()}
            assert len(ids) == RUNS, len(ids)
            near = history.diff(ids[RUNS - 1], ids[RUNS])
            assert near.counts is not None
            assert len(near.new) == len(near.resolved) == TURNOVER
            assert sum(near.counts.values()) == FINDINGS + TURNOVER
            last = _cpu(lambda: history.diff(ids[RUNS - 1], ids[RUNS]))
            middle = _cpu(lambda: history.diff(ids[RUNS // 2], ids[RUNS // 2 + 1]))
            far = _cpu(lambda: history.diff(ids[1], ids[RUNS]))
            listed = _cpu(lambda: history.runs(limit=50))
            trend = _cpu(lambda: history.trend("p"))
            result = replace(_result(RUNS), run=replace(_result(RUNS).run, id="since"))
            since = _cpu(lambda: history.compare(result, "p", since=ids[RUNS // 2]), 3)
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        size = path.stat().st_size
        plain_record, plain_diff, plain_bytes = _plain(folder)
    yield f"| history of {RUNS:,} runs of {FINDINGS:,} findings, {TURNOVER / FINDINGS:.0%} another each time (SQLite; CPU ms) | here | rows per run ({PLAIN_RUNS} runs) | ratio |"
    yield "|---|---|---|---|"
    yield _line("record the first run", first, plain_record)
    yield _line("record a further run", record, plain_record)
    yield _line("compare a finished audit with the run before, finding by finding", compare, None)
    yield _line(f"compare it with run {RUNS // 2}", since, None)
    yield _line("difference of the last two runs", last, plain_diff)
    yield _line("difference of two runs in the middle", middle, plain_diff)
    yield _line("difference of the first and the last run, nothing in common", far, None)
    yield _line("list the last 50 runs", listed, None)
    yield _line("trend of 26 runs", trend, None)
    whole = plain_bytes * RUNS
    yield f"| size, MB | {size / 1e6:,.0f} | {whole / 1e6:,.0f} (from {PLAIN_RUNS} runs) | {size / whole:.3f} |"


def _line(what: str, here: float, plain: float | None) -> str:
    other, ratio = ("", "") if plain is None else (f"{1000 * plain:,.0f}", f"{here / plain:.2f}")
    return f"| {what} | {1000 * here:,.0f} | {other} | {ratio} |"


if __name__ == "__main__":
    for line in measure_history():
        sys.stdout.write(line + "\n")

"""One scheduled run: not twice at once, told to the monitor, watched, logged, remembered and counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from auditor.delivery.lock import Holder, Lock
from auditor.delivery.logfile import LogFile
from auditor.delivery.metrics import AuditNumbers, RunNumbers, read_numbers, write_metrics
from auditor.delivery.ping import Pinger, Signal
from auditor.delivery.schedule import Schedule, ScheduleOptions
from auditor.delivery.schedule_environment import read_env_file
from auditor.delivery.schedule_files import ScheduleFolder, cannot_write
from auditor.delivery.schedule_missed import missed_event, missed_runs
from auditor.delivery.schedule_process import ChildEnd, run_child
from auditor.delivery.schedule_report import RunReport, Surroundings
from auditor.delivery.schedule_state import (
    AUDITED,
    Event,
    EventKind,
    LastRun,
    RunEnd,
    State,
    change_state,
)
from auditor.delivery.schedule_times import CronExpression
from auditor.errors import AuditError, OutputError

_UNABLE = 2
_TAIL_BYTES = 10_000


def run_schedule(
    files: ScheduleFolder,
    schedule: Schedule,
    options: ScheduleOptions,
    cron: CronExpression,
    around: Surroundings,
) -> RunReport:
    """Run a schedule's audit now. Raises OutputError where the lock cannot be taken for want of disk or permission."""
    return _Run(files, schedule, options, cron, around).run()


class _Run:
    """The steps of one run and what they gather on the way."""

    def __init__(
        self,
        files: ScheduleFolder,
        schedule: Schedule,
        options: ScheduleOptions,
        cron: CronExpression,
        around: Surroundings,
    ) -> None:
        self._files, self._schedule, self._options = files, schedule, options
        self._cron, self._around = cron, around
        self._log = LogFile(
            options.log or files.log, int(options.log_mb * 1_000_000), options.log_keep, _TAIL_BYTES
        )
        self._started = around.clock()
        self._events: list[Event] = []
        self._problems: list[str] = []
        self._missed = 0

    def run(self) -> RunReport:
        with Lock(self._files.run_lock) as lock:
            try:
                holder = lock.take(self._started)
            except OSError as problem:
                raise cannot_write(self._files.run_lock, problem) from problem
            if holder is not None:
                return self._skipped(holder)
            self._change(self._begin)
            self._log.line(self._started, f"schedule {self._schedule.name}: start")
            self._ping(Signal.START)
            began = time.monotonic()
            child = self._audit(lock.descriptor)
            finished = self._finished(child, time.monotonic() - began)
            tail = self._log.tail(_TAIL_BYTES)
            state = self._change(lambda state: self._end(state, finished))
            audit = self._numbers() if finished.good else None
            self._write_metrics(finished, state, audit)
            if finished.good:
                # What an audit found stays in the house: the monitor hears counts, not the lines that name owners.
                self._ping(Signal.SUCCESS, "\n".join([_words(finished), *_counts(audit)]))
            else:
                self._ping(Signal.FAIL, _words(finished) + "\n" + tail)
            self._tell_log()
        return RunReport(
            self._schedule,
            self._started,
            finished,
            tuple(self._events),
            problems=tuple(self._problems),
            tail=tail,
        )

    def _skipped(self, holder: Holder) -> RunReport:
        event = Event(EventKind.SKIPPED, self._started, since=holder.since)

        def skip(state: State) -> State:
            return self._notice_missed(state).with_event(event)

        self._change(skip)
        self._events.append(event)
        since = holder.since.isoformat(timespec="seconds") if holder.since else "a moment ago"
        self._log.line(
            self._started,
            f"schedule {self._schedule.name}: skipped, still running since {since} (pid {holder.pid or '?'})",
        )
        self._tell_log()
        return RunReport(
            self._schedule,
            self._started,
            None,
            tuple(self._events),
            holder,
            tuple(self._problems),
        )

    def _begin(self, state: State) -> State:
        """Notice what went wrong before, and note that a run goes on."""
        state = self._notice_missed(state)
        before = state.last
        if before is not None and before.ended is None:
            # Its lock was free: whoever held it is gone without a word.
            event = Event(EventKind.DIED, self._started, since=before.started)
            self._events.append(event)
            state = state.with_event(event)
        self._events += [
            one for one in state.events if one.kind is EventKind.STATE_LOST and one.at == self._started
        ]
        return replace(state, last=LastRun(self._started))

    def _notice_missed(self, state: State) -> State:
        missed = missed_runs(
            self._cron,
            state,
            self._schedule.installed_at,
            self._started,
            timedelta(minutes=self._options.grace_minutes),
            self._around.zone,
        )
        if missed is None:
            return state
        event = missed_event(missed, self._started)
        self._events.append(event)
        self._missed = missed.count
        self._log.line(
            self._started,
            f"schedule {self._schedule.name}: {missed.count} missed, "
            f"due {missed.first.isoformat()} to {missed.last.isoformat()}",
        )
        return state.with_event(event)

    def _audit(self, lock: int) -> ChildEnd:
        if self._around.stop.asked.is_set():
            return ChildEnd(None, stopped=True)
        minutes = self._options.timeout_minutes
        try:
            environment = {**self._around.environment, **self._schedule.environment}
            if self._schedule.env_file is not None:
                environment |= read_env_file(self._schedule.env_file)
            # Without this, a bare environment makes Python read Chinese paths as ASCII.
            environment |= {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
            return run_child(
                [*self._around.command, "run", *self._schedule.words],
                environment=environment,
                folder=self._schedule.folder if self._schedule.folder.is_dir() else self._files.path,
                log=self._log,
                timeout_s=minutes * 60 if minutes else None,
                keep_open=(lock,),
                stop=self._around.stop,
                term_grace_s=self._around.term_grace_s,
            )
        except AuditError as error:
            self._log.line(self._around.clock(), error.describe("en"))
        except (OSError, ValueError) as problem:
            self._log.line(
                self._around.clock(), f"the audit could not be started: {type(problem).__name__}: {problem}"
            )
        return ChildEnd(_UNABLE)

    def _finished(self, child: ChildEnd, duration_s: float) -> LastRun:
        now = self._around.clock()
        if child.timed_out:
            end = RunEnd.TIMEOUT
        elif child.stopped:
            end = RunEnd.STOPPED
        else:
            end = RunEnd.AUDITED if child.exit_status in AUDITED else RunEnd.FAILED
        finished = LastRun(self._started, now, end, child.exit_status, round(duration_s, 3))
        if not finished.good:
            kind = EventKind(end.value)
            self._events.append(Event(kind, now, since=self._started, exit_status=child.exit_status))
        self._log.line(now, f"schedule {self._schedule.name}: {_words(finished)}, {duration_s:.1f} s")
        return finished

    def _end(self, state: State, finished: LastRun) -> State:
        assert finished.ended is not None
        if finished.good:
            state = replace(state, last_good=finished)
        else:
            state = state.with_event(self._events[-1])
        return replace(
            state, last=finished, next_due=self._cron.next_after(finished.ended, self._around.zone)
        )

    def _change(self, change: Callable[[State], State]) -> State | None:
        """A state that cannot be written costs the memory of a run, never the run."""
        try:
            return change_state(self._files, change, self._started)
        except OutputError as error:
            self._problem(f"state not written: {error.en}")
            return None

    def _numbers(self) -> AuditNumbers | None:
        """What this run's audit counted, where somebody wants to know."""
        if self._options.metrics is None and not self._options.ping:
            return None
        return read_numbers(self._schedule.out / "audit.json", self._started)

    def _write_metrics(self, finished: LastRun, state: State | None, audit: AuditNumbers | None) -> None:
        path = self._options.metrics
        if path is None:
            return
        if finished.good and audit is None:
            self._problem("metrics without verdicts: no audit.json of this run (is json among the formats?)")
        last_good = state.last_good if state else (finished if finished.good else None)
        numbers = RunNumbers(
            schedule=self._schedule.name,
            good=finished.good,
            last_run=finished.started,
            duration_s=finished.duration_s or 0.0,
            exit_status=finished.exit_status,
            last_success=last_good.started if last_good else None,
            next_run=state.next_due if state else None,
            missed=self._missed,
            audit=audit,
        )
        try:
            write_metrics(path, numbers)
        except OSError as problem:
            self._problem(f"metrics not written: {problem.strerror or problem}")

    def _ping(self, signal: Signal, body: str = "") -> None:
        if not self._options.ping:
            return
        pinger = Pinger(self._options.ping, self._options.ping_timeout_s, self._around.pause)
        result = pinger.ping(signal, body)
        if result.problem:
            self._problem(f"ping {signal.name.lower()} not delivered: {result.problem}")

    def _problem(self, words: str) -> None:
        self._problems.append(words)
        self._log.line(self._around.clock(), f"schedule {self._schedule.name}: {words}")

    def _tell_log(self) -> None:
        if self._log.problem:
            self._problems.append(f"log not written: {self._log.problem}")


def _words(run: LastRun) -> str:
    """`audited, exit status 1`; no data of a book."""
    assert run.end is not None
    if run.exit_status is None:
        return str(run.end.value)
    return f"{run.end.value}, exit status {run.exit_status}"


def _counts(audit: AuditNumbers | None) -> list[str]:
    if audit is None:
        return []
    found = ", ".join(f"{severity} {count}" for severity, count in audit.findings.items())
    return [
        f"findings: {found}; unknown {audit.unknown}; waived {audit.waived}; rejected rows {audit.rejected_rows}",
        "complete" if audit.complete else "incomplete",
    ]

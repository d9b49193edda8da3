"""The run in lines: version, moments, files and the rule data it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.report.view import View
from auditor.report.wording import Wording


def run_lines(view: View, words: Wording) -> Iterator[tuple[str, str]]:
    """(label key, text) in reading order."""
    run = view.result.run
    yield "run_id", words.say(run.id)
    yield "version", words.say(run.version)
    yield "as_of", run.as_of.isoformat()
    yield "started_at", f"{words.moment(run.started_at)} ({words.label('beijing_time')})"
    yield "finished_at", f"{words.moment(run.finished_at)} ({words.label('beijing_time')})"
    yield "mode", words.label("offline" if run.offline else "online")
    yield "personal_data", words.label("pii_shown" if words.show_pii else "pii_masked")
    for one in view.result.reading.inputs:
        yield "input_file", f"{words.say(one.path)} · sha256 {one.sha256}"
    for path, sha256, observations in run.evidence_files:
        told = words.label("observations", count=observations)
        yield "evidence_file", f"{words.say(path)} · sha256 {sha256} · {told}"
    for problem in view.result.evidence_problems:
        yield "evidence_problem", words.say(problem)
    for file, day, source in run.rule_data:
        yield "rule_file", " · ".join(words.say(part) for part in (file, day, source) if part)

"""One audit in one process: CPU seconds by stage and peak memory, as JSON on standard output."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.portfolio import AS_OF


def read_with_calamine(path: Path) -> dict[str, float]:
    """The peer: merely reading the book."""
    from python_calamine import CalamineWorkbook

    start = time.process_time()
    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return {"calamine": time.process_time() - start}


def audit_by_stage(book: Path, evidence: Path) -> dict[str, float]:
    """Reading, evidence, checks and each report of one audit."""
    start = time.process_time()
    from auditor.pipeline import Request, audit, without_collector
    from auditor.report.view import build_view
    from auditor.report.write import write_reports
    from auditor.settings.policy_file import read_settings

    marks = {"imports": time.process_time() - start}
    last = ["read", time.process_time()]

    def stage(name: str, _what: str) -> None:
        if name != last[0]:
            now = time.process_time()
            marks[str(last[0])] = marks.get(str(last[0]), 0.0) + now - float(last[1])
            last[:] = [name, now]

    request = Request((str(book),), read_settings(None, {}), evidence=(evidence,), as_of=AS_OF, offline=True)
    with without_collector(), tempfile.TemporaryDirectory() as folder:  # as the command runs it
        finished = audit(request, stage)
        marks[str(last[0])] = time.process_time() - float(last[1])
        begin = time.process_time()
        view = build_view(finished.result)
        marks["view"] = time.process_time() - begin
        for form in ("html", "xlsx", "json", "csv"):
            begin = time.process_time()
            write_reports(finished.result, Path(folder), [form], lang="zh", view=view)
            marks[form] = time.process_time() - begin
    marks["findings"] = float(len(finished.result.findings))
    marks["undecided"] = float(len(finished.result.unknowns))
    return marks


def main() -> None:
    """`calamine BOOK` or `audit BOOK EVIDENCE`."""
    what, *paths = sys.argv[1:]
    marks = (
        read_with_calamine(Path(paths[0]))
        if what == "calamine"
        else audit_by_stage(Path(paths[0]), Path(paths[1]))
    )
    marks["whole"] = time.process_time()
    marks["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(marks))


if __name__ == "__main__":
    main()

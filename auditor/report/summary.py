"""The state of an audit in a few lines, for terminals and logs."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from auditor.model.result import AuditResult, Finding
from auditor.model.verdict import Severity
from auditor.report.entities import finding_order
from auditor.report.foreign import cut
from auditor.report.view import View, build_view
from auditor.report.wording import Wording

_WORST = 3
_LINE = 160


def summary_lines(
    result: AuditResult,
    lang: str,
    files: Collection[Path] = (),
    *,
    show_pii: bool = False,
    view: View | None = None,
) -> list[str]:
    """What was audited, how completely, what was found, the worst findings, and where the reports are.

    view: where the caller has built it already.
    """
    view = view or build_view(result)
    words = Wording(lang, show_pii)
    rows = view.rows
    lines = [
        words.label(
            "line_audited",
            files=rows.files,
            sheets=rows.sheets,
            rows=rows.rows,
            accepted=rows.accepted,
            rejected=rows.rejected,
        ),
        words.label("line_complete" if view.result.run.complete else "line_incomplete"),
    ]
    lines.extend(f"  - {words.say(limit)}" for limit in view.conclusion.limits)
    lines.append(words.say(view.conclusion.headline))
    counts = " · ".join(
        f"{words.say(severity.text)} {count:,}" for severity, count in view.by_severity.items()
    )
    unknown = words.label("line_unknown", count=len(view.unknowns))
    lines.append(f"{words.label('line_counts')}{words.label('colon')}{counts} | {unknown}")
    worst = sorted((one for one in view.failures if one.severity > Severity.INFO), key=finding_order)[:_WORST]
    if worst:
        lines.append(words.label("line_worst") + words.label("colon").rstrip())
        lines.extend(f"  {number}. {_line(one, words)}" for number, one in enumerate(worst, 1))
    if view.result.plan is not None and view.result.plan.late_first:
        lines.append(words.label("line_late_work", count=len(view.result.plan.late_first)))
    lines.extend(
        words.label("discrepancy") + words.label("colon") + words.say(told) for told in view.discrepancies
    )
    if files:
        lines.append(words.label("line_files") + words.label("colon").rstrip())
        lines.extend(f"  {words.raw(str(path))}" for path in files)
    return lines


def _line(finding: Finding, words: Wording) -> str:
    text = f"[{words.say(finding.severity.text)}] {finding.check} {words.say(finding.target)}{words.label('colon')}"
    return cut(" ".join((text + words.message(finding)).split()), _LINE, words.lang)

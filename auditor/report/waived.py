"""The waivers of a run in reading order: what asks for somebody's eye first, and which findings each one covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.model.result import AuditResult, Finding
from auditor.model.waiver import WaiverState, WaiverUse

# What does not hold, then what soon will not, then the rest.
_ORDER = (WaiverState.REFUSED, WaiverState.LAPSED, WaiverState.SOON, WaiverState.ACTIVE)


@dataclass(frozen=True, slots=True)
class WaiverLine:
    """One waiver. findings: those of this run that it speaks of, worst first; none = never used in this run."""

    use: WaiverUse
    findings: tuple[Finding, ...]

    @property
    def unused(self) -> bool:
        """True where nothing in this run needs the waiver."""
        return not self.use.findings


def waiver_lines(result: AuditResult) -> tuple[WaiverLine, ...]:
    """Every waiver: refused ones first, then by the day on which it ends."""
    by_fingerprint = {one.fingerprint: one for one in result.findings}
    lines = [
        WaiverLine(use, tuple(by_fingerprint[print_] for print_ in use.findings if print_ in by_fingerprint))
        for use in result.waivers
    ]
    lines.sort(key=lambda one: (_ORDER.index(one.use.state), one.use.waiver.until, one.use.waiver.id))
    return tuple(lines)


def waiver_counts(result: AuditResult) -> Mapping[WaiverState, int]:
    """How many waivers are in which state."""
    return {state: sum(1 for one in result.waivers if one.state is state) for state in _ORDER}

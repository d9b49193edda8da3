"""What could not be decided, by reason, with the way out; one cause on one target is told once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from auditor.model.result import Finding
from auditor.model.text import Text
from auditor.model.verdict import Reason


@dataclass(frozen=True, slots=True)
class UnknownCheck:
    """How often one check could not decide for one reason."""

    check: str
    title: Text
    count: int


@dataclass(frozen=True, slots=True)
class UnknownCase:
    """One target and one cause: all the checks that could not decide because of it."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The finding that speaks for the case."""
        return self.findings[0]

    @property
    def checks(self) -> tuple[str, ...]:
        """The ids of the checks."""
        return tuple(dict.fromkeys(one.check for one in self.findings))


@dataclass(frozen=True, slots=True)
class UnknownReason:
    """All unknown verdicts with one reason. targets: how many different targets they are about."""

    reason: Reason | None
    findings: tuple[Finding, ...]
    checks: tuple[UnknownCheck, ...]
    targets: int

    @property
    def count(self) -> int:
        """Unknown verdicts with this reason."""
        return len(self.findings)

    def cases(self, each: int | None = None) -> tuple[UnknownCase, ...]:
        """The cases in order of target; with `each`, only from the first so many findings of every check."""
        chosen: list[Finding] = []
        taken: Counter[str] = Counter()
        for one in self.findings:
            if each is None or taken[one.check] < each:
                taken[one.check] += 1
                chosen.append(one)
        groups: dict[tuple[str, str, str], list[Finding]] = {}
        for one in sorted(chosen, key=lambda one: (one.scope.code, one.target, one.check, one.fingerprint)):
            cause = " ".join(message.render("zh") for message in one.message)
            groups.setdefault((one.scope.code, one.target, cause), []).append(one)
        return tuple(UnknownCase(tuple(members)) for members in groups.values())


def unknown_reasons(unknowns: tuple[Finding, ...]) -> tuple[UnknownReason, ...]:
    """The reasons, most frequent first."""
    groups: dict[Reason | None, list[Finding]] = {}
    for one in unknowns:
        groups.setdefault(one.reason, []).append(one)
    found = []
    for reason, members in groups.items():
        counted = Counter(one.check for one in members)
        titles = {one.check: one.title for one in members}
        checks = tuple(UnknownCheck(check, titles[check], counted[check]) for check in sorted(counted))
        targets = len({(one.scope, one.target) for one in members})
        found.append(UnknownReason(reason, tuple(members), checks, targets))
    found.sort(key=lambda one: (-one.count, str(one.reason)))
    return tuple(found)

"""Subject lines: whose audit it is, the counts first, and never a clean word where something was not seen."""

from __future__ import annotations

from auditor.model.change import Change
from auditor.model.text import Text
from auditor.model.verdict import Severity
from auditor.report.conclusion import State
from auditor.report.mail_kind import MailKind, incomplete, mail_kind
from auditor.report.view import View
from auditor.report.wording import Wording

_NAME, _PART = 60, 40
_COUNT = Text("{word}{count}", "{word} {count}")
_UP = Text("{word}{count} ↑", "{word} {count} ↑")
_DOWN = Text("{word}{count} ↓", "{word} {count} ↓")
_BAR = Text(" ｜", " | ")
_PART_OF = Text("{name} · {part}", "{name} · {part}")
_RISING = (Change.NEW, Change.WORSE, Change.LAPSED)


def clean_name(name: str, words: Wording, limit: int = _NAME) -> str:
    """A name on one line without hidden characters, masked and short; the word for a portfolio where it is blank."""
    shown = " ".join(Wording(words.lang).say(" ".join(name.split())).split())
    if not shown:
        return words.label("mail_unnamed")
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def full_name(view: View, words: Wording, name: str, route: str | None) -> str:
    """The portfolio's name, and whose share of it this is."""
    part = route
    if part is None and view.result.part is not None:
        part = Wording(words.lang).say(view.result.part)
    shown = clean_name(name, words)
    if not part or not part.strip():
        return shown
    return _PART_OF.in_language(words.lang).format(name=shown, part=clean_name(part, words, _PART))


def audit_subject(view: View, words: Wording, name: str, *, tag: str = "mail_tag") -> str:
    """`[备案审计] 集团域名 严重2 高5 ｜新增3 ↑ 解决4 ↓ ｜无法判定7`: only what is not zero. name: cleaned already."""
    clauses = [_state(view, words)]
    if incomplete(view):
        clauses.append(words.label("mail_incomplete"))
    if view.discrepancies:
        clauses.append(words.label("mail_mismatch"))
    clauses.append(_changes(view, words))
    if view.unknowns:
        clauses.append(_count(_COUNT, words.label("mail_undecided"), len(view.unknowns), words))
    if view.waived and not view.failures:
        clauses.append(_count(_COUNT, words.label("mail_waived"), len(view.waived), words))
    told = _BAR.in_language(words.lang).join(one for one in clauses if one)
    return f"{words.label(tag, name=name)} {told}"


def failure_subject(kind: MailKind, words: Wording, name: str) -> str:
    """`[备案审计] 集团域名 未能完成`."""
    key = "mail_missed" if kind is MailKind.MISSED else "mail_failed"
    return f"{words.label('mail_tag', name=clean_name(name, words))} {words.label(key)}"


def severity_counts(view: View, words: Wording) -> str:
    """`严重2 高5`: failures by severity, zeros left out."""
    return " ".join(
        _count(_COUNT, words.say(severity.text), count, words)
        for severity, count in view.by_severity.items()
        if count
    )


def _state(view: View, words: Wording) -> str:
    """The failures, behind the plain word for their absence where only hints are left."""
    counts = severity_counts(view, words)
    if any(one.severity > Severity.INFO for one in view.failures):
        return counts
    sound = view.conclusion.state in (State.CLEAR, State.ACCEPTED)
    sound = sound and not incomplete(view) and not view.unknowns and not view.discrepancies
    word = words.label("mail_clear" if sound else "mail_not_clear")
    return f"{word} {counts}".rstrip()


def _changes(view: View, words: Wording) -> str:
    """What is new and what is resolved; where no verdict changed, what else did."""
    kind, changes = mail_kind(view), view.changes
    if kind is MailKind.FIRST:
        return words.label("mail_first")
    if kind is MailKind.UNCHANGED:
        return words.label("mail_unchanged")
    if changes is None:
        return ""
    told = changes.comparison
    moves = sum(
        map(len, (told.domains_arrived, told.domains_gone, told.entities_arrived, told.entities_gone))
    )
    lines = [(_UP, words.change(one.code), changes.counts[one]) for one in _RISING]
    lines.append((_DOWN, words.change(Change.BETTER.code), changes.counts[Change.BETTER]))
    lines.append((_DOWN, words.label("mail_resolved"), changes.resolved))
    lines.append((_COUNT, words.label("mail_not_judged"), len(changes.not_judged)))
    if not any(count for _form, _word, count in lines):
        lines.append((_COUNT, words.label("mail_facts"), len(told.world)))
        lines.append((_COUNT, words.label("mail_moves"), moves))
    return " ".join(_count(form, word, count, words) for form, word, count in lines if count)


def _count(form: Text, word: str, count: int, words: Wording) -> str:
    return form.in_language(words.lang).format(word=word, count=words.number(count))

"""What the policy lets anybody accept, and for how long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from hashlib import blake2b

from auditor.model.text import Text
from auditor.model.waiver import Waiver, WaiverState

# Beijing has had no other time since 1991; the days of waivers are counted there.
_BEIJING = timezone(timedelta(hours=8))
_FAMILY = re.compile(r"[A-Z]+")


@dataclass(frozen=True, slots=True)
class WaiverRules:
    """The policy's [waivers]. longest_days: from the day a waiver is made to its last day, None for any term.

    approver: a second name is needed; never: check ids or families, in any case of letters; soon_days: a waiver whose last
    day is at most so many days ahead lapses soon.
    """

    longest_days: int | None = None
    approver: bool = False
    never: tuple[str, ...] = ()
    soon_days: int = 30

    def forbids(self, check: str) -> bool:
        """True for a check that cannot be waived, by its id or its family's letters."""
        return bool(words_of_check(check) & {word.strip().upper() for word in self.never})


def words_of_check(check: str) -> set[str]:
    """A check's id and its family: `{"OWN201", "OWN"}`."""
    whole = check.strip().upper()
    family = _FAMILY.match(whole)
    return {whole, family.group()} if family else {whole}


def waiver_id(
    *,
    until: date,
    reason: str,
    by: str,
    fingerprint: str | None = None,
    check: str | None = None,
    target: str | None = None,
) -> str:
    """16 hex digits, the same for the same acceptance by the same person, wherever it was typed."""
    subject = (fingerprint.lower(),) if fingerprint else ((check or "").upper(), target or "")
    parts = (*subject, until.isoformat(), reason, by)
    return blake2b("\x1e".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def made_on(waiver: Waiver, as_of: date) -> date:
    """The day the waiver was made, in Beijing; the audit date where it stands in a workbook alone."""
    made = waiver.made_at
    if made is None:
        return as_of
    return made.astimezone(_BEIJING).date() if made.tzinfo else made.date()


def refusal(waiver: Waiver, checks: Collection[str], rules: WaiverRules, as_of: date) -> Text | None:
    """Why the policy does not accept the waiver; None where it does. checks: ids of what it speaks of."""
    if not waiver.reason.strip():
        return Text("没有填写接受理由", "no reason is given")
    if not waiver.by.strip():
        return Text("没有写明由谁接受", "nobody is named who accepts it")
    if forbidden := sorted({check for check in checks if rules.forbids(check)}):
        return Text(
            f"按策略，检查 {'、'.join(forbidden)} 不得豁免",
            f"the policy does not let {', '.join(forbidden)} be waived",
        )
    days = (waiver.until - made_on(waiver, as_of)).days
    if rules.longest_days is not None and days > rules.longest_days:
        return Text(
            f"接受期 {days} 天，超过策略规定的最长 {rules.longest_days} 天",
            f"its term of {days} days is longer than the {rules.longest_days} that the policy allows",
        )
    if rules.approver and not waiver.approver.strip():
        return Text(
            "策略要求另有批准人，而此项未写明；可用 audit waive 记录并注明批准人",
            "the policy needs an approver and none is named; record it with audit waive and name one",
        )
    if rules.approver and _same_person(waiver.approver, waiver.by):
        return Text(
            "批准人与接受人是同一人，策略要求由他人批准",
            "the approver is the one who accepts; the policy needs another",
        )
    return None


def state_of(waiver: Waiver, refused: Text | None, rules: WaiverRules, as_of: date) -> WaiverState:
    """How it stands with a waiver on a day; its last day is included. What is refused never held, so it cannot lapse."""
    if refused is not None:
        return WaiverState.REFUSED
    left = (waiver.until - as_of).days
    if left < 0:
        return WaiverState.LAPSED
    return WaiverState.SOON if left <= rules.soon_days else WaiverState.ACTIVE


def _same_person(one: str, other: str) -> bool:
    def plain(name: str) -> str:
        return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()

    return plain(one) == plain(other)

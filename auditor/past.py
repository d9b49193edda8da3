"""What was known before a run: earlier runs, waivers and people's answers, laid beside the verdicts and kept afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from auditor.errors import AuditError
from auditor.history.acceptance import accept
from auditor.history.archive import Archive
from auditor.history.store import History, default_address
from auditor.history.waiver_policy import WaiverRules
from auditor.model.answer import Answer
from auditor.model.evidence import Observation
from auditor.model.result import AuditResult, Reading
from auditor.model.text import Text
from auditor.report.answers import AnswerBook, read_answers
from auditor.settings.policy_file import Settings


@dataclass(frozen=True)
class Wanted:
    """What a run wants of the past. remember: False for a run that neither looks back nor is recorded.

    since: the run to compare with, None for the one before; answers: filled-in reports; portfolio: the name under which
    runs belong together, None for the policy's, else one made of the books as they were named.
    """

    remember: bool = True
    since: str | None = None
    answers: tuple[Path, ...] = ()
    portfolio: str | None = None

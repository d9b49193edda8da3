"""The tables of the policy file about history and waivers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from auditor.settings.section import Section


class HistoryTable(Section):
    """[history]: where runs are remembered and under which name.

    store: `sqlite:///…`, a path or `postgresql://…`, a file in the user's data folder where it is left out;
    portfolio: the name under which runs belong together, else it is made of the books as they were typed;
    trend_runs: how many runs the trend shows.
    """

    enabled: bool = True
    store: str | None = None
    portfolio: str | None = None
    trend_runs: Annotated[int, Field(ge=2, le=1000)] = 26


class WaiverTable(Section):
    """[waivers]: what may be accepted. longest_days: from the day it is made; never: check ids or families.

    approver: an acceptance needs a second name, other than the one who accepts; soon_days: lapsing within so many days
    is told in reports and mail.
    """

    longest_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    approver: bool = False
    never: list[str] = []
    soon_days: Annotated[int, Field(ge=0, le=3660)] = 30

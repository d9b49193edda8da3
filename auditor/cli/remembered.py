"""What the commands about earlier runs share: the open history, the portfolio that is meant, the day."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.history.store import History
    from auditor.settings.policy_file import Settings

F = TypeVar("F", bound=Callable[..., Any])
Clock = Callable[[], datetime]


def portfolio(function: F) -> F:
    """--portfolio NAME."""
    return click.option(
        "--portfolio",
        metavar="NAME",
        help="台账组名称或台账路径 · the name under which runs belong together, or the book's path (default: [history] portfolio, "
        "or the only one)",
    )(function)


@contextmanager
def remembered(settings: Settings, clock: Clock, *, create: bool = False) -> Iterator[History | None]:
    """The history that the policy names, closed afterwards; None where there is none and it is not to be made."""
    from auditor.past import open_history

    history = open_history(settings, clock, create=create)
    if history is None:
        yield None
        return
    with history:
        yield history


def audit_day(as_of: datetime | None, settings: Settings, clock: Clock) -> date:
    """The day on which something is judged: the one typed, the policy's, else today in Asia/Shanghai."""
    if as_of is not None:
        return as_of.date()
    return settings.file.audit.as_of or clock().date()


def meant(history: History, settings: Settings, named: str | None) -> tuple[str, ...]:
    """The portfolios that are meant: the one named, the policy's, else all. UsageError for a named one nobody knows."""
    from auditor.history.logbook import stored_name

    known = history.portfolios()
    wanted = settings.file.history.portfolio if named is None else named
    if wanted is None:
        return known
    # Without a name of its own a portfolio bears the path of its book or folder.
    path = os.path.abspath(wanted)
    for name in (wanted, path, f"{path}{os.sep}"):
        if stored_name(name) in known:
            return (stored_name(name),)
    if named is None:
        return ()
    raise unknown_portfolio(named, known)


def meant_one(history: History, settings: Settings, named: str | None) -> str:
    """The one portfolio that is meant. UsageError where there is none, or several and none is named."""
    found = meant(history, settings, named)
    if len(found) == 1:
        return found[0]
    if not found:
        raise nothing_recorded()
    listed = "\n".join(f"  {name}" for name in found)
    raise UsageError(
        f"历史库中有 {len(found)} 个台账组, 须指明其中一个:\n{listed}",
        f"The history has {len(found)} portfolios; one of them must be named:\n{listed}",
        hint_zh="加上 --portfolio 名称, 或在策略文件中写明 [history] portfolio",
        hint_en="Add --portfolio NAME, or say it in the policy file as [history] portfolio",
    )


def unknown_portfolio(named: str, known: tuple[str, ...]) -> UsageError:
    """The error for a portfolio of which nothing was ever recorded."""
    return UsageError(
        f"历史库中没有台账组 {named}",
        f"The history has no portfolio {named}",
        hint_zh=f"已有: {'、'.join(known)}" if known else "历史库中还没有审计记录",
        hint_en=f"There are: {', '.join(known)}" if known else "The history has no run yet",
    )


def nothing_recorded() -> UsageError:
    """The error where a run is needed and none was recorded."""
    return UsageError(
        "历史库中还没有审计记录",
        "The history has no run yet",
        hint_zh="先运行 `audit run`; 若历史库另在别处, 在 [history] store 中写明",
        hint_en="Run `audit run` first; if the history is elsewhere, say so in [history] store",
    )

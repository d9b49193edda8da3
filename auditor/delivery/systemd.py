"""A systemd timer and its service, as text to be put in place by hand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from auditor.delivery.schedule_times import CronExpression
from auditor.errors import UsageError

_WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_PLAIN = re.compile(r"[A-Za-z0-9_./:=@+,-]+")


def unit_name(name: str) -> str:
    """`audit-weekly`; characters that unit names cannot hold in systemd's own escape."""
    escaped = "".join(
        one if re.fullmatch(r"[A-Za-z0-9_.-]", one) else "".join(f"\\x{byte:02x}" for byte in one.encode())
        for one in name
    )
    return f"audit-{escaped}"


def calendar(cron: CronExpression) -> list[str]:
    """OnCalendar= values. Two where crontab(5) means "this day of the month or that weekday"; systemd would join them."""
    months = _few(cron.months, range(1, 13))
    at = f"{_few(cron.hours, range(24))}:{_few(cron.minutes, range(60))}:00"
    days = _few(cron.days, range(1, 32))
    weekdays = (
        "" if len(cron.weekdays) == 7 else ",".join(_WEEKDAYS[one] for one in sorted(cron.weekdays)) + " "
    )
    if cron.either_day:
        return [f"*-{months}-{days} {at}", f"{weekdays}*-{months}-* {at}"]
    return [f"{weekdays}*-{months}-{days} {at}"]


def units(name: str, cron: CronExpression, command: Sequence[str]) -> str:
    """The timer and the service, each under a comment with the file it belongs in. UsageError for a line break."""
    if any(sign in word for word in command for sign in "\n\r\0"):
        raise UsageError(
            "systemd 单元无法容纳含换行的路径", "A systemd unit cannot hold a path with a line break"
        )
    unit = unit_name(name)
    timers = "".join(f"OnCalendar={one}\n" for one in calendar(cron))
    return (
        f"# ~/.config/systemd/user/{unit}.service\n"
        "[Unit]\n"
        f"Description=Filing audit {_specifiers(name)}\n\n"
        "[Service]\n"
        "Type=oneshot\n"
        "Environment=LANG=C.UTF-8 PYTHONUTF8=1\n"
        f"ExecStart={_command(command)}\n"
        "# 1: audited, findings; 3: audited, incomplete\n"
        "SuccessExitStatus=1 3\n"
        "KillMode=mixed\n"
        "TimeoutStopSec=60\n\n"
        f"# ~/.config/systemd/user/{unit}.timer\n"
        "[Unit]\n"
        f"Description=Filing audit {_specifiers(name)}: {cron.text}\n\n"
        "[Timer]\n"
        f"{timers}"
        "Persistent=true\n\n"
        "[Install]\n"
        "WantedBy=timers.target\n\n"
        f"# systemctl --user daemon-reload && systemctl --user enable --now '{unit}.timer'\n"
        "# loginctl enable-linger\n"
    )


def _few(values: Collection[int], all_of: Iterable[int]) -> str:
    chosen = sorted(values)
    return "*" if chosen == list(all_of) else ",".join(f"{one:02d}" for one in chosen)


def _command(words: Sequence[str]) -> str:
    return " ".join(word if _PLAIN.fullmatch(word) else _quoted(word) for word in words)


def _quoted(word: str) -> str:
    escaped = _specifiers(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")

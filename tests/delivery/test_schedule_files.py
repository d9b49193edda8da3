"""What a schedule keeps: definition and state as they were written, names, rights, secrets and their refusal."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.delivery.schedule import Schedule, ScheduleOptions, read_schedule, write_schedule
from auditor.delivery.schedule_environment import carried, read_env_file, secrets_named
from auditor.delivery.schedule_files import schedule_folder, schedule_names, write_whole
from auditor.delivery.schedule_state import (
    DamagedStateError,
    Event,
    EventKind,
    LastRun,
    RunEnd,
    State,
    change_state,
    read_state,
)
from auditor.errors import InputError, OutputError, UsageError

NOW = datetime(2026, 12, 31, 23, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
RUN = LastRun(NOW, NOW + timedelta(seconds=2), RunEnd.AUDITED, 1, 2.5)


def test_a_schedule_is_read_as_it_was_kept(tmp_path: Path) -> None:
    files = schedule_folder(tmp_path, "周报")
    kept = Schedule(
        "周报", "0 7 * * 1", ("--out=/报告", "--", "/台 账's.xlsx"), Path("/报告"), tmp_path, NOW,
        place="elsewhere", config=Path("/a.toml"), env_file=Path("/s.env"), environment={"HOME": "/home/甲"},
        options=ScheduleOptions(ping="https://example.org/x", metrics=Path("/m.prom"), timeout_minutes=5),
    )  # fmt: skip
    write_schedule(files, kept)
    assert read_schedule(files) == kept
    assert files.definition.stat().st_mode & 0o777 == 0o600
    assert files.path.stat().st_mode & 0o777 == 0o700
    assert schedule_names(tmp_path) == ["周报"]


def test_a_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    files = schedule_folder(tmp_path, "x")
    state = State(
        RUN,
        LastRun(NOW),
        NOW,
        (
            Event(EventKind.MISSED, NOW, 2, NOW, NOW),
            Event(EventKind.SKIPPED, NOW, since=NOW),
            Event(EventKind.FAILED, NOW, exit_status=2),
        ),
    )
    assert change_state(files, lambda _old: state, NOW) == state
    assert read_state(files) == state
    assert read_state(schedule_folder(tmp_path, "y")) == State()


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"schema": "filing-schedule-state/2"}', '{"schema": "filing-schedule-state/1", "last": 3}',
     '{"schema": "filing-schedule-state/1", "last": {"started": "2026-12-31T23:59:59", "ended": null, "end": null, "exit_status": null, "duration_s": null}, "last_good": null, "next_due": null, "events": []}'],
)  # fmt: skip
def test_a_state_that_cannot_be_understood_is_damaged(tmp_path: Path, content: str) -> None:
    files = schedule_folder(tmp_path, "x")
    files.path.mkdir()
    files.state.write_text(content)
    with pytest.raises(DamagedStateError):
        read_state(files)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=80))
def test_a_name_never_leads_out_of_its_folder(name: str) -> None:
    folder = Path("/schedules")
    try:
        files = schedule_folder(folder, name)
    except UsageError:
        return
    assert files.path.parent == folder
    assert files.path.name == name
    assert not name.startswith(".")
    assert len(name.split()) == 1


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_whole(path, b"old")
    path.with_name(f".{path.name}.part").mkdir()
    with pytest.raises(OSError, match="regular file"):
        write_whole(tmp_path, b"new")
    assert path.read_bytes() == b"old"


def test_a_folder_in_the_way_of_the_state_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a file where the folder belongs")
    with pytest.raises(OutputError) as caught:
        change_state(schedule_folder(tmp_path, "x"), lambda state: state, NOW)
    assert str(tmp_path / "x") in caught.value.where


@pytest.mark.parametrize("field", ["cron", "words", "installed_at", "options", "place"])
def test_a_definition_without_a_part_is_damaged(tmp_path: Path, field: str) -> None:
    files = schedule_folder(tmp_path, "x")
    write_schedule(files, Schedule("x", "0 7 * * 1", (), tmp_path, tmp_path, NOW))
    content = json.loads(files.definition.read_text())
    del content[field]
    files.definition.write_text(json.dumps(content))
    with pytest.raises(InputError, match="已损坏"):
        read_schedule(files)


def secrets(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "secrets.env"
    path.write_bytes(text.encode())
    path.chmod(mode)
    return path


def test_a_file_with_secrets_is_read_line_by_line(tmp_path: Path) -> None:
    text = "\ufeff# 邮件\n\nA=1\n export B = no\n"
    with pytest.raises(InputError, match="第 4 行"):
        read_env_file(secrets(tmp_path, text))
    found = read_env_file(secrets(tmp_path, "A=1\r\nexport B='two words'\nC=\nD=a=b#c\nE=\"$HOME\"\n"))
    assert found == {"A": "1", "B": "two words", "C": "", "D": "a=b#c", "E": "$HOME"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610, 0o777])
def test_secrets_that_others_can_reach_are_refused_and_not_repeated(tmp_path: Path, mode: int) -> None:
    with pytest.raises(InputError) as caught:
        read_env_file(secrets(tmp_path, "A=hunter2\n", mode))
    assert "hunter2" not in caught.value.describe("en")
    assert "chmod 600" in caught.value.hint_en


@pytest.mark.parametrize("text", ["hunter2", "A B=hunter2", "1A=hunter2", "A=hunter2\0"])
def test_a_line_of_another_form_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_env_file(secrets(tmp_path, text))
    assert "hunter2" not in caught.value.describe("zh")


def test_a_folder_or_nothing_is_no_file_with_secrets(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing", Path("/dev/null")):
        with pytest.raises(InputError):
            read_env_file(path)


def test_no_secret_is_carried_along() -> None:
    environment = {
        "HOME": "/home/甲", "XDG_STATE_HOME": "", "AUDIT_LANG": "en", "AUDIT_SMTP_PASSWORD": "x", "PATH": "/bin",
        "AUDIT_DINGTALK_SECRET": "x", "ALIBABA_CLOUD_ACCESS_KEY_ID": "x", "AUDIT_WECOM_URL": "", "HTTPS_PROXY": "x",
    }  # fmt: skip
    assert carried(environment) == {"HOME": "/home/甲", "AUDIT_LANG": "en"}
    assert secrets_named(environment) == [
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "AUDIT_DINGTALK_SECRET",
        "AUDIT_SMTP_PASSWORD",
    ]

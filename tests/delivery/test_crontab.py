"""The crontab: foreign lines keep every byte, and our line survives cron and the shell with any path."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from crontab import CronTab
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.delivery.crontab import (
    FileCrontab,
    UserCrontab,
    active_lines,
    crontab_line,
    with_line,
    without_line,
)
from auditor.errors import OutputError, UsageError

COMMAND = [
    "/opt/审计/bin/python",
    "-P",
    "-m",
    "auditor",
    "schedule",
    "run",
    "weekly",
    "--folder",
    "/home/甲/s",
]
LINE = crontab_line("0 7 * * 1", COMMAND, "weekly")
FOREIGN = (
    b'MAILTO=""\nEMPTY=\n# audit:weekly is only spoken of here\n#\n\n5  4 * * *\techo  "a%b" # audit:other\n'
    b'not a cron line at all\r\n\xc4\xe3\xba\xc3 in GBK\n@reboot /bin/true\n#0 1 * * * disabled\nTRAILING="x y" \n'
)


def test_our_line_comes_and_goes_and_foreign_lines_keep_every_byte() -> None:
    text = with_line(FOREIGN, "weekly", LINE)
    assert text == FOREIGN + LINE + b"\n"
    assert without_line(text, "weekly") == FOREIGN


def test_a_second_installation_replaces_the_line_where_it_stands() -> None:
    text = LINE + b"\n" + FOREIGN + LINE + b"\n"
    newer = crontab_line("0 8 * * 1", COMMAND, "weekly")
    assert with_line(text, "weekly", newer) == newer + b"\n" + FOREIGN


def test_a_last_line_without_its_end_is_not_run_together_with_ours() -> None:
    assert with_line(b"0 1 * * * x", "weekly", LINE) == b"0 1 * * * x\n" + LINE + b"\n"


def test_names_that_begin_alike_are_told_apart() -> None:
    second = crontab_line("0 9 * * 1", [*COMMAND[:6], "weekly2"], "weekly2")
    text = with_line(with_line(b"", "weekly", LINE), "weekly2", second)
    assert without_line(text, "weekly") == second + b"\n"
    assert active_lines(text) == {"weekly": "0 7 * * 1", "weekly2": "0 9 * * 1"}


def test_a_line_that_was_commented_out_is_not_active_but_is_ours() -> None:
    text = b"#" + LINE + b"\n"
    assert active_lines(text) == {}
    assert without_line(text, "weekly") == b""


def test_the_expression_is_read_as_it_stands_in_the_crontab() -> None:
    assert active_lines(LINE.replace(b"0 7 * * 1", b" 30\t6 * *  mon-fri") + b"\n") == {
        "weekly": "30 6 * * mon-fri"
    }
    assert active_lines(crontab_line("@daily", COMMAND, "d") + b"\n") == {"d": "@daily"}


lines = st.lists(st.binary(max_size=30).map(lambda one: one.replace(b"\n", b"")), max_size=8)


@settings(deadline=None, max_examples=60)
@given(lines)
def test_any_foreign_bytes_are_kept(foreign: list[bytes]) -> None:
    text = b"".join(one + b"\n" for one in foreign)
    assert without_line(with_line(text, "weekly", LINE), "weekly") == text


def test_python_crontab_reads_our_line_as_one_valid_job(tmp_path: Path) -> None:
    file = FileCrontab(tmp_path / "tab")
    file.write(with_line(file.read(), "weekly", LINE))
    jobs = list(CronTab(tabfile=str(tmp_path / "tab")))
    assert [job.is_valid() for job in jobs] == [True]
    assert jobs[0].comment == "audit:weekly"
    assert str(jobs[0].slices) == "0 7 * * 1"


HOSTILE = [
    '台 账\'s "最新".xlsx',
    "100% $HOME `id` $(id) ;& | > < * ? [a] {b} ~ !x",
    "#not a comment # audit:other",
    "--option",
    "tab\there",
    "%",
    "a%%b",
]


def as_cron_does(line: bytes) -> bytes:
    """What cron hands to /bin/sh: the command after five fields, up to an unescaped percent sign."""
    command = line.split(b" ", 5)[5]
    before_percent = re.match(rb"(?:[^%\\]|\\.)*", command, re.DOTALL)
    assert before_percent is not None
    assert before_percent.group() == command, "an unescaped percent sign ends the command"
    return command.replace(rb"\%", b"%")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_path_reaches_the_command_as_it_is(hostile: str, tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(chr(0).join(sys.argv[2:]), encoding='utf-8')"
    line = crontab_line("0 7 * * 1", [sys.executable, "-c", script, str(told), hostile], "x")
    # As bare as under cron: no locale at all.
    subprocess.run(
        ["/bin/sh", "-c", as_cron_does(line)], env={"PATH": "/usr/bin:/bin"}, cwd=tmp_path, check=True
    )
    assert told.read_text(encoding="utf-8") == hostile
    assert sorted(one.name for one in tmp_path.iterdir()) == ["told"]


@pytest.mark.parametrize("word", ["line\nbreak", "back\\slash", "nul\0"])
def test_what_no_crontab_can_hold_is_refused(word: str) -> None:
    with pytest.raises(UsageError):
        crontab_line("0 7 * * 1", ["x", word], "x")


def test_a_line_longer_than_cron_takes_is_refused_with_its_length() -> None:
    with pytest.raises(UsageError, match="990"):
        crontab_line("0 7 * * 1", ["/" + "长" * 400], "x")


def fake_crontab(folder: Path, body: str) -> UserCrontab:
    program = folder / "crontab"
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    return UserCrontab({"PATH": f"{folder}:/usr/bin:/bin"})


def test_a_user_without_a_crontab_has_an_empty_one(tmp_path: Path) -> None:
    assert fake_crontab(tmp_path, "echo no crontab for somebody >&2; exit 1").read() == b""


def test_a_crontab_that_may_not_be_used_is_an_error_with_the_programs_own_words(tmp_path: Path) -> None:
    barred = fake_crontab(tmp_path, "echo you are not allowed to use this program >&2; exit 1")
    with pytest.raises(OutputError, match="not allowed"):
        barred.read()
    with pytest.raises(OutputError, match="not allowed"):
        barred.write(b"")


def test_a_crontab_that_does_not_keep_what_was_written_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="something else"):
        fake_crontab(tmp_path, "cat >/dev/null; test $1 = - || echo other").write(LINE + b"\n")


def test_a_machine_without_the_program_is_told_of_the_other_ways(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        UserCrontab({"PATH": str(tmp_path)}).read()
    assert "--systemd" in caught.value.hint_en

"""`pip install .` into an empty environment gives a working `audit`: templates, rule data and schema included."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.cli.test_command import ROW, write_book

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.install
def test_an_installed_wheel_audits_a_book_outside_the_checkout(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "AUDIT"))}
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT],
        check=True,
        env=environment,
        cwd=tmp_path,
    )
    (wheel,) = tmp_path.glob("*.whl")
    home = tmp_path / "empty"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    # The libraries come from the environment that runs the tests; the package itself only from the wheel.
    site = next((home / "lib").glob("python*")) / "site-packages"
    subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--target", site, wheel], check=True, env=environment
    )
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    book = write_book(tmp_path / "book.xlsx", ROW)
    done = subprocess.run(
        [python, "-P", "-m", "auditor", "run", book, "--offline", "--as-of", "2026-11-23", "--out", tmp_path / "out", "--format", "html,xlsx,json,csv"],
        capture_output=True, text=True, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode in (1, 3), done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "audit.json",
        "findings.csv",
        "report.html",
        "report.xlsx",
    ]
    where = subprocess.run(
        [python, "-P", "-c", "import auditor; print(auditor.__file__)"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert str(home) in where.stdout

"""A gathering that is killed again and again ends with the same evidence as one that nobody disturbed."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from gathering_world import VirtualClock

from auditor.evidence.store import Store

CHILD = Path(__file__).with_name("gathering_in_a_process.py")
DOMAINS, REFERRALS = 300, 100
SLOTS = 12


def contents(address: str) -> set[tuple[str, str, str, str, str]]:
    with Store.open(address, VirtualClock()) as store:
        return {
            (one.domain, one.source, one.server, one.outcome, json.dumps(one.raw, sort_keys=True))
            for one in store.observations()
        }


def gathered(address: str, kill_after: int | None) -> tuple[int, bool]:
    """(questions asked, came to its end). kill_after: SIGKILL once so many questions were asked."""
    child = subprocess.Popen([sys.executable, str(CHILD), address], stdout=subprocess.PIPE, bufsize=0)
    assert child.stdout is not None
    asked = 0
    try:
        while piece := os.read(child.stdout.fileno(), 1 if kill_after is not None else 4096):
            asked += piece.count(b".")
            if kill_after is not None and asked >= kill_after:
                child.send_signal(signal.SIGKILL)
                break
    finally:
        child.stdout.close()
        code = child.wait(60)
    return asked, code == 0


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_gathering_killed_at_any_moment_goes_on_where_it_stood(tmp_path: Path) -> None:
    calm, disturbed = f"{tmp_path}/calm.sqlite", f"{tmp_path}/disturbed.sqlite"
    assert gathered(calm, None) == (DOMAINS + REFERRALS, True)
    draw = random.Random(20261120)
    total, before = 0, 0
    for _kill in range(7):
        asked, ended = gathered(disturbed, draw.randint(1, 70))
        assert not ended
        total += asked
        with sqlite3.connect(disturbed) as plain:
            assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        plain.close()
        now = len(contents(disturbed))
        # Of what was asked only what was under way may be lost.
        assert now - before >= asked - SLOTS - 5
        before = now
    asked, ended = gathered(disturbed, None)
    assert ended
    assert contents(disturbed) == contents(calm)
    assert len(contents(calm)) == DOMAINS + REFERRALS
    assert total + asked <= DOMAINS + REFERRALS + 7 * (SLOTS + 5)

"""`audit evidence refresh` of 2,000 domains, killed ten times: the store ends as if nobody had disturbed it."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from loopback_run import EXIT_CLEAN, EXIT_INCOMPLETE, OTHER, OWNER, World, cnnic, passes, rdap

from tests.servers.http_server import MISSING, json_page
from tests.servers.serving import Lines, Reply, text

CNS = [f"shili{number:04}.cn" for number in range(1000)]
COMS = [f"shili{number:04}.com" for number in range(1000)]
QUESTIONS = 1000 + 1000 + 900
KILLS = 10
# Three servers, each asked by fifty at once; what waits for its turn in the store's writer is among them.
IN_FLIGHT = 150
LATENCY_S = 0.02


def whois_replies() -> dict[str, Lines[Reply]]:
    """Found, held by others, not found, reserved: by the number of the domain."""
    replies: dict[str, Lines[Reply]] = {}
    for number, name in enumerate(CNS):
        words = cnnic(name, OWNER if number % 3 else OTHER)
        if number % 10 == 7:
            words = "No matching record.\r\n"
        if number % 50 == 9:
            words = "Sorry, The domain you requested is in the reserved list.\r\n"
        replies[name] = text(words).late(LATENCY_S)
    return replies


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
@pytest.mark.live
def test_a_refresh_killed_ten_times_ends_like_one_undisturbed(tmp_path: Path) -> None:
    with World(
        tmp_path, whois=whois_replies(), rdap={}, registrar={}, sources=("whois", "rdap"), timeout_s=30.0
    ) as world:
        assert world.rdap is not None
        assert world.registrar is not None
        for number, name in enumerate(COMS):
            link = f"http://127.0.0.1:{world.port('registrar')}/r/domain/{name}"
            known = number % 10 != 3
            world.rdap[f"/com/v1/domain/{name}"] = json_page(rdap(name, link=link)) if known else MISSING
            world.registrar[f"/r/domain/{name}"] = json_page(rdap(name, OWNER)).late(LATENCY_S)
        world.write_book(*CNS, *COMS)
        policy = (tmp_path / "audit.toml").read_text(encoding="utf-8")
        (tmp_path / "calm.toml").write_text(
            policy.replace("evidence.sqlite3", "calm.sqlite3"), encoding="utf-8"
        )

        assert refresh(world, "calm.toml", None) == EXIT_CLEAN
        assert asked(world) == QUESTIONS
        calm = contents(tmp_path / "calm.sqlite3")
        assert len(calm) == QUESTIONS

        draw = random.Random(20261123)
        for kill in range(KILLS):
            # Some are killed while they start, read or plan, most of them while they ask.
            after = draw.randint(1, 240) if kill not in (2, 6) else 0
            assert refresh(world, "audit.toml", after, draw.uniform(0.1, 2.0)) != EXIT_CLEAN
            if (tmp_path / "evidence.sqlite3").exists():
                assert intact(tmp_path / "evidence.sqlite3")
        assert contents(tmp_path / "evidence.sqlite3") < calm
        assert refresh(world, "audit.toml", None) == EXIT_CLEAN
        assert contents(tmp_path / "evidence.sqlite3") == calm
        assert asked(world) <= 2 * QUESTIONS + KILLS * IN_FLIGHT


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals are of another kind here")
def test_ctrl_c_ends_with_a_report_of_what_is_known(tmp_path: Path) -> None:
    names = CNS[:40]
    replies: dict[str, Lines[Reply]] = {name: cnnic(name) for name in names}
    with World(tmp_path, whois=replies, sources=("whois",), extra="") as world:
        world.write_book(*names)
        policy = tmp_path / "audit.toml"
        slowly = policy.read_text(encoding="utf-8").replace(
            "[evidence.whois]", "[evidence.whois]\nrate_per_s = 5"
        )
        policy.write_text(slowly, encoding="utf-8")
        words = [
            "run",
            str(tmp_path / "book.xlsx"),
            "--config",
            str(policy),
            "--only",
            "OWN201",
            "--lang",
            "en",
        ]
        child = subprocess.Popen(
            [sys.executable, "-m", "auditor", *words, "--out", str(tmp_path / "out"), "--format", "json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        while asked(world) < 5 and child.poll() is None:
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        output, _nothing = child.communicate(timeout=60)
        assert child.returncode == EXIT_INCOMPLETE, output
        result = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8"))
        known = passes(result, "OWN201")
        assert 4 <= known < 20
        assert len(result["findings"]) == 40 - known
        assert {one["verdict"] for one in result["findings"]} == {"unknown"}
        assert result["run"]["complete"] is False
        # The next run goes on where this one stood.
        policy.write_text(slowly.replace("rate_per_s = 5", ""), encoding="utf-8")
        code, result = world.audit("--only", "OWN201")
        assert (code, passes(result, "OWN201")) == (EXIT_CLEAN, 40)
        assert asked(world) <= 41


def asked(world: World) -> int:
    """Requests that all servers saw."""
    return sum(world.counts.values())


def refresh(world: World, policy: str, kill_after: int | None, seconds: float = 0.0) -> int:
    """Exit status of the command. kill_after: SIGKILL after so many more requests; 0: so many seconds after the
    start."""
    before = asked(world)
    words = [
        "evidence",
        "refresh",
        str(world.here / "book.xlsx"),
        "--config",
        str(world.here / policy),
        "--quiet",
    ]
    child = subprocess.Popen(
        [sys.executable, "-m", "auditor", *words], env={**os.environ, "AUDIT_DEBUG": "1"}
    )
    start = time.monotonic()
    while kill_after is not None and child.poll() is None:
        due = asked(world) - before >= kill_after if kill_after else time.monotonic() - start >= seconds
        if due:
            child.send_signal(signal.SIGKILL)
            break
        time.sleep(0.002)
    return child.wait(120)


def intact(store: Path) -> bool:
    """What SQLite itself says of the file."""
    with sqlite3.connect(store) as plain:
        found = plain.execute("PRAGMA integrity_check").fetchone()
    plain.close()
    return bool(found == ("ok",))


def contents(store: Path) -> set[tuple[str, str, str, str, str]]:
    """Everything that counts of the observations, as the export gives them."""
    file = store.with_suffix(".jsonl")
    policy = store.with_suffix(".toml")
    policy.write_text(f'[evidence]\nstore = "sqlite:///{store.name}"\n', encoding="utf-8")
    words = ["evidence", "export", str(file), "--config", str(policy)]
    subprocess.run([sys.executable, "-m", "auditor", *words], check=True, stdout=subprocess.DEVNULL)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {
        (one["domain"], one["source"], one["server"], one["outcome"], json.dumps(one["raw"], sort_keys=True))
        for one in lines
    }

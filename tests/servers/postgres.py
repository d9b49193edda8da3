"""A real PostgreSQL of one's own on 127.0.0.1, in a temporary folder, gone at the end.

with PostgresServer() as server:
    server.url("evidence")          # a fresh, empty database
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

USER, PASSWORD = "auditor", "s3cret/wo:rd@x"
_PATIENCE_S = 60


def programs() -> Path | None:
    """The folder of initdb and pg_ctl; None where PostgreSQL is not installed."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found and shutil.which("pg_ctl") else None


class PostgresServer:
    """A server with one account, which needs its password. RuntimeError where PostgreSQL is not installed."""

    def __init__(self) -> None:
        folder = programs()
        if folder is None:
            raise RuntimeError("PostgreSQL (initdb, pg_ctl) is not installed")
        self._programs = folder
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._data = self._folder / "data"
        self._port = _free_port()
        # It refuses to run as root.
        self._account = "postgres" if os.geteuid() == 0 else None

    def __enter__(self) -> Self:
        password = self._folder / "password"
        password.write_text(PASSWORD, encoding="ascii")
        if self._account:
            owner = pwd.getpwnam(self._account)
            for path in (self._folder, password):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        try:
            self._run(
                "initdb", "-D", str(self._data), "-U", USER, f"--pwfile={password}", "-A", "scram-sha-256",
                "-E", "UTF8", "--no-sync", "--locale=C",
            )  # fmt: skip
            options = f"-h 127.0.0.1 -p {self._port} -k {self._folder} -F -c max_connections=40"
            self._run(
                "pg_ctl", "-D", str(self._data), "-o", options, "-l", str(self._folder / "log"), "-w", "start"
            )
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, name: str, *, password: str = PASSWORD) -> str:
        """The address of a database, made new if need be."""
        address = f"postgresql://{USER}:{quote(password, safe='')}@127.0.0.1:{self._port}/{name}"
        if password == PASSWORD:
            self._create(name)
        return address

    def _create(self, name: str) -> None:
        import psycopg

        given = {"host": "127.0.0.1", "port": self._port, "user": USER, "password": PASSWORD}
        with psycopg.connect(dbname="postgres", autocommit=True, **given) as connection:  # type: ignore[arg-type]
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
            connection.execute(f'CREATE DATABASE "{name}"'.encode())

    def _run(self, program: str, *arguments: str) -> None:
        # Output to a file: the server inherits it, and a pipe would stay open as long as it runs.
        with (self._folder.parent / f"{self._folder.name}.out").open("w+b") as output:
            try:
                done = subprocess.run(
                    [str(self._programs / program), *arguments],
                    user=self._account,
                    group=self._account,
                    extra_groups=[] if self._account else None,
                    cwd=self._folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    timeout=_PATIENCE_S,
                    check=False,
                )
                output.seek(0)
                if done.returncode:
                    raise RuntimeError(f"{program}: {output.read().decode(errors='replace')[-2000:]}")
            finally:
                Path(output.name).unlink(missing_ok=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

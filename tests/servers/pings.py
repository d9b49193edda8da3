"""A monitor on 127.0.0.1 that takes pings in the convention of healthchecks and remembers them.

with PingServer() as monitor:
    …                       # something pings monitor.url
    assert monitor.paths == ["/check/start", "/check"]
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Ping:
    """One request as it came."""

    method: str
    path: str
    body: bytes


class PingServer:
    """Answers with the statuses in turn, the last one for ever. dripping: it sends a header byte by byte and never ends.

    location: of redirections.
    """

    def __init__(
        self, statuses: Sequence[int] = (200,), *, dripping: bool = False, location: str = ""
    ) -> None:
        self.pings: list[Ping] = []
        self._statuses, self._dripping, self._location = list(statuses), dripping, location
        self._closing = threading.Event()
        self._came = threading.Condition()
        monitor = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                monitor._note(Ping(self.command, self.path, body))
                if monitor._dripping:
                    monitor._drip(self)
                    return
                self.send_response(monitor._next())
                if monitor._location:
                    self.send_header("Location", monitor._location)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"OK")

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The address of the check."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/check"

    @property
    def paths(self) -> list[str]:
        """What was pinged, in order."""
        return [one.path for one in self.pings]

    def wait_for(self, path: str, timeout_s: float) -> bool:
        """Whether a path was pinged, waiting for it at most so long."""
        with self._came:
            return self._came.wait_for(lambda: path in self.paths, timeout_s)

    def _note(self, ping: Ping) -> None:
        with self._came:
            self.pings.append(ping)
            self._came.notify_all()

    def _next(self) -> int:
        return self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self._closing.wait(0.02):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

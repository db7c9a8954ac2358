"""A vendor on loopback, ours and said to be ours: real HTTP, answers from a test's own function."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request as it came over the wire."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    raw_query: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    """What the vendor says. `breaks`: `before` hangs up at once, `after` in the middle of the body.

    `silent` takes the request and says nothing, `headers` and `body` say the half of theirs, and then
    nothing until the other side gives up; `drips` goes on saying a little.
    """

    status: int = 200
    body: bytes | str | Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    breaks: str = ""

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


@dataclass
class Vendor:
    """A running vendor: its address, everything it was asked, and what goes wrong next."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    next_answers: list[Answer] = field(default_factory=list)
    never_given_up: list[Asked] = field(default_factory=list)

    def fails_with(self, *answers: Answer) -> None:
        """Give these answers first, whatever is asked."""
        self.next_answers.extend(answers)


Handle = Callable[[Asked], Answer]
STALLS = ("silent", "headers", "body", "drips")
STALL_SECONDS = 20.0
"""Longer than any test lets a client wait."""


def stall(connection: socket.socket, answer: Answer) -> bool:
    """Say a part of an answer, and wait until the other side hangs up. Tells whether it did."""
    content = answer.content
    head = f"HTTP/1.1 {answer.status} OK\r\ncontent-type: application/json\r\n"
    whole = f"{head}content-length: {len(content) + 4000}\r\n\r\n".encode()
    said = {"silent": b"", "headers": head.encode(), "body": whole + content[: len(content) // 2],
            "drips": whole}  # fmt: skip
    ends_at = time.monotonic() + STALL_SECONDS
    connection.settimeout(0.1)
    try:
        connection.sendall(said[answer.breaks])
        while time.monotonic() < ends_at:
            with suppress(TimeoutError):
                if not connection.recv(1):
                    return True
            if answer.breaks == "drips":
                connection.sendall(b" ")
    except ConnectionError:
        return True
    return False


@contextmanager
def vendor(handle: Handle, port: int = 0) -> Iterator[Vendor]:
    """Serve on a port of loopback, any that is free unless one is named, until the block ends.

    Fails at the end where a client waited for a stalled answer as long as the vendor did.
    """
    running = Vendor("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("content-length") or 0)
            asked = Asked(
                self.command,
                parts.path,
                {name: values[-1] for name, values in parse_qs(parts.query, True).items()},
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
                parts.query,
            )
            running.asked.append(asked)
            answer = running.next_answers.pop(0) if running.next_answers else handle(asked)
            if answer.breaks == "before":
                self.close_connection = True
                self.connection.close()
                return
            if answer.breaks in STALLS:
                self.close_connection = True
                if not stall(self.connection, answer):
                    running.never_given_up.append(asked)
                return
            content = answer.content
            self.send_response_only(answer.status)  # no Date of the real clock
            for name, value in {"content-type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content) + (9 if answer.breaks else 0)))
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = self.close_connection or bool(answer.breaks)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    running.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
    waited = [asked.path for asked in running.never_given_up]
    assert not waited, f"nobody hung up within {STALL_SECONDS} s: {waited}"

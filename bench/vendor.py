"""A vendor of the measurement: fifty accounts of the template's API, each with its own rate.

Run in a process of its own, so that what it costs is not the product's. It counts every call that
comes sooner than its account's rate allows, and one account answers slowly.
"""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SLOW_SECONDS = 2.0
SLACK = 0.5
"""Half a call: two clocks and a network lie between what is counted here and there."""
BEGAN = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)


class Accounts:
    """What every account was asked, and whether that was too often."""

    def __init__(self, messages: int, rate: float, burst: float) -> None:
        self.messages, self.rate, self.burst = messages, rate, burst
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}
        self.calls: dict[str, int] = defaultdict(int)
        self.too_often: dict[str, int] = defaultdict(int)
        self.done_at: dict[str, float] = {}

    def ask(self, account: str, after: int, size: int) -> dict[str, Any]:
        """Count a call, and give the next page."""
        with self._lock:
            now = time.monotonic()
            tokens, at = self._buckets.get(account, (self.burst, now))
            tokens = min(self.burst, tokens + (now - at) * self.rate) - 1
            self._buckets[account] = (tokens, now)
            self.calls[account] += 1
            if self.rate and tokens < -SLACK:
                self.too_often[account] += 1
            last = min(after + size, self.messages)
            if last >= self.messages:
                self.done_at.setdefault(account, time.time())
        return {"events": [_message(account, n) for n in range(after, last)], "next": str(last)}


def _message(account: str, number: int) -> dict[str, Any]:
    return {
        "kind": "message", "id": f"{account}-{number}", "thread": f"{account}-{number // 2}",
        "author": "buyer", "at": (BEGAN + timedelta(seconds=number)).isoformat(),
        "order": f"{account}-{number // 2}",
        "text": f"Guten Tag, wo bleibt meine Bestellung {number}? Ich warte seit einer Woche.",
        "buyer": {"id": f"{account}-b{number // 2}", "name": "Anna Berg", "language": "de"},
    }  # fmt: skip


def serve(port: int, messages: int, rate: float, burst: float, slow: str) -> None:
    """Serve until the process is ended; `/report` tells what was counted."""
    accounts = Accounts(messages, rate, burst)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            account = self.headers.get("x-api-key", "")
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/report":
                answer: Any = {
                    "calls": sum(accounts.calls.values()),
                    "too_often": sum(accounts.too_often.values()),
                    "done_at": accounts.done_at,
                }
            else:
                if account == slow:
                    time.sleep(SLOW_SECONDS)
                size = int(query.get("limit", "50"))
                answer = accounts.ask(account, int(query.get("after", "0")), size)
            content = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.serve_forever()

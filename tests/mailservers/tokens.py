"""An OAuth provider on loopback: gives access tokens, and tells Dovecot whose they are.

`/token` is the token endpoint (form in, JSON out), `/tokeninfo/<token>` what Dovecot asks.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, unquote


@dataclass
class TokenProvider:
    """Refresh tokens and access tokens by user; `requests` are the forms that were sent."""

    refresh_tokens: dict[str, str] = field(default_factory=dict)
    access_tokens: dict[str, str] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    expires_in_seconds: int = 3600
    failure: tuple[int, dict[str, str]] | None = None
    next_refresh_token: str = ""
    port: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def token_url(self) -> str:
        """Give the address to put into settings."""
        return f"http://127.0.0.1:{self.port}/token"

    @property
    def tokeninfo_url(self) -> str:
        """Give the address for Dovecot, which adds the token."""
        return f"http://127.0.0.1:{self.port}/tokeninfo/"

    def clear(self) -> None:
        """Forget everybody: the next test begins."""
        self.refresh_tokens.clear()
        self.access_tokens.clear()
        self.requests.clear()
        self.expires_in_seconds, self.failure, self.next_refresh_token = 3600, None, ""

    def answer_token(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Give a new access token for a good refresh token."""
        self.requests.append(form)
        if self.failure is not None:
            return self.failure[0], {**self.failure[1]}
        user = self.refresh_tokens.get(form.get("refresh_token", ""))
        if user is None:
            return 400, {"error": "invalid_grant"}
        token = f"access-{next(self._numbers)}"
        self.access_tokens[token] = user
        answer: dict[str, object] = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.expires_in_seconds,
        }
        if self.next_refresh_token:
            answer["refresh_token"] = self.next_refresh_token
        return 200, answer

    def answer_tokeninfo(self, token: str) -> tuple[int, dict[str, object]]:
        """Tell whose token it is."""
        user = self.access_tokens.get(token)
        return (200, {"email": user, "active": "true"}) if user else (400, {"error": "invalid"})


@contextlib.contextmanager
def running_token_provider() -> Iterator[TokenProvider]:
    """Run the provider until the end of the block."""
    provider = TokenProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = parse_qs(self.rfile.read(length).decode())
            self._answer(*provider.answer_token({key: value[0] for key, value in form.items()}))

        def do_GET(self) -> None:
            token = unquote(self.path.removeprefix("/tokeninfo/"))
            self._answer(*provider.answer_tokeninfo(token))

        def _answer(self, status: int, value: dict[str, object]) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
